"""报送进度: who has sent what as of today, on one landscape page, as a picture, and as lines for the group chat."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.progress import UnitProgress, chat_lines, percent, short_title, unit_progress

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_HEADINGS = ("单位", "应报", "已报", "已审", "退回", "缺", "逾期", "完成率", "较昨日", "排名")
_ON_ONE_PAGE = 20  # units in the letters of the ordinary form
_NAME = "报送进度表"


class Daily:
    """The daily table of one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def answer(self) -> Json:
        """Every unit's line, their total, and the text to paste; nothing is written."""
        archive = self.archive
        before = archive.readiness.states_when_began(archive.today)
        lines, total = unit_progress(archive.index, archive.gaps(), before)
        return {
            "as_of": archive.today,
            "title": self._title,
            "units": [_as_json(line) for line in lines],
            "total": _as_json(total),
            "text": "\n".join(chat_lines(self._title, archive.today, lines, total)),
        }

    def write(self, answer: Json, folder: Path) -> list[Path]:
        """The table as docx, xlsx, PNG and the text as txt in ``folder``; the paths."""
        folder.mkdir(parents=True, exist_ok=True)
        stem = f"{_NAME}{answer['as_of']}"
        paths = [folder / f"{stem}.{suffix}" for suffix in ("docx", "xlsx", "png", "txt")]
        rows = [_row(line) for line in answer["units"]]
        total = _row(answer["total"])
        self._document(answer, rows, total, paths[0])
        self._sheet(answer, rows, total, paths[1])
        self._picture(answer, rows, total, paths[2])
        paths[3].write_text(answer["text"] + "\n", encoding="utf-8")
        return paths

    @property
    def _title(self) -> str:
        return f"{short_title(self.archive.checklist.title)}材料报送进度"

    def _under(self, day: str) -> str:
        office = self.archive.checklist.office or self.archive.checklist.issuer
        return f"{office}　　截至 {day}".strip("　")

    def _document(self, answer: Json, rows: list[list[str]], total: list[str], path: Path) -> None:
        from duban_archive.adapters import sheets

        checklist = self.archive.checklist
        facts = {
            "表名": f"{answer['title']}表",
            "编制单位": checklist.office or checklist.issuer,
            "截止日期": answer["as_of"],
            "版本说明": f"{checklist.id} {checklist.version}",
            "各单位": [dict(zip(_HEADINGS, row, strict=True)) for row in rows],
            **{f"合计{name}": text for name, text in zip(_HEADINGS[1:], total[1:], strict=True)},
        }
        form = _NAME if len(rows) <= _ON_ONE_PAGE else f"{_NAME}小字"
        path.write_bytes(sheets.fill(sheets.find(form, (self.archive.home.templates,)), facts))

    def _sheet(self, answer: Json, rows: list[list[str]], total: list[str], path: Path) -> None:
        from duban_archive.adapters import table_sheet

        numbers = [[_number(text) for text in row] for row in (*rows, total)]
        table_sheet.write(
            path,
            [
                table_sheet.Sheet(
                    name=_NAME,
                    title=f"{answer['title']}表",
                    under=self._under(answer["as_of"]),
                    columns=[("单位", 34), *((name, 11) for name in _HEADINGS[1:])],
                    rows=numbers,
                    left=(0,),
                    fills=_fills(answer["units"]),
                    strong=(len(rows),),
                    foot="应报=已报+退回+缺;已审=核对合格;完成率=已审÷应报;较昨日是已审份数的增减。",
                    one_page=True,
                )
            ],
        )

    def _picture(self, answer: Json, rows: list[list[str]], total: list[str], path: Path) -> None:
        from duban_archive.adapters import charts

        charts.table(
            path,
            title=f"{answer['title']}表",
            under=self._under(answer["as_of"]),
            headings=_HEADINGS,
            widths=(4.2, *[1.15] * 9),
            rows=[*rows, total],
            left=(0,),
            fills={place: f"#{colour}" for place, colour in _fills(answer["units"]).items()},
            strong=(len(rows),),
            foot="应报=已报+退回+缺;已审=核对合格;完成率=已审÷应报;较昨日是已审份数的增减。",
        )


def _as_json(line: UnitProgress) -> Json:
    return {
        "unit": line.unit, "unit_name": line.unit_name, "wanted": line.wanted, "sent": line.sent,
        "accepted": line.accepted, "returned": line.returned, "missing": line.missing, "overdue": line.overdue,
        "rate": round(line.rate, 4), "rate_text": percent(line.rate), "change": line.change, "rank": line.rank,
    }  # fmt: skip


def _row(line: Json) -> list[str]:
    change = line["change"]
    counts = [str(line[key]) for key in ("wanted", "sent", "accepted", "returned", "missing", "overdue")]
    shown = "—" if change is None else f"{change:+d}" if change else "0"
    return [line["unit_name"], *counts, line["rate_text"], shown, str(line["rank"] or "")]


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _fills(lines: list[Json]) -> dict[tuple[int, int], str]:
    """Overdue in red, all done in green; the figures stand beside for a grey print."""
    fills = {}
    for number, line in enumerate(lines):
        if line["overdue"]:
            fills[number, 6] = "F8CBAD"
        if line["returned"]:
            fills[number, 4] = "FFE699"
        if line["wanted"] and line["accepted"] == line["wanted"]:
            fills[number, 7] = "C6E0B4"
    return fills
