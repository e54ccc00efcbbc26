"""Filters and facets come from indexed columns, and say what a look at every record would say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban_archive.adapters.catalogue import Catalogue
from duban_archive.adapters.database import Database
from duban_archive.adapters.echoes import Echoes
from duban_archive.adapters.traits import Traits
from duban_archive.core.filters import Filter, covers, in_box, read_filter
from duban_archive.core.model import Description, Filing, Locator, Part, Passage, Place, Record, Review, Standing, Told
from duban_archive.core.plainjson import to_json
from duban_archive.intake import new_record

REQUIREMENTS, UNITS, PERIODS = ("a1", "a2", "b1"), ("zx", "x3", ""), ("2014", "2014-2015", "2015-09", "standing")
KINDS, DATES = ("ledger", "plan", ""), ("2014-12-20", "2015-03", "2014", "")
NAMES = ("台账.XLSX", "方案.docx", "没有后缀", "a.b.pdf")


def told(value: str) -> Told | None:
    return Told(value=value, source="text", confidence=0.5) if value else None


slots = st.tuples(st.sampled_from(REQUIREMENTS), st.sampled_from(UNITS), st.sampled_from(PERIODS))
described = st.tuples(*(st.sampled_from(values) for values in (UNITS, PERIODS, KINDS, DATES)))
papers = st.fixed_dictionaries(
    {
        "state": st.sampled_from(("kept", "kept", "kept", "container", "withdrawn", "replaced")),
        "read": described,
        "said": st.none() | described,
        "names": st.lists(st.sampled_from(NAMES), max_size=2),
        "place": st.sampled_from(("", "2柜3层1盒", "3盒")),
        "status": st.sampled_from(("read", "abnormal", "reading")),
        "final": st.booleans(),
        "decided": st.dictionaries(
            slots, st.tuples(st.sampled_from(list(Standing)), st.none() | st.sampled_from(list(Review))), max_size=2
        ),
        "proposed": st.lists(slots, max_size=3, unique=True),
    }
)


def an_archive(folder: Path, drawn: list[dict[str, object]]) -> tuple[Catalogue, Traits]:
    database = Database(folder / "c.sqlite")
    catalogue, echoes = Catalogue(database, folder / "j.jsonl"), Echoes(database)
    catalogue.create()
    for id, paper in enumerate(drawn, 1):
        parts = tuple(
            Part(digest=f"sha256:{id:062}{n:02}", file_name=name, folder="", media_type="text/plain", size=1)
            for n, name in enumerate(paper["names"])  # type: ignore[arg-type]
        )
        row = new_record(id, parts, "")
        row |= {"state": paper["state"], "final": paper["final"]}
        row["place"] = to_json(Place(where=str(paper["place"]))) if paper["place"] else None
        if paper["said"]:
            names = ("unit", "period", "kind", "dated")
            row["told"] = {n: to_json(told(v)) for n, v in zip(names, paper["said"], strict=True) if v}  # type: ignore[call-overload]
        with catalogue.change("file_kept", "甲") as change:
            change.put("records", {"id": id}, row)
            for (requirement, unit, period), (standing, review) in paper["decided"].items():  # type: ignore[attr-defined]
                filing = Filing(
                    record=id, requirement=requirement, unit=unit, period=period, standing=standing, review=review
                )  # fmt: skip
                key = {"record": id, "requirement": requirement, "unit": unit, "period": period}
                change.put("filings", key, {**key, "filing": to_json(filing)})
        unit, period, kind, dated = paper["read"]  # type: ignore[misc]
        echoes.note_reading(
            id,
            status=str(paper["status"]),
            description=Description(unit=told(unit), period=told(period), kind=told(kind), dated=told(dated)),
            part_pages=[None] * len(parts),
            facts={},
            notes=(),
            passages=(),
            head=("", ""),
            proposals=[Filing(record=id, requirement=r, unit=u, period=p) for r, u, p in paper["proposed"]],  # type: ignore[attr-defined]
        )
    return catalogue, Traits(database)


def passes(record: Record, one: Filter) -> bool:
    """One record, looked at whole."""
    live = [f for f in record.filings if f.standing is not Standing.REJECTED]
    about = record.description
    match one.field:
        case "indicator":
            return any(f.requirement in one.values for f in live)
        case "unit":
            return any(f.unit in one.values for f in live) or bool(about.unit and about.unit.value in one.values)
        case "period":
            own = [said.value for said in (about.period, about.dated) if said]
            return any(covers(one, period) for period in (*(f.period for f in live), *own))
        case "kind":
            return bool(about.kind and about.kind.value in one.values)
        case "state":
            words = {record.state, *(f.standing.value for f in record.filings)}
            words |= {f.review.value for f in record.filings if f.review}
            words |= {"filed" if "confirmed" in words else "triage", *(["final"] if record.final else [])}
            return bool(words & set(one.values))
        case "format":
            return any(part.file_name.lower().rpartition(".")[2] in one.values for part in record.parts)
        case "dated":
            first, last = one.values
            day = about.dated.value if about.dated else ""
            return bool(day) and (not first or day >= first[: len(day)]) and (not last or day <= last)
        case _:
            return record.place is not None and any(in_box(record.place.where, value) for value in one.values)


FILTERS = (
    *(Filter(field="indicator", typed="", values=values) for values in (("a1",), ("a1", "b1"), ("nothing",), ())),
    *(Filter(field="unit", typed="", values=values) for values in (("zx",), ("x3", "zx"))),
    *(Filter(field="kind", typed="", values=(value,)) for value in ("ledger", "plan")),
    *(read_filter("状态", word, None) for word in ("待确认", "已归类", "不归此项", "待审", "已审", "退回")),
    *(read_filter("状态", word, None) for word in ("异常", "待归类", "定稿")),
    *(read_filter("格式", word, None) for word in ("xlsx", "word", "pdf")),
    *(read_filter("年", word, None) for word in ("2014", "2015", "2014-2015", "2013")),
    *(read_filter("日期", word, None) for word in ("2014-09..2015-07", "2014", "..2014-12-31", "2015-03-15..")),
    *(read_filter("盒", word, None) for word in ("3", "1盒", "9", "2柜")),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(drawn=st.lists(papers, min_size=1, max_size=6))
def test_filters_and_facets_say_what_a_look_at_every_record_says(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[dict[str, object]]
) -> None:
    catalogue, traits = an_archive(tmp_path_factory.mktemp("archive"), drawn)
    standing = [r for r in catalogue.records() if r.state not in ("withdrawn", "replaced")]
    for one in FILTERS:
        assert traits.having(one) == {r.id for r in standing if passes(r, one)}, one
    everything = {r.id for r in standing}
    pairs = traits.pairs(everything)
    for one in FILTERS:
        if one.field in pairs:
            wanted = one.values
            if one.field == "period":
                wanted = tuple(value for _, value in pairs["period"] if covers(one, value))
            assert {record for record, value in pairs[one.field] if value in wanted} == traits.having(one), one
    catalogue.close()


def test_a_volume_of_the_latest_binder_is_a_box_too(tmp_path: Path) -> None:
    paper = {
        "state": "kept", "read": ("", "2014", "", ""), "said": None, "names": [], "place": "2柜B盒", "status": "read",
        "final": False, "decided": {}, "proposed": [],
    }  # fmt: skip
    catalogue, traits = an_archive(tmp_path, [paper, {**paper, "place": ""}, {**paper, "place": ""}])
    assert traits.having(read_filter("盒", "B", None), boxed={"B": {3}, "A": {2}}) == {1, 3}
    catalogue.close()


def test_pages_go_on_over_photos_and_rows_end_with_their_sheet(tmp_path: Path) -> None:
    database = Database(tmp_path / "c.sqlite")
    database.create()
    echoes = Echoes(database)
    places = [
        (1, Locator(page=1)), (0, Locator(page=2)), (0, Locator(page=1)), (2, Locator(sheet="甲", row=41)),
        (2, Locator(sheet="甲", row=1)), (2, Locator(sheet="乙", row=1)),
    ]  # fmt: skip
    echoes.note_reading(
        7,
        status="read",
        description=Description(),
        part_pages=[],
        facts={},
        notes=(),
        passages=[(part, Passage(locator=place, text=f"{n}"), f"{n}") for n, (part, place) in enumerate(places)],
        head=("题名", "题名"),
        proposals=(),
    )
    texts = {row.id: int(row.plain) for row in echoes.texts_after(0, 10) if not row.head}
    chains = echoes.chains([7, 8])
    assert chains.keys() == {7}
    assert sorted([texts[id] for id in chain] for chain in chains[7]) == [[2, 1, 0], [4, 3], [5]]
