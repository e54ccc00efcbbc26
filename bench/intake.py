"""Intake measured: N mixed small files dropped at once, through to described, proposed and searchable.

    python bench/intake.py [--files 200,1000] [--kills 20] [--seed 1]

Prints the machine, the share of each stage, files a second at growing sizes, the main process's peak memory, what was
missed or doubled, and the same after random kill -9. Files are made here (txt, csv, html, docx, xlsx; no OCR, no
renditions): some replaced, some slowly written, some 0 bytes first.
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


def drop(inbox: Path, count: int, seed: int) -> None:
    """The files, in unit folders; every 50th comes as 0 bytes first, every 40th is replaced once."""
    chance = random.Random(seed)
    late: list[tuple[Path, bytes]] = []
    for number in range(count):
        suffix, make = MAKERS[number % len(MAKERS)]
        folder = inbox / UNITS[number % len(UNITS)]
        folder.mkdir(exist_ok=True)
        path, data = folder / f"材料{number:06d}.{suffix}", make(body(number, chance))
        if number % 50 == 0:
            path.write_bytes(b"")
            late.append((path, data))
        elif number % 40 == 0:
            path.write_bytes(data[: len(data) // 2])
            late.append((path, data))
        else:
            path.write_bytes(data)
    threading.Timer(0.5, lambda: [path.write_bytes(data) for path, data in late]).start()


def found(folder: Path) -> Path:
    home = folder / "迎检"
    run = [sys.executable, "-m", "duban_archive", "init", str(home), "--checklist", str(ROOT / "archive_schema.yaml")]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    return home


def check(home: Path, count: int) -> str:
    """Missed, doubled, unsearchable: each by looking, not by what the program says of itself."""
    from duban_archive.archive import Archive
    from duban_archive.home import Home

    archive = Archive(Home(home)).open()
    with contextlib.closing(archive):
        names = [part.file_name for record in archive.records() for part in record.parts]
        missed = count - len(set(names))
        doubled = len(names) - len(set(names))
        chance = random.Random(7)
        marks = chance.sample(range(count), min(count, 100))
        lost = sum(archive.search(f"编号{mark:06d}", limit=5)["total"] < 1 for mark in marks)
        status = archive.status()
        left = sum(path.is_file() for path in (home / "收件箱").rglob("*"))
        sound = archive.verify()["ok"]
    return (
        f"missed {missed}, doubled {doubled}, not searchable {lost} of {len(marks)} asked, left in inbox {left}, "
        f"seen {status['seen']} = accounted {status['accounted']}, verify {'ok' if sound else 'NOT OK'}"
    )


def once(count: int, seed: int) -> None:
    from duban_archive.archive import Archive
    from duban_archive.home import Home

    folder = Path(tempfile.mkdtemp(prefix="bench-intake-"))
    try:
        home = found(folder)
        drop(home / "收件箱", count, seed)
        started = time.perf_counter()
        stages: dict[str, float] = {}
        archive = Archive(Home(home)).open()
        with contextlib.closing(archive):
            at = time.perf_counter()
            for _ in archive.watch(once=True):
                pass
            stages["keep"] = time.perf_counter() - at
            at, what = time.perf_counter(), "read, describe, propose"
            for step in archive.work():
                if step.what == "建立检索" and what != "index":
                    stages[what], at, what = time.perf_counter() - at, time.perf_counter(), "index"
            stages[what] = time.perf_counter() - at
        total = time.perf_counter() - started
        shares = ", ".join(f"{name} {seconds:.1f} s ({seconds / total:.0%})" for name, seconds in stages.items())
        print(
            f"{count:>6} files: {count / total:6.1f} files/s in {total:.1f} s; {shares}; peak {peak_mb():.0f} MB (main)"
        )
        print(f"        {check(home, count)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kills(times: int, count: int, seed: int) -> None:
    """Random kill -9 while files are taken in, read and indexed; then one run to the end."""
    folder = Path(tempfile.mkdtemp(prefix="bench-kill-"))
    chance = random.Random(seed)
    killed = 0
    try:
        home = found(folder)
        drop(home / "收件箱", count, seed)
        command = [sys.executable, "-m", "duban_archive", "watch", "--once"]
        rounds = 0
        while killed < times and rounds < times * 3:
            rounds += 1
            run = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                run.wait(timeout=chance.uniform(0.4, 4.0))
                drop_more(home / "收件箱", count, chance)
                count += 20
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                run.wait()
                killed += 1
        subprocess.run(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        print(f"{killed} kill -9 during intake of {count} files: {check(home, count)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def drop_more(inbox: Path, start: int, chance: random.Random) -> None:
    for number in range(start, start + 20):
        suffix, make = MAKERS[number % len(MAKERS)]
        folder = inbox / UNITS[number % len(UNITS)]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"材料{number:06d}.{suffix}").write_bytes(make(body(number, chance)))


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
    for count in map(int, given.files.split(",")):
        once(count, given.seed)
    if given.kills:
        kills(given.kills, 200, given.seed)


if __name__ == "__main__":
    main()
