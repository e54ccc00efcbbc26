"""Search answers exactly, whatever the index is doing; and the index is safe to open and to kill."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban_archive.adapters.search import Search
from duban_archive.adapters.search.contents import MOST_WITNESSES
from duban_archive.core.plain import normalise
from duban_archive.core.query import Query, parse
from duban_archive.core.seams import endings


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

    def chains(self, records: Sequence[int]) -> Mapping[int, Sequence[Sequence[int]]]:
        return {r: [[row.id for row in self.rows.values() if row.record == r and not row.head]] for r in records}


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
    assert shelf.read <= 12 + MOST_WITNESSES


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


def test_where_somebody_waits_only_small_segments_are_put_together(search: Search, shelf: Shelf) -> None:
    for n in range(9):
        for m in range(3):
            shelf.put(f"第{n}次 第{m}份 台账")
        search.catch_up(shelf, heaviest=10)
    assert search.health(shelf).segments == 9
    assert len(found(search, shelf, "台账")) == 27
    search.catch_up(shelf)
    assert search.health(shelf).segments == 1
    assert len(found(search, shelf, "台账")) == 27


def test_a_rebuild_tells_how_far_it_is_and_goes_on_where_it_was_killed(
    search: Search, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duban_archive.adapters.search import search as module

    monkeypatch.setattr(module, "_BATCH", 4)
    for n in range(10):
        shelf.put(f"第{n}次 台账")
    told: list[int] = []

    def stop(done: int) -> None:
        told.append(done)
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search.rebuild(shelf, progress=stop)
    assert told == [4, 8]
    assert search.health(shelf).lag == 2
    assert len(found(search, shelf, "台账")) == 10
    assert search.catch_up(shelf) == 2
    assert search.health(shelf).lag == 0


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


def across(search: Search, shelf: Shelf, line: str) -> list[tuple[int, int]]:
    """The ends that the words of a line go across, as pairs of texts."""
    hits = search.find(shelf, parse(line), limit=None).hits
    return sorted((hit.text_id, hit.onto) for hit in hits if hit.onto is not None)


def test_words_that_go_across_a_pages_end_are_found_with_both_pages(search: Search, shelf: Shelf) -> None:
    first = shelf.put("第三小学做好控辍", record=1)
    second = shelf.put("保学工作,建立台账", record=1)
    shelf.put("控辍", record=2)
    shelf.put("保学", record=3)
    for indexed in (False, True):
        if indexed:
            search.catch_up(shelf)
        for line in ("控辍保学", "辍保", "做好控辍保学工作", "好控辍 或 辍保学 台账", '"小学做好控辍保学工作,建立"'):
            assert across(search, shelf, line) == [(first, second)], line
        assert across(search, shelf, "控辍保学 -台账") == []
        assert across(search, shelf, "控辍保学 名册") == []
        assert search.find(shelf, parse("辍保"), records={2, 3}).total == 0
        assert across(search, shelf, "控辍") == []
    again = shelf.put("保学方案", record=1)  # the page was read again: its neighbour stays as it was
    shelf.drop(second)
    assert across(search, shelf, "控辍保学") == [(first, again)]


def test_a_page_number_at_the_foot_is_no_part_of_the_sentence(search: Search, shelf: Shelf) -> None:
    for foot in ("— 3 —", "-3-", "第3页", "第 3 页 共 12 页", "3", "3/12", "·3·"):
        record = shelf.last + 1
        first = shelf.put(f"全镇开展控辍\n{foot}", record=record)
        second = shelf.put("保学大走访", record=record)
        assert (first, second) in across(search, shelf, "控辍保学"), foot
        search.catch_up(shelf)
        assert (first, second) in across(search, shelf, "展控辍保学大"), foot


def test_a_page_of_a_few_words_is_gone_across_whole(search: Search, shelf: Shelf) -> None:
    ids = [shelf.put(text, record=1) for text in ("做好控", "辍", "保学", "工作")]
    for _ in range(2):
        assert across(search, shelf, "控辍保学工作") == [(ids[0], ids[1])]
        assert across(search, shelf, "保学工") == [(ids[2], ids[3])]
        search.catch_up(shelf)


def test_a_long_sentence_is_found_across_an_end(search: Search, shelf: Shelf) -> None:
    sentence = "".join(chr(0x4E00 + 7 * n) for n in range(300))
    for at in (1, 100, 150, 299):
        record = shelf.last + 1
        ids = shelf.put("前" + sentence[:at], record=record), shelf.put(sentence[at:] + "后", record=record)
        for _ in range(2):
            assert ids in across(search, shelf, sentence), at
            search.catch_up(shelf)


def test_an_index_of_a_catalogue_put_back_to_an_earlier_day_is_not_believed(search: Search) -> None:
    shelf = CountedShelf()
    for n in range(20):
        shelf.put(f"第{n}次会议记录")
    earlier = dict(shelf.rows)
    for _ in range(5):
        shelf.put("后来的台账")
    search.catch_up(shelf)
    restored = CountedShelf()
    restored.rows, restored.last = earlier, 20
    for _ in range(7):  # other papers under the same change numbers
        restored.put("补交的名册")
    assert found(Search(search.folder), restored, "名册") == [*range(21, 28)]
    assert found(Search(search.folder), restored, "后来") == []
    assert not Search(search.folder).health(restored).usable
    assert Search(search.folder).catch_up(restored) == 27
    assert found(Search(search.folder), restored, "名册") == [*range(21, 28)]
    assert Search(search.folder).health(restored).usable


class _Runs:
    """An object whose unpickling makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.path,)  # type: ignore[return-value]


def test_nothing_in_a_foreign_index_folder_is_ever_run(search: Search, shelf: Shelf, tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    for n in range(9):
        shelf.put(f"第{n}次 控辍保学台账")
        search.catch_up(shelf)
    bad = pickle.dumps(_Runs(trap))
    pickle.loads(bad)
    assert trap.exists(), "the trap works"
    trap.unlink()
    names = [path.name for path in search.folder.iterdir()]
    for name in (*names, "_texts_999.toc", "_MAIN_1.toc", "texts_x.seg", "MAIN_WRITELOCK", "texts_x.pickle"):
        path = search.folder / name
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(bad)
        fresh = Search(search.folder)
        assert len(found(fresh, shelf, "控辍保学")) == 9
        fresh.known()("控辍")
        fresh.health(shelf, thorough=True)
        fresh.catch_up(shelf)
        fresh.compact(shelf)
        assert not trap.exists(), name
        if before is None:
            path.unlink(missing_ok=True)


LETTERS = "控辍保学台账一二12ab，。 （）-"


def scan(shelf: Shelf, query: Query) -> tuple[list[int], list[tuple[int, int]]]:
    """What a brute-force look at all texts finds: on one page, and across the end of one into the next."""

    def has_all(stands: Callable[[str], bool]) -> bool:
        return all(any(map(stands, words)) for words in query.words) and not any(map(stands, query.without))

    if not query.words:
        return [], []
    rows = sorted(shelf.rows.values(), key=lambda row: row.id)
    inside = [row.id for row in rows if has_all(row.plain.__contains__)]
    over = []
    for row in rows:
        later = [other for other in rows if other.record == row.record and other.id > row.id]
        if not later:
            continue
        needles = {n for words in query.words for n in words}
        rest = later[0].plain
        for other in later[1:9]:
            if len(rest) < max(map(len, needles)):
                rest = f"{rest}\n{other.plain}"

        def goes_across(needle: str, before: str = row.plain, rest: str = rest) -> bool:
            for ending in endings(before):
                joined = normalise(f"{ending}\n{rest}")
                first = range(len(ending))
                last = len(joined) - len(normalise(rest))
                if any(joined.startswith(needle, at) and at + len(needle) > last for at in first):
                    return True
            return False

        def stands(needle: str, before: str = row.plain, rest: str = rest) -> bool:
            return needle in before or needle in rest or goes_across(needle)

        if any(map(goes_across, needles)) and has_all(stands):
            over.append((row.id, later[0].id))
    return inside, over


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(
    texts=st.lists(st.tuples(st.text(LETTERS, max_size=14), st.integers(1, 4)), min_size=1, max_size=20),
    queries=st.lists(st.text(LETTERS, min_size=1, max_size=7), min_size=1, max_size=8),
    picked=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=4),
    indexed=st.integers(0, 20),
    dropped=st.sets(st.integers(1, 20)),
    seed=st.integers(0, 9),
)
def test_search_finds_what_a_scan_finds(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[tuple[str, int]],
    queries: list[str],
    picked: list[tuple[int, int]],
    indexed: int,
    dropped: set[int],
    seed: int,
) -> None:
    """On pages and across their ends, for words, exact phrases, exclusions and alternatives, whatever is indexed."""
    shelf, search = (Shelf, CountedShelf)[seed % 2](), Search(tmp_path_factory.mktemp("index"))
    chance = random.Random(seed)
    for n, (text, record) in enumerate(texts, 1):
        shelf.put(text, record=record)
        if n <= indexed and chance.random() < 0.3:
            search.catch_up(shelf)
    for id in dropped & shelf.rows.keys():
        shelf.drop(id)
    whole = "".join(text for text, record in texts if record == 1)
    for raw in (*queries, *(whole[at : at + length] for at, length in picked)):
        for line in (f'"{raw}"', raw, raw.replace(" ", " -", 1), raw.replace(" ", " 或 ")):
            hits = search.find(shelf, parse(line), limit=None).hits
            inside = sorted(hit.text_id for hit in hits if hit.onto is None)
            over = sorted((hit.text_id, hit.onto) for hit in hits if hit.onto is not None)
            assert (inside, over) == scan(shelf, parse(line)), line
