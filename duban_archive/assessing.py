"""自评: claim, figures, evidence and problems of each indicator, as 自评表 and 自查自评报告, or in an official form.

No score is computed from what was collected: scores, verdicts and signatures stay blank unless a person entered them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core.assessment import Claim, FormRead, plain, plain_code, read_form
from duban_archive.core.model import Record, Standing
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.core.progress import short_title
from duban_archive.errors import UsageError
from duban_archive.readiness import day_in_words

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.checklist import Indicator

Json = dict[str, Any]
_REGISTER = "assessment"
_MOST_NAMED = 12  # papers named in one cell; the rest is counted
FORMS = ("迎检方案", "会议记录", "签到表", "整改方案", "汇报材料提纲")
_TO_WRITE = "(请填写)"
_BLANK_ROWS = 5  # of a table that is filled in by hand


class Assessment:
    """The self-assessment of one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    # --- what a person says -----------------------------------------------------------------------------------

    def claim(self, indicator: str, *, words: str = "", score: str = "", verdict: str = "") -> Claim:
        """A person's account of an indicator (id or code), the score and the verdict they give; what is empty stays."""
        element = self.indicator(indicator).id
        told = {
            key: value.strip() for key, value in (("words", words), ("score", score), ("verdict", verdict)) if value
        }
        if not told:
            raise UsageError("没有写自评的内容。", "例如:duban report claim B2 --text 三年台账齐全 --score 5")
        archive = self.archive
        made = replace(self.claims().get(element, Claim()), **told, by=archive.by, at=archive.now())
        with archive.catalogue.change("entered", archive.by, register=_REGISTER, what=f"自评 {indicator}") as change:
            change.enter(_REGISTER, element, to_json(made))
        return made

    def claims(self) -> dict[str, Claim]:
        """Indicator's id → what a person said of it."""
        return {id: from_json(Claim, e) for id, e in self.archive.catalogue.entries(_REGISTER).items()}

    def indicator(self, text: str) -> Indicator:
        """The indicator meant by an id, a code or its whole title."""
        for one in self.archive.checklist.indicators:
            if text in (one.id, one.code, one.title) and not one.retired:
                return one
        raise UsageError(f"指标体系里没有“{text}”这个指标。", "请用 duban checklist show 查看编号。")

    # --- all that is known of each indicator ------------------------------------------------------------------

    def rows(self) -> list[Json]:
        """Each indicator in its printed order: level, claim, figures with sources, evidence with pages, problems."""
        from duban_archive.core.ledger import ProblemState

        archive, index, claims = self.archive, self.archive.index, self.claims()
        evidence, figures = self._evidence(), self._figures()
        problems: dict[str, list[Any]] = defaultdict(list)
        for problem in archive.ledger.problems().values():
            if problem.inside or problem.state is ProblemState.CLOSED:
                continue
            for id in problem.basis:
                requirement = index.requirements.get(id)
                problems[requirement.indicator if requirement else id].append(problem)
        gaps: dict[str, list[str]] = defaultdict(list)
        for state in archive.gaps():
            gaps[index.requirements[state.slot.requirement].indicator].append(state.state.value)
        parents = {i.id: i.parent for i in archive.checklist.indicators}
        rows = []
        for one in archive.checklist.indicators:
            if one.retired:
                continue
            claim, level, above = claims.get(one.id, Claim()), 1, one.parent
            while above:
                level, above = level + 1, parents.get(above, "")
            rows.append({
                "indicator": one.id, "code": one.code, "title": one.title, "text": one.text, "level": level,
                "weight": one.weight, "claim": claim.words, "score": claim.score, "verdict": claim.verdict,
                "claimed_by": claim.by, "figures": figures.get(one.id, []), "evidence": evidence.get(one.id, []),
                "problems": [p.text for p in problems.get(one.id, [])],
                "measures": [p.measure for p in problems.get(one.id, []) if p.measure],
                "states": answers.count(gaps.get(one.id, [])),
            })  # fmt: skip
        return rows

    def _evidence(self) -> dict[str, list[Json]]:
        from duban_archive import finding

        archive, index = self.archive, self.archive.index
        order = index.order_of_requirements
        found: dict[str, list[tuple[int, Record, str]]] = defaultdict(list)
        for record in archive.records():
            for filing in record.filings:
                if filing.standing is Standing.CONFIRMED and filing.requirement in index.requirements:
                    requirement = index.requirements[filing.requirement]
                    found[requirement.indicator].append((order[filing.requirement], record, filing.period))
        return {
            id: [
                {"record": record.id, "title": record.title, "period": period, **finding.place_of(archive, record)}
                for _, record, period in sorted(rows, key=lambda row: (row[0], row[2], row[1].id))
            ]
            for id, rows in found.items()
        }

    def _figures(self) -> dict[str, list[Json]]:
        wanted: Mapping[str, str] = {f.title: f.indicator for f in self.archive.checklist.figures if f.indicator}
        if not wanted:
            return {}
        names = {name: f.title for f in self.archive.checklist.figures for name in (f.title, *f.names)}
        found: dict[str, list[Json]] = defaultdict(list)
        for row in self.archive.figures.rows():
            title = names.get(row.subject[0])
            indicator = wanted.get(title or "")
            if not indicator or row.subject[3]:
                continue
            read = list(dict.fromkeys(r.amount.shown() for r in row.readings if not r.amount.about))
            if row.agreed is None and len(read) != 1:
                continue  # no figure is claimed while the papers disagree
            first = row.readings[0].spot if row.readings else None
            source = f"以{row.agreed.source}为准" if row.agreed else f"《{first.paper}》{first.where}" if first else ""
            found[indicator].append({
                "figure": row.subject[0], "unit_name": row.unit_name, "period": row.subject[2],
                "value": row.agreed.amount.shown() if row.agreed else read[0], "source": source,
            })  # fmt: skip
        return found

    # --- on paper ---------------------------------------------------------------------------------------------

    def write(self, folder: Path) -> list[Path]:
        """自评表 and 自查自评报告 as .docx in ``folder``, from the office's templates."""
        from duban_archive.adapters import sheets

        folder.mkdir(parents=True, exist_ok=True)
        rows, paths = self.rows(), []
        for name, facts in (("自评表", self._table(rows)), ("自查自评报告", self._report(rows))):
            path = folder / f"{name}.docx"
            path.write_bytes(sheets.fill(sheets.find(name, (self.archive.home.templates,)), facts))
            paths.append(path)
        return paths

    @property
    def _heading(self) -> Json:
        checklist = self.archive.checklist
        return {
            "评估名称": short_title(checklist.title),
            "编制单位": checklist.office or checklist.issuer,
            "日期": day_in_words(self.archive.today),
            "版本说明": f"{checklist.id} {checklist.version}",
        }

    def _table(self, rows: list[Json]) -> Json:
        return {
            **self._heading,
            "自评": [
                {
                    "编号": row["code"], "指标": row["title"], "标准": row["text"], "得分": row["score"],
                    "结论": row["verdict"], "简述": row["claim"], "数据": figures_text(row), "佐证": evidence_text(row),
                }
                for row in rows
            ],
        }  # fmt: skip

    def _report(self, rows: list[Json]) -> Json:
        checklist = self.archive.checklist
        basics = [
            f"{one['figure']}({one['unit_name']},{answers.period(one['period'])}){one['value']},{one['source']}"
            for row in rows for one in row["figures"]
        ]  # fmt: skip
        open_ones = [d for d in self.archive.ledger.documents(still_open=True, inside=False)]
        return {
            **self._heading,
            "依据": checklist.title,
            "基本情况": ";".join(basics[:40]) + "。" if basics else _TO_WRITE,
            "指标": [
                {
                    "标题": f"{row['code']} {row['title']}".strip(), "自评": row["claim"] or _TO_WRITE,
                    "数据": figures_text(row).replace("\n", ";") or "无",
                    "佐证": evidence_text(row).replace("\n", ";") or "无",
                }
                for row in rows
                if row["evidence"] or row["claim"] or row["figures"] or not _is_branch(row, rows)
            ],
            "问题": [
                {"序号": str(n), "问题": one["text"], "措施": one["measure"] or _TO_WRITE,
                 "责任": " ".join(filter(None, (one["unit_name"], one["person"]))) or _TO_WRITE,
                 "时限": one["due"] or _TO_WRITE, "状态": one["state_word"]}
                for n, one in enumerate(open_ones, 1)
            ],
        }  # fmt: skip

    def fill(self, form: Path, out: Path) -> Json:
        """The office's own form (docx, xlsx) filled in place at ``out``: only empty cells; what was left, and why."""
        from duban_archive.adapters import form_filler

        if form.suffix.lower() not in (".docx", ".xlsx"):
            raise UsageError(f"不会填“{form.suffix}”这种表。", "请用 Word/WPS 另存为 .docx 或 .xlsx 后再试。")
        if out.suffix.lower() != form.suffix.lower():
            raise UsageError("填好的表要和原表是同一种文件。", f"请写成 {form.suffix} 结尾。")
        if out.resolve() == form.resolve():
            raise UsageError("填好的表不能盖掉原表。", "请换一个文件名。")
        codes, titles = self._names()
        rows = {row["indicator"]: row for row in self.rows()}
        grids = form_filler.read(form)
        reads: list[FormRead] = [read_form(grid, codes, titles) for grid in grids]
        filled, left = {}, []
        for table, read in enumerate(reads):
            for blank in read.blanks:
                row = rows[self._indicator_of(blank.element)]
                text = _WANTED[blank.wants](row)
                at = f"第 {table + 1} 张表第 {blank.row + 1} 行"
                if text:
                    filled[table, blank.row, blank.column] = text
                else:
                    left.append({"where": at, "wants": _WANTED_WORDS[blank.wants], "indicator": row["code"]})
        if not any(read.blanks for read in reads):
            raise UsageError(
                f"“{form.name}”里没有认出指标和要填的栏。",
                "表里要有指标编号或名称,栏目写着 自评得分、自评情况、佐证材料、页码 等;原表没有改动。",
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        form_filler.fill(form, filled, out)
        strange = [words for read in reads for words in read.strange]
        return {"path": str(out), "filled": len(filled), "left": left, "strange": strange}

    def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        checklist, index = self.archive.checklist, self.archive.index
        codes: dict[str, str] = {}
        titles: dict[str, str] = {}
        for r in checklist.requirements:
            codes.setdefault(plain_code(index.code_of(r.id)), r.id)
            titles.setdefault(plain(r.title), r.id)
        for i in (i for i in checklist.indicators if not i.retired):
            codes[plain_code(i.code)] = titles[plain(i.title)] = i.id
        codes.pop("", None)
        titles.pop("", None)
        return codes, titles

    def _indicator_of(self, element: str) -> str:
        requirement = self.archive.index.requirements.get(element)
        return requirement.indicator if requirement else element

    def forms(self, folder: Path) -> list[Path]:
        """Blank papers to start with: 迎检方案, 会议记录, 签到表, 整改方案, 汇报材料提纲."""
        from duban_archive.adapters import sheets

        folder.mkdir(parents=True, exist_ok=True)
        checklist, paths = self.archive.checklist, []
        phases = [
            {"阶段": p.title, "时间": p.window_text or "至".join(filter(None, (p.start, p.end))) or _TO_WRITE,
             "任务": ";".join(t.text for t in p.tasks) or _TO_WRITE}
            for p in checklist.phases
        ]  # fmt: skip
        problems = self.archive.ledger.documents(still_open=True, inside=False)
        given: dict[str, Json] = {
            "迎检方案": {"阶段表": phases, "分工表": self._duties()},
            "会议记录": {},
            "签到表": {"行": [{"序号": str(n)} for n in range(1, 26)]},
            "整改方案": {
                "问题表": [
                    {
                        "序号": str(n),
                        "问题": one["text"],
                        "措施": one["measure"],
                        "责任": one["unit_name"],
                        "时限": one["due"],
                    }
                    for n, one in enumerate(problems, 1)
                ]
                or [dict.fromkeys(("序号", "问题", "措施", "责任", "时限"), "")] * _BLANK_ROWS
            },
            "汇报材料提纲": {
                "指标表": [{"标题": f"{i.code} {i.title}".strip()} for i in checklist.indicators if not i.parent]
            },
        }
        for name in FORMS:
            path = folder / f"{name}.docx"
            template = sheets.find(name, (self.archive.home.templates,))
            path.write_bytes(sheets.fill(template, {**self._heading, **given[name]}))
            paths.append(path)
        return paths

    def _duties(self) -> list[Json]:
        return [
            {"指标": f"{i.code} {i.title}".strip(), "牵头": "、".join(i.lead), "配合": "、".join(i.support)}
            for i in self.archive.checklist.indicators
            if i.lead or i.support
        ]


def _is_branch(row: Json, rows: list[Json]) -> bool:
    at = rows.index(row)
    return at + 1 < len(rows) and rows[at + 1]["level"] > row["level"]


def figures_text(row: Json) -> str:
    """The figures of an indicator with their sources, a line each."""
    return "\n".join(
        f"{one['figure']} {one['value']}({one['unit_name']},{answers.period(one['period'])};{one['source']})"
        for one in row["figures"][:_MOST_NAMED]
    ) + (f"\n……共 {len(row['figures'])} 项" if len(row["figures"]) > _MOST_NAMED else "")


def evidence_text(row: Json) -> str:
    """The papers that stand for an indicator, with volume and page once there is a binder."""
    return _named(row, pages=True)


def _named(row: Json, *, pages: bool) -> str:
    lines = [one["title"] + (f"({where})" if pages and (where := _where(one)) else "") for one in row["evidence"]]
    more = f"\n……共 {len(lines)} 件" if len(lines) > _MOST_NAMED else ""
    return "\n".join(lines[:_MOST_NAMED]) + more


def _where(one: Json) -> str:
    if one["binder"]:
        return f"{one['binder']['volume']} 第 {one['binder']['page']} 页"
    return one["place"] or ""


def _pages(row: Json) -> str:
    return "\n".join(_where(one) or f"{one['record']} 号件" for one in row["evidence"][:_MOST_NAMED])


_WANTED = {
    "pages": _pages,
    "score": lambda row: row["score"],
    "verdict": lambda row: row["verdict"],
    "problems": lambda row: ";".join(row["problems"]),
    "measures": lambda row: ";".join(row["measures"]),
    "evidence": lambda row: _named(row, pages=False),
    "claim": lambda row: row["claim"],
    "figures": figures_text,
}
_WANTED_WORDS = {
    "pages": "页码", "score": "自评得分", "verdict": "自评结论", "problems": "存在问题", "measures": "整改措施",
    "evidence": "佐证材料", "claim": "自评情况", "figures": "数据",
}  # fmt: skip
