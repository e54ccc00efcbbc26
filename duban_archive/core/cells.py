"""A checklist's values as the text of one cell and back, without loss: friendly where that is safe, JSON where not.

A list is written ``甲、乙`` or one item a line; a mapping one ``名称: 值`` a line. Whatever would not come back the
same is written as JSON, so that reading is always the reverse of writing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from duban_archive.core import language
from duban_archive.core.drafts import suggest
from duban_archive.core.language import Field

NOTHING = "(取消)"  # an office's file takes away what its base says
_YES = ("是", "√", "✓", "有", "true", "yes", "y", "1", "需要", "要")
_NO = ("否", "×", "无", "false", "no", "n", "0", "不需要", "不要")
_CODES = {label: code for code, label in language.LABELS.items()}
_WORDS = re.compile(r"[\s、,\uff0c;\uff1b]+")
_ITEMS = re.compile(r"[、;\uff1b]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

Cell = str | int | float | bool | date | datetime | None


def write(value: Any, field: Field) -> str | int | float | None:
    """The cell that ``read`` reads back as ``value``."""
    if value is None:
        return NOTHING
    if field.form == "flag":
        return "是" if value else "否"
    if field.form == "choice":
        return language.LABELS.get(value, str(value))
    if field.form in ("integer", "number"):
        return value  # type: ignore[no-any-return]  # a number by its form
    if field.form in ("scalar", "value") and not isinstance(value, str | list):
        return value  # type: ignore[no-any-return]
    for attempt in _ATTEMPTS.get(field.form, (str,)):
        text = attempt(value)
        if _reads_as(text, field, value):
            return text
    return json.dumps(value, ensure_ascii=False)


def _reads_as(text: str, field: Field, value: Any) -> bool:
    try:
        return bool(read(text, field) == value)
    except ValueError:
        return False


def read(cell: Cell, field: Field) -> Any:
    """The value a cell holds; ``ValueError`` (in Chinese) where it cannot be one of that form.

    An empty cell is not a value: the caller leaves it out.
    """
    if isinstance(cell, str) and cell.strip() == NOTHING:
        return None
    return _READERS[field.form](cell, field)


def is_empty(cell: Cell) -> bool:
    """Whether a cell says nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def as_text(cell: Cell) -> str:
    """Any cell as the text a person sees in it: 3.0 as 3, a date as 2015-08-10."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _text(cell: Cell, field: Field) -> Any:
    return _json(cell, str) or as_text(cell)


def _id(cell: Cell, field: Field) -> Any:
    text = as_text(cell)
    if _WORDS.search(text):
        raise ValueError(f"应为{language.FORMS['id']},写的是“{text}”")
    return text


def _date(cell: Cell, field: Field) -> Any:
    text = as_text(cell).replace("/", "-").replace(".", "-")
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text)
    parts = [part for part in found.groups() if part] if found else []
    day = "-".join([parts[0], *(f"{int(part):02d}" for part in parts[1:])]) if parts else text
    if not language.is_date(day):
        raise ValueError(f"应为{language.FORMS['date']},写的是“{text}”")
    return day


def _texts(cell: Cell, field: Field) -> Any:
    found = _json(cell, list)
    if found is not None:
        return found
    text = as_text(cell)
    if field.key in _LISTS_OF_IDS:
        return [word for word in _WORDS.split(text) if word]
    pieces = text.splitlines() if "\n" in text else _ITEMS.split(text)
    return [piece.strip() for piece in pieces if piece.strip()]


def _flag(cell: Cell, field: Field) -> Any:
    text = as_text(cell).lower()
    if text in _YES or text in _NO:
        return text in _YES
    raise ValueError(f"应为 是 或 否,写的是“{text}”")


def _number(cell: Cell, field: Field) -> Any:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if float(cell).is_integer() else cell
    text = as_text(cell)
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"应为{language.FORMS[field.form]},写的是“{text}”")
    return float(text) if "." in text else int(text)


def _integer(cell: Cell, field: Field) -> Any:
    number = _number(cell, field)
    if not isinstance(number, int):
        raise ValueError(f"应为{language.FORMS['integer']},写的是“{as_text(cell)}”")
    return number


def _scalar(cell: Cell, field: Field) -> Any:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if float(cell).is_integer() else cell
    return _json(cell, str) or as_text(cell)


def _value(cell: Cell, field: Field) -> Any:
    found = _json(cell, list)
    return found if found is not None else _scalar(cell, field)


def _choice(cell: Cell, field: Field) -> Any:
    text = as_text(cell)
    code = text if text in field.choices else _CODES.get(text, text)
    if code not in field.choices:
        words = [language.LABELS.get(choice, choice) for choice in field.choices]
        raise ValueError(f"应为 {'、'.join(words)} 之一,写的是“{text}”{suggest(text, words)}")
    return code


def _mapping(cell: Cell, field: Field) -> Any:
    found = _json(cell, dict)
    if found is not None:
        return found
    values: dict[str, Any] = {}
    for line in as_text(cell).splitlines():
        name, colon, rest = line.replace("\uff1a", ":", 1).partition(":")
        if not line.strip():
            continue
        if not colon or not name.strip():
            raise ValueError(f"应为每行一个“名称: 值”,写的是“{line.strip()}”")
        rest = rest.strip()
        values[name.strip()] = _ITEMS.split(rest) if field.form == "conditions" else _plain(rest)
    return values


def _plain(text: str) -> Any:
    return (float(text) if "." in text else int(text)) if _NUMBER.fullmatch(text) else text


def _sets(cell: Cell, field: Field) -> Any:
    found = _json(cell, list)
    return found if found is not None else [_ITEMS.split(line) for line in as_text(cell).splitlines() if line.strip()]


def _json(cell: Cell, kind: type) -> Any:
    """What a cell that was written as JSON holds, where it is of that kind."""
    if not isinstance(cell, str) or not cell.lstrip().startswith(('"', "[", "{")):
        return None
    try:
        found = json.loads(cell)
    except ValueError:
        return None
    return found if isinstance(found, kind) else None


# Lists whose items are ids or codes: any punctuation or space parts them.
_LISTS_OF_IDS = frozenset(
    ("source", "per", "any_of", "renamed_from", "merged_from", "members", "months", "values", "period", "keep_together")
) | {"order", "formats"}


def _lines(value: Mapping[str, Any]) -> str:
    return "\n".join(f"{k}: {'、'.join(map(str, v)) if isinstance(v, list) else v}" for k, v in value.items())


_ATTEMPTS: Mapping[str, tuple[Callable[[Any], str], ...]] = {
    "texts": ("、".join, "\n".join),
    "conditions": (_lines,),
    "values": (_lines,),
    "sets": (lambda value: "\n".join("、".join(words) for words in value),),
}
_READERS: Mapping[str, Callable[[Cell, Field], Any]] = {
    "text": _text,
    "id": _id,
    "texts": _texts,
    "flag": _flag,
    "integer": _integer,
    "number": _number,
    "date": _date,
    "scalar": _scalar,
    "value": _value,
    "choice": _choice,
    "conditions": _mapping,
    "values": _mapping,
    "sets": _sets,
}
