"""The chain of events: where it does not hold, how far it is whole, and which rows it leads to.

A purge blackens what names the purged paper in earlier events. A blackened event keeps its hash and its links, so the
chain and every head hash ever printed stay good; what is left of it is vouched for by the purge event, which lists the
digest of each blackened line and is sealed itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from duban_archive.adapters.journal import ROOT, Event, is_sealed, line

WIPED = "〔已清除〕"
PURGED = "purged"  # the kind of a purge event
Row = dict[str, Any]
Key = tuple[tuple[str, Any], ...]

# What an event may still say about a purged record: numbers, never words.
_SAFE_ABOUT = ("record", "records", "made", "undoes", "kind")


def faults(events: Sequence[Event]) -> list[tuple[int, str]]:
    """(place from 1, what is wrong) for every event that was changed or does not follow the one before."""
    found: list[tuple[int, str]] = []
    vouched: dict[int, str] = {}
    blackened: list[tuple[int, Event]] = []
    prev = ROOT
    for place, event in enumerate(events, 1):
        if not isinstance(event, dict) or event.get("prev") != prev or event.get("seq") != place:
            found.append((place, f"第 {place} 条与前一条接不上"))
        elif is_sealed(event, prev):
            if event["kind"] == PURGED:
                vouched.update({int(seq): digest for seq, digest in event["about"]["blackened"].items()})
        elif "purged_by" in event:
            blackened.append((place, event))
        else:
            found.append((place, f"第 {place} 条被改动过"))
        prev = str(event.get("hash")) if isinstance(event, dict) else ""
    for place, event in blackened:
        if vouched.get(place) != line_digest(event):
            found.append((place, f"第 {place} 条被改动过(没有清除记录为它作证)"))
    return sorted(found)


def whole(events: Sequence[Event]) -> Sequence[Event]:
    """The longest beginning of the chain that holds."""
    while broken := faults(events):
        events = events[: broken[0][0] - 1]
    return events


def replay(events: Iterable[Event]) -> dict[str, dict[Key, Row]]:
    """The rows that the events lead to, by table and key."""
    tables: dict[str, dict[Key, Row]] = {}
    for event in events:
        for table, key, _before, after in event["changes"]:
            rows = tables.setdefault(table, {})
            if after is None:
                rows.pop(key_of(key), None)
            else:
                rows[key_of(key)] = after
    return tables


def key_of(key: Mapping[str, Any]) -> Key:
    """A row's key as something to look up by."""
    return tuple(sorted(key.items()))


def line_digest(event: Event) -> str:
    """SHA-256 of the event's line in the journal."""
    return hashlib.sha256(line(event).encode()).hexdigest()


def blacken(event: Event, ids: Set[int], by: int, files: Set[int] = frozenset(), words: Sequence[str] = ()) -> Event:
    """The event without the words that name the records ``ids``; itself when it has none. ``by``: the purge's seq.

    ``files``: numbers of the files they came in, which were named before there was a record; ``words``: the names
    they bore, longest first, which registers may quote.
    """
    if event["kind"] == PURGED:
        return event
    changes = [
        [table, key, *(blackened(table, row, ids, files, words) for row in rows)]
        for table, key, *rows in event["changes"]
    ]
    about = without(event["about"], words)
    if changes != event["changes"] or about.get("record") in ids:
        about = {key: about[key] for key in _SAFE_ABOUT if key in about}
    if json.dumps([changes, about], sort_keys=True) == json.dumps([event["changes"], event["about"]], sort_keys=True):
        return event
    return {**event, "about": about, "changes": changes, "purged_by": by}


def blackened(
    table: str, row: Row | None, ids: Set[int], files: Set[int] = frozenset(), words: Sequence[str] = ()
) -> Row | None:
    """A row without the words that name the records ``ids``."""
    if row is None:
        return None
    if table == "records" and row["id"] in ids:
        return neutral_record(row)
    if table == "files" and (row["record"] in ids or row["id"] in files):
        return neutral_file(row, row["why"] and WIPED)
    if table == "filings" and row["record"] in ids:
        kept = ("record", "requirement", "unit", "period", "standing")
        return {**row, "filing": {key: row["filing"][key] for key in kept if key in row["filing"]}}
    if table == "binders":
        replaced = [{**one, "why": WIPED} if one["record"] in ids else one for one in row["binder"].get("replaced", ())]
        return {**row, "binder": {**row["binder"], "replaced": replaced}}
    if table == "entries":
        return {**row, "entry": _neutral_entry(row, ids, words)}
    return row


def _neutral_entry(row: Row, ids: Set[int], words: Sequence[str]) -> Any:
    """A register's entry without the names; what was entered only to describe the paper goes altogether."""
    entry = row["entry"]
    if row["register"] == "captions" and int(row["name"].split("-")[0]) in ids:
        return {key: value and WIPED for key, value in entry.items()}
    if row["register"] == "loans" and entry.get("record") in ids:
        entry = {**entry, **{key: WIPED for key in ("title", "remark") if entry.get(key)}}
    return without(entry, words)


def without(said: Any, words: Sequence[str]) -> Any:
    """Anything in JSON without the words (longest first)."""
    if isinstance(said, dict):
        return {key: without(value, words) for key, value in said.items()}
    if isinstance(said, list):
        return [without(value, words) for value in said]
    if isinstance(said, str):
        for word in words:
            said = said.replace(word, WIPED)
    return said


def neutral_record(row: Row) -> Row:
    """A record's row without names and words; the digests stay."""
    parts = [{**part, "file_name": WIPED, "folder": ""} for part in row["parts"]]
    return {**row, "parts": parts, "told": {}, "place": None}


def neutral_file(row: Row, why: str) -> Row:
    """A file's row without its path and names."""
    return {**row, "path": WIPED, "folder": "", "file_name": WIPED, "mtime_ns": 0, "why": why}
