"""Small makers of real files, written by other libraries than those that read them; every text is Chinese by default.

``from tests.make import make_docx``. Each takes the path to write and returns it.
"""

from __future__ import annotations

import io
import itertools
import struct
import wave
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Rows = Sequence[Sequence[object]]

PARAGRAPHS = ("吴集镇人民政府文件", "关于做好义务教育督导评估迎检工作的通知", "各中小学：现将有关事项通知如下。")
ROWS: Rows = (("序号", "姓名", "任教学科"), (1, "张某", "语文"), (2, "李某", "数学"))


def make_docx(
    path: Path,
    paragraphs: Sequence[str] = PARAGRAPHS,
    *,
    tables: Sequence[Rows] = (),
    header: str = "",
    footer: str = "",
    author: str = "王某",
) -> Path:
    """A Word document by python-docx: paragraphs, then tables."""
    import docx

    document = docx.Document()
    document.core_properties.author = author
    for text in paragraphs:
        document.add_paragraph(text)
    for rows in tables:
        table = document.add_table(rows=len(rows), cols=max(len(row) for row in rows))
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                table.cell(at, column).text = str(value)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    document.save(str(path))
    return path


def make_xlsx(path: Path, sheets: Mapping[str, Rows] | None = None, *, hidden: Sequence[str] = ()) -> Path:
    """An Excel workbook by openpyxl."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (sheets or {"花名册": ROWS}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def make_xls(path: Path, sheets: Mapping[str, Rows] | None = None) -> Path:
    """An Excel 97 workbook by xlwt."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in (sheets or {"花名册": ROWS}).items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
    book.save(str(path))
    return path


def make_pptx(path: Path, slides: Sequence[Sequence[str]] = (PARAGRAPHS,), *, notes: str = "") -> Path:
    """A presentation by python-pptx: a text box of paragraphs on each slide."""
    import pptx
    from pptx.util import Cm

    show = pptx.Presentation()
    for texts in slides:
        slide = show.slides.add_slide(show.slide_layouts[6])
        frame = slide.shapes.add_textbox(Cm(1), Cm(1), Cm(20), Cm(10)).text_frame
        frame.text = texts[0]
        for text in texts[1:]:
            frame.add_paragraph().text = text
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    show.save(str(path))
    return path


def make_pdf(
    path: Path,
    pages: Sequence[Sequence[str]] = (PARAGRAPHS,),
    *,
    pictures: Sequence[bytes] = (),
    info: Mapping[str, str] | None = None,
    password: str | None = None,
    owner: str | None = None,
    rotate: int = 0,
) -> Path:
    """A PDF by pikepdf: lines of Chinese in a font that is named, not embedded; then pages of one JPEG each."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name

    document = pikepdf.new()
    descendant = document.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType0,
            BaseFont=Name("/STSong-Light"),
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="GB1", Supplement=2),
            DW=1000,
        )
    )
    font = document.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/STSong-Light"),
            Encoding=Name("/UniGB-UCS2-H"),
            DescendantFonts=Array([descendant]),
        )
    )
    for lines in pages:
        text = b"BT /F1 14 Tf 20 TL 60 780 Td " + b" ".join(
            b"<" + line.encode("utf-16-be").hex().encode("ascii") + b"> Tj T*" for line in lines
        )
        page = Dictionary(
            Type=Name.Page,
            MediaBox=[0, 0, 595, 842],
            Rotate=rotate,
            Resources=Dictionary(Font=Dictionary(F1=font)),
            Contents=document.make_stream(text + b" ET"),
        )
        document.pages.append(pikepdf.Page(document.make_indirect(page)))
    for jpeg in pictures:
        width, height = picture_size(jpeg)
        image = document.make_stream(
            jpeg,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        page = Dictionary(
            Type=Name.Page,
            MediaBox=[0, 0, 595, 842],
            Resources=Dictionary(XObject=Dictionary(Im0=image)),
            Contents=document.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q"),
        )
        document.pages.append(pikepdf.Page(document.make_indirect(page)))
    for key, value in (info or {}).items():
        document.docinfo[f"/{key}"] = value
    locks: dict[str, Any] = {}
    if password is not None or owner is not None:
        allowed = pikepdf.Permissions(print_highres=False, print_lowres=False, modify_other=False, extract=False)
        locks["encryption"] = pikepdf.Encryption(user=password or "", owner=owner or "owner", allow=allowed)
    document.save(path, **locks)
    return path


def make_layered_pdf(path: Path, picture: bytes, layer: Sequence[str]) -> Path:
    """A scan with a text layer that is not drawn, as scanning programs make them."""
    import pikepdf

    make_pdf(path, [layer], pictures=[picture])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        text, scan = document.pages
        scan.obj.Resources.Font = text.obj.Resources.Font
        scan.contents_add(b"BT 3 Tr ET " + text.obj.Contents.read_bytes().replace(b"BT", b"BT 3 Tr", 1))
        del document.pages[0]
        document.save(path)
    return path


def make_jpeg(width: int = 400, height: int = 300, *, exif: Mapping[int, Any] | None = None) -> bytes:
    """A small picture with a pattern, as JPEG bytes."""
    from PIL import Image

    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 30, 30), (width // 4, height // 4, width // 2, height // 2))
    for at in range(0, height - 2, 12):
        image.paste((0, 0, 0), (width // 8, at, width - at - 10, at + 2))
    data = image.getexif()
    for tag, value in (exif or {}).items():
        data[tag] = value
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=data)
    return buffer.getvalue()


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height of a picture."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        return int(width), int(height)


def make_tiff(path: Path, pages: int = 3) -> Path:
    """A TIFF of several pages."""
    from PIL import Image

    frames = [Image.new("L", (200, 300), 40 * number) for number in range(pages)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    return path


def make_zip(path: Path, members: Mapping[str, bytes], *, encoding: str = "utf-8") -> Path:
    """A zip whose names are written in an encoding, without the UTF-8 flag when it is another."""

    class Named(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:
            if encoding == "utf-8":
                return self.filename.encode("utf-8"), self.flag_bits | 0x800
            return self.filename.encode(encoding), self.flag_bits

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = Named(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


def make_mp4(seconds: float = 90, width: int = 640, height: int = 360) -> bytes:
    """The head of a film: file type, duration, picture size; no pictures."""

    def box(kind: bytes, *parts: bytes) -> bytes:
        data = b"".join(parts)
        return struct.pack(">I4s", 8 + len(data), kind) + data

    created = 3_500_000_000  # 2014-11-28, in seconds since 1904
    mvhd = struct.pack(">IIIII", 0, created, created, 1000, int(seconds * 1000)) + bytes(80)
    tkhd = bytes(76) + struct.pack(">II", width << 16, height << 16)
    return box(b"ftyp", b"isom\0\0\2\0isomiso2") + box(b"moov", box(b"mvhd", mvhd), box(b"trak", box(b"tkhd", tkhd)))


def make_film(path: Path, seconds: int = 5) -> Path:
    """A red film of one frame a second by FFmpeg's MPEG-4 encoder, as OpenCV brings it."""
    import cv2
    import numpy as np

    film = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 1.0, (320, 240))
    for _ in range(seconds):
        film.write(np.full((240, 320, 3), (20, 20, 240), np.uint8))
    film.release()
    return path


def make_wav(path: Path, seconds: int = 2) -> Path:
    """Silence."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000 * seconds))
    return path


def make_ole(path: Path, streams: Mapping[str, bytes]) -> Path:
    """An OLE2 file of version 3; ``streams`` are named with ``/`` between storage and stream. All lie in big sectors.

    No library here writes these but xlwt, which writes one stream; so it is done by hand, after [MS-CFB].
    """
    sector, free, end, fat_mark = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    storages = sorted({name.rpartition("/")[0] for name in streams if "/" in name})
    entries: list[tuple[str, int, str]] = [("Root Entry", 5, "")]
    entries += [(name, 1, "") for name in storages] + [(name.rpartition("/")[2], 2, name) for name in streams]
    children: dict[str, list[int]] = {"": [number for number, e in enumerate(entries) if e[1] == 1]}
    for number, (_name, kind, full) in enumerate(entries):
        if kind == 2:
            children.setdefault(full.rpartition("/")[0], []).append(number)
    body, starts, chain = b"", {}, []
    for name, data in streams.items():
        padded = data.ljust(4096, b"\0") if len(data) < 4096 else data  # smaller ones would lie in the mini stream
        count = -(-len(padded) // sector)
        starts[name] = (len(chain), len(padded))
        chain += [len(chain) + step + 1 for step in range(count - 1)] + [end]
        body += padded.ljust(count * sector, b"\0")
    sibling: dict[int, int] = {}
    first: dict[str, int] = {}
    for parent, numbers in children.items():  # each a list, linked to the right: a tree that is all one branch
        ordered = sorted(numbers, key=lambda n: (len(entries[n][0]), entries[n][0].upper()))
        first[parent] = ordered[0]
        sibling |= dict(itertools.pairwise(ordered))
    directory = b""
    for number, (name, kind, full) in enumerate(entries):
        written = name.encode("utf-16-le") + b"\0\0"
        child = first.get("" if kind == 5 else name, free) if kind != 2 else free
        start, size = starts.get(full, (0, 0)) if kind == 2 else ((end, 0) if kind == 5 else (0, 0))
        directory += written.ljust(64, b"\0") + struct.pack(
            "<HBBIII16xI8x8xIQ", len(written), kind, 1, free, sibling.get(number, free), child, 0, start, size
        )
    count = -(-len(directory) // sector)
    directory_at = len(chain)
    chain += [directory_at + step + 1 for step in range(count - 1)] + [end]
    body += directory.ljust(count * sector, b"\0")
    fat_count = -(-(len(chain) + 8) // 127)
    fat_at = len(chain)
    chain += [fat_mark] * fat_count
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(fat_count * sector, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory_at, 0, 4096, end, 0, end, 0),
    )  # fmt: skip
    table = [fat_at + step for step in range(fat_count)]
    header += struct.pack("<109I", *table, *[free] * (109 - len(table)))
    path.write_bytes(header + body + fat)
    return path


def make_msg(path: Path, *, subject: str, body: str, attachments: Mapping[str, bytes]) -> Path:
    """An Outlook message: Unicode properties, attachments by value."""
    sent = 130_616_118_000_000_000  # 2014-11-28T01:30:00Z in ticks of 100 ns since 1601
    streams = {
        "__properties_version1.0": bytes(32) + struct.pack("<HHIQ", 0x0040, 0x0039, 6, sent),
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_0C1A001F": "王某".encode("utf-16-le"),
        "__substg1.0_0E04001F": "督导室".encode("utf-16-le"),
        "__substg1.0_1000001F": body.encode("utf-16-le"),
    }
    for number, (name, data) in enumerate(attachments.items()):
        storage = f"__attach_version1.0_#{number:08X}"
        streams[f"{storage}/__properties_version1.0"] = bytes(8)
        streams[f"{storage}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{storage}/__substg1.0_37010102"] = data
    return make_ole(path, streams)
