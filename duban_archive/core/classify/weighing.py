"""Weighs one paper against every requirement: features 0..1, their sum, and the chance that it is right.

The constants were set on the tuned part of ``tests/cases/filing`` until the chances agreed with how often they were
right (``bench/filing.py`` prints both); the held-out part is never looked at.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from duban_archive.core.classify.profiles import Name, Profile, Profiles
from duban_archive.core.classify.reading import Line, Paper
from duban_archive.core.describe.kind import KindFound, nearness
from duban_archive.core.learn import Namesake

WEIGHTS = {
    "name": 5.2,
    "explained": 1.2,
    "foreign": 0.0,
    "terms": 2.2,
    "body": 1.3,
    "headers": 2.0,
    "kind": 1.6,
    "against": -1.8,
    "folder": 1.2,
    "unit": 1.2,
    "period": 0.6,
    "learned": 2.4,
}
BIAS = -5.4
FILLER = 0.3  # a pair that weighs less says nothing
SHORT = 2
TELLING = 0.8  # of the weight of a pair that one requirement alone has


@dataclass(slots=True)
class Weighed:
    """A requirement with its features for one paper (``unit`` and ``period`` are -1..1, the rest 0..1)."""

    profile: Profile
    features: dict[str, float] = field(default_factory=dict)
    name: Name | None = None
    line: Line | None = None
    terms: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    folder: str = ""
    body_terms: tuple[str, ...] = ()
    namesake: Namesake | None = None

    @property
    def sum(self) -> float:
        """The weighed sum; above 0 it is likelier right than wrong."""
        return BIAS + sum(WEIGHTS[key] * value for key, value in self.features.items())


def chance(total: float) -> float:
    """A sum as a chance 0..1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def weigh(paper: Paper, kinds: tuple[KindFound, ...], profiles: Profiles) -> list[Weighed]:
    """Requirements that anything speaks for, unordered; unit, period and learning are added by the classifier."""
    by_name = _names(paper, profiles)
    weighed: list[Weighed] = []
    for number, profile in enumerate(profiles.profiles):
        similarity, name, line = by_name.get(number, (0.0, None, None))
        terms, worth = _terms(paper, profile, profiles)
        in_body, body_worth = _body(paper, profile, profiles)
        headers, header_worth = _headers(paper, profile)
        folder, folder_worth = _folder(paper, profile)
        if similarity < 0.15 and not terms and header_worth < 0.3 and body_worth < 0.3 and folder_worth < 0.4:
            continue
        against = _against(paper, profile, name)
        one = Weighed(
            profile=profile,
            name=name,
            line=line,
            terms=terms,
            against=against,
            headers=headers,
            folder=folder,
            body_terms=in_body,
        )
        one.features = {
            "name": similarity,
            "terms": worth,
            "body": body_worth,
            "headers": header_worth,
            "explained": _explained(line, profile, profiles) if line else 0.0,
            "foreign": _is_foreign(paper, line, name, profile, profiles) if line else 0.0,
            "kind": _kind(profile, name if similarity >= 0.5 else None, kinds),
            "against": min(1.0, 0.8 * len(against)),
            "folder": folder_worth,
        }
        weighed.append(one)
    return weighed


def _names(paper: Paper, profiles: Profiles) -> dict[int, tuple[float, Name, Line]]:
    best: dict[int, tuple[float, Name, Line]] = {}
    for line in paper.lines:
        shared: dict[int, float] = defaultdict(float)
        for pair in line.pairs:
            weight = profiles.weight(pair)
            for position in profiles.by_pair.get(pair, ()):
                shared[position] += weight
        for position, weight in shared.items():
            name = profiles.names[position]
            of_name = weight / name.weight
            if of_name < 0.3:
                continue
            of_line = weight / line.weight if line.weight else 0.0
            whole = name.text in line.text
            # A name found whole tells more than its pairs scattered; a line that says more than the name tells less.
            similarity = (0.62 * of_name + 0.38 * of_line) if whole else 0.9 * (0.6 * of_name**1.5 + 0.4 * of_line)
            if whole and len(name.text) <= 3:
                similarity *= 0.8
            similarity *= line.worth * name.worth
            if similarity > best.get(name.requirement, (0.0,))[0]:
                best[name.requirement] = (min(similarity, 1.0), name, line)
    return best


def _explained(line: Line, profile: Profile, profiles: Profiles) -> float:
    """How much of the line the requirement accounts for; the rest speaks of something else (消防隐患整改方案).

    The evaluation's own name is in any paper of it, and speaks of nothing else.
    """
    if not line.weight:
        return 0.0
    known = profile.all_pairs | profiles.context
    return sum(profiles.weight(pair) for pair in line.pairs if pair in known) / line.weight


def _is_foreign(paper: Paper, line: Line, name: Name | None, profile: Profile, profiles: Profiles) -> float:
    """1 where the line speaks of something else; a short file name (章程) does not answer for the title below it."""
    if line.place != "title" and len(line.text) <= SHORT:
        title = next((one for one in paper.lines if one.place == "title"), None)
        if title is not None and _foreign(title, profile, profiles):
            return 1.0
    return 0.0 if _is_telling(name, profiles) else _foreign(line, profile, profiles)


def _foreign(line: Line, profile: Profile, profiles: Profiles) -> float:
    """1 where a whole word of the line speaks of something the requirement does not know (信访 in 信访问题整改台账)."""
    known = profile.all_pairs | profiles.context
    run = 0
    for pair in (line.text[i : i + 2] for i in range(len(line.text) - 1)):
        run = run + 1 if pair not in known and profiles.weight(pair) > FILLER else 0
        if run >= 2:
            return 1.0
    return 0.0


def _is_telling(name: Name | None, profiles: Profiles) -> bool:
    """Whether a name belongs to its requirement alone; 整改台账 and 工作总结 are borne by papers of any subject."""
    if name is None:
        return False
    return name.weight / len(name.pairs) >= TELLING * math.log(1 + profiles.count)


def _terms(paper: Paper, profile: Profile, profiles: Profiles) -> tuple[tuple[str, ...], float]:
    found = {t: paper.said[t] * profiles.term_weights[t] for t in profile.terms.keys() & paper.said.keys()}
    if not found:
        return (), 0.0
    order = sorted(found, key=lambda term: (-found[term], term))
    return tuple(profile.terms[term] for term in order), 1 - math.exp(-sum(found.values()) / 5.0)


def _body(paper: Paper, profile: Profile, profiles: Profiles) -> tuple[tuple[str, ...], float]:
    hits = profile.terms.keys() & paper.mentioned
    if not hits:
        return (), 0.0
    total = sum(profiles.term_weights[term] for term in hits)
    return tuple(profile.terms[t] for t in sorted(hits)), total / profile.terms_weight * (1 - math.exp(-total / 4.0))


def _headers(paper: Paper, profile: Profile) -> tuple[tuple[str, ...], float]:
    if not paper.headers or not profile.headers:
        return (), 0.0
    hits = tuple(shown for header, shown in profile.headers.items() if _heads(header, paper.headers))
    common = sum(
        1 for hit in hits if hit in {"姓名", "性别", "序号", "备注", "合计", "年级", "班级", "出生年月", "男", "女"}
    )
    telling = len(hits) - 0.75 * common
    if len(hits) < 2:
        return hits, 0.0
    of_wanted = len(hits) / len(profile.headers)
    return hits, min(1.0, of_wanted * (0.45 + 0.25 * min(telling, 3.0)))


def _heads(header: str, headers: frozenset[str]) -> bool:
    return header in headers or (len(header) > 2 and any(header in h or (len(h) > 2 and h in header) for h in headers))


def _folder(paper: Paper, profile: Profile) -> tuple[str, float]:
    best = ("", 0.0)
    for depth, (shown, telling) in enumerate(paper.folders):
        if not telling:
            continue
        share = sum(1 for pair in telling if pair in profile.place_pairs) / len(telling)
        share *= min(1.0, len(telling) / 3) * 0.9**depth
        if share > best[1]:
            best = (shown, share)
    return best


def _against(paper: Paper, profile: Profile, name: Name | None) -> tuple[str, ...]:
    title = next((line for line in paper.lines if line.place in {"title", "name"}), None)
    if title is None:
        return ()
    own = name.text if name else ""
    return tuple(shown for term, shown in profile.not_terms.items() if term in title.text and term not in own)


def _kind(profile: Profile, name: Name | None, kinds: tuple[KindFound, ...]) -> float:
    """How well the kinds agree; a requirement of one kind may name papers of another (档案: 学籍登记表)."""
    if not kinds:
        return 0.35
    asked = {profile.requirement.kind} | ({name.kind} if name and name.kind else set())
    best = max(
        found.confidence * nearness(kind, found.kind) + (1 - found.confidence) * 0.5
        for found in kinds[:2]
        for kind in asked
    )
    return max(0.0, (best - 0.2) / 0.8)
