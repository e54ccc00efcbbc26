"""Spine labels on A3 sheets with cut marks: each label is a page of exactly the spine's size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from duban_archive.adapters.binder.stamp import MM

SHEET = (297.0, 420.0)  # A3 upright: a label of 310 mm does not fit on A4
HEIGHT = 310.0
SIDE, TOP, GAP = 14.0, 30.0, 6.0
CUT = 5.0  # length of a cut mark


def impose(widths: Sequence[int], made: Mapping[int, Path], target: Path) -> None:
    """Lay the labels onto as few sheets as hold them in their order.

    ``widths``: of each label, in mm; ``made``: for each width a PDF of its labels, one a page.
    """
    import pikepdf

    with pikepdf.new() as out:
        opened = {width: pikepdf.open(path) for width, path in made.items()}
        first: dict[int, int] = dict.fromkeys(made, 0)
        for row in _rows(widths):
            page = out.add_blank_page(page_size=(SHEET[0] * MM, SHEET[1] * MM))
            drawing = [b"0.3 w 0 G"]
            xobjects = pikepdf.Dictionary()
            for number, (x, width) in enumerate(row):
                source = opened[width].pages[first[width]]
                first[width] += 1
                xobjects[f"/L{number}"] = out.copy_foreign(source.as_form_xobject())
                y = SHEET[1] - TOP - HEIGHT
                drawing.append(f"q 1 0 0 1 {x * MM:.3f} {y * MM:.3f} cm /L{number} Do Q".encode())
                drawing += _cut_marks(x, y, width)
            page.obj["/Resources"] = pikepdf.Dictionary(XObject=xobjects)
            page.obj["/Contents"] = out.make_stream(b"\n".join(drawing))
        out.save(target, deterministic_id=True)
        for pdf in opened.values():
            pdf.close()


def _rows(widths: Sequence[int]) -> Iterator[list[tuple[float, int]]]:
    """(left edge in mm, width) of the labels of each sheet."""
    row: list[tuple[float, int]] = []
    x = SIDE
    for width in widths:
        if row and x + width > SHEET[0] - SIDE:
            yield row
            row, x = [], SIDE
        row.append((x, width))
        x += width + GAP
    if row:
        yield row


def _cut_marks(x: float, y: float, width: int) -> list[bytes]:
    """Two short lines at each corner, outside the label."""
    lines = []
    for cx, outward in ((x, -1), (x + width, 1)):
        for cy, up in ((y, -1), (y + HEIGHT, 1)):
            lines.append(_line(cx, cy + up, cx, cy + up * CUT))
            lines.append(_line(cx + outward, cy, cx + outward * GAP / 2.4, cy))
    return lines


def _line(x0: float, y0: float, x1: float, y1: float) -> bytes:
    return f"{x0 * MM:.3f} {y0 * MM:.3f} m {x1 * MM:.3f} {y1 * MM:.3f} l S".encode()
