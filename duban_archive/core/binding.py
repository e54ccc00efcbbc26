"""装订规则: what an office decides once about its binders (``binding:`` of the settings); a run may say otherwise.

Every choice may be written with its short word or in Chinese: ``view: filing`` or ``view: 归档``.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from duban_archive.core.paging import Corner, Mode, Numbering

if TYPE_CHECKING:
    from duban_archive.core.boxes import Room

VISIT, FILING = "visit", "filing"  # 迎检 and 归档: only the latter may call its forms by the names of the standards
BY_ITEM, BY_VOLUME = "item", "volume"  # columns of lists: as DA/T 22-2015 (件) and GB/T 9705-2008 (卷) have them
BY_INDICATOR, BY_UNIT, BY_BOX = "indicator", "unit", "box"  # what a volume is
COPY_UP_TO = 8  # pages: thicker papers are not copied into a second box
INSERT, SUPPLEMENT, ANEW = "insert", "supplement", "anew"
OWN = "own"  # columns of the view

WORDS: Mapping[str, Mapping[str, str]] = {
    "by": {"指标": BY_INDICATOR, "单位": BY_UNIT, "盒": BY_BOX},
    "view": {"迎检": VISIT, "归档": FILING},
    "columns": {"按视图": OWN, "佐证材料目录": "evidence", "DA/T 22": "da22", "GB/T 9705": "gb9705"},
    "numbering": {
        "按盒": Mode.VOLUME.value,
        "连续": Mode.CONTINUOUS.value,
        "按指标": Mode.SECTION.value,
        "从首页": Mode.PHYSICAL.value,
    },
    "corner": {
        "外下角": Corner.OUTER.value,
        "右下角": Corner.RIGHT.value,
        "左下角": Corner.LEFT.value,
        "下居中": Corner.CENTER.value,
        "外上角": Corner.UPPER_OUTER.value,
        "右上角": Corner.UPPER_RIGHT.value,
    },
    "late": {"插入": INSERT, "补充卷": SUPPLEMENT, "重编": ANEW},
}
_COLUMNS = {"evidence": VISIT, "da22": BY_ITEM, "gb9705": BY_VOLUME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How an office binds.

    ``by``: a volume for each indicator or unit, or boxes filled one after the other; ``box_pages``, ``box_mm``,
    ``box_mb``: what a box holds at most (0: no limit). ``late``: where papers go that come after an edition was frozen.
    ``copy_pages``: up to so many pages a paper is copied into a second volume, a thicker one is referred to.
    ``reserve``: a paper original without a file takes as many page numbers as it has pages.
    ``fonds`` 全宗号, ``category`` 门类代码, ``retention`` 保管期限 make the 档号 and 归档章 of the 归档 view.
    """

    by: str = BY_INDICATOR
    view: str = VISIT
    columns: str = OWN
    numbering: str = Mode.VOLUME.value
    prefix: str = ""
    corner: str = Corner.OUTER.value
    duplex: bool = False
    box_pages: int = 0
    box_mm: float = 0.0
    box_mb: float = 0.0
    late: str = INSERT
    copy_pages: int = COPY_UP_TO
    reserve: bool = False
    secrecy: str = ""
    stamp: bool = True
    fonds: str = ""
    category: str = "WS"
    retention: str = ""

    @property
    def pages(self) -> Numbering:
        """How pages are numbered."""
        return Numbering(
            mode=Mode(self.numbering), prefix=self.prefix, corner=Corner(self.corner), duplex=self.duplex
        )  # fmt: skip

    @property
    def room(self) -> Room | None:
        """What a box holds, where boxes are limited at all; boxes without a limit hold what the widest spine does."""
        from duban_archive.core.boxes import Room

        if not (self.box_pages or self.box_mm or self.box_mb):
            return Room(mm=45.0) if self.by == BY_BOX else None
        return Room(pages=self.box_pages, mm=self.box_mm, megabytes=self.box_mb)

    @property
    def list_columns(self) -> str:
        """The columns of its lists, as a manifest names them."""
        if self.columns == OWN:
            return BY_ITEM if self.view == FILING else VISIT
        return _COLUMNS[self.columns]

    def with_choices(self, choices: Mapping[str, object]) -> Binding:
        """These choices in place of the office's own; ``None`` leaves one as it is."""
        return replace(self, **{name: value for name, value in choices.items() if value is not None})  # type: ignore[arg-type]


def meant(choice: str, word: str) -> str | None:
    """The value of a choice that is written with its short word, in Chinese or without its spaces; else ``None``."""
    known = WORDS.get(choice)
    if known is None:
        return word
    plain = "".join(word.split()).casefold()
    for chinese, value in known.items():
        if plain in (value, "".join(chinese.split()).casefold()):
            return value
    return None


def words_of(choice: str) -> str:
    """What may be written for a choice, for a person."""
    return "、".join(f"{value}({chinese})" for chinese, value in WORDS[choice].items())


def problems(given: Binding) -> list[str]:
    """What cannot be, in Chinese sentences."""
    found = [
        f"{name}:不能写“{getattr(given, name)}”,可用的有 {words_of(name)}"
        for name in WORDS
        if getattr(given, name) not in WORDS[name].values()
    ]
    found += [
        f"{one.name}:不能小于 0"
        for one in fields(Binding)
        if isinstance(getattr(given, one.name), (int, float)) and getattr(given, one.name) < 0
    ]
    if not _is_prefix(given.prefix):
        found.append(f"prefix:“{given.prefix}”写法不对;卷号(或指标编号)写作 {{code}},如 {{code}}-")
    if given.numbering == Mode.PHYSICAL and given.late == INSERT:
        found.append("numbering 用“从首页”时,每页都计数,固定后不能插页;late 请用 supplement(补充卷)或 anew(重编)")
    return found


def _is_prefix(text: str) -> bool:
    """Plain text with ``{code}`` in it, and nothing else that `str.format` would look at."""
    try:
        return all(
            name in (None, "code") and not spec and not turn for _, name, spec, turn in string.Formatter().parse(text)
        )
    except ValueError:
        return False
