"""From what is written to what is asked: base and own changes joined, every problem told, a Checklist resolved.

Merging is by ``id``: a row of the office's file whose id the base knows changes the keys it writes and leaves the
others; a new id is added. ``null`` takes a value away, ``drop`` whole rows of the base. Nothing here reads a file.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from duban_archive.core import checklist as model
from duban_archive.core import period_rules
from duban_archive.core.drafts import TABLES, Draft, Row
from duban_archive.core.period_rules import PeriodRule

HOLE = re.compile(r"\{([^{}]*)\}")
# Document keys that describe one version and never come from the base.
_OWN = ("schema", "id", "version", "extends", "drop")


def merge(base: Draft, own: Draft) -> Draft:
    """The base with the office's own values and rows on top; the document's id and version are the base's."""
    head = {**base.head.values, **{k: v for k, v in own.head.values.items() if k not in _OWN}}
    places = {**base.head.places, **own.head.places}
    head["extends"] = own.head.values.get("extends", "")
    dropped = {name for names in (own.head.values.get("drop") or {}).values() for name in names}
    tables = {key: _merge_rows(base.rows(key), own.rows(key), dropped) for key in TABLES}
    return Draft(own.name, Row(head, places, own.head.file), tables, (*base.problems, *own.problems))


def _merge_rows(base: tuple[Row, ...], own: tuple[Row, ...], dropped: set[str]) -> tuple[Row, ...]:
    rows: dict[Any, Row] = {row.values.get("id", id(row)): row for row in base if row.values.get("id") not in dropped}
    written: set[Any] = set()
    for row in own:
        key = row.values.get("id", id(row))
        if key in written:  # given twice: told as a problem, and looked at on its own
            key = id(row)
        written.add(key)
        before = rows.get(key)
        if before is None:
            rows[key] = row
        else:
            values = {**before.values, **row.values}
            values = {k: v for k, v in values.items() if v is not None}
            rows[key] = Row(values, {**before.places, **row.places}, row.file)
    return tuple(rows.values())


def build(draft: Draft, *, base_year: int | None = None) -> model.Checklist:
    """The resolved checklist of a draft in which ``core/soundness.py`` found no problem."""
    return _Builder(draft, base_year).checklist()


class _Builder:
    """One pass over a draft; what several tables need (parameters, rules of periods) is made first."""

    def __init__(self, draft: Draft, base_year: int | None) -> None:
        self.draft = draft
        self.parameters = {row.values["id"]: row.values for row in draft.rows("parameters")}
        self.base_year = int(base_year or draft.head.values.get("base_year") or year_of(draft) or 0)
        self.periods = {r.values["id"]: _rule(r.values) for r in draft.rows("periods")}
        written = int(draft.head.values.get("base_year") or self.base_year)
        self.rounds = {
            r.values["id"]: int(r.values.get("base_year") or written) + self.base_year - written
            for r in draft.rows("rounds")
        }
        self.spelled: dict[tuple[str, int], tuple[str, ...]] = {}
        self.types = {row.values["id"]: row.values for row in draft.rows("evidence_types")}

    def checklist(self) -> model.Checklist:
        head = {k: self.fill(v) for k, v in self.draft.head.values.items()}
        units, groups = self.units_and_groups()
        indicators, requirements, check_items = self.tree()
        texts = {k: list(head[k]) for k in ("confidentiality", "accountability", "methods", "notes") if head.get(k)}
        known = ("id", "title", "version", "office", "issuer", "document_number", "issued", "scope", "verified")
        return model.Checklist(
            **{key: str(head.get(key, "")) for key in known if key in head or key in ("id", "title", "version")},
            example=bool(head.get("example", False)),
            extends=str(head.get("extends", "")),
            basis=_frozen(head.get("basis", ())),
            verified_note=str(head.get("verified_note", "")),
            base_year=self.base_year,
            parameters=self.parameters,
            periods=tuple(self.periods.values()),
            rounds=tuple(dataclasses.replace(r, base_year=self.rounds[r.id]) for r in self.all(model.Round, "rounds")),
            events=self.all(model.Event, "events"),
            indicators=indicators,
            evidence_types=self.all(model.EvidenceType, "evidence_types"),
            requirements=requirements,
            units=units,
            groups=groups,
            phases=tuple(self.phase(row) for row in self.draft.rows("phases")),
            figures=self.all(model.Figure, "figures"),
            rules=self.all(model.Rule, "rules"),
            judgements=self.all(model.Judgement, "judgements"),
            scoring=tuple(self.scoring(row) for row in self.draft.rows("scoring")),
            vetoes=self.all(model.Veto, "vetoes"),
            check_items=check_items,
            synonyms=tuple(tuple(group) for group in head.get("synonyms", ())),
            order=_frozen(head.get("order", ())),
            keep_together=_frozen(head.get("keep_together", ())),
            not_applicable=tuple(
                (v["requirement"], v.get("unit", ""), v.get("period", ""), v.get("reason", ""))
                for v in (row.values for row in self.draft.rows("not_applicable"))
            ),
            texts=texts,
        )

    def all(self, cls: Callable[..., Any], table: str) -> tuple[Any, ...]:
        return tuple(self.make(cls, row.values) for row in self.draft.rows(table))

    def make(self, cls: Callable[..., Any], values: Mapping[str, Any], **more: Any) -> Any:
        """An element of the model from a row: its known keys, blanks filled in, lists frozen."""
        known = _FIELDS[cls]
        given = {k: self.fill(v) for k, v in values.items() if k in known and k not in more and v is not None}
        return cls(**given, **more)

    def fill(self, value: Any) -> Any:
        """Texts with ``{参数}`` replaced by the parameter's value, lists as tuples; a lone blank becomes the value."""
        if isinstance(value, str):
            return self._fill_text(value) if "{" in value else value
        if isinstance(value, list | tuple):
            return tuple([self.fill(v) for v in value])
        return value

    def _fill_text(self, text: str) -> Any:
        whole = HOLE.fullmatch(text)
        if whole:
            value = self.parameters.get(whole[1], {}).get("value")
            return self._shown(whole[1]) if value is None else value
        return HOLE.sub(lambda hole: str(self._shown(hole[1])), text)

    def _shown(self, name: str) -> Any:
        values = self.parameters.get(name, {})
        value = values.get("value")
        return value if value is not None else values.get("placeholder") or f"({values.get('title') or name}待填)"

    # --- units ---------------------------------------------------------------------------------------------------

    def units_and_groups(self) -> tuple[tuple[model.Unit, ...], tuple[model.UnitGroup, ...]]:
        units = {u.id: u for u in self.all(model.Unit, "units")}
        rows = {row.values["id"]: row.values for row in self.draft.rows("groups")}
        members = {name: members_of(name, rows, units) for name in rows}
        for name, values in rows.items():
            if values.get("open") and not members[name]:
                title = values.get("title") or name
                units[name] = model.Unit(id=name, name=str(self.fill(title)), kind="待填单位", placeholder=True)
        members = {name: members_of(name, rows, units) for name in rows}
        groups = tuple(
            model.UnitGroup(
                id=name, title=str(self.fill(v.get("title") or name)), members=members[name], open=bool(v.get("open"))
            )
            for name, v in rows.items()
        )
        return tuple(units.values()), groups

    # --- the tree ------------------------------------------------------------------------------------------------

    def tree(
        self,
    ) -> tuple[tuple[model.Indicator, ...], tuple[model.Requirement, ...], tuple[model.CheckItem, ...]]:
        """Indicators depth first, and what stands under each in the same order."""
        rows = order_of_tree(self.draft.rows("indicators"))
        indicators = tuple(self.make(model.Indicator, v, code=str(v.get("code") or v["id"])) for v in rows)
        place = {indicator.id: n for n, indicator in enumerate(indicators)}
        codes = {indicator.id: indicator.code for indicator in indicators}
        count: dict[str, int] = {}
        requirements: list[model.Requirement] = []
        for values in _by_indicator(self.draft.rows("requirements"), place):
            under = values.get("indicator", "")
            count[under] = count.get(under, 0) + 1
            requirements.append(self.requirement(values, f"{codes.get(under, under)}-{count[under]}"))
        items = _by_indicator(self.draft.rows("check_items"), place)
        return indicators, tuple(requirements), tuple(self.make(model.CheckItem, v) for v in items)

    def requirement(self, values: Mapping[str, Any], code: str) -> model.Requirement:
        kind_of_paper = self.types.get(values.get("evidence_type", ""), {})
        inherited = {k: kind_of_paper[k] for k in _INHERITED if k in kind_of_paper}
        values = {**inherited, **{k: v for k, v in values.items() if v is not None}}
        words = _frozen(values.get("period") or ("once",))
        year = self.rounds.get(values.get("round", ""), self.base_year)
        spelled = [period for word in words for period in self.spell(word, year)]
        return self.make(  # type: ignore[no-any-return]
            model.Requirement,
            values,
            kind=str(values.get("kind", "other")),
            code=str(values.get("code") or code),
            units=_frozen(values.get("per", ())),
            period=words,
            periods=tuple(dict.fromkeys(spelled)) or ("once",),
            period_kind=self.kind(words[0]),
        )

    def spell(self, word: str, year: int) -> tuple[str, ...]:
        found = self.spelled.get((word, year))
        if found is None:
            found = self.spelled[word, year] = self._spell(word, year)
        return found

    def _spell(self, word: str, year: int) -> tuple[str, ...]:
        if word in self.periods:
            return period_rules.spell(self.periods[word], year)
        if word in period_rules.KINDS:
            return period_rules.spell(PeriodRule(id=word, kind=word), year)
        return (str(self.fill(word)),)

    def kind(self, word: str) -> str:
        if word in self.periods:
            return self.periods[word].kind
        return word if word in period_rules.KINDS else period_rules.kind_of(str(self.fill(word))) or "once"

    def phase(self, row: Row) -> model.Phase:
        tasks = tuple(self.make(model.Task, task) for task in row.values.get("tasks", ()))
        return self.make(model.Phase, row.values, tasks=tasks)  # type: ignore[no-any-return]

    def scoring(self, row: Row) -> model.Scoring:
        items = tuple((name, float(points)) for name, points in (row.values.get("items") or {}).items())
        return self.make(model.Scoring, row.values, items=items)  # type: ignore[no-any-return]


_INHERITED = ("kind", "names", "terms", "not_terms", "headers", "formats", "signed", "stamped", "personal_data")
_FIELDS: Mapping[Any, frozenset[str]] = {
    cls: frozenset(f.name for f in dataclasses.fields(cls))
    for cls in (
        *(model.Round, model.Event, model.EvidenceType, model.Unit, model.Phase, model.Task, model.Figure, model.Rule),
        *(model.Judgement, model.Scoring, model.Veto, model.Indicator, model.Requirement, model.CheckItem),
    )
}


def year_of(draft: Draft) -> int | None:
    """The year of issue, which stands in where no base year is written."""
    found = re.match(r"(\d{4})", str(draft.head.values.get("issued") or ""))
    return int(found[1]) if found else None


def members_of(
    name: str, rows: Mapping[str, Mapping[str, Any]], units: Mapping[str, model.Unit], above: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The unit ids of a group, groups inside it spelled out, once each and in order."""
    values = rows.get(name)
    if values is None or name in above:
        return (name,) if name in units and name not in above else ()
    found: dict[str, None] = {}
    for member in values.get("members") or ():
        inside = members_of(member, rows, units, (*above, name)) if member in rows else (member,)
        found.update(dict.fromkeys(inside))
    where = values.get("where")
    if where:
        found.update({u.id: None for u in units.values() if not u.placeholder and _fits(u, where)})
    if not found and values.get("open") and name in units:
        return (name,)
    return tuple(found)


def _fits(unit: model.Unit, where: Mapping[str, Any]) -> bool:
    held = {**unit.attributes, "kind": unit.kind, "stage": unit.stage, "belongs_to": unit.belongs_to, "id": unit.id}
    return all(
        str(held.get(k, "")) in [str(w) for w in (v if isinstance(v, list | tuple) else [v])] for k, v in where.items()
    )


def order_of_tree(rows: Iterable[Row]) -> list[Mapping[str, Any]]:
    """Indicators depth first, siblings as written; those in a cycle or under an unknown parent come last."""
    rows = list(rows)
    known = {row.values["id"] for row in rows}
    below: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        parent = row.values.get("parent", "")
        below.setdefault(parent if parent in known else "", []).append(row.values)
    ordered: list[Mapping[str, Any]] = []

    def visit(parent: str) -> None:
        for values in below.pop(parent, ()):
            ordered.append(values)
            visit(values["id"])

    visit("")
    return ordered + [values for left in below.values() for values in left]


def _by_indicator(rows: Iterable[Row], place: Mapping[str, int]) -> list[Mapping[str, Any]]:
    return [r.values for r in sorted(rows, key=lambda row: place.get(row.values.get("indicator", ""), len(place)))]


def _rule(values: Mapping[str, Any]) -> PeriodRule:
    names = {"from": "start", "to": "end"}
    given = {names.get(k, k): _frozen(v) for k, v in values.items() if v is not None}
    if "months" in given:
        given["months"] = tuple(int(m) for m in given["months"])
    return PeriodRule(**given)


def _frozen(value: Any) -> Any:
    """Lists as tuples; a single text stays."""
    return tuple(_frozen(v) for v in value) if isinstance(value, list | tuple) else value
