"""What stands in a cell, as a person reads it: 42 and not 42.0, a day without 00:00:00, one line."""

from __future__ import annotations

import datetime
from decimal import Decimal

from .passages import one_line


def cell_text(value: object) -> str:
    """A cell's value in words and figures."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time():
            return value.date().isoformat()
        return value.replace(microsecond=0).isoformat(sep=" ").removesuffix(":00")
    if isinstance(value, datetime.time):
        return value.replace(microsecond=0).isoformat().removesuffix(":00")
    return one_line(str(value))


def number_text(number: int | float) -> str:
    """Fifteen digits are what a spreadsheet keeps and shows; long numbers are written without an exponent."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:.15g}"
    if "e" in text and 1e-12 < abs(number) < 1e21:
        text = f"{Decimal(text):f}"
    return text
