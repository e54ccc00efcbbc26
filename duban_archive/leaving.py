"""工作移交清单: what a person who leaves has not finished, keeps, and has to give back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core.checklist import Requirement
from duban_archive.core.ledger import STATE_WORDS as STATES
from duban_archive.core.ledger import Problem, ProblemState
from duban_archive.core.model import GapState, Review
from duban_archive.core.plainjson import from_json
from duban_archive.errors import UsageError
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]


def items(archive: Archive, who: str) -> Json:
    """What ``who`` answers for and has not finished, what was lent to them, what they keep."""
    name = who.strip()
    if not name:
        raise UsageError("没有写是谁要移交。", "例如:duban handover leave --who 张老师")
    finders = (_open_slots, _returned, _kept, _lent, _to_bring, _to_mend)
    rows = [row for find in finders for row in find(archive, name)]
    return {"who": name, "as_of": archive.today, "items": rows}


def document(archive: Archive, answer: Json, path: Path) -> None:
    """The list as a Word document to be signed by both and a witness."""
    from duban_archive.adapters import sheets

    checklist = archive.checklist
    kinds: dict[str, int] = {}
    for row in answer["items"]:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + 1
    said = "、".join(f"{kind} {n} 项" for kind, n in kinds.items()) or "没有未完事项"
    facts = {
        "移交人": answer["who"],
        "编制单位": checklist.office or checklist.issuer,
        "日期": answer["as_of"],
        "概况": f"{answer['who']}移交下列工作:{said}。",
        "版本说明": f"{checklist.id} {checklist.version}",
        "事项": [
            {
                "序号": str(number), "类别": row["kind"], "事项": row["what"], "单位": row["unit"],
                "期限": row["due"], "说明": row["note"],
            }
            for number, row in enumerate(answer["items"], 1)
        ],
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sheets.fill(sheets.find("工作移交清单", (archive.home.templates,)), facts))


def _item(kind: str, what: str, *, unit: str = "", due: str = "", note: str = "", record: int | None = None) -> Json:
    return {"kind": kind, "what": what, "unit": unit, "due": due, "note": note, "record": record}


def _open_slots(archive: Archive, who: str) -> Iterator[Json]:
    index = archive.index
    for state in archive.gaps():
        requirement = index.requirements[state.slot.requirement]
        if state.state in (GapState.COMPLETE, GapState.NOT_APPLICABLE) or not _answers_for(archive, who, requirement):
            continue
        what = f"{index.code_of(requirement.id)} {requirement.title}({answers.period(state.slot.period)})"
        unit = index.unit_name(state.slot.unit)
        yield _item("未齐材料", what, unit=unit, due=state.due, note=STATE_WORDS[state.state.value])


def _answers_for(archive: Archive, who: str, requirement: Requirement) -> bool:
    if who in requirement.by:
        return True
    indicator = archive.index.indicators.get(requirement.indicator)
    return indicator is not None and not requirement.by and who in (*indicator.lead, *indicator.support)


def _returned(archive: Archive, who: str) -> Iterator[Json]:
    """Papers that this person sent back and that have not come again."""
    for record in archive.records():
        for filing in record.filings:
            if filing.review is Review.RETURNED and filing.by == who:
                unit = archive.index.unit_name(filing.unit)
                what = f"#{record.id} {record.title}"
                yield _item("退回待补正", what, unit=unit, due=filing.due, note=filing.reason, record=record.id)


def _kept(archive: Archive, who: str) -> Iterator[Json]:
    for record in archive.records():
        if record.place is not None and record.place.keeper == who:
            yield _item("保管的原件", f"#{record.id} {record.title}", note=record.place.where, record=record.id)


def _lent(archive: Archive, who: str) -> Iterator[Json]:
    for loan in archive.loans.all():
        if loan["open"] and who in (loan["borrower"], loan["by"]):
            what, note = f"第 {loan['id']} 号 {loan['title']}", f"{loan['quantity']} 件未还"
            yield _item("借调原件", what, unit=loan["lender"], due=loan["due"], note=note, record=loan["record"])


def _to_bring(archive: Archive, who: str) -> Iterator[Json]:
    """What evaluators asked for, was not shown, and is this person's to bring."""
    for number, row in archive.catalogue.entries("slips").items():
        task = row.get("task") or {}
        if task.get("owner") == who and not task.get("supplied"):
            yield _item("现场待补", f"第 {number} 号 {task.get('what', '')}", due=str(task.get("due", ""))[:10])


def _to_mend(archive: Archive, who: str) -> Iterator[Json]:
    """Lines of the 整改台账 that are this person's and are not closed."""
    for number, row in archive.catalogue.entries("ledger").items():
        problem = from_json(Problem, row)
        if problem.person == who and problem.state is not ProblemState.CLOSED:
            unit = archive.index.unit_name(problem.unit)
            note = STATES[problem.state.value]
            yield _item("整改事项", f"第 {number} 号 {problem.text}", unit=unit, due=problem.due, note=note)
