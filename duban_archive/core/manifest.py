"""The manifest of a binder: everything it is made from, frozen; the same manifest gives the same bytes.

::

    Manifest ── volumes ── sections ── items ── sources (a PDF by digest, some or all of its pages)
       ├ numbering          how pages are numbered
       └ templates, fonts   what the forms were made with, by hash (filled in by the builder where empty)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from duban_archive.core.archive_numbers import Scheme, cells
from duban_archive.core.binding import BY_ITEM, FILING, VISIT
from duban_archive.core.checklist import Checklist, Index, Indicator
from duban_archive.core.inserts import Fixed
from duban_archive.core.model import ContentsLine, Json, Volume
from duban_archive.core.paging import Numbering


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A PDF to bind in, by digest: the original or its rendition by ``converter``; ``pages`` from 1, empty = all.

    ``why``: a Chinese sentence why this part of the record has no PDF (``pdf`` is empty then).
    """

    pdf: str
    original: str = ""
    pages: tuple[int, ...] = ()
    converter: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the contents list and what is bound in for it; without sources, a page stands in its place."""

    line: ContentsLine
    sources: tuple[Source, ...] = ()
    heading: str = ""  # what its requirement asks for
    seal: tuple[str, ...] = ()  # 归档章 but for its pages: 全宗号, 年度, 件号, 机构, 保管期限


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The items behind one divider."""

    code: str
    title: str
    text: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundVolume:
    """A volume as it is bound."""

    code: str
    title: str
    period: str = ""
    unit_name: str = ""
    sections: tuple[Section, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in order."""
        return tuple(item for section in self.sections for item in section.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one binder is made from. ``printed`` is an ISO date, ``head`` the head of the archive's chain of events,
    ``columns`` those of its contents lists (`VISIT`: 佐证材料目录, `BY_ITEM`, `BY_VOLUME`).

    ``frozen``, ``frozen_forms``: items and forms of an edition that is on paper. ``reserve``: paper originals without
    a file take as many page numbers as they have pages. ``selection``: what was chosen from the whole, in words.
    """

    title: str
    office: str
    printed: str
    pack_title: str = "佐证材料汇编"
    edition: int = 1
    secrecy: str = ""
    view: str = VISIT
    columns: str = VISIT
    checklist: str = ""
    checklist_title: str = ""
    checklist_version: str = ""
    head: str = ""
    software: str = ""
    numbering: Numbering = field(default_factory=Numbering)
    volumes: tuple[BoundVolume, ...] = ()
    frozen: tuple[Fixed, ...] = ()
    frozen_forms: tuple[tuple[str, str], ...] = ()
    reserve: bool = False
    selection: str = ""
    templates: tuple[tuple[str, str], ...] = ()
    fonts: tuple[tuple[str, str], ...] = ()

    @property
    def pack(self) -> bool:
        """More than one volume: a pack cover and a 总目录 come first."""
        return len(self.volumes) > 1

    def as_json(self) -> dict[str, Json]:
        """Plain data for the JSON beside and inside the binder."""
        return asdict(self)


def compose(
    checklist: Checklist,
    volumes: Sequence[Volume],
    sources: Mapping[int, Sequence[Source] | str],
    *,
    printed: str,
    office: str = "",
    numbering: Numbering | None = None,
    edition: int = 1,
    secrecy: str = "",
    view: str = VISIT,
    columns: str = "",
    head: str = "",
    software: str = "",
    frozen: Sequence[Fixed] = (),
    frozen_forms: Mapping[str, str] | None = None,
    reserve: bool = False,
    selection: str = "",
    scheme: Scheme | None = None,
    bare: bool = False,
) -> Manifest:
    """The manifest of these volumes.

    ``sources``: for each record the PDFs of its parts in order, or a Chinese sentence why there is none; a record that
    is not named has no file (a paper on a shelf). ``columns`` of the lists: those of the view where none are named.
    ``frozen``: the items of an edition that is on paper (`core.inserts.frozen_of`): their numbers stay.
    ``scheme``: of 档号 and 归档章, for the 归档 view.
    ``bare``: a divider for every indicator, whether or not anything lies behind it.
    """
    index = Index(checklist)
    return Manifest(
        title=checklist.title,
        office=office or checklist.office or checklist.issuer,
        printed=printed,
        edition=edition,
        secrecy=secrecy,
        view=view,
        columns=columns or (BY_ITEM if view == FILING else VISIT),
        checklist=checklist.id,
        checklist_title=checklist.title,
        checklist_version=checklist.version,
        head=head,
        software=software,
        frozen=tuple(frozen),
        frozen_forms=tuple(sorted((frozen_forms or {}).items())),
        reserve=reserve,
        selection=selection,
        numbering=numbering or Numbering(),
        volumes=tuple(_sealed(_bind(index, volume, sources, bare=bare), scheme) for volume in volumes),
    )


def _places(index: Index, top: Indicator) -> Iterator[str]:
    """The dividers below a top indicator, in printed order: its own requirements, then its indicators that ask."""
    yield from (r.id for r in index.requirements.values() if r.indicator == top.id and not r.retired)
    asking = {r.indicator for r in index.requirements.values() if not r.retired}
    below = {top.id}
    for indicator in index.indicators.values():
        if indicator.parent in below:
            below.add(indicator.id)
            if indicator.id in asking and not indicator.retired:
                yield indicator.id


def _bind(
    index: Index, volume: Volume, sources: Mapping[int, Sequence[Source] | str], *, bare: bool = False
) -> BoundVolume:
    own = next((i for i in index.indicators.values() if i.code == (volume.of or volume.code)), None)
    grouped: dict[str, list[Item]] = {key: [] for key in _places(index, own)} if bare and own else {}
    for line in volume.lines:
        requirement = index.requirements.get(line.requirement)
        under = requirement.indicator if requirement else ""
        key = line.requirement if own is not None and under == own.id else under
        grouped.setdefault(key, []).append(_item(index, line, sources))
    return BoundVolume(
        code=volume.code,
        title=volume.title,
        period=volume.period,
        unit_name=volume.unit_name,
        sections=tuple(_section(index, key, tuple(items)) for key, items in grouped.items()),
    )


def _sealed(volume: BoundVolume, scheme: Scheme | None) -> BoundVolume:
    """The volume with what its items' 归档章 say."""
    if scheme is None:
        return volume
    return replace(
        volume,
        sections=tuple(
            replace(section, items=tuple(replace(item, seal=cells(item.line, scheme)) for item in section.items))
            for section in volume.sections
        ),
    )


def _section(index: Index, key: str, items: tuple[Item, ...]) -> Section:
    indicator, requirement = index.indicators.get(key), index.requirements.get(key)
    if indicator is not None:
        return Section(code=indicator.code, title=indicator.title, text=indicator.text, items=items)
    if requirement is not None:
        return Section(code=index.code_of(key), title=requirement.title, text=requirement.text, items=items)
    return Section(code=key, title=key, items=items)


def _item(index: Index, line: ContentsLine, sources: Mapping[int, Sequence[Source] | str]) -> Item:
    given = sources.get(line.record, ())
    requirement = index.requirements.get(line.requirement)
    heading = requirement.title if requirement else ""
    if line.see or line.placeholder:
        return Item(line=line, heading=heading)
    if isinstance(given, str):
        return Item(line=replace(line, placeholder=given), heading=heading)
    chosen = tuple(given)
    if line.only_pages and len(chosen) == 1 and not chosen[0].pages:
        chosen = (replace(chosen[0], pages=line.only_pages),)
    return Item(line=line, sources=chosen, heading=heading)
