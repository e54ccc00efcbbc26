"""Intake measured: N mixed small files dropped at once, through to described, proposed and searchable.

    python bench/intake.py [--files 200,1000] [--kills 20] [--seed 1]

Prints the machine, the share of each stage, files a second at growing sizes, the main process's peak memory, how far
both cores were used, what was missed or doubled, and the same after random kill -9 with where the kills fell. Files are
made here (txt, csv, html, docx, xlsx; no OCR, no renditions). Of 200 files, 4 are 0 bytes first, 4 are written slowly,
in pieces, 4 are renamed when they are whole, and 4 are replaced by a longer version. A kill round drops a few new files
and kills the run that takes them in at a moment chosen at random from how long such a run lasts.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import platform
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNITS = ("第三小学", "第二小学", "中心小学", "初级中学", "财政所", "文化站")
KINDS = ("控流保学台账", "迎检工作方案", "整改方案", "自查报告", "工作总结", "工作安排会议记录", "适龄儿童入学摸底表")


def body(number: int, chance: random.Random) -> str:
    unit, kind, year = chance.choice(UNITS), chance.choice(KINDS), chance.choice((2013, 2014, 2015))
    lines = [f"吴集镇{unit}{year}年{kind}", "", f"为做好迎接省“第三轮两项督导评估”工作,{unit}对照指标逐项落实。"]
    lines += [f"{n}. 第{chance.randint(1, 900)}号事项已由班子会研究,责任到人,限期办结。" for n in range(1, 12)]
    return "\n".join(
        [*lines, f"编号{number:06d}", f"吴集镇{unit}", f"{year}年{chance.randint(1, 12)}月{chance.randint(1, 28)}日"]
    )


def docx(text: str) -> bytes:
    made = io.BytesIO()
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        package.writestr(
            "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{paragraphs}</w:body></w:document>'
        )
    return made.getvalue()


def xlsx(text: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in text.splitlines():
        sheet.append([line, 1, 2.5])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


MAKERS = (
    ("txt", lambda text: text.encode("gb18030")),
    ("txt", str.encode),
    ("csv", lambda text: text.replace("。", ",").encode("gb18030")),
    ("html", lambda text: f"<html><body><p>{text.replace(chr(10), '</p><p>')}</p></body></html>".encode()),
    ("docx", docx),
    ("docx", docx),
    ("xlsx", xlsx),
)


def drop(inbox: Path, count: int, seed: int) -> threading.Thread:
    """The files, in unit folders; the thread that finishes the late ones while the archive is at work already."""
    chance = random.Random(seed)
    late: list[tuple[str, Path, bytes]] = []
    for number in range(count):
        path, data = made(inbox, number, chance)
        way = {0: "empty", 7: "slow", 13: "renamed", 21: "replaced"}.get(number % 50, "")
        if way == "empty":
            path.write_bytes(b"")
        elif way == "slow":
            path.write_bytes(data[: len(data) // 4])
        elif way == "renamed":
            path.with_name(f"传输中{number}.part").write_bytes(data[: len(data) // 2])
        elif way == "replaced":
            path.write_bytes(data[: len(data) // 2])
        else:
            path.write_bytes(data)
        if way:
            late.append((way, path, data))
    finishing = threading.Thread(target=finish, args=(late,), daemon=True)
    finishing.start()
    return finishing


def finish(late: list[tuple[str, Path, bytes]]) -> None:
    """What arrives in its own time, within some two seconds."""
    for step in range(2, 5):
        time.sleep(0.6)
        for way, path, data in late:
            if way == "slow" and path.exists():
                with path.open("ab") as file:
                    file.write(data[(step - 1) * len(data) // 4 : step * len(data) // 4])
            elif way == "empty" and step == 3:
                path.write_bytes(data)
            elif way == "renamed" and step == 3:
                half = path.with_name(f"传输中{int(path.stem[2:])}.part")
                half.write_bytes(data)
                half.rename(path)
            elif way == "replaced" and step == 3:
                path.write_bytes(data)


def made(inbox: Path, number: int, chance: random.Random) -> tuple[Path, bytes]:
    """Where a file goes, and its bytes."""
    suffix, make = MAKERS[number % len(MAKERS)]
    folder = inbox / UNITS[number % len(UNITS)]
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"材料{number:06d}.{suffix}", make(body(number, chance))


def found(folder: Path, settings: str = "") -> Path:
    home = folder / "迎检"
    run = [sys.executable, "-m", "duban_archive", "init", str(home), "--checklist", str(ROOT / "archive_schema.yaml")]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    if settings:
        (home / ".duban" / "settings.yaml").write_text(settings, encoding="utf-8")
    return home


def check(home: Path, count: int, ask: int = 100) -> str:
    """Missed, doubled, unsearchable: each by looking, not by what the program says of itself."""
    from duban_archive.archive import Archive
    from duban_archive.home import Home

    archive = Archive(Home(home)).open()
    with contextlib.closing(archive):
        newest = {part.file_name: record for record in archive.records() for part in record.parts}
        digests = [part.digest for record in archive.records() for part in record.parts]
        missed = count - len(newest)
        doubled = len(digests) - len(set(digests))
        versions = len(digests) - len(newest)
        marks = random.Random(7).sample(range(count), min(count, ask))
        lost = sum(archive.search(f"编号{mark:06d}", limit=5)["total"] < 1 for mark in marks)
        status = archive.status()
        left = sum(path.is_file() for path in (home / "收件箱").rglob("*"))
        sound = archive.verify()
    return (
        f"missed {missed}, doubled {doubled} (later versions {versions}), not searchable {lost} of {len(marks)} asked, "
        f"left in inbox {left}, seen {status['seen']} = accounted {status['accounted']}, "
        f"verify {'ok' if sound['ok'] else sound['problems'][:3]}"
    )


def once(count: int, seed: int) -> None:
    from duban_archive import filing
    from duban_archive.archive import Archive
    from duban_archive.home import Home

    folder = Path(tempfile.mkdtemp(prefix="bench-intake-"))
    try:
        home = found(folder)
        late = drop(home / "收件箱", count, seed)
        started, busy = time.perf_counter(), cpu_seconds()
        stages: dict[str, float] = {"keep": 0.0, "read, describe, propose": 0.0, "index": 0.0}
        describing = Stopwatch(filing, "describe_and_propose")
        archive = Archive(Home(home)).open()
        with contextlib.closing(archive):
            storing = Stopwatch(archive.store, "put")
            noting = Stopwatch(archive.echoes, "note_reading")
            while late.is_alive() or any(path.is_file() for path in (home / "收件箱").rglob("*")):
                at = time.perf_counter()
                for _ in archive.watch(once=True):
                    pass
                stages["keep"] += time.perf_counter() - at
                at, what = time.perf_counter(), "read, describe, propose"
                for step in archive.work():
                    if step.what == "建立检索" and what != "index":
                        stages[what] += time.perf_counter() - at
                        at, what = time.perf_counter(), "index"
                stages[what] += time.perf_counter() - at
            total = time.perf_counter() - started
        used = cpu_seconds() - busy  # the workers' too, now that they have ended
        shares = ", ".join(f"{name} {seconds:.1f} s ({seconds / total:.0%})" for name, seconds in stages.items())
        print(f"{count:>6} files: {count / total:6.1f} files/s in {total:.1f} s; {shares}")
        print(
            f"        of these: copy and hash {storing.seconds:.1f} s in 4 threads, describe and propose "
            f"{describing.seconds:.1f} s, note {noting.seconds:.1f} s; "
            f"{used / total:.2f} cores busy; peak {peak_mb():.0f} MB (main process)"
        )
        describing.stop()
        print(f"        {check(home, count)}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Stopwatch:
    """Adds up the seconds spent in one function."""

    def __init__(self, owner: object, name: str) -> None:
        self.seconds = 0.0
        self._owner, self._name, self._timed = owner, name, getattr(owner, name)
        setattr(owner, name, self._run)

    def _run(self, *args: object, **kwargs: object) -> object:
        at = time.perf_counter()
        try:
            return self._timed(*args, **kwargs)
        finally:
            self.seconds += time.perf_counter() - at

    def stop(self) -> None:
        """Put the function back."""
        setattr(self._owner, self._name, self._timed)


def cpu_seconds() -> float:
    """Seconds of computing by this process and the workers that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def kills(times: int, seed: int) -> None:
    """Random kill -9 while files are taken in, read and indexed; then one run to the end."""
    folder = Path(tempfile.mkdtemp(prefix="bench-kill-"))
    chance = random.Random(seed)
    where = dict.fromkeys(("before anything was kept", "while keeping", "while reading", "while indexing or later"), 0)
    killed = rounds = count = 0
    started = time.perf_counter()
    try:
        home = found(folder, "settle_seconds: 0.2\nocr: false\n")
        command = [sys.executable, "-m", "duban_archive", "watch", "--once"]
        usual = 2.0  # seconds of a run before and after its files, learnt from the runs that end
        while killed < times and rounds < times * 2:
            rounds += 1
            before = kept_and_read(home)
            for number in range(count, count + A_ROUND):
                path, data = made(home / "收件箱", number, chance)
                path.write_bytes(data)
            count += A_ROUND
            at = time.perf_counter()
            run = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                todo = sum(path.is_file() for path in (home / "收件箱").rglob("*")) + before[0] - before[1]
                run.wait(timeout=chance.uniform(chance.choice((0.3, usual)), usual + 0.03 * todo))
                usual = 0.7 * usual + 0.3 * max(0.5, time.perf_counter() - at - 0.03 * todo)
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                run.wait()
                killed += 1
                usual *= 1.0 + 0.05 * (kept_and_read(home) == before)
                where[stage(before, kept_and_read(home))] += 1
            if killed % 50 == 0:
                print(f"        {killed} killed in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
        ended = subprocess.run(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        seconds = time.perf_counter() - started
        print(
            f"{killed} kill -9 in {rounds} runs and {seconds:.0f} s, then one run to the end (exit {ended.returncode}):"
        )
        print("        " + ", ".join(f"{name} {n}" for name, n in where.items()))
        print(f"        {check(home, count, count)}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


A_ROUND = 12  # files dropped before each kill


def kept_and_read(home: Path) -> tuple[int, int, int]:
    """Records kept, records read, files still in the inbox: as a killed run left them."""
    with contextlib.closing(sqlite3.connect(f"file:{home / '.duban' / 'catalogue.sqlite'}", uri=True)) as database:
        kept = database.execute("SELECT count(*) FROM records").fetchone()[0]
        read = database.execute("SELECT count(*) FROM readings").fetchone()[0]
    return kept, read, sum(path.is_file() for path in (home / "收件箱").rglob("*"))


def stage(before: tuple[int, int, int], after: tuple[int, int, int]) -> str:
    """Where a kill fell, by what it left."""
    if after[0] == before[0]:
        return "before anything was kept" if after[1] == before[1] else "while reading"
    if after[2]:
        return "while keeping"
    return "while reading" if after[1] < after[0] else "while indexing or later"


def peak_mb() -> float:
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", default="200,1000", help="sizes, comma-separated (5000 is the issue's)")
    options.add_argument("--kills", type=int, default=20, help="random kill -9 (300 is the issue's)")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    print(f"machine: {platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for count in map(int, filter(None, given.files.split(","))):
        once(count, given.seed)
    if given.kills:
        kills(given.kills, given.seed)


if __name__ == "__main__":
    main()
