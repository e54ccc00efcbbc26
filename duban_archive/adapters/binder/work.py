"""The first steps of one build, in the order `build` calls them: look at the inputs, bind, lay out.

`finish` makes a file of it, `account` tells what lies where, `extras` writes what goes beside it.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters import sheets
from duban_archive.adapters.binder import assemble, forms, ink, pages
from duban_archive.adapters.binder.bound import Bound, Numbers, Piece, Place
from duban_archive.adapters.binder.cache import Cache
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
from duban_archive.core import paging
from duban_archive.core.inserts import Change, Now, Number, renumber
from duban_archive.core.manifest import Item, Manifest, Source
from duban_archive.core.paging import Kind, Leaf, Mode
from duban_archive.errors import DubanError

if TYPE_CHECKING:
    from duban_archive.adapters.worker import Done, Pool

FORM_SECONDS = 120.0
INPUT_SECONDS = 60.0
INK_SECONDS = 300.0  # a thick scan takes a while to draw; nothing is lost where it takes longer


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
        self.numbers: Numbers = {}
        self.writer: forms.Forms
        self.changes: tuple[Change, ...] = ()
        self.at: dict[Place, Bound] = {}
        self.sheets: dict[str, assemble.Sheet] = {}
        self.inputs: dict[str, Input | str] = {}
        self.looked: dict[str, Looked] = {}
        self.taken: dict[str, Mapping[int, int]] = {}  # by digest and page: spots that something stands in
        self.pages_of: dict[tuple[Place, int], list[Any]] = {}  # item, piece → page dictionaries

    # --- what is bound ------------------------------------------------------------------------------------------

    def look_at_inputs(self) -> None:
        """In the worker: a file that crashes or stalls a reader costs its own page, not the binder."""
        named = self._named()
        for digest, heads in named.items():
            if digest in self.files:
                if (known := self.cache.looked(digest)) is not None:
                    self.looked[digest] = known
                if (ink_known := self.cache.taken(digest, heads)) is not None:
                    self.taken[digest] = ink_known
        _allow_open_files(len(named))
        wanted = [digest for digest in named if digest in self.files and digest not in self.looked]
        for digest, found in self._ask(look, {d: {"path": self.files[d]} for d in wanted}, INPUT_SECONDS):
            self.looked[digest] = found or Looked(reason=DAMAGED)
            if self.looked[digest].reason != ABSENT:
                self.cache.keep_looked(digest, self.looked[digest])
        self._look_for_ink(named)

    def _look_for_ink(self, named: Mapping[str, tuple[int, ...]]) -> None:
        jobs: dict[str, dict[str, Any]] = {}
        for digest, heads in named.items():
            looked = self.looked.get(digest)
            if looked is not None and not looked.reason and digest not in self.taken:
                jobs[digest] = {"path": self.files[digest], "pages": range(looked.pages), "heads": heads}
        for digest, found in self._ask(ink.look_for_ink, jobs, INK_SECONDS):
            self.taken[digest] = found or {}
            if found is not None:
                self.cache.keep_taken(digest, named[digest], found)

    def _named(self) -> dict[str, tuple[int, ...]]:
        """Every PDF of the manifest, with the pages (from 0) of it that open an item."""
        named: dict[str, set[int]] = {}
        for volume in self.manifest.volumes:
            for item in volume.items:
                for number, source in enumerate(item.sources):
                    opening = {(source.pages or (1,))[0] - 1} if number == 0 else set()
                    named.setdefault(source.pdf, set()).update(opening)
        return {digest: tuple(sorted(heads)) for digest, heads in named.items()}

    def _ask(self, verb: Any, jobs: Mapping[str, dict[str, Any]], seconds: float) -> Iterator[tuple[str, Any]]:
        """What ``verb`` finds for each job, in the pool if there is one; ``None`` where it crashed or took too long."""
        if self.pool is None:
            yield from ((key, verb(**job)) for key, job in jobs.items())
            return
        from duban_archive.adapters.worker import Call

        target = f"{verb.__module__}:{verb.__name__}"
        calls = (Call(key=key, target=target, kwargs=job, seconds=seconds) for key, job in jobs.items())
        for done in self.pool.run(calls):
            yield done.key, done.value if done.fault is None else None

    def bind(self) -> None:
        """Copy the pages of every source that was looked at; what fails becomes a page that says so."""
        for v, volume in enumerate(self.manifest.volumes):
            for s, section in enumerate(volume.sections):
                for i, item in enumerate(section.items):
                    self.bound.append(self._bind_item((v, s, i), item))
        self.at = {one.at: one for one in self.bound}

    def _bind_item(self, at: Place, item: Item) -> Bound:
        line = item.line
        if line.see:
            return Bound(at, item, (Piece("互见页"),))
        if line.placeholder:
            return Bound(at, item, (Piece("缺项页", line.placeholder),))
        if not item.sources:
            return Bound(at, item, (Piece("占位页"),))
        pieces: list[Piece] = []
        for number, source in enumerate(item.sources):
            for piece, taken in self._bind_source(number, source):
                if taken:
                    self.pages_of[at, len(pieces)] = taken
                pieces.append(piece)
        looked = [self.looked.get(source.pdf, Looked()) for source in item.sources]
        return Bound(at, item, tuple(pieces), any(one.signed for one in looked), any(one.repaired for one in looked))

    def _bind_source(self, number: int, source: Source) -> Iterator[tuple[Piece, list[Any]]]:
        """The runs of good pages of a source, with a page in the place of each that cannot be read."""
        import pikepdf

        looked = self.looked.get(source.pdf, Looked(reason=source.why or ABSENT))
        opened = self._open(source.pdf) if not looked.reason else looked.reason
        if isinstance(opened, str):
            yield Piece("缺项页", opened), []
            return
        wanted = [page - 1 for page in source.pages] if source.pages else list(range(opened.pages))
        if not wanted or min(wanted) < 0 or max(wanted) >= opened.pages:
            yield Piece("缺项页", f"{NO_SUCH_PAGE}（共{opened.pages}页）"), []
            return
        for broken, run in itertools.groupby(wanted, key=looked.broken.__contains__):
            these = tuple(run)
            if broken:
                yield from ((Piece("缺项页", BROKEN_PAGE.format(page + 1)), []) for page in these)
                continue
            try:
                taken = self.assembly.take(opened, these)
            except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError):
                yield Piece("缺项页", DAMAGED), []
            else:
                yield Piece("", source=number, pages=these), taken

    def _open(self, digest: str) -> Input | str:
        if digest not in self.inputs:
            opened = open_input(self.files[digest])
            if isinstance(opened, Input):
                self.assembly.keep_open(opened.pdf)
            self.inputs[digest] = opened
        return self.inputs[digest]

    # --- numbers and forms --------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Number the leaves and make the forms, again as long as a form's length changes what is printed."""
        counts: dict[str, int] = {}
        before: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for _ in range(6):
            self._number(counts)
            self.writer = forms.Forms(self.manifest, self.bound, self.numbers)
            made = self.writer.sheets().of
            changed = {form: sheets for form, sheets in made.items() if before.get(form) != sheets}
            if not changed:
                self.changes += tuple(self.writer.changed_forms()) if self.manifest.frozen_forms else ()
                return
            self._press(changed)
            counts = {mark: len(sheet.pages) for mark, sheet in self.sheets.items()}
            before = made
        raise DubanError(
            "目录页数无法确定:模板的版式使页码反复变化。", "请改用程序自带的“卷内目录”和“隔页”模板,再试一次。"
        )

    def _number(self, counts: Mapping[str, int]) -> None:
        sides: dict[tuple[int, int], list[int]] = {}
        takes: dict[tuple[int, int], list[int]] = {}
        for one in self.bound:
            count = sum(len(piece.pages) or counts.get(one.mark(n), 1) for n, piece in enumerate(one.pieces))
            sides.setdefault(one.at[:2], []).append(count)
            takes.setdefault(one.at[:2], []).append(max(count, self._reserved(one)))
        given = self._given(takes) if self.manifest.frozen and self.manifest.numbering.mode != Mode.PHYSICAL else None
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
                        items=tuple(sides.get((v, s), ())),
                        numbers=tuple(takes.get((v, s), ())),
                    )
                    for s, section in enumerate(volume.sections)
                ),
            )
            for v, volume in enumerate(self.manifest.volumes)
        ]
        pack = self.manifest.pack
        self.leaves = paging.lay_out(
            shapes,
            self.manifest.numbering,
            pack_cover=counts.get("pack-cover", 1) if pack else 0,
            pack_contents=counts.get("pack-contents", 1) if pack else 0,
            given=given,
        )
        self.numbers = given or self._counted(takes)

    def _reserved(self, one: Bound) -> int:
        """How many page numbers a paper original takes, at least."""
        stands = self.manifest.reserve and self.manifest.numbering.mode != Mode.PHYSICAL
        return one.line.reserved if stands and one.pieces == (Piece("占位页"),) else 0

    def _counted(self, takes: Mapping[tuple[int, int], Sequence[int]]) -> Numbers:
        """The numbers of each item: those on its sides, and those it only reserves behind them."""
        found: dict[Place, list[Number]] = {}
        for leaf in self.leaves:
            if leaf.kind is Kind.ITEM:
                found.setdefault(pages.place_of(leaf), []).append((leaf.prefix, leaf.value or 0))
        for at, mine in found.items():
            prefix, value = mine[-1]
            more = takes[at[:2]][at[2]] - len(mine)
            mine += [(prefix, value + step) for step in range(1, more + 1)]
        return {at: tuple(mine) for at, mine in found.items()}

    def _given(self, takes: Mapping[tuple[int, int], Sequence[int]]) -> Numbers:
        """The numbers that are on paper, and those between them; what changes is kept for the office's list."""
        numbering = self.manifest.numbering
        now = []
        for one in self.bound:
            volume = self.manifest.volumes[one.at[0]]
            section = volume.sections[one.at[1]].code
            code = section if numbering.mode is Mode.SECTION else volume.code
            series = {Mode.CONTINUOUS: "", Mode.SECTION: f"{volume.code} {section}"}.get(numbering.mode, volume.code)
            now.append(
                Now(
                    volume=volume.code,
                    record=one.line.record,
                    only_pages=one.line.only_pages,
                    title=one.line.title,
                    pages=takes[one.at[:2]][one.at[2]],
                    made=one.made,
                    section=section,
                    series=series,
                    prefix=numbering.prefix.format(code=code),
                )
            )
        numbers, changes = renumber(self.manifest.frozen, now)
        self.changes = () if self.manifest.selection else changes  # of a selection most of the whole is left out
        return {one.at: mine for one, mine in zip(self.bound, numbers, strict=True)}

    def _press(self, wanted: Mapping[str, Sequence[tuple[str, dict[str, Any]]]]) -> None:
        """Convert these forms, each template once."""
        jobs = {
            form: {
                "template": self.templates[form],
                "sheets": [facts for _, facts in filled],
                "marks": [mark for mark, _ in filled],
                "out": self.scratch / f"{form}.pdf",
                "fonts": self.fonts,
            }
            for form, filled in wanted.items()
        }
        hashes = dict(self.manifest.templates)
        kept = {form: self.cache.form(job, hashes[form], self.manifest.fonts) for form, job in jobs.items()}
        known = {form: path for form, path in kept.items() if path is not None and path.is_file()}
        self.convert("press", {form: job for form, job in jobs.items() if form not in known})
        for form, filled in wanted.items():
            made = known.get(form) or self.scratch / f"{form}.pdf"
            self.sheets.update(self.assembly.take_sheets(made, [mark for mark, _ in filled]))
            if form not in known:
                self.cache.keep_form(made, kept[form])

    def convert(self, verb: str, jobs: Mapping[str, dict[str, Any]]) -> None:
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
