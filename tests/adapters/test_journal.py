"""The journal: sealed events in a chain; a torn last line is healed; nothing can be changed unseen."""

from __future__ import annotations

from pathlib import Path

from duban_archive.adapters.journal import ROOT, Journal, is_sealed, seal


def chain(count: int) -> list[dict[str, object]]:
    events, prev = [], ROOT
    for seq in range(1, count + 1):
        event = seal({"seq": seq, "kind": "file_kept", "about": {"题名": "台账" * seq}}, prev)
        events.append(event)
        prev = event["hash"]
    return events


def test_what_is_appended_is_read_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    events = chain(3)
    journal.append(events[:2])
    journal.append(events[2:])
    assert list(journal.read()) == events
    assert journal.last() == events[-1]


def test_a_torn_last_line_is_left_out_and_cut_off_at_the_next_append(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    events = chain(3)
    journal.append(events[:2])
    with (tmp_path / "j").open("ab") as file:
        file.write(b'{"seq":3,"ki')
    assert journal.last() == events[1]
    journal.append(events[2:])
    assert list(journal.read()) == events


def test_the_last_event_is_found_in_a_file_longer_than_one_block(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    events = chain(2)
    long = seal({"seq": 3, "kind": "x", "about": {"text": "长" * 100_000}}, events[-1]["hash"])
    journal.append([*events, long])
    assert journal.last() == long


def test_a_changed_word_or_a_changed_order_breaks_the_chain() -> None:
    first, second, third = chain(3)
    assert is_sealed(first, ROOT)
    assert is_sealed(second, first["hash"])
    assert not is_sealed({**second, "kind": "other"}, first["hash"])
    assert not is_sealed(third, first["hash"])


def test_an_empty_journal_has_no_last_event(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none").last() is None
    assert list(Journal(tmp_path / "none").read()) == []
