"""The content of a file set anew as PDF (内容版式): for a machine without a converter, and for plain text and mail.

::

    reader ──▶ Extracted ──▶ sheets as ruled tables, slides page by page, text as paragraphs ──▶ docx ──▶ dxpdf

Every page says at its top that its layout is ours. Nothing is left out in silence: what is hidden in the original is
marked, and a file too long to set ends with a line that says how much is missing.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from duban_archive.adapters.office import word
from duban_archive.adapters.office.conversion import CannotConvertError, Conversion, Job, note, pages_of
from duban_archive.adapters.office.wordml import Section, Sheet, document, paragraph, table
from duban_archive.core.model import Extracted, Passage, Table

ENGINE = "content"
VERSION = "1"
HEADER = "内容版式：由程序按文件内容重新排版，版面与原件不同，以原件为准"
DIFFERS = "内容版式：只保证文字内容，版面、图片和格式与原件不同"

PORTRAIT = Sheet(width=595.3, height=841.9)
LANDSCAPE = Sheet(width=841.9, height=595.3, margin=42.5)
WIDE = Sheet(width=1190.6, height=841.9, margin=42.5)  # A3, folded or reduced when bound

MAX_ROWS = 6000  # of all tables: some 200 pages; beyond that a paper print serves nobody
MAX_LINES = 12000
SIZES = (10.5, 9.0, 8.0, 7.0, 6.5)  # of type in tables, points; the largest that fits is taken
_SENTENCE = re.compile(r"[^\s#*|>-].*[。；！？;]$")  # running text is indented, a heading or a signature is not
CELL_LINE = 18  # hanzi after which a cell is wrapped rather than widened
EDGE = 7.0  # points a cell needs beside its text


def version() -> str:
    """The version of this way of setting, with the converter's; ``""`` when that is missing."""
    return f"{VERSION}+dxpdf {word.version()}" if word.version() else ""


def convert(job: Job) -> Conversion:
    """Read a file and set what was read; raises `CannotConvertError` when there is nothing to set."""
    from duban_archive.adapters.extract import read

    with tempfile.TemporaryDirectory(prefix="duban-content-", ignore_cleanup_errors=True) as scratch:
        extracted = read(
            job.path, file_name=job.file_name, media_type=job.media_type, limits=job.limits, scratch=Path(scratch)
        )
    if not extracted.passages and not extracted.tables:
        reason = extracted.notes[0].text if extracted.notes else "文件里没有可排版的文字。"
        raise CannotConvertError(reason.partition("。")[0])
    sections, left_out = set_anew(extracted, job.file_name)
    word.print_docx(document(sections, header=HEADER), job.out, fonts=job.fonts)
    notes = [note("content_rendition", "版面、图片和格式与原件不同")]
    if left_out:
        notes.append(note("rendition_partly", left_out))
    return Conversion(
        path=job.out, engine=ENGINE, version=version(), pages=pages_of(job.out), notes=tuple(notes), differs=DIFFERS
    )


def set_anew(extracted: Extracted, file_name: str) -> tuple[list[Section], str]:
    """The sections of the rendition, and in words what had to be left out (``""``: nothing)."""
    sheets = [found for found in extracted.tables if found.locator.sheet is not None and found.rows]
    sections, left_out = _tables(sheets) if sheets else _texts(extracted.passages)
    title = paragraph(file_name, size=14, bold=True, sans=True, align="center", after=8, keep=True)
    first = sections[0]
    return [Section(sheet=first.sheet, blocks=[title, *first.blocks]), *sections[1:]], left_out


# --- spreadsheets ------------------------------------------------------------------------------------------------


def _tables(found: Sequence[Table]) -> tuple[list[Section], str]:
    sections, room, dropped = [], MAX_ROWS, 0
    for one in found:
        rows = _trimmed(one.rows)
        if not rows:
            continue
        taken, room = rows[:room], max(0, room - len(rows))
        dropped += len(rows) - len(taken)
        if taken:
            sections += _sheet_sections(one, taken)
    if not sections:
        sections = [Section(sheet=PORTRAIT, blocks=[paragraph("（表格中没有内容）")])]
    if not dropped:
        return sections, ""
    last = sections[-1]
    told = f"还有 {dropped} 行没有排出"
    sections[-1] = Section(sheet=last.sheet, blocks=[*last.blocks, paragraph(f"（{told}，见原件）", sans=True)])
    return sections, told


def _sheet_sections(one: Table, rows: Sequence[Sequence[str]]) -> list[Section]:
    """One worksheet: on the smallest sheet that takes all its columns, else its columns in several runs."""
    name = f"工作表：{one.locator.sheet}" + ("（原件中隐藏）" if one.hidden else "")
    sections = []
    sheet, size, groups = fit(rows)
    for number, columns in enumerate(groups):
        part = f"{name}（第 {columns[0][0] + 1}–{columns[-1][0] + 1} 列）" if len(groups) > 1 else name
        head = paragraph(part if number == 0 or len(groups) > 1 else name, size=10.5, sans=True, after=3, keep=True)
        widths = [width for _, width in columns]
        cells = ([row[index] if index < len(row) else "" for index, _ in columns] for row in rows)
        blocks = [head, table(cells, widths, size=size, heading=heading_rows(rows))]
        sections.append(Section(sheet=sheet, blocks=blocks))
    return sections


def heading_rows(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top name the columns, to be repeated on each page: down to the first well filled row."""
    width = max(len(row) for row in rows)
    for number, row in enumerate(rows[:4], 1):
        filled = [cell for cell in row if cell.strip()]
        if width > 1 and len(set(filled)) >= 0.6 * width and not any(_is_figure(cell) for cell in filled):
            return number if number < len(rows) else 0
    return 0


def _is_figure(cell: str) -> bool:
    return cell.strip().replace(",", "").replace(".", "").removesuffix("%").isdigit()


def fit(rows: Sequence[Sequence[str]]) -> tuple[Sheet, float, list[list[tuple[int, float]]]]:
    """The sheet, the type size, and the runs of ``(column, width in points)`` in which a table is set."""
    wanted = [_wanted(rows, index) for index in range(max(len(row) for row in rows))]
    for sheet, sizes in ((PORTRAIT, SIZES[:3]), (LANDSCAPE, SIZES[:4]), (WIDE, SIZES)):
        for size in sizes:
            widths = [ems * size + EDGE for ems in wanted]
            if sum(widths) <= sheet.room:
                stretch = min(1.6, sheet.room / sum(widths))
                return sheet, size, [[(index, width * stretch) for index, width in enumerate(widths)]]
    size = SIZES[-1]
    groups: list[list[tuple[int, float]]] = [[]]
    used = 0.0
    for index, ems in enumerate(wanted):
        width = min(ems * size + EDGE, WIDE.room)
        if groups[-1] and used + width > WIDE.room:
            groups.append([])
            used = 0.0
        groups[-1].append((index, width))
        used += width
    return WIDE, size, groups


def _wanted(rows: Sequence[Sequence[str]], index: int) -> float:
    """Width of a column in ems: its longest line, though not more than reads well."""
    longest = 1.0
    for row in rows:
        if index < len(row) and row[index]:
            longest = max(longest, max(ems(line) for line in row[index].split("\n")))
    return min(longest + 0.2, CELL_LINE)


def ems(text: str) -> float:
    """Width of a line in ems: a hanzi is one, a Latin letter or digit about half."""
    return sum(0.56 if character < "\u0500" else 1.0 for character in text)


def _trimmed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Without the empty rows and columns around the filled part."""
    filled = [index for index, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled:
        return []
    kept = [list(row) for row in rows[filled[0] : filled[-1] + 1]]
    used = [index for row in kept for index, cell in enumerate(row) if cell.strip()]
    return [row[min(used) : max(used) + 1] for row in kept]


# --- text --------------------------------------------------------------------------------------------------------


def _texts(passages: Sequence[Passage]) -> tuple[list[Section], str]:
    """Running text; pages and slides of the original each begin a new page."""
    sections, room, dropped = [], MAX_LINES, 0
    for page, lines in _pages(passages):
        taken, room = lines[:room], max(0, room - len(lines))
        dropped += len(lines) - len(taken)
        if not taken:
            continue
        head = [paragraph(f"第 {page} 页", size=9, sans=True, grey=True, after=4)] if page is not None else []
        sections.append(Section(sheet=PORTRAIT, blocks=[*head, *_blocks(taken)]))
    if not sections:
        raise CannotConvertError("文件里没有可排版的文字")
    if not dropped:
        return sections, ""
    told = f"还有 {dropped} 行没有排出"
    last = sections[-1]
    sections[-1] = Section(sheet=last.sheet, blocks=[*last.blocks, paragraph(f"（{told}，见原件）", sans=True)])
    return sections, told


def _pages(passages: Sequence[Passage]) -> Iterator[tuple[int | None, list[str]]]:
    number: int | None = None
    lines: list[str] = []
    for passage in passages:
        if lines and passage.locator.page != number:
            yield number, lines
            lines = []
        number = passage.locator.page
        lines += passage.text.split("\n")
    yield number, lines


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    """Lines as paragraphs; runs of lines with tabs as tables."""
    rows: list[list[str]] = []
    for line in lines:
        if "\t" in line.strip("\t"):
            rows.append(line.split("\t"))
            continue
        if rows:
            yield from _inner_table(rows)
            rows = []
        yield paragraph(line.rstrip(), size=12, indent=bool(_SENTENCE.match(line)))
    if rows:
        yield from _inner_table(rows)


def _inner_table(rows: list[list[str]]) -> Iterator[str]:
    kept = _trimmed(rows)
    if not kept:
        return
    wanted = [_wanted(kept, index) for index in range(max(len(row) for row in kept))]
    for size in SIZES:
        widths = [width * size + EDGE for width in wanted]
        if sum(widths) <= PORTRAIT.room or size == SIZES[-1]:
            scale = min(1.0, PORTRAIT.room / sum(widths))
            yield table(kept, [width * scale for width in widths], size=size)
            yield paragraph("", size=6)
            return
