"""Outlook messages (msg): headers, text and attachments out of the properties of an OLE2 file ([MS-OXMSG])."""

from __future__ import annotations

import datetime
import struct
from typing import Any, Final

from duban_archive.core.model import Extracted, Json, Table

from .ole import open_ole, stream
from .passages import of_paragraphs, one_line
from .rtf import text_of as rtf_text
from .source import Source, UnreadableError
from .text_encoding import decode
from .unpacking import Unpacker
from .web_page import lines_of

ENGINE: Final = "msg"

_SUBJECT, _SENDER, _SENDER_ADDRESS, _TO, _CC = 0x0037, 0x0C1A, 0x0C1F, 0x0E04, 0x0E03
_BODY, _RTF_BODY, _HTML_BODY = 0x1000, 0x1009, 0x1013
_DATA, _LONG_NAME, _SHORT_NAME, _TITLE = 0x3701, 0x3707, 0x3704, 0x3001
_SENT, _RECEIVED = 0x0039, 0x0E06
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_MOST_ATTACHMENTS = 500


def read(source: Source) -> Extracted:
    """The headers as lines, then the text; every attachment is a member, an embedded message is noted."""
    with open_ole(source) as ole:
        message = _Storage(ole, [])
        if not ole.exists("__properties_version1.0"):
            raise UnreadableError("broken")
        sent = message.moment(_SENT) or message.moment(_RECEIVED)
        sender = message.text(_SENDER) or message.text(_SENDER_ADDRESS)
        subject = message.text(_SUBJECT)
        headers = (
            ("主题", subject),
            ("发件人", sender),
            ("收件人", message.text(_TO)),
            ("抄送", message.text(_CC)),
            ("日期", sent),
        )
        lines = [f"{label}：{one_line(value)}" for label, value in headers if value]
        tables: list[Table] = []
        lines += _body(message, tables, source.limits.cells)
        unpacker = Unpacker(source)
        _attachments(ole, unpacker)
    facts: dict[str, Json] = {"author": sender, "own_title": subject, "created": sent}
    if unpacker.members:
        facts["attachments"] = len(unpacker.members)
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=of_paragraphs(lines),
        tables=tuple(tables),
        facts=facts,
        members=unpacker.members,
        notes=unpacker.notes(),
    )


class _Storage:
    """The properties of a message or an attachment."""

    def __init__(self, ole: Any, at: list[str]) -> None:
        self._ole = ole
        self._at = at
        self._streams = {
            path[-1].upper(): path for path in ole.listdir() if path[:-1] == at and path[-1].startswith("__substg1.0_")
        }
        self._fixed = stream(ole, [*at, "__properties_version1.0"])

    def data(self, tag: int, kind: int = 0x0102) -> bytes:
        path = self._streams.get(f"__SUBSTG1.0_{tag:04X}{kind:04X}")
        return stream(self._ole, path) if path else b""

    def text(self, tag: int) -> str:
        if wide := self.data(tag, 0x001F):
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return decode(self.data(tag, 0x001E))[0].rstrip("\0")

    def moment(self, tag: int) -> str:
        """A time property, in ISO; the fixed properties are 16-byte entries after a header of 8 to 32 bytes."""
        start = {0: 32, 1: 8}.get(len(self._at), 8)
        for at in range(start, len(self._fixed) - 15, 16):
            kind, found = struct.unpack_from("<HH", self._fixed, at)
            if found == tag and kind == 0x0040:
                (ticks,) = struct.unpack_from("<Q", self._fixed, at + 8)
                if 0 < ticks < 1 << 61:
                    moment = _EPOCH + datetime.timedelta(microseconds=ticks // 10)
                    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
        return ""


def _body(message: _Storage, tables: list[Table], cells: int) -> list[str]:
    if plain := message.text(_BODY).strip():
        return [line for raw in plain.splitlines() if (line := one_line(raw))]
    page = message.data(_HTML_BODY) or message.text(_HTML_BODY).encode("utf-8")
    if page:
        lines, found, _title = lines_of(decode(page)[0], cells)
        tables += found
        return lines
    if packed := message.data(_RTF_BODY):
        return [line for raw in rtf_text(unpack_rtf(packed)).splitlines() if (line := one_line(raw))]
    return []


def _attachments(ole: Any, unpacker: Unpacker) -> None:
    storages = sorted({path[0] for path in ole.listdir() if path[0].startswith("__attach_version1.0_#")})
    for number, name in enumerate(storages[:_MOST_ATTACHMENTS], 1):
        attached = _Storage(ole, [name])
        file_name = attached.text(_LONG_NAME) or attached.text(_SHORT_NAME) or attached.text(_TITLE) or f"附件{number}"
        if ole.exists([name, "__substg1.0_3701000D"]):  # a message or an object inside: no file of its own
            unpacker.skip(file_name, "embedded")
            continue
        data = attached.data(_DATA)
        if unpacker.wants(file_name, len(data)):
            with unpacker.member(file_name.replace("/", "_").replace("\\", "_")) as writer:
                writer.write(data)


_PRIMER: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpack_rtf(packed: bytes) -> bytes:
    """RTF as Outlook packs it (LZFu: a 4096-byte window that begins with common words; [MS-OXRTFCP])."""
    if len(packed) < 16:
        return b""
    size, _raw_size, kind = struct.unpack_from("<III", packed)
    if kind == 0x414C454D:  # not compressed
        return packed[16:]
    end = min(len(packed), size + 4)
    window = bytearray(4096)
    window[: len(_PRIMER)] = _PRIMER
    at, write = 16, len(_PRIMER)
    out = bytearray()
    while at < end:
        control = packed[at]
        at += 1
        for bit in range(8):
            if at >= end:
                return bytes(out)
            if not control >> bit & 1:
                byte = packed[at]
                at += 1
                out.append(byte)
                window[write] = byte
                write = (write + 1) & 4095
                continue
            if at + 2 > end:
                return bytes(out)
            reference = packed[at] << 8 | packed[at + 1]
            at += 2
            offset = reference >> 4
            if offset == write:
                return bytes(out)
            for step in range((reference & 15) + 2):
                byte = window[(offset + step) & 4095]
                out.append(byte)
                window[write] = byte
                write = (write + 1) & 4095
    return bytes(out)
