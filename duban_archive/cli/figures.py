"""Commands on figures: figures (what was read), figures set, figures export."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, Answer, OutFile, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.figures import FigureRow


@archive_command("figures", "列出读到的数据:各处的值并排列出,口径表里认定的值标在前面。")
@click.option("--name", default="", metavar="NAME", help="只看一项数据,如 在校生数")
@click.option("--unit", default="", metavar="U", help="只看一个单位(全镇写 全部)")
@click.option("--period", default="", metavar="P", help="只看一个时间,如 2015-2016")
@click.option("--conflicts", is_flag=True, help="只看不一致的")
@click.option("--agreed", "agreed_only", is_flag=True, help="只看口径表里认定了的")
def listed(
    archive: Archive, answer: Answer, name: str, unit: str, period: str, conflicts: bool, agreed_only: bool
) -> int:
    """List what was read and what was agreed."""
    rows = archive.figures.rows(name=name, unit=archive.figures.unit(unit) if unit else "", period=period)
    rows = tuple(r for r in rows if (r.conflict or not conflicts) and (r.agreed or not agreed_only))

    def lines() -> Iterable[str]:
        for row in rows:
            yield from _lines(row)
        wrong = sum(row.conflict for row in rows)
        settled = sum(row.agreed is not None for row in rows)
        if conflicts and not rows:
            yield "没有不一致的数据。"
            return
        yield f"\n共 {len(rows)} 项,不一致 {wrong} 项,已认定 {settled} 项。"
        if wrong:
            yield "下一步:用 duban figures set 认定一个值,再按清单更正材料;"
            yield "确实不同的,用 duban check --explain 写明原因。"

    answer({"figures": archive.figures.as_json(rows)}, lines)
    return DONE


def _lines(row: FigureRow) -> Iterable[str]:
    mark = "【不一致】" if row.conflict else ""
    settled = ""
    if row.agreed:
        settled = f" 认定 {row.agreed.amount.shown()}(依据 {row.agreed.source},{row.agreed.by},{row.agreed.at[:10]})"
    yield f"{mark}{row.title}{settled}"
    how = {"roster": "(名册数出)", "sum": "(分项相加)", "sentence": "(文中)"}
    for reading in row.readings:
        spot = reading.spot
        about = "约 " if reading.amount.about else ""
        place = f"#{spot.record} 《{spot.paper}》{spot.where}"
        yield f"    {about}{reading.amount.shown()}{how.get(reading.by, '')}  {place}:{spot.text}"


@archive_command("set", "在口径表里认定一个数:以后材料里与它不一致的都列出来。")
@click.argument("name", metavar="NAME")
@click.option("--unit", required=True, metavar="U", help="哪个单位的数(全镇写 全部)")
@click.option("--period", required=True, metavar="P", help="什么时间的数,如 2015、2015-2016、2015-09-01")
@click.option("--value", required=True, metavar="V", help="认定的值,如 386、99.8%、101.2万元")
@click.option("--source", required=True, metavar="S", help="以哪份材料为准")
def set_figure(archive: Archive, answer: Answer, name: str, unit: str, period: str, value: str, source: str) -> int:
    """Settle a value, and list what still prints another one."""
    one, printed = archive.figures.set(name, unit=unit, period=period, value=value, source=source)
    places = [archive.figures.printed_as_json(each) for each in printed]
    document: dict[str, Any] = {
        "figure": one.name, "unit": one.unit, "period": one.period, "value": one.value, "measure": one.measure,
        "source": one.source, "by": one.by, "at": one.at, "still_printed": places,
    }  # fmt: skip

    def lines() -> Iterable[str]:
        yield f"已认定:{one.name} {unit} {period} = {one.amount.shown()}。可用 duban undo 撤回。"
        for each in printed:
            bound = f",合订本 {each.binder} 第 {each.page} 页" if each.binder else ""
            spot = each.spot
            yield f"  仍是 {spot.value}:#{spot.record} 《{spot.paper}》{spot.where}{bound}:{spot.text}"
        yield f"有 {len(printed)} 处还印着别的数,请更正后重新收入。" if printed else "材料里没有与它不一致的地方。"

    answer(document, lines)
    return DONE


@archive_command("export", "把口径表、各处的值、不一致与说明另存为 Excel。")
@click.option("--xlsx", required=True, type=OutFile(), metavar="F", help="存到哪个文件")
def export(archive: Archive, answer: Answer, xlsx: Path) -> int:
    """Export the table of agreed figures."""
    count = archive.figures.export(xlsx)
    answer({"path": str(xlsx), "figures": count}, lambda: [f"已另存为 {xlsx},共 {count} 项数据。"])
    return DONE


@click.pass_context
def _alone(context: click.Context, /, **options: Any) -> None:
    """Without a further word, ``figures`` lists."""
    if context.invoked_subcommand is None and listed.callback is not None:
        listed.callback(**options)


figures = click.Group(
    "figures", help=listed.help, invoke_without_command=True, params=listed.params, callback=_alone,
    commands=[set_figure, export],
)  # fmt: skip

COMMANDS = (figures,)
