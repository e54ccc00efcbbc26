"""RTF documents: text, tables and file facts; GBK written as \\'d6\\'d0, as bytes, or Unicode as \\u20013, by font."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from duban_archive.core.model import Extracted, Json, Locator, Table

from .passages import of_paragraphs, one_line
from .source import Source, UnreadableError

ENGINE: Final = "rtf"

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.DOTALL
)
_CHARSETS: Final = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 204: "cp1251",
    238: "cp1250", 77: "mac-roman",
}  # fmt: skip
_UNSAID: Final = {
    "annotation", "atnauthor", "atndate", "atnid", "atnref", "background", "bkmkend", "bkmkstart", "blipuid",
    "colorschememapping", "colortbl", "datastore", "docvar", "falt", "filetbl", "fldinst", "fonttbl",
    "generator", "latentstyles", "listoverridetable", "listtable", "mmathPr", "nonshppict", "objdata", "object",
    "panose", "pict", "revtbl", "rsidtbl", "shpinst", "sp", "stylesheet", "template", "themedata",
    "userprops", "wgrffmtfilter", "xmlnstbl",
}  # fmt: skip
_NOT_LEAPT: Final = {"fonttbl", "shpinst", "object", "fldinst"}  # what is in these may matter
_BRACES = re.compile(rb"\\bin(\d{1,9}) ?|\\.|[{}]", re.DOTALL)
_SAID_ANYWAY: Final = {"shptxt", "shppict"}
_CHARACTERS: Final = {
    "tab": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "line": " ",
}  # fmt: skip
_INFO: Final = {
    "author": "author",
    "operator": "last_author",
    "title": "own_title",
    "company": "company",
}
_TIMES: Final = {"creatim": "created", "revtim": "modified", "printim": "printed"}
_ROW, _CELL = "\x1d", "\x07"


def read(source: Source) -> Extracted:
    """Paragraphs and table rows in order, and what the info group says."""
    parsed = _parse(source.path.read_bytes())
    lines: list[str] = []
    tables: list[Table] = []
    rows: list[tuple[str, ...]] = []
    first = 0
    for piece in re.split("(?<=[\n\x1d])", parsed.text):
        if piece.endswith(_ROW):
            cells = tuple(one_line(cell) for cell in piece[:-1].removesuffix(_CELL).split(_CELL))
            if not rows:
                first = len(lines) + 1
            rows.append(cells)
            if any(cells):
                lines.append("\t".join(cells).rstrip("\t"))
            continue
        if rows:
            tables.append(Table(locator=Locator(paragraph=first), rows=tuple(rows)))
            rows = []
        if line := one_line(piece.replace(_CELL, " ")):
            lines.append(line)
    if rows:
        tables.append(Table(locator=Locator(paragraph=first), rows=tuple(rows)))
    if not parsed.whole and not lines:
        raise UnreadableError("broken")
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=of_paragraphs(lines),
        tables=tuple(tables),
        facts=parsed.facts,
    )


def text_of(data: bytes) -> str:
    """The plain text of an RTF."""
    return _parse(data).text.replace(_CELL, "\t").replace(_ROW, "\n")


@dataclass(frozen=True, slots=True)
class _State:
    """What a group may change, and what its end gives back."""

    silent: bool = False
    encoding: str = ""  # of the current font; empty: the document's
    after_unicode: int = 1  # characters to skip after \\u, for readers that do not know it
    where: str = ""  # fonttbl, info, or one of its fields
    hidden: bool = False
    in_table: bool = False


@dataclass(slots=True)
class _Parsed:
    text: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    whole: bool = False


class _Reader:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.facts: dict[str, Json] = {}
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._bytes = bytearray()
        self._state = _State()
        self._stack: list[_State] = []
        self._skip = 0
        self._star = False
        self._info: list[str] = []
        self._time: dict[str, int] = {}
        self.depth_ended = False

    def flush(self) -> None:
        """Bytes gathered so far into text, in the font's own encoding."""
        if self._bytes:
            text = self._bytes.decode(self._state.encoding or self._encoding, "replace")
            self._bytes.clear()
            self._say(text)

    def _say(self, text: str) -> None:
        if self._state.where in _INFO:
            self._info.append(text)
        elif not self._state.silent and not self._state.hidden:
            self.out.append(text)

    def byte(self, value: bytes) -> None:
        if self._skip:
            self._skip -= 1
            return
        self._bytes += value

    def plain(self, raw: bytes) -> None:
        if self._skip:
            taken = min(self._skip, len(raw))
            self._skip -= taken
            raw = raw[taken:]
        if not self._state.silent or self._state.where in _INFO:
            self._bytes += raw
        self._star = False

    def brace(self, mark: bytes) -> None:
        self.flush()
        self._skip = 0
        self._star = False
        if mark == b"{":
            self._stack.append(self._state)
            return
        where = self._state.where
        self._state = self._stack.pop() if self._stack else _State()
        if not self._stack:
            self.depth_ended = True
        if where in _INFO and self._state.where != where:
            if value := "".join(self._info).strip():
                self.facts[_INFO[where]] = value
            self._info = []
        elif where in _TIMES and self._state.where != where and self._time.get("yr"):
            t = self._time
            self.facts[_TIMES[where]] = (
                f"{t['yr']:04d}-{t.get('mo', 1):02d}-{t.get('dy', 1):02d}T{t.get('hr', 0):02d}:{t.get('min', 0):02d}:00"
            )
            self._time = {}

    def symbol(self, mark: bytes) -> None:
        if mark == b"*":
            self._star = True
            return
        self.flush()
        self._say({b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}.get(mark, ""))

    def word(self, name: str, number: int | None) -> None:
        star, self._star = self._star, False
        if name == "u" and number is not None:
            self._unicode(number)
            return
        self.flush()
        state = self._state
        if name in _UNSAID or (star and name not in _SAID_ANYWAY):
            self._state = replace(state, silent=True, where="fonttbl" if name == "fonttbl" else state.where)
        elif name in _SAID_ANYWAY:
            self._state = replace(state, silent=False)
        elif name == "info":
            self._state = replace(state, silent=True, where="info")
        elif state.where == "info" and (name in _INFO or name in _TIMES):
            self._state = replace(state, where=name)
        elif state.where in _TIMES and name in ("yr", "mo", "dy", "hr", "min"):
            self._time[name] = number or 0
        elif name == "ansicpg" and number:
            self._encoding = {936: "gb18030", 65001: "utf-8", 10008: "gb18030"}.get(number, f"cp{number}")
            try:
                "".encode(self._encoding)
            except LookupError:
                self._encoding = "gb18030"
        elif name == "f" and number is not None:
            self._font = number
            if state.where != "fonttbl":
                self._state = replace(state, encoding=self._fonts.get(number, ""))
        elif name == "fcharset" and number is not None and state.where == "fonttbl":
            if number in _CHARSETS and number != 0:
                self._fonts[self._font] = _CHARSETS[number]
        elif name == "plain":
            self._state = replace(state, encoding="", hidden=False)
        elif name == "v":
            self._state = replace(state, hidden=number != 0)
        elif name == "uc" and number is not None:
            self._state = replace(state, after_unicode=max(0, min(number, 10)))
        elif name == "intbl":
            self._state = replace(state, in_table=True)
        elif name == "pard":
            self._state = replace(state, in_table=False)
        elif not state.silent:
            self._layout(name)

    def _layout(self, name: str) -> None:
        if name in ("par", "sect", "page"):
            self.out.append(" " if self._state.in_table else "\n")
        elif name in ("cell", "nestcell"):
            self.out.append(_CELL if name == "cell" else " ")
        elif name == "row":
            self.out.append(_ROW)
        elif name in _CHARACTERS:
            self.out.append(_CHARACTERS[name])

    def _unicode(self, number: int) -> None:
        self.flush()
        code = number + 0x10000 if number < 0 else number
        if 0 <= code <= 0x10FFFF:
            self._say(chr(code))
        self._skip = self._state.after_unicode


def _group_end(data: bytes, at: int) -> int:
    """Where the brace stands that closes the group: megabytes of picture are leapt over, not taken apart."""
    depth = 0
    while match := _BRACES.search(data, at):
        at = match.end()
        if match[1]:
            at += min(int(match[1]), len(data) - at)
        elif match[0] == b"{":
            depth += 1
        elif match[0] == b"}":
            if not depth:
                return match.start()
            depth -= 1
    return len(data)


def _parse(data: bytes) -> _Parsed:
    reader = _Reader()
    at = 0
    while at < len(data):
        match = _TOKEN.match(data, at)
        if match is None:  # pragma: no cover -- the pattern takes any byte
            break
        at = match.end()
        hexes, name, number, symbol, brace, plain = match.groups()
        if hexes is not None:
            reader.byte(bytes.fromhex(hexes.decode("ascii")))
        elif name is not None:
            word = name.decode("ascii")
            if word == "bin" and number and number.isdigit():  # so many raw bytes follow
                at += min(int(number), len(data) - at)
            else:
                reader.word(word, int(number) if number else None)
                if word in _UNSAID and word not in _NOT_LEAPT:
                    at = _group_end(data, at)
        elif symbol is not None:
            reader.symbol(symbol)
        elif brace is not None:
            reader.brace(brace)
        elif plain is not None:
            reader.plain(plain)
    reader.flush()
    # characters beyond U+FFFF come as two \u words
    text = "".join(reader.out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _Parsed(text=text, facts=reader.facts, whole=reader.depth_ended)
