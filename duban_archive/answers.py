"""The answers as plain JSON, with the keys that stay (DESIGN.md, "JSON"); every front prints or renders these."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from duban_archive.core.checklist import Index
from duban_archive.core.closing import Owing
from duban_archive.core.findings import Finding
from duban_archive.core.model import Filing, Part, Receipt, Record, SlotState, Told
from duban_archive.core.plainjson import to_json

if TYPE_CHECKING:
    from duban_archive.core.rollup import Roll
    from duban_archive.renditions import Rendition

Json = dict[str, Any]


def record(index: Index, one: Record) -> Json:
    """A record with its parts, description and filings."""
    description = one.description
    unit = _value(description.unit)
    return {
        "id": one.id,
        "title": one.title,
        "file_name": one.parts[0].file_name if one.parts else "",
        "folder": one.parts[0].folder if one.parts else "",
        "parts": [part(p) for p in one.parts],
        "place": to_json(one.place) if one.place else None,
        "pages": one.pages,
        "author": _value(description.author),
        "document_number": _value(description.document_number),
        "dated": _value(description.dated),
        "unit": unit,
        "unit_name": _value(description.unit_name) or (index.unit_name(unit) if unit else None),
        "period": _value(description.period),
        "kind": _value(description.kind),
        "secrecy": _value(description.secrecy),
        "state": one.state,
        "received": one.received,
        "parent": one.parent,
        "replaced_by": one.replaced_by,
        "version_of": one.version_of,
        "final": one.final,
        "facts": dict(one.facts),
        "notes": [{"code": note.code, "text": note.text} for note in one.notes],
        "filings": [filing(index, f) for f in one.filings],
        "described": to_json(description),
    }


def part(one: Part) -> Json:
    """One original, or some of its pages or sheets."""
    out = {
        "digest": one.digest,
        "file_name": one.file_name,
        "media_type": one.media_type,
        "size": one.size,
        "pages": one.pages,
    }
    if one.only_pages:
        out["only_pages"] = list(one.only_pages)
    if one.only_sheets:
        out["only_sheets"] = list(one.only_sheets)
    return out


def rendition(one: Rendition | None) -> Json | None:
    """The PDF made of an original, who made it and what may differ; ``None`` where none was made yet."""
    if one is None:
        return None
    return {
        "pdf": one.pdf or None,
        "pages": one.pages,
        "converter": one.converter,
        "differs": one.differs,
        "notes": [{"code": note.code, "text": note.text} for note in one.notes],
    }


def filing(index: Index, one: Filing) -> Json:
    """A filing or proposal, with what its requirement is called and which plan items it carries."""
    requirement = index.requirements.get(one.requirement)
    out = {
        "requirement": one.requirement,
        "code": index.code_of(one.requirement),
        "title": requirement.title if requirement else "",
        "source": list(requirement.source) if requirement else [],
        "unit": one.unit,
        "unit_name": index.unit_name(one.unit),
        "period": one.period,
        "pages": list(one.pages) or None,
        "standing": one.standing.value,
        "review": one.review.value if one.review else None,
        "sure": one.sure,
        "score": round(one.score, 3),
        "because": list(one.because),
        "by": one.by,
        "at": one.at,
    }
    if one.reason:
        out |= {"reason": one.reason, "due": one.due, "round": one.round}
    return out


def slot(index: Index, one: SlotState) -> Json:
    """A slot as it stands."""
    requirement = index.requirements[one.slot.requirement]
    return {
        "requirement": requirement.id,
        "code": index.code_of(requirement.id),
        "title": requirement.title,
        "source": list(requirement.source),
        "level": requirement.level,
        "unit": one.slot.unit,
        "unit_name": index.unit_name(one.slot.unit),
        "period": one.slot.period,
        "state": one.state.value,
        "expiring": one.expiring,
        "overdue": one.overdue,
        "wanted": one.wanted,
        "held": list(one.held),
        "waiting": list(one.waiting),
        "why": one.why,
        "closes": one.closes,
        "due": one.due,
    }


def owed(owing: Owing, one: SlotState) -> Json:
    """Who owes a slot, and the days left to its deadline and in its phase."""
    phase, ends, left = owing.phase(one)
    return {
        "owes": list(owing.who(one)),
        "left": owing.left(one),
        "phase": phase,
        "phase_ends": ends,
        "phase_left": left,
    }


def gaps(index: Index, states: Iterable[SlotState], today: str) -> Json:
    """All slots with a count of each state."""
    owing = Owing(index, today)
    slots = [{**slot(index, state), **owed(owing, state)} for state in states]
    return {"as_of": today, "summary": count(s["state"] for s in slots), "slots": slots}


def finding(index: Index, one: Finding) -> Json:
    """One finding of ``check``, with every place it points at."""
    return {
        "rule": one.rule,
        "severity": one.severity,
        "message": one.message,
        "key": one.key,
        "records": list(one.records),
        "places": [{**to_json(spot), "where": spot.where} for spot in one.places],
        "source": list(one.source),
        "units": list(one.units),
        "unit_names": [index.unit_name(unit) for unit in one.units],
        "explained": to_json(one.explained) if one.explained else None,
    }


def roll(one: Roll) -> Json:
    """One line of a roll-up, every key there."""
    return {**dataclasses.asdict(one), "owes": list(one.owes)}


def receipt(one: Receipt) -> Json:
    """What became of one path."""
    return {"path": one.path, "outcome": one.outcome.value, "record": one.record, "why": one.why}


def error(code: str, message: str, advice: str) -> Json:
    """Why a command stopped."""
    return {"error": {"code": code, "message": message, "advice": advice}}


def period(word: str) -> str:
    """A period as a person says it."""
    from duban_archive.core.period_rules import label

    return label(word) if word else "期间未定"


def count(states: Iterable[str]) -> dict[str, int]:
    """How many of each."""
    counts: dict[str, int] = {}
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    return counts


def _value(told: Told | None) -> str | None:
    return told.value if told else None
