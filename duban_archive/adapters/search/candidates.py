"""Which texts of a segment may match a query, by its lists alone, and whether they surely do."""

from __future__ import annotations

from collections.abc import Sequence

from duban_archive.adapters.search.grams import is_exact, needed
from duban_archive.adapters.search.segment import Segment
from duban_archive.core.query import Query

# Reading and checking a text costs about as much as this many numbers taken off a list.
_CHECK = 60


def candidates(segment: Segment, query: Query) -> tuple[Sequence[int], bool]:
    """Numbers of texts, ascending, and whether they surely match (then no text need be read)."""
    exact = True
    together: dict[int, None] = {}
    either: list[set[int]] = []
    for alternatives in query.words:
        exact = exact and all(map(is_exact, alternatives))
        if len(alternatives) == 1:
            together.update(dict.fromkeys(needed(alternatives[0])))
        else:
            either.append(set().union(*(_having(segment, needed(needle), whole=True)[0] for needle in alternatives)))
    found, whole = _having(segment, tuple(together), whole=exact)
    exact = exact and whole
    for union in either:
        found = [number for number in found if number in union]
    for needle in query.without:
        if not is_exact(needle):
            exact = False
        elif found:
            unwanted = set(_having(segment, needed(needle), whole=True)[0])
            found = [number for number in found if number not in unwanted]
    return found, exact


def _having(segment: Segment, terms: Sequence[int], *, whole: bool) -> tuple[Sequence[int], bool]:
    """Texts that have all the terms, rarest first.

    Unless the ``whole`` is asked for, stops once reading the texts left is cheaper than reading the next list; the
    second value says whether all terms were taken into account.
    """
    if not terms:
        return range(len(segment)), True
    places: list[int] = []
    for term in terms:
        place = segment.find(term)
        if place is None:
            return (), True
        places.append(place)
    places.sort(key=segment.weight)
    found: Sequence[int] = segment.numbers(places[0])
    for place in places[1:]:
        if not found:
            break
        if not whole and segment.weight(place) > _CHECK * len(found):
            return found, False
        found = sorted(set(found).intersection(segment.numbers(place)))
    return found, True
