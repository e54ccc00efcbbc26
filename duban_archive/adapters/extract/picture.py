"""Pictures (jpg, png, tiff, gif, bmp, webp; heic where a reader is installed): their facts; OCR reads them."""

from __future__ import annotations

import contextlib
import re
import warnings
from typing import Any, Final

from duban_archive.core.model import Extracted, Json

from .notes import note
from .seals import is_colourless, on_picture
from .source import Source, UnreadableError

ENGINE: Final = "pillow"

_SMALL: Final = 1024  # the longer side on which sharpness is measured
_EXIF_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_TAKEN, _SUB_IFD, _MAKER, _CAMERA, _TIME, _SOFTWARE, _AUTHOR, _ORIENTATION = (
    0x9003, 0x8769, 0x010F, 0x0110, 0x0132, 0x0131, 0x013B, 0x0112,
)  # fmt: skip


def read(source: Source) -> Extracted:
    """Size, pages, time taken, camera, sharpness, a fingerprint of how it looks; every page waits for OCR."""
    from PIL import Image

    if source.media_type == "image/heic" and not _heic_reader():
        raise UnreadableError(
            "tool_missing", "HEIC 照片读取组件 pi-heif；也可在手机上选“兼容性最佳”后重新拍摄或导出为 JPG"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = None  # our own limit comes first, and is a note
        try:
            with Image.open(source.path) as image:
                return _extracted(source, image)
        except UnreadableError:
            raise
        except Exception as error:  # Pillow raises whatever its decoders raise
            raise UnreadableError("broken") from error


def _extracted(source: Source, image: Any) -> Extracted:
    width, height = image.size
    if width * height > source.limits.pixels:
        millions = source.limits.pixels // 1_000_000
        raise UnreadableError("too_large", f"{width}×{height} 像素，上限 {millions} 百万像素")
    facts: dict[str, Json] = {"width": width, "height": height}
    pages = int(getattr(image, "n_frames", 1)) if source.media_type == "image/tiff" else 1
    dpi = image.info.get("dpi")
    if isinstance(dpi, tuple) and len(dpi) == 2 and 20 < float(dpi[0]) < 5000:
        facts["dpi"] = round(float(dpi[0]))
    with contextlib.suppress(Exception):  # damaged EXIF is no reason not to have the picture
        facts |= _exif(image)
    notes = []
    try:
        facts |= _looks(image)
    except Exception as error:
        if width * height == 0 or not _first_rows(source):
            raise UnreadableError("broken") from error
        notes.append(note("partly_read", detail="图像数据不完整"))
    last = min(pages, source.limits.pages)
    if last < pages:
        notes.append(note("truncated", detail=f"前 {last} 页，共 {pages} 页"))
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        pages=pages,
        unread_pages=tuple(range(1, last + 1)),
        facts=facts,
        notes=tuple(notes),
    )


def _exif(image: Any) -> dict[str, Json]:
    said = image.getexif()
    if not said:
        return {}
    more = said.get_ifd(_SUB_IFD)
    facts: dict[str, Json] = {
        "camera": " ".join(str(said.get(tag, "")).strip("\0 ") for tag in (_MAKER, _CAMERA)).strip(),
        "application": str(said.get(_SOFTWARE, "")).strip("\0 "),
        "author": str(said.get(_AUTHOR, "")).strip("\0 "),
        "taken": _moment(more.get(_TAKEN)) or _moment(said.get(_TIME)),
    }
    turned = {3: 180, 6: 90, 8: 270}.get(said.get(_ORIENTATION, 1), 0)
    if turned:
        facts["turned"] = turned  # degrees clockwise that a viewer turns it
    return {key: value for key, value in facts.items() if value}


def _moment(written: object) -> str:
    match = _EXIF_TIME.match(str(written or ""))
    if not match or match[1] < "1990":
        return ""
    return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}:{match[5]}:{match[6]}"


def _looks(image: Any) -> dict[str, Json]:
    """Sharpness (variance of the Laplacian at 1024 pixels), and a 64-bit fingerprint for near-identical shots."""
    from PIL import Image, ImageFilter, ImageStat

    image.draft("RGB", (_SMALL, _SMALL))  # a JPEG is decoded at a fraction of its size
    small = image.convert("RGB")
    small.thumbnail((_SMALL, _SMALL))
    grey = small.convert("L")
    facts: dict[str, Json] = {"seals": on_picture(small), "colourless": is_colourless(small)}
    if min(grey.size) >= 3:
        # a quarter of the Laplacian around a middle grey, so that it fits a byte
        kernel = ImageFilter.Kernel((3, 3), (0, -1, 0, -1, 4, -1, 0, -1, 0), scale=4, offset=128)
        edges = grey.filter(kernel).crop((1, 1, grey.width - 1, grey.height - 1))  # Pillow leaves the border as it was
        facts["sharpness"] = round(16 * ImageStat.Stat(edges).var[0], 1)
    tiny = grey.resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = "".join("1" if tiny[9 * y + x + 1] > tiny[9 * y + x] else "0" for y in range(8) for x in range(8))
    facts["fingerprint"] = f"{int(bits, 2):016x}"
    return facts


def _first_rows(source: Source) -> bool:
    """Whether a cut-off picture still shows something."""
    from PIL import Image, ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with Image.open(source.path) as image:
            image.load()
        return True
    except Exception:
        return False
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _heic_reader() -> bool:
    try:
        from pi_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener()
    return True
