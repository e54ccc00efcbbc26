"""One office per test."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.office import Office, found_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A fresh archive of the sample town, with nothing in it."""
    return found_office(tmp_path)
