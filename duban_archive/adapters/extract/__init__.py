"""Reading: one small reader a format, chosen by content; called inside a worker.

::

    path ──sniff──▶ media type ──table──▶ reader module .read(Source) ──▶ Extracted
                                            │ raises UnreadableError, or anything
                                            └──▶ Extracted(readable=False, notes=(why,))

A reader is a module of this package with ``read(source) -> Extracted``; it is imported when first needed, since
each brings its library. What it raises becomes a note: reading may fail, keeping must not. Only running out of memory
and panics leave here, for the pool to see: their process must not be used again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted, Json, Member, Passage, Table

from . import media_types as kinds
from .blanks import find_blanks
from .media_types import sniff
from .notes import NOTE_CODES, note, note_of, unread
from .passages import clean
from .source import Source, UnreadableError

__all__ = ["NOTE_CODES", "note_of", "read", "sniff"]

_READERS: Final[Mapping[str, tuple[str, str]]] = {  # media type: (module, what an office calls such a file)
    kinds.DOCX: ("docx", "这个 Word 文档"),
    "application/vnd.ms-word.xml": ("docx", "这个 Word 文档"),
    kinds.DOC: ("doc", "这个 Word 文档"),
    kinds.RTF: ("rtf", "这个 RTF 文档"),
    kinds.XLSX: ("workbook", "这个 Excel 表格"),
    kinds.XLSB: ("workbook", "这个 Excel 表格"),
    kinds.XLS: ("workbook", "这个 Excel 表格"),
    kinds.ODS: ("workbook", "这个表格"),
    "application/vnd.ms-excel.xml": ("workbook_xml", "这个 Excel 表格"),
    kinds.CSV: ("csv_table", "这个 CSV 表格"),
    kinds.PPTX: ("pptx", "这个演示文稿"),
    kinds.PPT: ("ppt", "这个演示文稿"),
    kinds.ODT: ("odf", "这个文档"),
    kinds.ODP: ("odf", "这个演示文稿"),
    kinds.PDF: ("pdf", "这个 PDF"),
    kinds.OFD: ("ofd", "这个 OFD 版式文件"),
    kinds.TEXT: ("plain_text", "这个文本文件"),
    kinds.MARKDOWN: ("plain_text", "这个文本文件"),
    kinds.HTML: ("web_page", "这个网页文件"),
    kinds.MHT: ("mail", "这个网页文件"),
    kinds.EML: ("mail", "这封邮件"),
    kinds.MSG: ("outlook", "这封邮件"),
    kinds.ZIP: ("zip_archive", "这个压缩包"),
    kinds.RAR: ("rar_archive", "这个压缩包"),
    kinds.SEVEN: ("seven_archive", "这个压缩包"),
}
_DOCUMENTS: Final = (kinds.DOCX, kinds.DOC, kinds.ODT)
_SPARSE, _MOST_PASTED = 80, 60  # letters of a document that is its pictures; pages of it that are looked at
_FAMILIES: Final = {
    "image": ("picture", "这张图片"),
    "video": ("media", "这段视频"),
    "audio": ("media", "这段录音"),
}


def read(path: Path, *, file_name: str, media_type: str, limits: Limits, scratch: Path) -> Extracted:
    """What is in a file: passages, tables, facts, members, notes. Never raises for a bad file.

    ``media_type`` is `sniff`'s answer; ``scratch`` an empty folder for members, which the caller removes.
    """
    module, what = _READERS.get(media_type) or _FAMILIES.get(media_type.partition("/")[0]) or ("", "该文件")
    try:
        size = path.stat().st_size
        if not size:
            return unread(media_type, "none", "empty", what)
        if size > limits.file_mb << 20:
            return unread(media_type, "none", "too_large", what, f"{size >> 20} MB，上限 {limits.file_mb} MB")
        if not module:
            return unread(media_type, "none", "unknown_type", what)
        source = Source(path=path, file_name=file_name, media_type=media_type, limits=limits, scratch=scratch)
        return _finish(_reader(module)(source), what, limits)
    except UnreadableError as error:
        return unread(media_type, module, error.code, what, error.what)
    except MemoryError:
        raise
    except Exception:  # readers are other people's code fed with strangers' files: this is their one door
        return unread(media_type, module, "broken", what)


def _reader(module: str):  # type: ignore[no-untyped-def]
    import importlib

    return importlib.import_module(f"{__name__}.{module}").read


def _finish(extracted: Extracted, what: str, limits: Limits) -> Extracted:
    """The same for every format: text a database takes, no more of it than allowed, blanks, a word about emptiness."""
    notes = [replace(n, text=n.text.replace("该文件", what)) for n in extracted.notes]
    passages: list[Passage] = []
    room = limits.characters
    for passage in extracted.passages:
        text = clean(passage.text)
        if not text or text.isspace():
            continue
        if len(text) > room:
            notes.append(note("truncated", what, f"前 {limits.characters} 字"))
            if room:
                passages.append(replace(passage, text=text[:room]))
            break
        room -= len(text)
        passages.append(passage if text is passage.text else replace(passage, text=text))
    told = {key: _clean_fact(value) for key, value in extracted.facts.items()}
    facts = {key: value for key, value in told.items() if value not in (None, False, "", [], {}) or key == "seals"}
    if blanks := find_blanks(passage.text for passage in passages):
        facts["blanks"] = blanks
    if facts.get("macros"):
        notes.append(note("macros", what))
    pasted = _pasted(extracted.media_type, facts, passages)
    expected = not extracted.media_type.startswith(("video/", "audio/")) and not extracted.unread_pages
    if pasted:
        notes.append(note("pictures_only", what))
    elif extracted.readable and expected and not passages and not extracted.members and not notes:
        notes.append(note("pictures_only" if facts.get("images") else "no_text", what))
    return replace(
        extracted,
        passages=tuple(passages),
        tables=tuple(_clean_table(table) for table in extracted.tables),
        facts=facts,
        unread_pages=pasted or extracted.unread_pages,
        members=tuple(_clean_member(member) for member in extracted.members),
        notes=tuple(dict.fromkeys(notes)),
    )


def _pasted(media_type: str, facts: Mapping[str, Json], passages: list[Passage]) -> tuple[int, ...]:
    """The pages of a document of pasted scans, which OCR reads off its rendition: one a picture, and one to spare."""
    images = facts.get("images", 0)
    if media_type not in _DOCUMENTS or not images or sum(len(p.text) for p in passages) >= _SPARSE:
        return ()
    return tuple(range(1, min(images + 1, _MOST_PASTED) + 1))


def _clean_fact(value: Json) -> Json:
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, (list, tuple)):
        return [_clean_fact(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(key)): _clean_fact(item) for key, item in value.items()}
    return value


def _clean_table(table: Table) -> Table:
    rows = tuple(tuple(clean(cell) for cell in row) for row in table.rows)
    return table if rows == table.rows else replace(table, rows=rows)


def _clean_member(member: Member) -> Member:
    return replace(member, file_name=clean(member.file_name).replace("\n", " "), folder=clean(member.folder))
