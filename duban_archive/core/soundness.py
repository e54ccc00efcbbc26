"""Whether a draft makes sense: every problem of meaning at once, each with its place (no file is read here)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from duban_archive.core import checklist as model
from duban_archive.core import conditions, deadlines, period_rules
from duban_archive.core.drafts import TABLES, Draft, Problem, Row, suggest
from duban_archive.core.language import SORTS
from duban_archive.core.resolve import HOLE, members_of, year_of

_NUMERIC = (">", ">=", "=", "<=", "<", "between", "count")
_PHASE_DAY = re.compile(r"\d{2}-\d{2}")
_VALIDITY = re.compile(r"有效期至.*|\d{1,2}(年|个月)")

# Which values name a row of which table.
_POINTS = (
    ("requirements", "indicator", ("indicators",)),
    ("requirements", "per", ("groups", "units")),
    ("requirements", "phase", ("phases",)),
    ("requirements", "round", ("rounds",)),
    ("requirements", "evidence_type", ("evidence_types",)),
    ("requirements", "any_of", ("requirements",)),
    ("indicators", "parent", ("indicators",)),
    ("check_items", "indicator", ("indicators",)),
    ("units", "merged_into", ("units",)),
    ("units", "belongs_to", ("units",)),
    ("groups", "members", ("units", "groups")),
    ("phases", "round", ("rounds",)),
    ("figures", "indicator", ("indicators",)),
    ("scoring", "indicator", ("indicators",)),
    ("judgements", "of", ("figures",)),
    ("not_applicable", "requirement", ("requirements",)),
    ("not_applicable", "unit", ("units",)),
)
_TITLES = {
    "indicators": "指标",
    "requirements": "佐证材料",
    "groups": "单位组",
    "units": "单位",
    "phases": "阶段",
    "rounds": "轮次",
    "evidence_types": "材料类型",
    "figures": "指标值",
}


def problems_of(draft: Draft) -> tuple[Problem, ...]:
    """Every problem of meaning of a draft laid over its base; none where it can be resolved."""
    return tuple(problem for check in _CHECKS for problem in check(draft))


def repeated_ids(draft: Draft) -> Iterator[Problem]:
    """Ids that one file gives twice (asked before the base is joined, which merges by id)."""
    for table in draft.tables:
        if table == "not_applicable":
            continue
        first: dict[str, Row] = {}
        for row in draft.rows(table):
            name = row.values.get("id")
            if name is None:
                continue
            if name in first:
                before = first[name].problem("id", "")
                yield row.problem("id", f"编号“{name}”与{before}重复")
            else:
                first[name] = row


def _ids(draft: Draft, *tables: str) -> dict[str, Row]:
    return {row.values["id"]: row for table in tables for row in draft.rows(table) if row.values.get("id")}


def _head(draft: Draft) -> Iterator[Problem]:
    schema = draft.head.values.get("schema")
    if schema != "duban/1" and ("schema" in draft.head.values or "schema" not in draft.head.places):
        yield draft.head.problem("schema", f"schema(语言版本)应为 duban/1{f',写的是“{schema}”' if schema else ''}")
    if not draft.head.values.get("title"):
        yield draft.head.problem("title", "少了“title”(名称)")
    if not draft.head.values.get("base_year") and not year_of(draft):
        yield draft.head.problem("", "少了“base_year”(基准年):“近三年”等要以它推算")
    if not draft.rows("requirements") and not draft.problems:
        yield draft.head.problem("", "没有任何佐证材料要求(requires)")


def _required(draft: Draft) -> Iterator[Problem]:
    """Asked of the joined rows: an office that changes one value of a row need not repeat the others."""
    for table, sort_name in TABLES.items():
        sort = SORTS[sort_name]
        needed = [field for field in sort.fields if field.required]
        for row in draft.rows(table):
            for field in needed:
                if row.values.get(field.key) in (None, "") and not (
                    field.key in row.places and field.key not in row.values
                ):
                    yield row.problem(field.key, f"{sort.title}少了“{field.key}”({field.header})")


def _names(draft: Draft) -> Iterator[Problem]:
    """What one element calls another by must be there."""
    for table, key, targets in _POINTS:
        known = _ids(draft, *targets)
        for row in draft.rows(table):
            value = row.values.get(key)
            for name in value if isinstance(value, list | tuple) else [value] if value else []:
                if name not in known:
                    what = "或".join(_TITLES[target] for target in targets)
                    yield row.problem(key, f"{key}: 没有编号为“{name}”的{what}{suggest(name, known)}")
    known = _ids(draft, "requirements")
    for row in draft.rows("phases"):
        for task in row.values.get("tasks") or ():
            name = task.get("requirement")
            if name and name not in known:
                yield row.problem(
                    "tasks", f"任务“{task.get('text', '')}”: 没有编号为“{name}”的佐证材料{suggest(name, known)}"
                )
    for name in set(_ids(draft, "units")) & set(_ids(draft, "groups")):
        yield _ids(draft, "groups")[name].problem("id", f"单位组“{name}”与一个单位同名,报送单位会分不清")


def _cycles(draft: Draft) -> Iterator[Problem]:
    for table, key, what in (
        ("indicators", "parent", "上级指标"),
        ("units", "merged_into", "并入单位"),
        ("units", "belongs_to", "隶属单位"),
        ("groups", "members", "成员"),
    ):
        rows = _ids(draft, table)
        above = {name: _listed(row.values.get(key)) for name, row in rows.items()}
        for name in _looping(above):
            yield rows[name].problem(key, f"“{name}”的{what}绕回到自己")


def _listed(value: Any) -> list[str]:
    return [] if not value else list(value) if isinstance(value, list | tuple) else [value]


def _looping(above: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """The names from which one comes back to themselves."""
    for name in above:
        seen: set[str] = set()
        front = list(above[name])
        while front:
            here = front.pop()
            if here == name:
                yield name
                break
            if here not in seen:
                seen.add(here)
                front += above.get(here, ())


def _groups(draft: Draft) -> Iterator[Problem]:
    rows = {name: row.values for name, row in _ids(draft, "groups").items()}
    units = {
        name: model.Unit(
            id=name,
            name="",
            kind=row.values.get("kind") or "",
            stage=row.values.get("stage") or "",
            belongs_to=row.values.get("belongs_to") or "",
            attributes=row.values.get("attributes") or {},
        )
        for name, row in _ids(draft, "units").items()
    }
    opened = {name for name, values in rows.items() if values.get("open")}
    for name, row in _ids(draft, "groups").items():
        if not row.values.get("open") and not members_of(name, rows, units):
            if any(member in opened for member in _listed(row.values.get("members"))):
                continue
            nested = set(_listed(row.values.get("members"))) & set(rows)
            if not any(_reaches(inner, rows, opened) for inner in nested):
                yield row.problem("members", f"单位组“{name}”没有成员:写 members、where,或由使用单位填的写 open: true")


def _reaches(name: str, rows: Mapping[str, Mapping[str, Any]], goal: set[str], seen: tuple[str, ...] = ()) -> bool:
    if name in goal:
        return True
    inner = [m for m in _listed(rows.get(name, {}).get("members")) if m in rows and m not in seen]
    return any(_reaches(m, rows, goal, (*seen, name)) for m in inner)


def _periods(draft: Draft) -> Iterator[Problem]:
    named = _ids(draft, "periods")
    for name, row in named.items():
        yield from _period_rule(name, row)
    known = [*named, *period_rules.KINDS]
    parameters = _ids(draft, "parameters")
    for table in ("requirements", "rules", "figures", "not_applicable"):
        for row in draft.rows(table):
            for word in _listed(row.values.get("period")):
                hole = HOLE.fullmatch(word)
                if word not in known and not period_rules.kind_of(word) and not (hole and hole[1] in parameters):
                    kinds = "、".join(period_rules.KINDS)
                    text = f"period: “{word}”不是期间:写“期间”表里的名称、{kinds},或 2014、2014-2015、2015-09"
                    yield row.problem("period", text + suggest(word, known))


def _period_rule(name: str, row: Row) -> Iterator[Problem]:
    values = row.values
    kind = values.get("kind")
    if name in period_rules.KINDS or period_rules.kind_of(name):
        yield row.problem("", f"期间的名称不能是“{name}”,它本身就是期间的写法")
    for key in ("from", "to"):
        if values.get(key) and period_rules.kind_of(values[key]) != kind:
            yield row.problem(key, f"{key}: “{values[key]}”不是{period_rules.kind_label(kind or '')}的写法")
    first, last = (period_rules.span(values.get(key) or "") for key in ("from", "to"))
    if first and last and last < first:
        yield row.problem("to", f"期间“{name}”的止({values['to']})早于起({values['from']})")
    if bool(values.get("from")) != bool(values.get("to")):
        yield row.problem("", f"期间“{name}”的 from 和 to 要一起写")
    for word in values.get("values") or ():
        if not period_rules.kind_of(word):
            yield row.problem("values", f"values: “{word}”不是期间的写法")
    if values.get("last") is not None and not 1 <= values["last"] <= 600:
        yield row.problem("last", "last(最近几个)应在 1 到 600 之间")
    for month in values.get("months") or ():
        if not month.isdigit() or not 1 <= int(month) <= 12:
            yield row.problem("months", f"months: “{month}”不是月份(1 到 12)")
    if kind == "date" and not values.get("values"):
        day = values.get("date") or ""
        if period_rules.kind_of(f"2016-{day}" if _PHASE_DAY.fullmatch(day) else day) != "date":
            yield row.problem("date", f"期间“{name}”是时点,要写 date,如 09-01 或 2015-09-01")


def _requirements(draft: Draft) -> Iterator[Problem]:
    types = _ids(draft, "evidence_types")
    codes: dict[str, Row] = {}
    for row in draft.rows("requirements"):
        values = row.values
        if not values.get("per"):
            yield row.problem("", f"佐证材料“{values.get('title', '')}”没有写 per(报送单位)")
        if not values.get("indicator"):
            yield row.problem("", f"佐证材料“{values.get('title', '')}”不在任何指标下")
        if (
            "kind" not in row.places
            and not values.get("kind")
            and not (types.get(values.get("evidence_type") or "") or row).values.get("kind")
        ):
            yield row.problem("", f"佐证材料“{values.get('title', '')}”没有写 kind(材料类别),也没有材料类型可取")
        if values.get("count") is not None and values["count"] < 1:
            yield row.problem("count", "count(最少件数)应为 1 或以上")
        if (values.get("copies") or 0) < 0:
            yield row.problem("copies", "copies(份数)不能为负")
        if values.get("due") and _deadline(values["due"]) is None:
            yield row.problem(
                "due", f"due: 看不懂期限“{values['due']}”;写法如 2015-08-10、09-12、每月20日、督查结束后15日"
            )
        if values.get("expires") and not _VALIDITY.fullmatch(values["expires"]):
            yield row.problem("expires", f"expires: 看不懂有效期“{values['expires']}”;写 有效期至,或如 3年")
        if values.get("id") in _listed(values.get("any_of")):
            yield row.problem("any_of", "any_of 里不能写自己")
        code = values.get("code")
        if code:
            if code in codes:
                yield row.problem("code", f"目录编号“{code}”与{codes[code].problem('code', '')}重复")
            codes.setdefault(code, row)


def _deadline(text: str) -> deadlines.Deadline | None:
    """A deadline whose blanks the office has still to fill in is read with a 1 in them."""
    return deadlines.parse(HOLE.sub("1", text))


def _events(draft: Draft) -> Iterator[Problem]:
    known = _ids(draft, "events")
    for row in draft.rows("requirements"):
        found = _deadline(row.values.get("due") or "")
        if found and found.form == "event" and found.parts["event"] not in known:
            name = found.parts["event"]
            yield row.problem("due", f"due: “事件”表里没有“{name}”{suggest(name, known)}")


def _conditions(draft: Draft) -> Iterator[Problem]:
    for table in ("requirements", "indicators", "check_items"):
        for row in draft.rows(table):
            try:
                conditions.parse(row.values.get("applies_if") or "")
            except ValueError as error:
                yield row.problem("applies_if", f"applies_if: {error}")


def _figures(draft: Draft) -> Iterator[Problem]:
    for row in draft.rows("figures"):
        values, op = row.values, row.values.get("op")
        value = values.get("value")
        numbers = [v for v in (*_listed(value), *(values.get("by_stage") or {}).values()) if _is_number(v)]
        if op in _NUMERIC and numbers and not values.get("unit"):
            yield row.problem(
                "", f"指标值“{values.get('title', '')}”有数而没有 unit(计量单位);纯比值写 比值,系数写 系数"
            )
        if op == "between" and not (isinstance(value, list) and len(value) == 2):
            yield row.problem("value", "op 为 between 时 value 要写 [下限, 上限]")
        elif op == "between" and len(numbers) == 2 and numbers[0] > numbers[1]:
            yield row.problem("value", "value 的下限大于上限")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rules(draft: Draft) -> Iterator[Problem]:
    for row in draft.rows("rules"):
        checked, reason = row.values.get("check"), row.values.get("not_checkable")
        if not checked and not reason:
            text = f"规则“{row.values.get('text', '')}”要么写 check(程序怎样核对),要么写 not_checkable(为什么核对不了)"
            yield row.problem("", text)
        if checked and reason:
            yield row.problem("not_checkable", "写了 check 就不能再写 not_checkable")


def _windows(draft: Draft) -> Iterator[Problem]:
    for row in draft.rows("phases"):
        ends = [row.values.get(key) or "" for key in ("start", "end")]
        for key, day in zip(("start", "end"), ends, strict=True):
            full = f"2016-{day}" if _PHASE_DAY.fullmatch(day) else day
            if day and period_rules.kind_of(full) not in ("date", "month", "calendar"):
                yield row.problem(key, f"{key}: “{day}”不是日期;写 2015-08-01、2015-08 或 08-01(不限年)")
        if len(ends[0]) == len(ends[1]) > 5 and ends[1] < ends[0]:
            yield row.problem("end", f"阶段“{row.values.get('title', '')}”的结束({ends[1]})早于开始({ends[0]})")
    for row in draft.rows("units"):
        opened, closed = row.values.get("opened") or "", row.values.get("closed") or ""
        if opened and closed and closed < opened[: len(closed)]:
            yield row.problem("closed", f"单位“{row.values.get('name', '')}”的撤并日期早于设立日期")
        if row.values.get("merged_into") and not closed:
            yield row.problem(
                "merged_into", f"单位“{row.values.get('name', '')}”写了并入单位,要同时写 closed(撤并日期)"
            )


def _sources(draft: Draft) -> Iterator[Problem]:
    for table in draft.tables:
        for row in draft.rows(table):
            if (
                len(row.values.get("source") or ()) > 3
                and not row.values.get("source_reason")
                and table != "parameters"
            ):
                yield row.problem("source", "来源超过三个,要写 source_reason 说明为什么合在一起")


def _lineage(draft: Draft) -> Iterator[Problem]:
    for table in ("indicators", "requirements"):
        known = _ids(draft, table)
        for row in draft.rows(table):
            for key in ("renamed_from", "merged_from"):
                for name in _listed(row.values.get(key)):
                    if name in known and not known[name].values.get("retired"):
                        yield row.problem(key, f"{key}: “{name}”仍在使用;改来、合并来的编号应已不在或标了 retired")


def _blanks(draft: Draft) -> Iterator[Problem]:
    """``{名称}`` in a text must be a parameter."""
    known = _ids(draft, "parameters")
    for row in (draft.head, *(row for table in draft.tables for row in draft.rows(table))):
        for key, value in row.values.items():
            for text in _texts_in(value):
                for hole in HOLE.findall(text):
                    if hole not in known:
                        yield row.problem(key, f"{key}: 没有叫“{hole}”的参数{suggest(hole, known)}")


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if "{" in value:
            yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts_in(item)


_CHECKS: tuple[Callable[[Draft], Iterable[Problem]], ...] = (
    *(_head, _required, _names, _cycles, _groups, _periods, _requirements, _events, _conditions),
    *(_figures, _rules, _windows, _sources, _lineage, _blanks),
)
