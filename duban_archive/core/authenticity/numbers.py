"""文号: numbers of one office and year that do not run with their dates, and one number on two different papers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from duban_archive.core.authenticity.paper import found
from duban_archive.core.authenticity.trace import Trace
from duban_archive.core.findings import Finding, Spot
from duban_archive.core.similar import SAME, near, sign
from duban_archive.core.wording import bare

_FORM = re.compile(r"(?P<word>.+)〔(?P<year>\d{4})〕(?P<number>\d+)号")
_SLACK = 7  # days between taking a number and signing
_NEW_YEAR = 45  # days into January in which a number of the old year may still be signed
_ISSUED = re.compile(r"关于|印发|下发|转发|的?通知|的?函|[《》〈〉“”]|(?:试行|暂行|草案)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A paper with its number taken apart."""

    trace: Trace
    word: str
    year: int
    number: int


def number_twice(traces: Sequence[Trace]) -> Iterator[Finding]:
    """One number on papers that are not the same paper."""
    by_number: dict[tuple[str, str], list[Trace]] = defaultdict(list)
    for trace in traces:
        if trace.number:
            by_number[trace.number, _office(trace)].append(trace)
    for (number, _), papers in by_number.items():
        different: list[Trace] = []
        for paper in papers:
            if not any(_one_paper(paper, other) for other in different):
                different.append(paper)
        if len(different) < 2:
            continue
        listed = "、".join(f"《{paper.title}》" for paper in different[:4])
        message = (
            f"{number} 这个文号用在 {len(different)} 份不同的材料上:{listed}。请对照发文登记簿核对,更正写错的一份。"
        )
        spots = [_spot(paper) for paper in different[:6]]
        about = (number, *sorted(paper.record for paper in different))
        yield found("number_twice", "doubt", message, *spots, about=about, unit=different[0].unit)


def number_order(traces: Sequence[Trace]) -> Iterator[Finding]:
    """A later number with an earlier day, within one office's numbers of one year; a number of another year."""
    runs: dict[tuple[str, str, int], list[Numbered]] = defaultdict(list)
    for trace in traces:
        if not trace.ours or (read := _read(trace)) is None:
            continue
        if wrong := _other_year(read):
            yield wrong
        else:
            runs[read.word, _office(trace), read.year].append(read)
    for run in runs.values():
        yield from _out_of_order(run)


def _read(trace: Trace) -> Numbered | None:
    match = _FORM.fullmatch(trace.number)
    if match is None or len(trace.dated) != 10:
        return None
    return Numbered(trace=trace, word=match["word"], year=int(match["year"]), number=int(match["number"]))


def _other_year(one: Numbered) -> Finding | None:
    dated = date.fromisoformat(one.trace.dated)
    if one.year <= dated.year and dated <= date(one.year, 12, 31) + timedelta(days=_NEW_YEAR):
        return None
    message = (
        f"《{one.trace.title}》的文号 {one.trace.number} 是 {one.year} 年的,日期却是 {one.trace.dated}。"
        "请核对文号和日期哪一个写错了。"
    )
    about = (one.trace.record, one.trace.number, one.trace.dated)
    return found("number_order", "doubt", message, _spot(one.trace), about=about, unit=one.trace.unit)


def _out_of_order(run: list[Numbered]) -> Iterator[Finding]:
    """The papers that stand against the longest run in which days do not go back, each with its neighbours there."""
    run = sorted(run, key=lambda n: (n.number, n.trace.dated))
    kept = _longest(run)
    steady = [run[n] for n in sorted(kept)]
    for n, one in enumerate(run):
        if n in kept:
            continue
        before = [s for s in steady if s.number < one.number]
        after = [s for s in steady if s.number > one.number]
        against = None
        if before and _late(before[-1].trace.dated, one.trace.dated):
            against = max(before, key=lambda s: s.trace.dated)
        elif after and _late(one.trace.dated, after[0].trace.dated):
            against = min(after, key=lambda s: s.trace.dated)
        if against is None:
            continue
        first, second = sorted((one, against), key=lambda each: each.number)
        message = (
            f"{first.trace.number}《{first.trace.title}》的日期是 {first.trace.dated},号在后面的 {second.trace.number}"
            f"《{second.trace.title}》却是 {second.trace.dated},更早。请对照发文登记簿核对。"
        )
        about = (first.trace.record, second.trace.record, first.trace.dated, second.trace.dated)
        spots = (_spot(one.trace), _spot(against.trace))
        yield found("number_order", "doubt", message, *spots, about=about, unit=one.trace.unit)


def _longest(run: Sequence[Numbered]) -> set[int]:
    """Places of the longest sequence in which days do not go back (patience sorting)."""
    ends: list[str] = []
    places: list[int] = []
    above: list[int] = []
    for n, one in enumerate(run):
        at = bisect_right(ends, one.trace.dated)
        above.append(places[at - 1] if at else -1)
        ends[at:] = [one.trace.dated, *ends[at + 1 :]]
        places[at:] = [n, *places[at + 1 :]]
    kept: set[int] = set()
    here = places[-1] if places else -1
    while here >= 0:
        kept.add(here)
        here = above[here]
    return kept


def _late(first: str, second: str) -> bool:
    return date.fromisoformat(first) > date.fromisoformat(second) + timedelta(days=_SLACK)


def _office(trace: Trace) -> str:
    """Whose numbers they are: 校发〔2015〕3号 of two schools are two numbers."""
    return trace.unit or bare(trace.author)


def _one_paper(one: Trace, other: Trace) -> bool:
    """The same paper twice: its scan, another version, the 通知 that issues a 方案, the file of one attachment."""
    if other.record in (one.version_of, one.parent) or one.record in (other.version_of, other.parent):
        return True
    if one.parent is not None and one.parent == other.parent:
        return True
    if near(sign(one.text).exact, sign(other.text).exact) >= SAME:
        return True
    first, second = (bare(_ISSUED.sub("", trace.title)) for trace in (one, other))
    return bool(first) and bool(second) and (first in second or second in first)


def _spot(trace: Trace) -> Spot:
    return Spot(
        record=trace.record,
        paper=trace.title,
        file_name=trace.file_name,
        text=f"{trace.number} {trace.dated}".strip(),
        value=trace.number,
    )


def numbered(traces: Iterable[Trace]) -> int:
    """How many papers carry a number: without one the rules have nothing to judge."""
    return sum(1 for trace in traces if trace.number)
