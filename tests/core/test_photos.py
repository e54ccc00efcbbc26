import pytest

from duban_archive.core.photos import Shot, flags, time_in_name, without_copy_marks


@pytest.mark.parametrize(
    ("name", "at", "saved"),
    [
        ("mmexport1412345678901.jpg", "2014-10-03T22:14:38", True),
        ("mmexport1412345678901(1).jpg", "2014-10-03T22:14:38", True),
        ("wx_camera_1412345678901.jpg", "2014-10-03T22:14:38", False),
        ("微信图片_20240512103045.jpg", "2024-05-12T10:30:45", True),
        ("微信图片_20240512103045_12_34.jpg", "2024-05-12T10:30:45", True),
        ("QQ图片20150805101010.png", "2015-08-05T10:10:10", True),
        ("IMG_20150805_101010.jpg", "2015-08-05T10:10:10", False),
        ("IMG20150805101010(2)(1).jpg", "2015-08-05T10:10:10", False),
        ("Screenshot_2015-08-05-10-10-10-12.png", "2015-08-05T10:10:10", False),
        ("VID_20150805_101010.mp4", "2015-08-05T10:10:10", False),
        ("2015-08-05 10.10.10.jpg", "2015-08-05T10:10:10", False),
    ],
)
def test_a_name_tells_the_moment_and_whether_it_is_that_of_saving(name: str, at: str, saved: bool) -> None:
    named = time_in_name(name)
    assert named is not None
    assert (named.at, named.saved) == (at, saved)


@pytest.mark.parametrize("name", ["DSC_0012.JPG", "教师节座谈.jpg", "IMG_20150231_101010.jpg", "13800138000.jpg", ""])
def test_a_name_without_a_moment_tells_none(name: str) -> None:
    assert time_in_name(name) is None


def test_copy_marks_of_machines_go_and_the_numbers_of_people_stay() -> None:
    assert without_copy_marks("IMG_0012(1)(2).jpg") == "IMG_0012"
    assert without_copy_marks("教师节座谈(2).jpg") == "教师节座谈(2)"


def test_a_blurred_shot_among_sharp_ones_is_flagged() -> None:
    found = flags([Shot(record=1, sharpness=800.0), Shot(record=2, sharpness=30.0), Shot(record=3, sharpness=700.0)])
    assert [(flag.record, flag.code) for flag in found] == [(2, "blurred")]


def test_of_shots_that_look_alike_the_sharpest_is_kept() -> None:
    shots = [
        Shot(record=1, sharpness=300.0, fingerprint="00000000000000ff"),
        Shot(record=2, sharpness=500.0, fingerprint="00000000000000fe"),
        Shot(record=3, sharpness=400.0, fingerprint="ffffffff00000000"),
    ]
    assert [(flag.record, flag.code, flag.like) for flag in flags(shots)] == [(1, "alike", 2)]


def test_pages_of_one_paper_look_alike_and_are_not_flagged_for_it() -> None:
    one, other = "会议于上午九点开始，" * 10, "校长作了总结发言并布置工作；" * 10
    looks = {"sharpness": 500.0, "fingerprint": "00000000000000ff"}
    assert flags([Shot(record=1, text=one, **looks), Shot(record=2, text=other, **looks)]) == ()  # type: ignore[arg-type]
    again = flags([Shot(record=1, text=one, **looks), Shot(record=2, text=one + "。", **looks)])  # type: ignore[arg-type]
    assert [flag.code for flag in again] == ["alike"]


def test_shots_of_which_nothing_is_known_are_not_flagged() -> None:
    assert flags([Shot(record=1), Shot(record=2)]) == ()
