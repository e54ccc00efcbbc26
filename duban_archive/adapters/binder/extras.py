"""What goes beside a binder: covers and lists to edit, spine labels to cut, lists for the printer and the boxes.

A sheet that a person edited is theirs: the next build puts it aside under another name, never over it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from duban_archive.adapters import sheets, table_sheet
from duban_archive.adapters.binder import exchange, spines, stamp
from duban_archive.adapters.binder.facts import CONTENTS
from duban_archive.adapters.binder.lists import Lists
from duban_archive.adapters.binder.wording import safe_name
from duban_archive.adapters.binder.work import Work
from duban_archive.adapters.table_sheet import Sheet
from duban_archive.core.paging import Kind

A4_LONG = 297 * stamp.MM + 12  # a little more is a scanner's margin
_MADE = ".做成时.json"  # what each sheet was when it was made


def write_extras(work: Work, out: Path, stem: str) -> tuple[Path, ...]:
    """Editable covers and lists, and the spine labels on sheets to cut."""
    folder = _Folder(out / f"{stem} 封面目录脊背")
    lists = Lists(work.writer)
    contents = CONTENTS[work.manifest.columns]
    for v, volume in enumerate(work.manifest.volumes):
        for form, facts in (("卷封面", work.writer.cover(v)), (contents, work.writer.contents(v))):
            folder.write(f"{safe_name(f'{volume.code} {form}')}.docx", sheets.fill(work.templates[form], facts))
    table_sheet.write(work.scratch / "目录.xlsx", _list_sheets(work))
    folder.write("目录.xlsx", sheets.timeless((work.scratch / "目录.xlsx").read_bytes()))
    folder.write("印制单.docx", sheets.fill(work.templates["印制单"], lists.print_order(_large(work))))
    put_in = lists.put_in()
    if put_in["原件"]:
        folder.write("插入原件清单.docx", sheets.fill(work.templates["插入原件清单"], put_in))
    if work.changes:
        folder.write("换页清单.docx", sheets.fill(work.templates["换页清单"], lists.changes(work.changes)))
        exchange.write_sheets(work, out / f"{stem}.pdf", folder.path / "换页.pdf")
        folder.made.append(folder.path / "换页.pdf")
    labels = [lists.spine(v) for v in range(len(work.manifest.volumes))]
    target = folder.path / "脊背标签.pdf"
    spines.impose([width for width, _ in labels], _press_spines(work, labels), target)
    folder.close()
    return (*folder.made, target)


class _Folder:
    """Writes sheets, and remembers what they were, so that an edited one is known the next time."""

    def __init__(self, path: Path) -> None:
        path.mkdir(exist_ok=True)
        self.path = path
        self.made: list[Path] = []
        try:
            before = json.loads((path / _MADE).read_text("utf-8"))
        except (OSError, ValueError):
            before = {}
        self._before: dict[str, str] = before if isinstance(before, dict) else {}
        self._now: dict[str, str] = {}

    def write(self, name: str, data: bytes) -> None:
        target = self.path / name
        if target.is_file() and name in self._before and _hash(target.read_bytes()) != self._before[name]:
            self._put_aside(target)
        target.write_bytes(data)
        self._now[name] = _hash(data)
        self.made.append(target)

    def _put_aside(self, edited: Path) -> None:
        number = 1
        while (kept := edited.with_stem(f"{edited.stem}（改过的{number if number > 1 else ''}）")).exists():
            number += 1
        edited.rename(kept)

    def close(self) -> None:
        (self.path / _MADE).write_text(json.dumps(self._now, ensure_ascii=False, indent=1), "utf-8")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_LIST = (
    ("目录编号", 12), ("材料名称", 44), ("类别", 10), ("年度", 14), ("责任单位", 20), ("形成日期", 11), ("文号", 20),
    ("责任者", 20), ("页码", 10), ("页数", 6), ("来源", 9), ("档号", 24), ("备注", 24),
)  # fmt: skip


def _list_sheets(work: Work) -> list[Sheet]:
    """All lists, a sheet for each volume."""
    made = []
    for v, volume in enumerate(work.manifest.volumes):
        facts = work.writer.contents(v)
        made.append(
            Sheet(
                name=volume.code,
                title=f"{facts['表名']}　{volume.code} {volume.title}",
                columns=_LIST,
                rows=[[sheets.without_links(row[name]) for name, _ in _LIST] for row in facts["目录"]],
                left=(1, 12),
                foot=f"共 {facts['件数']} 件、{facts['页数']} 页。{work.writer.edition()}",
            )
        )
    return made


def _large(work: Work) -> dict[int, list[str]]:
    """Labels of the pages that do not fit on A4, by volume."""
    found: dict[int, list[str]] = {}
    for page, leaf in zip(work.assembly.pages, work.leaves, strict=True):
        seen = stamp.frame(page)
        if leaf.kind is Kind.ITEM and max(seen.width, seen.height) > A4_LONG:
            found.setdefault(leaf.volume, []).append(leaf.label)
    return found


def _press_spines(work: Work, labels: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, Path]:
    """The labels of each width, one a page, in order."""
    made = {width: work.scratch / f"spine{width}.pdf" for width in sorted({width for width, _ in labels})}
    jobs = {
        f"脊背标签{width}毫米": {
            "template": work.templates[f"脊背标签{width}毫米"],
            "sheets": [facts for w, facts in labels if w == width],
            "marks": [f"s{n}" for n, (w, _) in enumerate(labels) if w == width],
            "out": path,
            "fonts": work.fonts,
        }
        for width, path in made.items()
    }
    work.convert("press", jobs)
    return made
