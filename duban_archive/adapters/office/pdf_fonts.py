"""What a font of a PDF says of itself: which code draws a character, and how wide it is."""

from __future__ import annotations

import re
from typing import Any


def codes_of(cmap: bytes) -> dict[str, int]:
    """Character → code, from a ``ToUnicode`` map; the first code of a character counts."""
    codes: dict[str, int] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            codes.setdefault(_utf16(text), int(code, 16))
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            start = ord(_utf16(text)[-1:] or "\0")
            for offset in range(int(last, 16) - int(first, 16) + 1):
                codes.setdefault(chr(start + offset), int(first, 16) + offset)
    return codes


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "replace")


def widths_of(descendant: Any) -> dict[int, float]:
    """Code → width, from the ``W`` array: ``c [w w …]`` or ``first last w``."""
    import pikepdf

    found: dict[int, float] = {}
    entries = list(descendant.get("/W", []))
    at = 0
    while at + 1 < len(entries):
        first, second = int(entries[at]), entries[at + 1]
        if isinstance(second, pikepdf.Array):
            found |= {first + offset: float(width) for offset, width in enumerate(second.as_list())}
            at += 2
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(entries[at + 2]))
            at += 3
    return found
