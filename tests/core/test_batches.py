"""What is alike in the tray is decided at once."""

from __future__ import annotations

from typing import Any

from duban_archive.core.batches import batch
from duban_archive.core.model import Filing


def filing(requirement: str = "b2", *, unit: str = "xx2", period: str = "2014", **more: Any) -> Filing:
    given: dict[str, Any] = {"sure": True, "score": 0.95, **more}
    return Filing(record=0, requirement=requirement, unit=unit, period=period, **given)


def test_sure_papers_of_one_requirement_make_a_batch_in_order_with_their_units_and_periods() -> None:
    found = batch([(3, [filing(unit="xx3")]), (1, [filing()]), (2, [filing(period="2013")])])
    assert [(one.requirement, one.sure, one.ids) for one in found] == [("b2", True, (1, 2, 3))]
    assert (found[0].units, found[0].periods) == (("xx2", "xx3"), ("2013", "2014"))


def test_one_paper_alone_is_no_batch() -> None:
    assert batch([(1, [filing()]), (2, [filing("c1")])]) == ()


def test_the_sure_and_the_merely_likely_are_kept_apart_and_guesses_left_out() -> None:
    likely, guess = {"sure": False, "score": 0.7}, {"sure": False, "score": 0.3}
    given = [(1, filing(**likely)), (2, filing(**likely)), (3, filing(**guess)), (4, filing()), (5, filing())]
    found = batch([(id, [one]) for id, one in given])
    assert [(one.sure, one.ids) for one in found] == [(True, (4, 5)), (False, (1, 2))]


def test_pages_of_a_compilation_and_papers_of_two_requirements_are_looked_at_one_by_one() -> None:
    assert batch([(1, [filing(pages=(2, 3))]), (2, [filing(pages=(4,))])]) == ()
    assert batch([(1, [filing(), filing("c1")]), (2, [filing(), filing("c1")])]) == ()
