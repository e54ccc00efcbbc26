"""``templates check``: which blank of an edited template nobody fills, and which it lost."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duban_archive.adapters import sheets
from duban_archive.adapters.binder.facts import FACTS
from duban_archive.errors import DubanError

# Blanks that a form says nothing without.
NEEDED = {
    "总封面": ("评估名称",),
    "总目录": ("各卷.卷题名", "各卷.页码"),
    "卷封面": ("卷题名",),
    "卷内目录": ("目录.材料名称", "目录.页码"),
    "归档文件目录": ("目录.题名", "目录.页数"),
    "卷内文件目录": ("目录.题名", "目录.页号"),
    "隔页": ("题名",),
    "占位页": ("题名", "存放处"),
    "缺项页": ("题名", "原因"),
    "互见页": ("题名", "原件见"),
    "备考表": ("情况说明",),
    "印制单": ("各卷.卷号", "各卷.张数", "各卷.插入原件"),
    "插入原件清单": ("原件.材料名称", "原件.页码", "原件.存放处"),
    "照片页": ("图1", "说明1"),
    "印刷登记": ("印刷.份数", "印刷.去向"),
    "换页清单": ("变动.做法", "变动.页码"),
    "缺项报告": ("缺项.材料", "缺项.状态"),
    "报送进度表": ("各单位.单位", "各单位.应报", "各单位.已审"),
    "报送进度表小字": ("各单位.单位", "各单位.应报", "各单位.已审"),
    "催办单": ("单位", "缺项.材料"),
    "退回补正通知单": ("单位", "退回.材料", "退回.原因"),
    "材料清单": ("单位", "材料.材料"),
    "责任分工表": ("分工.材料", "分工.报送单位"),
    "倒排工期表": ("工期.期限", "工期.事项"),
    "填报说明": ("单位", "材料.文件夹", "材料.材料"),
    "移交清单": ("移交.题名", "移交.收件号"),
    "归还清单": ("借调.名称", "借调.出借单位"),
    "工作移交清单": ("移交人", "事项.事项"),
    "现场答复单": ("调阅内容", "材料.题名", "待补材料"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateReport:
    """One template of the office: what is wrong with it (``problems``) and what it leaves out (``lost``)."""

    name: str
    path: Path
    problems: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """It can be used."""
        return not self.problems


def check(folder: Path) -> tuple[TemplateReport, ...]:
    """Look through the office's own templates in ``folder``."""
    return tuple(_look(path) for path in sorted(folder.glob("*.docx")) if not path.name.startswith("~$"))


def _look(path: Path) -> TemplateReport:
    name = path.stem
    if name not in FACTS:
        near = difflib.get_close_matches(name, FACTS, n=1, cutoff=0.4)
        hint = f"，是不是“{near[0]}”？" if near else "。"
        return TemplateReport(name=name, path=path, problems=(f"程序不用名为“{name}”的模板{hint}",))
    try:
        blanks = sheets.blanks(path)
        problems = [*_unknown(name, blanks), *_lacking(name, blanks)]
        if not problems:
            sheets.fill(path, _sample(name))
    except DubanError as fault:
        return TemplateReport(name=name, path=path, problems=(fault.message,))
    shipped = sheets.blanks(sheets.find(name))
    return TemplateReport(name=name, path=path, problems=tuple(problems), lost=tuple(sorted(shipped - blanks)))


def _unknown(name: str, blanks: frozenset[str]) -> Iterator[str]:
    for blank in sorted(blanks - FACTS[name]):
        near = difflib.get_close_matches(blank, FACTS[name], n=1, cutoff=0.4)
        hint = f"，可能是“{near[0]}”的误写" if near else ""
        yield f"空格“{blank}”没有内容可填{hint}"


def _lacking(name: str, blanks: frozenset[str]) -> Iterator[str]:
    for blank in NEEDED.get(name, ()):
        if blank not in blanks:
            yield f"缺少空格“{blank}”，印出来将看不到这项内容"


def _sample(name: str) -> dict[str, Any]:
    """Facts that fill every blank, so that a template's other mistakes show."""
    rows: dict[str, dict[str, str]] = {}
    facts: dict[str, Any] = {}
    for blank in FACTS[name]:
        of, _, inner = blank.partition(".")
        if inner:
            rows.setdefault(of, {})[inner] = "样"
        else:
            facts.setdefault(of, "样")
    return {
        **facts,
        **{of: _rows(row) for of, row in rows.items()},
        **({"情况说明": ["样"]} if name == "备考表" else {}),
    }


def _rows(row: dict[str, str]) -> Sequence[dict[str, str]]:
    return [row, row]
