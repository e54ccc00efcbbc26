"""OpenDocument text and presentations (odt, odp), which a fifth of real ".doc" and ".docx" files turned out to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from duban_archive.core.model import Extracted, Json, Locator, Passage, Table

from . import media_types as kinds
from .package import DC, Element, Package, open_package
from .passages import of_paragraphs, one_line
from .source import Source, UnreadableError

ENGINE: Final = "odf"

_NS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = f"{{{_NS}text:1.0}}", f"{{{_NS}table:1.0}}", f"{{{_NS}office:1.0}}"
_META, _DRAW, _MANIFEST = f"{{{_NS}meta:1.0}}", f"{{{_NS}drawing:1.0}}", f"{{{_NS}manifest:1.0}}"
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_SVG = f"{{{_NS}svg-compatible:1.0}}"
_UNSAID = (
    f"{_TEXT}tracked-changes",
    f"{_OFFICE}annotation",
    f"{_TEXT}ruby-text",
    f"{_OFFICE}forms",
    f"{_SVG}desc",
    f"{_SVG}title",
)
_SPACES = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": " "}


def read(source: Source) -> Extracted:
    """Paragraphs and tables in order, headers and footers after them; for presentations a passage a slide."""
    with open_package(source) as package:
        root = package.xml("content.xml")
        if is_encrypted(package):
            raise UnreadableError("encrypted")
        if root is None:
            raise UnreadableError("broken")
        facts = meta_facts(package)
        styles = package.xml("styles.xml")
    changes = sum(1 for _ in root.iter(f"{_TEXT}changed-region"))
    if changes:
        facts["tracked_changes"] = changes
    comments = sum(1 for _ in root.iter(f"{_OFFICE}annotation"))
    if comments:
        facts["comments"] = comments
    if images := sum(1 for _ in root.iter(f"{_DRAW}image")):
        facts["images"] = images
    tables: list[Table] = []
    if source.media_type == kinds.ODP:
        passages, pages = _slides(root, tables, source.limits.cells)
    else:
        lines = list(_lines(root, tables, source.limits.cells))
        if styles is not None:
            known = set(lines)
            said = [line for part in styles.iter(*_PARAGRAPHS) if (line := _line(part)) not in known]
            lines += dict.fromkeys(line for line in said if line)
        passages, pages = of_paragraphs(lines), None
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=passages,
        tables=tuple(tables),
        pages=pages,
        facts=facts,
    )


def is_encrypted(package: Package) -> bool:
    """Whether the manifest says that the content is behind a password."""
    manifest = package.xml("META-INF/manifest.xml")
    return manifest is not None and next(manifest.iter(f"{_MANIFEST}encryption-data"), None) is not None


def meta_facts(package: Package) -> dict[str, Json]:
    """Author, dates, application and page count, from meta.xml."""
    facts: dict[str, Json] = {}
    meta = package.xml("meta.xml")
    if meta is not None:
        for key, tag in (
            ("author", f"{_META}initial-creator"),
            ("last_author", f"{DC}creator"),
            ("created", f"{_META}creation-date"),
            ("modified", f"{DC}date"),
            ("printed", f"{_META}print-date"),
            ("own_title", f"{DC}title"),
            ("application", f"{_META}generator"),
            ("revision", f"{_META}editing-cycles"),
        ):
            found = next(meta.iter(tag), None)
            facts[key] = (found.text or "").strip() if found is not None else ""
        counts = next(meta.iter(f"{_META}document-statistic"), None)
        pages = counts.get(f"{_META}page-count", "") if counts is not None else ""
        if pages.isascii() and pages.isdigit():
            facts["pages_hint"] = int(pages)
    facts["macros"] = any(name.startswith(("Basic/", "Scripts/")) for name in package.names)
    facts["signed"] = "META-INF/documentsignatures.xml" in package.names
    return {key: value for key, value in facts.items() if value}


def _slides(root: Element, tables: list[Table], cells: int) -> tuple[tuple[Passage, ...], int]:
    passages = []
    number = 0
    for number, page in enumerate(root.iter(f"{_DRAW}page"), 1):
        lines = list(_lines(page, tables, cells))
        passages.append(Passage(locator=Locator(page=number), text="\n".join(lines)))
    return tuple(passages), number


def _lines(root: Element, tables: list[Table], cells: int) -> Iterator[str]:
    """Lines in document order; table rows are lines, too. ``tables`` gets the tables."""
    count = 0
    for block in _blocks(root):
        if block.tag != f"{_TABLE}table":
            if line := _line(block):
                count += 1
                yield line
            continue
        rows = []
        first = count + 1
        for row in block.iter(f"{_TABLE}table-row"):
            said, filled = _row(row)
            cells -= len(filled)
            if cells < 0:
                break
            rows.append(tuple(filled))
            if any(said):
                count += 1
                yield "\t".join(said).rstrip("\t")
        if rows:
            tables.append(Table(locator=Locator(paragraph=first), rows=tuple(_fill_down(rows, block))))


def _blocks(root: Element) -> Iterator[Element]:
    for child in root:
        if child.tag in _UNSAID:
            continue
        if child.tag in _PARAGRAPHS or child.tag == f"{_TABLE}table":
            yield child
        elif isinstance(child.tag, str):
            yield from _blocks(child)


def _row(row: Element) -> tuple[list[str], list[str]]:
    """The row's cells, each once; and with those merged across filled."""
    said: list[str] = []
    filled: list[str] = []
    for cell in row:
        if cell.tag == f"{_TABLE}table-cell":
            text = " ".join(line for part in cell.iter(*_PARAGRAPHS) if (line := _line(part)))
            repeat = _number(cell, "number-columns-repeated") if text else 1
            said.extend([text] * repeat)
            filled.extend([text] * repeat)
        elif cell.tag == f"{_TABLE}covered-table-cell":
            filled.append(filled[-1] if filled else "")
    return said, filled


def _fill_down(rows: list[tuple[str, ...]], table: Element) -> list[tuple[str, ...]]:
    full = [list(row) for row in rows]
    for number, row in enumerate(table.iter(f"{_TABLE}table-row")):
        for at, cell in enumerate(row):
            if number >= len(full) or at >= len(full[number]):
                break
            down = _number(cell, "number-rows-spanned")
            across = _number(cell, "number-columns-spanned")
            for below in range(number + 1, min(number + down, len(full))):
                for column in range(at, min(at + across, len(full[below]))):
                    full[below][column] = full[number][at]
    return [tuple(row) for row in full]


def _number(cell: Element, name: str) -> int:
    written = cell.get(f"{_TABLE}{name}", "1")
    return max(1, min(int(written), 256)) if written.isascii() and written.isdigit() else 1


def _line(paragraph: Element) -> str:
    return one_line("".join(_pieces(paragraph)))


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in _SPACES:
        yield _SPACES[element.tag]
    elif element.text:
        yield element.text
    for child in element:
        if child.tag not in _UNSAID and isinstance(child.tag, str):
            yield from _pieces(child)
        if child.tail:
            yield child.tail
