"""Deciding: what a person says of records and their filings. Each decision is one event that ``undo`` takes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from duban_archive import decisions, stopping
from duban_archive.core.model import Filing, Place, Record, Review, Standing
from duban_archive.decisions import Choice
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.filters import Filter


class Deciding:
    """The decisions of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def confirm(
        self,
        id: int,
        *,
        to: str = "",
        unit: str = "",
        period: str = "",
        pages: tuple[int, ...] = (),
        accept: bool = False,
    ) -> tuple[Filing, ...]:
        """归类: confirm what was proposed, or put the record where ``to`` says."""
        return self.confirm_each([id], to=to, unit=unit, period=period, pages=pages, accept=accept)

    def confirm_each(
        self,
        ids: Sequence[int],
        *,
        to: str = "",
        unit: str = "",
        period: str = "",
        pages: tuple[int, ...] = (),
        accept: bool = False,
    ) -> tuple[Filing, ...]:
        """The same of several records, as one decision that one ``undo`` takes back."""
        choices = [
            (record, decisions.chosen(self._archive, record, to=to, unit=unit, period=period, pages=pages))
            for record in self._records(ids)
        ]
        return self.confirm_choices(choices, accept=accept)

    def confirm_choices(self, choices: Sequence[Choice], *, accept: bool = False) -> tuple[Filing, ...]:
        """Confirm exactly these filings of these records, as one decision."""
        return decisions.confirm_all(self._archive, choices, by=self._archive.by, accept=accept)

    def accept(self, ids: Sequence[int], *, of: str = "") -> tuple[Filing, ...]:
        """审核通过: what was filed and waited for review counts from now on."""
        self._must_review()
        wanted = self._archive.requirement(of) if of else ""
        choices = [(record, _waiting(record, wanted)) for record in self._records(ids)]
        for record, filings in choices:
            if not filings:
                raise UsageError(f"{record.id} 号件没有待审的归类。", "请先用 duban confirm 归类;没有作任何改动。")
        return self.accept_choices(choices)

    def accept_choices(self, choices: Sequence[Choice]) -> tuple[Filing, ...]:
        """The same for exactly these filings, as one decision."""
        self._must_review()
        return decisions.accept_all(self._archive, choices, by=self._archive.by)

    def _must_review(self) -> None:
        if self._archive.settings.review == "off":
            advice = "确认归类就算审过,不用再审。要分两步的,在 .duban/settings.yaml 里写 review: on。"
            raise UsageError("本档案没有开审核(review: off)。", advice)

    def reject(self, id: int, *, of: str, unit: str = "", period: str = "") -> tuple[Filing, ...]:
        """不归此项: the record does not belong under ``of``."""
        return self.reject_each([id], of=of, unit=unit, period=period)

    def reject_each(self, ids: Sequence[int], *, of: str, unit: str = "", period: str = "") -> tuple[Filing, ...]:
        """The same of several records, as one decision."""
        requirement = self._archive.requirement(of)
        wanted = self._archive.unit(unit) if unit else ""
        choices: list[Choice] = []
        for record in self._records(ids):
            filings = [
                f for f in record.filings
                if f.requirement == requirement and period in ("", f.period) and wanted in ("", f.unit)
            ]  # fmt: skip
            choices.append(
                (record, filings or decisions.chosen(self._archive, record, to=of, unit=unit, period=period))
            )
        return self.reject_choices(choices)

    def reject_choices(self, choices: Sequence[Choice]) -> tuple[Filing, ...]:
        """Reject exactly these filings of these records, as one decision."""
        return decisions.reject_all(self._archive, choices, by=self._archive.by)

    def send_back(self, id: int, *, reason: str, due: str = "", of: str = "") -> tuple[Filing, ...]:
        """退回补正: what a unit sent does not do, with the reason and the deadline."""
        return self.send_back_each([id], reason=reason, due=due, of=of)

    def send_back_each(self, ids: Sequence[int], *, reason: str, due: str = "", of: str = "") -> tuple[Filing, ...]:
        """The same of several records, as one decision."""
        wanted = self._archive.requirement(of) if of else ""
        choices: list[Choice] = []
        for record in self._records(ids):
            live = [f for f in record.filings if f.standing is not Standing.REJECTED and wanted in ("", f.requirement)]
            live.sort(
                key=lambda f: f.standing is not Standing.CONFIRMED
            )  # what was filed before what was only proposed
            if not live:
                raise UsageError(f"{record.id} 号件还没有归到任何一项,不能退回。", "请先用 duban confirm 归类。")
            choices.append((record, live if wanted else live[:1]))
        return decisions.send_back_all(self._archive, choices, reason=reason, due=due, by=self._archive.by)

    def selected(self, query: str, *, state: str = "open") -> list[Choice]:
        """What a query (``指标:B2-3 单位:三小 状态:待确认``) picks out, with the filings that a decision would take.

        ``state``: ``open`` the best proposal of each record, if it is what the query names; ``waiting`` what waits for
        review; ``live`` what is filed or proposed best; ``any`` the records alone.
        """
        from duban_archive.core.query import parse

        filters = parse(query, checklist=self._archive.checklist).filters
        hits = self._archive.search(query, limit=None)["hits"]
        ids = list(dict.fromkeys(hit["record"] for hit in hits))
        choices: list[Choice] = []
        for record in self._records(sorted(ids)):
            if record.state in ("replaced", "withdrawn"):
                continue
            filings = _fit(self._whole(_candidates(record, state)), filters)
            if filings or state == "any":
                choices.append((record, filings))
        return choices

    def best(self, record: Record) -> list[Filing]:
        """What confirming the record would take, as far as it fills slots; ``[]`` where unit or period are open."""
        return self._whole(best_open(record))

    def _whole(self, filings: Sequence[Filing]) -> list[Filing]:
        keys = {(slot.requirement, slot.unit, slot.period) for slot in self._archive.slots} if filings else set()
        return [f for f in filings if f.standing is Standing.CONFIRMED or (f.requirement, f.unit, f.period) in keys]

    def _records(self, ids: Sequence[int]) -> list[Record]:
        found = {record.id: record for record in self._archive.catalogue.records(ids)}
        return [found[id] if id in found else self._archive.catalogue.record(id) for id in dict.fromkeys(ids)]

    def describe_as(self, id: int, told: dict[str, str]) -> Record:
        """A person's own 著录项; proposals follow them."""
        if "unit" in told:
            told = {**told, "unit": self._archive.unit(told["unit"])}
        decisions.describe(self._archive, self._archive.catalogue.record(id), told, by=self._archive.by)
        if "secrecy" in told:
            stopping.heed(self._archive, id)
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
        self._archive.cabinet.keep_up()

    def undo(self) -> dict[str, Any] | None:
        """Take back the last decision."""
        event = self._archive.catalogue.undo(self._archive.by)
        self._archive.forget_learned()
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


def _waiting(record: Record, requirement: str = "") -> list[Filing]:
    """What is filed and waits for review."""
    return [
        f for f in record.filings
        if f.standing is Standing.CONFIRMED and f.review is Review.WAITING and requirement in ("", f.requirement)
    ]  # fmt: skip


def best_open(record: Record) -> list[Filing]:
    """The proposals that confirming takes: the sure ones, else the best; none where a person has filed it already."""
    if any(f.standing is Standing.CONFIRMED for f in record.filings):
        return []
    proposed = [f for f in record.filings if f.standing is Standing.PROPOSED and f.review is None]
    sure = [f for f in proposed if f.sure]
    if sure or not proposed:
        return sure
    best = proposed[0]
    return [f for f in proposed if (f.requirement, f.unit, f.score) == (best.requirement, best.unit, best.score)]


def _candidates(record: Record, state: str) -> list[Filing]:
    match state:
        case "open":
            return best_open(record)
        case "waiting":
            return _waiting(record)
        case "live":
            return [f for f in record.filings if f.standing is Standing.CONFIRMED] or best_open(record)
    return []


def _fit(filings: Sequence[Filing], filters: Sequence[Filter]) -> list[Filing]:
    """The filings that the query's own words on 指标, 单位 and 期间 are about."""
    from duban_archive.core.filters import covers

    def fits(filing: Filing, one: Filter) -> bool:
        match one.field:
            case "indicator":
                return filing.requirement in one.values
            case "unit":
                return filing.unit in one.values
            case "period":
                return filing.period in ("once", "standing") or covers(one, filing.period)
        return True

    return [filing for filing in filings if all(fits(filing, one) for one in filters)]
