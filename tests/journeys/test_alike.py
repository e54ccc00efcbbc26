"""Papers that are alike: offered as one record, as versions, or shown side by side."""

from __future__ import annotations

from journeys.office import Office

BODY = (
    "为切实做好迎检工作,学校召开全体教师会议,校长传达镇政府文件精神,安排各处室分工。"
    "教导处负责学籍和教学资料,总务处负责校产和图书,政教处负责安全和德育,各班主任负责控辍保学台账。"
    "会议要求八月底前全部归档,逾期通报批评。散会后各组分头落实,每周五汇报进度。"
)


def paper(school: str, year: str, body: str = BODY, count: str = "12") -> str:
    return f"{school}{year}年控流保学台账\n{body}\n流失学生{count}人,劝返{count}人。"


def test_a_resaved_copy_is_offered_as_one_record(office: Office) -> None:
    office.drop("第三小学/三小台账.txt", paper("第三小学", "2014"))
    office.drop("第三小学/三小台账 副本.txt", paper("第三小学", "2014") + "\n\n")
    office.ask("watch", "--once")
    alike = office.ask("show", "2")["alike"]
    assert [(one["record"], one["kind"]) for one in alike] == [(1, "same")]
    assert alike[0]["advice"].endswith("duban merge 1 2")
    assert [one["kind"] for one in office.ask("show", "1")["alike"]] == ["same"]


def test_the_same_form_of_another_year_is_shown_with_its_differences_and_left_apart(office: Office) -> None:
    office.drop("第三小学/台账2013.txt", paper("第三小学", "2013"))
    office.drop("第三小学/台账2014.txt", paper("第三小学", "2014", count="7"))
    office.ask("watch", "--once")
    shown = office.ask("show", "2")
    assert [(one["record"], one["kind"]) for one in shown["alike"]] == [(1, "near")]
    assert "同名不同年" in shown["alike"][0]["why"]
    assert ["流失学生7人,劝返7人。", "流失学生12人,劝返12人。"] in shown["alike"][0]["differences"]
    assert "alike_near" in {note["code"] for note in shown["notes"]}
    assert len(office.ask("list")["records"]) == 2


def test_a_revised_paper_is_a_version_until_one_is_final(office: Office) -> None:
    office.drop("第三小学/分工方案(初稿).txt", paper("第三小学", "2014"))
    office.drop("第三小学/分工方案(定稿).txt", paper("第三小学", "2014", BODY.replace("八月底", "九月十日")))
    office.ask("watch", "--once")
    assert [one["kind"] for one in office.ask("show", "2")["alike"]] == ["version"]
    office.ask("final", "2", "--over", "1")
    assert office.ask("show", "2")["alike"] == []


def test_a_paper_that_changed_hands_is_compared_anew(office: Office) -> None:
    office.drop("第三小学/甲.txt", paper("第三小学", "2014"))
    office.drop("第三小学/乙.txt", paper("第三小学", "2014") + " ")
    office.ask("watch", "--once")
    made = office.ask("merge", "1", "2")["records"][0]["id"]
    assert office.ask("show", str(made))["alike"] == []
