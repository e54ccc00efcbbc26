"""The catalogue: every change is an event with its rows, so it can be replayed, taken back, and proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from duban_archive.adapters.catalogue import Catalogue
from duban_archive.adapters.database import Database
from duban_archive.adapters.echoes import Echoes
from duban_archive.core.model import Description, Filing, Locator, Part, Passage, Standing, Told
from duban_archive.core.plainjson import to_json
from duban_archive.errors import DamagedArchive, UsageError
from duban_archive.intake import new_record

DIGEST = "sha256:" + "ab" * 32
PART = Part(digest=DIGEST, file_name="台账.xlsx", folder="三小", media_type="application/vnd.ms-excel", size=9)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    made = Catalogue(Database(tmp_path / "c.sqlite"), tmp_path / "j.jsonl")
    made.create()
    made.open()
    return made


@pytest.fixture
def echoes(catalogue: Catalogue) -> Echoes:
    return Echoes(catalogue._database)


def keep(catalogue: Catalogue, part: Part = PART) -> int:
    with catalogue.change("file_kept", "甲") as change:
        id = change.next_id("records")
        change.put("records", {"id": id}, new_record(id, (part,), "2015-10-01"))
        change.put(
            "originals",
            {"digest": part.digest},
            {"digest": part.digest, "size": part.size, "media_type": part.media_type, "stored": "", "purged": ""},
        )
    return id


def file(catalogue: Catalogue, id: int, standing: Standing) -> None:
    filing = Filing(record=id, requirement="r1", unit="u", period="2014", standing=standing)
    key = {"record": id, "requirement": "r1", "unit": "u", "period": "2014"}
    with catalogue.change("filed", "甲") as change:
        change.put("filings", key, {**key, "filing": to_json(filing)})


def note(echoes: Echoes, id: int, texts: list[str], *, title: str = "台账") -> None:
    echoes.note_reading(
        id,
        status="read",
        description=Description(title=Told(value=title, source="text", confidence=0.9)),
        part_pages=[2],
        facts={"author": "某"},
        notes=(),
        passages=[(0, Passage(locator=Locator(page=n), text=text), text) for n, text in enumerate(texts, start=1)],
        head=(title, title),
        proposals=(Filing(record=id, requirement="r2", unit="u", period="once", score=0.7, because=("标题",)),),
    )


def test_accession_numbers_run_and_are_never_given_twice(catalogue: Catalogue) -> None:
    assert [keep(catalogue), keep(catalogue)] == [1, 2]


def test_a_record_comes_back_with_what_was_read_and_decided(catalogue: Catalogue, echoes: Echoes) -> None:
    id = keep(catalogue)
    assert catalogue.record(id).state == "reading"
    note(echoes, id, ["第一页", "第二页"])
    file(catalogue, id, Standing.CONFIRMED)
    record = catalogue.record(id)
    assert (record.state, record.title, record.pages, record.parts[0].pages) == ("ready", "台账", 2, 2)
    assert [(f.requirement, f.standing) for f in record.filings] == [
        ("r1", Standing.CONFIRMED),
        ("r2", Standing.PROPOSED),
    ]
    assert catalogue.holders(DIGEST) == [id]


def test_a_persons_word_stands_before_what_the_program_found(catalogue: Catalogue, echoes: Echoes) -> None:
    id = keep(catalogue)
    row = new_record(id, (PART,), "2015-10-01")
    told = {"title": to_json(Told(value="改定的题名", source="person", confidence=1.0))}
    with catalogue.change("described", "甲") as change:
        change.put("records", {"id": id}, {**row, "told": told})
    note(echoes, id, ["x"], title="程序读出的题名")
    assert catalogue.record(id).title == "改定的题名"


def test_an_unchanged_page_keeps_its_change_number(catalogue: Catalogue, echoes: Echoes) -> None:
    id = keep(catalogue)
    note(echoes, id, ["第一页", "第二页"])
    before = {row.plain: row.id for row in echoes.texts_after(0, 10)}
    note(echoes, id, ["第一页", "第二页,改过"])
    after = {row.plain: row.id for row in echoes.texts_after(0, 10)}
    assert after["第一页"] == before["第一页"]
    assert after["第二页,改过"] > max(before.values())
    assert "第二页" not in after


def test_a_change_number_is_never_given_again(catalogue: Catalogue, echoes: Echoes) -> None:
    id = keep(catalogue)
    note(echoes, id, ["a"])
    last = echoes.last_change()
    echoes.forget_reading(id)
    note(echoes, id, ["b"])
    assert min(row.id for row in echoes.texts_after(0, 10)) > last


def test_the_last_decision_can_be_taken_back_and_then_the_one_before(catalogue: Catalogue) -> None:
    id = keep(catalogue)
    file(catalogue, id, Standing.CONFIRMED)
    file(catalogue, id, Standing.REJECTED)
    catalogue.undo("甲")
    assert catalogue.record(id).filings[0].standing is Standing.CONFIRMED
    catalogue.undo("甲")
    assert catalogue.record(id).filings == ()
    assert catalogue.undo("甲") is None
    assert catalogue.record(id).id == id  # an arrival is not a decision


def test_the_catalogue_can_be_made_again_from_its_journal(catalogue: Catalogue, tmp_path: Path) -> None:
    id = keep(catalogue)
    file(catalogue, id, Standing.CONFIRMED)
    catalogue.undo("甲")
    file(catalogue, id, Standing.REJECTED)
    again = Catalogue(Database(tmp_path / "again.sqlite"), tmp_path / "j.jsonl")
    again.create()
    assert again.rebuild() == 4
    assert again.head() == catalogue.head()
    assert again.records() == catalogue.records()
    assert again.originals() == catalogue.originals()


def test_an_event_that_a_crash_kept_out_of_the_journal_is_written_at_the_next_start(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    keep(catalogue)
    lines = (tmp_path / "j.jsonl").read_bytes()
    keep(catalogue)
    (tmp_path / "j.jsonl").write_bytes(lines + b'{"torn')
    catalogue.open()
    assert catalogue.chain_problems() == []
    assert len((tmp_path / "j.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_a_changed_journal_is_noticed_and_not_replayed(catalogue: Catalogue, tmp_path: Path) -> None:
    keep(catalogue)
    keep(catalogue)
    lines = (tmp_path / "j.jsonl").read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    first["by"] = "乙"
    (tmp_path / "j.jsonl").write_text("\n".join([json.dumps(first), *lines[1:]]) + "\n", encoding="utf-8")
    assert [place for place, _ in catalogue.chain_problems()] == ["journal"]
    again = Catalogue(Database(tmp_path / "again.sqlite"), tmp_path / "j.jsonl")
    again.create()
    with pytest.raises(DamagedArchive):
        again.rebuild()


def test_a_failed_change_leaves_no_row_and_no_event(catalogue: Catalogue) -> None:
    head = catalogue.head()

    def fail() -> None:
        with catalogue.change("file_kept", "甲") as change:
            change.put("records", {"id": 1}, new_record(1, (PART,), ""))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert catalogue.records() == ()
    assert catalogue.head() == head


def test_a_record_that_is_not_there_is_a_sentence(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="没有 7 号件"):
        catalogue.record(7)


def test_a_lost_catalogue_says_what_is_safe(tmp_path: Path) -> None:
    with pytest.raises(DamagedArchive) as caught:
        Catalogue(Database(tmp_path / "none.sqlite"), tmp_path / "j").open()
    assert "repair" in caught.value.advice


def test_a_registers_numbers_run_and_are_not_given_again_after_an_undo_or_a_rebuild(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    def enter(into: Catalogue, text: str) -> None:
        with into.change("entered", "甲", register="slips") as change:
            change.enter("slips", str(change.next_number("slips")), {"text": text})

    for text in "甲乙丙丁戊己庚辛壬癸子":
        enter(catalogue, text)
    catalogue.undo("乙")
    enter(catalogue, "丑")
    assert list(catalogue.entries("slips")) == [*map(str, range(1, 11)), "12"]
    assert catalogue.row_problems() == []
    catalogue.close()
    again = Catalogue(Database(tmp_path / "again.sqlite"), tmp_path / "j.jsonl")
    again.create()
    again.rebuild()
    assert again.entries("slips") == catalogue.entries("slips")
    enter(again, "寅")
    assert list(again.entries("slips"))[-1] == "13"


def test_entries_known_by_a_name_are_replaced_and_struck(catalogue: Catalogue) -> None:
    for entry in ({"value": "1203"}, {"value": "1210"}, None):
        with catalogue.change("entered", "甲", register="figures") as change:
            change.enter("figures", "在校生数", entry)
    assert catalogue.entries("figures") == {}
    catalogue.undo("甲")
    assert catalogue.entries("figures") == {"在校生数": {"value": "1210"}}
