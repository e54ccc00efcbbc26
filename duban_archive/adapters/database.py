"""The SQLite database under the catalogue: WAL, synchronous FULL, busy_timeout, BEGIN IMMEDIATE for writers."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from duban_archive.adapters.tables import metadata
from duban_archive.errors import DamagedArchive, DiskFull, DubanError, ReadOnly

_LEAST_ROOM = 1 << 20


class Database:
    """Connections to read and to write with. No long work inside either."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read_only = path.is_file() and not _can_write(path.parent)
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        # Autocommit, with BEGIN IMMEDIATE written out where we write: pysqlite's implicit BEGIN is deferred, and two
        # writers upgrading a read lock fail with "database is locked" however long the busy_timeout is.
        self._engine = sa.create_engine(self._url(), isolation_level="AUTOCOMMIT")
        sa.event.listen(self._engine, "connect", _prepare)
        self._here = threading.local()

    def _url(self) -> str:
        """Where SQLite finds the file; on a disk that cannot be written it must be told that nobody else writes."""
        if not self.read_only:
            return f"sqlite:///{self.path}"
        log = self.path.with_name(f"{self.path.name}-wal")
        if log.is_file() and log.stat().st_size:  # a killed run's last commits stand in there: looked at in a copy
            self._copy = tempfile.TemporaryDirectory(prefix="duban-")
            for path in (self.path, log):
                shutil.copyfile(path, Path(self._copy.name) / path.name)
            return f"sqlite:///{Path(self._copy.name) / self.path.name}"
        return f"sqlite:///file:{urllib.parse.quote(str(self.path))}?mode=ro&immutable=1&uri=true"

    def create(self) -> None:
        """Make the tables in a new file."""
        with _faults_told(self.path.parent), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            metadata.create_all(connection)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; inside ``write`` it sees what is being written."""
        if (writing := self._writing) is not None:
            yield writing
            return
        with _faults_told(self.path.parent), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end of the outermost block, rolled back when it fails."""
        if (writing := self._writing) is not None:
            yield writing
            return
        if self.read_only:
            raise ReadOnly()
        with _faults_told(self.path.parent), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            self._here.writing = connection
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                with contextlib.suppress(sa.exc.SQLAlchemyError):  # a full disk or Ctrl-C has already rolled it back
                    connection.exec_driver_sql("ROLLBACK")
                raise
            finally:
                self._here.writing = None

    @property
    def is_writing(self) -> bool:
        """Whether this thread is inside ``write``."""
        return self._writing is not None

    @property
    def _writing(self) -> Connection | None:
        return getattr(self._here, "writing", None)

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        with self.read() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
        return [] if found == ["ok"] else found

    def copy(self, to: Path) -> None:
        """A whole copy of the database in a new file."""
        with self.read() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(to),))

    def scrub(self) -> None:
        """Write the file anew without a trace of deleted rows, and empty the write-ahead log (purge)."""
        with self.read() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
        if self._copy is not None and self._copy.name:
            self._copy.cleanup()


@contextlib.contextmanager
def _faults_told(folder: Path) -> Iterator[None]:
    """What SQLite says in English, as one of our errors: what happened, what is safe, what to do."""
    try:
        yield
    except sa.exc.DatabaseError as fault:
        said = str(fault.orig).lower()
        # with no room for even its shared-memory file SQLite speaks of an I/O error
        if "full" in said or ("i/o" in said and shutil.disk_usage(folder).free < _LEAST_ROOM):
            raise DiskFull("磁盘已满,目录库写不进去。", "已收下的都在。请腾出空间后再运行一次,会接着做。") from fault
        if "i/o" in said:
            raise DubanError("磁盘读写出错。", "已收下的都在。请检查磁盘或网络盘后再运行一次,会接着做。") from fault
        if "locked" in said or "busy" in said:
            raise DubanError("目录库正被另一个程序占用,等了半分钟仍不空。", "请稍后再试;没有作任何改动。") from fault
        if "readonly" in said or "unable to open" in said:
            raise DubanError("目录库不能写(没有权限,或磁盘是只读的)。", "请检查文件夹权限;没有作任何改动。") from fault
        if any(word in said for word in ("malformed", "not a database", "no such table")):
            raise DamagedArchive(
                "目录库 catalogue.sqlite 已损坏。", "原件仍在 .duban/store 里。请运行 duban repair 由流水重建。"
            ) from fault
        raise


def _can_write(folder: Path) -> bool:
    """Whether files can be made in a folder: its rights allow it, and the disk is not mounted for reading only."""
    return os.access(folder, os.W_OK)


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA synchronous=FULL")
