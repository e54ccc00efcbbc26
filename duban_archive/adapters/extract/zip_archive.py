"""Zip archives: every member its own original; names in GBK, as Windows in China writes them, are read as such."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from typing import Final

from duban_archive.core.model import Extracted

from .source import Source, UnreadableError
from .unpacking import Unpacker

ENGINE: Final = "zip"
_UTF8_FLAG, _ENCRYPTED_FLAG, _UNICODE_PATH = 0x800, 0x1, 0x7075
_MEMBERS_AT_ALL = 1_000_000
_CHUNK = 1 << 20


def read(source: Source) -> Extracted:
    """Unpack the members within the limits."""
    try:
        archive = zipfile.ZipFile(source.path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError("broken") from error
    unpacker = Unpacker(source)
    with archive:
        infos = archive.infolist()
        if len(infos) > _MEMBERS_AT_ALL:
            raise UnreadableError("bomb", f"含 {len(infos)} 个文件")
        for info in infos:
            name = member_name(info)
            if info.is_dir() or name.endswith(("/", "\\")):
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                unpacker.skip(name, "link")
            elif info.flag_bits & _ENCRYPTED_FLAG:
                unpacker.skip(name, "encrypted")
            elif unpacker.wants(name, info.file_size):
                _unpack(archive, info, name, unpacker)
    return unpacker.extracted(ENGINE)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, unpacker: Unpacker) -> None:
    try:
        _believe(archive, info)
        with unpacker.member(name) as writer, archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                writer.write(chunk)
    except NotImplementedError:
        unpacker.skip(name, "method")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        unpacker.skip(name, "broken")


def _believe(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Let a member be named otherwise at its own place than in the directory; zipfile would refuse it."""
    file = archive.fp
    if file is None:
        return
    file.seek(info.header_offset)
    head = file.read(30)
    if len(head) == 30 and head[:4] == b"PK\x03\x04":
        flags, length = struct.unpack_from("<H", head, 6)[0], struct.unpack_from("<H", head, 26)[0]
        raw = file.read(length)
        info.orig_filename = raw.decode("utf-8" if flags & _UTF8_FLAG else "cp437", "replace")
        if flags & _UTF8_FLAG and "\ufffd" in info.orig_filename:
            raise zipfile.BadZipFile("name is not UTF-8")


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name: as flagged; else by its Unicode field; else UTF-8 or GBK, whichever its bytes are."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG:
        return name
    if given := _unicode_path(info.extra):
        return given
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    if raw.isascii():
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _unicode_path(extra: bytes) -> str:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and length > 5:
            return extra[at + 9 : at + 4 + length].decode("utf-8", "replace")
        at += 4 + length
    return ""
