"""Documents are tests: commands, closed lists, templates, dependencies and README lines are what they say."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from duban_archive import errors
from duban_archive.cli import duban
from duban_archive.cli.frame import run
from duban_archive.core import language, model
from duban_archive.core.limits import Limits

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "duban_archive"
WORDS = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
LISTED = set(re.findall(r"`([a-z_]+)`", WORDS))


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "tools" / "make_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


COMMANDS = dict(generator().commands(duban, "duban"))


# --- commands -------------------------------------------------------------------------------------------------------


def test_the_command_reference_is_what_the_commands_say() -> None:
    page = generator()
    assert page.PAGE.read_text(encoding="utf-8") == page.reference(), "run: make docs"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_has_help(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    silent = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert silent == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_told_in_the_manual(name: str) -> None:
    manual = (ROOT / "docs" / "手册" / "使用手册.md").read_text(encoding="utf-8")
    assert name in manual


def readme_lines(readme: str) -> list[str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_make_target_of_a_readme_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {line.split()[1] for line in readme_lines(readme) if line.startswith("make ")}
    assert named
    assert named <= targets


@pytest.mark.slow
@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_command_of_a_readme_runs(readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from duban_archive.demo import wording
    from duban_archive.demo.office_files import write_docx
    from duban_archive.demo.town import OFFICE

    papers = tmp_path / "来件" / "吴集镇初级中学"
    papers.mkdir(parents=True)
    plan = wording.unit_plan(OFFICE["zx"], 6, "2015-08-05")
    (papers / "迎检工作方案.docx").write_bytes(write_docx(plan))
    (tmp_path / "archive_schema.yaml").write_bytes((ROOT / "archive_schema.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    lines = [line for line in readme_lines(readme) if line.startswith("duban ")]
    assert len(lines) >= 5
    for line in lines:
        assert run(duban, shlex.split(line)[1:]) == 0, line


def test_the_readmes_tell_the_same_commands() -> None:
    assert readme_lines("README.md") != []
    english, chinese = (
        [line for line in readme_lines(name) if line.startswith("duban ")] for name in ("README.md", "README.zh-CN.md")
    )
    assert english == chinese


def test_help_is_chinese_and_names_the_way() -> None:
    shown = CliRunner().invoke(duban, ["--help"]).output
    assert "督档" in shown
    assert "收件箱" in shown


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


# --- closed lists -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [model.Outcome, model.FileState, model.Standing, model.Review, model.GapState],
    ids=lambda words: words.__name__,
)
def test_every_word_of_a_list_is_in_the_docs(words: type[model.Outcome]) -> None:
    assert {word.value for word in words} <= LISTED


def test_every_kind_and_level_is_in_the_docs() -> None:
    assert {*language.KINDS, *language.LEVELS} <= LISTED


def note_codes() -> set[str]:
    """Codes in ``Note(code="…")`` anywhere, and the keys of the sentences that readers and converters give."""
    from duban_archive.adapters import extract, office

    codes = {*extract.NOTE_CODES, *office.NOTE_CODES}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Note":
                codes |= {
                    str(keyword.value.value)
                    for keyword in node.keywords
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
                }
    return codes


def test_every_note_code_is_in_the_docs() -> None:
    assert note_codes() - LISTED == set()


def error_classes(root: type[errors.DubanError] = errors.DubanError) -> Iterator[type[errors.DubanError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from error_classes(child)


def test_every_error_code_is_in_the_docs_with_its_exit_code() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (\d) \|", WORDS, re.M))
    assert {each.code: str(each.exit_code) for each in error_classes()}.items() <= rows.items()


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn = dict(re.findall(r"(\w+(?:Error|Tool|Archive|Full|Only)) (\d)", inspect.getdoc(errors) or ""))
    assert drawn == {each.__name__: str(each.exit_code) for each in error_classes()}


def test_every_problem_of_verify_is_in_the_docs() -> None:
    from duban_archive import keeping

    assert set(keeping.PROBLEMS) <= LISTED


def test_every_rule_of_check_is_in_the_docs() -> None:
    from duban_archive import checks

    cards = checks.Checks(None).cards()  # type: ignore[arg-type]  # the cards need no archive
    assert {card.name for card in cards} <= LISTED
    assert {card.severity for card in cards} <= LISTED


# --- templates and dependencies ------------------------------------------------------------------------------------


def test_every_template_and_blank_is_in_the_manual() -> None:
    from duban_archive.adapters.binder.facts import FACTS

    page = (ROOT / "docs" / "手册" / "模板.md").read_text(encoding="utf-8")
    rows = {
        name: set(re.findall(r"`([^`]+)`", blanks))
        for names, blanks in re.findall(r"^\| ([^|]+) \| (`[^|]+) \|", page, re.M)
        for name in names.split()
    }
    assert rows == FACTS


def test_every_dependency_has_its_reason_and_its_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w-]+) \| ([^|]+?) \|", page, re.M))
    wanted = dict(re.match(r"([\w-]+)(?:==)?(.*)", line).groups() for line in project["dependencies"])  # type: ignore[union-attr]
    assert {name: rows.get(name) for name in wanted} == wanted


def test_every_dependency_is_locked_with_its_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for line in named:
        name, _, version = line.lower().partition("==")
        pinned = f"{re.split('[>=<]', name)[0]}=={version}"
        assert re.search(rf"^{re.escape(pinned)}[^\n]*\\\n\s+--hash=sha256:", lock, re.M), pinned


def test_ci_installs_every_program_that_a_test_may_miss() -> None:
    """What ``program(…)`` tells a person to install is what ``.ci/run`` installs."""
    conftest = ast.parse((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    table = next(
        ast.literal_eval(node.value)
        for node in conftest.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "PROGRAMS"
    )
    lines = (ROOT / "apt.txt").read_text(encoding="utf-8").splitlines()
    assert {package for packages in table.values() for package in packages.split()} <= set(lines)


def test_ci_can_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash")
    assert os.name == "nt" or os.access(script, os.X_OK)


def test_every_limit_is_in_the_docs_with_its_default() -> None:
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z_]+)` \| ([\d.]+) \|", page, re.MULTILINE))
    assert told == {f.name: f"{f.default:g}" if f.default < 1e5 else str(f.default) for f in fields(Limits)}
