"""Figures that do not agree: each fault spoils one clean paper, as a hurried clerk does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from planted.fault import Fault, Papers
from planted.sheet import Paper
from planted.town import SCHOOLS, YEARS, Life

Spoil = Callable[[Paper, random.Random], str]


def plant(papers: Papers, lives: dict[str, Life], chance: random.Random) -> Iterator[Fault]:
    """Spoil papers; no two faults about the number of pupils in one school and year."""
    cells = [(school.id, year) for school in SCHOOLS for year in YEARS]
    free = {kind: chance.sample(cells, len(cells)) for kind in ("pupils", "other")}
    about_pupils = (
        ("total_of_classes", "class_counts", _wrong_total, 5),
        ("roster_short", "roster", _short_roster, 5),
        ("report_pupils", "self_report", _sentence("在校学生"), 5),
        ("summary_pupils", "dropout_report", _sentence("在校学生"), 4),
        ("table_pupils", "intake_table", _cell("学年初在校生数(人)"), 5),
    )
    for name, kind, spoil, count in about_pupils:
        for _ in range(count):
            yield _at(papers, free["pupils"].pop(), name, kind, spoil, chance)
    elsewhere = (
        ("boys_and_girls", "class_counts", _wrong_row, 5),
        ("roster_sex", "roster", _other_sex, 4),
        ("report_teachers", "self_report", _sentence("专任教师"), 5),
        ("teachers_table", "staff_summary", _wrong_staff, 5),
        ("spending_total", "funds", _wrong_sum("支出合计"), 5),
        ("balance", "funds", _wrong_sum("三、年末结余"), 4),
        ("price_times_count", "equipment", _wrong_product, 4),
        ("equipment_total", "equipment", _wrong_sum("合计"), 4),
        ("not_on_roster", "aid_list", _stranger, 6),
        ("rate", "library", _wrong_rate, 5),
        ("intake", "intake_table", _cell("招生数(人)"), 4),
        ("report_classes", "self_report", _sentence("教学班"), 4),
    )
    for name, kind, spoil, count in elsewhere:
        spare = [cell for cell in chance.sample(cells, len(cells)) if not papers[(*cell, kind)].spoilt]
        if name in ("boys_and_girls", "roster_sex"):  # a row or a child changed says something of the number too
            spare = [cell for cell in spare if cell in free["pupils"]]
        for cell in spare[:count]:
            yield _at(papers, cell, name, kind, spoil, chance)
            if cell in free["pupils"]:
                free["pupils"].remove(cell)
    yield from _in_summaries(papers)


def _at(papers: Papers, cell: tuple[str, int], name: str, kind: str, spoil: Spoil, chance: random.Random) -> Fault:
    paper = papers[(*cell, kind)]
    assert not paper.spoilt, (paper.path, paper.spoilt)
    told = spoil(paper, chance)
    paper.spoilt = name
    return Fault("figures", name, (paper.path,), told)


def _rows(paper: Paper) -> list[list[object]]:
    if paper.sheets:
        return next(iter(paper.sheets.values()))
    return next(what for style, what in paper.blocks if style == "table")


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float)


def _wrong_total(paper: Paper, chance: random.Random) -> str:
    row = next(row for row in _rows(paper) if str(row[0]) in ("合计", "总计", "全校"))
    numbers = [n for n, cell in enumerate(row) if _is_number(cell)]
    at = max(numbers, key=lambda n: row[n])  # type: ignore[arg-type,return-value]
    before = row[at]
    row[at] = before + chance.choice((-3, 2, 5))  # type: ignore[operator]
    return f"全校合计 {before} 写成 {row[at]}"


def _wrong_row(paper: Paper, chance: random.Random) -> str:
    rows = [
        row
        for row in _rows(paper)
        if len(row) > 1 and "班" in str(row[1]) and str(row[0]) not in ("合计", "总计", "全校", "年级")
    ]
    row = chance.choice([row for row in rows if sum(map(_is_number, row)) == 3])
    at = next(n for n, cell in enumerate(row) if _is_number(cell) and cell * 2 != sum(c for c in row if _is_number(c)))  # type: ignore[operator,misc]
    row[at] += 2  # type: ignore[operator]
    return f"{row[0]}{row[1]}男女之和不等于合计"


def _short_roster(paper: Paper, chance: random.Random) -> str:
    rows = _rows(paper)
    for _ in range(3):
        del rows[chance.randrange(4, len(rows) - 4)]
    for n, row in enumerate(rows[2:-1], 1):
        row[0] = n
    return "花名册比统计表少 3 人"


def _other_sex(paper: Paper, chance: random.Random) -> str:
    row = chance.choice([row for row in _rows(paper)[2:-1] if row[4] == "男"])
    row[4] = "女"
    return f"花名册里{row[1]}{row[2]}一名男生写成女生"


def _sentence(what: str) -> Spoil:
    import re

    def spoil(paper: Paper, chance: random.Random) -> str:
        for n, (style, text) in enumerate(paper.blocks):
            if style == "p" and (found := re.search(rf"{what}(\d+)", text)):
                wrong = int(found[1]) + chance.choice((-2, 1, 3, 10))
                paper.blocks[n] = (style, text.replace(found[0], f"{what}{wrong}"))
                return f"{found[0]} 写成 {wrong}"
        raise LookupError(paper.path)

    return spoil


def _cell(name: str) -> Spoil:
    def spoil(paper: Paper, chance: random.Random) -> str:
        row = next(row for row in _rows(paper) if row[0] == name)
        before = row[1]
        row[1] = before + chance.choice((-1, 2, 4))  # type: ignore[operator]
        return f"{name} {before} 写成 {row[1]}"

    return spoil


def _wrong_sum(name: str) -> Spoil:
    def spoil(paper: Paper, chance: random.Random) -> str:
        row = next(row for row in _rows(paper) if row[0] == name)
        at = next(n for n, cell in enumerate(row) if _is_number(cell))
        before = row[at]
        step = 0.09 if isinstance(before, float) else 900
        row[at] = round(before + chance.choice((-1, 1)) * step, 4)  # type: ignore[operator]
        return f"{name} {before} 写成 {row[at]}"

    return spoil


def _wrong_staff(paper: Paper, chance: random.Random) -> str:
    row = _rows(paper)[2]
    before = row[0]
    row[0] = before + chance.choice((-2, 3))  # type: ignore[operator]
    return f"专任教师数 {before} 写成 {row[0]}"


def _wrong_product(paper: Paper, chance: random.Random) -> str:
    rows = _rows(paper)
    row = chance.choice(rows[2:-1])
    row[5] = row[5] + 1000  # type: ignore[operator]
    rows[-1][5] = rows[-1][5] + 1000  # type: ignore[operator]
    return f"{row[1]} 数量×单价不等于金额"


def _stranger(paper: Paper, chance: random.Random) -> str:
    row = chance.choice(_rows(paper)[2:-2])
    row[2], row[4] = "欧阳" + chance.choice("春夏秋冬") + chance.choice("山水"), f"2099{chance.randint(10000, 99999)}"
    return "资助名单里有一人不在学生花名册"


def _wrong_rate(paper: Paper, chance: random.Random) -> str:
    row = _rows(paper)[2]
    before = row[2]
    row[2] = round(before + chance.choice((1.5, 3.2)), 1)  # type: ignore[operator]
    return f"生均图书 {before} 写成 {row[2]}"


def _in_summaries(papers: Papers) -> Iterator[Fault]:
    first, second, third = (papers["zx", year, "summary"] for year in YEARS)
    rows = _rows(first)
    for row in (rows[9], rows[-2]):
        row[3] = row[3] + 4  # type: ignore[operator]
        row[4] = row[4] + 4  # type: ignore[operator]
    yield _told(first, "school_in_summary", "汇总表里一所学校的在校生数多 4 人,合计随之改了")
    _rows(second)[-2][6] = _rows(second)[-2][6] + 6  # type: ignore[operator]
    yield _told(second, "sum_of_schools", "各校招生数之和不等于全乡合计")
    rows = _rows(third)
    rows[5][3], rows[6][3] = rows[6][3], rows[5][3]
    yield _told(third, "rows_changed", "两所学校的在校生数写串了行")


def _told(paper: Paper, name: str, what: str) -> Fault:
    paper.spoilt = name
    return Fault("figures", name, (paper.path,), what)
