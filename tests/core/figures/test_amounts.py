from decimal import Decimal

import pytest

from duban_archive.core.figures.amounts import measure_in, read_amount
from duban_archive.core.figures.readings import differ


@pytest.mark.parametrize(
    ("written", "value", "measure"),
    [
        ("386", "386", ""),
        ("1,208人", "1208", "人"),
        ("1，208", "1208", ""),
        ("３８６", "386", ""),
        ("36.5万元", "365000", "元"),
        ("99.86%", "99.86", "%"),
        ("9.8‰", "0.98", "%"),
        ("百分之九十八点五", "98.5", "%"),
        ("三百八十六", "386", ""),
        ("二千零一十五人", "2015", "人"),
        ("十二", "12", ""),
        ("3120平方米", "3120", "㎡"),
        ("-3", "-3", ""),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, value: str, measure: str) -> None:
    amount = read_amount(written)
    assert amount is not None
    assert (amount.value, amount.measure) == (Decimal(value), measure)


@pytest.mark.parametrize("written", ["", "—", "无", "2015年", "2015-09-01", "3人2班", "386/12", "一年级", "约好", "万"])
def test_what_is_not_one_number_is_not_read(written: str) -> None:
    assert read_amount(written) is None


def test_roughly_is_marked() -> None:
    assert [read_amount(t) and read_amount(t).about for t in ("约380人", "380余人", "99%以上", "380人")] == [  # type: ignore[union-attr]
        True,
        True,
        True,
        False,
    ]


def test_a_header_gives_the_measure_that_its_numbers_lack() -> None:
    assert [measure_in(t) for t in ("金额(万元)", "占地面积(平方米)", "单位:万元", "辍学率(%)", "备注(必填)")] == [
        "万元", "㎡", "万元", "%", "",
    ]  # fmt: skip
    amount = read_amount("101.2")
    assert amount is not None
    assert amount.in_measure("万元").shown() == "1012000元"


def test_rounding_is_no_contradiction_and_another_number_is() -> None:
    def two(one: str, other: str) -> bool:
        a, b = read_amount(one), read_amount(other)
        assert a is not None
        assert b is not None
        return differ(a, b, rate="%" in one)

    assert not two("99.86%", "99.9%")
    assert not two("99.86%", "99.87%")
    assert two("99.86%", "98.6%")
    assert two("386人", "387人")
    assert not two("101.2万元", "1012345元")
    assert two("101.2万元", "1022345元")
