"""What is on paper, in the binder itself: numbers that stay, sheets to exchange, numbers that are reserved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from binder_samples import Pack, a_pdf, checks
from test_binder import text_of

from duban_archive.adapters import binder
from duban_archive.core.editions import Box, Edition
from duban_archive.core.inserts import frozen_of
from duban_archive.core.paging import Mode, Numbering


def written(made: binder.Binder) -> dict[str, Any]:
    return json.loads(made.manifest.read_text("utf-8"))  # type: ignore[no-any-return]


def printed(made: binder.Binder) -> list[str]:
    return [item["printed"] for item in written(made)["items"]]


def frozen(made: binder.Binder) -> dict[str, Any]:
    """What a manifest needs to follow this edition."""
    document = written(made)
    boxes = tuple(Box(code=v["code"], title=v["title"], forms=v["forms"]) for v in document["volumes"])
    forms = Edition(boxes=boxes).forms
    return {"frozen": frozen_of(document), "frozen_forms": tuple(sorted(forms.items())), "edition": 2}


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    return [a_pdf(tmp_path / f"{n}.pdf", n, text=f"paper{n}x") for n in (1, 2, 3)]


def test_the_list_of_changes_names_papers_and_forms_and_their_sheets_are_ready_to_print(
    tmp_path: Path, papers: list[Path]
) -> None:
    one, two, late = papers
    pack = (
        Pack().add(one, record=1, title="甲").add(two, record=2, title="乙").add(one, record=5, title="戊", volume="C")
    )
    first = binder.build(pack.manifest(), pack.files, tmp_path / "1", extras=False)
    now = Pack().add(one, record=1, title="甲").add(late, record=9, title="迟").add(two, record=2, title="乙")
    now = now.add(one, record=5, title="戊", volume="C")
    made = binder.build(now.manifest(**frozen(first)), now.files, tmp_path / "2")
    assert checks(made.verdict) == {}
    assert [(c.volume, c.action, c.printed, c.title) for c in made.changes] == [
        ("B2", "插入", "1-1—1-3", "迟"),
        ("B2", "替换", "—", "卷封面"),
        ("B2", "替换", "—", "卷内目录"),
        ("B2", "替换", "—", "卷内说明"),
        ("B2", "替换", "—", "隔页 B2.1"),
    ]
    sheets = next(path for path in made.extras if path.name == "换页.pdf")
    with pikepdf.open(sheets) as pdf:
        count = len(pdf.pages)
    texts = [text_of(sheets, page)[:4] for page in range(1, count + 1)]
    assert texts == ["吴集镇人", "", "卷内目录", "", "B2控辍", "", "pape", "pape", "pape", "", "卷内说明"]


def test_nothing_changes_where_nothing_changed(tmp_path: Path, papers: list[Path]) -> None:
    pack = Pack().add(papers[0], title="甲").add(papers[1], title="乙")
    first = binder.build(pack.manifest(), pack.files, tmp_path / "1", extras=False)
    again = binder.build(pack.manifest(**frozen(first)), pack.files, tmp_path / "2", extras=False)
    assert again.changes == ()
    assert printed(again) == printed(first)


def test_a_sheet_whose_back_is_another_papers_front_is_said_to_need_two(tmp_path: Path, papers: list[Path]) -> None:
    one, two, late = papers
    pack = Pack().add(one, record=1).add(two, record=2)
    first = binder.build(pack.manifest(), pack.files, tmp_path / "1", extras=False)
    now = Pack().add(one, record=1).add(late, record=9).add(two, record=2)
    made = binder.build(now.manifest(**frozen(first)), now.files, tmp_path / "2", extras=False)
    assert "第1页背面印有后一件的首页" in made.changes[0].how


@pytest.mark.parametrize(
    ("numbering", "late"),
    [
        (Numbering(mode=Mode.CONTINUOUS), ["1", "1-1", "2—3", "4"]),
        (Numbering(mode=Mode.SECTION, prefix="{code}-"), ["B2.1-1", "B2.1-1-1", "B2.1-2—B2.1-3", "C.1-1"]),
    ],
)
def test_late_papers_join_every_way_of_numbering(
    tmp_path: Path, papers: list[Path], numbering: Numbering, late: list[str]
) -> None:
    one, two, _ = papers
    pack = Pack().add(one, record=1).add(two, record=2).add(one, record=3, volume="C")
    first = binder.build(pack.manifest(numbering=numbering), pack.files, tmp_path / "1", extras=False)
    now = Pack().add(one, record=1).add(one, record=9).add(two, record=2).add(one, record=3, volume="C")
    made = binder.build(now.manifest(numbering=numbering, **frozen(first)), now.files, tmp_path / "2", extras=False)
    assert checks(made.verdict) == {}
    assert printed(made) == late


def test_a_selection_keeps_the_numbers_of_the_whole_and_tells_no_changes(tmp_path: Path, papers: list[Path]) -> None:
    one, two, three = papers
    pack = Pack().add(one, record=1).add(two, record=2).add(three, record=3)
    whole = binder.build(pack.manifest(), pack.files, tmp_path / "1", extras=False)
    chosen = Pack().add(three, record=3, item=3)
    manifest = chosen.manifest(frozen=frozen_of(written(whole)), selection="选编（供第二组），页码与全卷一致")
    made = binder.build(manifest, chosen.files, tmp_path / "2", extras=False)
    assert checks(made.verdict) == {}
    assert (printed(made), made.changes) == (["4—6"], ())
    assert "供第二组" in text_of(made.path, 1)


def test_a_paper_original_can_reserve_its_numbers(tmp_path: Path, papers: list[Path]) -> None:
    pack = (
        Pack()
        .add(papers[1])
        .add(title="登记册", place="2柜3层", quantity="纸质1册，共40页", reserved=40)
        .add(papers[0])
    )
    made = binder.build(pack.manifest(reserve=True), pack.files, tmp_path / "out")
    assert checks(made.verdict) == {}
    assert printed(made) == ["1—2", "3—42", "43"]
    assert "已为原件预留40页" in text_of(made.path, 6)
    assert "插入原件清单.docx" in [path.name for path in made.extras]


def test_reserved_numbers_stay_when_a_late_paper_comes(tmp_path: Path, papers: list[Path]) -> None:
    def pack(*late: Path) -> Pack:
        made = Pack().add(title="登记册", record=1, reserved=40)
        for path in late:
            made = made.add(path, record=9)
        return made.add(papers[1], record=2)

    first = binder.build(pack().manifest(reserve=True), pack().files, tmp_path / "1", extras=False)
    now = pack(papers[0])
    made = binder.build(now.manifest(reserve=True, **frozen(first)), now.files, tmp_path / "2", extras=False)
    assert checks(made.verdict) == {}
    assert printed(made) == ["1—40", "40-1", "41—42"]


def test_a_sheet_a_person_edited_is_put_aside_and_never_written_over(tmp_path: Path, papers: list[Path]) -> None:
    pack = Pack().add(papers[0])
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out")
    cover = made.extras[0]
    cover.write_bytes(cover.read_bytes() + b" ")
    binder.build(pack.manifest(), pack.files, tmp_path / "out")
    binder.build(pack.manifest(), pack.files, tmp_path / "out")
    kept = sorted(path.name for path in cover.parent.glob(f"{cover.stem}*"))
    assert kept == ["B2 卷封面.docx", "B2 卷封面（改过的）.docx"]
