"""What each requirement looks like in words, prepared once per checklist so that a paper is weighed in milliseconds."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from duban_archive.core.checklist import Checklist, Index, Requirement
from duban_archive.core.describe.kind import kinds_of_title
from duban_archive.core.slots import make_slots
from duban_archive.core.wording import EMPTY_PAIRS, Synonyms, bigrams

_BRACKETS = re.compile(r"[（(〔\[][^（()）〔〕\[\]]*[)）〕\]]")
_EVALUATION = ("迎检工作", "迎接督导评估", "教育督导", "督导检查", "检查评估", "教育工作", "迎省检", "迎国检")
_JOINED = re.compile(r"[、;；/]|以及|及其")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One way a requirement's paper may be called: canonical, with its pairs and their whole weight."""

    requirement: int
    text: str
    shown: str
    pairs: frozenset[str]
    weight: float
    worth: float
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A requirement with all that speaks for it (``terms``, ``headers``: canonical → as shown) or against it."""

    requirement: Requirement
    code: str
    terms: dict[str, str]
    terms_weight: float
    not_terms: dict[str, str]
    headers: dict[str, str]
    place_pairs: frozenset[str]
    all_pairs: frozenset[str]
    slots: dict[str, tuple[str, ...]]  # unit → periods it owes
    many: bool


class Profiles:
    """All requirements of a checklist, with an index from character pairs to the names that hold them."""

    def __init__(self, checklist: Checklist) -> None:
        self.checklist = checklist
        self.synonyms = Synonyms(checklist.synonyms)
        index = Index(checklist)
        slots: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for slot in make_slots(checklist):
            if not slot.not_applicable:
                slots[slot.requirement][slot.unit].append(slot.period)
        active = [r for r in checklist.requirements if r.id in slots]
        self.spread = _spread(active, index, self.synonyms)
        self.unknown = 0.55 * math.log(1 + max(len(active), 2))
        self.term_spread = Counter(
            term for r in active for term in {self.synonyms.canonical(t) for t in _terms(r, index)} if term
        )
        self.count = max(len(active), 1)
        # What every paper of this evaluation may say without being about something else: its own name.
        self.context = frozenset(
            pair for word in (checklist.title, *_EVALUATION) for pair in bigrams(self.synonyms.canonical(word))
        )
        self.term_weights = {term: self._term_weight(term) for term in self.term_spread}
        # Units that owe papers side by side with others: such a paper is its own unit's, nobody signs for it.
        self.peers = {unit for owed in slots.values() if len(owed) >= 4 for unit in owed}
        self.profiles: list[Profile] = []
        self.names: list[Name] = []
        self.by_pair: dict[str, list[int]] = defaultdict(list)
        self.by_id: dict[str, int] = {}
        for number, requirement in enumerate(active):
            self.by_id[requirement.id] = number
            self.profiles.append(self._profile(requirement, index, slots[requirement.id]))
            self._add_names(number, requirement, index)

    def weight(self, pair: str) -> float:
        """How much a pair tells: rare among requirements is much; said nowhere, something; empty words, nothing."""
        if pair in EMPTY_PAIRS or pair.isdigit():
            return 0.12 if pair in self.spread else 0.0
        spread = self.spread.get(pair)
        return math.log(1 + self.count / spread) if spread else self.unknown

    def _term_weight(self, term: str) -> float:
        """The same for a whole term."""
        return math.log(1 + self.count / self.term_spread[term]) * min(1.0, 0.4 + 0.2 * len(term))

    def _profile(self, requirement: Requirement, index: Index, owed: dict[str, list[str]]) -> Profile:
        canonical = self.synonyms.canonical
        kind = index.evidence_types.get(requirement.evidence_type)
        headers = (*requirement.headers, *((*kind.headers, *kind.fields) if kind else ()))
        against = (*requirement.not_terms, *(kind.not_terms if kind else ()))
        places: set[str] = set(bigrams(canonical(requirement.title)))
        parent = index.indicators.get(requirement.indicator)
        while parent is not None:
            places.update(bigrams(canonical(parent.title)))
            parent = index.indicators.get(parent.parent)
        terms = {c: term for term in _terms(requirement, index) if len(c := canonical(term)) > 1}
        return Profile(
            requirement=requirement,
            code=index.code_of(requirement.id),
            terms=terms,
            terms_weight=sum(self.term_weights[term] for term in terms),
            not_terms={c: term for term in against if len(c := canonical(term)) > 1},
            headers={c: header for header in headers if (c := canonical(header))},
            place_pairs=frozenset(places - EMPTY_PAIRS),
            all_pairs=_all_pairs(requirement, index, self.synonyms),
            slots={unit: tuple(periods) for unit, periods in owed.items()},
            many=len(owed) > 1,
        )

    def _add_names(self, number: int, requirement: Requirement, index: Index) -> None:
        seen: set[str] = set()
        kind = index.evidence_types.get(requirement.evidence_type)
        for worth, names in (
            (1.0, (requirement.title, *requirement.names)),
            (0.97, tuple(_pieces(requirement.title))),
            (0.9, (kind.title, *kind.names) if kind else ()),
        ):
            for name in names:
                text = self.synonyms.canonical(name)
                pairs = frozenset(bigrams(text))
                weight = sum(self.weight(pair) for pair in pairs)
                if len(text) < 2 or text in seen or weight <= 0:
                    continue
                seen.add(text)
                position = len(self.names)
                kinds = kinds_of_title(name)
                self.names.append(
                    Name(
                        requirement=number,
                        text=text,
                        shown=name,
                        pairs=pairs,
                        weight=weight,
                        worth=worth,
                        kind=kinds[0].kind if kinds else "",
                    )
                )
                for pair in pairs:
                    self.by_pair[pair].append(position)


def _pieces(title: str) -> Iterable[str]:
    """A title that names several papers (招生数、毕业生数) or explains itself in brackets: its parts."""
    plain = _BRACKETS.sub("", title)
    if plain != title:
        yield plain
    yield from (piece for piece in _JOINED.split(plain) if len(piece) >= 4)


def _terms(requirement: Requirement, index: Index) -> tuple[str, ...]:
    kind = index.evidence_types.get(requirement.evidence_type)
    return (*requirement.terms, *(kind.terms if kind else ()))


def _all_pairs(requirement: Requirement, index: Index, synonyms: Synonyms) -> frozenset[str]:
    """Every pair that any name, term, header or the text of the requirement explains."""
    kind = index.evidence_types.get(requirement.evidence_type)
    words = [requirement.title, *requirement.names, *requirement.terms, *requirement.headers, requirement.text]
    words += (kind.title, *kind.names, *kind.terms) if kind else ()
    return frozenset(pair for word in words for pair in bigrams(synonyms.canonical(word)))


def _spread(requirements: list[Requirement], index: Index, synonyms: Synonyms) -> Counter[str]:
    """Pair → in how many requirements' names or terms it stands."""
    counts: Counter[str] = Counter()
    for requirement in requirements:
        kind = index.evidence_types.get(requirement.evidence_type)
        words = (
            requirement.title,
            *requirement.names,
            *requirement.terms,
            *((kind.title, *kind.names) if kind else ()),
        )
        counts.update({pair for word in words for pair in bigrams(synonyms.canonical(word))})
    return counts
