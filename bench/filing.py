"""Measures describing and filing on the cases of ``tests/cases/filing`` and prints every number of issue 5.

python bench/filing.py              totals of both parts, and what 30 corrections teach
python bench/filing.py --misses     and each miss of the tuned part (the held-out part is only ever shown as totals)
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.cases.filing_score import WANTED, Score, learning, run


def show(part: str, score: Score) -> None:
    speed = score.cases / score.seconds
    print(f"\n{part}: {score.cases} cases, {score.nowhere} belong nowhere, {speed:.0f} documents/s of one processor")
    for measure, (op, bound) in WANTED.items():
        tries = f"{score.hits[measure]}/{score.tries[measure]}"
        verdict = "ok" if score.met(measure) else "NOT MET"
        print(f"  {measure:26} {score.share(measure):6.1%}  {tries:>9}  wanted {op} {bound:.0%}  {verdict}")
    print(f"  {'kind':26} {score.share('kind'):6.1%}")


def show_chances(scores: list[Score]) -> None:
    print("\nchance said -> how often right (first proposals of both parts, papers that belong nowhere among them)")
    chances = [chance for score in scores for chance in score.chances]
    for low in range(10):
        here = [(said, right) for said, right in chances if min(int(said * 10), 9) == low]
        if here:
            said = sum(one for one, _ in here) / len(here)
            print(f"  {said:5.2f} -> {sum(right for _, right in here) / len(here):5.2f}   {len(here)} papers")


def main() -> None:
    tuned, held_out = run("tuned"), run("held_out")
    show("tuned", tuned)
    show("held_out", held_out)
    show("tuned, before any unit is entered", run("tuned", bare=True))
    show("held_out, before any unit is entered", run("held_out", bare=True))
    show_chances([tuned, held_out])
    lessons = learning()
    print(
        f"\nlearning: {lessons.corrections} corrections; errors on {lessons.papers} other papers "
        f"{lessons.errors_before} -> {lessons.errors_after}"
    )
    if "--misses" in sys.argv:
        print(*("    " + line for line in sorted(tuned.misses)), sep="\n")


if __name__ == "__main__":
    main()
