from typing import Any

from duban_archive.core.similar import (
    Look,
    candidates,
    compare,
    differences,
    is_later,
    likely_pairs,
    near,
    relate,
    sign,
    stage_names,
    version_mark,
)

MINUTES = (
    "为切实做好迎检工作,学校召开全体教师会议,校长传达镇政府文件精神,安排各处室分工。"
    "教导处负责学籍和教学资料,总务处负责校产和图书,政教处负责安全和德育,各班主任负责控辍保学台账。"
    "会议要求八月底前全部归档,逾期通报批评。散会后各组分头落实,每周五汇报进度。"
)


def test_a_resaved_copy_is_the_same_whatever_its_spacing_and_punctuation() -> None:
    copy = MINUTES.replace(",", ",  ").replace("。", ".\n")
    assert compare(sign(MINUTES), sign(copy)) == ("same", 1.0)


def test_a_few_misread_characters_leave_a_scan_alike() -> None:
    scan = MINUTES.replace("传达", "传送").replace("图书", "图节")
    kind, nearness = compare(sign(MINUTES), sign(scan))
    assert kind in {"same", "alike"}
    assert nearness > 0.7


def test_the_same_form_of_another_school_and_year_is_alike_and_not_the_same() -> None:
    form = (
        "第三小学2014年控流保学登记表 姓名 性别 年级 班级 流失时间 流失原因 劝返情况 校长签字 班主任签字 填表日期 " * 2
    )
    other = form.replace("第三小学", "大桥小学").replace("2014", "2015")
    names = ("第三小学", "大桥小学")
    one, two = sign(form + "(甲)", names=names), sign(other + "(甲)", names=names)
    assert near(one.blank, two.blank) == 1.0
    assert near(one.exact, two.exact) < 1.0


def test_other_papers_are_not_alike() -> None:
    other = "本年度教育经费决算:公用经费拨付三十二万元,教师工资足额发放,校舍维修支出八万元,结余转入下年。" * 3
    assert compare(sign(MINUTES), sign(other))[0] == ""


def test_a_text_too_short_to_tell_is_like_nothing() -> None:
    assert near(sign("会议记录").exact, sign("会议记录").exact) == 0.0


def test_the_nearest_are_looked_at_first_and_the_unlike_not_at_all() -> None:
    scan = MINUTES.replace("八月", "九月").replace("周五", "周一").replace("校长", "主任").replace("总务", "后勤")
    other = "本年度教育经费决算:公用经费拨付三十二万元,教师工资足额发放,校舍维修支出八万元,结余转入下年。" * 3
    assert candidates(sign(MINUTES), {7: sign(scan), 9: sign(MINUTES + "。"), 11: sign(other)}) == [9, 7]


def look(record: int, text: str, **told: Any) -> Look:
    return Look(record=record, text=text, **told)


def test_the_word_file_and_its_scan_are_one_paper() -> None:
    scan = MINUTES.replace("传达", "传送")
    found = relate(look(2, scan, ocr=True, title="会议记录"), look(1, MINUTES, title="会议记录"))
    assert found is not None
    assert (found.kind, found.record) == ("same", 1)


def test_a_revised_paper_is_a_version_and_says_which_is_later() -> None:
    text = MINUTES.replace("八月底前全部归档", "九月十日前分类归档并装订成册")
    first = look(1, MINUTES, title="迎检分工方案", file_name="分工方案(初稿).doc")
    found = relate(look(2, text, title="迎检分工方案", file_name="分工方案(定稿).doc"), first)
    assert found is not None
    assert found.kind == "version"
    assert "#1 的新版" in found.because


def test_the_same_form_of_another_year_is_near_and_never_the_same() -> None:
    form = "第三小学2014年控流保学登记表 姓名 性别 年级 班级 流失时间 流失原因 劝返情况 校长签字 填表日期 合计 12 人 "
    one = look(1, form, title="控流保学登记表", unit="san-xiao", period="2014")
    other = look(
        2, form.replace("2014", "2015").replace("12", "9"), title="控流保学登记表", unit="san-xiao", period="2015"
    )
    found = relate(other, one, ("第三小学",))
    assert found is not None
    assert found.kind == "near"
    assert "同名不同年" in found.because


def test_a_text_copied_word_for_word_by_another_school_is_pointed_out() -> None:
    found = relate(look(2, MINUTES, unit="er-xiao"), look(1, MINUTES, unit="san-xiao"))
    assert found is not None
    assert found.kind == "near"
    assert "照抄" in found.because


def test_papers_of_one_kind_with_other_content_are_not_alike() -> None:
    other = "本年度教育经费决算:公用经费拨付三十二万元,教师工资足额发放,校舍维修支出八万元,结余转入下年。" * 3
    assert relate(look(2, other, title="总结"), look(1, MINUTES, title="总结")) is None


def test_names_tell_which_version_is_later() -> None:
    assert is_later("方案(定稿).doc", "方案(初稿).doc") is True
    assert is_later("方案.doc", "方案盖章扫描件.pdf") is False
    assert is_later("方案v3.doc", "方案v2.doc") is True
    assert is_later("方案.doc", "总结.doc") is None
    mark = version_mark("迎检方案_盖章版.pdf")
    assert mark is not None
    assert mark.words == "盖章版"


def test_differences_stand_side_by_side() -> None:
    assert differences("甲\n乙\n丙", "甲\n丁\n丙\n戊") == (("乙", "丁"), ("", "戊"))


def test_pairs_are_found_among_many_by_their_text_or_by_their_name() -> None:
    other = "本年度教育经费决算:公用经费拨付三十二万元,教师工资足额发放,校舍维修支出八万元,结余转入下年。" * 3
    revised = (
        MINUTES[: len(MINUTES) * 3 // 4]
        + "另外,各校要按月报送数据,由专人核对并签字,逾期不报的通报批评,并扣减年终考核分。"
    )
    texts = {1: MINUTES, 2: MINUTES + "。", 3: other, 4: revised}
    names = {1: stage_names("", "分工方案(初稿).doc"), 4: stage_names("", "分工方案(定稿).doc")}
    found = likely_pairs({id: sign(text) for id, text in texts.items()}, names)
    assert (1, 2) in found
    assert (1, 4) in found
    assert not any(3 in pair for pair in found)
