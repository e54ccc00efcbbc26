"""What is written into the forms of a binder: facts for each template, from the manifest and the numbered leaves.

The keys are the blanks of the templates, in the office's language; `facts.FACTS` lists them for every template.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from duban_archive.adapters.binder.facts import CONTENTS
from duban_archive.adapters.binder.wording import (
    KIND_NAMES,
    balanced,
    hanzi_date,
    plain_date,
    spine_width,
    upright,
    years_of,
)
from duban_archive.adapters.sheets import link
from duban_archive.core.inserts import Change
from duban_archive.core.manifest import FILING, BoundVolume, Item, Manifest, Section
from duban_archive.core.model import ContentsLine
from duban_archive.core.paging import Kind, Leaf, Mode, span

DIVIDER_ROWS = 12  # more do not fit on the sheet


@dataclass(frozen=True, slots=True)
class Piece:
    """What fills some pages of an item: pages of a source (indexes from 0), or a form that stands there and why."""

    form: str = ""  # "" = pages of ``source``; else the template's name
    reason: str = ""
    source: int = -1
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """An item with what was found for it; ``at`` is (volume, section, item), counted from 0."""

    at: tuple[int, int, int]
    item: Item
    pieces: tuple[Piece, ...]
    signed: bool = False  # a copy of an electronically signed file is bound

    @property
    def line(self) -> ContentsLine:
        """Its line of the contents list."""
        return self.item.line

    @property
    def faults(self) -> tuple[str, ...]:
        """Why parts of it could not be bound."""
        return tuple(piece.reason for piece in self.pieces if piece.form == "缺项页")

    def mark(self, piece: int) -> str:
        """The bookmark of the form that stands for one of its pieces."""
        return "i" + "-".join(map(str, (*self.at, piece)))

    @property
    def made(self) -> tuple[str, ...]:
        """What its pages are made of: PDFs and their pages by digest, forms by name and reason."""
        sources = self.item.sources
        return tuple(
            f"{piece.form}:{piece.reason}" if piece.form else f"{sources[piece.source].pdf}#{_run(piece.pages)}"
            for piece in self.pieces
        )

    @property
    def target(self) -> str:
        """The name that links to it carry."""
        return "item-" + "-".join(map(str, self.at))


def _run(pages: tuple[int, ...]) -> str:
    whole = pages == tuple(range(pages[0], pages[-1] + 1))
    return f"{pages[0] + 1}-{pages[-1] + 1}" if whole else ",".join(str(page + 1) for page in pages)


@dataclass(slots=True)
class Sheets:
    """The sheets to be made of each template: (bookmark, facts)."""

    of: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)

    def add(self, template: str, mark: str, facts: dict[str, Any]) -> None:
        """One more sheet of ``template``."""
        self.of.setdefault(template, []).append((mark, facts))


class Forms:
    """Writes the facts of all forms of one binder."""

    def __init__(self, manifest: Manifest, bound: Sequence[Bound], leaves: Sequence[Leaf]) -> None:
        self._manifest = manifest
        self._bound = {one.at: one for one in bound}
        self._of_volume: dict[int, list[Bound]] = {}
        for one in bound:
            self._of_volume.setdefault(one.at[0], []).append(one)
        self._leaves: dict[tuple[int, int, int], list[Leaf]] = {}
        self._numbered: dict[int, list[Leaf]] = {}
        for leaf in leaves:
            if leaf.kind is Kind.ITEM:
                self._leaves.setdefault((leaf.volume, leaf.section, leaf.item), []).append(leaf)
                self._numbered.setdefault(leaf.volume, []).append(leaf)

    def sheets(self) -> Sheets:
        """All forms that are bound in."""
        made = Sheets()
        if self._manifest.pack:
            made.add("总封面", "pack-cover", self._pack_cover())
            made.add("总目录", "pack-contents", self._pack_contents())
        for number, volume in enumerate(self._manifest.volumes):
            made.add("卷封面", f"cover-{number}", self.cover(number))
            made.add(CONTENTS[self._manifest.columns], f"contents-{number}", self.contents(number))
            for place, section in enumerate(volume.sections):
                made.add("隔页", f"divider-{number}-{place}", self._divider(number, place, section))
            made.add("备考表", f"note-{number}", self._note(number))
        for one in self._bound.values():
            for place, piece in enumerate(one.pieces):
                if piece.form:
                    made.add(piece.form, one.mark(place), self._stand(one, piece))
        return made

    def cover(self, number: int) -> dict[str, Any]:
        """卷封面."""
        volume = self._manifest.volumes[number]
        return {
            **self._heads(volume),
            "密级": self._manifest.secrecy,
            "编制单位": self._manifest.office,
            "评估名称": balanced(self._manifest.title, 20),
            "卷题名": balanced(volume.title, 15),
            "责任单位": volume.unit_name or self._manifest.office,
            "起止时间": volume.period or self._dates(number) or "—",
            "件数": len(volume.items),
            "页数": len(self._numbered.get(number, ())),
            "第几卷": number + 1,
            "共几卷": len(self._manifest.volumes),
            "印制日期": hanzi_date(self._manifest.printed),
            "版本说明": self._edition(),
            "材料名": "归档文件" if self._manifest.view == FILING else "佐证材料",
        }

    def contents(self, number: int) -> dict[str, Any]:
        """卷内目录."""
        volume = self._manifest.volumes[number]
        rows = [self._row(one) for one in self._of_volume.get(number, ())]
        if rows:  # GB/T 9705: each first page, of the last item the first and the last
            rows[-1]["页号"] = rows[-1]["页码"]
        return {
            **self._heads(volume),
            "编制单位": self._manifest.office,
            "件数": len(volume.items),
            "页数": len(self._numbered.get(number, ())),
            "版本说明": self._edition(),
            "目录": rows,
        }

    def spine(self, number: int) -> tuple[int, dict[str, Any]]:
        """(width in mm, facts) of 脊背标签, the width proposed from the number of sheets."""
        volume = self._manifest.volumes[number]
        pages = len(self._numbered.get(number, ()))
        width = spine_width(pages)
        items = [one.line.item for one in self._of_volume.get(number, ())]
        years = years_of(volume.period)
        return width, {
            "卷号": volume.code,
            "竖排题名": upright(volume.title, width),
            "竖排年度": "\n".join(years)
            if width > 10
            else "\n".join(year[2:] if len(year) == 4 else year for year in years),
            "起止件号": f"{min(items, default=0)}\n|\n{max(items, default=0)}",
            "责任单位": volume.unit_name or self._manifest.office,
            "盒号": f"第{number + 1}盒" if width > 10 else f"{number + 1}",
        }

    def print_order(self, large: Mapping[int, Sequence[str]]) -> dict[str, Any]:
        """印制单: what the printer must know of each box; ``large``: labels of the pages above A4, by volume."""
        rows = [self._order_row(number, large.get(number, ())) for number in range(len(self._manifest.volumes))]
        return {
            "编制单位": self._manifest.office,
            "评估名称": self._manifest.title,
            "印制日期": plain_date(self._manifest.printed),
            "版本说明": self._edition(),
            "卷数": len(rows),
            "面数": sum(row["面数"] for row in rows),
            "张数": sum(row["张数"] for row in rows),
            "各卷": rows,
        }

    def _order_row(self, number: int, large: Sequence[str]) -> dict[str, Any]:
        volume = self._manifest.volumes[number]
        pages = len(self._numbered.get(number, ()))
        put_in = [
            f"第{self.span(one)}页 {one.line.title}{f'（{one.line.place}）' if one.line.place else ''}"
            for one in self._of_volume.get(number, ())
            if any(piece.form == "占位页" for piece in one.pieces)
        ]
        return {
            "卷号": volume.code,
            "卷题名": volume.title,
            "面数": pages,
            "张数": (pages + 1) // 2,
            "隔页": len(volume.sections),
            "大幅页": "、".join(large) or "无",
            "插入原件": "；".join(put_in) or "无",
            "脊背": f"{spine_width(pages)}毫米",
        }

    def changes(self, changes: Sequence[Change]) -> dict[str, Any]:
        """换页清单."""
        return {
            "编制单位": self._manifest.office,
            "评估名称": self._manifest.title,
            "印制日期": plain_date(self._manifest.printed),
            "版本说明": self._edition(),
            "变动": [
                {
                    "序号": number,
                    "卷号": change.volume,
                    "做法": change.action,
                    "页码": change.printed,
                    "材料名称": change.title,
                    "说明": change.how,
                }
                for number, change in enumerate(changes, 1)
            ],
        }

    def _heads(self, volume: BoundVolume) -> dict[str, Any]:
        return {"卷号": volume.code, "卷题名": volume.title, "责任单位": volume.unit_name}

    def _edition(self) -> str:
        manifest = self._manifest
        system = " ".join(part for part in (manifest.checklist_title, manifest.checklist_version) if part)
        return f"第{manifest.edition}版　{plain_date(manifest.printed)}印制　{system}".rstrip()

    def _totals(self) -> dict[str, Any]:
        return {
            "卷数": len(self._manifest.volumes),
            "件数": len(self._bound),
            "页数": sum(map(len, self._numbered.values())),
        }

    def _pack_cover(self) -> dict[str, Any]:
        manifest = self._manifest
        periods = sorted(
            {year for volume in manifest.volumes for year in years_of(volume.period) if year[:1].isdigit()}
        )
        return {
            **self._totals(),
            "密级": manifest.secrecy,
            "编制单位": manifest.office,
            "评估名称": balanced(manifest.title, 13),
            "汇编名称": manifest.pack_title,
            "指标体系": manifest.checklist_title or manifest.title,
            "材料期间": f"{periods[0]}年—{periods[-1]}年"
            if len(periods) > 1
            else f"{periods[0]}年"
            if periods
            else "—",
            "印制日期": hanzi_date(manifest.printed),
            "版本说明": self._edition(),
        }

    def _pack_contents(self) -> dict[str, Any]:
        rules = {
            Mode.VOLUME: "各卷页码自第1页起分别编排。",
            Mode.CONTINUOUS: "全编页码连续编排。",
            Mode.SECTION: "页码按指标分别编排。",
            Mode.PHYSICAL: "页码自首页起连续编排，封面、目录计入。",
        }
        return {
            **self._totals(),
            "评估名称": self._manifest.title,
            "页码说明": rules[self._manifest.numbering.mode],
            "版本说明": self._edition(),
            "各卷": [
                {
                    "卷次": number + 1,
                    "卷号": volume.code,
                    "卷题名": link(volume.title, f"cover-{number}"),
                    "责任单位": volume.unit_name,
                    "件数": len(volume.items),
                    "页数": len(self._numbered.get(number, ())),
                    "页码": link(span(self._numbered.get(number, ())), f"cover-{number}"),
                }
                for number, volume in enumerate(self._manifest.volumes)
            ],
        }

    def _row(self, one: Bound) -> dict[str, Any]:
        line = one.line
        return {
            "目录编号": line.code,
            "材料名称": link(line.title, one.target),
            "类别": KIND_NAMES.get(line.kind, line.kind),
            "年度": line.period,
            "责任单位": line.unit_name,
            "形成日期": line.dated,
            "文号": line.document_number,
            "页码": link(self.span(one), one.target),
            "来源": line.origin,
            "备注": self._remark(one),
            "序号": line.item,
            "档号": "",
            "责任者": line.author,
            "题名": link(line.title, one.target),
            "密级": line.secrecy,
            "页数": len(self._leaves.get(one.at, ())),
            "页号": link(span(self._leaves.get(one.at, ())[:1]), one.target),
        }

    def _remark(self, one: Bound) -> str:
        remarks = [one.line.remark]
        if one.line.see:
            remarks.append(f"原件见{one.line.see}卷")
        if one.faults:
            remarks.append("缺项" if len(one.faults) == len(one.pieces) else "部分缺页")
        if one.signed:
            remarks.append("电子签章件副本")
        if any(piece.form == "占位页" for piece in one.pieces):
            remarks.append("插入原件")
        return "；".join(remark for remark in remarks if remark)

    def leaves_of(self, one: Bound) -> Sequence[Leaf]:
        """Its sides."""
        return self._leaves.get(one.at, ())

    def span(self, one: Bound) -> str:
        """Its printed page numbers."""
        return span(self._leaves.get(one.at, ()))

    def _divider(self, number: int, place: int, section: Section) -> dict[str, Any]:
        volume = self._manifest.volumes[number]
        mine = [self._bound[(number, place, item)] for item in range(len(section.items))]
        rows = [self._row(one) for one in mine]
        if len(rows) > DIVIDER_ROWS:
            rows = [
                self._summary(list(group)) for _, group in itertools.groupby(mine, lambda one: one.line.requirement)
            ]
        if len(rows) > DIVIDER_ROWS:
            rows = []  # the contents list has them; a divider is one sheet
        return {
            **self._heads(volume),
            "编号": section.code,
            "题名": balanced(section.title, 15),
            "要求": section.text,
            "目录": rows,
            "返回目录": link("返回目录", f"contents-{number}"),
        }

    def _summary(self, group: list[Bound]) -> dict[str, Any]:
        """One row for all items of a requirement."""
        first = group[0]
        leaves = [leaf for one in group for leaf in self._leaves.get(one.at, ())]
        title = f"{first.item.heading or first.line.title}（{len(group)}件）"
        return {
            **self._row(first),
            "目录编号": first.line.code.rpartition("-")[0] or first.line.code,
            "材料名称": link(title, first.target),
            "页码": link(span(leaves), first.target),
        }

    def _stand(self, one: Bound, piece: Piece) -> dict[str, Any]:
        line = one.line
        pages = self.span(one)
        return {
            **self._heads(self._manifest.volumes[one.at[0]]),
            "编号": line.code,
            "题名": line.title,
            "责任单位": line.unit_name or "—",
            "年度": line.period or "—",
            "收件号": f"第{line.record}号",
            "数量": line.quantity or "—",
            "存放处": line.place or "—",
            "原因": piece.reason or "—",
            "原件见": self._seen(line) or "—",
            "说明": f"本页页码：{pages}。" if one.pieces == (piece,) else f"本件页码：{pages}，本页为其中一页。",
            "返回目录": link("返回目录", f"contents-{one.at[0]}"),
        }

    def _seen(self, line: ContentsLine) -> str:
        """Where the original lies, down to its page if it is in this binder."""
        for one in self._bound.values():
            if (
                one.line.record == line.record
                and not one.line.see
                and self._manifest.volumes[one.at[0]].code == line.see
            ):
                return link(f"{line.see}卷 第{one.line.item}件（{one.line.code}） 第{self.span(one)}页", one.target)
        return f"{line.see}卷" if line.see else ""

    def _note(self, number: int) -> dict[str, Any]:
        manifest = self._manifest
        system = " ".join(part for part in (manifest.checklist, manifest.checklist_version) if part)
        head = f"；档案事件链首 {manifest.head}" if manifest.head else ""
        return {
            **self._heads(manifest.volumes[number]),
            "件数": len(manifest.volumes[number].items),
            "页数": len(self._numbered.get(number, ())),
            "表名": "备考表" if manifest.view == FILING else "卷内说明（备考）",
            "情况说明": list(self._situation(number)),
            "校验说明": f"指标体系 {system}{head}；{plain_date(manifest.printed)}印制，第{manifest.edition}版",
        }

    def _situation(self, number: int) -> Iterator[str]:
        """What a person who opens the box must know: counts, what is copied, referred to, to be put in, missing."""
        mine = self._of_volume.get(number, [])
        leaves = self._numbered.get(number, ())
        yield f"本卷共{len(mine)}件、{len(leaves)}页，页码{span(leaves) or '无'}。"
        for form, words in (("占位页", "需插入纸质（实物）原件"), ("互见页", "原件在别卷，以互见页代替")):
            these = [one for one in mine if any(piece.form == form for piece in one.pieces)]
            if these:
                yield f"{words}{len(these)}件：{self._list(these)}。"
        copied = [one for one in mine if one.line.origin == "复印件"]
        if copied:
            yield f"复印件{len(copied)}件：{self._list(copied)}。"
        signed = [one for one in mine if one.signed]
        if signed:
            yield f"电子签章件{len(signed)}件：{self._list(signed)}，所装为副本，签章以所存电子原件为准。"
        for one in mine:
            for reason in one.faults:
                yield f"缺损：第{one.line.item}件《{one.line.title}》（第{self.span(one)}页），{reason}，以缺项页代替。"

    def _list(self, these: Iterable[Bound]) -> str:
        names = [f"第{one.line.item}件（第{self.span(one)}页）" for one in these]
        return "、".join(names[:12]) + (f"等，共{len(names)}件" if len(names) > 12 else "")

    def _dates(self, number: int) -> str:
        dates = sorted(one.line.dated for one in self._of_volume.get(number, ()) if len(one.line.dated) >= 6)
        if not dates:
            return ""
        first, last = (f"{day[:4]}年{int(day[4:6])}月" for day in (dates[0], dates[-1]))
        return first if first == last else f"{first}—{last}"
