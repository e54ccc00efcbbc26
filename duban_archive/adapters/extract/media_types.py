"""What a file is, by its content: a fifth of real ``.doc`` files were something else, so the suffix is the last hint.

Only a bounded part of a file is looked at (its first 64 kB, and the directory of a zip), so this is safe and fast on
anything.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import BinaryIO, Final

EMPTY: Final = "application/x-empty"
UNKNOWN: Final = "application/octet-stream"
PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSB: Final = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOC: Final = "application/msword"
XLS: Final = "application/vnd.ms-excel"
PPT: Final = "application/vnd.ms-powerpoint"
MSG: Final = "application/vnd.ms-outlook"
OLE: Final = "application/x-ole-storage"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
ODP: Final = "application/vnd.oasis.opendocument.presentation"
OFD: Final = "application/ofd"
RTF: Final = "application/rtf"
ZIP: Final = "application/zip"
RAR: Final = "application/x-rar"
SEVEN: Final = "application/x-7z-compressed"
TEXT: Final = "text/plain"
MARKDOWN: Final = "text/markdown"
CSV: Final = "text/csv"
HTML: Final = "text/html"
EML: Final = "message/rfc822"
MHT: Final = "multipart/related"

_HEAD = 65536
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIRECTORY_BYTES = 4 << 20  # of a zip's directory, looked at: some 40,000 names

_MAGIC: Final = (
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN),
    (b"{\\rtf", RTF),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"ID3", "audio/mpeg"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"#!AMR", "audio/amr"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"\xffWPC", "application/vnd.wordperfect"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_HEIC_BRANDS: Final = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_ZIP_MARKS: Final = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("xl/workbook.bin", XLSB),
    ("ppt/presentation.xml", PPTX),
    ("ofd.xml", OFD),
)
_OLE_MARKS: Final = (
    ("__properties_version1.0", MSG),
    ("WordDocument", DOC),
    ("PowerPoint Document", PPT),
    ("Workbook", XLS),
    ("Book", XLS),
)
_BY_SUFFIX: Final = {
    ".docx": DOCX, ".docm": DOCX, ".dotx": DOCX, ".doc": DOC, ".dot": DOC, ".wps": DOC, ".wpt": DOC,
    ".xlsx": XLSX, ".xlsm": XLSX, ".xltx": XLSX, ".xls": XLS, ".et": XLS, ".ett": XLS, ".xlsb": XLSB,
    ".pptx": PPTX, ".ppsx": PPTX, ".pptm": PPTX, ".ppt": PPT, ".pps": PPT, ".dps": PPT, ".msg": MSG,
    ".csv": CSV, ".tsv": CSV, ".md": MARKDOWN, ".markdown": MARKDOWN,
}  # fmt: skip
_MAIL_HEADER = re.compile(
    rb"(?:From|To|Cc|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|X-[\w-]+|Delivered-To|DKIM-Signature"
    rb"|Content-Type|Content-Transfer-Encoding|Reply-To|Sender)[ \t]*:",
    re.IGNORECASE,
)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<meta\s+http-equiv|<body[\s>]|<table[\s>]", re.IGNORECASE)


def sniff(path: Path, file_name: str) -> str:
    """The media type of a file by its content; its name only decides where the content does not."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head:
            return EMPTY
        return _of_bytes(head, file, _suffix(file_name))


def _suffix(file_name: str) -> str:
    _, point, suffix = file_name.rpartition(".")
    return f".{suffix.lower().strip()}" if point else ""


def _of_bytes(head: bytes, file: BinaryIO, suffix: str) -> str:
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06") or head[:8] == b"PK\x07\x08PK\x03\x04":
        return _of_zip(file)
    if head.startswith(_OLE_MAGIC):
        return _of_ole(file, suffix)
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12], head[16:64])
    if head[:2] == b"BM" and len(head) > 30 and head[14] in (12, 40, 52, 56, 64, 108, 124):
        return "image/bmp"
    if b"%PDF-" in head[:1024]:
        return PDF
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 not in (0xF0, 0x00):
        return "audio/mpeg"
    return _of_text(head, suffix)


def _of_brand(brand: bytes, compatible: bytes) -> str:
    if brand in _HEIC_BRANDS:
        return "image/avif" if b"avif" in compatible else "image/heic"
    if brand in (b"avif", b"avis"):
        return "image/avif"
    if brand == b"qt  ":
        return "video/quicktime"
    return "audio/mp4" if brand in (b"M4A ", b"M4B ") else "video/mp4"


def _of_text(head: bytes, suffix: str) -> str:
    from .text_encoding import looks_like_text

    if not looks_like_text(head):
        return UNKNOWN
    start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _MAIL_HEADER.match(start) and suffix not in (".txt", ".md", ".csv"):
        named = {line.partition(b":")[0].strip().lower() for line in head.splitlines() if _MAIL_HEADER.match(line)}
        if b"mime-version" in named and b"multipart/related" in head[:4096].lower() and b"received" not in named:
            return MHT
        if len(named) >= 2:
            return EML
    plain = start.replace(b"\x00", b"")  # UTF-16, too
    if suffix in (".md", ".markdown"):
        return MARKDOWN
    if start.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in head[:4096]:
        return "application/vnd.ms-excel.xml"
    if start.startswith(b"<?xml") and b"schemas.microsoft.com/office/word/2003/wordml" in head[:8192]:
        return "application/vnd.ms-word.xml"
    if plain[:1] == b"<" and _HTML.search(plain):
        return HTML
    return CSV if suffix in (".csv", ".tsv") else TEXT


# --- zip: its directory names what it is -------------------------------------------------------------------------


def _of_zip(file: BinaryIO) -> str:
    names = _zip_names(file)
    lower = {name.lower().lstrip("/") for name in names}
    if names and names[0] == "mimetype":
        file.seek(0)
        first = file.read(256)
        for media_type in (ODT, ODS, ODP):
            if media_type.encode("ascii") in first:
                return media_type
        if b"application/epub+zip" in first:
            return "application/epub+zip"
    for mark, media_type in _ZIP_MARKS:
        if mark in lower and (media_type == OFD or "[content_types].xml" in lower or "_rels/.rels" in lower):
            return media_type
    if "[content_types].xml" in lower:  # main parts may be named otherwise
        for folder, media_type in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(name.startswith(folder) for name in lower):
                return media_type
    if "content.xml" in lower and ("meta-inf/manifest.xml" in lower or "styles.xml" in lower):
        return ODT
    return ZIP


def _zip_names(file: BinaryIO) -> list[str]:
    """The names in the directory at a zip's end; those of the first entries when it has none (a cut-off copy)."""
    file.seek(0, 2)
    size = file.tell()
    tail_at = max(0, size - 66000)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return _local_names(file)
    length, offset = struct.unpack_from("<II", tail, at + 12)
    start = tail_at + at - length  # where it must begin, whatever was put before the zip
    if offset == 0xFFFFFFFF or start < 0:
        start = offset if offset != 0xFFFFFFFF else 0
    file.seek(start)
    directory = file.read(min(length, _DIRECTORY_BYTES))
    if directory[:4] != b"PK\x01\x02":
        file.seek(min(offset, size))
        directory = file.read(_DIRECTORY_BYTES)
    names = []
    at = 0
    while directory[at : at + 4] == b"PK\x01\x02" and at + 46 <= len(directory):
        name, extra, comment = struct.unpack_from("<HHH", directory, at + 28)
        names.append(directory[at + 46 : at + 46 + name].decode("utf-8", "replace").replace("\\", "/"))
        at += 46 + name + extra + comment
    return names or _local_names(file)


def _local_names(file: BinaryIO) -> list[str]:
    file.seek(0)
    head = file.read(_HEAD * 4)
    names = []
    for match in re.finditer(rb"PK\x03\x04", head):
        at = match.start()
        if at + 30 <= len(head):
            (length,) = struct.unpack_from("<H", head, at + 26)
            names.append(head[at + 30 : at + 30 + min(length, 512)].decode("utf-8", "replace").replace("\\", "/"))
    return names


# --- OLE2: its directory names its streams -------------------------------------------------------------------------


def _of_ole(file: BinaryIO, suffix: str) -> str:
    names = _ole_names(file)
    for mark, media_type in _OLE_MARKS:
        if mark in names:
            return media_type
    if "EncryptedPackage" in names:  # an OOXML file behind a password: only its suffix tells which
        media_type = _BY_SUFFIX.get(suffix, DOCX)
        return {DOC: DOCX, XLS: XLSX, PPT: PPTX}.get(media_type, media_type)
    return OLE


def _ole_names(file: BinaryIO) -> set[str]:
    import olefile

    file.seek(0)
    try:
        with olefile.OleFileIO(file) as ole:
            return {name for entry in ole.listdir(storages=True) for name in entry[:1]}
    except Exception:  # a broken directory: look for the names as they are written
        file.seek(0)
        raw = file.read(8 << 20)
        marks = [mark for mark, _ in _OLE_MARKS] + ["EncryptedPackage"]
        return {mark for mark in marks if f"{mark}\0".encode("utf-16-le") in raw}
