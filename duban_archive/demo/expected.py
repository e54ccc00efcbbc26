"""What the sample archive must look like afterwards, written down by its maker and not by the program under test."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE_NAME = "应有结果.json"
AS_OF = "2015-10-26"
PERSON = "示例办公室资料员"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One slot: a requirement of plan-00, the source it carries, whose paper, of which period."""

    requirement: str
    source: str
    unit: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFile:
    """One dropped file (``path`` below the inbox) or a member of a zip or mail: its state at the end, and its slots."""

    path: str
    state: str
    slots: tuple[Cell, ...] = ()
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A paper or object that has no file: what ``register`` is told."""

    title: str
    where: str
    slots: tuple[Cell, ...]
    unit: str
    kind: str
    form: str = "纸质"
    quantity: int = 1
    pages: int | None = None
    keeper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A paper that goes back to its unit (退回补正)."""

    path: str
    slot: Cell
    reason: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a search must lead: the file, and the page, the sheet and row, or the paragraph."""

    path: str
    page: int | None = None
    sheet: str | None = None
    row: int | None = None
    paragraph: int | None = None
    ocr: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What a person decides in the demo, beyond confirming what the program is sure of.

    ``merge``: groups of files that are one item, in order; ``final``: the version that counts and those it replaces.
    """

    merge: tuple[tuple[str, ...], ...]
    final: tuple[tuple[str, tuple[str, ...]], ...]
    register: tuple[Registered, ...]
    send_back: tuple[Returned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A slot that is still open at the end, and in which state."""

    slot: Cell
    state: str = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The whole of it, as kept in 应有结果.json."""

    as_of: str = AS_OF
    person: str = PERSON
    files: tuple[ExpectedFile, ...]
    decisions: Decisions
    gaps: tuple[Gap, ...]
    duplicates: tuple[tuple[str, str], ...]
    search: dict[str, tuple[Found, ...]] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """As JSON, readable."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# What 吴集镇's plan asks for, read off the plan by hand: requirement → (source, units, periods).
_STATIONS = ("pcs", "czs", "wtz", "ajz")
_VILLAGES = ("cun1", "cun2", "cun3")
_SCHOOLS = ("zx", "xx1", "xx2", "xx3")
_ALL = (*_VILLAGES, *_STATIONS, *_SCHOOLS)
_OFFICES = (*_STATIONS, *_SCHOOLS)
_ONCE = ("once",)
_WANTED: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "a1-01": ("plan-00-d01", ("zf",), _ONCE),
    "a1-02": ("plan-00-d02", ("zf",), _ONCE),
    "a1-03": ("plan-00-d03", _ALL, _ONCE),
    "a1-04": ("plan-00-e01", _ALL, _ONCE),
    "a1-05": ("plan-00-e02", _ALL, _ONCE),
    "a2-01": ("plan-00-e03", _ALL, _ONCE),
    "a2-02": ("plan-00-e23", _ALL, ("2015",)),
    "a2-03": ("plan-00-e05", ("g2",), _ONCE),
    "a2-04": ("plan-00-e06", ("g2",), _ONCE),
    "b1-01": ("plan-00-e07", (*_SCHOOLS, "yey1", "yey2"), ("2015",)),
    "b1-02": ("plan-00-e08", ("g4",), ("2013", "2014", "2015")),
    "b2-01": ("plan-00-e09", ("g4",), _ONCE),
    "b2-02": ("plan-00-e09", _SCHOOLS, ("2013", "2014", "2015")),
    "b2-03": ("plan-00-e12", _SCHOOLS, ("2013", "2014", "2015")),
    "b2-04": ("plan-00-e12", ("zxx",), _ONCE),
    "b3-01": ("plan-00-e10", ("g3",), _ONCE),
    "b3-02": ("plan-00-e11", ("g3",), _ONCE),
    "b4-01": ("plan-00-e13", ("g2",), _ONCE),
    "b4-02": ("plan-00-e14", ("g2",), _ONCE),
    "b5-01": ("plan-00-e15", ("zxx",), _ONCE),
    "c1-01": ("plan-00-e16", _OFFICES, _ONCE),
    "c1-02": ("plan-00-d04", _OFFICES, _ONCE),
    "c2-01": ("plan-00-d05", _OFFICES, _ONCE),
    "c2-02": ("plan-00-e19", ("zf",), _ONCE),
    "c2-03": ("plan-00-e20", ("zf",), _ONCE),
    "c2-04": ("plan-00-e21", ("g2",), _ONCE),
    "c2-05": ("plan-00-e24", ("zf",), _ONCE),
    "c2-06": ("plan-00-d07", ("zf",), _ONCE),
    "c3-01": ("plan-00-e04", ("g2",), _ONCE),
    "c3-02": ("plan-00-e17", _OFFICES, _ONCE),
    "c3-03": ("plan-00-e18", _OFFICES, ("standing",)),
    "c3-04": ("plan-00-e22", ("zxx",), _ONCE),
    "c3-05": ("plan-00-d09", _OFFICES, _ONCE),
    "d1-01": ("plan-00-d06", ("g2", "g3", "g4"), _ONCE),
    "d2-01": ("plan-00-d08", ("zf",), _ONCE),
}
# 柳岗小学 closed on 2013-08-31: it owes the papers of 2013 and no later ones.
_CLOSED = (("b2-02", "lgxx", "2013"), ("b2-03", "lgxx", "2013"))


def cell(requirement: str, unit: str, period: str = "") -> Cell:
    """A slot by its requirement and unit; the period where the requirement has several."""
    source, _units, periods = _WANTED[requirement]
    return Cell(requirement=requirement, source=source, unit=unit, period=period or periods[0])


def wanted() -> tuple[Cell, ...]:
    """Every slot of the plan."""
    cells = [
        Cell(requirement=requirement, source=source, unit=unit, period=period)
        for requirement, (source, units, periods) in _WANTED.items()
        for unit in units
        for period in periods
    ]
    return (*cells, *(cell(*closed) for closed in _CLOSED))
