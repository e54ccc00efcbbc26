"""著录: describes a record from its names, its folder and what was read, each field with its source and confidence.

Unknown is unknown: a field nothing speaks for is ``None``, never today and never a guess.
"""

from __future__ import annotations

import re
from datetime import date

from duban_archive.core.checklist import Checklist
from duban_archive.core.describe.clues import Clerk, Clues, PeriodClue, UnitClue, facts_date
from duban_archive.core.describe.title import is_organisation
from duban_archive.core.model import Description, Extracted, Told
from duban_archive.core.periods import Habits
from duban_archive.core.secrecy import mark_in_lines

__all__ = ["Clerk", "Clues", "describe", "describe_clues", "period_of", "unit_of"]

_COPY = re.compile(r"复印件|与原件(?:相符|一致|核对无误)|复制件|影印件")
_LATER = re.compile(r"补充整理|事后补|补记|补录|后补|补做|补填")
_SOURCES = {"title": "text", "ending": "text", "field": "text", "head": "text", "body": "text", "sheet": "text"}


def describe(
    *,
    file_names: tuple[str, ...],
    folder: str,
    extracted: Extracted | tuple[Extracted, ...] | None,
    checklist: Checklist | Clerk,
    today: date,
    habits: Habits | None = None,
) -> Description:
    """The description of one record. Give a ``Clerk`` instead of the checklist where many papers follow."""
    clerk = checklist if isinstance(checklist, Clerk) else Clerk(checklist, habits=habits)
    parts = parts_of(extracted)
    return describe_clues(clerk.look(file_names=file_names, folder=folder, extracted=parts, today=today), parts)


def parts_of(extracted: Extracted | tuple[Extracted, ...] | None) -> tuple[Extracted, ...]:
    """One or several or no readings, as a tuple."""
    if extracted is None:
        return ()
    return (extracted,) if isinstance(extracted, Extracted) else extracted


def describe_clues(clues: Clues, extracted: tuple[Extracted, ...] = ()) -> Description:
    """The best of each clue."""
    unit, period = unit_of(clues), period_of(clues)
    return Description(
        title=_title(clues),
        author=_author(clues),
        document_number=_number(clues),
        dated=_dated(clues, extracted),
        unit=Told(value=unit.unit, source=_SOURCES.get(unit.place, unit.place), confidence=unit.weight)
        if unit and unit.unit
        else None,
        unit_name=Told(value=unit.words, source=_SOURCES.get(unit.place, unit.place), confidence=unit.weight)
        if unit and unit.stranger
        else None,
        period=_period(clues, period),
        periods=period.covered.periods if period and len(period.covered.periods) > 1 else (),
        kind=_kind(clues),
        secrecy=_secrecy(clues),
        formation=_formation(clues),
        code=Told(value=clues.codes[0][0], source=clues.codes[0][1], confidence=0.95) if clues.codes else None,
    )


def unit_of(clues: Clues) -> UnitClue | None:
    """The unit the paper is of: what the paper itself says goes before its folder and name, issuer before the rest."""
    own = [clue for clue in clues.units if clue.place in {"title", "ending", "field", "head"} and clue.weight > 0.6]
    best = own[0] if own else clues.units[0] if clues.units else None
    if best is None:
        return None
    rivals = {clue.unit for clue in clues.units if clue.unit != best.unit and clue.weight > 0.6}
    agree = {clue.place for clue in clues.units if clue.unit == best.unit}
    weight = best.weight + 0.03 * (len(agree) - 1) - 0.25 * bool(rivals)
    return UnitClue(
        unit=best.unit,
        named=best.named,
        place=best.place,
        words=best.words,
        weight=round(min(weight, 0.99), 3),
        stranger=best.stranger,
    )


def period_of(clues: Clues) -> PeriodClue | None:
    """The period the paper covers, as named in its title, head, name or folder (not merely its date)."""
    named = [clue for clue in clues.periods if clue.covered.grain != "day" and clue.place != "body"]
    if not named:
        return None
    top = [clue for clue in named if clue.weight >= named[0].weight - 0.01]
    # Of several in one place the narrowest says most: 2014-2015学年度第一学期 before 2015年.
    order = {"semester": 0, "school": 1, "span": 2, "year": 3, "month": 4}
    best = min(top, key=lambda clue: (order.get(clue.covered.grain, 5), clue.covered.start))
    rivals = {c.covered.periods for c in named if c.covered.periods != best.covered.periods and c.weight > 0.6}
    return PeriodClue(covered=best.covered, place=best.place, weight=round(best.weight - 0.2 * bool(rivals), 3))


def _title(clues: Clues) -> Told | None:
    if clues.title:
        return Told(value=clues.title, source=clues.title_place, confidence=round(clues.title_sure, 3))
    unit = unit_of(clues)
    first = next((line for line in clues.layout.head if len(line) > 4), "")
    if first:
        return Told(value=f"[{first[:30]}]", source="text", confidence=0.2)
    words = "照片" if clues.layout.picture else "录像" if clues.layout.moving else ""
    where = unit.words if unit else clues.folders[-1] if clues.folders else ""
    return Told(value=f"[{where}{words or '材料'}]", source="folder", confidence=0.2) if where else None


def _author(clues: Clues) -> Told | None:
    if clues.ending.author:
        return Told(value=clues.ending.author, source="text", confidence=0.9)
    for line in clues.layout.head[:4]:
        head = re.sub(r"文\s*件$", "", line)
        if head != line and is_organisation(head):
            return Told(value=head, source="text", confidence=0.9)
    for clue in clues.units:
        if clue.place in {"title", "field", "head"}:
            return Told(value=clue.words, source="text", confidence=0.7)
    return None


def _number(clues: Clues) -> Told | None:
    if not clues.number:
        return None
    return Told(value=clues.number, source=clues.number_place, confidence=0.97 if clues.number_place == "text" else 0.7)


def _dated(clues: Clues, extracted: tuple[Extracted, ...]) -> Told | None:
    if clues.ending.dated:
        sure = clues.ending.confidence
        return Told(value=clues.ending.dated, source="text", confidence=sure)
    for part in extracted:
        if taken := facts_date(part.facts):
            return Told(value=taken, source="file", confidence=0.8)
    return Told(value=clues.name_date, source="name", confidence=0.5) if clues.name_date else None


def _period(clues: Clues, period: PeriodClue | None) -> Told | None:
    if period is not None:
        source = _SOURCES.get(period.place, period.place)
        return Told(value=period.covered.periods[-1], source=source, confidence=max(period.weight, 0.1))
    if len(clues.ending.dated) >= 7:
        return Told(value=clues.ending.dated[:4], source="text", confidence=0.4)
    return None


def _kind(clues: Clues) -> Told | None:
    if not clues.kinds:
        return None
    best = clues.kinds[0]
    return Told(
        value=best.kind, source="text" if clues.title_place == "text" else "name", confidence=round(best.confidence, 3)
    )


def _secrecy(clues: Clues) -> Told | None:
    mark = mark_in_lines(clues.layout.head[:8])
    return Told(value=mark, source="text", confidence=0.95) if mark else None


def _formation(clues: Clues) -> Told | None:
    places = (
        ("name", clues.raw_names),
        ("folder", clues.folders),
        ("text", (*clues.layout.head[:6], *clues.layout.tail[-6:])),
    )
    for source, texts in places:
        for text in texts:
            if _LATER.search(text):
                return Told(value="补充整理", source=source, confidence=0.8)
            if _COPY.search(text):
                return Told(value="复印件", source=source, confidence=0.8)
    return None
