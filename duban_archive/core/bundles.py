"""Many papers in one file, and one paper in many files: proposes where to split, and which photos to join.

::

    300-page scan ──▶ stretches of pages, each a paper with its own title ──▶ split --pages, or filed page by page
    workbook      ──▶ sheets that are papers of their own                  ──▶ split --sheets
    loose photos  ──▶ runs of one folder, one moment, one numbering        ──▶ merge

All of it is proposed; a person decides. Nothing is taken apart or joined on its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from duban_archive.core.dates import find_dates
from duban_archive.core.describe.file_name import is_machine_name, stem
from duban_archive.core.describe.title import find_title
from duban_archive.core.document_number import own_number
from duban_archive.core.model import Extracted
from duban_archive.core.photos import without_copy_marks
from duban_archive.core.wording import bare, tidy

_FIRST_PAGE = re.compile(r"^[-—–\s第]*[1１一][-—–\s页]*(?:[/共]\s*\d+\s*页?)?$|^第\s*1\s*页")
_DEFAULT_SHEET = re.compile(r"(?i)^(?:sheet|工作表)\s*\d*$")
_COUNTER = re.compile(r"\d+")
_COMPILED = re.compile(r"汇编|汇集|合订|资料集|材料集|档案$")
_CONTENTS = re.compile(r"^(?:目\s*录|目\s*次)$")
_ANNEX = re.compile(r"^附\s*(?:件|表|图|录)?\s*[\d一二三四五六七八九十]*\s*(?:[:：.、]|$)|^附\s*(?:件|表|图|录)")
STRONG = 0.85
SHORT = 12
SAME = 0.7  # titles of sheets more alike than this are one paper cut by classes or years
SITTING, ALBUM = 20, 240  # minutes between two shots of one event: anywhere; in a folder of nothing but pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some pages (from 1) or a sheet that look like a paper of their own, and why."""

    pages: tuple[int, ...]
    sheet: str = ""
    title: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """What is known of one loose picture: where it came from, when it was taken (ISO with time, may be empty)."""

    record: int
    file_name: str
    folder: str
    taken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Pictures that look like pages of one paper or views of one event, in order, and why."""

    records: tuple[int, ...]
    because: str


def papers_in(extracted: Extracted, today: date, *, compiled: bool = False) -> tuple[Stretch, ...]:
    """The papers that a file of many pages holds; empty where it looks like one paper.

    A page begins a paper when its head shows a title beyond doubt and something else says so too: a number of its own,
    a page count that starts again, a blank page or a 落款 before it. The first page always begins one; annexes stay
    with the paper that brings them.
    """
    pages = _pages(extracted)
    if len(pages) < 2:
        return ()
    starts: list[tuple[int, str, str]] = []
    before: tuple[str, ...] = ()
    for number, lines in pages:
        title, sure = find_title(lines, today)
        why = _why_it_begins(lines, before, today) or ("有自己的标题" if compiled else "")
        if not starts:
            starts.append((number, title if sure >= 0.5 else "", "第一份"))
        elif (
            sure >= STRONG
            and why
            and bare(title) != bare(starts[-1][1])
            and not _CONTENTS.match(lines[0])
            and not any(map(_ANNEX.match, (lines[0], title)))
        ):
            starts.append((number, title, why))
        before = lines
    if len(starts) < 2:
        return ()
    last = max(extracted.pages or 0, pages[-1][0])
    ends = [start[0] - 1 for start in starts[1:]] + [last]
    return tuple(
        Stretch(
            pages=tuple(range(first, end + 1)), title=title, because=f"第{first}页{why}" if why != "第一份" else why
        )
        for (first, title, why), end in zip(starts, ends, strict=True)
    )


def _pages(extracted: Extracted) -> list[tuple[int, tuple[str, ...]]]:
    """Pages in order with their tidy lines; a blank page has none, whether the reader gave a passage for it or not."""
    texts: dict[int, list[str]] = {}
    for passage in extracted.passages:
        if passage.locator.page is not None:
            texts.setdefault(passage.locator.page, []).extend(passage.text.split("\n"))
    if not texts:
        return []
    pages = range(min(texts), max(texts) + 1)
    return [(page, tuple(line for line in map(tidy, texts.get(page, ())) if line)) for page in pages]


def _why_it_begins(lines: tuple[str, ...], before: tuple[str, ...], today: date) -> str:
    if not lines:
        return ""
    if own_number(lines, head=6):
        return "有自己的文号"
    if _FIRST_PAGE.match(lines[-1]) or _FIRST_PAGE.match(lines[0]):
        return "页码从1重新开始"
    if not before or len("".join(before)) < SHORT:
        return "前面是空白页"
    last = before[-3:]
    if any(len(line) <= 40 and any(found.whole for found in find_dates(line, today)) for line in last):
        return "前一页以日期落款结束"
    return ""


def sheets_in(extracted: Extracted, today: date) -> tuple[Stretch, ...]:
    """Sheets that look like papers of their own: named by people or titled, with rows; empty where fewer than two."""
    found: list[Stretch] = []
    seen: set[str] = set()
    for table in extracted.tables:
        sheet = table.locator.sheet
        if not sheet or sheet in seen or table.hidden:
            continue
        seen.add(sheet)
        rows = [
            cells for row in table.rows[:6] if (cells := [tidy(cell) for cell in dict.fromkeys(row) if cell.strip()])
        ]
        title, sure = find_title(tuple("\t".join(cells) for cells in rows), today)
        named = not _DEFAULT_SHEET.match(sheet.strip())
        if len(table.rows) > 1 and (sure >= STRONG or named):
            because = f"工作表“{sheet}”" + (f"的标题是“{title}”" if sure >= STRONG else "有自己的名称")
            found.append(Stretch(pages=(), sheet=sheet, title=title if sure >= STRONG else sheet, because=because))
    return tuple(found) if len(found) > 1 else ()


def unlike_sheets(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The sheets of a workbook that are different papers: titled, and not one list cut by class, year or school."""
    titled = [stretch for stretch in stretches if stretch.title != stretch.sheet]
    first = titled[0].title if titled else ""
    alike = all(SequenceMatcher(None, bare(first), bare(one.title)).ratio() >= SAME for one in titled)
    return () if len(titled) < 2 or alike else tuple(stretches)


def is_compilation(title: str) -> bool:
    """Whether a title says that many papers are bound together (汇编): its parts may serve other slots too."""
    return bool(_COMPILED.search(title))


def part_of(extracted: Extracted, stretch: Stretch) -> Extracted:
    """What was read, cut to one stretch."""
    pages = set(stretch.pages)

    def inside(page: int | None, sheet: str | None) -> bool:
        return sheet == stretch.sheet if stretch.sheet else page in pages

    return replace(
        extracted,
        passages=tuple(p for p in extracted.passages if inside(p.locator.page, p.locator.sheet)),
        tables=tuple(t for t in extracted.tables if inside(t.locator.page, t.locator.sheet)),
        pages=len(pages) or extracted.pages,
        members=(),
        unread_pages=tuple(page for page in extracted.unread_pages if page in pages),
    )


def photos_together(photos: Iterable[Photo], *, albums: Collection[str] = ()) -> tuple[Together, ...]:
    """Runs of pictures that came together: one folder, camera names in sequence or taken within some minutes.

    ``albums``: folders that hold nothing but pictures; there an event may take longer. A picture that a person named,
    or one that stands alone, is left alone.
    """
    by_folder: dict[str, list[Photo]] = {}
    for photo in photos:
        if is_machine_name(photo.file_name) or _COUNTER.search(stem(photo.file_name)):
            by_folder.setdefault(photo.folder, []).append(photo)
    found: list[Together] = []
    for folder, loose in sorted(by_folder.items()):
        loose.sort(key=_place)
        run: list[Photo] = []
        for photo in loose:
            if run and not _follows(run[-1], photo, ALBUM if folder in albums else SITTING):
                found += _joined(run, folder)
                run = []
            run.append(photo)
        found += _joined(run, folder)
    return tuple(found)


def _joined(run: Sequence[Photo], folder: str) -> list[Together]:
    if len(run) < 2:
        return []
    where = f"同在文件夹“{folder}”" if folder else "同时收到"
    when = "、拍摄时间相连" if run[0].taken and run[-1].taken else "、文件名编号相连"
    return [Together(records=tuple(photo.record for photo in run), because=where + when)]


def _place(photo: Photo) -> tuple[str, str, int]:
    name = without_copy_marks(photo.file_name)
    numbers = _COUNTER.findall(name)
    return photo.taken, _COUNTER.sub("#", name), int(numbers[-1]) if numbers else 0


def _follows(one: Photo, other: Photo, minutes: int) -> bool:
    (_, shape, number), (_, other_shape, other_number) = _place(one), _place(other)
    if shape != other_shape and not (is_machine_name(one.file_name) and is_machine_name(other.file_name)):
        return False  # a person named them after different things
    if one.taken and other.taken:
        first, second = _minute(one.taken), _minute(other.taken)
        return first is not None and second is not None and 0 <= second - first <= minutes
    if one.taken or other.taken:
        return False
    return shape == other_shape and 0 <= other_number - number <= 3


def _minute(taken: str) -> int | None:
    """Minutes since an arbitrary day, of an ISO time (2015-08-05T10:10:10)."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)", taken)
    if match is None:
        return None
    year, month, day, hour, minute = map(int, match.groups())
    return date(year, month, day).toordinal() * 1440 + hour * 60 + minute
