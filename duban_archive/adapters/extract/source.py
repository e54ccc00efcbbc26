"""What a reader is given: a file on disk, the name it came with, what it is by its content, and how far to go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from duban_archive.core.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read. ``scratch`` is a folder of the caller's, for members of archives and attachments of mails."""

    path: Path
    file_name: str
    media_type: str
    limits: Limits
    scratch: Path

    @property
    def suffix(self) -> str:
        """The suffix of the name it came with, lower case, with its point; it is a hint, never a proof."""
        _, point, suffix = self.file_name.rpartition(".")
        return f".{suffix.lower().strip()}" if point else ""


class UnreadableError(Exception):
    """A reader's way to say why nothing can be got out of this file; `read` makes it a note."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.what = what
