"""`duban check` and `duban figures` on the sample town's papers: what is found, explained, settled and not run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from duban_archive.demo import tables, wording
from duban_archive.demo.office_files import Sheets, write_docx, write_xlsx
from duban_archive.demo.town import OFFICE

from .office import SCHEMA, Office, duban

Make = Callable[[str], Office]
UNITS = SCHEMA.read_text(encoding="utf-8")[SCHEMA.read_text(encoding="utf-8").index("\nunits:") :]
UNITS = UNITS[: UNITS.index("\ngroups:")]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """An archive of the sample town's units on one of the founding plans."""

    def found(plan: str) -> Office:
        schema = tmp_path / "own.yaml"
        groups = "groups:\n  - {id: 每校, members: [zx, xx1, xx2, xx3]}\n"
        head = f"schema: duban/1\nid: own\nextends: {plan}\nbase_year: 2015\n"
        schema.write_text(head + UNITS + "\n" + groups, encoding="utf-8")
        home = tmp_path / "archive"
        said = duban("init", home, "--checklist", schema, cwd=tmp_path)
        assert said.code == 0, said.err
        return Office(home)

    return found


def drop(office: Office, name: str, sheets: Sheets) -> None:
    office.drop(name, write_xlsx(sheets, author=name.split("/")[0]))


NURSERY: Sheets = {
    "学前教育": [
        ["吴集镇中心幼儿园2015年学前教育情况统计表"],
        [
            *("单位", "学前一年适龄幼儿数", "学前一年在园幼儿数", "学前一年入园率(%)", "学前三年入园率(%)"),
            *("大班数", "中班数", "小班数"),
        ],
        ["中心幼儿园", 60, 47, 78.3, 43.5, 1, 1, 0],
    ]
}  # fmt: skip
TEACHERS: Sheets = {
    "教师": [
        ["吴集镇中心幼儿园2015年教师花名册"],
        ["序号", "姓名", "性别", "学历", "教师资格"],
        [1, "教师甲一", "女", "本科", "幼儿教师资格证"],
        [2, "教师乙二", "女", "专科", "无"],
        [3, "教师丙三", "女", "专科", "幼儿教师资格证"],
    ]
}
KEPT: Sheets = {
    "巩固率": [
        ["吴集镇初级中学近三年巩固率、入学率统计表"],
        ["年度", "初中在校生巩固率(%)", "入学率(%)"],
        [2013, 94.2, 99.9],
        [2014, 95.1, 99.9],
        [2015, 93.8, 100],
    ]
}


def test_the_seven_thresholds_of_plan_13_run_on_the_towns_papers(make: Make) -> None:
    office = make("plan-13")
    drop(office, "吴集镇中心幼儿园/学前教育情况统计表.xlsx", NURSERY)
    drop(office, "吴集镇中心幼儿园/教师花名册.xlsx", TEACHERS)
    drop(office, "吴集镇初级中学/近三年巩固率统计表.xlsx", KEPT)
    assert office.duban("watch", "--once").code == 0
    said = office.duban("check", "--rule", "threshold", "--rule", "trend", "--json").json
    found = {source: f["message"] for f in said["findings"] for source in f["source"]}
    told = {source: n["why"] for n in said["not_run"] for source in n["source"]}
    assert set(found) | set(told) | {"plan-13-t01"} >= {f"plan-13-t0{n}" for n in range(1, 8)}
    assert "plan-13-t01" not in found  # 78.3 % of 75 %
    assert "43.5%" in found["plan-13-t02"]
    assert "小班数" in found["plan-13-t03"]
    assert "1 人没有填或写“无”" in found["plan-13-t04"]
    assert "连续 3 年" in found["plan-13-t05"]
    assert "没有数值" in told["plan-13-t06"]
    assert "2014 95.1% → 2015 93.8%" in found["plan-13-t07"]


def test_the_rules_of_plan_16_run_on_the_towns_papers(make: Make) -> None:
    office = make("plan-16")
    for school in ("xx1", "xx2"):
        drop(office, f"{OFFICE[school].name}/办学条件摸底表.xlsx", tables.premises(school))
    wrong = tables.development(2015)
    wrong["义务教育"][4][1] = 265  # 第二小学 has 263; so neither the total nor the school's own paper agrees
    drop(office, "教育发展水平组/2015年教育发展水平摸底统计表.xlsx", wrong)
    office.drop("吴集镇第二小学/自查报告.docx", write_docx(wording.unit_self_report(OFFICE["xx2"], "2015-08-26")))
    assert office.duban("watch", "--once").code == 0
    said = office.duban("check", "--json").json
    by_source: dict[str, set[str]] = {}
    for f in said["findings"]:
        for source in f["source"]:
            by_source.setdefault(source, set()).add(f["rule"])
    told = {source: n["why"] for n in said["not_run"] for source in n["source"]}
    assert "same_value" in by_source["plan-16-q01"]
    assert "sum_of_parts" in by_source["plan-16-q02"]
    assert "工作纪律" in told["plan-16-q03"]
    assert "三个增长" in told["plan-16-t02"]
    one = next(f for f in said["findings"] if f["rule"] == "same_value")
    assert one["severity"] == "error"
    assert {(p["value"], p["sheet"], p["cell"]) for p in one["places"]} == {
        ("265人", "义务教育", "B5"), ("263人", "办学条件", "D3"),
    }  # fmt: skip
    assert one["unit_names"] == ["吴集镇第二小学"]


def test_an_explanation_is_kept_printed_and_ends_with_the_value_it_explains(make: Make) -> None:
    office = make("plan-16")
    drop(office, "吴集镇第二小学/办学条件摸底表.xlsx", tables.premises("xx2"))
    wrong = tables.premises("xx2")
    wrong["办学条件"][2][3] = 260
    drop(office, "吴集镇第二小学/办学条件统计表.xlsx", wrong)
    office.duban("watch", "--once")
    only = ("check", "--rule", "same_value")
    key = office.duban(*only, "--json").json["findings"][0]["key"]
    assert office.duban("check", "--explain", key).code == 2
    assert office.duban("check", "--explain", "same_value-00000000", "--reason", "x").code == 2
    assert office.duban("check", "--explain", key, "--reason", "9月5日转入3人", "--by", "资料员").code == 0
    found = office.duban(*only, "--json").json["findings"][0]
    assert (found["explained"]["reason"], found["explained"]["by"]) == ("9月5日转入3人", "资料员")
    assert "说明(资料员" in office.duban(*only).out
    report = office.home / "口径表.xlsx"
    assert office.duban("figures", "export", "--xlsx", report).code == 0
    book = load_workbook(report)
    cells = {str(c.value) for sheet in book for row in sheet for c in row if c.value}
    assert any("9月5日转入3人(资料员" in text for text in cells)
    office.duban("undo")
    assert office.duban(*only, "--json").json["findings"][0]["explained"] is None


def test_a_rule_that_is_switched_off_says_so(make: Make) -> None:
    office = make("plan-16")
    assert office.duban("check", "--off", "same_order", "--reason", "县里没有规定顺序").code == 0
    said = office.duban("check", "--json").json
    assert ("same_order", True) in {(n["rule"], "县里没有规定顺序" in n["why"]) for n in said["not_run"]}
    rules = {r["rule"]: r["on"] for r in office.duban("check", "--rules", "--json").json["rules"]}
    assert rules["same_order"] is False
    assert "这次点名才查" in office.duban("check", "--rule", "same_order").out
    assert office.duban("check", "--rule", "same_order", "--json").json["switched_off"] == ["same_order"]
    assert "switched_off" not in office.duban("check", "--rule", "same_names", "--json").json
    assert office.duban("check", "--on", "same_order").code == 0
    assert all(r["on"] for r in office.duban("check", "--rules", "--json").json["rules"])
    assert office.duban("check", "--off", "no_such_rule").code == 2
    assert office.duban("check", "--rule", "no_such_rule").code == 2


def test_a_checklist_without_figures_says_not_set_up(office: Office) -> None:
    said = office.duban("check", "--json")
    assert said.code == 0
    why = {n["rule"]: n["why"] for n in said.json["not_run"]}
    assert all("未设定" in why[rule] for rule in ("threshold", "trend", "dispersion", "agreed_value"))
    assert {"same_value", "roster_count", "roster_people"} <= set(why)  # nothing was read: no rule looks passed


def test_settling_a_figure_lists_what_still_prints_another(make: Make) -> None:
    office = make("plan-16")
    drop(office, "吴集镇第二小学/办学条件摸底表.xlsx", tables.premises("xx2"))
    office.duban("watch", "--once")
    setting = (
        "figures",
        "set",
        "在校生数",
        "--unit",
        "二小",
        "--period",
        "2015",
        "--source",
        "学籍系统",
        "--by",
        "资料员",
    )
    done = office.duban(*setting, "--value", "264", "--json").json
    assert (done["unit"], done["value"], done["by"]) == ("xx2", "264", "资料员")
    assert [(p["value"], p["cell"]) for p in done["still_printed"]] == [("263人", "D3")]
    found = office.duban("check", "--rule", "agreed_value", "--json").json["findings"]
    assert [f["severity"] for f in found] == ["error"]
    assert "264人" in found[0]["message"]
    rows = office.duban("figures", "--name", "在校生数", "--unit", "二小", "--json").json["figures"]
    assert [(r["agreed"]["value"], r["conflict"]) for r in rows] == [("264", True)]
    assert office.duban(*setting, "--value", "263").code == 0
    assert office.duban("check", "--rule", "agreed_value", "--json").json["findings"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("在校生", "--unit", "无此校", "--period", "2015", "--value", "1", "--source", "x"),
        ("无此数", "--unit", "xx2", "--period", "2015", "--value", "1", "--source", "x"),
        ("在校生数", "--unit", "xx2", "--period", "去年", "--value", "1", "--source", "x"),
        ("在校生数", "--unit", "xx2", "--period", "2015", "--value", "约380", "--source", "x"),
        ("在校生数", "--unit", "xx2", "--period", "2015", "--value", "3万元", "--source", "x"),
        ("在校生数", "--unit", "xx2", "--period", "2015", "--value", "1", "--source", " "),
        ("在校生数", "--unit", "xx2", "--period", "2015", "--value", "-5", "--source", "x"),
        ("入学率", "--unit", "xx2", "--period", "2015", "--value", "120%", "--source", "x"),
        ("辍学率", "--unit", "xx2", "--period", "2015", "--value", "100.5", "--source", "x"),
    ],
)
def test_what_cannot_be_settled_is_refused_with_advice(make: Make, words: tuple[str, ...]) -> None:
    said = make("plan-16").duban("figures", "set", *words)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) >= 2
