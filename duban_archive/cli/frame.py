"""What every command shares: its options, how it opens the archive, how it answers, how it fails.

Exit codes: 0 done · 1 failed · 2 wrong use · 3 a tool is missing · 4 damaged archive · 5 done in part.
"""

from __future__ import annotations

import functools
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from duban_archive.errors import DubanError

DONE, FAILED, WRONG_USE, IN_PART = 0, 1, 2, 5
_LONE = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # not a byte that was no UTF-8


class Answer:
    """Prints either one JSON document or lines for a person, never both."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def __call__(self, document: Any, lines: Callable[[], Iterable[str]]) -> None:
        """The answer, as JSON or as what ``lines()`` gives."""
        if self.as_json:
            click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            for line in lines():
                click.echo(line)

    def tell(self, line: str) -> None:
        """A word on the way, for a person only."""
        if not self.as_json:
            click.echo(line)


class ByDefault(click.Group):
    """A group of which one command also runs when none is named: ``duban ledger`` shows it.

    ``name_it``: a first word that is no command is that command's argument (``duban milestone 市检``).
    """

    def __init__(self, *args: Any, default: str, name_it: bool = False, **how: Any) -> None:
        super().__init__(*args, **how)
        self.default, self.name_it = default, name_it

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before words that name none."""
        is_option = bool(args) and args[0].startswith("-") and args[0] not in ("-h", "--help")
        if not args or is_option or (self.name_it and not args[0].startswith("-") and args[0] not in self.commands):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


class OutFile(click.Path):
    """A file that the command will write; `Home.make_room` says what is no place for one, and makes its folder."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)


class OutDir(click.Path):
    """A folder that the command will write into or make."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)


def archive_command(
    name: str, help: str, *, damaged_too: bool = False
) -> Callable[[Callable[..., int | None]], click.Command]:
    """A command that works on an archive: ``function(archive, answer, **options) -> exit code or None``.

    ``damaged_too``: the command opens the archive itself, since it is for one that may not open.
    """

    def decorate(function: Callable[..., int | None]) -> click.Command:
        @click.command(name, help=help)
        @click.option("--home", type=click.Path(path_type=Path), metavar="DIR", help="档案文件夹(默认:当前所在)")
        @click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
        @click.option("--by", metavar="WHO", default="", help="谁在操作(默认:本机账户名)")
        @click.option("--as-of", metavar="DATE", default="", help="按哪一天计算,如 2015-11-01(默认:今天)")
        @functools.wraps(function)
        def command(home: Path | None, as_json: bool, by: str, as_of: str, **options: Any) -> None:
            from duban_archive.archive import Archive
            from duban_archive.home import find_home

            archive = Archive(find_home(home), by=_as_text(by), today=day(as_of))
            try:
                if not damaged_too:
                    archive.open()
                if archive.catalogue.read_only and not as_json:
                    click.echo("(这个档案文件夹现在写不进去:只能看,不能收文件、不能作决定。)", err=True)
                for parameter in command.params:
                    if isinstance(parameter.type, (OutFile, OutDir)) and (out := options.get(parameter.name or "")):
                        archive.home.make_room(out)
                code = function(archive, Answer(as_json), **{name: _as_text(said) for name, said in options.items()})
            finally:
                archive.close()
            if code:
                raise click.exceptions.Exit(code)

        # options given to the inner function by click decorators travel on it
        command.params += [p for p in getattr(function, "__click_params__", [])[::-1] if p not in command.params]
        return command

    return decorate


def _as_text(said: Any) -> Any:
    """What was typed, as text that can be kept: bytes of another encoding are read as GB18030. Paths stay."""
    if isinstance(said, tuple):
        return tuple(map(_as_text, said))
    if not isinstance(said, str) or said.isascii():
        return said
    try:
        said.encode()
        return said
    except UnicodeEncodeError:
        typed = said.encode("utf-8", "surrogateescape" if not _LONE.search(said) else "replace")
    try:
        return typed.decode("utf-8")
    except UnicodeDecodeError:
        return typed.decode("gb18030", "replace")


def day(text: str) -> str:
    """An ISO date as typed, ``""`` for none."""
    import datetime

    if not text:
        return ""
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise click.BadParameter(f"日期“{text}”看不懂,请写成 2015-11-01 的样子") from None


def run(group: click.Group, arguments: Sequence[str]) -> int:
    """Run a command line; every way it can end becomes an exit code and a sentence."""
    _speak_utf8()
    as_json = "--json" in arguments
    try:
        ended = group.main(args=list(arguments), prog_name="duban", standalone_mode=False)
        return ended if isinstance(ended, int) else DONE
    except DubanError as fault:
        return _fail(as_json, fault.exit_code, fault.code, fault.message, fault.advice)
    except click.UsageError as fault:
        hint = f"请看 {fault.ctx.command_path} --help。" if fault.ctx else "请看 duban --help。"
        return _fail(as_json, WRONG_USE, "usage", _in_chinese(fault), hint)
    except click.ClickException as fault:
        return _fail(as_json, WRONG_USE, "usage", fault.format_message(), "请看 duban --help。")
    except (KeyboardInterrupt, click.Abort):
        return _fail(as_json, IN_PART, "interrupted", "已停下。", "已收下的都已保存;再运行一次会接着做。")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except ImportError as fault:
        what = f"程序没有装完整(缺 {fault.name or fault})。"
        return _fail(as_json, FAILED, "install", what, "请按 README 重新安装;档案未作任何改动。")
    except OSError as fault:
        return _fail(as_json, FAILED, "system", _system(fault), "已收下的都已保存;排除后再运行一次会接着做。")


def _system(fault: OSError) -> str:
    import errno

    from duban_archive.adapters.store import why_unreadable

    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return "磁盘已满。"
    where = f"“{fault.filename}”:" if fault.filename else ""
    return f"{where}{why_unreadable(fault)}。"


def _fail(as_json: bool, code: int, word: str, message: str, advice: str) -> int:
    from duban_archive import answers

    if as_json:
        click.echo(json.dumps(answers.error(word, message, advice), ensure_ascii=False, indent=2))
    else:
        click.echo(f"{message}\n{advice}".rstrip(), err=True)
    return code


def _in_chinese(fault: click.UsageError) -> str:
    if isinstance(fault, click.NoSuchOption):
        near = f"(是不是 {'、'.join(fault.possibilities)}?)" if fault.possibilities else ""
        return f"没有“{fault.option_name}”这个选项{near}。"
    if isinstance(fault, NoArgsIsHelpError) and fault.ctx and isinstance(fault.ctx.command, click.Group):
        return f"后面还要写做什么:{'、'.join(fault.ctx.command.list_commands(fault.ctx))}。"
    if isinstance(fault, click.MissingParameter):
        name = fault.param.opts[0] if fault.param and fault.param.param_type_name == "option" else None
        shown = name or (fault.param.human_readable_name if fault.param else "")
        return f"还缺少“{shown}”。"
    if isinstance(fault, click.BadParameter):
        shown = fault.param.opts[0] if fault.param and fault.param.opts else ""
        name = shown or (fault.param.human_readable_name if fault.param else "")
        return f"“{name}”写得不对:{_plainly(fault.message)}" if name else _plainly(fault.message)
    if "No such command" in fault.message:
        return f"没有这个命令:{fault.message.split(chr(39))[1] if chr(39) in fault.message else fault.message}。"
    if isinstance(fault, click.BadOptionUsage):
        return (
            f"“{fault.option_name}”后面要写一个值。"
            if "requires" in fault.message
            else f"“{fault.option_name}”后面不能写值。"
        )
    if found := re.match(r"Got unexpected extra arguments? \((.*)\)", fault.message, re.DOTALL):
        return f"多写了:{found[1]}。"
    return f"命令写法不对:{fault.message}"


def _plainly(message: str) -> str:
    """What click says of a value, in Chinese; our own messages pass."""
    said = {
        "is not a valid integer": "应当是数字。",
        "is not a valid float": "应当是数字。",
        "is not in the range": "超出了可用的范围。",
        "does not exist": "没有这个文件或文件夹。",
        "is a directory": "这是文件夹,这里要的是文件。",
        "is a file": "这是文件,这里要的是文件夹。",
        "is not one of": "不是可选的值。",
        "is not readable": "没有读取权限。",
        "is not writable": "没有写入权限。",
    }
    return next((chinese for english, chinese in said.items() if english in message), message)


def _speak_utf8() -> None:
    """Chinese must come out whole on a console or pipe that was set up for another encoding (Windows, LANG=C)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8", errors="replace")
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
