"""Members of archives and mails into the scratch folder: our own file names, counted against the limits.

A member's name is kept as text and never used as a path, so no name can write elsewhere; links are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from duban_archive.core.model import Extracted, Json, Member, Note

from .notes import note
from .passages import clean
from .source import Source

_LISTED = 8  # names in a note
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_NOISE: Final = re.compile(
    r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$[^/]*$|\.~[^/]*$|@eaDir/|\._[^/]*$)", re.IGNORECASE
)
_REASONS: Final = {
    "encrypted": "设有密码",
    "too_many": "数量超过上限",
    "too_large": "解开后超过大小上限",
    "broken": "已损坏",
    "link": "是快捷链接而不是文件",
    "method": "压缩方法不支持",
    "volume": "在其他分卷中",
    "embedded": "是嵌入对象",
}


class Unpacker:
    """Takes members one by one, gives each a place on disk, and remembers what was left out and why."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._room = source.limits.unpacked_mb << 20
        self._members: list[Member] = []
        self._skipped: dict[str, list[str]] = {}
        self._noise = 0
        self._begun = 0
        self._wanted = 0
        self._promised = 0

    def wants(self, name: str, size: int) -> bool:
        """Whether a member of this name and declared size is to be unpacked; if not, it is noted."""
        if _NOISE.search(name.replace("\\", "/")):
            self._noise += 1
        elif self._wanted >= self._source.limits.members:
            self.skip(name, "too_many")
        elif self._promised + size > self._source.limits.unpacked_mb << 20 or size > self._room:
            self.skip(name, "too_large")
        else:
            self._wanted += 1
            self._promised += size
            return True
        return False

    def skip(self, name: str, reason: str) -> None:
        """Note that a member is left out."""
        self._skipped.setdefault(reason, []).append(self._parts(name)[1])

    def begin(self, name: str) -> Writer:
        """A new file in the scratch folder for a member; `Writer.keep` or `Writer.drop` ends it."""
        folder, file_name = self._parts(name)
        suffix = _SUFFIX.search(file_name)
        self._begun += 1
        self._source.scratch.mkdir(parents=True, exist_ok=True)
        path = self._source.scratch / f"{self._begun:06d}{suffix[0].lower() if suffix else ''}"
        return Writer(self, Member(file_name=file_name, folder=folder, path=str(path)), path.open("wb"))

    @contextmanager
    def member(self, name: str) -> Iterator[Writer]:
        """Write one member; when writing fails it is removed, when too much comes that is noted."""
        writer = self.begin(name)
        try:
            yield writer
        except TooMuchError:
            writer.drop()
            self.skip(name, "too_large")
        except BaseException:
            writer.drop()
            raise
        else:
            writer.keep()

    def count(self, size: int) -> None:
        """Take so many bytes off the room that is left."""
        self._room -= size
        if self._room < 0:
            raise TooMuchError

    def add(self, member: Member) -> None:
        """Count a member as unpacked."""
        self._members.append(member)

    def extracted(self, engine: str, **more: Json) -> Extracted:
        """What came of it all."""
        facts: dict[str, Json] = {}
        if self._members:  # a container is no record of its own: what is in it is
            facts |= {"container": True, "members": len(self._members)}
        if self._noise:
            facts["noise_members"] = self._noise
        locked = len(self._skipped.get("encrypted", []))
        if locked and not self._members and locked == sum(map(len, self._skipped.values())):
            notes: tuple[Note, ...] = (note("encrypted"),)
            facts["encrypted"] = True
        else:
            notes = tuple(self._notes())
        if not self._members and not notes:
            notes = (note("empty"),)
        return Extracted(
            media_type=self._source.media_type,
            engine=engine,
            members=tuple(self._members),
            facts=facts | more.get("facts", {}),
            passages=more.get("passages", ()),
            notes=notes,
            readable=bool(self._members or more.get("passages")),
        )

    def notes(self) -> tuple[Note, ...]:
        """What was left out."""
        return tuple(self._notes())

    @property
    def members(self) -> tuple[Member, ...]:
        """What was unpacked so far."""
        return tuple(self._members)

    def _notes(self) -> Iterator[Note]:
        if big := self._skipped.get("too_large"):
            yield note(
                "bomb", detail=f"{len(big)} 个成员超过 {self._source.limits.unpacked_mb} MB 的上限：{_some(big)}"
            )
        said = [
            f"{len(names)} 个{_REASONS[reason]}（{_some(names)}）"
            for reason, names in self._skipped.items()
            if reason != "too_large"
        ]
        if said:
            yield note("members_skipped", detail="；".join(said))

    def _parts(self, name: str) -> tuple[str, str]:
        """Folder and file name as text: no drive, no root, no climbing."""
        parts = [part for part in re.split(r"[\\/]+", clean(name)) if part.strip(" .") and not part.endswith(":")]
        return "/".join(parts[:-1]), (parts[-1] if parts else f"未命名{len(self._members) + 1}")


class TooMuchError(Exception):
    """More bytes came out of a member than there is room for."""


class Writer:
    """The file of one member; it stops taking bytes when the room of all is used up."""

    def __init__(self, unpacker: Unpacker, member: Member, file: BinaryIO) -> None:
        self._unpacker = unpacker
        self._member = member
        self._file = file

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Write, or raise `TooMuchError`."""
        self._unpacker.count(len(data))
        return self._file.write(data)

    def keep(self) -> None:
        """The member is whole."""
        self._file.close()
        self._unpacker.add(self._member)

    def drop(self) -> None:
        """The member is not to be had: nothing stays of it."""
        self._file.close()
        Path(self._member.path).unlink(missing_ok=True)


def _some(names: list[str]) -> str:
    return "、".join(names[:_LISTED]) + ("等" if len(names) > _LISTED else "")
