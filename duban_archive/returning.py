"""Returning: 退回补正通知单, one page a unit to print and sign for, or lines to paste into a message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core.model import Filing, Record
from duban_archive.core.progress import short_title
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive


class Returning:
    """What one archive has sent back."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def notice(self, filings: Sequence[Filing], path: Path) -> Path:
        """退回补正通知单 as a Word document: a page for each unit."""
        from duban_archive.adapters import sheets

        if path.suffix.lower() != ".docx":
            raise UsageError(
                f"“{path.name}”不是 Word 文件名。", "请写成 .docx,例如 --docx 退回通知.docx;决定已经记下。"
            )
        if not path.parent.is_dir():
            raise UsageError(f"没有文件夹“{path.parent}”。", "请先建好文件夹;决定已经记下。")
        facts = [self._facts(unit, some) for unit, some in self._by_unit(filings)]
        template = sheets.find("退回补正通知单", (self._archive.home.templates,))
        marks = [f"退回{number}" for number in range(1, len(facts) + 1)] if len(facts) > 1 else []
        path.write_bytes(sheets.fill_many(template, facts, marks))
        return path

    def message(self, filings: Sequence[Filing]) -> list[str]:
        """The same as lines to paste into a message, a paragraph for each unit."""
        lines: list[str] = []
        for unit, some in self._by_unit(filings):
            facts = self._facts(unit, some)
            lines.append(f"【退回补正】{facts['单位']}:你单位报送的下列 {facts['份数']} 份材料需要补正,请按期重报。")
            for row in facts["退回"]:
                round = f"(第 {row['次数']} 次退回)" if row["次数"] > 1 else ""
                what = f"{row['序号']}. {row['编号']} 《{row['材料']}》({row['期间']})"
                lines.append(f"{what}:{row['原因']};期限:{row['期限']}{round}")
            lines.append(f"{facts['编制单位']} {facts['日期']}".strip())
        return lines

    def _by_unit(self, filings: Sequence[Filing]) -> list[tuple[str, list[Filing]]]:
        found: dict[str, list[Filing]] = {}
        for filing in filings:
            found.setdefault(filing.unit, []).append(filing)
        return list(found.items())

    def _facts(self, unit: str, filings: Sequence[Filing]) -> dict[str, Any]:
        checklist, index = self._archive.checklist, self._archive.index
        records = {record.id: record for record in self._archive.catalogue.records({f.record for f in filings})}
        year, month, day = self._archive.today.split("-")
        return {
            "单位": index.unit_name(unit) if unit else "报送单位",
            "评估名称": short_title(checklist.title),
            "编制单位": checklist.office or checklist.issuer,
            "份数": len(filings),
            "日期": f"{int(year)}年{int(month)}月{int(day)}日",
            "经办人": self._archive.by,
            "版本说明": f"{checklist.id} {checklist.version}",
            "退回": [self._row(number, f, records[f.record]) for number, f in enumerate(filings, start=1)],
        }

    def _row(self, number: int, filing: Filing, record: Record) -> dict[str, Any]:
        return {
            "序号": number,
            "收件号": record.id,
            "编号": self._archive.index.code_of(filing.requirement),
            "材料": record.title,
            "期间": answers.period(filing.period),
            "原因": filing.reason,
            "次数": filing.round,
            "期限": filing.due or "未定",
        }
