"""Presentations (pptx, ppsx, pptm): a passage a slide, with its tables and speaker's notes; hidden slides are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from duban_archive.core.model import Extracted, Json, Locator, Passage, Table

from .package import Element, Package, file_facts, open_package
from .passages import one_line
from .source import Source, UnreadableError

ENGINE: Final = "pptx"

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT: Final = {
    b"http://purl.oclc.org/ooxml/drawingml/main": _A[1:-1].encode("ascii"),
    b"http://purl.oclc.org/ooxml/presentationml/main": _P[1:-1].encode("ascii"),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": _R[1:-1].encode("ascii"),
}
_RUNS = (f"{_A}t", f"{_A}br")
_FIELDS = ("sldNum", "dt", "ftr", "hdr")  # placeholders that repeat on each slide


def read(source: Source) -> Extracted:
    """Slides in the order they are shown."""
    passages: list[Passage] = []
    tables: list[Table] = []
    hidden: list[int] = []
    pictures: list[int] = []
    with open_package(source) as package:
        main = package.main_part("ppt/presentation.xml")
        slides = _slides_in_order(package, main)
        if not slides:
            raise UnreadableError("broken")
        facts = file_facts(package)
        last = min(len(slides), source.limits.pages)
        for number, name in enumerate(slides[:last], 1):
            root = _part(package, name)
            if root is None:
                continue
            if root.get("show") in ("0", "false"):
                hidden.append(number)
            lines = list(_lines(root, number, tables))
            for kind, target in package.relations(name).values():
                notes = _part(package, target) if kind == "notesSlide" else None
                if notes is not None:
                    lines += _lines(notes, number, [])
            if lines:
                passages.append(Passage(locator=Locator(page=number), text="\n".join(lines)))
            elif next(root.iter(f"{_A}blip"), None) is not None:
                pictures.append(number)
    facts |= _found(hidden, pictures)
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=tuple(passages),
        tables=tuple(tables),
        pages=len(slides),
        facts=facts,
    )


def _found(hidden: list[int], pictures: list[int]) -> dict[str, Json]:
    return {"hidden_slides": hidden, "picture_slides": pictures, "images": len(pictures)}


def _slides_in_order(package: Package, main: str) -> list[str]:
    relations = package.relations(main)
    root = _part(package, main)
    listed = [] if root is None else [slide.get(f"{_R}id", "") for slide in root.iter(f"{_P}sldId")]
    slides = [relations[key][1] for key in listed if key in relations and relations[key][1] in package.names]
    if slides:
        return slides
    # a broken list: the slides that are there, by their number
    there = [name for name in package.names if name.startswith("ppt/slides/slide") and name.endswith(".xml")]
    return sorted(there, key=lambda name: (len(name), name))


def _part(package: Package, name: str) -> Element:
    if name not in package.names:
        return None
    data = package.bytes(name)
    if b"purl.oclc.org" in data:
        from .package import parse

        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
        return parse(data)
    return package.xml(name)


def _lines(root: Element, number: int, tables: list[Table]) -> Iterator[str]:
    for block in _blocks(root):
        if block.tag == f"{_A}tbl":
            rows: list[tuple[str, ...]] = []
            for row in block.iter(f"{_A}tr"):
                said, filled = _row(row, rows[-1] if rows else ())
                rows.append(filled)
                if any(said):
                    yield "\t".join(said).rstrip("\t")
            if rows:
                tables.append(Table(locator=Locator(page=number), rows=tuple(rows)))
        elif line := _line(block):
            yield line


def _row(row: Element, above: tuple[str, ...]) -> tuple[list[str], tuple[str, ...]]:
    said: list[str] = []
    filled: list[str] = []
    for cell in row.iter(f"{_A}tc"):
        text = " ".join(line for part in cell.iter(f"{_A}p") if (line := _line(part)))
        if cell.get("hMerge") in ("1", "true"):
            filled.append(filled[-1] if filled else "")
        elif cell.get("vMerge") in ("1", "true"):
            said.append("")
            filled.append(above[len(filled)] if len(filled) < len(above) else "")
        else:
            said.append(text)
            filled.append(text)
    return said, tuple(filled)


def _blocks(root: Element) -> Iterator[Element]:
    """Paragraphs and tables, without the repeated date, footer and slide number."""
    for child in root:
        if child.tag in (f"{_A}p", f"{_A}tbl"):
            yield child
        elif isinstance(child.tag, str) and not child.tag.endswith("}Fallback"):
            place = child.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph") if child.tag == f"{_P}sp" else None
            if place is None or place.get("type") not in _FIELDS:
                yield from _blocks(child)


def _line(paragraph: Element) -> str:
    return one_line("".join(" " if part.tag == f"{_A}br" else part.text or "" for part in paragraph.iter(*_RUNS)))
