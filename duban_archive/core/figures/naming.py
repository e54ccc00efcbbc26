"""校名一致、顺序一致: every table lists the schools by the checklist's names and in its order (教育事业统计 order)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from duban_archive.core.checklist import Checklist
from duban_archive.core.figures.readings import ALL
from duban_archive.core.figures.tables import Line, Sheet
from duban_archive.core.figures.vocabulary import bare
from duban_archive.core.findings import Finding, make_key

_HEADER = re.compile(r"^(?:学校|校名|学校名称|幼儿园|幼儿园名称|园名|单位|单位名称|学校\(?单位\)?)")
_SCHOOL = re.compile(r"小学|中学|初中|幼儿园|一贯制|完小|教学点")
_LEAST = 3


def official_names(checklist: Checklist) -> dict[str, tuple[str, ...]]:
    """Unit → the names it may go by in a table: its own and its aliases."""
    return {u.id: (u.name, *u.aliases) for u in checklist.units}


def former_names(checklist: Checklist) -> dict[str, str]:
    """A former name, without the time it was borne → its unit."""
    return {re.sub(r"[(\uff08].*", "", name).strip(): u.id for u in checklist.units for name in u.former_names}


@dataclass(frozen=True, slots=True)
class _Listed:
    """A school as a table names it: the words, the unit they are known as, and on which line of which axis."""

    name: str
    unit: str
    line: int
    down: bool


def _listed(sheet: Sheet) -> list[_Listed]:
    """The schools a block lists, along the axis that has more of them."""
    by_school = any(_HEADER.match(re.sub(r"\s", "", name)) for name in sheet.block.names)
    down = [x for n, line in enumerate(sheet.rows) if (x := _school(line, n, True, by_school)) is not None]
    across = [x for n, line in enumerate(sheet.columns) if (x := _school(line, n, False, False)) is not None]
    return down if len(down) >= len(across) else across


def _school(line: Line, number: int, down: bool, by_school: bool) -> _Listed | None:
    if line.total:
        return None
    for label in line.labels:
        if label.unit and label.unit != ALL:
            return _Listed(label.text, label.unit, number, down)
    if by_school and line.unit and line.unit[0] not in "@?":
        return _Listed(line.path[0], line.unit, number, down)
    if by_school and not line.dims:
        for label in line.labels:
            plain = bare(label.text)
            if _SCHOOL.search(plain) and len(plain) <= 16 and not re.search(r"\d|其中|率|数|计$", plain):
                return _Listed(label.text, "", number, down)
    return None


def other_names(
    sheet: Sheet,
    names: Mapping[str, tuple[str, ...]],
    former: Mapping[str, str],
    base_year: int,
    source: tuple[str, ...],
) -> Iterator[Finding]:
    """A school under a former name, or under a name nobody knows, in a table that lists schools by their names."""
    listed = _listed(sheet)
    if len({x.unit for x in listed if x.unit}) < 2 or not sheet.block.cells or not sheet.block.cells[0]:
        return
    told: set[str] = set()
    for one in listed:
        plain = re.sub(r"\s", "", one.name)
        unit = one.unit or former.get(bare(plain), "")
        if plain in told or (one.unit and _is_official(plain, names[one.unit])):
            continue
        if not one.unit and unit and sheet.period[:4] < str(base_year):
            continue  # it was called so then
        told.add(plain)
        line, down = one.line, one.down
        spot = sheet.spot(line, 0) if down else sheet.spot(0, line)
        said = (
            f"“{plain}”在学校名单里叫“{names[unit][0]}”"
            if unit
            else f"“{plain}”不在学校名单里,也不是哪所学校的简称或曾用名"
        )
        yield Finding(
            rule="same_names", severity="doubt", message=f"《{sheet.paper.title}》的校名与名单不一致:{said}。",
            key=make_key("same_names", sheet.paper.record, plain, unit), records=(sheet.paper.record,), places=(spot,),
            source=source, units=(unit,) if unit else (),
        )  # fmt: skip


def _is_official(name: str, names: Sequence[str]) -> bool:
    """One of its names, or the end of its own: 中心小学 for 吴集镇中心小学."""
    plain = bare(name)
    return name in names or plain in names or (len(plain) >= 3 and names[0].endswith(plain))


def other_order(sheets: Sequence[Sheet], order: Mapping[str, int], source: tuple[str, ...]) -> Iterator[Finding]:
    """Tables that list the schools in another order than the checklist does."""
    told: set[int] = set()
    for sheet in sheets:
        units = [x.unit for x in _listed(sheet) if x.unit in order]
        units = [u for u, before in zip(units, ["", *units], strict=False) if u != before]
        if len(units) != len(set(units)):
            continue
        if len(units) < _LEAST or sheet.paper.record in told or units == sorted(units, key=order.__getitem__):
            continue
        if _is_ranked(sheet):
            continue
        told.add(sheet.paper.record)
        spot = sheet.spot(0, 0) if sheet.block.cells and sheet.block.cells[0] else None
        yield Finding(
            rule="same_order", severity="hint", source=source, records=(sheet.paper.record,),
            message=f"《{sheet.paper.title}》里学校的先后与名单(教育事业统计顺序)不同。",
            places=(spot,) if spot else (),
            key=make_key("same_order", sheet.paper.record, *units),
        )  # fmt: skip


def _is_ranked(sheet: Sheet) -> bool:
    return bool(re.search(r"排名|名次|位次|排序", " ".join((sheet.title, *sheet.block.headers))))
