"""适用条件: ``stage=初中``, ``kind in 小学,初中 且 寄宿=是``, read without ever running anything.

Grammar: tests joined by 且/and (binding tighter) and 或/or; a test is ``name op value`` with = != >= <= > < or
``name in a,b``, or a bare name (it is set and not 否), each may be negated by 非/not before it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

_TEST = re.compile(
    r"\s*(?P<not>非|not\s)?\s*(?P<name>[^\s=!<>≥≤]+?)\s*"
    r"(?:(?P<op>!=|>=|<=|≥|≤|=|>|<|\sin\s)\s*(?P<value>[^=!<>≥≤]+?))?\s*"
)
_OR = re.compile(r"\s+(?:或|or)\s+|(?<=\S)或(?=\S+[=<>])")
_AND = re.compile(r"\s+(?:且|and)\s+|(?<=\S)且(?=\S+[=<>])")
_NO = ("", "否", "无", "0", "False", "false", "None")

Facts = Mapping[str, Any]


@functools.lru_cache(maxsize=1024)
def parse(condition: str) -> Callable[[Facts], bool]:
    """A test over a unit's attributes; ``ValueError`` (in Chinese) where the condition cannot be read."""
    if not condition.strip():
        return lambda facts: True
    choices = [[_one(test) for test in _AND.split(part)] for part in _OR.split(condition)]
    return lambda facts: any(all(test(facts) for test in tests) for tests in choices)


def _one(text: str) -> Callable[[Facts], bool]:
    found = _TEST.fullmatch(text)
    if found is None:
        raise ValueError(f"看不懂适用条件“{text.strip()}”;写法如 stage=初中 或 kind in 小学,初中")
    name, op, value = found["name"], (found["op"] or "").strip(), (found["value"] or "").strip()
    test = _compare(name, op, value)
    return (lambda facts: not test(facts)) if found["not"] else test


def _compare(name: str, op: str, value: str) -> Callable[[Facts], bool]:
    if not op:
        return lambda facts: str(facts.get(name, "")) not in _NO
    if op == "in":
        wanted = {v.strip() for v in re.split(r"[,，、|]", value)}
        return lambda facts: str(facts.get(name, "")) in wanted
    if op == "=":
        return lambda facts: _same(facts.get(name, ""), value)
    if op == "!=":
        return lambda facts: not _same(facts.get(name, ""), value)
    try:
        bound = float(value)
    except ValueError:
        raise ValueError(f"适用条件“{name}{op}{value}”里 {op} 后面要写数") from None
    return lambda facts: _ordered(facts.get(name), op, bound)


def _same(held: Any, value: str) -> bool:
    if isinstance(held, bool):
        return value in (("是", "true", "True", "1") if held else _NO)
    if isinstance(held, list | tuple):
        return value in map(str, held)
    return str(held) == value


def _ordered(held: Any, op: str, bound: float) -> bool:
    try:
        number = float(held)
    except (TypeError, ValueError):
        return False
    if op in (">=", "≥"):
        return number >= bound
    if op in ("<=", "≤"):
        return number <= bound
    return number > bound if op == ">" else number < bound
