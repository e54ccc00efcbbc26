from duban_archive.core.model import Locator, Passage
from duban_archive.core.page_map import map_lines, page_at

LINES = (
    "吴集镇第三小学迎检工作方案",
    "为做好省第三轮两项督导评估迎检工作,特制定本方案。",
    "合格",
    "一、指导思想:以科学发展观为指导,全面落实义务教育法的各项规定,努力办好人民满意的教育。",
    "合格",
    "二、组织机构:成立迎检工作领导小组,由校长任组长,各处室负责人为成员,下设办公室。",
    "不合格",
    "三、工作安排:九月底前完成自查,十月上旬迎接镇级验收,十月中旬迎接县级复查。",
)


def block(lines: tuple[str, ...], first: int = 1) -> Passage:
    return Passage(locator=Locator(paragraph=first), text="\n".join(lines))


def pages(*groups: str) -> list[str]:
    return [f"吴集镇第三小学\n{text}\n— {n} —" for n, text in enumerate(groups, 1)]


def test_each_paragraph_has_the_page_it_is_printed_on() -> None:
    marks = map_lines([block(LINES)], pages("\n".join(LINES[:3]), "\n".join(LINES[3:6]), "\n".join(LINES[6:])))
    found = [page_at(marks, Locator(paragraph=n)) for n in range(1, 9)]
    assert found == [1, 1, 1, 2, 2, 2, 3, 3]


def test_a_paragraph_over_a_page_break_has_both_pages() -> None:
    whole = LINES[3]
    marks = map_lines([block(LINES)], pages("\n".join((*LINES[:3], whole[:20])), "\n".join((whole[20:], *LINES[4:]))))
    assert page_at(marks, Locator(paragraph=4)) == 1
    assert page_at(marks, Locator(paragraph=4), letters=30) == 2
    assert page_at(marks, Locator(paragraph=5)) == 2


def test_what_stands_nowhere_between_two_pages_is_unknown() -> None:
    lines = (LINES[1], "第九十九条", LINES[3])
    marks = map_lines([block(lines)], pages(lines[0], lines[2]))
    assert page_at(marks, Locator(paragraph=2)) is None
    assert page_at(marks, Locator(paragraph=3)) == 2


def test_notes_read_last_are_found_on_the_page_that_bears_them() -> None:
    note = "①本方案所称适龄儿童是指年满六周岁的儿童。"
    marks = map_lines([block((LINES[1], LINES[3], LINES[5], note))], pages(f"{LINES[1]}\n{note}", LINES[3], LINES[5]))
    assert [page_at(marks, Locator(paragraph=n)) for n in (1, 2, 3, 4)] == [1, 2, 3, 1]


def test_rows_are_told_apart_by_their_sheet() -> None:
    rows = tuple(f"{n}\t学生{n}号\t三年级{n}班随父母外出务工" for n in range(1, 9))
    sheets = [
        Passage(locator=Locator(sheet="流失", row=1), text="\n".join(rows[:4])),
        Passage(locator=Locator(sheet="复学", row=1), text="\n".join(rows[4:])),
    ]
    marks = map_lines(sheets, pages("\n".join(rows[:2]), "\n".join(rows[2:4]), "\n".join(rows[4:])))
    assert [page_at(marks, Locator(sheet="流失", row=n)) for n in (1, 2, 3, 4)] == [1, 1, 2, 2]
    assert page_at(marks, Locator(sheet="复学", row=1)) == 3
    assert page_at(marks, Locator(sheet="没有", row=1)) is None


def test_a_file_of_one_page_has_all_on_it_and_an_empty_one_nothing() -> None:
    marks = map_lines([block(LINES)], ["随便什么"])
    assert page_at(marks, Locator(paragraph=7)) == 1
    assert map_lines([block(LINES)], []) == ()
    assert page_at((), Locator(paragraph=1)) is None


def test_a_slide_left_out_of_the_print_moves_those_after_it() -> None:
    slides = [Passage(locator=Locator(page=n), text=text) for n, text in enumerate((LINES[1], LINES[3], LINES[5]), 1)]
    marks = map_lines(slides, [LINES[1], LINES[5]])
    assert page_at(marks, Locator(page=1)) == 1
    assert page_at(marks, Locator(page=3)) == 2


def test_a_form_that_is_printed_once_a_class_is_told_apart_by_its_order() -> None:
    form = ("学生姓名:", "任教学科及周课时数统计栏", "备注:以上内容由班主任如实填写并签字确认")
    marks = map_lines([block(form * 3)], pages(*["\n".join(form)] * 3))
    assert [page_at(marks, Locator(paragraph=n)) for n in range(1, 10)] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
