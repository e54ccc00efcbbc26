import pytest

from duban_archive.core.checklist import Checklist, Unit
from duban_archive.core.units import UnitNames

TOWN = Checklist(
    id="x",
    title="",
    version="1",
    base_year=2015,
    units=(
        Unit(id="town", name="吴集镇人民政府", aliases=("吴集镇", "镇政府"), kind="乡镇"),
        Unit(id="zxx", name="吴集镇中心学校", kind="中心学校"),
        Unit(id="middle", name="吴集镇初级中学", kind="初中"),
        Unit(id="two", name="吴集镇第二小学", kind="小学"),
        Unit(id="three", name="吴集镇第三小学", kind="小学"),
        Unit(id="bridge", name="吴集镇大桥村小学", kind="小学"),
        Unit(id="village", name="大桥村", kind="村"),
    ),
)
NAMES = UnitNames(TOWN)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("吴集镇第三小学迎检方案", "three"),
        ("吴集三小总结", "three"),
        ("吴集镇三小", "three"),
        ("三小2014台账", "three"),
        ("第3小学", "three"),
        ("大桥小学", "bridge"),
        ("大桥村小", "bridge"),
        ("大桥村总结", "village"),
        ("吴集镇中心校", "zxx"),
        ("吴集镇政府", "town"),
    ],
)
def test_units_go_by_many_names(text: str, unit: str) -> None:
    assert [mention.unit for mention in NAMES.find(text)] == [unit]


@pytest.mark.parametrize("text", ["活动三小时", "第三小组名单", "全镇小学生", "中小学校", "二小时"])
def test_a_short_name_inside_a_longer_word_is_no_unit(text: str) -> None:
    assert NAMES.find(text) == ()


def test_the_name_of_a_place_alone_is_marked_as_such() -> None:
    assert NAMES.find("吴集镇登记表")[0].place
    assert not NAMES.find("吴集镇人民政府通知")[0].place


def test_a_word_too_common_in_texts_names_a_folder_where_only_one_fits() -> None:
    assert NAMES.find("中学生守则") == ()
    assert NAMES.whole("中学") == "middle"
    assert NAMES.whole("小学") == ""


def test_a_short_form_that_two_units_share_is_no_name() -> None:
    alike = Checklist(
        id="y",
        title="",
        version="1",
        base_year=2015,
        units=(Unit(id="a", name="东乡镇红星小学"), Unit(id="b", name="西乡镇红星小学")),
    )
    names = UnitNames(alike)
    assert names.find("红星小学总结") == ()
    assert names.find("西乡镇红星小学总结")[0].unit == "b"


def test_forty_schools_with_alike_names_are_told_apart() -> None:
    digits = "一二三四五六七八九十"
    numbers = [*digits, *(f"十{d}" for d in digits[:9]), "二十", *(f"二十{d}" for d in digits[:9]), "三十"]
    units = tuple(Unit(id=f"s{n}", name=f"清源县第{number}小学") for n, number in enumerate(numbers))
    names = UnitNames(Checklist(id="z", title="", version="1", base_year=2024, units=units))
    for unit in units:
        assert [m.unit for m in names.find(f"{unit.name}2024年总结")] == [unit.id]


def test_the_ordinal_of_a_short_name_is_not_cut_out_of_a_larger_number() -> None:
    assert NAMES.find("十三小") == ()
    assert [mention.unit for mention in NAMES.find("三小学生名单")] == ["three"]
