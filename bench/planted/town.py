"""The invented town: ten schools, three school years, every pupil and teacher; all papers are made from these figures.

Names are put together from syllables by a seeded generator; nobody is meant.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

TOWN = "柳河乡"
YEARS = (2012, 2013, 2014)  # school years by their autumn: 2014 is 2014—2015学年度
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "文明志国建华丽芳秀英敏静强磊军洋勇艳杰娟涛超霞平刚桂兰玉萍红玲桐宇轩浩然子涵欣怡佳琪雨晨思远博雅"


@dataclass(frozen=True, slots=True)
class Pupil:
    """One child: ``start`` the autumn it entered this school."""

    name: str
    sex: str
    born: str
    number: str
    village: str
    start: int
    room: int


@dataclass(frozen=True, slots=True)
class Teacher:
    """One teacher."""

    name: str
    sex: str
    born: str
    degree: str
    title: str
    subject: str
    since: str


@dataclass(frozen=True, slots=True)
class School:
    """A school; ``grades`` how many years a child stays, ``first`` the first grade's name index."""

    id: str
    name: str
    short: str
    grades: int
    sign: str
    seed: int
    size: int

    @property
    def is_junior(self) -> bool:
        """初中."""
        return self.grades == 3

    def grade_name(self, grade: int) -> str:
        """``grade`` from 1."""
        return ("七年级", "八年级", "九年级")[grade - 1] if self.is_junior else "一二三四五六"[grade - 1] + "年级"


SCHOOLS = (
    School("s01", "柳河乡初级中学", "柳河中学", 3, "柳中字", 1, 60),
    School("s02", "柳河乡中心小学", "中心小学", 6, "柳中小字", 2, 26),
    School("s03", "柳河乡东桥小学", "东桥小学", 6, "东小字", 3, 14),
    School("s04", "柳河乡西岗小学", "西岗小学", 6, "西小字", 4, 12),
    School("s05", "柳河乡大庙小学", "大庙小学", 6, "庙小字", 5, 13),
    School("s06", "柳河乡石桥小学", "石桥小学", 6, "石小字", 6, 11),
    School("s07", "柳河乡双井小学", "双井小学", 6, "井小字", 7, 15),
    School("s08", "柳河乡前营小学", "前营小学", 6, "前小字", 8, 10),
    School("s09", "柳河乡后营小学", "后营小学", 6, "后小字", 9, 12),
    School("s10", "柳河乡杏花小学", "杏花小学", 6, "杏小字", 10, 16),
)
_VILLAGES = ("东桥村", "西岗村", "大庙村", "石桥村", "双井村", "前营村", "后营村", "杏花村")


class Life:
    """One school over the years: who is there in a school year, and what that adds up to."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.chance = random.Random(school.seed * 7919)
        self._names: set[str] = set()

    def _name(self) -> str:
        while True:
            given = self.chance.choice(_GIVEN) + (self.chance.choice(_GIVEN) if self.chance.random() < 0.75 else "")
            name = self.chance.choice(_SURNAMES) + given
            if name not in self._names:
                self._names.add(name)
                return name

    @cached_property
    def pupils(self) -> tuple[Pupil, ...]:
        """Every child that entered, oldest cohort first."""
        made = []
        for start in range(min(YEARS) - self.school.grades + 1, max(YEARS) + 1):
            size = self.school.size + self.chance.randint(-2, 3)
            rooms = 2 if size > 20 else 1
            for n in range(size):
                age = 12 if self.school.is_junior else 6
                born = f"{start - age - self.chance.randint(0, 1)}-{self.chance.randint(1, 12):02}"
                number = f"{start}{self.school.seed:02}{n + 1:03}"
                sex = "男" if self.chance.random() < 0.52 else "女"
                made.append(Pupil(self._name(), sex, born, number, self.chance.choice(_VILLAGES), start, n % rooms + 1))
        return tuple(made)

    @cached_property
    def teachers(self) -> tuple[Teacher, ...]:
        """The staff, the same in all three years."""
        made = []
        count = 34 if self.school.is_junior else max(9, self.school.size)
        for _ in range(count):
            born = self.chance.randint(1958, 1989)
            degree = self.chance.choices(("本科", "专科", "中师"), (5, 4, 2))[0]
            title = self.chance.choices(("高级", "一级", "二级"), (2, 5, 3))[0]
            subject = self.chance.choice(("语文", "数学", "英语", "科学", "体育", "音乐", "美术", "品德"))
            sex = "男" if self.chance.random() < 0.45 else "女"
            made.append(
                Teacher(
                    self._name(), sex, f"{born}-{self.chance.randint(1, 12):02}", degree, title, subject,
                    f"{born + 21}-09",
                )
            )  # fmt: skip
        return tuple(made)

    def there(self, year: int) -> tuple[Pupil, ...]:
        """Who is at school in the school year that begins in ``year``."""
        return tuple(p for p in self.pupils if 0 <= year - p.start < self.school.grades)

    def rooms(self, year: int) -> list[tuple[int, int, tuple[Pupil, ...]]]:
        """(grade, class, children) in order."""
        out = []
        for grade in range(1, self.school.grades + 1):
            cohort = [p for p in self.there(year) if year - p.start + 1 == grade]
            for room in sorted({p.room for p in cohort}):
                out.append((grade, room, tuple(p for p in cohort if p.room == room)))
        return out

    def entered(self, year: int) -> int:
        """招生数."""
        return sum(1 for p in self.pupils if p.start == year)

    def left(self, year: int) -> int:
        """毕业生数, at the end of the school year."""
        return sum(1 for p in self.pupils if year - p.start + 1 == self.school.grades)

    def helped(self, year: int) -> tuple[Pupil, ...]:
        """家庭经济困难 children on the list of aid."""
        return tuple(p for p in self.there(year) if int(p.number) % 9 == 4)

    def funds(self, year: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """(income, spending) in yuan, by item."""
        chance = random.Random(self.school.seed * 100 + year)
        per = 800 if self.school.is_junior else 600
        income = [("生均公用经费拨款", len(self.there(year)) * per), ("取暖费补助", chance.randint(40, 90) * 100)]
        spending = [
            (name, chance.randint(18, 95) * 100)
            for name in ("办公费", "水电费", "维修费", "教师培训费", "图书资料费", "仪器设备购置费")
        ]
        return income, spending
