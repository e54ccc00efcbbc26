"""档案柜: where each filed paper lies in the browsable view, with names that every disk and every Windows takes.

::

    档案柜/B2 控辍保学/B2-3 控流保学台账/第三小学_2014年_吴集镇第三小学2014年控流保学台账.docx
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from duban_archive.core.checklist import Index
from duban_archive.core.model import Filing, Record, Standing
from duban_archive.core.period_rules import label

_FOLDER, _NAME = 40, 60  # characters: a path of three of them stays under the 260 of older Windows
_BYTES = 230
_FORBIDDEN = {ord(sign): ord(sign) + 0xFEE0 for sign in '<>:"/\\|?*'}  # their full-width twins
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True, slots=True)
class Copy:
    """One file of the cabinet: its path below it, and the original it is a copy of."""

    path: str
    digest: str


def lay_out(index: Index, records: Iterable[Record]) -> tuple[Copy, ...]:
    """The whole cabinet: every confirmed filing of every record that stands, each original under its slot."""
    taken: set[str] = set()
    return tuple(copy for record in records if _is_shown(record) for copy in _copies(index, record, taken))


def _is_shown(record: Record) -> bool:
    return record.state not in ("replaced", "withdrawn") and not any(note.code == "secret" for note in record.notes)


def _copies(index: Index, record: Record, taken: set[str]) -> Iterator[Copy]:
    for filing in record.filings:
        if filing.standing is not Standing.CONFIRMED or filing.requirement not in index.requirements:
            continue
        folder = _folder(index, filing)
        unit = index.unit_name(filing.unit)
        stem = "_".join(filter(None, (unit, label(filing.period) if filing.period else "", record.title)))
        for number, part in enumerate(record.parts, 1):
            suffix = PurePosixPath(part.file_name).suffix[:10]
            page = f"-{number}" if len(record.parts) > 1 else ""
            yield Copy(_free(folder, stem, f"{page}{suffix}", record.id, taken), part.digest)


def _folder(index: Index, filing: Filing) -> str:
    requirement = index.requirements[filing.requirement]
    indicator = index.indicators.get(requirement.indicator)
    names = [f"{indicator.code} {indicator.title}"] if indicator is not None else []
    names.append(f"{index.code_of(requirement.id)} {requirement.title}")
    return "/".join(safe(name, _FOLDER) for name in names)


def _free(folder: str, stem: str, rest: str, record: int, taken: set[str]) -> str:
    """A path that no other copy has, on disks that do not tell A from a either."""
    path = f"{folder}/{safe(stem, _NAME, rest)}"
    if _key(path) in taken:
        path = f"{folder}/{safe(stem, _NAME, f'({record}号件){rest}')}"
    number = 2
    while _key(path) in taken:
        path = f"{folder}/{safe(stem, _NAME, f'({record}号件-{number}){rest}')}"
        number += 1
    taken.add(_key(path))
    return path


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def safe(name: str, longest: int, rest: str = "") -> str:
    """A name that Windows, FAT and Linux take: nothing forbidden, not reserved, not too long; ``rest`` stays whole."""
    rest = _clean(rest)
    stem = _clean(name)[:longest].strip(" .") or "无题"
    if stem.split(".")[0].casefold() in _RESERVED:
        stem = f"_{stem}"
    while len(f"{stem}{rest}".encode()) > _BYTES:
        stem = stem[:-1]
    return f"{stem}{rest}".rstrip(" .")


def _clean(text: str) -> str:
    shown = unicodedata.normalize("NFC", text).translate(_FORBIDDEN)
    kept = "".join(c for c in shown if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    return " ".join(kept.split())
