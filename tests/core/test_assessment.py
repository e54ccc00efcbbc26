"""An official form's blanks: columns by their headings, rows by code before title, only empty cells."""

from __future__ import annotations

from duban_archive.core.assessment import plain, plain_code, read_form, wanted_by

CODES = {plain_code("A1"): "a1", plain_code("B2-3"): "b2-03", plain_code("A"): "a"}
TITLES = {plain("组织领导"): "a", plain("机构与方案"): "a1"}
HEAD = ["编号", "指标", "分值", "自评得分", "自评情况", "佐证材料", "佐证材料页码"]


def blanks(*rows: list[str]) -> list[tuple[int, int, str, str]]:
    return [(b.row, b.column, b.element, b.wants) for b in read_form([HEAD, *rows], CODES, TITLES).blanks]


def test_a_column_of_page_numbers_is_not_one_of_evidence() -> None:
    assert [wanted_by(word) for word in ("佐证材料", "佐证材料页码", "自评\n得分", "备注", "整改措施")] == [
        "evidence", "pages", "score", "", "measures",
    ]  # fmt: skip


def test_a_row_is_known_by_its_code_before_its_title_and_written_cells_stay() -> None:
    assert blanks(["A1", "组织领导", "10", "", "已有", "", ""]) == [
        (1, 3, "a1", "score"),
        (1, 5, "a1", "evidence"),
        (1, 6, "a1", "pages"),
    ]


def test_codes_are_one_in_whatever_way_they_are_written() -> None:
    assert {b[2] for b in blanks(["b2.3", "", "", "", "", "", ""], ["Ｂ2－3 台账", "", "", "", "", "", ""])} == {
        "b2-03"
    }


def test_a_row_without_a_code_is_known_by_its_title() -> None:
    assert {b[2] for b in blanks(["", "机构与方案", "", "", "", "", ""])} == {"a1"}


def test_rows_of_no_indicator_are_told_and_not_filled() -> None:
    read = read_form([HEAD, ["C9", "没有的指标", "", "", "", "", ""]], CODES, TITLES)
    assert (read.blanks, read.strange) == ((), ("C9",))


def test_a_table_without_known_headings_has_no_blanks() -> None:
    assert read_form([["姓名", "职务"], ["A1", ""]], CODES, TITLES).blanks == ()
