"""The SQLite database under the catalogue: WAL, synchronous FULL, busy_timeout, BEGIN IMMEDIATE for writers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from duban_archive.adapters.tables import metadata


class Database:
    """Connections to read and to write with. No long work inside either."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Autocommit, with BEGIN IMMEDIATE written out where we write: pysqlite's implicit BEGIN is deferred, and two
        # writers upgrading a read lock fail with "database is locked" however long the busy_timeout is.
        self._engine = sa.create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
        sa.event.listen(self._engine, "connect", _prepare)

    def create(self) -> None:
        """Make the tables in a new file."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            metadata.create_all(connection)

    def read(self) -> Connection:
        """A connection for reading; close it (``with``)."""
        return self._engine.connect()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end of the block, rolled back when it fails."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA synchronous=FULL")
