"""Commands that print: bind, printings, caption, copy, labels, templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, FAILED, IN_PART, Answer, OutDir, OutFile, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_CHOICES = (
    ("--volumes-by", "volumes_by", "WHAT", "一卷是什么:指标、单位或盒(依次装满)"),
    ("--view", "view", "VIEW", "迎检或归档(归档章、备考表、档号只在归档里)"),
    ("--columns", "columns", "SET", "目录的栏目:佐证材料目录、DA/T 22 或 GB/T 9705"),
    ("--numbering", "numbering", "HOW", "页码:按盒、连续、按指标,或从首页起每页都计"),
    ("--corner", "corner", "WHERE", "页码位置:外下角、右下角、左下角、下居中、外上角、右上角"),
    ("--late", "late", "HOW", "定版后来的材料:插入(88-1)、补充卷,或全部重编"),
)


_FIELD = {"volumes_by": "by"}  # ``--by`` is who acts


def _choices(function: Callable[..., int]) -> Callable[..., int]:
    """The options that stand for one run in place of ``binding:`` of the settings."""
    for spelling, name, shown, text in reversed(_CHOICES):
        function = click.option(spelling, name, default=None, metavar=shown, callback=_meant, help=text)(function)
    for option in reversed(
        (
            click.option("--prefix", default=None, metavar="TEXT", help="页码前缀,{code} 代表卷号或指标编号"),
            click.option("--duplex/--no-duplex", default=None, help="双面印:隔页、首件都从正面起,缺的面补白页"),
            click.option("--box-pages", type=click.IntRange(0), default=None, metavar="N", help="一盒最多几页"),
            click.option("--box-mm", type=click.FloatRange(0), default=None, metavar="MM", help="一盒最厚几毫米"),
            click.option("--box-mb", type=click.FloatRange(0), default=None, metavar="MB", help="一盒最大几兆"),
            click.option("--reserve/--no-reserve", default=None, help="只有纸质原件的,按其页数预留页码"),
            click.option("--secrecy", default=None, metavar="TEXT", help="封面上的密级"),
        )
    ):
        function = option(function)
    return function


def _meant(_context: click.Context, parameter: click.Parameter, word: str | None) -> str | None:
    from duban_archive.core.binding import meant, words_of

    if word is None:
        return None
    choice = _FIELD.get(str(parameter.name), str(parameter.name))
    value = meant(choice, word)
    if value is None:
        raise click.BadParameter(f"没有“{word}”这种选法;可用的有 {words_of(choice)}")
    return value


@archive_command("bind", "装订:封面、脊背、目录、隔页、各件,编页码、书签,成一本 PDF,并自查。")
@click.option("--volume", default="", metavar="CODE", help="只装一卷(指标编号,或单位卷、盒的卷号)")
@click.option("--all", "every", is_flag=True, help="全部各卷(默认)")
@click.option("--out", type=OutDir(), metavar="DIR", help="放到哪里(默认:输出/)")
@click.option("--strict", is_flag=True, help="有一件装不进去就不装")
@click.option("--freeze", is_flag=True, help="定版付印:页码从此不变,后来的材料插成 88-1 或进补充卷")
@click.option("--for", "recipient", default="", metavar="WHO", help="选编:给谁看;页码与全卷一致")
@click.option("--indicator", default="", metavar="C", help="选编:只要这个指标(或这项要求)的材料")
@click.option("--unit", default="", metavar="U", help="选编:只要这个单位的材料")
@click.option("--records", default="", metavar="IDS", help="选编:只要这几件,如 3,8,15-20")
@_choices
def bind(
    archive: Archive,
    answer: Answer,
    volume: str,
    every: bool,
    out: Path | None,
    strict: bool,
    freeze: bool,
    recipient: str,
    indicator: str,
    unit: str,
    records: str,
    **choices: object,
) -> int:
    """Make the binder and prove it."""
    from duban_archive.printing import Selection

    if volume and every:
        raise click.UsageError("--volume 与 --all 只能用一个")
    chosen = Selection(recipient=recipient, indicator=indicator, unit=unit, records=_numbers(records))
    if chosen and every:
        raise click.UsageError("选编(--for、--indicator、--unit、--records)不能和 --all 一起用")
    progress.show(archive.work(), quiet=answer.as_json)
    document = archive.printing.bind(
        volume=volume,
        out=out,
        strict=strict,
        freeze=freeze,
        choices={_FIELD.get(name, name): value for name, value in choices.items()},
        selection=chosen,
        tell=progress.counter("装订", quiet=answer.as_json),
    )
    answer(document, lambda: _told(document))
    binders = document["binders"]
    if not all(binder["verdict"]["ok"] for binder in binders):
        return FAILED
    return IN_PART if any(binder["replaced"] for binder in binders) else DONE


def _told(document: Json) -> Iterable[str]:
    for binder in document["binders"]:
        yield f"已装订:{binder['path']}(第 {binder['edition']} 版,共 {binder['pages']} 页)"
        for volume in binder["volumes"]:
            span = f"这个 PDF 的第 {volume['first_page']}—{volume['last_page']} 页"
            yield f"  {volume['code']} {volume['title']}:{volume['items']} 件,{span}"
        for one in binder["replaced"]:
            yield f"  #{one['record']} 以说明页代替:{one['why']}"
        if binder["changes"]:
            yield f"  与定版相比有 {len(binder['changes'])} 处变动,见“换页清单.docx”:"
            yield from (_change(change) for change in binder["changes"][:10])
        bad = [check for check in binder["verdict"]["checks"] if not check["ok"]]
        yield "  自查通过:书签、链接、页码、文字、字体、件数都对。" if not bad else "  自查发现问题:"
        yield from (f"    {check['name']}:{check['detail']}" for check in bad)
        if binder["frozen"]:
            yield "  已定版:页码从此不变。印好后请用 duban printings add 登记份数和去向。"


def _change(change: Mapping[str, str]) -> str:
    return f"    {change['volume']} {change['action']} {change['printed']} 《{change['title']}》:{change['how']}"


def _numbers(text: str) -> tuple[int, ...]:
    """``3,8,15-20`` as numbers."""
    found: list[int] = []
    for part in text.replace(",", ",").replace("、", ",").split(","):
        first, to, last = part.strip().partition("-")
        if not first and not to:
            continue
        last = last if to else first
        if not (first.isdecimal() and last.isdecimal() and 0 <= int(last) - int(first) <= 100_000):
            raise click.BadParameter(f"件号“{part.strip()}”看不懂,请写成 3,8,15-20 的样子", param_hint="--records")
        found += range(int(first), int(last) + 1)
    return tuple(dict.fromkeys(found))


@click.group("printings", help="印刷登记:哪一版印了几份、每份几盒、去了哪里。")
def printings() -> None:
    """The register of printings."""


@archive_command("add", "登记一次印刷。")
@click.option("--copies", type=click.IntRange(1, 100_000), required=True, metavar="N", help="印了几份")
@click.option("--to", default="", metavar="TEXT", help="去向,如“县督导室2份、镇政府3份”")
@click.option("--boxes", type=click.IntRange(0), default=0, metavar="N", help="每份几盒(默认:该版的卷数)")
@click.option("--edition", type=click.IntRange(0), default=0, metavar="N", help="哪一版(默认:最近定版的)")
@click.option("--on", default="", metavar="DATE", help="哪天印的,如 2015-11-01(默认:今天)")
@click.option("--remark", default="", metavar="TEXT", help="说明")
def printings_add(archive: Archive, answer: Answer, **told: Any) -> int:
    """Enter a printing."""
    entered = archive.printing.printed.enter_printing(**told)
    answer({"printing": entered}, lambda: ["已登记:" + _printing(entered)])
    return DONE


@archive_command("show", "列出印刷登记;--out 存为 Word。")
@click.option("--out", type=OutFile(), metavar="F", help="存为哪个 Word 文件")
def printings_show(archive: Archive, answer: Answer, out: Path | None) -> int:
    """Show the register."""
    rows = archive.printing.printed.printings()
    if out is not None:
        archive.printing.printed.print_register(out)

    def lines() -> Iterable[str]:
        yield from (f"{row['number']}. {_printing(row)}" for row in rows)
        total = sum(row["copies"] for row in rows)
        yield f"共 {len(rows)} 次、{total} 份。" if rows else "还没有印刷登记。"
        if out is not None:
            yield f"已存为:{out}"

    answer({"printings": rows, "path": str(out) if out else None}, lines)
    return DONE


def _printing(row: Json) -> str:
    to = f",去向:{row['to']}" if row["to"] else ""
    remark = f"({row['remark']})" if row["remark"] else ""
    return f"{row['on']} 第{row['edition']}版 {row['copies']} 份,每份 {row['boxes']} 盒{to},{row['by']} 经手{remark}"


printings.add_command(printings_add)
printings.add_command(printings_show)


@archive_command("caption", "写照片说明:时间、地点、事由、人物、拍摄人;印在照片页上。")
@click.argument("id", type=click.IntRange(1), metavar="ID")
@click.option("--photo", type=click.IntRange(1), default=None, metavar="N", help="第几张照片(默认:整组)")
@click.option("--when", default="", metavar="TEXT", help="时间")
@click.option("--where", default="", metavar="TEXT", help="地点")
@click.option("--what", default="", metavar="TEXT", help="事由")
@click.option("--who", default="", metavar="TEXT", help="人物")
@click.option("--taken-by", default="", metavar="TEXT", help="拍摄人")
def caption(archive: Archive, answer: Answer, id: int, photo: int | None, **told: str) -> int:
    """Enter what stands below photos."""
    made = archive.printing.printed.caption(id, told, photo=photo or 0)
    which = f"第 {photo} 张" if photo else "整组"
    answer({"record": id, "photo": photo, "caption": made.text}, lambda: [f"{id} 号件{which}的说明:", made.text])
    return DONE


@archive_command("copy", "一件归到几盒时,别的盒里放复印件还是互见页。")
@click.argument("id", type=click.IntRange(1), metavar="ID")
@click.option(
    "--as", "how", type=click.Choice(["copy", "refer", "auto"]), required=True,
    help="copy 复印入盒(与原件相符)、refer 互见、auto 按厚薄(薄的复印,厚的互见)",
)  # fmt: skip
def copy(archive: Archive, answer: Answer, id: int, how: str) -> int:
    """Choose between a copy and a reference."""
    archive.printing.printed.choose_copy(id, how)
    words = {"copy": "复印入盒", "refer": "放互见页", "auto": "按厚薄决定"}
    answer({"record": id, "as": how}, lambda: [f"{id} 号件在别的盒里:{words[how]}。下次装订起生效。"])
    return DONE


@archive_command("labels", "打印标签(带二维码,由纸找到件):不写件号就全部打印。")
@click.argument("ids", metavar="[ID…]", nargs=-1, type=click.IntRange(1))
@click.option("--out", type=OutFile(), metavar="F", help="存为哪个 Word 文件")
@click.option("--skip", default=0, type=click.IntRange(0, 23), metavar="N", help="第一张纸上已用掉几枚")
def labels(archive: Archive, answer: Answer, ids: tuple[int, ...], out: Path | None, skip: int) -> int:
    """Print labels."""
    path = out or archive.home.output / "标签.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    count = archive.printing.labels(ids, path, skip=skip)
    answer({"path": str(path), "labels": count}, lambda: [f"已做好 {count} 枚标签:{path}(每张 24 枚,70×36.5 毫米)。"])
    return DONE


@click.group("templates", help="本单位的 Word 模板。")
def templates() -> None:
    """The office's templates."""


@archive_command("check", "检查改过的模板:少了哪个填空,哪个名称写错。")
def templates_check(archive: Archive, answer: Answer) -> int:
    """Check the office's own templates."""
    rows = archive.printing.check_templates()
    bad = [row for row in rows if row["problems"]]

    def lines() -> Iterable[str]:
        for row in bad:
            yield f"{row['template']}:"
            yield from (f"  {problem}" for problem in row["problems"])
        yield f"共 {len(rows)} 个模板,{len(bad)} 个有问题。" if bad else f"共 {len(rows)} 个模板,都没有问题。"

    answer({"templates": rows}, lines)
    return IN_PART if bad else DONE


templates.add_command(templates_check)

COMMANDS = (bind, printings, caption, copy, labels, templates)
