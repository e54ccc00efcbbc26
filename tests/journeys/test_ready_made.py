"""Every ready-made checklist starts an archive: a sensible gap list, and empty boxes with the right dividers."""

from __future__ import annotations

from pathlib import Path

import pytest

from duban_archive.adapters import checklist_file
from duban_archive.core.checklist import Index
from duban_archive.core.gaps import find_gaps
from duban_archive.core.manifest import compose
from duban_archive.core.model import GapState
from duban_archive.core.slots import make_slots
from duban_archive.core.volumes import make_volumes
from journeys.office import Office, duban

ALL = [one.id for one in checklist_file.bundled()]


@pytest.mark.parametrize("which", ALL)
def test_its_gap_list_asks_for_every_requirement_that_has_units(which: str) -> None:
    checklist = checklist_file.load(which)
    slots = make_slots(checklist)
    states = find_gaps(Index(checklist), slots, (), "2015-10-26")
    assert {state.state for state in states} <= {GapState.MISSING, GapState.NOT_APPLICABLE}
    asked = {state.slot.requirement for state in states}
    assert asked == {r.id for r in checklist.requirements if not r.retired}
    assert all(state.why for state in states)


@pytest.mark.parametrize("which", ALL)
def test_its_empty_boxes_have_a_divider_for_every_indicator_that_asks_for_something(which: str) -> None:
    checklist = checklist_file.load(which)
    volumes = make_volumes(checklist, (), bare=True)
    manifest = compose(checklist, volumes, {}, printed="2015-10-26", bare=True)
    live = {i.id: i for i in checklist.indicators if not i.retired}
    tops = [i.code for i in live.values() if i.parent not in live]
    assert [volume.code for volume in manifest.volumes] == tops
    dividers = {section.code for volume in manifest.volumes for section in volume.sections}
    top_ids = {i.id for i in live.values() if i.parent not in live}
    asking = {r.indicator for r in checklist.requirements if not r.retired}
    index = Index(checklist)
    wanted = {live[id].code for id in asking - top_ids}
    wanted |= {index.code_of(r.id) for r in checklist.requirements if r.indicator in top_ids}
    assert dividers == wanted


@pytest.mark.slow
@pytest.mark.parametrize("which", ["plan-03", "plan-13", "gpdd"])
def test_its_empty_binder_is_printed_and_proved(which: str, tmp_path: Path) -> None:
    home = tmp_path / "迎检"
    assert duban("init", home, "--checklist", which, cwd=tmp_path).code == 0
    binder = Office(home).ask("bind")["binders"][0]
    assert binder["verdict"]["ok"], binder["verdict"]
    assert binder["replaced"] == []
    assert all(volume["items"] == 0 for volume in binder["volumes"])
