"""Search, measured: exactness, time, size and memory over growing archives, beside a scan and a bare Whoosh loop.

    python bench/search.py                 1,000, 5,000 and 20,000 pages (a few minutes)
    python bench/search.py --full          100,000 too
    python bench/search.py --sizes 2000    any sizes

Pages of about 600 characters are cut from real laws (corpus/laws.jsonl.xz; beyond its own 30,000 pages: runs of its
lines put together anew) and lie in the archive's own catalogue. Queries are random substrings of 1-12 characters that
hold a letter; a third of them is asked with a filter (half of the records). The truth is a scan of the stored texts.
"""

from __future__ import annotations

import argparse
import json
import lzma
import multiprocessing
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

from duban_archive.adapters.database import Database
from duban_archive.adapters.echoes import Echoes, TextRow
from duban_archive.adapters.search import Search
from duban_archive.adapters.search.grams import characters, needed, terms_of
from duban_archive.adapters.traits import Traits
from duban_archive.core.plain import normalise
from duban_archive.core.query import parse
from duban_archive.core.seams import endings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh import analysis, fields, index, query

PAGE = 600
QUERIES = 500
BAD = {
    "10,000 characters": "控辍保学" * 2500,
    "10,000 words": "控 辍 " * 2500,
    "punctuation": "。，（）！" * 10,
    "emoji": "😀🎉✅",
    "stars": "* ** ?*",
    "like a regex": "(a+)+$ [一-龥]{1,} .*?",
    "like SQL": "'; DROP TABLE texts; -- 1=1 %_",
    "control characters": "\x00\x01\x1b[31m\x7f\u202e",
    "only excluded": "-台账",
    "half a quote": '"控辍',
    "every filter, empty": "指标: 单位: 年: 类别: 状态:",
}


def main() -> None:
    """Run all measurements and print them as they come."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000, 20000])
    options.add_argument("--full", action="store_true", help="100,000 pages too")
    options.add_argument("--queries", type=int, default=QUERIES)
    options.add_argument("--json", type=Path, help="write the figures here too")
    chosen = options.parse_args()
    corpus = Path(os.environ.get("DUBAN_CORPUS", Path(__file__).parents[2] / "shared" / "corpus")) / "laws.jsonl.xz"
    if not corpus.exists():
        print("corpus absent: set DUBAN_CORPUS to the folder that holds laws.jsonl.xz")
        return
    sizes = [*chosen.sizes, *([100000] if chosen.full else [])]
    figures = []
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        for size in sizes:
            home = Path(folder, str(size))
            home.mkdir()
            figures.append(measure(home, corpus, size, chosen.queries))
            shutil.rmtree(home)
    print_curve(figures)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1))


# --- one size ----------------------------------------------------------------------------------------------------


def measure(home: Path, corpus: Path, size: int, queries: int) -> dict[str, Any]:
    """All figures for an archive of ``size`` pages."""
    print(f"\n== {size:,} pages (load of the machine: {os.getloadavg()[0]:.1f})", flush=True)
    chance = random.Random(size)
    pages = list(cut(corpus, size, chance))
    catalogue = fill(home, pages)
    plains = [row.plain for row in catalogue.texts_after(0, size)]
    texts = sum(len(plain.encode()) for plain in plains)
    search = Search(home / "index")
    figure: dict[str, Any] = {"pages": size, "text MB": texts / 1e6}

    started = time.perf_counter()
    assert search.catch_up(catalogue) == size
    figure["index pages/s"] = size / (time.perf_counter() - started)
    figure["index/text as written"] = search.health(catalogue).size / texts
    sample = plains[:2000]
    ours, bare = index_ours(home / "ours", sample), index_bare(home / "bare", sample)
    figure["index pages/s, 2,000 pages"], figure["bare Whoosh loop pages/s, 2,000 pages"] = ours, bare
    figure["indexing, ours / bare"] = ours / bare
    started = time.perf_counter()
    search.compact(catalogue)
    figure["put together s"] = time.perf_counter() - started
    health = search.health(catalogue, thorough=True)
    assert health.usable, health
    assert health.texts == size, health
    figure["index/text"] = health.size / texts
    show(figure)

    lines = substrings(pages, queries, chance)
    half = frozenset(range(1, size // 10 + 2, 2))
    figure.update(ask(search, catalogue, plains, lines, half))
    figure.update(ask_across(search, catalogue, pages, plains, chance))
    figure.update(ask_filtered(home, search, catalogue, lines, size // 10, chance))
    figure["scan p50 ms"], figure["scan p95 ms"] = percentiles(scan(catalogue, lines[:40]))
    figure.update(bare_queries(home / "bare", sample, lines))
    show(figure)
    frequent = most_like_half(plains)
    shown, figure["all hits of a frequent word ms"] = timed(lambda: search.find(catalogue, parse(frequent), limit=None))
    figure["frequent word"], figure["its hits"] = frequent, shown.total
    longer = longer_frequent(plains, frequent)
    shown, figure["all hits of a frequent phrase ms"] = timed(lambda: search.find(catalogue, parse(longer), limit=None))
    figure["frequent phrase"], figure["its hits "] = longer, shown.total
    figure["bad input, worst ms"] = max(
        timed(lambda line=line: search.find(catalogue, parse(line)))[1] for line in BAD.values()
    )
    figure.update(fresh_process(home, lines))
    figure.update(while_intake_runs(home, pages[: min(size, 3000)], lines[:200]))
    show(figure)
    return figure


def cut(corpus: Path, size: int, chance: random.Random) -> Iterator[str]:
    """Pages of about 600 characters; when the laws are used up, of runs of their lines."""
    lines: list[str] = []
    given = 0
    with lzma.open(corpus, "rt", encoding="utf-8") as file:
        for law in file:
            text = json.loads(law)["text"]
            if size > 30000:
                lines.extend(line for line in text.split("\n") if line)
            for start in range(0, len(text), PAGE):
                if given == size:
                    return
                given += 1
                yield text[start : start + PAGE]
    while given < size:
        at, page = chance.randrange(len(lines)), ""
        while len(page) < PAGE:
            run = chance.randint(3, 6)
            page += "\n".join(lines[at : at + run]) + "\n"
            at = chance.randrange(len(lines))
        given += 1
        yield page[:PAGE]


def fill(home: Path, pages: Sequence[str]) -> Echoes:
    """A catalogue's texts: these pages, ten to a record."""
    database = Database(home / "catalogue.sqlite")
    database.create()
    put(home, pages)
    return Echoes(database)


def put(home: Path, pages: Sequence[str]) -> None:
    """Add pages as the archive does: text and plain form, in one transaction."""
    connection = sqlite3.connect(home / "catalogue.sqlite", timeout=30)
    with connection:
        connection.executemany(
            "INSERT INTO texts (record, part, head, locator, text, plain, ocr) VALUES (?, 0, 0, ?, ?, ?, 0)",
            ((n // 10 + 1, f'{{"page": {n % 10 + 1}}}', page, normalise(page)) for n, page in enumerate(pages)),
        )
    connection.close()


def substrings(pages: Sequence[str], count: int, chance: random.Random) -> list[str]:
    """Random pieces of 1-12 characters that hold a letter, as a person would copy them out."""
    found: list[str] = []
    while len(found) < count:
        page = chance.choice(pages)
        length = chance.randint(1, 12)
        start = chance.randrange(max(1, len(page) - length))
        piece = page[start : start + length]
        if re.search(r"\w", normalise(piece)) and not set(piece) & set('"“”„「」『』'):
            found.append(piece)
    return found


# --- asking ------------------------------------------------------------------------------------------------------


def ask(
    search: Search, catalogue: Echoes, plains: Sequence[str], lines: Sequence[str], half: frozenset[int]
) -> dict[str, Any]:
    """Exactness and times of all queries, top 10; every third with a filter."""
    times, work, one_letter = [], [], []
    found = wanted = right = 0
    for n, line in enumerate(lines):
        asked = parse(f'"{line}"')
        records = half if n % 3 == 0 else None
        before = time.process_time()
        answer, ms = timed(lambda asked=asked, records=records: search.find(catalogue, asked, records=records))
        work.append((time.process_time() - before) * 1000)
        times.append(ms)
        if len(normalise(line)) == 1:
            one_letter.append(ms)
        needle = normalise(line)
        truth = {
            n for n, plain in enumerate(plains, 1) if needle in plain and (records is None or (n - 1) // 10 + 1 in half)
        }
        listed = search.find(catalogue, asked, records=records, limit=None)
        ids = {hit.text_id for hit in listed.hits if hit.onto is None}
        assert answer.total == listed.total == len(listed.hits)
        found, wanted, right = found + len(ids), wanted + len(truth), right + len(ids & truth)
    (p50, p95), (work50, work95) = percentiles(times), percentiles(work)
    return {
        "queries": len(lines),
        "recall": right / wanted,
        "precision": right / found,
        "p50 ms": p50,
        "p95 ms": p95,
        "p50 ms of processor": work50,
        "p95 ms of processor": work95,
        "slowest ms": max(times),
        "one letter p95 ms": percentiles(one_letter)[1] if one_letter else 0.0,
    }


def ask_across(
    search: Search, catalogue: Echoes, pages: Sequence[str], plains: Sequence[str], chance: random.Random
) -> dict[str, Any]:
    """Substrings that begin on one page and end on the next: found, and nothing else said to go across."""
    windows = {}
    for n in range(1, len(plains)):
        if (n - 1) // 10 == n // 10:
            rest = "\n".join(plains[n : (n // 10 + 1) * 10])[:24]  # a page of a few letters is gone across whole
            ways = [(ending[-24:], rest) for ending in endings(plains[n - 1])]
            windows[n] = [(normalise(f"{first}\n{after}"), len(first), len(normalise(after))) for first, after in ways]
    found = wanted = right = 0
    times, work = [], []
    for _ in range(200):
        n = chance.choice(list(windows))
        before, after = chance.randint(1, 6), chance.randint(1, 6)
        piece = pages[n - 1][-before:] + pages[n][:after]
        needle = normalise(piece)
        if len(needle) < 2 or set(piece) & set('"“”„「」『』') or not re.search(r"\w", needle):
            continue
        asked = parse(f'"{piece}"')
        started = time.process_time()
        answer, ms = timed(lambda asked=asked: search.find(catalogue, asked, limit=None))
        work.append((time.process_time() - started) * 1000)
        times.append(ms)
        told = {hit.text_id for hit in answer.hits if hit.onto is not None}
        truth = {n for n, ways in windows.items() if any(goes_across(needle, *way) for way in ways)}
        found, wanted, right = found + len(told), wanted + len(truth), right + len(told & truth)
    (p50, p95), (work50, work95) = percentiles(times), percentiles(work)
    return {
        "across a page's end: queries": len(times),
        "recall across": right / wanted,
        "precision across": right / found,
        "across p50 ms": p50,
        "across p95 ms": p95,
        "across p50 ms of processor": work50,
        "across p95 ms of processor": work95,
    }


def goes_across(needle: str, joined: str, first: int, second: int) -> bool:
    """Whether the needle begins among the first characters of a window and ends among the last ones."""
    at = joined.find(needle)
    while at >= 0:
        if at < first and at + len(needle) > len(joined) - second:
            return True
        at = joined.find(needle, at + 1)
    return False


FILTERS = ("指标:r7", "单位:u3", "年:2014", "类别:台账", "状态:待确认", "格式:xlsx", "日期:2014-09..2015-07", "盒:3柜")


def ask_filtered(
    home: Path, search: Search, catalogue: Echoes, lines: Sequence[str], records: int, chance: random.Random
) -> dict[str, Any]:
    """Words with a filter, from the catalogue's own records as the archive asks it; then the facets of the hits."""
    database = Database(home / "catalogue.sqlite")
    describe(home, records, chance)
    traits = Traits(database)
    times, work, counting, alone = [], [], [], []
    for n, line in enumerate(lines[:160]):
        asked = parse(f'"{line}" {FILTERS[n % len(FILTERS)]}')
        started = time.process_time()

        def run(asked: Any = asked) -> Any:
            return search.find(catalogue, asked, records=traits.having(asked.filters[0]))

        answer, ms = timed(run)
        work.append((time.process_time() - started) * 1000)
        times.append(ms)
        alone.append(timed(lambda asked=asked: traits.having(asked.filters[0]))[1])
        counting.append(timed(lambda answer=answer: traits.pairs(answer.record_ids))[1])
    (p50, p95), (work50, work95) = percentiles(times), percentiles(work)
    return {
        "real filters: p50 ms": p50,
        "real filters: p95 ms": p95,
        "real filters: p50 ms of processor": work50,
        "real filters: p95 ms of processor": work95,
        "the filter alone p95 ms": percentiles(alone)[1],
        "counting facets p50 ms": percentiles(counting)[0],
        "counting facets p95 ms": percentiles(counting)[1],
    }


def describe(home: Path, records: int, chance: random.Random) -> None:
    """Records as a town's are: twenty units, three years, a hundred requirements, two proposals or a decision each."""
    connection = sqlite3.connect(home / "catalogue.sqlite", timeout=30)
    kinds, suffixes = ("ledger", "plan", "minutes", "roster", "notice"), ("docx", "xlsx", "pdf", "jpg")
    with connection:
        for id in range(1, records + 1):
            unit, year, kind = f"u{chance.randrange(20)}", str(chance.randint(2013, 2015)), chance.choice(kinds)
            part = {"digest": f"sha256:{id:064}", "file_name": f"{id}.{chance.choice(suffixes)}", "size": 1}
            place = json.dumps({"where": f"{chance.randint(1, 9)}柜"}) if chance.random() < 0.1 else "null"
            connection.execute(
                "INSERT INTO records (id, state, parts, place, told, received, final)"
                " VALUES (?, 'kept', ?, ?, '{}', '', 0)",
                (id, json.dumps([part]), place),
            )
            dated = f"{year}-{chance.randint(1, 12):02}-15"
            connection.execute(
                "INSERT INTO readings (record, status, description, part_pages, facts, notes, unit, period, kind,"
                " dated) VALUES (?, 'read', '{}', '[10]', '{}', '[]', ?, ?, ?, ?)",
                (id, unit, year, kind, dated),
            )
            slots = [(f"r{chance.randrange(100)}", unit, year) for _ in range(3)]
            if chance.random() < 0.5:
                filing = {
                    "record": id,
                    "requirement": slots[0][0],
                    "unit": unit,
                    "period": year,
                    "standing": "confirmed",
                }
                connection.execute(
                    "INSERT OR IGNORE INTO filings (record, requirement, unit, period, filing) VALUES (?, ?, ?, ?, ?)",
                    (id, *slots[0], json.dumps(filing)),
                )
            for rank, slot in enumerate(slots):
                filing = {"record": id, "requirement": slot[0], "unit": unit, "period": year, "because": ["x" * 200]}
                connection.execute(
                    "INSERT INTO proposals (record, rank, filing, requirement, unit, period) VALUES (?, ?, ?, ?, ?, ?)",
                    (id, rank, json.dumps(filing), *slot),
                )
    connection.close()


def scan(catalogue: Echoes, lines: Sequence[str]) -> list[float]:
    """The first baseline: read every text and look."""

    def look(needle: str) -> int:
        count = at = 0
        while rows := catalogue.texts_after(at, 5000):
            count += sum(needle in row.plain for row in rows)
            at = rows[-1].id
        return count

    return [timed(lambda line=line: look(normalise(line)))[1] for line in lines]


def most_like_half(plains: Sequence[str]) -> str:
    """The pair of letters that is nearest to being in half of the pages."""
    counts: dict[str, int] = {}
    for plain in plains[:2000]:
        for gram in map(characters, terms_of(plain)):
            if len(gram) == 2 and gram.isalpha():
                counts[gram] = counts.get(gram, 0) + 1
    half = min(len(plains), 2000) / 2
    return min(counts, key=lambda gram: abs(counts[gram] - half))


def longer_frequent(plains: Sequence[str], word: str) -> str:
    """The most frequent phrase of four letters around the word."""
    counts: dict[str, int] = {}
    for plain in plains[:2000]:
        at = plain.find(word)
        while at >= 0:
            for start in (at - 2, at - 1, at):
                phrase = plain[max(0, start) : max(0, start) + 4]
                if len(phrase) == 4 and phrase.isalpha():
                    counts[phrase] = counts.get(phrase, 0) + 1
            at = plain.find(word, at + 1)
    return max(counts, key=lambda phrase: counts[phrase])


FRESH = """
import json, sys, time
started = time.perf_counter()
from pathlib import Path
from duban_archive.adapters.database import Database
from duban_archive.adapters.echoes import Echoes
from duban_archive.adapters.search import Search
from duban_archive.core.query import parse
home, lines = Path(sys.argv[1]), json.loads(sys.stdin.read())
catalogue, search = Echoes(Database(home / "catalogue.sqlite")), Search(home / "index")
ready = time.perf_counter()
search.find(catalogue, parse(lines[0]))
first, cpu = time.perf_counter(), time.process_time()
import psutil
for line in lines:
    search.find(catalogue, parse(line))
print(json.dumps([first - started, first - ready, cpu, psutil.Process().memory_full_info().uss / 1e6]))
"""


def fresh_process(home: Path, lines: Sequence[str]) -> dict[str, float]:
    """The first query of a new process (median of five), and its own memory after all queries."""
    asked = [f'"{line}"' for line in lines]
    times, alone, work, memory = [], [], [], 0.0
    for first in range(5):
        said = json.dumps([asked[first]] if first else asked)
        done = subprocess.run(
            [sys.executable, "-c", FRESH, str(home)], input=said, capture_output=True, text=True, check=True
        )
        answered, itself, cpu, own = json.loads(done.stdout)
        times.append(answered * 1000)
        alone.append(itself * 1000)
        work.append(cpu * 1000)
        memory = max(memory, own)
    return {
        "first query of a process, with imports ms": statistics.median(times),
        "without imports ms": statistics.median(alone),
        "with imports, ms of processor": statistics.median(work),
        "own memory MB": memory,
    }


def while_intake_runs(home: Path, pages: Sequence[str], lines: Sequence[str]) -> dict[str, Any]:
    """Ask while another process adds pages and indexes them: nothing that was there may be missing, nothing made up."""
    place = home / "intake"
    place.mkdir()
    first = len(pages) // 4
    catalogue = fill(place, pages[:first])
    search = Search(place / "index")
    context = multiprocessing.get_context("spawn")
    adding = context.Process(target=take_in, args=(place, pages[first:]))
    adding.start()
    times, asked, missing, made_up, lagging = [], 0, 0, 0, 0
    while adding.is_alive() or asked < len(lines):
        line = lines[asked % len(lines)]
        asked += 1
        needle = normalise(line)
        before = {row.id for row in catalogue.texts_after(0, len(pages)) if needle in row.plain}
        answer, ms = timed(lambda line=line: search.find(catalogue, parse(f'"{line}"'), limit=None))
        after = {row.id for row in catalogue.texts_after(0, len(pages)) if needle in row.plain}
        ids = {hit.text_id for hit in answer.hits if hit.onto is None}
        times.append(ms)
        missing += len(before - ids)
        made_up += len(ids - after)
        lagging += bool(answer.scanned)
    adding.join()
    assert adding.exitcode == 0
    assert search.health(catalogue).lag == 0
    return {
        "during intake: queries": asked,
        "of them on a lagging index": lagging,
        "missing": missing,
        "made up": made_up,
        "during intake p95 ms": percentiles(times)[1],
    }


def take_in(home: Path, pages: Sequence[str]) -> None:
    """Intake in small steps, the index following each."""
    catalogue, search = Echoes(Database(home / "catalogue.sqlite")), Search(home / "index")
    step = max(1, len(pages) // 60)
    for start in range(0, len(pages), step):
        put(home, pages[start : start + step])
        if start // step % 3 != 1:
            search.catch_up(catalogue)
    search.catch_up(catalogue)


# --- Whoosh as its manual shows it ---------------------------------------------------------------------------------


def index_ours(folder: Path, plains: Sequence[str]) -> float:
    """Pages a second into our index, without reading a catalogue."""

    class Rows:
        def texts_after(self, change: int, limit: int) -> list[Any]:
            return [
                TextRow(id=n + 1, record=1, plain=plain, head=False)
                for n, plain in enumerate(plains[change : change + limit], change)
            ]

        def last_change(self) -> int:
            return len(plains)

        def plains(self, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
            return {id: (1, plains[id - 1]) for id in ids}

    return len(plains) / (timed(lambda: Search(folder).catch_up(Rows()))[1] / 1000)


class Grams(analysis.Tokenizer):  # type: ignore[misc]  # whoosh has no types
    """The same terms, as Whoosh wants them."""

    def __call__(self, value: str, **_: Any) -> Iterator[Any]:
        """One token a term."""
        token = analysis.Token(positions=False, chars=False)
        for term in terms_of(value):
            token.text, token.boost, token.stopped = characters(term), 1.0, False
            yield token


def index_bare(folder: Path, plains: Sequence[str]) -> float:
    """Pages a second into a bare Whoosh index with the same terms (its own codec, no positions), in one commit."""
    folder.mkdir()

    def run() -> None:
        field = fields.TEXT(analyzer=Grams(), phrase=False)
        field.scorable = False
        made = index.create_in(str(folder), fields.Schema(id=fields.STORED, grams=field))
        writer = made.writer(limitmb=256)
        for n, plain in enumerate(plains):
            writer.add_document(id=n, grams=plain)
        writer.commit(merge=False)

    return len(plains) / (timed(run)[1] / 1000)


def bare_queries(folder: Path, plains: Sequence[str], lines: Sequence[str]) -> dict[str, float]:
    """The second baseline: AND of the same terms in that index, every hit checked against its text (2,000 pages)."""
    made = index.open_dir(str(folder))
    times = []
    with made.searcher() as searcher:
        for line in lines[:150]:
            needle = normalise(line)
            asked = query.And([query.Term("grams", characters(term)) for term in needed(needle)])

            def run(asked: Any = asked, needle: str = needle) -> int:
                hits = searcher.search(asked, limit=None)
                return sum(needle in plains[hit["id"]] for hit in hits)

            times.append(timed(run)[1])
    p50, p95 = percentiles(times)
    return {"bare Whoosh p50 ms, 2,000 pages": p50, "bare Whoosh p95 ms, 2,000 pages": p95}


# --- telling -----------------------------------------------------------------------------------------------------


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """What ``run`` gives, and its time in ms."""
    started = time.perf_counter()
    value = run()
    return value, (time.perf_counter() - started) * 1000


def percentiles(times: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    ordered = sorted(times)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


_shown: set[tuple[int, str]] = set()


def show(figure: dict[str, Any]) -> None:
    """Print what is new."""
    for name, value in figure.items():
        if (figure["pages"], name) not in _shown:
            _shown.add((figure["pages"], name))
            print(f"   {name:45} {value:,.3f}" if isinstance(value, float) else f"   {name:45} {value}", flush=True)


def print_curve(figures: Sequence[dict[str, Any]]) -> None:
    """All sizes side by side; own memory of this process last."""
    print("\n== as a curve")
    for name in figures[0]:
        cells = (f"{f[name]:>14,.3f}" if isinstance(f[name], float) else f"{f[name]!s:>14}" for f in figures)
        print(f"{name:45}", *cells)
    print(
        f"(this process: {psutil.Process().memory_full_info().uss / 1e6:,.0f} MB of its own, texts and truth included)"
    )


if __name__ == "__main__":
    main()
