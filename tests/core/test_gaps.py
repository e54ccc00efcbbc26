"""Gaps: what is wanted less what is filed for good; a proposal closes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.checklist import Checklist, Index, Indicator, Requirement, Unit
from duban_archive.core.gaps import find_gaps, old_versions
from duban_archive.core.model import Filing, GapState, Part, Record, Review, Slot, SlotState, Standing

TODAY = "2015-10-26"
PDF = Part(digest="sha256:" + "0" * 64, file_name="a.pdf", folder="", media_type="application/pdf", size=1)


def checklist(**changes: object) -> Checklist:
    wanted = replace(Requirement(id="r1", indicator="a", title="控辍保学台账", kind="ledger"), **changes)
    other = Requirement(id="r2", indicator="a", title="另一种证明", kind="record")
    units = (
        Unit(id="u1", name="第三小学"),
        Unit(id="u0", name="柳岗小学", closed="2013-08-31", merged_into="u1"),
    )
    indicators = (Indicator(id="a", code="A1", title="控辍保学"),)
    return Checklist(
        id="t", title="t", version="1", base_year=2015, indicators=indicators, requirements=(wanted, other), units=units
    )


SLOT = Slot(requirement="r1", unit="u1", period="2014")


def filed(id: int, standing: Standing = Standing.CONFIRMED, **changes: object) -> Record:
    filing = replace(Filing(record=id, requirement="r1", unit="u1", period="2014", standing=standing), **changes)
    return Record(id=id, parts=(PDF,), filings=(filing,))


def state(*records: Record, today: str = TODAY, slot: Slot = SLOT, **changes: object) -> SlotState:
    return find_gaps(Index(checklist(**changes)), [slot], records, today)[0]


def test_a_slot_nobody_filed_under_is_missing() -> None:
    assert state().state is GapState.MISSING


def test_a_proposed_record_does_not_close_a_gap() -> None:
    found = state(filed(1, Standing.PROPOSED, sure=True, score=0.99))
    assert (found.state, found.held, found.waiting) == (GapState.WAITING, (), (1,))


def test_a_mere_guess_leaves_the_slot_missing_and_is_named() -> None:
    found = state(filed(1, Standing.PROPOSED, score=0.3))
    assert (found.state, found.waiting) == (GapState.MISSING, ())
    assert "#1" in found.why


def test_a_paper_confirmed_elsewhere_is_not_waited_for_on_a_lesser_chance() -> None:
    elsewhere = Filing(record=1, requirement="r2", unit="u1", period="2014", standing=Standing.CONFIRMED)
    here = filed(1, Standing.PROPOSED, score=0.7)
    assert state(replace(here, filings=(*here.filings, elsewhere))).state is GapState.MISSING
    assert state(here).state is GapState.WAITING


def test_a_file_that_cannot_be_read_is_not_waited_for() -> None:
    assert state(replace(filed(1, Standing.PROPOSED, score=0.9), state="abnormal")).state is GapState.MISSING


def test_a_confirmed_record_closes_it() -> None:
    found = state(filed(1))
    assert (found.state, found.held) == (GapState.COMPLETE, (1,))


def test_a_rejected_record_counts_for_nothing() -> None:
    assert state(filed(1, Standing.REJECTED)).state is GapState.MISSING


def test_a_returned_record_leaves_the_slot_returned() -> None:
    assert state(filed(1, review=Review.RETURNED)).state is GapState.RETURNED


def test_one_that_waits_for_review_is_not_complete() -> None:
    assert state(filed(1, review=Review.WAITING)).state is GapState.WAITING


def test_fewer_than_wanted_is_too_few() -> None:
    found = state(filed(1), count=2)
    assert (found.state, found.wanted) == (GapState.TOO_FEW, 2)
    assert state(filed(1), filed(2), count=2).state is GapState.COMPLETE


def test_a_file_that_cannot_be_read_does_not_do() -> None:
    assert state(replace(filed(1), state="abnormal")).state is GapState.DEFECTIVE


def test_of_several_formats_each_must_be_there() -> None:
    found = state(filed(1), formats=("pdf", "word"))
    assert found.state is GapState.DEFECTIVE
    assert "word" in found.why


def test_a_certificate_past_its_day_is_expired_and_one_near_it_is_marked() -> None:
    assert state(replace(filed(1), facts={"valid_until": "2015-10-01"})).state is GapState.EXPIRED
    near = state(replace(filed(1), facts={"valid_until": "2015-12-01"}))
    assert (near.state, near.expiring) == (GapState.COMPLETE, True)


def test_a_deadline_passed_marks_what_is_not_complete() -> None:
    assert state(due="2015-10-01").overdue
    assert not state(due="2015-10-26").overdue
    assert not state(filed(1), due="2015-10-01").overdue


def test_a_closed_schools_old_paper_counts_for_its_successor() -> None:
    found = state(filed(1, unit="u0"))
    assert (found.state, found.held) == (GapState.COMPLETE, (1,))


def test_an_alternative_that_is_complete_completes_the_slot() -> None:
    index = Index(checklist(any_of=("r2",)))
    slots = [SLOT, replace(SLOT, requirement="r2")]
    states = find_gaps(index, slots, [filed(1, requirement="r2")], TODAY)
    assert [one.state for one in states] == [GapState.COMPLETE, GapState.COMPLETE]


def test_not_applicable_needs_nothing_and_says_why() -> None:
    found = state(slot=replace(SLOT, not_applicable="本校无寄宿生"))
    assert (found.state, found.wanted) == (GapState.NOT_APPLICABLE, 0)
    assert "无寄宿生" in found.why


@pytest.mark.parametrize("state_word", ["withdrawn", "replaced"])
def test_a_record_that_no_longer_stands_fills_nothing(state_word: str) -> None:
    assert state(replace(filed(1), state=state_word)).state is GapState.MISSING


def test_an_old_version_does_not_count_once_another_is_final() -> None:
    draft, final = filed(1), replace(filed(2), version_of=1, final=True)
    assert old_versions([draft, final]) == {1}
    assert state(draft, final).held == (2,)
    assert old_versions([draft, replace(final, final=False)]) == set()


@given(
    st.lists(st.sampled_from([Standing.CONFIRMED, Standing.PROPOSED, Standing.REJECTED]), max_size=6),
    st.integers(min_value=1, max_value=4),
)
def test_a_slot_is_complete_exactly_when_enough_is_confirmed(standings: list[Standing], count: int) -> None:
    records = [filed(id, standing, score=0.9) for id, standing in enumerate(standings, start=1)]
    found = state(*records, count=count)
    assert (found.state is GapState.COMPLETE) == (standings.count(Standing.CONFIRMED) >= count)
    assert len(found.held) == standings.count(Standing.CONFIRMED)
    assert len(found.waiting) == standings.count(Standing.PROPOSED)
