"""档号 and 归档章 of the 归档 view."""

from __future__ import annotations

from duban_archive.core.archive_numbers import Scheme, cells, number_all
from duban_archive.core.model import ContentsLine, Volume

SCHEME = Scheme(fonds="W012", retention="D10")


def a_line(record: int, period: str = "2014年", unit: str = "中心学校", **more: str) -> ContentsLine:
    told = {"kind": "", "unit_name": unit, "period": period, "dated": "20150301", "document_number": "", "author": ""}
    place = {"item": record, "pages": 1, "first_page": 1, "last_page": 1}
    return ContentsLine(record=record, requirement="r", title="材料", **told, **place, **more)  # type: ignore[arg-type]


def numbers(*lines: ContentsLine, scheme: Scheme = SCHEME, **more: object) -> list[str]:
    volumes = number_all([Volume(code="A", title="甲", lines=lines)], scheme, **more)  # type: ignore[arg-type]
    return [line.archive_number for line in volumes[0].lines]


def test_papers_of_one_year_count_on_and_another_year_begins_again() -> None:
    assert numbers(a_line(1), a_line(2), a_line(3, "2013年")) == [
        "W012-WS·2014-D10-0001",
        "W012-WS·2014-D10-0002",
        "W012-WS·2013-D10-0001",
    ]


def test_numbers_run_on_through_volumes_and_a_copy_has_that_of_the_original() -> None:
    volumes = (Volume(code="A", title="", lines=(a_line(1),)), Volume(code="B", title="", lines=(a_line(1), a_line(2))))
    made = number_all(volumes, SCHEME)
    assert [line.archive_number[-4:] for volume in made for line in volume.lines] == ["0001", "0001", "0002"]


def test_without_the_offices_own_fonds_and_retention_there_is_none() -> None:
    assert numbers(a_line(1), scheme=Scheme(fonds="W012", retention="")) == [""]
    assert numbers(a_line(1), scheme=Scheme(fonds="", retention="Y")) == [""]


def test_a_paper_without_a_period_has_the_year_of_its_date() -> None:
    assert numbers(a_line(1, "")) == ["W012-WS·2015-D10-0001"]


def test_a_number_that_is_on_paper_stays_and_is_not_given_again() -> None:
    known = {(2, ()): "W012-WS·2014-D10-0007"}
    assert numbers(a_line(1), a_line(2), known=known) == ["W012-WS·2014-D10-0008", "W012-WS·2014-D10-0007"]


def test_a_unit_with_a_code_has_it_in_the_number() -> None:
    coded = Scheme(fonds="W012", retention="Y", units={"中心学校": "JY"})
    assert numbers(a_line(1), scheme=coded) == ["W012-WS·2014-Y-JY-0001"]


def test_the_stamp_says_fonds_year_number_unit_and_retention() -> None:
    (volume,) = number_all([Volume(code="A", title="", lines=(a_line(1),))], SCHEME)
    assert cells(volume.lines[0], SCHEME) == ("W012", "2014", "0001", "中心学校", "D10")
