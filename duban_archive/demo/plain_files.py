"""Sets a sample paper as GBK text or table, puts papers into a zip or a mail, and writes a small OFD."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from duban_archive.demo.document import Document
from duban_archive.demo.office_files import Cell

_STAMP = (2015, 8, 28, 9, 30, 0)


def write_txt(document: Document) -> bytes:
    """Notepad's text: GBK, Windows line ends."""
    return "".join(line + "\r\n" for line in document.lines).encode("gbk")


def write_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """What a Chinese Excel saves as CSV: GBK."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("gbk")


def write_zip(members: Mapping[str, bytes]) -> bytes:
    """A zip as Chinese Windows makes it: names in GBK and no flag that says so."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(_GbkName(name, _STAMP), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class _GbkName(zipfile.ZipInfo):
    """The standard library writes UTF-8 names only; this one writes the bytes old programs wrote."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def write_eml(document: Document, *, sender: str, to: str, attachments: Mapping[str, bytes]) -> bytes:
    """A mail with the paper as its text; addresses are in the reserved example domain."""
    import datetime as dt

    mail = EmailMessage()
    mail["From"] = f"{sender} <send@example.org>"
    mail["To"] = f"{to} <office@example.org>"
    mail["Subject"] = document.title
    day = dt.datetime.fromisoformat(document.dated).replace(hour=9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    mail["Date"] = format_datetime(day)
    mail["Message-ID"] = f"<{document.dated}.sample@example.org>"
    mail.set_content("\n".join(document.lines))
    for name, data in attachments.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def write_ofd(document: Document) -> bytes:
    """A one-page OFD (GB/T 33190): the state's own fixed page format; each line of text is one text object."""
    objects = []
    for number, line in enumerate(document.lines):
        top = 20 + number * 9
        objects.append(
            f'<ofd:TextObject ID="{10 + number}" Boundary="20 {top} 170 8" Font="3" Size="5">'
            f'<ofd:TextCode X="0" Y="6" DeltaX="{" ".join(["5"] * max(1, len(line) - 1))}">'
            f"{escape(line)}</ofd:TextCode></ofd:TextObject>"
        )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    author, title = quoteattr(document.author)[1:-1], escape(document.title)
    parts = {
        "OFD.xml": f'<ofd:OFD {space} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>{'5a' * 16}</ofd:DocID><ofd:Title>{title}</ofd:Title><ofd:Author>{author}</ofd:Author>"
        f"<ofd:CreationDate>{document.dated}</ofd:CreationDate></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:MaxUnitID>999</ofd:MaxUnitID>"
        "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/PublicRes.xml": f'<ofd:Res {space} BaseLoc="Res"><ofd:Fonts>'
        '<ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>',
        "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="2">'
        f"{''.join(objects)}</ofd:Layer></ofd:Content></ofd:Page>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in parts.items():
            out.writestr(zipfile.ZipInfo(name, _STAMP), head + text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
