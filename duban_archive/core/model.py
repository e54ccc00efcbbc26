"""The things that flow through the archive, each frozen: a step makes a new one.

::

    file ──▶ StoredFile ──▶ Record(parts) ──▶ Extracted ──▶ Description ──▶ Proposal
                                                                              │
                               Binder ◀── Volume(ContentsLine…) ◀── Filing ◀──┘
                                                   SlotState ◀───── Filing

Words (kinds, standings, states, outcomes) are the closed lists of DESIGN.md, "Words that may stand in them".
A *digest* is ``"sha256:<hex>"``; a *record id* is its accession number (收件号), an ``int`` from 1, never reused.
A *period* is one of ``2014`` (calendar year), ``2014-2015`` (school year), ``2014-2015-1`` (semester), ``FY2014``,
``2015-09`` (month), ``2015-09-01`` (a date), ``once``, ``standing``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Plain JSON, as kept in the catalogue and printed by --json.
Json = Any


class Standing(enum.StrEnum):
    """Where a filing stands: 待确认, 已归类, 不归此项."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Review(enum.StrEnum):
    """审核 of what a unit sent: 已报待审, 已审, 退回补正."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class Outcome(enum.StrEnum):
    """What became of one path on arrival."""

    NEW = "new"
    ALREADY_HELD = "already_held"
    NEW_VERSION = "new_version"
    WAITING = "waiting"
    REFUSED = "refused"


class FileState(enum.StrEnum):
    """Where every file ever seen stands; ``status`` counts these."""

    FILED = "filed"
    TRIAGE = "triage"
    DUPLICATE = "duplicate"
    READING = "reading"
    ABNORMAL = "abnormal"
    NOISE = "noise"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class GapState(enum.StrEnum):
    """The state of a slot; all but the last two are gaps (缺项)."""

    MISSING = "missing"
    WAITING = "waiting"
    RETURNED = "returned"
    TOO_FEW = "too_few"
    DEFECTIVE = "defective"
    EXPIRED = "expired"
    COMPLETE = "complete"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark on a record that a person should see; ``code`` is from the closed list in docs/words.md."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An original that is safe in the store, and the name and folder it came with.

    ``folder`` is the sub-folder below the inbox (``""`` at its top), with ``/`` between its parts. ``size`` in bytes.
    """

    digest: str
    size: int
    file_name: str
    folder: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One original, or some of its pages or sheets, in a record (组成部分). Pages count from 1; empty = all."""

    digest: str
    file_name: str
    folder: str
    media_type: str
    size: int
    pages: int | None = None
    only_pages: tuple[int, ...] = ()
    only_sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a paper or an object stands that has no file (存放处): 柜/层/盒, how many, who keeps it."""

    where: str
    form: str = "纸质"
    quantity: int = 1
    pages: int | None = None
    keeper: str = ""


# --- reading -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Where in an original a passage stands: a page, a sheet and its first row, or a paragraph (all from 1)."""

    page: int | None = None
    sheet: str | None = None
    row: int | None = None
    paragraph: int | None = None

    def as_json(self) -> dict[str, Json]:
        """The keys that are set, as ``search`` prints them."""
        pairs = (("page", self.page), ("sheet", self.sheet), ("row", self.row), ("paragraph", self.paragraph))
        return {key: value for key, value in pairs if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of text with its place: a page (PDF, OFD, picture, slide), a block of rows, a block of paragraphs.

    Within a block of rows or paragraphs, each row or paragraph is one line of ``text`` (``"\\n"`` between, tabs between
    cells), so a match's own row is ``locator.row`` plus the line ends before it. ``ocr``: the text was read off a
    picture; ``confidence`` 0..1 then.
    """

    locator: Locator
    text: str
    ocr: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as found: ``rows`` of cell texts, merged cells filled from their first cell; where it stands.

    ``locator.row`` is the sheet row of ``rows[0]`` for spreadsheets, so every cell can be named. ``hidden`` sheets are
    read and marked.
    """

    locator: Locator
    rows: tuple[tuple[str, ...], ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file found inside another (zip member, mail attachment), unpacked to ``path``, which the caller removes."""

    file_name: str
    folder: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What a reader got out of one original. A fault is a note, never an exception: reading may fail, keeping must not.

    ``pages``: how many the original has, where its format knows (``None`` otherwise). ``unread_pages``: pages without
    usable text, waiting for OCR. ``facts``: the file's own facts (author, created, application, signatures…).
    ``readable`` is False when nothing could be got out: the record is an 异常件 with ``notes`` saying why.
    """

    media_type: str
    engine: str
    passages: tuple[Passage, ...] = ()
    tables: tuple[Table, ...] = ()
    pages: int | None = None
    unread_pages: tuple[int, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    notes: tuple[Note, ...] = ()
    readable: bool = True

    @property
    def text(self) -> str:
        """All passages, a line end between."""
        return "\n".join(passage.text for passage in self.passages)


# --- describing and filing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A described value and how sure it is (0..1); ``source``: ``text``, ``name``, ``folder``, ``file``,
    ``person``, ``checklist`` (the one unit whose archive it is)."""

    value: str
    source: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """著录项 of a record. A missing field is ``None``: unknown is unknown, never today and never a guess.

    ``kind`` is a type code of the founding plans (``ledger``, ``roster``…); ``unit`` a unit's id; ``document_number``
    in 〔〕; ``dated`` ISO, may stop at year or month; ``secrecy`` 密级; ``formation`` 形成方式. ``periods``: all
    where the paper covers several (近三年); ``period`` is then the last. ``unit_name``: the unit as the paper writes
    it, where the checklist does not list it (``unit`` is then the placeholder for its like, or missing).
    """

    title: Told | None = None
    author: Told | None = None
    document_number: Told | None = None
    dated: Told | None = None
    unit: Told | None = None
    period: Told | None = None
    kind: Told | None = None
    secrecy: Told | None = None
    formation: Told | None = None
    code: Told | None = None
    unit_name: Told | None = None
    periods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A record (or some of its pages) under a slot. ``because``: sentences a person can check.

    ``reason``, ``due``, ``round`` belong to a 退回补正; ``proposed`` is the requirement the program thought best when a
    person decided, so that its advice can be counted right or wrong.
    """

    record: int
    requirement: str
    unit: str
    period: str
    pages: tuple[int, ...] = ()
    standing: Standing = Standing.PROPOSED
    review: Review | None = None
    sure: bool = False
    score: float = 0.0
    because: tuple[str, ...] = ()
    by: str = ""
    at: str = ""
    reason: str = ""
    due: str = ""
    round: int = 0
    proposed: str = ""
    proposed_sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """件: what an archivist counts as one piece; ordered parts of originals, or a place on a shelf."""

    id: int
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    description: Description = field(default_factory=Description)
    pages: int | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    filings: tuple[Filing, ...] = ()
    state: str = "ready"  # reading | ready | abnormal | container | withdrawn | replaced
    received: str = ""
    parent: int | None = None
    replaced_by: int | None = None
    version_of: int | None = None
    final: bool = False

    @property
    def title(self) -> str:
        """The described title, else the first file name without its suffix, in [ ] as DA/T 22 asks for an own title."""
        if self.description.title is not None:
            return self.description.title.value
        if self.parts:
            stem, _, _suffix = self.parts[0].file_name.rpartition(".")
            return f"[{stem or self.parts[0].file_name}]"
        return f"[{self.id}号件]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one path that was given or dropped; a fault of one file among many is a value."""

    path: str
    outcome: Outcome
    record: int | None = None
    why: str = ""


# --- readiness -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """应收项: requirement × period × unit, one cell of the readiness matrix."""

    requirement: str
    unit: str
    period: str
    not_applicable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotState:
    """A slot as it stands: its state, what is held, what waits for a person, and why, in words an archivist reads.

    ``closes``: what would close it, ``""`` where nothing need be done.
    """

    slot: Slot
    state: GapState
    wanted: int
    held: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    why: str = ""
    due: str = ""
    overdue: bool = False
    expiring: bool = False
    closes: str = ""


# --- printing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsLine:
    """One row of a contents list: an item, the pages it fills in its volume (from 1), and how it stands there.

    ``pages`` is how many sides it fills; a record without a file, or one that cannot be printed, fills one placeholder
    page (``placeholder`` says why, in words for the page itself).
    """

    item: int
    record: int
    requirement: str
    title: str
    kind: str
    unit_name: str
    period: str
    dated: str
    document_number: str
    author: str
    pages: int
    first_page: int
    last_page: int
    origin: str = ""
    remark: str = ""
    placeholder: str = ""
    code: str = ""  # 目录编号
    see: str = ""  # 互见: code of the volume that holds the original; this line then fills one cross-reference page
    only_pages: tuple[int, ...] = ()  # the record's pages that are filed here; empty = all
    place: str = ""  # where the paper or object stands that is to be put in here
    quantity: str = ""  # how much of it
    secrecy: str = ""  # 密级
    home: str = ""  # of a copy: code of the volume that holds the original
    reserved: int = 0  # pages of a paper original, which may take as many page numbers
    archive_number: str = ""  # 档号


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """卷/盒: the items of one indicator, in order, with the pages they fill."""

    code: str
    title: str
    lines: tuple[ContentsLine, ...]
    period: str = ""
    unit_name: str = ""
    of: str = ""  # code of the volume this is a box of, when one was too thick

    @property
    def pages(self) -> int:
        """Numbered pages of the volume."""
        return self.lines[-1].last_page if self.lines else 0
