"""A paper before it is a file: blocks of a Word document, sheets of a workbook, or a photo; and how each is written."""

from __future__ import annotations

import datetime
import os
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Block = tuple[str, Any]  # ("title"|"head"|"p"|"right"|"number", text) or ("table", rows)


@dataclass(slots=True)
class Paper:
    """``made``/``changed`` are what the file says of itself (ISO times); ``seen`` the modification time on disk."""

    school: str
    year: int
    kind: str
    path: str
    title: str
    blocks: list[Block] = field(default_factory=list)
    sheets: dict[str, list[list[Any]]] = field(default_factory=dict)
    merges: dict[str, list[str]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    comment: str = ""
    tracked: tuple[str, str] | None = None  # (struck out, put in)
    photo: dict[str, Any] = field(default_factory=dict)
    made: str = ""
    changed: str = ""
    person: str = ""
    spoilt: str = ""

    def replace(self, old: str, new: str) -> int:
        """Change a text wherever it stands; how often it stood."""
        count = 0
        for n, (style, what) in enumerate(self.blocks):
            if style == "table":
                rows = [[str(cell).replace(old, new) for cell in row] for row in what]
                count += sum(str(cell).count(old) for row in what for cell in row)
                self.blocks[n] = (style, rows)
            else:
                count += what.count(old)
                self.blocks[n] = (style, what.replace(old, new))
        for rows in self.sheets.values():
            for row in rows:
                for n, cell in enumerate(row):
                    if isinstance(cell, str) and old in cell:
                        count += cell.count(old)
                        row[n] = cell.replace(old, new)
        return count


def write(paper: Paper, root: Path) -> Path:
    """The paper as a file below ``root``."""
    path = root / paper.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if paper.photo:
        _photo(paper, path)
    elif paper.sheets:
        _workbook(paper, path)
    else:
        _document(paper, path)
    stamp = datetime.datetime.fromisoformat(paper.changed or paper.made).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def _document(paper: Paper, path: Path) -> None:
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    document = docx.Document()
    for style, what in paper.blocks:
        if style == "table":
            table = document.add_table(rows=len(what), cols=max(map(len, what)), style="Table Grid")
            for r, row in enumerate(what):
                for c, cell in enumerate(row):
                    table.cell(r, c).text = str(cell)
            continue
        paragraph = document.add_paragraph()
        run = paragraph.add_run(what)
        if style in ("title", "number"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run.bold = style == "title"
            run.font.size = Pt(18 if style == "title" else 14)
        elif style == "right":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if paper.tracked:
        _track(document, *paper.tracked, when=paper.changed)
    if paper.comment:
        document.add_comment(document.paragraphs[1].runs, text=paper.comment, author="审核", initials="审")
    _properties(document.core_properties, paper)
    document.save(str(path))


def _track(document: Any, old: str, new: str, *, when: str) -> None:
    from docx.oxml import parse_xml

    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    about = f'w:author="校对" w:date="{when}Z"'
    paragraph = document.add_paragraph("经核对,有关数字为")
    for tag, inner, text, id in (("del", "delText", old, 901), ("ins", "t", new, 902)):
        xml = f'<w:{tag} xmlns:w="{space}" w:id="{id}" {about}><w:r><w:{inner}>{text}</w:{inner}></w:r></w:{tag}>'
        paragraph._p.append(parse_xml(xml))


def _workbook(paper: Paper, path: Path) -> None:
    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in paper.sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for merge in paper.merges.get(name, ()):
            sheet.merge_cells(merge)
        sheet["A1"].font = Font(bold=True, size=16)
        if name in paper.hidden:
            sheet.sheet_state = "hidden"
    _properties(book.properties, paper)
    book.save(path)
    _keep_changed(path, paper.changed or paper.made)


def _keep_changed(path: Path, changed: str) -> None:
    """openpyxl writes the time of saving over the workbook's own: put the paper's back."""
    with zipfile.ZipFile(path) as book:
        members = [(info, book.read(info)) for info in book.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for info, data in members:
            if info.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + changed.encode() + b"Z", data)
            book.writestr(info, data)


def _properties(properties: Any, paper: Paper) -> None:
    properties.created = datetime.datetime.fromisoformat(paper.made)
    properties.modified = datetime.datetime.fromisoformat(paper.changed or paper.made)
    for name in ("author", "creator"):
        if hasattr(properties, name):
            setattr(properties, name, paper.person)
            break


def _photo(paper: Paper, path: Path) -> None:
    """A picture that is told from every other: shapes from its own seed; EXIF when the camera kept it."""
    import random

    from PIL import Image, ImageDraw, ImageFilter

    chance = random.Random(paper.photo["scene"])
    picture = Image.new("RGB", (1280, 960), tuple(chance.randrange(120, 230) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y = chance.randrange(1280), chance.randrange(960)
        w, h = chance.randrange(30, 320), chance.randrange(30, 320)
        shape = draw.ellipse if chance.random() < 0.5 else draw.rectangle
        shape((x, y, x + w, y + h), fill=tuple(chance.randrange(256) for _ in range(3)))
    picture = picture.filter(ImageFilter.GaussianBlur(1))
    exif = picture.getexif()
    if paper.photo.get("taken"):
        exif[0x0132] = paper.photo["taken"]
        exif.get_ifd(0x8769)[0x9003] = paper.photo["taken"]
    picture.save(path, quality=paper.photo.get("quality", 88), exif=exif)
