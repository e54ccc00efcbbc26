"""Bringing the catalogue of an earlier version up: numbered steps, each in one transaction with its number.

A step takes the tables from the version before to its own. It adds what is new with a default, so that the events of
earlier versions, which lack it, can still be replayed. The first release wrote version 1; a step is never changed once
it was released, and each has a test that starts from the version before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from duban_archive.adapters import tables as t
from duban_archive.adapters.database import Database
from duban_archive.errors import DamagedArchive, UsageError

VERSION = 4  # of the tables in tables.py

Step = Callable[[Connection], None]


def _registers(connection: Connection) -> None:
    """2: the table of registers."""
    connection.execute(
        sa.text(
            "CREATE TABLE entries (register VARCHAR NOT NULL, name VARCHAR NOT NULL, entry JSON NOT NULL,"
            " PRIMARY KEY (register, name))"
        )
    )


def _signatures(connection: Connection) -> None:
    """3: what each record's text is like; an echo, filled when papers are next compared."""
    connection.execute(
        sa.text(
            "CREATE TABLE signatures (record INTEGER NOT NULL, change INTEGER NOT NULL, exact BLOB NOT NULL,"
            " blank BLOB NOT NULL, PRIMARY KEY (record))"
        )
    )


def _traits(connection: Connection) -> None:
    """4: what search filters by in columns of its own with an index, so that no record is read to be left out."""
    taken = {
        "proposals": {name: f"$.{name}" for name in ("requirement", "unit", "period")},
        "readings": {name: f"$.{name}.value" for name in ("unit", "period", "kind", "dated")},
    }
    for table, columns in taken.items():
        source = {"proposals": "filing", "readings": "description"}[table]
        for name, path in columns.items():
            connection.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR NOT NULL DEFAULT ''"))
            connection.execute(sa.text(f"UPDATE {table} SET {name} = coalesce(json_extract({source}, '{path}'), '')"))
            connection.execute(sa.text(f"CREATE INDEX {table}_{name} ON {table} ({name}, record)"))
    for name in ("requirement", "unit", "period"):
        connection.execute(sa.text(f"CREATE INDEX filings_{name} ON filings ({name}, record)"))
    connection.execute(sa.text("CREATE INDEX records_state ON records (state)"))


STEPS: Mapping[int, Step] = {2: _registers, 3: _signatures, 4: _traits}  # version → the step that leads to it


def bring_up(database: Database, steps: Mapping[int, Step] = STEPS, version: int = VERSION) -> list[int]:
    """Run the steps that a catalogue still lacks; which those were. Refuses one of a later version."""
    with database.read() as connection:
        found = _version(connection)
    if found > version:
        raise UsageError("这个档案是由更新版本的督档建立的。", "请升级督档后再打开;档案未作任何改动。")
    done = []
    for number in range(found + 1, version + 1):
        with database.write() as connection:
            if _version(connection) == number - 1:  # not when another process was quicker
                steps[number](connection)
                where = t.meta.c.key == "version"
                connection.execute(sa.update(t.meta).where(where).values(value=str(number)))
                done.append(number)
    return done


def _version(connection: Connection) -> int:
    found = connection.execute(sa.select(t.meta.c.value).where(t.meta.c.key == "version")).scalar()
    if found is None or not str(found).isdigit():
        raise DamagedArchive(
            "目录库 catalogue.sqlite 没有版本号,可能没有建完。",
            "原件仍在 .duban/store 里。请运行 duban repair 由流水重建。",
        )
    return int(found)
