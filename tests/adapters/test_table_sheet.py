"""The one Excel list: foreign text stays text, marked rows stand out, and the sheet is ready to print."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from duban_archive.adapters import table_sheet
from duban_archive.adapters.table_sheet import Sheet


def written(path: Path, *sheets: Sheet) -> dict[str, object]:
    """The sheets as a reader finds them, by tab."""
    table_sheet.write(path, sheets)
    book = load_workbook(path)
    return {name: book[name] for name in book.sheetnames}


def a_sheet(rows: list[tuple[object, ...]], **how: object) -> Sheet:
    """A list of two columns."""
    return Sheet(name="登记", title="登记簿", columns=(("编号", 6), ("题名", 20)), rows=rows, **how)  # type: ignore[arg-type]


def test_a_text_that_looks_like_a_formula_or_cannot_stand_in_xml_is_text(tmp_path: Path) -> None:
    said = '=HYPERLINK("http://x","点")'
    odd = a_sheet([(1, said), (2, "页\x0b尾\ud800\uffff"), (3, "长" * 40_000)])
    sheet = written(tmp_path / "新的" / "表.xlsx", odd)["登记"]
    assert (sheet["B3"].value, sheet["B3"].data_type) == (said, "s")  # type: ignore[index]
    assert sheet["B4"].value == "页尾"  # type: ignore[index]
    assert len(sheet["B5"].value) == 32_000  # type: ignore[index]


def test_marked_rows_stand_out_and_columns_set_to_the_left_are(tmp_path: Path) -> None:
    sheet = written(tmp_path / "表.xlsx", a_sheet([(1, "甲"), (2, "乙")], marked=(1,), left=(1,)))["登记"]
    fills = [sheet[f"B{row}"].fill.fgColor.rgb[-6:] for row in (3, 4)]  # type: ignore[index]
    assert fills == ["000000", "FFE699"]
    assert [sheet[f"{c}3"].alignment.horizontal for c in "AB"] == ["center", "left"]  # type: ignore[index]


def test_a_list_prints_on_a4_with_its_heading_on_each_page(tmp_path: Path) -> None:
    sheet = written(tmp_path / "表.xlsx", a_sheet([(1, "甲")]))["登记"]
    assert sheet.print_title_rows == "$1:$2"  # type: ignore[attr-defined]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")  # type: ignore[attr-defined]
    assert sheet.auto_filter.ref == "A2:B3"  # type: ignore[attr-defined]


def test_a_list_too_wide_to_read_on_a4_prints_on_a3(tmp_path: Path) -> None:
    wide = Sheet(name="台账", title="台账", columns=[(f"第{n}栏", 20) for n in range(12)], rows=[])
    assert written(tmp_path / "表.xlsx", wide)["台账"].page_setup.paperSize == 8  # type: ignore[attr-defined]


def test_a_tab_may_be_named_after_anything(tmp_path: Path) -> None:
    named = [Sheet(name=f"a/b[{'长' * 40}", title="一", columns=(("甲", 9),), rows=[]) for _ in range(1)]
    assert list(written(tmp_path / "表.xlsx", *named)) == ["a b " + "长" * 27]
