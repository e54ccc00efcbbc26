"""表表相符, 表册相符, 口径表: the same figure of the same unit and time, wherever it stands, held together.

What cannot be told apart for certain is not compared: readings without a unit or a period, roughly given numbers, and a
table in which two cells seem to say the same thing differently (a header we did not understand).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from duban_archive.core.figures.amounts import Amount, plain_number
from duban_archive.core.figures.readings import ALL, Reading, differ
from duban_archive.core.figures.vocabulary import PUPILS, Vocabulary
from duban_archive.core.findings import Finding, make_key, records_of
from duban_archive.core.period_rules import label

Subject = tuple[str, str, str, tuple[tuple[str, str], ...]]
_GRADES = ({"1", "2", "3", "4", "5", "6"}, {"7", "8", "9"}, {str(n) for n in range(1, 10)}, {"小班", "中班", "大班"})
_ADDED = (PUPILS, "招生数", "毕业生数", "辍学学生数")
_DIMS = {"grade": "{}年级", "class": "{}班", "sex": "{}", "stage": "{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """认定值: the one value of a figure for a unit and a period, its source, by whom and when it was settled."""

    name: str
    unit: str
    period: str
    value: str
    measure: str
    source: str
    by: str
    at: str
    dims: tuple[tuple[str, str], ...] = ()

    @property
    def subject(self) -> Subject:
        """What it is the value of."""
        return self.name, self.unit, self.period, self.dims

    @property
    def amount(self) -> Amount:
        """The value, exact to its last place."""
        value = Decimal(self.value)
        exponent = value.as_tuple().exponent
        step = Decimal(1).scaleb(exponent if isinstance(exponent, int) and exponent < 0 else 0)
        return Amount(value=value, measure=self.measure, step=step)


def comparable(readings: Iterable[Reading]) -> list[Reading]:
    """Readings that may be compared: unit and period known, exact, and not contradicted by their own table."""
    known = [r for r in readings if r.unit and r.period and not r.amount.about]
    known += [
        replace(r, quantity=PUPILS)  # what a school year begins with is what 在校生数 of that year means
        for r in known
        if r.quantity == "学年初学生数" and re.fullmatch(r"\d{4}-\d{4}", r.period)
    ]
    by_table: dict[tuple[int, Subject], list[Reading]] = defaultdict(list)
    for r in known:
        if r.table and r.by == "table":
            by_table[r.table, r.subject].append(r)
    unclear = {key for key, some in by_table.items() if any(differ(some[0].amount, other.amount) for other in some[1:])}
    return [r for r in known if (r.table, r.subject) not in unclear or r.by != "table"]


def derived(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Totals a table does not print but whose parts it lists in full: 男女, all grades, all classes."""
    by_table: dict[int, list[Reading]] = defaultdict(list)
    for r in readings:
        if r.table and r.by == "table":
            by_table[r.table].append(r)

    for some in by_table.values():
        level = some
        for key in ("class", "grade", "sex"):
            level = [*level, *_added_up(level, key)]
        yield from (r for r in level if r.by == "sum")


def _added_up(readings: Sequence[Reading], key: str) -> Iterator[Reading]:
    groups: dict[Subject, dict[str, Reading]] = defaultdict(dict)
    whole = {r.subject for r in readings}
    for r in readings:
        dims = dict(r.dims)
        part = dims.pop(key, "")
        if part:
            groups[r.quantity, r.unit, r.period, tuple(sorted(dims.items()))].setdefault(part, r)
    for subject, parts in groups.items():
        if subject in whole or len(parts) < 2 or not _is_whole(key, set(parts)):
            continue
        if key == "class" and not any(k == "grade" for k, _ in subject[3]):
            continue
        first = next(iter(parts.values()))
        if first.quantity not in _ADDED:
            continue
        value = sum((p.value for p in parts.values()), Decimal(0))
        words = {"sex": "男女之和", "grade": "各年级之和", "class": "各班之和"}[key]
        spot = replace(first.spot, cell="", text=f"{words} {plain_number(value)}", value=f"{plain_number(value)}人")
        amount = Amount(value=value, measure=first.amount.measure, step=first.amount.step)
        yield replace(first, amount=amount, spot=spot, dims=subject[3], by="sum")


def _is_whole(key: str, parts: set[str]) -> bool:
    if key == "sex":
        return parts == {"男", "女"}
    if key == "grade":
        return parts in _GRADES
    return parts == {str(n) for n in range(1, len(parts) + 1)}


def roster_totals(counts: Sequence[Reading]) -> Iterator[Reading]:
    """What several class rosters of one school come to, where none of a grade's classes is missing."""
    groups: dict[tuple[str, str, str], dict[tuple[str, str], Reading]] = defaultdict(dict)
    twice: set[tuple[str, str, str]] = set()
    for r in counts:
        dims = dict(r.dims)
        if set(dims) == {"grade", "class"} and r.by == "roster":
            key = (r.quantity, r.unit, r.period)
            if (dims["grade"], dims["class"]) in groups[key]:
                twice.add(key)
            groups[key][dims["grade"], dims["class"]] = r

    for key, classes in groups.items():
        if key in twice or len({r.table for r in classes.values()}) < 2:
            continue
        grades: dict[str, list[Reading]] = defaultdict(list)
        for (grade, _class), r in classes.items():
            grades[grade].append(r)
        whole = all(_is_whole("class", {dict(r.dims)["class"] for r in some}) for some in grades.values())
        if whole and set(grades) in _GRADES:
            first = next(iter(classes.values()))
            value = sum((r.value for r in classes.values()), Decimal(0))
            spot = replace(first.spot, text=f"{len(classes)} 个班的名册合计", value=f"{plain_number(value)}人")
            yield replace(first, amount=replace(first.amount, value=value), spot=spot, dims=())


def name_of(subject: Subject, unit_name: str) -> str:
    """在校生数(吴集镇第二小学,2015—2016学年,三年级女)."""
    quantity, _unit, period, _dims = subject
    part = part_of(subject)
    when = label(period) if period else "时间未定"
    return f"{quantity}({unit_name},{when}{',' + part if part else ''})"


def part_of(subject: Subject) -> str:
    """The part of the whole a figure counts, in words: 3年级2班女."""
    return "".join(
        v if k in ("sex", "stage") or v.endswith("班") else _DIMS[k].format(v)
        for k, v in sorted(subject[3], key=_dim_order)
        if k in _DIMS
    )


def _dim_order(dim: tuple[str, str]) -> int:
    return ("stage", "grade", "class", "sex").index(dim[0]) if dim[0] in _DIMS else 9


def disagreeing(
    readings: Sequence[Reading], agreed: Mapping[Subject, Agreed], unit_names: Mapping[str, str],
    vocabulary: Vocabulary, sources: Mapping[str, tuple[str, ...]],
) -> Iterator[Finding]:  # fmt: skip
    """Findings of ``agreed_value``, ``same_value`` and ``roster_count``."""
    groups: dict[Subject, list[Reading]] = defaultdict(list)
    for r in readings:
        groups[r.subject].append(r)
    for subject, some in groups.items():
        rate = vocabulary.quantities[subject[0]].nature == "rate" if subject[0] in vocabulary.quantities else False
        title = name_of(subject, unit_names.get(subject[1], subject[1].lstrip("?")))
        units = (subject[1],) if subject[1] not in ("", ALL) and not subject[1].startswith("?") else ()
        settled = agreed.get(subject)
        if settled is not None:
            wrong = [r for r in some if differ(r.amount, settled.amount, rate=rate)]
            if wrong:
                yield _against_agreed(subject, title, settled, wrong, units, sources.get("agreed_value", ()))
            continue
        found = _against_each_other(subject, title, some, rate, units, sources)
        if found is not None:
            yield found


def _against_agreed(
    subject: Subject, title: str, settled: Agreed, wrong: Sequence[Reading], units: tuple[str, ...],
    source: tuple[str, ...],
) -> Finding:  # fmt: skip
    places = tuple(r.spot for r in wrong)
    values = sorted({r.amount.shown() for r in wrong})
    message = (
        f"{title}:口径表认定为 {settled.amount.shown()}(依据 {settled.source},{settled.by},{settled.at[:10]}),"
        f"有 {len(places)} 处写的是 {'、'.join(values)}。"
    )
    return Finding(
        rule="agreed_value", severity="error" if any(r.by != "sentence" for r in wrong) else "doubt", message=message,
        key=make_key("agreed_value", *subject, settled.value, *values), records=records_of(places), places=places,
        source=source, units=units,
    )  # fmt: skip


def _against_each_other(
    subject: Subject, title: str, some: Sequence[Reading], rate: bool, units: tuple[str, ...],
    sources: Mapping[str, tuple[str, ...]],
) -> Finding | None:  # fmt: skip
    values: list[list[Reading]] = []
    for r in sorted(some, key=lambda r: (r.amount.step, r.spot.record)):
        for cluster in values:
            if not differ(cluster[0].amount, r.amount, rate=rate):
                cluster.append(r)
                break
        else:
            values.append([r])
    if len(values) < 2:
        return None
    values.sort(key=len, reverse=True)
    told = "、".join(f"{cluster[0].amount.shown()}({len(cluster)} 处)" for cluster in values)
    ordered = [r for cluster in values for r in sorted(cluster, key=lambda r: r.spot.record)]
    places = tuple(r.spot for r in ordered)
    with_roster = any(r.by == "roster" for cluster in values for r in cluster) and _splits_by_roster(values)
    rule = "roster_count" if with_roster else "same_value"
    tables = [cluster for cluster in values if any(r.by == "table" for r in cluster)]
    sure = len(tables) >= 2 or (with_roster and len(tables) >= 1)
    return Finding(
        rule=rule, severity="error" if sure else "doubt", message=f"{title}前后不一致:{told}。", places=places[:40],
        key=make_key(rule, *subject, *sorted(c[0].amount.shown() for c in values)), records=records_of(places),
        source=sources.get(rule, ()), units=units,
    )  # fmt: skip


def _splits_by_roster(values: Sequence[Sequence[Reading]]) -> bool:
    """Whether it is the roster that stands apart: without it, all would agree."""
    return sum(any(r.by != "roster" for r in cluster) for cluster in values) < 2


def wrong_unit_sums(
    readings: Sequence[Reading], schools: Mapping[str, str], unit_names: Mapping[str, str], source: tuple[str, ...]
) -> Iterator[Finding]:
    """分校之和 = 全乡, across papers: only where every school's value is known and undisputed.

    ``schools``: unit → stage (小学, 初中, ``""`` both).
    """
    values: dict[Subject, list[Reading]] = defaultdict(list)
    for r in readings:
        values[r.subject].append(r)
    for subject, some in list(values.items()):
        quantity, unit, period, dims = subject
        if unit != ALL or quantity not in _ADDED or any(k != "stage" for k, _ in dims):
            continue
        stage = dict(dims).get("stage", "")
        wanted = [s for s, of in schools.items() if stage in ("", "义务教育") or of == stage]
        parts = [values.get((quantity, school, period, ()), []) for school in wanted]
        if len(wanted) < 2 or not all(parts) or _disputed(some) or any(map(_disputed, parts)):
            continue
        if any({p.table for p in part} & {r.table for r in some} - {0} for part in parts):
            continue  # one table says both: its own total row was checked
        summed = sum((part[0].value for part in parts), Decimal(0))
        if summed == some[0].value:
            continue
        places = (some[0].spot, *(part[0].spot for part in parts))
        title = name_of(subject, unit_names.get(ALL, "全部"))
        yield Finding(
            rule="sum_of_parts", severity="doubt", places=places, records=records_of(places), source=source,
            message=f"{title}写的是 {plain_number(some[0].value)},各校之和是 {plain_number(summed)}。",
            key=make_key("sum_of_parts", *subject, some[0].value, summed),
        )  # fmt: skip


def wrong_sexes(
    readings: Sequence[Reading], unit_names: Mapping[str, str], source: tuple[str, ...]
) -> Iterator[Finding]:
    """在校生375人,其中男生190人、女生186人: the parts a sentence gives against what it says they come to."""
    groups: dict[tuple[object, ...], dict[str, Reading]] = defaultdict(dict)
    for r in readings:
        if r.by == "sentence":
            dims = dict(r.dims)
            sex = dims.pop("sex", "")
            spot = r.spot
            of = (r.quantity, r.unit, r.period, tuple(sorted(dims.items())))
            groups[spot.record, spot.page, spot.paragraph, spot.text, of][sex] = r
    for parts in groups.values():
        if set(parts) == {"", "男", "女"} and parts["男"].value + parts["女"].value != parts[""].value:
            whole = parts[""]
            places = (whole.spot, parts["男"].spot, parts["女"].spot)
            title = name_of(whole.subject, unit_names.get(whole.unit, whole.unit.lstrip("?")))
            summed = plain_number(parts["男"].value + parts["女"].value)
            yield Finding(
                rule="sum_of_parts", severity="error", places=places, records=records_of(places), source=source,
                message=f"{title}写的是 {plain_number(whole.value)},男女之和是 {summed}。",
                key=make_key("sum_of_parts", whole.spot.record, *whole.subject, whole.value, summed),
                units=(whole.unit,) if whole.unit[:1] not in ("", "@", "?") else (),
            )  # fmt: skip


def _disputed(some: Sequence[Reading]) -> bool:
    return any(differ(some[0].amount, other.amount) for other in some[1:])
