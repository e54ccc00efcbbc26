"""标签 with a QR code that leads from a paper to its record: 24 on a sheet of A4, 70 × 36 mm each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duban_archive.adapters import sheets

ACROSS = 3
DOWN = 8
QR_MM = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on one label; ``code`` is what the QR code holds."""

    number: str
    title: str
    place: str
    code: str


def print_labels(labels: Sequence[Label], out: Path, *, templates: Sequence[Path] = (), skip: int = 0) -> None:
    """Write a docx of all labels; ``skip``: places of the first sheet that are used up already."""
    cells: list[Label | None] = [*[None] * skip, *labels]
    cells += [None] * (-len(cells) % ACROSS)
    rows = [_row(cells[start : start + ACROSS]) for start in range(0, len(cells), ACROSS)]
    out.write_bytes(sheets.fill(sheets.find("标签", templates), {"各行": rows}))


def _row(cells: Sequence[Label | None]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for number, label in enumerate(cells, 1):
        row[f"收件号{number}"] = label.number if label else ""
        row[f"题名{number}"] = _short(label.title) if label else ""
        row[f"位置{number}"] = label.place if label else ""
        row[f"二维码{number}"] = sheets.qr_code(label.code, QR_MM) if label else ""
    return row


def _short(title: str, limit: int = 32) -> str:
    return title if len(title) <= limit else f"{title[: limit - 1]}…"
