"""报送包: made for a school without the program, filled there, wrapped anyhow, back in the right slots by itself."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from journeys.office import LEDGER, TODAY, Office

LETTER = "关于有关情况的说明\n\n现将有关情况说明如下:一切正常。\n"


def make(office: Office, out: Path, *more: str) -> Any:
    return office.ask("request", "--unit", "三小", "--out", out, "--as-of", TODAY, *more)


def fill(made: Any, **papers: str) -> None:
    """Put a paper into the folders of these requirements (``b2_03__2014``), as a school would."""
    for slot, text in papers.items():
        requirement, _, period = slot.replace("_", "-").partition("--")
        line = next(s for s in made["slots"] if s["requirement"] == requirement and s["period"] in (period, "once"))
        (Path(made["path"]) / line["folder"] / f"材料{requirement}.txt").write_text(text, encoding="utf-8")


def filed(office: Office) -> dict[str, Any]:
    """File name → its best proposal."""
    return {r["file_name"]: r["filings"][0] for r in office.ask("list")["records"] if r["filings"]}


def test_a_package_asks_for_what_is_open_with_a_folder_each(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    gaps = [s for s in office.ask("gaps", "--unit", "三小", "--as-of", TODAY)["slots"] if s["state"] == "missing"]
    assert [(s["requirement"], s["period"]) for s in made["slots"]] == [(g["requirement"], g["period"]) for g in gaps]
    folder = Path(made["path"])
    assert sorted(p.name for p in folder.iterdir() if p.is_dir()) == [s["folder"] for s in made["slots"]]
    assert (folder / "填报说明.docx").is_file()
    from openpyxl import load_workbook

    rows = list(load_workbook(next(folder.glob("报送清单*.xlsx"))).active.iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows] == [s["number"] for s in made["slots"]]
    with zipfile.ZipFile(made["zip"]) as packed:
        assert {n.split("/")[0] for n in packed.namelist()} == {folder.name}


def test_it_comes_back_as_a_folder_and_files_itself(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    fill(made, b2_03__2014=LEDGER, c1_02=LETTER)
    back = tmp_path / "u盘" / "三小交的"
    back.parent.mkdir()
    Path(made["path"]).rename(back)
    said = office.duban("add", back, "--json")
    assert said.code == 0, said.out
    places = filed(office)
    for name, requirement, period in (("材料b2-03.txt", "b2-03", "2014"), ("材料c1-02.txt", "c1-02", "once")):
        best = places[name]
        assert (best["requirement"], best["unit"], best["period"], best["sure"]) == (requirement, "xx3", period, True)
        assert made["code"] in best["because"][0]
    assert {r["file_name"] for r in office.ask("list")["records"]} == {"材料b2-03.txt", "材料c1-02.txt"}
    sent = office.ask("request", "--list")["requests"]
    assert [(one["code"], one["came"]) for one in sent] == [(made["code"], 2)]


def test_renamed_and_zipped_twice_it_still_files_itself(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    fill(made, b2_03__2014=LEDGER, c1_02=LETTER)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        for path in sorted(Path(made["path"]).rglob("*")):
            if path.is_file():
                packed.write(path, "我校材料/" + path.relative_to(made["path"]).as_posix())
    outer = tmp_path / "新建压缩文件.zip"
    with zipfile.ZipFile(outer, "w") as packed:
        packed.writestr("最终版/我校(改).zip", inner.getvalue())
    office.ask("add", outer)
    places = filed(office)
    assert places["材料b2-03.txt"]["requirement"] == "b2-03"
    assert places["材料c1-02.txt"]["requirement"] == "c1-02"
    assert places["材料b2-03.txt"]["sure"]
    assert places["材料c1-02.txt"]["sure"]


class GbkName(zipfile.ZipInfo):
    """A member as Windows in China writes it: its name in GBK, and no flag that says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits


def gbk_zip(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in files.items():
            packed.writestr(GbkName(name), data)
    return made.getvalue()


def test_names_in_gbk_and_lost_hidden_files_do_no_harm(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    fill(made, c1_02=LETTER)
    top = Path(made["path"])
    files = {
        f"三小/{path.relative_to(top).as_posix()}": path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.name != ".duban-request"
    }
    assert any("报送清单" in name for name in files)
    (tmp_path / "三小.zip").write_bytes(gbk_zip(files))
    office.ask("add", tmp_path / "三小.zip")
    best = filed(office)["材料c1-02.txt"]
    assert (best["requirement"], best["unit"], best["sure"]) == ("c1-02", "xx3", True)


def test_a_folder_sent_alone_keeps_its_number(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    fill(made, c1_02=LETTER)
    line = next(s for s in made["slots"] if s["requirement"] == "c1-02")
    alone = tmp_path / "只这一个"
    shutil.copytree(Path(made["path"]) / line["folder"], alone)
    office.ask("add", alone)
    assert filed(office)["材料c1-02.txt"]["requirement"] == "c1-02"


def test_a_photo_without_a_word_is_placed_by_its_folder(office: Office, tmp_path: Path) -> None:
    from PIL import Image

    made = make(office, tmp_path / "包")
    line = next(s for s in made["slots"] if s["requirement"] == "c1-02")
    Image.new("RGB", (600, 400), "white").save(Path(made["path"]) / line["folder"] / "IMG_0001.jpg")
    office.ask("add", made["path"])
    best = filed(office)["IMG_0001.jpg"]
    assert (best["requirement"], best["sure"]) == ("c1-02", True)


def test_one_file_in_two_folders_is_for_both(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    fill(made, c1_02=LETTER, c2_01=LETTER)
    office.ask("add", made["path"])
    (record,) = office.ask("list")["records"]
    assert {f["requirement"] for f in record["filings"] if f["sure"]} == {"c1-02", "c2-01"}


def test_what_comes_back_blank_is_no_paper_and_the_filled_list_goes_nowhere(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    receipts = office.ask("add", made["path"])["receipts"]
    assert office.ask("list")["records"] == []
    assert {r["outcome"] for r in receipts} <= {"already_held", "refused"}
    from openpyxl import load_workbook

    path = next(Path(made["path"]).glob("报送清单*.xlsx"))
    book = load_workbook(path)
    book.active["J4"] = "没有开过这个会"
    book.save(path)
    office.ask("add", made["path"])
    (record,) = office.ask("list")["records"]
    assert record["file_name"] == path.name
    assert record["filings"] == []


def test_photos_of_one_folder_merged_into_one_keep_its_place(office: Office, tmp_path: Path) -> None:
    from PIL import Image

    made = make(office, tmp_path / "包")
    line = next(s for s in made["slots"] if s["requirement"] == "c1-02")
    for number in (1, 2):
        Image.new("RGB", (600, 400), (number, 0, 0)).save(Path(made["path"]) / line["folder"] / f"IMG_{number}.png")
    office.ask("add", made["path"])
    first, second = (str(r["id"]) for r in office.ask("list")["records"])
    office.ask("merge", first, second)
    merged = max(r["id"] for r in office.ask("list")["records"])
    best = office.ask("show", str(merged))["filings"][0]
    assert (best["requirement"], best["sure"]) == ("c1-02", True)


def test_a_watch_knows_of_a_package_made_after_it_began(office: Office, tmp_path: Path) -> None:
    from duban_archive.archive import Archive
    from duban_archive.home import Home

    long = Archive(Home(office.home)).open()
    try:
        assert long.requests.known == {}
        made = make(office, tmp_path / "包")
        fill(made, c1_02=LETTER)
        for _ in long.add([Path(made["path"])]):
            pass
        for _ in long.work():
            pass
    finally:
        long.close()
    assert filed(office)["材料c1-02.txt"]["sure"]


def test_nobody_files_by_writing_a_code_file(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    forged = made["code"][:-1] + ("A" if made["code"][-1] != "A" else "B")
    folder = tmp_path / "来路不明" / "01 某材料"
    folder.mkdir(parents=True)
    (folder / ".duban-request").write_text(f"{forged}/01", encoding="utf-8")
    (folder / "说明.txt").write_text(LETTER, encoding="utf-8")
    office.ask("add", folder.parent)
    (record,) = office.ask("list")["records"]
    assert not any(f["sure"] for f in record["filings"])


def test_marks_survive_a_rebuilt_catalogue(office: Office, tmp_path: Path) -> None:
    made = make(office, tmp_path / "包")
    fill(made, c1_02=LETTER)
    office.ask("add", made["path"])
    for path in (office.home / ".duban").glob("catalogue.sqlite*"):
        path.unlink()
    office.ask("repair")
    assert filed(office)["材料c1-02.txt"]["requirement"] == "c1-02"


@pytest.mark.parametrize(
    ("words", "must_say"),
    [
        (("request",), "--unit"),
        (("request", "--unit", "九小"), "没有“九小”"),
        (("request", "--unit", "三小", "--due", "月底"), "看不懂"),
    ],
)
def test_wrong_use_is_told(office: Office, words: tuple[str, ...], must_say: str) -> None:
    said = office.duban(*words)
    assert said.code == 2
    assert must_say in said.err
