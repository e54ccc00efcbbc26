from dataclasses import replace

import pytest
from small_town import CLASSIFIER, LEDGER, TODAY, TOWN, YEARS, first, propose, read

from duban_archive.core.checklist import Indicator
from duban_archive.core.classify import Classifier, Mark
from duban_archive.core.model import Description, Told


def test_a_plain_ledger_is_filed_surely_and_says_why() -> None:
    filings = propose(LEDGER)
    assert first(filings) == ("ledger", "three", "2014", True)
    assert filings[0].record == 7
    assert filings[0].score > 0.9
    because = "；".join(filings[0].because)
    assert "标题含“控流保学台账”" in because
    assert "流失时间" in because
    assert "标题有“第三小学”" in because
    assert "标题有“2014年”" in because


def test_the_other_name_of_one_thing_is_known() -> None:
    assert first(propose("第三小学2014年保学控辍台帐\n姓名\t年级"))[0] == "ledger"


def test_without_a_period_nothing_is_sure() -> None:
    filings = propose("第三小学控流保学台账\n姓名\t年级\t流失时间\t流失原因\t劝返情况")
    assert first(filings) == ("ledger", "three", "", False)
    assert "没有看出是哪一期的材料" in filings[0].because


def test_without_a_unit_nothing_is_sure() -> None:
    filings = propose("2014年控流保学台账\n姓名\t年级\t流失时间\t流失原因\t劝返情况")
    assert first(filings) == ("ledger", "", "2014", False)
    assert "没有看出是哪个单位的材料" in filings[0].because


def test_a_paper_of_three_years_fills_three_slots() -> None:
    filings = propose("第三小学近三年控流保学台账\n姓名\t年级\t流失时间\t流失原因\t劝返情况")
    assert tuple(f.period for f in filings if f.requirement == "ledger") == YEARS


def test_name_and_text_that_say_different_years_are_shown_and_asked() -> None:
    filings = propose(LEDGER, name="2015控流保学台账.xls")
    assert filings[0].requirement == "ledger"
    assert not filings[0].sure
    assert any("2014年" in said and "2015" in said and "请核对" in said for said in filings[0].because)


def test_a_paper_in_the_wrong_schools_folder_is_shown_and_asked() -> None:
    filings = propose(LEDGER, folder="第二小学")
    assert filings[0].unit == "three"
    assert not filings[0].sure
    assert any("第三小学" in said and "第二小学" in said for said in filings[0].because)


def test_the_folder_of_a_collecting_office_contradicts_no_school() -> None:
    assert first(propose(LEDGER, folder="吴集镇人民政府收")) == ("ledger", "three", "2014", True)


def test_a_code_in_the_name_goes_before_the_words() -> None:
    filings = propose("第三小学2014年登记\n姓名\t年级", name="B2-3.xls")
    assert filings[0].requirement == "ledger"
    assert "文件名有编号“B2-3”" in filings[0].because


def test_a_code_that_speaks_for_another_requirement_is_shown_and_asked() -> None:
    filings = propose(LEDGER, folder="C2-1")
    ledger = next(filing for filing in filings if filing.requirement == "ledger")
    assert not ledger.sure
    assert "文件夹的编号是“C2-1”,与此项不符,请核对" in ledger.because


def test_a_paper_size_is_no_code() -> None:
    sized = replace(TOWN, indicators=(Indicator(id="i", code="A4", title="控流保学"),))
    assert not any(
        "编号" in said for f in propose(LEDGER, name="A4纸打印.xls", by=Classifier(sized)) for said in f.because
    )


def test_an_explicit_mark_is_sure_whatever_the_words_say() -> None:
    mark = Mark(requirement="ledger", unit="two", period="2015", why="报送包内编号")
    filings = propose("无题", marks=(mark,))
    assert first(filings) == ("ledger", "two", "2015", True)
    assert "报送包内编号" in filings[0].because


@pytest.mark.parametrize(
    "text",
    [
        "第三小学食堂大宗物资采购合同\n甲方:第三小学",
        "第三小学消防安全隐患整改方案\n灭火器过期……",
        "第三小学2014年秋季运动会工作方案",
        "第三小学2014年教师节慰问名单\n姓名\t金额",
        "我的家乡\n我的家乡在山村。",
    ],
)
def test_papers_that_belong_nowhere_are_never_sure(text: str) -> None:
    assert not any(filing.sure for filing in propose(text))


def test_a_file_with_neither_name_nor_text_is_never_sure() -> None:
    assert not any(filing.sure for filing in propose("", name="mmexport1.jpg"))


def test_near_misses_go_to_their_own_requirements() -> None:
    assert propose("第三小学迎检工作方案\n为迎接检查……")[0].requirement == "plan"
    assert propose("第三小学整改方案\n针对存在的问题……")[0].requirement == "rectify"
    assert propose("吴集镇人民政府关于控流保学工作的督查通报")[0].requirement == "inspection"


def test_a_persons_word_goes_before_what_the_paper_says() -> None:
    described, _ = CLASSIFIER.describe_and_propose(
        file_names=("a.doc",), folder="", extracted=read(LEDGER), today=TODAY
    )
    corrected = replace(
        described,
        unit=Told(value="two", source="person", confidence=1.0),
        period=Told(value="2015", source="person", confidence=1.0),
        periods=(),
    )
    filings = CLASSIFIER.propose(
        description=corrected, file_names=("a.doc",), folder="", extracted=read(LEDGER), today=TODAY
    )
    assert (filings[0].requirement, filings[0].unit, filings[0].period) == ("ledger", "two", "2015")


def test_a_title_given_by_a_person_is_what_is_compared() -> None:
    described = Description(title=Told(value="第三小学迎检工作方案", source="person", confidence=1.0))
    filings = CLASSIFIER.propose(description=described, file_names=("1.jpg",), folder="", extracted=None, today=TODAY)
    assert filings[0].requirement == "plan"


def test_the_same_paper_gets_the_same_answer_twice() -> None:
    assert propose(LEDGER) == propose(LEDGER)


def test_a_checklist_without_requirements_proposes_nothing() -> None:
    assert propose(LEDGER, by=Classifier(replace(TOWN, requirements=()))) == ()
