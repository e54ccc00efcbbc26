"""Some pages of many papers as one PDF, each with a strip at its head that says which paper it is of.

For the table in front of an evaluator: the pages with the hits, nothing else. Runs in the worker, on untrusted files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from duban_archive.adapters import sheets
from duban_archive.adapters.binder import inputs, stamp
from duban_archive.adapters.binder.assemble import Assembly, Mark

if TYPE_CHECKING:
    from duban_archive.adapters.binder.stamp import Face, Frame

_SIZE = 9.0  # points
_HEAD, _SIDE = 4.0 * stamp.MM, 10.0 * stamp.MM  # from the edges of the visible page to the strip's text
NO_PAGE = "没有这一页"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A page (from 1) of a PDF, what its strip says, and what it is called among the bookmarks."""

    pdf: Path
    page: int
    strip: str
    name: str


def press(wanted: Sequence[Wanted], out: Path, *, title: str, printed: str) -> tuple[str, ...]:
    """Write the pages that can be taken; for each wanted one why it could not be, or ``""``."""
    assembly = Assembly()
    why: list[str] = []
    taken = []
    try:
        opened: dict[Path, inputs.Input | str] = {}
        for one in wanted:
            if one.pdf not in opened:
                found = opened[one.pdf] = inputs.open_input(one.pdf)
                if not isinstance(found, str):
                    assembly.keep_open(found.pdf)
            held = opened[one.pdf]
            if isinstance(held, str) or not 1 <= one.page <= held.pages:
                why.append(held if isinstance(held, str) else NO_PAGE)
                continue
            why.append("")
            taken.append((one, assembly.take(held, [one.page - 1])[0]))
        if taken:
            assembly.arrange([page for _, page in taken])
            _label(assembly, [one.strip for one, _ in taken])
            assembly.bookmark([Mark(title=one.name, page=page) for one, page in taken])
            assembly.describe(title=title, author="", printed=printed, software="督档 duban-archive")
            assembly.save(out)
    finally:
        assembly.close()
    return tuple(why)


def _label(assembly: Assembly, strips: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="duban-strips-") as scratch:
        made = Path(scratch, "glyphs.pdf")
        sheets.press_glyphs("".join(sorted(set("".join(strips)))), made)
        face = stamp.take_face(assembly.out, made)
    opening = assembly.out.make_indirect(assembly.out.make_stream(b"q\n"))
    for page, strip in zip(assembly.pages, strips, strict=True):
        content = _strip(face, stamp.frame(page), strip)
        stamp.append(assembly.out, page, face, content, opening, inputs.balance(page.get("/Contents")))


def _strip(face: Face, seen: Frame, text: str) -> bytes:
    """The words at the head of a page as it is seen, on a white plate, smaller where they are long."""
    side = min(_SIDE, seen.width / 10)
    size = min(_SIZE, seen.height / 40, _SIZE * (seen.width - 2 * side) / max(face.width(text, _SIZE), 1))
    width, foot = face.width(text, size), seen.height - _HEAD - size
    plate = stamp.plate(seen, side - 2, foot - size * 0.28, width + 4, size * 1.3)
    return plate + stamp.words(face, seen, text, side, foot, size)
