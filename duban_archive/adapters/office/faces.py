"""Embedded faces for pages that we draw ourselves: cut down to the characters used, by the converter for docx.

A docx with every character once is converted; the font in that PDF is the subset, with its codes and widths.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.office import word
from duban_archive.adapters.office.pdf_fonts import codes_of, widths_of
from duban_archive.adapters.office.wordml import Section, Sheet, document, paragraph

if TYPE_CHECKING:
    from pikepdf import Pdf

_A_LINE = 40  # characters in one paragraph of the specimen


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A font object of the target PDF; the two-byte codes of its characters; their widths in thousandths of an em."""

    font: Any
    codes: Mapping[str, int]
    widths: Mapping[int, float]

    def width(self, character: str) -> float:
        """Advance in ems."""
        return self.widths.get(self.codes.get(character, -1), 1000.0) / 1000


def embed(out: Pdf, characters: Iterable[str], *, sans: bool, bold: bool, fonts: Sequence[Path] = ()) -> Face:
    """The carried face with these characters, embedded in ``out``."""
    import pikepdf

    text = "".join(sorted({character for character in characters if character.isprintable()} | {"□", "一"}))
    lines = [text[start : start + _A_LINE] for start in range(0, len(text), _A_LINE)]
    blocks = [paragraph(line, size=6, sans=sans, bold=bold) for line in lines]
    with tempfile.TemporaryDirectory(prefix="duban-face-", ignore_cleanup_errors=True) as folder:
        specimen = Path(folder) / "specimen.pdf"
        word.print_docx(document([Section(sheet=Sheet(width=595, height=842), blocks=blocks)], header=""), specimen)
        with pikepdf.open(specimen) as pdf:
            found = {}
            for page in pdf.pages:
                found.update({str(font.BaseFont): font for font in page.obj.Resources.Font.values()})
            # one face is asked for, so one is there; a second would hold characters the first lacks, of which □ tells
            font = max(found.values(), key=lambda one: len(codes_of(one.ToUnicode.read_bytes())))
            codes, widths = codes_of(font.ToUnicode.read_bytes()), widths_of(font.DescendantFonts[0])
            return Face(font=out.copy_foreign(font), codes=codes, widths=widths)
