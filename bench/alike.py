"""Measures finding alike papers: how long 10,000 are signed, and how long one is held against all of them.

python bench/alike.py [how many, default 10000]
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from duban_archive.core.similar import candidates, likely_pairs, names_pattern, near, sign_with

CHARACTERS = 1500
SENTENCES = 600


def made(count: int) -> list[str]:
    """Made-up papers: sentences of a common stock, as the papers of one town share them; every tenth a copy."""
    dice = random.Random(5)
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 1500)]
    stock = ["".join(dice.choices(letters, k=dice.randint(12, 40))) for _ in range(SENTENCES)]
    papers: list[str] = []
    for number in range(count):
        if number % 10 == 9:
            papers.append(papers[-1].replace(stock[0][:3], "某某某") + f"。{number}人")
            continue
        own = ["".join(dice.choices(letters, k=30)) for _ in range(20)]
        papers.append("。".join([*own, *dice.choices(stock, k=30)])[:CHARACTERS] + f"。第{number}号")
    return papers


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    papers = made(count)
    names = names_pattern(f"吴集镇第{n}小学" for n in range(40))
    started = time.perf_counter()
    signatures = {number: sign_with(text, names) for number, text in enumerate(papers)}
    signing = time.perf_counter() - started
    tries = list(range(9, count, max(count // 100, 1)))
    started = time.perf_counter()
    found = {number: candidates(signatures[number], signatures, least=0.7) for number in tries}
    looking = (time.perf_counter() - started) / len(tries)
    copies = [n for n in tries if n % 10 == 9]
    hits = sum(n - 1 in found[n] for n in copies)
    extra = sum(len(found[n]) - 1 for n in tries) - sum(n - 1 in found[n] for n in copies)
    started = time.perf_counter()
    pairs = likely_pairs(signatures, {})
    pairing = time.perf_counter() - started
    worst = max(near(signatures[0].exact, signatures[n].exact) for n in range(1, count) if n % 10 != 9)
    print(f"{count} papers of {CHARACTERS} characters signed in {signing:.1f} s ({signing / count * 1000:.2f} ms each)")
    print(f"one paper held against all: {looking * 1000:.0f} ms")
    print(f"all likely pairs among them: {pairing:.1f} s, {len(pairs)} of {count // 10}")
    print(f"copies found: {hits} of {len(copies)}; others taken for alike: {extra}; nearest stranger {worst:.2f}")


if __name__ == "__main__":
    main()
