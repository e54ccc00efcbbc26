"""Holds what ``bench/filing.py`` measures: the numbers asked of describing and filing, on both parts of the cases."""

from collections.abc import Callable
from functools import cache

import pytest

from tests.cases.filing_cases import ROOT, read_cases
from tests.cases.filing_score import WANTED, Score, learning, run


@pytest.fixture(scope="module")
def score() -> Callable[[str], Score]:
    return cache(run)


@pytest.fixture(scope="module")
def before_units() -> Callable[[str], Score]:
    return cache(lambda part: run(part, bare=True))


@pytest.mark.parametrize("part", ["tuned", "held_out"])
@pytest.mark.parametrize("measure", WANTED)
def test_the_cases_are_described_and_filed_as_well_as_asked(
    part: str, measure: str, score: Callable[[str], Score]
) -> None:
    assert score(part).met(measure), [miss for miss in score(part).misses if miss.startswith(measure)]


@pytest.mark.parametrize("part", ["tuned", "held_out"])
@pytest.mark.parametrize("measure", [m for m in WANTED if m != "unit"])
def test_they_are_filed_as_well_before_the_office_has_entered_its_units(
    part: str, measure: str, before_units: Callable[[str], Score]
) -> None:
    """Which unit a paper is of then often stands nowhere in it: a folder 石桥 says nothing yet."""
    score = before_units(part)
    assert score.met(measure), [miss for miss in score.misses if miss.startswith(measure)]


def test_thirty_corrections_take_away_a_third_of_the_remaining_errors() -> None:
    lessons = learning()
    assert lessons.corrections == 30
    assert lessons.errors_after <= lessons.errors_before * 2 / 3


def test_there_are_cases_enough_of_every_checklist_and_of_papers_that_belong_nowhere() -> None:
    tuned, held_out = read_cases("tuned"), read_cases("held_out")
    both = tuned + held_out
    assert len(both) >= 250
    assert len(held_out) >= len(both) / 5 - 1
    assert sum(not case.belongs for case in both) >= 0.12 * len(both)
    assert {case.archive for case in held_out} == {path.stem for path in (ROOT / "archives").glob("*.yaml")}
