"""An office's own form (docx, xlsx), read as grids and filled in place: only empty cells, the layout left as it is."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from duban_archive.errors import UsageError

Cells = Mapping[tuple[int, int, int], str]  # table, row, column from 0 → what to write


def read(path: Path) -> list[list[list[str]]]:
    """Every table (Word) or sheet (Excel) of a form, as rows of cell texts; merged cells repeat their text."""
    if path.suffix.lower() == ".docx":
        return [_word_grid(table) for table in _open_word(path).tables]
    return [_sheet_grid(sheet) for sheet in _open_book(path).worksheets]


def fill(path: Path, cells: Cells, out: Path) -> None:
    """Write ``cells`` into a copy of the form at ``out``."""
    if path.suffix.lower() == ".docx":
        document = _open_word(path)
        tables = document.tables
        for (table, row, column), text in cells.items():
            _write_word(tables[table].rows[row], column, text)
        document.save(str(out))
        return
    book = _open_book(path)
    for (table, row, column), text in cells.items():
        cell = book.worksheets[table].cell(row + 1, column + 1)
        cell.value = text
        cell.data_type = "s"  # a text that begins with = is no formula
        if "\n" in text:
            alignment = copy.copy(cell.alignment)
            alignment.wrap_text = True
            cell.alignment = alignment
    book.save(out)


def _open_word(path: Path) -> Any:
    import zipfile

    import docx
    from docx.opc.exceptions import OpcError

    try:
        return docx.Document(str(path))
    except (OpcError, zipfile.BadZipFile, ValueError, KeyError, OSError) as fault:
        raise UsageError(f"“{path.name}”打不开。", "请用 Word 或 WPS 另存为 .docx 后再试;原表没有改动。") from fault


def _open_book(path: Path) -> Any:
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return openpyxl.load_workbook(path)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as fault:
        raise UsageError(
            f"“{path.name}”不是能填的表。", "请用 Word/WPS 另存为 .docx 或 .xlsx 后再试;原表没有改动。"
        ) from fault


def _word_grid(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def _sheet_grid(sheet: Any) -> list[list[str]]:
    covered = {}
    for area in sheet.merged_cells.ranges:
        text = sheet.cell(area.min_row, area.min_col).value
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                covered[row, column] = "" if text is None else str(text)
    return [
        [
            covered.get((r, c), "" if (value := sheet.cell(r, c).value) is None else str(value))
            for c in range(1, sheet.max_column + 1)
        ]
        for r in range(1, sheet.max_row + 1)
    ]


def _write_word(row: Any, column: int, text: str) -> None:
    """Into the cell's first paragraph, in the type of its own run or of the row's first written one."""
    cell = row.cells[column]
    paragraph = cell.paragraphs[0]
    lines = text.split("\n")
    model = next((r for c in _different(row.cells) for p in c.paragraphs for r in p.runs if r.text.strip()), None)
    run = paragraph.runs[0] if paragraph.runs else paragraph.add_run()
    if model is not None and run._r.rPr is None and model._r.rPr is not None:
        run._r.insert(0, copy.deepcopy(model._r.rPr))
    run.text = lines[0]
    for line in lines[1:]:
        run.add_break()
        run.add_text(line)


def _different(cells: Sequence[Any]) -> list[Any]:
    seen: dict[int, Any] = {}
    for cell in cells:
        seen.setdefault(id(cell._tc), cell)
    return list(seen.values())
