"""Where a page ends and the next begins: words that go across stand in neither page, and are found all the same.

::

    … 做好控辍 │ -3- ┆ 保学工作 …      the page number at the foot is no part of the sentence

Texts are in plain form here. A text's neighbours may be replaced at any time (a page is read again), so nothing of one
is kept with the other: each text tells how it begins and how it ends, and whether two are neighbours is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from duban_archive.core.plain import normalise

# A page number at the foot, as ``normalise`` leaves it: -3-, 第3页, 第3页共12页, 3/12, ·3·, or a bare 3.
_FOOT = re.compile(
    r"(?:-[0-9]{1,4}-|·[0-9]{1,4}·|第[0-9]{1,4}页(?:[,/]?共[0-9]{1,4}页)?|[0-9]{1,4}/[0-9]{1,4}"
    r"|(?<![0-9a-z.,/%:〔-])[0-9]{1,3})\Z"
)
_FOOT_LINE = re.compile(r"(?:\A|\n)[^\n]*\Z")
_MARGIN = 12  # characters beside the words, so that a cut number or a space does not change what is compared


def endings(plain: str) -> tuple[str, ...]:
    """How a text ends: as it is, and without the page number at its foot."""
    foot = _FOOT.search(plain)
    if foot is None or foot.start() == 0:
        return (plain,)
    return plain, plain[: foot.start()].rstrip()


def splits(needle: str) -> Iterator[tuple[str, str]]:
    """The ways a needle may go across an end: what stands before it and what after (a space there is the end)."""
    last = None
    for at in range(1, len(needle)):
        pair = needle[:at].rstrip(" "), needle[at:].lstrip(" ")
        if all(pair) and pair != last:
            yield pair
            last = pair


def count_across(before: str, after: str, needle: str) -> int:
    """How often ``needle`` goes across the end of ``before`` into ``after``."""
    return max(_count(ending, after, needle) for ending in endings(before))


def _count(before: str, after: str, needle: str) -> int:
    reach = len(needle) + _MARGIN
    left, right = before[-reach:], after[:reach]
    joined, first, second = normalise(f"{left}\n{right}"), normalise(left), normalise(right)
    found, at = 0, joined.find(needle)
    while at >= 0:
        found += at < len(first) and at + len(needle) > len(joined) - len(second)
        at = joined.find(needle, at + 1)
    return found


def join(before: str, after: str) -> str:
    """Both texts in one piece, for the other words of a query."""
    return f"{before}\n{after}"


def without_foot(text: str) -> str:
    """A page's text as written, without the line of its page number."""
    text = text.rstrip()
    last = _FOOT_LINE.search(text)
    if last is not None and _FOOT.fullmatch(normalise(last[0])) and last.start() > 0:
        return text[: last.start()]
    return text
