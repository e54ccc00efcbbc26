"""真实可信: gathers papers as they came and as they read, and lets ``core/authenticity`` doubt them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from duban_archive.core.authenticity import CARDS, Paper, Setting
from duban_archive.core.authenticity import judge as judge_papers
from duban_archive.core.findings import Judged
from duban_archive.core.gaps import old_versions
from duban_archive.core.model import Record
from duban_archive.core.wording import bare

if TYPE_CHECKING:
    from duban_archive.archive import Archive

__all__ = ["CARDS", "judge"]


def judge(archive: Archive, wanted: frozenset[str]) -> Judged:
    """Run the rules of this family that are wanted."""
    return judge_papers(_papers(archive), Setting(archive.index, archive.today), wanted)


def _papers(archive: Archive) -> Iterator[Paper]:
    """Every record that stands, read one after the other: a large archive does not fit into memory."""
    from duban_archive.reading import select

    records = archive.records()
    superseded = old_versions(records)
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in archive.catalogue.files():
        if file["digest"] and file["state"] not in ("refused", "noise"):
            names[file["digest"]].append((file["file_name"], file["folder"]))
    together = _together(records)
    for record in records:
        readings = [archive.echoes.extraction(part.digest) for part in record.parts]
        if any(reading is None for reading in readings):
            continue  # not read yet: nothing is known of it
        came = [name for part in record.parts for name in names.get(part.digest, ())]
        yield Paper(
            record=record,
            readings=tuple(select(part, r) for part, r in zip(record.parts, readings, strict=True) if r is not None),
            names=tuple(dict.fromkeys((*((p.file_name, p.folder) for p in record.parts), *came))),
            beside=tuple(word for group in _groups(record) for id, word in together[group] if id != record.id),
            superseded=record.id in superseded,
        )


def _together(records: tuple[Record, ...]) -> dict[str, list[tuple[int, str]]]:
    """Titles and file names, bare, of the papers that came together or belong to one unit."""
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for record in records:
        words = [bare(word) for word in (record.title, *(part.file_name for part in record.parts)) if word]
        for group in _groups(record):
            groups[group] += [(record.id, word) for word in words]
    return groups


def _groups(record: Record) -> tuple[str, ...]:
    """What a record came with: the mail or zip it was in, its folder, its unit's other papers."""
    unit = record.description.unit.value if record.description.unit else ""
    folder = record.parts[0].folder if record.parts else ""
    groups = (f"parent {record.parent}" if record.parent else "", f"folder {folder}", f"unit {unit}" if unit else "")
    return tuple(group for group in groups if group)
