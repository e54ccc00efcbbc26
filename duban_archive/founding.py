"""Founding an archive: its folders, its schema file, its templates, its catalogue with the checklist pinned."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from duban_archive.adapters import settings_file
from duban_archive.core.plainjson import to_json
from duban_archive.errors import UsageError
from duban_archive.home import Home

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_SCHEMA = """\
# 本单位的迎检指标体系:沿用“{title}”,这里只写本单位自己的单位、参数和增减。
# 写法见 docs/checklist-language.md;改完用 duban checklist check archive_schema.yaml 检查。
schema: duban/1
id: {id}-office
extends: {id}@{version}
title: {title_quoted}
version: "1"
base_year: {base_year}

# 把示例单位换成本单位的名称(id 不变,归好的材料不受影响):
# units:
#   - {{id: xx1, name: 某某镇中心小学, aliases: [中心小学], kind: 小学, stage: 小学}}
"""


def found(root: Path, checklist: str, *, base_year: int | None, by: str) -> Archive:
    """Make an archive folder; refuses where one is, and changes nothing when the checklist is bad."""
    from duban_archive.adapters import checklist_file
    from duban_archive.archive import Archive

    if (root / ".duban").exists():
        raise UsageError(f"“{root}”已经是一个档案文件夹。", "直接使用即可;要另建,请换一个文件夹名。")
    loaded = checklist_file.load(checklist, base_year=base_year)  # first: a bad one must leave no half-made folder
    home = Home(_made(root))
    for folder in home.folders:
        folder.mkdir(parents=True, exist_ok=True)
    if Path(checklist).is_file():
        shutil.copyfile(checklist, home.schema)
    elif not home.schema.exists():
        text = _SCHEMA.format(
            id=loaded.id, version=loaded.version, title=loaded.title, base_year=loaded.base_year,
            title_quoted='"' + loaded.title.replace('"', '\\"') + '"',
        )  # fmt: skip
        home.schema.write_text(text, encoding="utf-8")
    copy_templates(home.templates)
    settings_file.write_defaults(home.settings_file)
    archive = Archive(home, by=by)
    archive.store.create()
    archive.catalogue.create()
    pinned = checklist_file.load(home.schema, base_year=base_year)
    value = {"checklist": to_json(pinned), "schema_sha256": hashlib.sha256(home.schema.read_bytes()).hexdigest()}
    with archive.catalogue.change("founded", archive.by, checklist=pinned.id) as change:
        change.put("pins", {"name": "checklist"}, {"name": "checklist", "value": value})
    return archive.open()


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
