"""Gathers what a paper tells about itself, and where it tells it: the ground for description and filing alike.

::

    names, folder, Extracted ──▶ Clues(title, units, periods, kinds, dates, numbers, codes, conflicts)
                                   ├──▶ describe: the best of each, as Description
                                   └──▶ classify: all of them, weighed against the requirements
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from duban_archive.core import slots
from duban_archive.core.checklist import Checklist
from duban_archive.core.dates import find_dates
from duban_archive.core.describe.codes import Codes
from duban_archive.core.describe.ending import Ending, find_ending
from duban_archive.core.describe.file_name import clean_name, is_machine_name, stem
from duban_archive.core.describe.kind import KindFound, kind_of_layout, kinds_of_title
from duban_archive.core.describe.layout import Layout, lay_out
from duban_archive.core.describe.title import find_title, is_organisation
from duban_archive.core.document_number import find_numbers, own_number
from duban_archive.core.model import Extracted
from duban_archive.core.period_rules import overlap
from duban_archive.core.periods import Covered, Habits, find_periods
from duban_archive.core.strangers import Stranger
from duban_archive.core.units import Mention, UnitNames
from duban_archive.core.wording import bare, tidy

# How much a place is worth when it names the unit or the period.
_UNIT_WEIGHTS = {"title": 0.95, "ending": 0.93, "field": 0.93, "head": 0.85, "folder": 0.75, "name": 0.78, "body": 0.4}
MANY = 3
_COLLECTED = {"folder", "name"}
_PLACES = {
    "title": "标题",
    "ending": "落款",
    "field": "表头栏",
    "head": "版头",
    "folder": "文件夹",
    "name": "文件名",
    "body": "正文",
    "sheet": "工作表名",
    "checklist": "本清单的单位",
}
_UNIT_FIELD = re.compile(
    r"(?:学校(?:名称)?|校名|单位(?:名称)?|填报(?:单位|学校)|报送单位|填表单位|制表单位|上报单位|村名|幼儿园(?:名称)?|园名|所在学校)\s*(?:[（(](?:盖?章|公章|盖公章)[)）])?\s*[:：]\s*(\S{2,30})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClue:
    """A unit, where it was named, by which words, and how much that counts; ``named`` is the id before merging.

    ``stranger``: a name that the checklist does not list; ``unit`` is then the placeholder of its like, or ``""``.
    """

    unit: str
    named: str
    place: str
    words: str
    weight: float
    stranger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodClue:
    """Periods named in one place."""

    covered: Covered
    place: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """All that was found. ``names``: cleaned file names; ``folders``: names from the top; ``conflicts``: sentences."""

    title: str
    title_place: str
    title_sure: float
    names: tuple[str, ...]
    raw_names: tuple[str, ...]
    folders: tuple[str, ...]
    layout: Layout
    kinds: tuple[KindFound, ...]
    units: tuple[UnitClue, ...]
    periods: tuple[PeriodClue, ...]
    ending: Ending
    number: str
    number_place: str
    name_date: str
    codes: tuple[tuple[str, str], ...]
    conflicts: tuple[str, ...] = ()

    def retitled(self, title: str) -> Clues:
        """With the title a person gave."""
        kinds = _kinds(title, self.names, self.layout)
        return replace(self, title=title, title_place="text", title_sure=1.0, kinds=kinds)


class Clerk:
    """Reads papers for one checklist: everything that is prepared once (unit names, codes, habits)."""

    def __init__(self, checklist: Checklist, *, habits: Habits | None = None) -> None:
        self.checklist = checklist
        self.habits = habits or Habits(base_year=checklist.base_year)
        self.units = UnitNames(checklist)
        self._codes = Codes(checklist)
        self._home = self.units.home()

    def look(self, *, file_names: tuple[str, ...], folder: str, extracted: tuple[Extracted, ...], today: date) -> Clues:
        """Everything the paper, its name and its folder tell."""
        layout = lay_out(extracted)
        names = tuple(clean_name(name) for name in file_names)
        raw_names = tuple(stem(name) for name in file_names)
        folders = tuple(tidy(part) for part in re.split(r"[/\\]", folder) if part.strip())
        title, sure = find_title(layout.head, today)
        place = "text" if title else ""
        if (not title or sure < 0.45) and any(names):
            own = max(names, key=len)
            if not title or len(own) > 3:
                title, sure, place = own, 0.6, "name"
        ending = find_ending(layout.head, layout.tail, title if place == "text" else "", today)
        periods = self._periods(title if place == "text" else "", raw_names, folders, layout, today)
        units = self._units(title if place == "text" else "", names, raw_names, folders, layout, ending, periods)
        number, number_place = _number(layout, raw_names)
        # A phone's or a scanner's stamp is the day of the picture, not of the paper that is read on it.
        told = [n for n in raw_names if layout.characters < 30 or not is_machine_name(n)]
        name_dates = [f for n in told for f in find_dates(n, today) if f.whole]
        clues = Clues(
            title=title,
            title_place=place,
            title_sure=sure,
            names=tuple(dict.fromkeys(name for name in names if name)),
            raw_names=raw_names,
            folders=folders,
            layout=layout,
            kinds=_kinds(title, names, layout),
            units=units,
            periods=periods,
            ending=ending,
            number=number,
            number_place=number_place,
            name_date=name_dates[0].iso if name_dates else "",
            codes=self._codes.find(raw_names, folders),
        )
        return replace(clues, conflicts=self._conflicts(clues))

    def _conflicts(self, clues: Clues) -> tuple[str, ...]:
        """Where the paper says one unit or year and its name or folder another: both are shown, a person decides."""
        said: list[str] = []
        own = next((c for c in clues.units if c.place in {"title", "ending", "field"} and c.weight > 0.6), None)
        for clue in clues.units:
            if (
                own
                and clue.place in {"folder", "name"}
                and clue.unit != own.unit
                and not self._above(clue.unit, own.unit)
            ):
                said.append(
                    f"{place_words(own.place)}写的是“{own.words}”,{place_words(clue.place)}写的是“{clue.words}”,请核对"
                )
                break
        written = next((c for c in clues.periods if c.place in {"title", "head"} and c.covered.grain != "day"), None)
        for other in clues.periods:
            if written and other.place in {"name", "folder"} and other.covered.grain not in {"day", "month"}:
                pairs = ((a, b) for a in written.covered.periods for b in other.covered.periods)
                if not any(overlap(a, b) for a, b in pairs):
                    said.append(
                        f"{place_words(written.place)}写的是“{written.covered.raw}”,"
                        f"{place_words(other.place)}写的是“{other.covered.raw}”,请核对"
                    )
                    break
        return tuple(said)

    def _above(self, one: str, other: str) -> bool:
        """A folder of the town may hold a school's paper; that is no contradiction."""
        return self.units.is_above(one, other)

    def _units(
        self,
        title: str,
        names: tuple[str, ...],
        raw_names: tuple[str, ...],
        folders: tuple[str, ...],
        layout: Layout,
        ending: Ending,
        periods: tuple[PeriodClue, ...],
    ) -> tuple[UnitClue, ...]:
        when = periods[0].covered.periods[-1] if periods else ending.dated or "once"
        found: list[UnitClue] = []
        inside = self.units.find(layout.body[:6000])
        # A table of many schools under a town's name is the town's, whoever's folder its copy lies in.
        of_many = len({mention.unit for mention in inside if not mention.place}) >= MANY

        def note(text: str, place: str, *, first_only: bool = False) -> None:
            mentions = self._listed(text)
            stranger = self._stranger(text, mentions, whole=first_only and place != "field")
            if stranger is not None:
                found.append(
                    UnitClue(
                        unit=stranger.unit, named="", place=place, words=stranger.words,
                        weight=_UNIT_WEIGHTS[place] - 0.03, stranger=True,
                    )
                )  # fmt: skip
            for n, mention in enumerate(mentions[:1] if first_only else mentions[:4]):
                weight = _UNIT_WEIGHTS[place] - 0.12 * (n > 0) - 0.05 * mention.derived
                if mention.place:
                    weight = 0.8 if of_many and place == "title" else min(weight, 0.58)
                if stranger is not None:
                    weight = min(weight, 0.45)  # 双河镇 in 双河镇岔河小学 names a place
                found.append(self._clue(mention, place, weight, when))

        note(title, "title")
        note(ending.author, "ending", first_only=True)
        for line in layout.raw_head[:14]:
            for match in _UNIT_FIELD.finditer(tidy(line)):
                note(match[1], "field", first_only=True)
        for line in layout.head[:4]:
            if line != title and (line.endswith(("文件", "文 件")) or is_organisation(line)):
                note(re.sub(r"文\s*件$", "", line), "head", first_only=True)
        for name, raw in zip(names, raw_names, strict=True):
            note(name or raw, "name")
        for part in reversed(folders):
            if (whole := self.units.whole(part)) and not self._names_all(whole):
                mention = Mention(unit=whole, words=part, start=0, end=len(part))
                found.append(self._clue(mention, "folder", _UNIT_WEIGHTS["folder"], when))
            else:
                note(part, "folder", first_only=True)
        if not any(clue.place in {"title", "ending", "field", "head"} for clue in found):
            counts = Counter(mention.unit for mention in inside if not self._names_all(mention.unit))
            if counts and (len(counts) == 1 or counts.most_common(2)[0][1] >= 3 * counts.most_common(2)[1][1]):
                unit = counts.most_common(1)[0][0]
                mention = next(m for m in inside if m.unit == unit)
                found.append(self._clue(mention, "body", _UNIT_WEIGHTS["body"] + 0.05 * min(counts[unit], 5), when))
        if self._home and not any(clue.weight > 0.5 for clue in found):
            mention = Mention(unit=self._home, words="", start=0, end=0)
            found.append(self._clue(mention, "checklist", 0.7, when))
        own = next((c for c in found if c.place in {"title", "ending", "field"} and c.weight > 0.6), None)
        if own:  # a folder of the office that collects contradicts no school's paper
            found = [
                replace(c, weight=0.5) if c.place in _COLLECTED and self.units.is_above(c.unit, own.unit) else c
                for c in found
            ]
        return tuple(sorted(found, key=lambda clue: -clue.weight))

    def _listed(self, text: str) -> tuple[Mention, ...]:
        """Units named in the text; a placeholder's own title (各学校) names nobody."""
        return tuple(mention for mention in self.units.find(text) if not self._names_all(mention.unit))

    def _names_all(self, unit: str) -> bool:
        known = self.units.unit(unit)
        return known is not None and known.placeholder and known.name[:1] in "各每"

    def _stranger(self, text: str, mentions: tuple[Mention, ...], *, whole: bool) -> Stranger | None:
        """A unit that is plainly named and not listed; one that is listed, and not only its place, goes before."""
        if any(not mention.place for mention in mentions):
            return None
        return self.units.strangers.whole(text) or (None if whole else self.units.strangers.leading(text))

    def _clue(self, mention: Mention, place: str, weight: float, when: str) -> UnitClue:
        unit = slots.owner(self.checklist, mention.unit, when)
        return UnitClue(unit=unit, named=mention.unit, place=place, words=mention.words, weight=weight)

    def _periods(
        self, title: str, raw_names: tuple[str, ...], folders: tuple[str, ...], layout: Layout, today: date
    ) -> tuple[PeriodClue, ...]:
        found: list[PeriodClue] = []

        def note(text: str, place: str, weight: float, *, bare_years: bool = False) -> None:
            for covered in find_periods(text, today, self.habits, bare_years=bare_years):
                lower = 0.25 if covered.grain in {"day", "month"} else 0.0
                found.append(PeriodClue(covered=covered, place=place, weight=weight - lower))

        note(title, "title", 0.95, bare_years=True)
        for line in layout.head[:6]:
            if bare(line) and bare(line) not in bare(title) and len(line) <= 40 and not find_numbers(line):
                for covered in find_periods(line, today, self.habits):
                    if covered.grain not in {"day", "month"}:
                        found.append(PeriodClue(covered=covered, place="head", weight=0.85))
        for sheet in layout.sheets[:3]:
            note(sheet, "sheet", 0.6, bare_years=True)
        said = {c.periods: c for line in layout.head[1:14] for c in find_periods(line[:200], today, self.habits)}
        named = [c for c in said.values() if c.grain in {"school", "semester"}]
        if len(named) == 1:  # one school year in the first lines, and no other
            found.append(PeriodClue(covered=named[0], place="body", weight=0.5))
        for raw in raw_names:
            note(_without_numbers(raw), "name", 0.75, bare_years=True)
        for part in reversed(folders):
            note(part, "folder", 0.65, bare_years=True)
        return tuple(sorted(found, key=lambda clue: -clue.weight))


def _without_numbers(name: str) -> str:
    """The name without document numbers: the year in 吴政发〔2015〕15号 is no period."""
    for found in reversed(find_numbers(name)):
        name = name[: found.start] + " " + name[found.end :]
    return name


def _number(layout: Layout, raw_names: tuple[str, ...]) -> tuple[str, str]:
    if own := own_number(layout.head):
        return own, "text"
    cited = {found.value for found in find_numbers("\n".join(layout.head[:60]))}
    for name in raw_names:
        numbers = find_numbers(name)
        if (
            numbers
            and not re.search(r"转发|贯彻|落实|根据|学习|按照", name[: numbers[0].end + 4])
            and numbers[0].value not in cited
        ):
            return numbers[0].value, "name"
    return "", ""


def _kinds(title: str, names: tuple[str, ...], layout: Layout) -> tuple[KindFound, ...]:
    found: dict[str, KindFound] = {}
    for text, worth in ((title, 1.0), *((name, 0.85) for name in names if name)):
        for one in kinds_of_title(text):
            scaled = KindFound(kind=one.kind, words=one.words, confidence=one.confidence * worth)
            if one.kind not in found or found[one.kind].confidence < scaled.confidence:
                found[one.kind] = scaled
    by_layout = kind_of_layout(
        layout.headers, layout.rows, picture=layout.picture, moving=layout.moving, words=layout.characters
    )
    if by_layout and by_layout.kind not in found:
        found[by_layout.kind] = by_layout
    return tuple(sorted(found.values(), key=lambda k: -k.confidence))


def place_words(place: str) -> str:
    """Where something was found, as a person says it."""
    return _PLACES.get(place, place)


def facts_date(facts: Mapping[str, object]) -> str:
    """The day a picture was taken, where its file tells it; a document's own 'created' is no 成文日期."""
    value = str(facts.get("taken", "") or "")
    match = re.match(r"(\d{4})[-:](\d\d)[-:](\d\d)", value)
    return "-".join(match.groups()) if match else ""
