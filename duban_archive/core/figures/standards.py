"""达标线, 逐年变化, 校际差异系数: what the checklist's figures ask, held against what was read.

差异系数 is the state's (教育部县域义务教育均衡发展督导评估 2012, 优质均衡 2017): CV = S / X̄ with
S = √Σ (Pᵢ / P_N)·(Xᵢ − X̄)², Xᵢ a school's value a pupil, Pᵢ its pupils, X̄ the county's value a pupil.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from duban_archive.core.checklist import Figure
from duban_archive.core.figures.agreement import name_of
from duban_archive.core.figures.amounts import plain_number
from duban_archive.core.figures.readings import ALL, Reading
from duban_archive.core.figures.rosters import Roster
from duban_archive.core.figures.vocabulary import PUPILS, Quantity, Vocabulary
from duban_archive.core.findings import Finding, Judged, NotRun, Spot, make_key, records_of

_SIGNS = {">": "高于", ">=": "不低于", "=": "等于", "<=": "不高于", "<": "低于", "between": "介于", "count": "不少于"}
_UP, _DOWN = re.compile(r"提高|增长|上升|增加|扩大"), re.compile(r"降低|下降|减少|缩小|有效控制")
_GROWTH = (
    ("财政教育拨款的增长高于财政经常性收入的增长", ("财政教育拨款", "财政经常性收入")),
    ("生均公用经费逐步增长", ("生均公用经费",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that was read and may be compared, and whose it is."""

    readings: Sequence[Reading]
    vocabulary: Vocabulary
    unit_names: Mapping[str, str]
    stages: Mapping[str, str]  # school → 小学, 初中, 学前 or ""
    rosters: Sequence[Roster] = ()


def source_of(figure: Figure) -> tuple[str, ...]:
    """The ids a figure comes from."""
    return figure.source or (figure.id,)


# --- thresholds ------------------------------------------------------------------------------------------------------


def below_standard(figures: Sequence[Figure], standing: Standing) -> Judged:
    """Values that miss the checklist's thresholds; what has no number or was not read is told."""
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    asked = [f for f in figures if f.op in _SIGNS and f.measure not in ("dispersion", "trend")]
    if not asked:
        why = "未设定:指标体系没有定指标值的达标线(figures)"
        return Judged(not_run=(NotRun(rule="threshold", why=why),))
    for figure in asked:
        limits = _limits(figure)
        if not limits:
            judged = _in_words(figure, standing)
            findings += judged.findings
            not_run += judged.not_run
            continue
        read = [(r, limit) for r in _readings_of(figure, standing) if (limit := _limit_for(r, limits, standing))]
        if not read:
            not_run.append(NotRun(
                rule="threshold", source=source_of(figure),
                why=f"“{figure.title}”应{_SIGNS[figure.op]} {_shown(figure)},材料里没有读出写明单位和时间的值",
            ))  # fmt: skip
            continue
        findings += _misses(figure, read, standing)
    return Judged(findings=tuple(findings), not_run=tuple(not_run))


def _limits(figure: Figure) -> dict[str, object]:
    """Stage → limit (a number or a pair); ``""`` for all stages."""
    if figure.by_stage:
        found = {str(k): v for k, v in figure.by_stage.items() if isinstance(v, (int, float))}
        if found:
            return dict(found)
    if isinstance(figure.value, bool) or figure.value is None or isinstance(figure.value, str):
        return {}
    return {figure.stage: figure.value}


def _shown(figure: Figure) -> str:
    if figure.by_stage:
        return "、".join(f"{stage} {value}{figure.unit}" for stage, value in figure.by_stage.items())
    if isinstance(figure.value, (tuple, list)):
        return f"{figure.value[0]}~{figure.value[1]}{figure.unit}"
    return f"{figure.value}{figure.unit}"


def _readings_of(figure: Figure, standing: Standing) -> Iterator[Reading]:
    wanted = standing.vocabulary.of_figure(figure)
    for r in standing.readings:
        for quantity, stage in wanted:
            if (
                r.quantity == quantity.name
                and (not stage or _stage(r, standing) == stage)
                and _is_same_sort(figure, quantity)
            ):
                yield r
                break


def _is_same_sort(figure: Figure, quantity: Quantity) -> bool:
    """A figure a head is not held against the bare count of its name list (高于规定学历教师数)."""
    per_head = bool(re.search(r"每百|每千|生均|率|比例|百分比|系数", figure.title))
    return not per_head or quantity.nature == "rate" or bool(re.search(r"每百|生均|率|比", quantity.name))


def _stage(reading: Reading, standing: Standing) -> str:
    return dict(reading.dims).get("stage") or standing.stages.get(reading.unit, "")


def _limit_for(reading: Reading, limits: Mapping[str, object], standing: Standing) -> object | None:
    if any(key not in ("stage",) for key, _ in reading.dims):
        return limits.get("") if len(limits) == 1 and all(k == "grade" for k, _ in reading.dims) else None
    return limits.get(_stage(reading, standing)) or limits.get("")


def _meets(value: Decimal, op: str, limit: object) -> bool:
    if isinstance(limit, (tuple, list)):
        return Decimal(str(limit[0])) <= value <= Decimal(str(limit[1]))
    edge = Decimal(str(limit))
    return {
        ">": value > edge, ">=": value >= edge, "=": value == edge, "<=": value <= edge, "<": value < edge,
        "count": value >= edge, "between": value >= edge,
    }[op]  # fmt: skip


def _misses(figure: Figure, read: Sequence[tuple[Reading, object]], standing: Standing) -> Iterator[Finding]:
    latest: dict[tuple[str, str, object], str] = {}
    for r, _limit in read:
        key = (r.quantity, r.unit, r.dims)
        latest[key] = max(latest.get(key, ""), r.period)
    groups: dict[tuple[str, str, object], list[tuple[Reading, object]]] = defaultdict(list)
    for r, limit in read:
        key = (r.quantity, r.unit, r.dims)
        if r.period == latest[key] and not _meets(r.value, figure.op, limit):
            groups[key].append((r, limit))
    for some in groups.values():
        reading, limit = some[0]
        places = tuple(r.spot for r, _ in some)
        title = name_of(reading.subject, standing.unit_names.get(reading.unit, reading.unit.lstrip("?@")))
        edge = f"{limit[0]}~{limit[1]}" if isinstance(limit, (tuple, list)) else str(limit)
        values = "、".join(sorted({r.amount.shown() for r, _ in some}))
        yield Finding(
            rule="threshold", severity="error" if any(r.by == "table" for r, _ in some) else "doubt",
            message=f"{title}读到 {values},标准是{_SIGNS[figure.op]} {edge}{figure.unit}({figure.title})。",
            key=make_key("threshold", figure.id, *reading.subject, values), places=places, records=records_of(places),
            source=source_of(figure), units=(reading.unit,) if reading.unit[:1] not in ("", "@", "?") else (),
        )  # fmt: skip


def _in_words(figure: Figure, standing: Standing) -> Judged:
    """A threshold in words: a column of the teachers' list can be looked through, a missing number is asked for."""
    holders = [r for r in standing.rosters if r.population in ("专任教师数", "教职工数")]
    findings, looked = [], False
    for roster in holders:
        column = next((c for c, h in enumerate(roster.headers) if any(n and n in h for n in figure.names)), None)
        if column is None:
            continue
        looked = True
        people = {p.row: p for p in roster.people}
        without = [
            people[number]
            for number, row in zip(roster.rows, roster.body, strict=True)
            if number in people
            and (column >= len(row) or re.fullmatch(r"\s*(?:无|否|没有|未取得|-|—|/)?\s*", row[column]))
        ]
        if without:
            places = tuple(roster.place(p) for p in without)
            findings.append(Finding(
                rule="threshold", severity="doubt", places=places[:40], records=records_of(places),
                message=(
                    f"《{roster.paper.title}》“{roster.headers[column]}”一栏有 {len(without)} 人没有填或写“无”;"
                    f"标准:{figure.value}。"
                ),
                key=make_key("threshold", figure.id, roster.paper.record, *(p.name for p in without)),
                source=source_of(figure), units=(roster.unit,) if roster.unit[:1] not in ("", "@", "?") else (),
            ))  # fmt: skip
    if looked:
        return Judged(findings=tuple(findings))
    read = sorted({f"{r.quantity} {r.amount.shown()}" for r in _readings_of(figure, standing)})
    seen = f";读到的值有 {'、'.join(read[:6])}" if read else ""
    why = f"“{figure.title}”的标准是“{figure.value}”,没有数值,程序不能判断,请由办公室在指标体系里填上数{seen}"
    return Judged(not_run=(NotRun(rule="threshold", why=why, source=source_of(figure)),))


# --- trends ----------------------------------------------------------------------------------------------------------


def against_the_trend(figures: Sequence[Figure], standing: Standing) -> Judged:
    """Figures that should rise (or fall) from year to year and do not."""
    asked = [f for f in figures if f.op == "direction" or f.measure == "trend"]
    if not asked:
        return Judged(not_run=(NotRun(rule="trend", why="未设定:指标体系没有定要逐年提高或降低的指标值"),))
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    for figure in asked:
        if "三个增长" in figure.title or any("三个增长" in n for n in figure.names):
            judged = _three_growths(figure, standing)
            findings += judged.findings
            not_run += judged.not_run
            continue
        rises = bool(_UP.search(str(figure.value)))
        if not rises and not _DOWN.search(str(figure.value)):
            why = f"“{figure.title}”的要求“{figure.value}”没有写明是提高还是降低"
            not_run.append(NotRun(rule="trend", why=why, source=source_of(figure)))
            continue
        series = _series(_readings_of(figure, standing))
        if not any(len(years) >= 2 for years in series.values()):
            why = f"“{figure.title}”要求{figure.value},材料里没有读出同一单位两年以上的值"
            not_run.append(NotRun(rule="trend", why=why, source=source_of(figure)))
        for years in series.values():
            findings += _turns(figure, years, rises, standing)
    return Judged(findings=tuple(findings), not_run=tuple(not_run))


def _series(readings: Iterator[Reading] | Sequence[Reading]) -> dict[object, dict[str, Reading]]:
    """(figure, unit, part, grain of time) → period → value; a period told twice differently is left out."""
    series: dict[object, dict[str, Reading]] = defaultdict(dict)
    disputed = set()
    for r in readings:
        key = (r.quantity, r.unit, r.dims, len(r.period))
        held = series[key].get(r.period)
        if held is not None and held.value != r.value:
            disputed.add((key, r.period))
        series[key].setdefault(r.period, r)
    for key, period in disputed:
        series[key].pop(period, None)
    return series


def _turns(figure: Figure, years: Mapping[str, Reading], rises: bool, standing: Standing) -> Iterator[Finding]:
    told = [years[p] for p in sorted(years)]
    wrong = [
        (a, b)
        for a, b in itertools.pairwise(told)
        if (b.value < a.value if rises else b.value > a.value) and not (rises and b.value >= 100)
    ]
    if not wrong:
        return
    first = told[0]
    places = tuple(r.spot for r in told)
    line = " → ".join(f"{r.period} {r.amount.shown()}" for r in told)
    name = standing.unit_names.get(first.unit, "全部" if first.unit == ALL else first.unit.lstrip("?"))
    yield Finding(
        rule="trend", severity="doubt", places=places, records=records_of(places), source=source_of(figure),
        message=f"{first.quantity}({name})应当{'逐年提高' if rises else '逐年降低'},读到的是 {line}。",
        key=make_key("trend", figure.id, first.unit, first.dims, line),
        units=(first.unit,) if first.unit[:1] not in ("", "@", "?") else (),
    )  # fmt: skip


def _three_growths(figure: Figure, standing: Standing) -> Judged:
    """教育经费“三个增长”: 拨款的增长高于经常性收入的增长, 生均公用经费 grows."""
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    for words, names in _GROWTH:
        series = {n: _series([r for r in standing.readings if r.quantity == n]) for n in names}
        lead = [(key, years) for key, years in series[names[0]].items() if len(years) >= 2]
        ran = False
        for key, years in lead:
            told = [years[p] for p in sorted(years)]
            for a, b in itertools.pairwise(told):
                grown = (b.value - a.value) / a.value if a.value else Decimal(0)
                needed = Decimal(0)
                places = [a.spot, b.spot]
                if len(names) == 2:
                    other = next((y for y in series[names[1]].values() if {a.period, b.period} <= set(y)), None)
                    if other is None or not other[a.period].value:
                        continue
                    before, after = other[a.period], other[b.period]
                    needed = (after.value - before.value) / before.value
                    places += [before.spot, after.spot]
                ran = True
                if grown < needed or (grown == needed and len(names) == 2) or (len(names) == 1 and grown < 0):
                    said = f"{words}:{a.period} 到 {b.period} {names[0]}增长 {_percent(grown)}"
                    said += f",{names[1]}增长 {_percent(needed)}" if len(names) == 2 else ""
                    findings.append(Finding(
                        rule="trend", severity="doubt", message=f"“三个增长”没有做到:{said}。", places=tuple(places),
                        records=records_of(places), source=source_of(figure),
                        key=make_key("trend", figure.id, names, a.period, b.period, a.value, b.value),
                    ))  # fmt: skip
            del key
        if not ran:
            why = f"“三个增长”的“{words}”没有查:材料里没有读出两年的{'和'.join(names)}"
            not_run.append(NotRun(rule="trend", why=why, source=source_of(figure)))
    return Judged(findings=tuple(findings), not_run=tuple(not_run))


def _percent(share: Decimal) -> str:
    return f"{plain_number((share * 100).quantize(Decimal('0.01')))}%"


# --- 差异系数 --------------------------------------------------------------------------------------------------------


def variation(values: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    """差异系数 of (value a pupil, pupils) of each school; ``None`` where there is nothing to compare."""
    pupils = sum((p for _, p in values), Decimal(0))
    if len(values) < 2 or pupils <= 0:
        return None
    mean = sum((x * p for x, p in values), Decimal(0)) / pupils
    if mean <= 0:
        return None
    square = sum((p / pupils * (x - mean) ** 2 for x, p in values), Decimal(0))
    return Decimal(str(math.sqrt(float(square)))) / mean


def too_uneven(figures: Sequence[Figure], standing: Standing) -> Judged:
    """差异系数 of each figure and stage that has a limit."""
    asked = [f for f in figures if f.measure == "dispersion"]
    if not asked:
        return Judged(not_run=(NotRun(rule="dispersion", why="未设定:指标体系没有定校际差异系数"),))
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    for figure in asked:
        name = re.sub(r"的?(?:校际)?(?:综合)?差异系数$", "", figure.title)
        quantity = next(
            (standing.vocabulary.find(n) for n in (name.replace("、", ""), name) if standing.vocabulary.find(n)), None
        )
        for stage, limit in (_limits(figure) or {"": figure.value}).items():
            values, period, places, lacking = _values_of_schools(quantity, stage, standing)
            found = variation(values)
            if found is None or lacking:
                some = f",缺 {'、'.join(lacking[:6])}" if lacking and values else ""
                why = f"“{figure.title}”({stage or '全部'})没有算:没有读出各校同一时间的值和在校生数{some}"
                not_run.append(NotRun(rule="dispersion", why=why, source=source_of(figure)))
                continue
            shown = found.quantize(Decimal("0.001"))
            if isinstance(limit, (int, float)) and not _meets(shown, figure.op, limit):
                findings.append(Finding(
                    rule="dispersion", severity="error", places=tuple(places), records=records_of(places),
                    message=f"{figure.title}({stage},{period})是 {shown},标准是{_SIGNS[figure.op]} {limit}。",
                    key=make_key("dispersion", figure.id, stage, period, shown), source=source_of(figure),
                ))  # fmt: skip
    return Judged(findings=tuple(findings), not_run=tuple(not_run))


def _values_of_schools(
    quantity: Quantity | None, stage: str, standing: Standing
) -> tuple[list[tuple[Decimal, Decimal]], str, list[Spot], list[str]]:
    schools = [s for s, of in standing.stages.items() if of == stage or (not stage and of in ("小学", "初中"))]
    by: dict[tuple[str, str, str], Reading] = {}
    for r in standing.readings:
        if not r.dims:
            by.setdefault((r.quantity, r.unit, r.period), r)
    if quantity is None or not schools:
        return [], "", [], []
    names = (quantity.name, *quantity.above[:1])
    periods = sorted({p for (q, u, p) in by if q in names and u in schools}, reverse=True)
    best: tuple[list[tuple[Decimal, Decimal]], str, list[Spot], list[str]] = ([], "", [], [])
    for period in periods:
        values, places, lacking = [], [], []
        for school in schools:
            pupils = by.get((PUPILS, school, period))
            own = by.get((quantity.name, school, period))
            above = by.get((quantity.above[0], school, period)) if quantity.above else None
            if pupils is None or (own is None and above is None):
                lacking.append(standing.unit_names.get(school, school))
                continue
            x = (
                above.value * quantity.times / pupils.value
                if above and pupils.value
                else own.value
                if own
                else Decimal(0)
            )
            values.append((x, pupils.value))
            places += [(above or own).spot, pupils.spot]  # type: ignore[union-attr]
        if not lacking and len(values) >= 2:
            return values, period, places, []
        if len(values) > len(best[0]):
            best = (values, period, places, lacking)
    return best
