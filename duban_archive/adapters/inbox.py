"""The inbox: what lies in it, what of that is noise or must be refused, and how a kept file leaves it.

A scan is the truth. ``settling.py`` says which files have kept still, ``watcher.py`` looks again and again.
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from duban_archive.adapters.store import why_unreadable
from duban_archive.core.requests import MARK_FILE

NOISE = (
    MARK_FILE,
    "~$*", ".~*", "Thumbs.db", "ehthumbs.db", "desktop.ini", ".DS_Store", "._*", "*.tmp", "*.part", "*.crdownload",
    ".stfolder", ".gitkeep",
)  # fmt: skip
NOISE_FOLDERS = ("__MACOSX", "@eaDir", ".git", ".svn", ".stversions", "$RECYCLE.BIN", "System Volume Information")
AN_ARCHIVE = "这是一个督档档案文件夹,不当作资料收;要收的文件请放进“收件箱”,或指明它们所在的文件夹"
# The disk or the share went away: no single file is to blame.
UNPLUGGED = {
    getattr(errno, name)
    for name in ("ENODEV", "ENXIO", "ESTALE", "ENOTCONN", "EHOSTDOWN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT")
    if hasattr(errno, name)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One file as a look found it. ``folder`` is its place below the inbox; ``refused`` says why it cannot be taken."""

    path: Path
    folder: str
    size: int
    mtime_ns: int
    noise: bool = False
    refused: str = ""

    @property
    def identity(self) -> tuple[str, int, int]:
        """What makes it the same file at the next look: path, size, time."""
        return (str(self.path), self.size, self.mtime_ns)

    @property
    def name(self) -> str:
        """The file's name as text."""
        return as_text(self.path.name)

    @property
    def place(self) -> str:
        """The whole path as text, as the catalogue holds it and a person reads it."""
        return as_text(str(self.path))


def as_text(path: str) -> str:
    """A path as text: names that are no UTF-8 are read as GB18030, as old sticks and zips in China have them."""
    try:
        path.encode()
        return path
    except UnicodeEncodeError:
        return "/".join(_name_as_text(name) for name in path.split("/"))


def _name_as_text(name: str) -> str:
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        if os.name == "nt":  # half a surrogate pair; the name is UTF-16 there
            return name.encode("utf-8", "backslashreplace").decode()
    raw = os.fsencode(name)
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace")


def look(folder: Path) -> Iterator[Seen]:
    """Every file below ``folder``, in natural order; what cannot be read or must not be followed is named too.

    Raises ``OSError`` when ``folder`` itself cannot be listed, or the disk or share under it goes away meanwhile.
    """
    levels = [(iter(_entries(folder)), "")]
    while levels:
        entries, below = levels[-1]
        entry = next(entries, None)
        if entry is None:
            levels.pop()
            continue
        path = Path(entry.path)
        try:
            info = entry.stat(follow_symlinks=False)
        except OSError as fault:
            _stop_if_unplugged(fault)
            yield Seen(path=path, folder=below, size=0, mtime_ns=0, refused=why_unreadable(fault))
            continue
        junction = getattr(entry, "is_junction", lambda: False)()  # Windows' folder links, known from Python 3.12
        if not stat.S_ISDIR(info.st_mode) or junction:
            yield _seen(path, below, info)
        elif entry.name in NOISE_FOLDERS:
            yield from _noise(path, _join(below, entry.name))
        elif (path / ".duban").is_dir():
            yield Seen(path=path, folder=below, size=0, mtime_ns=0, refused=AN_ARCHIVE)
        else:
            try:
                levels.append((iter(_entries(path)), _join(below, entry.name)))
            except OSError as fault:
                _stop_if_unplugged(fault)
                why = f"文件夹打不开:{why_unreadable(fault)}"
                yield Seen(path=path, folder=_join(below, entry.name), size=0, mtime_ns=0, refused=why)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: natural(entry.name))


def _stop_if_unplugged(fault: OSError) -> None:
    """A stick pulled out or a share cut off is no property of one file: whoever looks must look again later."""
    if fault.errno in UNPLUGGED:
        raise fault


def _noise(folder: Path, below: str) -> Iterator[Seen]:
    for root, _dirs, names in os.walk(folder):
        for name in sorted(names):
            path = Path(root) / name
            yield Seen(path=path, folder=below, size=0, mtime_ns=0, noise=True)


def _join(below: str, name: str) -> str:
    name = as_text(name)
    return f"{below}/{name}" if below else name


def look_at(path: Path) -> Seen:
    """One file that was named on the command line; ``refused`` when it is none we may take."""
    try:
        return _seen(path, "", path.lstat())
    except OSError as fault:
        return Seen(path=path, folder="", size=0, mtime_ns=0, refused=why_unreadable(fault))


def _seen(path: Path, below: str, info: os.stat_result) -> Seen:
    refused = ""
    if stat.S_ISLNK(info.st_mode):
        refused = "这是快捷链接,不是文件本身"
    elif stat.S_ISDIR(info.st_mode):
        refused = "这是指向别处的文件夹链接"
    elif not stat.S_ISREG(info.st_mode):
        refused = "这是系统的特殊文件,不是资料"
    noise = not refused and is_noise(path.name)
    return Seen(path=path, folder=below, size=info.st_size, mtime_ns=info.st_mtime_ns, noise=noise, refused=refused)


def is_noise(name: str) -> bool:
    """Whether a name is one that programs leave behind and nobody files."""
    return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in NOISE)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key with numbers as numbers: 第2页 before 第10页."""
    key, number, text = [], "", ""
    for character in name + "\0":
        if character.isascii() and character.isdigit():
            if text:
                key.append((1, 0, text))
                text = ""
            number += character
            continue
        if number:
            key.append((0, int(number), ""))
            number = ""
        text += character
    return (*key, (1, 0, text))


def leave(one: Seen, kept: Path) -> Path | None:
    """Move a kept file to ``已归档/``, same sub-folder, never over another; ``None`` if it stays where it is.

    It stays when it cannot be moved now (open elsewhere, a share that is read-only): a later look finds it again, known
    by path, size and time. It also stays when it is no longer the file that was kept: then it is a new version.
    """
    target_folder = kept / one.folder if one.folder else kept
    try:
        target_folder.mkdir(parents=True, exist_ok=True)
        target = _free_name(target_folder / _short(one.name))
        if look_at(one.path).identity != one.identity:
            return None
        try:
            one.path.rename(target)
        except OSError as fault:
            if fault.errno != errno.EXDEV:
                return None
            return _carry_over(one, target)
        if look_at(target).identity[1:] != one.identity[1:]:  # written to in the moment between look and move
            target.rename(one.path)
            return None
        return target
    except OSError:
        return None


def _carry_over(one: Seen, target: Path) -> Path | None:
    """The move where the inbox lies on another disk or a share: a copy under its final name first, then the source."""
    half = target.with_name(f"{os.urandom(6).hex()}.part")
    try:
        with one.path.open("rb") as reader, half.open("xb") as writer:
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            os.fsync(writer.fileno())
        os.utime(half, ns=(one.mtime_ns, one.mtime_ns))
        if half.stat().st_size != one.size or look_at(one.path).identity != one.identity:
            return None
        half.rename(target)
        one.path.unlink()
        return target
    finally:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)


def _short(name: str) -> str:
    """A name that a disk takes: 127 hanzi of GBK are more than 255 bytes of UTF-8."""
    stem, dot, suffix = name.rpartition(".") if "." in name[-12:] else (name, "", "")
    while len(os.fsencode(f"{stem}{dot}{suffix}")) > 255 and stem:
        stem = stem[:-1]
    return f"{stem}{dot}{suffix}"


def _free_name(target: Path) -> Path:
    if not target.exists():
        return target
    for number in range(2, 10_000):
        candidate = target.with_name(f"{target.stem}({number}){target.suffix}")
        if len(os.fsencode(candidate.name)) > 250:
            candidate = target.with_name(f"{os.urandom(4).hex()}{target.suffix[:10]}")
        if not candidate.exists():
            return candidate
    return target.with_name(os.urandom(8).hex() + target.suffix)
