"""One door for what an office brings as a checklist: our own workbook, our YAML, or its own Excel or Word tables."""

from __future__ import annotations

import tempfile
from pathlib import Path

from duban_archive.adapters import checklist_file, workbook
from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted
from duban_archive.core.office_tables import Imported, place
from duban_archive.errors import UsageError


def read(path: Path, *, limits: Limits | None = None) -> Imported:
    """The draft in a file and the questions a person has to settle; nothing is written.

    A workbook that ``checklist export`` made comes back as it is, or is refused with every problem, each with its sheet
    and cell (``ChecklistError``); any other table is placed as far as it says what it is. ``UsageError`` where there is
    no table at all.
    """
    if path.suffix.lower() in (".yaml", ".yml"):
        checklist_file.refuse(checklist_file.read(path))
        return Imported(draft=checklist_file.read_alone(path))
    if path.suffix.lower() == ".xlsx" and workbook.is_ours(path):
        draft = workbook.read(path)
        checklist_file.refuse(checklist_file.lay(draft, folder=path.parent))
        return Imported(draft=draft)
    extracted = _extracted(path, limits or Limits())
    if not extracted.tables:
        why = extracted.notes[0].text if extracted.notes else "里面没有表格"
        raise UsageError(f"“{path.name}”没有读到指标表:{why}", "请用有表格的 Excel 或 Word 文件;第一行写列名。")
    return place(extracted.tables, name=path.stem)


def _extracted(path: Path, limits: Limits) -> Extracted:
    """The file as a reader sees it, read in a worker that can be stopped."""
    from duban_archive.adapters import extract
    from duban_archive.adapters.worker import Call, Pool

    if not path.is_file():
        raise UsageError(f"读不到“{path.name}”", "请检查路径。")
    media_type = extract.sniff(path, path.name)
    with tempfile.TemporaryDirectory() as scratch, Pool(workers=1, memory_mb=limits.memory_mb) as pool:
        kwargs = {
            "path": path,
            "file_name": path.name,
            "media_type": media_type,
            "limits": limits,
            "scratch": Path(scratch),
        }
        call = Call(key=path.name, target="duban_archive.adapters.extract:read", kwargs=kwargs, seconds=limits.seconds)
        done = next(iter(pool.run([call])))
    if not isinstance(done.value, Extracted):
        why = done.fault.text if done.fault else "没有结果"
        raise UsageError(f"“{path.name}”读不出来:{why}", "请用 Excel 或 Word 打开后另存一次再试。")
    return done.value
