"""7z archives through py7zr: members streamed to disk, never by their own paths."""

from __future__ import annotations

from typing import Any, Final

from duban_archive.core.model import Extracted

from .source import Source, UnreadableError
from .unpacking import TooMuchError, Unpacker, Writer

ENGINE: Final = "py7zr"


def read(source: Source) -> Extracted:
    """Unpack the members within the limits."""
    import py7zr
    from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError

    unpacker = Unpacker(source)
    try:
        # given a file object and not a path, py7zr does not start threads
        with source.path.open("rb") as file, py7zr.SevenZipFile(file) as archive:
            if archive.needs_password():
                raise UnreadableError("encrypted")
            _unpack(archive, unpacker)
    except PasswordRequired as error:
        raise UnreadableError("encrypted") from error
    except UnsupportedCompressionMethodError as error:
        raise UnreadableError("tool_missing", "这种 7z 压缩方法") from error
    except TooMuchError:
        unpacker.skip(source.file_name, "too_large")
    except (ArchiveError, OSError, ValueError, EOFError) as error:
        if not unpacker.members:
            raise UnreadableError("broken") from error
        unpacker.skip(source.file_name, "broken")
    return unpacker.extracted(ENGINE)


def _unpack(archive: Any, unpacker: Unpacker) -> None:
    names = {}
    for number, entry in enumerate(archive.files):
        name = entry.filename
        if entry.is_directory:
            continue
        if entry.is_symlink or entry.is_junction or entry.is_socket:
            unpacker.skip(name, "link")
        elif unpacker.wants(name, entry.uncompressed):
            # py7zr turns names into paths, and gives up on the first that climbs: so it gets none of theirs
            safe = f"member-{number}"
            entry._file_info["filename"] = safe
            names[safe] = name
    if names:
        archive.extract(targets=list(names), factory=_factory(unpacker, names))


def _factory(unpacker: Unpacker, names: dict[str, str]) -> Any:
    from py7zr.io import Py7zIO, WriterFactory

    class Target(Py7zIO):
        """One member on its way to disk."""

        def __init__(self, writer: Writer) -> None:
            self._writer = writer
            self._size = 0

        def write(self, data: bytes | bytearray) -> int:
            self._size += len(data)
            return self._writer.write(data)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            return None

        def size(self) -> int:
            return self._size

        def close(self) -> None:
            self._writer.keep()

    class Factory(WriterFactory):
        """Makes the target of each member."""

        def create(self, filename: str) -> Py7zIO:
            return Target(unpacker.begin(names[filename.rpartition("/")[2]]))

    return Factory()
