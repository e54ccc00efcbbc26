"""The records as they stood on earlier days: the events replayed up to each of them, in one pass.

What people decided is taken from the events; what the program reads and proposes is not kept by day, so a proposal
counts from the day its record arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from duban_archive.adapters.catalogue import Catalogue, make_record
from duban_archive.core.model import Filing, Record
from duban_archive.core.plainjson import from_json

Slot = tuple[str, str, str]


def first_day(catalogue: Catalogue) -> str:
    """The day the archive was founded, ISO."""
    events = catalogue.events()
    return str(events[0]["at"])[:10] if events else ""


def days_of_work(catalogue: Catalogue) -> tuple[str, ...]:
    """Every day on which something was entered or decided, ISO, in order."""
    return tuple(sorted({str(event["at"])[:10] for event in catalogue.events()}))


def records_before(catalogue: Catalogue, days: Sequence[str]) -> Iterator[tuple[str, tuple[Record, ...]]]:
    """(day, all records as they stood when that day began), for each of ``days`` in order; days are ISO."""
    readings, proposals = catalogue.read_and_proposed()
    rows: dict[int, dict[str, Any]] = {}
    decided: dict[int, dict[Slot, Filing]] = {}
    made: dict[int, Record] = {}
    changed: set[int] = set()
    events = iter(sorted(catalogue.events(), key=lambda event: int(event["seq"])))
    waiting = next(events, None)
    for day in sorted(days):
        while waiting is not None and str(waiting["at"])[:10] < day:
            for table, key, _before, after in waiting["changes"]:
                if table == "records":
                    _put(rows, int(key["id"]), after)
                    changed.add(int(key["id"]))
                elif table == "filings":
                    slot = (key["requirement"], key["unit"], key["period"])
                    _put(decided.setdefault(int(key["record"]), {}), slot, after and from_json(Filing, after["filing"]))
                    changed.add(int(key["record"]))
            waiting = next(events, None)
        for id in changed:
            made.pop(id, None)
            if id in rows:
                row = SimpleNamespace(**rows[id])
                made[id] = make_record(row, readings.get(id), decided.get(id, {}), proposals.get(id, []))
        changed.clear()
        yield day, tuple(made[id] for id in sorted(made))


def _put(rows: dict[Any, Any], key: Any, after: Any) -> None:
    if after is None:
        rows.pop(key, None)
    else:
        rows[key] = after
