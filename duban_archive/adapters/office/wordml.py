"""Write a plain Word document by hand: paragraphs and tables on pages of a given size, nothing else.

For renditions that this program sets itself. Written as text, since a table of 20,000 rows is made in a blink this way.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from duban_archive.fonts import SANS, SERIF

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
TWIPS_A_POINT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A paper size and its margin, in points."""

    width: float
    height: float
    margin: float = 56.7

    @property
    def room(self) -> float:
        """Points across between the margins."""
        return self.width - 2 * self.margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Blocks (already in WordprocessingML) on one kind of sheet; each begins on a new page."""

    sheet: Sheet
    blocks: Sequence[str]


def paragraph(
    text: str, *, size: float = 12, bold: bool = False, sans: bool = False, align: str = "left", grey: bool = False,
    indent: bool = False, after: float = 0, keep: bool = False,
) -> str:  # fmt: skip
    """A paragraph; tabs and line ends in ``text`` are kept."""
    first = f'<w:ind w:firstLine="{_twips(2 * size)}"/>' if indent else ""
    spacing = f'<w:spacing w:before="0" w:after="{_twips(after)}" w:line="{_twips(size * 1.55)}" w:lineRule="atLeast"/>'
    with_next = "<w:keepNext/>" if keep else ""
    return (
        f'<w:p><w:pPr>{with_next}{spacing}{first}<w:jc w:val="{align}"/></w:pPr>'
        f"{_run(text, size=size, bold=bold, sans=sans, grey=grey)}</w:p>"
    )


def table(rows: Iterable[Sequence[str]], widths: Sequence[float], *, size: float = 9, heading: int = 0) -> str:
    """A ruled table; ``widths`` in points, one a column; the first ``heading`` rows come again on each page."""
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    cells = [f'<w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/></w:tcPr>' for width in widths]
    line = f'<w:spacing w:before="0" w:after="0" w:line="{_twips(size * 1.3)}" w:lineRule="atLeast"/>'
    body = []
    for number, row in enumerate(rows):
        again = "<w:tblHeader/>" if number < heading else ""
        filled = [*row, *[""] * (len(widths) - len(row))]
        body.append(
            f"<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>"
            + "".join(
                f"<w:tc>{cell}<w:p><w:pPr>{line}</w:pPr>{_run(text, size=size, bold=number < heading)}</w:p></w:tc>"
                for cell, text in zip(cells, filled, strict=False)
            )
            + "</w:tr>"
        )
    inner = '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{inner}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(body)}</w:tbl>'
    )


def document(sections: Sequence[Section], *, header: str) -> bytes:
    """A docx of all sections, with ``header`` in small grey type at the top of each page."""
    body: list[str] = []
    for number, section in enumerate(sections):
        body += section.blocks
        properties = _section(section.sheet)
        last = number == len(sections) - 1
        body.append(properties if last else f"<w:p><w:pPr>{_HAIR}{properties}</w:pPr></w:p>")
    head = paragraph(header, size=8, sans=True, grey=True, align="right")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, xml in _parts("".join(body), head).items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            package.writestr(entry, f'<?xml version="1.0" encoding="UTF-8"?>{xml}', zipfile.ZIP_DEFLATED)
    return made.getvalue()


_HAIR = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'


def _section(sheet: Sheet) -> str:
    landscape = ' w:orient="landscape"' if sheet.width > sheet.height else ""
    margin = _twips(sheet.margin)
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="r1"/><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{_twips(sheet.width)}" w:h="{_twips(sheet.height)}"{landscape}/>'
        f'<w:pgMar w:top="{margin}" w:right="{margin}" w:bottom="{margin}" w:left="{margin}" '
        f'w:header="{margin // 2}" w:footer="{margin // 2}" w:gutter="0"/></w:sectPr>'
    )


def _run(text: str, *, size: float, bold: bool = False, sans: bool = False, grey: bool = False) -> str:
    if not text:
        return ""
    face = SANS if sans else SERIF
    fonts = f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/>'
    weight = "<w:b/>" if bold else ""
    colour = '<w:color w:val="666666"/>' if grey else ""
    half = round(size * 2)
    properties = f'<w:rPr>{fonts}{weight}{colour}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
    return f"<w:r>{properties}{_content(text)}</w:r>"


def _content(text: str) -> str:
    pieces = []
    for piece in re.split("([\t\n])", _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))):
        if piece == "\t":
            pieces.append("<w:tab/>")
        elif piece == "\n":
            pieces.append("<w:br/>")
        elif piece:
            pieces.append(f'<w:t xml:space="preserve">{escape(piece)}</w:t>')
    return "".join(pieces)


def _twips(points: float) -> int:
    return round(points * TWIPS_A_POINT)


def _parts(body: str, header: str) -> dict[str, str]:
    namespaces = f'xmlns:w="{_W}" xmlns:r="{_R}"'
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
        f'<Override PartName="/word/header1.xml" ContentType="{_TYPES}.header+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{_R}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{_R}/header" Target="header1.xml"/></Relationships>',
        "word/document.xml": f"<w:document {namespaces}><w:body>{body}</w:body></w:document>",
        "word/header1.xml": f"<w:hdr {namespaces}>{header}</w:hdr>",
    }
