"""The YAML door for checklists: read strictly, every problem with its line and column, and written back.

Scalars are taken as they are written, never guessed into dates or booleans; there are no tags, no merge keys, and
aliases are bounded, so a checklist from outside can neither run code nor fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from duban_archive.core import language
from duban_archive.core.drafts import TABLES, Draft, Place, Problem, Row, keys_of, suggest
from duban_archive.core.language import SORTS, Field, Sort
from duban_archive.errors import ChecklistError

MAX_BYTES = 5_000_000
MAX_NODES = 300_000
MAX_DEPTH = 40

_TRUE = ("true", "yes", "是")
_FALSE = ("false", "no", "否")


def parse(data: bytes, *, name: str) -> Draft:
    """A draft from YAML bytes; what is wrong in it is in its ``problems``, each with line and column.

    Raises ``ChecklistError`` only where there is no document to go on with.
    """
    if len(data) > MAX_BYTES:
        raise ChecklistError(name, (f"文件超过上限 {MAX_BYTES // 1_000_000} MB",))
    return _Reader(name).read(_compose(data, name))


class _Nodes(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]  # one of two
    """Composes nodes only: no tag is ever resolved (that is half of the time) and nothing is constructed."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """Every value stays the text it was written as."""
        return ""

    def descend_resolver(self, node: Any, index: Any) -> None:
        """Paths do not matter where no tag is resolved."""

    def ascend_resolver(self) -> None:
        """As above."""


def _compose(data: bytes, name: str) -> yaml.Node | None:
    try:
        return yaml.compose(data, Loader=_Nodes)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"第{mark.line + 1}行第{mark.column + 1}列 " if mark else ""
        raise ChecklistError(name, (f"{place}不是正确的 YAML:{_plainly(str(error.problem or error))}",)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ChecklistError(name, (f"不是正确的 YAML 文本:{error}",)) from None
    except RecursionError:
        raise ChecklistError(name, ("嵌套太深",)) from None


def _plainly(problem: str) -> str:
    """libyaml's most frequent complaints in Chinese."""
    known = {
        "found character that cannot start any token": "出现了不能用的字符(常见的是用制表符缩进;请改用空格)",
        "found a tab character that violates indentation": "用了制表符缩进,请改用空格",
        "mapping values are not allowed in this context": "多了一个冒号,或上一行没有对齐",
        "did not find expected key": "缩进没有对齐,或少了引号",
        "could not find expected ':'": "少了冒号",
        "did not find expected ',' or ']'": "少了逗号或方括号",
        "did not find expected ',' or '}'": "少了逗号或花括号",
        "did not find expected '-' indicator": "列表的“-”没有对齐",
    }
    return known.get(problem, problem)


class _Reader:
    """Walks the nodes of one document along the language's table and gathers problems instead of stopping."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.tables: dict[str, list[Row]] = {key: [] for key in TABLES}
        self.nodes = 0

    def read(self, node: yaml.Node | None) -> Draft:
        if not isinstance(node, yaml.MappingNode):
            raise ChecklistError(self.name, ("文件应是“名称: 值”的形式,第一行写 schema: duban/1",))
        head = self.row(node, SORTS["document"], {}, depth=0)
        tables = {key: tuple(rows) for key, rows in self.tables.items() if rows}
        return Draft(self.name, head, tables, tuple(self.problems))

    def row(self, node: yaml.MappingNode, sort: Sort, back: Mapping[str, Any], *, depth: int) -> Row:
        """One element; nested elements go to their own tables, pointing back to it."""
        values: dict[str, Any] = dict(back)
        places: dict[str, Place] = {"": _at(node)}
        fields = _FIELDS[sort.name] if back or sort.name not in _TOP else _TOP[sort.name]
        nested: list[tuple[Field, yaml.Node]] = []
        for key, key_node, value_node in self.pairs(node, depth):
            field = fields.get(key)
            if field is None:
                self.say(key_node, f"{sort.title}没有“{key}”这一项{suggest(key, fields)}")
            elif key in places:
                self.say(key_node, f"“{key}”写了两次")
            else:
                places[key] = _at(value_node)
                if field.form in ("elements", "named"):
                    nested.append((field, value_node))
                elif (value := self.value(value_node, field, depth)) is not _BAD:
                    values[key] = value
        row = Row(values, places)
        if sort.name in _TABLE_OF and sort.name != "document":
            self.tables[_TABLE_OF[sort.name]].append(row)
        for field, value_node in nested:
            self.elements(value_node, field, sort, row, depth + 1)
        return row

    def elements(self, node: yaml.Node, field: Field, sort: Sort, row: Row, depth: int) -> None:
        inner = SORTS[field.sort]
        if field.form == "named":
            for key, _key_node, value_node in self.mapping(node, field, depth):
                if _is_null(value_node):
                    self.tables[field.key].append(Row({"id": key}, {"": _at(value_node)}))
                elif isinstance(value_node, yaml.MappingNode):
                    self.row(value_node, inner, {"id": key}, depth=depth)
                else:
                    self.say(value_node, f"“{field.key}”里的“{key}”应是{inner.title}的“名称: 值”")
            return
        back_key = language.FLAT_KEYS.get(inner.name, "")
        back = {back_key: row.values.get("id", "")} if sort.name == "indicator" and back_key else {}
        tasks: list[dict[str, Any]] = []
        for item in self.items(node, field, depth):
            if not isinstance(item, yaml.MappingNode):
                self.say(item, f"“{field.key}”里的每一条应是{inner.title}的“名称: 值”")
            elif inner.name == "task":
                tasks.append(dict(self.row(item, inner, {}, depth=depth).values))
            else:
                self.row(item, inner, back, depth=depth)
        if tasks:
            assert isinstance(row.values, dict)
            row.values["tasks"] = tasks

    # --- values --------------------------------------------------------------------------------------------------

    def value(self, node: yaml.Node, field: Field, depth: int) -> Any:
        if _is_null(node):
            return None
        read = getattr(self, f"_{field.form}")
        return read(node, field, depth)

    def _text(self, node: yaml.Node, field: Field, depth: int) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return self.bad(node, field)
        text = node.value.strip()
        if _UNSEEN.search(text):
            self.say(node, f"{field.key}({field.header})里有看不见的控制字符,请删去")
            return _BAD
        return text or None

    def _id(self, node: yaml.Node, field: Field, depth: int) -> Any:
        text = self._text(node, field, depth)
        if text is not _BAD and text is not None and any(c.isspace() for c in text):
            return self.bad(node, field)
        return text

    def _date(self, node: yaml.Node, field: Field, depth: int) -> Any:
        text = self._text(node, field, depth)
        return text if text is _BAD or text is None or language.is_date(text) else self.bad(node, field)

    def _texts(self, node: yaml.Node, field: Field, depth: int) -> Any:
        items = [node] if isinstance(node, yaml.ScalarNode) else self.items(node, field, depth)
        found = [self._text(item, field, depth) for item in items]
        return [text for text in found if text is not _BAD and text is not None] or None

    def _flag(self, node: yaml.Node, field: Field, depth: int) -> Any:
        text = node.value.strip().lower() if isinstance(node, yaml.ScalarNode) else ""
        return True if text in _TRUE else False if text in _FALSE else self.bad(node, field)

    def _integer(self, node: yaml.Node, field: Field, depth: int) -> Any:
        number = self._number(node, field, depth)
        return number if number is _BAD or isinstance(number, int) else self.bad(node, field)

    def _number(self, node: yaml.Node, field: Field, depth: int) -> Any:
        number = _as_number(node.value) if isinstance(node, yaml.ScalarNode) else None
        return self.bad(node, field) if number is None else number

    def _scalar(self, node: yaml.Node, field: Field, depth: int) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return self.bad(node, field)
        number = _as_number(node.value) if not node.style else None
        return self._text(node, field, depth) if number is None else number

    def _value(self, node: yaml.Node, field: Field, depth: int) -> Any:
        if isinstance(node, yaml.SequenceNode):
            numbers = [self._scalar(item, field, depth) for item in self.items(node, field, depth)]
            return numbers if len(numbers) == 2 else self.bad(node, field)
        return self._scalar(node, field, depth)

    def _choice(self, node: yaml.Node, field: Field, depth: int) -> Any:
        text = self._text(node, field, depth)
        if text is _BAD or text is None or text in field.choices:
            return text
        wanted = f"{field.key}({field.header})应为 {'、'.join(field.choices)} 之一"
        self.say(node, f"{wanted},写的是“{text}”{suggest(text, field.choices)}")
        return _BAD

    def _conditions(self, node: yaml.Node, field: Field, depth: int) -> Any:
        return {key: self._texts(value, field, depth) for key, _, value in self.mapping(node, field, depth)}

    def _values(self, node: yaml.Node, field: Field, depth: int) -> Any:
        return {key: self._scalar(value, field, depth) for key, _, value in self.mapping(node, field, depth)}

    def _sets(self, node: yaml.Node, field: Field, depth: int) -> Any:
        return [self._texts(item, field, depth) for item in self.items(node, field, depth)]

    # --- nodes ---------------------------------------------------------------------------------------------------

    def pairs(self, node: yaml.MappingNode, depth: int) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        self.count(node, depth)
        for key_node, value_node in node.value:
            self.count(value_node, depth)
            if isinstance(key_node, yaml.ScalarNode):
                yield key_node.value.strip(), key_node, value_node
            else:
                self.say(key_node, "名称应是一段文字")

    def mapping(self, node: yaml.Node, field: Field, depth: int) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, key_node, value_node in self.pairs(node, depth + 1):
                if key in seen:
                    self.say(key_node, f"“{key}”写了两次")
                else:
                    seen.add(key)
                    yield key, key_node, value_node
        elif not _is_null(node):
            self.bad(node, field)

    def items(self, node: yaml.Node, field: Field, depth: int) -> Iterator[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self.count(item, depth + 1)
                yield item
        elif not _is_null(node):
            self.bad(node, field)

    def count(self, node: yaml.Node, depth: int) -> None:
        """Aliases repeat nodes, so the walk itself is what has to be bounded."""
        self.nodes += 1
        if node.tag:
            self.say(node, f"不能写标签“{node.tag}”")
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            what = "嵌套太深" if depth > MAX_DEPTH else "条目太多(别名 & * 展开后过大)"
            told = (*map(str, self.problems), str(Problem(f"{what},没有读下去", _at(node))))
            raise ChecklistError(self.name, told)

    def bad(self, node: yaml.Node, field: Field) -> Any:
        written = (
            f"“{node.value}”"
            if isinstance(node, yaml.ScalarNode)
            else "列表"
            if isinstance(node, yaml.SequenceNode)
            else "一组“名称: 值”"
        )
        self.say(node, f"{field.key}({field.header})应为{language.FORMS[field.form]},写的是{written}")
        return _BAD

    def say(self, node: yaml.Node, text: str) -> None:
        self.problems.append(Problem(text, _at(node)))


_BAD = object()
# What neither a form nor Excel can show.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_FIELDS = {sort.name: {field.key: field for field in sort.fields} for sort in SORTS.values()}
# At the top level an element names what it stands under.
_TOP = {
    name: {**_FIELDS[name], key: Field(key=key, form="id", header="上级")} for name, key in language.FLAT_KEYS.items()
}
_TABLE_OF = {sort: table for table, sort in TABLES.items()}


def _at(node: yaml.Node) -> Place:
    mark = node.start_mark
    return mark.line + 1, mark.column + 1


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")


_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?|[+-]?[0-9]+\.[0-9]+e[+-][0-9]+")


def _as_number(text: str) -> int | float | None:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAt:
    """Where a list of the document stands in its text (lines and columns from 0).

    ``style``: ``block``, ``inline`` or ``empty``; ``column``: of the ``-`` of a block; ``inside``: the index just after
    the ``[`` of an inline list.
    """

    style: str
    key_line: int
    column: int
    inside: int
    end_line: int
    end_column: int


def list_at(text: str, key: str) -> ListAt | None:
    """Where the list under a key of the document stands; ``None`` where the key is not written."""
    document = yaml.compose(text, Loader=_Nodes)
    pairs = document.value if isinstance(document, yaml.MappingNode) else []
    for key_node, value in pairs:
        if key_node.value == key:
            items = value.value if isinstance(value, yaml.SequenceNode) else []
            style = "empty" if not items else "inline" if value.flow_style else "block"
            return ListAt(
                style=style,
                key_line=key_node.start_mark.line,
                column=max(items[0].start_mark.column - 2, 0) if style == "block" else 0,
                inside=value.start_mark.index + 1,
                end_line=value.end_mark.line,
                end_column=value.end_mark.column,
            )
    return None


# --- writing -----------------------------------------------------------------------------------------------------


def write(draft: Draft) -> str:
    """The draft as YAML that ``parse`` reads back the same: indicators nested, short elements on one line."""
    nested = _nest(draft)
    document = {key: nested[key] for key in (f.key for f in SORTS["document"].fields) if key in nested}
    text: str = yaml.dump(
        document, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=118, default_flow_style=False, indent=2
    )
    return re.sub(r"\n(?=[a-z_]+:\n)", "\n\n", text)


def one_line(values: Mapping[str, Any]) -> str:
    """An element as it stands on one line: ``{id: xx1, name: 一小}``."""
    text: str = yaml.dump(_Inline(values), Dumper=_Writer, allow_unicode=True, sort_keys=False, width=100_000)
    return text.strip()


class _Inline(dict[str, Any]):
    """An element that stands on one line."""


class _InlineList(list[Any]):
    """A list that stands on one line."""


class _Writer(yaml.SafeDumper):
    """Writes lists of texts and short elements inline."""

    def ignore_aliases(self, data: Any) -> bool:
        """Equal values are written out, never as anchors."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented below their key."""
        super().increase_indent(flow, False)


_Writer.add_representer(_Inline, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", v.items(), flow_style=True))
_Writer.add_representer(_InlineList, lambda d, v: d.represent_sequence("tag:yaml.org,2002:seq", v, flow_style=True))


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """A text of several lines stands in a block."""
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _text)


def _nest(draft: Draft) -> dict[str, Any]:
    """The flat tables as nested YAML: what stands under an indicator is written in it, unless it names none."""
    document: dict[str, Any] = {k: _inline_lists(v) for k, v in draft.head.values.items()}
    for table, sort in TABLES.items():
        if table in ("parameters", "periods"):
            named = {
                r.values["id"]: _Inline({k: v for k, v in r.values.items() if k != "id"}) for r in draft.rows(table)
            }
            if named:
                document[table] = named
        elif table not in ("indicators", "requirements", "check_items") and draft.rows(table):
            document[table] = [_shaped(row.values, SORTS[sort]) for row in draft.rows(table)]
    _nest_tree(draft, document)
    return document


def _nest_tree(draft: Draft, document: dict[str, Any]) -> None:
    known = {row.values.get("id") for row in draft.rows("indicators")}
    shaped = {
        row.values["id"]: dict(_shaped(row.values, SORTS["indicator"], back=False)) for row in draft.rows("indicators")
    }
    for key, sort in (("requires", "requirement"), ("check_items", "check_item")):
        table = language.NESTED[key][0]
        for row in draft.rows(table):
            under = row.values.get("indicator")
            if under in known:
                shaped[under].setdefault(key, []).append(_shaped(row.values, SORTS[sort], back=False))
            else:
                document.setdefault(table, []).append(_shaped(row.values, SORTS[sort]))
    for row in draft.rows("indicators"):
        parent = row.values.get("parent")
        if parent and parent in known and not _above(draft, parent, row.values["id"]):
            shaped[parent].setdefault("children", []).append(shaped[row.values["id"]])
        else:
            own = shaped[row.values["id"]]
            document.setdefault("indicators", []).append({**own, "parent": parent} if parent else own)


def _above(draft: Draft, start: str, name: str) -> bool:
    """Whether ``name`` lies above ``start``: then nesting would never end."""
    parents = {row.values.get("id"): row.values.get("parent") for row in draft.rows("indicators")}
    seen: set[Any] = set()
    here: Any = start
    while here and here not in seen:
        if here == name:
            return True
        seen.add(here)
        here = parents.get(here)
    return False


def _shaped(values: Mapping[str, Any], sort: Sort, *, back: bool = True) -> dict[str, Any]:
    """A row's values in written order; on one line where that is short."""
    skip = "" if back else language.FLAT_KEYS.get(sort.name, "")
    ordered = {k: _inline_lists(values[k]) for k in keys_of(sort) if k in values and k != skip}
    if "tasks" in values:
        ordered["tasks"] = [_Inline(task) for task in values["tasks"]]
        return ordered
    plain = sort.name not in ("indicator",) and sum(len(str(k)) + len(str(v)) + 4 for k, v in ordered.items()) < 108
    return _Inline(ordered) if plain else ordered


def _inline_lists(value: Any) -> Any:
    if isinstance(value, list):
        items = [_inline_lists(item) for item in value]
        short = sum(len(str(item)) + 2 for item in items) < 108
        return _InlineList(items) if short else items
    if isinstance(value, dict):
        return _Inline({key: _inline_lists(item) for key, item in value.items()})
    return value
