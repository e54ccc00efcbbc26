"""Proof of a binder: other readers (pypdf, pdfium) open it again and look as a person would.

The builder uses pikepdf; nothing here does. What is claimed (the manifest beside the PDF) is held against what is
found: the number that can be read on a page, the label a reader shows, the page a link or bookmark opens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.binder import ink, legible

if TYPE_CHECKING:
    from pypdf import PdfReader

    from duban_archive.adapters.worker import Pool

SHARES = 6  # the reading of numbers is cut into so many calls
SECONDS = 600.0
SAMPLE, BLOCK = 25, 50  # of pages proved before, every 25th run of 50 is looked at again
FOOT = 60.0  # points above the lower edge within which a number must stand
_NAMED = re.compile(r"第([^第页]+)页$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; ``detail`` says what was found, in Chinese."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the second readers found."""

    ok: bool
    checks: tuple[Check, ...]


def check(pdf: Path, manifest: Path, *, pool: Pool | None = None, known: frozenset[int] = frozenset()) -> Verdict:
    """Prove the binder ``pdf`` against the manifest that was written with it, in the workers of ``pool`` if given.

    ``known``: pages (from 0) made of the same page, number and corner as in a binder that was proved before; one in
    `SAMPLE` runs of them is looked at again.
    """
    claimed = json.loads(manifest.read_text("utf-8"))
    skipped = frozenset(page for page in known if page // BLOCK % SAMPLE)
    numbered = [page for page in _numbered(claimed) if page not in skipped]
    share = max(1, -(-len(numbered) // SHARES))
    spans = [tuple(numbered[start : start + share]) for start in range(0, len(numbered), share)]
    jobs: dict[Any, tuple[str, dict[str, Any]]] = {
        "structure": ("structure", {"pdf": pdf, "manifest": manifest, "skipped": skipped})
    }
    raised = frozenset(claimed.get("raised", ()))
    jobs.update({n: ("numbers", {"pdf": pdf, "pages": pages, "raised": raised}) for n, pages in enumerate(spans)})
    forms = legible.form_pages(claimed)
    share = max(1, -(-len(forms) // SHARES))
    for start in range(0, len(forms), share):
        jobs[f"forms {start:06}"] = ("faint", {"pdf": pdf, "pages": forms[start : start + share]})
    answers = _run(jobs, pool)
    checks: tuple[Check, ...] = answers.pop("structure")
    lost = [fault for key in sorted(k for k in answers if isinstance(k, str)) for fault in answers[key]]
    checks += (_judge("字迹完整", lost, f"目录、封面、隔页等{len(forms)}页没有被裁切、遮盖或超出纸面的字"),)
    faults = [fault for key in sorted(k for k in answers if isinstance(k, int)) for fault in answers[key]]
    before = f"，另有{len(skipped)}页与上次验过的相同" if skipped else ""
    checks += (_judge("页码可读", faults, f"{len(numbered)}页印有页码，与标签一致{before}"),)
    return Verdict(ok=all(one.ok for one in checks), checks=checks)


def _run(jobs: Mapping[Any, tuple[str, dict[str, Any]]], pool: Pool | None) -> dict[Any, Any]:
    if pool is None:
        return {key: globals()[verb](**job) for key, (verb, job) in jobs.items()}
    from duban_archive.adapters.worker import Call

    calls = [
        Call(key=key, target=f"{__name__}:{verb}", kwargs=job, seconds=SECONDS) for key, (verb, job) in jobs.items()
    ]
    failed = {"structure": (Check(name="打开", ok=False, detail="复核程序中断，未能完成"),)}
    return {
        done.key: done.value if done.fault is None else failed.get(done.key, ["复核程序中断，未能完成"])
        for done in pool.run(calls)
    }


def structure(pdf: Path, manifest: Path, skipped: frozenset[int] = frozenset()) -> tuple[Check, ...]:
    """All checks but the reading of the printed numbers."""
    claimed = json.loads(manifest.read_text("utf-8"))
    try:
        return tuple(_checks(pdf, manifest, claimed, skipped))
    except Exception as fault:  # whatever a reader trips over, a person's reader would too
        return (Check(name="打开", ok=False, detail=f"合订本不能正常打开：{type(fault).__name__} {fault}"),)


def faint(pdf: Path, pages: Sequence[int]) -> list[str]:
    """`legible.faint`, named here so that a worker finds it."""
    return legible.faint(pdf, pages)


def numbers(pdf: Path, pages: Sequence[int], raised: Collection[int] = frozenset()) -> list[str]:
    """Read the number printed at the foot of these pages (from 0) and hold it against the label a reader shows.

    ``raised``: pages whose number stands at the head.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with PdfDocument(pdf) as seen:
            return [fault for page in pages if (fault := _number_fault(seen, page, page in raised))]
    except PdfiumError as fault:
        return [f"合订本不能正常打开：{fault}"]


def _checks(pdf: Path, manifest: Path, claimed: Mapping[str, Any], skipped: frozenset[int]) -> Iterator[Check]:
    from pypdf import PdfReader
    from pypdfium2 import PdfDocument

    with PdfDocument(pdf) as seen, PdfReader(pdf) as reader:
        read = _Reading(reader)
        pages = claimed["pages"]
        yield _judge(
            "页数", [] if len(seen) == len(read.ids) == pages else [f"应有{pages}页，读出{len(seen)}页"], f"{pages}页"
        )
        yield _judge("材料齐全", list(_items(claimed, read.labels)), f"{len(claimed['items'])}件")
        yield _judge("页码标签", list(_labels(claimed, read.labels)), f"{len(read.labels)}页")
        count, faults = _bookmarks(read)
        yield _judge("书签", faults, f"{count}条，均指向所称页码")
        count, faults = _links(read, seen, claimed, skipped)
        yield _judge("链接", faults, f"{count}条，均指向所称页码")
        yield _judge("文字", list(legible.unsaid(seen, claimed, skipped)), "目录、封面和章上的文字都读得出")
        yield _judge("字体嵌入", list(_fonts(read, claimed, skipped)), "目录、封面和页码的字体均已嵌入")
        held = reader.attachments.get("manifest.json", [b""])
        yield _judge(
            "附带清单", [] if held and held[0] == manifest.read_bytes() else ["附带的清单缺失或不一致"], "一致"
        )


def _judge(name: str, faults: Sequence[str], fine: str) -> Check:
    more = f"等{len(faults)}处" if len(faults) > 5 else ""
    return Check(name=name, ok=not faults, detail="；".join(faults[:5]) + more if faults else fine)


class _Reading:
    """The binder as pypdf sees it: page objects by number, labels, resolved destinations."""

    def __init__(self, reader: PdfReader) -> None:
        self.reader = reader
        self.root = reader.root_object
        self.pages = list(_kids(self.root["/Pages"].get_object()))
        self.ids = {page.idnum: number for number, page in enumerate(self.pages)}
        self.labels = _expand(self.root.get("/PageLabels"), len(self.pages))

    def page_of(self, holder: Any) -> int | None:
        """The page (from 0) that a link or bookmark opens."""
        dest = holder.get("/Dest")
        if dest is None and "/A" in holder:
            dest = holder["/A"].get("/D")
        if dest is None:
            return None
        parts = dest.get_object()
        if not isinstance(parts, list) or not parts:
            return None
        return self.ids.get(
            getattr(parts.raw_get(0) if hasattr(parts, "raw_get") else list.__getitem__(parts, 0), "idnum", -1)
        )


def _kids(node: Any) -> Iterator[Any]:
    """References to all pages below a node of the page tree."""
    kids = node["/Kids"].get_object()
    if len(kids) == node["/Count"]:  # a flat tree: no need to open every page to see that it is one
        yield from list.__iter__(kids)
        return
    for kid in list.__iter__(kids):
        found = kid.get_object()
        if found.get("/Type") == "/Pages":
            yield from _kids(found)
        else:
            yield kid


def _expand(labels: Any, pages: int) -> list[str]:
    """The label of each page, worked out from the number tree by the rules of the format."""
    flat = list(labels.get_object()["/Nums"]) if labels is not None else []
    ranges = [(int(at), style.get_object()) for at, style in zip(flat[::2], flat[1::2], strict=True)]
    made: list[str] = []
    for number, (at, style) in enumerate(ranges):
        end = ranges[number + 1][0] if number + 1 < len(ranges) else pages
        prefix, start = str(style.get("/P", "")), int(style.get("/St", 1))
        numbered = style.get("/S") == "/D"
        made += [prefix + (str(start + offset) if numbered else "") for offset in range(end - at)]
    return made


def _items(claimed: Mapping[str, Any], labels: Sequence[str]) -> Iterator[str]:
    expected = sum(len(volume_items(volume)) for volume in claimed["manifest"]["volumes"])
    if expected != len(claimed["items"]):
        yield f"清单有{expected}件，装入{len(claimed['items'])}件"
    taken: set[int] = set()
    for item in claimed["items"]:
        pages = range(item["page"], item["page"] + item["pages"])
        if not pages or pages[-1] > len(labels) or taken & set(pages):
            yield f"第{item['record']}号件的页不完整"
        elif item["printed"] != _printed(item, labels[pages[0] - 1], labels[pages[-1] - 1]):
            yield f"第{item['record']}号件称第{item['printed']}页，实为第{labels[pages[0] - 1]}页起"
        taken.update(pages)


def _printed(item: Mapping[str, Any], first: str, last: str) -> str:
    """What a list must say of an item: its first and last label, and where numbers are reserved, the last of those."""
    prefix, start, count = item["numbers"][-1]
    taken = sum(run[2] for run in item["numbers"])
    return _span(first, f"{prefix}{start + count - 1}" if taken > item["pages"] else last)


def volume_items(volume: Mapping[str, Any]) -> list[Any]:
    """All items of a volume of the manifest."""
    return [item for section in volume["sections"] for item in section["items"]]


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}—{last}"


def _labels(claimed: Mapping[str, Any], labels: Sequence[str]) -> Iterator[str]:
    if len(labels) != claimed["pages"]:
        yield f"标签{len(labels)}个，页{claimed['pages']}页"
    for number, label in enumerate(labels, 1):
        if not label:
            yield f"第{number}页没有标签"


def _numbered(claimed: Mapping[str, Any]) -> list[int]:
    """The pages (from 0) that are said to carry a number."""
    ranges = claimed["labels"]
    found: list[int] = []
    for place, (index, _, start) in enumerate(ranges):
        end = ranges[place + 1][0] if place + 1 < len(ranges) else claimed["pages"]
        found += range(index, end) if start is not None else ()
    return found


def _number_fault(seen: Any, number: int, raised: bool) -> str:
    if number >= len(seen):
        return f"没有PDF第{number + 1}页"
    label = seen.get_page_label(number)
    page = seen[number]
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        tail = text_page.get_text_range(max(0, count - len(label) - 4), -1) if count else ""
        if not _same(tail).endswith(_same(label)):  # a paper's own number on the same line is read behind ours
            found = any(_same(label) in text for text in _texts_at(page, text_page, ink.UPPER if raised else ink.LOWER))
            return "" if found else f"PDF第{number + 1}页读不出页码{label}"
        last = count - 1
        while last > 0 and not text_page.get_text_range(last, 1).strip():
            last -= 1
        height = _height_above_foot(page, text_page.get_charbox(last))
        if raised:
            height = page.get_size()[1] - height
        return "" if 0 <= height <= FOOT else f"PDF第{number + 1}页的页码{label}不在{'页眉' if raised else '页脚'}"
    finally:
        text_page.close()
        page.close()


def _same(text: str) -> str:
    return "".join(text.split())


def _texts_at(page: Any, text_page: Any, spots: Sequence[str]) -> Iterator[str]:
    """What stands in each of these spots of a page as it is seen."""
    left, bottom, right, top = page.get_cropbox(fallback_ok=True)
    width, height = page.get_size()
    turn = page.get_rotation()
    for spot in spots:
        x0, y0, x1, y1 = ink.box(spot, width, height)
        box = {
            0: (left + x0, bottom + y0, left + x1, bottom + y1),
            90: (right - y1, bottom + x0, right - y0, bottom + x1),
            180: (right - x1, top - y1, right - x0, top - y0),
            270: (left + y0, top - x1, left + y1, top - x0),
        }[turn]
        yield _same(text_page.get_text_bounded(*box))


def _height_above_foot(page: Any, box: tuple[float, float, float, float]) -> float:
    """How far a character stands above the lower edge of the page as it is seen, in the page's units."""
    left, bottom, right, top = page.get_cropbox(fallback_ok=True)
    media = page.get_mediabox(fallback_ok=True)
    left, bottom, right, top = max(left, media[0]), max(bottom, media[1]), min(right, media[2]), min(top, media[3])
    edges: dict[int, Callable[[], float]] = {
        0: lambda: box[1] - bottom,
        90: lambda: right - box[2],
        180: lambda: top - box[3],
        270: lambda: box[0] - left,
    }
    return edges.get(page.get_rotation(), edges[0])()


def _bookmarks(read: _Reading) -> tuple[int, list[str]]:
    faults: list[str] = []
    count = 0
    outlines = read.root.get("/Outlines")
    stack = [outlines.get_object().get("/First")] if outlines is not None else []
    visited: set[int] = set()
    while stack:
        reference = stack.pop()
        if reference is None:
            continue
        item = reference.get_object()
        if id(item) in visited:
            faults.append("书签成环")
            break
        visited.add(id(item))
        count += 1
        stack += [item.get("/Next"), item.get("/First")]
        title, page = str(item.get("/Title", "")), read.page_of(item)
        if page is None:
            if "/First" not in item:
                faults.append(f"书签“{title}”没有去处")
            continue
        named = _NAMED.search(title) if "　第" in title else None
        if named and named.group(1) != read.labels[page]:
            faults.append(f"书签“{title}”打开的是第{read.labels[page]}页")
    return count, faults


def _links(read: _Reading, seen: Any, claimed: Mapping[str, Any], skipped: frozenset[int]) -> tuple[int, list[str]]:
    """Every link opens a page; those of the lists open the page whose number stands in their row."""
    faults: list[str] = []
    count = 0
    at = {item["page"] - 1: item for item in claimed["items"]}
    listed: set[int] = set()
    lists = _list_pages(claimed)
    for number, reference in enumerate(read.pages):
        if number in skipped:
            continue
        annots = reference.get_object().get("/Annots")
        rows: list[tuple[int, list[float]]] = []
        for annot in annots.get_object() if annots is not None else ():
            link = annot.get_object()
            if link.get("/Subtype") != "/Link" or ("/Dest" not in link and link.get("/A", {}).get("/S") != "/GoTo"):
                continue
            count += 1
            page = read.page_of(link)
            if page is None:
                faults.append(f"PDF第{number + 1}页有链接没有去处")
            elif number in lists and page in at:
                rows.append((page, [float(edge) for edge in link["/Rect"]]))
        listed.update(page for page, _ in rows)
        for (page, _), said in zip(rows, _texts_in(seen, number, [box for _, box in rows]), strict=True):
            if not _names_it(said, at[page], claimed["manifest"]["columns"]):
                faults.append(f"PDF第{number + 1}页目录行“{said[-24:]}”打开的是第{at[page]['printed']}页")
    lost = [item for page, item in at.items() if page not in listed]
    faults += [f"目录里没有链接到第{item['record']}号件" for item in lost]
    return count, faults


def _names_it(said: str, item: Mapping[str, Any], columns: str) -> bool:
    """Whether the row of a list names the item its link opens: by its page, else (DA/T 22 has no page) by its title."""
    printed = "".join(item["printed"].split())
    if columns == "item":
        return "".join(item["title"].split())[:6] in said
    return said.endswith(printed) or (columns == "volume" and said.endswith(printed.partition("—")[0]))


def _list_pages(claimed: Mapping[str, Any]) -> set[int]:
    """The pages (from 0) of the contents lists."""
    found: set[int] = set()
    for volume in claimed["volumes"]:
        found.update(range(volume["contents"] - 1, volume["contents"] - 1 + volume["contents_pages"]))
    return found


def _texts_in(seen: Any, number: int, boxes: Sequence[Sequence[float]]) -> list[str]:
    """The text inside each of these boxes of a page, without white space."""
    if not boxes:
        return []
    page = seen[number]
    text_page = page.get_textpage()
    try:
        return [
            "".join(text_page.get_text_bounded(left - 1, bottom - 1, right + 1, top + 1).split())
            for left, bottom, right, top in boxes
        ]
    finally:
        text_page.close()
        page.close()


def _fonts(read: _Reading, claimed: Mapping[str, Any], skipped: frozenset[int]) -> Iterator[str]:
    """Every face of the forms and of the numbers is in the file."""
    forms = set(legible.form_pages(claimed))
    looked: set[int] = set()
    for number, reference in enumerate(read.pages):
        if number in skipped:
            continue
        resources = reference.get_object().get("/Resources")
        held = resources.get_object().get("/Font") if resources is not None else None
        fonts: Any = held.get_object() if held is not None else {}
        for name in fonts:
            font = fonts[name]
            if number not in forms and name != "/DubanNo":
                continue
            key = getattr(fonts.raw_get(name), "idnum", None) or id(font)
            if key not in looked:
                looked.add(key)
                if not _embedded(font):
                    yield f"PDF第{number + 1}页的字体{font.get('/BaseFont')}未嵌入"


def _embedded(font: Any) -> bool:
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    descriptor = inner.get("/FontDescriptor")
    keys = descriptor.get_object().keys() if descriptor is not None else ()
    return any(key in keys for key in ("/FontFile", "/FontFile2", "/FontFile3")) or font.get("/Subtype") == "/Type3"
