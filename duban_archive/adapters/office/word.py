"""Word documents by dxpdf, with the faces we carry, in this process; the only door to it for originals.

dxpdf is young and a panic in it is a ``BaseException``; what it makes is compared with what the reader found in the
document: a PDF that lost text is not taken while another way is left.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from duban_archive.adapters.office.conversion import CannotConvertError, Conversion, Job, note, pages_of, share_kept
from duban_archive.adapters.office.libreoffice import find_soffice
from duban_archive.core.model import Note
from duban_archive.fonts import fontconfig_file

ENGINE = "dxpdf"
KEPT = 0.97  # of the document's letters and hanzi must be found in the PDF while LibreOffice can try, too;
LEAST = 0.85  # where it cannot, this keeps the layout at the price of a note
_PAGES = re.compile(rb"<(?:\w+:)?Pages>(\d+)</")
_DIFFERS = "由 Word 文档转换，字体用开源宋体、黑体代替，换行和分页可能与原件略有不同"


def version() -> str:
    """The converter's version, ``""`` when it is not installed."""
    with contextlib.suppress(PackageNotFoundError):
        return installed("dxpdf")
    return ""


def convert(job: Job) -> Conversion:
    """docx → PDF; raises `CannotConvertError` when it fails or loses text."""
    print_docx(job.path.read_bytes(), job.out, fonts=job.fonts)
    pages = pages_of(job.out)
    kept = share_kept(job, figures=False)
    if kept < (KEPT if find_soffice() else LEAST):
        raise CannotConvertError(f"转换后只剩原文的 {kept:.0%}")
    notes = _page_note(hinted_pages(job.path), pages)
    if kept < KEPT:
        notes = (*notes, note("rendition_text", f"约 {1 - kept:.0%}，多为尾注、页眉或公式"))
    return Conversion(path=job.out, engine=ENGINE, version=version(), pages=pages, notes=notes, differs=_DIFFERS)


def print_docx(docx: bytes, out: Path, *, fonts: Sequence[Path] = ()) -> None:
    """Set a docx as PDF. fontconfig is read once a process, at the first call."""
    out.parent.mkdir(parents=True, exist_ok=True)
    os.environ["FONTCONFIG_FILE"] = str(fontconfig_file(out.parent / "fontconfig", folders=fonts))
    try:
        import dxpdf
    except ImportError as fault:
        raise CannotConvertError("本机没有 Word 文档转换组件") from fault
    try:
        with _quiet():
            pdf = dxpdf.convert(docx)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as fault:  # a panic of the library is a BaseException
        raise CannotConvertError("Word 文档转换组件不能处理这个文件") from fault
    out.write_bytes(pdf)


def hinted_pages(path: Path) -> int | None:
    """How many pages the program that wrote the document counted, if it says so."""
    with contextlib.suppress(OSError, KeyError, ValueError, zipfile.BadZipFile, zipfile.LargeZipFile):
        with zipfile.ZipFile(path) as package:
            told = _PAGES.search(package.read("docProps/app.xml"))
        return int(told[1]) if told else None
    return None


def _page_note(hinted: int | None, pages: int) -> tuple[Note, ...]:
    # programs that fill a document by machine leave the 1 or 2 pages of their template there: no hint at all
    if hinted is None or hinted <= 2 or abs(hinted - pages) <= max(2, 0.3 * hinted):
        return ()
    return (note("rendition_pages", f"PDF {pages} 页，文件自记 {hinted} 页"),)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep fontconfig's remarks on the machine's own settings, which are not our business, off the terminal."""
    sys.stderr.flush()
    kept, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)
