"""How much of an untrusted file a worker will take on; the office may change these in ``.duban/settings.yaml``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one original. What lies beyond is kept unread, with a note that names the bound.

    ``seconds``: wall time of one reading; ``memory_mb``: address space a worker may add; ``pages``: PDF/OFD/TIFF pages
    read; ``pixels``: of one picture before it is decoded; ``unpacked_mb``, ``members``, ``depth``: archives inside
    archives; ``characters``: of text kept; ``cells``: of one workbook; ``file_mb``: size of an original that is opened
    at all (a larger one is still kept).
    """

    seconds: float = 60.0
    ocr_seconds: float = 120.0
    convert_seconds: float = 120.0
    memory_mb: int = 2048
    pages: int = 5000
    pixels: int = 120_000_000
    unpacked_mb: int = 1024
    members: int = 2000
    depth: int = 4
    characters: int = 20_000_000
    cells: int = 2_000_000
    file_mb: int = 1024
