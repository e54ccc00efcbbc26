"""The invented town of the sample archive: its units, and figures of three school years that agree with each other.

Pupils move up a grade each autumn: what a school has is what it had, plus transfers, less leavers, so every table made
from here adds up with every other. Nobody here has a name: an office title, or 学生001, is all there is.
"""

from __future__ import annotations

from dataclasses import dataclass

YEARS = (2012, 2013, 2014, 2015)  # school years by their autumn; 2014 is 2014—2015学年


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A unit that owes papers: ``sign`` its 机关代字, ``head`` the title of who leads it.

    ``deeds`` are what it did for the evaluation, ``faults`` what it found wanting, each with the measure taken.
    """

    id: str
    name: str
    sign: str
    head: str
    kind: str
    deeds: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]


_SCHOOL_FAULTS = (
    ("功能室使用记录填写不全", "逐室建立使用登记簿，由专人每周检查一次"),
    ("部分年级学籍异动手续不完整", "对照学籍系统逐人核对，补齐转学、休学手续"),
    ("图书上架分类不规范", "按中图法重新分类编目，九月底前全部上架"),
)
_VILLAGE_FAULTS = (
    ("外出务工家庭适龄儿童底数不清", "由村文书会同教学点入户核对一次，登记造册"),
    ("校园门前占道摆摊时有反弹", "与摊主签订承诺书，上放学时段安排专人值守"),
)
_STATION_FAULTS = (
    ("教育方面资料收集不够及时", "明确一名资料员，每月底将材料整理归档"),
    ("与学校的联系制度落实不够经常", "每月到学校走访一次并做好记录"),
)

OFFICES: tuple[Office, ...] = (
    Office(
        id="zx",
        name="吴集镇初级中学",
        sign="吴中字",
        head="校长",
        kind="school",
        deeds=("完成理化生实验室和图书室达标改造", "落实教师包班、班主任包生的控辍保学责任", "开齐开足国家课程"),
        faults=_SCHOOL_FAULTS,
    ),
    Office(
        id="xx1",
        name="吴集镇中心小学",
        sign="吴中小字",
        head="校长",
        kind="school",
        deeds=("新建塑胶跑道并投入使用", "建立留守儿童之家和亲情电话室", "各班级图书角配备到位"),
        faults=_SCHOOL_FAULTS,
    ),
    Office(
        id="xx2",
        name="吴集镇第二小学",
        sign="吴二小字",
        head="校长",
        kind="school",
        deeds=("改造学生食堂并办理餐饮服务许可", "补充科学实验仪器", "对河西教学点实行统一管理、送教下点"),
        faults=_SCHOOL_FAULTS,
    ),
    Office(
        id="xx3",
        name="吴集镇第三小学",
        sign="吴三小字",
        head="校长",
        kind="school",
        deeds=("接收柳岗小学并入学生并做好安置", "维修教学楼屋面", "添置学生课桌椅"),
        faults=_SCHOOL_FAULTS,
    ),
    Office(
        id="cun1",
        name="吴集镇河西村",
        sign="河西村字",
        head="村主任",
        kind="village",
        deeds=("为河西教学点修通门前道路", "摸清全村适龄儿童少年底数", "在村务公开栏宣传义务教育法"),
        faults=_VILLAGE_FAULTS,
    ),
    Office(
        id="cun2",
        name="吴集镇柳岗村",
        sign="柳岗村字",
        head="村主任",
        kind="village",
        deeds=("将原柳岗小学校舍交中心学校统一管理", "组织党员干部与留守儿童结对", "清理学校周边堆放的建筑材料"),
        faults=_VILLAGE_FAULTS,
    ),
    Office(
        id="cun3",
        name="吴集镇东桥村",
        sign="东桥村字",
        head="村主任",
        kind="village",
        deeds=("为第三小学解决围墙用地", "劝返外出学生两名", "设立村级助学金"),
        faults=_VILLAGE_FAULTS,
    ),
    Office(
        id="pcs",
        name="吴集派出所",
        sign="吴派字",
        head="所长",
        kind="station",
        deeds=("上放学时段在校门口设护学岗", "会同文化站、安监站检查校园周边网吧和商店", "为学校讲授法制课"),
        faults=_STATION_FAULTS,
    ),
    Office(
        id="czs",
        name="吴集镇财政所",
        sign="吴财字",
        head="所长",
        kind="station",
        deeds=("按时足额拨付义务教育公用经费", "对教育经费实行专户管理", "按月公开经费使用情况"),
        faults=_STATION_FAULTS,
    ),
    Office(
        id="wtz",
        name="吴集镇文化站",
        sign="吴文字",
        head="站长",
        kind="station",
        deeds=("开展校园周边文化市场检查", "农家书屋向中小学生开放", "组织公众教育满意度宣传专场演出"),
        faults=_STATION_FAULTS,
    ),
    Office(
        id="ajz",
        name="吴集镇安监站",
        sign="吴安字",
        head="站长",
        kind="station",
        deeds=("对校车和学校渡口开展专项检查", "检查学校用电、锅炉和危化药品", "督促整改安全隐患九处"),
        faults=_STATION_FAULTS,
    ),
)

OFFICE = {office.id: office for office in OFFICES}
NAME = {
    "zf": "吴集镇人民政府",
    "zxx": "吴集镇中心学校",
    "lgxx": "吴集镇柳岗小学",
    "yey1": "吴集镇中心幼儿园",
    "yey2": "吴集镇蓝天幼儿园",
    "g2": "业务指导组",
    "g3": "教育发展环境治理组",
    "g4": "教育发展水平组",
    **{office.id: office.name for office in OFFICES},
}
SCHOOLS = ("zx", "xx1", "xx2", "xx3")

# Pupils by grade in the autumn of 2012, and the first grade of each autumn after it.
_PUPILS_2012 = {
    "xx1": [62, 60, 58, 64, 61, 59],
    "xx2": [41, 39, 40, 38, 42, 40],
    "xx3": [30, 28, 31, 29, 30, 32],
    "zx": [128, 131, 126],
}
_POINT_2012 = [8, 7]  # 河西教学点: grades 1 and 2, then 第二小学
_CLOSED_2013 = [9, 8, 7, 8]  # 柳岗小学: grades 1 to 4 join 第三小学 in the autumn of 2013
_INTAKE = {"xx1": (63, 65, 66), "xx2": (40, 42, 39), "xx3": (33, 31, 34), "point": (7, 8, 6)}
_ELSEWHERE = (5, 4, 6)  # primary leavers who go to a middle school outside the town

# school, school year → transferred in, transferred out, dropped out (all in the second year of the school)
_MOVES = {
    ("zx", 2012): (2, 4, 2),
    ("zx", 2013): (3, 2, 2),
    ("zx", 2014): (2, 3, 1),
    ("xx1", 2012): (4, 2, 0),
    ("xx1", 2013): (2, 3, 0),
    ("xx1", 2014): (3, 1, 0),
    ("xx2", 2012): (1, 2, 0),
    ("xx2", 2013): (2, 1, 0),
    ("xx2", 2014): (1, 1, 0),
    ("xx3", 2012): (0, 1, 0),
    ("xx3", 2013): (2, 2, 0),
    ("xx3", 2014): (1, 2, 0),
}


def pupils(school: str, year: int) -> tuple[int, ...]:
    """Pupils by grade at the start of a school year (autumn)."""
    return _roll()[school, year]


def leavers(school: str, year: int) -> int:
    """Pupils who finish the last grade in the summer of ``year``."""
    return pupils(school, year - 1)[-1]


def moves(school: str, year: int) -> tuple[int, int, int]:
    """Transferred in, transferred out and dropped out during a school year."""
    return _MOVES[school, year]


def dropout_rate(school: str, year: int) -> float:
    """辍学率, per cent of the pupils at the year's start, two places."""
    return round(100 * moves(school, year)[2] / sum(pupils(school, year)), 2)


def _roll() -> dict[tuple[str, int], tuple[int, ...]]:
    roll: dict[tuple[str, int], tuple[int, ...]] = {(s, 2012): tuple(grades) for s, grades in _PUPILS_2012.items()}
    roll["point", 2012] = tuple(_POINT_2012)
    for number, year in enumerate(YEARS[1:]):
        before = year - 1
        for school in ("xx1", "xx2", "xx3"):
            grades = [_INTAKE[school][number], *roll[school, before][:-1]]
            came, went, lost = _MOVES[school, before]
            grades[2] += came - went - lost
            if school == "xx2":
                grades[2] += roll["point", before][1]
            if school == "xx3" and year == 2013:
                for grade, count in enumerate(_CLOSED_2013, start=1):
                    grades[grade] += count
            roll[school, year] = tuple(grades)
        roll["point", year] = (_INTAKE["point"][number], roll["point", before][0])
        first = sum(roll[school, before][-1] for school in ("xx1", "xx2", "xx3")) - _ELSEWHERE[number]
        came, went, lost = _MOVES["zx", before]
        second, third = roll["zx", before][0], roll["zx", before][1] + came - went - lost
        roll["zx", year] = (first, second, third)
    return roll


@dataclass(frozen=True, slots=True)
class Premises:
    """办学条件: land and buildings in m², books, computers, teachers, and those with the degree asked for."""

    land: int
    built: int
    books: int
    computers: int
    teachers: int
    qualified: int


PREMISES = {
    "zx": Premises(21_600, 7_480, 12_100, 96, 41, 41),
    "xx1": Premises(14_200, 4_960, 9_300, 62, 27, 27),
    "xx2": Premises(9_800, 3_120, 6_050, 40, 19, 18),
    "xx3": Premises(8_600, 2_880, 5_100, 36, 17, 17),
    "yey1": Premises(3_400, 1_980, 2_150, 6, 18, 15),
    "yey2": Premises(1_900, 1_240, 1_020, 3, 12, 9),
}

# 幼儿园, autumn → 小班, 中班, 大班; and the town's children of 3 to 5 years
NURSERY = {
    ("yey1", 2014): (40, 45, 48),
    ("yey2", 2014): (30, 33, 35),
    ("yey1", 2015): (42, 44, 47),
    ("yey2", 2015): (31, 32, 34),
}
CHILDREN_3_TO_5 = {2014: 271, 2015: 268}
