"""Triaging: the tray 待归类 as a row of steps, what is alike in one, so that an office decides once for many papers.

::

    questions (what 2014学年 means here) ▶ joins, splits ▶ the same, versions ▶ batches ▶ one by one

Every front takes the same steps: a terminal with one key a decision, later a browser. Nothing is kept of where a person
stopped: what was decided is out of the tray, so the next look begins where the last one ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duban_archive.bundling import REGISTER as LEFT_AS_IS
from duban_archive.bundling import JoinProposal, SplitProposal
from duban_archive.core.batches import Batch, batch
from duban_archive.core.model import Filing, Record, Standing
from duban_archive.core.similar import Likeness

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.habits import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """One record to be looked at by itself, with its open proposals, best first, and what it is like."""

    record: Record
    proposals: tuple[Filing, ...]
    alike: tuple[Likeness, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records that look like one paper or like versions of one."""

    id: int
    like: Likeness


class Triaging:
    """The tray of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def tray(self) -> tuple[Record, ...]:
        """Records that nobody has filed, in order of arrival; older versions of a 定稿 and containers are none."""
        from duban_archive.core.gaps import old_versions

        records = self._archive.records()
        old = old_versions(records)
        return tuple(r for r in records if _is_open(r) and r.id not in old)

    def batches(self, tray: Sequence[Record] | None = None) -> tuple[Batch, ...]:
        """What is alike in the tray: papers whose sure proposals are of one requirement, two or more; largest first."""
        records = self.tray() if tray is None else tray
        best = [(record, self._archive.deciding.best(record)) for record in records]
        return batch([(record.id, filings) for record, filings in best if filings])

    def questions(self, tray: Sequence[Record] | None = None) -> tuple[Question, ...]:
        """What must be asked once of this archive before its papers can be told apart (2014学年, 2014年年报)."""
        return self._archive.habits.questions(self.tray() if tray is None else tray)

    def joins(self) -> tuple[JoinProposal, ...]:
        """Loose photos that look like one paper or one event."""
        return self._archive.bundling.to_join()

    def splits(self) -> tuple[SplitProposal, ...]:
        """Scans and workbooks that look like several papers."""
        return self._archive.bundling.to_split()

    def pairs(self, tray: Sequence[Record] | None = None) -> Iterator[Pair]:
        """Papers in the tray that look the same as another, or like its version: a merge or a 定稿 may be due."""
        left = [set(entry["ids"]) for entry in self._archive.catalogue.entries(LEFT_AS_IS).values()]
        among = {record.id for record in (self.tray() if tray is None else tray)}
        for id, like in self._archive.alike.pairs(self._archive.records(), among):
            if not any({id, like.record} <= ids for ids in left):
                yield Pair(id=id, like=like)

    def still_open(self, ids: Sequence[int]) -> tuple[Record, ...]:
        """Those of the records that are still in the tray."""
        return tuple(record for record in self._archive.catalogue.records(ids) if _is_open(record))

    def alone(self, id: int) -> Alone | None:
        """One record as it now stands, judged anew with what was learned a moment ago; ``None`` if it left the tray."""
        from duban_archive import reading

        before = self._archive.catalogue.record(id)
        if not _is_open(before):
            return None
        reading.note(self._archive, id, record=before)
        record = self._archive.catalogue.record(id)
        proposals = tuple(f for f in record.filings if f.standing is Standing.PROPOSED)
        return Alone(record=record, proposals=proposals, alike=self._archive.alike.of(id)) if _is_open(record) else None


def _is_open(record: Record) -> bool:
    if record.state not in ("ready", "abnormal") or record.facts.get("container"):
        return False
    return not any(f.standing is Standing.CONFIRMED or f.review is not None for f in record.filings)
