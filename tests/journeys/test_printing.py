"""Binders from the command line: editions that stay, late papers, selections, choices of the office."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from journeys.office import LEDGER, PLAN, Office, found_office

UNIT, LEDGERS, PLANS = "吴集镇第三小学", "B2-3", "A1-1"


def drop_and_confirm(office: Office, name: str, text: str, requirement: str, **more: str) -> int:
    office.drop(name, text)
    receipts = office.ask("watch", "--once")["receipts"]
    id = int(receipts[0]["record"])
    told = {"unit": UNIT, "period": "2014", **more}
    said = office.duban("confirm", str(id), "--to", requirement, *(w for k, v in told.items() for w in (f"--{k}", v)))
    assert said.code == 0, said.err
    return id


def a_ledger(year: str, nth: int = 1) -> str:
    return LEDGER.replace("2014", year).replace("学生甲", f"学生{'甲乙丙丁戊己庚辛'[nth]}")


def bind(office: Office, *words: str) -> Any:
    (binder,) = office.ask("bind", *words)["binders"]
    assert binder["verdict"]["ok"], binder["verdict"]
    return binder


def items(binder: Any) -> dict[int, tuple[str, str, str]]:
    """Volume, code and printed pages by record."""
    written = json.loads(Path(binder["manifest"]).read_text("utf-8"))
    return {item["record"]: (item["volume"], item["code"], item["printed"]) for item in written["items"]}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = found_office(tmp_path)
    drop_and_confirm(made, "方案.txt", PLAN, PLANS, unit="吴集镇人民政府", period="once")
    drop_and_confirm(made, "台账2013.txt", a_ledger("2013", 2), LEDGERS, period="2013")
    drop_and_confirm(made, "台账2014.txt", a_ledger("2014", 3), LEDGERS)
    return made


def test_a_frozen_edition_keeps_its_numbers_and_late_papers_go_between(office: Office) -> None:
    first = bind(office, "--freeze")
    assert (first["edition"], first["frozen"]) == (1, True)
    before = items(first)
    late = drop_and_confirm(office, "迟到2013.txt", a_ledger("2013", 4), LEDGERS, period="2013")
    again = bind(office)
    now = items(again)
    assert {record: now[record] for record in before} == before
    assert now[late] == ("B", "B2-3-3", "1-1")
    assert again["edition"] == 2
    assert ("B", "插入", "1-1") in [(c["volume"], c["action"], c["printed"]) for c in again["changes"]]
    assert {"换页清单.docx", "换页.pdf"} <= {Path(path).name for path in again["extras"]}


def test_late_papers_may_go_into_a_supplement_of_their_own(office: Office) -> None:
    bind(office, "--freeze")
    assert office.duban("bind", "--late", "补充卷").code == 2
    late = drop_and_confirm(office, "迟到2013.txt", a_ledger("2013", 4), LEDGERS, period="2013")
    made = bind(office, "--late", "supplement", "--freeze")
    assert items(made) == {late: ("B补", "B2-3-3", "1")}
    assert "补充材料" in Path(made["path"]).name
    whole = items(bind(office))
    assert whole[late] == ("B补", "B2-3-3", "1")  # it is on paper, in its own volume


def test_an_edition_may_be_numbered_anew(office: Office) -> None:
    bind(office, "--freeze")
    drop_and_confirm(office, "迟到2013.txt", a_ledger("2013", 4), LEDGERS, period="2013")
    made = bind(office, "--late", "anew")
    assert made["changes"] == []
    assert not any("-" in printed for _, _, printed in items(made).values())


def test_freezing_can_be_taken_back(office: Office) -> None:
    bind(office, "--freeze")
    assert office.duban("undo").code == 0
    assert bind(office)["edition"] == 1


def test_what_a_search_says_of_pages_is_what_is_on_paper(office: Office) -> None:
    bind(office, "--freeze")
    bind(office, "--numbering", "按指标", "--prefix", "{code}-", "--late", "anew")  # a trial
    (hit, *_) = office.ask("search", "学生乙")["hits"]
    assert (hit["binder"]["volume"], hit["binder"]["page"]) == ("B", 1)


def test_a_selection_keeps_the_masters_numbers(office: Office) -> None:
    assert office.duban("bind", "--indicator", "B").code == 2  # nothing was bound yet: which numbers?
    whole = items(bind(office))
    for words in (("--indicator", "B2"), ("--unit", UNIT), ("--for", "第二组", "--records", "3")):
        chosen = items(bind(office, *words))
        assert chosen
        assert chosen.items() <= whole.items()
    assert items(bind(office, "--records", "3")).keys() == {3}


REFUSED = (
    ("--view", "档案"),
    ("--box-mm", "-1"),
    ("--records", "3-"),
    ("--records", "x"),
    ("--unit", "没有的单位"),
    ("--indicator", "没有"),
    ("--records", "999"),
    ("--freeze", "--for", "第二组"),
    ("--all", "--for", "第二组"),
    ("--prefix", "{x}"),
    ("--numbering", "从首页", "--late", "插入"),
)


def test_what_cannot_be_is_refused_in_chinese(office: Office) -> None:
    bind(office)
    said = {words: office.duban("bind", *words) for words in REFUSED}
    assert {words: one.code for words, one in said.items()} == dict.fromkeys(REFUSED, 2)
    assert all(any("\u4e00" <= character <= "\u9fff" for character in one.err) for one in said.values())


def test_the_offices_choices_are_remembered_in_its_settings(office: Office) -> None:
    settings = office.home / ".duban" / "settings.yaml"
    settings.write_text("binding:\n  by: 单位\n  prefix: '{code}/'\n  corner: 右上角\n", "utf-8")
    made = bind(office)
    assert [volume["code"] for volume in made["volumes"]] == ["单位01", "单位06"]
    assert items(made)[2][2] == "单位06/1"
    assert [v["code"] for v in bind(office, "--volumes-by", "指标", "--prefix", "")["volumes"]] == ["A", "B"]


def test_the_filing_view_has_numbers_stamps_and_columns_of_its_own(office: Office) -> None:
    settings = office.home / ".duban" / "settings.yaml"
    settings.write_text("binding:\n  fonds: W012\n  retention: D10\n", "utf-8")
    written = json.loads(Path(bind(office, "--view", "归档")["manifest"]).read_text("utf-8"))
    assert [item["archive_number"] for item in written["items"]][1:] == [
        "W012-WS·2013-D10-0001",
        "W012-WS·2014-D10-0001",
    ]
    assert len(written["seals"]) == 3
    visit = json.loads(Path(bind(office)["manifest"]).read_text("utf-8"))
    assert ({item["archive_number"] for item in visit["items"]}, visit["seals"]) == ({""}, [])


def test_a_persons_own_wording_of_a_title_survives_every_rebuild(office: Office) -> None:
    own = "吴集镇第三小学二〇一四年控辍保学台账(终稿)"
    office.duban("describe", "3", "--title", own)
    for words in ((), ("--freeze",), ()):
        written = json.loads(Path(bind(office, *words)["manifest"]).read_text("utf-8"))
        assert own in [item["title"] for item in written["items"]]
    drop_and_confirm(office, "又一份.txt", a_ledger("2013", 5), LEDGERS, period="2013")
    (office.home / ".duban" / "index").rename(office.home / ".duban" / "index-old")
    written = json.loads(Path(bind(office, "--late", "anew")["manifest"]).read_text("utf-8"))
    assert own in [item["title"] for item in written["items"]]


def test_a_paper_for_two_boxes_is_copied_or_referred_to_as_the_office_says(office: Office) -> None:
    office.duban("confirm", "3", "--to", PLANS, "--unit", "吴集镇人民政府", "--period", "once")

    def origin() -> tuple[str, str]:
        written = json.loads(Path(bind(office, "--late", "anew")["manifest"]).read_text("utf-8"))
        item = next(item for item in written["items"] if item["record"] == 3 and item["volume"] == "B")
        return item["see"], item["home"]

    assert origin() == ("", "A")  # short: a copy
    assert office.duban("copy", "3", "--as", "refer").code == 0
    assert origin() == ("A", "")
    assert office.duban("copy", "3", "--as", "auto").code == 0
    assert origin() == ("", "A")


def test_printings_are_entered_with_copies_boxes_and_where_they_went(office: Office, tmp_path: Path) -> None:
    assert office.duban("printings", "add", "--copies", "3").code == 2  # nothing was frozen
    bind(office, "--freeze")
    entered = office.ask("printings", "add", "--copies", "5", "--to", "县督导室2份、镇政府3份", "--on", "2015-10-21")
    assert entered["printing"] == {
        **{"number": 1, "edition": 1, "copies": 5, "boxes": 2, "to": "县督导室2份、镇政府3份", "on": "2015-10-21"},
        **{"by": entered["printing"]["by"], "remark": ""},
    }
    assert office.duban("printings", "add", "--copies", "1", "--edition", "7").code == 2
    assert office.duban("printings", "add", "--copies", "1", "--on", "昨天").code == 2
    register = tmp_path / "印刷登记.docx"
    assert len(office.ask("printings", "show", "--out", str(register))["printings"]) == 1
    assert register.is_file()


def test_photos_of_one_event_share_a_page_with_their_captions(office: Office) -> None:
    from make import make_jpeg

    for number in range(5):
        office.drop(f"演练{number}.jpg", make_jpeg(400 + number, 300))
    ids = [str(receipt["record"]) for receipt in office.ask("watch", "--once")["receipts"]]
    office.duban("merge", *ids)
    group = str(max(record["id"] for record in office.ask("list")["records"]))
    office.duban("describe", group, "--title", "消防应急演练照片", "--kind", "media")
    office.duban("confirm", group, "--to", LEDGERS, "--unit", UNIT, "--period", "2014")
    said = office.duban("caption", group, "--where", "第三小学操场", "--what", "消防应急演练", "--taken-by", "值班教师")
    assert said.code == 0, said.err
    office.duban("caption", group, "--photo", "2", "--what", "讲解灭火器")
    assert office.duban("caption", group, "--photo", "6", "--what", "没有").code == 2
    binder = bind(office)
    assert binder["replaced"] == []
    written = json.loads(Path(binder["manifest"]).read_text("utf-8"))
    item = next(item for item in written["items"] if item["record"] == int(group))
    assert item["pages"] == 2
    import pypdfium2

    with pypdfium2.PdfDocument(binder["path"]) as pdf:
        sheet = pdf[item["page"] - 1]
        text_page = sheet.get_textpage()
        text = "".join(text_page.get_text_range().split())
        text_page.close()
        sheet.close()
    assert "讲解灭火器" in text
    assert text.count("地点：第三小学操场") == 4
