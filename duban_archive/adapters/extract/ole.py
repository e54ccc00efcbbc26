"""OLE2 files (doc, xls, ppt, msg): opened within limits, and what their summary says of author, dates, application."""

from __future__ import annotations

import codecs
import datetime
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from duban_archive.core.model import Json

from .source import Source, UnreadableError

_STREAM_MB = 256


@contextmanager
def open_ole(source: Source) -> Iterator[Any]:
    """Open an OLE2 file; an encrypted OOXML package inside one is told apart at once."""
    import olefile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ole = olefile.OleFileIO(str(source.path))
        except Exception as error:
            raise UnreadableError("broken") from error
        with ole:
            if ole.exists("EncryptedPackage"):
                raise UnreadableError("encrypted")
            yield ole


def stream(ole: Any, name: str | list[str]) -> bytes:
    """A stream's bytes, empty when it is not there."""
    if not ole.exists(name):
        return b""
    if ole.get_size(name) > _STREAM_MB << 20:
        raise UnreadableError("too_large", f"其中一个部分超过 {_STREAM_MB} MB")
    with ole.openstream(name) as opened:
        return bytes(opened.read())


def summary_facts(ole: Any) -> dict[str, Json]:
    """Author, dates, application, page count and macros, as an OLE2 file's own summary gives them.

    Read here and not by olefile, which a damaged count keeps busy for minutes ([MS-OLEPS] 2.21, [MS-OSHARED] 2.3.3.2).
    """
    facts: dict[str, Json] = {}
    for name, wanted in _SUMMARIES.items():
        try:
            found = _properties(stream(ole, name))
        except (struct.error, IndexError, OSError):  # a broken summary is no reason not to read the text
            continue
        for number, key in wanted.items():
            facts[key] = _told(key, found.get(number))
    storages = {"/".join(path).lower() for path in ole.listdir(streams=True, storages=True)}
    facts["macros"] = any(
        part in ("macros", "_vba_project_cur", "vba") for path in storages for part in path.split("/")
    )
    facts["signed"] = any(path.startswith(("_xmlsignatures", "_signatures")) for path in storages)
    return {key: value for key, value in facts.items() if value}


_SUMMARIES: Final[Mapping[str, Mapping[int, str]]] = {
    "\x05SummaryInformation": {
        2: "own_title",
        4: "author",
        7: "template",
        8: "last_author",
        9: "revision",
        10: "edit_minutes",
        11: "printed",
        12: "created",
        13: "modified",
        14: "pages_hint",
        18: "application",
    },
    "\x05DocumentSummaryInformation": {15: "company"},
}
_MOST_PROPERTIES, _LONGEST = 200, 4096
_INTEGER, _LONG, _BYTES, _WIDE, _TIME = 2, 3, 30, 31, 64
_EPOCH = datetime.datetime(1601, 1, 1)


def _properties(data: bytes) -> dict[int, object]:
    """The first section's properties: text, whole numbers, and times in ticks of 100 ns since 1601."""
    found: dict[int, object] = {}
    if len(data) < 56:
        return found
    (section,) = struct.unpack_from("<I", data, 44)
    (count,) = struct.unpack_from("<I", data, section + 4)
    places = [struct.unpack_from("<II", data, section + 8 + 8 * n) for n in range(min(count, _MOST_PROPERTIES))]
    encoding = "gb18030"
    for number, offset in sorted(places):  # 1, the code page, comes first
        at = section + offset
        if at + 8 > len(data):
            continue
        (kind,) = struct.unpack_from("<I", data, at)
        if kind == _INTEGER:
            (value,) = struct.unpack_from("<H", data, at + 4)
            found[number] = value
            if number == 1:
                encoding = _encoding(value)
        elif kind == _LONG:
            found[number] = struct.unpack_from("<i", data, at + 4)[0]
        elif kind == _TIME and at + 12 <= len(data):
            found[number] = struct.unpack_from("<Q", data, at + 4)[0]
        elif kind in (_BYTES, _WIDE):
            length = struct.unpack_from("<I", data, at + 4)[0] * (2 if kind == _WIDE else 1)
            raw = data[at + 8 : at + 8 + min(length, _LONGEST)]
            found[number] = _text(raw, "utf-16-le" if kind == _WIDE else encoding)
    return found


def _told(key: str, value: object) -> Json:
    if key in ("created", "modified", "printed"):
        return _moment(value)
    if key == "edit_minutes":
        return value // 600_000_000 if isinstance(value, int) and 0 < value < 1 << 53 else 0
    if key == "pages_hint":
        return value if isinstance(value, int) and 0 < value < 100_000 else 0
    return value if isinstance(value, str) else ""


def _encoding(codepage: int) -> str:
    if codepage in (936, 54936, 20936, 10008):
        return "gb18030"
    known = {65001: "utf-8", 1200: "utf-16-le", 1201: "utf-16-be", 950: "big5", 10000: "mac-roman"}
    return known.get(codepage, f"cp{codepage}")


def _text(raw: bytes, encoding: str) -> str:
    if encoding.startswith("utf-16") and raw.rstrip(b"\0").isascii() and b"\0" not in raw.rstrip(b"\0"):
        encoding = "ascii"  # WPS says one and writes the other
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "gb18030"
    return raw.decode(encoding, "replace").partition("\0")[0].strip()


def _moment(ticks: object) -> str:
    # 1601 is how OLE2 writes "never"
    if not isinstance(ticks, int) or not 0 < ticks < 1 << 61:
        return ""
    moment = _EPOCH + datetime.timedelta(microseconds=ticks // 10)
    return moment.replace(microsecond=0).isoformat() + "Z" if 1980 <= moment.year < 2200 else ""
