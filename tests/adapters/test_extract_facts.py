"""Every fact that is promised (docs/reading.md), got out of a stranger's real file or of another program's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duban_archive.adapters import extract
from duban_archive.core.limits import Limits
from tests.make import make_jpeg, make_pdf


def facts(path: Path) -> dict[str, Any]:
    kind = extract.sniff(path, path.name)
    read = extract.read(path, file_name=path.name, media_type=kind, limits=Limits(), scratch=path.parent / "scratch")
    return dict(read.facts)


REAL: tuple[tuple[str, str, Any], ...] = (
    ("office_cn/1.wps", "own_title", "这是一个WPS文档。"),
    ("office_cn/1.wps", "last_author", "dongliang"),
    ("office_cn/11.1.pptx", "company", "福建163软件园"),
    ("office_cn/11.1.pptx", "slides_hint", 26),
    ("office_cn/11.1.pptx", "edit_minutes", 17961),
    ("office_cn/02-table.docx", "created", "2013-12-23T23:15:00Z"),
    ("office_cn/02-table.docx", "application", "Microsoft Macintosh Word 14.0000"),
    ("office_cn/02-table.docx", "template", "Normal.dotm"),
    ("office_cn/reference_pict.docx", "printed", "2015-12-05T02:10:00Z"),
    ("office_cn/08-comments-revisions.docx", "tracked_changes", 2),
    ("office_cn/08-comments-revisions.docx", "comments", 1),
    ("office_cn/outline.doc", "comments", 1),
    ("office_cn/7.1.pptx", "hidden_slides", [3]),
    ("tables_cn/zxpw.xls", "hidden_sheets", ["照相数字布局图"]),
    ("tables_cn/hylcqd.xls", "macros", True),
    ("pdf_cn/test_3994.pdf", "rotated_pages", [1]),
    ("hostile/empty_protected.pdf", "owner_locked", True),
    ("hostile/empty_protected.pdf", "forbidden", ["修改", "复制"]),
    ("hostile/encrypted.docx", "encrypted", True),
    ("hostile/r6-user-password.pdf", "encrypted", True),
    ("hostile/password-encrypted.zip", "encrypted", True),
    ("hostile/invisible_text_layer.pdf", "text_layer", {"pages": [1], "check": [1]}),
    ("hostile/allprotected.ofd", "signatures", [{"by": "ofdrw-sign", "at": "2020-10-23T19:45:37", "seals": 1}]),
    ("hostile/allprotected.ofd", "seals", [{"page": 1, "left": 0.24, "top": 0.17, "right": 0.43, "bottom": 0.3}]),
    ("hostile/allprotected.ofd", "created", "2020-04-25"),
    ("hostile/999.ofd", "author", "Huhuang Software"),
    ("hostile/999.ofd", "signatures", [{"by": "KingGrid", "at": "2020-08-17T11:13:29Z", "seals": 1}]),
    ("scans_cn/img_exif_orientation.jpg", "turned", 180),
    ("scans_cn/book_01.jpg", "width", 1080),
    ("scans_cn/book_01.jpg", "fingerprint", "9e1d1d1f1f1f3f2e"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "key", "value"), REAL)
def test_a_real_file_tells(corpus: Path, name: str, key: str, value: Any) -> None:
    assert facts(corpus / name)[key] == value


SEALED = "pdf_cn/《沈阳市县域学前教育普及普惠督导评估验收方案》（沈教督发〔2021〕11号）+-TC.pdf"


def shows_a_seal(told: Any) -> bool:
    return 0.2 < told[0]["left"] < told[0]["right"] < 0.5 and told[0]["page"] == 1


@pytest.mark.parametrize(
    ("name", "key", "holds"),
    [
        (
            "pdf_cn/《沈阳市县域学前教育普及普惠督导评估验收方案》（沈教督发〔2021〕11号）+-TC.pdf",
            "seals",
            shows_a_seal,
        ),
        ("office_cn/2024年上海市公安局宝山分局物业管理服务-招标文件.docx", "blanks", lambda told: told["count"] >= 7),
        ("tables_cn/12843-2.xls", "sheets", lambda told: told[0]["name"] == "questions" and not told[0]["hidden"]),
        ("pdf_cn/test_3994.pdf", "page_sizes", lambda told: told[0]["width_mm"] > 100 < told[0]["height_mm"]),
        ("scans_cn/book_01.jpg", "sharpness", lambda told: told > 500),
    ],
)
def test_a_real_file_tells_about(corpus: Path, name: str, key: str, holds: Callable[[Any], bool]) -> None:
    found = [path for path in (corpus / name).parent.iterdir() if _same_name(path.name, Path(name).name)]
    assert holds(facts(found[0])[key])


def _same_name(one: str, other: str) -> bool:
    """Names of the corpus may be composed otherwise on another file system."""
    import unicodedata

    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def test_a_signature_in_a_pdf_is_told_with_its_time_and_reason(tmp_path: Path) -> None:
    """Written field by field after ISO 32000-1, 12.8: present, not verified."""
    import pikepdf

    make_pdf(tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as document:
        page = document.pages[0].obj
        value = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Sig,
                Filter=pikepdf.Name("/Adobe.PPKLite"),
                SubFilter=pikepdf.Name("/adbe.pkcs7.detached"),
                Contents=pikepdf.String(b"\x30\x03\x02\x01\x01".decode("latin-1")),
                ByteRange=[0, 100, 200, 100],
                M="D:20150730093000+08'00'",
                Reason="同意上报",
            )
        )
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, T="签名", V=value,
                Rect=[0, 0, 0, 0], P=page, F=132,
            )
        )  # fmt: skip
        page.Annots = pikepdf.Array([field])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        document.save(tmp_path / "a.pdf")
    told = facts(tmp_path / "a.pdf")
    assert told["signed"] is True
    assert told["signatures"] == [{"at": "2015-07-30T09:30:00+08:00", "reason": "同意上报"}]


def test_a_fact_that_a_file_does_not_give_is_absent(tmp_path: Path) -> None:
    path = tmp_path / "微信图片_20150910093015.jpg"
    path.write_bytes(make_jpeg())
    assert not {"taken", "camera", "author", "turned"} & set(facts(path))


def test_every_fact_is_listed_in_the_documentation(corpus: Path) -> None:
    listed = (Path(__file__).resolve().parents[2] / "docs" / "reading.md").read_text(encoding="utf-8")
    table = listed.partition("## Facts")[2].partition("\n## ")[0]
    told = {key for name, key, _ in REAL} | {
        key for name in ("office_cn/11.1.pptx", "scans_cn/book_01.jpg") for key in facts(corpus / name)
    }
    assert sorted(key for key in told if f"`{key}`" not in table) == []
