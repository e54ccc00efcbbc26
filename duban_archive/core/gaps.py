"""缺项: holds what is wanted against what is filed; a proposal never closes a gap on its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from duban_archive.core.checklist import Index, Requirement
from duban_archive.core.closing import next_step
from duban_archive.core.deadlines import Deadlines
from duban_archive.core.model import Filing, GapState, Record, Review, Slot, SlotState, Standing
from duban_archive.core.slots import owner

Key = tuple[str, str, str]  # requirement, unit, period
LIKELY = 0.5  # a proposal at least this likely is waited for
WORTH_A_LOOK = 0.25  # a lesser one is named, below that it would only be noise

# What a format word of a checklist accepts, by media type (several formats wanted at once: each must be there).
_OOXML = "application/vnd.openxmlformats-officedocument"
_WORD = (f"{_OOXML}.wordprocessingml.document", "application/msword", "application/rtf")
_EXCEL = (f"{_OOXML}.spreadsheetml.sheet", "application/vnd.ms-excel")
_FORMATS = {
    "pdf": ("application/pdf",),
    "word": _WORD,
    "docx": _WORD,
    "excel": _EXCEL,
    "xlsx": _EXCEL,
    "ofd": ("application/ofd",),
}


def find_gaps(index: Index, slots: Sequence[Slot], records: Iterable[Record], today: str) -> tuple[SlotState, ...]:
    """The state of every slot, in the slots' order. ``today`` is an ISO date."""
    by_id = {record.id: record for record in records}
    superseded = old_versions(by_id.values())
    filed = _filings_by_slot(index, {(s.requirement, s.unit, s.period) for s in slots}, by_id.values(), superseded)
    deadlines = Deadlines(index.checklist)
    states = []
    empty: dict[str, SlotState] = {}  # most slots of a young archive: alike but for their unit, period and day
    for slot in slots:
        due = deadlines.of(index.requirements[slot.requirement], slot.period)
        filings = filed.get((slot.requirement, slot.unit, slot.period))
        if filings or slot.not_applicable:
            states.append(_state(index, slot, filings or (), by_id, today, due))
            continue
        like = empty.get(slot.requirement)
        if like is None:
            like = empty[slot.requirement] = _state(index, slot, (), by_id, today, due)
        states.append(
            SlotState(
                slot=slot, state=like.state, wanted=like.wanted, why=like.why, closes=like.closes, due=due,
                overdue=bool(due) and today > due,
            )
        )  # fmt: skip
    return _with_alternatives(index, states)


def old_versions(records: Iterable[Record]) -> set[int]:
    """Records that are 旧稿: another version of the same paper was marked 定稿."""
    families: dict[int, list[Record]] = {}
    parents = {record.id: record.version_of for record in records}
    for record in records:
        families.setdefault(_first_version(record.id, parents), []).append(record)
    return {
        record.id
        for family in families.values()
        if any(one.final for one in family)
        for record in family
        if not record.final
    }


def _first_version(id: int, parents: dict[int, int | None]) -> int:
    seen = {id}
    while (parent := parents.get(id)) is not None and parent in parents and parent not in seen:
        seen.add(parent)
        id = parent
    return id


def _filings_by_slot(
    index: Index, wanted: set[Key], records: Iterable[Record], superseded: set[int]
) -> dict[Key, list[Filing]]:
    filed: dict[Key, list[Filing]] = {}
    owners: dict[tuple[str, str], str] = {}
    for record in records:
        if record.state in ("withdrawn", "replaced") or record.id in superseded:
            continue
        for filing in record.filings:
            if filing.standing is Standing.REJECTED:
                continue
            key = (filing.requirement, filing.unit, filing.period)
            if key not in wanted:  # a merged school's old papers count for its successor, a 教学点's for its school
                own = (filing.unit, filing.period)
                if own not in owners:
                    owners[own] = owner(index.checklist, *own)
                key = (filing.requirement, owners[own], filing.period)
            filed.setdefault(key, []).append(filing)
    return filed


def _state(
    index: Index, slot: Slot, filings: Sequence[Filing], records: dict[int, Record], today: str, due: str
) -> SlotState:
    requirement = index.requirements[slot.requirement]
    late = bool(due) and today > due
    if slot.not_applicable:
        return SlotState(
            slot=slot, state=GapState.NOT_APPLICABLE, wanted=0, why=f"不适用:{slot.not_applicable}", due=due
        )
    good, waiting, unreviewed, returned, perhaps = [], [], [], [], []
    sent_back: Filing | None = None
    for filing in filings:
        if filing.review is Review.RETURNED:
            returned.append(filing.record)
            sent_back = filing
        elif filing.standing is Standing.CONFIRMED and filing.review in (None, Review.ACCEPTED):
            good.append(filing.record)
        elif filing.standing is Standing.CONFIRMED:
            unreviewed.append(filing.record)
        elif _waits(records[filing.record], filing):
            waiting.append(filing.record)
        elif filing.score >= WORTH_A_LOOK:
            perhaps.append(filing.record)
    held = _unique(good)
    reviews = tuple(id for id in _unique(unreviewed) if id not in good)
    asks = tuple(id for id in _unique(waiting) if id not in good and id not in unreviewed)
    waits = (*reviews, *asks)
    state, why = _judge(requirement, held, waits, _unique(returned), records, today)
    if state is GapState.WAITING and reviews and not asks:
        why = f"{_name(reviews)} 已报待审,审核通过后即补上"
    if state is GapState.RETURNED and sent_back is not None:
        why += f"(原因:{sent_back.reason}{';限 ' + sent_back.due if sent_back.due else ''})"
    if state is GapState.MISSING and perhaps:
        why += f";也许是 {_name(_unique(perhaps))},程序拿不准,请人看一下"
    return SlotState(
        slot=slot, state=state, wanted=requirement.count, held=held, waiting=waits, why=why, due=due,
        overdue=late and state is not GapState.COMPLETE,
        expiring=state is GapState.COMPLETE and any(_ends_soon(records[id], today) for id in held),
        closes="" if state is GapState.COMPLETE else _closes(
            index, requirement, state, held, asks, reviews, _unique(perhaps), records, today
        ),
    )  # fmt: skip


def _closes(
    index: Index,
    requirement: Requirement,
    state: GapState,
    held: tuple[int, ...],
    asks: tuple[int, ...],
    reviews: tuple[int, ...],
    perhaps: tuple[int, ...],
    records: dict[int, Record],
    today: str,
) -> str:
    good = [id for id in held if not _valid_until(records[id]) or _valid_until(records[id]) >= today]
    return next_step(
        requirement,
        state,
        good=len(good),
        waiting=asks,
        unreviewed=reviews,
        perhaps=perhaps,
        lacking=_lacking_formats(requirement, [records[id] for id in good]),
        broken=[id for id in good if records[id].state == "abnormal"],
        alternatives=[index.requirements[id].title for id in requirement.any_of if id in index.requirements],
    )


def _waits(record: Record, filing: Filing) -> bool:
    """Whether a proposal is a paper that only waits for a nod, or a mere guess, which must not make a gap look smaller.

    A guess is: of a file that cannot be read, less likely than not, or not the paper's best place.
    """
    if record.state == "abnormal" or filing.score < LIKELY:
        return False
    if filing.sure:
        return True
    if any(other.standing is Standing.CONFIRMED for other in record.filings):
        return False
    return filing.score >= max(other.score for other in record.filings if other.standing is Standing.PROPOSED)


def _judge(
    requirement: Requirement,
    held: tuple[int, ...],
    waiting: tuple[int, ...],
    returned: tuple[int, ...],
    records: dict[int, Record],
    today: str,
) -> tuple[GapState, str]:
    expired = [id for id in held if _valid_until(records[id]) and _valid_until(records[id]) < today]
    good = [id for id in held if id not in expired]
    broken = [id for id in good if records[id].state == "abnormal"]
    more = f";另有待确认的 {_name(waiting)}" if waiting else ""
    if good and len(good) == len(broken):
        return GapState.DEFECTIVE, f"{_name(broken)} 打不开,不能算数,请补交能打开的{more}"
    if lacking := _lacking_formats(requirement, [records[id] for id in good]):
        return GapState.DEFECTIVE, f"还缺 {'、'.join(lacking)} 格式的一份{more}"
    if len(good) >= requirement.count:
        return GapState.COMPLETE, f"已归 {_name(good)}"
    if expired and not good:
        return GapState.EXPIRED, f"{_name(expired)} 已过有效期,请换新的{more}"
    if good:
        return GapState.TOO_FEW, f"应有 {requirement.count} 件,已归 {len(good)} 件({_name(good)}){more}"
    if waiting:
        return GapState.WAITING, f"{_name(waiting)} 待确认,确认后即补上"
    if returned:
        return GapState.RETURNED, f"{_name(returned)} 已退回补正,等待重报"
    return GapState.MISSING, "还没有登记实物的存放处" if requirement.physical else "还没有收到"


def _lacking_formats(requirement: Requirement, records: Sequence[Record]) -> list[str]:
    if len(requirement.formats) < 2 or not records:
        return []
    have = {part.media_type for record in records for part in record.parts}
    return [f for f in requirement.formats if f.lower() in _FORMATS and not have & set(_FORMATS[f.lower()])]


def _with_alternatives(index: Index, states: list[SlotState]) -> tuple[SlotState, ...]:
    """A slot one of whose alternatives (any of) is complete for the same unit and period is complete with it."""
    complete: dict[Key, SlotState] = {
        (s.slot.requirement, s.slot.unit, s.slot.period): s for s in states if s.state is GapState.COMPLETE
    }
    out = []
    for one in states:
        if one.state not in (GapState.COMPLETE, GapState.NOT_APPLICABLE):
            for other in index.requirements[one.slot.requirement].any_of:
                if found := complete.get((other, one.slot.unit, one.slot.period)):
                    title = index.requirements[other].title
                    one = SlotState(
                        slot=one.slot, state=GapState.COMPLETE, wanted=one.wanted, held=found.held,
                        why=f"由“{title}”代替({_name(found.held)})", due=one.due,
                    )  # fmt: skip
                    break
        out.append(one)
    return tuple(out)


def _valid_until(record: Record) -> str:
    return str(record.facts.get("valid_until", ""))


def _ends_soon(record: Record, today: str) -> bool:
    until = _valid_until(record)
    return bool(until) and until[:7] <= _in_two_months(today)


def _in_two_months(today: str) -> str:
    year, month = int(today[:4]), int(today[5:7]) + 2
    return f"{year + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}"


def _unique(ids: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))


def _name(ids: Sequence[int]) -> str:
    return "、".join(f"#{id}" for id in ids[:5]) + (f" 等 {len(ids)} 件" if len(ids) > 5 else "")
