"""Tables in text files (csv, tsv): comma, semicolon, tab or bar; GBK as Excel in China writes it, or Unicode."""

from __future__ import annotations

import csv
import io
from typing import Final

from duban_archive.core.model import Extracted, Locator, Table

from .notes import note
from .passages import of_rows, one_line
from .plain_text import read_text
from .source import Source

ENGINE: Final = "csv"
_SHEET: Final = ""  # a csv file has one sheet without a name


def read(source: Source) -> Extracted:
    """One table, and its rows in blocks; a row's number counts rows, not lines (a cell may hold line ends)."""
    text, encoding, cut = read_text(source)
    csv.field_size_limit(1 << 20)
    rows: list[tuple[str, ...]] = []
    room = source.limits.cells
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            room -= len(cells)
            if room < 0:
                cut = True
                break
            rows.append(tuple(one_line(cell) for cell in cells))
    except csv.Error:  # a quote that is never closed: lines as they stand
        rows = [(one_line(line),) for line in text.splitlines()]
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=tuple(of_rows(_SHEET, enumerate(rows, 1))),
        tables=(Table(locator=Locator(sheet=_SHEET, row=1), rows=tuple(rows)),) if rows else (),
        facts={"encoding": encoding},
        notes=(note("truncated", detail=f"前 {len(rows)} 行"),) if cut else (),
    )


def _delimiter(text: str) -> str:
    """The mark that parts the most lines into the same number of cells."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:50]
    best = (",", 0)
    for mark in ",\t;|，":
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=counts.count) if counts else 0
        if usual:
            best = max(best, (mark, counts.count(usual) * min(usual, 50)), key=lambda pair: pair[1])
    return best[0]
