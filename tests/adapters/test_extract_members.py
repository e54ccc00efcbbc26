"""Archives and mails: every member an original of its own, under its own name, inside the limits and the folder."""

from __future__ import annotations

import io
import stat
import struct
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from duban_archive.adapters import extract
from duban_archive.adapters.extract import media_types as kinds
from duban_archive.adapters.extract.outlook import unpack_rtf
from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted
from tests.make import make_msg, make_pdf, make_zip


def read(path: Path, limits: Limits | None = None) -> Extracted:
    media_type = extract.sniff(path, path.name)
    scratch = path.parent / "scratch"
    return extract.read(path, file_name=path.name, media_type=media_type, limits=limits or Limits(), scratch=scratch)


def codes(extracted: Extracted) -> list[str]:
    return [note.code for note in extracted.notes]


def contents(extracted: Extracted) -> dict[str, bytes]:
    return {f"{m.folder}/{m.file_name}".lstrip("/"): Path(m.path).read_bytes() for m in extracted.members}


# --- zip -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_names_of_a_zip_in_utf8_and_gbk(tmp_path: Path, encoding: str) -> None:
    members = {"中心小学/2014年/通知.txt": "一".encode(), "花名册.xls": b"x", "空.txt": b""}
    extracted = read(make_zip(tmp_path / "报送.zip", members, encoding=encoding))
    assert contents(extracted) == members
    assert extracted.facts["container"] is True
    assert not extracted.notes


def test_no_name_of_a_zip_writes_outside_the_folder(tmp_path: Path) -> None:
    names = [
        "../../evil.txt",
        "/etc/evil.txt",
        "C:\\Windows\\evil.txt",
        "..\\evil.txt",
        "a/./b/../evil.txt",
        "CON",
        "x" * 300,
    ]
    extracted = read(make_zip(tmp_path / "a.zip", {name: b"x" for name in names}))
    assert len(extracted.members) == len(names)
    for member in extracted.members:
        assert Path(member.path).parent == tmp_path / "scratch"
        assert ".." not in member.folder.split("/")
        assert not member.folder.startswith("/")
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "scratch"}


def test_names_with_line_ends_and_rtl_marks_are_kept_as_text(tmp_path: Path) -> None:
    extracted = read(make_zip(tmp_path / "a.zip", {"坏\n名\x01字\u202etxt.exe": b"x"}))
    assert extracted.members[0].file_name == "坏 名字\u202etxt.exe"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("好.txt", "好")
        with archive.open("bomb.bin", "w") as member:
            for _ in range(8):
                member.write(bytes(1 << 20))
    extracted = read(tmp_path / "a.zip", Limits(unpacked_mb=4))
    assert [member.file_name for member in extracted.members] == ["好.txt"]
    assert codes(extracted) == ["bomb"]
    assert "bomb.bin" in extracted.notes[0].text


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("b.bin", "w") as member:
        for _ in range(8):
            member.write(bytes(1 << 20))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 100)  # the size that the directory declares
    path.write_bytes(data)
    extracted = read(path, Limits(unpacked_mb=4))
    assert sum(Path(member.path).stat().st_size for member in extracted.members) <= 4 << 20


def test_members_beyond_the_limit_are_named(tmp_path: Path) -> None:
    members = {f"{number}.txt": b"x" for number in range(30)}
    extracted = read(make_zip(tmp_path / "a.zip", members), Limits(members=10))
    assert len(extracted.members) == 10
    assert codes(extracted) == ["members_skipped"]
    assert "20 个数量超过上限" in extracted.notes[0].text


def test_links_are_skipped_and_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("链接")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("文件.txt", "x")
    extracted = read(tmp_path / "a.zip")
    assert [member.file_name for member in extracted.members] == ["文件.txt"]
    assert codes(extracted) == ["members_skipped"]


def test_noise_in_a_zip_is_left_out(tmp_path: Path) -> None:
    members = {"__MACOSX/._a.docx": b"x", "~$a.docx": b"x", ".DS_Store": b"x", "a.txt": b"x"}
    extracted = read(make_zip(tmp_path / "a.zip", members))
    assert [member.file_name for member in extracted.members] == ["a.txt"]
    assert extracted.facts["noise_members"] == 3


def test_a_hundred_thousand_entries_are_bounded(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(30_000):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    path = tmp_path / "a.zip"
    path.write_bytes(buffer.getvalue())
    extracted = read(path, Limits(members=50))
    assert len(extracted.members) == 50


def test_a_zip_inside_a_zip_is_simply_a_member(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "内.zip", {"a.txt": b"x"}).read_bytes()
    extracted = read(make_zip(tmp_path / "外.zip", {"内.zip": inner}))
    (member,) = extracted.members
    assert extract.sniff(Path(member.path), member.file_name) == kinds.ZIP


# --- 7z and rar --------------------------------------------------------------------------------------------------


def test_a_7z_is_unpacked_whatever_its_names(tmp_path: Path) -> None:
    import py7zr

    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as archive:
        archive.writestr("一".encode(), "中心小学/通知.txt")
        archive.writestr(b"x", "b.txt")
    extracted = read(tmp_path / "a.7z")
    assert contents(extracted) == {"中心小学/通知.txt": "一".encode(), "b.txt": b"x"}


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights there")
def test_a_7z_with_links_and_climbing_names(tmp_path: Path) -> None:
    import py7zr

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "文件.txt").write_bytes(b"x")
    (tmp_path / "in" / "链接").symlink_to("文件.txt")
    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as archive:
        archive.write(tmp_path / "in" / "文件.txt", "文件.txt")
        archive.write(tmp_path / "in" / "链接", "链接")
        archive.files.files_list[0]["filename"] = "../../climb.txt"
    extracted = read(tmp_path / "a.7z")
    assert list(contents(extracted).values()) == [b"x"]
    assert codes(extracted) == ["members_skipped"]


def test_a_7z_bomb_is_not_unpacked(tmp_path: Path) -> None:
    import py7zr

    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as archive:
        archive.writestr(bytes(8 << 20), "bomb.bin")
        archive.writestr(b"x", "好.txt")
    extracted = read(tmp_path / "a.7z", Limits(unpacked_mb=4))
    assert [member.file_name for member in extracted.members] == ["好.txt"]
    assert codes(extracted) == ["bomb"]


def test_real_rar_archives_are_unpacked(corpus: Path, tmp_path: Path) -> None:
    for name in ("course.rar", "1.rar"):
        path = tmp_path / name
        path.write_bytes((corpus / "hostile" / name).read_bytes())
        extracted = read(path)
        assert extracted.media_type == kinds.RAR
        assert extracted.members
        assert all(Path(member.path).is_file() for member in extracted.members)


# --- mails -----------------------------------------------------------------------------------------------------


def make_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "王某 <wang@example.cn>"
    message["To"] = "督导室 <office@example.cn>"
    message["Subject"] = "报送2014年材料"
    message["Date"] = "Fri, 28 Nov 2014 09:30:00 +0800"
    message.set_content("现报送材料，请查收。", charset="gb2312")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="自查报告.pdf")
    return message


def test_a_mail_gives_its_text_and_its_attachments(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(make_mail().as_bytes())
    extracted = read(path)
    assert extracted.media_type == kinds.EML
    assert extracted.text.split("\n")[0] == "主题：报送2014年材料"
    assert "现报送材料，请查收。" in extracted.text
    assert contents(extracted) == {"自查报告.pdf": b"%PDF-1.4"}
    assert extracted.facts["created"] == "2014-11-28T09:30:00+08:00"
    assert "container" not in extracted.facts


def test_a_mail_with_raw_gbk_headers(tmp_path: Path) -> None:
    raw = (
        "From: 王某 <wang@example.cn>\r\nTo: a@example.cn\r\nSubject: 报送材料\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n'
        '请查收\r\n--x\r\nContent-Type: application/octet-stream; name="附件一.doc"\r\n'
        'Content-Disposition: attachment; filename="附件一.doc"\r\n\r\nabc\r\n--x--\r\n'
    ).encode("gbk")
    path = tmp_path / "a.eml"
    path.write_bytes(raw)
    extracted = read(path)
    assert "主题：报送材料" in extracted.text
    assert "请查收" in extracted.text
    assert list(contents(extracted)) == ["附件一.doc"]


def test_a_forwarded_mail_is_a_member(tmp_path: Path) -> None:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@example.cn", "b@example.cn", "转发"
    outer.set_content("见附件")
    outer.add_attachment(make_mail())
    path = tmp_path / "a.eml"
    path.write_bytes(outer.as_bytes())
    (member,) = read(path).members
    assert member.file_name == "报送2014年材料.eml"
    assert "现报送材料" in read(Path(member.path)).text


def test_a_saved_web_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "网页.mht"
    path.write_bytes(
        b"From: <Saved by Browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>"
        + "公示名单".encode()
        + b"</p></body></html>"
        b"\r\n--x\r\nContent-Type: image/png\r\n\r\nabc\r\n--x--\r\n"
    )
    extracted = read(path)
    assert extracted.media_type == kinds.MHT
    assert extracted.text == "公示名单"
    assert not extracted.members


def test_outlook_rtf_is_unpacked_as_the_specification_shows() -> None:
    """The worked example of [MS-OXRTFCP] 4.1.1."""
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpack_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_an_outlook_message_gives_its_text_and_its_attachments(tmp_path: Path) -> None:
    big = b"%PDF-1.4" + bytes(5000)
    path = make_msg(
        tmp_path / "a.msg", subject="报送2014年材料", body="请查收。\r\n谢谢", attachments={"自查报告.pdf": big}
    )
    extracted = read(path)
    assert extracted.media_type == kinds.MSG
    assert extracted.text.split("\n") == [
        "主题：报送2014年材料", "发件人：王某", "收件人：督导室", "日期：2014-11-28T01:30:00Z", "请查收。", "谢谢",
    ]  # fmt: skip
    assert contents(extracted) == {"自查报告.pdf": big}
    assert extracted.facts["created"] == "2014-11-28T01:30:00Z"


def test_files_attached_to_a_pdf_are_members(tmp_path: Path) -> None:
    import pikepdf

    path = make_pdf(tmp_path / "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.attachments["名单.xlsx"] = pikepdf.AttachedFileSpec(document, b"PK", filename="名单.xlsx")
        document.save(path)
    extracted = read(path)
    assert contents(extracted) == {"名单.xlsx": b"PK"}
    assert "container" not in extracted.facts
    assert extracted.readable


def test_a_member_named_otherwise_at_its_own_place_is_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"中文.txt": b"x"}, encoding="gbk")
    data = path.read_bytes()
    local = data.index("中文".encode("gbk"))
    path.write_bytes(data[:local] + b"abcd" + data[local + 4 :])
    extracted = read(path)
    assert contents(extracted) == {"中文.txt": b"x"}
