"""A rebuild does less and makes the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from binder_samples import Pack, a_pdf, checks

from duban_archive.adapters import binder, sheets
from duban_archive.adapters.binder import work


def test_a_rebuild_from_the_cache_gives_the_same_bytes_and_looks_at_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf", 2)).add(a_pdf(tmp_path / "乙.pdf", 1, content=b"q q"))
    first = binder.build(pack.manifest(), pack.files, tmp_path / "1", extras=False, cache=tmp_path / "cache")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("done again")

    monkeypatch.setattr(work, "look", never)
    monkeypatch.setattr(sheets, "press", never)
    second = binder.build(pack.manifest(), pack.files, tmp_path / "2", extras=False, cache=tmp_path / "cache")
    assert second.path.read_bytes() == first.path.read_bytes()
    assert checks(second.verdict) == {}


def test_a_changed_title_makes_only_its_forms_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = a_pdf(tmp_path / "甲.pdf", 2)
    before, after = Pack().add(paper, title="旧题名"), Pack().add(paper, title="新题名")
    binder.build(before.manifest(), before.files, tmp_path / "1", extras=False, cache=tmp_path / "cache")
    pressed: list[str] = []
    real = sheets.press

    def press(template: Path, *rest: object, **more: object) -> object:
        pressed.append(template.stem)
        return real(template, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(sheets, "press", press)
    made = binder.build(after.manifest(), after.files, tmp_path / "2", extras=False, cache=tmp_path / "cache")
    assert sorted(pressed) == ["卷内目录", "隔页"]
    assert checks(made.verdict) == {}


def test_a_broken_cache_is_as_good_as_none(tmp_path: Path) -> None:
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf", 2))
    first = binder.build(pack.manifest(), pack.files, tmp_path / "1", extras=False, cache=tmp_path / "cache")
    for entry in (tmp_path / "cache").glob("*.json"):
        entry.write_text("{broken")
    for entry in (tmp_path / "cache").glob("*.pdf"):
        entry.unlink()
    second = binder.build(pack.manifest(), pack.files, tmp_path / "2", extras=False, cache=tmp_path / "cache")
    assert second.path.read_bytes() == first.path.read_bytes()


def test_what_was_proved_before_is_said_to_be(tmp_path: Path) -> None:
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf", 160))
    for turn in ("1", "2"):
        made = binder.build(pack.manifest(), pack.files, tmp_path / turn, extras=False, cache=tmp_path / "cache")
    said = next(check.detail for check in made.verdict.checks if check.name == "页码可读")
    assert said == "47页印有页码，与标签一致，另有113页与上次验过的相同"
    assert json.loads(made.manifest.read_text("utf-8"))["pages"] == made.pages
