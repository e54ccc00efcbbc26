"""Tables to readings: every number of a block with the words of its row, its column and its title put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from duban_archive.core.figures.amounts import Amount, is_blank, measure_in, read_amount
from duban_archive.core.figures.grids import Block, cell_name
from duban_archive.core.figures.labels import Label, Labels, part_in
from duban_archive.core.figures.readings import ALL, Reading
from duban_archive.core.figures.vocabulary import GENERIC, PUPILS, Quantity, bare, population
from duban_archive.core.findings import Spot
from duban_archive.core.model import Table

_NOT_FACTS = re.compile(r"计划表|规划|预测|预算|目标|标准(?:表|对照)|测算|样表|示例|填表说明|模板")
_SCHOOLS = re.compile(r"(?:学校|单位|幼儿园)(?:名称|\(单位\))?|校名|园名|学校单位")
_STAGES = (
    ("小学", "小学"),
    ("初中", "初中"),
    ("初级中学", "初中"),
    ("幼儿园", "学前"),
    ("义务教育", "义务教育"),
    ("学前", "学前"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is known of the paper that tables and sentences stand in."""

    record: int
    title: str = ""
    file_name: str = ""
    unit: str = ""
    unit_name: str = ""
    period: str = ""
    dated: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row or a column of a block: its path and what its labels say together."""

    path: tuple[str, ...]
    labels: tuple[Label, ...]
    noun: str = ""
    quantity: Quantity | None = None
    unit: str = ""
    periods: tuple[str, ...] = ()
    season: str = ""
    dims: tuple[tuple[str, str], ...] = ()
    total: bool = False
    of_which: bool = False
    relative: bool = False
    measure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A block read: ``cells`` the amounts by row and column, ``readings`` those whose figure is known.

    ``unread``: places of cells that hold words where a number should stand. ``spots[r][c]`` names any cell.
    """

    id: int
    paper: Paper
    block: Block
    title: str
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[tuple[Amount | None, ...], ...]
    readings: tuple[Reading, ...] = ()
    unread: tuple[Spot, ...] = ()
    unit: str = ""
    period: str = ""
    part: tuple[tuple[str, str], ...] = ()  # the grade or class the whole table is of
    locator: Table | None = None

    @property
    def where(self) -> str:
        """The sheet's name, where it stands on one."""
        return (self.locator.locator.sheet or "") if self.locator is not None else ""

    def spot(self, row: int, column: int, *, value: str = "") -> Spot:
        """The place of a cell, with the labels that stand over it."""
        where = self.locator.locator if self.locator is not None else None
        words = [*self.rows[row].path, *self.columns[column].path]
        text = f"{'、'.join(words)} {self.block.cells[row][column]}".strip()
        number, column_at = self.block.rows[row], self.block.columns[column]
        sheet = (where.sheet or "") if where else ""
        amount = self.cells[row][column]
        return Spot(
            record=self.paper.record, paper=self.paper.title, file_name=self.paper.file_name,
            page=where.page if where else None, sheet=sheet, cell=cell_name(number, column_at) if sheet else "",
            row=None if sheet else number, paragraph=where.paragraph if where else None, text=text[:120],
            value=value or (amount.shown() if amount else ""),
        )  # fmt: skip


def read_table(
    table: Table, blocks: Sequence[Block], paper: Paper, labels: Labels, *, number: int, caption: Sequence[str] = ()
) -> Iterator[Sheet]:
    """The blocks of a table, read; ``caption``: the words right above a table that stands in a text."""
    for order, block in enumerate(blocks):
        yield _read(block, table, paper, labels, number * 16 + order, caption)


def _read(block: Block, table: Table, paper: Paper, labels: Labels, id: int, caption: Sequence[str]) -> Sheet:
    sheet_name = table.locator.sheet or ""
    titles = [*block.titles, *caption]
    title = " ".join(titles) or paper.title
    said = " ".join([*titles, *block.meta])
    block_measure = next((m for text in (*block.meta, *block.titles) if (m := measure_in(text))), "")
    rows = _of_schools(block, tuple(_line(path, labels) for path in block.lines), labels)
    columns = _inherit(tuple(_line(path, labels) for path in block.heads))
    unit = unit_of(labels, (*titles, *block.meta, sheet_name, paper.title), paper)
    period = _period(labels, (*titles, *block.meta, sheet_name, paper.title), paper)
    cells: list[tuple[Amount | None, ...]] = []
    for r, texts in enumerate(block.cells):
        line = []
        for c, text in enumerate(texts):
            amount = read_amount(text)
            measure = columns[c].measure or rows[r].measure
            line.append(amount.in_measure(measure) if amount else None)
        cells.append(tuple(line))
    sheet = Sheet(
        id=id, paper=paper, block=block, title=title, rows=rows, columns=columns, cells=tuple(cells), unit=unit,
        period=period, part=tuple(sorted(part_in((*titles, *block.meta, sheet_name)).items())), locator=table,
    )  # fmt: skip
    if _NOT_FACTS.search(said) or _NOT_FACTS.search(sheet_name):
        return sheet
    has_units = (sum(bool(r.unit) for r in rows) >= 2, sum(bool(c.unit) for c in columns) >= 2)
    readings, unread = [], []
    for r, row in enumerate(rows):
        for c, column in enumerate(columns):
            text, amount = block.cells[r][c], cells[r][c]
            reading = _reading(sheet, r, c, row, column, amount, block_measure, has_units, labels)
            if reading is None:
                continue
            if amount is None:
                if not is_blank(text):
                    unread.append(sheet.spot(r, c))
                continue
            readings.append(reading)
    return replace(sheet, readings=tuple(readings), unread=tuple(unread))


def _reading(
    sheet: Sheet, r: int, c: int, row: Line, column: Line, amount: Amount | None, block_measure: str,
    has_units: tuple[bool, bool], labels: Labels,
) -> Reading | None:  # fmt: skip
    if row.relative or column.relative or len(row.periods) > 1 or len(column.periods) > 1:
        return None
    quantity, noun = _quantity(row, column, sheet.title, labels)
    if quantity is None:
        return None
    unit = row.unit or column.unit
    if row.unit and column.unit and row.unit != column.unit:
        return None
    if not unit:
        axis_total = (row.total and has_units[0]) or (column.total and has_units[1])
        unit = ALL if axis_total and sheet.unit in ("", ALL) else sheet.unit
        if axis_total and sheet.unit not in ("", ALL):
            unit = ALL
        elif has_units[0] and not row.total and row.noun:
            unit = f"?{row.noun}"
    if has_units[0] and not row.unit and not row.total and not row.path:
        return None
    dims = dict(sheet.part) | dict(column.dims) | dict(row.dims)
    for key, value in (*sheet.part, *row.dims, *column.dims):
        if dims[key] != value:
            return None
    dims = _settle_stage(dims, unit, sheet, labels)
    period = _when(row, column, sheet.period, quantity, row.season or column.season)
    if amount is not None:
        amount = _measured(amount, quantity, block_measure, sheet, c, column)
        if amount is None:
            return None
    return Reading(
        quantity=quantity.name, noun=noun, unit=unit, period=period, amount=amount or Amount(value=_ZERO),
        spot=sheet.spot(r, c, value=amount.shown() if amount else ""), dims=tuple(sorted(dims.items())),
        table=sheet.id, line=(r, c),
    )  # fmt: skip


_SORTS = ("年级", "班级", "学校", "各年级", "各班", "各校", "学段", "分年级", "分班", "性别", "学校名称")
_ZERO, _SMALL = Decimal(0), Decimal("0.001")


def _line(path: tuple[str, ...], labels: Labels) -> Line:
    read = tuple(labels.read(text) for text in path)
    nouns = [label.noun for label in read if label.noun]
    if len(path) > 1 and path[0].strip() in _SORTS and any(label.dims or label.unit for label in read[1:]):
        nouns = nouns[1:] if read[0].noun else nouns
    dims: dict[str, str] = {}
    for label in read:
        dims |= label.dims
    last = read[-1] if read else None
    noun, quantity = _noun(nouns, labels)
    return Line(
        path=path, labels=read, noun=noun, quantity=quantity,
        unit=next((label.unit for label in reversed(read) if label.unit), ""),
        periods=next((label.periods for label in reversed(read) if label.periods), ()),
        season=next((label.season for label in read if label.season), ""), dims=tuple(sorted(dims.items())),
        total=bool(last and last.total), of_which=any(label.of_which for label in read),
        relative=any(label.relative for label in read),
        measure=next((label.measure for label in reversed(read) if label.measure), ""),
    )  # fmt: skip


def _noun(nouns: Sequence[str], labels: Labels) -> tuple[str, Quantity | None]:
    """The noun of a path, and the figure it names if it is one."""
    told = [noun for noun in nouns if noun not in GENERIC]
    if not told:
        return (nouns[-1] if nouns else ""), None
    find = labels.vocabulary.find
    whole = "".join(told)
    if quantity := find(whole):
        return whole, quantity
    last = find(told[-1])
    if last is not None and all(population(n) in ("", last.name) or find(n) is not None for n in told[:-1]):
        return told[-1], last
    if len(told) == 1:
        with_count = find(f"{told[0]}数") or find(f"{told[0]}人数")
        return told[0], with_count
    return whole, None


def _of_schools(block: Block, rows: tuple[Line, ...], labels: Labels) -> tuple[Line, ...]:
    """Rows under 学校 that name no unit we know are of a school of that name, never of the whole."""
    headers = [re.sub(r"\s", "", name) for name in block.names]
    named = any(_SCHOOLS.fullmatch(name) and not name.startswith("单位") for name in headers)
    if not named and not (any(_SCHOOLS.fullmatch(name) for name in headers) and any(row.unit for row in rows)):
        return rows
    out = []
    for row in rows:
        name = re.sub(r"\s", "", row.path[0]) if row.path else ""
        if name and not row.unit and not row.total and not any(key == "stage" for key, _ in row.dims):
            unit = labels.units.whole(name) or f"?{name}"
            row = replace(row, unit=unit, noun="" if row.noun in (name, bare(name)) else row.noun)
        out.append(row)
    return tuple(out)


def _inherit(columns: tuple[Line, ...]) -> tuple[Line, ...]:
    """其中:女 beside 专任教师 counts 专任教师."""
    out: list[Line] = []
    left: Line | None = None
    for column in columns:
        if not column.noun and column.of_which and column.quantity is None and left is not None:
            column = replace(column, noun=left.noun, quantity=left.quantity, dims=_joined(left.dims, column.dims))
        elif column.noun:
            left = column
        out.append(column)
    return tuple(out)


def _joined(one: tuple[tuple[str, str], ...], two: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((dict(one) | dict(two)).items()))


def _quantity(row: Line, column: Line, title: str, labels: Labels) -> tuple[Quantity | None, str]:
    """The figure a cell is of, by its row's, its column's and its title's words."""
    row_says = row.noun if row.noun not in GENERIC else ""
    column_says = column.noun if column.noun not in GENERIC else ""
    if row.unit.startswith("?") or (row_says and row.quantity is None and column.quantity is not None):
        row_says = ""  # a school the checklist does not know, a village, a name: says nothing of the figure
        if row.path and re.search(r"其中|类|型", row.path[-1]):
            return None, ""
    if row_says and column_says:
        return None, ""
    if row_says or column_says:
        quantity = row.quantity or column.quantity
        return quantity, row_says or column_says
    name = _title_population(title)
    if not name and not population(title) and (row.noun or column.noun) in ("学生", "学生数"):
        name = PUPILS  # 学生 beside 教学班, under a title that names nobody
    return labels.vocabulary.quantities.get(name), row.noun or column.noun


def _title_population(title: str) -> str:
    """Whom the title counts, where it names one sort only (not 招生数、毕业生数)."""
    if re.search(r"数[、和与及].{1,8}数|情况(?:统计)?[、和与及]", title):
        return ""
    return population(title)


def unit_of(labels: Labels, texts: Sequence[str], paper: Paper) -> str:
    """Whose figures these are: the first text that names a unit, else the paper's own; an office speaks for all."""
    for text in texts:
        if text and (unit := labels.unit_in(text)):
            return unit
    return labels.whose(paper.unit)


def _period(labels: Labels, texts: Sequence[str], paper: Paper) -> str:
    for text in texts:
        if text and (found := labels.periods(text)):
            return found[0] if len(found) == 1 else ""
    return paper.period


def _settle_stage(dims: dict[str, str], unit: str, sheet: Sheet, labels: Labels) -> dict[str, str]:
    """A school of one stage needs no stage; a whole takes the title's."""
    if unit and not unit.startswith("@"):
        known = labels.units.unit(unit)
        name = known.name if known else unit
        if "一贯" not in name:
            return {k: v for k, v in dims.items() if k != "stage"}
        return dims
    if "stage" not in dims and "grade" not in dims:
        said = {stage for word, stage in _STAGES if word in sheet.title}
        if len(said) == 1:
            return dims | {"stage": said.pop()}
    return dims


def _when(row: Line, column: Line, period: str, quantity: Quantity, season: str) -> str:
    own = row.periods or column.periods
    found = own[0] if own else period
    return moment(found, quantity, season)


def moment(period: str, quantity: Quantity, season: str = "") -> str:
    """The period a figure is compared in: a stock of 2015年秋季, of 2015-09 and of 2015—2016学年 is of one moment."""
    if quantity.nature != "stock" or not period:
        return period
    year = re.fullmatch(r"\d{4}", period)
    if year and season:
        return f"{period}-{int(period) + 1}" if season == "秋" else f"{int(period) - 1}-{period}-2"
    if found := re.fullmatch(r"(\d{4}-\d{4})-1", period):
        return found[1]
    if found := re.fullmatch(r"(\d{4})-09(?:-\d\d)?", period):
        return f"{found[1]}-{int(found[1]) + 1}"
    return period


def _measured(
    amount: Amount, quantity: Quantity, block_measure: str, sheet: Sheet, c: int, column: Line
) -> Amount | None:
    """The amount in the quantity's own measure; ``None`` where what is written cannot be of it."""
    if not amount.measure and block_measure:
        kind = amount.in_measure(block_measure).measure
        if kind == quantity.measure:
            amount = amount.in_measure(block_measure)
    if quantity.measure == "%" and not amount.measure:
        one = [a[c].value for a in sheet.cells if a[c] is not None]  # type: ignore[union-attr]
        if quantity.high and one and max(one) <= 1:
            return Amount(value=amount.value * 100, measure="%", step=amount.step * 100)
        if not quantity.high and amount.value and max(one) < 1 and amount.step <= _SMALL:
            return None  # 0.004 or 0.4 %: nobody can tell
        return Amount(value=amount.value, measure="%", step=amount.step)
    if amount.measure and quantity.measure and amount.measure != quantity.measure:
        counts = {"人", "个", "所", "班", "名", "间", "台", "件", "套"}
        if not (amount.measure in counts and quantity.measure in counts):
            return None
        return Amount(value=amount.value, measure=quantity.measure, step=amount.step, about=amount.about)
    if not amount.measure:
        return Amount(value=amount.value, measure=quantity.measure, step=amount.step, about=amount.about)
    return amount
