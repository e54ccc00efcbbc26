"""Commands of the rehearsal: sample draw, list, show, mark, sheet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, FAILED, Answer, ByDefault, OutDir, OutFile, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]


@click.group(
    "sample",
    cls=ByDefault,
    default="draw",
    help="模拟验收:随机抽材料、学校和花名册上的人,照单查看,查不到的进整改台账。",
)
def sample() -> None:
    """The rehearsal's commands."""


_NUMBER = click.argument("number", metavar="N", type=click.IntRange(1))


@archive_command("draw", "抽一次(不写子命令就是它);写了抽签号,抽出来的总是一样。")
@click.option("--slots", type=click.IntRange(0, 500), default=10, show_default=True, help="抽几份材料")
@click.option("--units", type=click.IntRange(0, 500), default=0, show_default=True, help="抽几所学校")
@click.option("--people", type=click.IntRange(0, 500), default=0, show_default=True, help="从花名册抽几个人")
@click.option("--unit", default="", metavar="U", help="只抽一个单位的")
@click.option("--seed", type=click.IntRange(0), default=None, metavar="N", help="抽签号(默认:随机,记在单上)")
@click.option("--docx", type=OutFile(), metavar="F", help="同时印抽查核查单")
def draw(
    archive: Archive,
    answer: Answer,
    slots: int,
    units: int,
    people: int,
    unit: str,
    seed: int | None,
    docx: Path | None,
) -> int:
    """Draw a rehearsal."""
    number, made = archive.samples.draw(
        slots=slots, units=units, people=people, seed=seed, unit=archive.unit(unit) if unit else ""
    )
    if docx is not None:
        archive.samples.sheet(number, docx)
    document = archive.samples.document(number, made)
    answer({**document, "docx": str(docx) if docx else None}, lambda: _lines(document, docx))
    return DONE


def _lines(document: Json, docx: Path | None = None) -> Iterable[str]:
    yield f"第 {document['number']} 次模拟验收,抽签号 {document['seed']}:"
    for row in document["items"]:
        took = f" {row['seconds']} 秒" if row["seconds"] is not None else ""
        said = f"【{row['result_word']}{took}】" if row["result_word"] else ""
        yield f"{row['item']:>3} {row['sort_word']} {row['words']} {said}{row['note']}".rstrip()
        if row["title"] and row["sort"] == "slot":
            yield f"      #{row['record']} 《{row['title']}》"
        if row["problem"]:
            yield f"      已进整改台账第 {row['problem']} 号"
    counts = document["counts"]
    yield f"见到 {counts['seen']},未见 {counts['missing']},不符 {counts['mismatch']},还没查 {counts['waiting']}。"
    if docx:
        yield f"抽查核查单:{docx}"
    if counts["waiting"]:
        yield f"下一步:duban sample mark {document['number']} 项号 见到 --seconds 用时"


@archive_command("list", "列出各次模拟验收。")
def listed(archive: Archive, answer: Answer) -> int:
    """All rehearsals."""
    documents = [archive.samples.document(n, one) for n, one in archive.samples.samples().items()]

    def lines() -> Iterable[str]:
        for one in documents:
            c = one["counts"]
            yield (
                f"第 {one['number']} 次 {one['at'][:10]} 抽签号 {one['seed']}:{len(one['items'])} 项,"
                f"见到 {c['seen']},未见 {c['missing']},不符 {c['mismatch']},还没查 {c['waiting']}"
            )
        if not documents:
            yield "还没有模拟验收。请用 duban sample 抽一次。"

    answer({"samples": documents}, lines)
    return DONE


@archive_command("show", "查看一次模拟验收。")
@_NUMBER
def show(archive: Archive, answer: Answer, number: int) -> int:
    """One rehearsal."""
    document = archive.samples.document(number, archive.samples.sample(number))
    answer(document, lambda: _lines(document))
    return DONE


@archive_command("mark", "记下一项的结果:见到、未见、不符;未见和不符的进整改台账。")
@_NUMBER
@click.argument("item", metavar="ITEM", type=click.IntRange(1))
@click.argument("result", metavar="RESULT")
@click.option("--seconds", type=click.IntRange(0), default=None, metavar="S", help="用了几秒")
@click.option("--note", default="", metavar="TEXT", help="说明,如 少第 3 页")
def mark(archive: Archive, answer: Answer, number: int, item: int, result: str, seconds: int | None, note: str) -> int:
    """Note a result."""
    document = archive.samples.document(number, archive.samples.mark(number, item, result, seconds=seconds, note=note))
    answer(document, lambda: _lines(document))
    return DONE


@archive_command("sheet", "印抽查核查单(Word)。")
@_NUMBER
@click.argument("path", type=OutFile(), metavar="FILE")
def sheet(archive: Archive, answer: Answer, number: int, path: Path) -> int:
    """Print the sheet."""
    archive.samples.sheet(number, path)
    answer({"path": str(path)}, lambda: [f"已写成 {path}。"])
    return DONE


@archive_command("pack", "抽校包:前一晚抽到的学校,把它的材料(页码与全卷一致)、材料清单、催办单、核查单装进一个文件夹。")
@click.argument("unit", metavar="UNIT")
@click.option("--out", type=OutDir(), metavar="DIR", help="放到哪里(默认:输出/抽校包 单位)")
def pack(archive: Archive, answer: Answer, unit: str, out: Path | None) -> int:
    """Everything for one school."""
    id = archive.unit(unit)
    where = out or archive.home.output / f"抽校包 {archive.index.unit_name(id)}"
    done = archive.samples.pack(id, where)

    def lines() -> Iterable[str]:
        yield f"抽校包:{done['path']}({done['unit_name']},{done['pages']} 页,页码与全卷一致)"
        yield f"核查单是第 {done['sample']} 次模拟验收;查完用 duban sample mark {done['sample']} 项号 见到 记结果。"

    answer(done, lines)
    return DONE if done["verdict"] else FAILED


for command in (draw, listed, show, mark, sheet, pack):
    sample.add_command(command)

COMMANDS = (sample,)
