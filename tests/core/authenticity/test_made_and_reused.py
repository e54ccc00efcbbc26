"""文件晚于日期, 旧材料改年份: what is doubted, and what an office does every day and must not be doubted."""

from dataclasses import replace

import pytest
from doubtful_papers import JPG, PDF, XLSX, doubts, paper, rules

SUMMARY = """吴集镇第三小学{year}年控辍保学工作总结
{year}年,我校认真落实控辍保学责任,校长与班主任签订责任书,班主任每月清点人数,发现异常当天上报。
一、入户走访。全体教师利用课余时间走访学生家庭,重点走访河西村一带的留守儿童家庭,共走访{homes}户。
二、关爱帮扶。对家庭经济困难的学生按政策落实补助,对学习有困难的学生由任课教师结对辅导,全年辅导{lessons}次。
三、存在的问题。个别外出务工家庭学生转学手续办理不够及时,下一步将加强与流入地学校的联系。
吴集镇第三小学
{year}年12月{day}日"""


def summary(year: int, *, homes: int = 46, lessons: int = 120, day: int = 20, **more: object) -> object:
    text = SUMMARY.format(year=year, homes=homes, lessons=lessons, day=day)
    return paper(text, name=f"总结{year}.docx", **more)


# --- made or changed after the day it bears ---------------------------------------------------------------------------


def report(dated: str = "2015年8月26日", **facts: str) -> object:
    return paper(f"吴集镇第三小学自查报告\n我校对照指标逐条自查,现报告如下。\n吴集镇第三小学\n{dated}", facts=facts)


def test_a_file_made_months_after_its_date_is_doubted_with_both_days() -> None:
    (found,) = doubts(report(created="2015-10-30T08:12:00Z", modified="2015-10-30T09:00:00Z"), rule="made_after_date")
    assert found.severity == "doubt"
    assert {spot.value for spot in found.places} == {"2015-08-26", "2015-10-30"}
    assert "2015年8月26日" in found.message
    assert "补充整理" in found.message
    assert found.source


def test_a_file_changed_months_after_its_date_is_doubted() -> None:
    assert rules(report(created="2015-08-20T08:00:00Z", modified="2015-11-02T08:00:00Z")) == {"made_after_date"}


@pytest.mark.parametrize(
    "facts",
    [
        {"created": "2015-08-20T08:00:00Z", "modified": "2015-08-27T16:00:00Z"},
        {"created": "2015-08-28T16:30:00Z", "modified": "2015-09-10T08:00:00Z"},  # typed two days on, mended later
        {},  # the file tells nothing
        {"created": "2013-12-23T23:15:00Z", "modified": "2013-12-23T23:15:00Z"},  # a program's own blank
        {"created": "1980-01-01T00:00:00Z"},
        {"created": "2031-01-01T00:00:00Z"},  # a clock ahead of the day it came
        {"created": "2015-10-30T08:00:00Z", "modified": "2015-08-26T08:00:00Z"},  # a copy, unchanged since its date
    ],
)
def test_ordinary_times_of_a_file_are_no_doubt(facts: dict[str, str]) -> None:
    assert rules(report(**facts)) == set()


def test_a_scan_or_pdf_made_later_is_no_doubt() -> None:
    text = "吴集镇第三小学自查报告\n我校对照指标逐条自查,现报告如下。\n吴集镇第三小学\n2014年8月26日"
    late = {"created": "2015-10-30T08:00:00Z", "modified": "2015-10-30T08:00:00Z", "seals": []}
    assert rules(paper(text, media=PDF, name="扫描.pdf", facts=late, ocr=True)) == set()


def test_a_paper_that_says_it_was_put_together_later_is_no_doubt() -> None:
    text = "吴集镇第三小学2014年家访记录(补充整理)\n按原始记录整理。\n吴集镇第三小学\n2014年8月26日"
    assert rules(paper(text, facts={"created": "2015-10-30T08:00:00Z"})) == set()


def test_a_law_typed_later_is_a_copy() -> None:
    text = "中华人民共和国义务教育法\n第一条 为了保障适龄儿童、少年接受义务教育的权利,制定本法。\n2006年6月29日"
    assert rules(paper(text, name="义务教育法.docx", facts={"created": "2015-10-30T08:00:00Z"})) == set()


def test_a_register_kept_up_to_date_through_its_year_is_no_doubt() -> None:
    rows = (
        ("吴集镇第三小学2015年学生转入转出登记表", "", ""),
        ("制表日期:2015年3月1日", "", ""),
        ("姓名", "年级", "去向"),
    )
    times = {"created": "2015-03-01T08:00:00Z", "modified": "2015-11-10T08:00:00Z"}
    assert rules(paper(name="2015年学生转入转出登记表.xlsx", media=XLSX, tables=(rows,), facts=times)) == set()


def test_minutes_typed_a_year_after_their_meeting_are_doubted() -> None:
    text = (
        "吴集镇第三小学安全工作会议记录\n时间\t2014年10月15日\t地点\t会议室\n议题:布置交通安全工作。\n"
        "会议决定:落实护学岗。"
    )
    assert rules(paper(text, name="会议记录.docx", facts={"created": "2015-10-30T08:00:00Z"})) == {"made_after_date"}


def test_a_file_made_after_the_deadline_it_claims_to_have_met_is_doubted() -> None:
    text = "吴集镇第三小学自查报告\n我校对照指标逐条自查,现报告如下。\n吴集镇第三小学\n2015年8月30日"
    times = {"created": "2015-09-04T08:00:00Z"}
    late = paper(text, filed=("stamped",), facts=times, received="2015-09-05T00:00:00")
    (found,) = doubts(late, rule="made_after_deadline")
    assert "2015年8月31日" in found.message
    assert found.units == ("three",)


def test_a_paper_without_a_day_made_after_the_deadline_is_a_hint() -> None:
    undated = paper("自查情况\n一、办学条件基本达标。", filed=("stamped",), facts={"created": "2015-09-09T08:00:00Z"})
    assert [f.severity for f in doubts(undated, rule="made_after_deadline")] == ["hint"]


def test_a_paper_that_openly_bears_a_later_day_is_a_matter_of_the_gaps() -> None:
    text = "吴集镇第三小学自查报告\n我校对照指标逐条自查,现报告如下。\n吴集镇第三小学\n2015年9月10日"
    times = {"created": "2015-09-09T08:00:00Z"}
    assert not doubts(paper(text, filed=("stamped",), facts=times), rule="made_after_deadline")


# --- last year's with the year changed --------------------------------------------------------------------------------


def test_last_years_paper_with_only_the_year_changed_is_doubted_with_both() -> None:
    old, new = summary(2014), summary(2015, day=22)
    (found,) = doubts(old, new, rule="year_changed")
    assert found.records == (new.id, old.id)
    assert [spot.value for spot in found.places] == ["2015", "2014"]


def test_a_summary_on_the_same_pattern_with_its_own_facts_is_no_doubt() -> None:
    assert not doubts(summary(2014), summary(2015, homes=61, lessons=96), rule="year_changed")


def test_a_numbered_notice_sent_out_every_year_is_only_a_hint() -> None:
    office = "吴集镇中心学校"
    body = "一、各校要成立领导小组,明确专人负责,逐班逐室排查隐患,建立台账。\n" * 8
    notices = [
        paper(
            f"吴教发〔{year}〕{year - 2005}号\n关于做好寒假安全工作的通知\n各学校:\n{body}{office}\n{year}年12月29日",
            name=f"通知{year}.docx", unit="office",
        )
        for year in (2013, 2014)
    ]  # fmt: skip
    assert [f.severity for f in doubts(*notices, rule="year_changed")] == ["hint"]


def test_a_letter_that_goes_to_every_family_each_winter_is_no_changed_year() -> None:
    body = "一、请督促孩子注意交通、防火、防溺水安全,合理安排作息,按时完成作业。\n" * 8
    letters = [
        paper(f"致家长的一封信\n尊敬的家长:\n{body}吴集镇第三小学\n{year}年12月25日", name=f"{year}年寒假一封信.docx")
        for year in (2013, 2014)
    ]
    assert not doubts(*letters, rule="year_changed")


def test_another_schools_same_wording_is_no_changed_year() -> None:
    other = summary(2014)
    text = SUMMARY.format(year=2015, homes=46, lessons=120, day=20).replace("第三小学", "第二小学")
    assert not doubts(other, paper(text, name="总结.docx"), rule="year_changed")


def test_a_version_of_one_paper_is_no_changed_year() -> None:
    first = summary(2015)
    again = summary(2015, day=25)
    assert not doubts(first, again, rule="year_changed")


def test_rules_and_staff_lists_stay_the_same_from_year_to_year() -> None:
    text = "吴集镇第三小学{}年学籍管理制度\n" + "一、新生入学后由教导处统一建立学籍,一人一籍,籍随人走。\n" * 8
    assert not doubts(paper(text.format(2014)), paper(text.format(2015)), rule="year_changed")
    staff = tuple((f"教师{n:02d}", "女", "本科", "语文", "2008年8月") for n in range(30))
    books = [
        paper(name=f"教职工花名册{y}.xlsx", media=XLSX, tables=(((f"吴集镇第三小学{y}年教职工花名册",), *staff),))
        for y in (2014, 2015)
    ]
    assert not doubts(*books, rule="year_changed")


def test_a_title_of_this_year_over_a_body_of_last_year_is_doubted() -> None:
    text = (
        "吴集镇第三小学2014—2015学年度控辍保学工作总结\n"
        "2013—2014学年度,我校在校学生162人,全年无一人辍学。现将工作总结如下:\n"
        "一、落实责任。班主任每月清点人数。\n吴集镇第三小学\n2015年7月2日"
    )
    (found,) = doubts(paper(text), rule="year_changed")
    assert "2013—2014" in found.message
    assert found.places[0].paragraph == 2


@pytest.mark.parametrize(
    "body",
    [
        "2015年,我校控辍保学成效明显,比2014年辍学率下降。2014年流失2人,今年没有流失。",
        "在2014年工作基础上,我校继续落实责任。2014年以来,学校面貌有了较大变化。",
        "根据《义务教育督导评估办法(2014年)》和湘政教督〔2014〕4号文件精神,我校认真落实各项工作,成效明显。",
        "我校认真落实责任,班主任每月清点人数,发现异常当天上报,全年没有一名学生流失。",
    ],
)
def test_looking_back_is_no_changed_year(body: str) -> None:
    text = f"吴集镇第三小学2015年控辍保学工作总结\n{body}\n吴集镇第三小学\n2015年12月2日"
    assert not doubts(paper(text), rule="year_changed")


def test_three_years_in_one_title_are_not_asked() -> None:
    text = "吴集镇第三小学近三年(2013—2015年)招生情况说明\n2012年我校招生工作按划片进行,2012年招收新生45人。"
    assert not doubts(paper(text), rule="year_changed")


def test_an_old_draft_is_not_judged() -> None:
    late = report(created="2015-10-30T08:12:00Z")
    assert rules(replace(late, superseded=True)) == set()


def test_a_photo_is_never_a_changed_year() -> None:
    assert not doubts(paper(name="a.jpg", media=JPG, facts={"fingerprint": "ff00ff00ff00ff00"}), rule="year_changed")
