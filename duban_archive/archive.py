"""Archive: one method an intention of the main way, one room for each of the others. Start here.

::

    take in ──▶ read ──▶ describe ──▶ propose ──▶ (a person confirms) ──▶ gaps, search, binder
    intake.py   reading.py   core/describe, core/classify   deciding.py    readiness.py finding.py printing.py

A room is loaded when it is entered, so that a question is answered before the tools to take papers in are unpacked.
What an office enters of its own (slips, agreed figures, ledger, loans) stands in registers: ``Catalogue.entries``.

Every front (terminal, browser) reaches the archive only through this class. A fault of one file is a value in a
receipt; a fault of the store or the catalogue stops the run (``errors.py``).
"""

from __future__ import annotations

import datetime
import functools
import getpass
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters import locks, settings_file
from duban_archive.adapters.catalogue import Catalogue, now
from duban_archive.adapters.database import Database
from duban_archive.adapters.echoes import Echoes
from duban_archive.adapters.store import Store
from duban_archive.core.checklist import Checklist, Index
from duban_archive.core.model import Receipt, Record, Slot, SlotState
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.errors import ReadOnly, UsageError
from duban_archive.home import Home
from duban_archive.rooms import Rooms

if TYPE_CHECKING:
    from duban_archive.adapters.search import Search
    from duban_archive.adapters.traits import Traits
    from duban_archive.adapters.watcher import Notice
    from duban_archive.adapters.worker import Pool
    from duban_archive.core.classify import Classifier
    from duban_archive.core.learn import Summary
    from duban_archive.handover import Handover
    from duban_archive.loans import Loans
    from duban_archive.reading import Progress


Tell = Callable[[int, int], None]
Show = Callable[["Progress"], None]


class Archive(Rooms):
    """One archive folder, opened. ``by`` is who acts; ``today`` an ISO date that all date-dependent answers use."""

    def __init__(self, home: Home, *, by: str = "", today: str = "") -> None:
        self.home = home
        self.by = by or account_name()
        self.today = today or os.environ.get("DUBAN_TODAY") or datetime.date.today().isoformat()
        self.settings = settings_file.read(home.settings_file)
        self.store = Store(home.store)
        self._database = database = Database(home.catalogue)
        self.catalogue = Catalogue(database, home.journal)
        self.echoes = Echoes(database)
        self.arrived: list[Receipt] = []
        self._pool: Pool | None = None

    # --- life -----------------------------------------------------------------------------------------------

    @classmethod
    def init(cls, root: Path, checklist: str, *, base_year: int | None = None, by: str = "") -> Archive:
        """Make an archive folder that works with ``checklist`` (a bundled id or a file); refuses to overwrite one."""
        from duban_archive import founding

        return founding.found(root, checklist, base_year=base_year, by=by)

    def open(self) -> Archive:
        """Check the catalogue, and mend what a killed run left between two steps."""
        self.catalogue.open()
        return self

    def close(self) -> None:
        """Let go of the catalogue and the workers."""
        self.let_go()

    def let_go(self) -> None:
        """Close what is open on the disk; it is opened again at the next use."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        self.__dict__.pop("search_index", None)
        self.catalogue.close()

    # --- what is asked ----------------------------------------------------------------------------------------

    @functools.cached_property
    def checklist(self) -> Checklist:
        """The resolved checklist this archive is pinned to."""
        pinned = self.catalogue.pin("checklist")
        return from_json(Checklist, pinned["checklist"])

    @functools.cached_property
    def index(self) -> Index:
        """The checklist's elements by id."""
        return Index(self.checklist)

    @functools.cached_property
    def slots(self) -> tuple[Slot, ...]:
        """应收项: every cell of the readiness matrix."""
        from duban_archive.core.slots import make_slots

        return make_slots(self.checklist)

    def forget_checklist(self) -> None:
        """The checklist has changed: everything made from it is made anew."""
        for name in ("checklist", "index", "slots", "classifier", "untaught", "alike"):
            self.__dict__.pop(name, None)

    def propose_anew(self) -> None:
        """Describe and propose every record again, under the checklist as it now is."""
        from duban_archive import reading

        for record in self.records():
            reading.note(self, record.id)

    def requirement(self, text: str) -> str:
        """The requirement meant by an id, a printed code, a source id or its whole title; ``UsageError`` if none."""
        for r in self.checklist.requirements:
            if text in (r.id, self.index.code_of(r.id), r.title):
                return r.id
        found = [r.id for r in self.checklist.requirements if text in r.source]
        if len(found) == 1:
            return found[0]
        raise UsageError(f"指标体系里没有“{text}”这一项。", "请用 duban gaps 或 duban checklist show 查看编号。")

    def unit(self, text: str) -> str:
        """The unit meant by an id, its name, an alias or the end of one name only; ``UsageError`` if none."""
        for unit in self.checklist.units:
            if text == unit.id or text == unit.name or text in unit.aliases:
                return unit.id
        ends = [unit.id for unit in self.checklist.units if text and unit.name.endswith(text)]
        if len(ends) == 1:
            return ends[0]  # 第三小学 for 吴集镇第三小学, while there is one only
        entered = [unit for unit in self.checklist.units if not unit.placeholder] or self.checklist.units
        names = "、".join(unit.name for unit in entered)
        raise UsageError(f"没有“{text}”这个单位。", f"可用的单位:{names}。")

    # --- taking in and reading --------------------------------------------------------------------------------

    def add(self, paths: Iterable[Path]) -> Iterator[Receipt]:
        """Take in files; a folder is an inbox of its own. The sources stay where they are."""
        from duban_archive import intake

        yield from intake.add(self, intake.settled(self, paths), by=self.by)

    def watch(self, *, once: bool = False, poll: bool = False) -> Iterator[Receipt | Notice | None]:
        """Take in what is dropped into ``收件箱/``; ``None`` after each look, when there is time to ``work``.

        Renditions are made meanwhile, whenever nothing waits to be read; ``once`` makes none.
        """
        from duban_archive import intake

        with nullcontext() if once else self.renditions.in_background():
            yield from intake.watch(self, by=self.by, once=once, poll=poll)

    def keep_watch(self, *, poll: bool = False) -> Iterator[Receipt | Progress | Notice]:
        """Take in and read for ever, whatever passes: a full disk, a share cut off, a stick pulled out."""
        from duban_archive import watching

        yield from watching.keep_watch(self, poll=poll)

    def work(self) -> Iterator[Progress]:
        """Read, OCR, describe, propose and index all that still waits for it."""
        from duban_archive import reading

        with self.at_work():
            yield from reading.work(self)
            self.cabinet.keep_up()

    @functools.cached_property
    def untaught(self) -> Classifier:
        """What proposes by the checklist and the office's habits alone; made once, it is what takes time."""
        from duban_archive.core.classify import Classifier

        return Classifier(self.checklist, habits=self.habits.as_read())

    @functools.cached_property
    def classifier(self) -> Classifier:
        """What proposes where papers belong."""
        from duban_archive import filing

        return filing.classifier(self)

    def forget_learned(self) -> None:
        """A decision was made: the next paper is judged with what it teaches."""
        self.__dict__.pop("classifier", None)
        if "untaught" in self.__dict__ and self.untaught.clerk.habits != self.habits.as_read():
            del self.__dict__["untaught"]

    def learn(self) -> Summary:
        """What the office's decisions have taught; what waits in the tray is proposed anew with it."""
        from duban_archive import filing

        return filing.learn(self)

    def sniff(self, digest: str, file_name: str) -> str:
        """The media type of an original, by its content."""
        from duban_archive.adapters.extract import sniff

        with self.store.local(digest) as path:
            return sniff(path, file_name)

    def read_again(self, *ids: int) -> Record:
        """Describe, propose and index records anew after a decision about them; the first of them."""
        from duban_archive import reading

        for id in ids:
            reading.note(self, id)
        for _ in self.index_catch_up():
            pass
        return self.catalogue.record(ids[0])

    # --- finding ----------------------------------------------------------------------------------------------

    @functools.cached_property
    def search_index(self) -> Search:
        """The search index of this archive."""
        from duban_archive.adapters.search import Search

        return Search(self.home.index)

    @functools.cached_property
    def traits(self) -> Traits:
        """What records are like, for filters and facets."""
        from duban_archive.adapters.traits import Traits

        return Traits(self._database)

    def index_catch_up(self, *, idle: bool = False) -> Iterator[tuple[int, int]]:
        """Bring the index up to the catalogue, if nobody else is at it; (done, total) as it goes.

        ``idle``: nobody waits, so that the index may be put in order too.
        """
        from duban_archive import finding

        yield from finding.catch_up(self, idle=idle)

    def search(self, query: str, *, limit: int | None = 10) -> dict[str, Any]:
        """Every place where the query stands, best first: exact, whatever the index still lags behind."""
        from duban_archive import finding

        return finding.search(self, query, limit=limit)

    def like_text(self, text: str, *, limit: int = 10) -> list[dict[str, Any]]:
        """Places whose text is most like some words, for a sentence that stands nowhere as it was said."""
        from duban_archive import finding

        return finding.like_text(self, text, limit=limit)

    def records(self) -> tuple[Record, ...]:
        """All records that stand."""
        return tuple(r for r in self.catalogue.records() if r.state not in ("replaced", "withdrawn"))

    def copy_for_reading(self, id: int, part_number: int = 0) -> Path:
        """A copy of one of a record's originals under its own name, to be opened by whatever program the desk has."""
        part = self.catalogue.record(id).parts[part_number]
        target = self.home.output / "调阅" / part.file_name
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.store.open(part.digest) as original:
            target.write_bytes(original.read())
        return target

    def status(self, *, files: bool = False) -> dict[str, Any]:
        """Where every file ever seen stands; the count in is the count accounted."""
        from duban_archive import finding

        return finding.status(self, files=files)

    # --- readiness --------------------------------------------------------------------------------------------

    def gaps(self) -> tuple[SlotState, ...]:
        """The state of every slot, as of ``today``."""
        from duban_archive.core.gaps import find_gaps

        return find_gaps(self.index, self.slots, self.catalogue.records(), self.today)

    @functools.cached_property
    def handover(self) -> Handover:
        """移交包 to and from other offices; 工作移交清单 when a person leaves."""
        from duban_archive.handover import Handover

        return Handover(self)

    @functools.cached_property
    def loans(self) -> Loans:
        """借调原件登记: whose, when, due back, 归还清单."""
        from duban_archive.loans import Loans

        return Loans(self)

    # --- printing ---------------------------------------------------------------------------------------------

    @functools.cached_property
    def binders(self) -> list[dict[str, Any]]:
        """Every binder made, oldest first, with where each item lies in it; what is on paper after all trials."""
        from duban_archive.printed import Printed

        return Printed(self).in_force()

    # --- keeping ----------------------------------------------------------------------------------------------

    def verify(self, *, head: str = "", tell: Show | None = None) -> dict[str, Any]:
        """Re-hash everything and compare catalogue, journal, chain, index and renditions."""
        from duban_archive import keeping

        return keeping.verify(self, head=head, tell=tell)

    def repair(self, **how: Any) -> dict[str, Any]:
        """Mend what may be made again, and what a copy is left of; works on an archive that does not open."""
        from duban_archive import repairing

        return repairing.repair(self, **how)

    def backup(self, folder: Path, **how: Any) -> dict[str, Any]:
        """Copy all that cannot be made again to another disk, and prove the copy."""
        from duban_archive import backups

        return backups.backup(self, folder, **how)

    def purge(self, id: int, *, reason: str, second: str) -> dict[str, Any]:
        """Wipe a secret or wrongly sent paper for good; ``by`` and ``second`` are two persons."""
        from duban_archive import purging

        return purging.purge(self, id, reason=reason, second=second)

    # --- within -----------------------------------------------------------------------------------------------

    def now(self) -> str:
        """The time of an event."""
        return now()

    def pool(self) -> Pool:
        """The workers that read untrusted files; started at first use, shared by all steps."""
        if self._pool is None:
            from duban_archive.adapters.worker import Pool

            self._pool = Pool(workers=self.settings.workers, memory_mb=self.settings.limits.memory_mb)
        return self._pool

    @functools.cached_property
    def ocr_reason(self) -> str:
        """Why pictures cannot be read here, else ``""``."""
        from duban_archive.adapters import ocr

        return ocr.available()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Only one run reads at a time; a second one waits, and finds the work done."""
        if self.catalogue.read_only:
            raise ReadOnly()
        with locks.alone(self.home.hidden / "work.lock"):
            self.store.tidy()
            yield


def account_name() -> str:
    """Who acts when nobody is named: the account's name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "未具名"


__all__ = ["Archive", "to_json"]
