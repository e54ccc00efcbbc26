"""Bad input: whatever is dropped is kept, or refused with the reason; nothing crashes, hangs or vanishes."""

from __future__ import annotations

import io
import os
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from journeys.office import LEDGER, Office

SETTINGS = """settle_seconds: 0.05
ocr: false
limits:
  seconds: 20
  unpacked_mb: 32
  members: 300
  pixels: 40000000
"""
RTL = "\u202e"


@pytest.fixture
def guarded(office: Office) -> Office:
    """An office with tight limits, as anybody may set them."""
    (office.home / ".duban" / "settings.yaml").write_text(SETTINGS, encoding="utf-8")
    return office


def notes(office: Office, name: str) -> list[str]:
    """The codes of the notes on the record that came under a name."""
    record = next(r for r in office.ask("list")["records"] if r["file_name"] == name)
    return [note["code"] for note in office.ask("show", str(record["id"]))["notes"]]


def take(office: Office, name: str, data: bytes) -> Any:
    """Drop a file, let it be taken in and read; the answer of ``watch --once``."""
    office.drop(name, data)
    said = office.duban("watch", "--once", "--json")
    assert said.code in (0, 5), said.err
    status = office.ask("status", "--files")
    assert status["seen"] == status["accounted"]
    assert all(file["why"] for file in status["files"])
    return said.json


def png_of(width: int, height: int) -> bytes:
    """A whole PNG that claims a size which it does not have the bytes for."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1 << 16))), (b"IEND", b""))
    framed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def zipped(*members: tuple[str, bytes]) -> bytes:
    """A zip of these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members:
            package.writestr(name, data)
    return made.getvalue()


def test_a_zip_bomb_is_kept_and_not_unpacked(guarded: Office) -> None:
    take(guarded, "炸弹.zip", zipped(*((f"{n}.txt", bytes(8 << 20)) for n in range(16))))
    assert "bomb" in notes(guarded, "炸弹.zip")
    kept = sum(path.stat().st_size for path in (guarded.home / ".duban").rglob("*") if path.is_file())
    assert kept < 64 << 20
    assert not any((guarded.home / ".duban" / "scratch").iterdir())


def test_a_nested_zip_bomb_ends_at_the_depth_limit(guarded: Office) -> None:
    data = zipped(("台账.txt", LEDGER.encode()))
    for level in range(7):
        data = zipped((f"{level}.zip", data))
    take(guarded, "层层.zip", data)
    assert len(guarded.ask("list")["records"]) <= 6
    assert guarded.ask("verify")["ok"]


def test_a_zip_slip_writes_nothing_outside(guarded: Office) -> None:
    names = ("../../跑.txt", "/etc/跑.txt", "..\\..\\跑.txt", "C:\\跑.txt", "a/../../../跑.txt")
    take(guarded, "滑.zip", zipped(*((name, f"{LEDGER}{n}".encode()) for n, name in enumerate(names))))
    outside = [path for path in guarded.home.parent.rglob("跑.txt") if ".duban" not in path.parts]
    assert outside == []
    assert not Path("/etc/跑.txt").exists()
    titles = guarded.ask("search", "控辍保学", "--all")
    assert len({hit["record"] for hit in titles["hits"]}) == len(names)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "xml"])
def test_an_xml_bomb_expands_nothing(guarded: Office, kind: str) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 20}">' for n in range(8))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "哈哈">{laughs}]><x>&l8;</x>'.encode()
    inner = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    data = zipped(("[Content_Types].xml", types), (inner[kind], bomb)) if kind in inner else bomb
    take(guarded, f"笑.{kind}", data)
    assert guarded.ask("search", "哈哈哈哈")["total"] == 0 or kind == "xml"
    assert guarded.ask("verify")["ok"]


def test_a_hundred_thousand_entries_are_bounded_and_said(guarded: Office) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for number in range(100_000):
            package.writestr(f"{number}.txt", b"")
        package.writestr("台账.txt", LEDGER)
    take(guarded, "十万.zip", made.getvalue())
    assert "members_skipped" in notes(guarded, "十万.zip")
    assert len(guarded.ask("list")["records"]) <= 302


def test_a_picture_that_would_fill_the_memory_is_kept_undecoded(guarded: Office) -> None:
    take(guarded, "大图.png", png_of(60_000, 60_000))
    assert notes(guarded, "大图.png") == ["too_large"]


def test_a_pdf_whose_pages_go_round_in_a_circle_ends(guarded: Office) -> None:
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2000000000 >>",
        b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2000000000 >>",
        b"<< /First 4 0 R /Last 4 0 R /Count 1 /Next 4 0 R /Prev 4 0 R /Title (x) >>",
    )
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 5\n0000000000 65535 f \n" + table
    data += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % data.index(b"xref")
    take(guarded, "转圈.pdf", data)
    assert notes(guarded, "转圈.pdf")
    assert guarded.ask("show", "1")["state"] == "abnormal"


def test_a_stream_that_unpacks_without_end_is_bounded(guarded: Office) -> None:
    packed = zlib.compress(bytes(200 << 20), 9)
    data = b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
    data += b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
    data += b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >> endobj\n"
    data += b"4 0 obj << /Length %d /Filter /FlateDecode >> stream\n" % len(packed) + packed + b"\nendstream endobj\n"
    data += b"trailer << /Root 1 0 R >>\n%%EOF\n"
    take(guarded, "流.pdf", data)
    assert guarded.ask("status")["seen"] == 1


@pytest.mark.slow
def test_two_gigabytes_of_nothing_are_kept_as_a_hole(guarded: Office) -> None:
    path = guarded.inbox / "空洞.bin"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    said = guarded.duban("watch", "--once", "--json")
    assert said.json["receipts"][0]["outcome"] == "new"
    stored = next((guarded.home / ".duban" / "store").glob("??/*"))
    assert stored.stat().st_size == 2 << 30
    if sys.platform == "linux":
        assert stored.stat().st_blocks * 512 < 64 << 20
    assert notes(guarded, "空洞.bin") == ["too_large"]


NAMES = (
    "换\n行.txt",
    "制\t表.txt",
    f"倒{RTL}cod.写.txt",
    "零\u200b宽.txt",
    "字" * 83 + "abcd.t",  # 255 bytes
    "CON.txt",
    "aux",
    "LPT1.docx.txt",
    "尾点.",
    "尾空格 ",
    "$(rm -rf x).txt",
    "=1+1.txt",
    "'; DROP TABLE files;--.txt",
    "e\u0301.txt",
    "😀.txt",
)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_any_name_is_kept_listed_searched_printed_and_restored(guarded: Office, tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        (guarded.inbox / name).write_text(f"{LEDGER}第{number}份", encoding="utf-8")
    deep = guarded.inbox.joinpath(*["很深的文件夹" * 4] * 5)
    deep.mkdir(parents=True)
    (deep / "台账.txt").write_text(LEDGER, encoding="utf-8")
    assert len(str(deep)) > 130
    assert len(os.fsencode(deep)) > 360
    receipts = guarded.ask("watch", "--once")["receipts"]
    assert {r["outcome"] for r in receipts} == {"new"}
    assert not any(path.is_file() for path in guarded.inbox.rglob("*"))
    assert {r["file_name"] for r in guarded.ask("list")["records"]} == {*NAMES, "台账.txt"}
    for command in (("status", "--files"), ("list",), ("show", "1"), ("search", "控辍保学")):
        assert guarded.duban(*command).code == 0
        assert guarded.process(*command).code == 0
    assert guarded.ask("verify")["ok"]
    guarded.ask("backup", tmp_path / "盘")
    said = guarded.duban("restore", tmp_path / "盘", tmp_path / "新", "--json")
    assert said.json["ok"], said.out


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
@pytest.mark.parametrize("raw", ["第三小学台账".encode("gb18030") + b".txt", b"\xff\xfe\x80.txt"])
def test_a_name_that_is_no_text_is_kept_and_can_be_read(guarded: Office, raw: bytes, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(guarded.inbox) + b"/" + raw))
    path.write_text(LEDGER, encoding="utf-8")
    receipts = guarded.ask("watch", "--once")["receipts"]
    assert [r["outcome"] for r in receipts] == ["new"]
    assert not path.exists()
    shown = guarded.ask("show", "1")["file_name"]
    shown.encode()
    if raw.startswith(b"\xb5"):
        assert shown == "第三小学台账.txt"
    assert guarded.process("status", "--files").code == 0
    assert guarded.ask("verify")["ok"]
    elsewhere = Path(os.fsdecode(os.fsencode(tmp_path) + b"/2" + raw))
    elsewhere.write_text(LEDGER + "2", encoding="utf-8")
    assert guarded.ask("add", elsewhere)["receipts"][0]["outcome"] == "new"
    assert guarded.ask("add", elsewhere)["receipts"][0]["outcome"] == "already_held"
    assert guarded.process("add", elsewhere).code == 0


@pytest.mark.slow
def test_every_hostile_file_of_the_corpus_is_kept_or_refused_with_the_reason(guarded: Office, corpus: Path) -> None:
    files = [path for path in (corpus / "hostile").iterdir() if path.is_file()]
    said = guarded.duban("add", corpus / "hostile", "--json")
    assert said.code in (0, 5), said.err
    given = {str(path) for path in files}
    told = {r["path"]: r for r in said.json["receipts"] if r["path"] in given}
    assert told.keys() == given
    kept = {path for path, receipt in told.items() if receipt["outcome"] in ("new", "already_held")}
    assert kept == {str(path) for path in files if path.stat().st_size}  # of 0 bytes there is nothing to keep yet
    status = guarded.ask("status", "--files")
    assert status["seen"] == status["accounted"] >= len(files)
    assert all(file["why"] for file in status["files"])
    abnormal = [r for r in guarded.ask("list")["records"] if r["state"] == "abnormal"]
    assert abnormal
    assert all(record["notes"] for record in abnormal)
    assert not any((guarded.home / ".duban" / "scratch").iterdir())
    assert guarded.ask("verify")["ok"]
