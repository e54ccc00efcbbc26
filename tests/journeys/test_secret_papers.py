"""秘密、机密、绝密: such a paper stops at the door, is not read, leaves no trace, and the office knows what to do."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

from journeys.office import LEDGER, Office

WORD = "凤凰计划三号预案"
SECRET = f"机密★1年\n\n吴集镇人民政府\n关于{WORD}的通知\n\n各单位:{WORD}自即日起执行。\n" * 3


def traces(folder: Path, *, but: str = "store") -> list[str]:
    """Files below a folder in which the paper's words stand, plain or packed; the store of originals aside."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or but in path.relative_to(folder).parts:
            continue
        data = path.read_bytes()
        if path.suffix == ".gz":
            data += gzip.decompress(data)
        if any(WORD.encode(code) in data for code in ("utf-8", "gb18030", "utf-16-le")) or _packed(data):
            found.append(path.relative_to(folder).as_posix())
    return found


def _packed(data: bytes) -> bool:
    """Whether some zlib stream in the bytes (an extraction in the database) holds the words."""
    start = -1
    while (start := data.find(b"\x78\x5e", start + 1)) >= 0:
        try:
            if WORD.encode("unicode_escape") in (plain := zlib.decompressobj().decompress(data[start:], 200_000)):
                return True
            if WORD.encode() in plain:
                return True
        except zlib.error:
            continue
    return False


def test_a_paper_marked_in_its_text_is_kept_unread_and_nothing_of_it_is_left_anywhere(
    office: Office, tmp_path: Path
) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.drop("通知.txt", SECRET)
    office.ask("watch", "--once")
    secret = next(r for r in office.ask("list")["records"] if r["file_name"] == "通知.txt")
    assert [note["code"] for note in secret["notes"]] == ["secret"]
    assert f"duban purge {secret['id']}" in secret["notes"][0]["text"]
    assert secret["filings"] == []
    assert office.ask("search", WORD)["total"] == 0
    assert office.ask("search", "通知.txt")["total"] == 0
    (office.home / "已归档" / "通知.txt").unlink()
    assert traces(office.home) == []
    office.ask("backup", tmp_path / "盘")
    assert traces(tmp_path / "盘", but="originals") == []
    said = office.duban("status", "--files").out
    assert "机密" in said
    assert "purge" in said
    office.ask("purge", str(secret["id"]), "--reason", "涉密误收", "--by", "甲", "--second", "乙")
    assert traces(office.home, but="nothing") == []


def test_a_name_that_says_so_is_enough_nothing_is_copied(office: Office) -> None:
    path = office.drop("【机密】通知.txt", SECRET)
    inner = office.drop("涉密文件/方案.txt", SECRET + "2")
    said = office.duban("watch", "--once", "--json")
    assert {r["outcome"] for r in said.json["receipts"]} == {"refused"}
    assert all("移走" in r["why"] for r in said.json["receipts"])
    assert path.exists()
    assert inner.exists()
    assert office.ask("list")["records"] == []
    assert traces(office.home / ".duban", but="nothing") == []
    assert office.ask("status")["counts"] == {"refused": 2}


def test_a_secret_member_of_an_archive_stays_inside_and_the_archive_is_named(office: Office, tmp_path: Path) -> None:
    package = tmp_path / "材料.zip"
    with zipfile.ZipFile(package, "w") as made:
        made.writestr("【机密】通知.txt", SECRET)
        made.writestr("台账.txt", LEDGER)
    receipts = office.ask("add", package)["receipts"]
    refused = next(r for r in receipts if r["outcome"] == "refused")
    assert "duban purge 1 " in refused["why"]
    assert office.ask("search", WORD)["total"] == 0
    status = office.ask("status")
    assert status["seen"] == status["accounted"] == 3


def test_a_dry_run_says_so_and_tells_nothing(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "通知.txt"
    path.write_text(SECRET, encoding="utf-8")
    said = office.duban("classify", path, "--json")
    assert WORD not in said.out
    assert said.json["documents"][0]["notes"][0]["code"] == "secret"
    assert said.json["documents"][0]["proposals"] == []


def test_a_person_may_say_that_a_stopped_paper_is_open(office: Office) -> None:
    office.drop("公文格式讲义.txt", SECRET)
    office.ask("watch", "--once")
    office.ask("describe", "1", "--secrecy", "无")
    office.ask("watch", "--once")
    assert office.ask("search", WORD)["total"] > 0
    assert office.ask("show", "1")["state"] == "ready"


def test_a_person_may_say_that_a_paper_is_secret_and_what_was_read_is_wiped(office: Office) -> None:
    office.drop("通知.txt", SECRET.replace("机密★1年", ""))
    office.ask("watch", "--once")
    assert office.ask("search", WORD)["total"] > 0
    office.ask("describe", "1", "--secrecy", "秘密")
    assert office.ask("search", WORD)["total"] == 0
    (office.home / "已归档" / "通知.txt").unlink()
    assert [path for path in traces(office.home) if "journal" not in path] == []
    office.ask("repair")
    assert office.ask("search", WORD)["total"] == 0
