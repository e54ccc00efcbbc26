"""Fit the sheets of a workbook to the paper before it is printed, where the office has not set a scale itself.

Printed as it comes, a table of eight columns falls apart into a page for each two of them. So each worksheet without a
scale of its own is set one page wide: upright, across, or across on A3, whichever keeps its type readable.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

SMALLEST = 0.45  # of its size: type of 11 points is then 5, the least that can be read
LARGEST_PART = 64 << 20  # bytes of a worksheet that are looked at
_A4, _A3 = "9", "8"
# (points between the margins, paper, orientation)
_PAPERS: Final = ((495.0, _A4, "portrait"), (742.0, _A4, "landscape"), (1090.0, _A3, "landscape"))
_READABLE: Final = (0.85, 0.65, SMALLEST)  # the scale at which the next paper is taken
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"[^>]*>\s*<(?:v|f|is)\b')
_COLUMN = re.compile(rb"<col\b[^>]*>")
_SET = re.compile(rb'<pageSetUpPr\b[^>]*fitToPage="(?:1|true)"|<pageSetup\b[^>]*\bscale="(?!100")\d+"')


class TooWideError(Exception):
    """A sheet would be too small to read on any paper."""


def fit(source: Path, out: Path) -> None:
    """Write ``source`` (xlsx) to ``out`` with its sheets fitted; raises `TooWideError`, or what zip files raise."""
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as fitted:
        for entry in package.infolist():
            data = package.read(entry)
            if _SHEET.fullmatch(entry.filename) and len(data) <= LARGEST_PART:
                data = fit_sheet(data)
            fitted.writestr(entry.filename, data)


def fit_sheet(xml: bytes) -> bytes:
    """One worksheet's XML, one page wide; unchanged when it has a scale already or holds nothing."""
    if _SET.search(xml) or b"<worksheet" not in xml:
        return xml
    needed = used_width(xml)
    if needed <= _PAPERS[0][0]:
        return xml
    for (room, paper, orientation), least in zip(_PAPERS, _READABLE, strict=True):
        if room / needed >= least:
            return _with_setup(xml, paper, orientation)
    raise TooWideError


def used_width(xml: bytes) -> float:
    """Points across the columns that hold something."""
    last = max((_number(column) for column in set(_CELL.findall(xml))), default=0)
    default = _float(_attribute(re.search(rb"<sheetFormatPr\b[^>]*>", xml), b"defaultColWidth"), 8.43)
    widths = dict.fromkeys(range(1, last + 1), default)
    for column in _COLUMN.finditer(xml):
        hidden = _attribute(column, b"hidden") in (b"1", b"true")
        width = 0.0 if hidden else _float(_attribute(column, b"width"), default)
        first, end = int(_float(_attribute(column, b"min"), 1)), int(_float(_attribute(column, b"max"), 1))
        widths |= {number: width for number in range(first, min(end, last) + 1)}
    return sum(5.25 * width + 3.75 for width in widths.values() if width)


def _with_setup(xml: bytes, paper: str, orientation: str) -> bytes:
    size = f'paperSize="{paper}" orientation="{orientation}"'
    setup = f'<pageSetup {size} fitToWidth="1" fitToHeight="0"/>'.encode("ascii")
    fitted = b'<pageSetUpPr fitToPage="1"/>'
    xml = re.sub(rb"<pageSetUpPr\b[^>]*/>", b"", xml)
    if re.search(rb"<sheetPr\b[^>]*/>", xml):
        xml = re.sub(rb"<sheetPr\b([^>]*)/>", rb"<sheetPr\1>" + fitted + rb"</sheetPr>", xml, count=1)
    elif b"</sheetPr>" in xml:
        xml = xml.replace(b"</sheetPr>", fitted + b"</sheetPr>", 1)
    else:
        xml = re.sub(rb"(<worksheet\b[^>]*>)", rb"\1<sheetPr>" + fitted + rb"</sheetPr>", xml, count=1)
    xml = re.sub(rb"<pageSetup\b[^>]*/>|<pageSetup\b[^>]*>.*?</pageSetup>", b"", xml, flags=re.DOTALL)
    if margins := re.search(rb"<pageMargins\b[^>]*/>", xml):
        return xml[: margins.end()] + setup + xml[margins.end() :]
    after = re.search(rb"<(?:headerFooter|rowBreaks|colBreaks|drawing|legacyDrawing|picture|tableParts|extLst)\b", xml)
    place = after.start() if after else xml.rfind(b"</worksheet>")
    margins_too = b'<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    return xml[:place] + margins_too + setup + xml[place:]


def _attribute(element: re.Match[bytes] | None, name: bytes) -> bytes:
    found = re.search(rb"\b" + name + rb'="([^"]*)"', element[0]) if element else None
    return found[1] if found else b""


def _float(text: bytes, default: float) -> float:
    try:
        return float(text)
    except ValueError:
        return default


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
