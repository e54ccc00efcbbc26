"""Migrations: a catalogue of an earlier version is brought up step by step, or left as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from duban_archive.adapters import migrations
from duban_archive.adapters.catalogue import Catalogue
from duban_archive.adapters.database import Database
from duban_archive.adapters.echoes import Echoes
from duban_archive.core.model import Part
from duban_archive.errors import DamagedArchive, UsageError
from duban_archive.intake import new_record

PART = Part(digest="sha256:" + "ab" * 32, file_name="a.txt", folder="", media_type="text/plain", size=1)

# What version 4 added: an index each, and the columns of the first two.
COLUMNS = {
    "proposals": ("requirement", "unit", "period"),
    "readings": ("unit", "period", "kind", "dated"),
    "filings": ("requirement", "unit", "period"),
    "records": ("state",),
}


def version_0(path: Path) -> Database:
    """A catalogue as a made-up version 0 wrote it: no ``final`` on records, an event without it, no registers."""
    catalogue = Catalogue(Database(path), path.with_suffix(".jsonl"))
    catalogue.create()
    with catalogue.change("file_kept", "甲") as change:
        change.put("records", {"id": 1}, new_record(1, (PART,), ""))
        del change.changes[0][3]["final"]
    catalogue.close()
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE records DROP COLUMN final")
        database.execute("DROP TABLE entries")
        database.execute("DROP TABLE signatures")
        for table, names in COLUMNS.items():
            for name in names:
                database.execute(f"DROP INDEX {table}_{name}")
                if table in ("proposals", "readings"):
                    database.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
        database.execute("UPDATE meta SET value='0'")
    database.close()
    return Database(path)


def add_final(connection: Connection) -> None:
    connection.execute(sa.text("ALTER TABLE records ADD COLUMN final BOOLEAN NOT NULL DEFAULT 0"))


def value(path: Path) -> str:
    with sqlite3.connect(path) as database:
        found = database.execute("SELECT value FROM meta WHERE key='version'").fetchone()[0]
    database.close()
    return str(found)


def test_an_earlier_version_is_brought_up_and_works(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    assert migrations.bring_up(version_0(path), {1: add_final}, 1) == [1]
    catalogue = Catalogue(Database(path), path.with_suffix(".jsonl"))
    catalogue.open()
    assert [(record.id, record.final) for record in catalogue.records()] == [(1, False)]
    assert catalogue.row_problems() == []


def test_a_catalogue_of_version_1_gets_its_registers(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    assert migrations.bring_up(version_0(path), {1: add_final}, 1) == [1]
    catalogue = Catalogue(Database(path), path.with_suffix(".jsonl"))
    catalogue.open()
    with catalogue.change("entered", "甲", register="slips") as change:
        change.enter("slips", str(change.next_number("slips")), {"asked": "控辍保学台账"})
    assert catalogue.entries("slips") == {"1": {"asked": "控辍保学台账"}}
    assert value(path) == str(migrations.VERSION)


def test_a_catalogue_of_version_2_gets_a_place_for_what_papers_are_like(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    assert migrations.bring_up(version_0(path), {1: add_final, 2: migrations.STEPS[2]}, 2) == [1, 2]
    database = Database(path)
    assert migrations.bring_up(database) == [3, 4]
    echoes = Echoes(database)
    echoes.note_signatures([(1, 7, b"a", b"b")])
    assert echoes.signatures() == {1: (b"a", b"b")}


def test_events_of_an_earlier_version_can_be_replayed(tmp_path: Path) -> None:
    version_0(tmp_path / "c.sqlite").close()
    again = Catalogue(Database(tmp_path / "again.sqlite"), tmp_path / "c.jsonl")
    again.create()
    assert again.rebuild() == 1
    assert [record.final for record in again.records()] == [False]


def test_steps_run_in_order_and_each_once(tmp_path: Path) -> None:
    ran: list[int] = []
    steps = {1: add_final, 2: lambda _: ran.append(2), 3: lambda _: ran.append(3)}
    database = version_0(tmp_path / "c.sqlite")
    assert migrations.bring_up(database, steps, 3) == [1, 2, 3]
    assert migrations.bring_up(database, steps, 3) == []
    assert ran == [2, 3]


def test_a_failing_step_leaves_the_version_before_it(tmp_path: Path) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(sa.text("DROP TABLE filings"))
        raise RuntimeError

    database = version_0(tmp_path / "c.sqlite")
    with pytest.raises(RuntimeError):
        migrations.bring_up(database, {1: add_final, 2: fail}, 2)
    assert value(tmp_path / "c.sqlite") == "1"
    with database.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM filings")).scalar() == 0


def test_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    database = version_0(path)
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE meta SET value='99'")
    raw.close()
    with pytest.raises(UsageError, match="更新版本"):
        migrations.bring_up(database)
    assert value(path) == "99"


def test_a_catalogue_without_a_version_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    database = version_0(path)
    with sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM meta")
    raw.close()
    with pytest.raises(DamagedArchive):
        migrations.bring_up(database)


def test_every_version_up_to_ours_has_its_step() -> None:
    assert set(migrations.STEPS) == set(range(2, migrations.VERSION + 1))


def test_a_catalogue_of_version_3_tells_what_its_records_are_like(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    database = version_0(path)
    migrations.bring_up(database, {1: add_final, 2: migrations.STEPS[2], 3: migrations.STEPS[3]}, 3)
    with sqlite3.connect(path) as plain:
        plain.execute(
            "INSERT INTO proposals (record, rank, filing) VALUES (1, 0, ?)",
            ('{"record": 1, "requirement": "B2-3.a", "unit": "zx", "period": "2014"}',),
        )
        plain.execute(
            "INSERT INTO readings (record, status, description, part_pages, facts, notes)"
            " VALUES (1, 'read', '{\"kind\": {\"value\": \"ledger\"}}', '[]', '{}', '[]')"
        )
    plain.close()
    assert migrations.bring_up(database) == [4]
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT requirement, unit, period FROM proposals").fetchall() == [("B2-3.a", "zx", "2014")]
        assert plain.execute("SELECT kind, unit FROM readings").fetchall() == [("ledger", "")]
    plain.close()
