from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from duban_archive.adapters import checklist_file, checklist_import, checklist_yaml, workbook
from duban_archive.core.resolve import build
from duban_archive.core.slots import make_slots
from duban_archive.errors import ChecklistError, UsageError

ROWS = (
    ("一级指标", "二级指标", "责任单位", "佐证材料"),
    ("组织领导", "机构健全", "镇政府", "领导小组名单"),
    ("", "部署到位", "各学校", "会议记录"),
)


def the_tree(path: Path) -> list[tuple[str, str]]:
    imported = checklist_import.read(path)
    titles = {row.values["id"]: row.values["title"] for row in imported.draft.rows("indicators")}
    return [(titles[row.values["indicator"]], row.values["title"]) for row in imported.draft.rows("requirements")]


def test_an_office_s_excel_table_with_merged_cells_is_read(tmp_path: Path) -> None:
    book = Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A2:A3")
    book.save(tmp_path / "2015年指标.xlsx")
    assert the_tree(tmp_path / "2015年指标.xlsx") == [("机构健全", "领导小组名单"), ("部署到位", "会议记录")]


def test_an_office_s_word_table_with_merged_cells_is_read_and_can_be_used(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(rows=0, cols=4)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.save(str(tmp_path / "2015年指标.docx"))
    assert the_tree(tmp_path / "2015年指标.docx") == [("机构健全", "领导小组名单"), ("部署到位", "会议记录")]
    draft = checklist_import.read(tmp_path / "2015年指标.docx").draft
    again = checklist_yaml.parse(checklist_yaml.write(draft).encode(), name="again")
    checklist_file.refuse(again)


def test_our_own_workbook_comes_back_as_it_is(tmp_path: Path) -> None:
    draft = checklist_file.read_alone("plan-02")
    workbook.write(draft, tmp_path / "plan-02.xlsx")
    imported = checklist_import.read(tmp_path / "plan-02.xlsx")
    assert imported.draft.plain() == draft.plain()
    assert imported.questions == ()


def test_a_file_without_a_table_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("没有表格", "utf-8")
    with pytest.raises(UsageError, match="没有读到指标表"):
        checklist_import.read(tmp_path / "x.txt")
    with pytest.raises(UsageError, match="读不到"):
        checklist_import.read(tmp_path / "absent.docx")


def test_a_workbook_with_a_wrong_cell_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "plan-02.xlsx"
    workbook.write(checklist_file.read_alone("plan-02"), path)
    book = load_workbook(path)
    headers = {cell.value: cell.column for cell in book["佐证材料"][1]}
    book["佐证材料"].cell(row=2, column=headers["报送单位"], value="没有这个组")
    book["佐证材料"].cell(row=3, column=headers["签字"], value="也许")
    book.save(path)
    with pytest.raises(ChecklistError) as caught:
        checklist_import.read(path)
    assert [problem.split("!")[0] for problem in caught.value.problems] == ["佐证材料", "佐证材料"]
    assert "没有编号为“没有这个组”的单位组或单位" in caught.value.message


def test_what_is_exported_for_an_office_needs_no_other_file(tmp_path: Path) -> None:
    schema = Path(__file__).parents[2] / "archive_schema.yaml"
    workbook.write(checklist_file.standalone(schema), tmp_path / "all.xlsx")
    draft = checklist_import.read(tmp_path / "all.xlsx").draft
    assert "extends" not in draft.head.values
    assert make_slots(build(draft)) == make_slots(checklist_file.load(schema))
