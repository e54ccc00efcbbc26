"""What an office enters about its prints: editions that went to print, copies and where they went, captions, copies.

Registers (`entries`): ``editions`` (a number → the binder that was frozen), ``printings`` (印刷登记), ``captions``
(照片说明), ``copies`` (复印入盒 or 互见, by record). Each entry is one event, which ``duban undo`` takes back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.captions import Caption
from duban_archive.core.editions import Box, Edition, latest
from duban_archive.core.inserts import frozen_of
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.core.progress import short_title
from duban_archive.core.volumes import COPY, REFER
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
COPY_WORDS: Mapping[str, str] = {COPY: "复印入盒", REFER: "互见"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRun:
    """One printing: of which edition, how many copies of how many boxes, where they went."""

    edition: int
    copies: int
    boxes: int = 0
    to: str = ""
    on: str = ""
    by: str = ""
    remark: str = ""


class Printed:
    """The registers of one archive's prints."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    # --- editions -------------------------------------------------------------------------------------------------

    def editions(self) -> dict[int, Edition]:
        """The editions that went to print, by number."""
        entries = self._archive.catalogue.entries("editions")
        if not entries:
            return {}
        binders = {row["id"]: row for row in self._rows()}
        return {
            int(number): _edition(binders[entry["binder"]], int(number), adds=entry.get("adds", False))
            for number, entry in entries.items()
            if entry["binder"] in binders
        }

    def paper(self) -> Edition | None:
        """What is on paper now."""
        return latest(self.editions().values())

    def master(self) -> Edition | None:
        """The binder of everything that selections number by: the latest that follows what is on paper."""
        whole = [row for row in self.in_force() if row.get("whole")]
        return _edition(whole[-1], whole[-1].get("edition", 1), adds=False) if whole else None

    def in_force(self) -> list[Json]:
        """Every binder made, oldest first; but what is on paper, and what follows it, after all trials."""
        rows = self._rows()
        entries = self._archive.catalogue.entries("editions")
        printed = {entry["binder"] for entry in entries.values()}
        if not printed:
            return rows
        newest = max(map(int, entries))
        return sorted(rows, key=lambda row: row["id"] in printed or row.get("follows") == newest)

    def next_edition(self) -> int:
        """The number of the edition that is being made."""
        return max(map(int, self._archive.catalogue.entries("editions")), default=0) + 1

    def freeze(self, binder: int, number: int, *, adds: bool) -> None:
        """定版: a binder goes to print; its numbers stay."""
        archive = self._archive
        entry = {"binder": binder, "on": archive.today, **({"adds": True} if adds else {})}
        with archive.catalogue.change("entered", archive.by, register="editions", what=f"第{number}版定版") as change:
            change.enter("editions", str(number), entry)

    def _rows(self) -> list[Json]:
        return [{"id": 0, **row} for row in self._archive.catalogue.binders()]

    # --- 印刷登记 ---------------------------------------------------------------------------------------------------

    def printings(self) -> list[Json]:
        """Every printing, oldest first."""
        entries = self._archive.catalogue.entries("printings")
        return [{"number": int(number), **to_json_full(from_json(PrintRun, e))} for number, e in entries.items()]

    def enter_printing(
        self, *, copies: int, boxes: int = 0, to: str = "", edition: int = 0, on: str = "", remark: str = ""
    ) -> Json:
        """Enter a printing; without an edition, of the latest that was frozen."""
        archive, known = self._archive, self.editions()
        if not known:
            raise UsageError("还没有定版,不能登记印刷。", "付印前请先运行 duban bind --all --freeze,页码从此不变。")
        number = edition or max(known)
        if number not in known:
            listed = "、".join(f"第{n}版" for n in known)
            raise UsageError(f"没有第{number}版。", f"已定版的有:{listed}。")
        told = PrintRun(
            edition=number,
            copies=copies,
            boxes=boxes or len(known[number].boxes),
            to=" ".join(to.split())[:500],
            on=_day(on) or archive.today,
            by=archive.by,
            remark=" ".join(remark.split())[:500],
        )
        with archive.catalogue.change("entered", archive.by, register="printings", what=f"第{number}版") as change:
            running = change.next_number("printings")
            change.enter("printings", str(running), to_json(told))
        return {"number": running, **to_json_full(told)}

    def print_register(self, out: Path) -> None:
        """印刷登记 as a Word document from the office's template."""
        from duban_archive.adapters import sheets
        from duban_archive.adapters.binder.wording import plain_date

        archive = self._archive
        checklist = archive.checklist
        rows = [
            {
                "序号": row["number"],
                "日期": plain_date(row["on"]),
                "版次": f"第{row['edition']}版",
                "份数": row["copies"],
                "盒数": row["boxes"] or "",
                "去向": row["to"],
                "经手人": row["by"],
                "说明": row["remark"],
            }
            for row in self.printings()
        ]
        facts = {
            "编制单位": checklist.office or checklist.issuer,
            "评估名称": short_title(checklist.title),
            "截止日期": plain_date(archive.today),
            "版本说明": f"共{len(rows)}次、{sum(int(row['份数']) for row in rows)}份",
            "印刷": rows,
        }
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(sheets.fill(sheets.find("印刷登记", (archive.home.templates,)), facts))

    # --- 照片说明, 复印入盒 ------------------------------------------------------------------------------------------

    def captions(self) -> dict[str, Caption]:
        """照片说明 by record, and by ``record-n`` for its n-th photo."""
        entries = self._archive.catalogue.entries("captions")
        return {name: from_json(Caption, entry) for name, entry in entries.items()}

    def caption(self, id: int, told: Mapping[str, str], *, photo: int = 0) -> Caption:
        """Enter what stands below a record's photos, or below one of them; what is not told stays."""
        archive = self._archive
        record = archive.catalogue.record(id)
        if photo > len(record.parts) or not record.parts:
            raise UsageError(f"{id} 号件只有 {len(record.parts)} 张照片。", f"请用 duban show {id} 查看。")
        name = f"{id}-{photo}" if photo else str(id)
        words = {key: " ".join(value.split())[:200] for key, value in told.items() if value}
        if not words:
            raise UsageError("没有写照片说明。", "请至少写一项:--when --where --what --who --taken-by。")
        made = Caption(**words).over(self.captions().get(name, Caption()))
        with archive.catalogue.change("entered", archive.by, register="captions", record=id) as change:
            change.enter("captions", name, to_json(made))
        return made

    def copies(self) -> dict[int, str]:
        """`COPY` or `REFER` by record, where a person chose."""
        return {int(name): entry["as"] for name, entry in self._archive.catalogue.entries("copies").items()}

    def choose_copy(self, id: int, how: str) -> None:
        """复印入盒 or 互见 where a record belongs into a second box; ``auto``: by its length again."""
        archive = self._archive
        archive.catalogue.record(id)
        with archive.catalogue.change("entered", archive.by, register="copies", record=id) as change:
            change.enter("copies", str(id), {"as": how} if how in COPY_WORDS else None)


def to_json_full(told: PrintRun) -> Json:
    """All fields, also those at their default: an answer has no gaps."""
    return {name: getattr(told, name) for name in ("edition", "copies", "boxes", "to", "on", "by", "remark")}


def _edition(row: Json, number: int, *, adds: bool) -> Edition:
    boxes = row.get("boxes") or [{"code": volume["code"], "title": volume["title"]} for volume in row["volumes"]]
    return Edition(
        number=number,
        printed=str(row.get("at", ""))[:10],
        by=row.get("by", "indicator"),
        numbering=row.get("numbering", "volume"),
        boxes=tuple(from_json(Box, box) for box in boxes),
        items=frozen_of(row),
        adds=adds,
    )


def _day(text: str) -> str:
    if text and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise UsageError(f"日期“{text}”看不懂。", "请写成 2015-11-01 的样子。")
    return text
