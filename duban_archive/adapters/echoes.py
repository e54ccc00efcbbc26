"""What the program made of the originals: readings, texts, proposals, renditions. May be emptied, is made again.

The search index follows ``texts`` by their change number: rows are inserted and deleted, never updated, and a number is
never given twice.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from duban_archive.adapters import statements
from duban_archive.adapters import tables as t
from duban_archive.adapters.database import Database
from duban_archive.core.model import Description, Extracted, Filing, Locator, Note, Passage
from duban_archive.core.plainjson import from_json, to_json

Row = dict[str, Any]
_FOLDING, _FOLDED_AT_ONCE = "folding", 1000
TOLD = ("unit", "period", "kind", "dated")  # of a description, kept beside it for filters


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text as the index needs it; ``id`` is its change number, ``head``: title, number and names, not the body."""

    id: int
    record: int
    plain: str
    head: bool


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text as a hit shows it."""

    id: int
    record: int
    part: int
    locator: Locator
    text: str
    ocr: bool
    head: bool


class Echoes:
    """The echoes of one archive, in the catalogue's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- what was read ------------------------------------------------------------------------------------------

    def note_extraction(self, digest: str, extracted: Extracted, unread: Sequence[int]) -> None:
        """Keep what was read out of an original, and which pages still wait for OCR."""
        data = zlib.compress(json.dumps(to_json(extracted), ensure_ascii=False).encode(), 3)
        row = {"digest": digest, "engine": extracted.engine, "unread": list(unread), "data": data}
        with self._database.write() as connection:
            connection.execute(statements.delete(t.extractions, "digest"), {"digest": digest})
            connection.execute(statements.insert(t.extractions), row)

    def extraction(self, digest: str) -> Extracted | None:
        """What was read out of an original, if it was read."""
        with self._database.read() as connection:
            row = connection.execute(statements.select(t.extractions, "digest"), {"digest": digest}).first()
        return None if row is None else from_json(Extracted, json.loads(zlib.decompress(row.data)))

    def unread(self) -> dict[str, list[int]]:
        """Digest → pages that wait for OCR."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(t.extractions.c.digest, t.extractions.c.unread))
            return {row.digest: row.unread for row in rows if row.unread}

    def extracted_digests(self) -> set[str]:
        """Originals that were read."""
        with self._database.read() as connection:
            return set(connection.execute(sa.select(t.extractions.c.digest)).scalars())

    def read_by(self, engine: str) -> set[str]:
        """Originals that were read by ``engine`` (``secret``: whose reading was stopped at the door)."""
        with self._database.read() as connection:
            return set(
                connection.execute(sa.select(t.extractions.c.digest).where(t.extractions.c.engine == engine)).scalars()
            )

    def note_reading(
        self,
        record: int,
        *,
        status: str,
        description: Description,
        part_pages: Sequence[int | None],
        facts: Mapping[str, Any],
        notes: Sequence[Note],
        passages: Sequence[tuple[int, Passage, str]],
        head: tuple[str, str],
        proposals: Sequence[Filing],
    ) -> None:
        """What the program found out about a record; ``passages``: (part, passage, its plain form)."""
        with self._database.write() as connection:
            _replace(connection, t.readings, record, [{
                "status": status, "description": to_json(description), "part_pages": list(part_pages),
                "facts": dict(facts), "notes": to_json(tuple(notes)),
                **{name: told.value if (told := getattr(description, name)) else "" for name in TOLD},
            }])  # fmt: skip
            _replace(connection, t.proposals, record, [
                {
                    "rank": rank, "filing": to_json(filing), "requirement": filing.requirement, "unit": filing.unit,
                    "period": filing.period,
                }
                for rank, filing in enumerate(proposals)
            ])  # fmt: skip
            self._replace_texts(connection, record, passages, head)

    def _replace_texts(
        self, connection: Connection, record: int, passages: Sequence[tuple[int, Passage, str]], head: tuple[str, str]
    ) -> None:
        """Insert and delete only what changed: an unchanged page keeps its change number and is not indexed again."""
        wanted = {
            (part, False, json.dumps(to_json(p.locator)), p.text): (part, p, plain) for part, p, plain in passages
        }
        text, plain = head
        if text:
            first = Passage(locator=passages[0][1].locator if passages else Locator(), text=text)
            wanted[(0, True, "", text)] = (0, first, plain)
        held = {
            (row.part, row.head, "" if row.head else json.dumps(row.locator), row.text): row.id
            for row in connection.execute(statements.select(t.texts, "record"), {"record": record})
        }
        gone = [id for key, id in held.items() if key not in wanted]
        if gone:
            connection.execute(sa.delete(t.texts).where(t.texts.c.id.in_(gone)))
        new = [
            {
                "record": record, "part": part, "head": key[1], "locator": to_json(passage.locator),
                "text": passage.text, "plain": plain, "ocr": passage.ocr, "confidence": passage.confidence,
            }
            for key, (part, passage, plain) in wanted.items()
            if key not in held
        ]  # fmt: skip
        if new:
            connection.execute(statements.insert(t.texts), new)

    def forget_reading(self, record: int) -> None:
        """Drop the echoes of a record that no longer stands (replaced, withdrawn)."""
        with self._database.write() as connection:
            for table in (t.readings, t.proposals, t.texts, t.signatures):
                connection.execute(sa.delete(table).where(table.c.record == record))

    def forget_original(self, digest: str) -> None:
        """Drop what was read out of an original (purge)."""
        with self._database.write() as connection:
            connection.execute(sa.delete(t.extractions).where(t.extractions.c.digest == digest))

    def noted(self) -> set[int]:
        """Records of which a reading or a text is kept."""
        with self._database.read() as connection:
            both = sa.union(sa.select(t.readings.c.record), sa.select(t.texts.c.record))
            return set(connection.execute(both).scalars())

    def to_read(self) -> list[int]:
        """Records that stand and have not been read to the end: what a run must still do."""
        query = (
            sa.select(t.records.c.id)
            .outerjoin(t.readings, t.readings.c.record == t.records.c.id)
            .where(t.records.c.state.in_(("kept", "container")))
            .where(sa.or_(t.readings.c.status.is_(None), t.readings.c.status == "reading"))
            .order_by(t.records.c.id)
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    # --- what papers are like -------------------------------------------------------------------------------

    def unsigned(self) -> dict[int, int]:
        """Records whose text has changed since their signature was made (or that have none) → the newest change."""
        newest = sa.select(t.texts.c.record, sa.func.max(t.texts.c.id).label("change")).group_by(t.texts.c.record)
        sub = newest.subquery()
        query = (
            sa.select(sub.c.record, sub.c.change)
            .outerjoin(t.signatures, t.signatures.c.record == sub.c.record)
            .where(sa.or_(t.signatures.c.change.is_(None), t.signatures.c.change != sub.c.change))
            .order_by(sub.c.record)
        )
        with self._database.read() as connection:
            return {row.record: row.change for row in connection.execute(query)}

    def note_signatures(self, rows: Sequence[tuple[int, int, bytes, bytes]]) -> None:
        """Keep signatures: (record, change, exact half, blank half)."""
        if not rows:
            return
        with self._database.write() as connection:
            connection.execute(sa.delete(t.signatures).where(t.signatures.c.record.in_([row[0] for row in rows])))
            names = ("record", "change", "exact", "blank")
            connection.execute(sa.insert(t.signatures), [dict(zip(names, row, strict=True)) for row in rows])

    def signatures(self) -> dict[int, tuple[bytes, bytes]]:
        """Record → both halves of its signature."""
        query = sa.select(t.signatures.c.record, t.signatures.c.exact, t.signatures.c.blank)
        with self._database.read() as connection:
            return {row[0]: (row[1], row[2]) for row in connection.execute(query)}

    def texts_of(self, record: int) -> list[StoredText]:
        """A record's own texts (not its head) in their order."""
        query = sa.select(t.texts).where(t.texts.c.record == record, t.texts.c.head.is_(False)).order_by(t.texts.c.id)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [
            StoredText(row.id, row.record, row.part, from_json(Locator, row.locator), row.text, row.ocr, row.head)
            for row in rows
        ]

    def rendition(self, key: str) -> Any:
        """A cached rendition's facts, else ``None``."""
        with self._database.read() as connection:
            return connection.execute(sa.select(t.renditions.c.rendition).where(t.renditions.c.key == key)).scalar()

    def note_rendition(self, key: str, rendition: Any) -> None:
        """Remember a rendition."""
        with self._database.write() as connection:
            connection.execute(sa.delete(t.renditions).where(t.renditions.c.key == key))
            connection.execute(sa.insert(t.renditions).values(key=key, rendition=rendition))

    def renditions(self) -> dict[str, Any]:
        """Key → facts of every cached rendition."""
        with self._database.read() as connection:
            return {row.key: row.rendition for row in connection.execute(sa.select(t.renditions))}

    def forget_rendition(self, key: str) -> None:
        """Drop what is known of a rendition; it is made again when it is needed."""
        with self._database.write() as connection:
            connection.execute(sa.delete(t.renditions).where(t.renditions.c.key == key))

    # --- how texts are folded -------------------------------------------------------------------------------

    def folded_for(self) -> str:
        """How the plain forms were made: ``""``, or ``simplified``."""
        with self._database.read() as connection:
            return connection.execute(sa.select(t.meta.c.value).where(t.meta.c.key == _FOLDING)).scalar() or ""

    def fold_again(self, fold: Callable[[str], str], called: str) -> int:
        """Give every text whose plain form is another by now a new one (and so a new change number); how many."""
        changed, at = 0, 0
        query = sa.select(t.texts).where(t.texts.c.id > sa.bindparam("at"), t.texts.c.id <= self.last_change())
        query = query.order_by(t.texts.c.id).limit(_FOLDED_AT_ONCE)
        while True:
            with self._database.write() as connection:
                rows = [dict(row) for row in connection.execute(query, {"at": at}).mappings()]
                if not rows:
                    connection.execute(sa.delete(t.meta).where(t.meta.c.key == _FOLDING))
                    connection.execute(sa.insert(t.meta).values(key=_FOLDING, value=called))
                    return changed
                at = rows[-1]["id"]
                stale = [
                    (row["id"], {**row, "plain": plain}) for row in rows if (plain := fold(row["text"])) != row["plain"]
                ]
                if stale:
                    connection.execute(sa.delete(t.texts).where(t.texts.c.id.in_([id for id, _ in stale])))
                    new = [{key: value for key, value in row.items() if key != "id"} for _, row in stale]
                    connection.execute(statements.insert(t.texts), new)
                changed += len(stale)

    # --- what the search index follows --------------------------------------------------------------------------

    def last_change(self) -> int:
        """The highest change number ever given."""
        with self._database.read() as connection:
            found = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name='texts'").scalar()
        return int(found or 0)

    def texts_after(self, change: int, limit: int) -> list[TextRow]:
        """Texts with a change number above ``change``, ascending."""
        query = sa.select(t.texts.c.id, t.texts.c.record, t.texts.c.plain, t.texts.c.head).where(t.texts.c.id > change)
        with self._database.read() as connection:
            return [TextRow(*row) for row in connection.execute(query.order_by(t.texts.c.id).limit(limit))]

    def plains(self, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
        """Text id → (record, plain); removed ones are absent."""
        found: dict[int, tuple[int, str]] = {}
        with self._database.read() as connection:
            for start in range(0, len(ids), 5000):
                some = ids[start : start + 5000]
                sql = f"SELECT id, record, plain FROM texts WHERE id IN ({','.join(map(str, map(int, some)))})"
                # straight from the driver: half of a large answer's time is making row objects nobody needs
                driver = connection.connection.driver_connection
                assert driver is not None
                rows = driver.execute(sql)
                found.update((id, (record, plain)) for id, record, plain in rows)
        return found

    def count_texts(self, upto: int) -> int:
        """How many texts stand with a change number up to ``upto``."""
        sql = "SELECT (SELECT count(*) FROM texts) - (SELECT count(*) FROM texts WHERE id > ?)"
        with self._database.read() as connection:
            return int(connection.exec_driver_sql(sql, (upto,)).scalar_one())

    def text_ids(self, upto: int) -> list[int]:
        """Their change numbers, out of the small index: the texts themselves are not read."""
        sql = "SELECT id FROM texts INDEXED BY texts_record WHERE id <= ?"
        with self._database.read() as connection:
            return list(connection.exec_driver_sql(sql, (upto,)).scalars())

    def chains(self, records: Sequence[int]) -> dict[int, list[list[int]]]:
        """Record → runs of its texts in reading order, in each of which a sentence may go on from one to the next."""
        among = ",".join(map(str, map(int, records)))
        sql = f"SELECT record, part, locator, id FROM texts WHERE head = 0 AND record IN ({among})"
        found: dict[int, list[tuple[tuple[int, str] | None, tuple[int, ...]]]] = {}
        with self._database.read() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            for record, part, locator, id in driver.execute(sql):
                sheet, order = _order(locator)
                run = None if sheet is None else (part, sheet)
                found.setdefault(record, []).append((run, (part, *order, id)))
        return {record: _runs(texts) for record, texts in found.items()}

    def text(self, id: int) -> StoredText | None:
        """One text with its place, or ``None`` when it was removed."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(t.texts).where(t.texts.c.id == id)).first()
        if row is None:
            return None
        locator = from_json(Locator, row.locator)
        return StoredText(row.id, row.record, row.part, locator, row.text, row.ocr, row.head)


@functools.lru_cache(maxsize=4096)
def _order(locator: str) -> tuple[str | None, tuple[int, int, int]]:
    """The sheet of a place, and what orders it among others; the same few places stand in every record."""
    place = json.loads(locator)
    return place.get("sheet"), (place.get("page", 0), place.get("paragraph", 0), place.get("row", 0))


def _runs(texts: Sequence[tuple[tuple[int, str] | None, tuple[int, ...]]]) -> list[list[int]]:
    """Texts as runs: pages go on over parts (photo after photo), rows end with their sheet."""
    runs: dict[tuple[int, str] | None, list[tuple[int, ...]]] = {}
    for run, order in texts:
        runs.setdefault(run, []).append(order)
    return [[order[-1] for order in sorted(run)] for run in runs.values()]


def _replace(connection: Connection, table: sa.Table, record: int, rows: Sequence[Row]) -> None:
    connection.execute(statements.delete(table, "record"), {"record": record})
    if rows:
        connection.execute(statements.insert(table), [{"record": record, **row} for row in rows])
