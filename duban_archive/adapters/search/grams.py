"""The terms of a plain text: every character in it, and every pair of neighbours.

Segmenting words would lose half of the phrases that are there (measured: 48-98 % found); pairs lose none, wherever a
query is cut. Positions are not kept: what the pairs promise is checked against the text. A needle of one or two
characters needs no such check, since its one term says exactly that.

A term is a number: the first character's code point above the second's (0: the character alone), 21 bits each, so
that terms sort as their characters do and cost nothing to make.
"""

from __future__ import annotations

import operator
from array import array

_BITS = 21


def terms_of(plain: str) -> set[int]:
    """All terms of a text."""
    points = array("I", plain.encode("utf-32-le", "surrogatepass"))
    firsts = [point << _BITS for point in points]
    terms = set(map(operator.or_, firsts, points[1:]))
    terms.update(firsts)
    return terms


def needed(needle: str) -> tuple[int, ...]:
    """The terms that a text containing ``needle`` must have: its pairs, or its only character."""
    if len(needle) == 1:
        return (term(needle),)
    return tuple(dict.fromkeys(map(term, map(str.__add__, needle, needle[1:]))))


def is_exact(needle: str) -> bool:
    """Whether having the needle's terms already means containing it."""
    return len(needle) <= 2


def term(characters: str) -> int:
    """The term of one character, or of two."""
    first = ord(characters[0]) << _BITS
    return first if len(characters) == 1 else first | ord(characters[1])


def characters(term: int) -> str:
    """The character or pair of a term."""
    second = term & ((1 << _BITS) - 1)
    return chr(term >> _BITS) + (chr(second) if second else "")
