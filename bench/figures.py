"""1,000 tables checked, once read: how long reading figures out of them and holding them together takes.

``python bench/figures.py [tables]``; the tables are in memory, as readers leave them. Prints seconds.
"""

from __future__ import annotations

import sys
import time

from duban_archive.core.checklist import Checklist, Figure, Rule, Unit
from duban_archive.core.figures import together
from duban_archive.core.figures.tables import Paper
from duban_archive.core.model import Extracted, Locator, Table

SCHOOLS = 40
GRADES = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级")


def checklist() -> Checklist:
    """Forty schools, a threshold and a rule."""
    return Checklist(
        id="bench", title="六河县", version="1", base_year=2015,
        units=tuple(Unit(id=f"s{n}", name=f"六河县第{n}小学", kind="小学") for n in range(1, SCHOOLS + 1)),
        figures=(Figure(id="t", title="学历合格率", op=">=", value=95, unit="%"),),
        rules=(Rule(id="q", text="表表相符", check="same_value"),),
    )  # fmt: skip


def statistics(school: int, year: int) -> tuple[tuple[str, ...], ...]:
    """Pupils by grade and sex of one school, with totals."""
    head = ("年级", "班级数", "男", "女", "合计")
    rows = [(grade, "2", str(30 + school % 7 + n), str(28 + year % 5), str(58 + school % 7 + n + year % 5))
            for n, grade in enumerate(GRADES)]  # fmt: skip
    total = tuple(str(sum(int(row[c]) for row in rows)) for c in range(1, 5))
    return ((f"六河县第{school}小学{year}—{year + 1}学年分年级学生统计表",), head, *rows, ("合计", *total))


def roster(school: int, year: int) -> tuple[tuple[str, ...], ...]:
    """Sixty pupils of one class."""
    rows = tuple(
        (
            str(n),
            f"学生{chr(0x4E00 + n)}{chr(0x4E00 + school)}",
            "男女"[n % 2],
            f"{year - 8}.{n % 12 + 1}",
            f"{school:06d}{n:012d}",
        )
        for n in range(1, 61)
    )  # fmt: skip
    title = f"六河县第{school}小学{year}—{year + 1}学年三年级（{school % 3 + 1}）班学生花名册"
    return ((title,), ("序号", "姓名", "性别", "出生年月", "身份证号"), *rows)


def main() -> None:
    """Make, read and judge."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    papers = []
    for number in range(count):
        school, year = number % SCHOOLS + 1, 2010 + number // SCHOOLS % 6
        rows = statistics(school, year) if number % 2 else roster(school, year)
        table = Table(locator=Locator(sheet="表", row=1), rows=rows)
        paper = Paper(record=number + 1, title=rows[0][0], unit=f"s{school}", kind="statistics")
        papers.append((paper, [Extracted(media_type="x", engine="x", tables=(table,))]))
    start = time.perf_counter()
    gathered = together.gather(papers, checklist(), "2015-11-20")
    read = time.perf_counter()
    judged = list(together.judge(gathered, checklist(), {}))
    done = time.perf_counter()
    findings = sum(len(one.findings) for one in judged)
    print(
        f"{count} tables: {len(gathered.readings)} figures and {len(gathered.rosters)} rosters in {read - start:.1f} s"
    )
    print(f"judged in {done - read:.1f} s; {findings} findings")


if __name__ == "__main__":
    main()
