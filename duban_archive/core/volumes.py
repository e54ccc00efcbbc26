"""卷: which records go into which volume, in which order, and where a paper that serves twice is only referred to.

Only what a person confirmed and did not return is bound, and of several versions only the final one. A paper filed
under several slots of one volume stands there once. In a further volume a short paper is copied (复印入盒), a thick one
is represented by a cross-reference page (互见), unless a person chose: papers cannot lie in two boxes.

Within a requirement papers follow the checklist's order of kinds (汇总表 before the tables it sums up), then units in
their official order, then periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from duban_archive.core.binding import BY_BOX, BY_INDICATOR, BY_UNIT, COPY_UP_TO
from duban_archive.core.checklist import Checklist, Index, Indicator
from duban_archive.core.gaps import old_versions
from duban_archive.core.model import ContentsLine, Filing, Record, Review, Standing, Volume
from duban_archive.core.period_rules import label

LATER = "补充整理"  # put together afterwards
COPY, REFER = "copy", "refer"  # what a person chose for a paper that belongs into a second box

_LEFT_OUT = ("withdrawn", "replaced", "container", "reading")
_TABLES = ("ledger", "register", "roster", "statistics", "list", "form")
_SUMS_UP = ("汇总", "总表")

Paper = tuple[int, tuple[int, ...]]  # a record and which of its pages; empty = all


def make_volumes(
    checklist: Checklist,
    records: Iterable[Record],
    *,
    codes: Sequence[str] = (),
    pages: Mapping[int, int] | None = None,
    copy_up_to: int = COPY_UP_TO,
    choices: Mapping[int, str] | None = None,
    homes: Mapping[Paper, str] | None = None,
    by: str = BY_INDICATOR,
    bare: bool = False,
) -> tuple[Volume, ...]:
    """The volumes of a checklist, one for each top indicator (or unit) that has anything bound, in printed order.

    ``codes``: only the volumes of these printed codes; a code below the top makes a volume of that indicator.
    ``pages``: pages of the printable rendition by record, where known; it decides between copy and reference, where
    ``choices`` (`COPY`, `REFER` by record) do not. ``homes``: the volume in which a printed edition has the original.
    ``by``: volumes of indicators or of units, or one of everything, to be put into boxes (`core.boxes`).
    ``bare``: volumes with nothing in them too (the empty boxes an office sets up first).
    """
    index = Index(checklist)
    known = pages or {}
    wanted = _shelves(index, codes, by)
    bindable = _bindable(records)
    first_home: dict[Paper, str] = dict(homes or {})
    made: list[Volume] = []
    for shelf in wanted:
        lines: list[ContentsLine] = []
        for record, filing, also in shelf.entries(bindable):
            home = first_home.setdefault((record.id, filing.pages), shelf.code)
            line = _line(index, record, filing, also)
            if home != shelf.code:
                chosen = (choices or {}).get(record.id) or _by_length(record, known.get(record.id), copy_up_to)
                line = _elsewhere(line, home, chosen)
            lines.append(line)
        made.append(_volume(shelf, lines))
    asked = [volume for volume in made if (bare or volume.lines) and (not codes or volume.code in codes)]
    return tuple(_number(volume, known) for volume in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """What one volume takes: filings under these requirements (in printed order), of one unit or of all."""

    index: Index
    code: str
    title: str
    requirements: tuple[str, ...]
    lead: str = ""
    unit: str | None = None

    def entries(self, records: Mapping[int, Record]) -> list[tuple[Record, Filing, tuple[str, ...]]]:
        """(record, its first filing here, codes of its further requirements here), in printed order."""
        place = {r: n for n, r in enumerate(self.requirements)}
        units = {u.id: n for n, u in enumerate(self.index.checklist.units)}
        order = {kind: n for n, kind in enumerate(self.index.checklist.order)}
        found = [
            (record, filing)
            for record in records.values()
            for filing in record.filings
            if filing.requirement in place and _counts(filing) and self.unit in (None, filing.unit)
        ]
        found.sort(
            key=lambda pair: (
                place[pair[1].requirement],
                _rank(pair[0], order),
                units.get(pair[1].unit, len(units)),
                pair[1].period.removeprefix("FY"),
                _dated(pair[0]),
                pair[0].id,
            )
        )
        once: dict[Paper, tuple[Record, Filing, list[str]]] = {}
        for record, filing in found:
            entry = once.setdefault((record.id, filing.pages), (record, filing, []))
            code = self.index.code_of(filing.requirement)
            if filing.requirement != entry[1].requirement and code not in entry[2]:
                entry[2].append(code)
        return [(record, filing, tuple(also)) for record, filing, also in once.values()]


def _shelves(index: Index, codes: Sequence[str], by: str) -> list[_Shelf]:
    live = [i for i in index.checklist.indicators if not i.retired]
    ids = {i.id for i in live}
    tops = [i for i in live if i.parent not in ids]
    if by == BY_BOX:
        every = tuple(r for top in tops for r in _below(index, top))
        return [_Shelf(index=index, code=BY_BOX, title="佐证材料", requirements=every)]
    if by == BY_UNIT:
        every = tuple(r for top in tops for r in _below(index, top))
        return [
            _Shelf(index=index, code=f"单位{n:02}", title=u.name, requirements=every, lead=u.name, unit=u.id)
            for n, u in enumerate(index.checklist.units, 1)
        ]
    if not set(codes) <= {i.code for i in tops}:  # else all of them, so that the first home of each paper is known
        tops = [i for i in live if i.code in codes]
    return [
        _Shelf(index=index, code=i.code, title=i.title, requirements=_below(index, i), lead="、".join(i.lead))
        for i in tops
    ]


def _below(index: Index, top: Indicator) -> tuple[str, ...]:
    """The requirements of an indicator and of all below it, in printed order."""
    below = {top.id}
    grown = True
    while grown:
        more = {i.id for i in index.checklist.indicators if i.parent in below} - below
        below |= more
        grown = bool(more)
    rank = {i.id: n for n, i in enumerate(index.checklist.indicators)}
    mine = [r for r in index.checklist.requirements if r.indicator in below and not r.retired]
    order = index.order_of_requirements
    return tuple(r.id for r in sorted(mine, key=lambda r: (rank.get(r.indicator, 0), order[r.id])))


def _rank(record: Record, order: Mapping[str, int]) -> tuple[int, bool]:
    """Where the checklist's order of kinds puts a paper; a table that sums up others comes before all tables."""
    if not order:
        return 0, False
    kind = record.description.kind.value if record.description.kind else ""
    place = order.get(kind, len(order))
    tables = [order[table] for table in _TABLES if table in order]
    if kind in _TABLES and tables and any(word in record.title for word in _SUMS_UP):
        return min(tables), False
    return place, True


def _bindable(records: Iterable[Record]) -> dict[int, Record]:
    kept = [record for record in records if record.state not in _LEFT_OUT]
    old = old_versions(kept)
    return {record.id: record for record in kept if record.id not in old}


def _counts(filing: Filing) -> bool:
    return filing.standing is Standing.CONFIRMED and filing.review not in (Review.RETURNED, Review.WAITING)


def _dated(record: Record) -> str:
    told = record.description.dated
    return told.value if told else "9999"


def _line(index: Index, record: Record, filing: Filing, also: tuple[str, ...]) -> ContentsLine:
    told = record.description
    return ContentsLine(
        item=0,
        record=record.id,
        requirement=filing.requirement,
        title=record.title,
        kind=told.kind.value if told.kind else "",
        unit_name=index.unit_name(filing.unit),
        period=_period_text(filing.period),
        dated=told.dated.value.replace("-", "") if told.dated else "",
        document_number=told.document_number.value if told.document_number else "",
        author=told.author.value if told.author else "",
        pages=0,
        first_page=0,
        last_page=0,
        origin=_origin(record),
        remark=_join(_later(record), f"兼证{'、'.join(also)}" if also else ""),
        code=index.code_of(filing.requirement),
        secrecy=told.secrecy.value if told.secrecy else "",
        place=_place(record),
        quantity=_quantity(record),
        reserved=record.place.pages or 0 if record.place and not record.parts else 0,
        only_pages=filing.pages,
    )


def _period_text(period: str) -> str:
    """The period as a list prints it; what is asked once or stands until revised has none."""
    return "" if period in ("once", "standing") else label(period)


def _origin(record: Record) -> str:
    """What will lie in the box: a paper original is put in; of a file, a print."""
    if record.description.formation is not None and record.description.formation.value != LATER:
        return record.description.formation.value
    return "打印件" if record.parts else "原件"


def _later(record: Record) -> str:
    """补充整理 is said openly on the list, whatever else stands there."""
    formation = record.description.formation
    return LATER if formation is not None and formation.value == LATER else ""


def _place(record: Record) -> str:
    if record.parts or record.place is None:
        return ""
    keeper = f"（保管人：{record.place.keeper}）" if record.place.keeper else ""
    return f"{record.place.where}{keeper}"


def _quantity(record: Record) -> str:
    if record.parts or record.place is None:
        return ""
    pages = f"，共{record.place.pages}页" if record.place.pages else ""
    return f"{record.place.form}{record.place.quantity}件{pages}"


def _by_length(record: Record, pages: int | None, copy_up_to: int) -> str:
    count = pages if pages is not None else record.pages
    return COPY if record.parts and count is not None and 0 < count <= copy_up_to else REFER


def _elsewhere(line: ContentsLine, home: str, chosen: str) -> ContentsLine:
    """The line of a paper whose first place is another volume."""
    if chosen == COPY:
        return replace(line, origin="复印件", home=home)
    return replace(line, origin="互见", see=home)


def _join(*remarks: str) -> str:
    return "；".join(remark for remark in remarks if remark)


def _volume(shelf: _Shelf, lines: Sequence[ContentsLine]) -> Volume:
    units = list(dict.fromkeys(line.unit_name for line in lines if line.unit_name))
    return Volume(
        code=shelf.code,
        title=shelf.title,
        lines=tuple(lines),
        period=span_of(lines),
        unit_name=shelf.lead or (units[0] if len(units) == 1 else ""),
    )


def span_of(lines: Iterable[ContentsLine]) -> str:
    """From which to which period these papers are."""
    periods = sorted({line.period for line in lines if line.period[:1].isdigit()})
    return "" if not periods else periods[0] if len(periods) == 1 else f"{periods[0]}至{periods[-1]}"


def _number(volume: Volume, pages: Mapping[int, int]) -> Volume:
    """The volume with item numbers, printed codes, and pages as far as they are known."""
    lines: list[ContentsLine] = []
    seen: dict[str, int] = {}
    page = 0
    for number, line in enumerate(volume.lines, 1):
        seen[line.requirement] = seen.get(line.requirement, 0) + 1
        count = len(line.only_pages) or pages.get(line.record, 1)
        if line.see:
            count = 1
        code = f"{line.code}-{seen[line.requirement]}"
        lines.append(replace(line, item=number, code=code, pages=count, first_page=page + 1, last_page=page + count))
        page += count
    return replace(volume, lines=tuple(lines))
