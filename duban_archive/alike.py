"""Alike: which papers are the same in other clothes, versions of one another, or the same form of another year.

What a text is like is kept as an echo (``signatures``) and made only for texts that are new or changed; one paper is
then held against all others at once. Nothing here decides: a person merges, marks 定稿, or leaves papers apart.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from duban_archive.core import similar
from duban_archive.core.model import Record
from duban_archive.core.similar import Likeness, Look, Signature

if TYPE_CHECKING:
    import re

    from duban_archive.archive import Archive

Json = dict[str, Any]
MOST = 12  # candidates that are looked at closely, and shown
_AT_ONCE = 200  # signatures kept in one transaction
_WORDS = {
    "same": "可并成一件:duban merge {} {}",
    "version": "定一份为准:duban final 件号 --over 另一件号",
    "near": "各是各的材料,不合并",
}


class Alike:
    """The likenesses of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._signatures: dict[int, Signature] | None = None

    def catch_up(self) -> Iterator[tuple[int, int]]:
        """Sign every text that is new or has changed; (done, total) as it goes."""
        todo = list(self._archive.echoes.unsigned().items())
        for start in range(0, len(todo), _AT_ONCE):
            rows = []
            for id, change in todo[start : start + _AT_ONCE]:
                signature = similar.sign_with(self._text(id), self._unit_names)
                rows.append((id, change, signature.exact, signature.blank))
            self._archive.echoes.note_signatures(rows)
            self._signatures = None
            yield min(start + _AT_ONCE, len(todo)), len(todo)

    def of(self, id: int, *, known: dict[int, Record] | None = None) -> tuple[Likeness, ...]:
        """The papers that record ``id`` is like, the same first; records that stand only, and not its own parts."""
        for _ in self.catch_up():
            pass
        signatures = self._all()
        if id not in signatures or not signatures[id].exact:
            return ()
        others = {other: signature for other, signature in signatures.items() if other != id}
        near = similar.candidates(signatures[id], others)
        records = known if known is not None else {r.id: r for r in self._archive.catalogue.records([id, *near[:60]])}
        record = records.get(id)
        if record is None:
            return ()
        standing = [other for other in near if other in records and _stands(records[other])][:MOST]
        look = self._look(record)
        found = [
            one
            for other in standing
            if not _settled(record, records[other])
            if (one := similar.relate(look, self._look(records[other]), self._unit_names)) is not None
        ]
        order = ("same", "version", "near")
        return tuple(sorted(found, key=lambda one: (order.index(one.kind), -one.nearness, one.record)))

    def differences(self, id: int, other: int) -> tuple[tuple[str, str], ...]:
        """The lines in which two papers differ, side by side."""
        return similar.differences(self._text(id), self._text(other))

    def shown(self, id: int) -> list[Json]:
        """The same as plain JSON: ``record``, ``kind``, ``nearness``, ``why``, ``advice``, ``differences`` (pairs)."""
        likes = self.of(id)
        titles = (
            {r.id: r.title for r in self._archive.catalogue.records([one.record for one in likes])} if likes else {}
        )
        return [
            {
                "record": one.record,
                "title": titles[one.record],
                "kind": one.kind,
                "nearness": one.nearness,
                "why": one.because,
                "advice": _WORDS[one.kind].format(*sorted((id, one.record))),
                "differences": [list(pair) for pair in self.differences(id, one.record)],
            }
            for one in likes
        ]

    def pairs(self, records: Iterable[Record], among: Iterable[int]) -> Iterator[tuple[int, Likeness]]:
        """Of all records that stand: pairs that look like one paper or versions of one, one of each in ``among``."""
        for _ in self.catch_up():
            pass
        known = {record.id: record for record in records if _stands(record)}
        signatures = {id: signature for id, signature in self._all().items() if id in known and signature.exact}
        names = {
            id: similar.stage_names(known[id].title, known[id].parts[0].file_name if known[id].parts else "")
            for id in signatures
        }
        wanted = set(among)
        for first, second in similar.likely_pairs(signatures, names):
            if not wanted & {first, second} or _settled(known[first], known[second]):
                continue
            like = similar.relate(self._look(known[second]), self._look(known[first]), self._unit_names)
            if like is not None and like.kind != "near":
                yield second, like

    @functools.cached_property
    def _unit_names(self) -> re.Pattern[str]:
        units = self._archive.checklist.units
        return similar.names_pattern(n for unit in units for n in (unit.name, *unit.aliases, *unit.former_names))

    def _all(self) -> dict[int, Signature]:
        if self._signatures is None:
            halves = self._archive.echoes.signatures()
            self._signatures = {id: Signature(exact=exact, blank=blank) for id, (exact, blank) in halves.items()}
        return self._signatures

    def _text(self, id: int) -> str:
        texts = self._archive.echoes.texts_of(id)
        texts.sort(
            key=lambda text: (text.part, text.locator.page or 0, text.locator.row or text.locator.paragraph or 0)
        )
        return "\n".join(text.text for text in texts)

    def _look(self, record: Record) -> Look:
        texts = self._archive.echoes.texts_of(record.id)
        description = record.description
        return Look(
            record=record.id,
            text=self._text(record.id),
            title=record.title,
            unit=description.unit.value if description.unit else "",
            period=description.period.value if description.period else "",
            file_name=record.parts[0].file_name if record.parts else "",
            ocr=bool(texts) and all(text.ocr for text in texts),
        )


def _stands(record: Record) -> bool:
    return record.state in ("ready", "abnormal")


def _settled(one: Record, other: Record) -> bool:
    """A person (or the same path) has already made them versions, and one is final: nothing left to ask."""
    family = {one.version_of or one.id, other.version_of or other.id}
    return len(family) == 1 and (one.final or other.final)
