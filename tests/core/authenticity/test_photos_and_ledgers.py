"""照片和台账: what is doubted, and what a camera and a busy school rightly do."""

import pytest
from doubtful_papers import JPG, PDF, XLSX, doubts, paper, rules

SHOT = {"width": 4000, "height": 3000, "fingerprint": "f0e1c387a59b3c1e", "sharpness": 300.0, "camera": "HUAWEI"}


def photo(name: str, *, folder: str = "", text: str = "", **facts: object) -> object:
    return paper(text, name=name, folder=folder, media=JPG, facts={**SHOT, **facts}, ocr=bool(text))


def test_a_photo_taken_on_another_day_than_its_caption_is_doubted() -> None:
    (found,) = doubts(photo("2015年9月10日教师节表彰.jpg", taken="2014-05-03T10:00:00"), rule="photo_date")
    assert "2014-05-03" in found.message
    assert doubts(
        photo("IMG_0001.jpg", folder="第三小学/2015年9月家长会", taken="2014-05-03T10:00:00"), rule="photo_date"
    )
    assert doubts(photo("2014-2015学年第一学期家长会.jpg", taken="2013-10-03T10:00:00"), rule="photo_date")


@pytest.mark.parametrize(
    ("name", "folder", "taken"),
    [
        ("2015年9月10日教师节表彰.jpg", "", "2015-09-10T10:00:00"),
        ("2015年9月10日教师节表彰.jpg", "", "2015-09-11T01:00:00"),
        ("2015年9月教师节表彰.jpg", "", "2015-10-01T10:00:00"),
        ("2015年教师节表彰.jpg", "", "2015-09-10T10:00:00"),
        ("教师节表彰.jpg", "", "2014-05-03T10:00:00"),
        ("2015年9月10日教师节表彰.jpg", "", ""),
        ("2015年9月10日教师节表彰.jpg", "", "2000-01-01T00:00:12"),
        ("IMG_20150910_101010.jpg", "", "2014-05-03T10:00:00"),
        ("教师节表彰.jpg", "2015年11月上报材料", "2015-09-10T10:00:00"),
        ("2014-2015学年第二学期运动会.jpg", "", "2015-04-10T10:00:00"),
    ],
)
def test_times_that_agree_or_that_nobody_told_are_no_doubt(name: str, folder: str, taken: str) -> None:
    assert not doubts(photo(name, folder=folder, **({"taken": taken} if taken else {})), rule="photo_date")


def test_a_cameras_own_name_tells_when_chat_programs_took_the_exif_away() -> None:
    named = {"at": "2014-05-03T10:10:10", "saved": False}
    folder = "第三小学/2015年9月家长会"
    assert doubts(photo("IMG_20140503_101010.jpg", folder=folder, time_in_name=named), rule="photo_date")
    saved = photo("mmexport1.jpg", folder=folder, time_in_name={**named, "saved": True})
    assert not doubts(saved, rule="photo_date")


def test_a_paper_photographed_later_is_no_doubt() -> None:
    minutes = photo("2014年9月10日会议记录.jpg", text="会议记录" * 30, taken="2015-10-01T10:00:00")
    assert not doubts(minutes, rule="photo_date")


def test_a_size_that_the_picture_does_not_have_is_a_hint() -> None:
    (found,) = doubts(photo("活动照片4000x3000.jpg", width=640, height=480), rule="photo_size")
    assert found.severity == "hint"
    assert doubts(photo("运动会原图.jpg", width=640, height=480), rule="photo_size")
    assert not doubts(photo("运动会原图.jpg"), rule="photo_size")
    assert not doubts(photo("运动会.jpg", width=640, height=480), rule="photo_size")
    assert not doubts(photo("3x100接力赛.jpg", width=640, height=480), rule="photo_size")


def test_one_photo_for_two_events_is_doubted_even_scaled() -> None:
    one = photo("控辍保学宣传活动.jpg")
    other = photo("教师节表彰大会.jpg", width=1000, height=750, fingerprint="f0e1c387a59b3c1f")
    (found,) = doubts(one, other, rule="photo_reused")
    assert set(found.records) == {one.id, other.id}
    years = photo("2014年春季运动会.jpg"), photo("2015年春季运动会.jpg")
    assert doubts(*years, rule="photo_reused")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"name": "运动会1.jpg"}, {"name": "运动会2.jpg"}),
        ({"name": "IMG_0001.jpg", "folder": "运动会"}, {"name": "IMG_0002.jpg", "folder": "运动会"}),
        (
            {"name": "校门口护学岗.jpg", "taken": "2015-09-01T07:30:00"},
            {"name": "放学路队.jpg", "taken": "2015-09-02T16:30:00"},
        ),
        ({"name": "控辍保学宣传.jpg"}, {"name": "教师节表彰.jpg", "fingerprint": "0f1e3c785a64c3e1"}),
        ({"name": "控辍保学宣传.jpg"}, {"name": "照片1.jpg"}),
        ({"name": "控辍保学宣传活动.jpg"}, {"name": "控辍保学宣传照片.jpg", "folder": "上报"}),
        ({"name": "会议记录.jpg", "text": "会议记录" * 30}, {"name": "听课笔记.jpg", "text": "听课笔记" * 30}),
        ({"name": "白墙甲.jpg", "fingerprint": "0" * 16}, {"name": "黑板乙.jpg", "fingerprint": "0" * 16}),
    ],
)
def test_shots_of_one_event_and_shots_that_differ_are_no_doubt(first: dict[str, str], second: dict[str, str]) -> None:
    assert not doubts(photo(**first), photo(**second), rule="photo_reused")


# --- 文字层 -----------------------------------------------------------------------------------------------------------


def test_a_text_layer_that_differs_from_the_picture_is_doubted_by_page() -> None:
    facts = {"text_layer_differs": [{"page": 3, "layer": "在校生312人", "picture": "在校生287人"}]}
    (found,) = doubts(
        paper("自查报告\n在校生312人", media=PDF, name="自查报告.pdf", facts=facts), rule="text_layer_differs"
    )
    assert "第 3 页" in found.message
    assert not doubts(paper("自查报告", media=PDF, facts={}), rule="text_layer_differs")


# --- 台账 -------------------------------------------------------------------------------------------------------------


def book(title: str, header: str, days: list[str], **facts: object) -> object:
    rows = (
        (title, "", ""),
        ("序号", header, "内容"),
        *((str(n), day, "走访学生家庭") for n, day in enumerate(days, 1)),
    )
    return paper(name=f"{title}.xlsx", media=XLSX, tables=(rows,), facts=facts)


def test_visits_of_a_year_that_all_bear_one_day_are_doubted() -> None:
    title = "吴集镇第三小学2015年家访台账"
    (found,) = doubts(book(title, "走访日期", ["2015年9月10日"] * 12), rule="ledger_at_once")
    assert "12 行" in found.message
    assert found.places[0].sheet == "Sheet1"


@pytest.mark.parametrize(
    ("title", "header", "days"),
    [
        ("吴集镇第三小学2015年家访台账", "走访日期", [f"2015年{m}月10日" for m in range(1, 11)]),
        ("吴集镇第三小学教师大会签到表", "日期", ["2015年9月10日"] * 12),
        ("吴集镇第三小学安全隐患排查台账", "检查日期", ["2015年9月10日"] * 12),
        ("吴集镇第三小学整改台账", "完成时间", ["2015年9月30日"] * 12),
        ("吴集镇第三小学学生花名册", "入学日期", ["2015年9月1日"] * 40),
        ("吴集镇第三小学资助发放台账", "发放日期", ["2015年6月1日"] * 40),
        ("吴集镇第三小学2015年家访台账", "走访日期", ["2015年9月10日"] * 3),
        ("吴集镇第三小学图书借阅登记簿", "应还日期", ["2015年9月10日"] * 12),
    ],
)
def test_books_kept_act_by_act_and_tables_of_one_day_are_no_doubt(title: str, header: str, days: list[str]) -> None:
    assert not doubts(book(title, header, days), rule="ledger_at_once")


def test_a_years_visits_typed_in_ten_minutes_are_doubted() -> None:
    days = [f"2015年{m}月{d}日" for m in range(1, 11) for d in (5, 20)]
    once = {"created": "2015-11-01T08:00:00Z", "modified": "2015-11-01T08:12:00Z", "revision": "1", "edit_minutes": 12}
    title = "吴集镇第三小学2015年家访台账"
    assert doubts(book(title, "走访日期", days, **once), rule="ledger_at_once")
    kept = once | {"created": "2015-01-05T08:00:00Z", "revision": "40", "edit_minutes": 300}
    assert not doubts(book(title, "走访日期", days, **kept), rule="ledger_at_once")


def test_a_clean_paper_is_left_in_peace_by_every_rule() -> None:
    text = (
        "吴集镇第三小学文件\n吴三小字〔2015〕6号\n吴集镇第三小学迎检工作方案\n根据上级要求,结合本校实际,制定本方案。\n"
        "一、工作目标。资料齐全、数据真实、整改到位。\n吴集镇第三小学\n2015年8月5日"
    )
    assert rules(paper(text, facts={"created": "2015-08-04T08:00:00Z", "modified": "2015-08-05T08:00:00Z"})) == set()
