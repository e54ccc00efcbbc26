"""基础数据口径表: every figure read, side by side, and the one value of each that the office has settled."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.drafts import suggest
from duban_archive.core.figures.agreement import Agreed, Subject, name_of, part_of
from duban_archive.core.figures.amounts import plain_number, read_amount
from duban_archive.core.figures.readings import ALL, Reading, differ
from duban_archive.core.figures.tables import moment
from duban_archive.core.figures.vocabulary import Vocabulary, bare
from duban_archive.core.findings import Spot
from duban_archive.core.period_rules import kind_of
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_SHARE = re.compile(r"(?:(?<!毛)入学|辍学|流失|巩固|普及|毕业|完成|达标|合格|覆盖|到位)率$|占比$|^大班额比例$")
_WHOLE = ("全部", "全镇", "全乡", "全县", "全部学校", ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A place that still prints another value than the agreed one: in a paper, and in the binder it was bound into."""

    spot: Spot
    binder: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure of one unit and period: the agreed value, and every place that states it."""

    subject: Subject
    title: str
    unit_name: str
    agreed: Agreed | None
    readings: tuple[Reading, ...]
    conflict: bool


def agreed_figures(archive: Archive) -> tuple[Agreed, ...]:
    """The register of agreed figures, in the order of its names."""
    return tuple(from_json(Agreed, entry) for entry in archive.catalogue.entries("figures").values())


class Figures:
    """The figures of one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def rows(self, *, name: str = "", unit: str = "", period: str = "") -> tuple[FigureRow, ...]:
        """Every figure read or agreed, with its values side by side; conflicts first."""
        from duban_archive import consistency

        gathered = consistency.gather(self.archive)
        settled = {one.subject: one for one in agreed_figures(self.archive)}
        groups: dict[Subject, list[Reading]] = defaultdict(list)
        for reading in gathered.readings:
            groups[reading.subject].append(reading)
        for subject in settled:
            groups.setdefault(subject, [])
        quantity = gathered.vocabulary.find(bare(name)) if name else None
        wanted = quantity.name if quantity else name
        rows = []
        for subject, some in groups.items():
            if (wanted and subject[0] != wanted) or (unit and subject[1] != unit) or (period and subject[2] != period):
                continue
            of = gathered.vocabulary.quantities.get(subject[0])
            rate = of is not None and of.nature == "rate"
            one = settled.get(subject)
            compared = [r for r in some if r.unit and r.period]
            against = one.amount if one else compared[0].amount if compared else None
            conflict = against is not None and any(differ(r.amount, against, rate=rate) for r in compared)
            unit_name = gathered.unit_names.get(subject[1], subject[1].lstrip("?") or "单位未明")
            rows.append(FigureRow(
                subject=subject, title=name_of(subject, unit_name), unit_name=unit_name, agreed=one,
                readings=tuple(some), conflict=conflict,
            ))  # fmt: skip
        order = {u.id: n for n, u in enumerate(self.archive.checklist.units)}
        rows.sort(
            key=lambda r: (not r.conflict, r.subject[0], order.get(r.subject[1], 999), r.subject[2], r.subject[3])
        )
        return tuple(rows)

    def set(self, name: str, *, unit: str, period: str, value: str, source: str) -> tuple[Agreed, tuple[Printed, ...]]:
        """Settle the value of a figure; answers with every place that still prints another one."""
        vocabulary = Vocabulary.of(self.archive.checklist)
        quantity = vocabulary.find(bare(name))
        if quantity is None:
            raise UsageError(
                f"没有“{name}”这项数据{suggest(name, vocabulary.by_name)}。", "请用 duban figures 查看已有的名称。"
            )
        if not kind_of(period) or period in ("once", "standing"):
            raise UsageError(f"期间“{period}”看不懂。", "请写成 2015、2014-2015(学年)、2015-09 或 2015-09-01 的样子。")
        amount = read_amount(value)
        if amount is None or amount.about:
            raise UsageError(f"“{value}”不是一个确切的数。", "请写成 386、99.8% 或 101.2万元 的样子。")
        if amount.measure and quantity.measure and amount.measure != quantity.measure:
            raise UsageError(f"“{name}”的计量单位是“{quantity.measure}”,写的是“{value}”。", "请改用它的计量单位。")
        if amount.value < 0 and quantity.measure != "元":
            raise UsageError(f"“{name}”不会是负数,写的是“{value}”。", "请核对后再认定。")
        if quantity.measure == "%" and amount.value > 100 and _SHARE.search(quantity.name) and "毛" not in name:
            raise UsageError(f"“{name}”是部分占全体的比率,不会超过 100%,写的是“{value}”。", "请核对后再认定。")
        if not source.strip():
            raise UsageError("没有写明依据。", "请用 --source 写明这个数以哪份材料为准。")
        one = Agreed(
            name=quantity.name, unit=self.unit(unit), period=moment(period, quantity),
            value=plain_number(amount.value), measure=quantity.measure, source=source.strip(), by=self.archive.by,
            at=self.archive.now(),
        )  # fmt: skip
        key = f"{one.name}|{one.unit}|{one.period}"
        what = f"{one.name} {one.unit} {one.period} = {one.value}"
        with self.archive.catalogue.change("entered", self.archive.by, register="figures", what=what) as change:
            change.enter("figures", key, to_json(one))
        return one, self.still_printed(one)

    def unit(self, text: str) -> str:
        """The unit meant, or all units together (全部, 全镇)."""
        return ALL if text in _WHOLE else self.archive.unit(text)

    def still_printed(self, one: Agreed) -> tuple[Printed, ...]:
        """Every paper, page and binder sheet that prints another value than the agreed one."""
        rows = self.rows(name=one.name, unit=one.unit, period=one.period)
        rate = (q := Vocabulary.of(self.archive.checklist).quantities.get(one.name)) is not None and q.nature == "rate"
        wrong = [
            r for row in rows if row.subject == one.subject for r in row.readings
            if not r.amount.about and differ(r.amount, one.amount, rate=rate)
        ]  # fmt: skip
        return tuple(
            Printed(spot=r.spot, binder=b[0], page=b[1]) for r in wrong for b in self._bound(r.spot) or (("", None),)
        )

    def _bound(self, spot: Spot) -> list[tuple[str, int | None]]:
        """The volumes of the newest binder in which a record was bound, with the page."""
        for binder in reversed(self.archive.catalogue.binders()):
            found = [
                (str(item.get("volume", "")), item.get("printed"))
                for item in binder.get("items", ())
                if item.get("record") == spot.record
            ]
            if found:
                return found
        return []

    def export(self, path: Path) -> int:
        """基础数据口径表 as a workbook: agreed values, all values side by side, mismatches and explanations."""
        from duban_archive.adapters import figure_workbook
        from duban_archive.consistency import CARDS

        rows = self.rows()
        checked = self.archive.checks.run([card.name for card in CARDS if card.name not in ("complete", "by_person")])
        figure_workbook.write(
            path, title=self.archive.checklist.office or self.archive.checklist.title, today=self.archive.today,
            findings=checked.findings,
            not_run=checked.not_run,
            rows=[
                figure_workbook.Row(
                    name=row.subject[0], unit_name=row.unit_name, period=row.subject[2], part=part_of(row.subject),
                    agreed=row.agreed, readings=row.readings, conflict=row.conflict,
                )
                for row in rows
            ],
        )  # fmt: skip
        return len(rows)

    def as_json(self, rows: tuple[FigureRow, ...]) -> list[dict[str, Any]]:
        """Rows as plain JSON."""
        return [
            {
                "figure": row.subject[0], "unit": row.subject[1], "unit_name": row.unit_name, "period": row.subject[2],
                "part": dict(row.subject[3]), "agreed": to_json(row.agreed) if row.agreed else None,
                "conflict": row.conflict,
                "readings": [
                    {"value": plain_number(r.value), "measure": r.amount.measure, "about": r.amount.about, "by": r.by,
                     "place": {**to_json(r.spot), "where": r.spot.where}}
                    for r in row.readings
                ],
            }
            for row in rows
        ]  # fmt: skip

    def printed_as_json(self, one: Printed) -> dict[str, Any]:
        """A place that still prints another value, as plain JSON."""
        return {**to_json(one.spot), "where": one.spot.where, "volume": one.binder, "binder_page": one.page}
