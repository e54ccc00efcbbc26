"""Spreadsheets as one XML text (Excel 2003 XML), which many systems export under the name of .xls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from duban_archive.core.model import Extracted, Json, Locator, Passage, Table

from .cells import number_text
from .package import Element, parse
from .passages import of_rows, one_line
from .source import Source, UnreadableError

ENGINE: Final = "excel-xml"

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_O = "{urn:schemas-microsoft-com:office:office}"


def read(source: Source) -> Extracted:
    """A table and blocks of rows for each sheet."""
    root = parse(source.path.read_bytes())
    if root is None:
        raise UnreadableError("broken")
    passages: list[Passage] = []
    tables: list[Table] = []
    sheets: list[Json] = []
    room = source.limits.cells
    for sheet in root.iter(f"{_SS}Worksheet"):
        name = sheet.get(f"{_SS}Name", "")
        visible = next(sheet.iter(f"{_X}Visible"), None)
        hidden = visible is not None and "Hidden" in (visible.text or "")
        rows = []
        for number, cells in _rows(sheet):
            room -= len(cells)
            if room < 0:
                break
            rows.append((number, cells))
        passages += of_rows(name, rows)
        sheets.append({"name": name, "rows": rows[-1][0] if rows else 0, "hidden": hidden})
        if rows:
            dense = {number: tuple(cells) for number, cells in rows}
            first, last = rows[0][0], rows[-1][0]
            if last - first <= source.limits.cells:
                all_rows = tuple(dense.get(number, ()) for number in range(first, last + 1))
                tables.append(Table(locator=Locator(sheet=name, row=first), rows=all_rows, hidden=hidden))
    facts: dict[str, Json] = {"sheets": sheets, "hidden_sheets": [sheet["name"] for sheet in sheets if sheet["hidden"]]}
    for key, tag in (
        ("author", "Author"),
        ("last_author", "LastAuthor"),
        ("created", "Created"),
        ("modified", "LastSaved"),
    ):
        found = next(root.iter(f"{_O}{tag}"), None)
        facts[key] = (found.text or "").strip() if found is not None else ""
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=tuple(passages),
        tables=tuple(tables),
        facts=facts,
    )


def _rows(sheet: Element) -> Iterator[tuple[int, list[str]]]:
    number = 0
    below: dict[int, tuple[int, str]] = {}  # column: (rows left, text) of cells merged downwards
    for row in sheet.iter(f"{_SS}Row"):
        number = _number(row.get(f"{_SS}Index"), number + 1)
        cells: list[str] = []
        for cell in row.iter(f"{_SS}Cell"):
            at = _number(cell.get(f"{_SS}Index"), len(cells) + 1) - 1
            cells.extend([""] * (min(at, 16_384) - len(cells)))
            across = min(_number(cell.get(f"{_SS}MergeAcross"), 0), 16_384)
            text = _text(cell)
            down = _number(cell.get(f"{_SS}MergeDown"), 0)
            for column in range(len(cells), len(cells) + across + 1):
                if down:
                    below[column] = (down + 1, text)
            cells.extend([text] * (across + 1))
        for column in list(below):
            left, text = below.pop(column)
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = cells[column] or text
            if left > 1:
                below[column] = (left - 1, text)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _text(cell: Element) -> str:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return ""
    text = one_line("".join(data.itertext()))
    kind = data.get(f"{_SS}Type", "")
    if kind == "Number":
        try:
            return number_text(float(text))
        except ValueError:
            return text
    if kind == "DateTime":
        return text.replace("T", " ").removesuffix(".000").removesuffix(" 00:00:00")
    return {"1": "TRUE", "0": "FALSE"}.get(text, text) if kind == "Boolean" else text


def _number(written: str | None, otherwise: int) -> int:
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 9 else otherwise
