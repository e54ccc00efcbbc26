"""Bundling: one paper in many files, and many papers in one file: what to join and what to split is proposed here.

::

    loose photos ──▶ to_join()  ──▶ a person: duban merge 12 13 14   (archive.deciding.merge), or leave(…)
    thick scan   ──▶ to_split() ──▶ a person: duban split 7 --pages … (archive.deciding.split), or leave(…)

Nothing is joined or taken apart on its own. What a person leaves as it is, is not proposed again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from duban_archive.core import bundles
from duban_archive.core.model import Extracted, Note, Part, Record, Standing
from duban_archive.core.photos import Flag, Shot, flags, time_in_name

if TYPE_CHECKING:
    from duban_archive.archive import Archive

REGISTER = "left_as_is"  # entries: "12" (a record that stays whole), "12,13,14" (records that stay apart)
_TEXT = 600  # characters of a picture's text that are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinProposal:
    """Records that look like one: ``photos`` of one event (照片组) or the ``pages`` of one paper, in order.

    ``because``: why, for a person. ``flags``: shots that may be left out of the choice, each with its reason.
    """

    ids: tuple[int, ...]
    kind: str
    because: str
    flags: tuple[Flag, ...] = ()

    @property
    def command(self) -> str:
        """What to type to follow it."""
        return f"duban merge {' '.join(map(str, self.ids))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A paper found inside a record: its pages as ``split --pages`` counts them (``4-9``), or its sheet."""

    pages: str
    sheet: str
    title: str
    because: str

    @property
    def where(self) -> str:
        """Its place in words."""
        return f"工作表“{self.sheet}”" if self.sheet else f"第 {self.pages} 页"


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitProposal:
    """A record that looks like several papers, in order."""

    id: int
    pieces: tuple[Piece, ...]

    @property
    def pages(self) -> str:
        """For ``deciding.split`` by pages; ``""`` when it goes by sheets."""
        return ",".join(piece.pages for piece in self.pieces if piece.pages)

    @property
    def sheets(self) -> str:
        """For ``deciding.split`` by sheets; ``""`` when it goes by pages."""
        return ",".join(piece.sheet for piece in self.pieces if piece.sheet)

    @property
    def command(self) -> str:
        """What to type to follow it."""
        option = f"--pages {self.pages}" if self.pages else f"--sheets {self.sheets}"
        return f"duban split {self.id} {option}"


class Bundling:
    """What of one archive should be joined or split."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def to_join(self) -> tuple[JoinProposal, ...]:
        """Loose pictures that came together, by folder, moment and numbering; the first by accession number first."""
        standing = self._archive.records()
        loose = {record.id: record for record in standing if _is_loose_picture(record)}
        apart = self._left()
        proposals = []
        for run in bundles.photos_together(map(_photo, loose.values()), albums=_albums(standing)):
            if not any(set(run.records) <= ids for ids in apart):
                proposals.append(self._joined(run, loose))
        return tuple(sorted(proposals, key=lambda proposal: proposal.ids))

    def _joined(self, run: bundles.Together, loose: Mapping[int, Record]) -> JoinProposal:
        shots = [self._shot(loose[id]) for id in run.records]
        pages = sum(shot.is_page for shot in shots) * 2 > len(shots)
        return JoinProposal(
            ids=run.records, kind="pages" if pages else "photos", because=run.because, flags=flags(shots)
        )

    def _shot(self, record: Record) -> Shot:
        facts = record.facts
        read = self._archive.echoes.extraction(record.parts[0].digest)
        return Shot(
            record=record.id,
            pixels=int(facts.get("width", 0)) * int(facts.get("height", 0)),
            sharpness=facts.get("sharpness"),
            fingerprint=facts.get("fingerprint", ""),
            text=read.text[:_TEXT] if read else "",
        )

    def to_split(self) -> tuple[SplitProposal, ...]:
        """Records that look like several papers."""
        left = self._left()
        found = map(split_of, self._archive.records())
        return tuple(one for one in found if one is not None and frozenset((one.id,)) not in left)

    def leave(self, ids: Sequence[int]) -> None:
        """Leave one record whole, or several apart, so that it is not proposed again; ``undo`` takes this back."""
        archive = self._archive
        for id in ids:
            archive.catalogue.record(id)  # one that is not there is refused here
        name = ",".join(str(id) for id in sorted(set(ids)))
        with archive.catalogue.change("entered", archive.by, register=REGISTER, what=f"{name} 号件保持原样") as change:
            change.enter(REGISTER, name, {"ids": sorted(set(ids))})

    def is_left_whole(self, id: int) -> bool:
        """Whether a person decided that the record is one paper."""
        return frozenset((id,)) in self._left()

    def remarks(self, record: Record) -> tuple[Note, ...]:
        """What ``show`` says of a record that is proposed for joining or splitting."""
        if (split := split_of(record)) is not None and not self.is_left_whole(record.id):
            return (_split_note(split),)
        if not _is_loose_picture(record):
            return ()
        return tuple(note for one in self.to_join() if record.id in one.ids for note in _join_notes(one, record.id))

    def _left(self) -> set[frozenset[int]]:
        return {frozenset(entry["ids"]) for entry in self._archive.catalogue.entries(REGISTER).values()}


# --- joining -----------------------------------------------------------------------------------------------------


def _is_loose_picture(record: Record) -> bool:
    """A picture of its own: one part, read, and not filed by a person already."""
    return (
        len(record.parts) == 1
        and record.state == "ready"
        and record.parts[0].media_type.startswith("image/")
        and (record.parts[0].pages or 1) == 1
        and not any(filing.standing is Standing.CONFIRMED for filing in record.filings)
    )


def _photo(record: Record) -> bundles.Photo:
    part = record.parts[0]
    return bundles.Photo(record=record.id, file_name=part.file_name, folder=part.folder, taken=taken(record))


def taken(record: Record) -> str:
    """When a picture was taken, by EXIF, else by its name; ``""`` when neither tells, which is no fault."""
    named = time_in_name(record.parts[0].file_name) if record.parts else None
    return str(record.facts.get("taken", "") or (named.at if named else ""))


def _albums(records: Iterable[Record]) -> set[str]:
    """Folders that hold nothing but pictures; what lies loose at the inbox's top is no album."""
    folders: dict[str, bool] = {}
    for part in (part for record in records for part in record.parts[:1]):
        folders[part.folder] = folders.get(part.folder, True) and part.media_type.startswith("image/")
    return {folder for folder, pictures in folders.items() if folder and pictures}


def _join_notes(proposal: JoinProposal, id: int) -> Iterator[Note]:
    what = "像是一份材料的各页" if proposal.kind == "pages" else "像是同一次活动的照片"
    others = "、".join(str(other) for other in proposal.ids if other != id)
    text = f"与 {others} 号件{what}({proposal.because})。可用 {proposal.command} 合为一件;不合也可以。"
    yield Note(code="join_proposed", text=text)
    yield from (Note(code=f"photo_{flag.code}", text=f"{flag.text},可不选用。") for flag in proposal.flags
                if flag.record == id)  # fmt: skip


# --- splitting ---------------------------------------------------------------------------------------------------


def papers_within(part: Part, extracted: Extracted, title: str, today: datetime.date) -> list[dict[str, Any]]:
    """The fact ``papers_within`` of a record of one original: the papers it holds, ``[]`` where it is one paper."""
    if extracted.unread_pages or bundles.is_compilation(title):
        return []
    found: Iterable[bundles.Stretch] = ()
    if (extracted.pages or 0) > 1:
        found = bundles.papers_in(extracted, today)
    elif len(extracted.tables) > 1 and len(part.only_sheets) != 1:
        found = bundles.unlike_sheets(bundles.sheets_in(extracted, today))
    places = {page: at for at, page in enumerate(part.only_pages, 1)}
    return [
        {
            "pages": _runs([places.get(page, 0) for page in one.pages] if places else one.pages),
            "sheet": one.sheet, "title": one.title, "because": one.because,
        }
        for one in found
    ]  # fmt: skip


def _runs(pages: Sequence[int]) -> str:
    """``4-9`` of consecutive pages; pages that the record does not hold (0) are left out."""
    held = [page for page in pages if page]
    if not held:
        return ""
    return str(held[0]) if held[0] == held[-1] else f"{held[0]}-{held[-1]}"


def split_of(record: Record) -> SplitProposal | None:
    """The proposal of a record's facts."""
    if len(record.parts) != 1 or record.state != "ready":
        return None
    pieces = tuple(Piece(**fact) for fact in record.facts.get("papers_within", ()))
    return SplitProposal(id=record.id, pieces=pieces) if len(pieces) > 1 else None


def _split_note(proposal: SplitProposal) -> Note:
    listed = ";".join(f"{piece.where}“{piece.title or '无题名'}”" for piece in proposal.pieces[:6])
    more = "等" if len(proposal.pieces) > 6 else ""
    count = len(proposal.pieces)
    text = f"像是 {count} 份材料合在一个文件里:{listed}{more}。可用 {proposal.command} 拆开;不拆也可以。"
    return Note(code="split_proposed", text=text)
