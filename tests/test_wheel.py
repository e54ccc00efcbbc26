"""The wheel is the program: installed where no checkout is, it makes an archive and carries all its data."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = [pytest.mark.xdist_group("wheel"), pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel; no network is asked."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the dependencies and the wheel, and without this checkout."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, symlinks=os.name != "nt")
    here = sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}, scheme="venv")
    # The dependencies are looked up where they are; a path in a .pth does not bring that folder's own .pth files along,
    # so the editable install of this checkout is not seen.
    outer = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (Path(here) / "dependencies.pth").write_text("\n".join(outer) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--no-compile", "--quiet"]
    done = subprocess.run([*command, "--target", here, str(wheel)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(python: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "DUBAN_HOME")}
    command = [str(python), "-W", "error", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", env=environment)


def test_the_wheel_carries_templates_checklists_and_fonts(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"duban_archive/templates/{path.name}" for path in (ROOT / "templates").glob("*.docx")} <= names
    data = [
        path.relative_to(ROOT).as_posix()
        for folder, pattern in (("checklists", "*.yaml"), ("fonts", "*.ttf"), ("fonts", "OFL.txt"), ("demo", "*.py"))
        for path in (ROOT / "duban_archive" / folder).glob(pattern)
    ]
    assert data
    assert set(data) <= names
    assert "duban_archive/demo/archive_schema.yaml" in names


def test_the_wheel_carries_the_licences_and_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        entries = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert "duban = duban_archive.__main__:main" in entries
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/duban_archive/fonts/OFL.txt") for name in names)


def test_nothing_but_the_package_is_in_the_wheel(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.startswith("duban_archive")} == set()


def test_it_is_the_installed_package_that_runs(python: Path, tmp_path: Path) -> None:
    done = run(python, tmp_path, "-c", "import duban_archive; print(duban_archive.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(python.parent.parent)


def test_init_works_outside_the_checkout(python: Path, tmp_path: Path) -> None:
    done = run(python, tmp_path, "-m", "duban_archive", "init", "迎检", "--checklist", "plan-00")
    assert (done.returncode, done.stderr) == (0, "")
    home = tmp_path / "迎检"
    assert {path.name for path in (home / "模板").glob("*.docx")} == {
        p.name for p in (ROOT / "templates").glob("*.docx")
    }
    assert (home / ".duban" / "catalogue.sqlite").is_file()


def test_a_search_works_where_nothing_was_compiled(python: Path, tmp_path: Path) -> None:
    assert run(python, tmp_path, "-m", "duban_archive", "init", "迎检", "--checklist", "plan-00").returncode == 0
    (tmp_path / "通知.txt").write_text("关于控辍保学工作的通知", encoding="utf-8")
    assert run(python, tmp_path, "-m", "duban_archive", "add", "通知.txt", "--home", "迎检").returncode == 0
    done = run(python, tmp_path, "-m", "duban_archive", "search", "控辍保学", "--home", "迎检", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "[[控辍保学]]" in done.stdout
