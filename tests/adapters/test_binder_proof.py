"""The proof proves something: a binder that was broken on purpose fails the check that is for it, and no other one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from binder_samples import Pack, a_pdf, checks
from pikepdf import Array, Dictionary, Name

from duban_archive.adapters import binder
from duban_archive.adapters.binder import legible, proof


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> binder.Binder:
    """Two volumes; a copy and a 归档章 carry seals."""
    folder = tmp_path_factory.mktemp("sound")
    paper = a_pdf(folder / "a.pdf", 2, text="alpha")
    pack = Pack().add(paper, title="工作方案", volume="A1").add(a_pdf(folder / "b.pdf"), title="会议记录", volume="A1")
    pack = pack.add(paper, record=1, title="工作方案", home="A1", origin="复印件").add(title="登记册", place="2柜")
    return binder.build(pack.manifest(), pack.files, folder / "out", extras=False)


def broken(sound: binder.Binder, folder: Path, break_it: Callable[[pikepdf.Pdf], None]) -> Any:
    """Failed checks of a copy of the binder that was broken."""
    spoiled = folder / "spoiled.pdf"
    with pikepdf.open(sound.path) as pdf:
        break_it(pdf)
        pdf.save(spoiled)
    return checks(proof.check(spoiled, sound.manifest))


def claimed_otherwise(sound: binder.Binder, folder: Path, change: Callable[[Any], None]) -> Any:
    """Failed checks of the binder held against a manifest that says something else."""
    document = json.loads(sound.manifest.read_text("utf-8"))
    change(document)
    told = folder / "told.json"
    told.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return checks(proof.check(sound.path, told))


def contents_page(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[3].obj  # 总封面, 总目录, 封面, 目录


def test_a_sound_binder_passes_every_check(sound: binder.Binder) -> None:
    assert checks(sound.verdict) == {}
    assert [check.name for check in sound.verdict.checks] == [
        *("页数", "材料齐全", "页码标签", "书签", "链接", "文字", "字体嵌入", "附带清单", "字迹完整", "页码可读"),
    ]


def drop_a_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[-1]


def wrong_label(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))


def no_label(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PageLabels.Nums[1] = Dictionary()


def wrong_bookmark(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        item = outline.root[2].children[1].children[0]
        item.destination = pikepdf.make_page_destination(pdf, 0)


def bookmark_to_nowhere(pdf: pikepdf.Pdf) -> None:
    first = pdf.Root.Outlines.First
    del first["/Dest"]


def wrong_link(pdf: pikepdf.Pdf) -> None:
    links = [annot for annot in contents_page(pdf).Annots]
    links[0].Dest, links[-1].Dest = links[-1].Dest, links[0].Dest


def lost_link(pdf: pikepdf.Pdf) -> None:
    del contents_page(pdf)["/Annots"]


def other_text(pdf: pikepdf.Pdf) -> None:
    contents_page(pdf).Contents = pdf.make_stream(b"")


def font_not_embedded(pdf: pikepdf.Pdf) -> None:
    for font in contents_page(pdf).Resources.Font.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        for key in ("/FontFile2", "/FontFile3", "/FontFile"):
            if key in descriptor:
                del descriptor[key]


def attachment_changed(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["manifest.json"] = b"{}"


def covered_row(pdf: pikepdf.Pdf) -> None:
    page = contents_page(pdf)
    page.Contents = Array([pdf.make_stream(b"q "), page.Contents, pdf.make_stream(b" Q q 1 g 60 400 700 90 re f Q")])


def number_painted_over(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[5].obj  # the first side of the first paper
    page.Contents = pdf.make_stream(b"")


def number_elsewhere(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[5].obj
    page.MediaBox = Array([0, -400, 595, 842])


@pytest.mark.parametrize(
    ("break_it", "check"),
    [
        (drop_a_page, "页数"),
        (wrong_label, "材料齐全"),
        (no_label, "页码标签"),
        (wrong_bookmark, "书签"),
        (bookmark_to_nowhere, "书签"),
        (wrong_link, "链接"),
        (lost_link, "链接"),
        (other_text, "文字"),
        (font_not_embedded, "字体嵌入"),
        (attachment_changed, "附带清单"),
        (covered_row, "字迹完整"),
        (number_painted_over, "页码可读"),
        (number_elsewhere, "页码可读"),
    ],
)
def test_a_binder_broken_on_purpose_fails_its_check(
    sound: binder.Binder, tmp_path: Path, break_it: Callable[[pikepdf.Pdf], None], check: str
) -> None:
    assert check in broken(sound, tmp_path, break_it)


def test_an_item_that_was_left_out_is_missed(sound: binder.Binder, tmp_path: Path) -> None:
    assert "材料齐全" in claimed_otherwise(sound, tmp_path, lambda told: told["items"].pop())


def test_a_title_that_the_list_does_not_say_is_missed(sound: binder.Binder, tmp_path: Path) -> None:
    def retitle(told: Any) -> None:
        told["items"][0]["title"] = "另一份方案"

    assert "文字" in claimed_otherwise(sound, tmp_path, retitle)


def test_a_seal_that_is_not_there_is_missed(sound: binder.Binder, tmp_path: Path) -> None:
    def another(told: Any) -> None:
        told["seals"] = [[page, ["原件存Z9卷"]] for page, _ in told["seals"]]

    assert "文字" in claimed_otherwise(sound, tmp_path, another)


def test_a_number_that_is_claimed_at_the_head_is_not_taken_at_the_foot(sound: binder.Binder, tmp_path: Path) -> None:
    def raise_all(told: Any) -> None:
        told["raised"] = list(range(told["pages"]))

    assert "页码可读" in claimed_otherwise(sound, tmp_path, raise_all)


def test_a_clipped_cell_is_seen_although_its_words_are_in_the_file(sound: binder.Binder, tmp_path: Path) -> None:
    spoiled = tmp_path / "clipped.pdf"
    with pikepdf.open(sound.path) as pdf:
        page = contents_page(pdf)
        page.Contents = Array([pdf.make_stream(b"q 0 0 300 842 re W n"), page.Contents, pdf.make_stream(b"Q")])
        pdf.save(spoiled)
    (fault,) = legible.faint(spoiled, [3])
    assert "个字看不见" in fault


def test_a_worker_that_dies_is_no_proof(sound: binder.Binder, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dead:
        def run(self, calls: Any) -> Any:
            from duban_archive.adapters.worker import Done, Fault

            return [Done(key=call.key, value=None, fault=Fault(kind="crash", text="")) for call in calls]

    verdict = proof.check(sound.path, sound.manifest, pool=Dead())  # type: ignore[arg-type]
    assert not verdict.ok
    assert {"打开", "页码可读", "字迹完整"} <= set(checks(verdict))
