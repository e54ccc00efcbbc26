"""Filing: what a record is and where it may belong, by the checklist and by what the office has decided before."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from duban_archive import decisions
from duban_archive.core.bundles import is_compilation
from duban_archive.core.classify import Classifier, Mark
from duban_archive.core.learn import Example, Summary
from duban_archive.core.model import Description, Extracted, Filing, Record, Standing, Told

if TYPE_CHECKING:
    from duban_archive.archive import Archive

ITSELF = "督档(自动)"  # who decides where the office has set auto_confirm; what it decides teaches nothing


def classifier(archive: Archive) -> Classifier:
    """What proposes: the checklist, how this office speaks, and what its decisions have taught."""
    decided = archive.catalogue.records(archive.catalogue.decided())
    standing = [record for record in decided if record.state not in ("replaced", "withdrawn")]
    return archive.untaught.taught(examples(standing))


def describe_and_propose(
    archive: Archive, record: Record, parts: tuple[Extracted, ...]
) -> tuple[Description, tuple[Filing, ...]]:
    """著录项 from names, folder and text, and the slots it may fill, best first; a person's words on it go first."""
    clerk: Classifier = archive.classifier
    given: dict[str, Any] = {
        "file_names": tuple(part.file_name for part in record.parts),
        "folder": record.parts[0].folder if record.parts else "",
        "extracted": parts,
        "today": datetime.date.fromisoformat(archive.today),
        "marks": _marks(archive, record),
        "record": record.id,
    }
    found, proposals = clerk.describe_and_propose(**given)
    if archive.requests.is_list(record):
        return found, ()
    if told := _told_by_a_person(record.description):
        proposals = clerk.propose(description=replace(found, **told), **given)
    title = record.description.title or found.title
    if len(parts) == 1 and title is not None and is_compilation(title.value):
        proposals = _with_parts(proposals, _parts(clerk, given, parts[0]))
    return found, proposals


def _parts(clerk: Classifier, given: dict[str, Any], extracted: Extracted) -> tuple[Filing, ...]:
    """Pages of a compilation that serve slots of their own (制度汇编第12—15页)."""
    named = {key: given[key] for key in ("file_names", "folder", "today", "record")}
    return clerk.propose_parts(**named, extracted=extracted, compiled=True)


def _with_parts(whole: tuple[Filing, ...], parts: tuple[Filing, ...]) -> tuple[Filing, ...]:
    """The whole paper's proposals, then its parts', each slot once: two stretches of one slot are one proposal."""
    found: dict[tuple[str, str, str], Filing] = {(f.requirement, f.unit, f.period): f for f in whole}
    for part in parts:
        key = (part.requirement, part.unit, part.period)
        held = found.get(key)
        if held is None or (not held.pages and not held.sure and held.score < part.score):
            found[key] = part
        elif held.pages:
            pages = tuple(sorted({*held.pages, *part.pages}))
            found[key] = replace(held, pages=pages, because=(*held.because, *part.because[:2]))
    return tuple(found.values())


def learn(archive: Archive) -> Summary:
    """What the decisions have taught; papers nobody has decided on are proposed anew with it."""
    from duban_archive import reading

    for record in archive.records():
        if not any(f.standing is Standing.CONFIRMED for f in record.filings):
            reading.note(archive, record.id)
    learned = classifier(archive).learned
    assert learned is not None
    return learned.summary()


def auto_confirm(archive: Archive, id: int) -> None:
    """Confirm sure proposals at once, where the office has set ``auto_confirm``."""
    if not archive.settings.auto_confirm:
        return
    record = archive.catalogue.record(id)
    if sure := [f for f in record.filings if f.sure and f.standing is Standing.PROPOSED]:
        decisions.confirm(archive, record, sure, by=ITSELF)


def examples(records: Iterable[Record]) -> Iterator[Example]:
    """What a person decided, for the classifier to count."""
    for record in records:
        for filing in record.filings:
            if filing.standing is not Standing.PROPOSED and filing.by != ITSELF:
                yield Example(
                    requirement=filing.requirement,
                    confirmed=filing.standing is Standing.CONFIRMED,
                    title=record.title,
                    file_names=tuple(part.file_name for part in record.parts),
                    headers=tuple(record.facts.get("table_headers", ())),
                    proposed=filing.proposed,
                    proposed_sure=filing.proposed_sure,
                    record=record.id,
                    period=filing.period,
                )


def _marks(archive: Archive, record: Record) -> tuple[Mark, ...]:
    """The folders of a request package it came in, and where an earlier version of the same paper was put."""
    came = archive.requests.marks_of(record)
    if came or record.version_of is None:
        return came
    older = archive.catalogue.record(record.version_of)
    return tuple(
        Mark(requirement=f.requirement, unit=f.unit, period=f.period, why=f"{older.id} 号件是它的旧版,归在此项")
        for f in older.filings
        if f.standing is Standing.CONFIRMED
    )


def _told_by_a_person(description: Description) -> dict[str, Any]:
    words = {name: getattr(description, name) for name in Description.__dataclass_fields__}
    return {name: word for name, word in words.items() if isinstance(word, Told) and word.source == "person"}
