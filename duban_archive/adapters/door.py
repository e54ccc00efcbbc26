"""Reading at the door: what a worker read goes no further when it is marked 秘密, 机密 or 绝密.

The mark is looked for in the worker itself, so that no word of a secret paper comes into the main process, and from
there into the catalogue, its write-ahead log, the index or a backup. ``open_to_all``: a person has said it is none.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from duban_archive.adapters import extract
from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted, Passage
from duban_archive.core.secrecy import STOPPED, mark_in_text


@dataclass(frozen=True, slots=True)
class Stopped:
    """Pages that were recognised and must not be kept."""

    mark: str


def read(
    path: Path, *, file_name: str, media_type: str, limits: Limits, scratch: Path, open_to_all: bool = False
) -> Extracted:
    """As ``extract.read``; of a secret paper only that it is one."""
    extracted = extract.read(path, file_name=file_name, media_type=media_type, limits=limits, scratch=scratch)
    if open_to_all or not (mark := mark_in_text(extracted)):
        return extracted
    shutil.rmtree(scratch, ignore_errors=True)
    return stopped(media_type, mark)


def read_pages(
    path: Path, *, media_type: str, pages: tuple[int, ...], limits: Limits, open_to_all: bool = False
) -> tuple[Passage, ...] | Stopped:
    """As ``ocr.read_pages``; of a secret paper only that it is one."""
    from duban_archive.adapters import ocr

    passages = ocr.read_pages(path, media_type=media_type, pages=pages, limits=limits)
    read = Extracted(media_type=media_type, engine="ocr", passages=passages)
    return Stopped(mark) if not open_to_all and (mark := mark_in_text(read)) else passages


def stopped(media_type: str, mark: str) -> Extracted:
    """What is kept of the reading of a secret paper."""
    return Extracted(media_type=media_type, engine=STOPPED, readable=False, facts={"secrecy": mark})
