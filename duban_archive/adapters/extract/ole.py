"""OLE2 files (doc, xls, ppt, msg): opened within limits, and what their summary says of author, dates, application."""

from __future__ import annotations

import codecs
import datetime
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
    """Author, dates, application, page count and macros, as an OLE2 file's own summary gives them."""
    facts: dict[str, Json] = {}
    try:
        said = ole.get_metadata()
    except Exception:  # a broken summary is no reason not to read the text
        said = None
    if said is not None:
        codepage = _encoding(said.codepage)
        for key, value in (
            ("author", said.author),
            ("last_author", said.last_saved_by),
            ("own_title", said.title),
            ("application", said.creating_application),
            ("company", said.company),
            ("template", said.template),
            ("revision", said.revision_number),
        ):
            facts[key] = _text(value, codepage)
        for key, moment in (
            ("created", said.create_time),
            ("modified", said.last_saved_time),
            ("printed", said.last_printed),
        ):
            facts[key] = _moment(moment)
        if isinstance(said.num_pages, int) and 0 < said.num_pages < 100_000:
            facts["pages_hint"] = said.num_pages
        minutes = said.total_edit_time
        if isinstance(minutes, (int, float)) and 0 < minutes < 10_000_000_00:
            facts["edit_minutes"] = int(minutes // 60)
    storages = {"/".join(path).lower() for path in ole.listdir(streams=True, storages=True)}
    facts["macros"] = any(
        part in ("macros", "_vba_project_cur", "vba") for path in storages for part in path.split("/")
    )
    facts["signed"] = any(path.startswith(("_xmlsignatures", "_signatures")) for path in storages)
    return {key: value for key, value in facts.items() if value}


def _encoding(codepage: object) -> str:
    if not isinstance(codepage, int):
        return "gb18030"
    number = codepage & 0xFFFF
    if number in (936, 54936, 20936, 10008):
        return "gb18030"
    known = {
        65001: "utf-8",
        1200: "utf-16-le",
        1201: "utf-16-be",
        950: "big5",
        932: "cp932",
        949: "cp949",
        10000: "mac-roman",
    }
    return known.get(number, f"cp{number}")


def _text(value: object, encoding: str) -> str:
    if isinstance(value, bytes):
        if encoding.startswith("utf-16") and b"\0" not in value.rstrip(b"\0"):
            encoding = "gb18030"  # WPS says one and writes the other
        try:
            codecs.lookup(encoding)
        except LookupError:
            encoding = "gb18030"
        value = value.decode(encoding, "replace")
    return value.partition("\0")[0].strip() if isinstance(value, str) else ""


def _moment(value: object) -> str:
    # 1601 is how OLE2 writes "never"
    if isinstance(value, datetime.datetime) and value.year >= 1980:
        return value.replace(microsecond=0).isoformat() + "Z"
    return ""
