"""归类: proposes the slots a paper fills, best first, each with a chance and reasons that a person can check.

::

    explicit marks ─┐
    Clues ──▶ Paper ┼─▶ weigh(requirements) ─▶ unit, period ─▶ chance ─▶ sure? ─▶ Filing…
    learned ────────┘

``sure`` is kept for strong and unambiguous evidence: the right requirement stands clear of the next, the unit owes it
and is known, the period is known, and nothing in name, folder and text contradicts.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from duban_archive.core.bundles import papers_in, part_of
from duban_archive.core.checklist import Checklist
from duban_archive.core.classify.places import PeriodChoice, UnitChoice, choose_periods, choose_unit
from duban_archive.core.classify.profiles import Profiles
from duban_archive.core.classify.reading import Paper, core_of, read_paper
from duban_archive.core.classify.reasons import reasons
from duban_archive.core.classify.weighing import Weighed, chance, weigh
from duban_archive.core.describe import Clerk, Clues, describe_clues, parts_of
from duban_archive.core.describe.layout import lay_out
from duban_archive.core.learn import Example, Learned, learn
from duban_archive.core.model import Description, Extracted, Filing
from duban_archive.core.periods import Habits

__all__ = ["Classifier", "Mark"]

MOST = 6
LEAST = 0.04
HALF = 0.5
SURE = 0.80
MARGIN = 1.0
HEADED = 0.5  # headers that agree so far say that a table is of the requirement, whatever its title adds
OTHER_READING = 0.6  # of the chance, where the office's words may mean another period
EXPLAINED = 0.68
NAMED = 0.42
BY_CODE = 4.5
BY_INDICATOR = 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An explicit mark: a request package's hidden mark, an earlier version's filing. It goes before any weighing."""

    requirement: str
    unit: str = ""
    period: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    weighed: Weighed
    unit: UnitChoice
    period: PeriodChoice
    total: float
    mark: str = ""
    hint: str = ""  # explicit (a Mark) | code (its own) | indicator (one above it) | other (another's) | "" (none)


class Classifier:
    """Built once per checklist (and per change of what was learned); ``propose`` takes milliseconds a paper."""

    def __init__(self, checklist: Checklist, learned: Learned | None = None, *, habits: Habits | None = None) -> None:
        self.clerk = Clerk(checklist, habits=habits)
        self.profiles = Profiles(checklist)
        self.learned = learned

    def taught(self, examples: Iterable[Example]) -> Classifier:
        """The same classifier with what these decisions teach."""
        other = copy.copy(self)
        other.learned = learn(
            examples,
            core=lambda text: core_of(text, self.profiles, self.clerk.units),
            canonical=self.profiles.synonyms.canonical,
        )
        return other

    def headers_of(self, extracted: Extracted | tuple[Extracted, ...] | None) -> tuple[str, ...]:
        """The table headers that an ``Example`` carries."""
        return lay_out(parts_of(extracted)).headers

    def describe_and_propose(
        self,
        *,
        file_names: tuple[str, ...],
        folder: str,
        extracted: Extracted | tuple[Extracted, ...] | None,
        today: date,
        marks: tuple[Mark, ...] = (),
        record: int = 0,
    ) -> tuple[Description, tuple[Filing, ...]]:
        """Both at one reading, for a record that just came."""
        parts = parts_of(extracted)
        clues = self.clerk.look(file_names=file_names, folder=folder, extracted=parts, today=today)
        description = describe_clues(clues, parts)
        return description, self._propose(clues, description, marks, record)

    def propose(
        self,
        *,
        description: Description,
        file_names: tuple[str, ...],
        folder: str,
        extracted: Extracted | tuple[Extracted, ...] | None,
        today: date,
        marks: tuple[Mark, ...] = (),
        record: int = 0,
    ) -> tuple[Filing, ...]:
        """Proposals for a record whose description may have been corrected by a person: a person's word stays."""
        clues = self.clerk.look(file_names=file_names, folder=folder, extracted=parts_of(extracted), today=today)
        return self._propose(clues, description, marks, record)

    def propose_parts(
        self,
        *,
        file_names: tuple[str, ...],
        folder: str,
        extracted: Extracted,
        today: date,
        record: int = 0,
        compiled: bool = False,
    ) -> tuple[Filing, ...]:
        """Proposals for stretches of pages of a scan or a compilation (制度汇编第12–15页), each with its ``pages``.

        Never sure: that the pages are a paper of their own is itself only proposed.
        """
        filings: list[Filing] = []
        for stretch in papers_in(extracted, today, compiled=compiled):
            part = part_of(extracted, stretch)
            _, proposed = self.describe_and_propose(
                file_names=file_names, folder=folder, extracted=part, today=today, record=record
            )
            if proposed and proposed[0].score >= HALF:
                first, last = stretch.pages[0], stretch.pages[-1]
                where = f"第{first}页是“{stretch.title}”" if first == last else f"第{first}—{last}页是“{stretch.title}”"
                best = proposed[0]
                filings.append(
                    replace(best, pages=stretch.pages, sure=False, because=(where, stretch.because, *best.because))
                )
        return tuple(filings)

    def _propose(
        self, clues: Clues, description: Description, marks: tuple[Mark, ...], record: int
    ) -> tuple[Filing, ...]:
        if description.title is not None and description.title.source == "person":
            clues = clues.retitled(description.title.value)
        paper = read_paper(clues, self.profiles, self.clerk.units)
        choices = [self._choose(one, description, clues) for one in self._weigh(paper, clues)]
        choices += self._marked(marks, choices)
        choices.sort(key=lambda c: (-c.total, c.weighed.profile.code))
        return self._file(choices, clues, description, record)

    def _weigh(self, paper: Paper, clues: Clues) -> list[Weighed]:
        found = {one.profile.requirement.id: one for one in weigh(paper, clues.kinds, self.profiles)}
        by_code = {code for code, _ in clues.codes}
        for profile in self.profiles.profiles:
            if profile.requirement.id not in found and profile.code in by_code:
                found[profile.requirement.id] = Weighed(profile=profile, features={"kind": 0.35})
        if self.learned is not None:
            for requirement, worth in self.learned.opinions(paper).items():
                number = self.profiles.by_id.get(requirement)
                if number is not None and (requirement in found or worth > 0.15):
                    one = found.setdefault(
                        requirement, Weighed(profile=self.profiles.profiles[number], features={"kind": 0.35})
                    )
                    one.features["learned"] = worth
                    one.namesake = self.learned.namesake(requirement, paper)
        return list(found.values())

    def _choose(self, one: Weighed, description: Description, clues: Clues) -> _Choice:
        unit = choose_unit(one.profile, description, clues, self.clerk.units, self.profiles.peers)
        period = choose_periods(one.profile, unit.unit, description, clues)
        one.features["unit"] = unit.worth
        one.features["period"] = period.worth
        total = one.sum
        hint, mark = _hint(one, clues)
        total += {"code": BY_CODE, "indicator": BY_INDICATOR}.get(hint, 0.0)
        return _Choice(weighed=one, unit=unit, period=period, total=total, mark=mark, hint=hint)

    def _marked(self, marks: tuple[Mark, ...], choices: list[_Choice]) -> list[_Choice]:
        made: list[_Choice] = []
        for mark in marks:
            number = self.profiles.by_id.get(mark.requirement)
            if number is None:
                continue
            choices[:] = [c for c in choices if c.weighed.profile.requirement.id != mark.requirement]
            profile = self.profiles.profiles[number]
            unit = UnitChoice(unit=mark.unit, sure=mark.unit in profile.slots, worth=1.0, because="")
            periods = (mark.period,) if mark.period else ()
            known = bool(periods) and mark.period in profile.slots.get(mark.unit, ())
            period = PeriodChoice(periods=periods, sure=known, worth=1.0, because="")
            made.append(
                _Choice(
                    weighed=Weighed(profile=profile),
                    unit=unit,
                    period=period,
                    total=9.0,
                    mark=mark.why or "有明确标记",
                    hint="explicit",
                )
            )
        return made

    def _file(self, choices: list[_Choice], clues: Clues, description: Description, record: int) -> tuple[Filing, ...]:
        filings: list[Filing] = []
        for place, choice in enumerate(choices[:MOST]):
            likely = chance(choice.total)
            rest = choices[place + 1].total if place + 1 < len(choices) else -9.0
            if likely < LEAST and filings:
                break
            marked = choice.hint == "explicit"
            sure = (place == 0 or marked) and self._is_sure(choice, likely, choice.total - rest, clues)
            margin_penalty = 1.0 if place == 0 else 0.9
            because = reasons(choice.weighed, choice.unit, choice.period, choice.mark, clues)
            periods = [(period, margin_penalty) for period in choice.period.periods or ("",)]
            periods += [(period, OTHER_READING) for period in choice.period.other]
            filings += [
                Filing(
                    record=record,
                    requirement=choice.weighed.profile.requirement.id,
                    unit=choice.unit.unit,
                    period=period,
                    sure=sure,
                    score=round(likely * worth, 4),
                    because=because,
                )
                for period, worth in periods
            ]
        return tuple(filings)

    def _is_sure(self, choice: _Choice, likely: float, margin: float, clues: Clues) -> bool:
        features = choice.weighed.features
        if not (choice.unit.sure and choice.unit.unit and choice.period.sure and choice.period.periods):
            return False
        if clues.conflicts or choice.weighed.against:
            return False
        if choice.hint == "explicit":
            return True
        if choice.hint == "other" or not clues.layout.characters:
            return False  # its own code says another place; or there is only a name, and nothing that bears it out
        if likely < SURE or margin < MARGIN or features.get("kind", 0.0) < 0.35:
            return False
        return choice.hint == "code" or _is_known(choice.weighed, margin)


def _hint(one: Weighed, clues: Clues) -> tuple[str, str]:
    """What a code in the name or folder says of this requirement, and the sentence for it."""
    above = ""
    for code, place in clues.codes:
        where = "文件名" if place == "name" else "文件夹"
        if code == one.profile.code:
            return "code", f"{where}有编号“{code}”"
        if not above and one.profile.code.startswith(code) and len(code) > 1:
            above = f"{where}有指标编号“{code}”"
    if above:
        return "indicator", above
    if clues.codes:
        code, place = clues.codes[0]
        return "other", f"{'文件名' if place == 'name' else '文件夹'}的编号是“{code}”,与此项不符,请核对"
    return "", ""


def _is_known(one: Weighed, margin: float) -> bool:
    """Named as the requirement names it, and hardly anything in the title left that it does not account for.

    The table's headers, or a name found whole far ahead of the next requirement, make up for a little.
    """
    name, headers = one.features.get("name", 0.0), one.features.get("headers", 0.0)
    explained = one.features.get("explained", 0.0)
    if one.features.get("foreign", 0.0) and headers < HEADED:
        return False
    if headers >= 0.6 and name >= 0.45 and explained >= 0.5:
        return True
    whole = one.name is not None and one.line is not None and one.name.text in one.line.text
    if whole and explained >= 0.70 and margin >= 4.5:
        return True
    return explained >= EXPLAINED and (name >= NAMED or (name >= 0.3 and headers >= 0.6))
