"""Commands on request packages: request."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, Answer, OutDir, archive_command, day

if TYPE_CHECKING:
    from duban_archive.archive import Archive


@archive_command("request", "报送包:给没有督档的单位做一个带编号空文件夹的包,填好交回来会自己归位。")
@click.option("--unit", "units", multiple=True, metavar="U", help="给哪个单位(可写几次)")
@click.option("--out", type=OutDir(), metavar="DIR", help="放到哪里(默认:输出/报送包)")
@click.option("--due", default="", metavar="DATE", help="没有写明期限或期限已过的材料,以这一天为截止日期")
@click.option("--all", "everything", is_flag=True, help="已齐的也列进去")
@click.option("--list", "sent", is_flag=True, help="列出做过的报送包,各交回了几项")
def request(
    archive: Archive, answer: Answer, units: tuple[str, ...], out: Path | None, due: str, everything: bool, sent: bool
) -> int:
    """Make request packages, or tell what came back."""
    if sent:
        found = archive.requests.sent()
        answer({"requests": found}, lambda: _sent(found))
        return DONE
    if not units:
        raise click.UsageError("还缺少“--unit”:写明给哪个单位;看做过的报送包用 --list")
    ids = [archive.unit(unit) for unit in units]
    until = day(due)
    folder = out or archive.home.output / "报送包"
    made = [archive.requests.make(id, folder, everything=everything, due=until) for id in dict.fromkeys(ids)]

    def lines() -> Iterable[str]:
        for one in made:
            yield f"{one['unit_name']}的报送包 {one['code']} 做好了,共 {len(one['slots'])} 项:"
            yield from (f"  {slot['folder']}" for slot in one["slots"])
            yield f"文件夹:{one['path']}"
            yield f"压缩包:{one['zip']}(发这个也行)"
        yield "对方填好后,用 U 盘拷回或发回来,放进收件箱或用 duban add 收下,会按编号归位,等你确认。"

    answer({"packages": made, **(made[0] if len(made) == 1 else {})}, lines)
    return DONE


def _sent(found: list[dict[str, Any]]) -> Iterable[str]:
    for one in found:
        yield f"{one['code']}  {one['unit_name']}  {one['made']}:{one['folders']} 项,交回 {one['came']} 项"
        yield from (f"    还没有:{slot['folder']}" for slot in one["open"])
    if not found:
        yield "还没有做过报送包。"


COMMANDS = (request,)
