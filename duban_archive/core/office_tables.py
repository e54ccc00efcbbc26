"""The tables offices already have (一级指标 · 二级指标 · 分值 · 责任单位 · 佐证材料), read into a checklist's draft.

::

    Table… ──▶ find the header row ──▶ row by row: indicators (blank = as above), materials, units ──▶ Imported

What the table does not say is asked, never guessed: a unit nobody described becomes a group the office has still to
fill in, a material whose kind its name does not tell becomes 其他, and each of these is a question with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from duban_archive.core import deadlines
from duban_archive.core.describe.kind import kinds_of_title
from duban_archive.core.drafts import Draft, Problem, Row
from duban_archive.core.model import Table

# What the columns of such tables are called; the first meaning that fits counts. "level" columns nest left to right.
_COLUMNS: tuple[tuple[str, str], ...] = (
    ("ignore", r"序号|编?号|自评(?:说明|结论|得分|情况|等级)|得分|评估得分|是否达标|考评得分|核查情况"),
    ("code", r"目录编号|指标代码|资料编号|卷宗编号"),
    (
        "material",
        r".*(?:佐证|印证|支撑|档案|备查|上传|提供|申报|迎检).*(?:材料|资料)|(?:材料|资料)(?:名称|内容|清单|目录)|材料|资料",
    ),
    ("support", r"(?:配合|协助|协同)(?:单位|部门|科室)"),
    ("person", r".*(?:责任人|负责人|经办人|联系人)"),
    ("per", r".*(?:责任|报送|提供|牵头|负责|主责|承办|实施|落实|完成)(?:材料)?(?:单位|部门|科室|股室|学校)|单位|部门"),
    ("due", r".*(?:时限|期限|截止|完成时间|报送时间|时间要求|时间节点)"),
    ("period", r"年度|期间|时段|年份|所属年度"),
    ("weight", r"分值|权重|标准分|赋分|分数|分值?[((]?.{0,4}分[))]?"),
    ("text", r".*(?:标准|要点|描述|细则|要求|办法|方法|说明|依据)"),
    ("remark", r"备注|注"),
    (
        "level",
        r"(?:[一二三四ABCabc]级)?指标(?:名称|内容|体系)?|[一二三四]级(?:项目|内容)?|.*(?:项目|类别|内容|领域|维度|方面|模块|环节|事项)",
    ),
)
_COLUMN = tuple((name, re.compile(pattern)) for name, pattern in _COLUMNS)
_SURE = ("material", "level")
_TOTAL = re.compile(r"合计|总计|总分|小计")
_LEADING_CODE = re.compile(r"([A-Za-z]\d*(?:[.-]\d+)*|\d+(?:\.\d+)+|\d+)\s*[.、.)\uff09\s]\s*(?=\S)")
_LEADING_NUMBER = re.compile(
    r"\A\s*(?:[((\uff08]?[一二三四五六七八九十]+[))\uff09、.]|[((\uff08]\d+[))\uff09]|\d+[.、.\uff0e)\uff09]|[①-⑳]|[A-Z][.、.])\s*"
)
_NEXT_ITEM = re.compile(r"[\n;\uff1b]|(?<=[^\d])(?=\d{1,2}[.、\uff0e](?!\d))|(?=[①-⑳])|(?=[(\uff08]\d{1,2}[)\uff09])")
_THREE_YEARS = re.compile(r"近三年|近3年|三年内|最近三年")
_UNITS = re.compile(r"[、,\uff0c;\uff1b/\n]|\s{2,}")
_PAPER = re.compile(r"文件(?:等)?$")
_LONG = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A draft out of an office's own tables; ``questions`` say what a person has still to settle."""

    draft: Draft
    questions: tuple[Problem, ...] = ()


def place(tables: Sequence[Table], *, name: str) -> Imported:
    """The checklist that an office's tables describe.

    ``name``: what the file is called, without its suffix; it becomes the title where the table has none.
    """
    making = _Making()
    for number, table in enumerate(tables, start=1):
        making.take(table, table.locator.sheet or f"表{number}")
    return making.finished(name)


@dataclass(slots=True)
class _Making:
    """The draft as far as it has been read."""

    indicators: list[Row] = field(default_factory=list)
    requirements: list[Row] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    questions: list[Problem] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    below: dict[str, int] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    three_years: bool = False

    def take(self, table: Table, sheet: str) -> None:
        first_row = table.locator.row or 1
        columns: dict[int, str] = {}
        headers: dict[int, str] = {}
        path: list[tuple[str, str]] = []
        found = False
        for number, cells in enumerate(table.rows, start=first_row):
            row = [" ".join(cell.split(" ")).strip() for cell in cells]
            written = list(dict.fromkeys(cell for cell in row if cell))
            heads = _columns(row)
            if heads:
                columns, headers, path, found = heads, dict(enumerate(row)), [], True
            elif not columns:
                self.titles += written if len(written) == 1 else []
            elif written:
                path = self.row(row, columns, headers, path, f"{sheet}!第{number}行")
        if not found and any(any(row) for row in table.rows):
            text = f"“{sheet}”没有认出列名,没有导入;列名应有 一级指标、二级指标(或 指标)和 佐证材料"
            self.questions.append(Problem(text, f"{sheet}!第{first_row}行"))

    def row(
        self, row: list[str], columns: dict[int, str], headers: dict[int, str], path: list[tuple[str, str]], where: str
    ) -> list[tuple[str, str]]:
        """One row; returns the indicators it stands under, for the row below."""
        said = {key: [row[c] for c in columns if columns[c] == key and c < len(row) and row[c]] for key in _KEYS}
        levels = [row[c] if c < len(row) else "" for c in columns if columns[c] == "level"]
        if len(set(filter(None, row))) == 1 and not said["material"] and len(levels) > 1:
            self.questions.append(Problem(f"这一行横贯全表,没有放进去:“{next(filter(None, row))}”", where))
            return path
        if _TOTAL.fullmatch("".join(levels[:1])) or _TOTAL.fullmatch(row[0]):
            return path
        path = self.levels(levels, path, said, where)
        if not path:
            if said["material"]:
                self.questions.append(Problem(f"这一行有材料而没有指标,没有放进去:“{said['material'][0]}”", where))
            return path
        extra = {headers[c]: row[c] for c in columns if columns[c] in ("person", "remark") and c < len(row) and row[c]}
        for text in said["material"]:
            for title in _materials(text):
                self.material(title, path[-1][0], said, extra, where)
        if not said["material"]:
            self.keep_on_indicator(path[-1][0], extra)
        return path

    def levels(
        self, levels: list[str], path: list[tuple[str, str]], said: dict[str, list[str]], where: str
    ) -> list[tuple[str, str]]:
        """The indicators of a row: a blank or a repeated cell is the one above it."""
        now: list[tuple[str, str]] = []
        same = True
        for depth, text in enumerate(levels):
            above = path[depth] if depth < len(path) else None
            if same and above and (not text or text == above[1]):
                now.append(above)
            elif text and text not in {title for _name, title in now}:
                same = False
                parent = now[-1][0] if now else ""
                last = not any(levels[depth + 1 :])
                now.append((self.indicator(text, parent, said if last else {}, where), text))
        return now

    def indicator(self, text: str, parent: str, said: dict[str, list[str]], where: str) -> str:
        words = " ".join(text.split())
        found = _LEADING_CODE.match(words)
        bare = words[found.end() :] if found else _LEADING_NUMBER.sub("", words, count=1)
        self.below[parent] = number = self.below.get(parent, 0) + 1
        above = next((str(row.values["code"]) for row in self.indicators if row.values["id"] == parent), "")
        code = found[1] if found and found[1] not in self.codes and not found[1].isdigit() else ""
        code = code or _code(above, number)
        while code in self.codes:
            self.below[parent] = number = number + 1
            code = _code(above, number)
        self.codes.add(code)
        name = f"i-{code.lower()}"
        values: dict[str, Any] = {"id": name, "code": code, "title": _short(bare)}
        if parent:
            values["parent"] = parent
        texts = [bare] if _short(bare) != bare else []
        texts += said.get("text", [])
        if texts:
            values["text"] = "\n".join(texts)
        if said.get("per"):
            values["lead"] = _names(said["per"])
        if said.get("support"):
            values["support"] = _names(said["support"])
        points = re.search(r"\d+(?:\.\d+)?", "".join(said.get("weight", [])[:1]))
        if points:
            values["weight"] = float(points[0]) if "." in points[0] else int(points[0])
        self.indicators.append(Row(values, {"": where}))
        return name

    def keep_on_indicator(self, name: str, extra: dict[str, str]) -> None:
        for at, row in enumerate(self.indicators):
            if row.values["id"] == name and extra:
                held = {**(row.values.get("extra") or {}), **extra}
                self.indicators[at] = Row({**row.values, "extra": held}, row.places)

    def material(self, title: str, under: str, said: dict[str, list[str]], extra: dict[str, str], where: str) -> None:
        number = sum(row.values["indicator"] == under for row in self.requirements) + 1
        kinds = [found.kind for found in kinds_of_title(title)] or (["policy"] if _PAPER.search(title) else [])
        values: dict[str, Any] = {"id": f"{under}-{number:02d}", "indicator": under, "title": title}
        values["kind"] = kinds[0] if kinds else "other"
        if not kinds:
            self.questions.append(Problem(f"“{title}”属于哪一类材料?暂记为“其他”", where))
        values["per"] = [self.group(unit) for unit in _names(said["per"])] or [self.group("报送单位")]
        values["period"] = [self.period(title, said, where)]
        self.due(values, said, where)
        code = said["code"][0] if said["code"] else ""
        if code and code not in self.codes:
            self.codes.add(code)
            values["code"] = code
        if extra:
            values["extra"] = extra
        self.requirements.append(Row(values, {"": where}))

    def group(self, title: str) -> str:
        name: str = re.sub(r"\s+", "", title)
        self.groups.setdefault(name, title)
        return name

    def period(self, title: str, said: dict[str, list[str]], where: str) -> str:
        written = " ".join(said["period"])
        if _THREE_YEARS.search(written or title):
            self.three_years = True
            return "近三年"
        years = re.findall(r"(?:19|20)\d\d", written)
        if len(years) == 1:
            return str(years[0])
        if written:
            self.questions.append(Problem(f"期间“{written}”没有认出,暂按一次性收", where))
        return "once"

    def due(self, values: dict[str, Any], said: dict[str, list[str]], where: str) -> None:
        if not said["due"]:
            return
        text = said["due"][0]
        day = re.fullmatch(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:前|以前|之前)?", text)
        if day:
            text = "-".join([*([day[1]] if day[1] else []), f"{int(day[2]):02d}", f"{int(day[3]):02d}"])
        values["due_text"] = said["due"][0]
        if deadlines.parse(text) is not None:
            values["due"] = text
        else:
            self.questions.append(Problem(f"期限“{said['due'][0]}”没有认出,只照录原文", where))

    def finished(self, name: str) -> Imported:
        title = next((text for text in self.titles if len(text) >= 4), "") or name
        head: dict[str, Any] = {"schema": "duban/1", "id": "imported", "title": title}
        year = re.search(r"(?:19|20)\d\d", f"{title} {name}")
        if year:
            head["base_year"] = int(year[0])
        self.questions.append(
            Problem(f"基准年按“{title}”记为 {year[0]},请核对")
            if year
            else Problem("基准年(base_year)没有写,请填:“近三年”等以它为最后一年")
        )
        tables: dict[str, tuple[Row, ...]] = {}
        if self.three_years:
            tables["periods"] = (Row({"id": "近三年", "kind": "calendar", "last": 3}),)
        if self.groups:
            tables["groups"] = tuple(Row({"id": k, "title": v, "open": True}) for k, v in self.groups.items())
            self.questions.append(Problem(f"请在“单位”里填这些单位组的成员:{'、'.join(self.groups.values())}"))
        bare = sum(_is_bare(row, self.indicators, self.requirements) for row in self.indicators)
        if bare:
            self.questions.append(Problem(f"有 {bare} 个末级指标没有写佐证材料,请补"))
        tables |= {"indicators": tuple(self.indicators), "requirements": tuple(self.requirements)}
        return Imported(draft=Draft(name, Row(head), tables), questions=tuple(self.questions))


_KEYS = ("code", "material", "support", "person", "per", "due", "period", "weight", "text", "remark", "level", "ignore")


def _columns(row: list[str]) -> dict[int, str]:
    """What each column holds, where the row is a header: at least two known names, a level or a material among them."""
    found: dict[int, str] = {}
    texts = ["".join(cell.split()) for cell in row]
    if len(set(filter(None, texts))) < 2 or any(len(text) > 20 for text in texts):
        return {}
    for column, text in enumerate(texts):
        known = next((name for name, pattern in _COLUMN if pattern.fullmatch(text)), "") if text else ""
        if known:
            found[column] = known
    levels = [texts[c] for c in found if found[c] == "level"]
    if len(found) < 2 or not levels or not all(len(text) <= 12 for text in levels):
        return {}
    known_share = len(found) / len([text for text in texts if text])
    has_grade = any("指标" in text or "级" in text for text in levels)
    return found if known_share > 0.5 and (has_grade or "material" in found.values()) else {}


def _materials(text: str) -> Iterator[str]:
    """The materials that one cell lists, numbering and closing marks taken off."""
    for piece in _NEXT_ITEM.split(text):
        title = _LEADING_NUMBER.sub("", piece.strip(), count=1).strip(" 。;\uff1b、,\uff0c")
        if title and title not in ("无", "/", "-", "—", "略"):
            yield title


def _names(cells: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name.strip() for cell in cells for name in _UNITS.split(cell) if name.strip()))


def _code(above: str, number: int) -> str:
    if not above:
        return chr(ord("A") + number - 1) if number <= 26 else f"Z{number}"
    return f"{above}{number}" if above[-1].isalpha() else f"{above}.{number}"


def _short(text: str) -> str:
    if len(text) <= _LONG:
        return text.rstrip("。;\uff1b")
    head = re.split(r"[。;\uff1b,\uff0c::\uff1a]", text)[0]
    return head if 4 <= len(head) <= _LONG else text[: _LONG - 1] + "…"


def _is_bare(row: Row, indicators: list[Row], requirements: list[Row]) -> bool:
    name = row.values["id"]
    return not any(i.values.get("parent") == name for i in indicators) and not any(
        r.values["indicator"] == name for r in requirements
    )
