"""Near spellings are words that stand somewhere, near by sound or by shape."""

import pytest

from duban_archive.core.spelling import look_alikes, nearest, others

WRITTEN = "关于控辍保学工作的台账。第三小学花名册。教育督导评估。义务教育均衡发展。学籍档案"
PAIRS = {WRITTEN[at : at + 2] for at in range(len(WRITTEN))} | set(WRITTEN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("控缀保学", "控辍保学"),  # shape
        ("控绰报学", "控辍保学"),  # sound, twice
        ("空辍保学", "控辍保学"),
        ("花民册", "花名册"),  # min, ming
        ("学藉", "学籍"),
        ("控辍学保", "控辍保学"),  # swapped
        ("第三三小学", "第三小学"),  # one too many
        ("督倒评估", "督导评估"),
    ],
)
def test_a_slip_is_set_right(typed: str, meant: str) -> None:
    assert nearest(typed, PAIRS.__contains__)[0] == meant


def test_what_nobody_wrote_is_not_suggested() -> None:
    assert nearest("葡萄架下", PAIRS.__contains__) == ()
    assert nearest("控辍保学", PAIRS.__contains__)[:1] != ("控辍保学",)


def test_long_lines_and_single_letters_are_left_alone() -> None:
    assert nearest("控", PAIRS.__contains__) == ()
    assert nearest("控缀保学" * 10, PAIRS.__contains__) == ()


def test_sound_and_shape_together_come_first() -> None:
    slips = others("藉")
    assert slips["籍"] == min(slips.values())


def test_look_alikes_are_only_by_shape() -> None:
    assert look_alikes("控缀保学", PAIRS.__contains__) == ("控辍保学",)
    assert look_alikes("空辍保学", PAIRS.__contains__) == ()
