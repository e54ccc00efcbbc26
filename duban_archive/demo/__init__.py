"""The sample archive: an invented town's papers, made by code, and what must become of them.

``make_papers(inbox)`` fills an inbox and writes 应有结果.json beside it; ``Expected.decisions`` is what a
person decides.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duban_archive.demo.expected import Expected


def make_papers(inbox: Path) -> Expected:
    """Write the sample papers into ``inbox``; the answer says what an archive must make of them."""
    from duban_archive.demo import papers

    return papers.make_papers(inbox)
