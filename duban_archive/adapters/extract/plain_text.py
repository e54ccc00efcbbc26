"""Text files (txt, md, and whatever else reads as text): UTF-8, GBK/GB18030, UTF-16, with or without a mark."""

from __future__ import annotations

from typing import Final

from duban_archive.core.model import Extracted

from .notes import note
from .passages import of_paragraphs, one_line
from .source import Source
from .text_encoding import decode

ENGINE: Final = "text"


def read(source: Source) -> Extracted:
    """Lines as paragraphs; blank lines are not counted."""
    text, encoding, cut = read_text(source)
    lines = [line for raw in text.splitlines() if (line := one_line(raw))]
    bad = text.count("\ufffd")
    notes = [note("truncated", detail=f"前 {source.limits.characters} 字")] if cut else []
    if bad * 100 > len(text) > 0:
        notes.append(note("partly_read", detail=f"有 {bad} 个字的编码无法识别"))
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=of_paragraphs(lines),
        facts={"encoding": encoding},
        notes=tuple(notes),
    )


def read_text(source: Source) -> tuple[str, str, bool]:
    """The file's text, its encoding, and whether its end was left out."""
    bound = source.limits.characters * 4
    with source.path.open("rb") as file:
        data = file.read(bound + 1)
    text, encoding = decode(data[:bound])
    return text, encoding, len(data) > bound
