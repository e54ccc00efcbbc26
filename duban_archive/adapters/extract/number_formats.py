"""Which cells of a workbook show their number as a percentage or with leading zeros; calamine gives values alone.

An office reads 99.5% and writes it so in its reports; 0.995 in our text would be found by nobody.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from typing import Final

from .package import Package

_PERCENT = re.compile(r"^[#,0]*0?(?:\.(0+))?%")
_PADDED = re.compile(r"^0{2,}$")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_BUILT_IN: Final = {9: "0%", 10: "0.00%"}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_BYTES = 64 << 20  # of one sheet looked through

Cell = tuple[int, int]  # row and column, from 1 and 0
Formats = Mapping[str, Mapping[Cell, str]]  # sheet: cell: format


def show(number: float, form: str) -> str:
    """A number as its format shows it; ``form`` is one that `of_xlsx` or `of_xls` gave."""
    if match := _PERCENT.match(form):
        return f"{number * 100:.{len(match[1] or '')}f}%"
    return f"{int(number):0{len(form)}d}" if float(number).is_integer() and number >= 0 else ""


def _telling(form: str) -> str:
    """The format without what is not shown; empty when it changes nothing that matters here."""
    plain = _QUOTED.sub("", form.partition(";")[0]).strip()
    return plain if _PERCENT.match(plain) or _PADDED.match(plain) else ""


def of_xlsx(package: Package) -> Formats:
    """The telling formats of an xlsx, found with a glance at each sheet's bytes."""
    styles = package.xml("xl/styles.xml")
    book = package.xml("xl/workbook.xml")
    if styles is None or book is None:
        return {}
    codes = _BUILT_IN | {_int(f.get("numFmtId")): f.get("formatCode", "") for f in styles.iter(f"{_MAIN}numFmt")}
    used = styles.find(f"{_MAIN}cellXfs")
    kinds = {
        number: form
        for number, style in enumerate(() if used is None else used.iter(f"{_MAIN}xf"))
        if (form := _telling(codes.get(_int(style.get("numFmtId")), "")))
    }
    if not kinds:
        return {}
    pattern = re.compile(
        rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*?\bs="(' + b"|".join(str(n).encode("ascii") for n in kinds) + rb')"'
    )
    relations = package.relations("xl/workbook.xml")
    found: dict[str, dict[Cell, str]] = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        part = relations.get(sheet.get(_RELATION, ""), ("", ""))[1]
        if part in package.names and package.size(part) <= _MOST_BYTES:
            found[sheet.get("name", "")] = {
                (int(match[2]), _column(match[1])): kinds[int(match[3])]
                for match in pattern.finditer(package.bytes(part))
            }
    return found


def of_xls(book: bytes) -> Formats:
    """The telling formats of an xls (BIFF8 records: FORMAT, XF, BOUNDSHEET; NUMBER, RK, MULRK, FORMULA)."""
    codes = dict(_BUILT_IN)
    styles: list[int] = []
    sheets: list[tuple[str, int]] = []
    for kind, at, length in _records(book, 0):
        if kind == 0x041E and length > 5:
            codes[_u16(book, at)] = _string(book, at + 2, _u16(book, at + 2), 2)
        elif kind == 0x00E0 and length >= 4:
            styles.append(_u16(book, at + 2))
        elif kind == 0x0085 and length > 8:
            (start,) = struct.unpack_from("<I", book, at)
            sheets.append((_string(book, at + 6, book[at + 6], 1), start))
    kinds = {number: form for number, code in enumerate(styles) if (form := _telling(codes.get(code, "")))}
    if not kinds:
        return {}
    return {name: dict(_of_sheet(book, start, kinds)) for name, start in sheets}


def _of_sheet(book: bytes, start: int, kinds: Mapping[int, str]) -> Iterator[tuple[Cell, str]]:
    for kind, at, length in _records(book, start):
        if kind in (0x0203, 0x027E, 0x0006) and length >= 6:
            row, column, style = struct.unpack_from("<HHH", book, at)
            if style in kinds:
                yield (row + 1, column), kinds[style]
        elif kind == 0x00BD and length >= 12:
            row, column = struct.unpack_from("<HH", book, at)
            for step in range((length - 6) // 6):
                style = _u16(book, at + 4 + 6 * step)
                if style in kinds:
                    yield (row + 1, column + step), kinds[style]


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, begin, length) of a substream's records."""
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        if kind == 0x000A or at + 4 + length > len(book):
            return
        yield kind, at + 4, length
        at += 4 + length


def _string(data: bytes, at: int, characters: int, head: int) -> str:
    """A BIFF8 string after its count: a flag byte, then one or two bytes a character."""
    start = at + head + 1
    if start > len(data):
        return ""
    if data[start - 1] & 1:
        return data[start : start + 2 * characters].decode("utf-16-le", "replace")
    return data[start : start + characters].decode("latin-1")


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _int(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdigit() else -1
