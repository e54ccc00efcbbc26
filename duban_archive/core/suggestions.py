"""What else to look for: when nothing is found, and as marked second groups after what is found.

Both give queries, not answers: the caller looks them up and shows those that find something.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from duban_archive.core.plain import normalise
from duban_archive.core.query import Query
from duban_archive.core.spelling import Known, look_alikes, nearest

# Words of fewer characters have too many neighbours for a guess to mean anything.
_SHORTEST = 3
_SHORTEST_SPLIT = 4
_COMMAS = re.compile("[,、;。]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A changed query, and the sentence to say with how many it finds (``{total}``)."""

    kind: str  # spelling | apart | without_word | without_filter
    query: Query
    sentence: str

    def say(self, total: int) -> str:
        """The sentence for a person."""
        return self.sentence.replace("{total}", str(total))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A second group: ``label`` says why its hits are shown; none of them is among the first hits."""

    kind: str  # synonym | look_alike
    label: str
    query: Query


def instead(query: Query, known: Known) -> Iterator[Suggestion]:
    """When nothing was found: other spellings, a word taken apart, and the query without one of its parts."""
    for at, (word, *others) in enumerate(query.words):
        if others:
            continue
        for spelled in nearest(word, known) if len(word) >= _SHORTEST or not known(word) else ():
            changed = _with(query, at, (spelled,))
            yield Suggestion(
                kind="spelling", query=changed, sentence=f"没有“{word}”。是不是要找“{spelled}”?它有 {{total}} 处。"
            )
        for parts in (*_listed(word), *_apart(word, known)):
            changed = _replaced(query, at, [(part,) for part in parts])
            yield Suggestion(
                kind="apart",
                query=changed,
                sentence=f"没有连在一起的“{word}”。分开写成“{' '.join(parts)}”可找到 {{total}} 处。",
            )
    for one in query.filters:
        changed = dataclasses.replace(query, filters=tuple(f for f in query.filters if f != one), jump=None)
        if not changed.is_empty:
            yield Suggestion(
                kind="without_filter", query=changed, sentence=f"去掉条件“{one.typed}”可找到 {{total}} 处。"
            )
    if len(query.words) > 1:
        for at, alternatives in enumerate(query.words):
            yield Suggestion(
                kind="without_word",
                query=_replaced(query, at, []),
                sentence=f"去掉“{'或'.join(alternatives)}”可找到 {{total}} 处。",
            )
    for needle in query.without:
        changed = dataclasses.replace(query, without=tuple(w for w in query.without if w != needle))
        yield Suggestion(kind="without_word", query=changed, sentence=f"不排除“{needle}”可找到 {{total}} 处。")


def second_groups(query: Query, families: Iterable[Iterable[str]], known: Known) -> Iterator[Group]:
    """The field's other words for the same thing, then words that a scanner may have misread.

    ``families``: words that mean the same (the checklist's ``synonyms``, ``core.wording.SAME``).
    """
    plain = [tuple(dict.fromkeys(map(normalise, family))) for family in families]
    for at, alternatives in enumerate(query.words):
        word = alternatives[0]
        others = [
            text
            for family in plain
            for member in family
            if member in word
            for other in family
            if word not in (text := word.replace(member, other)) and _may_occur(text, known)
        ]
        others = [other for other in dict.fromkeys(others) if other not in alternatives]
        if others:
            yield Group(
                kind="synonym",
                label=f"同义的说法:{'、'.join(others[:4])}",
                query=_apart_from(query, at, tuple(others)),
            )
    for at, alternatives in enumerate(query.words):
        if len(alternatives) == 1 and len(alternatives[0]) >= _SHORTEST and not alternatives[0].isascii():
            misread = tuple(text for text in look_alikes(alternatives[0], known) if _may_occur(text, known))
            if misread:
                yield Group(
                    kind="look_alike",
                    label=f"形近的字(扫描件可能认错):{'、'.join(misread[:4])}",
                    query=_apart_from(query, at, misread),
                )


def _may_occur(text: str, known: Known) -> bool:
    return all(known(text[at : at + 2]) for at in range(max(1, len(text) - 1)))


def _listed(word: str) -> Iterator[tuple[str, ...]]:
    """The parts of a word that holds commas: 方案、总结."""
    parts = tuple(part for part in _COMMAS.split(word) if part)
    if len(parts) > 1:
        yield parts


def _apart(word: str, known: Known) -> Iterator[tuple[str, str]]:
    """The word cut in two, first where its neighbours never meet."""
    if len(word) < _SHORTEST_SPLIT:
        return
    places = range(2, len(word) - 1)
    for at in sorted(places, key=lambda at: (known(word[at - 1 : at + 1]), abs(2 * at - len(word)))):
        if _may_occur(word[:at], known) and _may_occur(word[at:], known):
            yield word[:at], word[at:]


def _with(query: Query, at: int, alternatives: tuple[str, ...]) -> Query:
    return _replaced(query, at, [alternatives])


def _apart_from(query: Query, at: int, alternatives: tuple[str, ...]) -> Query:
    """The query with other words in one place, in texts that have none of the words first asked for there."""
    changed = _replaced(query, at, [alternatives])
    return dataclasses.replace(changed, without=(*query.without, *query.words[at]))


def _replaced(query: Query, at: int, words: list[tuple[str, ...]]) -> Query:
    changed = (*query.words[:at], *words, *query.words[at + 1 :])
    phrase = "".join(alternatives[0] for alternatives in changed)
    return dataclasses.replace(query, words=changed, phrase=phrase, jump=None)
