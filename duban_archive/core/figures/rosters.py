"""花名册: the people a table lists, one a row; counted by class, grade and sex, and known again in other lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from duban_archive.core.figures.amounts import Amount, read_amount
from duban_archive.core.figures.grids import Block
from duban_archive.core.figures.labels import Labels, bare_brackets, grade_and_class, part_in
from duban_archive.core.figures.readings import Reading
from duban_archive.core.figures.tables import Paper, moment, unit_of
from duban_archive.core.figures.vocabulary import PUPILS, population
from duban_archive.core.findings import Spot
from duban_archive.core.model import Table

_NAME = re.compile(r"^(?:学生|幼儿|儿童|教师|教职工|户主以外)?(?:姓名|名字|姓\s*名|学生)$")
_SEX = re.compile(r"^性别$")
_BIRTH = re.compile(r"出生(?:年月日?|日期|时间)?|生日")
_ID = re.compile(r"身份证|证件号|学籍号|全国学籍号|学籍编号|公民身份")
_GRADE = re.compile(r"^(?:所在|就读)?年级$")
_CLASS = re.compile(r"^(?:所在|就读)?(?:班级|班别|班|年级班级|年班)$")
_SCHOOL = re.compile(r"^(?:所在|就读|毕业)?(?:学校|校名|学校名称|就读学校|在读学校|单位)$")
_PERSON = re.compile(
    r"^[\u4e00-\u9fff·•]{2,8}(?:\d{1,5})?$|^[A-Za-z][A-Za-z .·]{2,30}$|^[\u4e00-\u9fff]{1,4}[\d*×xX某]{1,5}$"
)
_NOBODY = re.compile(r"^(?:无|合计|小计|总计|制表|审核|填表|备注|说明|以下空白|本(?:年|学)|空)|(?:合计|小计)$")
_WHOLE = re.compile(r"学籍|花名册|名册|名单|点名|登记|台账|台帐|摸底")
_FOOT = re.compile(
    r"(本班|全班|本年级|本册|全册|本表|本校|全校|全园|本园)(?:现有|共有|共计|合计|总计|共|有)(?:学生|幼儿|教师)?(\d{1,5})[人名]"
)
_FOOT_OF = (("校", "园"), ("年级", "班"), ("班",))  # of a roll of the school, of a grade (or 大班), of a class
_FOOT_SEX = re.compile(r"([男女])(?:生|性|教师)?(?:有|共)?(\d{1,5})[人名]")
# Which list another is a part of: everybody in the first should be in the second.
WITHIN = {"随班就读人数", "寄宿生数", "留守儿童数", "随迁子女数", "资助人数"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row: the person, and where it stands. ``id`` is empty where the list has none or only part of it."""

    name: str
    row: int
    sex: str = ""
    birth: str = ""
    id: str = ""
    grade: str = ""
    class_: str = ""
    school: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A list of people: whose (``unit``), when, of what population, of which grade or class if of one only."""

    paper: Paper
    title: str
    sort: str  # 学籍, 点名, 人口, or "" with the population telling
    population: str
    unit: str
    period: str
    people: tuple[Person, ...]
    grade: str = ""
    class_: str = ""
    sheet: str = ""
    spot: Spot
    table: int = 0
    headers: tuple[str, ...] = ()
    body: tuple[tuple[str, ...], ...] = ()
    rows: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, person: Person) -> Spot:
        """Where a person stands in it."""
        return Spot(
            record=self.spot.record, paper=self.spot.paper, file_name=self.spot.file_name, page=self.spot.page,
            sheet=self.spot.sheet, row=person.row, paragraph=self.spot.paragraph, text=person.name,
        )  # fmt: skip


def read_rosters(
    table: Table, blocks: Sequence[Block], paper: Paper, labels: Labels, *, number: int, caption: Sequence[str] = ()
) -> Iterator[Roster]:
    """The rosters that stand in a table."""
    seen: set[tuple[object, ...]] = set()
    for order, block in enumerate(blocks):
        if (block.rows, block.body) in seen:  # the other half of a row that one person fills
            continue
        seen.add((block.rows, block.body))
        found = _roster(block, table, paper, labels, number * 16 + order, caption)
        if found is not None:
            yield found


def _roster(
    block: Block, table: Table, paper: Paper, labels: Labels, number: int, caption: Sequence[str]
) -> Roster | None:  # fmt: skip
    headers = [re.sub(r"\s", "", h) for h in block.headers]
    name_at = next((c for c, h in enumerate(headers) if _NAME.match(h)), None)
    if name_at is None or len([h for h in headers if h]) < 3:
        return None
    people = tuple(p for left, right in _halves(headers, name_at) for p in _people(block, headers, left, right))
    if not people and any(name_at < len(row) and read_amount(row[name_at]) is not None for row in block.body):
        return None  # 学生 over numbers counts them
    titles = (*block.titles, *caption, *block.meta)
    sheet = table.locator.sheet or ""
    title = " ".join([*titles[:2]]) or paper.title
    said = f"{title} {sheet} {paper.title}"
    where = Spot(
        record=paper.record, paper=paper.title, file_name=paper.file_name, page=table.locator.page, sheet=sheet,
        paragraph=table.locator.paragraph, row=block.rows[0] if sheet and block.rows else None,
        cell="", text=f"{title}共 {len(people)} 人", value=f"{len(people)}人",
    )  # fmt: skip
    texts = (*block.titles, *block.meta, *caption, sheet, paper.title)
    period = next((p[0] if len(p) == 1 else "" for t in texts if (p := labels.periods(t))), paper.period)
    quantity = labels.vocabulary.quantities[PUPILS]
    part = part_in((*block.titles, *block.meta, sheet))
    return Roster(
        paper=paper, title=title, sort=_sort(said), population=_population(title, said),
        unit=unit_of(labels, texts, paper),
        period=moment(period, quantity), people=people, grade=part.get("grade", ""), class_=part.get("class", ""),
        sheet=sheet, spot=where, table=number, headers=tuple(headers), body=block.body, rows=block.rows,
        notes=block.notes,
    )  # fmt: skip


def _halves(headers: Sequence[str], name_at: int) -> list[tuple[int, int]]:
    """Column ranges of a list that goes on beside itself: 序号 姓名 性别 | 序号 姓名 性别."""
    for width in range(name_at + 1, len(headers) // 2 + 1):
        if width >= 2 and headers[:width] == headers[width : 2 * width]:
            whole = len(headers) // width
            return [
                (k * width, (k + 1) * width)
                for k in range(whole)
                if headers[k * width : (k + 1) * width] == headers[:width]
            ]
    return [(0, len(headers))]


def _people(block: Block, headers: Sequence[str], left: int, right: int) -> Iterator[Person]:
    def column(pattern: re.Pattern[str]) -> int | None:
        return next((c for c in range(left, right) if pattern.search(headers[c])), None)

    name_at = column(_NAME)
    sex, birth, id, grade, class_, school = map(column, (_SEX, _BIRTH, _ID, _GRADE, _CLASS, _SCHOOL))

    def text(row: Sequence[str], at: int | None) -> str:
        return row[at].strip() if at is not None and at < len(row) else ""

    for number, row in zip(block.rows, block.body, strict=True):
        name = re.sub(r"\s", "", text(row, name_at))
        if not name or _NOBODY.search(name) or not _PERSON.match(name) or len(set(filter(None, row[left:right]))) < 2:
            continue
        where = grade_and_class(bare_brackets(text(row, class_))) if class_ is not None else {}
        if class_ is not None and not where and text(row, class_).isdigit():
            where = {"class": str(int(text(row, class_)))}
        if grade is not None:
            where |= {k: v for k, v in grade_and_class(_graded(text(row, grade))).items() if k == "grade"}
        number_of = re.sub(r"\s", "", text(row, id))
        yield Person(
            name=name, row=number, sex=text(row, sex)[:1], birth=_birth(text(row, birth)),
            id=number_of if re.fullmatch(r"[A-Z]?[0-9Xx]{10,20}", number_of) else "",
            grade=where.get("grade", ""), class_=where.get("class", ""), school=text(row, school),
        )  # fmt: skip


def _graded(text: str) -> str:
    return f"{text}年级" if re.fullmatch(r"[一二三四五六七八九1-9]", text) else text


def _birth(text: str) -> str:
    """Year and month, however written."""
    found = re.search(r"((?:19|20)\d\d)\D{0,2}(\d{1,2})?", text)
    if not found:
        return ""
    month = found[2]
    return f"{found[1]}-{int(month):02d}" if month and 1 <= int(month) <= 12 else found[1]


def _sort(said: str) -> str:
    for word, sort in (("点名", "点名"), ("考勤", "点名"), ("人口", "人口"), ("适龄", "人口"), ("学籍", "学籍")):
        if word in said:
            return sort
    return "花名册" if "花名" in said else ""


def _population(title: str, said: str) -> str:
    if re.search(r"人口|适龄|周岁|文化户口", title):
        return "人口"
    if re.search(
        r"签到|值班|值日|领导小组|志愿|获奖|表彰|培训|家长|监护|考试|成绩|作业|检查|走访|家访|社团|兴趣|队员|团员|票|评",
        title,
    ):
        return ""
    told = population(title) or (population(said) if _WHOLE.search(said) else "")
    if not told and "花名册" in title and (part := part_in((title,))):  # 三年级1班花名册
        return "在园幼儿数" if part.get("grade", "")[-1:] == "班" else PUPILS
    return told


def stated(roster: Roster, labels: Labels) -> Iterator[Reading]:
    """What the foot of a roster says of it: 本班共38人,其中男生20人,女生18人."""
    quantity = labels.vocabulary.quantities.get(roster.population)
    if quantity is None or not roster.people:
        return
    of = {k: v for k, v in (("grade", roster.grade), ("class", roster.class_)) if v}
    for note in roster.notes:
        whole = _FOOT.search(re.sub(r"\s", "", note))
        if whole is None or whole[1][1:] not in ("册", "表", *_FOOT_OF[bool(roster.grade) + bool(roster.class_)]):
            continue
        said = [("", whole[2])]
        parts = dict(_FOOT_SEX.findall(whole.string[whole.end() :][:30]))
        said += [(sex, parts[sex]) for sex in "男女" if sex in parts]
        for sex, number in said:
            amount = Amount(value=Decimal(number), measure=quantity.measure)
            spot = Spot(
                record=roster.spot.record, paper=roster.spot.paper, file_name=roster.spot.file_name,
                page=roster.spot.page, sheet=roster.spot.sheet, paragraph=roster.spot.paragraph, text=note[:80],
                value=amount.shown(),
            )  # fmt: skip
            yield Reading(
                quantity=quantity.name, noun=quantity.name, unit=roster.unit, period=roster.period, amount=amount,
                spot=spot, by="sentence", dims=tuple(sorted((of | ({"sex": sex} if sex else {})).items())),
            )  # fmt: skip


def counted(roster: Roster, labels: Labels) -> Iterator[Reading]:
    """What a roster's rows count: all, by sex, by grade and by class."""
    quantity = labels.vocabulary.quantities.get(roster.population)
    if quantity is None or not roster.people:
        return
    of = {k: v for k, v in (("grade", roster.grade), ("class", roster.class_)) if v}

    def reading(n: int, words: str, **dims: str) -> Reading:
        spot = Spot(
            record=roster.spot.record, paper=roster.spot.paper, file_name=roster.spot.file_name,
            page=roster.spot.page, sheet=roster.spot.sheet, row=roster.spot.row, paragraph=roster.spot.paragraph,
            text=f"{words or '全册'}共 {n} 行", value=f"{n}人",
        )  # fmt: skip
        return Reading(
            quantity=quantity.name, noun=quantity.name, unit=roster.unit, period=roster.period,
            amount=Amount(value=Decimal(n), measure=quantity.measure), spot=spot, by="roster", table=roster.table,
            dims=tuple(sorted((of | dims).items())),
        )  # fmt: skip

    people = roster.people
    yield reading(len(people), "")
    sexes = Counter(p.sex for p in people)
    if set(sexes) <= {"男", "女"} and len(sexes) == 2:
        for sex in "男女":
            yield reading(sexes[sex], sex, sex=sex)
    if not roster.grade and all(p.grade for p in people):
        for grade, n in Counter(p.grade for p in people).items():
            yield reading(n, f"{grade}年级", grade=grade)
        if all(p.class_ for p in people):
            for (grade, class_), n in Counter((p.grade, p.class_) for p in people).items():
                yield reading(n, f"{grade}年级{class_}班", **{"grade": grade, "class": class_})
    elif roster.grade and not roster.class_ and all(p.class_ for p in people):
        for class_, n in Counter(p.class_ for p in people).items():
            yield reading(n, f"{class_}班", **{"class": class_})
