"""卷: which records go into which volume, in which order, and where a paper that serves twice is only referred to.

Only what a person confirmed and did not return is bound, and of several versions only the final one. A paper filed
under several slots of one volume stands there once. In a further volume a short paper is copied (复印入盒), a thick one
is represented by a cross-reference page (互见): papers cannot lie in two boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from duban_archive.core.checklist import Checklist, Index, Indicator
from duban_archive.core.gaps import old_versions
from duban_archive.core.model import ContentsLine, Filing, Record, Review, Standing, Volume
from duban_archive.core.period_rules import label

COPY_UP_TO = 8  # pages: thicker papers are not copied into a second box

_LEFT_OUT = ("withdrawn", "replaced", "container", "reading")


def make_volumes(
    checklist: Checklist,
    records: Iterable[Record],
    *,
    codes: Sequence[str] = (),
    pages: Mapping[int, int] | None = None,
    copy_up_to: int = COPY_UP_TO,
    bare: bool = False,
) -> tuple[Volume, ...]:
    """The volumes of a checklist, one for each top indicator that has anything bound, in printed order.

    ``codes``: only the volumes of these printed codes; a code below the top makes a volume of that indicator.
    ``pages``: pages of the printable rendition by record, where known; it decides between copy and reference.
    ``bare``: volumes with nothing in them too (the empty boxes an office sets up first).
    """
    index = Index(checklist)
    known = pages or {}
    tops = _tops(checklist, codes)
    wanted = [_Volume(index, top) for top in tops]
    bindable = _bindable(records)
    first_home: dict[tuple[int, tuple[int, ...]], str] = {}
    made: list[Volume] = []
    for room in wanted:
        lines: list[ContentsLine] = []
        for record, filing, also in room.entries(bindable):
            key = (record.id, filing.pages)
            home = first_home.setdefault(key, room.top.code)
            line = _line(index, record, filing, also)
            if home != room.top.code:
                line = _elsewhere(line, record, home, known.get(record.id, record.pages), copy_up_to)
            lines.append(line)
        made.append(_volume(room.top, lines))
    asked = [volume for volume in made if (bare or volume.lines) and (not codes or volume.code in codes)]
    return tuple(_number(volume, known) for volume in asked)


def _tops(checklist: Checklist, codes: Sequence[str]) -> tuple[Indicator, ...]:
    live = [i for i in checklist.indicators if not i.retired]
    ids = {i.id for i in live}
    tops = tuple(i for i in live if i.parent not in ids)
    if set(codes) <= {i.code for i in tops}:
        return tops  # all of them, so that the first home of each paper is known
    return tuple(i for i in live if i.code in codes)


def _bindable(records: Iterable[Record]) -> dict[int, Record]:
    kept = [record for record in records if record.state not in _LEFT_OUT]
    old = old_versions(kept)
    return {record.id: record for record in kept if record.id not in old}


@dataclass(frozen=True, slots=True)
class _Volume:
    """A top indicator and the requirements below it."""

    index: Index
    top: Indicator

    def entries(self, records: Mapping[int, Record]) -> list[tuple[Record, Filing, tuple[str, ...]]]:
        """(record, its first filing here, codes of its further requirements here), in printed order."""
        place = {r: n for n, r in enumerate(self._requirements())}
        units = {u.id: n for n, u in enumerate(self.index.checklist.units)}
        found = [
            (record, filing)
            for record in records.values()
            for filing in record.filings
            if filing.requirement in place and _counts(filing)
        ]
        found.sort(
            key=lambda pair: (
                place[pair[1].requirement],
                units.get(pair[1].unit, len(units)),
                pair[1].period.removeprefix("FY"),
                _dated(pair[0]),
                pair[0].id,
            )
        )
        once: dict[tuple[int, tuple[int, ...]], tuple[Record, Filing, list[str]]] = {}
        for record, filing in found:
            entry = once.setdefault((record.id, filing.pages), (record, filing, []))
            code = self.index.code_of(filing.requirement)
            if filing.requirement != entry[1].requirement and code not in entry[2]:
                entry[2].append(code)
        return [(record, filing, tuple(also)) for record, filing, also in once.values()]

    def _requirements(self) -> list[str]:
        below = {self.top.id}
        grown = True
        while grown:
            more = {i.id for i in self.index.checklist.indicators if i.parent in below} - below
            below |= more
            grown = bool(more)
        rank = {i.id: n for n, i in enumerate(self.index.checklist.indicators)}
        mine = [r for r in self.index.checklist.requirements if r.indicator in below and not r.retired]
        order = self.index.order_of_requirements
        return [r.id for r in sorted(mine, key=lambda r: (rank.get(r.indicator, 0), order[r.id]))]


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
        remark=f"兼证{'、'.join(also)}" if also else "",
        code=index.code_of(filing.requirement),
        secrecy=told.secrecy.value if told.secrecy else "",
        place=_place(record),
        quantity=_quantity(record),
        only_pages=filing.pages,
    )


def _period_text(period: str) -> str:
    """The period as a list prints it; what is asked once or stands until revised has none."""
    return "" if period in ("once", "standing") else label(period)


def _origin(record: Record) -> str:
    """What will lie in the box: a paper original is put in; of a file, a print."""
    if record.description.formation is not None:
        return record.description.formation.value
    return "打印件" if record.parts else "原件"


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


def _elsewhere(line: ContentsLine, record: Record, home: str, pages: int | None, copy_up_to: int) -> ContentsLine:
    """The line of a paper whose first place is another volume."""
    if record.parts and pages is not None and 0 < pages <= copy_up_to:
        return replace(line, origin="复印件", remark=_join(line.remark, f"原件在{home}卷"))
    return replace(line, origin="互见", see=home)


def _join(*remarks: str) -> str:
    return "；".join(remark for remark in remarks if remark)


def _volume(top: Indicator, lines: Sequence[ContentsLine]) -> Volume:
    units = list(dict.fromkeys(line.unit_name for line in lines if line.unit_name))
    periods = sorted({line.period for line in lines if line.period[:1].isdigit()})
    span = "" if not periods else periods[0] if len(periods) == 1 else f"{periods[0]}至{periods[-1]}"
    lead = "、".join(top.lead)
    return Volume(
        code=top.code,
        title=top.title,
        lines=tuple(lines),
        period=span,
        unit_name=lead or (units[0] if len(units) == 1 else ""),
    )


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
