"""Pictures on A4: upright by EXIF, portrait or landscape by their shape, JPEG data passed through unchanged."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.office.conversion import CannotConvertError, Conversion, Job, note
from duban_archive.adapters.pictures import frames
from duban_archive.core.model import Note

if TYPE_CHECKING:
    from pikepdf import Pdf
    from PIL import Image

ENGINE = "pictures"
VERSION = "1"
A4 = (595.276, 841.890)  # points
MARGIN = 28.35  # 1 cm, white, for binding and page numbers
DPI = 300  # more is not seen in print
NATURAL = 96  # a picture smaller than this many dots an inch is not blown up to the page
QUALITY = 88  # of what must be coded anew
_DIFFERS = "图片按 A4 页面缩放居中排版"
_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}  # EXIF orientation → degrees clockwise; mirrored ones are drawn anew


def version() -> str:
    """The version of this way of setting pictures."""
    return VERSION


def convert(job: Job) -> Conversion:
    """One page a frame; a multi-page TIFF gives many."""
    import pikepdf

    notes: tuple[Note, ...] = ()
    with pikepdf.new() as pdf:
        try:
            if passed := _jpeg(job.path):
                data, size, colours, turn = passed
                image = image_object(pdf, data, size, colours, filter="/DCTDecode")
                add_page(pdf, image, size, turn)
            else:
                for _, frame in frames(job.path, limits=job.limits):
                    fitted = _at_most(frame)
                    add_page(pdf, _coded(pdf, fitted), fitted.size, 0)
        except ValueError as fault:
            if not len(pdf.pages):
                raise CannotConvertError(str(fault).rstrip("。")) from fault
            notes = (note("rendition_partly", f"前 {len(pdf.pages)} 页"),)
        if not len(pdf.pages):
            raise CannotConvertError("图片打不开")
        job.out.parent.mkdir(parents=True, exist_ok=True)
        pdf.save(job.out, deterministic_id=True)
        pages = len(pdf.pages)
    return Conversion(path=job.out, engine=ENGINE, version=VERSION, pages=pages, notes=notes, differs=_DIFFERS)


def _jpeg(path: Path) -> tuple[bytes, tuple[int, int], str, int] | None:
    """``(data, size, colour space, degrees to turn)`` of a JPEG that a PDF can carry as it is; else ``None``."""
    from duban_archive.adapters.pictures import jpeg_facts

    facts = jpeg_facts(path)
    if facts is None or facts.orientation not in _TURNS or facts.colours not in ("L", "RGB"):
        return None
    if max(facts.size) > DPI * (max(A4) - 2 * MARGIN) / 72 * 1.5:
        return None  # far beyond what is seen in print: coded anew, smaller
    colours = "/DeviceGray" if facts.colours == "L" else "/DeviceRGB"
    return path.read_bytes(), facts.size, colours, _TURNS[facts.orientation]


def _at_most(frame: Image.Image) -> Image.Image:
    """The frame with no more dots than 300 an inch on the page."""
    page = sorted(A4) if frame.width <= frame.height else sorted(A4, reverse=True)
    room = [DPI * (side - 2 * MARGIN) / 72 for side in page]
    scale = min(1.0, max(room[0] / frame.width, room[1] / frame.height))
    if scale == 1.0:
        return frame
    source = frame.convert("L") if frame.mode == "1" else frame
    return source.resize((max(1, round(frame.width * scale)), max(1, round(frame.height * scale))), reducing_gap=3.0)


def _coded(pdf: Pdf, frame: Image.Image) -> Any:
    if frame.mode == "1":  # a black and white scan: one bit a dot stays sharp and small
        data = zlib.compress(frame.tobytes(), 9)
        return image_object(pdf, data, frame.size, "/DeviceGray", filter="/FlateDecode", bits=1)
    picture = frame if frame.mode in ("L", "RGB") else frame.convert("RGB")
    colours = "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"
    if len(picture.getcolors(256) or ()) > 0:  # a drawing or screenshot of few colours: JPEG would smear it
        return image_object(pdf, zlib.compress(picture.tobytes(), 6), picture.size, colours, filter="/FlateDecode")
    coded = io.BytesIO()
    picture.save(coded, "JPEG", quality=QUALITY)
    return image_object(pdf, coded.getvalue(), picture.size, colours, filter="/DCTDecode")


def image_object(pdf: Pdf, data: bytes, size: tuple[int, int], colours: str, *, filter: str, bits: int = 8) -> Any:
    """A picture as a PDF carries it: ``data`` as coded by ``filter``."""
    from pikepdf import Name, Stream

    stream = Stream(pdf, b"")
    stream.write(data, filter=Name(filter))
    stream.update(
        {
            "/Type": Name.XObject,
            "/Subtype": Name.Image,
            "/Width": size[0],
            "/Height": size[1],
            "/ColorSpace": Name(colours),
            "/BitsPerComponent": bits,
        }
    )
    return stream


def add_page(pdf: Pdf, image: Any, size: tuple[int, int], turn: int) -> None:
    """An A4 page with the picture in its middle, ``turn`` degrees clockwise."""
    from pikepdf import Array, Dictionary, Name, Page, Stream

    seen = size if turn in (0, 180) else size[::-1]  # as a person sees it
    width, height = A4 if seen[0] <= seen[1] else A4[::-1]
    scale = min((width - 2 * MARGIN) / seen[0], (height - 2 * MARGIN) / seen[1], 72 / NATURAL)
    w, h = seen[0] * scale, seen[1] * scale
    x, y = (width - w) / 2, (height - h) / 2
    # the unit square that holds the image, turned clockwise within the box it is to fill
    matrix = {
        0: (w, 0, 0, h, x, y),
        90: (0, -h, w, 0, x, y + h),
        180: (-w, 0, 0, -h, x + w, y + h),
        270: (0, h, -w, 0, x + w, y),
    }[turn]
    drawing = f"q {' '.join(f'{value:.3f}' for value in matrix)} cm /Im0 Do Q".encode("ascii")
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(width, 2), round(height, 2)]),
        Resources=Dictionary(XObject=Dictionary(Im0=image)),
        Contents=Stream(pdf, drawing),
    )
    pdf.pages.append(Page(pdf.make_indirect(page)))
