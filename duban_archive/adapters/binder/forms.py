"""What is written into the forms of a binder: facts for each template, from the manifest and the numbered leaves.

The keys are the blanks of the templates, in the office's language; `facts.FACTS` lists them for every template.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from duban_archive.adapters.binder.bound import Bound, Numbers, Piece, Sheets
from duban_archive.adapters.binder.facts import CONTENTS, LISTS
from duban_archive.adapters.binder.wording import (
    KIND_NAMES,
    balanced,
    hanzi_date,
    plain_date,
    years_of,
)
from duban_archive.adapters.sheets import link, without_links
from duban_archive.core.binding import FILING
from duban_archive.core.inserts import Change, Number, written
from duban_archive.core.manifest import BoundVolume, Manifest, Section
from duban_archive.core.model import ContentsLine
from duban_archive.core.paging import Mode
from duban_archive.core.progress import short_title

DIVIDER_ROWS = 12  # more do not fit on the sheet


class Forms:
    """Writes the facts of all forms of one binder."""

    def __init__(self, manifest: Manifest, bound: Sequence[Bound], numbers: Numbers) -> None:
        """``numbers``: the printed page numbers of each item, those it only reserves included."""
        self.manifest = manifest
        self._bound = {one.at: one for one in bound}
        self._of_volume: dict[int, list[Bound]] = {}
        self._numbers = numbers
        for one in bound:
            self._of_volume.setdefault(one.at[0], []).append(one)
        self._of_records: dict[int, list[Bound]] = {}
        for one in bound:
            self._of_records.setdefault(one.line.record, []).append(one)

    def items(self, volume: int) -> Sequence[Bound]:
        """The items of a volume, in order."""
        return self._of_volume.get(volume, ())

    def numbers(self, one: Bound) -> tuple[Number, ...]:
        """The page numbers of an item."""
        return self._numbers.get(one.at, ())

    def pages(self, volume: int) -> int:
        """How many page numbers a volume has."""
        return sum(len(self.numbers(one)) for one in self.items(volume))

    def span(self, *these: Bound) -> str:
        """The printed page numbers of these items: ``7`` or ``7—9``."""
        numbers = [number for one in these for number in self.numbers(one)]
        if not numbers:
            return ""
        first, last = written(numbers[0]), written(numbers[-1])
        return first if first == last else f"{first}—{last}"

    def sheets(self) -> Sheets:
        """All forms that are bound in."""
        made = Sheets()
        if self.manifest.pack:
            made.add("总封面", "pack-cover", self._pack_cover())
            made.add("总目录", "pack-contents", self._pack_contents())
        for number, volume in enumerate(self.manifest.volumes):
            made.add("卷封面", f"cover-{number}", self.cover(number))
            made.add(CONTENTS[self.manifest.columns], f"contents-{number}", self.contents(number))
            for place, section in enumerate(volume.sections):
                made.add("隔页", f"divider-{number}-{place}", self._divider(number, place, section))
            made.add("备考表", f"note-{number}", self._note(number))
        for one in self._bound.values():
            for place, piece in enumerate(one.pieces):
                if piece.form:
                    made.add(piece.form, one.mark(place), self._stand(one, piece))
        return made

    def said(self, number: int) -> dict[str, str]:
        """What each form of a volume says, by a hash of all but its edition: does a printed one still hold?"""
        volume = self.manifest.volumes[number]
        made = {"卷封面": self.cover(number), "卷内目录": self.contents(number), "卷内说明": self._note(number)}
        for place, section in enumerate(volume.sections):
            made[f"隔页 {section.code}"] = self._divider(number, place, section)
        return {name: _hash_of(facts) for name, facts in made.items()}

    def changed_forms(self) -> Iterator[Change]:
        """The printed covers, lists, dividers and notes that say something else now."""
        printed = dict(self.manifest.frozen_forms)
        for number, volume in enumerate(self.manifest.volumes):
            if not any(name.startswith(f"{volume.code}/") for name in printed):
                continue
            for name, now in self.said(number).items():
                before = printed.get(f"{volume.code}/{name}")
                if before is None:
                    how = "新增，放在所隔各件之前"
                    yield Change(volume=volume.code, action="增加", printed="—", title=name, how=how)
                elif before != now:
                    how = "抽出原页，换上新打印的"
                    yield Change(volume=volume.code, action="替换", printed="—", title=name, how=how)

    def cover(self, number: int) -> dict[str, Any]:
        """卷封面."""
        volume = self.manifest.volumes[number]
        return {
            **self._heads(volume),
            "密级": self.manifest.secrecy,
            "编制单位": self.manifest.office,
            "评估名称": balanced(short_title(self.manifest.title), 20),
            "卷题名": balanced(volume.title, 15),
            "责任单位": volume.unit_name or self.manifest.office,
            "起止时间": volume.period or self._dates(number) or "—",
            "件数": len(volume.items),
            "页数": self.pages(number),
            "第几卷": number + 1,
            "共几卷": len(self.manifest.volumes),
            "印制日期": hanzi_date(self.manifest.printed),
            "版本说明": self.edition(),
            "材料名": "归档文件" if self.manifest.view == FILING else "佐证材料",
        }

    def contents(self, number: int) -> dict[str, Any]:
        """卷内目录."""
        manifest, volume = self.manifest, self.manifest.volumes[number]
        rows = [self._row(one) for one in self.items(number)]
        if rows:  # GB/T 9705: each first page, of the last item the first and the last
            rows[-1]["页号"] = rows[-1]["页码"]
        return {
            **self._heads(volume),
            "编制单位": self.manifest.office,
            "件数": len(volume.items),
            "页数": self.pages(number),
            "版本说明": self.edition(),
            "表名": LISTS[manifest.view, manifest.columns],
            "目录": rows,
        }

    def _heads(self, volume: BoundVolume) -> dict[str, Any]:
        return {"卷号": volume.code, "卷题名": volume.title, "责任单位": volume.unit_name}

    def edition(self) -> str:
        """Edition, date and checklist, small on every cover and list."""
        manifest = self.manifest
        system = " ".join(part for part in (manifest.checklist_title, manifest.checklist_version) if part)
        chosen = f"　{manifest.selection}" if manifest.selection else ""
        return f"第{manifest.edition}版　{plain_date(manifest.printed)}印制{chosen}　{system}".rstrip()

    def _totals(self) -> dict[str, Any]:
        return {
            "卷数": len(self.manifest.volumes),
            "件数": len(self._bound),
            "页数": sum(self.pages(number) for number in self._of_volume),
        }

    def _pack_cover(self) -> dict[str, Any]:
        manifest = self.manifest
        periods = sorted(
            {year for volume in manifest.volumes for year in years_of(volume.period) if year[:1].isdigit()}
        )
        return {
            **self._totals(),
            "密级": manifest.secrecy,
            "编制单位": manifest.office,
            "评估名称": balanced(short_title(manifest.title), 13),
            "汇编名称": manifest.pack_title,
            "指标体系": balanced(manifest.checklist_title or manifest.title, 16),
            "材料期间": f"{periods[0]}年—{periods[-1]}年"
            if len(periods) > 1
            else f"{periods[0]}年"
            if periods
            else "—",
            "印制日期": hanzi_date(manifest.printed),
            "版本说明": self.edition(),
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
            "评估名称": short_title(self.manifest.title),
            "页码说明": rules[self.manifest.numbering.mode],
            "版本说明": self.edition(),
            "各卷": [
                {
                    "卷次": number + 1,
                    "卷号": volume.code,
                    "卷题名": link(volume.title, f"cover-{number}"),
                    "责任单位": volume.unit_name,
                    "件数": len(volume.items),
                    "页数": self.pages(number),
                    "页码": link(self.span(*self.items(number)), f"cover-{number}"),
                }
                for number, volume in enumerate(self.manifest.volumes)
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
            "档号": line.archive_number,
            "责任者": line.author,
            "题名": link(line.title, one.target),
            "密级": line.secrecy,
            "页数": len(self.numbers(one)),
            "页号": link(self._first(one), one.target),
        }

    def _remark(self, one: Bound) -> str:
        remarks = [one.line.remark]
        if one.line.see:
            remarks.append(f"原件见{volume_name(one.line.see)}")
        if one.line.home:
            remarks.append(f"与原件相符，原件存{self.held(one.line)}")
        if one.faults:
            remarks.append("缺项" if len(one.faults) == len(one.pieces) else "部分缺页")
        if one.signed:
            remarks.append("电子签章件副本")
        if one.repaired:
            remarks.append("文件经修复")
        if any(piece.form == "占位页" for piece in one.pieces):
            remarks.append("插入原件")
        return "；".join(remark for remark in remarks if remark)

    def _first(self, one: Bound) -> str:
        numbers = self.numbers(one)
        return written(numbers[0]) if numbers else ""

    def _divider(self, number: int, place: int, section: Section) -> dict[str, Any]:
        volume = self.manifest.volumes[number]
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
        title = f"{first.item.heading or first.line.title}（{len(group)}件）"
        return {
            **self._row(first),
            "目录编号": first.line.code.rpartition("-")[0] or first.line.code,
            "材料名称": link(title, first.target),
            "页码": link(self.span(*group), first.target),
        }

    def _stand(self, one: Bound, piece: Piece) -> dict[str, Any]:
        line = one.line
        pages = self.span(one)
        return {
            **self._heads(self.manifest.volumes[one.at[0]]),
            "编号": line.code,
            "题名": line.title,
            "责任单位": line.unit_name or "—",
            "年度": line.period or "—",
            "收件号": f"第{line.record}号",
            "数量": line.quantity or "—",
            "存放处": line.place or "—",
            "原因": piece.reason or "—",
            "原件见": self._seen(line) or "—",
            "说明": self._which_page(one, piece, pages),
            "返回目录": link("返回目录", f"contents-{one.at[0]}"),
        }

    def _which_page(self, one: Bound, piece: Piece, pages: str) -> str:
        reserved = len(self.numbers(one))
        if one.pieces != (piece,):
            return f"本件页码：{pages}，本页为其中一页。"
        if reserved > 1 and piece.form == "占位页":
            return f"本件页码：{pages}，已为原件预留{reserved}页。放入原件后抽出本页，按此页码在原件上编号。"
        return f"本页页码：{pages}。"

    def _seen(self, line: ContentsLine) -> str:
        """Where the original lies, down to its page if it is in this binder."""
        home = self._home(line, line.see)
        if home is not None:
            return link(
                f"{volume_name(line.see)} 第{home.line.item}件（{home.line.code}） 第{self.span(home)}页", home.target
            )
        return volume_name(line.see) if line.see else ""

    def _home(self, line: ContentsLine, code: str) -> Bound | None:
        """The item of this record in the volume that has its original, if that is in this binder."""
        return next(
            (
                one
                for one in self._of_records.get(line.record, ())
                if not one.line.see and self.manifest.volumes[one.at[0]].code == code
            ),
            None,
        )

    def held(self, line: ContentsLine) -> str:
        """原件存: where the original of a copy lies."""
        home = self._home(line, line.home)
        return volume_name(line.home) + (f"第{home.line.item}件" if home is not None else "")

    def _note(self, number: int) -> dict[str, Any]:
        manifest = self.manifest
        system = " ".join(part for part in (manifest.checklist, manifest.checklist_version) if part)
        head = f"；档案事件链首 {manifest.head}" if manifest.head else ""
        return {
            **self._heads(manifest.volumes[number]),
            "件数": len(manifest.volumes[number].items),
            "页数": self.pages(number),
            "表名": "备考表" if manifest.view == FILING else "卷内说明（备考）",
            "情况说明": list(self._situation(number)),
            "校验说明": f"指标体系 {system}{head}；{plain_date(manifest.printed)}印制，第{manifest.edition}版",
        }

    def _situation(self, number: int) -> Iterator[str]:
        """What a person who opens the box must know: counts, what is copied, referred to, to be put in, missing."""
        mine = self.items(number)
        yield f"本卷共{len(mine)}件、{self.pages(number)}页，页码{self.span(*mine) or '无'}。"
        for form, words in (("占位页", "需插入纸质（实物）原件"), ("互见页", "原件在别卷，以互见页代替")):
            these = [one for one in mine if any(piece.form == form for piece in one.pieces)]
            if these:
                yield f"{words}{len(these)}件：{self._list(these)}。"
        for origin, words in (("复印件", "复印件"), ("补充整理", "事后补充整理，日期为整理之日，")):
            these = [one for one in mine if one.line.origin == origin]
            if these:
                yield f"{words}{len(these)}件：{self._list(these)}。"
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
        dates = sorted(one.line.dated for one in self.items(number) if len(one.line.dated) >= 6)
        if not dates:
            return ""
        first, last = (f"{day[:4]}年{int(day[4:6])}月" for day in (dates[0], dates[-1]))
        return first if first == last else f"{first}—{last}"


_OF_THE_DAY = ("版本说明", "印制日期", "校验说明", "共几卷", "第几卷")


def _hash_of(facts: dict[str, Any]) -> str:
    kept = {name: value for name, value in facts.items() if name not in _OF_THE_DAY}
    plain = json.dumps(_unlinked(kept), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _unlinked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unlinked(inner) for name, inner in value.items()}
    return [_unlinked(inner) for inner in value] if isinstance(value, list) else without_links(value)


def volume_name(code: str) -> str:
    """A volume's code as it is spoken of: A1卷, 第3盒."""
    return code if code.endswith("盒") else f"{code}卷"
