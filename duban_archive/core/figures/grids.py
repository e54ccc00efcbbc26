"""Tables as they stand on a sheet, taken apart: titles, header rows, label columns, body, notes; several on one sheet.

::

    Table ──▶ rows ──▶ Block (title, heads: one path a column, lines: one path a row, cells)

A path is the labels above a column (merged headers from the top down) or left of a row. Rotated tables need no care:
whatever stands in a path is read the same way.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from duban_archive.core.figures.amounts import is_blank, read_amount
from duban_archive.core.model import Table

Row = tuple[str, ...]

_SERIAL = re.compile(r"^(?:序号|编号|行次|代码|No\.?|NO\.?|号|栏次|学号)$", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:学校|校名|学校名称|单位|单位名称|学校\(?单位\)?|年份|年度|学年|学年度|时间|年级|班级|班别|项目|指标|科目|类别|性别|学段|名称|"
    r"内容|指标名称|项目名称|幼儿园|园名|幼儿园名称|村|村别|村名|组别|统计项目|月份|月|季度|期间|阶段|类型|收入项目|支出项目|收支项目|来源|经费项目|"
    r"资金来源|用途|姓名|器材名称|设备名称|仪器名称|品名|层次|学历|职称|科别|学科|.*名称)$"
)
_REMARK = re.compile(
    r"^(?:备注|说明|注|责任人|联系人|负责人|校长|联系电话|电话|填表人|审核人|存放地点|存放位置|班主任|签字|签名|地址)$"
)
_META = re.compile(
    r"(?:单位|填报|填表|日期|时间|负责人|制表|审核|电话|学年度?|班级|班主任|校长|盖章|公章|统计时点|学校)[^::\uff1a]{0,8}[::\uff1a]"
)
_NOTE = re.compile(r"^(?:注|说明|备注|填表说明|附注)[::\uff1a\d]|^[※*]")
_TOTAL = re.compile(r"(?:合|总|小|共)计|总和")
_YEAR = re.compile(r"^(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One table: where its cells stand (``row0`` the sheet row of the first line, ``columns`` their column numbers).

    ``titles``: banners above it; ``meta``: 填报单位:…, 单位:万元 and the like; ``notes`` below it. ``heads`` are the
    columns' paths, ``lines`` the rows'; ``cells`` their texts. ``names`` are the headers of the label columns.
    """

    titles: tuple[str, ...]
    meta: tuple[str, ...]
    heads: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[str, ...], ...]
    columns: tuple[int, ...]
    rows: tuple[int, ...]
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()  # the last header row as it stands, from the first column on
    body: tuple[Row, ...] = ()  # the body rows as they stand


@functools.lru_cache(maxsize=65536)
def clean(cell: str) -> str:
    """A cell's text on one line, blanks between Chinese characters closed."""
    text = " ".join(cell.split())
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)


def blocks(table: Table) -> Iterator[Block]:
    """The tables that stand in what a reader calls one table."""
    first = table.locator.row or 1
    width = max((len(row) for row in table.rows), default=0)
    rows = [tuple(clean(c) for c in row) + ("",) * (width - len(row)) for row in table.rows]
    rows = _continued(rows)
    for start, end in _stacks(rows):
        for left, right in _side_by_side(rows[start:end], width):
            part = [row[left:right] for row in rows[start:end]]
            yield from _block(part, first + start, left)


def _continued(rows: list[Row]) -> list[Row]:
    """A header printed again where a table goes on (a new page, 续表), made blank; not where another table begins."""
    first = next((at for at in range(len(rows) - 1) if _kind(rows[at]) == "header"), None)
    if first is None or len({c for c in rows[first] if c}) < 2:
        return rows
    depth = (
        2 if first + 2 < len(rows) and _kind(rows[first + 1]) == "header" and _is_head(rows, first, first + 1) else 1
    )
    head, above = rows[first : first + depth], {c for row in rows[:first] for c in row if c}
    out, seen, at, last = list(rows), set[str](), first + depth, ""
    while at < len(out):
        if rows[at : at + depth] != head:
            label = next((c for c in rows[at] if c), "")
            if _kind(rows[at]) == "body":
                seen.add(label)
                last = label
            at += 1
            continue
        top = at
        while top > first + depth and _kind(rows[top - 1]) in ("blank", "banner", "meta"):
            top -= 1
        between = {c for row in rows[top:at] for c in row if c}
        coming = []
        for row in rows[at + depth :]:
            if row == head[0]:
                break
            coming += [next((c for c in row if c), "")] * (_kind(row) == "body")
        goes_on = all(c in above or re.search(r"续", c) for c in between)
        if goes_on and seen and not _TOTAL.search(last) and coming and not seen & set(coming):
            out[top : at + depth] = [("",) * len(head[0])] * (at + depth - top)
        else:
            return rows
        at += depth
    return out


def _stacks(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Stretches of rows, each with one header: tables one below the other."""
    start, seen_body = 0, False
    pending = None  # where banners or blanks after a body began
    for at, row in enumerate(rows):
        kind = _kind(row)
        if kind == "body":
            seen_body, pending = True, None
        elif seen_body and kind in ("blank", "banner", "meta"):
            pending = at if pending is None else pending
        elif seen_body and kind == "header":
            if pending is not None and _heads_a_table(rows, at):
                yield start, pending
                start, seen_body, pending = pending, False, None
            elif pending is None and _heads_a_table(rows, at) and _is_new_header(rows[start:at], row):
                yield start, at
                start, seen_body = at, False
            else:
                pending = None
    if start < len(rows):
        yield start, len(rows)


def _heads_a_table(rows: Sequence[Row], at: int) -> bool:
    """Whether body rows follow this header soon, and it is not a text row of the body."""
    kinds = [_kind(row) for row in rows[at + 1 : at + 4]]
    return "body" in kinds and len({c for c in rows[at] if c}) >= 2


def _is_new_header(above: Sequence[Row], row: Row) -> bool:
    """A second header without a gap: it shares a header word with the first one."""
    known = {c for r in above[:6] if _kind(r) == "header" for c in r if c}
    words = [c for c in row if c]
    return sum(w in known for w in words) >= max(2, len(words) // 2)


def _kind(row: Row) -> str:
    """blank, banner (one text), meta (labels with colons), header (texts) or body (numbers)."""
    texts = [c for c in row if c]
    if not texts:
        return "blank"
    distinct = set(texts)
    numbers = [c for c in texts if read_amount(c) is not None and not _YEAR.match(c)]
    if len(distinct) == 1 and not numbers:
        return "banner"
    if len(distinct) <= 4 and not numbers and sum(bool(_META.search(c)) for c in distinct) * 2 >= len(distinct):
        return "meta"
    if _NOTE.match(texts[0]) and len(distinct) <= 2:
        return "banner"
    if numbers:
        return "body"
    return "header"


def _side_by_side(rows: Sequence[Row], width: int) -> list[tuple[int, int]]:
    """Column ranges of tables that stand beside each other, an empty column between."""
    inner = [row for row in rows if _kind(row) in ("header", "body")]
    if len(inner) < 2:
        return [(0, width)]
    empty = [all(not row[c] for row in inner) for c in range(width)]
    parts: list[tuple[int, int]] = []
    start = None
    for c in range(width + 1):
        if c < width and not empty[c]:
            start = c if start is None else start
        elif start is not None:
            parts.append((start, c))
            start = None
    wide = [p for p in parts if p[1] - p[0] >= 2]
    return wide if len(wide) == len(parts) and len(parts) > 1 else [(0, width)]


def _block(rows: Sequence[Row], row0: int, left: int) -> Iterator[Block]:
    titles: list[str] = []
    meta: list[str] = []
    at = 0
    while at < len(rows) and _kind(rows[at]) in ("blank", "banner", "meta"):
        kind = _kind(rows[at])
        texts = list(dict.fromkeys(c for c in rows[at] if c))
        (meta if kind == "meta" or (titles and _META.search(texts[0]) if texts else False) else titles).extend(texts)
        at += 1
    pairs = _pairs(rows[at:], row0 + at, left)
    if pairs is not None:
        yield replace(pairs, titles=tuple(titles), meta=tuple(meta))
        return
    head_start = at
    while at < len(rows) and _is_head(rows, head_start, at):
        at += 1
    heads = list(rows[head_start:at])
    notes: list[str] = []
    body: list[tuple[int, Row]] = []
    for number, row in enumerate(rows[at:], row0 + at):
        kind = _kind(row)
        if kind == "blank":
            continue
        if kind == "banner":
            text = next(c for c in row if c)
            (notes if body else titles).append(text)
            filled = [c for c in row if c]
            if len(filled) == 1 and row[0] and not _NOTE.match(text) and len(text) <= 20:
                body.append((number, row))  # a row whose cells are still blank, or a section's name
            continue
        body.append((number, row))
    while body and len([c for c in body[-1][1] if c]) == 1 and _kind(body[-1][1]) == "banner":
        body.pop()  # who made it and when stand below the table
    if not heads or not body:
        if body and not heads:  # no header at all: the first column names what stands beside it
            heads = [tuple("" for _ in rows[0])]
        else:
            return
    yield from _made(titles, meta, heads, body, notes, left)


def _pairs(rows: Sequence[Row], row0: int, left: int) -> Block | None:
    """A form of labels with their values beside them (在校生数 | 375 | 班级数 | 12), else ``None``."""
    filled = [row for row in rows if any(row)]
    width = len(rows[0]) if rows else 0
    if width < 4 or width % 2 or len(filled) < 2:
        return None
    beside = 0
    for row in filled:
        labels, values = row[0::2], row[1::2]
        if any(label and read_amount(label) is not None for label in labels):
            return None
        told = sum(bool(v and label and read_amount(v) is not None) for label, v in zip(labels, values, strict=True))
        beside += told >= 2
    first = filled[0]
    heads = _kind(first) == "header" and any(len(set(part)) < len(part) for part in (first[0::2], first[1::2]))
    if beside * 2 < len(filled) or heads:
        return None
    numbers: list[int] = []
    lines: list[tuple[str, ...]] = []
    cells: list[tuple[str, ...]] = []
    for number, row in enumerate(rows, row0):
        if any(row):
            for c in range(0, width, 2):
                if row[c] and row[c + 1]:
                    numbers.append(number)
                    lines.append((row[c],))
                    cells.append(tuple(row[c + 1] if at == c + 1 else "" for at in range(1, width, 2)))
    columns = tuple(left + at for at in range(1, width, 2))
    return Block(
        titles=(), meta=(), heads=tuple(() for _ in columns), lines=tuple(lines), cells=tuple(cells), columns=columns,
        rows=tuple(numbers), body=tuple(rows[n - row0] for n in numbers),
    )  # fmt: skip


def _is_head(rows: Sequence[Row], start: int, at: int) -> bool:
    row = rows[at]
    texts = [c for c in row if c]
    if not texts or at - start >= 5:
        return False
    kind = _kind(row)
    if at == start:
        years = [c for c in texts if _YEAR.match(c)]
        return kind in ("header", "meta") or (len(years) >= 2 and kind != "body")
    above = rows[at - 1]
    spread = any(a and a == b for a, b in itertools.pairwise(above))
    filled = [c for c, a in zip(row, above, strict=True) if c and not a]
    if kind != "header":
        return False
    if spread or (filled and any(not c for c in above)):
        wide = [i for i in range(len(row)) if above[i] and i and above[i] == above[i - 1]]
        return bool(wide or filled) and not _looks_like_body(rows, at)
    return False


def _looks_like_body(rows: Sequence[Row], at: int) -> bool:
    """A text row under a spread header that repeats in its kind below is body (a roster's first person)."""
    row = rows[at]
    return any(c in ("男", "女") for c in row) and not ("男" in row and "女" in row)


def _made(
    titles: list[str], meta: list[str], heads: list[Row], body: list[tuple[int, Row]], notes: list[str], left: int
) -> Iterator[Block]:
    width = len(heads[0])
    paths = [_path([h[c] for h in _filled(heads)]) for c in range(width)]
    last = [path[-1] if path else "" for path in paths]
    roles = [_role(last[c], paths[c], [row[c] for _, row in body]) for c in range(width)]
    for start, end in _halves(last, roles):
        labels = [c for c in range(start, end) if roles[c] == "label"]
        data = [c for c in range(start, end) if roles[c] == "data"]
        shared = [] if labels or start == 0 else [c for c in range(start) if roles[c] == "label"]
        names = shared + labels
        serial = [c for c in range(start, end) if roles[c] == "serial"]
        lines = tuple(
            _line([*(row[c] for c in serial if _TOTAL.fullmatch(row[c])), *(row[c] for c in names)])
            for _, row in _down(body, names)
        )
        yield Block(
            titles=tuple(titles), meta=tuple(meta), heads=tuple(paths[c] for c in data), lines=lines,
            cells=tuple(tuple(row[c] for c in data) for _, row in body), columns=tuple(left + c for c in data),
            rows=tuple(number for number, _ in body), names=tuple(last[c] for c in names), notes=tuple(notes),
            headers=tuple(last), body=tuple(row for _, row in body),
        )  # fmt: skip


def _filled(heads: list[Row]) -> list[list[str]]:
    """Header rows with blanks of unmerged spans filled from the left, where a lower row goes on below them."""
    out = [list(h) for h in heads]
    for r, row in enumerate(out[:-1]):
        for c in range(1, len(row)):
            if not row[c] and row[c - 1] and out[r + 1][c] and out[r + 1][c - 1] != row[c - 1]:
                row[c] = row[c - 1]
    return out


def _path(labels: list[str]) -> tuple[str, ...]:
    path: list[str] = []
    for label in labels:
        if label and (not path or path[-1] != label):
            path.append(label)
    return tuple(path)


def _role(header: str, path: tuple[str, ...], column: list[str]) -> str:
    """serial, label, data or other."""
    plain = re.sub(r"\s|[((\uff08].*", "", header)
    if _SERIAL.match(plain):
        return "serial"
    if _REMARK.match(plain):
        return "other"
    filled = [c for c in column if not is_blank(c)]
    numbers = sum(read_amount(c) is not None for c in filled)
    if _LABEL.match(plain) and len(path) <= 2:
        years = sum(bool(_YEAR.match(c)) for c in filled)
        if plain in ("年级", "班级", "班别", "月份", "月", "季度") or not numbers or years or numbers * 3 < len(filled):
            return "label"
        if plain in ("班级", "幼儿园", "学校", "年级") and numbers:
            return "data"
        return "data" if numbers else "label"
    if not filled:
        return "data"
    if numbers * 2 >= len(filled):
        return "data"
    return "label"


def _halves(last: list[str], roles: list[str]) -> list[tuple[int, int]]:
    """Where a table goes on beside itself: a label column right of data, with data to its right."""
    cuts = [0]
    for c in range(1, len(roles)):
        if roles[c] != "label" or "data" not in roles[cuts[-1] : c] or "data" not in roles[c:]:
            continue
        if "label" not in roles[cuts[-1] : c]:  # 学籍号 before 姓名 is no half of its own
            continue
        if _LABEL.match(re.sub(r"\s", "", last[c])) or last[c] in last[:c]:
            cuts.append(c - 1 if roles[c - 1] == "serial" and c - 1 > cuts[-1] else c)
    return [*zip(cuts, [*cuts[1:], len(roles)], strict=True)]


def _down(body: list[tuple[int, Row]], names: list[int]) -> list[tuple[int, Row]]:
    """Body rows with an unmerged first label filled down, where a second label column goes on beside it."""
    if len(names) < 2:
        return body
    out, above = [], ""
    first = names[0]
    for number, row in body:
        if row[first]:
            above = row[first]
        elif above and any(row[c] for c in names[1:]):
            row = (*row[:first], above, *row[first + 1 :])
        out.append((number, row))
    return out


def _line(labels: list[str]) -> tuple[str, ...]:
    return _path([label for label in labels if not is_blank(label)])


def cell_name(row: int, column: int) -> str:
    """C7."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def without_titles(block: Block) -> Block:
    """The block alone, for tests."""
    return replace(block, titles=(), meta=(), notes=())
