"""现场查阅盘 and 整套材料: folders for others, whole, without personal data, opened by a real browser."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pypdf
import pytest

from journeys.office import LEDGER, PLAN, Office

ID = "34122420080315" + "1234"


@pytest.fixture
def filed(office: Office) -> Office:
    office.drop("镇政府/吴政发〔2015〕15号迎检工作方案.txt", PLAN)
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER + f"\n学生丙的身份证号为{ID},已劝返。\n")
    office.duban("watch", "--once")
    plan, ledger = (str(office.ask("search", word)["hits"][0]["record"]) for word in ("两项督导评估", "控流保学台账"))
    office.ask("confirm", plan, "--to", "A1-1")
    office.ask("confirm", ledger, "--to", "B2-3", "--unit", "第三小学", "--period", "2014")
    return office


def pdf_of(office: Office, word: str) -> str:
    """The disc's PDF of the paper that a word finds."""
    return f"pdf/{office.ask('search', word)['hits'][0]['record']:06d}.pdf"


def everything(folder: Path) -> str:
    """All that can be read in a folder: its texts, and what stands on the pages of its PDFs."""
    said = []
    for path in folder.rglob("*"):
        if path.suffix == ".pdf":
            said += [page.extract_text() for page in pypdf.PdfReader(path).pages]
        elif path.is_file():
            said.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(said)


def test_personal_data_is_blackened_on_the_page_and_starred_in_the_search(filed: Office, tmp_path: Path) -> None:
    done = filed.ask("disc", tmp_path / "盘")
    assert (done["papers"], done["masked_pages"], done["left_out"]) == (2, 1, [])
    assert ID not in everything(tmp_path / "盘")
    ledger = pypdf.PdfReader(tmp_path / "盘" / pdf_of(filed, "控流保学台账"))
    assert ledger.pages[0].extract_text().strip() == ""  # a picture: nothing to copy out
    plan = pypdf.PdfReader(tmp_path / "盘" / pdf_of(filed, "两项督导评估"))
    assert "工作方案" in plan.pages[0].extract_text()


def test_nothing_leads_out_of_the_disc_and_its_files_are_read_only(filed: Office, tmp_path: Path) -> None:
    filed.ask("disc", tmp_path / "盘")
    for name in ("index.html", "search.js", "style.css"):
        text = (tmp_path / "盘" / name).read_text(encoding="utf-8")
        assert "http" not in text.replace("http-equiv", "")
        for word in ("=>", "fetch(", "let ", "const ", "`"):  # browsers of ten years ago
            assert name != "search.js" or word not in text
    assert all(not path.stat().st_mode & 0o222 for path in (tmp_path / "盘").rglob("*") if path.is_file())


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed (apt-get install chromium)")
def test_a_browser_finds_a_page_from_the_folder(filed: Office, tmp_path: Path) -> None:
    filed.ask("disc", tmp_path / "盘")
    page = (tmp_path / "盘" / "index.html").as_uri() + "#q=控辍保学 帮扶"
    shown = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
         "--virtual-time-budget=4000", "--dump-dom", page],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    assert f'<a href="{pdf_of(filed, "控流保学台账")}#page=1"' in shown
    assert '<b class="m">控辍保学</b>' in shown
    assert "找到 1 件" in shown


def test_the_disc_is_written_over_an_earlier_one_only(filed: Office, tmp_path: Path) -> None:
    filed.ask("disc", tmp_path / "盘")
    filed.ask("disc", tmp_path / "盘")
    assert sorted(p.name for p in tmp_path.iterdir() if p != filed.home) == ["盘"]
    mine = tmp_path / "我的"
    mine.mkdir()
    (mine / "别动.txt").write_text("x", encoding="utf-8")
    assert filed.duban("disc", mine).code == 2
    assert [p.name for p in mine.iterdir()] == ["别动.txt"]


def test_a_secret_paper_is_not_on_the_disc(filed: Office, tmp_path: Path) -> None:
    filed.ask("register", "--title", "关于考试的通知", "--where", "1柜", "--to", "A1-1")
    filed.ask("describe", "3", "--secrecy", "机密")
    done = filed.ask("disc", tmp_path / "盘")
    assert done["left_out"] == [{"record": 3, "why": "涉密,不放入查阅盘"}]
    assert "关于考试的通知" not in everything(tmp_path / "盘")


def test_the_pack_holds_binder_boxes_originals_index_and_hashes(filed: Office, tmp_path: Path) -> None:
    done = filed.ask("pack", tmp_path / "整套")
    folder = tmp_path / "整套"
    for one in done["files"]:
        assert hashlib.sha256((folder / one["path"]).read_bytes()).hexdigest() == one["sha256"]
    boxes = sorted((folder / "分盒印刷").glob("*.pdf"))
    assert len(boxes) == len(done["boxes"])
    (binder,) = (folder / "合订本").glob("*.pdf")
    whole = pypdf.PdfReader(binder)
    labels = [label for path in boxes for label in pypdf.PdfReader(path).page_labels]
    first = len(whole.pages) - len(labels)
    assert labels == whole.page_labels[first:]
    assert [box["sides"] for box in done["boxes"]] == [len(pypdf.PdfReader(path).pages) for path in boxes]
    originals = sorted(p.read_bytes() for p in (folder / "原件").rglob("*") if p.is_file())
    assert PLAN.encode() in originals
    sheet = openpyxl.load_workbook(folder / "目录.xlsx")["材料目录"]
    assert any(cell.value == "A1-1" for row in sheet.iter_rows() for cell in row)
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["verdict"] is True


def test_the_pack_tells_what_is_on_paper_only(filed: Office, tmp_path: Path) -> None:
    filed.ask("register", "--title", "手写会议记录本", "--where", "2柜3层", "--to", "A2-1", "--unit", "第三小学")
    said = filed.duban("pack", tmp_path / "整套", "--json")
    assert said.code == 5
    assert "2柜3层" in said.json["left_out"][-1]["why"]
    assert "2柜3层" in (tmp_path / "整套" / "说明.txt").read_text(encoding="utf-8")


def test_pdf_a_needs_ghostscript_and_is_said_to_be_unproved(
    filed: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("gs") is not None:
        done = filed.ask("pack", tmp_path / "整套", "--pdfa", "--no-originals")
        (made,) = (tmp_path / "整套" / "合订本").glob("*PDFA*.pdf")
        assert "没有经过验证" in done["pdfa"]
        assert b"pdfaid" in made.read_bytes()
    monkeypatch.setenv("PATH", str(tmp_path))
    said = filed.duban("pack", tmp_path / "又一套", "--pdfa")
    assert said.code == 3
    assert "Ghostscript" in said.err
