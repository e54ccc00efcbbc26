"""A 报送包 on disk: written as a folder and as one zip beside it; and the mark of a paper that comes back in one."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from duban_archive.core.model import Member
from duban_archive.core.requests import MARK_FILE, mark_among

_ABOVE = 8  # folders looked at above a paper
_NAMES = 400  # names looked at in each
_HIDDEN = 0x02  # DOS attribute


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write the package's ``files`` (paths with ``/``) below ``folder``, and all of it as a zip beside it: its path."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if path.name == MARK_FILE:
            _hide(path)
    packed = folder.with_name(f"{folder.name}.zip")
    part = packed.with_name(f".{packed.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(f"{folder.name}/{name}", (1980, 1, 1, 0, 0, 0))
            info.external_attr = (stat.S_IFREG | 0o644) << 16 | (_HIDDEN if name.endswith(MARK_FILE) else 0)
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    part.replace(packed)
    return packed


def _hide(path: Path) -> None:
    if os.name == "nt":
        import ctypes

        ctypes.windll.kernel32.SetFileAttributesW(str(path), _HIDDEN)  # type: ignore[attr-defined]


def mark_on_disk(path: Path) -> str:
    """The mark of a file that lies in a package on a stick or in the inbox; ``""`` when it is in none."""
    above = list(path.absolute().parents)[:_ABOVE][::-1]
    if not above:
        return ""
    said: dict[int, str] = {}
    beside: dict[int, list[str]] = {}
    for depth, folder in enumerate(above):
        if text := _said(folder / MARK_FILE):
            said[depth] = text
    if not said:
        for depth, folder in enumerate(above):
            beside[depth] = _file_names(folder)
    return mark_among([folder.name for folder in above[1:]], said, beside)


def mark_of_member(member: Member, members: Sequence[Member], outside: Iterable[str], carrier_mark: str) -> str:
    """The mark of a file that came inside another: by the code files that came with it, by names on the way
    (``outside``: the container's own folders and stem), else the container's own mark."""
    folders = [part for part in member.folder.split("/") if part]
    said: dict[int, str] = {}
    beside: dict[int, list[str]] = {}
    for other in members:
        parts = [part for part in other.folder.split("/") if part]
        if parts != folders[: len(parts)]:
            continue
        if other.file_name == MARK_FILE:
            said[len(parts)] = _said(Path(other.path))
        elif len(beside.setdefault(len(parts), [])) < _NAMES:
            beside[len(parts)].append(other.file_name)
    if mark := mark_among(folders, said, beside):
        return mark
    if carrier_mark:
        return mark_among(folders, {0: carrier_mark}, {}) if "/" not in carrier_mark else carrier_mark
    shell = list(outside)
    return mark_among([*shell, *folders], {}, {})


def _said(path: Path) -> str:
    try:
        info = path.lstat()
        if not stat.S_ISREG(info.st_mode) or info.st_size > 400:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _file_names(folder: Path) -> list[str]:
    """Names of the lists that lie in a folder."""
    names = []
    try:
        with os.scandir(folder) as entries:
            for entry, _ in zip(entries, range(_NAMES), strict=False):
                if "BS" in entry.name.upper() and entry.is_file(follow_symlinks=False):
                    names.append(entry.name)
    except OSError:
        return []
    return names
