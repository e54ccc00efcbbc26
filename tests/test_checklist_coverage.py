"""The ready-made checklists against what they carry: every entry of the founding plans and of the public systems.

An id in ``source`` proves nothing by itself: each entry is held against the element of its own sort that names it, in
wording, value, window, unit, count and form. The plans are only on the machines of those who build the project.
"""

from __future__ import annotations

import functools
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from duban_archive.adapters import checklist_file
from duban_archive.core.checklist import Checklist, Index, Requirement
from duban_archive.core.period_rules import KINDS, kind_of
from duban_archive.core.slots import make_slots

PLANS = [f"plan-{n:02d}" for n in range(18)]
SYSTEMS = ["yzjh", "pjph", "gpdd", "yey"]
Entry = dict[str, Any]


# --- the sources -------------------------------------------------------------------------------------------------


def _domain() -> Path:
    shared = os.environ.get("DUBAN_SHARED")
    return (Path(shared) if shared else Path(__file__).resolve().parent.parent.parent / "shared") / "domain"


@functools.cache
def _read(name: str) -> Entry:
    path = _domain() / name
    if not path.is_file():
        pytest.skip("corpus absent")
    loaded: Entry = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def _plan(plan: str) -> Entry:
    return next(p for p in _read("seed_plans.yaml")["plans"] if p["id"] == plan)


def _system(system: str) -> Entry:
    return next(s for s in _read("indicator_systems.yaml")["systems"] if s["id"] == system)


@functools.cache
def _checklist(name: str) -> Checklist:
    return checklist_file.load(name)


# --- comparing ---------------------------------------------------------------------------------------------------


def plain(text: object) -> str:
    """The words alone: punctuation, brackets and width do not count."""
    return "".join(c for c in unicodedata.normalize("NFKC", str(text)) if c.isalnum() or c in "%>=<.")


def says(held: object, wanted: object) -> bool:
    return plain(wanted) in plain(held)


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def carriers(elements: Iterable[Any], entry: str) -> list[Any]:
    return [element for element in elements if entry in element.source]


def sourced(checklist: Checklist) -> Iterator[tuple[str, Any]]:
    """Every element that may carry an entry, with the sorts of entries it may carry."""
    tables = (
        ("phases", checklist.phases),
        ("deliverables evidence", checklist.requirements),
        ("check_items", checklist.check_items),
        ("thresholds", checklist.figures),
        ("quality_rules", checklist.rules),
        ("scoring_rules", checklist.scoring),
    )
    for sorts, elements in tables:
        for element in elements:
            yield sorts, element


def hold(faults: list[str], truth: bool, entry: Entry, what: str) -> None:
    if not truth:
        faults.append(f"{entry.get('id', '')} {entry.get('name', entry.get('text', ''))}: {what}")


# --- the founding plans ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS)
def test_every_id_is_carried_by_an_element_of_its_own_sort_and_no_other(plan: str) -> None:
    seed, checklist = _plan(plan), _checklist(plan)
    sort_of = {
        entry["id"]: sort
        for sort in (
            "phases",
            "deliverables",
            "evidence",
            "check_items",
            "thresholds",
            "quality_rules",
            "scoring_rules",
        )
        for entry in seed[sort]
    }
    carried: set[str] = set()
    for sorts, element in sourced(checklist):
        for source in element.source:
            assert sort_of.get(source) in sorts.split(), f"{element.id} ({sorts}) names {source}"
            carried.add(source)
    assert sorted(set(sort_of) - carried) == []


@pytest.mark.parametrize("plan", PLANS)
def test_phases_keep_their_windows_and_tasks(plan: str) -> None:
    checklist, faults = _checklist(plan), list[str]()
    for entry in _plan(plan)["phases"]:
        (phase,) = carriers(checklist.phases, entry["id"])
        hold(faults, says(phase.title, entry["name"]), entry, "title")
        hold(faults, phase.window_text in (entry["window_text"], entry.get("read_as")), entry, "window_text")
        for end in ("start", "end"):
            if end in entry:
                hold(faults, getattr(phase, end) == entry[end], entry, end)
        if "due" in entry:
            hold(faults, phase.end == entry["due"].removeprefix("YYYY-"), entry, "due")
        hold(faults, phase.recurrence == entry.get("recurrence", ""), entry, "recurrence")
        hold(faults, str(entry.get("min_count", "")) in phase.note, entry, "min_count")
        hold(faults, [plain(t.text) for t in phase.tasks] == [plain(t) for t in entry["tasks"]], entry, "tasks")
        for month in _months_of(entry["window_text"]) if "start" not in entry else ():
            hold(faults, month in f"{phase.start} {phase.end}", entry, f"month {month} of its window")
    assert faults == []


def _months_of(window: str) -> list[str]:
    """Month-days that a year-less window names outright (9月5日—9月12日), as the checklist writes them."""
    if re.search(r"\d{4}|每|从", window) or "上报" in window:
        return []
    return [f"{int(m):02d}-{int(d):02d}" for m, d in re.findall(r"(\d{1,2})月(\d{1,2})日", window)]


@pytest.mark.parametrize("plan", PLANS)
def test_materials_keep_their_wording_unit_period_count_and_form(plan: str) -> None:
    seed, checklist, faults = _plan(plan), _checklist(plan), list[str]()
    phases = {phase.id: phase.source for phase in checklist.phases}
    for entry in [*seed["deliverables"], *seed["evidence"]]:
        best = [r for r in carriers(checklist.requirements, entry["id"]) if plain(r.title) == plain(entry["name"])]
        hold(faults, len(best) == 1, entry, f"{len(best)} materials of that name")
        for requirement in best:
            for what, fits in _MATERIAL.items():
                hold(faults, fits(entry, requirement, checklist), entry, what)
            if "phase" in entry:
                names = [p["name"] for p in seed["phases"] if p["id"] in phases.get(requirement.phase, ())]
                hold(faults, any(name.startswith(entry["phase"]) for name in names), entry, "phase")
    assert faults == []


def _owner(entry: Entry, requirement: Requirement, checklist: Checklist) -> bool:
    """``per``: said by the group (or in the text), and more than one unit may owe it; ``unit``: that unit owes it."""
    index = Index(checklist)
    owners = [index.groups[u].title if u in index.groups else index.unit_name(u) for u in requirement.units]
    if "unit" in entry and not any(says(o, entry["unit"]) for o in owners):
        return False
    if "per" not in entry:
        return bool(owners)
    said = any(_whose(entry["per"]) in _whose(text) for text in (*owners, requirement.text))
    own_period = len(requirement.periods) > 1 or requirement.period_kind != "once"
    return said and (own_period or any(u in index.groups for u in requirement.units) or _not_by_unit(entry, owners))


def _whose(text: str) -> str:
    """每个村/单位/学校 and 各村、镇直各单位、各学校 name the same units."""
    return re.sub("每个|每|各|镇直", "", plain(text))


def _not_by_unit(entry: Entry, owners: list[str]) -> bool:
    """每问题 is not a unit; two schools named one by one need no group."""
    return entry["per"] == "每问题" or len(owners) > 1


def _period(entry: Entry, requirement: Requirement, checklist: Checklist) -> bool:
    if "years" in entry:
        return len(requirement.periods) == entry["years"] and requirement.period_kind in ("calendar", "school")
    wanted = entry.get("recurrence")
    months = sorted({int(p[5:7]) for p in requirement.periods if kind_of(p) == "month"})
    if wanted in ("月", "周"):
        return requirement.period_kind == "month" and (wanted == "月" or requirement.count >= 4)
    if wanted == "学期":
        return requirement.period_kind == "semester" and len(requirement.periods) == 2
    if wanted == "单月":
        return months == [1, 3, 5, 7, 9, 11]
    if wanted == "季度":
        return months == [3, 6, 9, 12]
    if wanted:  # 每次督导, 定期, 发现问题及时: no calendar can say it, the text does
        return says(requirement.text, wanted) or says(requirement.due_text, wanted)
    return requirement.period_kind in KINDS


def _due(entry: Entry, requirement: Requirement, checklist: Checklist) -> bool:
    due = str(entry.get("due") or "")
    if due and requirement.due != re.sub(r"^(MM|YYYY)-", "", due):
        return False
    text = str(entry.get("due_text") or "")
    if "+N" in entry.get("due_relative", "") and not re.search(r"结束后\d+", requirement.due):
        return False
    if not text:
        return True
    if not (requirement.due_text.startswith(text) or requirement.due):
        return False
    day = re.match(r"(?:每月)(\d+)日|(\d{1,2})月(\d{1,2})日前", text)
    if day and not due:
        wanted = f"每月{day[1]}日" if day[1] else f"{int(day[2]):02d}-{int(day[3]):02d}"
        return requirement.due == wanted
    return True


def _form(entry: Entry, requirement: Requirement, checklist: Checklist) -> bool:
    forms = many(entry.get("format"))
    if "PDF版" in forms:
        return requirement.formats[0] == "pdf" and "docx" in requirement.formats[1]
    if "视频" in forms:
        return "mp4" in requirement.formats[0]
    return all(says(requirement.text, form) for form in forms)


def _note(entry: Entry, requirement: Requirement, checklist: Checklist) -> bool:
    """What the plan adds to a name is all there, if not in one piece."""
    said = plain(requirement.text + requirement.title + requirement.limit)
    pieces = [
        p for key in ("note", "text", "scope", "group", "compare") for p in re.split("[“”;,。…]", entry.get(key, ""))
    ]
    return all(plain(piece) in said for piece in pieces)


def _people(entry: Entry, requirement: Requirement, checklist: Checklist) -> bool:
    by = "".join(requirement.by) + "".join(Index(checklist).unit_name(u) for u in requirement.units)
    return all(says(by, part) for part in many(entry.get("by"))) and says(requirement.to, entry.get("to", ""))


def _signed(entry: Entry, requirement: Requirement) -> bool:
    """Everyone whose signature the plan wants is named."""
    rest = functools.reduce(lambda text, who: text.replace(who, ""), requirement.signed_by, str(entry["signed"]))
    return requirement.signed and len(rest) <= len("和签字")


_MATERIAL: dict[str, Callable[[Entry, Requirement, Checklist], bool]] = {
    "kind": lambda e, r, c: r.kind == e["type"],
    "unit": _owner,
    "period": _period,
    "count": lambda e, r, c: r.count >= e.get("min_count", 1) and (r.count == 1 or "min_count" in e or bool(r.text)),
    "form": _form,
    "signed": lambda e, r, c: not e.get("signed") or _signed(e, r),
    "stamped": lambda e, r, c: not e.get("stamped") or r.stamped,
    "physical": lambda e, r, c: r.physical == (e["type"] == "physical"),
    "due": _due,
    "by and to": _people,
    "derived": lambda e, r, c: r.derived == bool(e.get("derived")),
    "note": _note,
    "outline": lambda e, r, c: [plain(o) for o in r.outline] == [plain(o) for o in many(e.get("content"))],
    "parts": lambda e, r, c: list(r.parts) == many(e.get("parts")),
    "limit": lambda e, r, c: r.limit == e.get("limit_text", ""),
}


@pytest.mark.parametrize("plan", PLANS)
def test_check_items_keep_their_wording_law_and_objects(plan: str) -> None:
    checklist, faults = _checklist(plan), list[str]()
    for entry in _plan(plan)["check_items"]:
        (item,) = carriers(checklist.check_items, entry["id"])
        hold(faults, plain(item.text) == plain(entry["text"]), entry, "text")
        hold(faults, plain(item.law) == plain(entry.get("law") or ""), entry, "law")
        hold(faults, list(item.objects) == many(entry.get("objects")), entry, "objects")
        hold(faults, bool(item.applies_if) == ("applies_if" in entry), entry, "applies_if")
        for part in entry.get("lead_and_support", []):
            hold(faults, any(says(unit, part["牵头"]) for unit in item.lead), entry, "lead")
            for unit in part["配合"]:
                hold(faults, any(says(held, unit) for held in item.support), entry, "support")
    assert faults == []


@pytest.mark.parametrize("plan", PLANS)
def test_thresholds_keep_operator_value_and_unit(plan: str) -> None:
    checklist, faults = _checklist(plan), list[str]()
    for entry in _plan(plan)["thresholds"]:
        (figure,) = carriers(checklist.figures, entry["id"])
        hold(faults, plain(figure.title) == plain(entry["name"]), entry, "title")
        hold(faults, figure.op == entry["op"], entry, "op")
        hold(faults, figure.value == entry["value"], entry, "value")
        hold(faults, "unit" not in entry or figure.unit == entry["unit"], entry, "unit")
        hold(faults, figure.effect == entry.get("effect", ""), entry, "effect")
    assert faults == []


@pytest.mark.parametrize("plan", PLANS)
def test_quality_rules_run_or_say_why_they_cannot(plan: str) -> None:
    checklist, faults = _checklist(plan), list[str]()
    for entry in _plan(plan)["quality_rules"]:
        for rule in carriers(checklist.rules, entry["id"]):
            hold(faults, rule.text == entry["text"], entry, "text")
            hold(faults, rule.on == entry["on"], entry, "on")
            hold(faults, bool(rule.check) != bool(rule.not_checkable), entry, "check or not_checkable")
    assert faults == []


@pytest.mark.parametrize("plan", PLANS)
def test_scoring_rules_and_vetoes_keep_their_wording_and_points(plan: str) -> None:
    seed, checklist, faults = _plan(plan), _checklist(plan), list[str]()
    for entry in seed["scoring_rules"]:
        (scoring,) = carriers(checklist.scoring, entry["id"])
        hold(faults, says(scoring.text, entry.get("text") or entry["name"]), entry, "text")
        hold(faults, scoring.total == entry.get("total"), entry, "total")
        hold(faults, dict(scoring.items) == {i["name"]: i["score"] for i in entry.get("items", [])}, entry, "items")
        hold(faults, scoring.aggregate == entry.get("aggregate", ""), entry, "aggregate")
        hold(faults, scoring.count == entry.get("count"), entry, "count")
    vetoes = [plain(v["text"] if isinstance(v, dict) else v) for v in seed["veto"]]
    assert [plain(veto.text) for veto in checklist.vetoes] == vetoes
    assert faults == []


@pytest.mark.parametrize("plan", PLANS)
def test_what_is_confidential_and_who_answers_is_kept(plan: str) -> None:
    seed, checklist = _plan(plan), _checklist(plan)
    for key in ("confidentiality", "accountability", "methods"):
        assert [plain(t) for t in checklist.texts.get(key, ())] == [plain(t) for t in seed.get(key, [])], key


# --- the public systems ------------------------------------------------------------------------------------------


def _same_threshold(checklist: Checklist, source: str, threshold: Entry) -> bool:
    """A figure carries the threshold as it is, or per stage (小学、初中 in one figure)."""
    stages = re.split("[、/]", threshold.get("stage", "").removesuffix("义务教育阶段").replace("九年/", "九年一贯制/"))
    for figure in carriers(checklist.figures, source):
        same = figure.op == threshold["op"] and (not threshold.get("unit") or figure.unit == threshold["unit"])
        value = tuple(v) if isinstance(v := threshold["value"], list) else v
        held = tuple(figure.value) if isinstance(figure.value, list | tuple) else figure.value
        per_stage = [float(x) for stage, x in figure.by_stage.items() if stage in stages]
        if same and (held == value or (per_stage and all(x == value for x in per_stage))):
            return True
    return False


def _titles(checklist: Checklist, source: str) -> str:
    return " ".join(f"{plain(r.title)} {plain(r.text)}" for r in carriers(checklist.requirements, source))


def test_balanced_development_carries_every_indicator_threshold_evidence_and_veto() -> None:
    system, checklist, faults = _system("yzjh-2017"), _checklist("yzjh"), list[str]()
    for dimension, entries in system["indicators"].items():
        for entry in entries:
            source = f"yzjh-2017/{dimension}/{entry['no']}"
            hold(faults, bool(carriers(checklist.indicators, source)), entry, "indicator")
            for threshold in entry.get("thresholds", []):
                hold(faults, _same_threshold(checklist, source, threshold), entry, f"threshold {threshold}")
            for name in entry.get("evidence", []):
                hold(faults, plain(name) in _titles(checklist, source), entry, f"evidence {name}")
            hold(faults, bool(carriers(checklist.requirements, source)), entry, "no material at all")
    for form in system["application_forms"]:
        assert carriers(checklist.requirements, f"yzjh-2017/application_forms/{form['id']}"), form
    for number, rule in enumerate(system["pass_rules"], 1):
        (judgement,) = carriers(checklist.judgements, f"yzjh-2017/pass_rules/{number}")
        hold(faults, plain(judgement.text) == plain(rule["text"]), rule, "pass rule")
    for number, text in enumerate(system["computation_rules"], 1):
        assert carriers(checklist.rules, f"yzjh-2017/computation_rules/{number}"), text
    assert [v.text for v in checklist.vetoes] == [v["text"] for v in system["veto"]]
    assert faults == []


def test_what_was_recommended_from_memory_is_marked_so() -> None:
    checklist = _checklist("yzjh")
    for place, names in _system("yzjh-2017")["evidence_derived"]["items"].items():
        dimension, number = re.fullmatch(r"(\D+)(\d+)", place).groups()  # type: ignore[union-attr]
        dimension = {"政府保障": "政府保障程度"}.get(dimension, dimension)
        held = carriers(checklist.requirements, f"yzjh-2017/{dimension}/{number}")
        assert held, place
        for requirement in held:
            assert requirement.derived, names
            assert requirement.level in ("should", "may"), names
            assert "常规推荐" in requirement.text, names


def test_universal_preschool_carries_every_indicator_threshold_and_evidence() -> None:
    system, checklist, faults = _system("pjph-2020"), _checklist("pjph"), list[str]()
    for entry in system["indicators"]:
        source = f"pjph-2020/{entry['no']}"
        hold(faults, bool(carriers(checklist.indicators, source)), entry, "indicator")
        for threshold in entry.get("thresholds", []):
            hold(faults, _same_threshold(checklist, source, threshold), entry, f"threshold {threshold}")
        for name in entry.get("evidence", []):
            hold(
                faults, plain(re.sub(r"\(户外.*\)$", "", name)) in _titles(checklist, source), entry, f"evidence {name}"
            )
    for number, entry in enumerate(system["deliverables"], 1):
        sources = (f"pjph-2020/deliverables/{number}", "pjph-2020/8")  # 附件4 is asked for under item 8 as well
        held = [
            r
            for s in sources
            for r in carriers(checklist.requirements, s)
            if says(entry["name"], r.title.split("(")[0])
        ]
        hold(faults, bool(held), entry, "deliverable")
        hold(faults, all(r.copies == entry.get("copies", r.copies) for r in held), entry, "copies")
        hold(faults, all(r.stamped == entry.get("stamped", r.stamped) for r in held), entry, "stamped")
    for number, text in enumerate(system["termination"], 1):
        assert [v.text for v in carriers(checklist.vetoes, f"pjph-2020/termination/{number}")] == [text]
    for number, grade in enumerate(system["grading"], 1):
        (judgement,) = carriers(checklist.judgements, f"pjph-2020/grading/{number}")
        assert judgement.grades["合格"] == f">={grade['合格']}"
    assert faults == []


def test_resident_inspectors_carry_the_eight_items_the_duties_and_the_papers() -> None:
    system, checklist = _system("guapai-2013"), _checklist("gpdd")
    texts = {plain(item.text) for item in checklist.check_items}
    wanted = [*system["eight_items"], *system["five_duties"], *system["innovation_county_conditions"]]
    assert sorted(plain(t) for t in wanted if plain(t) not in texts) == []
    titles = " ".join(plain(r.title) for r in carriers(checklist.requirements, "guapai-2013/evidence"))
    papers = [re.sub(r"\(反映.*\)$", "", name) for name in system["evidence"]]
    assert [name for name in papers if plain(name) not in titles] == []


def test_kindergartens_carry_both_frames_and_the_seventy_three_papers() -> None:
    checklist = _checklist("yey")
    texts = {plain(item.text) for item in checklist.check_items}
    for system in ("yey-2022", "yey-bgxw-2017"):
        for points in _system(system)["indicators"].values():
            assert [p for p in points if plain(p) not in texts] == []
    catalogues = _read("indicator_systems.yaml")["evidence_catalogues"]
    papers = next(c for c in catalogues if c["id"] == "cat-yey73")["items"]
    grain = {"年": ("calendar", "school"), "学期": ("semester",), "月": ("month",), "周": ("month",), "日": ("month",)}
    for paper in papers:
        (held,) = carriers(checklist.requirements, f"cat-yey73/{paper['code']}")
        assert plain(held.title) == plain(paper["name"])
        assert held.period_kind in grain.get(paper["frequency"], KINDS), paper
        assert (held.level == "may") == (paper["need"] == "可选"), paper
        assert bool(held.applies_if) == ("有条件" in paper["need"]), paper


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_public_system_is_an_example_that_says_how_far_it_is_verified(name: str) -> None:
    checklist = _checklist(name)
    assert checklist.example
    assert checklist.verified
    assert checklist.verified_note
    for _, element in sourced(checklist):
        if element.__class__.__name__ != "Figure":
            assert element.source, element.id


# --- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLANS + SYSTEMS)
def test_more_than_three_ids_on_one_element_have_a_reason(name: str) -> None:
    for _, element in sourced(_checklist(name)):
        assert len(element.source) <= 3 or element.source_reason, element.id


@pytest.mark.parametrize("name", PLANS + SYSTEMS)
def test_codes_are_unique_groups_have_members_and_leaves_ask_for_something(name: str) -> None:
    checklist = _checklist(name)
    codes = [i.code for i in checklist.indicators] + [Index(checklist).code_of(r.id) for r in checklist.requirements]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []
    assert [g.id for g in checklist.groups if not g.members] == []
    asked = {r.indicator for r in checklist.requirements} | {c.indicator for c in checklist.check_items}
    inner = {i.parent for i in checklist.indicators}
    assert [i.code for i in checklist.indicators if i.id not in inner | asked] == []


@pytest.mark.parametrize("name", PLANS + SYSTEMS)
def test_an_archive_can_start_from_it(name: str) -> None:
    checklist = _checklist(name)
    asked = {slot.requirement for slot in make_slots(checklist)}
    assert [r.code for r in checklist.requirements if r.id not in asked and not r.applies_if] == []
    assert checklist.base_year
    for requirement in checklist.requirements:
        assert requirement.names or requirement.evidence_type, f"{requirement.code}: no words to know it by"
        assert not set(requirement.names) & set(requirement.not_terms), requirement.code


@pytest.mark.parametrize("name", PLANS + SYSTEMS)
def test_no_name_phone_or_address_of_a_person_stands_in_it(name: str) -> None:
    text = (Path(checklist_file.__file__).parent.parent / "checklists" / f"{name}.yaml").read_text(encoding="utf-8")
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[-\s]?\d{7,8}(?!\d)", text)
    assert "@" not in text
    assert not re.search(r"[\u4e00-\u9fff]{1,3}(同志|先生|女士)", text)
    assert not re.search(r"(联系人|电话|手机|校长|组长|主任)[::]\s*[\u4e00-\u9fff]{2,3}\s*$", text, re.MULTILINE)
