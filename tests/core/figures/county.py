"""A county's town with four schools, and papers made of rows written as text: what the figure tests read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from duban_archive.core.checklist import Checklist, Figure, Rule, Unit
from duban_archive.core.figures import together
from duban_archive.core.figures.agreement import Agreed, Subject
from duban_archive.core.figures.tables import Paper
from duban_archive.core.figures.together import Gathered
from duban_archive.core.findings import Finding, NotRun
from duban_archive.core.model import Extracted, Locator, Passage, Table

TODAY = "2015-11-20"
UNITS = (
    Unit(id="zf", name="六河镇人民政府", aliases=("六河镇",), kind="乡镇"),
    Unit(id="xx1", name="六河镇中心小学", kind="小学"),
    Unit(id="xx2", name="六河镇柳湾小学", kind="小学", former_names=("六河镇柳湾完小(至2013-08)",)),
    Unit(id="xx3", name="六河镇石桥小学", aliases=("石桥小学",), kind="小学"),
    Unit(id="zx", name="六河镇初级中学", kind="初中"),
)
RULES = (
    Rule(id="q1", text="数据做到上下一致、表表相符", check="same_value", source=("plan-13-q02",)),
    Rule(id="q2", text="规章制度入镜上墙", not_checkable="要到现场看", source=("plan-13-q06",)),
)


def town(*figures: Figure, rules: Sequence[Rule] = RULES) -> Checklist:
    """The town's checklist with these figures."""
    return Checklist(
        id="t", title="六河镇迎检", version="1", base_year=2015, units=UNITS, figures=figures, rules=tuple(rules)
    )


def paper(number: int, title: str, *, unit: str = "", period: str = "", kind: str = "statistics") -> Paper:
    """A paper as it was described."""
    name = next((u.name for u in UNITS if u.id == unit), "")
    return Paper(record=number, title=title, unit=unit, unit_name=name, period=period, kind=kind)


def table(*rows: str, sheet: str = "Sheet1") -> Table:
    """A sheet; cells are parted by ``|``."""
    return Table(locator=Locator(sheet=sheet, row=1), rows=tuple(tuple(row.split("|")) for row in rows))


def of_tables(*tables: Table) -> Extracted:
    """What was read of a workbook."""
    return Extracted(media_type="x", engine="x", tables=tables)


def of_text(*paragraphs: str) -> Extracted:
    """What was read of a text."""
    passage = Passage(locator=Locator(paragraph=1), text="\n".join(paragraphs))
    return Extracted(media_type="x", engine="x", passages=(passage,))


Papers = Sequence[tuple[Paper, Extracted]]


def gathered(papers: Papers, checklist: Checklist | None = None) -> Gathered:
    """All that these papers say."""
    return together.gather([(one, [read]) for one, read in papers], checklist or town(), TODAY)


def judged(
    papers: Papers, checklist: Checklist | None = None, settled: Mapping[Subject, Agreed] | None = None
) -> tuple[list[Finding], list[NotRun]]:
    """What the rules say of these papers."""
    checklist = checklist or town()
    answers = list(together.judge(gathered(papers, checklist), checklist, settled or {}))
    return [f for one in answers for f in one.findings], [n for one in answers for n in one.not_run]


def found(papers: Papers, rule: str, checklist: Checklist | None = None) -> list[Finding]:
    """The findings of one rule."""
    return [f for f in judged(papers, checklist)[0] if f.rule == rule]


def values(papers: Papers) -> dict[tuple[str, str, str, tuple[tuple[str, str], ...]], str]:
    """Subject → value of every reading."""
    return {r.subject: r.amount.shown() for r in gathered(papers).readings}
