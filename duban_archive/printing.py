"""Printing: what was confirmed, in order, as one numbered and proved binder; what is on paper keeps its numbers.

::

    records ─▶ volumes ─▶ (as printed │ supplement │ boxes) ─▶ (a selection) ─▶ manifest ─▶ binder ─▶ remembered
               core/volumes   core/editions   core/boxes        core/editions    core/manifest  adapters/binder
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import photo_groups, renditions
from duban_archive.core.archive_numbers import Scheme, number_all
from duban_archive.core.binding import (
    ANEW,
    BY_BOX,
    BY_INDICATOR,
    BY_UNIT,
    FILING,
    SUPPLEMENT,
    Binding,
    problems,
)
from duban_archive.core.boxes import kept_together, split, with_homes
from duban_archive.core.checklist import Checklist
from duban_archive.core.editions import Edition, pick, settle, supplement
from duban_archive.core.manifest import Source, compose
from duban_archive.core.model import Part, Record, Volume
from duban_archive.core.paging import Mode
from duban_archive.core.volumes import make_volumes
from duban_archive.errors import UsageError
from duban_archive.printed import Printed
from duban_archive.reading import Progress
from duban_archive.renditions import Rendition

if TYPE_CHECKING:
    from duban_archive.adapters.binder import Binder
    from duban_archive.archive import Archive, Tell

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """选编: for whom, and what of the whole: an indicator's papers, a unit's, some records."""

    recipient: str = ""
    indicator: str = ""
    unit: str = ""
    records: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.recipient or self.indicator or self.unit or self.records)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prints:
    """Every filed record with the PDFs it is printed from (or why it has none); ``files``: PDF by digest."""

    volumes: tuple[Volume, ...]
    sources: Mapping[int, list[Source] | str]
    files: Mapping[str, Path]


class Printing:
    """Binders, labels and templates of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.printed = Printed(archive)

    def bind(
        self,
        *,
        volume: str = "",
        out: Path | None = None,
        strict: bool = False,
        freeze: bool = False,
        choices: Mapping[str, object] | None = None,
        selection: Selection | None = None,
        tell: Tell | None = None,
    ) -> Json:
        """Build the binder of all volumes, of one, or of a selection; remember where each item lies.

        ``choices``: in place of the office's own (`core.binding.Binding`, by field). ``freeze``: it goes to print, its
        numbers stay.
        """
        archive, chosen = self._archive, selection or Selection()
        rule = archive.settings.binding.with_choices(choices or {})
        if wrong := problems(rule):
            raise UsageError("装订的选择有不对的地方:\n  " + "\n  ".join(wrong), "请改正后再试;没有装订。")
        if chosen and (freeze or volume):
            raise UsageError(
                "选编的页码跟着全卷走,不能单独定版,也不能和 --volume 一起用。", "请去掉 --freeze 或 --volume。"
            )
        plan = _Plan(archive, rule, self.printed, volume, chosen)
        made = _rendered(archive, plan.parts(), tell)
        made_pages = photo_groups.press(archive, plan.photo_groups(), self.printed.captions())
        sources = plan.sources(made, made_pages)
        volumes = plan.volumes(sources, made, made_pages)
        manifest = compose(
            archive.checklist,
            volumes,
            sources,
            printed=archive.today,
            numbering=rule.pages,
            edition=plan.number,
            secrecy=rule.secrecy,
            view=rule.view,
            columns=rule.list_columns,
            head=archive.catalogue.head(),
            frozen=plan.frozen(volumes),
            frozen_forms=plan.paper.forms if plan.paper and not chosen else None,
            reserve=rule.reserve,
            selection=plan.words,
            scheme=plan.scheme if rule.view == FILING and rule.stamp else None,
            bare=plan.bare,
        )
        from duban_archive.adapters import binder

        files = {one.pdf: one.path for one in (*made.values(), *made_pages.values()) if one.path is not None}
        done = binder.build(
            dataclasses.replace(manifest, pack_title="佐证材料选编") if chosen else manifest,
            files,
            out or archive.home.output,
            templates=(archive.home.templates,),
            strict=strict,
            pool=archive.pool(),
            name=self._name(volume, chosen, plan),
            cache=archive.home.hidden / "binder-cache",
        )
        document = _document(done)
        id = self._remember(done, document, plan, volumes, whole=not volume and not chosen and not plan.adds)
        if freeze and done.verdict.ok:
            self.printed.freeze(id, plan.number, adds=plan.adds)
        return {"binders": [{**document, "edition": plan.number, "frozen": freeze and done.verdict.ok}]}

    def _name(self, volume: str, chosen: Selection, plan: _Plan) -> str:
        checklist = self._archive.checklist
        office = checklist.office or checklist.title
        if chosen:
            told = (chosen.recipient, chosen.indicator, chosen.unit, "、".join(map(str, chosen.records[:5])))
            return f"{office}选编({'-'.join(part for part in told if part)})"[:60]
        kind = "补充材料" if plan.adds else "迎检材料汇编"
        return f"{office}{kind}{'(' + volume + ')' if volume else ''}"[:60]

    def _remember(self, done: Binder, document: Json, plan: _Plan, volumes: Sequence[Volume], *, whole: bool) -> int:
        """An event with the binder's numbers, so that a search can name volume, item and printed page."""
        archive = self._archive
        written = json.loads(done.manifest.read_text(encoding="utf-8"))
        keys = (
            *("record", "volume", "section", "item", "code", "title", "printed", "numbers", "only_pages", "made"),
            *("see", "home", "archive_number", "back"),
        )
        items = [{key: item[key] for key in keys if item[key] not in ("", [], False)} for item in written["items"]]
        of = {volume.code: volume.of for volume in volumes}
        boxes = [
            {"code": box["code"], "title": box["title"], "of": of.get(box["code"], ""), "forms": box["forms"]}
            for box in written["volumes"]
        ]
        with archive.catalogue.change("bound", archive.by, path=document["path"]) as change:
            id = change.next_id("binders")
            row = {**document, "verdict": document["verdict"]["ok"], "items": items, "at": archive.now()}
            follows = plan.paper.number if plan.paper else 0
            told = {"boxes": boxes, "by": plan.rule.by, "numbering": plan.rule.numbering, "whole": whole}
            told = {**told, "follows": follows, "chosen": plan.words}
            change.put("binders", {"id": id}, {"id": id, "binder": {"id": id, **row, **told, "edition": plan.number}})
        archive.__dict__.pop("binders", None)  # read anew: there is one more
        return id

    def prints(self, tell: Tell | None = None) -> Prints:
        """What every filed record is printed from, in the order of the volumes: for the disc and the pack."""
        archive = self._archive
        rule = dataclasses.replace(archive.settings.binding, by=BY_INDICATOR, late=ANEW)
        plan = _Plan(archive, rule, self.printed, "", Selection())
        if plan.bare:
            return Prints(volumes=(), sources={}, files={})
        made = _rendered(archive, plan.parts(), tell)
        made_pages = photo_groups.press(archive, plan.photo_groups(), self.printed.captions())
        sources = plan.sources(made, made_pages)
        return Prints(
            volumes=plan.volumes(sources, made, made_pages),
            sources=sources,
            files={one.pdf: one.path for one in (*made.values(), *made_pages.values()) if one.path is not None},
        )

    def labels(self, ids: Sequence[int], out: Path, *, skip: int = 0) -> int:
        """标签 with QR codes for records (all of them when none is named), as a Word document; how many labels."""
        from duban_archive.adapters.binder.labels import Label, print_labels

        archive = self._archive
        records = tuple(archive.catalogue.record(id) for id in ids) if ids else archive.records()
        made = [
            Label(
                number=f"{record.id}号件",
                title=record.title,
                place=record.place.where if record.place else "",
                code=f"duban:{archive.checklist.id}:{record.id}",
            )
            for record in records
        ]
        print_labels(made, out, templates=(archive.home.templates,), skip=skip)
        return len(made)

    def check_templates(self) -> list[Json]:
        """Which blank of an edited template nobody fills, and which it lost."""
        from duban_archive.adapters.binder import templates

        found = templates.check(self._archive.home.templates)
        return [{"template": one.name, "problems": list(one.problems)} for one in found]


class _Plan:
    """What one run binds: the volumes, in the shape that is on paper or in a new one."""

    def __init__(self, archive: Archive, rule: Binding, printed: Printed, volume: str, chosen: Selection) -> None:
        self._archive, self.rule, self._chosen = archive, rule, chosen
        self._checklist: Checklist = archive.checklist
        self._records = archive.records()
        self._volume = volume
        self._known_code(volume)
        self.number = printed.next_edition()
        paper = printed.paper()
        same = paper is not None and (paper.by, paper.numbering) == (rule.by, rule.numbering)
        self.paper: Edition | None = paper if same and rule.late != ANEW else None
        if chosen:
            self.paper = printed.master()
            if self.paper is None:
                raise UsageError(
                    "还没有装订过全部材料,选编的页码无从跟着走。", "请先运行 duban bind --all,再做选编。"
                )  # fmt: skip
            self.rule = dataclasses.replace(rule, by=self.paper.by, numbering=self.paper.numbering)
            self.number = max(1, self.paper.number)
        if paper is not None and rule.numbering == Mode.PHYSICAL and rule.late not in (SUPPLEMENT, ANEW):
            raise UsageError(
                "已定版的合订本从首页起逐页编号,不能再插页。", "请加 --late supplement 做补充卷,或 --late anew 重编。"
            )  # fmt: skip
        self.adds = rule.late == SUPPLEMENT and self.paper is not None and not chosen
        self._choices = printed.copies()
        self._natural = self._make({})
        self.bare = not any(v.lines for v in self._natural) and rule.by == BY_INDICATOR
        if self.bare:  # nothing is filed yet: the empty boxes with their covers and dividers, to be set up first
            self._natural = self._make({}, bare=True)
        elif self.adds and not self._shaped(self._natural, {}):
            raise UsageError("定版以后没有新的材料,不需要补充卷。", "有新材料归类后再装订。")
        elif not self._shaped(self._natural, {}):
            raise UsageError(
                "没有符合条件的已归类材料,没有装订。", "请用 duban list 查看,用 duban confirm 归类后再装订。"
            )

    # --- what is wanted -----------------------------------------------------------------------------------------

    def _known_code(self, code: str) -> None:
        if not code or self.rule.by in (BY_UNIT, BY_BOX):
            return
        if code not in {indicator.code for indicator in self._checklist.indicators}:
            codes = "、".join(i.code for i in self._checklist.indicators if not i.parent)
            raise UsageError(f"没有编号为“{code}”的指标。", f"可用的卷:{codes}。")

    def _make(self, pages: Mapping[int, int], *, bare: bool = False) -> tuple[Volume, ...]:
        by_code = self._volume if self.rule.by == BY_INDICATOR else ""
        tops = {i.code for i in self._checklist.indicators if not i.parent}
        return make_volumes(
            self._checklist,
            self._records,
            codes=(by_code,) if by_code and (by_code not in tops or bare) else (),
            pages=pages,
            copy_up_to=self.rule.copy_pages,
            choices=self._choices,
            homes=self.paper.homes if self.paper else None,
            by=self.rule.by,
            bare=bare,
        )

    def _shaped(self, natural: Sequence[Volume], sizes: Mapping[int, int]) -> tuple[Volume, ...]:
        """The volumes as they are bound: like the printed ones, as a supplement, or in new boxes; what is wanted."""
        numbered: Sequence[Volume] = natural
        if self.rule.view == FILING:
            known = self.paper.archive_numbers if self.paper else None
            numbered = number_all(natural, self.scheme, known=known)
        if self.adds and self.paper is not None:
            made = supplement(numbered, self.paper)
        elif self.paper is not None:
            settled, fresh = settle(numbered, self.paper)
            place = {volume.code: n for n, volume in enumerate(numbered)}
            every = (*settled, *self._boxed(fresh, sizes))
            made = with_homes(sorted(every, key=lambda box: place[box.of or box.code]))
        else:
            made = self._boxed(numbered, sizes)
        return self._wanted(made)

    def _boxed(self, volumes: Sequence[Volume], sizes: Mapping[int, int]) -> tuple[Volume, ...]:
        room = self.rule.room
        if room is None:
            return tuple(volumes)
        return split(volumes, room, sizes=sizes, together=kept_together(self._checklist))

    def _wanted(self, made: Sequence[Volume]) -> tuple[Volume, ...]:
        chosen = self._chosen
        if self._volume:
            made = [volume for volume in made if self._volume in (volume.code, volume.of)]
        if not made or not chosen:
            return tuple(made)
        return pick(
            made,
            indicators=self._below(chosen.indicator),
            unit=self._archive.index.unit_name(self._archive.unit(chosen.unit)) if chosen.unit else "",
            records=frozenset(chosen.records) if chosen.records else None,
        )

    def _below(self, text: str) -> frozenset[str] | None:
        """The requirements of an indicator, or the one that is meant."""
        if not text:
            return None
        named = {i.id for i in self._checklist.indicators if text in (i.id, i.code)}
        while more := {i.id for i in self._checklist.indicators if i.parent in named} - named:
            named |= more
        if not named:
            return frozenset((self._archive.requirement(text),))
        return frozenset(r.id for r in self._checklist.requirements if r.indicator in named)

    @property
    def words(self) -> str:
        """What was chosen, in words for its covers."""
        chosen = self._chosen
        if not chosen:
            return ""
        unit = self._archive.index.unit_name(self._archive.unit(chosen.unit)) if chosen.unit else ""
        told = (
            f"供{chosen.recipient}" if chosen.recipient else "",
            f"指标{chosen.indicator}" if chosen.indicator else "",
            unit,
            f"{len(chosen.records)}件" if chosen.records else "",
        )
        return f"选编（{'，'.join(part for part in told if part)}），页码与全卷一致"

    @property
    def scheme(self) -> Scheme:
        """What 档号 are made of."""
        units = {u.name: str(u.attributes["机构代码"]) for u in self._checklist.units if "机构代码" in u.attributes}
        return Scheme(
            fonds=self.rule.fonds, retention=self.rule.retention, category=self.rule.category, units=units
        )  # fmt: skip

    # --- what it is made of -------------------------------------------------------------------------------------

    def _bound(self) -> list[Record]:
        wanted = {line.record for volume in self._shaped(self._natural, {}) for line in volume.lines}
        return [record for record in self._records if record.id in wanted]

    def parts(self) -> list[Part]:
        """The parts that must be printable."""
        groups = {record.id for record in self.photo_groups()}
        return [part for record in self._bound() if record.id not in groups for part in record.parts]

    def photo_groups(self) -> list[Record]:
        """照片组: records of several pictures that are shown side by side."""
        return [record for record in self._bound() if photo_groups.is_group(record)]

    def sources(
        self, made: Mapping[str, Rendition], photo_pages: Mapping[int, Rendition]
    ) -> dict[int, list[Source] | str]:
        """For each record with files the PDFs of its parts, or why there is none."""
        found: dict[int, list[Source] | str] = {}
        for record in self._bound():
            pages = photo_pages.get(record.id)
            if pages is not None and pages.path is None:
                found[record.id] = pages.notes[0].text if pages.notes else "照片页没有做成"
            elif pages is not None:
                found[record.id] = [Source(pdf=pages.pdf, original=pages.original, converter=pages.converter)]
            elif record.parts:
                found[record.id] = sources_of(record, made)
        return found

    def volumes(
        self,
        sources: Mapping[int, list[Source] | str],
        made: Mapping[str, Rendition],
        photo_pages: Mapping[int, Rendition],
    ) -> tuple[Volume, ...]:
        """The volumes, now that pages and sizes are known."""
        if self.bare:
            return self._wanted(self._make({}, bare=True))
        pages: dict[int, int] = {}
        sizes: dict[int, int] = {}
        for id, parts in sources.items():
            if isinstance(parts, str):
                continue
            group = photo_pages.get(id)
            renditions_of = [group] if group else [made[one.original] for one in parts if one.original in made]
            count = (group.pages or 0) if group else sum(_count(one, made) for one in parts)
            if count:
                pages[id] = count
            sizes[id] = sum(one.path.stat().st_size for one in renditions_of if one.path is not None)
        if self.rule.reserve:
            pages.update({r.id: r.place.pages for r in self._records if not r.parts and r.place and r.place.pages})
        return self._shaped(self._make(pages), sizes)

    def frozen(self, volumes: Sequence[Volume]) -> Sequence[Any]:
        """The printed items of what is bound; all of them when everything is, so that what is gone is told."""
        if self.paper is None or self.adds:
            return ()
        if not self._volume:
            return self.paper.items
        codes = {volume.code for volume in volumes}
        return [one for one in self.paper.items if one.volume in codes]


def _count(source: Source, made: Mapping[str, Rendition]) -> int:
    return len(source.pages) or (made[source.original].pages or 0 if source.original in made else 0)


def _rendered(archive: Archive, parts: Sequence[Part], tell: Tell | None) -> dict[str, Rendition]:
    made: dict[str, Rendition] = {}
    for one in renditions.render(archive, parts):
        if isinstance(one, Progress):
            if tell is not None:
                tell(one.done, one.total)
        else:
            made[one.original] = one
    return made


def sources_of(record: Record, made: Mapping[str, Rendition]) -> list[Source] | str:
    """The PDFs of a record's parts in order; a part that cannot be printed says why, or the whole record does."""
    sources = [_source(part, made[part.digest]) for part in record.parts]
    return sources if any(one.pdf for one in sources) else sources[0].why


def _source(part: Part, rendition: Rendition) -> Source:
    if rendition.path is None:
        why = rendition.notes[0].text if rendition.notes else "没有能转换这种文件的工具"
        return Source(pdf="", original=part.digest, why=f"“{part.file_name}”{why}")
    return Source(
        pdf=rendition.pdf, original=part.digest, pages=part.only_pages, converter=rendition.converter
    )  # fmt: skip


def _document(done: Binder) -> Json:
    return {
        "path": str(done.path),
        "manifest": str(done.manifest),
        "pages": done.pages,
        "volumes": [asdict(volume) for volume in done.volumes],
        "replaced": [asdict(one) for one in done.replaced],
        "verdict": asdict(done.verdict),
        "extras": [str(path) for path in done.extras],
        "changes": [asdict(change) for change in done.changes],
    }
