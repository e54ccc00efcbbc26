"""Open pictures safely, upright by EXIF, frame by frame: for reading text off them and for printing them."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from duban_archive.core.limits import Limits

if TYPE_CHECKING:
    from PIL import Image

UNREADABLE = "图片打不开（可能未传完或已损坏），原件已保存；请向报送单位索取完好的文件。"


def frames(path: Path, pages: tuple[int, ...] = (), limits: Limits | None = None) -> Iterator[tuple[int, Image.Image]]:
    """``(number from 1, picture)`` of each frame asked for (a TIFF has many), all when ``pages`` is empty.

    Raises ``ValueError`` with a reason in Chinese when the file cannot be opened, or is larger than ``limits.pixels``.
    A truncated picture gives what is there. A damaged later frame ends the series.
    """
    from PIL import Image, ImageFile, ImageOps

    bounds = limits or Limits()
    _know_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning on a damaged tag is no reason to fail
        Image.MAX_IMAGE_PIXELS = None  # our own bound is checked below, before anything is decoded
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            picture = Image.open(path)
        except (OSError, ValueError, SyntaxError) as fault:
            raise ValueError(UNREADABLE) from fault
        with picture:
            count = min(getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1, bounds.pages)
            for number in pages or range(1, count + 1):
                if not 1 <= number <= count:
                    continue
                try:
                    picture.seek(number - 1)
                    _check_size(picture.size, bounds)
                    picture.load()
                    frame = ImageOps.exif_transpose(picture)
                except (OSError, EOFError, SyntaxError, TypeError, IndexError) as fault:
                    if number == 1:
                        raise ValueError(UNREADABLE) from fault
                    return
                yield number, _on_white(frame)


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    pixels = size[0] * size[1]
    if pixels > limits.pixels:
        raise ValueError(
            f"图片有 {pixels // 10_000} 万像素，超过上限 {limits.pixels // 10_000} 万，未打开；原件已保存，"
            "需要时可在设置中提高上限。"
        )


def _on_white(frame: Image.Image) -> Image.Image:
    """Lay a picture with transparency on white, as it would be printed; 16-bit greys are brought to 8."""
    from PIL import Image

    if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        picture = frame.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture)
        return paper.convert("RGB")
    if frame.mode.startswith("I"):
        return frame.point(lambda level: level / 256).convert("L") if frame.mode != "I" else frame.convert("L")
    return frame if frame.mode in ("1", "L", "RGB", "CMYK") else frame.convert("RGB")


def _know_heif() -> None:
    """Let Pillow open HEIC where the optional ``pi_heif`` is installed."""
    if find_spec("pi_heif") is not None:
        import pi_heif

        with contextlib.suppress(Exception):
            pi_heif.register_heif_opener()


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegFacts:
    """What a JPEG says of itself: its size in dots as stored, Pillow's mode, the EXIF orientation (1: upright)."""

    size: tuple[int, int]
    colours: str
    orientation: int


def jpeg_facts(path: Path) -> JpegFacts | None:
    """The facts of a whole JPEG; ``None`` when it is something else, cut off or damaged."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(path) as picture:
                if picture.format not in ("JPEG", "MPO"):
                    return None
                orientation = picture.getexif().get(0x0112, 1)
                colours, size = picture.mode, picture.size
        except (OSError, ValueError, SyntaxError, TypeError):
            return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65536))
        whole = b"\xff\xd9" in file.read()  # the end mark; some cameras append more after it
    return JpegFacts(size=size, colours=colours, orientation=int(orientation)) if whole else None


def decoded(data: bytes, most: int = 40_000_000) -> tuple[Image.Image, Image.Image | None] | None:
    """``(colours, transparency)`` of a picture in memory, of at most so many dots; ``None`` when it cannot be read."""
    import io

    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height > most:
                    return None
                clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
                whole = picture.convert("RGBA")
        except Exception:  # Pillow raises whatever its decoders raise
            return None
    return whole.convert("RGB"), whole.getchannel("A") if clear else None
