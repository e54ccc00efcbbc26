"""The daily table, what changed since a day, and the papers an office hands out, all of one analysis."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from journeys.office import LEDGER, PLAN, Office, found_office

DAYS = ("2015-10-20", "2015-10-21", "2015-10-22")


def calendar_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let events bear the day that is said: ``calendar("2015-10-20")``."""
    from duban_archive.adapters import catalogue

    def turn(day: str) -> None:
        monkeypatch.setenv("DUBAN_TODAY", day)
        monkeypatch.setattr(catalogue, "now", lambda: f"{day}T09:00:00+08:00")

    return turn


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return calendar_of(monkeypatch)


@pytest.fixture
def three_days(worked: Office, tmp_path: Path, calendar: Callable[[str], None]) -> Office:
    """A copy of the office of three days, on the third of them."""
    calendar(DAYS[2])
    return Office(Path(shutil.copytree(worked.home, tmp_path / "迎检")))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Founded on the 20th, the ledger filed on the 21st, the plan filed and the ledger sent back on the 22nd."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield work_three_days(tmp_path_factory.mktemp("三天"), calendar_of(monkeypatch))


def work_three_days(folder: Path, calendar: Callable[[str], None]) -> Office:
    calendar(DAYS[0])
    office = found_office(folder)
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.ask("watch", "--once")
    calendar(DAYS[1])
    office.ask("confirm", "1", "--to", "b2-03", "--unit", "三小", "--period", "2014")
    calendar(DAYS[2])
    office.drop("镇政府/迎检工作方案.txt", PLAN)
    office.ask("watch", "--once")
    office.ask("confirm", "2", "--to", "a1-01")
    office.ask("return", "1", "--reason", "没有盖章", "--due", "2015-10-25")
    return office


def line_of(document: Any, unit: str) -> Any:
    return next(line for line in document["units"] if line["unit"] == unit)


def test_every_line_adds_up_and_the_total_is_all_of_them(three_days: Office) -> None:
    document = three_days.ask("daily", "--no-files")
    for line in [*document["units"], document["total"]]:
        assert line["wanted"] == line["sent"] + line["returned"] + line["missing"]
        assert line["accepted"] <= line["sent"]
        assert line["rate"] == pytest.approx(line["accepted"] / line["wanted"], abs=1e-4)
    for key in ("wanted", "sent", "accepted", "returned", "missing", "overdue"):
        assert document["total"][key] == sum(line[key] for line in document["units"])
    ranks = [line["rank"] for line in document["units"]]
    assert ranks == sorted(ranks)
    assert ranks[0] == 1
    gaps = three_days.ask("gaps")["summary"]
    assert document["total"]["wanted"] == sum(n for state, n in gaps.items() if state != "not_applicable")


def test_yesterday_is_yesterday(three_days: Office, calendar: Callable[[str], None]) -> None:
    today = three_days.ask("daily", "--no-files")
    assert line_of(today, "zf")["change"] == 1
    assert line_of(today, "xx3")["change"] == -1
    assert line_of(today, "xx3")["returned"] == 1
    assert today["total"]["change"] == 0
    calendar("2015-10-23")
    tomorrow = three_days.ask("daily", "--no-files")
    assert tomorrow["total"]["change"] == 0
    assert line_of(tomorrow, "zf")["change"] == 0


def test_before_the_archive_there_is_no_yesterday(three_days: Office) -> None:
    assert three_days.ask("daily", "--no-files", "--as-of", "2015-10-01")["total"]["change"] is None


def test_the_table_goes_out_as_word_excel_picture_and_text(three_days: Office, tmp_path: Path) -> None:
    document = three_days.ask("daily", "--out", tmp_path / "今天" / "报送")
    paths = {Path(name).suffix: Path(name) for name in document["files"]}
    assert set(paths) == {".docx", ".xlsx", ".png", ".txt"}
    from docx import Document
    from openpyxl import load_workbook
    from PIL import Image

    table = Document(str(paths[".docx"])).tables[0]
    assert len(table.rows) == len(document["units"]) + 2
    assert [cell.text for cell in table.rows[-1].cells][1] == str(document["total"]["wanted"])
    section = Document(str(paths[".docx"])).sections[0]
    assert section.page_width > section.page_height
    sheet = load_workbook(paths[".xlsx"]).active
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.page_setup.paperSize) == (
        "landscape",
        1,
        9,
    )
    names = [row[0].value for row in sheet.iter_rows(min_row=4)][: len(document["units"])]
    assert names == [line["unit_name"] for line in document["units"]]
    with Image.open(paths[".png"]) as picture:
        assert picture.size == (1754, 1240)
    text = paths[".txt"].read_text(encoding="utf-8")
    assert text.strip() == document["text"]
    assert len(text.splitlines()) <= 8


def test_since_tells_what_changed_from_that_day_on(three_days: Office) -> None:
    def changes(day: str) -> dict[tuple[str, str], tuple[str, str]]:
        found = three_days.ask("gaps", "--since", day)["changes"]
        return {(one["requirement"], one["unit"]): (one["before"], one["state"]) for one in found}

    assert changes("2015-10-22") == {
        ("a1-01", "zf"): ("missing", "complete"),
        ("b2-03", "xx3"): ("complete", "returned"),
    }
    assert changes("2015-10-21")["a1-01", "zf"] == ("missing", "complete")
    assert changes("2015-10-21")["b2-03", "xx3"][1] == "returned"
    assert changes("2015-10-23") == {}


def test_an_undone_decision_is_no_change(three_days: Office) -> None:
    before = three_days.ask("gaps", "--since", "2015-10-22")["changes"]
    three_days.ask("reject", "2", "--from", "a1-01")
    three_days.ask("undo")
    assert three_days.ask("gaps", "--since", "2015-10-22")["changes"] == before


def test_since_before_the_archive_says_so_and_tells_all(three_days: Office) -> None:
    document = three_days.ask("gaps", "--since", "2014-01-01")
    assert document["founded_later"]
    assert document["completed"] == 1
    assert "还没有建档" in three_days.duban("gaps", "--since", "2014-01-01").out


@pytest.mark.parametrize("day", ["昨天", "2015-13-01"])
def test_since_a_day_that_is_none_is_refused(three_days: Office, day: str) -> None:
    assert three_days.duban("gaps", "--since", day).code == 2


def test_the_workbook_tells_changes_findings_and_progress(three_days: Office, tmp_path: Path) -> None:
    path = tmp_path / "没有的文件夹" / "再深一层" / "准备度.xlsx"
    three_days.ask("gaps", "--since", "2015-10-22", "--xlsx", path)
    from openpyxl import load_workbook

    book = load_workbook(path)
    assert book.sheetnames == ["准备度", "缺项清单", "按单位", "变化", "问题与疑点", "进度"]
    days = [(row[0].value, row[2].value) for row in book["进度"].iter_rows(min_row=4)]
    assert days == [("2015-10-19", 0), ("2015-10-20", 0), ("2015-10-21", 1), ("2015-10-22", 1)]
    for sheet in book.worksheets:
        assert sheet.print_title_rows
        assert sheet.page_setup.paperSize == 9


def test_every_paper_an_office_hands_out_is_made_of_the_same_states(three_days: Office, tmp_path: Path) -> None:
    from docx import Document

    out = tmp_path / "材料"
    document = three_days.ask("gaps", "--out", out)
    names = {Path(name).relative_to(out).as_posix() for name in document["files"]}
    owing = {s["unit_name"] for s in document["slots"] if s["state"] not in ("complete", "not_applicable")}
    assert {f"催办单/{name}催办单.docx" for name in owing} == {n for n in names if n.startswith("催办单/")}
    asked = {s["unit_name"] for s in document["slots"] if s["state"] != "not_applicable"}
    assert {f"材料清单/{name}材料清单.docx" for name in asked} == {n for n in names if n.startswith("材料清单/")}
    assert {"责任分工表.docx", "倒排工期表.docx"} <= names
    assert len([name for name in names if name.endswith(".png")]) == 2
    mine = [s for s in document["slots"] if s["unit"] == "xx3" and s["state"] not in ("complete", "not_applicable")]
    letter = Document(str(out / "催办单" / "吴集镇第三小学催办单.docx"))
    assert len(letter.tables[0].rows) == len(mine) + 1
    said = "\n".join(cell.text for row in letter.tables[0].rows for cell in row.cells)
    assert "没有盖章" in said
    assert "#" not in said
    duties = Document(str(out / "责任分工表.docx")).tables[0]
    assert len(duties.rows) == len({s["requirement"] for s in document["slots"] if s["state"] != "not_applicable"}) + 1


def test_of_one_unit_only_its_own_papers_are_made(three_days: Office, tmp_path: Path) -> None:
    made = three_days.ask("gaps", "--unit", "三小", "--out", tmp_path / "三小")["files"]
    assert sorted(Path(name).name for name in made) == ["吴集镇第三小学催办单.docx", "吴集镇第三小学材料清单.docx"]


def test_a_town_of_many_units_still_fits_one_picture_and_one_sheet(tmp_path: Path) -> None:
    from duban_archive.adapters import charts

    rows = [[f"第{n}小学", *["12"] * 9] for n in range(60)]
    charts.table(
        tmp_path / "表.png", title="表", under="截至", headings=["单位", *"应已审退缺逾率昨名"],
        widths=[4, *[1] * 9], rows=rows, left=(0,),
    )  # fmt: skip
    from PIL import Image

    with Image.open(tmp_path / "表.png") as picture:
        assert picture.width == 1754
        assert picture.height > 1240
