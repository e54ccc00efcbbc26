"""Office files by LibreOffice, where it is installed: many files a call, private profile, nothing active, a time limit.

``DUBAN_SOFFICE`` names the program; set but empty, it switches LibreOffice off. Started without a process group of its
own, so that the pool that kills a worker takes LibreOffice with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from duban_archive.adapters.extract import media_types as kinds
from duban_archive.adapters.office import spreadsheet
from duban_archive.adapters.office.conversion import CannotConvertError, Conversion, Job, note, pages_of, share_kept
from duban_archive.fonts import fontconfig_file

ENGINE = "LibreOffice"
KEPT = 0.95  # of a file's characters are expected in its PDF; fewer are worth a word,
LEAST = 0.85  # and fewer than this (narrow cells that cut their text off) are worth another way
SHARE = 0.85  # of a file's time; the rest is left for another way
_LOOK_EVERY = 0.1
_DIFFERS = "由 LibreOffice 转换，字体、换行和分页可能与原件略有不同"
_SUFFIXES: Final = {
    kinds.DOCX: ".docx", kinds.DOC: ".doc", kinds.RTF: ".rtf", kinds.ODT: ".odt", kinds.XLSX: ".xlsx",
    kinds.XLSB: ".xlsb", kinds.XLS: ".xls", kinds.ODS: ".ods", kinds.PPTX: ".pptx", kinds.PPT: ".ppt",
    kinds.ODP: ".odp", "application/vnd.ms-word.xml": ".xml", "application/vnd.ms-excel.xml": ".xml",
}  # fmt: skip
_OTHER_BOOKS: Final = (kinds.XLS, kinds.XLSB, kinds.ODS, "application/vnd.ms-excel.xml")
_SLIDES: Final = (kinds.PPTX, kinds.PPT, kinds.ODP)
_PLACES: Final = (
    "/usr/bin/soffice",
    "/usr/local/bin/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
# (component path, property, value): no macros, no links, no network, nothing active, no first-start questions
_SETTINGS: Final = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisablePythonRuntime", "true"),
    ("org.openoffice.Office.Common/Load", "UserDefinedSettings", "true"),
    ("org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("org.openoffice.Office.Common/Misc", "UseSystemFileDialog", "false"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetNoProxy", ""),
    (
        "org.openoffice.Office.Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments",
        "AutoCheckEnabled",
        "false",
    ),
)


def find_soffice() -> Path | None:
    """The program, or ``None`` where there is none or ``DUBAN_SOFFICE`` is set empty."""
    told = os.environ.get("DUBAN_SOFFICE")
    if told is not None:
        return Path(told) if told and Path(told).is_file() else None
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found) if found else next((Path(place) for place in _PLACES if Path(place).is_file()), None)


def version() -> str:
    """Its version, ``""`` when there is none."""
    program = find_soffice()
    return _version_of(program) if program else ""


@lru_cache(maxsize=2)
def _version_of(program: Path) -> str:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.split()[1] if len(told.split()) > 1 else told.strip()


def convert(job: Job) -> Conversion:
    """One file; raises `CannotConvertError`."""
    if find_soffice() is None:
        raise CannotConvertError("本机没有安装 LibreOffice")
    made = convert_many([job]).get(job.out)
    if made is None:
        raise CannotConvertError("LibreOffice 不能转换这个文件")
    return made


def convert_many(jobs: Sequence[Job]) -> Mapping[Path, Conversion]:
    """The conversions that were made, by their ``out``; what fails or is not reached in time is left out."""
    program = find_soffice()
    if program is None or not jobs:
        return {}
    made: dict[Path, Conversion] = {}
    with tempfile.TemporaryDirectory(prefix="duban-office-", ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        sources = {_place(job, room, number): job for number, job in enumerate(jobs)}
        old = {source: job for source, job in sources.items() if job.media_type in _OTHER_BOOKS}
        hung = _run_all(program, old, room, "xlsx", "books")
        sources = {source: job for source, job in sources.items() if source not in hung}
        _run_all(program, _fitted(sources, room), room, "pdf", "out")
        for number, job in enumerate(jobs):
            pdf = room / "out" / f"{number:04}.pdf"
            try:
                pages = pages_of(pdf)
            except (CannotConvertError, OSError):
                continue
            job.out.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(pdf, job.out)
            kept = 1.0 if job.media_type in _SLIDES else share_kept(job)  # slides rightly leave the speaker's notes out
            if kept < LEAST:
                continue
            made[job.out] = Conversion(
                path=job.out, engine=ENGINE, version=_version_of(program), pages=pages, differs=_DIFFERS,
                notes=() if kept >= KEPT else (note("rendition_text", f"约 {1 - kept:.0%}，多半被单元格遮住"),),
            )  # fmt: skip
    return made


def _fitted(sources: Mapping[Path, Job], room: Path) -> dict[Path, Job]:
    """The same sources, workbooks set one page wide; one that no paper takes is left to another way."""
    fitted: dict[Path, Job] = {}
    for source, job in sources.items():
        book = room / "books" / f"{source.stem}.xlsx"
        target = room / "fitted" / f"{source.stem}.xlsx"
        if job.media_type == kinds.XLSX or book.is_file():
            target.parent.mkdir(exist_ok=True)
            try:
                spreadsheet.fit(source if job.media_type == kinds.XLSX else book, target)
            except spreadsheet.TooWideError:
                continue
            except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
                target = source  # a package that is not quite one: LibreOffice may forgive more
            fitted[target] = job
        else:
            fitted[source] = job
    return fitted


def _place(job: Job, room: Path, number: int) -> Path:
    """A copy under a plain, unique name whose suffix tells the truth: LibreOffice trusts suffixes, offices' lie."""
    source = room / "in" / f"{number:04}{_SUFFIXES.get(job.media_type, Path(job.file_name).suffix)}"
    source.parent.mkdir(exist_ok=True)
    shutil.copyfile(job.path, source)
    return source


def _run_all(program: Path, jobs: Mapping[Path, Job], room: Path, suffix: str, out: str) -> set[Path]:
    """Convert all into the folder ``out``; a file that hangs is passed over, the ones after it get a new call.

    Gives those that hung.
    """
    waiting, hung = dict(jobs), set[Path]()
    while waiting:
        stuck = _run(program, waiting, room, suffix, out)
        if stuck is None:
            break
        hung.add(stuck)
        later = list(waiting)[list(waiting).index(stuck) + 1 :]
        waiting = {source: waiting[source] for source in later}
    return hung


def _run(program: Path, jobs: Mapping[Path, Job], room: Path, suffix: str, out: str) -> Path | None:
    """Convert in one call, in order; gives the source that took longer than a file may, at which the call was ended."""
    profile = Path(tempfile.mkdtemp(prefix="profile-", dir=room))
    _write_profile(profile)
    folders = tuple(dict.fromkeys(folder for job in jobs.values() for folder in job.fonts))
    command = [
        *(str(program), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--nologo", "--nodefault"),
        *("--norestore", "--nolockcheck", "--nofirststartwizard", "--convert-to", suffix, "--outdir", str(room / out)),
        *map(str, jobs),
    ]
    nowhere = "http://127.0.0.1:9"
    environment = {
        **os.environ,
        "FONTCONFIG_FILE": str(fontconfig_file(room / "fontconfig", folders=folders, system=True)),
        "http_proxy": nowhere, "https_proxy": nowhere, "HOME": str(room), "SAL_USE_VCLPLUGIN": "svp",
    }  # fmt: skip
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, cwd=room, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            return _await(process, jobs, room / out, suffix)
        finally:
            end_with_children(process.pid)


def _await(process: subprocess.Popen[bytes], jobs: Mapping[Path, Job], out: Path, suffix: str) -> Path | None:
    """Wait while PDFs keep coming; the source after the last one is at work, or has failed without a word."""
    sources, reached = list(jobs), 0
    deadline = time.monotonic() + SHARE * jobs[sources[0]].limits.convert_seconds
    while process.poll() is None:
        made = [number for number, source in enumerate(sources) if (out / f"{source.stem}.{suffix}").exists()]
        if made and made[-1] >= reached:
            reached = made[-1] + 1
            deadline = time.monotonic() + SHARE * jobs[sources[min(reached, len(sources) - 1)]].limits.convert_seconds
        if time.monotonic() > deadline:
            return sources[min(reached, len(sources) - 1)]
        time.sleep(_LOOK_EVERY)
    return None


def end_with_children(pid: int) -> None:
    """Kill a process and all it started: LibreOffice's start program leaves the real one behind."""
    import psutil

    try:
        process = psutil.Process(pid)
        family = [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=5)


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _SETTINGS
    )
    registry = profile / "user" / "registrymodifications.xcu"
    registry.parent.mkdir(parents=True, exist_ok=True)
    registry.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
