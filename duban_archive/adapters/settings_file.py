"""``.duban/settings.yaml``: read as plain values, written once with every default as a comment."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from duban_archive.core.binding import WORDS, words_of
from duban_archive.errors import UsageError
from duban_archive.home import Settings, make_settings

_MAX_BYTES = 100_000


def read(path: Path) -> Settings:
    """The office's settings, checked; the defaults when there is no file."""
    if not path.exists():
        return Settings()
    if path.stat().st_size > _MAX_BYTES:
        raise UsageError(f"{path.name} 太大,不像是设置文件。", "删去此文件即恢复默认设置。")
    text = path.read_bytes().decode("utf-8", errors="replace")
    if all(not line.strip() or line.startswith("#") for line in text.splitlines()):
        return Settings()  # as written by ``write_defaults``: no need to load the YAML library at every start
    import yaml

    try:
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "某处"
        raise UsageError(f"{path.name} {where}写法不对,读不懂。", "改正后再试;删去此文件即恢复默认设置。") from fault
    return make_settings(document, path.name)


def write_defaults(path: Path) -> None:
    """A settings file in which every key stands as a comment with its default."""
    default = Settings()
    lines = ["# 督档的设置。去掉行首的 # 并改值即生效;写错的名称会报错。", ""]
    for name in (f.name for f in dataclasses.fields(Settings) if f.name not in ("limits", "binding")):
        value = getattr(default, name)
        lines.append(f"# {name}: {str(value).lower() if isinstance(value, bool) else value}")
    lines += ["# limits:  # 读一份文件的上限,见 docs/reading.md"]
    lines += [f"#   {f.name}: {getattr(default.limits, f.name)}" for f in dataclasses.fields(default.limits)]
    lines += ["# binding:  # 怎样装订,见 docs/binder.md"]
    for f in dataclasses.fields(default.binding):
        value = getattr(default.binding, f.name)
        choices = f"  # {words_of(f.name)}" if f.name in WORDS else ""
        shown = str(value).lower() if isinstance(value, bool) else value if value != "" else '""'
        lines.append(f"#   {f.name}: {shown}{choices}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
