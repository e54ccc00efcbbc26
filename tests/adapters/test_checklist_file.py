from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from duban_archive.adapters import checklist_file, checklist_yaml
from duban_archive.core.language import SORTS, Sort
from duban_archive.core.schema import field_table, json_schema
from duban_archive.core.slots import make_slots
from duban_archive.errors import ChecklistError, UsageError

ROOT = Path(__file__).parents[2]
SOUND = """\
schema: duban/1
id: small
title: 小体系
base_year: 2015
units: [{id: xx1, name: 一小}, {id: xx2, name: 二小}]
groups: [{id: 每校, members: [xx1, xx2]}]
indicators:
  - id: a
    code: A
    title: 组织
    requires:
      - {id: a-1, title: 方案, kind: plan, per: [每校], period: once}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "schema.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ChecklistError) as caught:
        checklist_file.load(write(folder, text))
    return list(caught.value.problems)


def with_(line: str) -> str:
    return SOUND + line + "\n"


def test_a_sound_checklist_resolves(tmp_path: Path) -> None:
    checklist = checklist_file.load(write(tmp_path, SOUND))
    assert [(r.id, r.code, r.units, r.periods) for r in checklist.requirements] == [
        ("a-1", "A-1", ("每校",), ("once",))
    ]


def test_scalars_are_taken_as_written(tmp_path: Path) -> None:
    text = SOUND.replace("code: A", "code: 1.10").replace("{id: xx1, name: 一小}", "{id: xx1, name: on, opened: 2014}")
    checklist = checklist_file.load(write(tmp_path, text))
    assert checklist.indicators[0].code == "1.10"
    assert (checklist.units[0].name, checklist.units[0].opened) == ("on", "2014")


def test_every_problem_is_told_at_once_with_line_column_and_a_suggestion(tmp_path: Path) -> None:
    text = SOUND.replace("title: 小体系", "titel: 小体系").replace("kind: plan, per: [每校]", "kind: plam, per: [每小]")
    found = problems(tmp_path, text)
    assert found[0].startswith("第1行第1列 少了“title”")
    assert found[1] == "第3行第1列 指标体系没有“titel”这一项,是不是“title”?"
    assert any(p.startswith("第12行第36列 kind(材料类别)应为") and "是不是“plan”?" in p for p in found)
    assert any("per: 没有编号为“每小”的单位组或单位,是不是“每校”?" in p for p in found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (with_("units: []"), "“units”写了两次"),
        (SOUND.replace("{id: xx2, name: 二小}", "{id: xx1, name: 二小}"), "编号“xx1”与第5行第14列重复"),
        (SOUND.replace("members: [xx1, xx2]", "members: []"), "单位组“每校”没有成员"),
        (SOUND.replace("members: [xx1, xx2]", "where: {kind: [幼儿园]}"), "单位组“每校”没有成员"),
        (SOUND.replace("members: [xx1, xx2]", "members: [每校]"), "绕回到自己"),
        (SOUND.replace("period: once", "period: 近三年"), "“近三年”不是期间"),
        (SOUND.replace("period: once", "period: once, due: 下周"), "看不懂期限“下周”"),
        (SOUND.replace("period: once", "period: once, due: 督查后15日"), "“事件”表里没有“督查”"),
        (SOUND.replace("period: once", "period: once, applies_if: 在校生>多"), "适用条件"),
        (SOUND.replace("period: once", "period: once, count: 0"), "count(最少件数)应为 1 或以上"),
        (SOUND.replace("period: once", "period: once, phase: ph9"), "phase: 没有编号为“ph9”的阶段"),
        (SOUND.replace("period: once", "period: once, any_of: [a-1]"), "any_of 里不能写自己"),
        (SOUND.replace("period: once", "period: once, source: [a, b, c, d]"), "source_reason"),
        (SOUND.replace("period: once", "period: once, title: 又一个"), "“title”写了两次"),
        (SOUND.replace("per: [每校], ", ""), "没有写 per"),
        (SOUND.replace("kind: plan, ", ""), "没有写 kind"),
        (SOUND.replace("base_year: 2015", "base_year: 今年"), "应为一个整数"),
        (SOUND.replace("base_year: 2015\n", ""), "少了“base_year”"),
        (SOUND.replace("duban/1", "duban/9"), "应为 duban/1,写的是“duban/9”"),
        (with_("extends: plan-99"), "没有编号为“plan-99”的现成指标体系"),
        (with_("extends: plan-00@1999"), "手头是 2015.1 版"),
        (with_("periods: {规划期: {kind: calendar, from: '2015', to: '2013'}}"), "早于起"),
        (with_("periods: {季度: {kind: month, months: [13]}}"), "不是月份"),
        (with_("periods: {时点: {kind: date}}"), "要写 date"),
        (with_("phases: [{id: p, title: 自查, start: 2015-09-01, end: 2015-08-01}]"), "早于开始"),
        (with_("figures: [{id: f, title: 生机比, op: '>=', value: 0.1}]"), "没有 unit"),
        (with_("figures: [{id: f, title: 率, op: between, value: 3, unit: '%'}]"), "要写 [下限, 上限]"),
        (with_("figures: [{id: f, title: 率, op: between, value: [5, 3], unit: '%'}]"), "下限大于上限"),
        (with_("rules: [{id: q, text: 真实}]"), "not_checkable"),
        (with_("notes: ['{省标}']"), "没有叫“省标”的参数"),
        (with_("not_applicable: [{requirement: a-9, reason: 无}]"), "没有编号为“a-9”的佐证材料"),
        (SOUND.replace("name: 一小", "name: 一小, merged_into: xx2"), "要同时写 closed"),
        (SOUND.replace("name: 一小", 'name: "一\\x07小"'), "看不见的控制字符"),
        ("schema: [", "不是正确的 YAML"),
        ("schema: duban/1\n\tid: x", "请改用空格"),
        ("- 1\n", "“名称: 值”"),
        ("", "“名称: 值”"),
    ],
)
def test_bad_input_is_told_plainly(tmp_path: Path, text: str, told: str) -> None:
    assert any(told in problem for problem in problems(tmp_path, text)), problems(tmp_path, text)


def test_an_indicator_cannot_stand_above_itself(tmp_path: Path) -> None:
    text = SOUND.replace("title: 组织", "title: 组织\n    parent: b") + "  - {id: b, code: B, title: 乙, parent: a}\n"
    assert sum("绕回到自己" in problem for problem in problems(tmp_path, text)) == 2


def test_a_tag_neither_runs_code_nor_reads_a_file(tmp_path: Path) -> None:
    found = problems(tmp_path, with_("notes: !!python/object/apply:os.system [ls]"))
    assert any("不能写标签" in problem for problem in found)


def test_aliases_that_explode_stop_at_a_bound(tmp_path: Path) -> None:
    lines = ["x0: &x0 [a, a, a, a, a, a, a, a, a, a]"]
    lines += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 9)]
    text = "synonyms:\n" + "\n".join(
        f"  - &y{n} [{', '.join([f'*y{n - 1}'] * 10 if n else ['a'] * 10)}]" for n in range(9)
    )
    assert any("第" in problem for problem in problems(tmp_path, "\n".join(lines)))
    big = "schema: duban/1\nid: x\nnotes: &n [" + "a, " * 3000 + "a]\nbasis: *n\nsynonyms: [" + "*n, " * 200 + "*n]\n"
    assert any("没有读下去" in problem for problem in problems(tmp_path, big))
    assert problems(tmp_path, text)


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(ChecklistError, match="超过上限"):
        checklist_file.load(path)


def test_an_id_that_is_not_there_is_wrong_use_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match="是不是“plan-00”"):
        checklist_file.load("plam-00")
    with pytest.raises(UsageError, match="读不到"):
        checklist_file.load("no-such.yaml")


OFFICE = """\
schema: duban/1
id: office
extends: plan-00
title: 某镇迎检
base_year: 2016
units: [{id: s1, name: 第一小学, kind: 小学}, {id: s2, name: 第二小学, kind: 小学}]
groups: [{id: 每校, members: [s1, s2]}]
drop: {groups: [工作组]}
requirements:
  - {id: b2-03, level: may, stamped: true, names: null}
  - {id: own-1, indicator: b2, title: 劝返记录, kind: record, per: [每校], period: 近三年}
"""


def test_an_office_changes_only_what_it_writes(tmp_path: Path) -> None:
    checklist = checklist_file.resolve(write(tmp_path, OFFICE))
    changed = next(r for r in checklist.requirements if r.id == "b2-03")
    assert (changed.level, changed.stamped, changed.title) == ("may", True, "控流保学台账(分校、近三年)")
    assert changed.periods == ("2014", "2015", "2016")
    assert "控流保学台账" in changed.names  # null takes the own names away: those of the evidence type stand in
    assert (checklist.id, checklist.title, checklist.extends) == ("plan-00", "某镇迎检", "plan-00")
    assert "工作组" not in {group.id for group in checklist.groups}


def test_an_office_s_own_requirement_lands_under_its_indicator(tmp_path: Path) -> None:
    checklist = checklist_file.resolve(write(tmp_path, OFFICE))
    codes = [(r.id, r.code) for r in checklist.requirements if r.indicator == "b2"]
    assert codes[-1] == ("own-1", "B2-5")


def test_a_group_the_office_has_not_filled_in_stands_for_one_unit() -> None:
    checklist = checklist_file.load("plan-00")
    placeholder = next(unit for unit in checklist.units if unit.id == "每村")
    assert placeholder.placeholder
    assert placeholder.name == "各村"
    assert ("a1-04", "每村") in {(slot.requirement, slot.unit) for slot in make_slots(checklist)}


def test_a_problem_in_what_is_extended_names_that_file(tmp_path: Path) -> None:
    found = problems(tmp_path, OFFICE.replace("groups: [工作组]", "groups: [每园]"))
    assert any(problem.startswith("plan-00 第") for problem in found)


def test_an_office_may_extend_a_file_beside_its_own(tmp_path: Path) -> None:
    (tmp_path / "county.yaml").write_text(SOUND, "utf-8")
    text = "schema: duban/1\nid: town\nextends: county.yaml\nbase_year: 2016\n"
    checklist = checklist_file.load(write(tmp_path, text))
    assert (checklist.id, checklist.base_year, len(checklist.requirements)) == ("small", 2016, 1)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../county.yaml", "不能写路径"),
        ("/etc/passwd.yaml", "不能写路径"),
        ("absent.yaml", "读不到"),
        ("schema.yaml", "绕回到自己"),
        ("round.yaml", "绕回到自己"),
        ("broken.yaml", "不是正确的 YAML"),
    ],
)
def test_what_is_extended_must_be_a_sound_file_beside_it(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "round.yaml").write_text("schema: duban/1\nid: r\nextends: schema.yaml\n", "utf-8")
    (tmp_path / "broken.yaml").write_text("schema: [", "utf-8")
    found = problems(tmp_path, f"schema: duban/1\nid: town\nextends: {name}\n")
    assert any(told in problem for problem in found), found


def test_parameters_fill_the_blanks_and_show_what_is_missing(tmp_path: Path) -> None:
    text = with_(
        "parameters: {省标: {title: 省定标准, value: 0.12}, 年度: {placeholder: 20xx}}\n"
        "figures: [{id: f, title: 生机比, op: '>=', value: '{省标}', unit: 比值}]\n"
        "rules: [{id: q, text: '{年度}年达到{省标}', check: complete}]"
    )
    checklist = checklist_file.load(write(tmp_path, text))
    assert checklist.figures[0].value == 0.12
    assert checklist.rules[0].text == "20xx年达到0.12"


def test_the_sample_office_resolves_with_its_lives() -> None:
    checklist = checklist_file.resolve(ROOT / "archive_schema.yaml")
    cells = {(slot.requirement, slot.unit, slot.period) for slot in make_slots(checklist)}
    assert ("b2-03", "xx3", "2014") in cells
    assert ("b2-03", "lgxx", "2014") not in cells
    assert not any(unit.placeholder for unit in checklist.units)


def test_the_schema_for_editors_is_of_today() -> None:
    kept = json.loads((Path(checklist_file.__file__).parents[1] / "checklists" / "schema.json").read_text("utf-8"))
    assert kept == json_schema(), "write it anew: see docs/checklist-language.md, section Editors"


class Yaml12(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """As editors read: on and off are words."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("true|false"), list("tf"))


def test_the_schema_for_editors_accepts_what_the_reader_accepts_and_no_unknown_key() -> None:
    check = jsonschema.Draft202012Validator(json_schema())
    for path in (*(ROOT / "duban_archive" / "checklists").glob("*.yaml"), ROOT / "archive_schema.yaml"):
        assert [e.message for e in check.iter_errors(yaml.load(path.read_text("utf-8"), Yaml12))] == []
    assert list(check.iter_errors(yaml.load(SOUND.replace("title: 小", "titel: 小"), Yaml12)))


def test_what_is_written_as_yaml_reads_back_the_same(tmp_path: Path) -> None:
    draft = checklist_file.read_alone(write(tmp_path, OFFICE))
    again = checklist_yaml.parse(checklist_yaml.write(draft).encode(), name="again")
    assert again.plain() == draft.plain()
    assert again.problems == ()


@pytest.mark.parametrize("sort", SORTS.values(), ids=SORTS)
def test_the_page_about_the_language_has_every_key(sort: Sort) -> None:
    page = (ROOT / "docs" / "checklist-language.md").read_text("utf-8")
    assert field_table(sort) in page


def test_the_example_on_that_page_is_sound(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "checklist-language.md").read_text("utf-8")
    checklist = checklist_file.load(write(tmp_path, page.split("```yaml\n")[1].split("```")[0]))
    assert [(s.unit, s.period) for s in make_slots(checklist)][-1] == ("xx2", "2013")
