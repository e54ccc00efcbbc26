from duban_archive.core.model import Extracted, Locator, Passage
from duban_archive.core.text_layers import differs, pages_to_check, settle

TRUE = "吴集镇人民政府关于做好二〇一五年义务教育均衡发展督导评估迎检工作的通知,各村、镇直各单位、各学校:"
LIE = "全镇适龄儿童入学率百分之百,辍学率为零,办学条件全部达标,教师编制全部落实,经费全部到位,无一拖欠。"


def reading(*layers: str) -> Extracted:
    passages = tuple(Passage(locator=Locator(page=n), text=text) for n, text in enumerate(layers, 1))
    pages = list(range(1, len(layers) + 1))
    check = pages_to_check(pages)
    facts = {"text_layer": {"pages": pages, "check": list(check)}}
    return Extracted(
        media_type="application/pdf",
        engine="pdfium",
        passages=passages,
        unread_pages=check,
        pages=len(pages),
        facts=facts,
    )


def seen(page: int, text: str) -> Passage:
    return Passage(locator=Locator(page=page), text=text, ocr=True, confidence=0.9)


def test_a_layer_with_a_few_wrong_characters_says_what_is_seen() -> None:
    assert not differs(TRUE, TRUE.replace("均衡", "均衝").replace("评估", "评佔"))


def test_a_layer_that_says_something_else_or_much_more_differs() -> None:
    assert differs(LIE, TRUE)
    assert differs(TRUE + LIE + LIE[::-1], TRUE)


def test_little_text_proves_nothing_but_much_text_on_an_empty_page_does() -> None:
    assert not differs("第3页", TRUE)
    assert not differs(TRUE, "吴集镇")
    assert differs(TRUE + LIE, "")


def test_a_layer_that_is_true_stays_and_what_was_recognised_is_not_kept_twice() -> None:
    whole, new = settle(reading(TRUE), [seen(1, TRUE)])
    assert (whole.passages, new) == (reading(TRUE).passages, ())
    assert whole.facts["text_layer"]["checked"] == [1]
    assert "text_layer_differs" not in whole.facts


def test_a_layer_that_lies_gives_way_to_what_is_seen_and_all_its_pages_are_looked_at() -> None:
    whole, new = settle(reading(LIE, TRUE, TRUE, TRUE, TRUE), [seen(1, TRUE)])
    assert [p.locator.page for p in whole.passages] == [2, 3, 4, 5]
    assert [p.text for p in new] == [TRUE]
    assert whole.facts["text_layer_differs"] == [{"page": 1, "sample": LIE[:40]}]
    assert [note.code for note in whole.notes] == ["text_layer_differs"]
    assert set(whole.unread_pages) == {1, 2, 3, 4, 5}
    again, more = settle(whole, [seen(2, TRUE), seen(4, LIE)])
    assert [one["page"] for one in again.facts["text_layer_differs"]] == [1, 4]
    assert [p.locator.page for p in more] == [4]


def test_pages_that_merely_had_no_text_take_what_was_recognised() -> None:
    scan = Extracted(media_type="application/pdf", engine="pdfium", unread_pages=(1,), pages=1)
    assert settle(scan, [seen(1, TRUE)]) == (scan, (seen(1, TRUE),))


def test_a_mark_of_the_scanning_program_does_not_take_the_place_of_what_is_seen() -> None:
    mark = "扫描全能王 创建"
    whole, new = settle(reading(mark), [seen(1, TRUE)])
    assert [p.text for p in whole.passages] == [mark]
    assert [p.text for p in new] == [TRUE]
