from datetime import date

import pytest

from duban_archive.core.checklist import Checklist, Indicator, Unit
from duban_archive.core.describe import Clerk, describe
from duban_archive.core.describe.file_name import clean_name
from duban_archive.core.model import Description, Extracted, Locator, Passage, Table, Told

TODAY = date(2016, 3, 1)
TOWN = Checklist(
    id="x",
    title="",
    version="1",
    base_year=2015,
    units=(
        Unit(id="town", name="吴集镇人民政府", aliases=("吴集镇", "镇政府"), kind="乡镇"),
        Unit(id="zxx", name="吴集镇中心学校", kind="中心学校"),
        Unit(id="two", name="吴集镇第二小学", kind="小学"),
        Unit(id="three", name="吴集镇第三小学", kind="小学"),
        Unit(id="gone", name="吴集镇柳林村小学", kind="小学", closed="2013-07", merged_into="three"),
    ),
    indicators=(Indicator(id="i", code="B2-3", title="控流保学"),),
)
CLERK = Clerk(TOWN)


def read(text: str, *, name: str = "a.doc", folder: str = "") -> Description:
    passages = (Passage(locator=Locator(page=1), text=text),) if text else ()
    extracted = Extracted(media_type="application/msword", engine="test", passages=passages)
    return describe(file_names=(name,), folder=folder, extracted=extracted, checklist=CLERK, today=TODAY)


def value(told: Told | None) -> str:
    return told.value if told else ""


RED_HEAD = """吴集镇人民政府文件
吴政发（2015）第15号
吴集镇人民政府
关于印发《吴集镇迎接省“第三轮两项督导评估”
工作方案》的通知
各村、镇直各单位、各学校：
根据湘政发[2004]147号精神,现将方案印发给你们。
吴集镇人民政府
二〇一五年七月三十日
附件：任务分解表"""


def test_a_red_headed_paper_tells_all_its_fields() -> None:
    described = read(RED_HEAD, name="扫描件0001.pdf")
    assert value(described.title) == "吴集镇人民政府关于印发《吴集镇迎接省“第三轮两项督导评估”工作方案》的通知"
    assert value(described.document_number) == "吴政发〔2015〕15号"
    assert value(described.dated) == "2015-07-30"
    assert value(described.author) == "吴集镇人民政府"
    assert value(described.unit) == "town"
    assert value(described.kind) == "plan"


def test_the_real_title_goes_before_the_file_name() -> None:
    described = read("第三小学2014-2015学年度第一学期\n控辍保学工作总结\n一、基本情况。", name="新建文档(3).doc")
    assert described.title == Told(
        value="第三小学2014-2015学年度第一学期控辍保学工作总结", source="text", confidence=0.95
    )
    assert value(described.period) == "2014-2015-1"


def test_padded_characters_of_a_title_close_up() -> None:
    assert value(read("会  议  记  录\n时间：2015年8月5日\n地点：会议室").title) == "会议记录"


def test_without_text_the_cleaned_file_name_is_the_title() -> None:
    described = read("", name="20150801三小迎检总结(最终版)(1).doc")
    assert described.title is not None
    assert (described.title.value, described.title.source) == ("三小迎检总结", "name")


def test_without_text_or_name_an_own_title_stands_in_brackets() -> None:
    described = read("", name="mmexport1438900000000.jpg", folder="三小/2015")
    assert value(described.title).startswith("[")
    assert value(described.unit) == "three"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("2014下三小总结(最终版).doc", "2014下三小总结"),
        ("复件 复件 花名册.xls", "花名册"),
        ("附件2：任务分解表(1)(1).xls", "任务分解表"),
        ("03、学校简介-副本.doc", "学校简介"),
        ("20150912_控辍台账_v2.xlsx", "控辍台账"),
        ("方案_盖章扫描件.pdf", "方案"),
        ("微信图片_20150911120000.jpg", ""),
        ("IMG_20150805_101010.jpg", ""),
        ("新建 Microsoft Word 文档 (2).doc", ""),
        ("扫描件0003.pdf", ""),
        ("0001.tif", ""),
        ("报名册.doc.doc", "报名册"),
    ],
)
def test_a_file_name_is_read_without_stamps_and_copy_marks(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_an_unknown_date_is_unknown_and_never_today() -> None:
    assert read("第三小学控流保学台账\n姓名\t年级").dated is None
    assert read("", name="台账.xls").dated is None


def test_birth_dates_in_a_table_are_not_the_papers_date() -> None:
    assert read("花名册\n姓名\t出生年月\n张\t2005年3月\n李\t2006.1.2").dated is None


def test_the_date_under_the_signature_counts_and_not_one_in_the_text() -> None:
    text = "关于开学检查的通报\n9月1日至3日,我校迎来检查。要求2015年9月20日前整改。\n第三小学\n2015年9月5日"
    assert value(read(text).dated) == "2015-09-05"


def test_a_date_of_the_imprint_is_only_the_last_resort() -> None:
    text = "关于放假的通知\n各班:放假。\n吴集镇党政办公室  2015年9月30日印发"
    dated = read(text).dated
    assert dated is not None
    assert dated.value == "2015-09-30"
    assert dated.confidence < 0.7


def test_a_merged_schools_later_paper_counts_for_its_successor() -> None:
    assert value(read("柳林小学2014年控流保学台账\n姓名\t年级").unit) == "three"
    assert value(read("柳林小学2012年控流保学台账\n姓名\t年级").unit) == "gone"


def test_the_folder_tells_the_unit_where_the_paper_is_silent() -> None:
    unit = read("控流保学台账\n姓名\t年级", folder="迎检/三小/2014").unit
    assert unit is not None
    assert (unit.value, unit.source) == ("three", "folder")


def test_a_paper_in_the_wrong_schools_folder_keeps_its_own_unit_with_less_confidence() -> None:
    text = "吴集镇第三小学迎检工作总结\n第三小学\n2015年8月30日"
    right, wrong = read(text, folder="第三小学").unit, read(text, folder="第二小学").unit
    assert right is not None
    assert wrong is not None
    assert wrong.value == "three"
    assert wrong.confidence < right.confidence


def test_several_periods_are_all_kept() -> None:
    described = read("第二小学近三年控流保学统计表\n年度\t人数")
    assert described.periods == ("2013", "2014", "2015")
    assert value(described.period) == "2015"


def test_a_number_only_cited_is_not_taken() -> None:
    assert read("整改方案\n根据吴政办〔2015〕31号要求,制定本方案。\n第三小学\n2015年12月3日").document_number is None


def test_secrecy_copies_and_later_compilations_are_noticed() -> None:
    assert value(read("秘密★1年\n吴集镇人民政府文件\n关于安保的通知").secrecy) == "秘密"
    assert value(read("教师资格证\n与原件相符", name="资格证复印件.pdf").formation) == "复印件"
    assert value(read("会议记录", folder="补充整理").formation) == "补充整理"
    assert read("内部资料 注意保存\n学校简介").secrecy is None


@pytest.mark.parametrize("name", ["B2-3台账.xls", "B2－3 台账.xls", "b2_3台账.xls", "B2.3 台账.xls"])
def test_a_known_code_in_the_name_is_a_mark(name: str) -> None:
    assert value(read("", name=name).code) == "B2-3"


def test_an_unknown_code_is_no_mark() -> None:
    assert read("", name="A4-2 台账.xls").code is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于控流保学工作督查情况的通报", "notice"),
        ("整改台账", "ledger"),
        ("在校学生花名册", "roster"),
        ("辍学率统计表", "statistics"),
        ("学籍登记表", "register"),
        ("自查自评报告", "self_report"),
        ("迎检工作汇报材料", "report"),
        ("校长会会议记录", "minutes"),
        ("实验室管理制度", "policy"),
        ("关于印发《学生资助办法》的通知", "policy"),
        ("寄宿生生活补助发放花名册", "voucher"),
        ("专题片解说词", "speech"),
        ("满意度调查问卷", "survey"),
        ("教师资格证书", "certificate"),
    ],
)
def test_the_tail_of_a_title_tells_the_kind(title: str, kind: str) -> None:
    assert value(read(title).kind) == kind


def test_a_record_of_several_parts_is_described_from_all_of_them() -> None:
    first = Extracted(
        media_type="image/jpeg",
        engine="ocr",
        passages=(Passage(locator=Locator(page=1), text="会议记录\n时间：2015年8月5日", ocr=True),),
    )
    last = Extracted(
        media_type="image/jpeg",
        engine="ocr",
        passages=(Passage(locator=Locator(page=1), text="散会。\n第三小学\n2015年8月5日", ocr=True),),
    )
    names = ("IMG_1.jpg", "IMG_2.jpg")
    described = describe(file_names=names, folder="", extracted=(first, last), checklist=CLERK, today=TODAY)
    assert value(described.title) == "会议记录"
    assert value(described.unit) == "three"


def test_a_sheet_with_two_hundred_columns_and_two_megabytes_of_text_are_described() -> None:
    rows = (tuple(f"列{n}" for n in range(200)), *(tuple(str(n) for n in range(200)) for _ in range(50)))
    text = "第三小学2014年普查表\n" + "一、数据很多。" * 300_000
    extracted = Extracted(
        media_type="application/vnd.ms-excel",
        engine="test",
        passages=(Passage(locator=Locator(sheet="1", row=1), text=text),),
        tables=(Table(locator=Locator(sheet="1", row=2), rows=rows),),
    )
    described = describe(file_names=("a.xls",), folder="", extracted=extracted, checklist=CLERK, today=TODAY)
    assert value(described.unit) == "three"
    assert value(described.title) == "第三小学2014年普查表"


def test_nothing_at_all_is_described_as_nothing() -> None:
    assert describe(file_names=("1.bin",), folder="", extracted=None, checklist=CLERK, today=TODAY) == Description()


def test_a_table_of_many_schools_under_the_towns_name_is_the_towns() -> None:
    text = "吴集镇2014年控流保学统计表\n学校\t人数\n第二小学\t3\n第三小学\t2\n中心学校\t1"
    assert value(read(text, folder="第二小学").unit) == "town"
    assert value(read("吴集镇2014年控流保学统计表\n姓名\t年级", folder="第二小学").unit) == "two"


def test_a_number_typed_behind_the_title_is_no_part_of_it() -> None:
    described = read("吴集镇人民政府关于做好控流保学工作的通知（吴政发〔2015〕15号）\n各学校：\n……")
    assert value(described.title) == "吴集镇人民政府关于做好控流保学工作的通知"
    assert value(described.document_number) == "吴政发〔2015〕15号"


def test_radicals_that_a_pdf_puts_for_characters_are_read_as_characters() -> None:
    assert value(read("第三⼩学迎检⼯作总结\n第三小学\n2015年8⽉30⽇").title) == "第三小学迎检工作总结"
    assert value(read("第三⼩学迎检⼯作总结\n第三小学\n2015年8⽉30⽇").dated) == "2015-08-30"
