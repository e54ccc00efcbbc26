"""The cabinet's names: every disk takes them, no two are one, the path says what the paper proves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.cabinet import safe

FORBIDDEN = set('<>:"/\\\\|?*')


@given(st.text(max_size=300), st.sampled_from(["", ".docx", "(3号件).pdf"]))
def test_any_title_becomes_a_name_that_every_disk_takes(title: str, rest: str) -> None:
    name = safe(title, 60, rest)
    assert name
    assert name == name.strip()
    assert not name.endswith(".")
    assert not FORBIDDEN & set(name)
    assert not any(ord(character) < 32 for character in name)
    assert len(name.encode()) <= 255
    assert name not in (".", "..")
    assert name.endswith(rest)


@pytest.mark.parametrize("title", ["CON", "aux", "Lpt1.台账", "nul"])
def test_names_that_windows_reserves_are_changed(title: str) -> None:
    assert safe(title, 60).startswith("_")


def test_signs_that_windows_forbids_stay_readable() -> None:
    assert safe("控辍/保学:2014?", 60) == "控辍\uff0f保学\uff1a2014\uff1f"
