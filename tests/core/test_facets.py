"""Facets count records, and the filter beside a count gives just these."""

from __future__ import annotations

from small_town import TOWN

from duban_archive.core.facets import make_facets
from duban_archive.words import KIND_WORDS


def counted(field: str, pairs: list[tuple[int, str]]) -> dict[str, tuple[str, int]]:
    facets = make_facets({field: pairs}, TOWN, kind_words=KIND_WORDS)
    return {value.value: (value.filter, value.count) for facet in facets for value in facet.values}


def test_a_record_is_counted_once_a_value() -> None:
    assert counted("format", [(1, "xlsx"), (1, "xlsx"), (2, "xlsx"), (2, "pdf")]) == {
        "xlsx": ("格式:xlsx", 2),
        "pdf": ("格式:pdf", 1),
    }


def test_a_school_year_counts_for_both_its_years_and_what_stands_always_for_each() -> None:
    assert counted("period", [(1, "2014-2015"), (2, "2015-09-01"), (3, "standing")]) == {
        "2014": ("年:2014", 2),
        "2015": ("年:2015", 3),
    }


def test_kinds_and_states_are_offered_by_the_words_a_person_types() -> None:
    assert counted("kind", [(1, "ledger"), (2, "roster")]) == {
        "ledger": ("类别:台账", 1),
        "roster": ("类别:花名册", 1),
    }
    assert counted("state", [(1, "proposed"), (2, "triage"), (3, "ready")]) == {
        "proposed": ("状态:待确认", 1),
        "triage": ("状态:待归类", 1),
    }


def test_indicators_and_units_have_their_names() -> None:
    facets = make_facets(
        {"indicator": [(1, r.id) for r in TOWN.requirements], "unit": [(1, TOWN.units[0].id), (2, "nobody")]},
        TOWN,
        kind_words=KIND_WORDS,
    )
    assert {value.count for value in facets[0].values} == {1}
    assert [value.label for value in facets[1].values] == [TOWN.units[0].name]


def test_what_has_no_value_is_no_facet() -> None:
    assert make_facets({"kind": []}, TOWN, kind_words=KIND_WORDS) == ()
