"""Sentences to readings: 我校现有教学班12个,在校生386人,其中女生180人.

A figure counts only where its name stands right before its number (在校生386人) or right after (386名学生), and where
every word between the clause's beginning and the name is understood: 比上年增加, 力争, 以上 make it no statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from duban_archive.core.figures.amounts import MEASURE, Amount, read_amount, small_numerals
from duban_archive.core.figures.labels import Labels, stage_word
from duban_archive.core.figures.readings import ALL, Reading
from duban_archive.core.figures.tables import Paper, moment, unit_of
from duban_archive.core.figures.vocabulary import Quantity
from duban_archive.core.findings import Spot
from duban_archive.core.model import Passage

_SENTENCE = re.compile(r"[^。!?\uff01\uff1f;\uff1b]+[。!?\uff01\uff1f;\uff1b]?")
_CN = "〇零一二两三四五六七八九十百千万"
_NUM = rf"百分之[{_CN}点\d.]+|\d[\d,\uff0c]*(?:\.\d+)?|[{_CN}]{{1,9}}(?:点[{_CN}]+)?"
_CHANGED = re.compile(  # 由去年的386人增至402人: what it is now
    rf"(?:人?数)?[由从](?P<then>[^,\uff0c。;\uff1b、]{{0,10}}?)(?:{_NUM})(?:人|名|个|所|%|‰|册|台|㎡|平方米|万?元)?[,\uff0c]?"
    r"(?:增加|增长|增|上升|升|提高|提升|扩大|减少|下降|降低|降|减|缩减|发展)(?:到了?|至|为|成)(?P<now>(?:20\d\d年)?[^\d,\uff0c。]{0,4}?)的?"
    rf"(?={_NUM})"
)
_AFTER = re.compile(
    r"^(?:\(人?\)|人数|总数|总人数)?(?:已|均|就|仍|共)?(?:(?:始终|一直|继续)?(?:保持|稳定|维持)在?|为|是|有|共有|共计|共|计|达到了?|达|[::\uff1a]|现有|总计|合计)?\s*(约|近|超过)?\s*"
    rf"({_NUM})\s*({MEASURE.pattern}|万|亿)?(以上|以下|左右|余|多|以内)?"
)
_BEFORE = re.compile(rf"({_NUM})\s*余?(?:名|个|位|人的|册|台)$")
_BREAK = re.compile(r"[,\uff0c。;\uff1b::\uff1a、((\uff08\n]")
_NOT_FACT = re.compile(
    r"力争|确保|目标|应当?达到|必须|要求|不低于|不少于|控制在|以内|计划|预计|标准为|规定|争取|拟|将达|需达|如果|假如|例如"
)
_PREFIX = re.compile(
    r"^(?:目前|现在|截[至止](?:目前)?|截[至止].{0,12}?(?:[日月年底]|学期)|该校|学校|[我本全该][校园镇乡县区市]|我们?|共计?|总|现|有|拥有|设有?|开设|已|实现|全部|全体|其中|包括|含|"
    r"今年(?:秋季|春季)?(?:学期)?|任课教师(?:均|全部|都)?为|校?图书[室馆]|本学?期|\d+个年级|\d+[个名](?:教学班|班级|学生|教职工)|分布在|分设|分成|分为?|编为|编成|办有|建有|下设|配有|"
    r"本学年度?|据统计|统计|经|的|在|从|到|年末|年底|期末|,|\s|\d{1,2}月底?|开学)"
)
_SCOPE = re.compile(r"全[镇乡县区市]|[我本][镇乡县区市]")
_OWN = re.compile(r"[我本全该][校园]|学校(?=[现共有,\uff0c])")
_STAGE = re.compile(r"(?<![中大])小学(?![一-龥]{0,1}[校区])|初级中学|初中|幼儿园|学前|高中")
_SEXES = re.compile(rf"(男|女)(?:生|性|学生|教师|教职工)?(?:为|有|共)?(\d+|[{_CN}]{{1,6}})(?:人|名)")
_NOW = re.compile(r"现有|目前|现在|现设")
_SHORT = {
    "招收新生": "招生数",
    "招生": "招生数",
    "新生": "招生数",
    "班": "班级数",
    "学生": "在校生数",
    "在校生": "在校生数",
    "教学班": "班级数",
    "教职工": "教职工数",
    "图书": "图书册数",
    "藏书": "图书册数",
    "班级": "班级数",
}
_COUNTED = ("班", "班级")  # only as 6个班
_SHORT_NAMES = "|".join(
    rf"(?<=[\d{_CN}]个){name}(?=[,\uff0c。;\uff1b、]|$)" if name in _COUNTED else name for name in _SHORT
)


@dataclass(slots=True)
class _Context:
    """What the words before have settled: whose figures, when."""

    unit: str
    period: str
    own: str = ""  # 本学年 is the paper's own
    stage: str = ""


def read_sentences(passage: Passage, paper: Paper, labels: Labels) -> Iterator[Reading]:
    """Every figure a passage states."""
    own = unit_of(labels, (paper.title,), paper)
    period = paper.period
    for offset, line in _lines(passage):
        context = _Context(unit=own, period=period, own=period)
        ended = False
        for found in _SENTENCE.finditer(line):
            if ended and context.period != period:  # a sentence of its own need not speak of the year before it
                context.period = period if _NOW.search(found[0]) else ""
            ended = found[0][-1] in "。!?\uff01\uff1f"
            yield from _in_sentence(found[0], passage, offset, paper, labels, context, own)


def _lines(passage: Passage) -> Iterator[tuple[int, str]]:
    """Paragraphs; the lines of a page are joined where a sentence goes on, rows of a table are left out."""
    if passage.locator.sheet is not None:
        return
    if passage.locator.page is None:
        for at, line in enumerate(passage.text.split("\n")):
            if "\t" not in line:
                yield at, _plain(line)
        return
    held = ""
    for line in passage.text.split("\n"):
        text = line.strip()
        if not text or "\t" in text or len(re.findall(r"(?<!\S)\d[\d.,%]*(?!\S)", text)) >= 3:
            if held:
                yield 0, _plain(held)
            held = ""
            continue
        if held and len(held.split("\n")[-1]) < 12:
            yield 0, _plain(held)
            held = ""
        held = f"{held}{text}" if held else text
        if text[-1] in "。;\uff1b::\uff1a!?\uff01\uff1f":
            yield 0, _plain(held)
            held = ""
    if held:
        yield 0, _plain(held)


def _plain(text: str) -> str:
    joined = re.sub(r"(?<=[\u4e00-\u9fff\d]) +(?=[\u4e00-\u9fff\d%])", "", " ".join(text.split()))
    joined = small_numerals(joined)
    joined = re.sub(r"平方米|平米|m²", "㎡", joined)
    return joined.translate({0xFF05: ord("%"), 0xFF0E: ord(".")} | {0xFF10 + n: ord("0") + n for n in range(10)})


def _in_sentence(
    text: str, passage: Passage, offset: int, paper: Paper, labels: Labels, context: _Context, own: str
) -> Iterator[Reading]:
    pattern = labels.vocabulary.longest_first
    done = 0
    events = sorted(
        [(m.start(), m.end(), m[0]) for m in pattern.finditer(text)]
        + [(m.start(), m.end(), m[0]) for m in re.finditer(_SHORT_NAMES, text)],
        key=lambda e: (e[0], -e[1]),
    )
    taken = -1
    for start, end, name in events:
        if start < taken:
            continue
        taken = end
        _settle(text[done:start], labels, context, own)
        done = start
        for quantity, amount, dims in _listed(text, start, end, labels) or _stated(text, start, end, name, labels):
            unit = dims.pop("unit", "") or context.unit
            period = dims.pop("period", "") or context.period
            if context.stage and unit == ALL and "stage" not in dims and "grade" not in dims:
                dims["stage"] = context.stage
            if unit and not unit.startswith("@"):
                dims.pop("stage", None)
            paragraph = passage.locator.paragraph
            spot = Spot(
                record=paper.record, paper=paper.title, file_name=paper.file_name, page=passage.locator.page,
                paragraph=paragraph + offset if paragraph is not None else None, value=amount.shown(),
                text=_around(text, start, end),
            )  # fmt: skip
            stated = Reading(
                quantity=quantity.name, noun=name, unit=unit, period=moment(period, quantity), amount=amount,
                spot=spot, dims=tuple(sorted(dims.items())), by="sentence",
            )  # fmt: skip
            yield stated
            if quantity.measure == "人" and "sex" not in dims:
                yield from _sexes(text[end : end + 60], stated)
    _settle(text[done:], labels, context, own)


def _sexes(after: str, whole: Reading) -> Iterator[Reading]:
    """其中男生190人,女生185人: the parts of what was just stated."""
    beside = re.match(r"\D{0,4}\d+[人名]\s*[(\uff08]\s*(?=男|女)", after)  # 386人(男206人、女180人)
    first = ["", after[beside.end() :]] if beside else after.split("其中", 1)
    if len(first) < 2 or re.search(r"\d+人.*\d+人.*\d", first[0]):
        return
    for sex, number in _SEXES.findall(re.split(r"[。;\uff1b]", first[1])[0][:30]):
        told = read_amount(number)
        if told is None:
            continue
        amount = Amount(value=told.value, measure=whole.amount.measure)
        spot = replace(whole.spot, value=amount.shown())
        yield replace(whole, amount=amount, spot=spot, dims=tuple(sorted((*whole.dims, ("sex", sex)))))


def _around(text: str, start: int, end: int) -> str:
    left, right = max(0, start - 24), min(len(text), end + 28)
    return ("…" if left else "") + text[left:right].strip() + ("…" if right < len(text) else "")


def _settle(text: str, labels: Labels, context: _Context, own: str) -> None:
    """Take over whose figures and which period the words between two figures name."""
    if len(text) < 2:
        return
    found = labels.periods(text) if re.search(r"\d{4}|年|学期", text) else ()
    if found:
        context.period = found[0] if len(found) == 1 else ""
    elif "本学年" in text and context.own:
        context.period = context.own
    if found and re.search(r"\d[人名个所][,\uff0c;\uff1b、](?:目前|如今|现在)\D{0,12}$", text):
        context.period = context.own
    at = -1
    for m in (*_SCOPE.finditer(text), *_OWN.finditer(text)):
        if m.start() > at:
            at, context.unit = m.start(), ALL if _SCOPE.fullmatch(m[0]) else own
            context.stage = ""
    named = [m for m in labels.units.find(text) if not m.place]
    if named:
        context.unit, context.stage = labels.whose(named[-1].unit), ""
    stages = [stage_word(m[0]) for m in _STAGE.finditer(text)]
    if stages and not named:
        context.stage = stages[-1] if len(set(stages)) == 1 else ""


def _listed(text: str, start: int, end: int, labels: Labels) -> list[tuple[Quantity, Amount, dict[str, str]]]:
    """入学率、巩固率分别为100%、99.5%: as many numbers as names, each of its own."""
    pattern, names, at = labels.vocabulary.longest_first, [text[start:end]], end
    while (m := re.match(r"[、和与及]", text[at:])) and (name := pattern.match(text, at + m.end())):
        names.append(name[0])
        at = name.end()
    if len(names) >= 2 and (
        all_of := re.match(
            rf"(?:均|都)(?:已经?)?(?:为|是|达到了?|达|保持在?)?({_NUM})(%|‰)?(以上|以下|左右)?", text[at:]
        )
    ):
        clause = _clause_start(text, start)
        same = read_amount(all_of[1] + (all_of[2] or ""))
        listed = [labels.vocabulary.find(name) for name in names]
        if clause is None or same is None or same.measure != "%" or all_of[3] or _NOT_FACT.search(text[clause:]):
            return []
        dims = _understood(text[clause:start], names[0], listed[0], labels) if listed[0] else None
        if dims is None:
            return []
        return [(q, same, dict(dims)) for q in listed if q is not None and q.measure == "%"]
    told = re.match(r"(?:分别|依次)(?:已|均)?(?:为|是|达到了?|达)?[::\uff1a]?", text[at:])
    clause = _clause_start(text, start)
    if len(names) < 2 or told is None or clause is None or _NOT_FACT.search(text[clause:]):
        return []
    values = re.split(r"[、,\uff0c和与]", re.split(r"[。;\uff1b]", text[at + told.end() :])[0])[: len(names)]
    quantities = [labels.vocabulary.find(name) for name in names]
    amounts = [read_amount(value) for value in values]
    dims = _understood(text[clause:start], names[0], quantities[0], labels) if quantities[0] else None
    if dims is None or len(amounts) < len(names):
        return []
    return [
        (quantity, amount.in_measure(quantity.measure), dict(dims))
        for quantity, amount in zip(quantities, amounts, strict=True)
        if quantity is not None and amount is not None and amount.measure in ("", quantity.measure)
    ]


def _stated(
    text: str, start: int, end: int, name: str, labels: Labels
) -> Iterator[tuple[Quantity, Amount, dict[str, str]]]:
    quantity = labels.vocabulary.find(name) or labels.vocabulary.quantities.get(_SHORT.get(name, ""))
    if quantity is None:
        return
    clause = _clause_start(text, start)
    if clause is None or _NOT_FACT.search(text[clause : end + 24]):
        return
    rest, when = text[end:], ""
    if changed := _CHANGED.match(rest):
        when, rest = changed["now"], rest[changed.end() :]
    after = _AFTER.match(rest)
    prefix = text[clause:start]
    bare_rate = (
        after and quantity.measure == "%" and (after[2][:2] == "百分" or re.match(r"(?:0|零)(?![\d.])", after[2]))
    )
    if after and after[2] and (after[3] or bare_rate):
        amount = _amount(after, quantity)
    else:
        before = _BEFORE.search(prefix)
        if before is None or quantity.measure == "%":
            return
        amount = read_amount(before[1])
        amount = amount and amount.in_measure(quantity.measure)
        prefix = prefix[: before.start()]
        if amount is not None and text[before.start(1) + clause - 1 : before.start(1) + clause] in ("第", "."):
            return
    if amount is None:
        return
    dims = _understood(prefix, name, quantity, labels)
    if dims is not None:
        if when.strip("的") and (then := labels.periods(when)):
            dims["period"] = then[0] if len(then) == 1 else ""
        yield quantity, amount, dims


def _clause_start(text: str, start: int) -> int | None:
    """Where the clause of a name begins; ``None`` where names are strung together (小学、初中在校生)."""
    breaks = [m for m in _BREAK.finditer(text, 0, start)]
    if not breaks:
        return 0
    last = breaks[-1]
    if last[0] == "、":
        before = text[: last.start()]
        if not re.search(rf"(?:{MEASURE.pattern}|人|%)$", before) and not re.search(r"\d$", before):
            return None
    return last.end()


def _amount(found: re.Match[str], quantity: Quantity) -> Amount | None:
    amount = read_amount(found[2] + (found[3] or ""))
    if amount is None:
        return None
    if found[3] is None:
        amount = amount.in_measure(quantity.measure)
    about = bool(found[1] or found[4])
    measure = amount.measure
    counts = {"人", "个", "所", "班", "间", "台", "件", "套"}
    if measure != quantity.measure and not (measure in counts and quantity.measure in counts):
        return None
    return Amount(value=amount.value, measure=quantity.measure, step=amount.step, about=about or amount.about)


def _understood(prefix: str, name: str, quantity: Quantity, labels: Labels) -> dict[str, str] | None:
    """The words before a name as parts, unit and period; ``None`` where one of them is not understood."""
    rest = prefix.strip()
    for _turn in range(10):
        before = rest
        if m := _PREFIX.match(rest):
            rest = rest[m.end() :]
        if rest == before:
            break
    if quantity.name == "招生数":  # 招收一年级新生62人
        rest = re.sub(r"招收了?(?:[一七]年级)?$", "", rest)
    label = labels.read(rest + name) if rest else None
    if label is None:
        return {}
    if label.relative or len(label.periods) > 1:
        return None
    noun = re.sub(r"^(?:学校|校内|校园|现有|共有|共计|共|总|有|现|设|设有|拥有|的)+", "", label.noun)
    if noun != name and labels.vocabulary.by_name.get(noun) != quantity.name:
        return None
    dims = dict(label.dims)
    if label.unit:
        dims["unit"] = label.unit
    if label.periods:
        dims["period"] = label.periods[0]
    return dims
