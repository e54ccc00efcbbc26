"""OFD's graphic objects as PDF operators, on pages measured in millimetres from the top left corner."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.extract.package import Element, Package
from duban_archive.adapters.office.faces import Face, embed
from duban_archive.adapters.pictures import decoded
from duban_archive.fonts import SANS_NAMES

if TYPE_CHECKING:
    from pikepdf import Pdf

Box = tuple[float, float, float, float]
POINTS = 72 / 25.4  # in a millimetre
DEEPEST = 16  # blocks and composite units within one another
_THIN = 0.353  # millimetres: the standard's width of a line
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TOKEN = re.compile(r"[A-Za-z]|" + _NUMBER.pattern)
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What a page's objects refer to by id: font names, picture parts, composite units, drawing parameters."""

    fonts: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Element] = field(default_factory=dict)
    manners: Mapping[str, Element] = field(default_factory=dict)

    def __or__(self, other: Resources) -> Resources:
        return Resources(
            fonts={**self.fonts, **other.fonts},
            pictures={**self.pictures, **other.pictures},
            units={**self.units, **other.units},
            manners={**self.manners, **other.manners},
        )


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character waiting for its face: which face, where its baseline begins, its size, stretch and room across."""

    face: tuple[bool, bool]
    character: str
    x: float
    y: float
    size: float
    stretch: float
    room: float  # to the next character on the line, 0 when that is not said


class Canvas:
    """Pages as they are drawn. Faces are embedded last, once all characters are known."""

    def __init__(self, pdf: Pdf, package: Package) -> None:
        self._pdf = pdf
        self._package = package
        self._pages: list[tuple[Box, list[str | list[_Glyph]], set[str]]] = []
        self._images: dict[str | bytes, tuple[str, Any]] = {}
        self._alphas: set[int] = set()

    def begin(self, paper: Box) -> None:
        """Start a page."""
        self._pages.append((paper, [], set()))

    def end(self) -> None:
        """A page is done; nothing to do before all are."""

    def layer(self, layer: Element, resources: Resources) -> None:
        """Draw a layer, or an annotation's appearance."""
        boundary = box_of(layer.get("Boundary"))
        self._put("q")
        if boundary:
            self._put(f"1 0 0 1 {_n(boundary[0])} {_n(boundary[1])} cm")
        self._objects(layer, resources, layer.get("DrawParam"), 0)
        self._put("Q")

    def picture(self, data: bytes, place: Box) -> None:
        """Draw a picture (a seal) over a place; it may be a page of PDF."""
        matrix = f"{_n(place[2])} 0 0 {_n(place[3])} {_n(place[0])} {_n(place[1])} cm"
        self._image(data, data, matrix)

    def finish(self) -> None:
        """Embed the faces and write all pages."""
        from pikepdf import Array, Dictionary, Name, Page, Stream

        faces = self._faces()
        names = {face: f"/F{number}" for number, face in enumerate(sorted(faces))}
        fonts = Dictionary({names[face]: faces[face].font for face in faces})
        states = Dictionary(
            {f"/A{alpha}": Dictionary(ca=round(alpha / 255, 3), CA=round(alpha / 255, 3)) for alpha in self._alphas}
        )
        images = {name: image for name, image in self._images.values() if name}
        for paper, pieces, used in self._pages:
            width, height = paper[2] * POINTS, paper[3] * POINTS
            start = f"{_n(POINTS)} 0 0 {_n(-POINTS)} {_n(-paper[0] * POINTS)} {_n(height + paper[1] * POINTS)} cm"
            content = [start, *(p if isinstance(p, str) else _show(p, faces, names) for p in pieces)]
            page = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, round(width, 2), round(height, 2)]),
                Resources=Dictionary(
                    Font=fonts, ExtGState=states, XObject=Dictionary({name: images[name] for name in sorted(used)})
                ),
                Contents=Stream(self._pdf, "\n".join(content).encode("ascii")),
            )
            self._pdf.pages.append(Page(self._pdf.make_indirect(page)))

    def _faces(self) -> dict[tuple[bool, bool], Face]:
        wanted: dict[tuple[bool, bool], set[str]] = {}
        for _, pieces, _ in self._pages:
            for piece in pieces:
                for glyph in () if isinstance(piece, str) else piece:
                    wanted.setdefault(glyph.face, set()).add(glyph.character)
        return {
            (sans, bold): embed(self._pdf, characters, sans=sans, bold=bold)
            for (sans, bold), characters in wanted.items()
        }

    def _put(self, piece: str | list[_Glyph]) -> None:
        self._pages[-1][1].append(piece)

    def _objects(self, parent: Element, resources: Resources, manner: str | None, depth: int) -> None:
        kinds: dict[str, Callable[[Element, Resources, str | None, int], None]] = {
            "TextObject": self._text,
            "PathObject": self._path,
            "ImageObject": self._placed_image,
            "CompositeObject": self._composite,
        }
        for element in parent:
            name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            if name == "PageBlock" and depth < DEEPEST:
                self._objects(element, resources, manner, depth + 1)
            elif name in kinds and element.get("Visible", "true") != "false":
                self._put("q")
                self._enter(element, clip=name == "ImageObject")
                kinds[name](element, resources, element.get("DrawParam") or manner, depth)
                self._put("Q")

    def _enter(self, element: Element, *, clip: bool) -> None:
        """Go into an object's own space: its boundary's corner, then its matrix."""
        boundary = box_of(element.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
        self._put(f"1 0 0 1 {_n(boundary[0])} {_n(boundary[1])} cm")
        if clip and boundary[2] and boundary[3]:
            self._put(f"0 0 {_n(boundary[2])} {_n(boundary[3])} re W n")
        matrix = _numbers(element.get("CTM"))
        if len(matrix) == 6:
            self._put(f"{' '.join(map(_n, matrix))} cm")
        alpha = int(_float(element.get("Alpha"), 255))
        if 0 <= alpha < 255:
            self._alphas.add(alpha)
            self._put(f"/A{alpha} gs")

    def _composite(self, element: Element, resources: Resources, manner: str | None, depth: int) -> None:
        unit = resources.units.get(element.get("ResourceID", ""))
        content = None if unit is None else unit.find("{*}Content")
        if content is not None and depth < DEEPEST:
            self._objects(content, resources, manner, depth + 1)

    def _placed_image(self, element: Element, resources: Resources, manner: str | None, depth: int) -> None:
        part = resources.pictures.get(element.get("ResourceID", ""), "")
        if part not in self._package.names:
            return
        matrix = ""
        if not element.get("CTM"):
            boundary = box_of(element.get("Boundary")) or (0.0, 0.0, 1.0, 1.0)
            matrix = f"{_n(boundary[2])} 0 0 {_n(boundary[3])} 0 0 cm"
        self._image(part, None, matrix)

    def _image(self, key: str | bytes, data: bytes | None, matrix: str) -> None:
        if key not in self._images:
            source = self._package.bytes(str(key)) if data is None else data
            image = _page_object(self._pdf, source) if source[:5] == b"%PDF-" else _image_object(self._pdf, source)
            self._images[key] = (f"/I{len(self._images)}" if image is not None else "", image)
        name = self._images[key][0]
        if name:
            self._pages[-1][2].add(name)
            self._put(f"q {matrix} 1 0 0 -1 0 1 cm {name} Do Q")

    def _path(self, element: Element, resources: Resources, manner: str | None, depth: int) -> None:
        looks = _Looks(element, resources, manner)
        drawing = " ".join(path_operators(element.findtext("{*}AbbreviatedData") or ""))
        stroke, fill = element.get("Stroke", "true") != "false", element.get("Fill", "false") == "true"
        if not drawing or not (stroke or fill):
            return
        even = "*" if element.get("Rule") == "Even-Odd" else ""
        paint = {(True, True): f"B{even}", (True, False): "S", (False, True): f"f{even}"}[(stroke, fill)]
        width = _n(_float(looks.attribute("LineWidth"), _THIN))
        dash = _numbers(looks.attribute("DashPattern"))
        dashes = f"[{' '.join(map(_n, dash))}] {_n(_float(looks.attribute('DashOffset'), 0))} d" if any(dash) else ""
        colours = f"{looks.colour('FillColor', 'rg')} {looks.colour('StrokeColor', 'RG')}"
        self._put(f"{colours} {width} w {dashes} {drawing} {paint}")

    def _text(self, element: Element, resources: Resources, manner: str | None, depth: int) -> None:
        looks = _Looks(element, resources, manner)
        name = resources.fonts.get(element.get("Font", ""), "")
        heavy = element.get("Bold") == "true" or _float(element.get("Weight"), 400) >= 600 or "小标宋" in name
        face = (name in SANS_NAMES or "黑" in name, heavy or "bold" in name.lower())
        size, stretch = _float(element.get("Size"), 0), _float(element.get("HScale"), 1)
        glyphs = [
            _Glyph(face, character, x, y, size, stretch, room)
            for code in element.iterfind("{*}TextCode")
            for character, x, y, room in _positions(code, size * stretch)
        ]
        if size > 0 and glyphs:
            self._put(looks.colour("FillColor", "rg"))
            self._put(glyphs)


class _Looks:
    """Colours and pens of an object: its own, else its drawing parameter's, and that one's model's."""

    def __init__(self, element: Element, resources: Resources, manner: str | None) -> None:
        self._chain = [element]
        seen: set[str] = set()
        while manner and manner not in seen and manner in resources.manners:
            seen.add(manner)
            self._chain.append(resources.manners[manner])
            manner = resources.manners[manner].get("Relative")

    def attribute(self, name: str) -> str | None:
        return next((one.get(name) for one in self._chain if one.get(name) is not None), None)

    def colour(self, name: str, operator: str) -> str:
        """``r g b rg``; black when nothing is said."""
        told = next((found for one in self._chain if (found := one.find(f"{{*}}{name}")) is not None), None)
        values = _numbers(None if told is None else told.get("Value"))
        if len(values) == 1:
            values = values * 3
        if len(values) == 4:
            key = 255 - values[3]
            values = [(255 - value) * key / 255 for value in values[:3]]
        if len(values) != 3:
            values = [0.0, 0.0, 0.0]
        return f"{' '.join(_n(min(255.0, max(0.0, value)) / 255) for value in values)} {operator}"


def _positions(code: Element, em: float) -> Iterator[tuple[str, float, float, float]]:
    """Each character of a text code with the start of its baseline, and its room up to the next one."""
    text = (code.text or "").strip("\r\n")
    x, y = _float(code.get("X"), 0), _float(code.get("Y"), 0)
    across, down = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
    for index, character in enumerate(text):
        yield character, x, y, across[index] if index < len(across) else 0.0
        if index < len(across):
            x += across[index]
        elif not down:
            x += em * (0.5 if character.isascii() else 1.0)
        if index < len(down):
            y += down[index]


def _deltas(told: str | None, most: int) -> list[float]:
    """Steps between characters: numbers, where ``g n v`` stands for n times v."""
    words = iter((told or "").split())
    steps: list[float] = []
    for word in words:
        if word == "g":
            count, value = int(_float(next(words, None), 0)), _float(next(words, None), 0)
            steps += [value] * max(0, min(count, most))
        else:
            steps.append(_float(word, 0))
        if len(steps) >= most:
            break
    return steps


def _show(glyphs: list[_Glyph], faces: Mapping[tuple[bool, bool], Face], names: Mapping[tuple[bool, bool], str]) -> str:
    """Text operators, each character at its place; a character that no face has is printed as □."""
    lines = ["BT"]
    for glyph in glyphs:
        face = faces[glyph.face]
        if glyph.character.isspace():
            continue
        code = face.codes.get(glyph.character, face.codes.get("□", 0))
        across = glyph.size * glyph.stretch
        own = face.widths.get(code, 1000.0) / 1000 * across
        if 0.4 * own < glyph.room < own:  # the original's face is narrower than ours
            across *= glyph.room / own
        matrix = " ".join(map(_n, (across, 0, 0, -glyph.size, glyph.x, glyph.y)))
        lines.append(f"{names[glyph.face]} 1 Tf {matrix} Tm <{code:04X}> Tj")
    return "\n".join([*lines, "ET"])


def path_operators(told: str) -> Iterator[str]:
    """PDF path operators of OFD's abbreviated path data."""
    tokens = _TOKEN.findall(told)
    x = y = 0.0
    at, command = 0, ""
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at].upper(), at + 1
        elif not command:
            return
        count = _ARGUMENTS.get(command)
        if count is None or at + count > len(tokens) or any(token.isalpha() for token in tokens[at : at + count]):
            return  # damaged from here on
        values = [float(token) for token in tokens[at : at + count]]
        at += count
        if command in ("S", "M"):
            x, y = values
            yield f"{_n(x)} {_n(y)} m"
        elif command == "L":
            x, y = values
            yield f"{_n(x)} {_n(y)} l"
        elif command == "Q":
            (a, b), (u, v) = values[:2], values[2:]
            curve = (x + 2 / 3 * (a - x), y + 2 / 3 * (b - y), u + 2 / 3 * (a - u), v + 2 / 3 * (b - v), u, v)
            yield f"{' '.join(map(_n, curve))} c"
            x, y = u, v
        elif command == "B":
            yield f"{' '.join(map(_n, values))} c"
            x, y = values[4:]
        elif command == "A":
            for curve in arc(x, y, values):
                yield f"{' '.join(map(_n, curve))} c"
            x, y = values[5:]
        else:
            command = ""
            yield "h"


def arc(x: float, y: float, values: list[float]) -> Iterator[tuple[float, float, float, float, float, float]]:
    """Bézier curves of an elliptic arc ``rx ry angle large sweep x y`` from ``(x, y)``, as SVG's notes have it."""
    rx, ry, angle, large, sweep, u, v = values
    rx, ry, turn = abs(rx), abs(ry), math.radians(angle)
    if not rx or not ry or (x == u and y == v):
        yield x, y, u, v, u, v
        return
    cosine, sine = math.cos(turn), math.sin(turn)
    px, py = cosine * (x - u) / 2 + sine * (y - v) / 2, -sine * (x - u) / 2 + cosine * (y - v) / 2
    grow = math.sqrt(max(1.0, (px / rx) ** 2 + (py / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    under = (rx * ry) ** 2 - (rx * py) ** 2 - (ry * px) ** 2
    factor = math.sqrt(max(0.0, under) / ((rx * py) ** 2 + (ry * px) ** 2)) * (-1 if bool(large) == bool(sweep) else 1)
    cx, cy = factor * rx * py / ry, -factor * ry * px / rx
    start = math.atan2((py - cy) / ry, (px - cx) / rx)
    sweep_angle = math.atan2((-py - cy) / ry, (-px - cx) / rx) - start
    if sweep and sweep_angle < 0:
        sweep_angle += 2 * math.pi
    elif not sweep and sweep_angle > 0:
        sweep_angle -= 2 * math.pi
    middle = (cosine * cx - sine * cy + (x + u) / 2, sine * cx + cosine * cy + (y + v) / 2)
    parts = max(1, math.ceil(abs(sweep_angle) / (math.pi / 2) - 1e-9))
    step = sweep_angle / parts
    reach = 4 / 3 * math.tan(step / 4)

    def place(a: float, da: float) -> tuple[float, float]:
        ex, ey = rx * (math.cos(a) - da * math.sin(a)), ry * (math.sin(a) + da * math.cos(a))
        return middle[0] + cosine * ex - sine * ey, middle[1] + sine * ex + cosine * ey

    for part in range(parts):
        a, b = start + part * step, start + (part + 1) * step
        yield (*place(a, reach), *place(b, -reach), *place(b, 0))


def _image_object(pdf: Pdf, data: bytes) -> Any:
    """An image with its transparency; ``None`` for a format that is not read (JBIG2)."""
    from pikepdf import Name, Stream

    found = decoded(data)
    if found is None:
        return None
    picture, mask = found

    def stream(samples: bytes, size: tuple[int, int], space: Any, more: dict[str, Any]) -> Any:
        made = Stream(pdf, b"")
        made.write(zlib.compress(samples, 6), filter=Name.FlateDecode)
        facts = {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": size[0], "/Height": size[1]}
        for key, value in {**facts, "/ColorSpace": space, "/BitsPerComponent": 8, **more}.items():
            made[key] = value
        return made

    soft = {} if mask is None else {"/SMask": stream(mask.tobytes(), mask.size, Name.DeviceGray, {})}
    return stream(picture.tobytes(), picture.size, Name.DeviceRGB, soft)


def _page_object(pdf: Pdf, data: bytes) -> Any:
    """The first page of a PDF as one object that fills the unit square, as an image does."""
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as source:
        page = source.pages[0]
        left, bottom, right, top = (float(edge) for edge in page.mediabox.as_list())
        form = pdf.copy_foreign(page.as_form_xobject())
    wide, high = right - left, top - bottom
    form["/Matrix"] = pikepdf.Array([1 / wide, 0, 0, 1 / high, -left / wide, -bottom / high])
    return form


def box_of(told: str | None) -> Box | None:
    """``x y width height``; ``None`` when it is not that, or has no area."""
    values = _numbers(told)
    if len(values) != 4 or values[2] <= 0 or values[3] <= 0 or max(map(abs, values)) > 5000:
        return None
    return values[0], values[1], values[2], values[3]


def _numbers(told: str | None) -> list[float]:
    return [float(number) for number in _NUMBER.findall(told or "")]


def _float(told: str | None, default: float) -> float:
    numbers = _numbers(told)
    return numbers[0] if numbers else default


def _n(value: float) -> str:
    """A number as PDF writes it."""
    text = f"{value:.4f}".rstrip("0").rstrip(".") if math.isfinite(value) else "0"
    return text if text not in ("", "-0") else "0"
