"""Odd words on the command line: what is typed for a register is kept as text, whatever the console sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from journeys.office import Office

_GBK = "第三小学".encode("gb18030").decode("utf-8", "surrogateescape")  # as a console of another encoding sends it
_ODD = {
    "lone surrogate": "代\ud800用", "byte that is no text": "代\udc80用", "another encoding": _GBK, "emoji": "好🙂",
    "control characters": "甲\x01\x1b[31m乙", "lines": "甲\n乙\r\n丙", "formula": '=HYPERLINK("x")',
}  # fmt: skip
each_odd = pytest.mark.parametrize("odd", _ODD.values(), ids=_ODD.keys())


@each_odd
def test_whatever_is_typed_is_entered_or_refused_in_words(office: Office, odd: str) -> None:
    for words in (
        ("ledger", "add", odd), ("slip", "add", odd, "--asker", odd),
        ("loan", "add", odd, "--from", odd, "--due", "2030-01-01"),
        ("searches", "save", odd, odd), ("milestone", odd), ("habits", odd), ("report", "claim", "A1", "--text", odd),
        ("figures", "set", odd, "--unit", "全部", "--period", "2015", "--value", odd, "--source", odd),
    ):  # fmt: skip
        said = office.duban(*words, "--by", odd)
        assert said.code in (0, 2), said.err
    assert office.duban("ledger", "export", office.home / "输出" / "台账.xlsx").code == 0
    assert office.duban("ledger", "export", office.home / "输出" / "台账.docx").code == 0
    assert office.duban("slip", "reply", "--out", office.home / "输出" / "答复.docx").code == 0
    assert office.duban("verify").code == 0


def test_words_of_another_encoding_are_read_as_gb18030(office: Office) -> None:
    office.duban("ledger", "add", _GBK)
    assert office.ask("ledger", "show")["problems"][0]["text"] == "第三小学"


def test_a_command_line_that_is_wrong_is_told_so_in_chinese(office: Office) -> None:
    wrong = (("gaps", "甲", "乙"), ("undo", "--by"), ("slip",))
    said = [office.duban(*words).err.splitlines()[0] for words in wrong]
    assert said == ["多写了:甲 乙。", "“--by”后面要写一个值。", "后面还要写做什么:add、export、mark、reply、show。"]


def test_two_desks_that_enter_at_once_get_each_its_own_number(office: Office) -> None:
    with ThreadPoolExecutor(4) as desks:
        done = list(desks.map(lambda n: office.process("ledger", "add", f"问题{n}"), range(4)))
    assert [one.code for one in done] == [0] * 4
    rows = office.ask("ledger", "show")["problems"]
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert {row["text"] for row in rows} == {f"问题{n}" for n in range(4)}


def test_a_number_taken_back_is_not_given_again_even_after_the_catalogue_was_lost(office: Office) -> None:
    office.ask("ledger", "add", "留下的")
    office.ask("ledger", "add", "撤回的")
    office.ask("undo")
    (office.home / ".duban" / "catalogue.sqlite").unlink()
    assert office.duban("repair").code in (0, 5)
    office.ask("ledger", "add", "后来的")
    rows = office.ask("ledger", "show")["problems"]
    assert [(row["number"], row["text"]) for row in rows] == [(1, "留下的"), (3, "后来的")]
