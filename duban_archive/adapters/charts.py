"""Tables and charts as pictures (PNG), drawn with the carried faces: what a group chat or a wall gets.

Sizes are in dots at 150 per inch: A4 landscape is 1754 × 1240. Colours are told apart in black and white too, and the
figure or the word stands beside each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

A4 = (1754, 1240)
INK, PALE, RULE, GRID, HEAD = "#1A1A1A", "#595959", "#404040", "#BFBFBF", "#DDEBF7"
LINES = ("#1F4E79", "#C55A11", "#548235")
_MARGIN = 70


def table(
    path: Path,
    *,
    title: str,
    under: str,
    headings: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Sequence[str]],
    left: Sequence[int] = (),
    fills: Mapping[tuple[int, int], str] | None = None,
    strong: Sequence[int] = (),
    foot: str = "",
) -> None:
    """A table of one page: A4 landscape, taller when the rows need it (never smaller type than one can read).

    ``widths``: shares of the width; ``left``: columns set to the left; ``fills``: (row, column) → colour;
    ``strong``: rows in heavy type (a total).
    """
    top, line = 215, 62
    room = A4[1] - top - 2 * line - 60
    height = max(34, min(line, room // max(1, len(rows))))
    size = min(30, round(height * 0.52))
    tall = max(A4[1], top + line + height * len(rows) + 120)
    picture, draw = _page((A4[0], tall))
    _centred(draw, (0, 48, A4[0], 118), title, _face(46, bold=True))
    _centred(draw, (0, 128, A4[0], 180), under, _face(26))
    edges = _edges(widths, _MARGIN, A4[0] - _MARGIN)
    draw.rectangle((edges[0], top, edges[-1], top + line), fill=HEAD)
    for column, heading in enumerate(headings):
        _centred(draw, (edges[column], top, edges[column + 1], top + line), heading, _face(26, bold=True))
    for number, row in enumerate(rows):
        above = top + line + number * height
        for column, text in enumerate(row):
            box = (edges[column], above, edges[column + 1], above + height)
            if fills and (number, column) in fills:
                draw.rectangle(box, fill=fills[number, column])
            face = _face(size, bold=number in strong)
            if column in left:
                _fitted(draw, box, text, face)
            else:
                _centred(draw, box, text, face)
    bottom = top + line + height * len(rows)
    for number in range(len(rows) + 2):
        y = top if number == 0 else top + line + (number - 1) * height
        draw.line((edges[0], y, edges[-1], y), fill=RULE, width=3 if number in (0, len(rows) + 1) else 1)
    for x in edges:
        draw.line((x, top, x, bottom), fill=RULE, width=3 if x in (edges[0], edges[-1]) else 1)
    if foot:
        draw.text((edges[0], bottom + 26), foot, font=_face(22), fill=PALE)
    picture.save(path)


def lines(
    path: Path, *, title: str, under: str, days: Sequence[str], series: Mapping[str, Sequence[float]], target: str = ""
) -> None:
    """Readiness over time: shares 0..1 by day, each line named at its end; ``target``: a day to mark."""
    picture, draw = _page(A4)
    _centred(draw, (0, 48, A4[0], 118), title, _face(46, bold=True))
    _centred(draw, (0, 128, A4[0], 180), under, _face(26))
    x0, y0, x1, y1 = 170, 230, A4[0] - 240, A4[1] - 170
    for step in range(0, 11, 2):
        y = y1 - (y1 - y0) * step / 10
        draw.line((x0, y, x1, y), fill=GRID if step else RULE, width=1 if step else 3)
        _right(draw, (x0 - 16, y), f"{step * 10}%", _face(24))
    draw.line((x0, y0, x0, y1), fill=RULE, width=3)
    places = _by_day(days, x0 + 30, x1 - 30)
    last_label = -1000.0
    for day, x in zip(days, places, strict=True):
        draw.line((x, y1, x, y1 + 8), fill=RULE, width=2)
        if x - last_label >= 118 or day == days[-1]:
            if day == days[-1] and x - last_label < 118:
                draw.rectangle((last_label - 58, y1 + 14, last_label + 58, y1 + 52), fill="white")
            _centred(draw, (x - 60, y1 + 14, x + 60, y1 + 52), f"{int(day[5:7])}月{int(day[8:10])}日", _face(22))
            last_label = x
    used: list[float] = []
    colours = dict(zip(series, LINES, strict=False))
    for name, shares in sorted(series.items(), key=lambda one: -one[1][-1]):
        colour = colours[name]
        points = [(x, y1 - (y1 - y0) * share) for x, share in zip(places, shares, strict=True)]
        if len(points) > 1:
            draw.line(points, fill=colour, width=5, joint="curve")
        for x, y in points:
            draw.ellipse((x - 7, y - 7, x + 7, y + 7), fill=colour)
        x, y = points[-1]
        while any(abs(y - other) < 40 for other in used):
            y += 40
        used.append(y)
        draw.text((x + 20, y - 18), f"{name} {shares[-1] * 100:.0f}%", font=_face(26, bold=True), fill=colour)
    if target:
        draw.text((x0, A4[1] - 80), target, font=_face(22), fill=PALE)
    picture.save(path)


def heat_map(
    path: Path,
    *,
    title: str,
    under: str,
    columns: Sequence[str],
    rows: Sequence[str],
    cells: Mapping[tuple[int, int], tuple[int, int]],
) -> None:
    """指标 × 单位: (row, column) → (complete, wanted); an empty cell owes nothing. Darker is further."""
    names = _face(24)
    first = min(560, max([200, *(int(_width(row, names)) + 30 for row in rows)]))
    across = max(58, min(150, (A4[0] - 2 * _MARGIN - first) // max(1, len(columns))))
    upright = 60 + max([2, *map(len, columns)]) * 27
    height = max(38, min(60, (A4[1] - 330 - upright) // max(1, len(rows))))
    wide = max(A4[0], 2 * _MARGIN + first + across * len(columns))
    tall = max(A4[1], 230 + upright + height * len(rows) + 130)
    picture, draw = _page((wide, tall))
    _centred(draw, (0, 48, wide, 118), title, _face(46, bold=True))
    _centred(draw, (0, 128, wide, 180), under, _face(26))
    left = (wide - first - across * len(columns)) // 2
    top = 215 + upright
    for number, name in enumerate(columns):
        _upright(draw, left + first + across * number + across // 2, top - 14, name, _face(24))
    for place, row in enumerate(rows):
        y = top + height * place
        _fitted(draw, (left, y, left + first, y + height), row, names)
        for number in range(len(columns)):
            box = (left + first + across * number, y, left + first + across * (number + 1), y + height)
            if (place, number) in cells:
                done, wanted = cells[place, number]
                share = done / wanted if wanted else 1.0
                draw.rectangle(box, fill=shade(share))
                ink = "white" if share > 0.45 else INK
                _centred(draw, box, f"{done}/{wanted}", _face(min(22, height - 14)), ink)
            draw.rectangle(box, outline="white", width=3)
    key_y = top + height * len(rows) + 40
    draw.text((left, key_y + 4), "格中:已齐份数/应收份数", font=_face(22), fill=PALE)
    for number in range(5):
        x = left + max(first, 290) + number * 130
        draw.rectangle((x, key_y, x + 50, key_y + 36), fill=shade(number / 4))
        draw.text((x + 58, key_y + 4), f"{number * 25}%", font=_face(22), fill=PALE)
    picture.save(path)


def shade(share: float) -> str:
    """One blue, from pale red where nothing is there over light to deep: also an order in grey."""
    if share <= 0:
        return "#F8CBAD"
    light, deep = (222, 235, 247), (31, 78, 121)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(light, deep, strict=True))
    return f"#{red:02X}{green:02X}{blue:02X}"


# --- drawing ------------------------------------------------------------------------------------------------------


def _page(size: tuple[int, int]):  # type: ignore[no-untyped-def]
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", size, "white")
    picture.info["dpi"] = (150, 150)
    return picture, ImageDraw.Draw(picture)


def _face(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    from duban_archive.fonts import SANS, font_path

    return ImageFont.truetype(str(font_path(SANS, bold=bold)), size)


def _edges(shares: Sequence[float], start: int, end: int) -> list[int]:
    whole, at, edges = sum(shares), 0.0, [start]
    for share in shares:
        at += share
        edges.append(round(start + (end - start) * at / whole))
    return edges


def _by_day(days: Sequence[str], start: float, end: float) -> list[float]:
    """Places along the axis in proportion to the calendar."""
    import datetime

    numbers = [datetime.date.fromisoformat(day).toordinal() for day in days]
    span = numbers[-1] - numbers[0]
    return [end if not span else start + (end - start) * (n - numbers[0]) / span for n in numbers]


def _width(text: str, face: ImageFont.FreeTypeFont) -> float:
    return face.getlength(text)


def _cut(text: str, face: ImageFont.FreeTypeFont, room: float) -> str:
    if _width(text, face) <= room:
        return text
    while text and _width(text + "…", face) > room:
        text = text[:-1]
    return text + "…"


def _smaller(text: str, face: ImageFont.FreeTypeFont, room: float) -> ImageFont.FreeTypeFont:
    """The face, smaller where the text would not go in (down to 14 dots)."""
    size = int(face.size)
    while size > 14 and _width(text, face) > room:
        size -= 1
        face = face.font_variant(size=size)
    return face


def _centred(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    text: str,
    face: ImageFont.FreeTypeFont,
    ink: str = INK,
) -> None:
    x0, y0, x1, y1 = box
    face = _smaller(text, face, x1 - x0 - 8)
    draw.text(((x0 + x1) / 2, (y0 + y1) / 2), _cut(text, face, x1 - x0 - 4), font=face, fill=ink, anchor="mm")


def _fitted(
    draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], text: str, face: ImageFont.FreeTypeFont
) -> None:
    x0, y0, x1, y1 = box
    face = _smaller(text, face, x1 - x0 - 24)
    draw.text((x0 + 14, (y0 + y1) / 2), _cut(text, face, x1 - x0 - 20), font=face, fill=INK, anchor="lm")


def _right(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, face: ImageFont.FreeTypeFont) -> None:
    draw.text(at, text, font=face, fill=INK, anchor="rm")


def _upright(draw: ImageDraw.ImageDraw, x: float, bottom: float, text: str, face: ImageFont.FreeTypeFont) -> None:
    """Characters one below the other, ending at ``bottom``."""
    for number, character in enumerate(reversed(text)):
        draw.text((x, bottom - 27 * number), character, font=face, fill=INK, anchor="ms")
