"""Doubts: told with reasons, explained away, switched off, and never in anything that leaves the office."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.office import TODAY, Office

REASON = "内情某甲某乙只供掌握"  # an explanation that nobody outside may read
WORDS = "一、落实责任。校长与班主任签订控辍保学责任书,班主任每月清点人数,发现异常当天上报,全年走访四十六户。\n" * 4
SUMMARY = (
    "吴集镇第三小学{0}年控流保学台账\n{0}年,我校认真落实控辍保学责任,现将XX学校有关情况记录如下。\n"
    + WORDS
    + ("吴集镇第三小学\n{0}年12月20日")
)


@pytest.fixture
def doubtful(office: Office) -> Office:
    """Two years' ledgers that differ in the year alone, filed, and a blank left in both."""
    office.drop("第三小学/2013年控流保学台账.txt", SUMMARY.format(2013))
    office.drop("第三小学/2014年控流保学台账.txt", SUMMARY.format(2014))
    office.ask("watch", "--once")
    for id, year in ((1, "2013"), (2, "2014")):
        office.ask("confirm", str(id), "--to", "b2-03", "--unit", "三小", "--period", year)
    return office


def found(office: Office) -> dict[str, dict[str, object]]:
    """Doubts by rule."""
    return {f["rule"]: f for f in office.ask("check", "--as-of", TODAY)["findings"] if f["severity"] == "doubt"}


def test_a_doubt_names_its_papers_and_the_sentence_it_comes_from(doubtful: Office) -> None:
    doubt = found(doubtful)["year_changed"]
    assert set(doubt["records"]) == {1, 2}
    assert doubt["source"]
    said = doubtful.duban("check", "--as-of", TODAY).out
    assert "请核对" in said
    assert "造假" not in said


def test_a_doubt_is_explained_away_and_a_rule_switched_off(doubtful: Office) -> None:
    key = str(found(doubtful)["year_changed"]["key"])
    doubtful.ask("check", "--explain", key, "--reason", REASON, "--as-of", TODAY)
    assert found(doubtful)["year_changed"]["explained"]["reason"] == REASON
    doubtful.ask("check", "--off", "blanks_left", "--reason", "不查空白")
    answer = doubtful.ask("check", "--as-of", TODAY)
    assert "blanks_left" not in {f["rule"] for f in answer["findings"]}
    assert "blanks_left" in {n["rule"] for n in answer["not_run"]}


def test_a_paper_put_together_later_bears_its_true_date_or_is_refused(doubtful: Office) -> None:
    refused = doubtful.duban("describe", "2", "--formation", "杜撰")
    assert refused.code == 2
    doubtful.ask("describe", "2", "--formation", "补充整理", "--dated", "2015-10-20")
    assert "year_changed" not in found(doubtful)
    bound = doubtful.ask("bind", "--as-of", TODAY)
    assert any("补充整理" in words(doubtful.home / binder["path"]) for binder in bound["binders"])


# --- what leaves the office ------------------------------------------------------------------------------------------

# Every command that makes files for others; ``check`` and the office's own readiness workbook (gaps --xlsx) are not.
OUTGOING = (
    ("bind", "--out", "{out}"),
    ("bind", "--for", "专家组", "--unit", "三小", "--out", "{out}"),
    ("labels", "--out", "{out}/标签.docx"),
    ("gaps", "--docx", "{out}/缺项报告.docx", "--out", "{out}"),
    ("daily", "--out", "{out}"),
    ("request", "--unit", "三小", "--all", "--due", "2015-11-10", "--out", "{out}"),
    ("return", "1", "--reason", "请补签字", "--docx", "{out}/退回.docx"),
    ("slip", "export", "{out}/调阅.xlsx"),
    ("ledger", "export", "{out}/台账.xlsx"),
    ("handover", "export", "{out}/移交"),
    ("disc", "{out}/盘"),
    ("pack", "{out}/整套"),
    ("report", "--out", "{out}"),
    ("report", "forms", "--out", "{out}"),
    ("sample", "--slots", "5", "--seed", "1", "--docx", "{out}/核查单.docx"),
)
SHOWN = (("search", "控辍保学"), ("list",), ("show", "2"), ("gaps",), ("status",), ("slip", "show"))


def test_nothing_that_leaves_the_office_or_is_shown_to_others_tells_a_doubt(doubtful: Office, tmp_path: Path) -> None:
    doubts = found(doubtful)
    assert set(doubts) >= {"year_changed", "blanks_left"}
    doubtful.ask("check", "--explain", str(doubts["blanks_left"]["key"]), "--reason", REASON, "--as-of", TODAY)
    doubtful.duban("ledger", "gather", "--as-of", TODAY)
    telling = {REASON, "疑点", "像是旧材料改了年份", "空白处没有填", "year_changed", "blanks_left"}
    telling |= {str(doubt[key]) for doubt in doubts.values() for key in ("message", "key")}
    for n, command in enumerate(OUTGOING):
        out = tmp_path / f"out{n}"
        out.mkdir()
        said = doubtful.duban(*(word.format(out=out) for word in command), "--as-of", TODAY)
        assert said.code in (0, 5), (command, said.out, said.err)
        files = [path for path in out.rglob("*") if path.is_file()]
        assert files, (command, said.out)
        for path in files:
            text = words(path)
            assert not [mark for mark in telling if mark in text], (command, path.name)
    for command in SHOWN:
        said = doubtful.duban(*command)
        assert not [mark for mark in telling if mark in said.out], command


def words(path: Path) -> str:
    """Everything that can be read in a file, in the files packed into it too."""
    return "\n".join(_words(path.read_bytes(), path.name))


def _words(data: bytes, name: str) -> Iterator[str]:
    yield name
    yield data.decode("utf-8", errors="ignore")
    yield data.decode("gb18030", errors="ignore")
    if data[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for member in packed.namelist():
                yield from _words(packed.read(member), member)
    if data[:5] == b"%PDF-":
        import pypdfium2 as pdfium

        document = pdfium.PdfDocument(data)
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            yield text.get_text_range()
            text.close()
            page.close()
        document.close()
