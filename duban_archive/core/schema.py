"""The JSON Schema of the checklist language, for editors that complete and check YAML while it is written.

``checklists/schema.json`` is this, kept by a test; ``core/language.py`` is the one source.
"""

from __future__ import annotations

from typing import Any

from duban_archive.core.drafts import keys_of
from duban_archive.core.language import FLAT_KEYS, FORMS, SORTS, Field, Sort

_TEXT = {"type": ["string", "number", "boolean", "null"]}
_SIMPLE: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "id": {"type": ["string", "number"], "pattern": r"^\S+$"},
    "texts": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
    "flag": {"type": ["boolean", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "date": {"type": ["string", "number", "null"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
    "scalar": _TEXT,
    "value": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}]},
    "conditions": {"type": "object", "additionalProperties": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}},
    "values": {"type": "object", "additionalProperties": _TEXT},
    "sets": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
}


def json_schema() -> dict[str, Any]:
    """The schema as plain JSON."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "督档指标体系 duban/1",
        **_object(SORTS["document"]),
        "$defs": {name: _object(sort) for name, sort in SORTS.items() if name != "document"},
    }


def _object(sort: Sort) -> dict[str, Any]:
    properties = {field.key: _property(field) for field in sort.fields}
    back = FLAT_KEYS.get(sort.name)
    if back and back in keys_of(sort):
        properties[back] = {**_SIMPLE["id"], "title": "上级"}
    required = [field.key for field in sort.fields if field.required]
    return {
        "type": "object",
        "title": sort.title,
        "properties": properties,
        "additionalProperties": False,
        **({"required": required} if required and sort.name in ("document", "task") else {}),
    }


def _property(field: Field) -> dict[str, Any]:
    told = {"title": field.header, **({"description": field.note} if field.note else {})}
    if field.form == "elements":
        return {**told, "type": ["array", "null"], "items": {"$ref": f"#/$defs/{field.sort}"}}
    if field.form == "named":
        inner = {"anyOf": [{"$ref": f"#/$defs/{field.sort}"}, {"type": "null"}]}
        return {**told, "type": ["object", "null"], "additionalProperties": inner}
    if field.form == "choice":
        return {**told, "enum": list(field.choices)}
    return {**told, **_SIMPLE[field.form]}


def field_table(sort: Sort) -> str:
    """The keys of a sort as a Markdown table, as docs/checklist-language.md prints it."""
    lines = ["| 键 | Excel 列名 | 写什么 | 说明 |", "|---|---|---|---|"]
    for field in sort.fields:
        form = FORMS[field.form]
        if field.form in ("choice", "choices"):
            form = "、".join(f"`{choice}`" for choice in field.choices)
        elif field.sort:
            form = f"{form}(见“{SORTS[field.sort].title}”)"
        must = "**必填** " if field.required else ""
        lines.append(f"| `{field.key}` | {field.header} | {form} | {must}{field.note} |".replace(" |  |", " | |"))
    return "\n".join(lines)
