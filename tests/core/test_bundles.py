from datetime import date

from small_town import CLASSIFIER

from duban_archive.core.bundles import (
    Photo,
    is_compilation,
    papers_in,
    part_of,
    photos_together,
    sheets_in,
    unlike_sheets,
)
from duban_archive.core.model import Extracted, Locator, Passage, Table

TODAY = date(2016, 3, 1)


def scan(*pages: str) -> Extracted:
    passages = tuple(Passage(locator=Locator(page=n), text=text, ocr=True) for n, text in enumerate(pages, start=1))
    return Extracted(media_type="application/pdf", engine="test", passages=passages, pages=len(pages))


BOX = scan(
    "第三小学迎检工作方案\n一、指导思想……",
    "三、要求……\n第三小学\n2015年8月6日",
    "",
    "第三小学2014年控流保学台账\n姓名 年级 流失时间 流失原因 劝返情况",
    "甲 五 10月 外出 已返\n2014年12月30日",
    "第三小学整改方案\n针对存在的问题……\n第三小学\n2015年9月1日",
)


def test_a_scan_of_many_papers_is_proposed_for_splitting_at_their_title_pages() -> None:
    stretches = papers_in(BOX, TODAY)
    assert [(s.pages, s.title) for s in stretches] == [
        ((1, 2, 3), "第三小学迎检工作方案"),
        ((4, 5), "第三小学2014年控流保学台账"),
        ((6,), "第三小学整改方案"),
    ]
    assert stretches[1].because == "第4页前面是空白页"
    assert stretches[2].because == "第6页前一页以日期落款结束"


def test_every_page_is_in_exactly_one_stretch() -> None:
    pages = [page for stretch in papers_in(BOX, TODAY) for page in stretch.pages]
    assert pages == [1, 2, 3, 4, 5, 6]


def test_one_long_paper_is_not_taken_apart() -> None:
    long = scan("第三小学迎检工作方案\n一、……", "二、组织机构\n组长……", "三、工作安排\n……", "第三小学\n2015年8月6日")
    assert papers_in(long, TODAY) == ()


def test_a_number_of_its_own_begins_a_paper() -> None:
    two = scan(
        "吴集镇人民政府文件\n吴政发〔2015〕15号\n关于印发方案的通知\n内容……",
        "吴集镇人民政府文件\n吴政发〔2015〕16号\n关于成立领导小组的通知\n内容……",
    )
    assert [s.because for s in papers_in(two, TODAY)] == ["第一份", "第2页有自己的文号"]


def test_stretches_of_pages_are_proposed_for_slots_but_never_surely() -> None:
    filings = CLASSIFIER.propose_parts(file_names=("扫描件1.pdf",), folder="", extracted=BOX, today=TODAY, record=4)
    assert [(f.requirement, f.pages, f.sure) for f in filings] == [
        ("plan", (1, 2, 3), False),
        ("ledger", (4, 5), False),
        ("rectify", (6,), False),
    ]
    assert filings[1].because[0] == "第4—5页是“第三小学2014年控流保学台账”"


def test_a_part_holds_only_its_own_pages() -> None:
    part = part_of(BOX, papers_in(BOX, TODAY)[1])
    assert [passage.locator.page for passage in part.passages] == [4, 5]
    assert part.pages == 2


def test_named_or_titled_sheets_are_proposed_for_splitting() -> None:
    rows = (("姓名", "年级"), ("甲", "五"))
    book = Extracted(
        media_type="application/vnd.ms-excel",
        engine="test",
        tables=(
            Table(locator=Locator(sheet="控流台账", row=1), rows=rows),
            Table(locator=Locator(sheet="Sheet2", row=1), rows=(("在校学生花名册", "", ""), *rows)),
            Table(locator=Locator(sheet="Sheet3", row=1), rows=rows),
        ),
    )
    assert [(s.sheet, s.title) for s in sheets_in(book, TODAY)] == [
        ("控流台账", "控流台账"),
        ("Sheet2", "在校学生花名册"),
    ]


def test_loose_photos_of_one_folder_and_numbering_are_proposed_for_joining() -> None:
    photos = [Photo(record=n, file_name=f"IMG_{n:04d}.jpg", folder="三小") for n in (3, 1, 2, 9)]
    photos.append(Photo(record=20, file_name="全家福.jpg", folder="三小"))
    photos.append(Photo(record=21, file_name="IMG_0004.jpg", folder="二小"))
    assert [t.records for t in photos_together(photos)] == [(1, 2, 3)]


def test_photos_taken_far_apart_stay_apart() -> None:
    photos = [
        Photo(record=1, file_name="IMG_1.jpg", folder="", taken="2015-08-05T10:10:00"),
        Photo(record=2, file_name="IMG_2.jpg", folder="", taken="2015-08-05T10:15:00"),
        Photo(record=3, file_name="IMG_3.jpg", folder="", taken="2015-08-06T10:16:00"),
    ]
    assert [t.records for t in photos_together(photos)] == [(1, 2)]


def test_a_compilation_says_so_in_its_title() -> None:
    assert is_compilation("第三小学规章制度汇编")
    assert not is_compilation("第三小学工作总结")


def test_an_annex_stays_with_the_paper_that_brings_it() -> None:
    notice = scan(
        "吴集镇人民政府\n关于印发方案的通知\n内容……\n吴集镇人民政府\n2015年8月6日",
        "附件1\n吴集镇迎检工作方案\n一、指导思想……",
        "附件:2\n吴集镇迎检工作领导小组名单\n组长……",
    )
    assert papers_in(notice, TODAY) == ()


def test_a_blank_page_without_a_passage_parts_papers_too() -> None:
    pages = [p for p in BOX.passages if p.text]
    without = Extracted(media_type="application/pdf", engine="test", passages=tuple(pages), pages=6)
    assert papers_in(without, TODAY) == papers_in(BOX, TODAY)


def test_one_list_cut_by_classes_is_no_workbook_of_many_papers() -> None:
    def book(*titles: str) -> Extracted:
        rows = (("姓名", "年级"), ("甲", "五"))
        tables = tuple(
            Table(locator=Locator(sheet=f"Sheet{n}", row=1), rows=((title, ""), *rows))
            for n, title in enumerate(titles, 1)
        )
        return Extracted(media_type="application/vnd.ms-excel", engine="test", tables=tables)

    classes = book("一年级学生花名册", "二年级学生花名册", "三年级学生花名册")
    assert unlike_sheets(sheets_in(classes, TODAY)) == ()
    papers = book("在校学生花名册", "控流保学工作台账")
    assert [s.sheet for s in unlike_sheets(sheets_in(papers, TODAY))] == ["Sheet1", "Sheet2"]


def test_photos_that_people_named_after_different_things_stay_apart() -> None:
    names = ("家长会1.jpg", "家长会2.jpg", "运动会1.jpg", "运动会2.jpg")
    photos = [
        Photo(record=n, file_name=name, folder="", taken=f"2015-08-05T10:{10 + n}:00")
        for n, name in enumerate(names, 1)
    ]
    assert [t.records for t in photos_together(photos)] == [(1, 2), (3, 4)]


def test_in_a_folder_of_pictures_an_event_may_take_hours() -> None:
    photos = [
        Photo(record=n, file_name=f"IMG_{n}.jpg", folder="教师节", taken=f"2015-09-10T{hour}:00:00")
        for n, hour in enumerate(("09", "11", "13"), 1)
    ]
    assert photos_together(photos) == ()
    assert [t.records for t in photos_together(photos, albums={"教师节"})] == [(1, 2, 3)]
