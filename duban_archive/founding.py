"""Founding an archive: its folders, its schema file, its templates, its catalogue with the checklist pinned."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters import settings_file
from duban_archive.adapters.watcher import why_no_archive
from duban_archive.core.checklist import Checklist
from duban_archive.core.plainjson import to_json
from duban_archive.core.starter import starter
from duban_archive.errors import UsageError
from duban_archive.home import Home

if TYPE_CHECKING:
    from duban_archive.archive import Archive


def found(root: Path, checklist: str, *, base_year: int | None, by: str) -> Archive:
    """Make an archive folder; refuses where one is, and changes nothing when the checklist is bad."""
    from duban_archive.adapters import checklist_file
    from duban_archive.archive import Archive

    if (root / ".duban").exists():
        raise UsageError(f"“{root}”已经是一个档案文件夹。", "直接使用即可;要另建,请换一个文件夹名。")
    loaded = checklist_file.load(checklist, base_year=base_year)  # first: a bad one must leave no half-made folder
    home = Home(_made(root))
    if why := why_no_archive(home.root):
        raise UsageError(f"{why}。", "请建在本机硬盘上;收件箱可以换成指向共享文件夹的链接。")
    for folder in home.folders:
        folder.mkdir(parents=True, exist_ok=True)
    if Path(checklist).is_file():
        shutil.copyfile(checklist, home.schema)
    elif not home.schema.exists():
        home.schema.write_text(starter(loaded), encoding="utf-8")
    copy_templates(home.templates)
    settings_file.write_defaults(home.settings_file)
    archive = Archive(home, by=by)
    archive.store.create()
    archive.catalogue.create()
    pinned = checklist_file.load(home.schema, base_year=base_year)
    value = pin_of(home, pinned)
    with archive.catalogue.change("founded", archive.by, checklist=pinned.id) as change:
        change.put("pins", {"name": "checklist"}, {"name": "checklist", "value": value})
    return archive.open()


def pin_of(home: Home, checklist: Checklist) -> dict[str, Any]:
    """What the catalogue keeps of the checklist an archive works with: resolved, and which schema file it came from."""
    return {"checklist": to_json(checklist), "schema_sha256": hashlib.sha256(home.schema.read_bytes()).hexdigest()}


def _made(root: Path) -> Path:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"建不了文件夹“{root}”({fault.strerror})。", "请换一个有写权限的位置。") from fault
    return root.resolve()


def copy_templates(into: Path) -> None:
    """The office's own copies of the Word templates; those it already has stay as they are."""
    from duban_archive.adapters import sheets

    into.mkdir(exist_ok=True)
    for template in sorted(sheets.shipped().glob("*.docx")):
        if not (into / template.name).exists():
            shutil.copyfile(template, into / template.name)


def sample_schema() -> Path:
    """The sample office's ``archive_schema.yaml``: inside an installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parent
    packed = package / "demo" / "archive_schema.yaml"
    return packed if packed.is_file() else package.parent / "archive_schema.yaml"
