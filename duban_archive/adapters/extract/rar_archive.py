"""RAR archives through UnRAR (unrar2-cffi): members streamed to disk, one pass, solid archives included."""

from __future__ import annotations

import stat
from typing import Any, Final

from duban_archive.core.model import Extracted

from .source import Source, UnreadableError
from .unpacking import TooMuchError, Unpacker

ENGINE: Final = "unrar"
_SPLIT_BEFORE, _SPLIT_AFTER, _ENCRYPTED, _DIRECTORY = 0x01, 0x02, 0x04, 0x20
_UNIX = 3


def read(source: Source) -> Extracted:
    """Unpack the members within the limits."""
    from unrar.cffi.unrarlib import BadRarFile, BadRarPassword, RarArchive

    unpacker = Unpacker(source)
    try:
        with RarArchive.open_for_processing(str(source.path)) as archive:
            for header in archive.iterate_headers():
                _take(header, unpacker)
    except BadRarPassword as error:
        raise UnreadableError("encrypted") from error
    except BadRarFile as error:
        if not unpacker.members:
            raise UnreadableError("broken") from error
        unpacker.skip(source.file_name, "broken")
    return unpacker.extracted(ENGINE)


def _take(header: Any, unpacker: Unpacker) -> None:
    name = header.FileNameW
    size = header.UnpSize + (header.UnpSizeHigh << 32)
    if header.Flags & _DIRECTORY:
        header.skip()
    elif header.headerDataEx.RedirType or (
        header.HostOS == _UNIX and stat.S_ISLNK(header.headerDataEx.FileAttr & 0xFFFF)
    ):
        unpacker.skip(name, "link")
        header.skip()
    elif header.Flags & _ENCRYPTED:
        unpacker.skip(name, "encrypted")
        header.skip()
    elif header.Flags & (_SPLIT_BEFORE | _SPLIT_AFTER):
        unpacker.skip(name, "volume")
        header.skip()
    elif not unpacker.wants(name, size):
        header.skip()
    else:
        _unpack(header, name, unpacker)


def _unpack(header: Any, name: str, unpacker: Unpacker) -> None:
    from unrar.cffi.unrarlib import BadRarFile

    try:
        with unpacker.member(name) as writer:
            overflow = False

            def take(chunk: bytes) -> None:  # an exception could not leave UnRAR's callback
                nonlocal overflow
                try:
                    if not overflow:
                        writer.write(chunk)
                except TooMuchError:
                    overflow = True

            header.test(take)
            if overflow:
                raise TooMuchError
    except BadRarFile:
        unpacker.skip(name, "broken")
