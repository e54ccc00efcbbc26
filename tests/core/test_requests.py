"""Marks of request packages: the nearest code file says it, names do where it is lost, nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.requests import folder_name, make_code, mark_among, number_of, read_mark

CODE = make_code(3, "abc", "xx3")


@pytest.mark.parametrize(
    ("folders", "said", "beside", "mark"),
    [
        (("包", "07 台账"), {1: CODE, 2: f"{CODE}/07"}, {}, f"{CODE}/07"),
        (("改了名", "07 台账"), {1: CODE}, {}, f"{CODE}/07"),
        (("改了名", "07 台账", "照片"), {1: CODE}, {}, f"{CODE}/07"),
        (("改了名", "全换了"), {1: CODE, 2: f"{CODE}/12\r\n"}, {}, f"{CODE}/12"),
        ((f"三小报送包 {CODE}", "03 总结"), {}, {}, f"{CODE}/03"),
        ((f"三小报送包 {CODE.lower()}(1)", "03 总结"), {}, {}, f"{CODE}/03"),
        (("三小", "(03)总结"), {}, {1: (f"报送清单 {CODE}.xlsx",)}, f"{CODE}/03"),
        (("包",), {1: CODE}, {}, CODE),
        (("包", "2014年台账"), {1: CODE}, {}, CODE),
        (("07 台账",), {}, {}, ""),
        (("包", "07 台账"), {1: "随便写的"}, {}, ""),
        ((), {0: f"{CODE}/2"}, {}, ""),
    ],
)
def test_a_paper_is_marked_by_what_is_nearest(
    folders: tuple[str, ...], said: dict[int, str], beside: dict[int, tuple[str, ...]], mark: str
) -> None:
    assert mark_among(folders, said, beside) == mark


def test_a_code_names_its_number_and_another_office_has_another() -> None:
    assert number_of(CODE) == "3"
    assert make_code(3, "abd", "xx3") != CODE
    assert number_of("BS3") == ""


@given(st.text())
def test_no_text_breaks_the_reading_of_a_code_file(text: str) -> None:
    mark = read_mark(text)
    assert mark == "" or mark.startswith("BS")


@given(st.integers(1, 999), st.text(max_size=80), st.text(max_size=30))
def test_a_folder_is_short_and_may_stand_on_windows(number: int, title: str, period: str) -> None:
    name = folder_name(number, title, period)
    assert name.startswith(f"{number:02d}")
    assert not set('\\/:*?"<>|\n\t') & set(name)
    assert not name.endswith((" ", "."))
    assert len(name) <= 64
