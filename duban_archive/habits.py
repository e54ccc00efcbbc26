"""Habits: what an office means by 2014学年 and by 2014年年报, asked once per archive and remembered in a register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duban_archive.core.model import Record
from duban_archive.core.periods import Habits, habits_named
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

REGISTER = "habits"  # entries: "school_year", "annual_report" → {"means": …}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked once: ``choices``: the answer as it is kept → as a person says it; ``records`` that wait for it."""

    name: str
    text: str
    choices: Mapping[str, str]
    records: tuple[int, ...] = ()


QUESTIONS: Mapping[str, Question] = {
    "school_year": Question(
        name="school_year",
        text="这里说“2014学年”,是指哪一学年?",
        choices={"start": "2014年9月到2015年7月(2014—2015学年)", "end": "2013年9月到2014年7月(2013—2014学年)"},
    ),
    "annual_report": Question(
        name="annual_report",
        text="这里的“2014年年报”(教育事业统计),算哪一期的材料?",
        choices={"calendar": "2014 自然年", "school": "2014—2015学年"},
    ),
}


class OfficeHabits:
    """The habits of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def known(self) -> dict[str, str]:
        """What was answered so far: name → meaning."""
        return {name: entry["means"] for name, entry in self._archive.catalogue.entries(REGISTER).items()}

    def as_read(self) -> Habits:
        """For reading papers; what was not answered is open, and both readings are shown."""
        known = self.known()
        return Habits(
            school_year=known.get("school_year", ""),
            annual_report=known.get("annual_report", ""),
            base_year=self._archive.checklist.base_year,
        )

    def answer(self, name: str, means: str) -> int:
        """Remember an answer and judge every paper anew that it concerns; how many. ``undo`` takes the answer back."""
        question = QUESTIONS.get(name)
        if question is None or means not in question.choices:
            words = "、".join(f"{key}({text})" for key, text in question.choices.items()) if question else ""
            raise UsageError(f"“{means}”不是可选的回答。", f"可选:{words}。" if words else "没有这个问题。")
        archive = self._archive
        with archive.catalogue.change(
            "entered", archive.by, register=REGISTER, what=f"{question.text}{means}"
        ) as change:
            change.enter(REGISTER, name, {"means": means})
        archive.forget_learned()
        return self.propose_anew(name)

    def propose_anew(self, name: str = "") -> int:
        """Describe and propose again the papers whose names or titles use the word; how many."""
        names = {name} if name else set(QUESTIONS)
        concerned = [r.id for r in self._archive.records() if r.parts and habits_named(_said(r)) & names]
        if concerned:
            self._archive.read_again(*concerned)
        return len(concerned)

    def questions(self, tray: Sequence[Record]) -> tuple[Question, ...]:
        """The open questions that papers of the tray wait for."""
        known = self.known()
        waiting: dict[str, list[int]] = {}
        for record in tray:
            for name in habits_named(_said(record)) - known.keys():
                waiting.setdefault(name, []).append(record.id)
        return tuple(
            Question(name=q.name, text=q.text, choices=q.choices, records=tuple(waiting[q.name]))
            for q in QUESTIONS.values()
            if q.name in waiting
        )


def _said(record: Record) -> str:
    """Where a paper's period is usually named."""
    names = [f"{part.folder}\n{part.file_name}" for part in record.parts]
    return "\n".join([record.title, *names])
