"""How far a long step is; in a module of its own, so that what only tells of it need not load what does it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long step is: ``done`` of ``total`` of ``what``."""

    what: str
    done: int
    total: int
