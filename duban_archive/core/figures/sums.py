"""分项之和等于合计, inside one table: total rows and columns against what they add up, whatever it is that is counted.

What a total adds up is found out, not assumed: the rows above it, below it, the sub-totals, the parts of one sort
(男女, 各年级, 各班, 各校). An explanation that holds in most columns and fails in one shows the error; where none
holds, only parts of one sort with nothing missing are sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from duban_archive.core.figures.amounts import Amount, plain_number
from duban_archive.core.figures.tables import Line, Sheet
from duban_archive.core.findings import Finding, Spot, make_key

_NO_SUM = re.compile(
    r"率|%|‰|比例|占比|比$|生均|人均|均|平均|百名|每百|班额|年份|年度|学年|序号|编号|电话|号码|面积.*均|系数|得分|分数|成绩|标准|"
    r"最高|最低|名次|排名|单价|学制|日期|时间|增长|±|增减"
)
_MONEY = re.compile(r"金额|补助|资助|[(\uff08]元[)\uff09]")
_FLOW = re.compile(r"[期月年周]初|[期月年周]末|转入|转出|增加|减少|结存|结余|余额")
_STAFF = ("教职工数", "专任教师数", "学历达标人数", "骨干教师数")
_PLACE_OF_TOTAL = ("above", "below", "all", "subtotals above", "subtotals")


@dataclass(frozen=True, slots=True)
class _Grid:
    """A block looked at along one axis: ``lines`` hold totals, ``across`` are what each is checked in."""

    lines: tuple[Line, ...]
    across: tuple[Line, ...]
    values: tuple[tuple[Amount | None, ...], ...]
    down: bool

    def value(self, line: int, at: int) -> Decimal | None:
        found = self.values[line][at] if self.down else self.values[at][line]
        return found.value if found is not None and not found.about else None

    def step(self, line: int, at: int) -> Decimal:
        found = self.values[line][at] if self.down else self.values[at][line]
        return found.step if found is not None else Decimal(0)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to explain a total: which lines it adds up, and whether they are parts of one sort."""

    parts: tuple[int, ...]
    sort: str


def wrong_money(sheet: Sheet, source: tuple[str, ...]) -> Iterator[Finding]:
    """The total under the money column of a list of people: 资助发放表, 补助发放名单."""
    grid = _Grid(sheet.rows, sheet.columns, sheet.cells, True)
    totals = [n for n, line in enumerate(grid.lines) if line.total]
    headers = [h for h in sheet.block.headers if h]
    if len(totals) != 1 or totals[0] != len(grid.lines) - 1 or len(set(headers)) < len(headers):
        return  # a list that goes on beside itself is paid once below both halves
    for at, column in enumerate(grid.across):
        parts = tuple(n for n in range(totals[0]) if grid.value(n, at) is not None)
        if not column.path or not _MONEY.search(column.path[-1]) or len(parts) != totals[0]:
            continue
        if _additive(grid, totals[0], at) and _holds(grid, totals[0], parts, at) is False:
            yield _finding(sheet, grid, totals[0], at, parts, True, source)


def wrong_totals(sheet: Sheet, source: tuple[str, ...], other_half: Sheet | None = None) -> Iterator[Finding]:
    """Totals of one table that are not the sum of their parts; ``other_half``: a table of two halves has one total."""
    seen: set[tuple[int, int]] = set()
    if other_half is not None:
        for (total, at), summed in _of_both(sheet, other_half).items():
            seen.add((total, at))
            whole = sheet.cells[total][at]
            if whole is None or whole.about or whole.value == summed or abs(whole.value - summed) * 2 > whole.value:
                continue
            name = "、".join((*sheet.rows[total].path, *sheet.columns[at].path)) or "合计"
            spot = sheet.spot(total, at)
            yield Finding(
                rule="sum_of_parts", severity="error", source=source, places=(spot,), records=(sheet.paper.record,),
                message=(
                    f"《{sheet.paper.title}》“{name}”写的是 {plain_number(whole.value)},左右两栏各行之和是 "
                    f"{plain_number(summed)},{'多' if whole.value > summed else '少'} "
                    f"{plain_number(abs(whole.value - summed))}。"
                ),
                key=make_key("sum_of_parts", sheet.paper.record, name, whole.value, summed, spot.where),
                units=tuple(u for u in (sheet.paper.unit,) if u and u[0] not in "@?"),
            )  # fmt: skip
    yield from _sexes_in_a_form(sheet, source)
    for grid in (
        _Grid(sheet.rows, sheet.columns, sheet.cells, True),
        _Grid(sheet.columns, sheet.rows, sheet.cells, False),
    ):
        for total, line in enumerate(grid.lines):
            if not _is_total(line, grid):
                continue
            for at, parts, sure in _failing(grid, total):
                cell = (total, at) if grid.down else (at, total)
                if cell not in seen:
                    seen.add(cell)
                    yield _finding(sheet, grid, total, at, parts, sure, source)
        for total, at, parts in _discovered(grid):
            cell = (total, at) if grid.down else (at, total)
            if cell not in seen:
                seen.add(cell)
                yield _finding(sheet, grid, total, at, parts, True, source)


def _sexes_in_a_form(sheet: Sheet, source: tuple[str, ...]) -> Iterator[Finding]:
    """学生数 | 402 | 男生 | 208 | 女生 | 194: a form whose values stand beside their labels."""
    if len(sheet.columns) < 2 or any(column.path for column in sheet.columns):
        return
    at = {
        "男" if re.fullmatch(r"(?:其中[::\uff1a]?)?男生(?:数|人数)?", word) else
        "女" if re.fullmatch(r"(?:其中[::\uff1a]?)?女生(?:数|人数)?", word) else
        "全" if row.quantity is not None and row.quantity.name == "在校生数" and not row.dims else word: r
        for r, row in enumerate(sheet.rows)
        if row.path and (word := row.path[-1])
    }  # fmt: skip
    some = [(r, c) for key in "全男女" if (r := at.get(key)) is not None
            for c, a in enumerate(sheet.cells[r]) if a is not None and not a.about]  # fmt: skip
    if len(some) != 3 or not at["全"] < at["男"] < at["女"] <= at["全"] + 2:
        return
    whole, boys, girls = (a.value for r, c in some if (a := sheet.cells[r][c]) is not None)
    if whole == boys + girls:
        return
    places = tuple(sheet.spot(r, c) for r, c in some)
    name = sheet.rows[at["全"]].path[-1]
    yield Finding(
        rule="sum_of_parts", severity="error", source=source, places=places, records=(sheet.paper.record,),
        message=(
            f"《{sheet.paper.title}》“{name}”写的是 {plain_number(whole)},男女之和是 {plain_number(boys + girls)}。"
        ),
        key=make_key("sum_of_parts", sheet.paper.record, name, whole, boys + girls, places[0].where),
        units=tuple(u for u in (sheet.paper.unit,) if u and u[0] not in "@?"),
    )  # fmt: skip


def _of_both(sheet: Sheet, other: Sheet) -> dict[tuple[int, int], Decimal]:
    """What the rows of both halves come to, for each cell of the one total row that the two halves share."""
    totals = [(one, r) for one in (sheet, other) for r, row in enumerate(one.rows) if row.total]
    if len(totals) != 1 or totals[0][0] is not sheet or len(sheet.columns) != len(other.columns):
        return {}
    total = totals[0][1]
    found = {}
    for at, column in enumerate(sheet.columns):
        if column.path != other.columns[at].path or _NO_SUM.search(" ".join(column.path)) or column.relative:
            continue
        if column.quantity is not None and column.quantity.nature == "rate":
            continue
        amounts = [one.cells[r][at] for one in (sheet, other) for r in range(len(one.rows)) if (one, r) != totals[0]]
        if sum(a is not None for a in amounts) >= 3:
            found[total, at] = sum((a.value for a in amounts if a is not None), Decimal(0))
    return found


def _discovered(grid: _Grid) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """教职工数 beside 专任教师, 行政人员, 工勤人员: no word says total, but nearly every place adds up."""
    for total, line in enumerate(grid.lines):
        words = " ".join(line.path)
        if line.total or line.of_which or line.relative or _NO_SUM.search(words) or _FLOW.search(words):
            continue
        for end in range(total + 3, min(total + 10, len(grid.lines)) + 1):
            parts = tuple(range(total + 1, end))
            if any(grid.lines[p].total or _NO_SUM.search(" ".join(grid.lines[p].path)) for p in parts):
                break
            verdicts = [(at, _holds(grid, total, parts, at)) for at in range(len(grid.across))]
            holds = [at for at, v in verdicts if v and sum(bool(grid.value(p, at)) for p in parts) >= 2]
            fails = [at for at, v in verdicts if v is False]
            if len(holds) >= 4 and fails and len(holds) >= 2 * len(fails):
                yield from ((total, at, parts) for at in fails)
                break


def _is_total(line: Line, grid: _Grid) -> bool:
    """合计 by its word, or 在校生数 beside 男 and 女."""
    if line.of_which or line.relative:
        return False
    return line.total or (bool(_sex_parts(grid, line)) and _stands_alone(line, grid))


def _stands_alone(whole: Line, grid: _Grid) -> bool:
    """Whether 男 and 女 can only be of this one: beside 教职工数 and 专任教师 they may be of either."""
    if len(whole.path) > 1:
        return True
    pupils = any(re.search(r"[男女](?:学)?生", line.path[-1]) for line in grid.lines if line.path)
    counted = [
        line for line in grid.lines
        if line.quantity is not None and line.quantity.measure == "人" and line.quantity.nature == "stock"
        and not (pupils and line.quantity.name in _STAFF)
        and not line.dims and not line.relative and len(line.path) == 1
    ]  # fmt: skip
    return len(counted) <= 1


def _sex_parts(grid: _Grid, whole: Line) -> tuple[int, ...]:
    """The 男 and the 女 line of the same thing."""
    if any(key == "sex" for key, _ in whole.dims):
        return ()
    wanted = {tuple(sorted((*whole.dims, ("sex", sex)))) for sex in "男女"}
    found = [n for n, line in enumerate(grid.lines) if line.dims in wanted and _same_thing(line, whole)]
    if whole.quantity is not None and whole.quantity.name in _STAFF:
        found = [n for n in found if not re.search(r"[男女](?:学)?生", " ".join(grid.lines[n].path[-1:]))]
    return tuple(found) if len(found) == 2 else ()


def _same_thing(part: Line, whole: Line) -> bool:
    if part.unit != whole.unit or part.periods != whole.periods:
        return False
    if whole.total and whole.path[:-1] == part.path[:-1]:
        return True
    return part.noun == whole.noun or (part.quantity is not None and part.quantity == whole.quantity) or (
        not part.noun and len(part.path) == 1 and (
            whole.noun in ("人数", "总人数") or (whole.quantity is not None and whole.quantity.nature == "stock")
        )
    )  # fmt: skip


def _failing(grid: _Grid, total: int) -> Iterator[tuple[int, tuple[int, ...], bool]]:
    """(where, parts, sure) of each place in which the total is not what explains it elsewhere."""
    ways = list(_ways(grid, total))
    if not ways:
        return
    checked = [at for at, line in enumerate(grid.across) if _additive(grid, total, at)]
    tallied = []
    for way in ways:
        holds: list[int] = []
        fails: list[int] = []
        for at in checked:
            verdict = _holds(grid, total, way.parts, at)
            if verdict is not None:
                (holds if verdict else fails).append(at)
        if holds or fails:
            tallied.append((way, holds, fails))
    if not tallied:
        return
    way, holds, fails = max(tallied, key=lambda t: (len(_told(grid, total, t[1])), bool(t[0].sort), -len(t[2])))
    told = _told(grid, total, holds)
    if told:
        for at in fails:
            others = any(at in h for _, h, _ in tallied)
            if not others and len(told) * 2 >= len(fails):
                yield at, way.parts, True
        return
    sorted_ways = [t for t in tallied if t[0].sort and not any(at in h for at in t[2] for _, h, _ in tallied)]
    if not sorted_ways:
        way, _, fails = tallied[0]
        if grid.down and len(fails) == 1 and _near(grid, total, way, fails[0], Decimal("0.1")):
            yield fails[0], way.parts, False
        elif not grid.down and len(grid.across) == 1 and _one_row(grid, total):
            way = _Way(tuple(n for n in range(len(grid.lines)) if n != total), "")
            if _holds(grid, total, way.parts, 0) is False and _near(grid, total, way, 0, Decimal("0.15")):
                yield 0, way.parts, False
        return
    way, _, fails = sorted_ways[0]
    for at in fails if len(fails) <= 2 else ():
        totals = [n for n, line in enumerate(grid.lines) if n != total and line.total]
        if _near(grid, total, way, at) and not any(_holds(grid, n, way.parts, at) for n in totals):
            yield at, way.parts, True


def _one_row(grid: _Grid, total: int) -> bool:
    """A table of one row whose columns are all of one unnamed sort (语文, 数学…) with their 合计 at an end."""
    others = [line for n, line in enumerate(grid.lines) if n != total]
    return total in (0, len(others)) and len(others) >= 3 and all(
        line.quantity is None and line.path and not line.total and not line.of_which and not line.relative
        and len(line.path) == 1 and not _NO_SUM.search(line.path[0]) and not _FLOW.search(line.path[0])
        for line in others
    )  # fmt: skip


def _told(grid: _Grid, total: int, places: Sequence[int]) -> list[int]:
    """Places where an explanation that holds says something: the total is not nought."""
    return [at for at in places if grid.value(total, at)]


def _near(grid: _Grid, total: int, way: _Way, at: int, share: Decimal = Decimal("0.5")) -> bool:
    """Whether the sum is near enough for an error rather than another meaning of the total."""
    whole = grid.value(total, at) or Decimal(0)
    summed = sum((grid.value(p, at) or Decimal(0) for p in way.parts), Decimal(0))
    return abs(whole - summed) <= share * max(abs(whole), abs(summed))


def _additive(grid: _Grid, total: int, at: int) -> bool:
    """Whether what stands across is counted and may be added up."""
    for line in (grid.across[at], grid.lines[total]):
        words = " ".join(line.path)
        if _NO_SUM.search(words) or line.relative or (line.quantity is not None and line.quantity.nature == "rate"):
            return False
    return True


def _holds(grid: _Grid, total: int, parts: tuple[int, ...], at: int) -> bool | None:
    """Whether the parts add up to the total there; ``None`` where it cannot be told."""
    whole = grid.value(total, at)
    values = [v for p in parts if (v := grid.value(p, at)) is not None]
    if whole is None or len(values) < 2 or len(values) * 2 < len(parts):
        return None
    if any(_unread(grid, p, at) for p in parts):
        return None
    slack = sum((grid.step(p, at) for p in parts), Decimal(0)) / 2 if grid.step(total, at) % 1 or any(
        grid.step(p, at) % 1 for p in parts
    ) else Decimal(0)  # fmt: skip
    if grid.step(total, at) > 1:  # 万元 with rounded parts
        slack = max(slack, sum((grid.step(p, at) for p in parts), Decimal(0)) / 2)
    return abs(sum(values, Decimal(0)) - whole) <= slack


def _unread(grid: _Grid, line: int, at: int) -> bool:
    found = grid.values[line][at] if grid.down else grid.values[at][line]
    return found is not None and found.about


def _ways(grid: _Grid, total: int) -> Iterator[_Way]:
    whole = grid.lines[total]
    sexes = _sex_parts(grid, whole)
    if sexes:
        yield _Way(sexes, "sex")
    if not whole.total:
        return
    prefix = whole.path[:-1]
    under = [
        n
        for n, line in enumerate(grid.lines)
        if n != total and line.path[: len(prefix)] == prefix and len(line.path) > len(prefix)
        and not line.of_which and not line.relative and not _NO_SUM.search(" ".join(line.path))
    ]  # fmt: skip
    if whole.noun or whole.dims or whole.unit not in ("", "@all"):
        under = [n for n in under if _belongs(grid.lines[n], whole)] or under
    parts = [n for n in under if not grid.lines[n].total]
    totals = [n for n in under if grid.lines[n].total]
    marks = [n for n, line in enumerate(grid.lines) if n != total and line.total]
    for key in ("unit", "stage", "grade", "class", "month"):
        some = [n for n in parts if _sort_of(grid.lines[n], whole) == key]
        if len(some) >= 2:
            yield from _runs(grid, total, some, marks, key)
    if len(parts) >= 2:
        kinds = {_sort_of(grid.lines[n], whole) for n in parts}
        yield from _runs(grid, total, parts, marks, kinds.pop() if len(kinds) == 1 else "")
    near = [n for n in parts if max((t for t in totals if t < total), default=-1) < n < total]
    if not grid.down:  # columns beside each other are of many sorts: what the last few add up to shows in most rows
        yield from (_Way(tuple(near[-k:]), "") for k in range(2, len(near)))
    if len(totals) >= 2:
        above = [n for n in totals if n < total]
        yield from (_Way(tuple(some), "") for some in (above, totals) if len(some) >= 2)
        loose = [n for n in parts if not any(_within(grid, n, t) for t in totals)]
        if loose:
            yield _Way(tuple(sorted((*totals, *loose))), "")


def _runs(grid: _Grid, total: int, parts: list[int], totals: list[int], sort: str) -> Iterator[_Way]:
    """The parts next above the total, next below it, all above, all."""
    before = max((t for t in totals if t < total), default=-1)
    after = min((t for t in totals if t > total), default=len(grid.lines))
    seen: set[tuple[int, ...]] = set()
    near_above = tuple(p for p in parts if before < p < total)
    for some in (
        near_above,
        tuple(p for p in parts if p < total),
        tuple(p for p in parts if total < p < after),
        tuple(parts),
    ):
        if len(some) >= 2 and some not in seen:
            seen.add(some)
            yield _Way(some, sort)


def _belongs(part: Line, whole: Line) -> bool:
    """Whether a part is of what the total names (小学合计, 女生合计)."""
    dims = dict(part.dims)
    if any(key in dims and dims[key] != value for key, value in whole.dims):
        return False
    if whole.noun and part.noun and whole.quantity is not None and part.quantity is not None:
        return part.quantity == whole.quantity or whole.quantity.measure != "人"
    return True


def _within(grid: _Grid, part: int, total: int) -> bool:
    """Whether a sub-total's own group holds a part: they share what stands above them."""
    prefix = grid.lines[total].path[:-1]
    return bool(prefix) and grid.lines[part].path[: len(prefix)] == prefix


def _sort_of(line: Line, whole: Line) -> str:
    """Which sort of part a line is: a school, a grade, a class, a month…"""
    own = [key for key, value in line.dims if (key, value) not in whole.dims]
    if line.unit and line.unit != whole.unit:
        return "unit"
    if not own and line.path and re.search(r"小学|中学|学校|幼儿园|教学点|村$", line.path[-1]) and not line.quantity:
        return "unit"
    if "class" in own:
        return "class"
    for key in ("grade", "stage"):
        if key in own and "sex" not in own:
            return key
    if line.path and re.fullmatch(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?", line.path[-1]):
        return "month"
    return ""


_PARTS_WORDS = {
    "sex": "男女",
    "unit": "各校(单位)",
    "grade": "各年级",
    "class": "各班",
    "stage": "各学段",
    "month": "各月",
}


def _finding(
    sheet: Sheet, grid: _Grid, total: int, at: int, parts: tuple[int, ...], sure: bool, source: tuple[str, ...]
) -> Finding:
    def spot(line: int) -> Spot:
        return sheet.spot(line, at) if grid.down else sheet.spot(at, line)

    whole = grid.value(total, at) or Decimal(0)
    summed = sum((grid.value(p, at) or Decimal(0) for p in parts), Decimal(0))
    sort = _sort_of(grid.lines[parts[0]], grid.lines[total])
    sexes = _sex_parts(grid, grid.lines[total])
    words = _PARTS_WORDS["sex"] if parts == sexes else _PARTS_WORDS.get(sort, "分项")
    name = "、".join((*grid.lines[total].path, *grid.across[at].path)) or "合计"
    gap = plain_number(abs(whole - summed))
    message = (
        f"《{sheet.paper.title}》“{name}”写的是 {plain_number(whole)},{words}之和是 {plain_number(summed)},"
        f"{'多' if whole > summed else '少'} {gap}。"
    )
    places = (spot(total), *(spot(p) for p in parts if grid.value(p, at) is not None))
    return Finding(
        rule="sum_of_parts", severity="error" if sure else "doubt", message=message, source=source,
        key=make_key("sum_of_parts", sheet.paper.record, name, whole, summed, places[0].where),
        records=(sheet.paper.record,), places=places[:40], units=_units(sheet, grid, total, at),
    )  # fmt: skip


def _units(sheet: Sheet, grid: _Grid, total: int, at: int) -> tuple[str, ...]:
    found = (sheet.paper.unit, grid.lines[total].unit, grid.across[at].unit)
    return tuple(dict.fromkeys(u for u in found if u and not u.startswith(("@", "?"))))
