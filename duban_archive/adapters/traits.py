"""What records are like, as search filters and counts them: asked of indexed columns, never record by record.

Every field gives pairs (record, value): of what is filed, of what is proposed where nobody has decided yet, and of the
description. A filter picks the records that have one of its values, a facet counts them; so the number beside a filter
is the number of records it gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from sqlalchemy.engine import Connection

from duban_archive.adapters.database import Database
from duban_archive.core.filters import Filter, covers, in_box

Pair = tuple[int, str]
_COLUMNS = {"indicator": "requirement", "unit": "unit", "period": "period"}  # of a slot
_TOLD = {"unit": ("unit",), "period": ("period", "dated"), "kind": ("kind",), "dated": ("dated",)}  # of a description
_AT_ONCE = 900
_MANY = 3000  # records; for more of them a table is read whole
# Proposals for slots about which nobody has decided.
_OPEN = """SELECT DISTINCT p.record FROM proposals p LEFT JOIN filings f
    ON f.record = p.record AND f.requirement = p.requirement AND f.unit = p.unit AND f.period = p.period
    WHERE (f.record IS NULL OR coalesce(json_extract(f.filing, '$.standing'), 'proposed') = 'proposed')"""
_REJECTED, _PROPOSED, _CONFIRMED = "rejected", "proposed", "confirmed"


class Traits:
    """The traits of one archive's records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def having(self, one: Filter, *, boxed: Mapping[str, Set[int]] | None = None) -> set[int]:
        """Standing records that pass a filter; ``boxed``: records by the volume of the latest binder they lie in."""
        if not one.values:
            return set()
        with self._database.read() as connection:
            match one.field:
                case "dated":
                    found = set(_dated(connection, *one.values))
                case "box":
                    within = (id for code in one.values for id in (boxed or {}).get(code, ()))
                    found = {*_shelved(connection, one.values), *within}
                case "state":
                    found = {id for value in one.values for id in _in_state(connection, value)}
                case "format":
                    wanted = set(one.values)
                    found = {record for record, value in _formats(connection) if value in wanted}
                case "period":
                    found = _with_values(connection, "period", [v for v in _periods(connection) if covers(one, v)])
                case _:
                    found = _with_values(connection, one.field, one.values)
            return found - _out_of_sight(connection)

    def pairs(self, records: Set[int]) -> dict[str, list[Pair]]:
        """Field → (record, value), for some records; a pair may come twice. One look at each table."""
        found: dict[str, list[Pair]] = {name: [] for name in ("indicator", "unit", "period", "kind", "state", "format")}
        with self._database.read() as connection:
            for these in _among(records):
                _add_slots(connection, these, records, found)
                _add_described(connection, these, records, found)
                found["format"] += (pair for pair in _formats(connection, these) if pair[0] in records)
            sql = "SELECT id, 'final' FROM records WHERE final"
            found["state"] += (pair for pair in _rows(connection, sql) if pair[0] in records)
        return found


# --- records by value --------------------------------------------------------------------------------------------


def _with_values(connection: Connection, field: str, values: Sequence[str]) -> set[int]:
    found: set[int] = set()
    told = _told(connection)
    for some in _some(values):
        marks = ",".join("?" * len(some))
        if column := _COLUMNS.get(field):
            found |= _filed_under(connection, f"{column} IN ({marks})", some)
        for name in _TOLD.get(field, ()):
            sql = f"SELECT record FROM readings WHERE {name} IN ({marks})"
            read = {row[0] for row in _rows(connection, sql, some)}
            found |= read - {record for record, said in told.items() if name in said}
            found |= {record for record, said in told.items() if said.get(name) in some}
    return found


def _filed_under(connection: Connection, where: str, values: tuple[str, ...]) -> set[int]:
    """Records filed or proposed under slots; whether a proposal still stands is only asked where somebody decided."""
    sql = f"SELECT record FROM filings WHERE {where} AND coalesce(json_extract(filing, '$.standing'), '') <> 'rejected'"
    found = {row[0] for row in _rows(connection, sql, values)}
    proposed = {row[0] for row in _rows(connection, f"SELECT record FROM proposals WHERE {where}", values)}
    proposed -= found
    decided = proposed.intersection(row[0] for row in _rows(connection, "SELECT record FROM filings"))
    found |= proposed - decided
    for these in _among(decided):
        among = f" AND p.record IN ({these})" if these else ""
        qualified = where if not values else f"p.{where}"
        found.update(row[0] for row in _rows(connection, _OPEN + among + f" AND {qualified}", values))
    return found


def _add_slots(connection: Connection, these: str, records: Set[int], found: dict[str, list[Pair]]) -> None:
    """What is filed and not rejected, and what is proposed for slots about which nobody has decided."""
    where = f"WHERE record IN ({these})" if these else ""
    standing = "coalesce(json_extract(filing, '$.standing'), 'proposed'), json_extract(filing, '$.review')"
    settled, confirmed = set(), set()
    sql = f"SELECT record, requirement, unit, period, {standing} FROM filings {where}"
    slots = []
    for record, requirement, unit, period, stands, review in _rows(connection, sql):
        if record not in records:
            continue
        found["state"] += ((record, word) for word in (stands, review) if word)
        if stands != _PROPOSED:
            settled.add((record, requirement, unit, period))
        if stands != _REJECTED:
            slots.append((record, requirement, unit, period))
        if stands == _CONFIRMED:
            confirmed.add(record)
    sql = f"SELECT record, requirement, unit, period FROM proposals {where}"
    still_open = [slot for slot in _rows(connection, sql) if slot[0] in records and slot not in settled]
    found["state"] += ((record, _PROPOSED) for record in {slot[0] for slot in still_open})
    for record, requirement, unit, period in (*slots, *still_open):
        found["indicator"].append((record, requirement))
        found["unit"].append((record, unit))
        found["period"].append((record, period))
    here = map(int, these.split(",")) if these else records
    found["state"] += ((record, "filed" if record in confirmed else "triage") for record in here)


def _add_described(connection: Connection, these: str, records: Set[int], found: dict[str, list[Pair]]) -> None:
    where = f"WHERE record IN ({these})" if these else ""
    told = _told(connection)
    containers = {row[0] for row in _rows(connection, "SELECT id FROM records WHERE state = 'container'")}
    sql = f"SELECT record, unit, period, dated, kind, status FROM readings {where}"
    fields = (("unit", "unit"), ("period", "period"), ("dated", "period"), ("kind", "kind"))
    for record, *values, status in _rows(connection, sql):
        if record not in records:
            continue
        for (name, field), value in zip(fields, values, strict=True):
            if value and name not in told.get(record, ()):
                found[field].append((record, value))
        if status == "abnormal" and record not in containers:
            found["state"].append((record, status))
    here = set(map(int, these.split(","))) if these else records
    for record in here & told.keys():
        found_of = ((field, told[record].get(name)) for name, field in fields)
        for field, value in found_of:
            if value:
                found[field].append((record, value))


def _told(connection: Connection) -> dict[int, dict[str, str]]:
    """What persons have said of records, which goes before what was read: record → field → value."""
    names = ("unit", "period", "kind", "dated")
    columns = ", ".join(f"json_extract(told, '$.{name}.value')" for name in names)
    rows = _rows(connection, f"SELECT id, {columns} FROM records WHERE told <> '{{}}'")
    return {
        row[0]: {name: value for name, value in zip(names, row[1:], strict=True) if value is not None} for row in rows
    }


def _periods(connection: Connection) -> set[str]:
    """Every period and date that any record has."""
    found: set[str] = set()
    for table, column in (
        ("filings", "period"),
        ("proposals", "period"),
        ("readings", "period"),
        ("readings", "dated"),
    ):
        found.update(row[0] for row in _rows(connection, f"SELECT DISTINCT {column} FROM {table}") if row[0])
    for said in _told(connection).values():
        found.update(value for name, value in said.items() if name in ("period", "dated") and value)
    return found


def _dated(connection: Connection, first: str, last: str) -> Iterator[int]:
    """A date that stops at year or month is within the days when any day of it may be."""
    told = _told(connection)
    rows = _rows(connection, "SELECT record, dated FROM readings WHERE dated <> ''")
    for record, value in (*rows, *((record, said["dated"]) for record, said in told.items() if "dated" in said)):
        read = "dated" not in told.get(record, ()) or told[record]["dated"] == value
        if read and value and (not first or value >= first[: len(value)]) and (not last or value <= last):
            yield record


def _shelved(connection: Connection, names: Sequence[str]) -> Iterator[int]:
    sql = "SELECT id, json_extract(place, '$.where') FROM records WHERE place <> 'null'"
    for record, where in _rows(connection, sql):
        if any(in_box(where, name) for name in names):
            yield record


def _formats(connection: Connection, these: str = "") -> Iterator[Pair]:
    """The letters after the last dot of each part's name; the whole name where there is no dot."""
    where = f"WHERE r.id IN ({these})" if these else ""
    sql = f"SELECT r.id, json_extract(p.value, '$.file_name') FROM records r, json_each(r.parts) p {where}"
    for record, name in _rows(connection, sql):
        yield record, name.lower().rpartition(".")[2]


# --- states: of the record, of its filings and of their reviews, in DESIGN.md's words ----------------------------


def _in_state(connection: Connection, state: str) -> Iterator[int]:
    sql = {
        "abnormal": "SELECT d.record FROM readings d JOIN records r ON r.id = d.record"
        " WHERE d.status = 'abnormal' AND r.state = 'kept'",
        "final": "SELECT id FROM records WHERE final",
        "filed": f"SELECT record FROM filings WHERE json_extract(filing, '$.standing') = '{_CONFIRMED}'",
        "triage": "SELECT id FROM records WHERE id NOT IN"
        f" (SELECT record FROM filings WHERE json_extract(filing, '$.standing') = '{_CONFIRMED}')",
    }.get(state)
    if sql is not None:
        yield from (row[0] for row in _rows(connection, sql))
        return
    if state == _PROPOSED:
        standing = "coalesce(json_extract(filing, '$.standing'), 'proposed')"
        entered = f"SELECT record FROM filings WHERE {standing} = 'proposed'"
        yield from (row[0] for sql in (_OPEN, entered) for row in _rows(connection, sql))
        return
    sql = "SELECT record FROM filings WHERE ? IN (json_extract(filing, '$.standing'), json_extract(filing, '$.review'))"
    yield from (row[0] for row in _rows(connection, sql, (state,)))


def _out_of_sight(connection: Connection) -> set[int]:
    sql = "SELECT id FROM records WHERE state IN ('replaced', 'withdrawn')"
    return {row[0] for row in _rows(connection, sql)}


def _among(records: Set[int]) -> tuple[str, ...]:
    """Lists of ids for ``IN``; one empty one for "all" when there are so many that a whole table is read sooner."""
    if len(records) > _MANY:
        return ("",)
    ordered = sorted(records)
    return tuple(",".join(map(str, ordered[at : at + _AT_ONCE])) for at in range(0, len(ordered), _AT_ONCE))


def _rows(connection: Connection, sql: str, values: tuple[str, ...] = ()) -> Iterator[Any]:
    """Rows straight from the driver: making row objects that nobody needs takes longer than the query."""
    driver = connection.connection.driver_connection
    assert driver is not None
    yield from driver.execute(sql, values)


def _some(values: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for at in range(0, len(values), _AT_ONCE):
        yield tuple(values[at : at + _AT_ONCE])
