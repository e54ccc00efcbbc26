"""Readiness on paper: the gap report as a Word document and an Excel workbook, from one analysis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_LEVELS = {"must": "必备", "should": "应有", "may": "可有"}


def gap_workbook(archive: Archive, report: Json, path: Path) -> None:
    """The matrix, the gaps and each unit's list as .xlsx."""
    from duban_archive.adapters import gap_workbook

    gap_workbook.write(path, title=archive.checklist.title, as_of=report["as_of"], slots=report["slots"])


def gap_document(archive: Archive, report: Json, path: Path) -> None:
    """缺项报告 from the office's own Word template, as .docx."""
    from duban_archive.adapters import sheets

    gaps = [slot for slot in report["slots"] if slot["state"] not in ("complete", "not_applicable")]
    total = sum(n for state, n in report["summary"].items() if state != "not_applicable")
    states = ",".join(f"{STATE_WORDS[state]} {n} 份" for state, n in report["summary"].items())
    leads = {i.id: "、".join(i.lead) for i in archive.checklist.indicators}
    owner = {r.id: "、".join(r.by) or leads.get(r.indicator, "") for r in archive.checklist.requirements}
    facts = {
        "报告名称": f"{archive.checklist.title}缺项报告",
        "编制单位": archive.checklist.office or archive.checklist.issuer,
        "截止日期": report["as_of"],
        "概况": f"应收 {total} 份,已齐 {report['summary'].get('complete', 0)} 份。{states}。",
        "版本说明": f"{archive.checklist.id} {archive.checklist.version}",
        "缺项": [
            {
                "指标": slot["code"],
                "材料": slot["title"],
                "年度": answers.period(slot["period"]),
                "单位": slot["unit_name"],
                "级别": _LEVELS.get(slot["level"], ""),
                "状态": STATE_WORDS[slot["state"]] + ("(逾期)" if slot["overdue"] else ""),
                "责任人": owner[slot["requirement"]],
                "期限": slot["due"],
                "说明": slot["why"],
            }
            for slot in gaps
        ],
    }
    path.write_bytes(sheets.fill(sheets.find("缺项报告", (archive.home.templates,)), facts))
