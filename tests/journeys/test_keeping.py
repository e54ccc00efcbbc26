"""Keeping safe: what is damaged is found, what can be mended is, backups prove themselves, a purge leaves no word."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from make import make_xlsx, make_zip

from journeys.office import LEDGER, PLAN, Office, duban

PASSWORD = "正确的马 电池 订书钉"


@pytest.fixture
def filled(office: Office) -> Office:
    """Two papers, read and indexed; one decision of a person."""
    office.drop("第三小学/控流保学台账.txt", LEDGER)
    office.drop("迎检工作方案.txt", PLAN)
    office.ask("watch", "--once")
    office.ask("describe", "1", "--title", "控流保学台账(2014年)", "--by", "甲")
    return office


def hidden(office: Office) -> Path:
    return office.home / ".duban"


def problems(office: Office, *words: str | Path) -> set[str]:
    said = office.duban("verify", *words, "--json")
    return {problem["what"] for problem in said.json["problems"]}


def original(office: Office, id: int) -> Path:
    digest = office.ask("show", str(id))["parts"][0]["digest"].removeprefix("sha256:")
    return hidden(office) / "store" / digest[:2] / digest[2:]


def spoil(path: Path) -> None:
    path.chmod(0o600)
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])


def titles(office: Office) -> list[str]:
    return [record["title"] for record in office.ask("list")["records"]]


def events(office: Office) -> list[Any]:
    lines = (hidden(office) / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def everything_below(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


# --- verify and repair ---------------------------------------------------------------------------------------------


def test_a_healthy_archive_verifies_and_repair_changes_nothing(filled: Office) -> None:
    head = filled.ask("verify")["head"]
    mended = filled.ask("repair")
    assert (mended["ok"], mended["mended"], mended["set_aside"]) == (True, [], [])
    assert filled.ask("verify")["head"] == head


@pytest.mark.parametrize("damage", ["missing", "garbage", "empty", "torn"])
def test_a_catalogue_that_does_not_open_is_rebuilt_and_set_aside(filled: Office, damage: str) -> None:
    before, path = titles(filled), hidden(filled) / "catalogue.sqlite"
    data = path.read_bytes()
    for name in ("catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        (hidden(filled) / name).unlink(missing_ok=True)
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes({"garbage": b"\x17" * len(data), "empty": b"", "torn": data[:4096] + b"\x55" * 60000}[damage])
    said = filled.duban("status")
    assert (said.code, "Traceback" in said.err) == (4, False)
    mended = filled.ask("repair")
    assert mended["ok"]
    assert mended["mended"][0]["what"] == "catalogue_damaged"
    assert titles(filled) == before
    assert filled.ask("search", "劝返")["total"] == 1
    aside = [path.name for path in hidden(filled).glob("catalogue.sqlite.damaged-*")]
    assert (len(aside) == 0) == (damage == "missing")


@pytest.mark.parametrize("damage", ["missing", "cut", "changed", "garbage"])
def test_a_damaged_journal_is_written_anew_from_the_catalogue(filled: Office, damage: str) -> None:
    path = hidden(filled) / "journal.jsonl"
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(b"".join(lines[:-2]))
    elif damage == "changed":
        path.write_bytes(whole.replace("控流保学台账.txt".encode(), "另一份的名字.txt".encode()))
    else:
        path.write_bytes(b"".join(lines[:1]) + b"\x00\xff what is this\n" + b"".join(lines[2:]))
    filled.ask("repair")
    assert path.read_bytes() == whole
    assert filled.ask("verify")["ok"]


def test_work_goes_on_while_the_journal_cannot_be_read(filled: Office) -> None:
    with (hidden(filled) / "journal.jsonl").open("ab") as journal:
        journal.write(b"\x00\x01 not an event\n")
    filled.drop("第三份.txt", LEDGER + "第三份\n")
    filled.ask("watch", "--once")
    assert problems(filled) == {"journal_differs"}
    assert filled.ask("repair")["ok"]
    assert len(events(filled)) == 5


def test_a_row_written_past_the_program_is_put_back_as_the_events_say(filled: Office) -> None:
    with sqlite3.connect(hidden(filled) / "catalogue.sqlite") as database:
        database.execute("UPDATE records SET told='{}' WHERE id=1")
        database.execute("DELETE FROM files WHERE record=2")
    database.close()
    assert problems(filled) == {"catalogue_differs"}
    assert filled.ask("repair")["ok"]
    assert titles(filled)[0] == "控流保学台账(2014年)"


def test_an_event_changed_in_the_catalogue_is_put_back_from_the_journal(filled: Office) -> None:
    with sqlite3.connect(hidden(filled) / "catalogue.sqlite") as database:
        database.execute("UPDATE events SET event=replace(event, '\\u7532', '\\u4e59') WHERE kind='described'")
    database.close()
    said = filled.duban("verify", "--json")
    assert said.code == 4
    assert {p["what"] for p in said.json["problems"]} == {"chain_broken", "journal_differs"}
    assert filled.ask("repair")["ok"]


def test_an_older_catalogue_is_brought_up_to_the_journal(filled: Office) -> None:
    path = hidden(filled) / "catalogue.sqlite"
    old = path.read_bytes()
    filled.ask("describe", "2", "--title", "新题名", "--by", "甲")
    path.write_bytes(old)
    mended = filled.ask("repair")
    assert mended["ok"]
    assert "新题名" in titles(filled)


def test_a_changed_original_comes_back_from_the_file_in_kept_or_from_a_backup(filled: Office, tmp_path: Path) -> None:
    filled.ask("backup", tmp_path / "stick")
    spoil(original(filled, 1))
    assert problems(filled) == {"original_changed"}
    assert filled.ask("repair")["ok"]  # 已归档 has the same bytes
    for path in (filled.home / "已归档").rglob("*.txt"):
        path.unlink()
    spoil(original(filled, 1))
    original(filled, 2).unlink()
    said = filled.duban("repair", "--json")
    assert (said.code, said.json["ok"]) == (4, False)
    mended = filled.ask("repair", "--from", tmp_path / "stick")
    assert {p["what"] for p in mended["mended"]} == {"original_changed", "original_missing"}
    assert len(list((hidden(filled) / "damaged").iterdir())) == 2


def test_a_backup_whose_original_rotted_gives_nothing_back(filled: Office, tmp_path: Path) -> None:
    filled.ask("backup", tmp_path / "stick")
    for path in (filled.home / "已归档").rglob("*.txt"):
        path.unlink()
    place = original(filled, 1)
    spoil(tmp_path / "stick" / "originals" / place.parent.name / place.name)
    place.unlink()
    assert filled.duban("repair", "--from", tmp_path / "stick", "--json").code == 4
    assert not place.exists()


def test_a_broken_journal_without_a_catalogue_is_salvaged_only_when_asked(filled: Office) -> None:
    lines = (hidden(filled) / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (hidden(filled) / "journal.jsonl").write_bytes(b"".join([*lines[:2], b"{broken\n", *lines[3:]]))
    (hidden(filled) / "catalogue.sqlite").unlink()
    said = filled.duban("repair")
    assert said.code == 4
    assert "--salvage" in said.err
    for path in (hidden(filled) / "store").glob("??/*"):
        os.utime(path, (1, 1))
    mended = filled.ask("repair", "--salvage")
    assert mended["ok"]
    names = {record["file_name"] for record in filled.ask("list")["records"]}
    assert names == {"控流保学台账.txt", "迎检工作方案.txt"}  # found again under its name in 已归档


def test_a_journal_lost_with_the_catalogue_comes_back_from_a_backup(filled: Office, tmp_path: Path) -> None:
    filled.ask("backup", tmp_path / "stick")
    (hidden(filled) / "journal.jsonl").unlink()
    (hidden(filled) / "catalogue.sqlite").unlink()
    assert filled.duban("repair").code == 4
    assert filled.ask("repair", "--from", tmp_path / "stick")["ok"]
    assert titles(filled)[0] == "控流保学台账(2014年)"


def test_a_file_put_into_kept_by_hand_is_noticed_and_taken_in(filled: Office) -> None:
    (filled.home / "已归档" / "手放的.txt").write_text("经费投入说明 2014", encoding="utf-8")
    assert problems(filled) == {"kept_unknown"}
    assert filled.ask("repair")["ok"]
    assert filled.ask("search", "经费投入")["total"] >= 1


def test_a_changed_rendition_is_dropped(filled: Office) -> None:
    pytest.importorskip("dxpdf")
    digest = filled.ask("show", "1")["parts"][0]["digest"]
    path = hidden(filled) / "renditions" / f"{digest[7:]}.pdf"
    path.write_bytes(b"%PDF-1.4 other")
    with sqlite3.connect(hidden(filled) / "catalogue.sqlite") as database:
        row = json.dumps({"pdf": "sha256:" + "0" * 64, "pages": 1, "converter": "x", "differs": "", "tools": "x"})
        database.execute("INSERT INTO renditions VALUES (?, ?)", (digest, row))
    database.close()
    assert problems(filled) == {"rendition_differs"}
    assert filled.ask("repair")["ok"]
    assert not path.exists()


def test_a_head_that_was_printed_is_still_in_the_chain_and_another_is_not(filled: Office) -> None:
    head = filled.ask("verify")["head"]
    filled.ask("describe", "2", "--title", "别的", "--by", "甲")
    assert problems(filled, "--head", head[:16]) == set()
    assert problems(filled, "--head", "0123456789abcdef") == {"head_unknown"}


# --- backup and restore --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locked", [False, True])
def test_a_backup_comes_back_whole_and_proves_itself(
    filled: Office, tmp_path: Path, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_BACKUP_PASSWORD", PASSWORD)
    encrypt = ["--encrypt"] if locked else []
    first = filled.ask("backup", tmp_path / "stick", *encrypt)
    assert (first["originals"], first["new"]) == (2, 2)
    filled.drop("第三份.txt", LEDGER + "第三份\n")
    filled.ask("watch", "--once")
    second = filled.ask("backup", tmp_path / "stick", *encrypt)
    assert (second["originals"], second["new"]) == (3, 1)
    restored = Office(tmp_path / "另一台")
    said = duban("restore", tmp_path / "stick", restored.home, "--json", cwd=tmp_path)
    assert (said.code, said.json["ok"], said.json["originals"]) == (0, True, 3), said.out + said.err
    assert titles(restored) == titles(filled)
    assert restored.ask("search", "劝返")["total"] == filled.ask("search", "劝返")["total"]
    older = duban("restore", Path(first["path"]), tmp_path / "早先", "--json", cwd=tmp_path).json
    assert (older["ok"], older["originals"]) == (True, 2)
    leak = b"".join(everything_below(tmp_path / "stick"))
    assert ("台账".encode() in leak) == (not locked)


def test_a_locked_backup_opens_with_its_password_only(
    filled: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_BACKUP_PASSWORD", PASSWORD)
    filled.ask("backup", tmp_path / "stick", "--encrypt")
    monkeypatch.setenv("DUBAN_BACKUP_PASSWORD", "另一个密码一二三")
    said = duban("restore", tmp_path / "stick", tmp_path / "新", cwd=tmp_path)
    assert (said.code, "密码不对" in said.err) == (2, True)
    assert filled.duban("backup", tmp_path / "stick", "--encrypt").code == 2
    assert filled.duban("backup", tmp_path / "stick").code == 2
    assert not (tmp_path / "新" / ".duban").exists()


def test_names_in_a_backup_suit_any_stick(filled: Office, tmp_path: Path) -> None:
    filled.ask("backup", tmp_path / "stick")
    names = [p.relative_to(tmp_path / "stick").as_posix() for p in (tmp_path / "stick").rglob("*")]
    assert all(name.isascii() and not set(name) & set(':*?"<>|\\') for name in names)
    assert len({name.lower() for name in names}) == len(names)
    assert all(path.stat().st_nlink == 1 for path in (tmp_path / "stick").rglob("*") if path.is_file())
    assert "duban restore" in (tmp_path / "stick" / "README.txt").read_text(encoding="utf-8")


def test_a_stick_with_other_things_on_it_gets_a_folder_of_its_own(filled: Office, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "照片.jpg").write_bytes(b"x")
    path = Path(filled.ask("backup", tmp_path / "stick")["path"])
    assert path.parent == tmp_path / "stick" / "督档备份"
    assert duban("restore", tmp_path / "stick", tmp_path / "新", "--json", cwd=tmp_path).json["ok"]


def test_the_backup_of_another_archive_is_not_mixed_in(filled: Office, tmp_path: Path) -> None:
    filled.ask("backup", tmp_path / "stick")
    other = Office(tmp_path / "别的")
    assert duban("init", other.home, "--checklist", "plan-00", cwd=tmp_path).code == 0
    assert other.duban("backup", tmp_path / "stick").code == 2


def test_a_killed_backup_never_looks_whole_and_the_next_one_clears_it(
    filled: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duban_archive.adapters.backup import Draft

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Draft, "finish", killed)
        patched.setattr(Draft, "drop", lambda self: None)
        assert filled.duban("backup", tmp_path / "stick").code == 5
    assert [p.name for p in (tmp_path / "stick").iterdir() if p.name.endswith(".part")]
    assert duban("restore", tmp_path / "stick", tmp_path / "新", cwd=tmp_path).code == 2
    assert filled.ask("verify")["backup"] is None
    filled.ask("backup", tmp_path / "stick")
    assert not [p.name for p in (tmp_path / "stick").iterdir() if p.name.endswith(".part")]


def test_a_damaged_backup_is_refused_and_nothing_is_restored(filled: Office, tmp_path: Path) -> None:
    path = Path(filled.ask("backup", tmp_path / "stick")["path"])
    spoil(path / "events.jsonl")
    said = duban("restore", tmp_path / "stick", tmp_path / "新", cwd=tmp_path)
    assert (said.code, "损坏" in said.err) == (1, True)
    assert not (tmp_path / "新" / ".duban").exists()


def test_a_full_backup_writes_anew_what_rotted_on_the_stick(filled: Office, tmp_path: Path) -> None:
    filled.ask("backup", tmp_path / "stick")
    place = original(filled, 1)
    spoil(tmp_path / "stick" / "originals" / place.parent.name / place.name)
    assert filled.ask("backup", tmp_path / "stick")["new"] == 0
    assert filled.ask("backup", tmp_path / "stick", "--full")["new"] == 1


def test_settings_and_templates_come_back_only_when_asked_for(filled: Office, tmp_path: Path) -> None:
    (hidden(filled) / "settings.yaml").write_text("workers: 1\n", encoding="utf-8")
    (filled.home / "模板" / "本单位:封面.docx").write_bytes(b"ours")
    filled.ask("backup", tmp_path / "stick")
    assert duban("restore", tmp_path / "stick", tmp_path / "甲", "--json", cwd=tmp_path).code == 0
    assert not (tmp_path / "甲" / "模板" / "本单位:封面.docx").exists()
    assert "\nworkers: 1" not in (tmp_path / "甲" / ".duban" / "settings.yaml").read_text(encoding="utf-8")
    said = duban("restore", tmp_path / "stick", tmp_path / "乙", "--with-templates", "--json", cwd=tmp_path)
    assert said.code == 0, said.err
    assert (tmp_path / "乙" / "模板" / "本单位:封面.docx").read_bytes() == b"ours"
    assert (tmp_path / "乙" / ".duban" / "settings.yaml").read_text(encoding="utf-8") == "workers: 1\n"


def test_restore_never_writes_into_a_folder_that_is_not_empty(filled: Office, tmp_path: Path) -> None:
    filled.ask("backup", tmp_path / "stick")
    assert duban("restore", tmp_path / "stick", filled.home, cwd=tmp_path).code == 2


def test_a_backup_into_the_archive_itself_is_refused(filled: Office) -> None:
    assert filled.duban("backup", filled.home / "收件箱" / "备份").code == 2


def test_an_original_that_is_damaged_here_is_not_backed_up_as_if_whole(filled: Office, tmp_path: Path) -> None:
    spoil(original(filled, 1))
    said = filled.duban("backup", tmp_path / "stick", "--json")
    assert (said.code, said.json["originals"], len(said.json["absent"])) == (4, 1, 1)


def test_the_age_of_the_last_backup_is_always_told(filled: Office, tmp_path: Path) -> None:
    assert "从来没有备份" in filled.duban("verify").out
    filled.ask("backup", tmp_path / "stick")
    assert "今天" in filled.duban("verify").out
    assert "已超过 7 天" in filled.duban("verify", "--as-of", "2099-01-01").out


# --- withdraw and purge --------------------------------------------------------------------------------------------


def test_a_purge_needs_two_different_named_persons(filled: Office) -> None:
    assert filled.duban("purge", "1", "--reason", "误收", "--second", "乙").code == 2
    assert filled.duban("purge", "1", "--reason", "误收", "--by", "甲", "--second", " 甲 ").code == 2
    assert filled.ask("verify")["purged"] == 0


def test_a_purge_leaves_no_word_of_the_paper_anywhere(filled: Office, tmp_path: Path) -> None:
    filled.drop("绝密名单.txt", "特别的标题雪豹计划\n内容是紫水晶与鸢尾花\n2014年3月1日\n")
    filled.ask("watch", "--once")
    filled.ask("describe", "3", "--title", "雪豹计划名单", "--by", "甲")
    filled.ask("backup", tmp_path / "stick")
    head = filled.ask("verify")["head"]
    gone = filled.ask("purge", "3", "--reason", "涉密误收", "--by", "甲", "--second", "乙")
    assert (len(gone["wiped"]), gone["copies_wiped"], len(gone["backups"])) == (1, 1, 1)
    left = b"".join(everything_below(filled.home))
    for word in ("雪豹", "紫水晶", "鸢尾花", "绝密名单"):
        assert word.encode() not in left
        assert json.dumps(word)[1:-1].encode() not in left
    assert filled.ask("search", "紫水晶")["total"] == 0
    assert problems(filled, "--head", head) == set()
    assert filled.ask("status")["counts"].get("withdrawn") == 1


def test_a_purge_takes_the_papers_name_out_of_every_register(filled: Office) -> None:
    filled.drop("绝密名单.txt", "特别的标题雪豹计划\n内容是紫水晶与鸢尾花\n2014年3月1日\n")
    filled.ask("watch", "--once")
    filled.ask("describe", "3", "--title", "雪豹计划名单", "--by", "甲")
    filled.ask("ledger", "add", "雪豹计划名单没有盖章", "--unit", "第三小学")
    filled.ask("slip", "add", "要看雪豹计划名单", "--record", "3", "--shown")
    filled.ask("loan", "add", "--record", "3", "--from", "第三小学", "--due", "2030-01-01")
    filled.ask("caption", "3", "--what", "雪豹入户")
    filled.ask("searches", "save", "常查", "雪豹计划名单")
    filled.ask("milestone", "市检")
    kept = filled.ask("ledger", "show")["problems"]
    filled.ask("purge", "3", "--reason", "误收", "--by", "甲", "--second", "乙")
    left = b"".join(everything_below(filled.home))
    for word in ("雪豹", "绝密名单"):
        assert word.encode() not in left
        assert json.dumps(word)[1:-1].encode() not in left
    said = filled.ask("ledger", "show")["problems"]
    assert [one["text"] for one in said] == ["〔已清除〕没有盖章"]
    assert [one["number"] for one in said] == [one["number"] for one in kept]
    assert "要看〔已清除〕" in filled.duban("slip", "show").out
    assert problems(filled) == set()
    (filled.home / ".duban" / "catalogue.sqlite").unlink()
    assert filled.duban("repair").code in (0, 5)
    assert filled.ask("ledger", "show")["problems"] == said
    assert "雪豹" not in filled.duban("loan", "list").out


def test_a_tombstone_keeps_number_digest_reason_and_both_names(filled: Office) -> None:
    digest = filled.ask("show", "1")["parts"][0]["digest"]
    filled.ask("purge", "1", "--reason", "涉密误收", "--by", "甲", "--second", "乙")
    about = events(filled)[-1]["about"]
    assert (about["record"], about["digests"], about["reason"], about["second"]) == (1, [digest], "涉密误收", "乙")
    assert events(filled)[-1]["by"] == "甲"


def test_nothing_brings_a_purged_paper_back(filled: Office, tmp_path: Path) -> None:
    filled.ask("backup", tmp_path / "stick")
    filled.ask("purge", "1", "--reason", "误收", "--by", "甲", "--second", "乙")
    assert filled.duban("undo", "--json").out.count("控流保学台账") == 0
    assert filled.ask("repair", "--from", tmp_path / "stick")["ok"]
    assert filled.ask("search", "劝返")["total"] == 0
    source = filled.drop("又来.txt", LEDGER)
    receipt = filled.ask("watch", "--once")["receipts"][0]
    assert (receipt["outcome"], source.exists()) == ("refused", True)
    (hidden(filled) / "catalogue.sqlite").unlink()
    assert filled.ask("repair")["ok"]
    assert filled.ask("search", "劝返")["total"] == 0
    assert filled.duban("purge", "1", "--reason", "误收", "--by", "甲", "--second", "乙").code == 2


def test_a_purge_killed_after_its_event_is_finished_by_repair(filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from duban_archive import purging

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    place = original(filled, 1)
    with monkeypatch.context() as patched:
        patched.setattr(purging, "wipe", killed)
        assert filled.duban("purge", "1", "--reason", "误收", "--by", "甲", "--second", "乙").code == 5
    assert place.exists()
    assert problems(filled) == {"purged_left"}
    assert filled.ask("repair")["ok"]
    assert not place.exists()
    assert "教师上门".encode() not in b"".join(everything_below(filled.home))


def test_the_pieces_of_a_merged_record_are_purged_with_it(filled: Office) -> None:
    filled.ask("merge", "1", "2")
    gone = filled.ask("purge", "3", "--reason", "误收", "--by", "甲", "--second", "乙")
    assert (gone["records"], len(gone["wiped"])) == ([1, 2, 3], 2)
    assert problems(filled) == set()


def test_an_original_that_another_record_needs_is_kept_and_said(filled: Office) -> None:
    make_xlsx(filled.inbox / "两张表.xlsx", {"甲表": [["学生", "去向"], ["一", "外出"]], "乙表": [["教师"], ["二"]]})
    filled.ask("watch", "--once")
    filled.ask("split", "3", "--sheets", "甲表,乙表")
    said = filled.duban("purge", "4", "--reason", "误收", "--by", "甲", "--second", "乙", "--json")
    assert (said.code, said.json["records"], said.json["wiped"]) == (5, [4], [])
    assert said.json["originals_kept"][0]["records"] == [3, 5]
    assert problems(filled) == set()


def test_a_purged_member_names_the_archive_that_still_holds_it(filled: Office) -> None:
    make_zip(filled.inbox / "来件.zip", {"名单.txt": "单独的一份名单\n2014年3月1日\n".encode()})
    filled.ask("watch", "--once")
    said = filled.duban("purge", "4", "--reason", "误收", "--by", "甲", "--second", "乙", "--json")
    assert (said.code, said.json["container"]) == (5, 3)
    assert filled.ask("purge", "3", "--reason", "误收", "--by", "甲", "--second", "乙")["members"] == [4]
    assert problems(filled) == set()


def test_a_changed_tombstone_breaks_the_chain(filled: Office) -> None:
    filled.ask("purge", "1", "--reason", "误收", "--by", "甲", "--second", "乙")
    assert problems(filled) == set()
    with sqlite3.connect(hidden(filled) / "catalogue.sqlite") as database:
        database.execute("UPDATE events SET event=replace(event, '\\u5df2', '\\u672a') WHERE kind='file_kept'")
    database.close()
    assert "chain_broken" in problems(filled)


# --- doctor --------------------------------------------------------------------------------------------------------


def test_doctor_tells_what_works_with_and_without_an_archive(filled: Office, tmp_path: Path) -> None:
    names = {check["name"] for check in filled.ask("doctor")["checks"]}
    assert {"Python", "图片文字识别", "打印字体", "磁盘空间", "检索索引", "备份"} <= names
    said = duban("doctor", "--json", cwd=tmp_path)
    assert said.code in (0, 3)
    assert "检索索引" not in {check["name"] for check in said.json["checks"]}
    assert all(check["advice"] for check in said.json["checks"] if check["state"] == "missing")


def test_a_rebuilt_catalogue_counts_all_that_was_ever_seen(office: Office, tmp_path: Path) -> None:
    office.drop("a.txt", LEDGER)
    office.drop("空.txt", b"")
    office.drop("~$方案.docx", b"lock")
    office.ask("watch", "--once")
    office.drop("空.txt", PLAN)  # it waited, and was taken in: still one file
    office.ask("watch", "--once")
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    (elsewhere / "空的.txt").write_bytes(b"")
    (elsewhere / "Thumbs.db").write_bytes(b"x")
    (elsewhere / "链接.txt").symlink_to(office.home / "archive_schema.yaml")
    with zipfile.ZipFile(elsewhere / "外.zip", "w") as outer, zipfile.ZipFile(elsewhere / "内.zip", "w") as inner:
        inner.writestr("方案.txt", PLAN + "内")
        inner.close()
        outer.write(elsewhere / "内.zip", "内.zip")
        outer.writestr("台账.txt", LEDGER)
    office.ask("add", elsewhere)
    office.duban("add", tmp_path / "没有这个.txt")
    before = office.ask("status", "--files")
    assert before["seen"] == before["accounted"] == 12
    assert before["counts"] == {"filed": 2, "triage": 3, "duplicate": 2, "reading": 1, "noise": 2, "refused": 2}
    for path in (office.home / ".duban").glob("catalogue.sqlite*"):
        path.unlink()
    assert office.duban("repair").code == 0
    after = office.ask("status", "--files")
    assert [(f["path"], f["state"]) for f in after["files"]] == [(f["path"], f["state"]) for f in before["files"]]
    office.ask("backup", tmp_path / "盘")
    said = office.duban("restore", tmp_path / "盘", tmp_path / "新", "--json")
    assert said.json["ok"], said.out
    restored = Office(tmp_path / "新").ask("status")
    assert (restored["seen"], restored["counts"]) == (before["seen"], before["counts"])


def test_looking_at_the_same_refused_file_again_writes_nothing(office: Office) -> None:
    office.drop("~$方案.docx", b"lock")
    office.ask("watch", "--once")
    head = office.ask("verify")["head"]
    office.ask("watch", "--once")
    assert office.ask("verify")["head"] == head


def test_a_purged_paper_that_had_waited_leaves_no_name_behind(office: Office) -> None:
    office.drop("某人处分决定.txt", b"")
    office.ask("watch", "--once")
    office.drop("某人处分决定.txt", LEDGER)
    office.ask("watch", "--once")
    office.ask("purge", "1", "--reason", "误收", "--by", "甲", "--second", "乙")
    office.drop("某人处分决定.txt", LEDGER)  # again: refused, and its name is not noted anew
    assert office.duban("watch", "--once").code == 5
    for path in hidden(office).rglob("*"):
        assert not path.is_file() or "处分决定".encode() not in path.read_bytes(), path
    assert office.ask("verify")["ok"]


@pytest.fixture
def locked(filled: Office, tmp_path: Path) -> Iterator[Office]:
    """The same archive on a disk that is mounted for reading only; a folder without rights, where nobody may mount."""
    filled.ask("watch", "--once")
    if os.geteuid() != 0 if hasattr(os, "geteuid") else True:
        folders = [filled.home, hidden(filled), *[p for p in hidden(filled).rglob("*") if p.is_dir()]]
        for folder in folders:
            folder.chmod(0o555)
        yield filled
        for folder in folders:
            folder.chmod(0o755)
        return
    place = tmp_path / "光盘"
    place.mkdir()
    done = [
        subprocess.run(["mount", *words], capture_output=True).returncode
        for words in (["--bind", filled.home.parent, place], ["-o", "remount,ro,bind", place])
    ]
    if any(done):
        pytest.skip("mount is not permitted: run the tests as a user without rights, or as root")
    try:
        yield Office(place / filled.home.name)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_an_archive_that_cannot_be_written_can_be_looked_into(locked: Office, tmp_path: Path) -> None:
    assert locked.ask("status")["seen"] == 2
    assert locked.ask("search", "控流保学")["total"] > 0
    assert locked.ask("gaps")["slots"]
    assert len(locked.ask("list")["records"]) == 2
    assert locked.ask("show", "1")["title"] == "控流保学台账(2014年)"
    assert locked.ask("verify")["ok"]
    assert "只能看" in locked.duban("list").err
    for command in (("watch", "--once"), ("confirm", "1"), ("repair",), ("backup", tmp_path / "盘")):
        said = locked.duban(*command, "--json")
        assert (said.code, said.json["error"]["code"]) == (1, "read_only"), command


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_commits_of_a_killed_run_are_seen_in_an_archive_that_cannot_be_written(
    filled: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duban_archive.adapters import database

    with sqlite3.connect(hidden(filled) / "catalogue.sqlite") as killed:
        killed.execute("PRAGMA wal_autocheckpoint=0")
        killed.execute("UPDATE meta SET value='1000' WHERE key='last_slips'")
        killed.execute("INSERT INTO meta VALUES ('from_the_log', 'here')")
        killed.commit()
        monkeypatch.setattr(database, "_can_write", lambda _folder: False)
        looked_into = database.Database(hidden(filled) / "catalogue.sqlite")
        with looked_into.read() as connection:
            query = "SELECT value FROM meta WHERE key='from_the_log'"
            assert connection.exec_driver_sql(query).scalar() == "here"
        looked_into.close()
