"""Doctor: what works on this machine, what does not, and how to get it."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duban_archive.archive import Archive

# Converters as a person knows them, what for, and how to get one that is missing.
_CONVERTERS = {
    "dxpdf": ("Word(docx)转 PDF", "重新安装督档即可"),
    "libreoffice": (
        "其他办公文件(doc、wps、xls、et、ppt…)转 PDF",
        "安装 LibreOffice:Windows、macOS 从 zh-cn.libreoffice.org 下载;Debian/Ubuntu 运行 apt install libreoffice",
    ),
    "content": ("文字按内容排成 PDF", "重新安装督档即可"),
    "picture": ("图片转 PDF", "重新安装督档即可"),
}
_OPTIONAL = {"libreoffice"}
_LEAST_ROOM_MB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at. ``state``: ``ok``, ``advice`` (could be better), ``missing`` (something cannot work)."""

    name: str
    state: str
    detail: str
    advice: str = ""


def look(archive: Archive | None) -> dict[str, Any]:
    """All checks; those about an archive only when there is one."""
    checks = [*_machine(), *_tools(), *(_archive(archive) if archive is not None else ())]
    return {"ok": all(check.state != "missing" for check in checks), "checks": [asdict(check) for check in checks]}


def _machine() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check(name="Python", state="ok", detail=version)
    try:
        wanted = metadata.requires("duban-archive") or []
    except metadata.PackageNotFoundError:
        yield Check(name="程序包", state="advice", detail="督档不是安装版", advice="请用 pip 安装后再用。")
        return
    missing = []
    for line in wanted:
        name = re.split(r"[ ;=<>!~\[(]", line, maxsplit=1)[0]
        if "extra ==" not in line and _is_absent(name):
            missing.append(name)
    if missing:
        yield Check(name="程序包", state="missing", detail=f"缺少 {'、'.join(missing)}", advice="请重新安装督档。")
    else:
        yield Check(name="程序包", state="ok", detail=f"督档 {metadata.version('duban-archive')},所需组件齐全")


def _is_absent(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return True
    return False


def _tools() -> Iterator[Check]:
    from duban_archive.adapters import ocr, office
    from duban_archive.fonts import SANS, SERIF, font_path

    found = office.converters()
    for name, (purpose, advice) in _CONVERTERS.items():
        if name in found:
            yield Check(name=purpose, state="ok", detail=f"{name} {found[name]}")
        elif name in _OPTIONAL:
            detail = "没有装 LibreOffice:老格式只能按内容排版,装订时与原样可能不同"
            yield Check(name=purpose, state="advice", detail=detail, advice=advice)
        else:
            yield Check(name=purpose, state="missing", detail=f"{name} 不能用", advice=advice)
    reason = ocr.available()
    yield Check(
        name="图片文字识别", state="missing" if reason else "ok", detail=reason or "可用(在本机识别,不联网)",
        advice="请重新安装督档。" if reason else "",
    )  # fmt: skip
    lost = [family for family in (SERIF, SANS) if not font_path(family).is_file()]
    if lost:
        yield Check(name="打印字体", state="missing", detail=f"缺少 {'、'.join(lost)}", advice="请重新安装督档。")
    else:
        yield Check(name="打印字体", state="ok", detail="宋体、黑体齐全")


def _archive(archive: Archive) -> Iterator[Check]:
    from duban_archive import backup_age
    from duban_archive.adapters.watcher import why_no_archive, why_poll

    if why := why_no_archive(archive.home.root):
        advice = "请把整个档案文件夹搬到本机硬盘上;收件箱可以是指向共享文件夹的链接。"
        yield Check(name="档案位置", state="missing", detail=why, advice=advice)
    free = shutil.disk_usage(archive.home.root).free >> 20
    low = free < _LEAST_ROOM_MB
    yield Check(
        name="磁盘空间", state="advice" if low else "ok", detail=f"剩余 {free / 1024:.1f} GB",
        advice="空间不多了,请腾出一些,否则收不下新文件。" if low else "",
    )  # fmt: skip
    poll = why_poll(archive.home.inbox)
    yield Check(name="收件箱", state="advice" if poll else "ok", detail=poll or "有新文件时系统会通知")
    health = archive.search_index.health(archive.echoes)
    behind = not health.usable or health.lag > 0
    yield Check(
        name="检索索引", state="advice" if behind else "ok",
        detail=f"落后 {health.lag} 条" if health.lag else "可用" if health.usable else "不能用(检索仍然准确,只是慢)",
        advice="运行 duban repair 即可补上。" if behind else "",
    )  # fmt: skip
    last = backup_age.last(archive)
    overdue = last is None or last["overdue"]
    yield Check(name="备份", state="advice" if overdue else "ok", detail=backup_age.age(archive))
