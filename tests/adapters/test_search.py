"""Search answers exactly, whatever the index is doing; and the index is safe to open and to kill."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban_archive.adapters.search import Search
from duban_archive.core.plain import normalise
from duban_archive.core.query import parse


@dataclass(frozen=True)
class Row:
    id: int
    record: int
    plain: str
    head: bool = False


class Shelf:
    """Texts in memory, as the catalogue keeps them: inserted and deleted, never changed."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.last = 0
        self.read = 0

    def put(self, text: str, record: int | None = None, head: bool = False) -> int:
        self.last += 1
        self.rows[self.last] = Row(self.last, record or self.last, normalise(text), head)
        return self.last

    def drop(self, id: int) -> None:
        del self.rows[id]

    def texts_after(self, change: int, limit: int) -> Sequence[Row]:
        return [self.rows[id] for id in sorted(self.rows) if id > change][:limit]

    def plains(self, ids: Sequence[int]) -> Mapping[int, tuple[int, str]]:
        self.read += len(ids)
        return {id: (self.rows[id].record, self.rows[id].plain) for id in ids if id in self.rows}

    def last_change(self) -> int:
        return self.last


class CountedShelf(Shelf):
    """One that can say how many texts stand."""

    def count_texts(self, upto: int) -> int:
        return sum(id <= upto for id in self.rows)

    def text_ids(self, upto: int) -> Sequence[int]:
        return [id for id in self.rows if id <= upto]


@pytest.fixture(params=[Shelf, CountedShelf])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    made: Shelf = request.param()
    return made


@pytest.fixture
def search(tmp_path: Path) -> Search:
    return Search(tmp_path / "index")


def found(search: Search, shelf: Shelf, line: str, **how: object) -> list[int]:
    answer = search.find(shelf, parse(line), limit=None, **how)  # type: ignore[arg-type]
    assert answer.total == len(answer.hits)
    return sorted(hit.text_id for hit in answer.hits)


def test_a_text_is_found_before_and_after_it_is_indexed(search: Search, shelf: Shelf) -> None:
    first = shelf.put("吴集镇2014年控辍保学工作台账")
    assert found(search, shelf, "控辍保学") == [first]
    assert search.catch_up(shelf) == 1
    second = shelf.put("控辍保学方案")
    assert found(search, shelf, "控辍保学") == [first, second]
    assert search.catch_up(shelf) == 1
    assert search.catch_up(shelf) == 0
    assert found(search, shelf, "控辍保学") == [first, second]


def test_a_phrase_that_segmenters_cut_is_found(search: Search, shelf: Shelf) -> None:
    held = shelf.put("关于进一步做好义务教育控辍保学工作的通知(国发〔2014〕5号)")
    shelf.put("控制辍学，保障学习")
    search.catch_up(shelf)
    for line in ("辍保", "育控", "做好义", "国发(2014)5号", "〔2014", "1", "步", "控 保学"):
        assert held in found(search, shelf, line), line
    assert found(search, shelf, "控辍保学") == [held]


def test_one_and_two_letters_need_no_reading_of_texts(search: Search) -> None:
    shelf = CountedShelf()
    for n in range(50):
        shelf.put(f"第{n}号 国家")
    search.catch_up(shelf)
    assert search.find(shelf, parse("国"), limit=1).total == 50
    assert search.find(shelf, parse("国家 第"), limit=1).total == 50
    assert search.find(shelf, parse("国家 或 第1 -号"), limit=1).total == 0
    assert shelf.read <= 12


def test_a_deleted_text_is_not_found_and_compacting_drops_it(search: Search, shelf: Shelf) -> None:
    for text in ("甲乙丙", "甲乙丁", "乙丙"):
        shelf.put(text)
    search.catch_up(shelf)
    shelf.drop(1)
    assert found(search, shelf, "甲乙") == [2]
    assert found(search, shelf, "乙丙") == [3]
    assert search.compact(shelf)
    assert search.health(shelf).texts == 2
    assert found(search, shelf, "乙") == [2, 3]


def test_filters_limit_to_records(search: Search, shelf: Shelf) -> None:
    for record in range(1, 6):
        shelf.put("台账", record=record)
        shelf.put("台账明细表", record=record)
    search.catch_up(shelf)
    answer = search.find(shelf, parse("台账"), records={2, 4}, limit=10)
    assert {hit.record for hit in answer.hits} == {2, 4}
    assert answer.total == 4
    assert search.find(shelf, parse("台账明"), records=set(), limit=10).total == 0


def test_titles_come_first_then_the_whole_phrase_then_the_words_apart(search: Search, shelf: Shelf) -> None:
    apart = shelf.put("台账里写着控辍", record=1)
    phrase = shelf.put("控辍台账在此", record=2)
    title = shelf.put("控辍台账", record=3, head=True)
    search.catch_up(shelf)
    hits = search.find(shelf, parse("控辍 台账"), limit=None).hits
    assert [hit.text_id for hit in hits] == [title, phrase, apart]
    boosted = search.find(shelf, parse("控辍 台账"), boosts={1: 100.0}).hits
    assert boosted[0].text_id == apart


@pytest.mark.parametrize("line", ["台账", "控辍保学台账"])
@pytest.mark.parametrize("indexed", [False, True])
def test_a_title_lifts_its_record_but_is_not_listed_beside_a_page(
    search: Search, shelf: Shelf, line: str, indexed: bool
) -> None:
    other = shelf.put("控辍保学台账 控辍保学台账 控辍保学台账", record=1)
    shelf.put("控辍保学台账", record=2, head=True)
    page = shelf.put("控辍保学台账", record=2)
    only_title = shelf.put("控辍保学台账目录", record=3, head=True)
    shelf.put("目录", record=3)
    if indexed:
        search.catch_up(shelf)
    for limit in (10, None):
        answer = search.find(shelf, parse(line), limit=limit)
        assert [hit.text_id for hit in answer.hits] == [page, only_title, other]
        assert (answer.total, answer.records) == (3, 3)


def test_a_records_pages_stand_together_and_at_most_three_are_shown(search: Search, shelf: Shelf) -> None:
    for _ in range(8):
        shelf.put("辍学 辍学 辍学", record=1)
    other = shelf.put("辍学", record=2)
    search.catch_up(shelf)
    answer = search.find(shelf, parse("辍学"), limit=10)
    assert [hit.record for hit in answer.hits] == [1, 1, 1, 2]
    assert answer.hits[0].more == 5
    assert answer.total == 9
    assert answer.records == 2
    assert answer.hits[-1].text_id == other


def test_excluded_and_alternative_words(search: Search, shelf: Shelf) -> None:
    ids = {text: shelf.put(text) for text in ("台账草稿", "台账定稿", "名册定稿", "方案")}
    search.catch_up(shelf)
    assert found(search, shelf, "台账 -草稿") == [ids["台账定稿"]]
    assert found(search, shelf, "台账 或 名册") == [1, 2, 3]
    assert found(search, shelf, "台账 OR 名册 定稿 -台账定") == [ids["名册定稿"]]


def test_a_foreign_or_damaged_index_is_refused_and_built_again(search: Search, shelf: Shelf) -> None:
    shelf.put("控辍保学台账")
    search.catch_up(shelf)
    for name, content in (("*.grams", b"\x80\x04garbage"), ("*.toc", b"\x80\x04cos\nsystem\n"), ("*.toc", b"{}")):
        for path in search.folder.glob(name):
            path.write_bytes(content)
        fresh = Search(search.folder)
        assert found(fresh, shelf, "控辍保学") == [1]
        assert fresh.catch_up(shelf) == 1
        assert found(Search(search.folder), shelf, "辍保") == [1]


def test_a_segment_cut_short_is_noticed(search: Search, shelf: Shelf) -> None:
    shelf.put("控辍保学台账")
    search.catch_up(shelf)
    (path,) = search.folder.glob("*.grams")
    path.write_bytes(path.read_bytes()[:-8])
    assert found(Search(search.folder), shelf, "台账") == [1]
    assert not Search(search.folder).health(shelf).usable
    assert Search(search.folder).catch_up(shelf) == 1


def test_whoever_finds_the_writer_busy_does_not_wait(search: Search, shelf: Shelf) -> None:
    from duban_archive.adapters.search.index import Index

    shelf.put("一")
    search.catch_up(shelf)
    writer = Index(search.folder).writer()
    shelf.put("二")
    assert Search(search.folder).catch_up(shelf) == 0
    assert not Search(search.folder).compact(shelf)
    assert found(search, shelf, "二") == [2]
    writer.cancel()
    assert Search(search.folder).catch_up(shelf) == 1


def test_segments_stay_few(search: Search, shelf: Shelf) -> None:
    for n in range(30):
        shelf.put(f"第{n}次 台账")
        search.catch_up(shelf)
    assert search.health(shelf).segments <= 11
    assert search.health(shelf, thorough=True).usable
    assert len(found(search, shelf, "台账")) == 30
    assert len(list(search.folder.glob("*.grams"))) == search.health(shelf).segments


def test_an_index_of_another_catalogue_is_replaced(search: Search, shelf: Shelf) -> None:
    for n in range(5):
        shelf.put(f"旧 {n}")
    search.catch_up(shelf)
    younger = Shelf()
    younger.put("新台账")
    search.catch_up(younger)
    assert found(search, younger, "台账") == [1]
    assert found(search, younger, "旧") == []


def test_a_segment_that_lies_is_no_answer(search: Search, shelf: Shelf) -> None:
    for _ in range(3):
        shelf.put("控辍保学台账")
    search.catch_up(shelf)
    (path,) = search.folder.glob("*.grams")
    whole = path.read_bytes()
    for at in range(64, len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        assert not Search(search.folder).health(shelf, thorough=True).usable
        Search(search.folder).find(shelf, parse("辍保学"), limit=None)  # no crash; texts are checked
    path.write_bytes(whole)
    assert found(Search(search.folder), shelf, "辍保学") == [1, 2, 3]


def test_words_on_different_pages_of_a_record_are_found_across(search: Search, shelf: Shelf) -> None:
    title = shelf.put("第三小学2014年材料", record=1, head=True)
    shelf.put("本页没有", record=1)
    page = shelf.put("控辍保学台账", record=1)
    shelf.put("第三小学控辍保学", record=2)
    shelf.put("控辍保学作废", record=3)
    shelf.put("第三小学", record=3)
    for indexed in (False, True):
        if indexed:
            search.catch_up(shelf)
        query = parse("第三小学 控辍保学")
        assert [hit.record for hit in search.find(shelf, query).hits] == [2]
        assert [hit.record for hit in search.across(shelf, query).hits] == [1, 3]
        assert search.across(shelf, query, records={3}).record_ids == {3}
        assert search.across(shelf, query, boosts={3: 1.0}).hits[0].record == 3
        (hit,) = search.across(shelf, parse("第三小学 控辍保学 -作废")).hits
        assert (hit.record, hit.text_id) == (1, title)
        (hit,) = search.across(shelf, parse("第三小学 控辍 台账")).hits
        assert (hit.record, hit.text_id) == (1, page)
    shelf.drop(page)
    assert search.across(shelf, parse("第三小学 台账")).total == 0
    assert search.across(shelf, parse("第三小学")).total == 0


def test_what_occurs_is_known_and_alike_texts_are_found(search: Search, shelf: Shelf) -> None:
    shelf.put("第三小学控辍保学工作台账登记情况", record=1)
    shelf.put("第三小学控辍保学工作台账汇总情况", record=2)
    for n in range(20):
        shelf.put(f"完全不同的内容之{n}", record=10 + n)
    search.catch_up(shelf)
    known = search.known()
    assert known("辍保")
    assert known("控")
    assert not known("缀保")
    alike = search.like(shelf, "第三小学控辍保学工作台账登记情况")
    assert [hit.record for hit in alike[:2]] == [1, 2]
    assert [hit.record for hit in search.like(shelf, "第三小学控辍保学工作台账", records={2})] == [2]


def test_the_index_is_an_ordinary_whoosh_index(search: Search, shelf: Shelf) -> None:
    from whoosh.query import And, Term

    from duban_archive.adapters.search.index import Index

    shelf.put("控辍保学")
    shelf.put("控制")
    search.catch_up(shelf)
    with Index(search.folder).searcher() as searcher:
        hits = searcher.search(And([Term("grams", "控辍"), Term("grams", "学")]))
        assert [hit["id"] for hit in hits] == [1]


LETTERS = "控辍保学台账一二12ab，。 （）"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    texts=st.lists(st.text(LETTERS, max_size=14), min_size=1, max_size=20),
    queries=st.lists(st.text(LETTERS, min_size=1, max_size=5), min_size=1, max_size=8),
    indexed=st.integers(0, 20),
    dropped=st.sets(st.integers(1, 20)),
    seed=st.integers(0, 9),
)
def test_search_finds_what_a_scan_finds(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[str],
    queries: list[str],
    indexed: int,
    dropped: set[int],
    seed: int,
) -> None:
    shelf, search = (Shelf, CountedShelf)[seed % 2](), Search(tmp_path_factory.mktemp("index"))
    chance = random.Random(seed)
    for n, text in enumerate(texts, 1):
        shelf.put(text)
        if n <= indexed and chance.random() < 0.3:
            search.catch_up(shelf)
    for id in dropped & shelf.rows.keys():
        shelf.drop(id)
    for raw in queries:
        for line in (f'"{raw}"', raw, raw.replace(" ", " -", 1), raw.replace(" ", " 或 ")):
            query = parse(line)
            truth = [
                row.id
                for row in shelf.rows.values()
                if query.words
                and all(any(word in row.plain for word in words) for words in query.words)
                and not any(word in row.plain for word in query.without)
            ]
            assert found(search, shelf, line) == truth
