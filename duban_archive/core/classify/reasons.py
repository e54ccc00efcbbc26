"""Says why, in sentences a person can check against the paper itself."""

from __future__ import annotations

from duban_archive.core.classify.places import PeriodChoice, UnitChoice
from duban_archive.core.classify.weighing import Weighed
from duban_archive.core.describe.clues import Clues

_LINES = {"title": "标题", "name": "文件名", "subject": "议题或主题", "sheet": "工作表名", "folder": "文件夹和标题"}


def reasons(one: Weighed, unit: UnitChoice, period: PeriodChoice, mark: str, clues: Clues) -> tuple[str, ...]:
    """The reasons for one proposal, the strongest first, and what speaks against it."""
    said: list[str] = []
    if mark:
        said.append(mark)
    if one.name is not None and one.line is not None and one.features.get("name", 0.0) >= 0.3:
        place = _LINES.get(one.line.place, one.line.place)
        whole = one.name.text in one.line.text
        said.append(
            f"{place}含“{one.name.shown}”" if whole else f"{place}“{_cut(one.line.shown)}”与“{one.name.shown}”相近"
        )
    terms = [term for term in one.terms if not (one.name and term in one.name.shown)]
    here = "\n".join((clues.title, *clues.names))
    if stand := [term for term in terms if term in here]:
        said.append("标题或文件名里有 " + "、".join(stand[:4]))
    if same := [term for term in terms if term not in here]:
        said.append("标题或文件名里有与 " + "、".join(same[:4]) + " 同义的词")
    if one.headers and one.features.get("headers", 0.0) > 0:
        said.append("表头有 " + "/".join(one.headers[:5]))
    if one.body_terms and one.features.get("body", 0.0) >= 0.25:
        said.append("正文提到 " + "、".join(one.body_terms[:4]))
    if one.folder and one.features.get("folder", 0.0) >= 0.4:
        said.append(f"放在文件夹“{one.folder}”里")
    if one.features.get("learned", 0.0) >= 0.3:
        said.append(_learned(one, period))
    if clues.kinds and one.features.get("kind", 1.0) < 0.3:
        said.append(f"但类别不大相符(“{clues.kinds[0].words}”)")
    if stand := [word for word in one.against if word in here]:
        said.append("但标题或文件名里有 " + "、".join(stand[:3]))
    if same := [word for word in one.against if word not in here]:
        said.append("但标题或文件名里有与 " + "、".join(same[:3]) + " 同义的词")
    said.extend(sentence for sentence in (unit.because, period.because) if sentence)
    said.extend(clues.conflicts)
    return tuple(said)


def _learned(one: Weighed, period: PeriodChoice) -> str:
    if one.namesake is None:
        return "与本档案里确认过的同类材料相近"
    other = one.namesake.period not in ("", "once", "standing", *period.periods)
    return f"与 #{one.namesake.record} 同名{'不同年' if other and period.periods else ''},那一件归在此项"


def _cut(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"
