"""Commands that put everything into one folder: pack."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, FAILED, IN_PART, Answer, OutDir, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive


@archive_command("pack", "整套材料:合订本、分盒印刷文件、按指标排好的原件、目录、校验值,一个文件夹。")
@click.argument("out", metavar="[DIR]", required=False, type=OutDir())
@click.option("--out", "to", type=OutDir(), metavar="DIR", help="同上,放到哪个文件夹")
@click.option("--pdfa", is_flag=True, help="合订本另做一份 PDF/A(要有 Ghostscript;未经验证)")
@click.option("--no-originals", is_flag=True, help="不放原件")
def pack(archive: Archive, answer: Answer, out: Path | None, to: Path | None, pdfa: bool, no_originals: bool) -> int:
    """Make the pack."""
    progress.show(archive.work(), quiet=answer.as_json)
    tell = progress.counter("装订", quiet=answer.as_json)
    where = out or to or archive.home.output / "整套材料"
    done = archive.packs.make(where, pdfa=pdfa, originals=not no_originals, tell=tell)

    def lines() -> Iterable[str]:
        yield f"整套材料:{done['path']}(第 {done['edition']} 版,{done['pages']} 页,{len(done['files'])} 个文件)"
        for box in done["boxes"]:
            more = [f"彩色 {len(box['colour'])} 页" if box["colour"] else "",
                    f"大幅 {len(box['large'])} 页" if box["large"] else ""]  # fmt: skip
            yield f"  {box['name']}:{box['sides']} 面,双面 {box['sheets']} 张" + "".join(f",{m}" for m in more if m)
        if done["pdfa"]:
            yield f"  {done['pdfa']}"
        for one in done["left_out"]:
            yield f"  {one['record']} 号件没有收入文件:{one['why']}"
        if not done["verdict"]:
            yield "  合订本自查没有通过,请运行 duban bind 查看。"

    answer(done, lines)
    return FAILED if not done["verdict"] else IN_PART if done["left_out"] else DONE


COMMANDS = (pack,)
