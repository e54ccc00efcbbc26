"""The chain of events: what was changed is found; what was blackened is vouched for, or found."""

from __future__ import annotations

from typing import Any

from duban_archive.adapters import chain
from duban_archive.adapters.journal import ROOT, Event, seal


def record(id: int, name: str) -> dict[str, Any]:
    part = {"digest": f"sha256:{id}", "file_name": name, "folder": name, "size": 1}
    return {"id": id, "state": "kept", "parts": [part], "told": {"title": name}, "place": None}


def kept(id: int, name: str) -> dict[str, Any]:
    return {"kind": "file_kept", "about": {"path": name}, "changes": [["records", {"id": id}, None, record(id, name)]]}


def chained(*bare: dict[str, Any]) -> list[Event]:
    events: list[Event] = []
    for seq, event in enumerate(bare, 1):
        events.append(seal({"seq": seq, "at": "", "by": "甲", **event}, events[-1]["hash"] if events else ROOT))
    return events


def purged(events: list[Event], ids: set[int]) -> list[Event]:
    black = [chain.blacken(event, ids, len(events) + 1) for event in events]
    vouched = {str(b["seq"]): chain.line_digest(b) for b, e in zip(black, events, strict=True) if b is not e}
    about = {"records": sorted(ids), "blackened": vouched}
    event = {"seq": len(events) + 1, "at": "", "by": "甲", "kind": "purged", "about": about, "changes": []}
    return [*black, seal(event, events[-1]["hash"])]


EVENTS = chained(kept(1, "雪豹"), kept(2, "花名册"), kept(3, "雪豹续"))


def test_a_whole_chain_has_no_fault() -> None:
    assert chain.faults(EVENTS) == []
    assert chain.whole(EVENTS) == EVENTS


def test_a_changed_a_missing_and_a_moved_event_are_found() -> None:
    assert chain.faults([EVENTS[0], {**EVENTS[1], "by": "乙"}, EVENTS[2]]) == [(2, "第 2 条被改动过")]
    assert [place for place, _ in chain.faults([EVENTS[0], EVENTS[2]])] == [2]
    assert next(place for place, _ in chain.faults([EVENTS[1], EVENTS[0], EVENTS[2]])) == 1
    assert chain.whole([EVENTS[0], {**EVENTS[1], "by": "乙"}, EVENTS[2]]) == EVENTS[:1]


def test_a_purge_takes_the_words_and_leaves_the_chain() -> None:
    after = purged(EVENTS, {1, 3})
    assert "雪豹" not in str(after)
    assert chain.faults(after) == []
    assert [event["hash"] for event in after[:3]] == [event["hash"] for event in EVENTS]
    assert after[1] == EVENTS[1]


def test_a_second_purge_blackens_further() -> None:
    after = purged(purged(EVENTS, {1}), {2})
    assert "花名册" not in str(after)
    assert "雪豹续" in str(after)
    assert chain.faults(after) == []


def test_a_tombstone_that_was_changed_is_found() -> None:
    after = purged(EVENTS, {1})
    after[0] = {**after[0], "by": "乙"}
    assert [place for place, _ in chain.faults(after)] == [1]


def test_an_event_that_calls_itself_blackened_needs_a_witness() -> None:
    forged = {**EVENTS[0], "by": "乙", "purged_by": 9}
    assert [place for place, _ in chain.faults([forged, *EVENTS[1:]])] == [1]


def test_replaying_gives_the_last_row_of_each_key() -> None:
    gone = {"kind": "x", "about": {}, "changes": [["records", {"id": 1}, record(1, "雪豹"), None]]}
    rows = chain.replay(chained(kept(1, "雪豹"), kept(2, "花名册"), gone))["records"]
    assert [row["id"] for row in rows.values()] == [2]
