"""留有别校名称, 文号: what is doubted, and all the good reasons for another name or a number that stands twice."""

import pytest
from doubtful_papers import JPG, PDF, XLSX, doubts, paper

BODY = "吴集镇第三小学控辍保学工作总结\n我校认真落实控辍保学责任,班主任每月清点人数。\n{}\n吴集镇第三小学\n2015年9月2日"


@pytest.mark.parametrize(
    "sentence",
    [
        "吴集镇第二小学高度重视控辍保学工作,成立了领导小组。",
        "开学以来,第二小学全体教师利用周末走访学生家庭。",
        "为规范管理,吴集镇第二小学制定了学籍管理制度。",
    ],
)
def test_another_schools_name_that_nothing_explains_is_doubted(sentence: str) -> None:
    (found,) = doubts(paper(BODY.format(sentence)), rule="other_school")
    assert "吴集镇第二小学" in found.message
    assert found.places[0].paragraph == 3


def test_another_school_under_the_paper_is_doubted() -> None:
    text = BODY.format("一、加强领导。").replace("\n吴集镇第三小学\n2015", "\n吴集镇第二小学\n2015")
    assert doubts(paper(text, filed=("ledger",)), rule="other_school")


def test_a_school_of_no_list_that_a_paper_calls_its_own_is_doubted() -> None:
    (found,) = doubts(paper(BODY.format("城关小学始建于1956年,占地20亩。")), rule="other_school")
    assert "城关小学" in found.message
    assert "别名" in found.message


@pytest.mark.parametrize(
    "sentence",
    [
        "2015年秋季从吴集镇第二小学转入学生3人,均已办理手续。",
        "我校与吴集镇第二小学联合开展教研活动。",
        "六年级毕业生全部升入吴集镇初级中学。",
        "参加全镇篮球赛,与第二小学、第一小学同组。",
        "组织教师到吴集镇第二小学参观学习校园文化建设。",
        "第三小学和第二小学的学区以河为界。",
        "柳岗小学并入我校后,学生得到妥善安置。",
        "吴集镇河西教学点由我校统一管理,实行送教下点。",
        "第一小学、第二小学、初级中学等学校也建立了台账。",
        "在初中学习期间,学生要养成良好习惯。",
        "本镇小学均已建立台账,农村小学条件明显改善。",
        "王老师2012年在吴集镇第二小学任教,后调入我校。",
    ],
)
def test_a_name_with_a_reason_is_no_doubt(sentence: str) -> None:
    assert not doubts(paper(BODY.format(sentence)), rule="other_school")


def test_rows_of_a_table_and_papers_of_the_office_may_name_every_school() -> None:
    rows = (
        ("吴集镇第三小学学生转学登记表", "", ""),
        ("姓名", "转出学校", "转入学校"),
        ("学生", "吴集镇第二小学", "吴集镇第三小学"),
    )
    assert not doubts(paper(media=XLSX, name="转学登记表.xlsx", tables=(rows,)), rule="other_school")
    text = "吴集镇中心学校督查通报\n吴集镇第二小学高度重视,台账齐全。\n吴集镇中心学校\n2015年9月2日"
    assert not doubts(paper(text), rule="other_school")


# --- 文号 -------------------------------------------------------------------------------------------------------------


def numbered(
    number: int, dated: str, title: str, *, year: int = 2015, word: str = "吴三小字", school: str = "第三"
) -> object:
    year_, month, day = (int(part) for part in dated.split("-"))
    text = (
        f"吴集镇{school}小学文件\n{word}〔{year}〕{number}号\n{title}\n各班级:\n现将有关事项通知如下,请认真落实。\n"
        f"吴集镇{school}小学\n{year_}年{month}月{day}日"
    )
    return paper(text, name=f"{title}.docx", folder=f"吴集镇{school}小学")


def test_a_number_on_two_different_papers_is_doubted() -> None:
    one = numbered(5, "2015-04-02", "关于成立安全工作领导小组的通知")
    other = numbered(5, "2015-05-12", "关于开展读书活动的通知")
    (found,) = doubts(one, other, rule="number_twice")
    assert set(found.records) == {one.id, other.id}
    assert "吴三小字〔2015〕5号" in found.message


def test_one_paper_twice_a_plan_and_its_notice_and_two_schools_codes_are_no_doubt() -> None:
    plan = "关于成立安全工作领导小组的通知"
    assert not doubts(numbered(5, "2015-04-02", plan), numbered(5, "2015-04-02", plan), rule="number_twice")
    issued = numbered(6, "2015-04-02", "关于印发《防溺水工作方案》的通知")
    itself = numbered(6, "2015-04-02", "防溺水工作方案")
    assert not doubts(issued, itself, rule="number_twice")
    ours = numbered(3, "2015-03-02", "关于开展家访的通知", word="校字")
    theirs = numbered(3, "2015-03-09", "关于评选先进的通知", word="校字", school="第二")
    assert not doubts(ours, theirs, rule="number_twice")


def test_a_later_number_with_an_earlier_day_is_doubted_alone() -> None:
    run = [numbered(n, f"2015-{n + 1:02d}-10", f"关于做好第{n}项工作的通知") for n in (1, 2, 3, 5, 6)]
    wrong = numbered(4, "2015-11-02", "关于调整值周安排的通知")
    (found,) = doubts(*run, wrong, rule="number_order")
    assert wrong.id in found.records
    assert len(found.records) == 2


def test_numbers_taken_a_few_days_before_signing_are_no_doubt() -> None:
    run = [numbered(1, "2015-03-05", "关于甲事项的通知"), numbered(2, "2015-03-01", "关于乙事项的通知")]
    assert not doubts(*run, rule="number_order")
    january = numbered(40, "2015-01-12", "关于年终考核的通知", year=2014)
    assert not doubts(january, rule="number_order")


def test_a_number_of_another_year_is_doubted() -> None:
    assert doubts(numbered(4, "2015-09-02", "关于开展家访的通知", year=2014), rule="number_order")


# --- 盖章签字 ---------------------------------------------------------------------------------------------------------

SELF = (
    "吴集镇第三小学自查报告\n我校对照指标逐条自查,查漏补缺,整改到位,现将有关情况报告如下,请审阅。\n"
    "校长签字:{}\n2015年8月26日"
)


def scan(name: str, *, seals: list[object], **more: object) -> object:
    return paper(
        SELF.format(name), media=PDF, name="自查报告.pdf", ocr=True, facts={"seals": seals}, filed=("stamped",), **more
    )


def test_a_scan_without_the_seal_its_slot_asks_for_is_doubted() -> None:
    (found,) = doubts(scan("王校长", seals=[]), rule="no_seal")
    assert "黑白扫描" in found.message


def test_a_seal_on_any_paper_of_the_slot_is_enough_and_word_bears_none() -> None:
    seal = {"page": 1, "left": 0.6, "top": 0.7, "right": 0.8, "bottom": 0.8}
    assert not doubts(scan("王校长", seals=[seal]), scan("王校长", seals=[]), rule="no_seal")
    assert not doubts(paper(SELF.format("王校长"), filed=("stamped",)), rule="no_seal")
    assert not doubts(paper("", media=JPG, facts={"seals": []}, filed=("stamped",)), rule="no_seal")
    grey = paper(SELF.format("王"), media=PDF, ocr=True, facts={"seals": [], "colourless": True}, filed=("stamped",))
    assert not doubts(grey, rule="no_seal")


def test_an_empty_field_for_signing_on_a_scan_is_doubted_and_a_name_is_not() -> None:
    assert doubts(scan("", seals=[]), rule="no_signature")
    assert not doubts(scan("王校长", seals=[]), rule="no_signature")
    assert not doubts(paper(SELF.format(""), filed=("stamped",)), rule="no_signature")
