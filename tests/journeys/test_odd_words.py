"""Odd words on the command line: what is typed for a register is kept as text, whatever the console sent."""

from __future__ import annotations

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
