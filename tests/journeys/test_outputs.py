"""Outputs: no command writes where papers are taken in or kept, and a place that is none is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from duban_archive.cli import duban as commands
from duban_archive.cli.frame import OutDir, OutFile
from journeys.office import SCHEMA, Office, found_office

# Paths that are no outputs, or that refuse the whole archive folder: what is read, another archive, a backup disk.
_NOT_OUTPUTS = {
    ("init", "folder"), ("demo", "folder"), ("add", "paths"), ("classify", "paths"), ("backup", "folder"),
    ("repair", "source"), ("restore", "source"), ("restore", "folder"), ("handover import", "path"),
    ("checklist import", "out"),
}  # fmt: skip


def leaves(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    for name, command in group.commands.items():
        words = (*before, name)
        if isinstance(command, click.Group):
            yield from leaves(command, words)
        else:
            yield words, command


def outputs() -> Iterator[tuple[tuple[str, ...], click.Command, click.Parameter]]:
    """Every parameter that names an output."""
    for words, command in leaves(commands):
        for parameter in command.params:
            if isinstance(parameter.type, (OutFile, OutDir)):
                yield words, command, parameter


OUTPUTS = [pytest.param(*one, id=" ".join((*one[0], one[2].opts[0]))) for one in outputs()]
each_output = pytest.mark.parametrize(("words", "command", "output"), OUTPUTS)


def call(words: tuple[str, ...], command: click.Command, output: click.Parameter, out: Path) -> list[str | Path]:
    """The command line with ``out``, and something for all else that must be said."""
    line: list[str | Path] = [*words]
    for parameter in command.params:
        said: str | Path = "1" if isinstance(parameter.type, click.IntRange) else "现在"
        if isinstance(parameter.type, click.Path):
            said = out if parameter is output else SCHEMA
        if parameter is output or parameter.required:
            line += [said] if isinstance(parameter, click.Argument) else [parameter.opts[0], said]
    return line


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One office for all: nothing is written in it."""
    return found_office(tmp_path_factory.mktemp("outputs"))


def test_every_path_that_a_command_writes_to_is_looked_at() -> None:
    for words, command in leaves(commands):
        for parameter in command.params:
            if parameter.name == "home" or not isinstance(parameter.type, click.Path) or parameter.type.exists:
                continue
            if isinstance(parameter.type, (OutFile, OutDir)) or (" ".join(words), parameter.name) in _NOT_OUTPUTS:
                continue
            pytest.fail(f"{' '.join(words)} {parameter.name}: OutFile or OutDir?")


@each_output
def test_nothing_is_written_into_the_inbox_or_the_archive_itself(
    office: Office, words: tuple[str, ...], command: click.Command, output: click.Parameter
) -> None:
    held = sorted(path for path in office.home.rglob("*"))
    for place in ("收件箱", "收件箱/新的", ".duban", "已归档"):
        said = office.duban(*call(words, command, output, office.home / place / "表.docx"))
        assert said.code == 2, said.err
        assert f"不能输出到“{place.split('/')[0]}”里" in said.err
    said = office.duban(*call(words, command, output, office.home / "archive_schema.yaml"))
    assert said.code == 2, said.err
    assert sorted(path for path in office.home.rglob("*")) == held


@each_output
def test_a_place_that_is_none_is_said_before_any_work(
    office: Office, tmp_path: Path, words: tuple[str, ...], command: click.Command, output: click.Parameter
) -> None:
    in_the_way = tmp_path / "是文件"
    in_the_way.write_text("原来的", encoding="utf-8")
    said = office.duban(*call(words, command, output, in_the_way / "里面" / "表.docx"))
    assert (said.code, said.out) == (2, "")
    assert "是一个文件" in said.err
    wrong = in_the_way if isinstance(output.type, OutDir) else tmp_path
    said = office.duban(*call(words, command, output, wrong))
    assert (said.code, said.out) == (2, "")
    assert "这是文件" in said.err  # 这是文件,这里要的是文件夹 and the other way round
    assert in_the_way.read_text(encoding="utf-8") == "原来的"


def test_a_place_without_leave_to_write_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: "只读" not in str(path))
    said = office.duban("gaps", "--xlsx", office.home / "只读的" / "缺项.xlsx")
    assert said.code == 2
    assert "没有写入权限" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("slip", "export", "表.xlsx"), ("ledger", "export", "表.xlsx"), ("figures", "export", "--xlsx", "表.xlsx"),
        ("gaps", "--docx", "表.docx"), ("checklist", "export", "表.xlsx"), ("search", "甲", "--xlsx", "表.xlsx"),
        ("loan", "list", "--docx", "表.docx"), ("printings", "show", "--out", "表.docx"),
        ("report", "forms", "--out", "文书"), ("daily", "--out", "日报"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_missing_folder_is_made(office: Office, tmp_path: Path, words: tuple[str, ...]) -> None:
    out = tmp_path / "没有的" / "再里面" / words[-1]
    said = office.duban(*words[:-1], out)
    assert said.code == 0, said.err
    assert out.exists()
