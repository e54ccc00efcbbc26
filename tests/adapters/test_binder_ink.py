"""Numbers and seals are printed where a page has room for them, on top and not over what stands there."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from binder_samples import A3_LANDSCAPE, Pack, a_pdf, checks
from pikepdf import Array, Dictionary, Name, String
from test_binder import text_of

from duban_archive.adapters import binder
from duban_archive.adapters.binder import ink
from duban_archive.core.paging import Corner, Numbering

RIGHT = b"0 g 480 18 80 20 re f"  # something stands in the lower right corner
FOOT = b"0 g 20 18 555 20 re f"
HEAD = b"0 g 20 800 555 20 re f"


def taken(path: Path, head: bool = True) -> set[str]:
    found = ink.look_for_ink(path, [0], {0} if head else ())
    return {spot for n, spot in enumerate(ink.SPOTS) if found.get(0, 0) >> n & 1}


def test_an_empty_edge_is_free(tmp_path: Path) -> None:
    assert taken(a_pdf(tmp_path / "a.pdf")) == set()


def test_only_the_corner_where_something_stands_is_taken(tmp_path: Path) -> None:
    assert taken(a_pdf(tmp_path / "a.pdf", content=RIGHT)) == {"right"}


def test_a_sideways_page_is_looked_at_as_it_is_seen(tmp_path: Path) -> None:
    beside = b"0 g 560 20 20 90 re f"  # at the right edge: the foot once the page is turned
    assert taken(a_pdf(tmp_path / "a.pdf", content=beside, Rotate=90)) == {"left"}


def test_grey_paper_of_a_scan_is_not_content(tmp_path: Path) -> None:
    assert taken(a_pdf(tmp_path / "a.pdf", content=b"0.85 g 0 0 595 842 re f")) == set()
    assert taken(a_pdf(tmp_path / "b.pdf", content=b"0.85 g 0 0 595 842 re f " + RIGHT)) == {"right"}


def test_what_cannot_be_drawn_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    assert ink.look_for_ink(tmp_path / "a.pdf", [0], ()) == {}


@pytest.mark.parametrize(
    ("content", "spot"), [(b"", "right"), (RIGHT, "center"), (FOOT, "upper-right"), (FOOT + b" " + HEAD, "right")]
)
def test_the_number_goes_to_the_next_free_spot(tmp_path: Path, content: bytes, spot: str) -> None:
    path = a_pdf(tmp_path / "a.pdf", content=content or b"0 g 100 400 9 9 re f")
    found = ink.look_for_ink(path, [0], ())
    assert ink.free_spot("right", found.get(0, 0)) == spot


def test_a_papers_own_number_is_not_covered(tmp_path: Path) -> None:
    own = b"BT /F1 12 Tf 520 25 Td (77) Tj ET"
    pack = Pack().add(a_pdf(tmp_path / "a.pdf", content=own))
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    page = json.loads(made.manifest.read_text("utf-8"))["items"][0]["page"]
    with pypdfium2.PdfDocument(made.path) as pdf:
        sheet = pdf[page - 1]
        shades = sheet.render(scale=2).to_pil().convert("L")
        sheet.close()
    corner = shades.crop((1030, 1684 - 80, 1100, 1684 - 40))
    middle = shades.crop((595 - 40, 1684 - 80, 595 + 40, 1684 - 30))
    assert (corner.getextrema()[0] < 60, middle.getextrema()[0] < 60) == (True, True)


def test_a_full_foot_sends_the_number_to_the_head_and_the_proof_looks_there(tmp_path: Path) -> None:
    pack = Pack().add(a_pdf(tmp_path / "a.pdf", 2, content=FOOT, size=A3_LANDSCAPE))
    pack = pack.add(a_pdf(tmp_path / "b.pdf", content=b"0 g 0 10 1200 40 re f", size=A3_LANDSCAPE))
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    assert len(json.loads(made.manifest.read_text("utf-8"))["raised"]) == 1


@pytest.mark.parametrize("corner", list(Corner))
def test_every_corner_is_printed_and_proved(tmp_path: Path, corner: Corner) -> None:
    pack = Pack().add(a_pdf(tmp_path / "a.pdf", 3)).add(a_pdf(tmp_path / "b.pdf", size=A3_LANDSCAPE, Rotate=270))
    made = binder.build(
        pack.manifest(numbering=Numbering(corner=corner)), pack.files, tmp_path / "out", extras=False
    )  # fmt: skip
    assert checks(made.verdict) == {}


# --- seals ----------------------------------------------------------------------------------------------------------


def test_a_copy_says_that_it_is_one_and_where_the_original_lies(tmp_path: Path) -> None:
    paper = a_pdf(tmp_path / "a.pdf", 2)
    pack = Pack().add(paper, volume="A1").add(paper, record=1, home="A1", origin="复印件")
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    page = json.loads(made.manifest.read_text("utf-8"))["items"][1]["page"]
    assert "复印件与原件相符原件存A1卷第1件" in text_of(made.path, page)
    assert "复印件" not in text_of(made.path, page + 1)
    assert "与原件相符，原件存A1卷第1件" in text_of(made.path, page - 2)


def test_a_signed_copy_is_marked_and_the_original_stays_as_it_is(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "1.pdf", 2)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("00"))
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("s"), Rect=Array([0, 0, 0, 0]))
        field["/V"] = pdf.make_indirect(value)
        fields = Array([pdf.make_indirect(field)])
        pdf.pages[0].obj.Annots = fields
        pdf.Root.AcroForm = Dictionary(Fields=fields, SigFlags=3)
        pdf.save(path)
    before = path.read_bytes()
    pack = Pack().add(path)
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    page = json.loads(made.manifest.read_text("utf-8"))["items"][0]["page"]
    assert "副本签章以所存电子原件为准" in text_of(made.path, page)
    assert path.read_bytes() == before
    assert checks(made.verdict) == {}


def test_the_filing_view_has_a_stamp_of_six_cells_on_the_first_page_of_each_item(tmp_path: Path) -> None:
    from dataclasses import replace

    pack = Pack().add(a_pdf(tmp_path / "a.pdf", 3, content=HEAD)).add(a_pdf(tmp_path / "b.pdf"))
    manifest = pack.manifest(view="filing", columns="item")
    seal = ("W012", "2014", "0001", "中心学校", "D10")
    sections = tuple(
        replace(section, items=tuple(replace(item, seal=seal) for item in section.items))
        for section in manifest.volumes[0].sections
    )
    manifest = replace(manifest, volumes=(replace(manifest.volumes[0], sections=sections),))
    made = binder.build(manifest, pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    first = json.loads(made.manifest.read_text("utf-8"))["items"][0]["page"]
    assert "W01220140001中心学校D103" in text_of(made.path, first)
    assert "W012" not in text_of(made.path, first + 1)
    with pypdfium2.PdfDocument(made.path) as pdf:
        sheet = pdf[first + 2]
        picture = sheet.render(scale=1).to_pil().convert("RGB")
        sheet.close()
    reds = [(x, y) for x in range(595) for y in range(120) if (p := picture.getpixel((x, y)))[0] > 150 and p[1] < 90]
    width = max(x for x, _ in reds) - min(x for x, _ in reds)
    height = max(y for _, y in reds) - min(y for _, y in reds)
    assert abs(width - 45 / 25.4 * 72) < 3
    assert abs(height - 16 / 25.4 * 72) < 3
