"""The ready-made checklists carry every element of the founding plans, by an element of its own sort."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from duban_archive.adapters import checklist_file
from duban_archive.core import deadlines
from duban_archive.core.checklist import Checklist
from duban_archive.core.slots import make_slots
from duban_archive.core.starter import starter

IDS = [summary.id for summary in checklist_file.bundled()]
PLANS = [name for name in IDS if name.startswith("plan-")]


@cache
def load(name: str) -> Checklist:
    return checklist_file.load(name)


@cache
def seeds() -> dict[str, Any]:
    folder = Path(os.environ.get("DUBAN_DOMAIN") or Path(__file__).parents[3] / "shared" / "domain")
    if not (folder / "seed_plans.yaml").exists():
        pytest.skip("corpus absent (../shared/domain/seed_plans.yaml)")
    loaded = yaml.load((folder / "seed_plans.yaml").read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {plan["id"]: plan for plan in loaded["plans"]}


def carrying(elements: tuple[Any, ...], name: str) -> list[Any]:
    return [element for element in elements if name in element.source]


def plain(text: Any) -> str:
    """Words without spacing and without the difference of half and full width punctuation."""
    table = str.maketrans("\uff0c\uff1a\uff1b\uff08\uff09", ",:;()")
    return "".join(str(text).translate(table).split())


def test_all_founding_plans_and_the_national_systems_are_there() -> None:
    assert [f"plan-{n:02d}" for n in range(18)] == PLANS
    assert len(IDS) >= 22
    assert all(load(name).example for name in IDS if not name.startswith("plan-"))


@pytest.mark.parametrize("name", IDS)
def test_a_ready_made_checklist_asks_for_something_and_has_a_binder_s_outline(name: str) -> None:
    checklist = load(name)
    slots = make_slots(checklist)
    units = {unit.id for unit in checklist.units}
    assert slots
    assert {slot.unit for slot in slots} <= units
    assert len({i.code for i in checklist.indicators}) == len(checklist.indicators)
    assert len({r.code for r in checklist.requirements}) == len(checklist.requirements)
    assert all(i.title for i in checklist.indicators)
    assert {r.id for r in checklist.requirements if not r.retired} == {slot.requirement for slot in slots}, (
        "never asked"
    )


@pytest.mark.parametrize("name", IDS)
def test_deadlines_of_a_ready_made_checklist_are_days_or_unknown(name: str) -> None:
    checklist = load(name)
    for requirement in checklist.requirements:
        for period in requirement.periods:
            day = deadlines.due_on(checklist, requirement, period)
            assert day == "" or len(day) == 10


@pytest.mark.parametrize("name", PLANS)
def test_every_id_is_carried_by_its_own_sort_and_by_no_other(name: str) -> None:
    plan, checklist = seeds()[name], load(name)
    missing = [
        f"{sort}: {item['id']}"
        for sort, elements in sorts(checklist).items()
        for item in plan.get(sort) or ()
        if not carrying(elements, item["id"])
    ]
    assert not missing
    kinds = {"deliverables": "de", "evidence": "de", "phases": "ph", "thresholds": "t", "quality_rules": "q"}
    kinds |= {"scoring_rules": "s", "check_items": "c"}
    strange = [
        (element.id, source)
        for sort, elements in sorts(checklist).items()
        for element in elements
        for source in element.source
        if source.startswith("plan-") and source.split("-", 2)[2].rstrip("0123456789") not in allowed(kinds[sort])
    ]
    assert not strange


def allowed(letters: str) -> set[str]:
    return {"ph"} if letters == "ph" else set(letters)


def sorts(checklist: Checklist) -> dict[str, tuple[Any, ...]]:
    return {
        "phases": checklist.phases,
        "deliverables": checklist.requirements,
        "evidence": checklist.requirements,
        "thresholds": checklist.figures,
        "quality_rules": checklist.rules,
        "scoring_rules": checklist.scoring,
        "check_items": checklist.check_items,
    }


@pytest.mark.parametrize("name", PLANS)
def test_requirements_keep_the_plan_s_wording_kind_count_and_form(name: str) -> None:
    plan, checklist = seeds()[name], load(name)
    wrong = [problem for item in (*plan["deliverables"], *plan["evidence"]) for problem in differences(item, checklist)]
    assert not wrong


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def differences(item: dict[str, Any], checklist: Checklist) -> Iterator[str]:
    found = carrying(checklist.requirements, item["id"])
    said = [plain(" ".join((r.title, r.text, *r.names))) for r in found]
    if not any(plain(item["name"]) in words for words in said):
        yield f"{item['id']} wording: {item['name']} / {[r.title for r in found]}"
    if not any(r.kind == item["type"] for r in found):
        yield f"{item['id']} kind: {item['type']} / {[r.kind for r in found]}"
    for key, holds in (
        ("min_count", lambda r: r.count >= int(item["min_count"])),
        ("due", lambda r: str(item["due"]).replace("MM-", "").replace("YYYY-", "")[-5:] in r.due),
        ("due_text", lambda r: bool(r.due_text or r.due)),
        ("signed", lambda r: r.signed),
        ("stamped", lambda r: r.stamped),
        ("derived", lambda r: r.derived),
        ("format", lambda r: bool(r.formats) or all(form in r.text + r.title for form in listed(item["format"]))),
        ("content", lambda r: bool(r.outline) or all(part in r.text for part in item["content"])),
        ("to", lambda r: bool(r.to or r.route)),
        ("years", lambda r: len(r.periods) >= int(item["years"])),
    ):
        if item.get(key) and not any(holds(r) for r in found):
            yield f"{item['id']} {key}: {item[key]} / {[r.id for r in found]}"


@pytest.mark.parametrize("name", PLANS)
def test_figures_keep_operator_value_and_unit(name: str) -> None:
    plan, checklist = seeds()[name], load(name)
    wrong = []
    for item in plan["thresholds"]:
        found = carrying(checklist.figures, item["id"])
        if not any(
            figure.op == item["op"] and figure.value == item["value"] and figure.unit == item.get("unit", figure.unit)
            for figure in found
        ):
            wrong.append((item, [(f.op, f.value, f.unit) for f in found]))
    assert not wrong


@pytest.mark.parametrize("name", PLANS)
def test_phases_keep_their_windows_and_tasks(name: str) -> None:
    plan, checklist = seeds()[name], load(name)
    wrong = []
    for item in plan["phases"]:
        found = carrying(checklist.phases, item["id"])
        tasks = {plain(task.text) for phase in found for task in phase.tasks}
        wrong += [f"{item['id']} task: {task}" for task in item.get("tasks") or () if plain(task) not in tasks]
        for key in ("start", "end"):
            if item.get(key) and not any(getattr(phase, key) == item[key] for phase in found):
                wrong.append(f"{item['id']} {key}: {item[key]}")
        if not any(plain(item["name"]) == plain(phase.title) for phase in found):
            wrong.append(f"{item['id']} name: {item['name']} / {[p.title for p in found]}")
        if not any(phase.window_text for phase in found):
            wrong.append(f"{item['id']} window: {item['window_text']}")
    assert not wrong


@pytest.mark.parametrize("name", PLANS)
def test_rules_check_items_scoring_and_vetoes_keep_the_plan_s_wording(name: str) -> None:
    plan, checklist = seeds()[name], load(name)
    wrong = []
    for sort in ("quality_rules", "check_items", "scoring_rules"):
        for item in plan[sort]:
            found = carrying(sorts(checklist)[sort], item["id"])
            if item.get("text") and not any(plain(item["text"]) == plain(element.text) for element in found):
                wrong.append(f"{item['id']}: {item['text']} / {[e.text for e in found]}")
    for item in plan["scoring_rules"]:
        found = carrying(checklist.scoring, item["id"])
        points = {(part["name"], float(part["score"])) for part in item.get("items") or ()}
        if not any(
            points <= set(s.items) and s.total == item.get("total") and s.count == item.get("count", s.count)
            for s in found
        ):
            wrong.append(f"{item['id']}: {item}")
    vetoes = {plain(veto.text) for veto in checklist.vetoes}
    texts = [veto["text"] if isinstance(veto, dict) else veto for veto in plan["veto"]]
    wrong += [f"veto: {text}" for text in texts if not any(plain(text) in veto for veto in vetoes)]
    assert not wrong


@pytest.mark.parametrize("name", PLANS)
def test_every_rule_is_checkable_or_says_why_not(name: str) -> None:
    assert all(bool(rule.check) != bool(rule.not_checkable) for rule in load(name).rules)


@pytest.mark.parametrize("name", IDS)
def test_an_office_s_first_file_resolves_to_the_same_slots(name: str, tmp_path: Path) -> None:
    path = tmp_path / "archive_schema.yaml"
    path.write_text(starter(load(name)), encoding="utf-8")
    assert make_slots(checklist_file.resolve(path)) == make_slots(load(name))
