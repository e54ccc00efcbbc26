"""名册互查: the same people followed through 人口登记, 学籍, 点名册, 随班就读 and 资助 lists.

Two people are one where a number agrees, else where name and birth do, else where the name alone is unique on both
sides. Only lists of one unit and time are held together; what another list does not have is a doubt, never a verdict.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from duban_archive.core.figures.rosters import WITHIN, Person, Roster
from duban_archive.core.figures.vocabulary import PUPILS
from duban_archive.core.findings import Finding, Spot, make_key, records_of
from duban_archive.core.units import UnitNames

_SHOWN = 30
_ALIKE = 0.5  # two lists are of the same people when they share at least half of the smaller one


def followed(rosters: Sequence[Roster], names: UnitNames, source: tuple[str, ...]) -> Iterator[Finding]:
    """People in one list and not in the other, told twice, or told differently."""
    for roster in rosters:
        yield from _twice(roster, source)
    groups: dict[tuple[str, str], list[Roster]] = defaultdict(list)
    for roster in rosters:
        if roster.unit and roster.unit[0] not in "@?" and roster.period and roster.people:
            groups[roster.unit, roster.period].append(roster)
    for some in groups.values():
        whole = [r for r in some if r.population == PUPILS and r.sort in ("学籍", "花名册", "")]
        calls = [r for r in some if r.population == PUPILS and r.sort == "点名"]
        for part in some:
            if part.population in WITHIN:
                yield from _within(part, whole, source)
        for call in calls:
            yield from _same_people(call, whole, source)
        yield from _told_differently(some, source)
    yield from _counted_as_ours(rosters, names, source)
    yield from _in_two_schools(rosters, source)


def _twice(roster: Roster, source: tuple[str, ...]) -> Iterator[Finding]:
    by_number: dict[str, list[Person]] = defaultdict(list)
    by_name: dict[tuple[str, ...], list[Person]] = defaultdict(list)
    for p in roster.people:
        if p.id:
            by_number[p.id].append(p)
        elif p.birth:
            by_name[p.name, p.birth, p.sex, p.class_, p.grade].append(p)
    for some in (*by_number.values(), *by_name.values()):
        if len(some) > 1:
            places = tuple(roster.place(p) for p in some)
            named = "、".join(dict.fromkeys(p.name for p in some))
            what = "证件号(学籍号)相同" if some[0].id else "姓名、性别、出生都相同"
            yield _finding(
                f"《{roster.paper.title}》里 {named} 登记了 {len(some)} 次({what})。", places, (roster,), source,
                ("twice", some[0].id or some[0].name),
            )  # fmt: skip


class _Known:
    """The people of some rosters, looked up."""

    def __init__(self, rosters: Sequence[Roster]) -> None:
        self.ids: dict[str, tuple[Roster, Person]] = {}
        self.births: dict[tuple[str, str], tuple[Roster, Person]] = {}
        self.names: dict[str, list[tuple[Roster, Person]]] = defaultdict(list)
        for roster in rosters:
            for p in roster.people:
                if p.id:
                    self.ids[p.id] = (roster, p)
                if p.birth:
                    self.births[p.name, p.birth] = (roster, p)
                self.names[p.name].append((roster, p))

    def find(self, person: Person) -> tuple[Roster, Person] | None:
        """The same person, by number, by name and birth, or by a name that only one bears."""
        if person.id and person.id in self.ids:
            return self.ids[person.id]
        if person.birth and (person.name, person.birth) in self.births:
            return self.births[person.name, person.birth]
        bearers = self.names.get(person.name, [])
        return bearers[0] if bearers else None


def _classes(rosters: Sequence[Roster]) -> set[tuple[str, str]]:
    return {(r.grade or p.grade, r.class_ or p.class_) for r in rosters for p in r.people}


def _grades(rosters: Sequence[Roster]) -> set[str]:
    return {r.grade or p.grade for r in rosters for p in r.people}


def _within(part: Roster, whole: Sequence[Roster], source: tuple[str, ...]) -> Iterator[Finding]:
    """Everybody of a 随班就读, 资助… list should be in the school's roll."""
    if not whole:
        return
    known, grades = _Known(whole), _grades(whole)
    missing = []
    for p in part.people:
        grade = part.grade or p.grade
        covered = "" in grades or (grade in grades if grade else len(grades) >= 3)
        if covered and known.find(p) is None:
            missing.append(p)
    if not missing or len(missing) * 2 > max(len(part.people), 2):
        return
    places = tuple(part.place(p) for p in missing)
    titles = "、".join(dict.fromkeys(f"《{r.paper.title}》" for r in whole[:3]))
    yield _finding(
        f"《{part.paper.title}》里的 {_named(missing)}不在{titles}里。",
        (*places, *(r.spot for r in whole[:3])), (part, *whole), source, ("within", *sorted(p.name for p in missing)),
    )  # fmt: skip


def _same_people(call: Roster, whole: Sequence[Roster], source: tuple[str, ...]) -> Iterator[Finding]:
    """A 点名册 and the roll of the same class hold the same people."""
    classes = _classes([call]) - {("", "")}
    roll = [
        (r, p) for r in whole for p in r.people if (r.grade or p.grade, r.class_ or p.class_) in classes or not classes
    ]
    if not roll or not call.people:
        return
    ours, theirs = _Known([call]), _Known(whole)
    extra = [p for p in call.people if theirs.find(p) is None]
    absent = [(r, p) for r, p in roll if ours.find(p) is None]
    shared = len(call.people) - len(extra)
    if shared < _ALIKE * min(len(call.people), len(roll)):
        return
    if extra:
        yield _finding(
            f"《{call.paper.title}》里的 {_named(extra)}不在学籍花名册里。",
            tuple(call.place(p) for p in extra), (call, *whole[:1]), source, ("extra", *sorted(p.name for p in extra)),
        )  # fmt: skip
    if absent:
        places = tuple(r.place(p) for r, p in absent)
        yield _finding(
            f"学籍花名册里的 {_named([p for _, p in absent])}不在《{call.paper.title}》里。",
            (*places, call.spot), (call, *(r for r, _ in absent)), source,
            ("absent", *sorted(p.name for _, p in absent)),
        )  # fmt: skip


def _told_differently(rosters: Sequence[Roster], source: tuple[str, ...]) -> Iterator[Finding]:
    """The same number under another name; the same name and birth under another sex."""
    seen: dict[str, tuple[Roster, Person]] = {}
    by_birth: dict[tuple[str, str], tuple[Roster, Person]] = {}
    for roster in rosters:
        counts = Counter((p.name, p.birth) for p in roster.people)
        for p in roster.people:
            if p.id:
                other = seen.setdefault(p.id, (roster, p))
                if other[0] is roster:
                    continue
                if other[1].name != p.name:
                    yield _pair(
                        other, (roster, p), f"证件号(学籍号)相同,姓名一处是 {other[1].name},一处是 {p.name}", source
                    )
                elif other[1].birth and p.birth and len(p.birth) == len(other[1].birth) and other[1].birth != p.birth:
                    words = f"{p.name} 的出生年月一处是 {other[1].birth},一处是 {p.birth}"
                    yield _pair(other, (roster, p), words, source)
            if p.birth and p.sex and counts[p.name, p.birth] == 1:
                held = by_birth.setdefault((p.name, p.birth), (roster, p))
                if held[0] is not roster and held[1].sex and held[1].sex != p.sex:
                    yield _pair(held, (roster, p), f"{p.name} 的性别一处是{held[1].sex},一处是{p.sex}", source)


def _pair(one: tuple[Roster, Person], two: tuple[Roster, Person], words: str, source: tuple[str, ...]) -> Finding:
    places = (one[0].place(one[1]), two[0].place(two[1]))
    return _finding(f"两处名册不一致:{words}。", places, (one[0], two[0]), source, ("differs", words))


def _counted_as_ours(rosters: Sequence[Roster], names: UnitNames, source: tuple[str, ...]) -> Iterator[Finding]:
    """人口登记 says a child is at this school: the school's roll should have it."""
    rolls: Mapping[str, list[Roster]] = defaultdict(list)
    for r in rosters:
        if r.population == PUPILS and r.sort in ("学籍", "花名册", "") and r.unit:
            rolls[r.unit].append(r)
    for register in rosters:
        if register.population != "人口":
            continue
        by_school: dict[str, list[Person]] = defaultdict(list)
        for p in register.people:
            if p.school and (unit := names.resolve(re.sub(r"\s", "", p.school))):
                by_school[unit].append(p)
        for unit, people in by_school.items():
            whole = rolls.get(unit, [])
            if not whole or ("" not in _grades(whole) and len(_grades(whole)) < 3):
                continue
            known = _Known(whole)
            missing = [p for p in people if known.find(p) is None]
            if missing and len(missing) * 2 <= max(len(people), 2):
                places = (*(register.place(p) for p in missing), *(r.spot for r in whole[:3]))
                yield _finding(
                    f"《{register.paper.title}》登记在 {people[0].school} 就读的 {_named(missing)}不在该校花名册里。",
                    places, (register, *whole), source, ("register", *sorted(p.name for p in missing)),
                )  # fmt: skip


def _in_two_schools(rosters: Sequence[Roster], source: tuple[str, ...]) -> Iterator[Finding]:
    """The same number in the rolls of two schools at one time."""
    seen: dict[tuple[str, str], tuple[Roster, Person]] = {}
    for roster in rosters:
        if roster.population != PUPILS or not roster.unit or roster.unit[0] in "@?" or not roster.period:
            continue
        for p in roster.people:
            if p.id:
                other = seen.setdefault((p.id, roster.period), (roster, p))
                if other[0].unit != roster.unit:
                    yield _pair(other, (roster, p), f"{p.name} 同时在两所学校的花名册里", source)


def _named(people: Sequence[Person]) -> str:
    return f"{'、'.join(p.name for p in people[:_SHOWN])}(共 {len(people)} 人)"


def _finding(
    message: str, places: tuple[Spot, ...], rosters: Sequence[Roster], source: tuple[str, ...], about: tuple[str, ...]
) -> Finding:
    units = tuple(dict.fromkeys(r.unit for r in rosters if r.unit and r.unit[0] not in "@?"))
    records = records_of(places)
    return Finding(
        rule="roster_people", severity="doubt", message=message, places=places[:40], records=records, source=source,
        key=make_key("roster_people", *records, *about), units=units,
    )  # fmt: skip
