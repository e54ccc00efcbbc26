"""The plan of the house, kept: who may import whom, and which one door each library has."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "duban_archive"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))

# Library → the modules that may import it: its door (a folder is one door when it ends in "/").
# The sample maker (demo/) writes files as offices' programs would and so has the writers too.
DOORS: dict[str, tuple[str, ...]] = {
    "click": ("cli/",),
    "cv2": ("adapters/ocr/", "adapters/office/film.py"),
    "Cryptodome": ("demo/encrypted.py",),
    "docx": ("adapters/form_filler.py", "adapters/sheets.py", "demo/office_files.py"),
    "docxtpl": ("adapters/sheets.py",),
    "dxpdf": ("adapters/sheets.py", "adapters/office/word.py"),
    "fontTools": ("fonts/make_fonts.py",),
    "jinja2": ("adapters/sheets.py",),
    "markupsafe": ("adapters/sheets.py",),
    "lxml": ("adapters/extract/package.py", "adapters/sheets.py"),
    "numpy": ("adapters/ocr/",),
    "ofdkit": ("adapters/extract/ofd.py",),
    "olefile": ("adapters/extract/",),
    "openpyxl": (
        "adapters/workbook.py",
        "adapters/form_filler.py",
        "adapters/gap_workbook.py",
        "adapters/table_sheet.py",
        "demo/office_files.py",
    ),
    "PIL": (
        "adapters/charts.py",
        "adapters/disc/pages.py",
        "adapters/pictures.py",
        "adapters/extract/",
        "adapters/office/photos.py",
        "demo/pictures.py",
    ),
    "pi_heif": ("adapters/pictures.py", "adapters/extract/picture.py"),
    "pikepdf": ("adapters/binder/", "adapters/office/"),
    "pptx": ("demo/office_files.py",),
    "psutil": ("adapters/watcher.py", "adapters/store.py", "adapters/worker.py", "adapters/office/libreoffice.py"),
    "py7zr": ("adapters/extract/seven_archive.py", "adapters/backup/packs.py"),
    "pypdf": ("adapters/binder/proof.py",),
    "pypdfium2": (
        "adapters/binder/",
        "adapters/disc/",
        "adapters/extract/",
        "adapters/ocr/images.py",
        "adapters/office/",
    ),
    "python_calamine": ("adapters/extract/workbook.py",),
    "rapidocr": ("adapters/ocr/",),
    "segno": ("adapters/sheets.py",),
    "sqlalchemy": (
        *("adapters/catalogue.py", "adapters/database.py", "adapters/echoes.py", "adapters/migrations.py"),
        *("adapters/statements.py", "adapters/tables.py", "adapters/traits.py"),
    ),
    "unrar": ("adapters/extract/rar_archive.py",),
    "watchdog": ("adapters/watcher.py",),
    "whoosh": ("adapters/search/index.py",),
    "xlwt": ("demo/office_files.py",),
    "yaml": ("adapters/checklist_yaml.py", "adapters/settings_file.py"),
}

# What core may know of the standard library: nothing that reads a disk, a clock, an environment or a network.
PURE = {
    *("__future__", "abc", "ast", "bisect", "calendar", "collections", "contextlib", "copy", "dataclasses", "datetime"),
    *("decimal", "difflib", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq", "itertools", "json"),
    *("keyword", "math", "operator", "re", "statistics", "string", "struct", "textwrap", "types", "typing"),
    *("unicodedata", "zlib", "pathlib.PurePosixPath", "pathlib.PurePath"),
}

# Room → what it may import of our own, by longest match; "" is the package's own pages (archive.py, intake.py …).
LAYERS: dict[str, tuple[str, ...]] = {
    "core/": ("core/",),
    "fonts/": ("fonts/",),
    "adapters/": ("adapters/", "core/", "fonts/", "checklists/", "errors.py", "home.py", "words.py"),
    "demo/": ("demo/", "adapters/", "core/", "fonts/", "errors.py"),
    "cli/": ("cli/", "", "core/"),
    "web/": ("web/", "", "core/"),
    "": ("", "adapters/", "core/", "demo/", "fonts/", "checklists/"),
    "__main__.py": ("cli/",),
}
# Two sentences about the machine that only the adapter knows the cause of.
_WORDS = {("cli/frame.py", "adapters/store.py")}
# Checklists are looked at, converted and compared where no archive is open: the terminal goes to their adapters.
_CHECKLISTS = {
    ("cli/founding.py", f"adapters/{name}.py")
    for name in ("checklist_file", "checklist_import", "checklist_yaml", "workbook")
}
EXCEPTIONS = _WORDS | _CHECKLISTS


def imports(module: str) -> Iterator[str]:
    """Dotted names a module imports anywhere (``from x import y`` is ``x.y``), but for those under TYPE_CHECKING."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ["duban_archive", *module.split("/")[: -node.level]] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def ours(name: str) -> str | None:
    """``duban_archive.core.model.Record`` → ``core/model.py``; ``None`` for what is no module of ours."""
    words = name.split(".")
    if words[0] != "duban_archive":
        return None
    for path in ("/".join(words[1:]), "/".join(words[1:-1])):
        for candidate in (f"{path}.py", f"{path}/__init__.py"):
            if candidate in MODULES:
                return candidate
    return None


def room(module: str) -> str:
    """The row of ``LAYERS`` a module belongs to."""
    if module in LAYERS:
        return module
    folder = module.split("/")[0] + "/" if "/" in module else ""
    return folder


def test_every_library_is_imported_by_its_door_only() -> None:
    astray = []
    for module in MODULES:
        for name in imports(module):
            library = name.split(".")[0]
            if library in sys.stdlib_module_names or library == "duban_archive":
                continue
            doors = DOORS.get(library)
            if doors is None:
                astray.append(f"{module} imports {library}, which has no door in this table")
            elif not any(module.startswith(door) if door.endswith("/") else module == door for door in doors):
                astray.append(f"{module} imports {library}; its door is {' or '.join(doors)}")
    assert sorted(set(astray)) == []


def test_rooms_import_only_what_lies_below_them() -> None:
    astray = []
    for module in MODULES:
        allowed = LAYERS.get(room(module))
        if allowed is None:
            continue
        for name in imports(module):
            other = ours(name)
            if other is None or other == "__init__.py" or (module, other) in EXCEPTIONS:
                continue
            if room(other) not in allowed and other not in allowed:
                astray.append(f"{module} imports {other}")
    assert sorted(set(astray)) == []


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("core/")])
def test_core_touches_nothing(module: str) -> None:
    assert {n for n in imports(module) if ours(n) is None and n.split(".")[0] not in PURE and n not in PURE} == set()


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("core/")])
def test_core_asks_no_clock(module: str) -> None:
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {"today", "now", "utcnow"}
    called = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in asked
    }
    assert called == set()


def test_every_module_imports_alone_and_without_a_warning() -> None:
    """Each in an interpreter of its own: no import order that happens to work."""
    names = [
        "duban_archive." + module.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        for module in MODULES
        if module not in ("__init__.py", "__main__.py", "fonts/make_fonts.py")
    ]
    script = (
        "import importlib, os, sys\n"
        "import asyncio, click, jinja2, lxml.etree, numpy, pikepdf, sqlalchemy\n"  # others' imports, made once
        "for name in sys.argv[1:]:\n"
        "    child = os.fork() if hasattr(os, 'fork') else 0\n"
        "    if child == 0:\n"
        "        importlib.import_module(name)\n"
        "        if hasattr(os, 'fork'): os._exit(0)\n"
        "    elif os.waitpid(child, 0)[1] != 0:\n"
        "        sys.exit(f'{name} does not import alone')\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script, *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_help_imports_no_heavy_library() -> None:
    """``duban --help`` answers at once because libraries are imported where they are used."""
    script = (
        "import sys\n"
        "from duban_archive.cli.frame import run\n"
        "from duban_archive.cli import duban\n"
        "code = run(duban, ['--help'])\n"
        "loaded = {name.split('.')[0] for name in sys.modules} & set(LIBRARIES)\n"
        "sys.exit(f'exit {code}, loaded {sorted(loaded)}' if code or loaded else 0)\n"
    ).replace("LIBRARIES", repr(sorted(set(DOORS) - {"click"})))
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_module_is_called_by_an_empty_name() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "tools"}
    assert [module for module in MODULES if Path(module).stem in empty] == []


def test_archive_stays_a_page_to_read_in_one_sitting() -> None:
    lines = (PACKAGE / "archive.py").read_text(encoding="utf-8").count("\n")
    assert lines <= 450
