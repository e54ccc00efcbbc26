"""What every test may ask for: the corpus, an outside program, a clean environment; and CI's rule about skips."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORPUS_ABSENT = "corpus absent"

# Program → the Debian package that brings it (apt.txt lists the packages).
PROGRAMS = {
    "soffice": "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
    "qpdf": "qpdf",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "chromium": "chromium",
    "fc-match": "fontconfig",
}


@pytest.fixture(autouse=True)
def _no_settings_of_the_person_who_runs_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive named in the shell, or a date set there, must not reach a test."""
    for name in ("DUBAN_HOME", "DUBAN_TODAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real documents; absent on most machines."""
    folder = Path(os.environ.get("DUBAN_CORPUS") or ROOT.parent / "shared" / "corpus")
    if not folder.is_dir():
        pytest.skip(CORPUS_ABSENT)
    return folder


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """``program("qpdf")`` is its path, or skips the test with the program's name and how to install it."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"{name} is not installed: apt-get install {PROGRAMS.get(name, name)}")
        return found

    return find


# --- CI: a skip is a hole, unless the corpus is what is missing -------------------------------------------------


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not os.environ.get("DUBAN_CI") or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if CORPUS_ABSENT not in reason:
        report.outcome = "failed"
        report.longrepr = f"DUBAN_CI: {report.nodeid} was skipped ({reason}); only {CORPUS_ABSENT!r} may be"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse(report)
    return report
