"""Copies for the print shop: one PDF a box, images no finer than a printer prints, and which pages want colour or A3.

Runs in the worker. The pages are those of the proved binder, with its page labels; links, which paper has not, go.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

DPI = 300
_SLACK = 1.1  # an image a little finer than wanted is left alone
_LOOK = 30  # dots per inch at which a page is looked at for colour
_COLOUR, _SPOTS = 40, 6  # how far from grey a dot is coloured, and how many dots of 10,000 make a page coloured
_A4_LONG = 297 / 25.4 * 72 + 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box of the binder: its file, its pages there (from 0, end not included)."""

    name: str
    first: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What the printer is told of a box: sides, and the labels of pages in colour and of pages larger than A4."""

    name: str
    sides: int
    colour: tuple[str, ...]
    large: tuple[str, ...]
    shrunk: int
    size: int


def cut(binder: Path, boxes: Sequence[Box], folder: Path, *, dpi: int = DPI) -> tuple[Copy, ...]:
    """Write each box to ``folder``/name.pdf."""
    import pikepdf
    import pypdfium2 as pdfium

    made = []
    with pikepdf.open(binder) as whole:
        shown = pdfium.PdfDocument(binder)
        try:
            for box in boxes:
                labels = [shown.get_page_label(at) or str(at - box.first + 1) for at in range(box.first, box.end)]
                path = folder / f"{box.name}.pdf"
                shrunk = _write(whole, box, labels, path, dpi)
                pages = [shown[at] for at in range(box.first, box.end)]
                made.append(
                    Copy(
                        name=box.name,
                        sides=len(pages),
                        colour=tuple(_label(n, t) for n, (p, t) in _each(pages, labels) if _is_coloured(p)),
                        large=tuple(_label(n, t) for n, (p, t) in _each(pages, labels) if max(p.get_size()) > _A4_LONG),
                        shrunk=shrunk,
                        size=path.stat().st_size,
                    )
                )
        finally:
            shown.close()
    return tuple(made)


def _each(pages: Sequence[Any], labels: Sequence[str]) -> Any:
    return enumerate(zip(pages, labels, strict=True), 1)


def _label(number: int, label: str) -> str:
    """The printed number, else which sheet side it is of its file."""
    return label if label.strip() and not label.startswith("封") else f"第{number}面"


def _write(whole: pikepdf.Pdf, box: Box, labels: Sequence[str], path: Path, dpi: int) -> int:
    import pikepdf

    out = pikepdf.new()
    out.pages.extend(whole.pages[box.first : box.end])
    shrunk, seen = 0, set[tuple[int, int]]()
    for page in out.pages:
        if "/Annots" in page:
            kept = [a for a in page.Annots if a.get("/Subtype") != pikepdf.Name.Link]
            page.Annots = pikepdf.Array(kept)
        shrunk += _shrink(out, page, dpi, seen)
    tree: list[Any] = []
    for at, label in enumerate(labels):
        tree += [at, pikepdf.Dictionary(P=pikepdf.String(label))]
    out.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array(tree))
    out.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    out.close()
    return shrunk


def _shrink(out: pikepdf.Pdf, page: Any, dpi: int, seen: set[tuple[int, int]]) -> int:
    """Make pictures coarser that are finer than ``dpi`` even if they fill the page; how many.

    A picture placed smaller than the page is finer still on paper, so none falls below ``dpi``.
    """
    import pikepdf

    box = [float(n) for n in page.mediabox]
    most = max(abs(box[2] - box[0]), abs(box[3] - box[1])) / 72 * dpi
    done = 0
    for picture in page.images.values():
        key = picture.objgen
        width, height = int(picture.get("/Width", 0)), int(picture.get("/Height", 0))
        if key in seen or max(width, height) <= most * _SLACK or "/SMask" in picture or "/Mask" in picture:
            continue
        seen.add(key)
        try:
            found = pikepdf.PdfImage(picture).as_pil_image()
        except (pikepdf.PdfError, pikepdf.UnsupportedImageTypeError, NotImplementedError, ValueError, OSError):
            continue  # left as it is
        if found.mode not in ("RGB", "L"):
            continue
        share = most / max(width, height)
        small = found.resize((max(1, round(width * share)), max(1, round(height * share))))
        data = io.BytesIO()
        small.save(data, format="JPEG", quality=88)
        if len(data.getvalue()) >= len(picture.read_raw_bytes()):
            continue
        picture.write(data.getvalue(), filter=pikepdf.Name.DCTDecode)
        picture.Width, picture.Height, picture.BitsPerComponent = small.width, small.height, 8
        picture.ColorSpace = pikepdf.Name.DeviceRGB if small.mode == "RGB" else pikepdf.Name.DeviceGray
        for name in ("/Decode", "/DecodeParms"):
            if name in picture:
                del picture[name]
        done += 1
    return done


def _is_coloured(page: Any) -> bool:
    """Whether enough dots of the page are neither black, white nor grey."""
    bitmap = page.render(scale=_LOOK / 72)
    picture = bitmap.to_pil().convert("RGB").convert("HSV")
    saturation = picture.getchannel("S").histogram()
    value = picture.getchannel("V")
    dark = value.histogram()
    coloured = sum(saturation[_COLOUR * 2 :]) - sum(dark[:_COLOUR])
    return bool(coloured * 10_000 > _SPOTS * picture.width * picture.height)
