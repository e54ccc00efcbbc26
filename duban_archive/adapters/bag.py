"""移交包 as BagIt 1.0 (RFC 8493): written whole or not at all, and opened as something a stranger may have made.

::

    bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
    data/  originals/ab/abcd….pdf   records.jsonl   移交清单.docx   移交清单.xlsx

Anyone can check it without us: ``sha256sum -c manifest-sha256.txt``. Opening one: no absolute paths, no ``..``, no
links, limits before unpacking; a name in it is never used as a path of ours.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from duban_archive.errors import DubanError, UsageError

RECORDS = "data/records.jsonl"
ORIGINALS = "data/originals/"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64})[ \t]+\*?(.+)")
_BLOCK = 1 << 20
_MOST_FILES = 300_000
_MOST_TAG = 64 << 20  # bytes of a tag file
_MOST_RATIO, _SMALL = 200, 64 << 20  # a member larger than _SMALL that shrank more than this is a bomb
_SPARE = 256 << 20  # room left on the disk after unpacking


class BagUnusable(DubanError):
    """A bag that is not whole or not safe: nothing of it was taken in."""

    code = "bag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """An opened bag: ``payload`` path → SHA-256 as the manifest has it; ``info`` the lines of bag-info.txt."""

    root: Path
    payload: Mapping[str, str]
    info: Mapping[str, str] = field(default_factory=dict)
    scratch: Path | None = None

    def originals(self) -> dict[str, str]:
        """Digest → path in the bag of each original."""
        return {f"sha256:{sha}": path for path, sha in self.payload.items() if path.startswith(ORIGINALS)}

    def place(self, path: str) -> Path:
        """Where a payload file lies."""
        return self.root.joinpath(*path.split("/"))

    def fault(self, path: str) -> str:
        """Why a payload file cannot be used, ``""`` when it is there and its bytes are right."""
        place = self.place(path)
        try:
            if not stat.S_ISREG(place.lstat().st_mode):
                return "不是普通文件"
            return "" if _sha(place) == self.payload[path] else "内容与清单的校验值不符,可能在传递中损坏或被改动"
        except OSError:
            return "清单里有,包里没有"

    def lines(self) -> Iterator[bytes]:
        """The lines of the records' file."""
        with self.place(RECORDS).open("rb") as file:
            while line := file.readline(2_000_000):
                yield line

    def close(self) -> None:
        """Remove what was unpacked."""
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)


def write(
    folder: Path,
    *,
    originals: Iterable[tuple[str, str, Callable[[], BinaryIO]]],
    files: Mapping[str, bytes],
    info: Mapping[str, str],
) -> int:
    """Write a bag at ``folder``, which must not be there or be empty; how many originals.

    ``originals``: (digest, suffix with dot, opener); ``files``: further payload by path below ``data/``.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"“{folder}”已经有东西了,没有覆盖。", "请另写一个文件夹名。")
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        manifest: dict[str, str] = {}
        size = count = 0
        for digest, suffix, opener in originals:
            sha = digest.removeprefix("sha256:")
            path = f"{ORIGINALS}{sha[:2]}/{sha}{suffix}"
            if path in manifest:
                continue
            target = part.joinpath(*path.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            with opener() as source, target.open("wb") as written:
                shutil.copyfileobj(source, written, _BLOCK)
            if _sha(target) != sha:
                raise BagUnusable(f"原件 {sha[:12]}… 与目录记的校验值不符,没有移交。", "请先运行 duban verify 查看。")
            manifest[path] = sha
            size, count = size + target.stat().st_size, count + 1
        for name, data in files.items():
            path = f"data/{name}"
            target = part.joinpath(*path.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            manifest[path] = hashlib.sha256(data).hexdigest()
            size += len(data)
        tags = {
            "bagit.txt": _DECLARATION,
            "bag-info.txt": _info({**info, "Payload-Oxum": f"{size}.{len(manifest)}"}),
            "manifest-sha256.txt": _manifest(manifest),
        }
        tags["tagmanifest-sha256.txt"] = _manifest(
            {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tags.items()}
        )
        for name, text in tags.items():
            (part / name).write_bytes(text.encode())
        if folder.exists():
            folder.rmdir()
        folder.parent.mkdir(parents=True, exist_ok=True)
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count


def read(path: Path, scratch: Path) -> Bag:
    """Open a bag (a folder, or a zip of one, unpacked below ``scratch``); every fault of its make-up at once."""
    if path.is_symlink() or not path.exists():
        raise UsageError(f"没有“{path}”这个移交包。", "请给出移交包的文件夹,或它的 zip 压缩包。")
    if path.is_dir():
        return _read(path, None)
    if not zipfile.is_zipfile(path):
        raise UsageError(
            f"“{path.name}”不是移交包:既不是文件夹,也不是 zip。", "请给出移交包的文件夹,或它的 zip 压缩包。"
        )
    room = scratch / f"bag-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        _unpack(path, room)
        tops = [one for one in room.iterdir() if one.is_dir()]
        root = room if (room / "bagit.txt").is_file() or len(tops) != 1 else tops[0]
        return _read(root, room)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise


def _read(root: Path, scratch: Path | None) -> Bag:
    present = _files(root)
    if "bagit.txt" not in present:
        raise UsageError(f"“{root.name}”不是移交包:里面没有 bagit.txt。", "移交包由 duban handover export 做成。")
    if not re.match(
        r"BagIt-Version: (0\.9[67]|1\.0)\s+Tag-File-Character-Encoding: UTF-8\s*$", _tag(root, "bagit.txt")
    ):
        raise _unusable(["bagit.txt 的写法不对"])
    if "manifest-sha256.txt" not in present:
        raise _unusable(["缺少 manifest-sha256.txt"])
    problems: list[str] = []
    tags = _entries(_tag(root, "tagmanifest-sha256.txt"), problems) if "tagmanifest-sha256.txt" in present else {}
    for name, sha in tags.items():
        if not is_safe(name) or name.startswith("data/"):
            problems.append(f"清单里有不安全的路径“{_shown(name)}”")
        elif name not in present:
            problems.append(f"缺少 {_shown(name)}")
        elif _sha(root.joinpath(*name.split("/"))) != sha:
            problems.append(f"{_shown(name)} 被改动过")
    payload = _entries(_tag(root, "manifest-sha256.txt"), problems)
    for name in payload:
        if not is_safe(name) or not name.startswith("data/"):
            problems.append(f"清单里有不安全的路径“{_shown(name)}”")
    strangers = sorted(name for name in present if name.startswith("data/") and name not in payload)
    problems += [f"清单之外的文件 {_shown(name)}" for name in strangers]
    if RECORDS not in payload:
        problems.append("缺少 data/records.jsonl(各件的著录)")
    elif not problems and _sha_or_none(root, RECORDS) != payload[RECORDS]:
        problems.append("data/records.jsonl 被改动过或损坏")
    if problems:
        raise _unusable(problems)
    info = _info_of(_tag(root, "bag-info.txt")) if "bag-info.txt" in present else {}
    return Bag(root=root, payload=payload, info=info, scratch=scratch)


def is_safe(name: str) -> bool:
    """Whether a name in a bag stays in it on every system."""
    parts = name.split("/")
    return (
        0 < len(name) <= 1_000
        and all(part not in ("", ".", "..") and part == part.strip() and not part.endswith(".") for part in parts)
        and not re.search(r'[\\:*?"<>|\x00-\x1f\x7f]', name)
    )


def _files(root: Path) -> set[str]:
    """Every file below the bag; links and special files are no part of a bag."""
    found: set[str] = set()
    for folder, dirs, names in os.walk(root):
        here = Path(folder)
        for name in (*dirs, *names):
            mode = (here / name).lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise _unusable([f"包里有链接或特殊文件 {_shown(name)}"])
        found.update((here / name).relative_to(root).as_posix() for name in names)
        if len(found) > _MOST_FILES:
            raise _unusable([f"文件超过 {_MOST_FILES} 个"])
    return found


def _unpack(path: Path, room: Path) -> None:
    """A zip into ``room``: everything is judged before the first byte is written."""
    from duban_archive.adapters.extract.zip_archive import member_name

    with zipfile.ZipFile(path) as packed:
        members = [(info, member_name(info).rstrip("/")) for info in packed.infolist()]
        problems = []
        if len(members) > _MOST_FILES:
            raise _unusable([f"压缩包里有 {len(members)} 个文件,超过上限 {_MOST_FILES}"])
        for info, name in members:
            if not is_safe(name):
                problems.append(f"压缩包里有不安全的路径“{_shown(name)}”")
            elif stat.S_ISLNK(info.external_attr >> 16):
                problems.append(f"压缩包里有链接“{_shown(name)}”")
            elif info.flag_bits & 1:
                problems.append(f"压缩包里“{_shown(name)}”设有密码")
            elif info.file_size > _SMALL and info.file_size > _MOST_RATIO * max(1, info.compress_size):
                problems.append(f"压缩包里“{_shown(name)}”解开后异常庞大")
        names = [name for info, name in members if not info.is_dir()]
        if len(set(names)) != len(names):
            problems.append("压缩包里有同名的文件")
        if problems:
            raise _unusable(problems)
        room.mkdir(parents=True)
        wanted = sum(info.file_size for info, _ in members)
        if wanted > shutil.disk_usage(room).free - _SPARE:
            raise _unusable([f"解开需要 {wanted >> 20} MB,磁盘放不下"])
        for info, name in members:
            if info.is_dir():
                continue
            target = room.joinpath(*name.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with packed.open(info) as source, target.open("xb") as written:
                    _copy(source, written, info.file_size)
            except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as fault:
                raise _unusable([f"压缩包里“{_shown(name)}”解不开"]) from fault


def _copy(source: object, written: BinaryIO, most: int) -> None:
    taken = 0
    while block := source.read(_BLOCK):  # type: ignore[attr-defined]
        taken += len(block)
        if taken > most:
            raise _unusable(["压缩包里的文件比它自己说的大"])
        written.write(block)


def _unusable(problems: list[str]) -> BagUnusable:
    shown = problems[:10] + ([f"……共 {len(problems)} 处"] if len(problems) > 10 else [])
    return BagUnusable(
        "这个移交包不完整或不安全,没有收:\n" + "\n".join(f"  {one}" for one in shown),
        "档案未作任何改动。请让对方重新做一份(duban handover export),用 U 盘整个拷来。",
    )


def _entries(text: str, problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            problems.append(f"清单第 {number} 行看不懂")
            continue
        name = match.group(2).replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        if name in found:
            problems.append(f"清单里 {_shown(name)} 写了两次")
        found[name] = match.group(1)
    return found


def _tag(root: Path, name: str) -> str:
    path = root / name
    if path.stat().st_size > _MOST_TAG:
        raise _unusable([f"{name} 太大"])
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        raise _unusable([f"{name} 不是 UTF-8 文字"]) from fault


def _manifest(entries: Mapping[str, str]) -> str:
    rows = sorted(entries.items())
    return "".join(f"{sha}  {name.replace('%', '%25')}\n" for name, sha in rows)


def _info(values: Mapping[str, str]) -> str:
    return "".join(f"{key}: {' '.join(value.split())}\n" for key, value in values.items() if value)


def _info_of(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip():
            found[key.strip()] = re.sub(r"[\x00-\x1f\x7f]", "", value).strip()[:500]
    return found


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha_or_none(root: Path, name: str) -> str | None:
    try:
        return _sha(root.joinpath(*name.split("/")))
    except OSError:
        return None


def _shown(name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", "?", name)[:80]
