"""A paper as the rules see it: its record, what was read of it, and the names that every copy of it came with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from duban_archive.core.checklist import Index, Unit
from duban_archive.core.deadlines import Deadlines
from duban_archive.core.findings import Finding, Spot, make_key
from duban_archive.core.model import Extracted, Filing, Json, Locator, Record, Standing
from duban_archive.core.units import UnitNames
from duban_archive.core.wording import tidy

OFFICE_FILES = re.compile(r"msword|ms-word|ms-excel|ms-powerpoint|officedocument|opendocument|rtf")
SHEETS = re.compile(r"excel|spreadsheet|csv")
SLIDES = re.compile(r"powerpoint|presentation")
PICTURES = re.compile(r"^image/")
FIXED = re.compile(r"^image/|/pdf$|/ofd$")  # what a scanner or a printer driver makes
_SCHOOL = re.compile(r"小学|初中|中学|高中|幼儿园|一贯制|教学点|完小|学校$")
_FROM_ABOVE = re.compile(r"^《?(?:中华人民共和国|国务院|中共中央|教育部|全国人民代表大会)")
_ABOVE = re.compile(r"(?:[部厅委局署]|政府|办公[厅室]|委员会|党委)$")
_SHOWN = 80  # characters of a line that a finding quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a paper: its words, where it stands, whether a machine read it off a picture, and in which part."""

    text: str
    locator: Locator
    ocr: bool = False
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A record with the readings of its parts (in their order).

    ``names``: file name and folder of every file it came as, doubles included. ``beside``: file names and titles of
    what came together with it (one mail, one zip, one folder) or is filed beside it. ``superseded``: a 旧稿.
    """

    record: Record
    readings: tuple[Extracted, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    beside: tuple[str, ...] = ()
    superseded: bool = False
    _lines: tuple[Line, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Part the text into lines once: nearly every rule goes through them."""
        object.__setattr__(self, "_lines", tuple(self._parted()))

    @property
    def id(self) -> int:
        """The record's number."""
        return self.record.id

    @property
    def title(self) -> str:
        """The record's title."""
        return self.record.title

    @property
    def kind(self) -> str:
        """材料类别, ``""`` where it is not known."""
        told = self.record.description.kind
        return told.value if told else ""

    @property
    def unit(self) -> str:
        """The unit described, ``""`` where it is not known."""
        told = self.record.description.unit
        return told.value if told else ""

    @property
    def later(self) -> bool:
        """Whether it says itself that it was put together afterwards (补充整理), and so hides nothing."""
        told = self.record.description.formation
        return told is not None and told.value == "补充整理"

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of its files, in order."""
        return tuple(part.file_name for part in self.record.parts)

    @property
    def facts(self) -> tuple[Mapping[str, Json], ...]:
        """The facts of each part's file."""
        return tuple(reading.facts for reading in self.readings)

    @property
    def is_whole(self) -> bool:
        """Whether all of it was read: nothing cut off, nothing still waiting."""
        return all(
            not reading.unread_pages and not {n.code for n in reading.notes} & {"truncated", "partly_read", "bomb"}
            for reading in self.readings
        )

    @property
    def confirmed(self) -> tuple[Filing, ...]:
        """Where a person (or a sure rule) has put it."""
        return tuple(f for f in self.record.filings if f.standing is Standing.CONFIRMED)

    @property
    def placed(self) -> tuple[Filing, ...]:
        """Where it is confirmed, else where the program is sure it belongs."""
        return self.confirmed or tuple(f for f in self.record.filings if f.sure and f.standing is Standing.PROPOSED)

    def lines(self) -> tuple[Line, ...]:
        """Every line that is not empty, in order, with its place."""
        return self._lines

    def _parted(self) -> Iterator[Line]:
        for number, reading in enumerate(self.readings):
            for passage in reading.passages:
                for n, text in enumerate(passage.text.split("\n")):
                    if text.strip():
                        yield Line(text=text, locator=_moved(passage.locator, n), ocr=passage.ocr, part=number)

    def spot(self, line: Line | None = None, *, text: str = "", value: str = "") -> Spot:
        """A place in this paper, for a finding."""
        at = line.locator if line else Locator()
        shown = text or (tidy(line.text) if line else "")
        names = self.file_names
        return Spot(
            record=self.id,
            paper=self.title,
            file_name=names[line.part if line else 0] if names else "",
            page=at.page,
            sheet=at.sheet or "",
            row=at.row,
            paragraph=at.paragraph,
            text=shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…",
            value=value,
        )


def _moved(locator: Locator, lines: int) -> Locator:
    row, paragraph = locator.row, locator.paragraph
    return Locator(
        page=locator.page,
        sheet=locator.sheet,
        row=row + lines if row is not None else None,
        paragraph=paragraph + lines if paragraph is not None else None,
    )


class Setting:
    """What papers are held against: the checklist with its units and deadlines, and the day. Prepared once."""

    def __init__(self, index: Index, today: str) -> None:
        self.index = index
        self.today = today
        self.deadlines = Deadlines(index.checklist)
        self.names = UnitNames(index.checklist)
        self.schools = {u.id: u for u in index.checklist.units if is_school(u)}

    def is_ours(self, paper: Paper) -> bool:
        """Whether one of the checklist's units made it: laws and papers from above are copies, whenever typed."""
        told = paper.record.description.author
        if _FROM_ABOVE.search(paper.title):
            return False
        if told is not None and told.source != "person" and not self.names.find(told.value):
            return not _ABOVE.search(told.value) and bool(paper.unit or paper.confirmed)
        return told is not None or bool(paper.unit or paper.confirmed)

    def due(self, filing: Filing) -> str:
        """The day this filing's paper was due: as set when it was sent back, else by the checklist; ``""`` if none."""
        requirement = self.index.requirements.get(filing.requirement)
        if filing.due or requirement is None:
            return filing.due
        return self.deadlines.of(requirement, filing.period)


def is_school(unit: Unit) -> bool:
    """A school or kindergarten, not the 中心学校 that is the town's office over them."""
    if unit.placeholder or "中心学校" in unit.name:
        return False
    return bool(_SCHOOL.search(unit.kind or unit.name))


def found(rule: str, severity: str, message: str, *spots: Spot, about: tuple[object, ...], unit: str = "") -> Finding:
    """A finding of one of these rules; ``about`` is what an explanation of it explains."""
    return Finding(
        rule=rule,
        severity=severity,
        message=message,
        key=make_key(rule, *about),
        records=tuple(dict.fromkeys(spot.record for spot in spots)),
        places=spots,
        units=(unit,) if unit else (),
    )
