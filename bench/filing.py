"""Measures describing and filing on the cases of ``tests/cases/filing`` and prints every number of issue 5.

python bench/filing.py              totals of both parts
python bench/filing.py --misses     and each miss of the tuned part (the held-out part is only ever shown as totals)
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cases.filing_cases import Case, archive_file, read_cases

from duban_archive.adapters import checklist_file
from duban_archive.core.classify import Classifier
from duban_archive.core.model import Description, Filing
from duban_archive.core.wording import bare

WANTED = {
    "right requirement first": (">=", 0.85),
    "right within three": (">=", 0.95),
    "sure ones that are right": (">=", 0.98),
    "filed as sure": (">=", 0.60),
    "nowhere filed as sure": ("<=", 0.02),
    "unit": (">=", 0.95),
    "period": (">=", 0.95),
    "document number": (">=", 0.98),
    "date": (">=", 0.97),
    "title": (">=", 0.90),
}


@dataclass
class Score:
    """Hits and tries by measure, and what was missed."""

    hits: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def note(self, measure: str, ok: bool, case: Case, said: object = "") -> None:
        self.tries[measure] += 1
        self.hits[measure] += ok
        if not ok:
            self.misses.append(f"{measure:26} {case.id}: {said}")

    def share(self, measure: str) -> float:
        return self.hits[measure] / self.tries[measure] if self.tries[measure] else 0.0


def classifiers(cases: tuple[Case, ...]) -> dict[str, Classifier]:
    return {name: Classifier(checklist_file.load(archive_file(name))) for name in sorted({c.archive for c in cases})}


def judge(
    case: Case, description: Description, filings: tuple[Filing, ...], classifier: Classifier, score: Score
) -> None:
    expected = case.expected
    sources = {r.id: set(r.source) for r in classifier.clerk.checklist.requirements}
    wanted = set(expected.get("source", "none").split())
    order = list(dict.fromkeys(f.requirement for f in filings))
    right = [r for r in order if sources[r] & wanted]
    shown = [(f.requirement, f.unit, f.period, f.sure, f.score) for f in filings[:3]]
    sure = [f for f in filings if f.sure]
    if case.belongs:
        score.note("right requirement first", bool(order) and order[0] in right, case, shown)
        score.note("right within three", any(r in right for r in order[:3]), case, shown)
        score.note("filed as sure", bool(sure), case, shown)
        for filing in sure:
            ok = filing.requirement in right
            ok &= expected.get("unit", filing.unit) in {filing.unit, "-"}
            ok &= filing.period in expected.get("period", filing.period).split()
            score.note("sure ones that are right", ok, case, shown)
        first = [f for f in filings if right and f.requirement == right[0]]
        if "period" in expected and first:
            score.note("period", {f.period for f in first} == set(expected["period"].split()), case, shown)
    else:
        score.note("nowhere filed as sure", bool(sure), case, shown)
        if not sure:
            score.misses.pop()
        else:
            score.misses.append(f"{'nowhere filed as sure':26} {case.id}: {shown}")
            score.note("sure ones that are right", False, case, shown)
    pairs = (
        ("unit", description.unit),
        ("date", description.dated),
        ("document number", description.document_number),
        ("kind", description.kind),
        ("title", description.title),
    )
    names = {"unit": "unit", "date": "dated", "document number": "number", "kind": "kind", "title": "title"}
    for measure, told in pairs:
        want = expected.get(names[measure])
        if want is None:
            continue
        value = told.value if told else "-"
        same = bare(want) == bare(value) if measure == "title" else want == value
        score.note(measure, same, case, f"{value} | wanted {want}")


def run(part: str, *, misses: bool) -> Score:
    cases = read_cases(part)
    by_archive = classifiers(cases)
    score = Score()
    results = []
    started = time.perf_counter()
    for case in cases:
        results.append(
            by_archive[case.archive].describe_and_propose(
                file_names=case.names, folder=case.folder, extracted=case.extracted(), today=case.today
            )
        )
    seconds = time.perf_counter() - started
    for case, (description, filings) in zip(cases, results, strict=True):
        judge(case, description, filings, by_archive[case.archive], score)
    nowhere = sum(1 for case in cases if not case.belongs)
    print(f"\n{part}: {len(cases)} cases, {nowhere} belong nowhere, {len(cases) / seconds:.0f} documents/s")
    for measure, (op, bound) in WANTED.items():
        share = score.share(measure)
        ok = share >= bound if op == ">=" else share <= bound
        tries = f"{score.hits[measure]}/{score.tries[measure]}"
        print(f"  {measure:26} {share:6.1%}  {tries:>9}  wanted {op} {bound:.0%}  {'ok' if ok else 'NOT MET'}")
    print(f"  {'kind':26} {score.share('kind'):6.1%}")
    if misses:
        for line in sorted(score.misses):
            print("   ", line)
    return score


def main() -> None:
    run("tuned", misses="--misses" in sys.argv)
    run("held_out", misses=False)


if __name__ == "__main__":
    main()
