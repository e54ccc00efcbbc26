"""A film on paper: one frame, with the file's name and length below it; the only door to OpenCV for films.

OpenCV's wheel brings FFmpeg's decoders (LGPL), so no program needs to be on the machine. The container is known by its
first bytes (`extract.sniff`), and FFmpeg may open nothing but local files, so a playlist in disguise leads nowhere.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.office import photos
from duban_archive.adapters.office.conversion import CannotConvertError, Conversion, Job, note
from duban_archive.adapters.office.faces import embed

if TYPE_CHECKING:
    from pikepdf import Pdf

ENGINE = "film"
PACKAGE = "opencv-python-headless"
_LOOK_AT = 0.1  # of the length: titles and a shaken start are past
_LATEST = 10.0  # seconds: films are not wound far
_SIZE = 11  # points of the words below the frame
_DIFFERS = "视频只能印出其中一帧，内容请播放原件"


def version() -> str:
    """OpenCV's version, ``""`` when it is not installed."""
    with contextlib.suppress(PackageNotFoundError):
        return installed(PACKAGE)
    return ""


def convert(job: Job) -> Conversion:
    """A page with one frame; raises `CannotConvertError` for what does not play."""
    import pikepdf

    data, size, seconds = one_frame(job.path, job.limits.pixels)
    with pikepdf.new() as pdf:
        image = photos.image_object(pdf, data, size, "/DeviceRGB", filter="/DCTDecode")
        photos.add_page(pdf, image, size, 0)
        _write_below(pdf, f"视频材料：{job.file_name}{_length(seconds)}。此页是其中一帧，内容请播放原件。", job.fonts)
        job.out.parent.mkdir(parents=True, exist_ok=True)
        pdf.save(job.out, deterministic_id=True)
    notes = (note("film_frame", _length(seconds).strip("，") or "时长不明"),)
    return Conversion(path=job.out, engine=ENGINE, version=version(), pages=1, notes=notes, differs=_DIFFERS)


def one_frame(path: Path, most_pixels: int) -> tuple[bytes, tuple[int, int], float]:
    """A frame near the beginning as JPEG, its size, and the film's length in seconds (0: not known)."""
    import cv2

    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "protocol_whitelist;file"
    film = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        width, height = int(film.get(cv2.CAP_PROP_FRAME_WIDTH)), int(film.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if not film.isOpened() or not 0 < width * height <= most_pixels:
            raise CannotConvertError("视频打不开，或画面太大")
        rate, count = film.get(cv2.CAP_PROP_FPS), film.get(cv2.CAP_PROP_FRAME_COUNT)
        seconds = count / rate if rate > 0 and count > 0 else 0.0
        film.set(cv2.CAP_PROP_POS_MSEC, 1000 * min(_LOOK_AT * seconds, _LATEST))
        got, frame = film.read()
        if not got:  # an index that lies: take the first frame there is
            film.set(cv2.CAP_PROP_POS_FRAMES, 0)
            got, frame = film.read()
        if not got:
            raise CannotConvertError("视频里没有能解出的画面")
        _, data = cv2.imencode(".jpg", frame)
        return data.tobytes(), (frame.shape[1], frame.shape[0]), seconds
    finally:
        film.release()


def _length(seconds: float) -> str:
    minutes, left = divmod(round(seconds), 60)
    return f"，时长 {minutes} 分 {left} 秒" if seconds >= 1 else ""


def _write_below(pdf: Pdf, text: str, fonts: tuple[Path, ...]) -> None:
    """The words in the lower margin, in the carried face, cut where the line ends."""
    import pikepdf

    page: Any = pdf.pages[0]
    face = embed(pdf, text, sans=True, bold=False, fonts=fonts)
    room = float(page.MediaBox[2]) - 2 * photos.MARGIN
    shown = "".join(_fitting(text, face.width, room / _SIZE))
    codes = "".join(f"{face.codes.get(character, face.codes['□']):04X}" for character in shown)
    words = f"BT /F0 {_SIZE} Tf {photos.MARGIN} 12 Td <{codes}> Tj ET".encode("ascii")
    page.Resources.Font = pikepdf.Dictionary(F0=face.font)
    page.contents_add(words)


def _fitting(text: str, width: Any, room: float) -> Iterator[str]:
    for character in text:
        room -= width(character)
        if room < 0:
            return
        yield character
