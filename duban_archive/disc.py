"""现场查阅盘: a read-only folder that opens by a double click; personal data masked, no doubts, no gaps."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core import personal
from duban_archive.core.disc import Branch, Entry, Group, count_entries, pdf_name
from duban_archive.core.model import ContentsLine, Record
from duban_archive.core.progress import short_title
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.adapters.disc.pages import Pressed
    from duban_archive.adapters.worker import Call
    from duban_archive.archive import Archive, Tell
    from duban_archive.printing import Prints

Json = dict[str, Any]
MARK = "查阅盘.txt"  # a folder with it is an earlier disc, which may be written over


class Disc:
    """The disc of one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def make(self, out: Path, tell: Tell | None = None) -> Json:
        """Write the disc into ``out`` (new, empty, or an earlier disc); what is on it and what is not."""
        _must_be_ours(out)
        prints = self.archive.printing.prints(tell)
        records = {
            r.id: r for r in self.archive.records() if not (r.description.secrecy and r.description.secrecy.value)
        }
        secret = [r.id for r in self.archive.records() if r.id not in records]
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".disc-", dir=out.parent))
        try:
            (fresh / "pdf").mkdir()
            pressed, failed = self._press(prints, records, fresh)
            branches = self._branches(prints, records, pressed, failed)
            masked = sum(len(one.masked) for one in pressed.values())
            withheld = {id: one.withheld for id, one in pressed.items() if one.withheld}
            notes = _notes(masked, withheld, failed, secret)
            self._write_site(fresh, branches, pressed, records, notes)
            (fresh / MARK).write_text(
                "这是督档生成的现场查阅盘。双击 index.html 打开,不需要安装程序,不需要联网。\n"
                + "\n".join(notes)
                + "\n",
                encoding="utf-8",
            )
            _replace(out, fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return {
            "path": str(out),
            "papers": count_entries(branches),
            "pages": sum(len(one.texts) for one in pressed.values()),
            "masked_pages": masked,
            "withheld": [{"record": id, "pages": list(pages)} for id, pages in withheld.items()],
            "left_out": [
                *({"record": id, "why": why} for id, why in failed.items()),
                *({"record": id, "why": "涉密,不放入查阅盘"} for id in secret),
            ],
        }

    # --- pages --------------------------------------------------------------------------------------------------

    def _press(
        self, prints: Prints, records: Mapping[int, Record], folder: Path
    ) -> tuple[dict[int, Pressed], dict[int, str]]:
        failed = {id: s for id, s in prints.sources.items() if isinstance(s, str) and id in records}
        pressed: dict[int, Pressed] = {}
        for done in self.archive.pool().run(self._calls(prints, records, folder)):
            if done.fault is None:
                pressed[int(str(done.key))] = done.value
            else:
                failed[int(str(done.key))] = "这份文件的页没有能转出来"
        return pressed, failed

    def _calls(self, prints: Prints, records: Mapping[int, Record], folder: Path) -> Iterator[Call]:
        from duban_archive.adapters.worker import Call

        seconds = self.archive.settings.limits.seconds
        for id, sources in prints.sources.items():
            if isinstance(sources, str) or id not in records:
                continue
            parts = [(prints.files[one.pdf], one.pages) for one in sources if one.pdf in prints.files]
            if parts:
                yield Call(
                    key=str(id), target="duban_archive.adapters.disc.pages:press", seconds=seconds * 3,
                    kwargs={"sources": parts, "out": folder / pdf_name(id), "hide": self._hidden(records[id])},
                )  # fmt: skip

    def _hidden(self, record: Record) -> frozenset[int]:
        """The pages of a record (from 1, as printed) on which recognised text shows personal data."""
        found: set[int] = set()
        before = 0
        for part in record.parts:
            reading = self.archive.echoes.extraction(part.digest)
            shown = part.only_pages or tuple(range(1, (part.pages or 1) + 1))
            place = {page: before + n for n, page in enumerate(shown, 1)}
            for passage in reading.passages if reading else ():
                if passage.ocr and personal.sorts(passage.text.replace(" ", "")):
                    found.add(place.get(passage.locator.page or 1, 0))
            before += len(shown)
        return frozenset(found - {0})

    def _read_texts(self, record: Record, pages: int) -> list[str]:
        """What was read of a record by printed page: recognised text, and what a converter may have torn apart."""
        texts = [""] * pages
        before = 0
        for number, part in enumerate(record.parts):
            reading = self.archive.echoes.extraction(part.digest)
            shown = part.only_pages or tuple(range(1, (part.pages or 1) + 1))
            place = {page: before + n for n, page in enumerate(shown)}
            for passage in reading.passages if reading else ():
                if passage.locator.page is not None:
                    at = place.get(passage.locator.page) if passage.ocr else None
                else:
                    page = self.archive.renditions.page_of(record, number, passage.locator, len(passage.text))
                    at = (page or 1) - 1
                if at is not None and 0 <= at < pages:
                    texts[at] += f"\n{passage.text}"
            before += len(shown)
        return texts

    # --- the site -------------------------------------------------------------------------------------------------

    def _branches(
        self, prints: Prints, records: Mapping[int, Record], pressed: Mapping[int, Pressed], failed: Mapping[int, str]
    ) -> list[Branch]:
        index = self.archive.index
        lines: dict[str, list[ContentsLine]] = {}
        for volume in prints.volumes:
            for line in volume.lines:
                if line.record in records:
                    lines.setdefault(line.requirement, []).append(line)
        parents = {i.id: i.parent for i in self.archive.checklist.indicators}
        branches = []
        for indicator in self.archive.checklist.indicators:
            groups = tuple(
                Group(
                    code=index.code_of(r.id), title=r.title,
                    entries=tuple(self._entry(line, records[line.record], pressed, failed) for line in lines[r.id]),
                )
                for r in self.archive.checklist.requirements
                if r.indicator == indicator.id and r.id in lines
            )  # fmt: skip
            level, above = 1, indicator.parent
            while above:
                level, above = level + 1, parents.get(above, "")
            branches.append(Branch(code=indicator.code, title=indicator.title, level=level, groups=groups))
        return [b for n, b in enumerate(branches) if b.groups or _has_below(branches, n)]

    def _entry(
        self, line: ContentsLine, record: Record, pressed: Mapping[int, Pressed], failed: Mapping[int, str]
    ) -> Entry:
        made = pressed.get(record.id)
        return Entry(
            record=record.id,
            title=personal.mask(line.title),
            unit_name=line.unit_name,
            period=answers.period(line.period) if line.period else "",
            document_number=line.document_number,
            dated=record.description.dated.value if record.description.dated else "",
            pdf=pdf_name(record.id) if made else "",
            pages=len(made.texts) if made else 0,
            place=f"纸质原件:{record.place.where}" if record.place else "",
            why=failed.get(record.id, ""),
            only_pages=line.only_pages,
        )

    def _write_site(
        self,
        folder: Path,
        branches: Sequence[Branch],
        pressed: Mapping[int, Pressed],
        records: Mapping[int, Record],
        notes: Sequence[str],
    ) -> None:
        from duban_archive.adapters.disc import site

        texts = {}
        for id, one in pressed.items():
            read = self._read_texts(records[id], len(one.texts))
            texts[id] = [
                "" if at in one.withheld else f"{text}\n{personal.mask(read[at - 1])}".strip()
                for at, text in enumerate(one.texts, 1)
            ]
        checklist = self.archive.checklist
        site.write(
            folder, title=f"{short_title(checklist.title)}现场查阅盘", office=checklist.office or checklist.issuer,
            made=self.archive.today, branches=branches, texts=texts, notes=notes,
        )  # fmt: skip


def _has_below(branches: Sequence[Branch], at: int) -> bool:
    for other in branches[at + 1 :]:
        if other.level <= branches[at].level:
            return False
        if other.groups:
            return True
    return False


def _notes(
    masked: int, withheld: Mapping[int, Sequence[int]], failed: Mapping[int, str], secret: Sequence[int]
) -> list[str]:
    notes = []
    if masked:
        notes.append(f"有 {masked} 页含身份证号、电话等个人信息,已涂黑,这些页是图片。")
    for id, pages in withheld.items():
        notes.append(f"{id} 号件第 {'、'.join(map(str, pages))} 页含个人信息,没有放入,请到现场查阅原件。")
    notes += [f"{id} 号件没有可看的页:{why}。" for id, why in failed.items()]
    if secret:
        notes.append(f"另有 {len(secret)} 件涉密,不放入查阅盘。")
    return notes


def _must_be_ours(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"“{out}”是一个文件。", "请写一个新文件夹的名字。")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        raise UsageError(f"“{out}”里已有别的文件。", "请换一个空文件夹;那里的文件没有动。")


def _replace(out: Path, fresh: Path) -> None:
    """Put the fresh disc in place of an earlier one; its files are read-only."""
    for path in fresh.rglob("*"):
        if path.is_file():
            path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    fresh.chmod(0o755)
    if out.exists():
        old = Path(tempfile.mkdtemp(prefix=".old-disc-", dir=out.parent))
        out.replace(old / "disc")
        fresh.replace(out)
        for path in old.rglob("*"):
            if path.is_file():
                path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        shutil.rmtree(old, ignore_errors=True)
    else:
        fresh.replace(out)
