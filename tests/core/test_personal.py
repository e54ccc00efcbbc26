"""Personal numbers are found as they are written, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from duban_archive.core.personal import mask, sorts

ID = "34122420080315" + "123X"


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        (f"身份证号{ID}。", "身份证号"),
        (f"学籍号G{ID}", "身份证号"),
        ("证号 340102" + "800315" + "123", "身份证号"),
        ("联系电话:138" + "0013" + "8000", "手机号"),
        ("电话 139-" + "0013-" + "9000", "手机号"),
        ("卡号 6222 " + "0210 " + "0111 " + "6245 123", "银行卡号"),
    ],
)
def test_a_personal_number_is_found_and_its_middle_starred(text: str, sort: str) -> None:
    assert sort in sorts(text)
    masked = mask(text)
    assert len(masked) == len(text)
    assert sorts(masked) == ()
    assert masked.count("*") >= 5


@pytest.mark.parametrize(
    "text",
    [
        "吴政发〔2015〕15号", "在校生 1203 人,经费 1234567.89 元", "2014-2015学年度第一学期", "办公电话 0558-2345678",
        "全国统一书号 9787107123456", "34122420081399" + "1234", "编号20150730001",
    ],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert sorts(text) == ()
    assert mask(text) == text
