"""移交: between offices that both have the program, and from a person who leaves to the one who follows.

::

    export ─▶ bag: originals, a line a record, 移交清单, hashes, head of the chain
    import ◀─ every original proved ─▶ new record | already held | conflict told     (taking_over.py)

A bag brings papers, where a person filed them and what a person called them: no templates, no settings, and nothing
that was said inside the other office.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from duban_archive.core import handover
from duban_archive.core.model import Record
from duban_archive.core.secrecy import is_level
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
LIST = "移交清单"
_CONTAINER = re.compile(r"(\d+) 号件\(压缩包、邮件\)里的这个文件")  # as intake says of a secret member
_HEADINGS = ("序号", "收件号", "题名", "文号", "责任者", "成文日期", "归类", "页数", "原件")


class Handover:
    """Handing over, taking over, and the list of a person who leaves."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    # --- handing over -----------------------------------------------------------------------------------------

    def export(self, folder: Path, *, unit: str = "", to: str = "") -> Json:
        """A bag of every record that stands (of ``unit``, an id: of those filed for it) at ``folder``."""
        from duban_archive.adapters import bag

        archive = self.archive
        tainted = self._with_secrets_inside()
        standing = [record for record in archive.records() if record.id not in tainted]
        records = [record for record in standing if self._may_leave(record, unit)]
        if not records:
            raise UsageError("没有可以移交的材料。", "请先收下并确认归类,或去掉 --unit。")
        names = {one.id: one.name for one in archive.checklist.units}
        titles = {one.id: one.title for one in archive.checklist.requirements}
        lines = [handover.handed(record, names, titles) for record in records]
        inside = {line.record for line in lines}
        lines = [
            replace(
                line,
                parent=line.parent if line.parent in inside else None,
                version_of=line.version_of if line.version_of in inside else None,
            )
            for line in lines
        ]
        parts = {part.digest: part for line in lines for part in line.parts}
        head = archive.catalogue.head()
        rows = [self._row(number, record) for number, record in enumerate(records, 1)]
        office = archive.checklist.office or archive.checklist.issuer
        said = f"共移交 {len(records)} 件、原件 {len(parts)} 份。每份原件都有校验值,接收时逐一核对。"
        files = {
            "records.jsonl": handover.write_lines(lines),
            f"{LIST}.docx": self._document(rows, office, said, head),
            f"{LIST}.xlsx": self._sheet(rows, office, said, head),
        }
        info = {
            "Source-Organization": office,
            "Bagging-Date": archive.today,
            "External-Description": f"{archive.checklist.title} 移交包,{len(records)} 件",
            "External-Identifier": f"duban:{self._identity()}",
            "Contact-Name": archive.by,
            "Bag-Software-Agent": "duban-archive",
            "Duban-Checklist": f"{archive.checklist.id} {archive.checklist.version}",
            "Duban-Chain-Head": head,
            "Duban-Receiver": to,
        }
        originals = ((digest, _suffix(part.file_name), self._opener(digest)) for digest, part in parts.items())
        count = bag.write(folder, originals=originals, files=files, info=info)
        with archive.catalogue.change("handed_over", archive.by) as change:
            change.about |= {"records": len(records), "originals": count, "head": head, "to": to}
        return {
            "path": str(folder), "records": len(records), "originals": count, "head": head,
            "left_out": len(archive.records()) - len(records),
        }  # fmt: skip

    def _may_leave(self, record: Record, unit: str) -> bool:
        """What is marked secret stays here; of one unit, only what is filed for it (with the archive it came in)."""
        if _is_secret(record):
            return False
        return not unit or any(f.unit == unit and handover.stands(f) for f in record.filings)

    def _with_secrets_inside(self) -> set[int]:
        """Archives and mails that hold a secret paper: what was taken out of them may go, they themselves stay."""
        rows = self.archive.catalogue.files(state="refused")
        found = {int(match.group(1)) for row in rows if (match := _CONTAINER.match(row["why"]))}
        by_id = {record.id: record for record in self.archive.catalogue.records()}
        for record in by_id.values():
            parent = record.parent if _is_secret(record) else None
            while parent is not None and parent not in found:
                found.add(parent)
                parent = by_id[parent].parent if parent in by_id else None
        for id in list(found):
            outer = by_id[id].parent if id in by_id else None
            while outer is not None and outer not in found:
                found.add(outer)
                outer = by_id[outer].parent if outer in by_id else None
        return found

    def _row(self, number: int, record: Record) -> dict[str, str]:
        described = record.description
        codes = [self.archive.index.code_of(f.requirement) for f in record.filings if handover.stands(f)]
        held = f"{len(record.parts)} 份" if record.parts else f"{record.place.form if record.place else '纸质'}原件"
        values = (
            str(number), str(record.id), record.title,
            described.document_number.value if described.document_number else "",
            described.author.value if described.author else "", described.dated.value if described.dated else "",
            "、".join(dict.fromkeys(codes)) or "未归类", str(record.pages or ""), held,
        )  # fmt: skip
        return dict(zip(_HEADINGS, values, strict=True))

    def _document(self, rows: list[dict[str, str]], office: str, said: str, head: str) -> bytes:
        from duban_archive.adapters import sheets

        facts = {
            "移交单位": office, "日期": self.archive.today, "概况": said, "链首": head, "移交": rows,
            "版本说明": f"{self.archive.checklist.id} {self.archive.checklist.version}",
        }  # fmt: skip
        return sheets.fill(sheets.find(LIST, (self.archive.home.templates,)), facts)

    def _sheet(self, rows: list[dict[str, str]], office: str, said: str, head: str) -> bytes:
        from duban_archive.adapters import table_sheet

        widths = (7, 8, 50, 20, 22, 13, 14, 7, 10)
        sheet = table_sheet.Sheet(
            name=LIST, title=f"{office}档案材料移交清单", under=f"{self.archive.today}　　{said}",
            columns=list(zip(_HEADINGS, widths, strict=True)), rows=[tuple(row.values()) for row in rows],
            left=(2, 4), foot=f"记事链首:{head}",
        )  # fmt: skip
        made = io.BytesIO()
        table_sheet.write_to(made, [sheet])
        return made.getvalue()

    def _opener(self, digest: str) -> Callable[[], BinaryIO]:
        return lambda: self.archive.store.open(digest)

    def _identity(self) -> str:
        """What names this archive for ever: the hash of its first event."""
        return str(self.archive.catalogue.events()[0]["hash"])[:32]

    # --- the other ways ---------------------------------------------------------------------------------------

    def take_over(self, path: Path) -> Json:
        """Merge a bag into this archive; what ``handover import`` prints. Reading comes later (``archive.work``)."""
        from duban_archive.taking_over import TakingOver

        return TakingOver(self.archive).run(path)

    def leave(self, who: str) -> Json:
        """工作移交清单: what ``who`` answers for and has not finished, what was lent to them, what they keep."""
        from duban_archive import leaving

        return leaving.items(self.archive, who)

    def leave_document(self, answer: Json, path: Path) -> None:
        """The list as a Word document to be signed by both and a witness."""
        from duban_archive import leaving

        leaving.document(self.archive, answer, path)


def _is_secret(record: Record) -> bool:
    secrecy = record.description.secrecy
    return (secrecy is not None and is_level(secrecy.value)) or any(note.code == "secret" for note in record.notes)


def _suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= 9 else ""
