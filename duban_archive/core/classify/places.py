"""Which slots of a requirement a paper fills: the units and periods it names, held against those that owe."""

from __future__ import annotations

from dataclasses import dataclass, replace

from duban_archive.core.classify.profiles import Profile
from duban_archive.core.describe.clues import Clues, PeriodClue, place_words
from duban_archive.core.model import Description
from duban_archive.core.period_rules import label
from duban_archive.core.periods import fit
from duban_archive.core.units import UnitNames


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChoice:
    """A unit for the slot (``""``: not known), whether it is beyond doubt, how it speaks for the slot (-1..1)."""

    unit: str
    sure: bool
    worth: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChoice:
    """Periods for the slot (``()``: not known), and the same."""

    periods: tuple[str, ...]
    sure: bool
    worth: float
    because: str
    other: tuple[str, ...] = ()  # what the same words may mean, while the office has not said which


def choose_unit(
    profile: Profile, description: Description, clues: Clues, units: UnitNames, peers: set[str]
) -> UnitChoice:
    """The owing unit that the paper is of."""
    owed = profile.slots
    told = description.unit
    if told is None:
        if stranger := next((clue for clue in clues.units if clue.stranger and clue.weight > 0.6), None):
            only = next(iter(owed)) if len(owed) == 1 else ""
            words = f"{place_words(stranger.place)}写的“{stranger.words}”不在本清单的单位里"
            return UnitChoice(unit=only, sure=False, worth=-0.3, because=f"{words},请补上单位或指明")
        if len(owed) == 1:
            only = next(iter(owed))
            holder = units.unit(only)
            words = "此项只由一个单位提供"
            if holder is not None and holder.placeholder:
                words = f"没有看出是哪个单位的材料(单位还没有填,先归在“{holder.name}”名下)"
            return UnitChoice(unit=only, sure=True, worth=0.2, because=words)
        return UnitChoice(unit="", sure=False, worth=0.0, because="没有看出是哪个单位的材料")
    name = getattr(units.unit(told.value), "name", told.value)
    if description.unit_name is not None:
        name = description.unit_name.value
    if told.value in owed:
        alone = len({clue.unit for clue in clues.units}) <= 1 and told.confidence >= 0.5
        sure = told.source == "person" or told.confidence >= 0.66 or alone or len(owed) == 1
        return UnitChoice(
            unit=told.value,
            sure=sure,
            worth=1.0 if len(owed) > 1 else 0.9,
            because=_unit_words(clues, told.value, getattr(units.unit(told.value), "name", told.value)),
        )
    # Not the unit the paper is of by its issuer; a unit it names elsewhere may be the one that owes.
    for clue in clues.units:
        if clue.unit in owed and clue.unit != told.value and told.source != "person":
            return UnitChoice(
                unit=clue.unit,
                sure=False,
                worth=0.2,
                because=f"{place_words(clue.place)}里有“{clue.words}”,但材料像是{name}的",
            )
    if len(owed) == 1:
        only = next(iter(owed))
        own = units.unit(only)
        same_house = told.value not in peers and _same_house(told.value, only, units)
        worth = (-0.1 if told.confidence < 0.85 else -0.5) if same_house else -0.9
        if told.value in peers and told.confidence >= 0.85:
            worth = -1.5
        return UnitChoice(
            unit=only,
            sure=same_house and told.confidence < 0.5,
            worth=worth,
            because=f"此项由{own.name if own else only}提供,材料像是{name}的",
        )
    return UnitChoice(unit="", sure=False, worth=-0.8, because=f"材料像是{name}的,此项不向它要")


def _same_house(one: str, other: str, units: UnitNames) -> bool:
    """Two offices of one town (镇政府 and its 中心学校 or 迎检办) often sign for each other; two schools never do."""
    schools = ("小学", "初中", "中学", "幼儿园", "一贯制", "教学点", "村", "学校")
    kinds = [getattr(units.unit(unit), "kind", "") or getattr(units.unit(unit), "name", "") for unit in (one, other)]
    return not any(word in kind and "中心学校" not in kind for kind in kinds for word in schools)


def _unit_words(clues: Clues, unit: str, name: str) -> str:
    for clue in clues.units:
        if clue.unit == unit and clue.stranger:
            return f"{place_words(clue.place)}有“{clue.words}”(单位还没有填,先归在“{name}”名下)"
        if clue.unit == unit:
            merged = f"({clue.words}已并入{name})" if clue.named != clue.unit else ""
            return f"{place_words(clue.place)}有“{clue.words}”{merged}"
    return f"单位是{name}"


def choose_periods(profile: Profile, unit: str, description: Description, clues: Clues) -> PeriodChoice:
    """The owed periods that the paper covers; named in the paper, else by its date, else unknown."""
    owed = profile.slots.get(unit) or next(iter(profile.slots.values()))
    if set(owed) <= {"once", "standing"}:
        return PeriodChoice(periods=owed[:1], sure=True, worth=0.0, because="")
    told = description.period
    if told is not None and told.source == "person":
        fits = fit(told.value, owed)
        periods = tuple(f.period for f in fits if f.exact) or tuple(f.period for f in fits[:1])
        return PeriodChoice(
            periods=periods, sure=bool(periods), worth=1.0 if periods else -1.0, because=f"期间是{told.value}"
        )
    guess: PeriodChoice | None = None
    refusal: PeriodChoice | None = None
    named = any(clue.covered.grain != "day" for clue in clues.periods)
    for clue in clues.periods:
        if clue.covered.grain == "day" and named:
            continue
        fitting = [one for period in clue.covered.periods for one in fit(period, owed)]
        exact = tuple(dict.fromkeys(one.period for one in fitting if one.exact))
        words = f"{place_words(clue.place)}有“{clue.covered.raw}”"
        if exact and (guess is None or set(exact) & set(guess.periods)) and refusal is None:
            sure = clue.weight >= 0.55 and clue.covered.grain != "day" and not _rivals(clue, exact, owed, clues)
            sure = sure and not clue.covered.other
            return PeriodChoice(
                periods=exact, sure=sure, worth=1.0, because=words + _asked(clue), other=_others(clue, owed, exact)
            )
        if fitting and guess is None and refusal is None:
            likely = tuple(one.period for one in fitting)
            words += _asked(clue)
            other = _others(clue, owed, likely[:1])
            guess = PeriodChoice(
                periods=likely, sure=False, worth=0.4, because=f"{words},按学年与年份的对应推断", other=other
            )
        elif not fitting and guess is None and refusal is None:
            refusal = PeriodChoice(periods=(), sure=False, worth=-1.0, because=f"{words},此项不要这一期")
    if guess is not None:
        return replace(guess, periods=guess.periods[:1])
    if refusal is not None:
        return refusal
    dated = description.dated
    if dated is not None and len(dated.value) >= 4:
        fits = fit(dated.value, owed)
        words = f"成文日期 {dated.value}"
        if fits:
            only = len(owed) == 1 and fits[0].exact
            return PeriodChoice(periods=(fits[0].period,), sure=only, worth=0.3, because=f"{words},据此推断期间")
        return PeriodChoice(periods=(), sure=False, worth=-0.5, because=f"{words},不在所要的期间内")
    if len(owed) == 1:
        return PeriodChoice(periods=owed, sure=False, worth=0.0, because="此项只要一期")
    return PeriodChoice(periods=(), sure=False, worth=0.0, because="没有看出是哪一期的材料")


def _asked(clue: PeriodClue) -> str:
    """What must be asked once, where the office's words may mean two periods."""
    if not clue.covered.other:
        return ""
    one, other = label(clue.covered.periods[0]), label(clue.covered.other[0])
    return f",这里是指 {one} 还是 {other},还没有定过,请定一次(duban habits)"


def _others(clue: PeriodClue, owed: tuple[str, ...], chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Owed periods that the other reading of the words means."""
    fitting = [f.period for period in clue.covered.other for f in fit(period, owed)]
    return tuple(period for period in dict.fromkeys(fitting) if period not in chosen)


def _rivals(clue: PeriodClue, chosen: tuple[str, ...], owed: tuple[str, ...], clues: Clues) -> bool:
    """Whether another place names a period that does not agree."""
    return any(
        other.weight > 0.6
        and not set(other.covered.periods) & set(clue.covered.periods)
        and not _agree(other.covered.periods, chosen, owed)
        for other in clues.periods
        if other.covered.grain not in {"day", "month"}
    )


def _agree(periods: tuple[str, ...], chosen: tuple[str, ...], owed: tuple[str, ...]) -> bool:
    return any(f.period in chosen for period in periods for f in fit(period, owed))
