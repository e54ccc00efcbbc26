"""How long the gap analysis takes, in seconds of one core; what the checks find of what was planted in a town's papers.

Issue 7: 10,000 records over 20,000 slots in ≤ 1 s, and over 100,000 slots in ≤ 5 s; of planted inconsistencies and
authenticity problems ≥ 95 % found, ≤ 5 % of clean papers alarmed.

Run: python bench/readiness.py [gaps] [planted]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from planted.judge import found_archive, judge
from slots import checklist_text

from duban_archive import answers
from duban_archive.adapters import checklist_file
from duban_archive.core.checklist import Index
from duban_archive.core.gaps import find_gaps
from duban_archive.core.model import Filing, Part, Record, Review, Slot, Standing
from duban_archive.core.resolve import build
from duban_archive.core.rollup import roll_up
from duban_archive.core.slots import make_slots

TODAY = "2015-11-01"


def records(slots: tuple[Slot, ...], count: int, chance: random.Random) -> list[Record]:
    """Papers as an office has them: most confirmed, some waiting or sent back, some good for several slots."""
    part = Part(digest="sha256:0", file_name="a.pdf", folder="", media_type="application/pdf", size=1)
    made = []
    for id in range(1, count + 1):
        filings = []
        for slot in chance.sample(slots, chance.choice((1, 1, 1, 2, 3))):
            standing = chance.choice((Standing.CONFIRMED,) * 4 + (Standing.PROPOSED,))
            review = Review.RETURNED if standing is Standing.CONFIRMED and chance.random() < 0.05 else None
            filings.append(
                Filing(
                    record=id, requirement=slot.requirement, unit=slot.unit, period=slot.period, standing=standing,
                    review=review, score=0.8, sure=standing is Standing.CONFIRMED,
                )
            )  # fmt: skip
        made.append(Record(id=id, parts=(part,), filings=tuple(filings)))
    return made


def measure_gaps(requirements: int, schools: int, count: int) -> None:
    """Print the best of three: the analysis alone, with the roll-ups, and as JSON."""
    checklist = build(checklist_file.parse(checklist_text(requirements, schools).encode(), name="bench"))
    index, slots = Index(checklist), make_slots(checklist)
    held = records(slots, count, random.Random(7))
    times: list[tuple[float, float, float]] = []
    for _ in range(3):
        start = time.process_time()
        states = find_gaps(index, slots, held, TODAY)
        found = time.process_time()
        for by in ("indicator", "unit", "phase"):
            roll_up(index, states, by, TODAY)
        rolled = time.process_time()
        answers.gaps(index, states, TODAY)
        times.append((found - start, rolled - found, time.process_time() - rolled))
    best = [min(column) for column in zip(*times, strict=True)]
    print(
        f"{count} records x {len(slots)} slots: analysed in {best[0]:.2f} s, "
        f"three roll-ups {best[1]:.2f} s, as JSON {best[2]:.2f} s"
    )


def measure_planted(seed: int) -> None:
    """Make the town with its faults, run ``duban check`` over it, and print what was found, missed and alarmed."""
    with tempfile.TemporaryDirectory() as folder:
        planted = found_archive(Path(folder), seed)
        print(f"planted, seed {seed}: {len(planted.faults)} faults among {len(planted.clean)} clean papers")
        print("\n".join(judge(Path(folder), planted).lines()))


PARTS = {
    "gaps": lambda: (measure_gaps(56, 120, 10_000), measure_gaps(280, 120, 10_000)),
    "planted": lambda: measure_planted(2026),
}


def main() -> None:
    """All parts, or those named."""
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
