"""A paper as the weighing sees it: its titles in canonical wording, without the units and years all papers carry."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duban_archive.core.classify.profiles import Profiles
from duban_archive.core.describe.clues import Clues
from duban_archive.core.units import UnitNames, plain_name
from duban_archive.core.wording import bare, bigrams

_ISSUED = re.compile(
    r"(?:印发|制定|下发|颁发|发布|颁布)\s*[《〈]?(.{4,}?)[》〉]?(?:[（(](?:试行|暂行|草案)[)）])?的?(?:通知|决定|公告)$"
)
_SUBJECT = re.compile(
    r"^(?:会议)?(?:议题|主题|内容|会议内容|会议名称|活动主题|活动名称|活动内容|培训内容|培训主题|事由|题目|课题|项目|名称|主要内容)\s*[:：]\s*(.{2,60})"
)
_YEARS = re.compile(
    r"(?:19|20)\d\d(?:年|学年)?(?:度)?|[〇○零一二三四五六七八九]{4}年(?:度)?|\d+月(?:份)?|\d+日|第?[一二]学期|[上下]学期|[春秋]季(?:学期)?|\d+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that says what the paper is: where it stands, its canonical core, its pairs and their weight."""

    place: str
    worth: float
    shown: str
    text: str
    pairs: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is weighed: lines, canonical headers, folders with their telling pairs; ``said``: terms in the lines, with
    the worth of the best line; ``mentioned``: terms in the body."""

    lines: tuple[Line, ...]
    headers: frozenset[str]
    folders: tuple[tuple[str, tuple[str, ...]], ...]
    said: dict[str, float]
    mentioned: frozenset[str]


def read_paper(clues: Clues, profiles: Profiles, units: UnitNames) -> Paper:
    """Prepares one paper."""
    lines: list[Line] = []

    def add(place: str, worth: float, text: str) -> None:
        core = core_of(text, profiles, units)
        if len(core) < 2 or any(line.text == core for line in lines):
            return
        pairs = frozenset(bigrams(core))
        lines.append(
            Line(place=place, worth=worth, shown=text, text=core, pairs=pairs, weight=sum(map(profiles.weight, pairs)))
        )

    if clues.title:
        add(
            "title" if clues.title_place == "text" else "name",
            1.0 if clues.title_place == "text" else 0.92,
            clues.title,
        )
    for name in clues.names[:4]:
        add("name", 0.9, name)
    for line in clues.layout.head[:20]:
        if match := _SUBJECT.match(line):
            add("subject", 0.9, match[1])
    for sheet in clues.layout.sheets[:3]:
        if not re.fullmatch(r"(?i)sheet\d*|工作表\d*", sheet):
            add("sheet", 0.75, sheet)
    if clues.folders and not (clues.title or any(clues.names)):
        add("folder", 0.85, clues.folders[-1])
    elif clues.title and clues.folders and len(bare(clues.title)) <= 6:
        add("folder", 0.8, clues.folders[-1] + clues.title)
    canonical = profiles.synonyms.canonical
    body = canonical(clues.layout.body[:5000])
    said: dict[str, float] = {}
    for one in lines:
        for term in profiles.term_weights:
            if term in one.text:
                said[term] = max(said.get(term, 0.0), one.worth)
    return Paper(
        lines=tuple(lines),
        headers=frozenset(c for header in clues.layout.headers if (c := canonical(header))),
        folders=tuple((part, _telling(canonical(part), profiles)) for part in reversed(clues.folders)),
        said=said,
        mentioned=frozenset(term for term in profiles.term_weights if term in body),
    )


def _telling(text: str, profiles: Profiles) -> tuple[str, ...]:
    return tuple(pair for pair in dict.fromkeys(bigrams(text)) if profiles.weight(pair) > 0.2)


def core_of(text: str, profiles: Profiles, units: UnitNames) -> str:
    """The canonical text without unit names, years and the wrapping of an issuing notice."""
    if match := _ISSUED.search(text.strip()):
        text = match[1]
    plain = plain_name(text)
    for mention in sorted(units.find(text), key=lambda m: -m.start):
        plain = plain[: mention.start] + plain[mention.end :]
    plain = units.strangers.without(plain)
    return profiles.synonyms.canonical(_YEARS.sub("", plain)) or profiles.synonyms.canonical(text)
