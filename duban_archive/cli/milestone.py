"""Commands of the rounds: milestone freeze, list, show, compare."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duban_archive.cli.frame import DONE, Answer, ByDefault, OutFile, archive_command
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive


class _Milestone(ByDefault):
    """``duban milestone 市检`` freezes; ``duban milestone`` alone lists."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and not args[0].startswith("-")
        self.default = "freeze" if named else "list"
        return super().parse_args(ctx, args)


@click.group(
    "milestone", cls=_Milestone, default="list", name_it=True,
    help="里程碑:把迎检当天的状态、数据、合订本、出示过的材料留存下来(duban milestone 市检),以后说明有哪些变动。",
)  # fmt: skip
def milestone() -> None:
    """The milestones' commands."""


@archive_command("freeze", "留存现在的状态,如 duban milestone 市检;留存后不能改写。")
@click.argument("name", metavar="NAME")
@click.option("--note", default="", metavar="TEXT", help="说明")
def freeze(archive: Archive, answer: Answer, name: str, note: str) -> int:
    """Keep what stands now."""
    document = archive.milestones.document(name, archive.milestones.freeze(name, note))
    answer(document, lambda: [f"已留存“{name}”(时点 {document['as_of']}):", *_lines(document)])
    return DONE


def _lines(one: dict[str, object]) -> Iterable[str]:
    summary = one["summary"]
    assert isinstance(summary, dict)
    yield "  应收项:" + "、".join(f"{STATE_WORDS[state]} {n}" for state, n in summary.items())
    yield f"  数据 {len(one['figures'])} 项;调阅登记 {one['slips']} 次,出示 {len(one['shown'])} 件"  # type: ignore[arg-type]
    binders = one["binders"]
    assert isinstance(binders, list | tuple)
    yield f"  合订本:{'、'.join(binders) or '还没有装订'}"
    yield f"  链首 {str(one['head'])[:23]}…  {one['by']}  {one['note']}".rstrip()


@archive_command("list", "列出留存过的里程碑。")
def listed(archive: Archive, answer: Answer) -> int:
    """All milestones."""
    documents = [archive.milestones.document(name, one) for name, one in archive.milestones.all().items()]

    def lines() -> Iterable[str]:
        for one in documents:
            yield f"{one['name']}(时点 {one['as_of']})"
            yield from _lines(one)
        if not documents:
            yield "还没有里程碑。迎检当天请用 duban milestone 市检 留存。"

    answer({"milestones": documents}, lines)
    return DONE


@archive_command("show", "查看一个里程碑。")
@click.argument("name", metavar="NAME")
def show(archive: Archive, answer: Answer, name: str) -> int:
    """One milestone."""
    document = archive.milestones.document(name, archive.milestones.milestone(name))
    answer(document, lambda: [f"{name}(时点 {document['as_of']})", *_lines(document)])
    return DONE


@archive_command("compare", "两个里程碑之间有什么变动;AFTER 不写就是与现在比。")
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="[AFTER]", default="现在")
@click.option("--docx", type=OutFile(), metavar="F", help="写成数据变动说明表")
def compare(archive: Archive, answer: Answer, before: str, after: str, docx: Path | None) -> int:
    """What changed."""
    compared = archive.milestones.compare(before, after)
    if docx is not None:
        archive.milestones.changes_document(compared, docx)

    def lines() -> Iterable[str]:
        from duban_archive import answers

        yield f"{before} → {after}:数据变动 {len(compared['figures'])} 项,材料变动 {len(compared['slots'])} 份。"
        for row in compared["figures"]:
            said = f",{row['reason']}" if row["reason"] else ""
            at = f"{row['unit_name']},{answers.period(row['period'])}"
            yield f"  {row['title']}({at}):{row['before'] or '—'} → {row['after'] or '—'}{said}"
        for row in compared["slots"]:
            at = f"{row['unit_name']},{answers.period(row['period'])}"
            yield f"  {row['code']} {row['title']}({at}):{row['before_word']} → {row['after_word']}"
        if docx:
            yield f"数据变动说明表:{docx}"

    answer({**compared, "docx": str(docx) if docx else None}, lines)
    return DONE


for command in (freeze, listed, show, compare):
    milestone.add_command(command)

COMMANDS = (milestone,)
