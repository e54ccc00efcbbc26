"""Web pages (html, and the "xls" and "doc" that systems export as one): blocks of text and tables, nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from duban_archive.core.model import Extracted, Locator, Table

from .package import parse_page
from .passages import of_paragraphs, one_line
from .plain_text import read_text
from .source import Source
from .text_encoding import decode

ENGINE: Final = "html"

_UNSAID: Final = {"script", "style", "noscript", "template", "head", "iframe", "object", "svg"}
_BLOCKS: Final = {
    "p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "caption",
    "section", "article", "header", "footer", "nav", "aside", "main", "form", "fieldset", "blockquote", "pre", "hr",
    "body", "html", "center", "address", "option", "textarea",
}  # fmt: skip
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)


def read(source: Source) -> Extracted:
    """Lines and tables in document order."""
    text, encoding, _cut = read_text(source)
    if encoding in ("cp1252", "gb18030"):
        with source.path.open("rb") as file:
            text, encoding = _decode(file.read(source.limits.characters * 4), encoding, text)
    lines, tables, title = lines_of(text, source.limits.cells)
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=of_paragraphs(lines),
        tables=tuple(tables),
        facts={"encoding": encoding, "own_title": title},
    )


def lines_of(text: str, cells: int) -> tuple[list[str], list[Table], str]:
    """The lines, tables and title of a page."""
    if not text.strip():
        return [], [], ""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = parse_page(text)
    except Exception:  # nothing but comments, or not a page at all
        plain = re.sub(r"<[^>]*>", " ", text)
        return [line for raw in plain.splitlines() if (line := one_line(raw))], [], ""
    heading = root.find(".//title")
    title = one_line(str(heading.text or "")) if heading is not None else ""
    reading = _Reading(cells)
    reading.take(root)
    reading.end_line()
    return reading.lines, reading.tables, title


class _Reading:
    """Gathers the lines of a page block by block; a table's row is a line."""

    def __init__(self, cells: int) -> None:
        self.lines: list[str] = []
        self.tables: list[Table] = []
        self._room = cells
        self._line: list[str] = []

    def end_line(self) -> None:
        if line := one_line("".join(self._line)):
            self.lines.append(line)
        self._line = []

    def take(self, root: Any) -> None:
        """Walk without recursion: hostile pages nest thousands deep."""
        stack: list[tuple[Any, bool]] = [(root, False)]
        while stack:
            element, leaving = stack.pop()
            tag = element.tag if isinstance(element.tag, str) else ""
            if leaving:
                if tag in _BLOCKS:
                    self.end_line()
                self._line.append(element.tail or "")
                continue
            if not tag or tag in _UNSAID:
                self._line.append(element.tail or "")
                continue
            if tag in _BLOCKS:
                self.end_line()
            if tag == "table" and element.find(".//table") is None:
                self._take_table(element)
                self._line.append(element.tail or "")
                continue
            if tag in ("td", "th"):
                self._line.append(" ")
            self._line.append(element.text or "")
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))

    def _take_table(self, table: Any) -> None:
        rows = []
        first = len(self.lines) + 1
        carried: dict[int, tuple[int, str]] = {}
        for row in table.iter("tr"):
            said, filled = _row(row, carried)
            self._room -= len(filled)
            if self._room < 0:
                break
            if any(said):
                self.lines.append("\t".join(said).rstrip("\t"))
            rows.append(tuple(filled))
        if rows:
            self.tables.append(Table(locator=Locator(paragraph=first), rows=tuple(rows)))


def _row(row: Any, carried: dict[int, tuple[int, str]]) -> tuple[list[str], list[str]]:
    """A row's cells, each once; and with cells that span columns and rows filled."""
    said: list[str] = []
    filled: list[str] = []

    def take_carried() -> None:
        while len(filled) in carried:
            left, text = carried.pop(len(filled))
            if left > 1:
                later[len(filled)] = (left - 1, text)
            filled.append(text)

    later: dict[int, tuple[int, str]] = {}
    for cell in row:
        if cell.tag not in ("td", "th"):
            continue
        take_carried()
        text = one_line(" ".join(_said(cell)))
        said.append(text)
        down = _number(cell.get("rowspan"))
        for _ in range(_number(cell.get("colspan"))):
            if down > 1:
                later[len(filled)] = (down - 1, text)
            filled.append(text)
    take_carried()
    carried.clear()
    carried.update(later)
    return said, filled


def _said(cell: Any) -> Iterator[str]:
    for element in cell.iter():
        if isinstance(element.tag, str) and element.tag not in _UNSAID:
            yield element.text or ""
        if element is not cell:
            yield element.tail or ""


def _number(written: str | None) -> int:
    return max(1, min(int(written), 256)) if written and written.isascii() and written.isdigit() else 1


def _decode(data: bytes, guessed: str, text: str) -> tuple[str, str]:
    """Believe a page's own word on its encoding where the bytes leave it open."""
    declared = _DECLARED.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    if name in ("big5", "shift_jis", "euc-jp", "euc-kr"):
        return data.decode(name, "replace"), name
    if name in ("gb2312", "gbk", "gb18030"):
        return data.decode("gb18030", "replace"), "gb18030"
    return (text, guessed) if text else decode(data)
