"""Commands that print: bind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, FAILED, IN_PART, Answer, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive


@archive_command("bind", "装订:封面、脊背、目录、隔页、各件,编页码、书签,成一本 PDF,并自查。")
@click.option("--volume", default="", metavar="CODE", help="只装一卷(指标编号)")
@click.option("--all", "every", is_flag=True, help="全部各卷(默认)")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="放到哪里(默认:输出/)")
@click.option("--strict", is_flag=True, help="有一件装不进去就不装")
def bind(archive: Archive, answer: Answer, volume: str, every: bool, out: Path | None, strict: bool) -> int:
    """Make the binder and prove it."""
    if volume and every:
        raise click.UsageError("--volume 与 --all 只能用一个")
    progress.show(archive.work(), quiet=answer.as_json)
    document = archive.bind(volume=volume, out=out, strict=strict, tell=progress.counter("装订", quiet=answer.as_json))
    replaced = [one for binder in document["binders"] for one in binder["replaced"]]
    sound = all(binder["verdict"]["ok"] for binder in document["binders"])

    def lines() -> Iterable[str]:
        for binder in document["binders"]:
            yield f"已装订:{binder['path']}(共 {binder['pages']} 页)"
            for volume in binder["volumes"]:
                span = f"第 {volume['first_page']}—{volume['last_page']} 页"
                yield f"  {volume['code']} {volume['title']}:{volume['items']} 件,{span}"
            for one in binder["replaced"]:
                yield f"  #{one['record']} 以说明页代替:{one['why']}"
            bad = [check for check in binder["verdict"]["checks"] if not check["ok"]]
            yield "  自查通过:书签、链接、页码、字体、件数都对。" if not bad else "  自查发现问题:"
            yield from (f"    {check['name']}:{check['detail']}" for check in bad)

    answer(document, lines)
    return FAILED if not sound else IN_PART if replaced else DONE


@archive_command("labels", "打印标签(带二维码,由纸找到件):不写件号就全部打印。")
@click.argument("ids", metavar="[ID…]", nargs=-1, type=click.IntRange(1))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="F", help="存为哪个 Word 文件")
@click.option("--skip", default=0, type=click.IntRange(0, 23), metavar="N", help="第一张纸上已用掉几枚")
def labels(archive: Archive, answer: Answer, ids: tuple[int, ...], out: Path | None, skip: int) -> int:
    """Print labels."""
    path = out or archive.home.output / "标签.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    count = archive.labels(ids, path, skip=skip)
    answer({"path": str(path), "labels": count}, lambda: [f"已做好 {count} 枚标签:{path}(每张 24 枚,70×36 毫米)。"])
    return DONE


@click.group("templates", help="本单位的 Word 模板。")
def templates() -> None:
    """The office's templates."""


@archive_command("check", "检查改过的模板:少了哪个填空,哪个名称写错。")
def templates_check(archive: Archive, answer: Answer) -> int:
    """Check the office's own templates."""
    rows = archive.check_templates()
    bad = [row for row in rows if row["problems"]]

    def lines() -> Iterable[str]:
        for row in bad:
            yield f"{row['template']}:"
            yield from (f"  {problem}" for problem in row["problems"])
        yield f"共 {len(rows)} 个模板,{len(bad)} 个有问题。" if bad else f"共 {len(rows)} 个模板,都没有问题。"

    answer({"templates": rows}, lines)
    return IN_PART if bad else DONE


templates.add_command(templates_check)

COMMANDS = (bind, labels, templates)
