"""Runs the filing cases and counts hits: the numbers that ``bench/filing.py`` prints and the tests hold."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from duban_archive.adapters import checklist_file
from duban_archive.core.classify import Classifier
from duban_archive.core.learn import Example
from duban_archive.core.model import Description, Filing
from duban_archive.core.wording import bare as plain
from tests.cases.filing_cases import Case, archive_file, read_cases, ready_made

# The measures of the project, with what is asked of them.
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
_DESCRIBED = {"unit": "unit", "date": "dated", "document number": "number", "kind": "kind", "title": "title"}


@dataclass
class Score:
    """Hits and tries by measure, what was missed, and how fast it went."""

    hits: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    cases: int = 0
    nowhere: int = 0
    seconds: float = 0.0
    chances: list[tuple[float, bool]] = field(default_factory=list)

    def note(self, measure: str, ok: bool, case: Case, said: object = "", *, miss: bool | None = None) -> None:
        """Counts one try; ``miss`` says whether it is a miss where a hit is a bad thing."""
        self.tries[measure] += 1
        self.hits[measure] += ok
        if (not ok) if miss is None else miss:
            self.misses.append(f"{measure:26} {case.id}: {said}")

    def share(self, measure: str) -> float:
        """Hits of tries."""
        return self.hits[measure] / self.tries[measure] if self.tries[measure] else 0.0

    def met(self, measure: str) -> bool:
        """Whether the measure is as wanted."""
        op, bound = WANTED[measure]
        return self.share(measure) >= bound if op == ">=" else self.share(measure) <= bound


def classifiers(cases: Sequence[Case], *, bare: bool = False) -> dict[str, Classifier]:
    """One classifier for each archive of the cases; ``bare``: as the checklist comes, before any unit is entered."""
    files = {name: ready_made(name) if bare else archive_file(name) for name in sorted({c.archive for c in cases})}
    return {name: Classifier(checklist_file.load(file)) for name, file in files.items()}


def _before_units(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases as they are expected while placeholders stand for the units: the group that each unit belongs to."""
    entered = {name: checklist_file.load(archive_file(name)) for name in {case.archive for case in cases}}
    made = {name: {u.id for u in checklist_file.load(ready_made(name)).units} for name in entered}

    def groups_of(case: Case, unit: str) -> str:
        groups = {g.id for g in entered[case.archive].groups if unit in g.members}
        return " ".join(sorted(({unit} | groups) & made[case.archive]))

    return tuple(
        replace(case, expected={**case.expected, "unit": groups_of(case, unit) if unit != "-" else "-"})
        if (unit := case.expected.get("unit"))
        else case
        for case in cases
    )


def run(part: str, *, bare: bool = False) -> Score:
    """Describes and files every case of a part; ``bare``: with the checklists as they come, no unit entered."""
    cases = _before_units(read_cases(part)) if bare else read_cases(part)
    by_archive = classifiers(cases, bare=bare)
    score = Score(cases=len(cases), nowhere=sum(1 for case in cases if not case.belongs))
    started = time.process_time()
    results = [_work(by_archive[case.archive], case) for case in cases]
    score.seconds = time.process_time() - started
    for case, (description, filings) in zip(cases, results, strict=True):
        _judge_filing(case, filings, by_archive[case.archive], score)
        _judge_description(case, description, score)
    return score


def _work(classifier: Classifier, case: Case) -> tuple[Description, tuple[Filing, ...]]:
    return classifier.describe_and_propose(
        file_names=case.names, folder=case.folder, extracted=case.extracted(), today=case.today
    )


def right_requirements(case: Case, classifier: Classifier) -> set[str]:
    """Requirements that carry one of the sources the case expects."""
    wanted = set(case.expected.get("source", "none").split())
    return {r.id for r in classifier.clerk.checklist.requirements if set(r.source) & wanted}


def _judge_filing(case: Case, filings: tuple[Filing, ...], classifier: Classifier, score: Score) -> None:
    right = right_requirements(case, classifier)
    order = list(dict.fromkeys(filing.requirement for filing in filings))
    shown = [(f.requirement, f.unit, f.period, f.sure, f.score) for f in filings[:3]]
    sure = [filing for filing in filings if filing.sure]
    if filings:
        score.chances.append((filings[0].score, filings[0].requirement in right))
    if not case.belongs:
        score.note("nowhere filed as sure", bool(sure), case, shown, miss=bool(sure))
    else:
        score.note("right requirement first", bool(order) and order[0] in right, case, shown)
        score.note("right within three", bool(right.intersection(order[:3])), case, shown)
        score.note("filed as sure", bool(sure), case, shown)
        first = [f for f in filings if order and f.requirement == order[0] and order[0] in right]
        if "period" in case.expected and first:
            score.note("period", {f.period for f in first} == set(case.expected["period"].split()), case, shown)
    for filing in sure:
        ok = filing.requirement in right and filing.unit in case.expected.get("unit", filing.unit).split(" ")
        ok = ok and filing.period in case.expected.get("period", filing.period).split()
        score.note("sure ones that are right", ok, case, shown)


def _judge_description(case: Case, description: Description, score: Score) -> None:
    told = {
        "unit": description.unit,
        "date": description.dated,
        "document number": description.document_number,
        "kind": description.kind,
        "title": description.title,
    }
    for measure, field_name in _DESCRIBED.items():
        wanted = case.expected.get(field_name)
        if wanted is None:
            continue
        one = told[measure]
        value = one.value if one else "-"
        same = plain(wanted) == plain(value) if measure == "title" else value in wanted.split(" ")
        score.note(measure, same, case, f"{value} | wanted {wanted}")


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Errors on papers of local habits not taught: before and after so many corrections."""

    corrections: int
    papers: int
    errors_before: int
    errors_after: int


def learning() -> Lessons:
    """Of each local habit two or three papers are corrected, 30 in all; the others are tried before and after."""
    cases = read_cases("habits")
    by_archive = classifiers(cases)
    lessons = [case for n, case in enumerate(cases) if n % 2 == 0][:30]
    others = [case for case in cases if case not in lessons]
    taught = {
        name: classifier.taught(_example(case, classifier) for case in lessons if case.archive == name)
        for name, classifier in by_archive.items()
    }
    return Lessons(
        corrections=len(lessons),
        papers=len(others),
        errors_before=sum(not _is_right(case, by_archive[case.archive]) for case in others),
        errors_after=sum(not _is_right(case, taught[case.archive]) for case in others),
    )


def _example(case: Case, classifier: Classifier) -> Example:
    description, filings = _work(classifier, case)
    right = right_requirements(case, classifier)
    return Example(
        requirement=sorted(right)[0],
        confirmed=True,
        title=description.title.value if description.title else "",
        file_names=case.names,
        headers=classifier.headers_of(case.extracted()),
        proposed=filings[0].requirement if filings else "",
    )


def _is_right(case: Case, classifier: Classifier) -> bool:
    _, filings = _work(classifier, case)
    return bool(filings) and filings[0].requirement in right_requirements(case, classifier)
