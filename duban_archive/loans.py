"""借调原件登记: originals borrowed from a unit for the visit: whose, when, due back, given back to whom.

An entry stands in the register ``loans`` under a running number; each step is one event that ``duban undo`` takes back.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.plainjson import from_json, to_json
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_REGISTER = "loans"
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One borrowed original (or a bundle of them). Days are ISO; ``returned`` is ``""`` while it is here."""

    title: str
    lender: str
    borrowed: str
    due: str = ""
    quantity: int = 1
    borrower: str = ""
    record: int | None = None
    remark: str = ""
    by: str = ""
    returned: str = ""
    returned_to: str = ""
    returned_by: str = ""


class Loans:
    """The register of what is borrowed."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def add(
        self,
        title: str,
        *,
        lender: str,
        due: str = "",
        borrowed: str = "",
        quantity: int = 1,
        borrower: str = "",
        record: int | None = None,
        remark: str = "",
    ) -> Json:
        """Enter a loan; ``record``: the record it belongs to, whose title it bears where none is given."""
        if record is not None:
            found = self.archive.catalogue.record(record)
            title = title.strip() or found.title
        loan = Loan(
            title=_words(title, "借了什么", "例如:duban loan add 2014年收支账册 --from 第三小学 --due 2015-11-20"),
            lender=self._unit(_words(lender, "向谁借的", "例如 --from 第三小学")),
            borrowed=borrowed or self.archive.today,
            due=due,
            quantity=quantity,
            borrower=borrower.strip()[:_LONGEST] or self.archive.by,
            record=record,
            remark=remark.strip()[:_LONGEST],
            by=self.archive.by,
        )
        if due and due < loan.borrowed:
            raise UsageError(f"应还日期 {due} 早于借入日期 {loan.borrowed}。", "请核对后再登记;没有登记。")
        with self.archive.catalogue.change("entered", self.archive.by, register=_REGISTER, what=loan.title) as change:
            number = change.next_number(_REGISTER)
            change.enter(_REGISTER, str(number), to_json(loan))
        return self._as_json(str(number), loan)

    def give_back(self, numbers: Sequence[int], *, to: str = "", on: str = "") -> list[Json]:
        """归还: what was borrowed is back with its owner; all of them as one event."""
        day, done = on or self.archive.today, []
        for number in dict.fromkeys(numbers):
            loan = self._loan(number)
            if loan.returned:
                raise UsageError(f"第 {number} 号已在 {loan.returned} 归还过了。", "没有作任何改动。")
            if day < loan.borrowed:
                raise UsageError(f"归还日期 {day} 早于第 {number} 号的借入日期 {loan.borrowed}。", "没有作任何改动。")
            done.append((number, replace(loan, returned=day, returned_to=to.strip(), returned_by=self.archive.by)))
        with self.archive.catalogue.change("entered", self.archive.by, register=_REGISTER, what="归还") as change:
            for number, loan in done:
                change.enter(_REGISTER, str(number), to_json(loan))
        return [self._as_json(str(number), loan) for number, loan in done]

    def all(self, *, unit: str = "", open_only: bool = False) -> list[Json]:
        """Every loan in its order; of one lender, or only those not given back."""
        rows = [
            self._as_json(number, from_json(Loan, row))
            for number, row in self.archive.catalogue.entries(_REGISTER).items()
        ]
        lender = self._unit(unit) if unit else ""
        return [row for row in rows if (not lender or row["lender"] == lender) and (row["open"] or not open_only)]

    def document(self, rows: Sequence[Json], path: Path) -> None:
        """归还清单 as a Word document: what is to go back, with room for the owner's signature."""
        from duban_archive.adapters import sheets

        checklist = self.archive.checklist
        still = sum(row["open"] for row in rows)
        late = sum(row["overdue"] for row in rows)
        said = f"共 {len(rows)} 笔,未还 {still} 笔" + (f",其中 {late} 笔已过应还日期。" if late else "。")
        facts = {
            "编制单位": checklist.office or checklist.issuer,
            "日期": self.archive.today,
            "概况": said,
            "版本说明": f"{checklist.id} {checklist.version}",
            "借调": [
                {
                    "编号": str(row["id"]), "名称": row["title"], "数量": f"{row['quantity']} 件",
                    "出借单位": row["lender"], "借入日期": row["borrowed"], "应还日期": row["due"],
                    "经手人": row["borrower"], "归还日期": row["returned"],
                    "状态": "已还" if row["returned"] else "逾期未还" if row["overdue"] else "未还",
                }
                for row in rows
            ],
        }  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sheets.fill(sheets.find("归还清单", (self.archive.home.templates,)), facts))

    def _loan(self, number: int) -> Loan:
        row = self.archive.catalogue.entries(_REGISTER).get(str(number))
        if row is None:
            raise UsageError(f"借调登记里没有第 {number} 号。", "请用 duban loan list 查看。")
        return from_json(Loan, row)

    def _unit(self, text: str) -> str:
        """A unit's official name where the text names one of ours; a lender may be anybody else."""
        for unit in self.archive.checklist.units:
            if text in (unit.id, unit.name, *unit.aliases):
                return unit.name
        return text

    def _as_json(self, number: str, loan: Loan) -> Json:
        late = bool(loan.due) and not loan.returned and self.archive.today > loan.due
        left = (
            (datetime.date.fromisoformat(loan.due) - datetime.date.fromisoformat(self.archive.today)).days
            if loan.due and not loan.returned
            else None
        )
        return {
            "id": int(number), "title": loan.title, "lender": loan.lender, "borrowed": loan.borrowed, "due": loan.due,
            "quantity": loan.quantity, "borrower": loan.borrower, "record": loan.record, "remark": loan.remark,
            "by": loan.by, "returned": loan.returned, "returned_to": loan.returned_to, "open": not loan.returned,
            "overdue": late, "days_left": left,
        }  # fmt: skip


def _words(text: str, what: str, advice: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise UsageError(f"没有写{what}。", f"{advice};没有登记。")
    if len(words) > _LONGEST:
        raise UsageError(f"{what}写了 {len(words)} 个字,太长了。", f"请写在 {_LONGEST} 字以内;没有登记。")
    return words
