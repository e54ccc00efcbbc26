"""Commands of the visit: slip add, mark, show, export, reply."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, Answer, OutFile, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]


@click.group("slip", help="调阅登记:专家要看什么、谁去取、何时出示、何时归还;拿不出来的限时现场补。")
def slip() -> None:
    """The register of requests."""


def _steps(function: Callable[..., int]) -> Callable[..., int]:
    for option in reversed((
        click.option("--record", "records", multiple=True, type=click.IntRange(1), metavar="ID", help="出示的是哪一件"),
        click.option("--fetched", default="", metavar="WHO", help="由谁取来"),
        click.option("--shown", is_flag=True, help="已出示"),
        click.option("--returned", is_flag=True, help="已归还原处"),
        click.option("--lacking", default="", metavar="WHAT", help="拿不出来的是什么:记为现场待补"),
        click.option("--hours", type=float, default=2.0, show_default=True, metavar="N", help="现场待补限几小时内补来"),
        click.option("--owner", default="", metavar="WHO", help="现场待补由谁负责"),
        click.option("--remark", default="", metavar="TEXT", help="备注"),
        click.option("--at", default="", metavar="TIME", help="何时,如 09:30 或 2015-11-02 09:30(默认:现在)"),
    )):  # fmt: skip
        function = option(function)
    return function


@archive_command("add", "登记一次调阅:要看什么、谁要看;同时列出可能是哪几件。")
@click.argument("asked", metavar="TEXT", nargs=-1, required=True)
@click.option("--asker", default="", metavar="WHO", help="谁要看(专家或小组)")
@_steps
def add(archive: Archive, answer: Answer, asked: tuple[str, ...], asker: str, at: str, **marked: Any) -> int:
    """Enter a request."""
    from duban_archive.core.slips import Steps

    document = archive.slips.add(" ".join(asked), asker=asker, at=at, steps=Steps(**marked))

    def lines() -> Iterable[str]:
        yield from _card(document)
        for slot in document.get("slots", ())[:3]:
            yield f"  应收项:{slot['code']} {slot['title']} {slot['unit_name']}:{slot['why']}"
        for hit in document.get("suggested", ()):
            from duban_archive.cli.finding import where

            yield f"  可能是 #{hit['record']} 《{hit['title']}》 {where(hit)}"
        number = document["number"]
        yield f"下一步:duban slip mark {number} --record 件号 --fetched 取件人 --shown;"
        yield "拿不出来就写 --lacking 缺什么 --hours 2。"

    answer(document, lines)
    return DONE


@archive_command("mark", "标明一次调阅办到哪一步:取来、出示、归还、现场待补、已补来。")
@click.argument("number", metavar="N", type=click.IntRange(1))
@click.option("--supplied", is_flag=True, help="现场待补的已补来(件号写在 --record)")
@_steps
def mark(archive: Archive, answer: Answer, number: int, at: str, **marked: Any) -> int:
    """Mark steps."""
    from duban_archive.core.slips import Steps

    document = archive.slips.mark(number, Steps(**marked), at=at)
    answer(document, lambda: _card(document))
    return DONE


@archive_command("show", "看调阅登记:不写编号就列出全部。")
@click.argument("numbers", metavar="[N…]", nargs=-1, type=click.IntRange(1))
@click.option("--open", "still_open", is_flag=True, help="只列没办完的(未出示、未归还、待补)")
@click.option("--lacking", is_flag=True, help="只列现场待补,最急的在前")
def show(archive: Archive, answer: Answer, numbers: tuple[int, ...], still_open: bool, lacking: bool) -> int:
    """Show the register."""
    if lacking and not numbers:
        documents = archive.slips.tasks()
    else:
        documents = archive.slips.documents(numbers, still_open=still_open, lacking=lacking)
    late = sum(one["task"]["overdue"] for one in documents if one["task"] and not one["task"]["supplied"])

    def lines() -> Iterable[str]:
        for one in documents:
            yield from _card(one)
        waiting = sum(1 for one in documents if one["task"] and not one["task"]["supplied"])
        yield f"共 {len(documents)} 条,现场待补 {waiting} 条" + (f",其中已超过期限 {late} 条。" if late else "。")

    answer({"slips": documents, "now": archive.slips.now, "overdue": late}, lines)
    return DONE


@archive_command("export", "把调阅登记存成 Excel(另有一张“现场待补”)。")
@click.argument("target", metavar="F.xlsx", type=OutFile())
def export(archive: Archive, answer: Answer, target: Path) -> int:
    """Export the register."""
    count = archive.slips.export(target)
    answer({"path": str(target), "slips": count}, lambda: [f"已存成 {target}:{count} 条调阅登记。"])
    return DONE


@archive_command("reply", "打印现场答复单(Word):不写编号就全部打印。")
@click.argument("numbers", metavar="[N…]", nargs=-1, type=click.IntRange(1))
@click.option("--out", type=OutFile(), metavar="F", help="存为哪个 Word 文件")
def reply(archive: Archive, answer: Answer, numbers: tuple[int, ...], out: Path | None) -> int:
    """Print replies."""
    path = out or archive.home.output / "现场答复单.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    count = archive.slips.reply(numbers, path)
    answer({"path": str(path), "slips": count}, lambda: [f"已做好 {count} 张现场答复单:{path}。"])
    return DONE


def _card(one: Json) -> Iterable[str]:
    from duban_archive.core.slips import told
    from duban_archive.slips import STATE_WORDS, where

    who = f"({one['asker']})" if one["asker"] else ""
    yield f"第 {one['number']} 号 {told(one['at'])} {one['asked']}{who}:{STATE_WORDS[one['state']]}"
    for row in one["records"]:
        at = where(row)
        yield f"  #{row['record']} 《{row['title']}》{' ' + at if at else ''}"
    for key, word in (("fetched", "取出"), ("shown", "出示"), ("returned", "归还")):
        if one[key]:
            yield f"  {word}:{one[key]['by']} {told(one[key]['at'])}"
    if task := one["task"]:
        owner = f",{task['owner']}负责" if task["owner"] else ""
        late = "【超过期限】" if task["overdue"] and not task["supplied"] else ""
        yield f"  现场待补{late}:{task['what']},限 {told(task['due'])}{owner},{task['time_left']}"
    if one["remark"]:
        yield f"  备注:{one['remark']}"


for command in (add, mark, show, export, reply):
    slip.add_command(command)

COMMANDS = (slip,)
