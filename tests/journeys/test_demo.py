"""The whole way on the sample archive: what came of it is what its maker planted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from duban_archive.demo.expected import AS_OF, FILE_NAME

# One sample archive for all of these, on whichever worker runs them.
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.slow, pytest.mark.ocr]

Slot = tuple[str, str, str]


def duban(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "duban_archive", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=dict(os.environ))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive as ``duban demo`` leaves it."""
    home = tmp_path_factory.mktemp("sample") / "demo"
    done = duban("demo", str(home))
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return home


@pytest.fixture(scope="session")
def expected(sample: Path) -> dict[str, Any]:
    """What the maker wrote down."""
    return dict(json.loads((sample / FILE_NAME).read_text(encoding="utf-8")))


def ask(sample: Path, *arguments: str) -> dict[str, Any]:
    done = duban(*arguments, "--home", str(sample), "--as-of", AS_OF, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def states(sample: Path) -> dict[str, str]:
    """Path below the inbox → state of the file."""
    files = ask(sample, "status", "--files")["files"]
    inbox = (sample / "收件箱").resolve()
    return {
        Path(f["path"]).relative_to(inbox).as_posix(): f["state"] for f in files if inbox in Path(f["path"]).parents
    }


def slots(gaps: dict[str, Any], *words: str) -> set[Slot]:
    return {(s["requirement"], s["unit"], s["period"]) for s in gaps["slots"] if s["state"] in words}


def planted(expected: dict[str, Any], *words: str) -> set[Slot]:
    keys = ("requirement", "unit", "period")
    return {tuple(gap["slot"][key] for key in keys) for gap in expected["gaps"] if not words or gap["state"] in words}


def test_at_least_80_files_in_at_least_10_formats_are_dropped(expected: dict[str, Any]) -> None:
    dropped = [Path(each["path"]) for each in expected["files"] if not each["member"]]
    assert len(dropped) >= 80
    assert len({path.suffix for path in dropped} - {".db"}) >= 10


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_a_readme_tells_the_true_number_of_files(expected: dict[str, Any], readme: str) -> None:
    dropped = [each for each in expected["files"] if not each["member"]]
    text = (Path(__file__).resolve().parents[2] / readme).read_text(encoding="utf-8")
    assert f"{len(dropped)} sample files" in text or f"{len(dropped)} 个样例文件" in text


def test_every_dropped_file_is_accounted_for(sample: Path, expected: dict[str, Any]) -> None:
    status = ask(sample, "status")
    assert status["seen"] == status["accounted"]
    assert {each["path"] for each in expected["files"]} <= set(states(sample))


def test_every_file_ends_in_the_state_it_was_planted_for(sample: Path, expected: dict[str, Any]) -> None:
    found = states(sample)
    wanted = {each["path"]: each["state"] for each in expected["files"] if not each["member"]}
    assert {path: found.get(path) for path in wanted} == wanted


def test_gaps_names_exactly_the_planted_gaps(sample: Path, expected: dict[str, Any]) -> None:
    gaps = ask(sample, "gaps")
    done = ("complete", "not_applicable")
    still_open = slots(gaps, "missing", "waiting", "returned", "too_few", "defective", "expired")
    assert still_open == planted(expected)
    assert slots(gaps, *done).isdisjoint(planted(expected))


def test_a_paper_that_was_sent_back_is_told_as_returned(sample: Path, expected: dict[str, Any]) -> None:
    assert slots(ask(sample, "gaps"), "returned") == planted(expected, "returned")


def test_the_asked_source_is_named_with_every_gap(sample: Path, expected: dict[str, Any]) -> None:
    named = {
        (s["requirement"], s["unit"], s["period"]): s["source"]
        for s in ask(sample, "gaps")["slots"]
        if s["state"] not in ("complete", "not_applicable")
    }
    for gap in expected["gaps"]:
        slot = gap["slot"]
        assert slot["source"] in named[slot["requirement"], slot["unit"], slot["period"]]


def test_the_duplicate_is_found_and_not_kept_twice(sample: Path, expected: dict[str, Any]) -> None:
    files = {
        Path(f["path"]).relative_to((sample / "收件箱").resolve()).as_posix(): f
        for f in ask(sample, "status", "--files")["files"]
        if "收件箱" in f["path"]
    }
    for again, original in expected["duplicates"]:
        assert files[again]["state"] == "duplicate"
        assert files[again]["record"] == files[original]["record"]


def test_a_search_finds_the_scanned_page_the_word_file_and_the_row(sample: Path, expected: dict[str, Any]) -> None:
    records = {r["id"]: r for r in ask(sample, "list")["records"]}
    for query, places in expected["search"].items():
        hits = ask(sample, "search", query, "--all")["hits"]
        found = {
            (part["folder"] + "/" + part["file_name"] if "folder" in part else part["file_name"]): hit
            for hit in hits
            for part in records[hit["record"]]["parts"]
        }
        for place in places:
            name = place["path"] if place["path"] in found else Path(place["path"]).name
            wanted = {key: place[key] for key in ("page", "sheet", "row", "paragraph") if place[key] is not None}
            assert wanted.items() <= found[name]["locator"].items()
            assert found[name]["ocr"] is place["ocr"]
            assert f"[[{query}]]" in found[name]["snippet"]


def test_the_photos_of_the_minute_book_are_one_record_in_order(sample: Path, expected: dict[str, Any]) -> None:
    for group in expected["decisions"]["merge"]:
        names = [Path(path).name for path in group]
        joined = [r for r in ask(sample, "list")["records"] if [part["file_name"] for part in r["parts"]] == names]
        assert len(joined) == 1


def test_the_paper_register_is_a_record_with_a_place_and_no_file(sample: Path, expected: dict[str, Any]) -> None:
    held = {r["title"]: r for r in ask(sample, "list")["records"] if not r["parts"]}
    for register in expected["decisions"]["register"]:
        assert held[register["title"]]["place"]["where"] == register["where"]


def test_binders_are_proved_sound(sample: Path, tmp_path: Path) -> None:
    bound = ask(sample, "bind", "--all", "--out", str(tmp_path))
    assert [binder["verdict"]["ok"] for binder in bound["binders"]] == [True] * len(bound["binders"])
    assert bound["binders"]


def test_verify_finds_nothing_wrong(sample: Path) -> None:
    assert ask(sample, "verify")["problems"] == []


def test_another_folder_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "自己的文件.txt").write_text("重要", encoding="utf-8")
    done = duban("demo", str(tmp_path))
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["自己的文件.txt"]
