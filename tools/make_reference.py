"""Writes docs/手册/命令.md from the commands themselves: ``make docs``. A test compares, so it is never stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from duban_archive.cli import duban

PAGE = Path(__file__).resolve().parent.parent / "docs" / "手册" / "命令.md"

_HEAD = """\
# 全部命令

本页由 `make docs` 从程序本身生成,与程序一致。
怎样一步步使用,见 [使用手册](使用手册.md);各种状态、代码的意思,见 [words.md](../words.md)。

- 凡要用到档案的命令,都可加 `--home DIR` 指明档案文件夹(否则用环境变量 `DUBAN_HOME`,再否则用当前所在的档案文件夹)。
- 凡有回答的命令,都可加 `--json`,只输出一份 JSON。
- 凡作决定的命令,都可加 `--by WHO` 记下是谁作的(默认是本机账户名)。
- 凡与日期有关的,都可加 `--as-of DATE`(或环境变量 `DUBAN_TODAY`)。

退出码:0 完成 · 1 没有做成 · 2 用法不对或指标体系有问题 · 3 缺少工具 · 4 档案受损 · 5 部分完成。
"""

_COMMON = {"home", "as_json", "by", "as_of", "help"}  # said once, at the head


def reference() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections(duban, "duban")])


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below a group with its full name, in the order of the work."""
    for name in group.list_commands(click.Context(group)):
        command = group.commands[name]
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def _sections(group: click.Group, path: str) -> Iterator[str]:
    for name, command in commands(group, path):
        context = click.Context(command, info_name=name)
        usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
        yield f"## {name}\n"
        yield f"`{name} {usage}`\n".replace(" `", "`")
        yield f"{(command.help or '').strip()}\n"
        options = [
            record
            for parameter in command.params
            if isinstance(parameter, click.Option) and parameter.name not in _COMMON
            if (record := parameter.get_help_record(context))
        ]
        if options:
            lines = (f"- `{spelling}`:{text.replace('[required]', '(必填)')}" for spelling, text in options)
            yield "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8")
