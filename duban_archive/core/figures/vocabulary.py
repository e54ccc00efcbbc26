"""The figures an evaluation of schools asks for: what they are called, what they measure, what a rate is made of.

``BUILT_IN`` holds what the county tables of education have in common; a checklist's own figures join it with their
names (``Vocabulary.of``). A name is matched whole, after units, years, stages and the like were taken off: 女生寄宿生数
is not 在校生数 because its name is another.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from duban_archive.core.checklist import Checklist, Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One figure: its names, its ``measure``, and for a rate the figures above and below the line.

    ``nature``: ``stock`` (at a moment), ``flow`` (over a year), ``rate``; ``times`` is 100 for per cent. ``above`` and
    ``below`` list the figures any of which stands there, the first that is at hand counts.
    """

    name: str
    names: tuple[str, ...] = ()
    measure: str = "人"
    nature: str = "stock"
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    times: int = 100
    high: bool = True  # a rate near 100 (入学率), so that 0.998 without a sign is read as 99.8 %


def _stock(name: str, *names: str, measure: str = "人") -> Quantity:
    return Quantity(name=name, names=names, measure=measure)


def _flow(name: str, *names: str, measure: str = "人") -> Quantity:
    return Quantity(name=name, names=names, measure=measure, nature="flow")


def _rate(name: str, *names: str, above: tuple[str, ...], below: tuple[str, ...], high: bool = True) -> Quantity:
    return Quantity(name=name, names=names, measure="%", nature="rate", above=above, below=below, high=high)


def _each(name: str, *names: str, above: str, measure: str, times: int = 1) -> Quantity:
    pupils = ("在校生数",)
    return Quantity(name=name, names=names, measure=measure, nature="rate", above=(above,), below=pupils, times=times)


PUPILS = "在校生数"
BUILT_IN: tuple[Quantity, ...] = (
    _stock(PUPILS, "在校生", "在校学生数", "在校学生", "在校学生人数", "在校生人数", "在校人数", "在籍学生数",
           "在籍学生", "学生数", "学生人数", "学生总数", "在校生总数", "在校学生总数", "现有学生数",
           "现有学生", "在校(园)生数", "在校学生总人数", "在校生总人数", "学生总人数", "在读学生数", "在读学生"),
    _stock("在园幼儿数", "在园幼儿", "在园幼儿人数", "幼儿数", "在园人数", "在园儿童数", "幼儿人数", "在园幼儿总数"),
    _stock("班级数", "班数", "教学班数", "教学班", "班级", "班级个数", "教学班个数", "教学班级数", "班级总数",
           "教学班总数", measure="个"),
    _stock("学校数", "学校所数", "学校个数", "中小学校数", measure="所"),
    _stock("教职工数", "教职工", "教职工人数", "教职工总数", "在编教职工", "在编教职工数", "教职员工",
           "教职员工数", "教职员工人数", "教职员工总数"),
    _stock("专任教师数", "专任教师", "专任教师人数", "专任教师总数", "专职教师数", "专职教师"),
    _stock("学历达标人数", "学历合格人数", "学历达标教师数", "学历合格教师数", "学历达标", "合格学历教师数",
           "学历合格专任教师数"),
    _stock("骨干教师数", "县级以上骨干教师数", "骨干教师", "县级以上骨干教师"),
    _stock("寄宿生数", "寄宿生", "寄宿学生数", "住校生数", "住校生", "住宿生数", "寄宿生人数", "寄宿学生"),
    _stock("留守儿童数", "留守儿童", "留守儿童人数", "留守学生数", "农村留守儿童数"),
    _stock("随迁子女数", "随迁子女", "进城务工人员随迁子女数", "随迁子女人数"),
    _stock("随班就读人数", "随班就读学生数", "随班就读", "随班就读生数", "随班就读学生", "残疾学生数", "残疾儿童少年数",
           "随班就读残疾学生数"),
    _flow("资助人数", "受资助学生数", "资助学生数", "受助学生数", "资助学生人数", "受资助人数"),
    _flow("招生数", "新生数", "招生人数", "招收新生数", "招生", "新生人数"),
    _flow("毕业生数", "毕业人数", "毕业生人数", "毕业生", "毕业学生", "毕业学生数"),
    _flow("辍学学生数", "辍学人数", "辍学生数", "流失学生数", "流失人数", "辍学学生人数", "流失学生人数", "流失生数",
          "年辍学人数", "辍学数", "辍学生人数"),
    _flow("转入人数", "转入学生数", "转入", "转入数", "转入生数"),
    _flow("转出人数", "转出学生数", "转出", "转出数", "转出生数"),
    _flow("休学人数", "休学学生数", "休学", "休学数"),
    _flow("复学人数", "复学学生数", "复学", "复学数"),
    _flow("死亡人数", "死亡", "死亡数", "死亡学生数"),
    _stock("学年初学生数", "学年初在校生数", "学年初在校学生数", "学年初人数", "年初在校生数"),
    _stock("学年末学生数", "学年末在校生数", "学年末在校学生数", "学年末人数", "年末在校生数"),
    _stock("适龄人口数", "适龄儿童数", "适龄儿童总数", "适龄儿童少年数", "适龄少年数", "应入学人数", "应入学儿童数",
           "适龄人口", "适龄儿童人数", "应入学数", "适龄儿童少年总数", "小学适龄儿童数", "初中适龄少年数"),
    _stock("已入学人数", "已入学儿童数", "入学人数", "已入学数", "实际入学人数", "入学儿童数", "入学数",
           "已入学适龄儿童数", "已入学", "适龄儿童入学数"),
    _stock("适龄幼儿数", "学前适龄幼儿数", "3-5周岁幼儿数", "学前三年适龄幼儿数"),
    _stock("学前一年适龄幼儿数", "学前一年适龄儿童数"),
    _stock("学前一年在园幼儿数",),
    _stock("大班额班级数", "大班额数", "大班额个数", measure="个"),
    _stock("占地面积", "校园占地面积", "学校占地面积", measure="㎡"),
    _stock("校舍面积", "校舍建筑面积", "建筑面积", "校舍总面积", "校舍建筑总面积", measure="㎡"),
    _stock("教学及辅助用房面积", "教学辅助用房面积", "教学及辅助用房", measure="㎡"),
    _stock("体育运动场馆面积", "运动场面积", "体育场馆面积", "运动场地面积", "体育运动场地面积", measure="㎡"),
    _stock("图书册数", "图书", "图书总册数", "图书藏量", "藏书量", "藏书册数", "图书数", "图书总数", "藏书", "图书量",
           measure="册"),
    _stock("计算机台数", "计算机", "计算机数", "学生用计算机台数", "学生计算机台数", "教学用计算机台数", "电脑台数",
           "学生用计算机", measure="台"),
    _stock("网络多媒体教室数", "网络多媒体教室", "多媒体教室数", "多媒体教室", "网络多媒体教室间数", "多媒体教室间数",
           measure="间"),
    _stock("教学仪器设备值", "教学仪器设备资产值", "教学仪器设备总值", "仪器设备值", "仪器设备总值", measure="元"),
    _flow("教育经费收入", "收入合计", "总收入", "经费总收入", "本年收入", "经费收入合计", "收入总计", "经费收入",
          measure="元"),
    _flow("教育经费支出", "支出合计", "总支出", "经费总支出", "本年支出", "经费支出合计", "支出总计", "经费支出",
          measure="元"),
    _flow("公用经费", "公用经费拨款", "公用经费数", "义务教育公用经费", measure="元"),
    _flow("财政教育拨款", "财政性教育经费拨款", "财政拨款", "教育财政拨款", "财政教育经费拨款", measure="元"),
    _flow("财政经常性收入", "地方财政经常性收入", measure="元"),
    _flow("教育费附加", "教育费附加收入", measure="元"),
    _flow("上年结余", "年初结余", "上年结转", "期初余额", "上年结转结余", measure="元"),
    _flow("年末结余", "本年结余", "结余", "期末余额", "年终结余", "累计结余", measure="元"),
    _rate("入学率", "适龄儿童入学率", "适龄少年入学率", "适龄儿童少年入学率",
          above=("已入学人数",), below=("适龄人口数",)),
    _rate("辍学率", "年辍学率", "学生辍学率", "流失率", above=("辍学学生数",), below=("学年初学生数", PUPILS),
          high=False),
    _rate("巩固率", "三年巩固率", "九年义务教育巩固率", "在校生巩固率", "初中在校生巩固率", above=(), below=()),
    _rate("毕业率", above=("毕业生数",), below=()),
    _rate("完成率", "义务教育完成率", above=(), below=()),
    _rate("学历达标率", "学历合格率", "教师学历合格率", "教师学历达标率", "专任教师学历合格率", "专任教师学历达标率",
          above=("学历达标人数",), below=("专任教师数",)),
    _rate("学前三年入园率", "学前三年毛入园率", "学前三年幼儿入园率", "毛入园率", above=("在园幼儿数",),
          below=("适龄幼儿数",)),
    _rate("学前一年入园率", "学前一年毛入园率", "学前一年幼儿入园率", above=("学前一年在园幼儿数",),
          below=("学前一年适龄幼儿数",)),
    _rate("大班额比例", "大班额占比", above=("大班额班级数",), below=("班级数",), high=False),
    _each("生均占地面积", "生均用地面积", above="占地面积", measure="㎡"),
    _each("生均校舍面积", "生均校舍建筑面积", "生均建筑面积", above="校舍面积", measure="㎡"),
    _each("生均教学及辅助用房面积", "生均教学辅助用房面积", above="教学及辅助用房面积", measure="㎡"),
    _each("生均体育运动场馆面积", "生均运动场面积", "生均体育场馆面积", above="体育运动场馆面积", measure="㎡"),
    _each("生均图书", "生均图书册数", "生均藏书", "生均藏书量", "生均图书量", above="图书册数", measure="册"),
    _each("生均教学仪器设备值", "生均仪器设备值", above="教学仪器设备值", measure="元"),
    _each("生均公用经费", above="公用经费", measure="元"),
    _each("每百名学生拥有计算机台数", "每百名学生拥有计算机", "百生计算机台数", above="计算机台数", measure="台",
          times=100),
    _each("每百名学生拥有网络多媒体教室数", above="网络多媒体教室数", measure="间", times=100),
    _each("每百名学生拥有县级以上骨干教师数", above="骨干教师数", measure="人", times=100),
    Quantity(name="生师比", names=("师生比",), measure="", nature="rate", above=(PUPILS,),
             below=("专任教师数",), times=1),
    Quantity(name="平均班额", names=("班额", "班均人数", "平均班级人数"), measure="人", nature="rate", above=(PUPILS,),
             below=("班级数",), times=1),
)  # fmt: skip

# Words for people or things whose meaning the table's title gives: 人数 in a 班级人数统计表 is 在校生数.
GENERIC = (
    *(
        "人数",
        "数",
        "总人数",
        "数量",
        "总数",
        "小计",
        "合计",
        "总计",
        "计",
        "共计",
        "",
        "金额",
        "数额",
        "数值",
        "本年数",
        "实有数",
    ),
    *(
        "实际数",
        "指标值",
        "数据",
        "完成情况",
        "现状",
        "实际",
        "累计",
        "本年",
        "实有",
        "学生",
        "人",
        "教师",
        "教师数",
        "教师人数",
        "内容",
        "情况",
        "具体内容",
        "统计数",
        "数字",
    ),
)
# Population of a table or a roster, by what its title says; the first that stands in it counts.
POPULATIONS: tuple[tuple[str, str], ...] = (
    (r"随班就读|残疾(?:儿童|学生|少年)|三残", "随班就读人数"),
    (r"留守", "留守儿童数"),
    (r"寄宿|住校|住宿", "寄宿生数"),
    (r"随迁|进城务工", "随迁子女数"),
    (r"资助|贫困|补助|助学|建档立卡|受助|免费", "资助人数"),
    (r"控辍|控流|保学|劝返|台账|台帐", ""),  # who was won back stands there too: its rows are not the 辍学学生数
    (r"辍学|流失", "辍学学生数"),
    (r"转入", "转入人数"),
    (r"转出", "转出人数"),
    (r"休学", "休学人数"),
    (r"招生|新生|入学(?:通知|登记)", "招生数"),
    (r"毕业", "毕业生数"),
    (r"专任教师", "专任教师数"),
    (r"教职工", "教职工数"),
    (r"教师", "专任教师数"),
    (r"幼儿|在园", "在园幼儿数"),
    (r"在校生|在校学生|学籍|学生|班级人数|各班人数|分班|点名|在籍", PUPILS),
)
_POPULATIONS = tuple((re.compile(pattern), name) for pattern, name in POPULATIONS)


def population(title: str) -> str:
    """Whom a table with this title counts, by the quantity's name; ``""`` where the title does not say."""
    return next((name for pattern, name in _POPULATIONS if pattern.search(title)), "")


_AROUND = ":\uff1a、,*#①②③④⑤"
_BRACKETS = re.compile(  # (2)班 keeps its number, (女) its word
    r"[(\uff08\[](?![一二三四五六七八九十\d]{1,2}[)\uff09]|[男女][)\uff09])[^()\uff08\uff09\]]{0,14}[)\uff09\]]"
)


def bare(name: str) -> str:
    """A name without what is written around it: brackets with measures, blanks, 其中, 全校…"""
    text = re.sub(r"[\s\u3000]+", "", name)
    text = _BRACKETS.sub("", text)
    return text.strip(_AROUND)


_STAGE = re.compile(r"(小学|初中|高中|学前|幼儿园)(?:阶段)?(?=.{2})")
_MEASURE_OF = {"‰": "%", "平方米": "㎡", "比值": "", "系数": ""}


def names_of(figure: Figure) -> tuple[str, ...]:
    """What a checklist's figure is called: its title where that is one name, and its other names."""
    title = bare(figure.title)
    return tuple(dict.fromkeys(([title] if 2 <= len(title) <= 30 and "、" not in title else []) + [
        bare(name) for name in figure.names if len(bare(name)) >= 2
    ]))  # fmt: skip


class Vocabulary:
    """Every name of every figure, built-in and the checklist's own."""

    def __init__(self, quantities: Iterable[Quantity]) -> None:
        self.quantities: Mapping[str, Quantity] = {q.name: q for q in quantities}
        self.by_name: dict[str, str] = {}
        for q in self.quantities.values():
            for name in (q.name, *q.names):
                self.by_name.setdefault(bare(name), q.name)

    @classmethod
    def of(cls, checklist: Checklist) -> Vocabulary:
        """The built-in names and those of the checklist's figures that are not known by another name."""
        known = cls(BUILT_IN)
        own: dict[str, Quantity] = {}
        for figure in checklist.figures:
            if figure.measure == "dispersion" or figure.op in ("status", "years"):
                continue
            for name in names_of(figure):
                if name not in known.by_name and _STAGE.sub("", name) not in known.by_name:
                    measure = _MEASURE_OF.get(figure.unit, figure.unit)
                    nature = "rate" if measure == "%" or figure.measure in ("ratio", "trend") else "stock"
                    own.setdefault(name, Quantity(name=name, measure=measure, nature=nature, times=1))
        return cls((*BUILT_IN, *own.values()))

    def of_figure(self, figure: Figure) -> tuple[tuple[Quantity, str], ...]:
        """The quantities a checklist's figure is about, each with the stage its name is for (小学辍学率)."""
        found: dict[tuple[str, str], tuple[Quantity, str]] = {}
        for name in names_of(figure):
            stage = ""
            quantity = self.find(name)
            if quantity is None and (m := _STAGE.match(name)):
                quantity, stage = self.find(name[m.end() :]), m[1]
            if quantity is not None:
                found.setdefault((quantity.name, stage), (quantity, stage))
        return tuple(found.values())

    def find(self, name: str) -> Quantity | None:
        """The quantity that is called this, whole."""
        return self.quantities.get(self.by_name.get(name, ""))

    @functools.cached_property
    def longest_first(self) -> re.Pattern[str]:
        """All names as one pattern, longest first: how sentences are searched."""
        names = sorted((n for n in self.by_name if len(n) >= 3), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, names)))
