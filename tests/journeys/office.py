"""A small office for journeys: an archive on a real checklist, and the command line as a person would call it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = ROOT / "archive_schema.yaml"
TODAY = "2015-10-26"

LEDGER = """吴集镇第三小学2014年控流保学台账

序号\t学生姓名\t年级\t流动去向\t劝返措施
1\t学生甲\t三年级\t随父母外出\t已列入控辍保学重点帮扶对象
2\t学生乙\t五年级\t厌学\t教师上门劝返

吴集镇第三小学
2014年12月20日
"""
PLAN = """吴政发〔2015〕15号

吴集镇人民政府
关于印发《吴集镇迎接省“第三轮两项督导评估”工作方案》的通知

各村、镇直各单位、各学校:
现将《吴集镇迎接省“第三轮两项督导评估”工作方案》印发给你们,请遵照执行。

吴集镇人民政府
2015年7月30日
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Office:
    """An archive folder and the commands run in it."""

    home: Path

    @property
    def inbox(self) -> Path:
        """Where files are dropped."""
        return self.home / "收件箱"

    def drop(self, name: str, content: str | bytes) -> Path:
        """Put a file into the inbox (``name`` may have folders)."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def duban(self, *words: str | Path, typed: str = "") -> Said:
        """Run a command line in the archive's folder, as the console script does."""
        return duban(*words, cwd=self.home, typed=typed)

    def process(self, *words: str | Path) -> Said:
        """The same as a process of its own, warnings being errors, on a console that is not set up for Chinese."""
        command = [sys.executable, "-W", "error", "-m", "duban_archive", *map(str, words)]
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(command, cwd=self.home, capture_output=True, env=environment)
        said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in said.err, said.err
        return said

    def ask(self, *words: str | Path) -> Any:
        """The JSON of a command that must succeed."""
        said = self.duban(*words, "--json")
        assert said.code in (0, 5), said.err or said.out
        return said.json

    def gap(self, requirement: str, unit: str, period: str) -> Any:
        """One slot as ``gaps`` tells it."""
        slots = self.ask("gaps", "--as-of", TODAY)["slots"]
        return next(s for s in slots if (s["requirement"], s["unit"], s["period"]) == (requirement, unit, period))


def duban(*words: str | Path, cwd: Path, typed: str = "") -> Said:
    """Run a command line in this process: the whole of ``duban``, without the start of an interpreter."""
    from duban_archive.cli import duban as commands
    from duban_archive.cli.frame import run

    out, err, keyboard = io.StringIO(), io.StringIO(), io.StringIO(typed)
    before, stdin = Path.cwd(), sys.stdin
    os.chdir(cwd)
    sys.stdin = keyboard
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(commands, [str(word) for word in words])
    finally:
        sys.stdin = stdin
        os.chdir(before)
    return Said(code, out.getvalue(), err.getvalue())


def found_office(folder: Path) -> Office:
    """A fresh archive of the sample town."""
    home = folder / "迎检"
    said = duban("init", home, "--checklist", SCHEMA, cwd=folder)
    assert said.code == 0, said.err
    return Office(home)
