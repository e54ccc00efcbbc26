"""Search while another process takes papers in and indexes them: nothing that is there is missed, nothing made up."""

from __future__ import annotations

import itertools
import multiprocessing
import random
import sqlite3
from pathlib import Path

from duban_archive.adapters.database import Database
from duban_archive.adapters.echoes import Echoes
from duban_archive.adapters.search import Search
from duban_archive.core.plain import normalise
from duban_archive.core.query import parse

LETTERS = "控辍保学台账义务教育第三小学二〇一四年12ab，。"
PAGES = 400


def pages() -> list[str]:
    chance = random.Random(6)
    return ["".join(chance.choices(LETTERS, k=60)) for _ in range(PAGES)]


def put(home: Path, first: int, some: list[str]) -> None:
    """Pages, five to a record, in one transaction."""
    connection = sqlite3.connect(home / "catalogue.sqlite", timeout=30)
    with connection:
        connection.executemany(
            "INSERT INTO texts (record, part, head, locator, text, plain, ocr) VALUES (?, 0, 0, ?, ?, ?, 0)",
            ((n // 5 + 1, f'{{"page": {n % 5 + 1}}}', text, normalise(text)) for n, text in enumerate(some, first)),
        )
    connection.close()


def take_in(home: Path) -> None:
    """Intake in small steps, the index following most of them."""
    echoes, search = Echoes(Database(home / "catalogue.sqlite")), Search(home / "index")
    for step, first in enumerate(range(0, PAGES, 8)):
        put(home, first, pages()[first : first + 8])
        if step % 3 != 1:
            search.catch_up(echoes)
    search.catch_up(echoes)


def held(echoes: Echoes, needle: str) -> tuple[set[int], set[int]]:
    """Texts with the needle on them, and texts from which it goes across into the next, by a look at all."""
    rows = echoes.texts_after(0, PAGES)
    inside = {row.id for row in rows if needle in row.plain}
    over = set()
    for row, after in itertools.pairwise(rows):
        if row.record == after.record:
            joined = row.plain + after.plain
            at = joined.find(needle, max(0, len(row.plain) - len(needle) + 1))
            if 0 <= at < len(row.plain):
                over.add(row.id)
    return inside, over


def test_nothing_is_missed_or_made_up_while_papers_come_in(tmp_path: Path) -> None:
    Database(tmp_path / "catalogue.sqlite").create()
    echoes, search = Echoes(Database(tmp_path / "catalogue.sqlite")), Search(tmp_path / "index")
    whole = pages()
    chance = random.Random(7)
    intake = multiprocessing.get_context("spawn").Process(target=take_in, args=(tmp_path,))
    intake.start()
    asked = 0
    while intake.is_alive() or asked < 60:
        n = chance.randrange(PAGES - 1)
        text = whole[n] + (whole[n + 1] if n % 5 != 4 else "")
        start = chance.randrange(len(text) - 5)
        needle = normalise(text[start : start + chance.randint(1, 5)])
        if not needle or not any(map(str.isalnum, needle)):
            continue
        asked += 1
        before = held(echoes, needle)
        hits = search.find(echoes, parse(f'"{needle}"'), limit=None).hits
        after = held(echoes, needle)
        inside = {hit.text_id for hit in hits if hit.onto is None}
        over = {hit.text_id for hit in hits if hit.onto is not None}
        assert before[0] <= inside <= after[0], needle
        assert before[1] <= over, needle
    intake.join()
    assert intake.exitcode == 0
    assert search.health(echoes).lag == 0
    assert search.health(echoes).texts == PAGES
