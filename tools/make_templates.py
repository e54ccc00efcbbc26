"""Make the Word templates of ``templates/``: run ``python tools/make_templates.py`` after changing a form here.

The ``.docx`` are committed, since an office that edits one should be able to compare it with ours; this script is how
they came about, so that a change to ten forms is one line. Sizes are in millimetres and points as the sources of
``docs/binder.md`` give them. The official faces are only *named* (方正小标宋, 仿宋_GB2312…): a machine
that has them uses them, any other uses the faces carried by the project.
"""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml import parse_xml
from docx.shared import Mm

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UNUSED = ("thumbnail", "theme", "customXml", "webSettings", "stylesWithEffects", "numbering")
TITLE, SONG, FANG, KAI, HEI = "方正小标宋简体", "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体"
LEFT, CENTER, RIGHT, SPREAD = "left", "center", "right", "distribute"
THIN, RULE, HEAVY = 4, 8, 18  # eighths of a point


def mm(value: float) -> int:
    """Millimetres in twips."""
    return round(value * 56.6929)


# --- building blocks ---------------------------------------------------------------------------------------------


def run(text: str, size: float, *, face: str = FANG, bold: bool = False, apart: float = 0, grey: bool = False) -> str:
    """Some text in points; ``apart`` is extra space between characters, in points."""
    latin = "Times New Roman" if face != HEI else HEI
    fonts = f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{face}" w:hint="eastAsia"/>'
    weight = "<w:b/>" if bold else ""
    colour = '<w:color w:val="595959"/>' if grey else ""
    space = f'<w:spacing w:val="{round(apart * 20)}"/>' if apart else ""
    size_xml = f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    properties = f"<w:rPr>{fonts}{weight}{colour}{space}{size_xml}</w:rPr>"
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def para(
    *runs: str,
    align: str = LEFT,
    before: float = 0,
    after: float = 0,
    line: float | None = None,
    indent: float = 0,
    right: float = 0,
    first: float = 0,
    rule: int = 0,
    double: bool = False,
    keep: bool = False,
) -> str:
    """A paragraph; distances in points, ``rule`` a line below it (``double``: a double one)."""
    spacing = f'w:before="{round(before * 20)}" w:after="{round(after * 20)}"'
    spacing += f' w:line="{round(line * 20)}" w:lineRule="exact"' if line else ' w:line="240" w:lineRule="auto"'
    border = ""
    if rule:
        kind = "double" if double else "single"
        border = f'<w:pBdr><w:bottom w:val="{kind}" w:sz="{rule}" w:space="6" w:color="000000"/></w:pBdr>'
    indents = f'<w:ind w:left="{round(indent * 20)}" w:right="{round(right * 20)}" w:firstLine="{round(first * 20)}"/>'
    kept = "<w:keepNext/>" if keep else ""
    inner = (
        f'<w:pPr>{kept}{border}<w:snapToGrid w:val="0"/><w:spacing {spacing}/>{indents}<w:jc w:val="{align}"/></w:pPr>'
    )
    return f"<w:p {W}>{inner}{''.join(runs)}</w:p>"


def page_number() -> str:
    """第 n 页 共 m 页, centred, counted by Word itself."""

    def counted(what: str) -> str:
        inner = run("1", 9, face=SONG)
        return f'<w:fldSimple w:instr=" {what} ">{inner}</w:fldSimple>'

    pieces = (run("第 ", 9, face=SONG), counted("PAGE"), run(" 页　共 ", 9, face=SONG), counted("NUMPAGES"))
    return para(*pieces, run(" 页", 9, face=SONG), align=CENTER)


def tag(text: str, wide: str = "p") -> str:
    """A docxtpl line that vanishes with its paragraph (``p``) or its table row (``tr``)."""
    return para(run(f"{{%{wide} {text} %}}", 9, face=SONG), line=2 if wide == "p" else None)


@dataclass(frozen=True)
class Cell:
    """A table cell: paragraphs, its width in columns, borders to leave out, where its text stands."""

    content: str
    span: int = 1
    align: str = "center"
    bare: Sequence[str] = ()
    shade: bool = False
    underline: bool = False


def row(
    cells: Sequence[Cell], widths: Sequence[float], *, height: float, exact: bool = False, head: bool = False
) -> str:
    """A table row, ``height`` in mm (at least, or exactly); ``head`` repeats on each page. Rows never split."""
    rule = "exact" if exact else "atLeast"
    properties = f'<w:cantSplit/><w:trHeight w:val="{mm(height)}" w:hRule="{rule}"/>{"<w:tblHeader/>" if head else ""}'
    xml, column = "", 0
    for cell in cells:
        width = mm(sum(widths[column : column + cell.span]))
        column += cell.span
        span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        lines = {side: '<w:{} w:val="nil"/>' for side in cell.bare}
        if cell.underline:
            lines["bottom"] = f'<w:{{}} w:val="single" w:sz="{THIN}" w:space="0" w:color="000000"/>'
        bare = "".join(lines[side].format(side) for side in ("top", "left", "bottom", "right") if side in lines)
        borders = f"<w:tcBorders>{bare}</w:tcBorders>" if bare else ""
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if cell.shade else ""
        inner = f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{borders}{shade}<w:vAlign w:val="{cell.align}"/>'
        xml += f"<w:tc><w:tcPr>{inner}</w:tcPr>{cell.content}</w:tc>"
    return f"<w:tr><w:trPr>{properties}</w:trPr>{xml}</w:tr>"


def loop_row(text: str, widths: Sequence[float]) -> str:
    """A row that carries ``{%tr … %}`` and vanishes."""
    return row([Cell(tag(text, "tr"), span=len(widths))], widths, height=4)


def table(
    rows: Sequence[str], widths: Sequence[float], *, outer: int = RULE, inner: int = THIN, padding: float = 1.4
) -> str:
    """A centred table of fixed widths in mm, a thicker frame and thin rules inside; 0 leaves lines out."""

    def line(side: str, size: int) -> str:
        return (
            f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
            if size
            else f'<w:{side} w:val="nil"/>'
        )

    borders = "".join(line(side, outer) for side in ("top", "left", "bottom", "right"))
    borders += line("insideH", inner) + line("insideV", inner)
    grid = "".join(f'<w:gridCol w:w="{mm(width)}"/>' for width in widths)
    margin = mm(padding)
    ends = mm(0.7) if inner or outer else 0  # wrapped lines must not touch the rules
    sides = f'<w:top w:w="{ends}" w:type="dxa"/><w:left w:w="{margin}" w:type="dxa"/>'
    sides += f'<w:bottom w:w="{ends}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/>'
    properties = (
        f'<w:tblW w:w="{mm(sum(widths))}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{sides}</w:tblCellMar>'
    )
    return f"<w:tbl {W}><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def write(
    path: Path,
    blocks: Sequence[str],
    *,
    size: tuple[float, float] = (210, 297),
    margins: tuple[float, float, float, float],
    numbered: bool = False,
) -> None:
    """Save a document of these blocks; ``margins`` top, right, bottom, left in mm; ``numbered``: pages at the foot."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(size[0]), Mm(size[1])
    if size[0] > size[1]:
        section._sectPr.pgSz.set(f"{NS}orient", "landscape")
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (Mm(m) for m in margins)
    section.header_distance = section.footer_distance = Mm(min(8, margins[0]))
    for grid in section._sectPr.findall(f"{NS}docGrid"):
        section._sectPr.remove(grid)  # a grid would stretch our measured lines
    body = document.element.body
    for block in blocks:
        body.insert(len(body) - 1, parse_xml(block))
    if numbered:
        foot = section.footer.paragraphs[0]._p
        foot.getparent().replace(foot, parse_xml(page_number()))
    slim(document)
    normal = document.styles["Normal"]
    normal.font.name = "Times New Roman"
    core = document.core_properties
    core.author, core.title, core.comments = "督档 duban-archive", path.stem, ""
    core.modified = core.created = datetime.datetime(2026, 1, 1)
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():  # fixed times: the same script makes the same bytes
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)


def slim(document: DocumentObject) -> None:
    """Leave out what python-docx's own template carries and our forms do not use: 160 styles, a theme, a thumbnail."""
    for rels in (document.part.package.rels, document.part.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.rsplit("/", 1)[-1] in UNUSED]:
            rels.pop(key)
    styles = document.styles.element
    for style in list(styles):
        if style.tag.endswith("}latentStyles") or (style.tag.endswith("}style") and style.get(f"{NS}default") != "1"):
            styles.remove(style)


# --- the forms ---------------------------------------------------------------------------------------------------


def facts(rows: Sequence[tuple[str, str]], *, label: float = 34, value: float = 96, size: float = 16) -> str:
    """Lines "责任单位　××××" with a thin rule under each value, as on a cover."""
    widths = (label, value)
    made = []
    for name, blank in rows:
        made.append(
            row(
                [
                    Cell(
                        para(run(name, size, face=KAI), align=SPREAD),
                        align="bottom",
                        bare=("top", "left", "bottom", "right"),
                    ),
                    Cell(
                        para(run(blank, size, face=FANG), align=CENTER),
                        align="bottom",
                        bare=("top", "left", "right"),
                        underline=True,
                    ),
                ],
                widths,
                height=12.5,
            )
        )
    return table(made, widths, outer=0, inner=THIN, padding=2)


def small_print(text: str) -> str:
    """The edition and date at the foot of a cover."""
    return para(run(text, 9, face=SONG, grey=True), align=CENTER)


def block(parts: Sequence[tuple[str, float]]) -> str:
    """Paragraphs in bands of at least so many mm: a title of three lines moves nothing but itself."""
    bare = ("top", "left", "bottom", "right")
    rows = [row([Cell(content, bare=bare)], (156.0,), height=height) for content, height in parts]
    return table(rows, (156.0,), outer=0, inner=0, padding=0)


def pack_cover(path: Path) -> None:
    """总封面."""
    office = para(run("{{ 编制单位 }}", 22, face=KAI, apart=2), align=CENTER, line=34)
    head = [
        (para(run("{{ 密级 }}", 16, face=HEI), line=24), 10.0),
        (office + para(rule=THIN, double=True, indent=60, right=60, line=6), 32.0),
        (para(run("{{ 评估名称 }}", 30, face=TITLE, apart=1.5), align=CENTER, line=46), 72.0),
        (para(run("{{ 汇编名称 }}", 40, face=TITLE, apart=8), align=CENTER, line=60), 38.0),
    ]
    foot = [
        (para(run("{{ 印制日期 }}", 18, face=KAI, apart=1), align=CENTER, line=28), 22.0),
        (small_print("{{ 版本说明 }}"), 8.0),
    ]
    rows = [
        ("指标体系", "{{ 指标体系 }}"),
        ("材料期间", "{{ 材料期间 }}"),
        ("卷　　数", "共 {{ 卷数 }} 卷 {{ 件数 }} 件 {{ 页数 }} 页"),
    ]
    blocks = [block(head), para(line=2), facts(rows), para(line=2), block(foot), para(line=2)]
    write(path, blocks, margins=(26, 26, 16, 28))


def volume_cover(path: Path) -> None:
    """盒/卷封面."""
    office = para(run("{{ 编制单位 }}", 22, face=KAI, apart=2), align=CENTER, line=34)
    head = [
        (para(run("{{ 密级 }}", 16, face=HEI), line=24), 9.0),
        (office + para(rule=THIN, double=True, indent=60, right=60, line=6), 26.0),
        (para(run("{{ 评估名称 }}", 18, face=TITLE, apart=0.5), align=CENTER, line=28), 34.0),
        (para(run("{{ 材料名 }}", 24, face=TITLE, apart=10), align=CENTER, line=36), 16.0),
        (para(run("{{ 卷号 }}", 44, face=HEI), align=CENTER, line=60), 26.0),
        (para(run("{{ 卷题名 }}", 26, face=TITLE, apart=1), align=CENTER, line=42), 48.0),
    ]
    foot = [
        (para(run("{{ 印制日期 }}", 16, face=KAI, apart=1), align=CENTER, line=26), 17.0),
        (small_print("{{ 版本说明 }}"), 8.0),
    ]
    rows = [
        ("责任单位", "{{ 责任单位 }}"),
        ("起止时间", "{{ 起止时间 }}"),
        ("件数页数", "{{ 件数 }} 件 {{ 页数 }} 页"),
        ("卷　　次", "第 {{ 第几卷 }} 卷　共 {{ 共几卷 }} 卷"),
    ]
    blocks = [block(head), para(line=2), facts(rows), para(line=2), block(foot), para(line=2)]
    write(path, blocks, margins=(24, 26, 14, 28))


SPINES = {  # big, middle and little type, in points, of each width
    10: (9.0, 9.0, 7.0),
    15: (12.0, 10.5, 8.0),
    20: (15.0, 12.0, 9.0),
    30: (18.0, 14.0, 10.5),
    40: (22.0, 16.0, 12.0),
    50: (26.0, 18.0, 14.0),
}


def spine_label(path: Path, width: int) -> None:
    """脊背标签: one label is one page of exactly the spine's size (310 mm high)."""
    big, middle, little = SPINES[width]
    widths = (width - 2.0,)

    def cell(text: str, size: float, face: str, height: float, tight: float = 1.25) -> str:
        content = para(run(text, size, face=face), align=CENTER, line=size * tight)
        return row([Cell(content)], widths, height=height, exact=True)

    rows = [
        cell("{{ 卷号 }}", middle, HEI, 26),
        cell("{{ 竖排题名 }}", big, TITLE, 158),
        cell("{{ 竖排年度 }}", middle, FANG, 44, 1.2),
        cell("{{ 起止件号 }}", little, FANG, 24, 1.35),
        cell("{{ 责任单位 }}", little, KAI, 32, 1.3),
        cell("{{ 盒号 }}", middle, HEI, 22),
    ]
    write(path, [table(rows, widths, padding=0.2), para(line=1)], size=(width, 310), margins=(1.5, 1, 0.5, 1))


def title(text: str, size: float = 22, apart: float = 6) -> str:
    """The centred title of a list or form."""
    return para(run(text, size, face=TITLE, apart=apart), align=CENTER, after=8, line=size * 1.5, keep=True)


def columns(spec: Sequence[tuple[str, str, float, str]], loop: str, *, size: float, height: float) -> str:
    """A list: (heading, blank, width mm, alignment) per column, a row for each of ``loop``, its head on every page."""
    widths = tuple(width for _, _, width, _ in spec)
    head = [Cell(para(run(name, size, face=HEI), align=CENTER), shade=True) for name, _, _, _ in spec]
    line = [Cell(para(run(blank, size, face=FANG), align=align)) for _, blank, _, align in spec]
    return table(
        [
            row(head, widths, height=height + 1, head=True),
            loop_row(f"for {loop}", widths),
            row(line, widths, height=height),
            loop_row("endfor", widths),
        ],
        widths,
    )


def pack_contents(path: Path) -> None:
    """总目录."""
    spec = [
        ("卷次", "{{ 行.卷次 }}", 16.0, CENTER),
        ("卷号", "{{ 行.卷号 }}", 22.0, CENTER),
        ("卷　　题　　名", "{{ 行.卷题名 }}", 68.0, LEFT),
        ("件数", "{{ 行.件数 }}", 15.0, CENTER),
        ("页数", "{{ 行.页数 }}", 15.0, CENTER),
        ("页码", "{{ 行.页码 }}", 24.0, CENTER),
    ]
    write(
        path,
        [
            title("总　目　录", 26, 2),
            para(run("{{ 评估名称 }}", 12, face=KAI), align=CENTER, after=12),
            columns(spec, "行 in 各卷", size=12, height=10),
            para(run("合计 {{ 卷数 }} 卷、{{ 件数 }} 件、{{ 页数 }} 页。{{ 页码说明 }}", 10.5, face=KAI), before=8),
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=4),
        ],
        margins=(28, 25, 22, 25),
    )


def volume_contents(path: Path) -> None:
    """卷内目录, the columns of 佐证材料目录."""
    spec = [
        ("目录编号", "{{ 行.目录编号 }}", 21.0, CENTER),
        ("材　料　名　称", "{{ 行.材料名称 }}", 71.0, LEFT),
        ("类别", "{{ 行.类别 }}", 18.0, CENTER),
        ("年度", "{{ 行.年度 }}", 20.0, CENTER),
        ("责任单位", "{{ 行.责任单位 }}", 29.0, CENTER),
        ("形成日期", "{{ 行.形成日期 }}", 23.0, CENTER),
        ("文　号", "{{ 行.文号 }}", 28.0, CENTER),
        ("页码", "{{ 行.页码 }}", 20.0, CENTER),
        ("原件/复印件", "{{ 行.来源 }}", 16.0, CENTER),
        ("备注", "{{ 行.备注 }}", 21.0, LEFT),
    ]
    widths = (180.0, 87.0)
    bare = ("top", "left", "bottom", "right")
    head = row(
        [
            Cell(para(run("{{ 卷号 }}　{{ 卷题名 }}", 12, face=KAI)), bare=bare),
            Cell(para(run("{{ 责任单位 }}", 12, face=KAI), align=RIGHT), bare=bare),
        ],
        widths,
        height=8,
    )
    write(
        path,
        [
            title("{{ 表名 }}", 22, 10),
            table([head], widths, outer=0, inner=0, padding=1),
            columns(spec, "行 in 目录", size=10.5, height=8.5),
            para(
                run("本卷共 {{ 件数 }} 件、{{ 页数 }} 页。{{ 版本说明 }}", 9, face=SONG, grey=True),
                align=RIGHT,
                before=5,
            ),
        ],
        size=(297, 210),
        margins=(20, 15, 15, 15),
    )


def item_contents(path: Path) -> None:
    """归档文件目录, columns of DA/T 22-2015, A4 landscape; called so in the 归档 view."""
    spec = [
        ("序号", "{{ 行.序号 }}", 13.0, CENTER),
        ("档　号", "{{ 行.档号 }}", 50.0, CENTER),
        ("文　号", "{{ 行.文号 }}", 32.0, CENTER),
        ("责任者", "{{ 行.责任者 }}", 32.0, CENTER),
        ("题　名", "{{ 行.题名 }}", 70.0, LEFT),
        ("日期", "{{ 行.形成日期 }}", 21.0, CENTER),
        ("密级", "{{ 行.密级 }}", 13.0, CENTER),
        ("页数", "{{ 行.页数 }}", 13.0, CENTER),
        ("备注", "{{ 行.备注 }}", 22.0, LEFT),
    ]
    filing_list(path, spec, landscape=True)


def volume_items(path: Path) -> None:
    """卷内文件目录, columns of GB/T 9705-2008, A4 upright; called so in the 归档 view."""
    spec = [
        ("顺序号", "{{ 行.序号 }}", 14.0, CENTER),
        ("文　号", "{{ 行.文号 }}", 28.0, CENTER),
        ("责任者", "{{ 行.责任者 }}", 28.0, CENTER),
        ("题　名", "{{ 行.题名 }}", 54.0, LEFT),
        ("日期", "{{ 行.形成日期 }}", 20.0, CENTER),
        ("页号", "{{ 行.页号 }}", 16.0, CENTER),
        ("备注", "{{ 行.备注 }}", 14.0, LEFT),
    ]
    filing_list(path, spec, landscape=False)


def filing_list(path: Path, spec: Sequence[tuple[str, str, float, str]], *, landscape: bool) -> None:
    """A list of the 归档 view."""
    write(
        path,
        [
            title("{{ 表名 }}", 22, 10),
            para(run("{{ 编制单位 }}　{{ 卷号 }}　{{ 卷题名 }}", 12, face=KAI), after=5),
            columns(spec, "行 in 目录", size=10.5, height=9),
            para(
                run("共 {{ 件数 }} 件、{{ 页数 }} 页。{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=5
            ),
        ],
        size=(297, 210) if landscape else (210, 297),
        margins=(20, 15, 15, 15) if landscape else (24, 16, 18, 20),
    )


def divider(path: Path) -> None:
    """隔页 before the papers of one requirement."""
    spec = [
        ("编号", "{{ 行.目录编号 }}", 24.0, CENTER),
        ("材　料　名　称", "{{ 行.材料名称 }}", 104.0, LEFT),
        ("页码", "{{ 行.页码 }}", 28.0, CENTER),
    ]
    write(
        path,
        [
            para(run("{{ 卷号 }}　{{ 卷题名 }}", 12, face=KAI, grey=True), align=RIGHT, rule=THIN, after=70),
            para(run("{{ 编号 }}", 48, face=HEI), align=CENTER, after=14, line=62, keep=True),
            para(run("{{ 题名 }}", 26, face=TITLE, apart=1), align=CENTER, after=16, line=40, keep=True),
            para(run("{{ 要求 }}", 14, face=FANG), align=CENTER, indent=36, right=36, after=30, line=26),
            columns(spec, "行 in 目录", size=12, height=9.5),
            para(run("{{ 返回目录 }}", 10.5, face=KAI, grey=True), align=RIGHT, before=10),
        ],
        margins=(22, 26, 22, 28),
    )


def notice(path: Path, heading: str, lead: str, rows: Sequence[tuple[str, str]], foot: str) -> None:
    """A page that stands for something that is not bound in: 占位页, 缺项页, 互见页."""
    widths = (34.0, 122.0)
    made = [
        row(
            [
                Cell(para(run(name, 14, face=HEI), align=CENTER), shade=True),
                Cell(para(run(blank, 14, face=FANG), line=23)),
            ],
            widths,
            height=15,
        )
        for name, blank in rows
    ]
    write(
        path,
        [
            para(run("{{ 卷号 }}　{{ 卷题名 }}", 12, face=KAI, grey=True), align=RIGHT, rule=THIN, after=56),
            title(heading, 30, 4),
            para(run(lead, 14, face=KAI), align=CENTER, before=4, after=22, line=24),
            table(made, widths, padding=2.5),
            para(run(foot, 12, face=FANG), before=16, line=22),
            para(run("{{ 返回目录 }}", 10.5, face=KAI, grey=True), align=RIGHT, before=10),
        ],
        margins=(22, 26, 22, 28),
    )


def paper_original(path: Path) -> None:
    """占位页: a record that exists on paper only; the paper is put in here."""
    notice(
        path,
        "插 入 原 件",
        "本件为纸质（实物）材料，装订时请在此处放入原件。",
        [
            ("编　　号", "{{ 编号 }}"),
            ("材料名称", "{{ 题名 }}"),
            ("责任单位", "{{ 责任单位 }}"),
            ("年　　度", "{{ 年度 }}"),
            ("数　　量", "{{ 数量 }}"),
            ("存放位置", "{{ 存放处 }}"),
            ("收 件 号", "{{ 收件号 }}"),
        ],
        "{{ 说明 }}",
    )


def missing(path: Path) -> None:
    """缺项页: a record whose file could not be bound in, with the reason."""
    notice(
        path,
        "缺　项　页",
        "本件已收存，但其电子文件未能装入本卷，特留此页，页码照计。",
        [
            ("编　　号", "{{ 编号 }}"),
            ("材料名称", "{{ 题名 }}"),
            ("责任单位", "{{ 责任单位 }}"),
            ("年　　度", "{{ 年度 }}"),
            ("未装入原因", "{{ 原因 }}"),
            ("收 件 号", "{{ 收件号 }}"),
        ],
        "{{ 说明 }}",
    )


def cross_reference(path: Path) -> None:
    """互见页: the original lies in another volume."""
    notice(
        path,
        "互　见　页",
        "本件同时佐证多项指标，原件只装订一份。",
        [
            ("编　　号", "{{ 编号 }}"),
            ("材料名称", "{{ 题名 }}"),
            ("责任单位", "{{ 责任单位 }}"),
            ("年　　度", "{{ 年度 }}"),
            ("原件见", "{{ 原件见 }}"),
            ("收 件 号", "{{ 收件号 }}"),
        ],
        "{{ 说明 }}",
    )


def filing_note(path: Path) -> None:
    """卷内说明(备考) of a 迎检 pack, 备考表 in the 归档 view: the title is a blank."""
    widths = (32.0, 46.0, 32.0, 46.0)

    def label(text: str) -> Cell:
        return Cell(para(run(text, 14, face=HEI), align=CENTER), shade=True)

    empty = Cell(para(run("", 14)))
    lines = "".join(
        [
            para(run("本卷情况说明：", 14, face=HEI), before=6, after=6, line=26),
            tag("for 句 in 情况说明"),
            para(run("{{ 句 }}", 14, face=FANG), first=28, line=27),
            tag("endfor"),
        ]
    )
    rows = [
        row(
            [
                label("卷　　号"),
                Cell(para(run("{{ 卷号 }}", 14), align=CENTER)),
                label("件数页数"),
                Cell(para(run("{{ 件数 }} 件 {{ 页数 }} 页", 14), align=CENTER)),
            ],
            widths,
            height=13,
        ),
        row([label("卷 题 名"), Cell(para(run("{{ 卷题名 }}", 14)), span=3)], widths, height=15),
        row([Cell(lines, span=4, align="top")], widths, height=128),
        row([label("整 理 人"), empty, label("整理日期"), empty], widths, height=14),
        row([label("检 查 人"), empty, label("检查日期"), empty], widths, height=14),
    ]
    write(
        path,
        [
            title("{{ 表名 }}", 24, 4),
            table(rows, widths, padding=2.5),
            para(run("{{ 校验说明 }}", 8, face=SONG, grey=True), before=6, line=12),
        ],
        margins=(24, 26, 20, 28),
    )


def labels(path: Path) -> None:
    """标签: three across and eight down on A4; the QR code left, what it is right."""
    widths = (26.0, 44.0) * 3
    bare = ("top", "left", "bottom", "right")
    cells = []
    for number in (1, 2, 3):
        cells.append(Cell(para(run(f"{{{{ 行.二维码{number} }}}}", 8, face=SONG), align=CENTER), bare=bare))
        text = (
            para(run(f"{{{{ 行.收件号{number} }}}}", 10.5, face=HEI), after=2)
            + para(run(f"{{{{ 行.题名{number} }}}}", 9, face=FANG), after=2, line=12)
            + para(run(f"{{{{ 行.位置{number} }}}}", 9, face=KAI), line=12)
        )
        cells.append(Cell(text, bare=bare))
    rows = [loop_row("for 行 in 各行", widths), row(cells, widths, height=36.5, exact=True), loop_row("endfor", widths)]
    write(path, [table(rows, widths, outer=0, inner=0, padding=1), para(line=1)], margins=(2.5, 0, 1, 0))


def print_order(path: Path) -> None:
    """印制单: sheets, dividers, large pages and originals to put in, box by box."""
    spec = [
        ("卷号", "{{ 行.卷号 }}", 18.0, CENTER),
        ("卷　题　名", "{{ 行.卷题名 }}", 52.0, LEFT),
        ("面数", "{{ 行.面数 }}", 15.0, CENTER),
        ("双面张数", "{{ 行.张数 }}", 17.0, CENTER),
        ("隔页", "{{ 行.隔页 }}", 13.0, CENTER),
        ("A3 等大幅页", "{{ 行.大幅页 }}", 34.0, LEFT),
        ("须插入的纸质（实物）原件", "{{ 行.插入原件 }}", 84.0, LEFT),
        ("脊背", "{{ 行.脊背 }}", 16.0, CENTER),
        ("已印", "", 14.0, CENTER),
    ]
    write(
        path,
        [
            title("印　制　单", 22, 2),
            para(run("{{ 编制单位 }}　{{ 评估名称 }}　{{ 印制日期 }}", 12, face=KAI), align=CENTER, after=8),
            columns(spec, "行 in 各卷", size=10.5, height=10),
            para(
                run(
                    "合计 {{ 卷数 }} 卷、{{ 面数 }} 面、双面打印 {{ 张数 }} 张；封面、目录、隔页和说明另计。",
                    11,
                    face=FANG,
                ),
                before=6,
            ),
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=4),
        ],
        size=(297, 210),
        margins=(20, 15, 15, 15),
    )


def put_in_list(path: Path) -> None:
    """插入原件清单: for the night of printing, which paper originals go where."""
    spec = [
        ("序号", "{{ 行.序号 }}", 13.0, CENTER),
        ("卷号", "{{ 行.卷号 }}", 20.0, CENTER),
        ("目录编号", "{{ 行.目录编号 }}", 24.0, CENTER),
        ("材　料　名　称", "{{ 行.材料名称 }}", 66.0, LEFT),
        ("数　量", "{{ 行.数量 }}", 32.0, LEFT),
        ("现存何处", "{{ 行.存放处 }}", 40.0, LEFT),
        ("页　码", "{{ 行.页码 }}", 22.0, CENTER),
        ("插在何处", "{{ 行.插入位置 }}", 34.0, LEFT),
        ("已插入", "", 16.0, CENTER),
    ]
    write(
        path,
        [
            title("插入原件清单", 22, 4),
            para(run("{{ 编制单位 }}　{{ 评估名称 }}　{{ 印制日期 }}", 12, face=KAI), align=CENTER, after=8),
            columns(spec, "行 in 原件", size=10.5, height=10),
            para(
                run(
                    "共 {{ 件数 }} 件、{{ 页数 }} 页。放入原件后抽出“插入原件”页，用铅笔在原件上编所列页码。",
                    11,
                    face=FANG,
                ),
                before=6,
            ),
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=4),
        ],
        size=(297, 210),
        margins=(20, 15, 15, 15),
    )


def photo_page(path: Path) -> None:
    """照片页: up to four photos, each with 时间, 地点, 事由, 人物 and 摄影者 below it."""
    widths = (80.0, 80.0)

    def cell(number: int) -> Cell:
        picture = para(run(f"{{{{ 图{number} }}}}", 9, face=SONG), align=CENTER, after=4)
        return Cell(picture + para(run(f"{{{{ 说明{number} }}}}", 10.5, face=FANG), line=15), align="top")

    rows = [row([cell(1), cell(2)], widths, height=112), row([cell(3), cell(4)], widths, height=112)]
    write(
        path,
        [
            para(run("{{ 题名 }}", 16, face=TITLE), align=CENTER, after=8, line=24),
            table(rows, widths, outer=0, inner=0, padding=2),
            para(line=1),
        ],
        margins=(22, 22, 18, 28),
    )


def print_register(path: Path) -> None:
    """印刷登记: which edition was printed how often, and where the copies went."""
    spec = [
        ("序号", "{{ 行.序号 }}", 13.0, CENTER),
        ("印刷日期", "{{ 行.日期 }}", 32.0, CENTER),
        ("版次", "{{ 行.版次 }}", 18.0, CENTER),
        ("份数", "{{ 行.份数 }}", 15.0, CENTER),
        ("每份盒数", "{{ 行.盒数 }}", 20.0, CENTER),
        ("去　　向", "{{ 行.去向 }}", 90.0, LEFT),
        ("经手人", "{{ 行.经手人 }}", 25.0, CENTER),
        ("说　　明", "{{ 行.说明 }}", 54.0, LEFT),
    ]
    write(
        path,
        [
            title("印　刷　登　记", 22, 2),
            para(run("{{ 编制单位 }}　{{ 评估名称 }}　截至 {{ 截止日期 }}", 12, face=KAI), align=CENTER, after=8),
            columns(spec, "行 in 印刷", size=10.5, height=10),
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=4),
        ],
        size=(297, 210),
        margins=(20, 15, 15, 15),
    )


def change_list(path: Path) -> None:
    """换页清单: which sheets to exchange in which box after late papers came in."""
    spec = [
        ("序号", "{{ 行.序号 }}", 13.0, CENTER),
        ("卷号", "{{ 行.卷号 }}", 20.0, CENTER),
        ("做法", "{{ 行.做法 }}", 20.0, CENTER),
        ("页　码", "{{ 行.页码 }}", 32.0, CENTER),
        ("材　料　名　称", "{{ 行.材料名称 }}", 88.0, LEFT),
        ("说　　明", "{{ 行.说明 }}", 72.0, LEFT),
        ("已办", "", 20.0, CENTER),
    ]
    write(
        path,
        [
            title("替换、补充页清单", 22, 2),
            para(run("{{ 编制单位 }}　{{ 评估名称 }}　{{ 印制日期 }}", 12, face=KAI), align=CENTER, after=8),
            columns(spec, "行 in 变动", size=11, height=10),
            para(run("新页在同名的换页 PDF 里，按本表次序排列。", 11, face=FANG), before=6),
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=4),
        ],
        size=(297, 210),
        margins=(20, 15, 15, 15),
    )


def gap_report(path: Path) -> None:
    """缺项报告."""
    spec = [
        ("指标", "{{ 行.指标 }}", 20.0, CENTER),
        ("应收材料", "{{ 行.材料 }}", 70.0, LEFT),
        ("年度", "{{ 行.年度 }}", 20.0, CENTER),
        ("责任单位", "{{ 行.单位 }}", 32.0, CENTER),
        ("级别", "{{ 行.级别 }}", 14.0, CENTER),
        ("状态", "{{ 行.状态 }}", 20.0, CENTER),
        ("责任人", "{{ 行.责任人 }}", 20.0, CENTER),
        ("期限", "{{ 行.期限 }}", 26.0, CENTER),
        ("说　　明", "{{ 行.说明 }}", 45.0, LEFT),
    ]
    write(
        path,
        [
            title("{{ 报告名称 }}", 22, 2),
            para(run("{{ 编制单位 }}　　截至 {{ 截止日期 }}", 12, face=KAI), align=CENTER, after=8),
            para(run("{{ 概况 }}", 12, face=FANG), first=24, line=22, after=8),
            columns(spec, "行 in 缺项", size=10.5, height=8.5),
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=5),
        ],
        size=(297, 210),
        margins=(20, 15, 15, 15),
        numbered=True,
    )


def reply_sheet(path: Path) -> None:
    """现场答复单: what was asked for, what was shown and where it lies, what will be brought and until when."""
    widths = (30.0, 52.0, 30.0, 52.0)

    def label(text: str) -> Cell:
        return Cell(para(run(text, 12, face=HEI), align=CENTER), shade=True)

    def value(text: str, span: int = 1) -> Cell:
        return Cell(para(run(text, 12, face=FANG), line=19), span=span)

    def heading(text: str) -> Cell:
        return Cell(para(run(text, 12, face=HEI), align=CENTER), span=4, shade=True)

    made = [
        row([label("编　　号"), value("{{ 编号 }}"), label("调 阅 人"), value("{{ 调阅人 }}")], widths, height=10),
        row([label("调阅时间"), value("{{ 调阅时间 }}"), label("登 记 人"), value("{{ 登记人 }}")], widths, height=10),
        row([label("调阅内容"), value("{{ 调阅内容 }}", 3)], widths, height=20),
        row([label("取　　件"), value("{{ 取件 }}"), label("出　　示"), value("{{ 出示 }}")], widths, height=12),
        row([label("归　　还"), value("{{ 归还 }}"), label("备　　注"), value("{{ 备注 }}")], widths, height=12),
    ]
    lacking = [
        row([heading("现场待补")], widths, height=9),
        row([label("待补材料"), value("{{ 待补材料 }}", 3)], widths, height=16),
        row(
            [label("期　　限"), value("{{ 待补期限 }}"), label("责 任 人"), value("{{ 待补责任人 }}")],
            widths,
            height=10,
        ),
        row([label("情　　况"), value("{{ 待补情况 }}", 3)], widths, height=10),
    ]
    spec = [
        ("序号", "{{ 行.序号 }}", 14.0, CENTER),
        ("收件号", "{{ 行.收件号 }}", 18.0, CENTER),
        ("出示的材料", "{{ 行.题名 }}", 72.0, LEFT),
        ("页数", "{{ 行.页数 }}", 14.0, CENTER),
        ("所在位置", "{{ 行.位置 }}", 46.0, LEFT),
    ]
    sign = para(run("调阅人（签字）：________________　　　答复人（签字）：________________", 12, face=FANG), before=22)
    write(
        path,
        [
            title("现 场 答 复 单", 24, 4),
            para(run("{{ 评估名称 }}", 13, face=KAI), align=CENTER, before=2, after=10, line=20),
            table(made, widths, padding=2),
            para(run("", 6), line=12),
            columns(spec, "行 in 材料", size=11, height=10),
            para(run("", 6), line=12),
            table(lacking, widths, padding=2),
            sign,
            para(run("{{ 编制单位 }}　{{ 打印时间 }}", 10.5, face=SONG, grey=True), align=RIGHT, before=16),
        ],
        margins=(20, 22, 18, 24),
    )


# --- the office's daily papers -----------------------------------------------------------------------------------

LANDSCAPE = (297.0, 210.0)
PORTRAIT = (210.0, 297.0)


def list_form(
    path: Path,
    heading: str,
    lead: Sequence[str],
    spec: Sequence[tuple[str, str, float, str]],
    loop: str,
    *,
    foot: Sequence[str] = (),
    size: tuple[float, float] = LANDSCAPE,
    letters: float = 10.5,
    height: float = 8.5,
) -> None:
    """A titled list: who and when, a table with its head on every page, what stands below it."""
    landscape = size[0] > size[1]
    write(
        path,
        [
            title(heading, 22, 2),
            *lead,
            columns(spec, loop, size=letters, height=height),
            *foot,
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=5),
        ],
        size=size,
        margins=(16, 15, 14, 15) if landscape else (22, 18, 18, 18),
        numbered=True,
    )


def who_and_when(text: str) -> str:
    """The line below a title."""
    return para(run(text, 12, face=KAI), align=CENTER, after=8)


def says(text: str) -> str:
    """A paragraph of a form."""
    return para(run(text, 12, face=FANG), first=24, line=22, after=8)


def daily_table(path: Path, *, small: bool = False) -> None:
    """报送进度表: one landscape page; ``small`` for many units."""
    letters, height = (8.0, 4.2) if small else (11.0, 6.6)
    names = ("应报", "已报", "已审", "退回", "缺", "逾期", "完成率", "较昨日", "排名")
    spec = [("单　　位", "{{ 行.单位 }}", 78.0, LEFT)] + [
        (name, f"{{{{ 行.{name} }}}}", 21.0, CENTER) for name in names
    ]
    widths = tuple(width for _, _, width, _ in spec)
    head = [Cell(para(run(name, letters, face=HEI), align=CENTER), shade=True) for name, _, _, _ in spec]
    line = [Cell(para(run(blank, letters, face=FANG), align=align)) for _, blank, _, align in spec]
    total = [Cell(para(run("合　　计", letters, face=HEI), align=CENTER), shade=True)]
    total += [Cell(para(run(f"{{{{ 合计{name} }}}}", letters, face=HEI), align=CENTER), shade=True) for name in names]
    rows = [
        row(head, widths, height=height + 1.5, head=True),
        loop_row("for 行 in 各单位", widths),
        row(line, widths, height=height),
        loop_row("endfor", widths),
        row(total, widths, height=height),
    ]
    write(
        path,
        [
            title("{{ 表名 }}", 22, 2),
            para(run("{{ 编制单位 }}　　截至 {{ 截止日期 }}", 12, face=KAI), align=CENTER, after=5),
            table(rows, widths),
            para(
                run(
                    "应报=已报+退回+缺;已报是材料已到的,其中核对合格的计入已审;完成率=已审÷应报;较昨日是已审份数的增减。",
                    9,
                    face=SONG,
                    grey=True,
                ),
                before=4,
            ),
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT),
        ],
        size=LANDSCAPE,
        margins=(14, 15, 10, 15),
    )


def daily_table_small(path: Path) -> None:
    """报送进度表 for many units."""
    daily_table(path, small=True)


def reminder(path: Path) -> None:
    """催办单: to one unit, what it still owes."""
    spec = [
        ("序号", "{{ 行.序号 }}", 11.0, CENTER),
        ("编号", "{{ 行.编号 }}", 17.0, CENTER),
        ("材　　料", "{{ 行.材料 }}", 54.0, LEFT),
        ("期间", "{{ 行.期间 }}", 20.0, CENTER),
        ("状态", "{{ 行.状态 }}", 20.0, CENTER),
        ("期限", "{{ 行.期限 }}", 25.0, CENTER),
        ("说　明", "{{ 行.说明 }}", 27.0, LEFT),
    ]
    summary = (
        "截至 {{ 截止日期 }},你单位在{{ 评估名称 }}中应报材料 {{ 应报 }} 份,已审 {{ 已审 }} 份,"
        "下列 {{ 未齐 }} 份尚未报齐{{ 逾期说明 }}。请按下表所列期限补报,已逾期的请即报;"
        "确实没有或不适用的,请书面说明原因。"
    )
    signed = para(run("{{ 编制单位 }}", 14, face=FANG), align=RIGHT, before=22, right=24, keep=True)
    foot = [
        signed,
        para(run("{{ 日期 }}", 14, face=FANG), align=RIGHT, right=24, line=26, keep=True),
        para(run("签收人:　　　　　　　　　　签收时间:　　　　年　　月　　日", 12, face=FANG), before=18),
    ]
    lead = [
        para(run("{{ 单位 }}:", 14, face=FANG), before=6, after=4, line=26),
        para(run(summary, 14, face=FANG), first=28, line=26, after=8),
    ]
    list_form(path, "迎检材料催办单", lead, spec, "行 in 缺项", foot=foot, size=PORTRAIT)


def return_notice(path: Path) -> None:
    """退回补正通知单: to one unit, what it sent that does not do, why, and until when it is to be mended."""
    spec = [
        ("序号", "{{ 行.序号 }}", 11.0, CENTER),
        ("编号", "{{ 行.编号 }}", 17.0, CENTER),
        ("材　　料", "{{ 行.材料 }}", 50.0, LEFT),
        ("期间", "{{ 行.期间 }}", 21.0, CENTER),
        ("退回原因和补正要求", "{{ 行.原因 }}", 42.0, LEFT),
        ("次数", "{{ 行.次数 }}", 12.0, CENTER),
        ("期　限", "{{ 行.期限 }}", 25.0, CENTER),
    ]
    summary = "你单位报送的{{ 评估名称 }}材料,经审核,下列 {{ 份数 }} 份需要补正,现予退回。请按要求补正后在期限内重报。"
    foot = [
        para(run("{{ 编制单位 }}", 14, face=FANG), align=RIGHT, before=22, right=24, keep=True),
        para(run("{{ 日期 }}", 14, face=FANG), align=RIGHT, right=24, line=26, keep=True),
        para(run("经办人:{{ 经办人 }}", 12, face=FANG), before=14, line=24, keep=True),
        para(run("签收人:　　　　　　　　　　签收时间:　　　　年　　月　　日", 12, face=FANG), before=10),
    ]
    lead = [
        para(run("{{ 单位 }}:", 14, face=FANG), before=6, after=4, line=26),
        para(run(summary, 14, face=FANG), first=28, line=26, after=8),
    ]
    list_form(path, "退回补正通知单", lead, spec, "行 in 退回", foot=foot, size=PORTRAIT)


def rectification(path: Path) -> None:
    """问题整改台账: the columns of the Shaanxi form, with 佐证 and 销号."""
    spec = [
        ("序号", "{{ 行.序号 }}", 11.0, CENTER),
        ("问　　题", "{{ 行.问题 }}", 46.0, LEFT),
        ("来源、文号", "{{ 行.来源 }}", 24.0, CENTER),
        ("依据指标", "{{ 行.依据 }}", 18.0, CENTER),
        ("整改措施", "{{ 行.措施 }}", 38.0, LEFT),
        ("责任单位", "{{ 行.责任单位 }}", 26.0, CENTER),
        ("责任人", "{{ 行.责任人 }}", 17.0, CENTER),
        ("完成时限", "{{ 行.时限 }}", 21.0, CENTER),
        ("整改结果", "{{ 行.结果 }}", 28.0, LEFT),
        ("佐证及页码", "{{ 行.佐证 }}", 22.0, LEFT),
        ("销号人、日期", "{{ 行.销号 }}", 20.0, CENTER),
    ]
    lead = [who_and_when("{{ 编制单位 }}　　截至 {{ 截止日期 }}"), says("{{ 概况 }}")]
    list_form(path, "{{ 表名 }}", lead, spec, "行 in 台账", letters=9.5)


def sample_sheet(path: Path) -> None:
    """抽查核查单: what a rehearsal drew, where it should be, whether it was seen and how long that took."""
    spec = [
        ("序号", "{{ 行.序号 }}", 12.0, CENTER),
        ("类别", "{{ 行.类别 }}", 16.0, CENTER),
        ("抽查内容", "{{ 行.内容 }}", 86.0, LEFT),
        ("应在何处", "{{ 行.应在 }}", 48.0, LEFT),
        ("结　　果", "{{ 行.结果 }}", 46.0, CENTER),
        ("用时", "{{ 行.用时 }}", 18.0, CENTER),
        ("备　　注", "{{ 行.备注 }}", 41.0, LEFT),
    ]
    lead = [who_and_when("{{ 编制单位 }}　　{{ 编号 }}　　{{ 日期 }}　　抽签号 {{ 抽签号 }}")]
    sign = para(
        run("核查人（签字）：________________　　　被查单位（签字）：________________", 12, face=FANG), before=18
    )
    list_form(path, "{{ 表名 }}", lead, spec, "行 in 抽查", foot=[sign])


def changed_figures(path: Path) -> None:
    """数据变动说明表: what a figure was at one check and is at the next, and why."""
    spec = [
        ("序号", "{{ 行.序号 }}", 12.0, CENTER),
        ("数据、材料名称", "{{ 行.名称 }}", 54.0, LEFT),
        ("单　　位", "{{ 行.单位 }}", 46.0, LEFT),
        ("期　间", "{{ 行.期间 }}", 30.0, CENTER),
        ("{{ 前次 }}", "{{ 行.前 }}", 36.0, CENTER),
        ("{{ 后次 }}", "{{ 行.后 }}", 36.0, CENTER),
        ("变动原因", "{{ 行.原因 }}", 49.0, LEFT),
    ]
    lead = [who_and_when("{{ 编制单位 }}　　{{ 日期 }}"), says("{{ 概况 }}")]
    sign = para(
        run("填表人（签字）：________________　　　单位负责人（签字）：________________", 12, face=FANG), before=18
    )
    list_form(path, "{{ 表名 }}", lead, spec, "行 in 变动", foot=[sign])


def body(text: str, *, face: str = FANG, size: float = 14, first: float = 28, keep: bool = False) -> str:
    """A paragraph of a paper that goes on; ``keep``: the last one, which stays with the 落款 below it."""
    return para(run(text, size, face=face), first=first, line=28, keep=keep)


def heading(text: str) -> str:
    """一、 in Hei."""
    return para(run(text, 15, face=HEI), before=8, after=2, line=28, first=30, keep=True)


def sign_off() -> list[str]:
    """落款: who and when."""
    return [
        para(run("{{ 编制单位 }}", 14, face=FANG), align=RIGHT, before=26, right=28, keep=True),
        para(run("{{ 日期 }}", 14, face=FANG), align=RIGHT, right=28, line=28),
    ]


PAPER = (30.0, 26.0, 28.0, 28.0)  # margins of a paper that goes on: about those of 公文


def self_rating(path: Path) -> None:
    """自评表: by indicator, with room for scores and signatures; nothing is scored by the program."""
    spec = [
        ("编号", "{{ 行.编号 }}", 16.0, CENTER),
        ("指　　标", "{{ 行.指标 }}", 44.0, LEFT),
        ("评估标准", "{{ 行.标准 }}", 42.0, LEFT),
        ("自评得分", "{{ 行.得分 }}", 16.0, CENTER),
        ("自评结论", "{{ 行.结论 }}", 18.0, CENTER),
        ("自评情况", "{{ 行.简述 }}", 44.0, LEFT),
        ("有关数据及来源", "{{ 行.数据 }}", 38.0, LEFT),
        ("佐证材料(卷、页)", "{{ 行.佐证 }}", 49.0, LEFT),
    ]
    sign = [
        para(run("自评总分：________　　　自评等级：________", 12, face=FANG), before=14, keep=True),
        para(
            run("自评组长（签字）：____________　成员（签字）：________________________", 12, face=FANG),
            before=10,
            keep=True,
        ),
        para(run("单位负责人（签字）：____________　单位（盖章）　　　　　年　　月　　日", 12, face=FANG), before=10),
    ]
    lead = [who_and_when("{{ 编制单位 }}　　{{ 日期 }}")]
    list_form(path, "{{ 评估名称 }}自评表", lead, spec, "行 in 自评", foot=sign, letters=9.5)


def self_report(path: Path) -> None:
    """自查自评报告: what is known by indicator, what is wrong and what is done about it."""
    spec = [
        ("序号", "{{ 行.序号 }}", 11.0, CENTER),
        ("问　　题", "{{ 行.问题 }}", 48.0, LEFT),
        ("整改措施", "{{ 行.措施 }}", 40.0, LEFT),
        ("责任单位、责任人", "{{ 行.责任 }}", 26.0, CENTER),
        ("时限", "{{ 行.时限 }}", 17.0, CENTER),
        ("进展", "{{ 行.状态 }}", 14.0, CENTER),
    ]
    write(
        path,
        [
            para(run("{{ 评估名称 }}", 18, face=TITLE), align=CENTER, line=30),
            title("自查自评报告", 24, 4),
            para(run("{{ 编制单位 }}　　{{ 日期 }}", 12, face=KAI), align=CENTER, after=10),
            body("根据{{ 依据 }}的要求，我单位对照指标逐项开展自查自评，现将情况报告如下。"),
            heading("一、基本情况"),
            body("{{ 基本情况 }}"),
            heading("二、逐项自评"),
            tag("for 项 in 指标"),
            para(run("{{ 项.标题 }}", 14, face=KAI, bold=True), before=6, first=28, line=28, keep=True),
            body("自评情况：{{ 项.自评 }}"),
            body("有关数据：{{ 项.数据 }}", size=12),
            body("佐证材料：{{ 项.佐证 }}", size=12),
            tag("endfor"),
            heading("三、存在的问题和整改措施"),
            columns(spec, "行 in 问题", size=10.5, height=8.5),
            heading("四、下一步打算"),
            body("(请填写)"),
            *sign_off(),
            para(run("{{ 版本说明 }}", 9, face=SONG, grey=True), align=RIGHT, before=8),
        ],
        margins=PAPER,
        numbered=True,
    )


def blank_plan(path: Path) -> None:
    """迎检方案, with the phases and the duties of the checklist."""
    phases = [
        ("阶　　段", "{{ 行.阶段 }}", 32.0, CENTER),
        ("时　　间", "{{ 行.时间 }}", 36.0, CENTER),
        ("主要任务", "{{ 行.任务 }}", 88.0, LEFT),
    ]
    duties = [
        ("指　　标", "{{ 项.指标 }}", 84.0, LEFT),
        ("牵头单位", "{{ 项.牵头 }}", 36.0, CENTER),
        ("配合单位", "{{ 项.配合 }}", 36.0, CENTER),
    ]
    write(
        path,
        [
            para(run("{{ 评估名称 }}", 18, face=TITLE), align=CENTER, line=30),
            title("迎检工作方案", 24, 4),
            para(run("(草　案)", 14, face=KAI), align=CENTER, after=8),
            body("为做好{{ 评估名称 }}的迎检工作，结合实际，制定本方案。"),
            heading("一、工作目标"),
            body("(请填写)"),
            heading("二、组织领导"),
            body("成立迎检工作领导小组。组长：________　副组长：________　成员：________________"),
            body("领导小组下设办公室，办公室设在________，负责资料的收集、整理、归档和日常协调。"),
            heading("三、实施步骤"),
            columns(phases, "行 in 阶段表", size=11, height=9),
            heading("四、责任分工"),
            columns(duties, "项 in 分工表", size=11, height=9),
            heading("五、工作要求"),
            body("(一)提高认识，落实责任。(二)资料真实、齐全、规范，数据前后一致、表表相符，不得弄虚作假。", keep=True),
            *sign_off(),
        ],
        margins=PAPER,
        numbered=True,
    )


def blank_minutes(path: Path) -> None:
    """会议记录."""
    widths = (28.0, 54.0, 28.0, 46.0)

    def name(text: str) -> Cell:
        return Cell(para(run(text, 12, face=HEI), align=CENTER), shade=True)

    def room(span: int = 1) -> Cell:
        return Cell(para(run("", 12, face=FANG)), span=span)

    rows = [
        row([name("会议名称"), room(3)], widths, height=11),
        row([name("时　　间"), room(), name("地　　点"), room()], widths, height=11),
        row([name("主 持 人"), room(), name("记 录 人"), room()], widths, height=11),
        row([name("出　　席"), room(3)], widths, height=18),
        row([name("缺席、列席"), room(3)], widths, height=12),
        row([name("议　　题"), room(3)], widths, height=22),
        row([name("发言记录"), room(3)], widths, height=96),
        row([name("会议决定"), room(3)], widths, height=32),
    ]
    lead = para(run("{{ 编制单位 }}　{{ 评估名称 }}", 12, face=KAI), align=CENTER, after=8)
    write(path, [title("会 议 记 录", 24, 4), lead, table(rows, widths, padding=2)], margins=(24, 27, 20, 27))


def blank_attendance(path: Path) -> None:
    """签到表."""
    spec = [
        ("序号", "{{ 行.序号 }}", 16.0, CENTER),
        ("姓　　名", "", 36.0, CENTER),
        ("单位、职务", "", 52.0, CENTER),
        ("签　　名", "", 34.0, CENTER),
        ("备　注", "", 26.0, CENTER),
    ]
    write(
        path,
        [
            title("签　到　表", 24, 4),
            para(run("会议(活动)名称：______________________________", 12, face=FANG), before=4, line=24),
            para(run("时间：________________　地点：________________", 12, face=FANG), after=6, line=24),
            columns(spec, "行 in 行", size=11, height=8.4),
            para(run("{{ 编制单位 }}", 10, face=SONG, grey=True), align=RIGHT, before=4),
        ],
        margins=(20, 22, 16, 24),
    )


def blank_rectification(path: Path) -> None:
    """整改方案, with the open problems of the ledger."""
    spec = [
        ("序号", "{{ 行.序号 }}", 12.0, CENTER),
        ("问　　题", "{{ 行.问题 }}", 52.0, LEFT),
        ("整改措施", "{{ 行.措施 }}", 38.0, LEFT),
        ("责任单位", "{{ 行.责任 }}", 28.0, CENTER),
        ("完成时限", "{{ 行.时限 }}", 26.0, CENTER),
    ]
    write(
        path,
        [
            para(run("{{ 评估名称 }}", 18, face=TITLE), align=CENTER, line=30),
            title("整改方案", 24, 4),
            para(run("(草　案)", 14, face=KAI), align=CENTER, after=8),
            body("根据督导检查反馈意见和自查情况，为切实做好整改工作，制定本方案。"),
            heading("一、整改任务"),
            columns(spec, "行 in 问题表", size=11, height=9),
            heading("二、整改步骤"),
            body("(一)制定措施；(二)逐项整改；(三)验收销号；(四)回头看，防止反弹。"),
            heading("三、工作要求"),
            body("明确责任单位、责任人和完成时限，逐项销号；整改结果附佐证材料，销号由另一人验收。", keep=True),
            *sign_off(),
        ],
        margins=PAPER,
        numbered=True,
    )


def blank_outline(path: Path) -> None:
    """汇报材料提纲, by the checklist's first level."""
    write(
        path,
        [
            para(run("{{ 评估名称 }}", 18, face=TITLE), align=CENTER, line=30),
            title("汇报材料提纲", 24, 4),
            para(run("{{ 编制单位 }}　　{{ 日期 }}", 12, face=KAI), align=CENTER, after=10),
            heading("一、基本情况"),
            body("(请填写：区域概况、学校、在校生、专任教师、经费等,数字以基础数据口径表为准)"),
            heading("二、主要工作和成效"),
            tag("for 行 in 指标表"),
            para(run("{{ 行.标题 }}", 14, face=KAI, bold=True), before=6, first=28, line=28, keep=True),
            body("(请填写：做法、成效、数据和佐证)"),
            tag("endfor"),
            heading("三、存在的问题"),
            body("(请填写)"),
            heading("四、下一步工作"),
            body("(请填写)"),
            *sign_off(),
        ],
        margins=PAPER,
        numbered=True,
    )


def unit_list(path: Path) -> None:
    """材料清单: all that one unit is asked for, and where each stands."""
    spec = [
        ("序号", "{{ 行.序号 }}", 11.0, CENTER),
        ("编号", "{{ 行.编号 }}", 17.0, CENTER),
        ("材　　料", "{{ 行.材料 }}", 53.0, LEFT),
        ("期间", "{{ 行.期间 }}", 20.0, CENTER),
        ("份数", "{{ 行.份数 }}", 11.0, CENTER),
        ("要　求", "{{ 行.要求 }}", 22.0, LEFT),
        ("期限", "{{ 行.期限 }}", 25.0, CENTER),
        ("现状", "{{ 行.现状 }}", 15.0, CENTER),
    ]
    lead = [who_and_when("{{ 单位 }}　　截至 {{ 截止日期 }}"), says("{{ 概况 }}")]
    list_form(path, "迎检材料清单", lead, spec, "行 in 材料", size=PORTRAIT)


def duties(path: Path) -> None:
    """责任分工表."""
    spec = [
        ("编号", "{{ 行.编号 }}", 20.0, CENTER),
        ("材　　料", "{{ 行.材料 }}", 70.0, LEFT),
        ("牵　头", "{{ 行.牵头 }}", 34.0, LEFT),
        ("配　合", "{{ 行.配合 }}", 34.0, LEFT),
        ("责任人", "{{ 行.责任人 }}", 20.0, CENTER),
        ("报送单位", "{{ 行.报送单位 }}", 36.0, LEFT),
        ("期限", "{{ 行.期限 }}", 26.0, CENTER),
        ("应收", "{{ 行.应收 }}", 13.0, CENTER),
        ("已齐", "{{ 行.已齐 }}", 13.0, CENTER),
    ]
    lead = [who_and_when("{{ 评估名称 }}　　{{ 编制单位 }}　　{{ 截止日期 }}")]
    list_form(path, "迎检工作责任分工表", lead, spec, "行 in 分工")


def schedule(path: Path) -> None:
    """倒排工期表."""
    spec = [
        ("截止日期", "{{ 行.期限 }}", 25.0, CENTER),
        ("还剩", "{{ 行.还剩 }}", 27.0, CENTER),
        ("阶　段", "{{ 行.阶段 }}", 33.0, CENTER),
        ("要完成的事项", "{{ 行.事项 }}", 86.0, LEFT),
        ("责任单位", "{{ 行.责任单位 }}", 55.0, LEFT),
        ("应收", "{{ 行.应收 }}", 13.0, CENTER),
        ("未齐", "{{ 行.未齐 }}", 13.0, CENTER),
        ("完成", "", 15.0, CENTER),
    ]
    lead = [who_and_when("{{ 评估名称 }}　　{{ 编制单位 }}　　截至 {{ 截止日期 }}"), says("{{ 概况 }}")]
    list_form(path, "倒排工期表", lead, spec, "行 in 工期")


def filling_guide(path: Path) -> None:
    """填报说明: goes with a request package."""
    spec = [
        ("文件夹", "{{ 行.文件夹 }}", 14.0, CENTER),
        ("材　　料", "{{ 行.材料 }}", 65.0, LEFT),
        ("期间", "{{ 行.期间 }}", 22.0, CENTER),
        ("份数", "{{ 行.份数 }}", 12.0, CENTER),
        ("格式、盖章", "{{ 行.要求 }}", 36.0, LEFT),
        ("截止", "{{ 行.期限 }}", 25.0, CENTER),
    ]
    steps = (
        "1. 每个带编号的文件夹对应一项材料,请把文件放进对应的文件夹,一项有几份就放几份;文件名可以照旧。",
        "2. 文件夹前面的编号请不要改。没有的材料请在《报送清单》“说明”一栏写明原因,文件夹空着即可。",
        "3. 要求盖章、签字的,请盖章签字后扫描(PDF)或拍照(清楚、不缺角);电子表格请交原表。",
        "4. 填好后把整个文件夹用 U 盘带来,或压缩成一个文件发来;改名、再压缩一层都不影响。",
        "5. 文件夹里带点的小文件(.duban-request)是编号,请勿删除。标有秘密、机密、绝密的材料不要放进来。",
    )
    lead = [
        who_and_when("{{ 单位 }}　　编号 {{ 编号 }}"),
        says("{{ 概况 }}"),
        *(para(run(step, 12, face=FANG), first=24, line=21) for step in steps),
        para(line=8),
    ]
    foot = [
        para(run("{{ 编制单位 }}", 12, face=FANG), align=RIGHT, before=14, right=24, keep=True),
        para(run("{{ 日期 }}", 12, face=FANG), align=RIGHT, right=24, line=22),
    ]
    list_form(path, "填 报 说 明", lead, spec, "行 in 材料", foot=foot, size=PORTRAIT)


def handover_list(path: Path) -> None:
    """移交清单: what a handover package holds."""
    spec = [
        ("序号", "{{ 行.序号 }}", 13.0, CENTER),
        ("收件号", "{{ 行.收件号 }}", 16.0, CENTER),
        ("题　　名", "{{ 行.题名 }}", 80.0, LEFT),
        ("文　号", "{{ 行.文号 }}", 34.0, CENTER),
        ("责任者", "{{ 行.责任者 }}", 36.0, LEFT),
        ("成文日期", "{{ 行.成文日期 }}", 26.0, CENTER),
        ("归　类", "{{ 行.归类 }}", 30.0, CENTER),
        ("页数", "{{ 行.页数 }}", 13.0, CENTER),
        ("原件", "{{ 行.原件 }}", 18.0, CENTER),
    ]
    foot = [
        para(
            run(
                "移交单位(盖章):　　　　　　　　经手人:　　　　　　　　接收单位(盖章):　　　　　　　　经手人:",
                12,
                face=FANG,
            ),
            before=16,
            keep=True,
        ),
        para(
            run(
                "移交日期:　　　　年　　月　　日　　　　　　　　　　　　接收日期:　　　　年　　月　　日", 12, face=FANG
            ),
            before=12,
            keep=True,
        ),
        para(run("记事链首:{{ 链首 }}", 9, face=SONG, grey=True), before=10),
    ]
    lead = [who_and_when("{{ 移交单位 }}　　{{ 日期 }}"), says("{{ 概况 }}")]
    list_form(path, "档案材料移交清单", lead, spec, "行 in 移交", foot=foot)


def loan_list(path: Path) -> None:
    """借调原件归还清单."""
    spec = [
        ("编号", "{{ 行.编号 }}", 13.0, CENTER),
        ("原件名称", "{{ 行.名称 }}", 74.0, LEFT),
        ("数量", "{{ 行.数量 }}", 16.0, CENTER),
        ("出借单位", "{{ 行.出借单位 }}", 44.0, LEFT),
        ("借入日期", "{{ 行.借入日期 }}", 26.0, CENTER),
        ("应还日期", "{{ 行.应还日期 }}", 26.0, CENTER),
        ("经手人", "{{ 行.经手人 }}", 20.0, CENTER),
        ("归还日期", "{{ 行.归还日期 }}", 26.0, CENTER),
        ("领回签字", "", 22.0, CENTER),
    ]
    lead = [who_and_when("{{ 编制单位 }}　　{{ 日期 }}"), says("{{ 概况 }}")]
    list_form(path, "借调原件归还清单", lead, spec, "行 in 借调", height=10)


def staff_handover(path: Path) -> None:
    """工作移交清单: what a person who leaves hands on."""
    spec = [
        ("序号", "{{ 行.序号 }}", 12.0, CENTER),
        ("类别", "{{ 行.类别 }}", 24.0, CENTER),
        ("事　　项", "{{ 行.事项 }}", 64.0, LEFT),
        ("单　位", "{{ 行.单位 }}", 28.0, LEFT),
        ("期限", "{{ 行.期限 }}", 26.0, CENTER),
        ("说　明", "{{ 行.说明 }}", 20.0, LEFT),
    ]
    foot = [
        para(run("移交人:　　　　　　　　接手人:　　　　　　　　监交人:", 14, face=FANG), before=24, keep=True),
        para(run("　　　　年　　月　　日", 14, face=FANG), align=RIGHT, before=14),
    ]
    lead = [who_and_when("{{ 编制单位 }}　　移交人 {{ 移交人 }}　　{{ 日期 }}"), says("{{ 概况 }}")]
    list_form(path, "工作移交清单", lead, spec, "行 in 事项", foot=foot, size=PORTRAIT)


FORMS = {
    "总封面": pack_cover,
    "卷封面": volume_cover,
    "总目录": pack_contents,
    "卷内目录": volume_contents,
    "归档文件目录": item_contents,
    "卷内文件目录": volume_items,
    "隔页": divider,
    "占位页": paper_original,
    "缺项页": missing,
    "互见页": cross_reference,
    "备考表": filing_note,
    "标签": labels,
    "印制单": print_order,
    "插入原件清单": put_in_list,
    "照片页": photo_page,
    "印刷登记": print_register,
    "换页清单": change_list,
    "缺项报告": gap_report,
    "报送进度表": daily_table,
    "报送进度表小字": daily_table_small,
    "催办单": reminder,
    "退回补正通知单": return_notice,
    "材料清单": unit_list,
    "责任分工表": duties,
    "倒排工期表": schedule,
    "填报说明": filling_guide,
    "移交清单": handover_list,
    "归还清单": loan_list,
    "工作移交清单": staff_handover,
    "整改台账": rectification,
    "抽查核查单": sample_sheet,
    "数据变动说明表": changed_figures,
    "自评表": self_rating,
    "自查自评报告": self_report,
    "迎检方案": blank_plan,
    "会议记录": blank_minutes,
    "签到表": blank_attendance,
    "整改方案": blank_rectification,
    "汇报材料提纲": blank_outline,
    "现场答复单": reply_sheet,
}


def main(folder: Path) -> None:
    """Write every template into ``folder``."""
    folder.mkdir(exist_ok=True)
    for name, make in FORMS.items():
        make(folder / f"{name}.docx")
    for width in SPINES:
        spine_label(folder / f"脊背标签{width}毫米.docx", width)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "templates")
