"""Reads the filing cases: small text files with folder, name and text above, and what is expected below.

::

    archive: plan-00                     which of cases/filing/archives it belongs to
    name: 控流台帐 .xls                   the file's name (several: with " | " between)
    folder: 第三小学/2013年                below the inbox; may be missing
    ====
    the paper's text; cells of a table with tabs between
    ====
    source: plan-00-e12                  ids of the sources that a right requirement carries; "none": belongs nowhere
    unit: san-xiao                       "-" where nothing tells; a missing line is not checked
    period: 2013                         of the slot; several with blanks between
    dated, number, kind, title           of the description

``tuned`` cases may be looked at while the program is made better, ``held_out`` ones only as totals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duban_archive
from duban_archive.core.model import Extracted, Locator, Passage, Table

ROOT = Path(__file__).parent / "filing"
TODAY = {"plan-00": date(2016, 5, 1), "plan-13": date(2015, 5, 1), "plan-15": date(2016, 3, 1)}
TODAY |= {"plan-16": date(2011, 12, 1), "yzjh": date(2024, 5, 1)}
_MEDIA = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "xls": "application/vnd.ms-excel",
    "et": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One paper and what is expected of it."""

    id: str
    archive: str
    names: tuple[str, ...]
    folder: str
    text: str
    expected: dict[str, str] = field(default_factory=dict)

    @property
    def belongs(self) -> bool:
        """Whether any requirement wants this paper."""
        return self.expected.get("source", "none") != "none"

    @property
    def today(self) -> date:
        """The day on which the office works."""
        return TODAY[self.archive]

    def extracted(self) -> Extracted:
        """What a reader would have found."""
        suffix = self.names[0].rpartition(".")[2].lower()
        media = _MEDIA.get(suffix, "application/msword")
        if not self.text:
            return Extracted(media_type=media, engine="case", unread_pages=(1,))
        sheet = "Sheet1" if suffix in {"xls", "xlsx", "et"} else None
        locator = Locator(sheet=sheet, row=1) if sheet else Locator(page=1)
        passage = Passage(locator=locator, text=self.text, ocr=media.startswith("image"))
        return Extracted(media_type=media, engine="case", passages=(passage,), tables=tuple(self._tables(sheet)))

    def _tables(self, sheet: str | None) -> Iterator[Table]:
        rows = [tuple(line.split("\t")) for line in self.text.split("\n") if sheet or "\t" in line]
        if rows:
            yield Table(locator=Locator(sheet=sheet, row=1) if sheet else Locator(page=1), rows=tuple(rows))


def read_cases(part: str) -> tuple[Case, ...]:
    """All cases of ``tuned``, ``held_out`` or ``habits``, in the order of their names."""
    return tuple(_read(path) for path in sorted((ROOT / part).rglob("*.txt")))


def archive_file(archive: str) -> Path:
    """The checklist that the archive's cases are filed under."""
    return ROOT / "archives" / f"{archive}.yaml"


def ready_made(archive: str) -> Path:
    """The checklist as it comes with the program, before any unit is entered."""
    return Path(duban_archive.__file__).parent / "checklists" / f"{archive}.yaml"


def _read(path: Path) -> Case:
    head, text, tail = re.split(r"^====\n", path.read_text(encoding="utf-8"), maxsplit=2, flags=re.MULTILINE)
    above = dict(_pairs(head))
    return Case(
        id=f"{path.parent.name}/{path.stem}",
        archive=above["archive"],
        names=tuple(above["name"].split(" | ")),
        folder=above.get("folder", ""),
        text=text.rstrip("\n"),
        expected=dict(_pairs(tail)),
    )


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if line.strip():
            key, _, value = line.partition(":")
            yield key.strip(), value.strip()
