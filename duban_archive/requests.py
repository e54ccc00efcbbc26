"""报送包: made for a unit without this program; when it comes back, in whatever wrapping, it files itself."""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core import requests
from duban_archive.core.classify import Mark
from duban_archive.core.model import GapState, Record, SlotState
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.core.progress import short_title
from duban_archive.core.requests import LIST, MARK_FILE, Request, Wanted
from duban_archive.core.schedule import asked
from duban_archive.errors import UsageError
from duban_archive.readiness import day_in_words, file_name

if TYPE_CHECKING:
    from duban_archive.adapters.catalogue import Change
    from duban_archive.archive import Archive

Json = dict[str, Any]
_OPEN = (GapState.MISSING, GapState.RETURNED, GapState.TOO_FEW, GapState.DEFECTIVE, GapState.EXPIRED)


class Requests:
    """The request packages of one archive, and the marks of papers that came back in them."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    # --- going out --------------------------------------------------------------------------------------------

    def make(self, unit: str, out: Path, *, everything: bool = False, due: str = "") -> Json:
        """A package for ``unit`` (an id) below ``out``: what it still owes (``everything``: all it is asked for);
        ``due``: the day to say where a slot has none or it is past. The answer as ``request`` prints it."""
        name = self.archive.index.unit_name(unit)
        slots = [s for s in self.archive.gaps() if s.slot.unit == unit and self._is_wanted(s, everything)]
        if not slots:
            raise UsageError(f"{name}没有要报的材料:都已报齐,或不向它要。", "加 --all 可以把已齐的也列进去。")
        wanted = tuple(
            Wanted(
                number=n, requirement=s.slot.requirement, period=s.slot.period,
                due=_ahead(s.due, due, self.archive.today),
                wanted=max(1, s.wanted - len(s.held)) if s.state is GapState.TOO_FEW else s.wanted,
            )
            for n, s in enumerate(slots, 1)
        )  # fmt: skip
        with self.archive.catalogue.change("requested", self.archive.by, unit=unit) as change:
            number = change.next_number("requests")
            code = requests.make_code(number, self.archive.catalogue.events()[0]["hash"], unit)
            request = Request(code=code, unit=unit, made=self.archive.today, by=self.archive.by, wanted=wanted)
            change.enter("requests", str(number), to_json(request))
        files = self._files(request, name)
        own = tuple(sorted({f"sha256:{hashlib.sha256(data).hexdigest()}" for data in files.values()}))
        with self.archive.catalogue.change("requested", self.archive.by, unit=unit) as change:
            change.enter("requests", str(number), to_json(replace(request, own=own)))
        self.forget()
        from duban_archive.adapters import request_package

        folder = _free(out / f"{file_name(name)}报送包 {code}")
        packed = request_package.write(folder, files)
        return {
            "code": code,
            "unit": unit,
            "unit_name": name,
            "path": str(folder),
            "zip": str(packed),
            "slots": [self._line(one) for one in wanted],
        }

    def sent(self) -> list[Json]:
        """Every package made, with how many of its folders came back filled."""
        came: dict[str, set[str]] = {}
        for marks in self.marks.values():
            for mark in marks:
                code, _, number = mark.partition("/")
                if number:
                    came.setdefault(code, set()).add(number)
        return [
            {
                "code": request.code, "unit": request.unit, "unit_name": self.archive.index.unit_name(request.unit),
                "made": request.made, "by": request.by, "folders": len(request.wanted),
                "came": len(came.get(request.code, ())),
                "open": [self._line(w) for w in request.wanted if f"{w.number:02d}" not in came.get(request.code, ())],
            }
            for request in self.known.values()
        ]  # fmt: skip

    def _is_wanted(self, state: SlotState, everything: bool) -> bool:
        return state.state in _OPEN or (everything and state.state is not GapState.NOT_APPLICABLE)

    def _line(self, one: Wanted) -> Json:
        index = self.archive.index
        requirement = index.requirements.get(one.requirement)
        title = requirement.title if requirement else one.requirement
        period = answers.period(one.period)
        return {
            "number": f"{one.number:02d}", "requirement": one.requirement, "code": index.code_of(one.requirement),
            "title": title, "period": one.period, "period_text": period, "wanted": one.wanted, "due": one.due,
            "folder": requests.folder_name(one.number, title, period),
            "asked": asked(requirement) if requirement else "",
        }  # fmt: skip

    def _files(self, request: Request, name: str) -> dict[str, bytes]:
        """The package's files by their paths in it."""
        lines = [self._line(one) for one in request.wanted]
        files = {MARK_FILE: f"{request.code}\n".encode()}
        files["填报说明.docx"] = self._guide(request, name, lines)
        files[f"{LIST} {request.code}.xlsx"] = self._list(request, name, lines)
        for line in lines:
            files[f"{line['folder']}/{MARK_FILE}"] = f"{request.code}/{line['number']}\n".encode()
            if form := self._form(name, line):
                files[f"{line['folder']}/空白表 {file_name(line['title'])[:20]}.xlsx"] = form
        return files

    def _guide(self, request: Request, name: str, lines: Sequence[Json]) -> bytes:
        from duban_archive.adapters import sheets

        checklist = self.archive.checklist
        due = min((line["due"] for line in lines if line["due"] >= self.archive.today), default="")
        first = f"最近的截止日期是 {day_in_words(due)}。" if due else ""
        facts = {
            "单位": name,
            "评估名称": short_title(checklist.title),
            "编制单位": checklist.office or checklist.issuer,
            "编号": request.code,
            "概况": f"{short_title(checklist.title)}请你单位报送下列 {len(lines)} 项材料。{first}请这样填报:",
            "日期": day_in_words(self.archive.today),
            "版本说明": f"{checklist.id} {checklist.version}",
            "材料": [
                {
                    "文件夹": line["number"], "编号": line["code"], "材料": line["title"],
                    "期间": line["period_text"], "份数": str(line["wanted"]), "要求": line["asked"],
                    "期限": line["due"],
                }
                for line in lines
            ],
        }  # fmt: skip
        return sheets.fill(sheets.find("填报说明", (self.archive.home.templates,)), facts)

    def _list(self, request: Request, name: str, lines: Sequence[Json]) -> bytes:
        from duban_archive.adapters import table_sheet

        rows = []
        for line in lines:
            requirement = self.archive.index.requirements[line["requirement"]]
            sealed = "盖章" if requirement.stamped else ""
            signed = "签字" if requirement.signed or requirement.signed_by else ""
            form = asked(requirement).replace(",盖章", "").replace(",签字", "")
            row = (
                line["number"], line["code"], line["title"], line["period_text"], line["wanted"], form,
                "、".join(filter(None, (sealed, signed))), line["due"], "", "",
            )  # fmt: skip
            rows.append(row)
        columns = (
            ("文件夹", 8), ("编号", 9), ("应报材料", 38), ("期间", 14), ("份数", 7), ("格式", 16), ("盖章签字", 11),
            ("截止", 12), ("已放份数", 10), ("说明(没有的写原因)", 26),
        )  # fmt: skip
        sheet = table_sheet.Sheet(
            name=LIST, title=f"{name}{LIST}", columns=columns, rows=rows, left=(2, 5, 9),
            under=f"编号 {request.code}　　请把材料放进同号的文件夹,填好后两栏,连同文件夹一起交回。",
        )  # fmt: skip
        made = io.BytesIO()
        table_sheet.write_to(made, [sheet])
        return made.getvalue()

    def _form(self, name: str, line: Json) -> bytes | None:
        """A blank table where the checklist names the columns of one."""
        from duban_archive.adapters import table_sheet

        index = self.archive.index
        requirement = index.requirements[line["requirement"]]
        kind = index.evidence_types.get(requirement.evidence_type)
        headers = requirement.headers or (kind.headers if kind else ())
        if len(headers) < 3:
            return None
        when = line["period_text"] if line["period_text"] not in ("一次性", "常设") else ""
        columns = [(header, max(10, 2 * len(header) + 4)) for header in headers]
        sheet = table_sheet.Sheet(
            name="表", title=f"{name}{when}{line['title']}", columns=columns, rows=[[""] * len(headers)] * 20,
            under="填表人:　　　　　　　　审核人:　　　　　　　　填表日期:",
        )  # fmt: skip
        made = io.BytesIO()
        table_sheet.write_to(made, [sheet])
        return made.getvalue()

    # --- coming back ------------------------------------------------------------------------------------------

    @functools.cached_property
    def known(self) -> dict[str, Request]:
        """The packages made, by running number."""
        return {name: from_json(Request, row) for name, row in self.archive.catalogue.entries("requests").items()}

    @functools.cached_property
    def marks(self) -> dict[int, list[str]]:
        """Record → the marks it came with (the same bytes may come in several folders)."""
        found: dict[int, list[str]] = {}
        for row in self.archive.catalogue.entries("marks").values():
            found.setdefault(int(row["record"]), []).append(row["mark"])
        return found

    def forget(self) -> None:
        """Others may have made packages or taken in papers meanwhile: look anew."""
        for name in ("known", "marks", "_own"):
            self.__dict__.pop(name, None)

    def is_own(self, digest: str) -> bool:
        """Whether a file is one that a package of ours was sent out with: a form left blank, the guide."""
        return digest in self._own

    @functools.cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(digest for request in self.known.values() for digest in request.own)

    def enter_mark(self, change: Change, file: int, record: int, mark: str) -> None:
        """Remember with its arrival that a record came in a package of ours; marks of others' say nothing here."""
        if mark and self._request(mark) is not None:
            change.enter("marks", str(file), {"record": record, "mark": mark})
            self.marks.setdefault(record, []).append(mark)

    def marks_of(self, record: Record) -> tuple[Mark, ...]:
        """The slots that the folders stand for in which a record came."""
        found = []
        marks = self.marks.get(record.id, [])
        if not marks and self.marks and record.parts:  # merged or split out of papers that came so
            digests = {part.digest for part in record.parts}
            before = sorted({id for digest in digests for id in self.archive.catalogue.holders(digest)})
            marks = [mark for id in before for mark in self.marks.get(id, ())]
        for mark in dict.fromkeys(marks):
            request, number = self._request(mark), mark.partition("/")[2]
            wanted = next((w for w in request.wanted if f"{w.number:02d}" == number), None) if request else None
            if request is not None and wanted is not None:
                why = (
                    f"来自发给{self.archive.index.unit_name(request.unit)}的报送包 {request.code} 第 {number} 号文件夹"
                )
                found.append(
                    Mark(requirement=wanted.requirement, unit=request.unit, period=wanted.period, why=why)
                )  # fmt: skip
        return tuple(found)

    def is_list(self, record: Record) -> bool:
        """Whether the record is a 报送清单 that came back filled: it belongs to no slot."""
        outside = any("/" not in mark for mark in self.marks.get(record.id, ()))
        return outside and any(part.file_name.startswith(LIST) for part in record.parts)

    def _request(self, mark: str) -> Request | None:
        code = mark.partition("/")[0]
        request = self.known.get(requests.number_of(code))
        return request if request is not None and request.code == code else None


def _ahead(own: str, given: str, today: str) -> str:
    """The day to say: the slot's own, unless it is past (or unknown) and another was given."""
    return own if own and (own >= today or not given) else given


def _free(folder: Path) -> Path:
    candidate, number = folder, 2
    while candidate.exists():
        candidate, number = folder.with_name(f"{folder.name}({number})"), number + 1
    return candidate
