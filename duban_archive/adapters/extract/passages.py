"""Lines of text into passages of a searchable size, each line a paragraph or a sheet row that can be named again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeGuard

from duban_archive.core.model import Locator, Passage

_PARAGRAPH_CHARACTERS = 500  # a block ends with the line that reaches this
_ROW_CHARACTERS = 600
_ROWS = 20
_BLANK_ROWS = 2  # more blank rows than these end a block

_SPACES = re.compile(r"[\s\u200b\ufeff]+")
# what neither a database nor a person can use: controls, lone surrogates, non-characters
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text without control characters and lone surrogates, which no database takes."""
    if text.isascii() and text.isprintable():
        return text
    return _UNUSABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """A paragraph or a cell as one line: every run of white space is one space."""
    return _SPACES.sub(" ", text).strip()


def of_paragraphs(lines: Iterable[str]) -> tuple[Passage, ...]:
    """Blocks of about 500 characters; ``locator.paragraph`` is the number of the first line, counting from 1."""
    passages: list[Passage] = []
    block: list[str] = []
    held = 0
    first = 1
    for number, line in enumerate(lines, 1):
        if not block:
            first = number
        block.append(line)
        held += len(line) + 1
        if held >= _PARAGRAPH_CHARACTERS:
            passages.append(Passage(locator=Locator(paragraph=first), text="\n".join(block)))
            block, held = [], 0
    if block:
        passages.append(Passage(locator=Locator(paragraph=first), text="\n".join(block)))
    return tuple(passages)


def of_rows(sheet: str, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterable[Passage]:
    """Blocks of about 20 rows; ``rows`` are (row number in the sheet, cells), in order; blank rows may be left out.

    Blank rows inside a block stay as empty lines, so that the line ends before a match count rows.
    """
    block: list[str] = []
    held = 0
    first = 0
    for number, cells in rows:
        line = "\t".join(cells).rstrip("\t")
        if not line.strip():
            continue
        gap = number - (first + len(block)) if block else 0
        if block and (gap > _BLANK_ROWS or len(block) + gap >= _ROWS or held + len(line) > _ROW_CHARACTERS):
            yield Passage(locator=Locator(sheet=sheet, row=first), text="\n".join(block))
            block, held = [], 0
        if block:
            block.extend([""] * gap)
        else:
            first = number
        block.append(line)
        held += len(line) + 1
    if block:
        yield Passage(locator=Locator(sheet=sheet, row=first), text="\n".join(block))


def has_text(text: str | None) -> TypeGuard[str]:
    """Whether there is anything to read in it."""
    return bool(text and not text.isspace())
