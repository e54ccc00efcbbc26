"""Deciding: what a person says of records and their filings. Each decision is one event that ``undo`` takes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from duban_archive import decisions
from duban_archive.core.model import Filing, Place, Record, Standing
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive


class Deciding:
    """The decisions of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def confirm(
        self, id: int, *, to: str = "", unit: str = "", period: str = "", pages: tuple[int, ...] = ()
    ) -> tuple[Filing, ...]:
        """归类: confirm what was proposed, or put the record where ``to`` says."""
        record = self._archive.catalogue.record(id)
        return decisions.confirm(
            self._archive,
            record,
            decisions.chosen(self._archive, record, to=to, unit=unit, period=period, pages=pages),
            by=self._archive.by,
        )

    def reject(self, id: int, *, of: str, unit: str = "", period: str = "") -> tuple[Filing, ...]:
        """不归此项: the record does not belong under ``of``."""
        record, requirement = self._archive.catalogue.record(id), self._archive.requirement(of)
        meant = self._archive.unit(unit) if unit else ""
        filings = [
            f for f in record.filings
            if f.requirement == requirement and period in ("", f.period) and meant in ("", f.unit)
        ] or decisions.chosen(self._archive, record, to=of, unit=unit, period=period)  # fmt: skip
        return decisions.reject(self._archive, record, filings, by=self._archive.by)

    def send_back(self, id: int, *, reason: str, due: str = "", of: str = "") -> tuple[Filing, ...]:
        """退回补正: what a unit sent does not do, with the reason and the deadline."""
        record = self._archive.catalogue.record(id)
        wanted = self._archive.requirement(of) if of else ""
        filings = [f for f in record.filings if f.standing is not Standing.REJECTED and wanted in ("", f.requirement)]
        if not filings:
            raise UsageError(f"{id} 号件还没有归到任何一项,不能退回。", "请先用 duban confirm 归类。")
        return decisions.send_back(
            self._archive, record, filings if wanted else filings[:1], reason=reason, due=due, by=self._archive.by
        )

    def describe_as(self, id: int, told: dict[str, str]) -> Record:
        """A person's own 著录项; proposals follow them."""
        if "unit" in told:
            told = {**told, "unit": self._archive.unit(told["unit"])}
        decisions.describe(self._archive, self._archive.catalogue.record(id), told, by=self._archive.by)
        return self._archive.read_again(id)

    def register(self, title: str, place: Place, *, to: str = "", **told: str) -> int:
        """登记 a paper or object that has no file; ``to``: and file it there, as one decision."""
        if told.get("unit"):
            told["unit"] = self._archive.unit(told["unit"])
        id = decisions.register(self._archive, title, place, told, to=to, by=self._archive.by)
        self._archive.read_again(id)
        return id

    def merge(self, ids: Sequence[int]) -> int:
        """Several records into one, in the order given."""
        made = decisions.merge(self._archive, [self._archive.catalogue.record(id) for id in ids], by=self._archive.by)
        self._archive.read_again(made, *ids)
        return made

    def split(self, id: int, *, pages: str = "", sheets: str = "") -> list[int]:
        """One record into several, by page groups or by sheets; what no group names becomes one more record."""
        record = self._archive.catalogue.record(id)
        groups = (
            decisions.sheet_groups(self._archive, record, sheets) if sheets else decisions.page_groups(record, pages)
        )
        made = decisions.split(self._archive, record, groups, by=self._archive.by)
        self._archive.read_again(*made, id)
        return made

    def mark_final(self, id: int, over: Sequence[int] = ()) -> None:
        """定稿: this version counts."""
        others = [self._archive.catalogue.record(other) for other in over]
        decisions.mark_final(self._archive, self._archive.catalogue.record(id), others, by=self._archive.by)

    def withdraw(self, id: int, reason: str) -> None:
        """Out of sight, kept."""
        decisions.withdraw(self._archive, self._archive.catalogue.record(id), reason, by=self._archive.by)
        self._archive.read_again(id)

    def undo(self) -> dict[str, Any] | None:
        """Take back the last decision."""
        event = self._archive.catalogue.undo(self._archive.by)
        if event is not None and any(table == "pins" for table, *_ in event["changes"]):
            self._archive.forget_checklist()
            self._archive.propose_anew()
        if event is not None:
            ids = {key["id"] for table, key, *_ in event["changes"] if table == "records"}
            left = [record.id for record in self._archive.catalogue.records(ids)]
            for id in ids - set(left):
                self._archive.echoes.forget_reading(id)
            if left:
                self._archive.read_again(*left)
        return event
