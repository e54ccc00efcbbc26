"""The catalogue: what is known of every original, record and filing, and the chain of events that made it so.

Every change of a truth is made inside ``change()``: row changes and their event go into one transaction, and the event
is then appended to the journal. Because an event carries its rows before and after, the same few lines replay it
(``rebuild``) and take it back (``undo``). What the program reads and proposes stands in ``echoes.py``.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from duban_archive.adapters import chain, migrations, statements
from duban_archive.adapters import tables as t
from duban_archive.adapters.database import Database
from duban_archive.adapters.journal import ROOT, Event, Journal, JournalUnreadable, seal
from duban_archive.core.model import (
    Description,
    Filing,
    Note,
    Part,
    Place,
    Record,
    Standing,
    Told,
)
from duban_archive.core.plainjson import from_json
from duban_archive.errors import DamagedArchive, UsageError

VERSION = migrations.VERSION
Row = dict[str, Any]


@dataclass(slots=True)
class Change:
    """One event in the making: rows put through it are applied at once and remembered for the journal."""

    _connection: Connection
    about: Row = field(default_factory=dict)
    changes: list[list[Any]] = field(default_factory=list)

    def next_id(self, table: str) -> int:
        """The next running number of a table; given under the writers' lock, never again, not even after an undo."""
        key = f"last_{table}"
        held = self._connection.execute(statements.select(t.meta, "key"), {"key": key}).first()
        there = int(self._connection.execute(statements.highest(t.TRUTH[table].c.id)).scalar_one())
        number = max(int(held.value) if held else 0, there) + 1
        _note_last(self._connection, key, number)
        return number

    def next_number(self, register: str) -> int:
        """The next running number of a register; never given again, not even after an undo."""
        key = f"last_entries.{register}"
        held = self._connection.execute(statements.select(t.meta, "key"), {"key": key}).first()
        number = int(held.value if held else 0) + 1
        _note_last(self._connection, key, number)
        return number

    def enter(self, register: str, name: str, entry: Row | None) -> None:
        """Write, replace or (``None``) strike an entry of a register."""
        key = {"register": register, "name": name}
        self.put("entries", key, None if entry is None else {**key, "entry": entry})

    def row(self, table: str, **key: Any) -> Row | None:
        """The row as it stands now."""
        query = statements.select(t.TRUTH[table], *key)
        first = self._connection.execute(query, key).mappings().first()
        return dict(first) if first else None

    def put(self, table: str, key: Row, after: Row | None) -> None:
        """Insert, replace or (``None``) remove a row."""
        before = self.row(table, **key)
        if before == after:
            return
        self.changes.append([table, key, before, after])
        _apply(self._connection, table, key, after, is_new=before is None)

    def put_over(self, table: str, key: Row, after: Row | None) -> None:
        """As ``put``, and the event does not tell what was there before (purge)."""
        self.changes.append([table, key, None, after])
        _apply(self._connection, table, key, after)

    def blacken(self, ids: set[int], words: Sequence[str]) -> None:
        """Take the words that name the records out of registers and earlier events; this event vouches for the rest."""
        named = sa.select(t.files.c.id).where(t.files.c.record.in_(ids))
        files = set(self._connection.execute(named).scalars())
        by = int(self._connection.execute(sa.select(sa.func.max(t.events.c.seq))).scalar_one()) + 1
        query = sa.select(t.events.c.event).order_by(t.events.c.seq)
        vouched = {}
        for event in self._connection.execute(query).scalars().all():
            if (black := chain.blacken(event, ids, by, files, words)) is not event:
                where = t.events.c.seq == event["seq"]
                self._connection.execute(sa.update(t.events).where(where).values(event=black))
                vouched[str(event["seq"])] = chain.line_digest(black)
        self.about["blackened"] = vouched
        for row in map(dict, self._connection.execute(sa.select(t.entries)).mappings().all()):
            if (neutral := chain.blackened("entries", row, ids, files, words)) != row:
                self.put_over("entries", {"register": row["register"], "name": row["name"]}, neutral)


class Catalogue:
    """One archive's SQLite catalogue and journal. WAL, FULL, busy_timeout, BEGIN IMMEDIATE for writers."""

    def __init__(self, database: Database, journal: Path) -> None:
        self._database = database
        self._path = database.path
        self._journal = Journal(journal)
        self._unwritten: list[Event] = []

    # --- life -----------------------------------------------------------------------------------------------

    def create(self) -> None:
        """Make an empty catalogue; refuses when there is one."""
        if self._path.exists():
            raise UsageError("这里已经有档案目录库。", "无需再建;直接使用即可。")
        self._database.create()
        with self._database.write() as connection:
            connection.execute(sa.insert(t.meta).values(key="version", value=str(VERSION)))

    def open(self) -> None:
        """Check the version and append to the journal what a killed run had committed but not yet written there."""
        if not self._path.exists():
            raise DamagedArchive(
                "档案目录库 catalogue.sqlite 不见了。", "原件仍在 .duban/store 里。请运行 duban repair 由流水重建。"
            )
        migrations.bring_up(self._database)
        if not self.read_only:
            self.sync_journal()

    @property
    def read_only(self) -> bool:
        """Whether the archive folder cannot be written: it can be looked into, nothing else."""
        return self._database.read_only

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def sync_journal(self) -> int:
        """Append events that are in the catalogue and not yet in the journal; how many that were.

        A journal that cannot be read is left to ``repair``: its events are safe in the catalogue.
        """
        try:
            last = self._journal.last()
        except JournalUnreadable:
            return 0
        with self._database.read() as connection:
            query = sa.select(t.events.c.event).where(t.events.c.seq > (last["seq"] if last else 0))
            missing = [row.event for row in connection.execute(query.order_by(t.events.c.seq))]
        if any(event["kind"] == chain.PURGED for event in missing):
            self.write_journal()  # earlier lines were blackened too
        else:
            self._journal.append(missing)
        return len(missing)

    def write_journal(self) -> None:
        """Write the whole journal anew from the catalogue's events."""
        self._journal.write_anew(self.events())

    def write_journal_of(self, events: Iterable[Event]) -> None:
        """Write the journal anew from events of elsewhere (a backup, a whole beginning)."""
        self._journal.write_anew(events)

    def journal(self) -> tuple[list[Event], bool]:
        """The journal's events, and whether all of it could be read."""
        return self._journal.readable()

    # --- truth ----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def change(self, kind: str, by: str, **about: Any) -> Iterator[Change]:
        """One event: its rows in one transaction, then its line in the journal. No long work inside."""
        with self.together(), self._database.write() as connection:
            change = Change(connection, dict(about))
            yield change
            self._unwritten.append(self._add_event(connection, kind, by, change.about, change.changes))

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Several changes in one transaction and one journal write: all of them happen, or none."""
        if self._database.is_writing:
            yield
            return
        self._unwritten.clear()
        with self._database.write():
            yield
        self._write_journal_lines()

    def undo(self, by: str) -> Event | None:
        """Take back the newest decision that was not taken back yet; the undoing is an event of its own."""
        with self.together(), self._database.write() as connection:
            undone = {
                row.event["about"]["undoes"]
                for row in connection.execute(sa.select(t.events.c.event).where(t.events.c.kind == "undone"))
            }  # what a purge has blackened cannot come back either
            query = sa.select(t.events.c.event).where(t.events.c.kind.in_(UNDOABLE)).order_by(t.events.c.seq.desc())
            rows = connection.execute(query).scalars()
            event = next((e for e in rows if e["seq"] not in undone and "purged_by" not in e), None)
            if event is None:
                return None
            change = Change(connection, {"undoes": event["seq"], "kind": event["kind"]})
            for table, key, before, _after in reversed(event["changes"]):
                change.put(table, key, before)
            self._unwritten.append(self._add_event(connection, "undone", by, change.about, change.changes))
        return dict(event)

    def _add_event(self, connection: Connection, kind: str, by: str, about: Row, changes: list[list[Any]]) -> Event:
        last = connection.execute(_LAST_EVENT).first()
        bare = {"seq": (last.seq if last else 0) + 1, "at": now(), "by": by, "kind": kind}
        event = seal({**bare, "about": about, "changes": changes}, last.hash if last else ROOT)
        _insert_events(connection, [event])
        return event

    def _write_journal_lines(self) -> None:
        fresh, self._unwritten = self._unwritten, []
        if not fresh:
            return
        with contextlib.suppress(JournalUnreadable):  # left to repair, see sync_journal
            follows = self._journal.ends_with(fresh[0]["seq"] - 1)
            if follows and not any(event["kind"] == chain.PURGED for event in fresh):
                self._journal.append(fresh)
            else:  # another process committed between, or an earlier run was killed: catch up in order
                self.sync_journal()

    def rebuild(self) -> int:
        """Make the catalogue again from the journal (into an empty one); the number of events replayed."""
        events, readable = self._journal.readable()
        broken = chain.faults(events)
        if broken or not readable:
            place = broken[0][0] if broken else len(events) + 1
            raise DamagedArchive(f"流水第 {place} 条对不上前一条,不能据此重建。", "请用最近的备份恢复(duban restore)。")
        with self._database.write() as connection:
            _replay(connection, events)
            _insert_events(connection, events)
        return len(events)

    def replay(self, events: Sequence[Event] = ()) -> None:
        """Put the rows back to what the events say (``events``: in place of ours); what was read stays."""
        with self._database.write() as connection:
            if events:
                connection.execute(sa.delete(t.events))
                _insert_events(connection, events)
            for table in t.TRUTH.values():
                of_events = [~table.c.state.in_(NOT_TAKEN_IN)] if table is t.files else []
                connection.execute(sa.delete(table).where(*of_events))
            connection.execute(sa.delete(t.holdings))
            _replay(connection, self._events(connection))

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file."""
        return self._database.faults()

    def copy(self, to: Path) -> None:
        """A whole copy of the catalogue in a new file."""
        self._database.copy(to)

    def scrub(self) -> None:
        """Leave no trace of deleted rows in the file (purge)."""
        self._database.scrub()

    def row_problems(self) -> list[str]:
        """Rows that are not what the events say (somebody wrote into the catalogue past the program)."""
        wanted = chain.replay(self.events())
        problems = []
        with self._database.read() as connection:
            for name, table in t.TRUTH.items():
                keys = [column.name for column in table.primary_key]
                rows = (dict(row) for row in connection.execute(sa.select(table)).mappings())
                held = {chain.key_of({key: row[key] for key in keys}): row for row in rows}
                rows_wanted = wanted.get(name, {})
                for key in sorted(held.keys() | rows_wanted.keys(), key=str):
                    row, told = held.get(key), rows_wanted.get(key)
                    if name == "files" and told is None and row is not None and row["state"] in NOT_TAKEN_IN:
                        continue
                    if row is None or told is None or any(row.get(c, told[c]) != told[c] for c in told):
                        problems.append(f"{name} {'、'.join(str(value) for _, value in key)}")
        return problems

    def head(self) -> str:
        """The newest event's hash: the head of the chain."""
        with self._database.read() as connection:
            query = sa.select(t.events.c.hash).order_by(t.events.c.seq.desc()).limit(1)
            return connection.execute(query).scalar() or ROOT

    def events(self, kinds: Sequence[str] = ()) -> list[Event]:
        """The events in order, all or of some kinds."""
        with self._database.read() as connection:
            return self._events(connection, kinds)

    def _events(self, connection: Connection, kinds: Sequence[str] = ()) -> list[Event]:
        query = sa.select(t.events.c.event).order_by(t.events.c.seq)
        if kinds:
            query = query.where(t.events.c.kind.in_(kinds))
        return [dict(row.event) for row in connection.execute(query)]

    def chain_problems(self) -> list[tuple[str, str]]:
        """Where the chain does not hold: (``catalogue`` or ``journal``, what is wrong)."""
        ours = self.events()
        problems = [("catalogue", f"目录库的记事{text}") for _, text in chain.faults(ours)]
        written, readable = self._journal.readable()
        problems += [("journal", f"流水{text}") for _, text in chain.faults(written)]
        if not readable:
            problems.append(("journal", f"流水 journal.jsonl 第 {len(written) + 1} 行读不懂"))
        elif written != ours and not chain.faults(written):
            text = f"流水 journal.jsonl({len(written)} 条)与目录库({len(ours)} 条)不一致"
            problems.append(("journal", text))
        return problems

    def pin(self, name: str) -> Any:
        """A pinned thing (the resolved checklist), else ``None``."""
        with self._database.read() as connection:
            return connection.execute(sa.select(t.pins.c.value).where(t.pins.c.name == name)).scalar()

    def entries(self, register: str) -> dict[str, Row]:
        """A register's entries by name; running numbers in their order, before names."""
        with self._database.read() as connection:
            found = connection.execute(statements.select(t.entries, "register"), {"register": register}).all()
        rows = sorted(
            found, key=lambda row: (not row.name.isdigit(), len(row.name) if row.name.isdigit() else 0, row.name)
        )
        return {row.name: dict(row.entry) for row in rows}

    # --- reading it back --------------------------------------------------------------------------------------

    def records(self, ids: Iterable[int] | None = None) -> tuple[Record, ...]:
        """Records with their filings, decided ones and proposals; all, or those of ``ids``, by accession number."""
        wanted = None if ids is None else sorted(set(ids))
        if wanted is not None and len(wanted) > _MOST_AT_ONCE:
            among = set(wanted)
            return tuple(record for record in self.records() if record.id in among)

        def rows_of(table: sa.Table, column: str, *order: str) -> Sequence[Any]:
            if wanted is None:
                return connection.execute(sa.select(table).order_by(*(table.c[name] for name in order))).all()
            return connection.execute(statements.select_among(table, column, *order), {"among": wanted}).all()

        with self._database.read() as connection:
            rows = rows_of(t.records, "id", "id")
            readings = {row.record: row for row in rows_of(t.readings, "record", "record")}
            decided: dict[int, dict[tuple[str, str, str], Filing]] = {}
            for row in rows_of(t.filings, "record", "record"):
                slot = (row.requirement, row.unit, row.period)
                decided.setdefault(row.record, {})[slot] = from_json(Filing, row.filing)
            proposed: dict[int, list[Filing]] = {}
            for row in rows_of(t.proposals, "record", "record", "rank"):
                proposed.setdefault(row.record, []).append(from_json(Filing, row.filing))
        return tuple(
            make_record(row, readings.get(row.id), decided.get(row.id, {}), proposed.get(row.id, [])) for row in rows
        )

    def read_and_proposed(self) -> tuple[dict[int, Any], dict[int, list[Filing]]]:
        """What the program read of each record, and where it proposes to file it (both as of now)."""
        with self._database.read() as connection:
            readings = {row.record: row for row in connection.execute(sa.select(t.readings))}
            proposed: dict[int, list[Filing]] = {}
            for row in connection.execute(sa.select(t.proposals).order_by(t.proposals.c.record, t.proposals.c.rank)):
                proposed.setdefault(row.record, []).append(from_json(Filing, row.filing))
        return readings, proposed

    def record(self, id: int) -> Record:
        """One record; raises ``UsageError`` when there is none."""
        found = self.records([id])
        if not found:
            raise UsageError(f"没有 {id} 号件。", "请用 duban list 查看已有的件号。")
        return found[0]

    def confirmed(self) -> set[int]:
        """Records that are filed for good somewhere."""
        query = sa.select(t.filings.c.record).where(t.filings.c.filing["standing"].as_string() == "confirmed")
        with self._database.read() as connection:
            return set(connection.execute(query).scalars())

    def decided(self) -> set[int]:
        """Records about whose filing a person has said anything."""
        with self._database.read() as connection:
            return set(connection.execute(sa.select(t.filings.c.record)).scalars())

    def versions(self) -> tuple[Record, ...]:
        """Records that are a version of another, or have one."""
        query = sa.select(t.records.c.id, t.records.c.version_of).where(t.records.c.version_of.is_not(None))
        with self._database.read() as connection:
            ids = {id for row in connection.execute(query) for id in row}
        return self.records(ids) if ids else ()

    def holders(self, digest: str) -> list[int]:
        """Records that hold an original, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(statements.select(t.holdings, "digest"), {"digest": digest})
            return sorted(row.record for row in rows)

    def files(self, **where: Any) -> list[Row]:
        """Files ever seen, in order of arrival."""
        with self._database.read() as connection:
            rows = connection.execute(statements.select(t.files, *where), where).mappings()
            return sorted((dict(row) for row in rows), key=lambda row: int(row["id"]))

    def originals(self) -> list[Row]:
        """Every original the catalogue names."""
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(sa.select(t.originals)).mappings()]

    def is_purged(self, digest: str) -> bool:
        """Whether the original was wiped by a purge."""
        with self._database.read() as connection:
            query = sa.select(t.originals.c.purged).where(t.originals.c.digest == digest)
            return bool(connection.execute(query).scalar())

    def binders(self) -> list[Row]:
        """Every binder made, oldest first."""
        with self._database.read() as connection:
            return [row.binder for row in connection.execute(sa.select(t.binders).order_by(t.binders.c.id))]

    def waiting(self, path: str) -> list[Row]:
        """The rows of a file that was seen there and not taken in: noise, not yet whole, refused."""
        return [row for row in self.files(path=path) if row["state"] in NOT_TAKEN_IN]

    def note_waiting(self, row: Row, by: str) -> None:
        """Account for a file that is not taken in; an event, unless the same was said of it before."""
        held = self.waiting(row["path"])
        if len(held) == 1 and all(held[0][name] == value for name, value in row.items()):
            return
        with self.change("file_left", by, path=row["path"]) as change:
            id = held[0]["id"] if held else change.next_id("files")
            for more in held[1:]:
                change.put("files", {"id": more["id"]}, None)
            change.put("files", {"id": id}, {"id": id, "seen": now(), **row})

    def forget_waiting(self, path: str, by: str) -> None:
        """A waiting or refused file is gone, under another name as it seems."""
        if held := self.waiting(path):
            with self.change("file_gone", by, path=path) as change:
                for row in held:
                    change.put("files", {"id": row["id"]}, None)


# Files that were seen and are not in the archive. Catalogues made before they were events may hold rows without one.
NOT_TAKEN_IN = ("noise", "waiting", "refused")
# Decisions of a person that can be taken back; arrivals cannot (what came in stays in).
UNDOABLE = (
    "filed",
    "described",
    "merged",
    "split",
    "final_marked",
    "registered",
    "withdrawn",
    "set_na",
    "upgraded",
    "entered",
)


def now() -> str:
    """The time of an event, with its offset."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def _matches(table: sa.Table, key: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


_LAST_EVENT = sa.select(t.events.c.seq, t.events.c.hash).order_by(t.events.c.seq.desc()).limit(1)
_MOST_AT_ONCE = 5000  # ids in one query: SQLite takes 32766 values


def _apply(connection: Connection, table: str, key: Row, after: Row | None, *, is_new: bool = False) -> None:
    target = t.TRUTH[table]
    if not is_new:
        connection.execute(statements.delete(target, *key), key)
    if after is not None:  # an event of an earlier version may lack a column or have one more
        known = {name: value for name, value in after.items() if name in target.c}
        connection.execute(statements.insert(target), known)
    if table == "records":
        if not is_new:
            connection.execute(statements.delete(t.holdings, "record"), {"record": key["id"]})
        for digest in {part["digest"] for part in after["parts"]} if after else ():
            connection.execute(statements.insert(t.holdings), {"digest": digest, "record": key["id"]})


def _insert_events(connection: Connection, events: Iterable[Event]) -> None:
    for event in events:
        values = {key: event[key] for key in ("seq", "at", "by", "kind", "hash")}
        connection.execute(statements.insert(t.events), {**values, "event": event})


def _replay(connection: Connection, events: Iterable[Event]) -> None:
    last: dict[str, int] = {}
    for event in events:
        for table, key, _before, after in event["changes"]:
            _apply(connection, table, key, after)
            counted = f"entries.{key['register']}" if table == "entries" else table
            number = str(key.get("name") if table == "entries" else key.get("id", ""))
            if number.isdigit():
                last[counted] = max(last.get(counted, 0), int(number))
    for counted, highest in last.items():
        _note_last(connection, f"last_{counted}", highest)


def _note_last(connection: Connection, key: str, number: int) -> None:
    connection.execute(statements.delete(t.meta, "key"), {"key": key})
    connection.execute(statements.insert(t.meta), {"key": key, "value": str(number)})


def make_record(
    row: Any, reading: Any, decided: Mapping[tuple[str, str, str], Filing], proposed: Sequence[Filing]
) -> Record:
    """A record of its row (now, or as an event left it), what was read of it, and its filings."""
    found = from_json(Description, reading.description) if reading else Description()
    told = {name: from_json(Told, value) for name, value in row.told.items()}
    state = row.state
    if state == "kept":
        state = {"read": "ready", "abnormal": "abnormal"}.get(reading.status if reading else "", "reading")
    settled = {slot for slot, filing in decided.items() if filing.standing is not Standing.PROPOSED}
    open_ones = [f for f in proposed if (f.requirement, f.unit, f.period) not in settled]
    counts = [*(reading.part_pages if reading else ()), *[None] * len(row.parts)]
    parts = tuple(from_json(Part, {"pages": count, **part}) for part, count in zip(row.parts, counts, strict=False))
    place = from_json(Place, row.place) if row.place else None
    known = [part.pages for part in parts if part.pages is not None]
    return Record(
        id=row.id,
        parts=parts,
        place=place,
        description=Description(
            **{name: told.get(name, getattr(found, name)) for name in Description.__dataclass_fields__}
        ),
        pages=sum(known) if known else place.pages if place else None,
        facts=reading.facts if reading else {},
        notes=tuple(from_json(Note, note) for note in reading.notes) if reading else (),
        filings=(*decided.values(), *open_ones),
        state=state,
        received=row.received,
        parent=row.parent,
        replaced_by=row.replaced_by,
        version_of=row.version_of,
        final=row.final,
    )
