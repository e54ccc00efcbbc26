"""The catalogue's tables (SQLAlchemy Core), in two kinds.

Truth, written only together with an event: ``originals files records filings pins binders entries``.
Echoes, which may be emptied and are made again from the originals: ``extractions readings proposals texts signatures``.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("event", JSON, nullable=False),
    Column("hash", String, nullable=False),
)

originals = Table(
    "originals",
    metadata,
    Column("digest", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String, nullable=False),
    Column("stored", String, nullable=False),
    Column("purged", String, nullable=False, default=""),
)

# Every file ever seen. ``state``: kept | duplicate | refused | noise | waiting.
files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("digest", String, nullable=False, default=""),
    Column("record", Integer),
    Column("state", String, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("seen", String, nullable=False),
    Index("files_path", "path", "size", "mtime_ns"),
    Index("files_name", "folder", "file_name"),
    Index("files_record", "record"),
)

# ``state``: kept | container | withdrawn | replaced. ``parts``, ``place``, ``told`` (a person's words) as plain JSON.
records = Table(
    "records",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("place", JSON),
    Column("told", JSON, nullable=False),
    Column("received", String, nullable=False),
    Column("parent", Integer),
    Column("replaced_by", Integer),
    Column("version_of", Integer),
    Column("final", Boolean, nullable=False, default=False),
    Index("records_state", "state"),
)

# Which records hold an original: kept in step with records.parts, for look-ups by digest.
holdings = Table(
    "holdings",
    metadata,
    Column("digest", String, primary_key=True),
    Column("record", Integer, primary_key=True),
)

filings = Table(
    "filings",
    metadata,
    Column("record", Integer, primary_key=True),
    Column("requirement", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("period", String, primary_key=True),
    Column("filing", JSON, nullable=False),
    Index("filings_requirement", "requirement", "record"),
    Index("filings_unit", "unit", "record"),
    Index("filings_period", "period", "record"),
)

pins = Table("pins", metadata, Column("name", String, primary_key=True), Column("value", JSON, nullable=False))

binders = Table("binders", metadata, Column("id", Integer, primary_key=True), Column("binder", JSON, nullable=False))

# 登记簿: what an office enters of its own, a register a kind (slips, figures, ledger …); ``name`` is its running number
# or what it is known by.
entries = Table(
    "entries",
    metadata,
    Column("register", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("entry", JSON, nullable=False),
)

extractions = Table(
    "extractions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("engine", String, nullable=False),
    Column("unread", JSON, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# ``status``: reading | read | abnormal. What the program found out; a person's words stand in records.told. What search
# filters by stands beside the description it is taken from.
readings = Table(
    "readings",
    metadata,
    Column("record", Integer, primary_key=True),
    Column("status", String, nullable=False),
    Column("description", JSON, nullable=False),
    Column("part_pages", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("unit", String, nullable=False, server_default=""),
    Column("period", String, nullable=False, server_default=""),
    Column("kind", String, nullable=False, server_default=""),
    Column("dated", String, nullable=False, server_default=""),
    Index("readings_unit", "unit", "record"),
    Index("readings_period", "period", "record"),
    Index("readings_kind", "kind", "record"),
    Index("readings_dated", "dated", "record"),
)

# The slot stands beside the filing it is taken from, so that filters need not read every filing.
proposals = Table(
    "proposals",
    metadata,
    Column("record", Integer, primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("filing", JSON, nullable=False),
    Column("requirement", String, nullable=False, server_default=""),
    Column("unit", String, nullable=False, server_default=""),
    Column("period", String, nullable=False, server_default=""),
    Index("proposals_requirement", "requirement", "record"),
    Index("proposals_unit", "unit", "record"),
    Index("proposals_period", "period", "record"),
)

# ``id`` is the change number the search index follows: rows are inserted and deleted, never updated.
texts = Table(
    "texts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("record", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("head", Boolean, nullable=False),
    Column("locator", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("plain", Text, nullable=False),
    Column("ocr", Boolean, nullable=False),
    Column("confidence", Float),
    Index("texts_record", "record"),
    sqlite_autoincrement=True,  # a plain INTEGER PRIMARY KEY gives the last number again once its row is gone
)

renditions = Table(
    "renditions",
    metadata,
    Column("key", String, primary_key=True),
    Column("rendition", JSON, nullable=False),
)

# What a record's text is like (core/similar.py); ``change``: the newest of its texts' change numbers when it was made.
signatures = Table(
    "signatures",
    metadata,
    Column("record", Integer, primary_key=True),
    Column("change", Integer, nullable=False),
    Column("exact", LargeBinary, nullable=False),
    Column("blank", LargeBinary, nullable=False),
)

TRUTH = {table.name: table for table in (originals, files, records, filings, pins, binders, entries)}
ECHOES = (extractions, readings, proposals, texts, renditions, signatures)
