from __future__ import annotations

from duban_archive.core.model import Locator, Table
from duban_archive.core.office_tables import Imported, place

HEADER = ("一级指标", "二级指标", "分值", "评分标准", "责任单位", "佐证材料", "完成时限", "备注")
ROWS = (
    ("2015年督导评估指标体系",) * 8,
    HEADER,
    ("一、组织领导", "1. 机构健全", "5", "有文件得5分", "镇政府", "1.成立领导小组的文件;2.任务分解表", "8月10日前", ""),
    ("", "2. 部署到位", "3", "", "各学校", "会议记录(近三年)", "尽快", "存学校"),
    ("二、控辍保学", "台账齐全", "10", "", "各学校、教育发展水平组", "①控辍保学台账 ②劝返记录", "", ""),
    ("合计", "", "18", "", "", "", "", ""),
)


def read(*rows: tuple[str, ...], sheet: str = "指标") -> Imported:
    return place([Table(locator=Locator(sheet=sheet, row=1), rows=rows)], name="指标表")


def told(imported: Imported) -> list[str]:
    return [str(question) for question in imported.questions]


def test_the_tree_is_built_from_the_columns_and_blanks_mean_as_above() -> None:
    found = [row.values for row in read(*ROWS).draft.rows("indicators")]
    assert [(v["code"], v["title"], v.get("parent", "")) for v in found] == [
        ("A", "组织领导", ""),
        ("A1", "机构健全", "i-a"),
        ("A2", "部署到位", "i-a"),
        ("B", "控辍保学", ""),
        ("B1", "台账齐全", "i-b"),
    ]
    assert found[1]["weight"] == 5
    assert found[1]["text"] == "有文件得5分"
    assert found[1]["lead"] == ["镇政府"]


def test_each_material_of_a_cell_is_a_requirement_of_its_own() -> None:
    found = [row.values for row in read(*ROWS).draft.rows("requirements")]
    assert [(v["title"], v["kind"], v["per"]) for v in found] == [
        ("成立领导小组的文件", "policy", ["镇政府"]),
        ("任务分解表", "list", ["镇政府"]),
        ("会议记录(近三年)", "minutes", ["各学校"]),
        ("控辍保学台账", "ledger", ["各学校", "教育发展水平组"]),
        ("劝返记录", "record", ["各学校", "教育发展水平组"]),
    ]
    assert found[0]["due"] == "08-10"
    assert found[2]["period"] == ["近三年"]
    assert found[2]["extra"] == {"备注": "存学校"}


def test_what_is_not_said_is_asked_and_not_guessed() -> None:
    imported = read(*ROWS)
    assert imported.draft.head.values["base_year"] == 2015
    assert all(row.values["open"] for row in imported.draft.rows("groups"))
    asked = told(imported)
    assert any("指标!第4行 期限“尽快”没有认出" in question for question in asked)
    assert any("请在“单位”里填这些单位组的成员:镇政府、各学校、教育发展水平组" in question for question in asked)
    asked = told(read(("指标", "佐证材料"), ("甲", "某某某")))
    assert any("“某某某”属于哪一类材料" in question for question in asked)
    assert any("基准年(base_year)没有写" in question for question in asked)


def test_a_table_without_known_headers_is_told_and_left_out() -> None:
    imported = read(("姓名", "年龄"), ("张三", "12"))
    assert not imported.draft.rows("indicators")
    assert "“指标”没有认出列名" in told(imported)[0]


def test_a_material_without_an_indicator_is_told() -> None:
    assert any("有材料而没有指标" in question for question in told(read(("指标", "佐证材料"), ("", "一份材料"))))


def test_codes_of_the_table_are_kept_where_they_tell_apart() -> None:
    rows = (("一级指标", "二级指标", "目录编号", "佐证材料"), ("A 办学方向", "A1 党建", "1-1", "党建工作计划"))
    draft = read(*rows, ("A 办学方向", "A1 党建", "1-2", "支部会议记录")).draft
    assert [row.values["code"] for row in draft.rows("indicators")] == ["A", "A1"]
    assert [row.values["code"] for row in draft.rows("requirements")] == ["1-1", "1-2"]


def test_a_repeated_header_on_the_next_page_begins_no_indicator() -> None:
    draft = read(("指标", "佐证材料"), ("甲", "工作计划"), ("指标", "佐证材料"), ("乙", "工作总结")).draft
    assert [row.values["title"] for row in draft.rows("indicators")] == ["甲", "乙"]


def test_a_long_text_is_cut_for_the_title_and_kept_whole() -> None:
    long = "县级教育行政部门在核定的教职工编制总额和岗位总量内,统筹分配各校教职工编制和岗位数量,并报主管部门备案"
    (row,) = read(("指标", "佐证材料"), (long, "文件")).draft.rows("indicators")
    assert len(row.values["title"]) <= 40
    assert row.values["text"] == long
