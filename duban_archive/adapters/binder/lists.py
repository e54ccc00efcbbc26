"""Facts of what goes beside a binder: spine labels, the printer's order, what to put in, what to exchange."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from duban_archive.adapters.binder.bound import Bound, Piece
from duban_archive.adapters.binder.forms import Forms
from duban_archive.adapters.binder.wording import plain_date, spine_width, upright, years_of
from duban_archive.core.inserts import Change
from duban_archive.core.progress import short_title


class Lists:
    """Writes them from the facts of the forms."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._manifest = forms.manifest

    def spine(self, number: int) -> tuple[int, dict[str, Any]]:
        """(width in mm, facts) of 脊背标签, the width proposed from the number of sheets."""
        volume = self._manifest.volumes[number]
        width = spine_width(self._forms.pages(number))
        items = [one.line.item for one in self._forms.items(number)]
        years = years_of(volume.period)
        return width, {
            "卷号": volume.code,
            "竖排题名": upright(volume.title, width),
            "竖排年度": "\n".join(years)
            if width > 10
            else "\n".join(year[2:] if len(year) == 4 else year for year in years),
            "起止件号": f"{min(items, default=0)}\n|\n{max(items, default=0)}",
            "责任单位": volume.unit_name or self._manifest.office,
            "盒号": f"第{number + 1}盒" if width > 10 else f"{number + 1}",
        }

    def print_order(self, large: Mapping[int, Sequence[str]]) -> dict[str, Any]:
        """印制单: what the printer must know of each box; ``large``: labels of the pages above A4, by volume."""
        rows = [self._order_row(number, large.get(number, ())) for number in range(len(self._manifest.volumes))]
        return {
            **self._head(),
            "卷数": len(rows),
            "面数": sum(row["面数"] for row in rows),
            "张数": sum(row["张数"] for row in rows),
            "各卷": rows,
        }

    def _head(self) -> dict[str, Any]:
        return {
            "编制单位": self._manifest.office,
            "评估名称": short_title(self._manifest.title),
            "印制日期": plain_date(self._manifest.printed),
            "版本说明": self._forms.edition(),
        }

    def _order_row(self, number: int, large: Sequence[str]) -> dict[str, Any]:
        volume = self._manifest.volumes[number]
        pages = self._forms.pages(number)
        put_in = [
            f"第{self._forms.span(one)}页 {one.line.title}{f'（{one.line.place}）' if one.line.place else ''}"
            for one in self._paper_originals(number)
        ]
        return {
            "卷号": volume.code,
            "卷题名": volume.title,
            "面数": pages,
            "张数": (pages + 1) // 2,
            "隔页": len(volume.sections),
            "大幅页": "、".join(large) or "无",
            "插入原件": "；".join(put_in) or "无",
            "脊背": f"{spine_width(pages)}毫米",
        }

    def _paper_originals(self, number: int) -> list[Bound]:
        return [one for one in self._forms.items(number) if one.pieces == (Piece("占位页"),)]

    def put_in(self) -> dict[str, Any]:
        """插入原件清单; its rows are empty when nothing is to be put in."""
        rows: list[dict[str, Any]] = []
        pages = 0
        for number, volume in enumerate(self._manifest.volumes):
            before: Bound | None = None
            for one in self._forms.items(number):
                if one.pieces == (Piece("占位页"),):
                    pages += len(self._forms.numbers(one))
                    rows.append(
                        {
                            "序号": len(rows) + 1,
                            "卷号": volume.code,
                            "目录编号": one.line.code,
                            "材料名称": one.line.title,
                            "责任单位": one.line.unit_name,
                            "数量": one.line.quantity,
                            "存放处": one.line.place,
                            "页码": self._forms.span(one),
                            "插入位置": self._behind(before),
                        }
                    )
                before = one
        return {**self._head(), "件数": len(rows), "页数": pages, "原件": rows}

    def _behind(self, before: Bound | None) -> str:
        if before is None:
            return "目录、隔页之后，本卷之首"
        title = before.line.title if len(before.line.title) <= 15 else before.line.title[:14] + "…"
        return f"《{title}》（第{self._forms.span(before)}页）之后"

    def changes(self, changes: Sequence[Change]) -> dict[str, Any]:
        """换页清单."""
        return {
            **self._head(),
            "变动": [
                {
                    "序号": number,
                    "卷号": change.volume,
                    "做法": change.action,
                    "页码": change.printed,
                    "材料名称": change.title,
                    "说明": change.how,
                }
                for number, change in enumerate(changes, 1)
            ],
        }
