"""文字层与画面不一致: a PDF whose invisible text says something else than the scan that is seen and printed.

The comparison itself is made where the page is read (``text_layer`` in the facts, docs/reading.md): here it is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from duban_archive.core.authenticity.paper import Paper, Setting, found
from duban_archive.core.findings import Finding


def text_layer_differs(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """Pages whose text layer was held against the picture and differs."""
    for facts in paper.facts:
        pages = [page for page in facts.get("text_layer_differs") or () if isinstance(page, dict)]
        if not pages:
            continue
        listed = "、".join(str(page.get("page", "?")) for page in pages[:8])
        message = (
            f"《{paper.title}》第 {listed} 页自带的文字和画面上看到的不一样,检索、取数用的是文字,打印出来的是画面。"
            "请对着原件核对,换一份重新识别的 PDF。"
        )
        spots = [
            paper.spot(text=f"第 {page.get('page', '?')} 页", value=str(page.get("sample") or "")) for page in pages[:5]
        ]
        yield found("text_layer_differs", "doubt", message, *spots, about=(paper.id, listed), unit=paper.unit)
