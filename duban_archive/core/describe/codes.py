"""Printed codes (B2-3, 1.3.2) that an office writes into names of files and folders: the most explicit of all hints."""

from __future__ import annotations

import re

from duban_archive.core.checklist import Checklist

_CODE = re.compile(r"(?<![A-Za-z0-9.\-])[A-Za-z]{0,3}\d{1,2}(?:[.\-_—－][A-Za-z]?\d{1,3}){0,4}(?![0-9A-Za-z])")
_JOINT = re.compile(r"[._—－–]")
_PAPER = re.compile(r"^\s*(?:纸|打印|版面|横|竖|尺寸|幅|大小)")  # A4纸 is no indicator


class Codes:
    """The codes of a checklist's indicators and requirements."""

    def __init__(self, checklist: Checklist) -> None:
        self._known: dict[str, str] = {}
        for code in (*(i.code for i in checklist.indicators), *(r.code for r in checklist.requirements)):
            if code:
                self._known.setdefault(plain_code(code), code)

    def find(self, names: tuple[str, ...], folders: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """(code, ``name`` or ``folder``) pairs, the names' first, longest first.

        A code of digits alone (1.3) counts only where a name begins with it.
        """
        found: list[tuple[str, str]] = []
        for place, texts in (("name", names), ("folder", tuple(reversed(folders)))):
            for text in texts:
                for match in _CODE.finditer(text):
                    code = self._known.get(plain_code(match.group()))
                    letters = re.search(r"[A-Za-z]", match.group())
                    jointed = _JOINT.search(match.group()) or "-" in match.group()
                    if code and not _PAPER.match(text[match.end() :]) and (letters or (jointed and not match.start())):
                        found.append((code, place))
        return tuple(dict.fromkeys(sorted(found, key=lambda pair: (pair[1] != "name", -len(pair[0])))))


def plain_code(code: str) -> str:
    """B2－3, b2_3 and B2.3 as B2-3."""
    return _JOINT.sub("-", code.strip().upper())
