"""档案柜: what is filed lies there by indicator: copies, that never cost an original or a person's own file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from journeys.office import LEDGER, PLAN, Office


@pytest.fixture
def filed(office: Office) -> Office:
    """Two papers, one of them confirmed."""
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.drop("附.txt", PLAN)
    office.ask("watch", "--once")
    office.ask("confirm", "1", "--to", "b2-03", "--unit", "三小", "--period", "2014")
    return office


def cabinet(office: Office) -> list[str]:
    """What lies in the cabinet, folders named by their last part."""
    folder = office.home / "档案柜"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def the_copy(office: Office) -> Path:
    """The one file in it."""
    return office.home / "档案柜" / cabinet(office)[0]


def test_a_confirmed_paper_lies_under_its_indicator_as_a_copy_of_its_own(filed: Office) -> None:
    done = filed.ask("cabinet")
    assert (done["files"], done["written"], done["removed"]) == (1, 1, 0)
    (path,) = cabinet(filed)
    folder, requirement, name = path.split("/")
    assert folder.startswith("B2")
    assert requirement.startswith("B2-3 ")
    assert name == "吴集镇第三小学_2014年_吴集镇第三小学2014年控流保学台账.txt"
    assert the_copy(filed).read_text(encoding="utf-8") == LEDGER
    assert the_copy(filed).stat().st_nlink == 1
    assert filed.ask("cabinet")["written"] == 0
    assert filed.ask("verify")["ok"]


def test_it_follows_the_filing_without_being_asked(filed: Office) -> None:
    filed.ask("watch", "--once")
    assert len(cabinet(filed)) == 1
    filed.ask("confirm", "2", "--to", "a1-01")
    filed.ask("repair")
    assert len(cabinet(filed)) == 2
    filed.ask("undo")
    filed.ask("watch", "--once")
    assert len(cabinet(filed)) == 1
    filed.ask("withdraw", "1", "--reason", "误收")
    assert cabinet(filed) == []
    assert list((filed.home / "档案柜").iterdir()) == []


def test_writing_into_a_copy_changes_no_original_and_is_set_aside_with_a_word(filed: Office) -> None:
    filed.ask("cabinet")
    copy = the_copy(filed)
    copy.write_text("改了几个字", encoding="utf-8")
    said = filed.duban("cabinet")
    assert "改动过" in said.out
    assert sorted(path.name for path in copy.parent.iterdir()) == sorted([copy.name, f"{copy.stem}(改动过).txt"])
    assert copy.read_text(encoding="utf-8") == LEDGER
    assert copy.with_name(f"{copy.stem}(改动过).txt").read_text(encoding="utf-8") == "改了几个字"
    assert filed.ask("verify")["ok"]


def test_a_persons_own_files_stay(filed: Office) -> None:
    filed.ask("cabinet")
    own = the_copy(filed).with_name("我的备注.txt")
    own.write_text("备注", encoding="utf-8")
    filed.ask("reject", "1", "--from", "b2-03")
    filed.ask("cabinet")
    assert cabinet(filed) == [own.relative_to(filed.home / "档案柜").as_posix()]


def test_an_emptied_cabinet_is_laid_out_again(filed: Office) -> None:
    filed.ask("cabinet")
    the_copy(filed).unlink()
    assert filed.ask("cabinet")["written"] == 1
    (filed.home / ".duban" / "cabinet.json").write_text("{", encoding="utf-8")
    filed.ask("cabinet")
    assert len([path for path in cabinet(filed) if "改动过" not in path]) == 1


def test_a_list_that_points_outside_removes_nothing_there(filed: Office) -> None:
    victim = filed.home / "archive_schema.yaml"
    info = victim.stat()
    laid = {"../archive_schema.yaml": ["sha256:0", info.st_size, info.st_mtime_ns]}
    listed = {"format": 1, "head": "", "laid": laid}
    (filed.home / ".duban" / "cabinet.json").write_text(json.dumps(listed), encoding="utf-8")
    filed.ask("cabinet")
    assert victim.exists()


def test_a_purge_wipes_the_copies_even_changed_ones(filed: Office) -> None:
    filed.ask("cabinet")
    the_copy(filed).write_text("另存的" + LEDGER, encoding="utf-8")
    filed.ask("purge", "1", "--reason", "误收", "--by", "甲", "--second", "乙")
    assert cabinet(filed) == []
    assert "控流保学" not in (filed.home / ".duban" / "cabinet.json").read_text(encoding="utf-8")


def test_an_office_may_do_without(filed: Office) -> None:
    (filed.home / ".duban" / "settings.yaml").write_text("cabinet: false\n", encoding="utf-8")
    filed.ask("watch", "--once")
    assert cabinet(filed) == []


def test_the_same_title_twice_gives_two_names_on_disks_blind_to_case(office: Office) -> None:
    for number, name in enumerate(("a.txt", "A.TXT")):
        office.drop(f"{number}/{name}", LEDGER + str(number))
    office.ask("watch", "--once")
    for id in ("1", "2"):
        office.ask("confirm", id, "--to", "b2-03", "--unit", "三小", "--period", "2014")
    office.ask("cabinet")
    names = cabinet(office)
    assert len({os.path.normcase(name).casefold() for name in names}) == 2
    assert any("号件)" in name for name in names)
