"""比率与公式: a rate against its numerator and denominator, 期初 + 增 - 减 = 期末, and rates of which a table shows how
they are made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from duban_archive.core.figures.amounts import plain_number
from duban_archive.core.figures.readings import Reading
from duban_archive.core.figures.tables import Line, Sheet
from duban_archive.core.figures.vocabulary import PUPILS, Quantity, Vocabulary, bare
from duban_archive.core.findings import Finding, make_key, records_of

# 期末 = the plus figures - the minus figures; those in the first tuple must stand there.
_BALANCES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "学年末学生数",
        ("学年初学生数",),
        ("学年初学生数", "转入人数", "复学人数", "招生数"),
        ("转出人数", "辍学学生数", "休学人数", "死亡人数", "毕业生数"),
    ),
    (
        "年末结余",
        ("教育经费收入", "教育经费支出"),
        ("上年结余", "教育经费收入"),
        ("教育经费支出",),
    ),
)
_RATE = re.compile(r"率|生均|比例|占比|%|人均|平均|班额")
_LEAST = 4  # rows that must show how a rate is made


def wrong_rates(sheet: Sheet, vocabulary: Vocabulary, source: tuple[str, ...]) -> Iterator[Finding]:
    """Rates of a table that are not what the figures beside them give."""
    told: set[tuple[int, int]] = set()
    by_place: dict[str, list[Reading]] = defaultdict(list)
    for r in sheet.readings:
        by_place[r.quantity].append(r)
    for name, rates in by_place.items():
        quantity = vocabulary.quantities[name]
        if quantity.nature != "rate" or not quantity.above or not quantity.below:
            continue
        for below in quantity.below:
            results = [(r, *found) for r in rates if (found := _beside(r, quantity, below, by_place))]
            if not results:
                continue
            wrong = [x for x in results if not _fits(x[0], x[1], x[2], quantity.times)]
            first = below == quantity.below[0]
            if wrong and (len(wrong) * 2 <= len(results) or (first and len(results) <= 2)):
                for rate, above, under in wrong:
                    if first or len(wrong) * 2 <= len(results):
                        told.add(rate.line)
                        yield _finding(sheet, rate, above, under, quantity.times, source)
            break
    yield from _wrong_balances(sheet, by_place, source)
    yield from _wrong_products(sheet, source)
    yield from _wrong_flows(sheet, source)
    yield from _wrong_shares(sheet, source)
    yield from _discovered(sheet, told, source)


def _beside(
    rate: Reading, quantity: Quantity, below: str, by_place: dict[str, list[Reading]]
) -> tuple[Reading, Reading] | None:
    """Numerator and denominator in the same row or column, of the same unit and part."""
    found = []
    for name in (quantity.above[0], below):
        near = [
            r
            for r in by_place.get(name, ())
            if (r.line[0] == rate.line[0] or r.line[1] == rate.line[1]) and r.unit == rate.unit and r.dims == rate.dims
        ]
        if len(near) != 1 or near[0].amount.about:
            return None
        found.append(near[0])
    above, under = found
    same_row = above.line[0] == rate.line[0] and under.line[0] == rate.line[0]
    same_column = above.line[1] == rate.line[1] and under.line[1] == rate.line[1]
    return (above, under) if (same_row or same_column) and under.value > 0 else None


def _fits(rate: Reading, above: Reading, under: Reading, times: int) -> bool:
    return _is_quotient(rate.value, rate.amount.step, above, under, times)


def _is_quotient(value: Decimal, step: Decimal, above: Reading, under: Reading, times: int) -> bool:
    exact = above.value * times / under.value
    slack = step + (above.amount.step / 2 if above.amount.step > 1 else 0) * times / under.value
    return abs(exact - value) <= slack


def _finding(
    sheet: Sheet, rate: Reading, above: Reading, under: Reading, times: int, source: tuple[str, ...]
) -> Finding:
    exact = above.value * times / under.value
    shown = plain_number(exact.quantize(Decimal("0.01")))
    places = (rate.spot, above.spot, under.spot)
    written = rate.amount.shown()
    if times == 100 and "‰" in rate.spot.text:
        shown = plain_number((exact * 10).quantize(Decimal("0.01")))
        written, times = f"{plain_number(rate.value * 10)}‰", 1000
    percent = (
        " × 1000‰"
        if times == 1000
        else " × 100%"
        if times == 100 and rate.amount.measure == "%"
        else " × 100"
        if times == 100
        else ""
    )
    return Finding(
        rule="formula", severity="error", source=source, places=places, records=records_of(places),
        message=(
            f"{rate.noun or rate.quantity}写的是 {written},按 {above.noun or above.quantity} "
            f"{plain_number(above.value)} ÷ {under.noun or under.quantity} {plain_number(under.value)}{percent}"
            f" 应为 {shown}。"
        ),
        key=make_key("formula", sheet.paper.record, rate.spot.where, rate.value, above.value, under.value),
        units=_units(sheet, rate),
    )  # fmt: skip


def _units(sheet: Sheet, rate: Reading) -> tuple[str, ...]:
    return tuple(dict.fromkeys(u for u in (rate.unit, sheet.paper.unit) if u and u[0] not in "@?"))


def _wrong_balances(sheet: Sheet, by_place: dict[str, list[Reading]], source: tuple[str, ...]) -> Iterator[Finding]:
    for end, needed, plus, minus in _BALANCES:
        results = []
        for last in by_place.get(end, ()):
            for axis in (0, 1):
                beside = {
                    name: next(
                        (
                            r
                            for r in by_place.get(name, ())
                            if r.line[axis] == last.line[axis] and r.unit == last.unit and r.dims == last.dims
                        ),
                        None,
                    )
                    for name in (*plus, *minus)
                }
                terms = {name: r for name, r in beside.items() if r is not None}
                if all(name in terms for name in needed) and len(terms) >= 2:
                    results.append((last, terms))
                    break
        wrong = []
        for last, terms in results:
            summed = sum((terms[n].value for n in plus if n in terms), Decimal(0)) - sum(
                (terms[n].value for n in minus if n in terms), Decimal(0)
            )
            slack = (
                sum((t.amount.step for t in terms.values()), Decimal(0)) / 2 if last.amount.step != 1 else Decimal(0)
            )
            if abs(summed - last.value) > slack:
                wrong.append((last, terms, summed))
        if wrong and (len(wrong) * 2 <= len(results) or len(results) == 1):
            for last, terms, summed in wrong:
                places = (last.spot, *(r.spot for r in terms.values()))
                told = " ".join(f"{'+' if n in plus else '-'} {n} {plain_number(r.value)}" for n, r in terms.items())
                yield Finding(
                    rule="formula", severity="error" if len(results) > 1 else "doubt", source=source, places=places,
                    records=records_of(places), units=_units(sheet, last),
                    message=(
                        f"{end}写的是 {plain_number(last.value)},按 {told.lstrip('+ ')} 应为 {plain_number(summed)}。"
                    ),
                    key=make_key("formula", sheet.paper.record, last.spot.where, last.value, summed),
                )  # fmt: skip


def _wrong_products(sheet: Sheet, source: tuple[str, ...]) -> Iterator[Finding]:
    """数量 × 单价 = 金额, row by row, where most rows keep to it."""

    def column(pattern: str) -> int | None:
        found = [c for c, line in enumerate(sheet.columns) if line.path and re.search(pattern, bare(line.path[-1]))]
        return found[0] if len(found) == 1 else None

    count, price, amount = (
        column(r"^(?:.{0,4}数量|册数|台数|件数)$"),
        column(r"单价"),
        column(r"金额|总价|总值|价值|合价|小计"),
    )
    if count is None or price is None or amount is None:
        return
    right, wrong = 0, []
    for r, row in enumerate(sheet.rows):
        n, p, a = sheet.cells[r][count], sheet.cells[r][price], sheet.cells[r][amount]
        if row.total or n is None or p is None or a is None or n.about or p.about or a.about:
            continue
        if abs(n.value * p.value - a.value) <= (a.step if a.step > 1 or a.step < 1 else 0) + n.value * p.step / 2 * (
            p.step < 1
        ):
            right += 1
        else:
            wrong.append(r)
    if right < len(wrong):
        return
    for r in wrong:
        n, p, a = sheet.cells[r][count], sheet.cells[r][price], sheet.cells[r][amount]
        assert n is not None
        assert p is not None
        assert a is not None
        places = (sheet.spot(r, amount), sheet.spot(r, count), sheet.spot(r, price))
        name = "、".join(sheet.rows[r].path[:1]) or "这一行"
        yield Finding(
            rule="formula", severity="error", source=source, places=places, records=records_of(places),
            message=(
                f"“{name}”数量 {plain_number(n.value)} × 单价 {plain_number(p.value)} 应为 "
                f"{plain_number(n.value * p.value)},写的是 {plain_number(a.value)}。"
            ),
            key=make_key("formula", sheet.paper.record, places[0].where, n.value, p.value, a.value),
            units=tuple(u for u in (sheet.paper.unit,) if u),
        )  # fmt: skip


_FIRST = re.compile(r"[期月初周]初|上月末|上期末|上学期末|^原有|原有(?:人|学生)数")
_LAST = re.compile(r"[期月周]末|^现有(?:人数|学生数?)?$")
_COMES = re.compile(r"转入|调入|复学|新增|增加|入库|购入")
_GOES = re.compile(r"转出|调出|辍学|休学|流失|死亡|减少|出库|报废|毕业")


def _wrong_flows(sheet: Sheet, source: tuple[str, ...]) -> Iterator[Finding]:
    """月初人数 + 转入 - 转出 = 月末人数, row by row, where most rows keep to it."""
    words = [bare(line.path[-1]) if line.path else "" for line in sheet.columns]
    first, last = ([c for c, w in enumerate(words) if p.search(w)] for p in (_FIRST, _LAST))
    last = [c for c in last if c not in first]
    if len(first) != 1 or len(last) != 1:
        return
    plus = [c for c, w in enumerate(words) if _COMES.search(w) and c not in (first[0], last[0])]
    minus = [c for c, w in enumerate(words) if _GOES.search(w) and c not in (first[0], last[0], *plus)]
    if not plus and not minus:
        return
    right, wrong = 0, []
    for r, row in enumerate(sheet.rows):
        begin, end = sheet.cells[r][first[0]], sheet.cells[r][last[0]]
        if row.total or begin is None or end is None or begin.about or end.about:
            continue
        summed = begin.value
        for sign, some in ((1, plus), (-1, minus)):
            summed += sign * sum((a.value for c in some if (a := sheet.cells[r][c]) is not None), Decimal(0))
        if summed == end.value:
            right += 1
        else:
            wrong.append((r, summed, end.value))
    if right < 2 or right < 2 * len(wrong):
        return
    for r, summed, value in wrong:
        columns = [last[0], first[0], *(c for c in (*plus, *minus) if sheet.cells[r][c] is not None)]
        places = tuple(sheet.spot(r, c) for c in columns)
        told = "".join([*(f" + {words[c]}" for c in plus), *(f" - {words[c]}" for c in minus)])
        yield Finding(
            rule="formula", severity="error", source=source, places=places, records=records_of(places),
            message=(
                f"“{'、'.join(sheet.rows[r].path[:1]) or '这一行'}”{words[last[0]]}写的是 {plain_number(value)},"
                f"按 {words[first[0]]}{told} 应为 {plain_number(summed)}。"
            ),
            key=make_key("formula", sheet.paper.record, places[0].where, value, summed),
            units=tuple(u for u in (sheet.paper.unit,) if u),
        )  # fmt: skip


def _wrong_shares(sheet: Sheet, source: tuple[str, ...]) -> Iterator[Finding]:
    """占比 of each row in the total below it, where most rows keep to it."""
    totals = [r for r, row in enumerate(sheet.rows) if row.total]
    if len(totals) != 1 or totals[0] != len(sheet.rows) - 1 or len(sheet.rows) < _LEAST:
        return
    for c, column in enumerate(sheet.columns):
        if not column.path or not re.search(r"占比|比重|百分比|所占比例", column.path[-1]):
            continue
        for n in range(len(sheet.columns)):
            whole = sheet.cells[totals[0]][n]
            if n == c or whole is None or whole.value <= 0 or whole.about:
                continue
            right: list[tuple[int, Decimal]] = []
            wrong: list[tuple[int, Decimal]] = []
            for r in range(totals[0]):
                share, part = sheet.cells[r][c], sheet.cells[r][n]
                if share is None or part is None:
                    continue
                slack = share.step + part.step * 100 / whole.value * (part.step != 1)
                exact = part.value * 100 / whole.value
                (right if abs(exact - share.value) <= slack else wrong).append((r, exact))
            if len({sheet.cells[r][n].value for r, _ in right}) < 3 or len(right) < 3 * len(wrong):  # type: ignore[union-attr]
                all_of = sheet.cells[totals[0]][c]
                if all_of is None or all_of.value != 100 or len(wrong) != 1 or len(right) < 2:  # its 100 % shows it too
                    continue
            for r, exact in wrong:
                share = sheet.cells[r][c]
                assert share is not None
                places = (sheet.spot(r, c), sheet.spot(r, n), sheet.spot(totals[0], n))
                yield Finding(
                    rule="formula", severity="error", source=source, places=places, records=records_of(places),
                    message=(
                        f"“{'、'.join(sheet.rows[r].path[:1]) or '这一行'}”{'、'.join(column.path)}写的是 "
                        f"{share.shown()},按它占合计的多少应为 {plain_number(exact.quantize(Decimal('0.01')))}。"
                    ),
                    key=make_key("formula", sheet.paper.record, places[0].where, share.value, exact),
                    units=tuple(u for u in (sheet.paper.unit,) if u),
                )  # fmt: skip
            break


def _discovered(sheet: Sheet, told: set[tuple[int, int]], source: tuple[str, ...]) -> Iterator[Finding]:
    """A rate column whose making most rows show: the rows that are made otherwise."""
    rates = [c for c, line in enumerate(sheet.columns) if _RATE.search(" ".join(line.path))]
    counts = [c for c, line in enumerate(sheet.columns) if not _RATE.search(" ".join(line.path))]
    if len(sheet.rows) < _LEAST or not rates or len(counts) < 2 or len(counts) > 24:
        return
    for c in rates:
        rows = [r for r in range(len(sheet.rows)) if (a := sheet.cells[r][c]) is not None and not a.about]
        if len({sheet.cells[r][c].value for r in rows}) < 3:  # type: ignore[union-attr]
            continue
        best = max(
            ((_made_of(sheet, rows, c, n, d, times), n, d, times) for n in counts for d in counts if n != d
             for times in (100, 1)),
            key=lambda found: len(found[0][0]),
        )  # fmt: skip
        (right, wrong), n, d, times = best
        values = {sheet.cells[r][c].value for r in right}  # type: ignore[union-attr]
        if len(right) < 3 or len(values) < 3 or not wrong or len(right) < 3 * len(wrong):
            continue
        for r in wrong:
            if (r, c) not in told:
                yield _by_discovery(sheet, r, c, n, d, times, source)


def _made_of(sheet: Sheet, rows: Sequence[int], c: int, n: int, d: int, times: int) -> tuple[list[int], list[int]]:
    right: list[int] = []
    wrong: list[int] = []
    for r in rows:
        rate, above, under = sheet.cells[r][c], sheet.cells[r][n], sheet.cells[r][d]
        if rate is None or above is None or under is None or under.value <= 0:
            continue
        gap = abs(above.value * times / under.value - rate.value)
        (right if gap <= rate.step else wrong).append(r)
    return right, wrong


def _by_discovery(sheet: Sheet, r: int, c: int, n: int, d: int, times: int, source: tuple[str, ...]) -> Finding:
    rate, above, under = sheet.cells[r][c], sheet.cells[r][n], sheet.cells[r][d]
    assert rate is not None
    assert above is not None
    assert under is not None
    exact = plain_number((above.value * times / under.value).quantize(Decimal("0.01")))
    places = (sheet.spot(r, c), sheet.spot(r, n), sheet.spot(r, d))

    def word(line: Line) -> str:
        return "、".join(line.path)

    shown, by = rate.shown(), " × 100" if times == 100 else ""
    if times == 100 and "‰" in f"{word(sheet.columns[c])}{sheet.block.cells[r][c]}":
        shown = f"{plain_number(rate.value * 10)}‰"
        exact, by = plain_number((above.value * 1000 / under.value).quantize(Decimal("0.01"))), " × 1000"

    return Finding(
        rule="formula", severity="error", source=source, places=places, records=records_of(places),
        message=(
            f"{word(sheet.columns[c])}写的是 {shown},同表其余各行都是 {word(sheet.columns[n])} ÷ "
            f"{word(sheet.columns[d])}{by},这一行应为 {exact}。"
        ),
        key=make_key("formula", sheet.paper.record, places[0].where, rate.value, above.value, under.value),
        units=tuple(dict.fromkeys(u for u in (sheet.rows[r].unit, sheet.paper.unit) if u and u[0] not in "@?")),
    )  # fmt: skip


def wrong_rates_across(
    readings: Sequence[Reading], vocabulary: Vocabulary, source: tuple[str, ...]
) -> Iterator[Finding]:
    """A rate of one paper against numerator and denominator in others: same unit, period and part, undisputed."""
    values: dict[tuple[str, str, str, object], list[Reading]] = defaultdict(list)
    for r in readings:
        values[r.subject].append(r)
    for (name, unit, period, dims), rates in values.items():
        quantity = vocabulary.quantities.get(name)
        if quantity is None or quantity.nature != "rate" or not quantity.above or not quantity.below:
            continue
        below = quantity.below[0]
        if name == "辍学率" and below == PUPILS:
            continue
        above_found = values.get((quantity.above[0], unit, period, dims), [])
        under_found = values.get((below, unit, period, dims), [])
        if not above_found or not under_found:
            continue
        if len({r.value for r in above_found}) > 1 or len({r.value for r in under_found}) > 1:
            continue
        above, under = above_found[0], under_found[0]
        if under.value <= 0:
            continue
        for rate in rates:
            together = {rate.table} & {above.table} & {under.table} - {0}
            if not together and not _fits(rate, above, under, quantity.times):
                exact = (above.value * quantity.times / under.value).quantize(Decimal("0.01"))
                places = (rate.spot, above.spot, under.spot)
                yield Finding(
                    rule="formula", severity="doubt", source=source, places=places, records=records_of(places),
                    message=(
                        f"{name}写的是 {rate.amount.shown()},按别处的 {above.quantity} {plain_number(above.value)} ÷ "
                        f"{under.quantity} {plain_number(under.value)} 应为 {plain_number(exact)}。"
                    ),
                    key=make_key("formula", name, unit, period, dims, rate.value, above.value, under.value),
                    units=(unit,) if unit[0] not in "@?" else (),
                )  # fmt: skip
                break
