"""The text layer of a scanned page held against what is read off its picture: does it say what the page shows?

::

    fact text_layer {"pages": all with such a layer, "check": those to be recognised, "checked": [], "differs": []}
        first, middle and last page are recognised ──▶ alike: the layer stays, the rest is trusted
                                                   └─▶ other: what is seen counts, and every such page is looked at
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from duban_archive.core.model import Extracted, Json, Note, Passage
from duban_archive.core.page_map import letters_of

ENOUGH = 30  # letters on either side; fewer prove nothing
NOTHING = 10  # letters read off a page that shows nothing
MUCH = 80  # letters of a layer on such a page
SEEN = 0.6  # of the pairs of letters seen stand in a layer that tells the truth
SAID = 0.5  # of the pairs of a layer are seen; stamps, tables and bad print cost some
_SAMPLE = 40


def pages_to_check(pages: Sequence[int]) -> tuple[int, ...]:
    """The first, the middle and the last."""
    return tuple(dict.fromkeys((pages[0], pages[len(pages) // 2], pages[-1]))) if pages else ()


def differs(layer: str, seen: str) -> bool:
    """Whether a layer says something else than the picture, or something that the picture does not show."""
    said, read = letters_of(layer), letters_of(seen)
    if len(read) < ENOUGH or len(said) < ENOUGH:
        return len(read) < NOTHING and len(said) >= MUCH
    pairs, others = _pairs(said), _pairs(read)
    both = (pairs & others).total()
    return both < SEEN * others.total() or both < SAID * pairs.total()


def covers(layer: str, seen: str) -> bool:
    """Whether a layer has what is seen, so that this need not be kept beside it."""
    others = _pairs(letters_of(seen))
    return (_pairs(letters_of(layer)) & others).total() >= SEEN * others.total()


def settle(extracted: Extracted, seen: Sequence[Passage]) -> tuple[Extracted, tuple[Passage, ...]]:
    """A reading whose checked pages keep the layer or lose it, and what was recognised without what is not needed.

    Where a layer differs, the reading has its other pages with a layer in ``unread_pages``, to be recognised, too.
    """
    layer: dict[str, Any] = dict(extracted.facts.get("text_layer", {}))
    checking = set(layer.get("check", ()))
    kept, told = list(extracted.passages), list(extracted.facts.get("text_layer_differs", ()))
    new: list[Passage] = []
    for passage in seen:
        page = passage.locator.page
        if page not in checking:
            new.append(passage)
            continue
        own = [p for p in kept if p.locator.page == page and not p.ocr]
        said = "\n".join(p.text for p in own)
        layer["checked"] = sorted({*layer.get("checked", ()), page})
        if differs(said, passage.text):
            kept = [p for p in kept if p not in own]
            new.append(passage)
            told.append({"page": page, "sample": _sample(said, passage.text)})
        elif not covers(said, passage.text):  # a scanning program's mark below a page without a layer
            new.append(passage)
    if not layer:
        return extracted, tuple(new)
    waiting: set[int] = set()
    if told:
        waiting = set(layer["pages"]) - set(layer.get("checked", ())) - checking
        layer["check"] = sorted(checking | waiting)
    facts: dict[str, Json] = {**extracted.facts, "text_layer": layer}
    notes = [note for note in extracted.notes if note.code != "text_layer_differs"]
    if told:
        facts["text_layer_differs"] = sorted(told, key=lambda one: one["page"])
        notes.append(_note([one["page"] for one in facts["text_layer_differs"]]))
    unread = tuple(sorted({*extracted.unread_pages, *waiting}))
    whole = replace(extracted, passages=tuple(kept), facts=facts, notes=tuple(notes), unread_pages=unread)
    return whole, tuple(new)


def _note(pages: Sequence[int]) -> Note:
    listed = "、".join(map(str, pages[:8])) + ("等" if len(pages) > 8 else "")
    text = (
        f"第 {listed} 页自带的文字层与画面不符，已改用从画面识别出的文字。原件已安全保存；请对照原件核对，"
        "必要时重新扫描或重新识别后另存。"
    )
    return Note(code="text_layer_differs", text=text)


def _sample(layer: str, seen: str) -> str:
    """The longest line of the layer that is not seen."""
    read = letters_of(seen)
    lines = [line.strip() for line in layer.split("\n") if line.strip() and letters_of(line) not in read]
    return max(lines, key=len, default="")[:_SAMPLE]


def _pairs(letters: str) -> Counter[str]:
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))
