"""Commands that make folders for others: disc."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, IN_PART, Answer, OutDir, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive


@archive_command("disc", "现场查阅盘:一个双击就能看的文件夹,可按指标看、可查字词;个人信息涂黑,不带疑点。")
@click.argument("out", metavar="[DIR]", required=False, type=OutDir())
@click.option("--out", "to", type=OutDir(), metavar="DIR", help="同上,放到哪个文件夹")
def disc(archive: Archive, answer: Answer, out: Path | None, to: Path | None) -> int:
    """Make the disc."""
    progress.show(archive.work(), quiet=answer.as_json)
    tell = progress.counter("转换", quiet=answer.as_json)
    done = archive.disc.make(out or to or archive.home.output / "现场查阅盘", tell)

    def lines() -> Iterable[str]:
        yield f"现场查阅盘:{done['path']}(双击 index.html 打开;{done['papers']} 件次,{done['pages']} 页)"
        if done["masked_pages"]:
            yield f"有个人信息的 {done['masked_pages']} 页已涂黑。"
        for one in done["withheld"]:
            pages = "、".join(map(str, one["pages"]))
            yield f"{one['record']} 号件第 {pages} 页是扫描件,含个人信息,没有放入。"
        for one in done["left_out"]:
            yield f"{one['record']} 号件没有放入:{one['why']}"
        yield "请把整个文件夹刻盘或拷到 U 盘;里面没有核对结果和疑点。"

    answer(done, lines)
    return IN_PART if done["withheld"] or done["left_out"] else DONE


COMMANDS = (disc,)
