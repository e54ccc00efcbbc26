"""The steps of one build, in the order `build` calls them: bind, lay out, finish, and what is told afterwards."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters import sheets
from duban_archive.adapters.binder import assemble, forms, stamp
from duban_archive.adapters.binder.cache import Cache
from duban_archive.adapters.binder.facts import CONTENTS
from duban_archive.adapters.binder.forms import Bound, Piece
from duban_archive.adapters.binder.inputs import (
    ABSENT,
    BROKEN_PAGE,
    DAMAGED,
    NO_SUCH_PAGE,
    Input,
    Looked,
    look,
    open_input,
)
from duban_archive.adapters.binder.wording import safe_name
from duban_archive.core import paging
from duban_archive.core.inserts import Change, Now, renumber, runs
from duban_archive.core.manifest import FILING, Item, Manifest, Source
from duban_archive.core.paging import Kind, Leaf
from duban_archive.errors import DubanError

if TYPE_CHECKING:
    from duban_archive.adapters.worker import Done, Pool

FORM_SECONDS = 120.0
INPUT_SECONDS = 60.0
A4_LONG = 297 * stamp.MM + 12  # a little more is a scanner's margin


@dataclass(frozen=True, slots=True, kw_only=True)
class BinderVolume:
    """Where a volume lies in the PDF: pages from 1, cover and note included."""

    code: str
    title: str
    items: int
    first_page: int
    last_page: int
    spine_mm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """An item that a page stands in for, and why."""

    record: int
    why: str


class Work:
    """The state of one build; lives only inside `build`."""

    def __init__(
        self,
        manifest: Manifest,
        files: Mapping[str, Path],
        templates: Mapping[str, Path],
        fonts: tuple[Path, ...],
        pool: Pool | None,
        cache: Cache | None = None,
    ) -> None:
        self.cache = cache or Cache(None)
        self.manifest, self.files, self.templates, self.fonts, self.pool = manifest, files, templates, fonts, pool
        self.scratch = Path()
        self.assembly = assemble.Assembly()
        self.bound: list[Bound] = []
        self.leaves: tuple[Leaf, ...] = ()
        self.writer: forms.Forms
        self.changes: tuple[Change, ...] = ()
        self._at: dict[tuple[int, int, int], Bound] = {}
        self._looked: dict[str, Looked] = {}
        self._inputs: dict[str, Input | str] = {}
        self._pages: dict[tuple[tuple[int, int, int], int], list[Any]] = {}  # item, piece → page dictionaries
        self._sheets: dict[str, assemble.Sheet] = {}

    # --- what is bound ------------------------------------------------------------------------------------------

    def bind(self) -> None:
        """Copy the pages of every source that was looked at; what fails becomes a page that says so."""
        for v, volume in enumerate(self.manifest.volumes):
            for s, section in enumerate(volume.sections):
                for i, item in enumerate(section.items):
                    self.bound.append(self._bind_item((v, s, i), item))
        self._at = {one.at: one for one in self.bound}

    def look_at_inputs(self) -> None:
        """In the worker: a file that crashes or stalls a reader costs its own page, not the binder."""
        named = dict.fromkeys(s.pdf for v in self.manifest.volumes for item in v.items for s in item.sources)
        for digest in named:
            if digest in self.files and (known := self.cache.looked(digest)) is not None:
                self._looked[digest] = known
        wanted = [digest for digest in named if digest in self.files and digest not in self._looked]
        _allow_open_files(len(named))
        for digest, found in self._look(wanted):
            self._looked[digest] = found
            if found.reason != ABSENT:
                self.cache.keep_looked(digest, found)

    def _look(self, wanted: Sequence[str]) -> Iterator[tuple[str, Looked]]:
        if self.pool is None:
            yield from ((digest, look(self.files[digest])) for digest in wanted)
            return
        from duban_archive.adapters.worker import Call

        target = f"{look.__module__}:{look.__name__}"
        calls = (
            Call(key=digest, target=target, kwargs={"path": self.files[digest]}, seconds=INPUT_SECONDS)
            for digest in wanted
        )
        for done in self.pool.run(calls):
            yield done.key, done.value if done.fault is None else Looked(reason=DAMAGED)

    def _bind_item(self, at: tuple[int, int, int], item: Item) -> Bound:
        line = item.line
        if line.see:
            return Bound(at, item, (Piece("互见页"),))
        if line.placeholder:
            return Bound(at, item, (Piece("缺项页", line.placeholder),))
        if not item.sources:
            return Bound(at, item, (Piece("占位页"),))
        pieces: list[Piece] = []
        for number, source in enumerate(item.sources):
            for piece, pages in self._bind_source(number, source):
                if pages:
                    self._pages[at, len(pieces)] = pages
                pieces.append(piece)
        signed = any(self._looked.get(source.pdf, Looked()).signed for source in item.sources)
        return Bound(at, item, tuple(pieces), signed)

    def _bind_source(self, number: int, source: Source) -> Iterator[tuple[Piece, list[Any]]]:
        """The runs of good pages of a source, with a page in the place of each that cannot be read."""
        import pikepdf

        looked = self._looked.get(source.pdf, Looked(reason=source.why or ABSENT))
        opened = self._open(source.pdf) if not looked.reason else looked.reason
        if isinstance(opened, str):
            yield Piece("缺项页", opened), []
            return
        wanted = [page - 1 for page in source.pages] if source.pages else list(range(opened.pages))
        if not wanted or min(wanted) < 0 or max(wanted) >= opened.pages:
            yield Piece("缺项页", f"{NO_SUCH_PAGE}（共{opened.pages}页）"), []
            return
        for broken, run in itertools.groupby(wanted, key=looked.broken.__contains__):
            pages = tuple(run)
            if broken:
                yield from ((Piece("缺项页", BROKEN_PAGE.format(page + 1)), []) for page in pages)
                continue
            try:
                taken = self.assembly.take(opened, pages)
            except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError):
                yield Piece("缺项页", DAMAGED), []
            else:
                yield Piece("", source=number, pages=pages), taken

    def _open(self, digest: str) -> Input | str:
        if digest not in self._inputs:
            opened = open_input(self.files[digest])
            if isinstance(opened, Input):
                self.assembly.keep_open(opened.pdf)
            self._inputs[digest] = opened
        return self._inputs[digest]

    def _loose(self) -> dict[int, tuple[int, int]]:
        """Leaves (by place) whose page does not put back the graphics state."""
        found: dict[int, tuple[int, int]] = {}
        starts = {leaf_at(leaf): n for n, leaf in enumerate(self.leaves) if leaf.kind is Kind.ITEM and leaf.nth == 0}
        for one in self.bound:
            place = starts[one.at]
            for n, piece in enumerate(one.pieces):
                if piece.form:
                    place += len(self._sheets[one.mark(n)].pages)
                    continue
                loose = self._looked[one.item.sources[piece.source].pdf].loose
                for page in piece.pages:
                    if page in loose:
                        found[place] = loose[page]
                    place += 1
        return found

    # --- numbers and forms --------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Number the leaves and make the forms, again as long as a form's length changes what is printed."""
        counts: dict[str, int] = {}
        before: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for _ in range(6):
            self.leaves = self._number(counts)
            self.writer = forms.Forms(self.manifest, self.bound, self.leaves)
            made = self.writer.sheets().of
            changed = {form: pages for form, pages in made.items() if before.get(form) != pages}
            if not changed:
                return
            self._press(changed)
            counts = {mark: len(sheet.pages) for mark, sheet in self._sheets.items()}
            before = made
        raise DubanError(
            "目录页数无法确定:模板的版式使页码反复变化。", "请改用程序自带的“卷内目录”和“隔页”模板,再试一次。"
        )

    def _number(self, counts: Mapping[str, int]) -> tuple[Leaf, ...]:
        items: dict[tuple[int, int], list[int]] = {}
        for one in self.bound:
            pages = sum(len(piece.pages) or counts.get(one.mark(n), 1) for n, piece in enumerate(one.pieces))
            items.setdefault(one.at[:2], []).append(pages)
        given = self._given(items) if self.manifest.frozen else None
        shapes = [
            paging.VolumeShape(
                code=volume.code,
                cover=counts.get(f"cover-{v}", 1),
                contents=counts.get(f"contents-{v}", 1),
                note=counts.get(f"note-{v}", 1),
                sections=tuple(
                    paging.SectionShape(
                        code=section.code,
                        divider=counts.get(f"divider-{v}-{s}", 1),
                        items=tuple(items.get((v, s), ())),
                    )
                    for s, section in enumerate(volume.sections)
                ),
            )
            for v, volume in enumerate(self.manifest.volumes)
        ]
        pack = self.manifest.pack
        return paging.lay_out(
            shapes,
            self.manifest.numbering,
            pack_cover=counts.get("pack-cover", 1) if pack else 0,
            pack_contents=counts.get("pack-contents", 1) if pack else 0,
            given=given,
        )

    def _given(self, items: Mapping[tuple[int, int], Sequence[int]]) -> dict[tuple[int, int, int], Any]:
        """The numbers that are on paper, and those between them; what changes is kept for the office's list."""
        now = [
            Now(
                volume=self.manifest.volumes[one.at[0]].code,
                record=one.line.record,
                only_pages=one.line.only_pages,
                title=one.line.title,
                pages=items[one.at[:2]][one.at[2]],
                made=one.made,
            )
            for one in self.bound
        ]
        numbers, self.changes = renumber(self.manifest.frozen, now)
        return {one.at: mine for one, mine in zip(self.bound, numbers, strict=True)}

    def _press(self, wanted: Mapping[str, Sequence[tuple[str, dict[str, Any]]]]) -> None:
        """Convert these forms, each template once."""
        jobs = {
            form: {
                "template": self.templates[form],
                "sheets": [facts for _, facts in pages],
                "marks": [mark for mark, _ in pages],
                "out": self.scratch / f"{form}.pdf",
                "fonts": self.fonts,
            }
            for form, pages in wanted.items()
        }
        hashes = dict(self.manifest.templates)
        kept = {form: self.cache.form(job, hashes[form], self.manifest.fonts) for form, job in jobs.items()}
        known = {form: path for form, path in kept.items() if path is not None and path.is_file()}
        self._run("press", {form: job for form, job in jobs.items() if form not in known})
        for form, pages in wanted.items():
            made = known.get(form) or self.scratch / f"{form}.pdf"
            self._sheets.update(self.assembly.take_sheets(made, [mark for mark, _ in pages]))
            if form not in known:
                self.cache.keep_form(made, kept[form])

    def _glyphs(self) -> Path:
        """A converted sheet with all that is printed as a page number."""
        made = self.scratch / "glyphs.pdf"
        characters = stamp.characters_of(leaf.number for leaf in self.leaves)
        self._run("press_glyphs", {"页码": {"characters": characters, "out": made}})
        return made

    def _run(self, verb: str, jobs: Mapping[str, dict[str, Any]]) -> None:
        """Do these conversions (``verb`` of `sheets`), in the pool if there is one."""
        if self.pool is None:
            answers: Iterable[tuple[str, Any]] = [(form, getattr(sheets, verb)(**job)) for form, job in jobs.items()]
        else:
            from duban_archive.adapters.worker import Call

            target = f"{sheets.__name__}:{verb}"
            calls = [Call(key=form, target=target, kwargs=job, seconds=FORM_SECONDS) for form, job in jobs.items()]
            answers = [(done.key, _answer(done)) for done in self.pool.run(calls)]
        for _, problem in sorted(answers, key=lambda answer: answer[0]):
            if problem is not None:
                raise sheets.TemplateError(*problem)

    # --- the file -----------------------------------------------------------------------------------------------

    def finish(self, data: bytes, stem: str) -> None:
        """Everything that makes pages a binder."""
        manifest, assembly = self.manifest, self.assembly
        pages = self._in_order()
        assembly.arrange(pages)
        places = self._places()
        assembly.link(self._sheets.values(), places)
        assembly.bookmark(self._marks(pages, places))
        assembly.number(self.leaves, manifest.numbering, self._glyphs(), self._loose())
        assembly.describe(title=stem, author=manifest.office, printed=manifest.printed, software=manifest.software)
        assembly.attach("manifest.json", data, "合订本清单：所装材料、页码与校验值", manifest.printed)

    def _in_order(self) -> list[Any]:
        """The page dictionary of each leaf."""
        pages: list[Any] = []
        for leaf in self.leaves:
            if leaf.kind is Kind.BLANK:
                pages.append(self.assembly.blank(pages[-1] if pages else None))
            elif leaf.kind is Kind.ITEM:
                pages.append(self._side(leaf_at(leaf))[leaf.nth])
            else:
                pages.append(self._sheets[_mark(leaf)].pages[leaf.nth])
        return pages

    def _side(self, at: tuple[int, int, int]) -> list[Any]:
        if (at, -1) not in self._pages:
            one = self._at[at]
            sides: list[Any] = []
            for n, piece in enumerate(one.pieces):
                sides += self._sheets[one.mark(n)].pages if piece.form else self._pages[at, n]
            self._pages[at, -1] = sides
        return self._pages[at, -1]

    def _places(self) -> dict[str, int]:
        """Page (from 0) of everything that is linked to."""
        places: dict[str, int] = {}
        for number, leaf in enumerate(self.leaves):
            if leaf.nth == 0 and leaf.kind is not Kind.BLANK:
                places[f"item-{leaf.volume}-{leaf.section}-{leaf.item}" if leaf.kind is Kind.ITEM else _mark(leaf)] = (
                    number
                )
        return places

    def _marks(self, pages: Sequence[Any], places: Mapping[str, int]) -> list[assemble.Mark]:
        """Pack → volume → section → item → what the paper itself has."""
        made: list[assemble.Mark] = []
        for name, title in (("pack-cover", "封面"), ("pack-contents", "总目录")):
            if name in places:
                made.append(assemble.Mark(title, pages[places[name]]))
        for v, volume in enumerate(self.manifest.volumes):
            below = [assemble.Mark("卷内目录", pages[places[f"contents-{v}"]])]
            for s, section in enumerate(volume.sections):
                items = tuple(self._item_mark(self._at[v, s, i], pages, places) for i in range(len(section.items)))
                title = f"{section.code} {section.title}"
                below.append(assemble.Mark(title, pages[places[f"divider-{v}-{s}"]], (), items))
            below.append(
                assemble.Mark("备考表" if self.manifest.view == FILING else "卷内说明", pages[places[f"note-{v}"]])
            )
            made.append(
                assemble.Mark(
                    f"{volume.code} {volume.title}", pages[places[f"cover-{v}"]], (), tuple(below), bold=True, open=True
                )
            )
        return made

    def _item_mark(self, one: Bound, pages: Sequence[Any], places: Mapping[str, int]) -> assemble.Mark:
        first = places[one.target]
        inner: list[assemble.Mark] = []
        for n, piece in enumerate(one.pieces):
            if not piece.form:
                opened = self._inputs[one.item.sources[piece.source].pdf]
                if isinstance(opened, Input):
                    inner += assemble.inner_marks(opened.bookmarks, self._pages[one.at, n], piece.pages)
        title = f"{one.line.code} {_shorten(one.line.title)}　第{self.leaves[first].label}页"
        return assemble.Mark(title, pages[first], (), tuple(inner))

    def page_keys(self) -> list[str]:
        """For each leaf a name of all that its printed number depends on; empty where it is made anew each time."""
        made: dict[tuple[int, int, int], list[str]] = {}
        for one in self.bound:
            keys = made.setdefault(one.at, [])
            for n, piece in enumerate(one.pieces):
                digest = "" if piece.form else one.item.sources[piece.source].pdf
                pages = [-1] * len(self._sheets[one.mark(n)].pages) if piece.form else piece.pages
                keys += [f"{digest}#{page}" if digest else "" for page in pages]
        numbering = self.manifest.numbering
        found: list[str] = []
        for leaf in self.leaves:
            key = made[leaf_at(leaf)][leaf.nth] if leaf.kind is Kind.ITEM else ""
            found.append(f"{key}:{leaf.number}:{paging.corner_of(leaf, numbering)}" if key else "")
        return found

    # --- answers ------------------------------------------------------------------------------------------------

    @property
    def replaced(self) -> tuple[Replaced, ...]:
        """Every item that a page stands in for although it has a file."""
        return tuple(Replaced(record=one.line.record, why=why) for one in self.bound for why in one.faults)

    def volumes(self) -> tuple[BinderVolume, ...]:
        """Where each volume lies in the file."""
        made = []
        for v, volume in enumerate(self.manifest.volumes):
            mine = [number for number, leaf in enumerate(self.leaves, 1) if leaf.volume == v]
            width, _ = self.writer.spine(v)
            made.append(
                BinderVolume(
                    code=volume.code,
                    title=volume.title,
                    items=len(volume.items),
                    first_page=mine[0],
                    last_page=mine[-1],
                    spine_mm=width,
                )
            )
        return tuple(made)

    def papers(self) -> dict[int, tuple[tuple[str, int, str], ...]]:
        """Where each record is found: volume code, item number, printed page."""
        found: dict[int, tuple[tuple[str, int, str], ...]] = {}
        for one in self.bound:
            place = (self.manifest.volumes[one.at[0]].code, one.line.item, self.writer.span(one))
            found[one.line.record] = (*found.get(one.line.record, ()), place)
        return found

    def record_of_positions(self) -> dict[str, Any]:
        """The manifest as it is written: what went in, and where everything came to lie."""
        places = self._places()
        return {
            "manifest": self.manifest.as_json(),
            "pages": len(self.leaves),
            "labels": [[r.index, r.prefix, r.start] for r in paging.label_ranges(self.leaves)],
            "volumes": [
                {
                    "code": volume.code,
                    "title": volume.title,
                    "cover": places[f"cover-{v}"] + 1,
                    "contents": places[f"contents-{v}"] + 1,
                    "contents_pages": len(self._sheets[f"contents-{v}"].pages),
                }
                for v, volume in enumerate(self.manifest.volumes)
            ],
            "items": [
                {
                    "record": one.line.record,
                    "volume": self.manifest.volumes[one.at[0]].code,
                    "item": one.line.item,
                    "code": one.line.code,
                    "title": one.line.title,
                    "page": places[one.target] + 1,
                    "pages": len(self._side(one.at)),
                    "printed": self.writer.span(one),
                    "numbers": runs((leaf.prefix, leaf.value or 0) for leaf in self.writer.leaves_of(one)),
                    "only_pages": list(one.line.only_pages),
                    "made": list(one.made),
                    "stands": self._stands(one, places[one.target] + 1),
                }
                for one in self.bound
            ],
        }

    def _stands(self, one: Bound, page: int) -> list[dict[str, Any]]:
        """The forms among the pages of an item: which, why, and on which page of the file."""
        found: list[dict[str, Any]] = []
        for n, piece in enumerate(one.pieces):
            if piece.form:
                pages = len(self._sheets[one.mark(n)].pages)
                found.append({"form": piece.form, "why": piece.reason, "page": page, "pages": pages})
            page += len(self._sheets[one.mark(n)].pages) if piece.form else len(piece.pages)
        return found

    def extras(self, out: Path, stem: str) -> tuple[Path, ...]:
        """Editable covers and lists, and the spine labels on sheets to cut."""
        from duban_archive.adapters.binder import spines

        folder = out / f"{stem} 封面目录脊背"
        folder.mkdir(exist_ok=True)
        made: list[Path] = []
        contents = CONTENTS[self.manifest.columns]
        for v, volume in enumerate(self.manifest.volumes):
            for form, facts in (("卷封面", self.writer.cover(v)), (contents, self.writer.contents(v))):
                target = folder / f"{safe_name(f'{volume.code} {form}')}.docx"
                target.write_bytes(sheets.fill(self.templates[form], facts))
                made.append(target)
        target = folder / "印制单.docx"
        target.write_bytes(sheets.fill(self.templates["印制单"], self.writer.print_order(self._large())))
        made.append(target)
        if self.changes:
            target = folder / "换页清单.docx"
            target.write_bytes(sheets.fill(self.templates["换页清单"], self.writer.changes(self.changes)))
            made.append(target)
        labels = [self.writer.spine(v) for v in range(len(self.manifest.volumes))]
        pressed = self._press_spines(labels)
        target = folder / "脊背标签.pdf"
        spines.impose([width for width, _ in labels], pressed, target)
        return (*made, target)

    def _large(self) -> dict[int, list[str]]:
        """Labels of the pages that do not fit on A4, by volume."""
        found: dict[int, list[str]] = {}
        for page, leaf in zip(self.assembly.pages, self.leaves, strict=True):
            seen = stamp.frame(page)
            if leaf.kind is Kind.ITEM and max(seen.width, seen.height) > A4_LONG:
                found.setdefault(leaf.volume, []).append(leaf.label)
        return found

    def _press_spines(self, labels: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, Path]:
        """The labels of each width, one a page, in order."""
        made = {width: self.scratch / f"spine{width}.pdf" for width in sorted({width for width, _ in labels})}
        jobs = {
            f"脊背标签{width}毫米": {
                "template": self.templates[f"脊背标签{width}毫米"],
                "sheets": [facts for w, facts in labels if w == width],
                "marks": [f"s{n}" for n, (w, _) in enumerate(labels) if w == width],
                "out": path,
                "fonts": self.fonts,
            }
            for width, path in made.items()
        }
        self._run("press", jobs)
        return made


def _answer(done: Done) -> tuple[str, str] | None:
    if done.fault is not None:
        return f"模板“{done.key}”转换为 PDF 失败（{done.fault.text}）。", "请改用程序自带的同名模板，再试一次。"
    answer: tuple[str, str] | None = done.value
    return answer


def _allow_open_files(count: int) -> None:
    """All sources stay open until the binder is saved; a thousand of them is more than systems allow at first."""
    try:
        import resource
    except ImportError:  # Windows: no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = count + 256
    if soft != resource.RLIM_INFINITY and soft < need:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(
                resource.RLIMIT_NOFILE, (need if hard == resource.RLIM_INFINITY else min(need, hard), hard)
            )


def dump(data: Any) -> bytes:
    """JSON as it is written beside and into the binder."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def leaf_at(leaf: Leaf) -> tuple[int, int, int]:
    """(volume, section, item) of a leaf."""
    return leaf.volume, leaf.section, leaf.item


def _mark(leaf: Leaf) -> str:
    """The bookmark of the form a leaf belongs to."""
    if leaf.kind in (Kind.PACK_COVER, Kind.PACK_CONTENTS):
        return leaf.kind.replace("_", "-")
    if leaf.kind is Kind.DIVIDER:
        return f"divider-{leaf.volume}-{leaf.section}"
    return f"{leaf.kind}-{leaf.volume}"


def _shorten(title: str, limit: int = 60) -> str:
    return title if len(title) <= limit else title[: limit - 1] + "…"
