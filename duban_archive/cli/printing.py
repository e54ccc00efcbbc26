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


COMMANDS = (bind,)
