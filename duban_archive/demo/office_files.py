"""Sets a sample paper as docx, xlsx, xls, pptx or a PDF with text, as the offices' own programs would."""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from duban_archive.demo.document import Document, Grid, Line, Style
from duban_archive.errors import DubanError

Cell = str | int | float
_SAVED = "2015-08-08"  # the day workbooks of the sample town were last saved
Rows = Sequence[Sequence[Cell]]
Sheets = Mapping[str, Rows]

# style → (alignment, points, face, bold, first-line indent in points)
_LOOK: dict[Style, tuple[str, float, str, bool, float]] = {
    "head": ("CENTER", 26, "方正小标宋简体", True, 0),
    "number": ("CENTER", 16, "仿宋_GB2312", False, 0),
    "title": ("CENTER", 22, "方正小标宋简体", True, 0),
    "heading": ("LEFT", 16, "黑体", False, 32),
    "body": ("JUSTIFY", 16, "仿宋_GB2312", False, 32),
    "right": ("RIGHT", 16, "仿宋_GB2312", False, 0),
    "plain": ("LEFT", 12, "宋体", False, 0),
}


def write_docx(document: Document) -> bytes:
    """A Word document with the margins and faces of GB/T 9704."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    out = docx.Document()
    page = out.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    for block in document.blocks:
        if isinstance(block, Grid):
            table = out.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
            continue
        align, size, face, bold, indent = _LOOK[block.style]
        paragraph = out.add_paragraph()
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
        paragraph.paragraph_format.first_line_indent = Pt(indent)
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(block.text)
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, face
        run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
        if block.style == "head":
            run.font.color.rgb = RGBColor(0xC0, 0, 0)
    facts = out.core_properties
    facts.title, facts.author, facts.last_modified_by = document.title, document.author, document.author
    facts.created = facts.modified = dt.datetime.fromisoformat(document.dated)
    stream = io.BytesIO()
    out.save(stream)
    return stream.getvalue()


def write_empty_docx() -> bytes:
    """A Word document in which nobody has written anything yet."""
    import docx

    stream = io.BytesIO()
    docx.Document().save(stream)
    return stream.getvalue()


def write_xlsx(sheets: Sheets, *, author: str) -> bytes:
    """A workbook laid out for print; text, whole numbers and fractions keep their types."""
    import openpyxl
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    line = Side(style="thin")
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        widths = _widths(rows)
        headed = _is_headed(rows)
        for cells in sheet.iter_rows(min_row=2 if headed else 1):
            for cell in cells:
                cell.border = Border(left=line, right=line, top=line, bottom=line)
                cell.font = Font(name="宋体", size=11)
                cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        if headed:
            sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(widths))
            sheet["A1"].font = Font(name="黑体", size=16, bold=True)
            sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
            sheet.row_dimensions[1].height = 36
        for column, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.page_setup.paperSize = 9
        sheet.page_setup.orientation = "landscape" if sum(widths) > 85 else "portrait"
        sheet.print_options.horizontalCentered = True
    book.properties.creator = book.properties.lastModifiedBy = author
    stream = io.BytesIO()
    book.save(stream)
    return _saved_on(_SAVED, stream.getvalue())


def _saved_on(day: str, package: bytes) -> bytes:
    """The package as if last saved on ``day``: openpyxl writes the moment of saving."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", f"{day}T16:00:00Z".encode(), data)
            new.writestr(member, data)
    return out.getvalue()


def write_xls(sheets: Sheets) -> bytes:
    """An Excel 97-2003 workbook laid out for print."""
    import xlwt

    frame = "borders: left thin, right thin, top thin, bottom thin; align: horiz center, vert center, wrap on"
    plain = xlwt.easyxf(f"font: name 宋体, height 220; {frame}")
    title = xlwt.easyxf("font: name 黑体, height 320, bold on; align: horiz center, vert center")
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.header_str = sheet.footer_str = b""  # xlwt prints the file's name otherwise
        widths = _widths(rows)
        headed = _is_headed(rows)
        for down, row in enumerate(rows):
            for across, value in enumerate(row):
                if down or not headed:
                    sheet.write(down, across, value, plain)
        if headed:
            sheet.write_merge(0, 0, 0, len(widths) - 1, rows[0][0], title)
            sheet.row(0).height_mismatch, sheet.row(0).height = True, 36 * 20
        for across, width in enumerate(widths):
            sheet.col(across).width = 256 * width
        sheet.portrait = sum(widths) <= 85
        sheet.paper_size_code = 9
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _is_headed(rows: Rows) -> bool:
    """A heading over the whole table."""
    return len(rows[0]) == 1 and max(map(len, rows)) > 1


def _widths(rows: Rows) -> list[int]:
    """Characters across each column: what its texts need, at most twenty Chinese ones, then they wrap."""
    body = rows[1:] if _is_headed(rows) else rows
    columns = max(len(row) for row in body)
    texts = [[str(row[column]) for row in body if column < len(row)] for column in range(columns)]
    widths = [min(40, max(8, *(2 + _length(text) for text in cells))) for cells in texts]
    if _is_headed(rows):  # the heading, half as large again, must find room over the table
        lacking = _length(str(rows[0][0])) * 1.6 - sum(widths)
        widths = [width + max(0, round(lacking / columns + 0.5)) for width in widths]
    return widths


def _length(text: str) -> int:
    return sum(2 if character > "\u2e80" else 1 for character in text)


def write_pptx(document: Document) -> bytes:
    """A slide show: a title slide, then one slide a heading with the lines below it."""
    import pptx

    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[0])
    slide.shapes.title.text = document.title
    slide.placeholders[1].text = f"{document.author}\n{document.dated}"
    body: list[str] = []
    for block in document.blocks:
        if isinstance(block, Line) and block.style == "heading":
            slide = show.slides.add_slide(show.slide_layouts[1])
            slide.shapes.title.text = block.text
            body = []
        elif isinstance(block, Line) and block.style == "body":
            body.append(block.text)
            slide.placeholders[1].text = "\n".join(body)
    show.core_properties.author, show.core_properties.title = document.author, document.title
    stream = io.BytesIO()
    show.save(stream)
    return stream.getvalue()


def write_pdfs(documents: Sequence[Document]) -> tuple[bytes, ...]:
    """PDFs with text, made from Word documents by the converter that forms are printed with, in a worker."""
    from duban_archive.adapters.worker import Call, Pool

    with tempfile.TemporaryDirectory() as folder, Pool(workers=1) as pool:
        outs = [Path(folder) / f"{number}.pdf" for number in range(len(documents))]
        calls = [
            Call(
                key=out,
                target="duban_archive.adapters.sheets:to_pdf",
                kwargs={"docx": write_docx(document), "out": out},
            )
            for document, out in zip(documents, outs, strict=True)
        ]
        for done in pool.run(calls):
            if done.fault is not None:
                raise DubanError(f"样例 PDF 没有做成：{done.fault.text}", "请运行 duban doctor 查看缺少什么。")
        return tuple(out.read_bytes() for out in outs)
