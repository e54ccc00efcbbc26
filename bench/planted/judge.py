"""Run `duban check` over the planted papers and hold it against what was planted."""

from __future__ import annotations

import collections
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planted import make

DUBAN = (sys.executable, "-m", "duban_archive")


@dataclass(slots=True)
class Verdict:
    """``found``/``planted`` by family and of the fifth kept apart; ``alarmed`` the clean papers that were named."""

    planted: collections.Counter[tuple[str, bool]] = field(default_factory=collections.Counter)
    found: collections.Counter[tuple[str, bool]] = field(default_factory=collections.Counter)
    missed: list[str] = field(default_factory=list)
    alarmed: dict[str, str] = field(default_factory=dict)
    clean: int = 0
    seconds: float = 0.0
    by_rule: collections.Counter[str] = field(default_factory=collections.Counter)
    not_run: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For a person."""
        out = []
        for family in ("figures", "doubts"):
            for apart in (False, True):
                n, of = self.found[family, apart], self.planted[family, apart]
                where = "kept apart" if apart else "others"
                out.append(f"{family:8} {where:10} found {n}/{of} = {n / max(of, 1):.3f}")
        out.append(f"clean papers with an error or a doubt: {len(self.alarmed)}/{self.clean} = "
                   f"{len(self.alarmed) / max(self.clean, 1):.3f}")  # fmt: skip
        out.append(f"check took {self.seconds:.1f} s; findings by rule: {dict(self.by_rule.most_common())}")
        out += [f"  not run: {line}" for line in self.not_run]
        out += [f"  missed: {line}" for line in self.missed]
        out += [f"  alarmed: {path}: {why}" for path, why in sorted(self.alarmed.items())]
        return out


def duban(*words: str | Path) -> Any:
    """A command's JSON."""
    ended = subprocess.run([*DUBAN, *map(str, words), "--json"], capture_output=True, text=True, check=False)
    if ended.returncode not in (0, 5):
        raise SystemExit(ended.stdout + ended.stderr)
    return json.loads(ended.stdout)


def found_archive(folder: Path, seed: int) -> make.Planted:
    """An archive of the planted papers in ``folder``/archive, as an office would make it."""
    planted = make.make(folder / "papers", seed)
    schema = folder / "archive_schema.yaml"
    schema.write_text(make.checklist(), encoding="utf-8")
    duban("init", folder / "archive", "--checklist", schema)
    duban("add", folder / "papers", "--home", folder / "archive")
    return planted


def judge(folder: Path, planted: make.Planted) -> Verdict:
    """What the checks found of what was planted; nothing is explained, confirmed or switched off."""
    home = folder / "archive"
    files = duban("status", "--files", "--home", home)["files"]
    root = (folder / "papers").resolve()
    path_of = {f["record"]: str(Path(f["path"]).relative_to(root)) for f in files if f["record"]}
    start = time.perf_counter()
    answer = duban("check", "--home", home, "--as-of", "2015-11-20")
    verdict = Verdict(clean=len(planted.clean), seconds=time.perf_counter() - start)
    named: set[str] = set()
    spoilt = {path for fault in planted.faults for path in fault.papers}
    for finding in answer["findings"]:
        verdict.by_rule[finding["rule"]] += 1
        if finding["severity"] == "hint":
            continue
        paths = {path_of[id] for id in finding["records"] if id in path_of}
        named |= paths
        if not paths & spoilt:
            for path in paths & planted.clean:
                verdict.alarmed.setdefault(path, f"{finding['rule']}: {finding['message']}")
    for number, fault in enumerate(planted.faults):
        key = (fault.family, planted.apart(number))
        verdict.planted[key] += 1
        if named & set(fault.papers):
            verdict.found[key] += 1
        else:
            verdict.missed.append(f"{fault.sort} {fault.papers[0]}: {fault.told}")
    verdict.not_run = [f"{one['rule']}: {one['why']}" for one in answer["not_run"]]
    return verdict
