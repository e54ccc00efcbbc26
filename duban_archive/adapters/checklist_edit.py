"""Small changes to an office's ``archive_schema.yaml`` that leave its comments and its order as they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from duban_archive.adapters import checklist_file, checklist_yaml
from duban_archive.core import period_rules
from duban_archive.core.drafts import Draft, suggest
from duban_archive.errors import UsageError

_KEY = "not_applicable"


def set_not_applicable(
    schema: Path, requirement: str, *, reason: str, unit: str = "", period: str = "", by: str = "", on: str = ""
) -> None:
    """Write that a requirement is 不适用 (for a unit, for a period; empty: for all) with its reason.

    ``requirement``: an id or a printed code. Raises ``UsageError``, and changes nothing, where one of them is unknown,
    the reason is empty or the cell is marked already.
    """
    draft = checklist_file.read(schema)
    checklist_file.refuse(draft)
    row = _row(draft, requirement, unit, period, reason, by, on)
    text = schema.read_text(encoding="utf-8")
    changed = _with_row(text, row)
    _check(text, changed, row, schema.name)
    part = schema.with_name(f".{schema.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write(changed)
        file.flush()
        os.fsync(file.fileno())
    part.replace(schema)


def _row(draft: Draft, requirement: str, unit: str, period: str, reason: str, by: str, on: str) -> dict[str, Any]:
    from duban_archive.core.resolve import build

    checklist = build(draft)
    codes = {r.code: r.id for r in checklist.requirements}
    known = {r.id: r for r in checklist.requirements}
    name = requirement if requirement in known else codes.get(requirement, "")
    if not name:
        raise UsageError(
            f"没有编号或代码为“{requirement}”的佐证材料{suggest(requirement, [*known, *codes])}",
            "用 duban checklist show 查看全部编号。没有任何改动。",
        )
    units = {u.id: u.name for u in checklist.units}
    if unit and unit not in units:
        unit = next((key for key, title in units.items() if title == unit), unit)
        if unit not in units:
            raise UsageError(f"没有编号或名称为“{unit}”的单位{suggest(unit, units)}", "没有任何改动。")
    if period and not period_rules.kind_of(period):
        raise UsageError(f"“{period}”不是期间", "写 2014、2014-2015、2015-09、once 等。没有任何改动。")
    if not reason.strip():
        raise UsageError("标为不适用要写理由", "用 --reason 写明。没有任何改动。")
    if any((r, u, p) == (name, unit, period) for r, u, p, _why in checklist.not_applicable):
        raise UsageError("这一项已经标为不适用", "没有任何改动。")
    row = {"requirement": name, "unit": unit, "period": period, "reason": reason.strip(), "by": by, "on": on}
    return {key: value for key, value in row.items() if value}


def _with_row(text: str, row: dict[str, Any]) -> str:
    """The text with one more row, first in its list; a list is begun at the end where there is none."""
    line = checklist_yaml.one_line(row)
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if text.count("\r\n") > text.count("\n") / 2 else "\n"
    found = checklist_yaml.list_at(text, _KEY)
    if found is None:
        gap = "" if not lines or lines[-1].endswith("\n") else ending
        return f"{text}{gap}{ending}{_KEY}:{ending}  - {line}{ending}"
    if found.style == "block":
        lines.insert(found.key_line + 1, f"{' ' * found.column}- {line}{ending}")
        return "".join(lines)
    if found.style == "inline":
        return f"{text[: found.inside]}{line}, {text[found.inside :]}"
    rest = lines[found.end_line][found.end_column :] if found.end_line < len(lines) else ending
    before = "".join(lines[: found.key_line])
    return f"{before}{_KEY}:{rest.rstrip()}{ending}  - {line}{ending}" + "".join(lines[found.end_line + 1 :])


def _check(before: str, after: str, row: dict[str, Any], name: str) -> None:
    """The new text must say what the old one said and the new row, and nothing else."""
    one, other = (checklist_yaml.parse(text.encode(), name=name) for text in (before, after))
    wanted = {**one.plain(), _KEY: [row, *one.plain().get(_KEY, [])]}
    if other.problems or other.plain() != wanted:
        raise UsageError(
            f"“{name}”里的 {_KEY} 写法特殊,程序不敢改",
            f"请在 {_KEY} 下面手工加一行:- {checklist_yaml.one_line(row)}",
        )
