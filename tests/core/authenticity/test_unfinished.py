"""没有写完的材料, and all that only looks so: forms, fields for signing, filled underlines, masked names."""

from dataclasses import replace

import pytest
from doubtful_papers import PDF, XLSX, doubts, paper, rules

from duban_archive.core.wording import bare

REPORT = (
    "吴集镇第三小学自查报告\n{}\n一、基本情况。我校对照指标逐条自查,查漏补缺,现将情况报告如下。\n"
    "吴集镇第三小学\n2015年8月26日"
)


@pytest.mark.parametrize(
    "body",
    [
        "我校现有教师____人,学生____人。",
        "XX学校高度重视,成立了领导小组。",
        "某某小学位于镇政府北侧,交通便利。",
        "我校于20XX年通过市级验收。",
        "会议于2015年X月X日在会议室召开。",
        "参加人员:(待补)",
        "[此处输入正文内容]",
        "(此处补充本学期的重点工作)",
        "本学期共资助学生　　人,发放资金　　　元。",
        "本学期共资助学生 人,发放资金 元。",
        "活动时间\t2015年 月 日\t活动地点\t会议室",
        "验收时间:2015年  月  日",
        "校长姓名:{{校长}}",
        "学校占地XX亩,辍学率为XX%,其中女生××人。",
    ],
)
def test_what_was_left_open_is_doubted_with_its_place(body: str) -> None:
    (found,) = doubts(paper(REPORT.format(body)), rule="blanks_left")
    assert found.places[0].paragraph == 2
    assert found.places[0].text


@pytest.mark.parametrize(
    "body",
    [
        "校长签字:____________    2015年  月  日",
        "单位负责人(盖章):________  年  月  日",
        "学校意见\t同意上报。\n负责人签字\t____\t年 月 日",
        "姓名:__王老师__  职务:__校长__",
        "________________________________",
        "资助对象张XX、李××的信息已按规定隐去。",
        "教学楼3×5间,篮球场28×15米,课桌椅45×2套。",
        "检查结果:√ × √ × ×",
        "本学期共资助学生 5 人,由各班主 任、学校负责 人,分头落实。",
        "张明　　人事干部　　2015年9月　　元旦晚会",
        "型号XX-200的投影机一台,书架X型两组。",
        "我校2015年9月1日开学,8月31日前报到。",
        "九、十两月开展教学常规检查,每年六月评比。",
        "“三通两平台”建设(2013年-2015年)已完成。",
    ],
)
def test_what_is_filled_signed_by_hand_or_masked_is_no_blank(body: str) -> None:
    assert not doubts(paper(REPORT.format(body)), rule="blanks_left")


@pytest.mark.parametrize(
    "name", ["登记表(空白).docx", "承诺书样式.docx", "家长调查问卷.docx", "期末试卷.docx", "填报说明.docx"]
)
def test_papers_meant_to_be_blank_are_left_in_peace(name: str) -> None:
    assert not doubts(paper("姓名:______ 年级:______\n我校现有教师____人", name=name), rule="blanks_left")


def test_blanks_read_off_a_scan_are_not_judged() -> None:
    assert not doubts(paper(REPORT.format("我校现有教师____人"), media=PDF, ocr=True), rule="blanks_left")


def test_a_blank_day_under_the_school_is_seen_before_the_attachments_too() -> None:
    annex = "附件1\n领导小组名单\n组长:张明\n成员:李红、王兰\n附件2\n月工作安排表\n九月:开学准备\n十月:期中检测"
    text = f"吴集镇第三小学工作安排\n一、落实课程计划。\n吴集镇第三小学\n    年  月  日\n{annex}"
    assert doubts(paper(text), rule="blanks_left")


# --- traces of editing ------------------------------------------------------------------------------------------------


def test_tracked_changes_and_comments_are_doubted() -> None:
    left = paper(REPORT.format("一、总的情况。"), facts={"tracked_changes": 3, "comments": 2})
    assert rules(left) == {"tracked_changes", "comments_left"}


def test_a_draft_that_calls_itself_one_may_carry_its_traces() -> None:
    draft = paper("工作方案(征求意见稿)\n一、组织领导", facts={"tracked_changes": 3, "comments": 2})
    assert rules(draft) == set()


def test_a_hidden_sheet_is_doubted_by_name_and_a_list_of_choices_is_not() -> None:
    rows = (("吴集镇第三小学基本情况表", ""), ("班级", "人数"), ("一班", "40"))
    left = paper(media=XLSX, name="表.xlsx", tables=(rows,), facts={"hidden_sheets": ["真实数据", "下拉字典"]})
    (found,) = doubts(left, rule="hidden_sheets")
    assert "真实数据" in found.message
    assert "字典" not in found.message
    assert not doubts(paper(media=XLSX, tables=(rows,), facts={"hidden_sheets": ["代码表"]}), rule="hidden_sheets")


# --- 落款 -------------------------------------------------------------------------------------------------------------

PLAN = (
    "吴集镇第三小学2015年工作计划\n一、抓好教学常规,每月检查教案和作业一次,有记录有反馈。\n"
    "二、组织青年教师汇报课,落实教研活动,提高教学质量。\n"
)


def test_a_signature_without_a_day_is_doubted_also_before_attachments() -> None:
    (found,) = doubts(paper(PLAN + "吴集镇第三小学"), rule="undated")
    assert "倒填" in found.message
    assert found.places[0].paragraph == 4
    assert doubts(paper(PLAN + "吴集镇第三小学\n附件1 行事历\n月份\t工作\n九月\t开学典礼"), rule="undated")


@pytest.mark.parametrize(
    "text",
    [
        PLAN + "吴集镇第三小学\n2015年8月30日",
        PLAN + "吴集镇第三小学\n二〇一五年八月三十日",
        PLAN + "吴集镇第三小学  2015.8.30",
        PLAN + "2015年8月30日\n吴集镇第三小学",
        PLAN,
        "吴集镇第三小学会议记录\n时间:2015年9月1日\n" + PLAN + "吴集镇第三小学",
        "吴集镇第三小学2015年工作计划\n(2015年8月30日)\n" + PLAN + "吴集镇第三小学",
        PLAN + "吴集镇第三小学\n2015年  月  日",  # a blank, told as one
        PLAN + "学校\t人数\n吴集镇第三小学\t40",
    ],
)
def test_a_day_anywhere_it_may_stand_is_enough(text: str) -> None:
    assert not doubts(paper(text), rule="undated")


def test_a_scan_whose_seal_lies_over_the_day_is_not_judged() -> None:
    assert not doubts(paper(PLAN + "吴集镇第三小学", media=PDF, ocr=True), rule="undated")


# --- 附件 -------------------------------------------------------------------------------------------------------------

NOTICE = (
    "关于做好2015年控辍保学工作的通知\n各班级:\n为做好控辍保学工作,现将有关事项通知如下,请认真落实。\n"
    "附件:1.控辍保学责任分工表\n2.学生流动情况登记表\n吴集镇第三小学\n2015年8月30日"
)


def test_attachments_that_are_nowhere_are_doubted_by_name() -> None:
    (found,) = doubts(paper(NOTICE + "\n附件1\n控辍保学责任分工表\n姓名\t职责"), rule="attachment_missing")
    assert "学生流动情况登记表" in found.message
    assert "责任分工表" not in found.message


@pytest.mark.parametrize(
    "text",
    [
        NOTICE + "\n附件1\n控辍保学责任分工表\n姓名\t职责\n附件2\n学生流动情况登记表\n姓名\t去向",
        NOTICE + "\n控辍保学责任分工表\n姓名\t职责\n学生流动情况登记表\n姓名\t去向",
        NOTICE.replace("附件:1.控辍保学责任分工表\n2.学生流动情况登记表\n", "请按县教育局通知附件要求执行。\n"),
        NOTICE.replace("附件:1.控辍保学责任分工表\n2.学生流动情况登记表\n", "附件:无\n"),
        "附件1:控辍保学责任分工表\n姓名\t职责\n校长\t总负责",
        NOTICE.replace("附件:1.控辍保学责任分工表\n2.学生流动情况登记表\n", "")
        + "\n附件:应急小组名单\n组长\t校长\n成员\t各班主任",
    ],
)
def test_attachments_that_follow_or_were_never_promised_are_no_doubt(text: str) -> None:
    assert not doubts(paper(text), rule="attachment_missing")


def test_attachments_beside_the_paper_count() -> None:
    notice = paper(NOTICE)
    beside = ("控辍保学责任分工表.xlsx", "附件2:学生流动登记.xls")
    assert not doubts(replace(notice, beside=tuple(map(bare, beside))), rule="attachment_missing")


def test_several_attachments_on_one_line_are_told_apart() -> None:
    text = NOTICE.replace("附件:1.控辍保学责任分工表\n2.", "附件:1.控辍保学责任分工表 2.")
    (found,) = doubts(paper(text), rule="attachment_missing")
    assert "2 个附件" in found.message


def test_see_attachment_without_any_is_doubted() -> None:
    text = PLAN.replace("有记录有反馈", "具体安排见附件") + "吴集镇第三小学\n2015年8月30日"
    assert doubts(paper(text), rule="attachment_missing")
    assert not doubts(paper(text + "\n附件\n行事历\n九月 开学典礼"), rule="attachment_missing")


def test_a_paper_that_was_read_only_in_part_is_not_judged() -> None:
    cut = paper(NOTICE)
    reading = replace(cut.readings[0], unread_pages=(2,))
    assert not doubts(replace(cut, readings=(reading,)), rule="attachment_missing")


def test_a_list_announced_with_附_alone_is_looked_for_too() -> None:
    text = "吴集镇第三小学资助小结\n一、宣传到位。\n二、评审公开。\n附：受助学生名单\n吴集镇第三小学\n2015年1月8日"
    assert doubts(paper(text), rule="attachment_missing")
    assert not doubts(paper(f"{text}\n附：受助学生名单\n1.张明"), rule="attachment_missing")


def test_a_gap_in_a_sentence_is_shown_with_the_words_around_it() -> None:
    (found,) = doubts(paper(REPORT.format("我校按照上级要求,本学期共资助学生 人,发放资金 元。")), rule="blanks_left")
    assert "资助学生__人" in found.message
