"""Finding: where every file stands, and every place where a query stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core.model import FileState, Locator, Record, SlotState, Standing

if TYPE_CHECKING:
    from duban_archive.adapters.search import Hit
    from duban_archive.archive import Archive
    from duban_archive.core.filters import Filter
    from duban_archive.core.query import Query, SlotJump

Json = dict[str, Any]
_IN_A_GROUP = 5  # hits listed of each further group
_MOST_ADVICE = 4
_MANY_SCANNED = 5000
_AT_ONCE = 4000  # texts indexed between two words about progress


def status(archive: Archive, *, files: bool) -> Json:
    """Every file ever seen, by state; what is counted in is what is accounted for."""
    from duban_archive import backup_age, upgrading

    records = {record.id: record for record in archive.catalogue.records()}
    rows = [
        {
            "path": row["path"],
            "state": file_state(row, records).value,
            "record": _stands_as(row["record"], records),
            "why": row["why"] or _why(row, records),
        }
        for row in archive.catalogue.files()
    ]
    counts = answers.count(row["state"] for row in rows)
    ordered = {state.value: counts[state.value] for state in FileState if state.value in counts}
    document: Json = {"seen": len(rows), "accounted": sum(ordered.values()), "counts": ordered}
    without_file = [r for r in records.values() if r.place is not None and r.state not in ("withdrawn", "replaced")]
    document["records"] = len([r for r in records.values() if r.state not in ("withdrawn", "replaced")])
    document["registered"] = len(without_file)
    document["backup"], document["backup_age"] = backup_age.last(archive), backup_age.age(archive)
    document["checklist_edited"] = upgrading.is_edited(archive)
    document["to_refile"] = [upgrading.lost_json(lost) for lost in upgrading.tray(archive)]
    if files:
        document["files"] = rows
    return document


def file_state(row: Json, records: dict[int, Record]) -> FileState:
    """Where a file stands: by how it came in, then by how its record stands now."""
    if row["state"] in ("duplicate", "noise", "refused"):
        return FileState(row["state"])
    if row["state"] == "waiting":
        return FileState.READING
    record = records[_stands_as(row["record"], records) or row["record"]]
    if record.state == "withdrawn":
        return FileState.WITHDRAWN
    if record.state == "reading":
        return FileState.READING
    confirmed = any(filing.standing is Standing.CONFIRMED for filing in record.filings)
    if confirmed or record.state == "container" or record.facts.get("container"):
        return FileState.FILED
    return FileState.ABNORMAL if record.state == "abnormal" else FileState.TRIAGE


def _stands_as(id: int | None, records: dict[int, Record]) -> int | None:
    """The record that now stands for a file: the one it was merged or split into."""
    while id is not None and id in records and records[id].replaced_by is not None:
        id = records[id].replaced_by
    return id


def _why(row: Json, records: dict[int, Record]) -> str:
    record = records.get(_stands_as(row["record"], records) or 0)
    if record is None:
        return ""
    if record.facts.get("container"):
        inside = [r.id for r in records.values() if r.parent == record.id]
        return f"压缩包,里面的文件已拆出 {len(inside)} 件"
    if record.state == "reading":
        return "正在读取"
    if record.state == "abnormal" and record.notes:
        return record.notes[0].text
    confirmed = [f for f in record.filings if f.standing is Standing.CONFIRMED]
    if confirmed:
        return "已归类"
    proposed = [f for f in record.filings if f.standing is Standing.PROPOSED]
    return f"有 {len(proposed)} 条归类建议待确认" if proposed else "没有找到相符的材料要求,等人归类"


def catch_up(archive: Archive, *, idle: bool = False) -> Iterator[tuple[int, int]]:
    """Bring the index up to the catalogue; a killed run goes on where it was.

    ``idle``: nobody waits, so that large segments may be put together too.
    """
    fold(archive)
    total = archive.echoes.last_change()
    heaviest = None if idle else _AT_ONCE
    while archive.search_index.catch_up(archive.echoes, limit=_AT_ONCE, heaviest=heaviest):
        yield min(archive.search_index.mark, total), total


def fold(archive: Archive) -> None:
    """Make the texts' plain forms anew when the office has changed its mind about 繁简."""
    from duban_archive.core.plain import normalise

    simplify = archive.settings.simplify
    if archive.echoes.folded_for() != (wanted := "simplified" if simplify else ""):
        archive.echoes.fold_again(lambda text: normalise(text, simplify=simplify), wanted)


def search(archive: Archive, line: str, *, limit: int | None) -> Json:
    """Hits with their places, best first; every text that contains the words is counted, indexed or not.

    After the exact hits, as marked groups: other words for the same, likely misreadings, words on different pages.
    """
    from duban_archive.core.query import parse

    fold(archive)
    query = parse(line, checklist=archive.checklist, simplify=archive.settings.simplify)
    wanted = _filtered(archive, query.filters)
    if not query.words and query.filters:
        return _of_records(archive, line, query, sorted(wanted or ()), limit)
    found = archive.search_index.find(archive.echoes, query, records=wanted, boosts=_boosts(archive), limit=limit)
    hits = tell_hits(archive, query, found.hits)
    document: Json = {"query": line, "total": found.total, "records": found.records, "hits": hits}
    document["facets"] = facets(archive, found.record_ids)
    if query.jump:
        document["slots"] = _slots(archive, query.jump)
    if groups := list(_groups(archive, query, wanted)):
        document["groups"] = groups
    if advice := [
        *query.remarks,
        *(_advice(archive, query) if not hits and not query.jump else ()),
        *_lagging(found.scanned),
    ]:
        document["advice"] = advice
    elif not hits and not groups and not query.jump:
        document["advice"] = ["没有哪一处有这几个字。可以换个说法,或只写其中两三个字再查。"]
    return document


def _lagging(scanned: int) -> Iterator[str]:
    """Nothing is missed when the index lags behind; it only takes longer."""
    if scanned > _MANY_SCANNED:
        yield f"检索还没有跟上(有 {scanned} 段文字是逐段翻看的,结果是全的,只是慢)。运行 duban watch --once 会补上。"


def tell_hits(archive: Archive, query: Query, found: Iterable[Hit]) -> list[Json]:
    """Hits as they are told: each with its place, its sentence and what its record is."""
    listed = list(found)
    records = {r.id: r for r in archive.catalogue.records({hit.record for hit in listed})}
    made = (_hit(archive, query, hit, records[hit.record]) for hit in listed if hit.record in records)
    return [hit for hit in made if hit is not None]


def _groups(archive: Archive, query: Query, wanted: set[int] | None) -> Iterator[Json]:
    from duban_archive.core.suggestions import second_groups
    from duban_archive.core.wording import SAME

    index = archive.search_index
    families = (*archive.checklist.synonyms, *SAME)
    for group in second_groups(query, families, index.known()):
        found = index.find(archive.echoes, group.query, records=wanted, limit=_IN_A_GROUP)
        if found.total:
            hits = tell_hits(archive, group.query, found.hits)
            yield {"kind": group.kind, "label": group.label, "total": found.total, "hits": hits}
    apart = index.across(archive.echoes, query, records=wanted, limit=_IN_A_GROUP)
    if apart.total:
        label = "这些词都在,但不在同一页"
        yield {"kind": "across", "label": label, "total": apart.total, "hits": tell_hits(archive, query, apart.hits)}


def like_text(archive: Archive, text: str, *, limit: int) -> list[Json]:
    """Places whose text shares most of what is particular in ``text``, best first."""
    from duban_archive.core.plain import normalise
    from duban_archive.core.query import Query

    for _ in catch_up(archive):
        pass
    found = archive.search_index.like(archive.echoes, normalise(text, simplify=archive.settings.simplify), limit=limit)
    return tell_hits(archive, Query(line=text), found)


def _slots(archive: Archive, jump: SlotJump) -> list[Json]:
    """The slots that a bare ``B2-3 2014 三小`` means, as they stand, with the papers in them and where these lie."""
    states = [
        state
        for state in archive.gaps()
        if state.slot.requirement in jump.requirements
        and jump.unit in ("", state.slot.unit)
        and (not jump.periods or state.slot.period in jump.periods)
    ]
    records = {r.id: r for r in archive.catalogue.records({id for s in states for id in (*s.held, *s.waiting)})}

    def papers(state: SlotState) -> list[Json]:
        return [
            {"record": id, "title": records[id].title, "waiting": id in state.waiting, **place_of(archive, records[id])}
            for id in dict.fromkeys((*state.held, *state.waiting))
            if id in records
        ]

    return [{**answers.slot(archive.index, state), "papers": papers(state)} for state in states]


def _of_records(archive: Archive, line: str, query: Query, ids: list[int], limit: int | None) -> Json:
    """Filters alone: the records themselves."""
    records = archive.catalogue.records(ids[:limit] if limit else ids)
    hits = [_place(archive, record, {}, record.title, ocr=False) for record in records]
    document: Json = {"query": line, "total": len(ids), "records": len(ids), "hits": hits}
    document["facets"] = facets(archive, set(ids))
    advice = list(_advice(archive, query)) if not ids else []
    return {**document, "advice": [*query.remarks, *advice]}


def _hit(archive: Archive, query: Query, hit: Hit, record: Record) -> Json | None:
    from duban_archive.core.snippets import across, at_line, snippet

    text = archive.echoes.text(hit.text_id)
    onto = archive.echoes.text(hit.onto) if hit.onto is not None else None
    if text is None or (hit.onto is not None and onto is None):
        return None  # read again meanwhile
    simplify = archive.settings.simplify
    if onto is not None:
        cut = across(text.text, onto.text, query, locator=text.locator, simplify=simplify)
    else:
        cut = snippet(text.text, query, locator=text.locator, simplify=simplify)
    locator = text.locator if text.head else at_line(text.locator, cut.line)
    page = (
        archive.renditions.page_of(record, text.part, locator, 0 if text.head else cut.letters)
        if record.parts
        else None
    )
    side = archive.renditions.side_of(record, text.part, page) if page else None
    out = _place(archive, record, _with_page(locator, page), cut.text, ocr=text.ocr, side=side, part=text.part)
    if onto is not None:  # the words begin here and end there
        next_page = archive.renditions.page_of(record, onto.part, onto.locator)
        out["through"] = _with_page(onto.locator, next_page)
    return {**out, "score": round(hit.score, 3), "matches": hit.matches, "more": hit.more}


def _with_page(locator: Locator, page: int | None) -> Json:
    """A paragraph or row with its page in the rendition, once there is one; a page of its own is the original's."""
    at = locator.as_json()
    return at if page is None or "page" in at else {**at, "page": page, "rendition": True}


def _place(
    archive: Archive, record: Record, at: Json, snippet: str, *, ocr: bool, side: int | None = None, part: int = 0
) -> Json:
    filings = [answers.filing(archive.index, f) for f in record.filings if f.standing is not Standing.REJECTED]
    unit, period = record.description.unit, record.description.period
    return {
        "record": record.id,
        "title": record.title,
        "unit": unit.value if unit else None,
        "unit_name": archive.index.unit_name(unit.value) if unit else None,
        "period": period.value if period else None,
        "part": part if record.parts else None,
        "locator": at,
        "snippet": snippet,
        "ocr": ocr,
        "binder": _binder_place(archive, record.id, side or 1),
        "place": record.place.where if record.place else None,
        "filings": filings,
    }


def place_of(archive: Archive, record: Record) -> Json:
    """Where a record lies: volume, item and printed page of the latest binder, and its shelf."""
    return {
        "binder": _binder_place(archive, record.id, 1),
        "place": record.place.where if record.place else None,
    }


def _binder_place(archive: Archive, record: int, side: int) -> Json | None:
    """Where a record lies in the latest binder that holds it, with the number printed on that side of it."""
    for binder in reversed(archive.binders):
        for item in binder.get("items", ()):
            if item["record"] == record:
                return {"volume": item["volume"], "item": item["item"], "page": _printed(item["numbers"], side)}
    return None


def _printed(numbers: list[list[Any]], page: int) -> int | str:
    """The number printed on a side of an item; ``numbers``: runs of (prefix, first number, pages)."""
    for prefix, first, count in numbers:
        if page <= count:
            return f"{prefix}{first + page - 1}" if prefix else first + page - 1
        page -= count
    return f"{numbers[0][0]}{numbers[0][1]}" if numbers and numbers[0][0] else numbers[0][1] if numbers else ""


def _boosts(archive: Archive) -> dict[int, float]:
    """Confirmed before proposed, 定稿 before 旧稿."""
    from duban_archive.core.gaps import old_versions

    boosts = dict.fromkeys(archive.catalogue.confirmed(), 0.5)
    for old in old_versions(archive.catalogue.versions()):
        boosts[old] = boosts.get(old, 0.0) - 1.0
    return boosts


def _filtered(archive: Archive, filters: Sequence[Filter]) -> set[int] | None:
    """The records that pass all filters; ``None``: there is no filter."""
    found: set[int] | None = None
    for one in filters:
        having = archive.traits.having(one, boxed=_boxed(archive) if one.field == "box" else None)
        found = having if found is None else found & having
    return found


def _boxed(archive: Archive) -> dict[str, set[int]]:
    """Records by the volume of the latest binder they lie in."""
    found: dict[str, set[int]] = {}
    for binder in archive.binders[-1:]:
        for item in binder.get("items", ()):
            found.setdefault(item["volume"], set()).add(item["record"])
    return found


def facets(archive: Archive, records: Set[int]) -> list[Json]:
    """Of some records, how many there are of each indicator, unit, year, kind, state and format."""
    from duban_archive.core.facets import make_facets
    from duban_archive.words import KIND_WORDS

    made = make_facets(archive.traits.pairs(records), archive.checklist, kind_words=KIND_WORDS)
    return [
        {
            "field": facet.field,
            "label": facet.label,
            "more": facet.more,
            "values": [
                {"value": one.value, "label": one.label, "filter": one.filter, "count": one.count}
                for one in facet.values
            ],
        }
        for facet in made
    ]


def _advice(archive: Archive, query: Query) -> Iterator[str]:
    """What would be found without one word or filter, or with the nearest spelling; at most a few lines."""
    from duban_archive.core.suggestions import instead

    told = 0
    for one in instead(query, archive.search_index.known()):
        less = archive.search_index.find(
            archive.echoes, one.query, records=_filtered(archive, one.query.filters), limit=1
        )
        if less.total:
            yield one.say(less.total)
            told += 1
        if told >= _MOST_ADVICE:
            return
