"""Commands on readiness: gaps."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duban_archive.cli.frame import DONE, Answer, archive_command
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_SETTLED = ("complete", "not_applicable")


@archive_command("gaps", "缺什么:逐项对照指标体系,说明缺、待确认、退回、不足、过期,为什么,怎么补。")
@click.option("--unit", default="", metavar="U", help="只看一个单位")
@click.option(
    "--xlsx", type=click.Path(path_type=Path, dir_okay=False), metavar="F", help="另存为 Excel(准备度表、缺项)"
)
@click.option("--docx", type=click.Path(path_type=Path, dir_okay=False), metavar="F", help="另存为 Word 缺项报告")
@click.option("--all", "every", is_flag=True, help="已齐的也列出来(--json 总是全部)")
def gaps(archive: Archive, answer: Answer, unit: str, every: bool, xlsx: Path | None, docx: Path | None) -> int:
    """Gaps, slot by slot."""
    from duban_archive import answers

    states = archive.gaps()
    if unit:
        id = archive.unit(unit)
        states = tuple(state for state in states if state.slot.unit == id)
    document = answers.gaps(archive.index, states, archive.today)

    if xlsx:
        archive.gap_workbook(document, xlsx)
    if docx:
        archive.gap_document(document, docx)

    def lines() -> Iterable[str]:
        total = sum(n for state, n in document["summary"].items() if state != "not_applicable")
        done = document["summary"].get("complete", 0)
        yield f"截至 {archive.today}:应收 {total} 份,已齐 {done} 份。"
        yield ",".join(f"{STATE_WORDS[state]} {n}" for state, n in document["summary"].items())
        code = ""
        for slot in document["slots"]:
            if slot["state"] in _SETTLED and not every:
                continue
            if slot["code"] != code:
                code = slot["code"]
                yield f"\n{code} {slot['title']}"
            late = "【逾期】" if slot["overdue"] else ""
            due = f"(期限 {slot['due']})" if slot["due"] else ""
            cell = f"{slot['unit_name']} {answers.period(slot['period'])}"
            yield f"  {STATE_WORDS[slot['state']]}{late} {cell}{due}:{slot['why']}"

        yield from (f"已另存为 {path}。" for path in (xlsx, docx) if path)

    answer(document, lines)
    return DONE


COMMANDS = (gaps,)
