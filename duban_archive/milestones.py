"""里程碑: freeze what a check saw, and tell the next one what changed since (市检→省检 数据变动说明表)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core.figures.agreement import part_of
from duban_archive.core.figures.readings import ALL
from duban_archive.core.milestone import Milestone, Shift, key_text, shifts
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.errors import UsageError
from duban_archive.printed import Printed
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_REGISTER = "milestones"
NOW = "现在"


class Milestones:
    """The milestones of one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def freeze(self, name: str, note: str = "") -> Milestone:
        """Keep what stands now under ``name`` (a round of the checklist, or any word)."""
        name = name.strip()
        if not name or len(name) > 40 or name == NOW:
            raise UsageError("里程碑要有一个名称。", "例如:duban milestone 市检")
        if name in self.all():
            raise UsageError(
                f"“{name}”已经留存过了,不能改写。",
                f"请换一个名称(如 {name}复核),或用 duban milestone show {name} 查看。",
            )
        made = self._as_it_stands(note.strip())
        archive = self.archive
        with archive.catalogue.change("entered", archive.by, register=_REGISTER, what=f"里程碑 {name}") as change:
            change.enter(_REGISTER, name, to_json(made))
        return made

    def _as_it_stands(self, note: str = "") -> Milestone:
        archive = self.archive
        slips = archive.slips.slips()
        made = Printed(archive).in_force()
        newest = ([one for one in made if one.get("whole")] or made)[-1:]  # not a 选编, which repeats some of it
        return Milestone(
            as_of=archive.today,
            at=archive.now(),
            by=archive.by,
            note=note,
            head=archive.catalogue.head(),
            checklist=f"{archive.checklist.id} {archive.checklist.version}",
            base_year=archive.checklist.base_year,
            states={key_text(s.slot.requirement, s.slot.unit, s.slot.period): s.state.value for s in archive.gaps()},
            figures=self._figures(),
            binders=tuple(Path(b["path"]).name for b in newest),
            shown=tuple(sorted({id for slip in slips.values() if slip.shown for id in slip.records})),
            slips=len(slips),
        )

    def _figures(self) -> dict[str, str]:
        """Every figure's value: the agreed one, else what the papers say, side by side when they differ."""
        found = {}
        for row in self.archive.figures.rows():
            name, unit, period, part = row.subject
            words = part_of(row.subject) or "".join(value for _, value in part)
            read = dict.fromkeys(r.amount.shown() for r in row.readings if not r.amount.about)
            value = row.agreed.amount.shown() if row.agreed else " / ".join(read)
            if value:
                found[key_text(name + (f"({words})" if words else ""), unit, period)] = value
        return found

    def all(self) -> dict[str, Milestone]:
        """All milestones by name, oldest first."""
        kept = {n: from_json(Milestone, e) for n, e in self.archive.catalogue.entries(_REGISTER).items()}
        return dict(sorted(kept.items(), key=lambda pair: pair[1].at))

    def milestone(self, name: str) -> Milestone:
        """One of them; ``现在`` is what stands now. ``UsageError`` when there is none of this name."""
        if name == NOW:
            return self._as_it_stands()
        kept = self.all()
        if name not in kept:
            known = "、".join(kept) or "还没有"
            raise UsageError(f"没有“{name}”这个里程碑。", f"已留存的:{known}。用 duban milestone 名称 留存。")
        return kept[name]

    def document(self, name: str, one: Milestone) -> Json:
        """A milestone with its states counted."""
        return {**asdict(one), "name": name, "summary": answers.count(one.states.values())}

    def compare(self, before: str, after: str) -> Json:
        """What changed between two milestones: slots and figures, with who settled a figure and why."""
        first, second = self.milestone(before), self.milestone(after)
        agreed = {key_text(a.name, a.unit, a.period): a for a in self._agreed()}

        def figure(shift: Shift) -> Json:
            one = agreed.get(key_text(*shift.key))
            reason = f"以{one.source}为准({one.by},{one.at[:10]})" if one else ""
            return {**self._shift(shift), "title": shift.key[0], "reason": reason}

        def slot(shift: Shift) -> Json:
            index, requirement = self.archive.index, shift.key[0]
            known = index.requirements.get(requirement)
            return {
                **self._shift(shift), "requirement": requirement, "title": known.title if known else requirement,
                "code": index.code_of(requirement) if known else "",
                "before_word": STATE_WORDS.get(shift.before, "没有此项"),
                "after_word": STATE_WORDS.get(shift.after, "没有此项"),
            }  # fmt: skip

        return {
            "before": {"name": before, "as_of": first.as_of, "base_year": first.base_year},
            "after": {"name": after, "as_of": second.as_of, "base_year": second.base_year},
            "figures": [figure(one) for one in shifts(first.figures, second.figures)],
            "slots": [slot(one) for one in shifts(first.states, second.states)],
        }

    def _agreed(self) -> Sequence[Any]:
        from duban_archive.figures import agreed_figures

        return agreed_figures(self.archive)

    def _shift(self, shift: Shift) -> Json:
        unit, period = shift.key[1:]
        return {
            "unit": unit, "unit_name": self._unit_name(unit), "period": period,
            "before": shift.before, "after": shift.after,
        }  # fmt: skip

    def _unit_name(self, unit: str) -> str:
        return "全部" if unit == ALL else self.archive.index.unit_name(unit.lstrip("?")) or unit.lstrip("?")

    # --- on paper ---------------------------------------------------------------------------------------------

    def changes_document(self, compared: Json, path: Path) -> None:
        """数据变动说明表 as .docx, from the office's template; reasons nobody gave are left to be written by hand."""
        from duban_archive.adapters import sheets
        from duban_archive.core.progress import short_title

        if path.suffix.lower() != ".docx":
            raise UsageError(f"不会写“{path.suffix}”这种文件。", "数据变动说明表请写成 .docx。")
        checklist = self.archive.checklist
        before, after = compared["before"], compared["after"]
        facts = {
            "表名": f"{short_title(checklist.title)}{before['name']}至{after['name']}数据变动说明表",
            "编制单位": checklist.office or checklist.issuer,
            "前次": f"{before['name']}({before['as_of']})",
            "后次": f"{after['name']}({after['as_of']})",
            "日期": self.archive.today,
            "概况": f"数据变动 {len(compared['figures'])} 项,材料变动 {len(compared['slots'])} 份。",
            "版本说明": f"{checklist.id} {checklist.version}",
            "变动": [
                {
                    "序号": str(n), "名称": row["title"], "单位": row["unit_name"],
                    "期间": answers.period(row["period"]), "前": row["before"] or "—", "后": row["after"] or "—",
                    "原因": row["reason"],
                }
                for n, row in enumerate(_rows(compared), 1)
            ],
        }  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sheets.fill(sheets.find("数据变动说明表", (self.archive.home.templates,)), facts))


def _rows(compared: Json) -> list[Json]:
    """Figures first, then papers, whose 变动 is the state in words and whose reason a person writes."""
    papers = [
        {
            **row,
            "title": f"材料:{row['code']} {row['title']}",
            "before": row["before_word"],
            "after": row["after_word"],
            "reason": "",
        }
        for row in compared["slots"]
    ]
    return [*compared["figures"], *papers]
