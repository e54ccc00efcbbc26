"""How many papers become a PDF, and is the page of their lines known? python bench/renditions.py [--files N] [--bare]

Over the office files of the corpus named by DUBAN_CORPUS. Printed, a line a converter:

    files     that it made a PDF of, and pages in all
    s/file    wall seconds a file, alone in a call
    paged     share of the lines of the files (paragraphs, rows, slides) whose page is known
    astray    lines whose first letters stand on other pages, but not on the one that is told

``--bare``: as on a machine without LibreOffice.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from duban_archive.adapters import extract, office
from duban_archive.adapters.office.conversion import texts_of
from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted, Locator
from duban_archive.core.page_map import letters_of, page_at

ROOT = Path(__file__).resolve().parent.parent
HEAD = 6  # letters of a line that must be on its page


def corpus() -> Path:
    """The folder of real documents."""
    return Path(os.environ.get("DUBAN_CORPUS") or ROOT.parent / "shared" / "corpus")


def lines_of(extracted: Extracted) -> Iterator[tuple[Locator, str]]:
    """Each line that has letters, with its own place."""
    for passage in extracted.passages:
        at = passage.locator
        if at.row is None and at.paragraph is None:
            yield at, letters_of(passage.text)
            continue
        for offset, text in enumerate(passage.text.split("\n")):
            row = at.row + offset if at.row is not None else None
            paragraph = at.paragraph + offset if at.paragraph is not None else None
            if letters := letters_of(text):
                yield Locator(sheet=at.sheet, row=row, paragraph=paragraph), letters


def measure(path: Path, into: Path) -> tuple[str, Counter[str]]:
    """The converter of a file, and what was counted."""
    kind, limits = extract.sniff(path, path.name), Limits()
    begun = time.perf_counter()
    made = office.to_pdf(path, media_type=kind, file_name=path.name, out=into / "made.pdf", limits=limits)
    counted = Counter(files=1, milliseconds=round(1000 * (time.perf_counter() - begun)))
    if made.path is None:
        return "none", counted
    counted["pages"] = made.pages or 0
    read = extract.read(path, file_name=path.name, media_type=kind, limits=limits, scratch=into / "scratch")
    printed = [letters_of(text) for text in texts_of(made.path)]
    for place, letters in lines_of(read):
        counted["lines"] += 1
        if page := page_at(made.places, place):
            counted["paged"] += 1
            start = letters[:HEAD]
            counted["astray"] += start not in printed[page - 1] and any(start in other for other in printed)
    return made.engine, counted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000, help="how many files at most")
    parser.add_argument("--bare", action="store_true", help="without LibreOffice")
    asked = parser.parse_args()
    if asked.bare:
        os.environ["DUBAN_SOFFICE"] = ""
    papers = sorted(path for name in ("office_cn", "tables_cn") for path in (corpus() / name).glob("*"))
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for path in [path for path in papers if office.ways(extract.sniff(path, path.name))][: asked.files]:
        with tempfile.TemporaryDirectory() as folder:
            engine, counted = measure(path, Path(folder))
        told[engine] += counted
    for engine, one in sorted(told.items()):
        seconds = one["milliseconds"] / 1000 / one["files"]
        share = one["paged"] / one["lines"] if one["lines"] else 0.0
        print(
            f"{engine:12} {one['files']:4} files {one['pages']:5} pages {seconds:6.2f} s/file  "
            f"{one['lines']:6} lines  {share:6.1%} paged  {one['astray']} astray"
        )


if __name__ == "__main__":
    main()
