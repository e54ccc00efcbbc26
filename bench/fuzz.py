"""Mutated real files, for as long as one likes: nothing may escape its worker, hang, or trip what follows it.

    python bench/fuzz.py [--seconds 300] [--corpus DIR] [--seed 1]

Takes real files (``DUBAN_CORPUS``, else ``../shared/corpus`` beside the checkout), damages each in one of several ways,
has it read in a worker as the archive does, and describes and classifies what came out in this process. Prints what the
workers died of, how long the slowest took, and every finding: an exception in this process, an answer that is neither
read nor explained, a file written outside the scratch folder, a worker left behind. Exit code 1 when there is one.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import os
import platform
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil

from duban_archive.adapters import checklist_file
from duban_archive.adapters.extract import sniff
from duban_archive.adapters.worker import Call, Pool
from duban_archive.core.classify import Classifier
from duban_archive.core.limits import Limits
from duban_archive.core.plainjson import to_json

ROOT = Path(__file__).resolve().parent.parent
LIMITS = Limits(seconds=20, memory_mb=1024, unpacked_mb=64, file_mb=64)
_BIGGEST = 3 << 20  # a larger seed spends the time on copying
_INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def damage(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, cut, doubled, moved, or lengths made absurd."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16, 64))):
        if not changed:
            break
        at = chance.randrange(len(changed))
        match chance.randrange(6):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                size = chance.choice((1, 2, 4))
                value = chance.choice(_INTERESTING) & ((1 << 8 * size) - 1)
                changed[at : at + size] = value.to_bytes(size, chance.choice(("little", "big")))
            case 2:
                del changed[at : at + chance.randrange(1, 1 + min(512, len(changed)))]
            case 3:
                piece = changed[at : at + chance.randrange(1, 256)]
                changed[at:at] = piece * chance.choice((1, 2, 50))
            case 4:
                other = chance.randrange(len(changed))
                changed[at : at + 64] = changed[other : other + 64]
            case _:
                changed[at : at + 8] = os.urandom(8)
    return bytes(changed[: chance.randrange(len(changed) + 1)]) if chance.random() < 0.08 else bytes(changed)


def damage_inside(path: Path, chance: random.Random) -> bytes:
    """A zip with one damaged member: harm that its checksums would otherwise catch."""
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            names = [name for name in old.namelist() if not name.endswith("/")]
            target = chance.choice(names)
            for name in names:
                new.writestr(name, damage(old.read(name), chance) if name == target else old.read(name))
        packed.seek(0)
        return packed.read()


def mutations(seeds: list[Path], folder: Path, chance: random.Random, until: float) -> Iterator[Call]:
    """Damaged files, one by one, to be read."""
    number = 0
    while time.monotonic() < until:
        seed = chance.choice(seeds)
        number += 1
        place = folder / str(number)
        place.mkdir()
        data = b""
        if zipfile.is_zipfile(seed) and chance.random() < 0.6:
            with contextlib.suppress(Exception):  # some seeds are broken zips themselves
                data = damage_inside(seed, chance)
        path = place / f"{seed.stem[:40]}{seed.suffix}"
        path.write_bytes(data or damage(seed.read_bytes(), chance))
        kwargs = {
            "path": path, "file_name": path.name, "media_type": sniff(path, path.name), "limits": LIMITS,
            "scratch": place / "scratch",
        }  # fmt: skip
        yield Call(key=path, target="duban_archive.adapters.door:read", kwargs=kwargs, seconds=LIMITS.seconds)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=300)
    corpus = Path(os.environ.get("DUBAN_CORPUS", ROOT.parent / "shared" / "corpus"))
    options.add_argument("--corpus", type=Path, default=corpus)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    seeds = sorted(p for p in given.corpus.rglob("*") if p.is_file() and 0 < p.stat().st_size <= _BIGGEST)
    if not seeds:
        print(f"no real files under {given.corpus}")
        return 1
    classifier = Classifier(checklist_file.load(str(ROOT / "archive_schema.yaml"), base_year=2015))
    ends, kinds, findings = collections.Counter[str](), collections.Counter[str](), list[str]()
    began, slowest, last = time.monotonic(), (0.0, ""), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="bench-fuzz-"))
    before = set(Path(tempfile.gettempdir()).iterdir())
    try:
        with Pool(workers=2, memory_mb=LIMITS.memory_mb) as pool:
            calls = mutations(seeds, folder, random.Random(given.seed), began + given.seconds)
            for done in pool.run(calls):
                path = Path(done.key)
                slowest = max(slowest, (time.monotonic() - last, path.name))
                last = time.monotonic()
                kinds[path.suffix.lower()] += 1
                if done.fault is not None:
                    ends[f"worker: {done.fault.kind}"] += 1
                else:
                    read = done.value
                    ends["read" if read.readable else "kept with a reason"] += 1
                    if not read.readable and not read.notes and not read.facts:
                        findings.append(f"{path.name}: neither read nor explained")
                    try:
                        classifier.describe_and_propose(
                            file_names=(path.name,), folder="", extracted=(read,), today=date(2015, 10, 26)
                        )
                        json.dumps(to_json(read), ensure_ascii=False).encode()  # as the catalogue keeps it
                    except Exception:
                        findings.append(f"{path.name}: {traceback.format_exc(limit=-3)}")
                        shutil.copy(path, Path(tempfile.gettempdir()) / f"fuzz-finding-{path.name}")
                shutil.rmtree(path.parent, ignore_errors=True)
        left = [child for child in psutil.Process().children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]
        findings += [f"a worker was left behind: {child}" for child in left]
        strays = [p for p in set(Path(tempfile.gettempdir()).iterdir()) - before if p.name.startswith(("tmp", "duban"))]
        total = sum(ends.values())
        print(f"machine: {platform.platform()}, {os.cpu_count()} cores; {len(seeds)} real files, seed {given.seed}")
        print(f"{total} damaged files in {time.monotonic() - began:.0f} s: {dict(ends.most_common())}")
        print(f"by suffix: {dict(kinds.most_common(12))}")
        print(f"longest wait for an answer {slowest[0]:.1f} s ({slowest[1]}); limit {LIMITS.seconds:g} s")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak of this process {peak:.0f} MB; temporary files that appeared beside the scratch: {len(strays)}")
        print(f"findings: {len(findings)}")
        for finding in findings[:20]:
            print("  " + finding)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
