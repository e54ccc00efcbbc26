"""Papers for the rules of 真实可信: written as schools write them, described by the program itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from duban_archive.core.authenticity import CARDS, Paper, Setting, judge
from duban_archive.core.checklist import Checklist, Index, Indicator, Requirement, Unit, UnitGroup
from duban_archive.core.describe import Clerk, describe
from duban_archive.core.findings import Finding
from duban_archive.core.model import Extracted, Filing, Locator, Part, Passage, Record, Standing, Table, Told

TODAY = "2015-11-20"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF, JPG = "application/pdf", "image/jpeg"
TOWN = Checklist(
    id="x",
    title="",
    version="1",
    base_year=2015,
    units=(
        Unit(id="town", name="吴集镇中心学校", kind="中心学校"),
        Unit(id="one", name="吴集镇第一小学", kind="小学"),
        Unit(id="two", name="吴集镇第二小学", kind="小学"),
        Unit(id="three", name="吴集镇第三小学", kind="小学", aliases=("三小",)),
        Unit(id="point", name="吴集镇河西教学点", kind="教学点", belongs_to="three"),
        Unit(id="old", name="吴集镇柳岗小学", kind="小学", closed="2013-08-31", merged_into="three"),
        Unit(id="middle", name="吴集镇初级中学", kind="初中"),
    ),
    groups=(UnitGroup(id="schools", title="各校", members=("one", "two", "three", "middle")),),
    indicators=(Indicator(id="i", code="B2", title="控流保学"),),
    requirements=(
        Requirement(id="ledger", code="B2-1", indicator="i", title="控流保学台账", kind="ledger", units=("schools",)),
        Requirement(
            id="stamped", code="B2-2", indicator="i", title="自查报告(盖章)", kind="self_report", units=("schools",),
            stamped=True, signed=True, signed_by=("校长",), due="2015-08-31",
        ),
    ),
)  # fmt: skip
SETTING = Setting(Index(TOWN), TODAY)
CLERK = Clerk(TOWN)
_next = iter(range(1, 100_000))


def paper(
    text: str = "",
    *,
    name: str = "材料.docx",
    folder: str = "",
    media: str = DOCX,
    facts: dict[str, Any] | None = None,
    tables: tuple[tuple[tuple[str, ...], ...], ...] = (),
    filed: tuple[str, ...] = (),
    unit: str = "three",
    ocr: bool = False,
    described: dict[str, str] | None = None,
    received: str = "2015-11-01T09:00:00",
    **more: Any,
) -> Paper:
    """One paper of one file; ``described``: what a person told."""
    id = more.pop("id", None) or next(_next)
    locator = Locator(page=1) if media in (PDF, JPG) else Locator(paragraph=1)
    if media == XLSX:
        locator = Locator(sheet="Sheet1", row=1)
        text = text or "\n".join("\t".join(row) for table in tables for row in table)
    passages = (Passage(locator=locator, text=text, ocr=ocr, confidence=0.9 if ocr else None),) if text else ()
    read = Extracted(
        media_type=media,
        engine="test",
        passages=passages,
        tables=tuple(Table(locator=locator, rows=rows) for rows in tables),
        facts=facts or {},
    )
    told = describe(file_names=(name,), folder=folder, extracted=read, checklist=CLERK, today=date.fromisoformat(TODAY))
    for field, value in (described or {}).items():
        told = replace(told, **{field: Told(value=value, source="person", confidence=1.0)})
    filings = tuple(
        Filing(record=id, requirement=r, unit=unit, period="once", standing=Standing.CONFIRMED) for r in filed
    )
    part = Part(digest=f"sha256:{id:064x}", file_name=name, folder=folder, media_type=media, size=1000)
    record = Record(
        id=id, parts=(part,), description=told, filings=filings, received=received, facts=facts or {}, **more
    )
    return Paper(record=record, readings=(read,), names=((name, folder),))


def doubts(*papers: Paper, rule: str = "") -> tuple[Finding, ...]:
    """What all rules (or one) say of these papers."""
    wanted = frozenset([rule] if rule else [card.name for card in CARDS])
    return judge(papers, SETTING, wanted).findings


def rules(*papers: Paper) -> set[str]:
    """The names of the rules that doubt something."""
    return {finding.rule for finding in doubts(*papers)}
