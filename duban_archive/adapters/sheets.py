"""Printed forms from Word templates (docxtpl), and the way from docx to PDF (dxpdf with the faces we carry).

::

    template.docx + facts ──fill──▶ docx ──to_pdf──▶ PDF      one sheet
    template.docx + many facts ──fill_many──▶ one docx, each sheet on a new page behind a Word bookmark, which the
                                              converter turns into a named destination: nobody searches for text

Templates are untrusted: they travel by stick, backup and package. They are filled in a sandbox in which nothing can be
called, so the worst a hostile one can do is fail with a sentence that names it. Foreign values are data: escaped, and
freed of characters that XML cannot carry.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.errors import DubanError, UsageError

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

Facts = Mapping[str, Any]

# Marks around the text of a link while it passes through the template: characters no text may contain.
_OPEN, _MIDDLE, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINK = re.compile(f"{_OPEN}([^{_MIDDLE}]*){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*<")
_FILTERS = ("default", "d", "join", "length", "count", "upper", "lower", "trim", "replace", "first", "last", "int")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# Names of faces that are heavy by themselves: their stand-in is the bold cut.
HEAVY_FACES = ("方正小标宋简体", "方正小标宋_GBK", "小标宋", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG (or JPEG) for a blank, ``mm`` wide."""

    png: bytes
    mm: float


class TemplateError(DubanError):
    """A template cannot be filled; the message names the template and the blank."""

    code = "template"


def shipped() -> Path:
    """The folder of the templates that come with the program: in the package, or at the top of a checkout."""
    packed = Path(str(files("duban_archive"))) / "templates"
    return packed if packed.is_dir() else packed.parent.parent / "templates"


def find(name: str, folders: Sequence[Path] = ()) -> Path:
    """The template ``name`` (without suffix): the office's own copy in one of ``folders``, else the shipped one."""
    for folder in (*folders, shipped()):
        path = folder / f"{name}.docx"
        if path.is_file():
            return path
    raise UsageError(
        f"没有名为“{name}”的模板。",
        "模板放在档案文件夹的“模板”里;请恢复该文件,或删去改过的模板,改用程序自带的。",
    )


def link(text: str, target: str) -> str:
    """``text`` for a blank that, once printed, is a link to ``duban://target`` (see `binder`)."""
    one_line = " ".join(text.splitlines())  # a line break would tear the link into runs of its own
    return f"{_OPEN}{target}{_MIDDLE}{one_line}{_CLOSE}"


def without_links(value: Any) -> Any:
    """A fact as text alone: what it was to link to is left out."""
    return _LINK.sub(r"\2", value) if isinstance(value, str) else value


def qr_code(text: str, mm: float) -> Picture:
    """A QR code that keeps working with a quarter of it smudged."""
    import segno

    made = io.BytesIO()
    segno.make(text, error="q", micro=False).save(made, kind="png", scale=6, border=2)
    return Picture(made.getvalue(), mm)


def blanks(template: Path) -> frozenset[str]:
    """The blanks of a template: ``题名``, and ``目录.页码`` for a blank of each row of ``目录``."""
    from jinja2 import nodes

    found = set[str]()
    for loop in _parse(template).find_all(nodes.For):
        if isinstance(loop.target, nodes.Name) and isinstance(loop.iter, nodes.Name):
            for node in loop.find_all(nodes.Getattr):  # two tables of a sheet may call their row the same
                if isinstance(node.node, nodes.Name) and node.node.name == loop.target.name:
                    found.add(f"{loop.iter.name}.{node.attr}")
    return frozenset(found | _names(template))


def fill(template: Path, facts: Facts) -> bytes:
    """One sheet as docx."""
    return fill_many(template, (facts,), ())


def fill_many(template: Path, sheets: Sequence[Facts], marks: Sequence[str]) -> bytes:
    """All ``sheets`` in one docx, each from a new page on, the n-th behind the bookmark ``marks[n]`` if given."""
    tpl = _open(template)
    clean = [{name: _clean(value) for name, value in facts.items()} for facts in sheets]
    if marks:
        _repeat_body(tpl, sorted(_names(template)))
        facts: Facts = {"各张": [{**given, "书签": mark} for given, mark in zip(clean, marks, strict=True)]}
    else:
        (facts,) = clean
    try:
        tpl.render_init()
        tpl.current_rendering_part = tpl.docx.part
        facts = _with_pictures(tpl, facts)
        tpl.render(facts, _environment(), autoescape=True)
        _weave_links(tpl)
        made = io.BytesIO()
        tpl.save(made)
    except DubanError:
        raise
    except Exception as fault:  # templates are other people's programs: whatever they break is theirs
        raise _explain(template, fault) from fault
    return timeless(made.getvalue())


def glyph_sheet(characters: str) -> bytes:
    """A docx with these characters in our heavy sans face: what the binder takes its page numbers' face from."""
    from xml.sax.saxutils import escape

    from duban_archive.fonts import SANS

    fonts = f'<w:rFonts w:ascii="{SANS}" w:hAnsi="{SANS}" w:eastAsia="{SANS}" w:cs="{SANS}"/>'
    text = f'<w:r><w:rPr>{fonts}<w:b/></w:rPr><w:t xml:space="preserve">{escape(_scrub(characters))}</w:t></w:r>'
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{types}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_NS}><w:body><w:p>{text}</w:p></w:body></w:document>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, xml in parts.items():
            target.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{xml}')
    return made.getvalue()


def to_pdf(docx: bytes, out: Path, *, fonts: Sequence[Path] = ()) -> None:
    """Convert a form to PDF with the carried faces; for the worker, since the converter is native code.

    ``fonts``: folders with the office's own faces, which win when a form names them.
    """
    import os

    from duban_archive.fonts import fontconfig_file

    os.environ["FONTCONFIG_FILE"] = str(fontconfig_file(out.parent / "fontconfig", folders=fonts))
    import dxpdf

    out.write_bytes(dxpdf.convert(_with_carried_faces(docx, fonts)))


def press(
    template: Path, sheets: Sequence[Facts], marks: Sequence[str], out: Path, fonts: Sequence[Path] = ()
) -> tuple[str, str] | None:
    """Fill and convert in one go, for the worker; ``(message, advice)`` when the template is at fault."""
    try:
        docx = fill_many(template, sheets, marks)
    except DubanError as fault:
        return fault.message, fault.advice
    to_pdf(docx, out, fonts=fonts)
    return None


def press_glyphs(characters: str, out: Path) -> None:
    """Convert a `glyph_sheet`, for the worker."""
    to_pdf(glyph_sheet(characters), out)


# --- the sandbox ------------------------------------------------------------------------------------------------


def _environment() -> SandboxedEnvironment:
    """Jinja without anything that can be called, multiplied, or named beyond the facts."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import SandboxedEnvironment

    class Sandbox(SandboxedEnvironment):
        intercepted_binops = frozenset(("*", "**", "%"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            raise SecurityError(f"模板里不能用“{operator}”运算")

        def call(self, *args: Any, **kwargs: Any) -> Any:
            raise SecurityError("模板里不能调用程序")

    environment = Sandbox(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.tests = {name: environment.tests[name] for name in ("defined", "undefined", "none")}
    return environment


def _open(template: Path) -> DocxTemplate:
    from docxtpl import DocxTemplate

    try:
        tpl = DocxTemplate(io.BytesIO(template.read_bytes()))
        tpl.init_docx()
    except Exception as fault:
        raise TemplateError(
            f"模板“{template.name}”打不开,不是完好的 Word(docx)文件。",
            "请用 Word 或 WPS 重新保存为 docx,或删去它,改用程序自带的模板。",
        ) from fault
    return tpl


def _parse(template: Path) -> Any:
    from docx.opc.oxml import parse_xml

    tpl = _open(template)
    sources = [tpl.get_xml()]
    for kind in (tpl.HEADER_URI, tpl.FOOTER_URI):
        sources += [tpl.xml_to_string(parse_xml(part.blob)) for _, part in tpl.get_headers_footers(kind)]
    try:
        return _environment().parse("".join(tpl.patch_xml(source) for source in sources))
    except Exception as fault:
        raise _explain(template, fault) from fault


def _names(template: Path) -> frozenset[str]:
    from jinja2 import meta

    return frozenset(meta.find_undeclared_variables(_parse(template)))


def _explain(template: Path, fault: Exception) -> TemplateError:
    """What went wrong in a template, in words for the person who edited it."""
    from jinja2 import TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    which = f"模板“{template.name}”"
    advice = "请对照程序自带的同名模板改正,或删去它,改用自带的;档案未受影响。"
    if isinstance(fault, UndefinedError):
        quoted = re.findall(r"'([^']+)'", str(fault))
        return TemplateError(
            f"{which}里的空格“{quoted[-1] if quoted else fault}”没有对应的内容,可能写错了名字。", advice
        )
    if isinstance(fault, SecurityError):
        return TemplateError(f"{which}里写了程序代码,已拒绝执行({fault})。", advice)
    if isinstance(fault, TemplateSyntaxError):
        near = " ".join(" ".join(getattr(fault, "docx_context", ())).split())[:60]
        return TemplateError(f"{which}里的空格写法有误:{fault.message}{f',在“{near}”附近' if near else ''}。", advice)
    return TemplateError(f"{which}填写失败:{fault}", advice)


def _clean(value: Any) -> Any:
    """Values as the template may see them: plain data, without characters that would spoil the document."""
    if isinstance(value, str):
        pieces = _LINK.split(value)  # text, target, linked text, text, …
        targets = iter(_scrub(piece) for piece in pieces[1::3])
        texts = [_scrub(piece) for number, piece in enumerate(pieces) if number % 3 != 1]
        return "".join(link(text, next(targets)) if number % 2 else text for number, text in enumerate(texts))
    if isinstance(value, Mapping):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [_clean(inner) for inner in value]
    return value


def _with_pictures(tpl: DocxTemplate, value: Any) -> Any:
    """The facts with pictures as the XML that shows them: a template never holds an object it could ask things of."""
    from docx.shared import Mm
    from docxtpl import InlineImage
    from markupsafe import Markup

    if isinstance(value, Picture):
        return Markup(str(InlineImage(tpl, io.BytesIO(value.png), width=Mm(value.mm))))
    if isinstance(value, Mapping):
        return {name: _with_pictures(tpl, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_pictures(tpl, inner) for inner in value]
    return value


def _scrub(text: str) -> str:
    return _ILLEGAL.sub("", text).replace("\t", " ").replace("\r", "")


# --- the document ------------------------------------------------------------------------------------------------


def _repeat_body(tpl: DocxTemplate, names: Sequence[str]) -> None:
    """Put the body into a loop over ``各张``; each turn begins with a hair line that breaks the page and is marked."""
    from docx.oxml import parse_xml

    body = tpl.docx.element.body
    head = [_tag("for 张 in 各张"), *(_tag(f"set {name} = 张.{name}") for name in names)]
    mark = '<w:bookmarkStart w:id="{{ loop.index }}" w:name="{{ 张.书签 }}"/><w:bookmarkEnd w:id="{{ loop.index }}"/>'
    hair = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    small = '<w:rPr><w:sz w:val="2"/></w:rPr>'
    for position, turn in enumerate(("{% if loop.first %}", "{% else %}")):
        breaks = "<w:pageBreakBefore/>" if position else ""
        head.append(_tag(turn.strip("{%} ")))
        head.append(f"<w:p {_NS}><w:pPr>{breaks}{hair}{small}</w:pPr>{mark}</w:p>")
    head.append(_tag("endif"))
    for position, xml in enumerate(head):
        body.insert(position, parse_xml(xml))
    body.insert(len(body) - 1, parse_xml(_tag("endfor")))


_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _tag(text: str) -> str:
    return f"<w:p {_NS}><w:r><w:t>{{%p {text} %}}</w:t></w:r></w:p>"


def _weave_links(tpl: DocxTemplate) -> None:
    """Turn marked texts into Word links to a bookmark of that name, which the converter keeps with its rectangles."""
    for node in list(tpl.docx.element.body.iter(f"{_W}t")):
        if node.text and _OPEN in node.text:
            _split_run(node)


def _split_run(node: Any) -> None:
    import copy

    run = node.getparent()
    parent, place = run.getparent(), run.getparent().index(run)
    pieces: list[Any] = []
    for number, text in enumerate(_LINK.split(node.text)):
        if number % 3 == 1:
            target = text
            continue
        if not text:
            continue
        clone = copy.deepcopy(run)
        for inner in clone.findall(f"{_W}t"):
            inner.text = text
            inner.set(_SPACE, "preserve")
        if number % 3 == 2:
            wrap = parent.makeelement(f"{_W}hyperlink", {f"{_W}anchor": target})
            wrap.append(clone)
            clone = wrap
        pieces.append(clone)
    parent.remove(run)
    for offset, piece in enumerate(pieces):
        parent.insert(place + offset, piece)


def timeless(docx: bytes) -> bytes:
    """The same document (or workbook) with fixed times in its zip, so that the same facts give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MOMENT.sub(rb"\g<1>2000-01-01T00:00:00Z<", data)
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 1)
    return made.getvalue()


def _with_carried_faces(docx: bytes, fonts: Sequence[Path]) -> bytes:
    """The document with each face it names replaced by the one that will be used; the converter knows no aliases."""
    from duban_archive.fonts.names import families_in

    own = families_in(fonts)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if re.fullmatch(r"word/(document|styles|numbering|header\d*|footer\d*|footnotes)\.xml", name):
                data = _rename_faces(data, own)
            target.writestr(name, data)
    return made.getvalue()


def _rename_faces(xml: bytes, own: frozenset[str]) -> bytes:
    from lxml import etree

    from duban_archive.fonts import SANS, SANS_NAMES, SERIF

    tree = etree.fromstring(xml)
    for fonts in tree.iter(f"{_W}rFonts"):
        named = fonts.get(f"{_W}eastAsia") or fonts.get(f"{_W}ascii") or ""
        for key in [str(key) for key in fonts.keys()]:  # noqa: SIM118 -- an element is not a mapping
            if key in (f"{_W}ascii", f"{_W}hAnsi", f"{_W}eastAsia", f"{_W}cs") and fonts.get(key) not in own:
                fonts.set(key, SANS if fonts.get(key) in SANS_NAMES else SERIF)
            elif key.endswith("Theme"):
                del fonts.attrib[key]
        properties = fonts.getparent()
        heavy = named in HEAVY_FACES and named not in own
        if heavy and properties is not None and properties.find(f"{_W}b") is None:
            fonts.addnext(properties.makeelement(f"{_W}b", {}))
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
