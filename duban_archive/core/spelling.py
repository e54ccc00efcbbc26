"""The nearest spelling that is there: 控缀保学 → 控辍保学, by sound and by shape.

``known`` tells whether one or two characters stand side by side anywhere in the archive (the index's terms say so), so
a guess is never a word that nobody wrote. Tables of sounds and shapes: ``core/hanzi``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Known = Callable[[str], bool]

# Longer words are sentences: what is wrong in them is seldom one character.
_LONGEST = 16
_KEPT = 40
_MOST_CHANGES = 2
# What a slip costs: the same sound is the commonest (typed by sound), then a like shape (read wrongly), then both.
_SOUND_AND_SHAPE, _SOUND, _SHAPE, _NEAR_SOUND = 0.7, 1.0, 1.1, 1.5
_SWAP, _EXTRA = 1.2, 1.4
# Sounds that many speakers do not tell apart.
_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"))


@dataclass(frozen=True, slots=True)
class _Way:
    cost: float
    changes: int
    text: str


def nearest(word: str, known: Known, *, most: int = 3) -> tuple[str, ...]:
    """Spellings near ``word`` whose neighbouring characters all occur, the likeliest first; not ``word`` itself.

    Whether they stand there as a whole is for the caller to look up.
    """
    if not 2 <= len(word) <= _LONGEST:
        return ()
    known = functools.lru_cache(maxsize=None)(known)
    ways = {word: 0.0}
    for way in (*_replaced(word, known), *_rearranged(word, known)):
        ways[way.text] = min(way.cost, ways.get(way.text, way.cost))
    del ways[word]
    return tuple(sorted(ways, key=lambda text: (ways[text], text))[:most])


def look_alikes(word: str, known: Known, *, most: int = 12) -> tuple[str, ...]:
    """``word`` with one character read as one of like shape, as OCR does, where the neighbours occur."""
    found = []
    for place, character in enumerate(word[:_LONGEST]):
        for other in shapes().get(character, ""):
            text = word[:place] + other + word[place + 1 :]
            if _fits(text, place, known):
                found.append(text)
    return tuple(found[:most])


def _replaced(word: str, known: Known) -> Iterator[_Way]:
    """Other characters in at most two places: a walk along the word, keeping the cheapest ways."""
    ways = [_Way(0.0, 0, "")]
    for character in word:
        choices = ((character, 0.0), *others(character).items())
        longer = [
            _Way(way.cost + cost, way.changes + (cost > 0), way.text + choice)
            for way in ways
            for choice, cost in choices
            if (way.changes < _MOST_CHANGES or not cost) and known(way.text[-1:] + choice)
        ]
        ways = sorted(longer, key=lambda way: way.cost)[:_KEPT]
    yield from ways


def _rearranged(word: str, known: Known) -> Iterator[_Way]:
    """Two neighbours swapped, or one character too many."""
    for place in range(len(word)):
        swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
        shorter = word[:place] + word[place + 1 :]
        for text, cost in ((swapped, _SWAP), (shorter, _EXTRA)):
            if len(text) > 1 and all(known(text[at : at + 2]) for at in range(len(text) - 1)):
                yield _Way(cost, 1, text)


def _fits(word: str, place: int, known: Known) -> bool:
    before, after = word[max(0, place - 1) : place + 1], word[place : place + 2]
    return known(before) and known(after)


@functools.lru_cache(maxsize=512)
def others(character: str) -> Mapping[str, float]:
    """Characters that may have been meant, and what the slip costs."""
    found: dict[str, float] = {}
    for sound in _sounds_of().get(character, ()):
        for other in _of_sound()[_blur(sound)]:
            found[other] = _NEAR_SOUND
        for other in _of_exact_sound()[sound]:
            found[other] = _SOUND
    for rank, other in enumerate(shapes().get(character, "")):
        found[other] = _SOUND_AND_SHAPE if found.get(other) == _SOUND else _SHAPE + 0.02 * rank
    found.pop(character, None)
    return found


@functools.cache
def shapes() -> Mapping[str, str]:
    """Character → those that look like it."""
    from duban_archive.core.hanzi.shapes import SHAPES

    return {entry[0]: entry[1:] for entry in SHAPES.split()}


@functools.cache
def _of_exact_sound() -> Mapping[str, str]:
    from duban_archive.core.hanzi.pinyin import SOUNDS

    entries = (entry.partition(":") for entry in SOUNDS.split())
    return {sound: characters for sound, _, characters in entries}


@functools.cache
def _of_sound() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for sound, characters in _of_exact_sound().items():
        found[_blur(sound)] = found.get(_blur(sound), "") + characters
    return found


@functools.cache
def _sounds_of() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for sound, characters in _of_exact_sound().items():
        for character in characters:
            found[character] = (*found.get(character, ()), sound)
    return found


def _blur(sound: str) -> str:
    for clear, blurred in _BLURRED:
        if sound.startswith(clear):
            sound = blurred + sound[len(clear) :]
        elif sound.endswith(clear):
            sound = sound[: -len(clear)] + blurred
    return "l" + sound[1:] if sound.startswith("n") and len(sound) > 1 else sound
