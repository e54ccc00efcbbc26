"""The clean papers of every school and year: figures agree everywhere, files are as old as the dates they bear."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

from planted.sheet import Block, Paper
from planted.town import SCHOOLS, TOWN, YEARS, Life, School

Lives = dict[str, Life]


def span(year: int) -> str:
    """How a school year is written."""
    return f"{year}—{year + 1}学年度"


def chinese(day: datetime.date) -> str:
    """2014年10月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


def when(day: datetime.date, hour: int = 9, minute: int = 12) -> str:
    """The time a file says it was made."""
    return f"{day.isoformat()}T{hour:02}:{minute:02}:08"


def all_papers(lives: Lives) -> list[Paper]:
    """Every clean paper, in the order an office would drop them."""
    papers: list[Paper] = []
    for school in SCHOOLS:
        for year in YEARS:
            papers.extend(of_school(lives[school.id], year))
    for year in YEARS:
        papers.extend(of_town(lives, year))
    return papers


def of_school(life: Life, year: int) -> Iterator[Paper]:
    """What one school has for one year."""
    for make in (
        class_counts,
        roster,
        staff,
        staff_summary,
        ledger,
        dropout_report,
        intake_table,
        funds,
        safety_meeting,
        work_plan,
        self_report,
        equipment,
        aid_list,
        drill_photo,
        lesson_check,
        parents_meeting,
        library,
        training,
        term_summary,
    ):
        yield make(life, year)


def paper(life: Life, year: int, kind: str, name: str, title: str, day: datetime.date, suffix: str) -> Paper:
    """An empty paper in its school's folder."""
    chance = random.Random(f"{life.school.id}{year}{kind}")
    made = day - datetime.timedelta(days=chance.randint(0, 3))
    return Paper(
        school=life.school.id,
        year=year,
        kind=kind,
        path=f"{life.school.short}/{year}-{year + 1}/{name}{suffix}",
        title=title,
        made=when(made, chance.randint(8, 16), chance.randint(0, 59)),
        changed=when(day, 17, chance.randint(0, 59)),
        person=life.school.short + "办公室",
    )


def signed(life: Life, day: datetime.date) -> list[Block]:
    """落款."""
    return [("right", life.school.name), ("right", chinese(day))]


def class_counts(life: Life, year: int) -> Paper:
    """班级学生数统计表, in one of three layouts."""
    school, day = life.school, datetime.date(year, 9, 12 + life.school.seed)
    title = f"{school.name}{span(year)}班级学生数统计表"
    rows, boys, girls = [], 0, 0
    for grade, room, children in life.rooms(year):
        b = sum(p.sex == "男" for p in children)
        boys, girls = boys + b, girls + len(children) - b
        rows.append((school.grade_name(grade), f"({room})班", b, len(children) - b, len(children)))
    total = boys + girls
    if school.seed % 3 == 0:
        made = paper(life, year, "class_counts", f"{year}年班级人数表", title, day, ".docx")
        table = [["年级", "班级", "男生", "女生", "学生数"], *map(list, rows), ["合计", "", boys, girls, total]]
        made.blocks = [("title", title), ("p", f"单位:人          统计时间:{chinese(day)}"), ("table", table)]
        made.blocks += signed(life, day)
        return made
    made = paper(life, year, "class_counts", f"{year}秋班级学生数统计表", title, day, ".xlsx")
    if school.seed % 3 == 1:
        head = ["年级", "班级", "男", "女", "合计"]
        body = [[*row] for row in rows]
        made.sheets["班级人数"] = [
            [title],
            [f"填报单位:{school.name}(盖章)", "", "", "单位:人"],
            head,
            *body,
            ["总计", f"{len(rows)}个班", boys, girls, total],
            [f"填表日期:{chinese(day)}"],
        ]
        made.merges["班级人数"] = ["A1:E1", "A2:C2"]
    else:
        made.sheets["统计表"] = [
            [title],
            ["", "", "在校学生数", "", ""],
            ["年级", "班别", "计", "其中:男", "女"],
            *[[g, r, n, b, f] for g, r, b, f, n in rows],
            ["全校", "", total, boys, girls],
            [f"校长:          填表人:          {chinese(day)}"],
        ]
        made.merges["统计表"] = ["A1:E1", "C2:E2"]
    return made


def roster(life: Life, year: int) -> Paper:
    """学生花名册."""
    school, day = life.school, datetime.date(year, 9, 10)
    title = f"{school.name}{span(year)}学生花名册"
    made = paper(life, year, "roster", f"{year}年秋学生花名册", title, day, ".xlsx")
    rows = []
    for grade, room, children in life.rooms(year):
        for child in children:
            rows.append(
                [
                    len(rows) + 1,
                    school.grade_name(grade),
                    f"({room})班",
                    child.name,
                    child.sex,
                    child.born,
                    child.number,
                    child.village,
                ]
            )
    head = ["序号", "年级", "班级", "姓名", "性别", "出生年月", "学籍号", "家庭住址"]
    made.sheets["花名册"] = [[title], head, *rows, [f"{chinese(day)}"]]
    made.merges["花名册"] = ["A1:H1"]
    return made


def staff(life: Life, year: int) -> Paper:
    """教职工花名册."""
    school, day = life.school, datetime.date(year, 9, 20)
    title = f"{school.name}{span(year)}教职工花名册"
    made = paper(life, year, "staff", f"教职工花名册{year}", title, day, ".xlsx")
    head = ["序号", "姓名", "性别", "出生年月", "学历", "职称", "任教学科", "参加工作时间"]
    rows = [[n, t.name, t.sex, t.born, t.degree, t.title, t.subject, t.since] for n, t in enumerate(life.teachers, 1)]
    made.sheets["教职工"] = [[title], head, *rows, [f"填表日期:{chinese(day)}"]]
    return made


def staff_summary(life: Life, year: int) -> Paper:
    """专任教师基本情况统计表."""
    school, day = life.school, datetime.date(year, 9, 25)
    title = f"{school.name}{span(year)}专任教师情况统计表"
    made = paper(life, year, "staff_summary", f"{school.short}教师情况统计{year}", title, day, ".docx")
    teachers = life.teachers
    women = sum(t.sex == "女" for t in teachers)
    degrees = [sum(t.degree == d for t in teachers) for d in ("本科", "专科", "中师")]
    titles = [sum(t.title == d for t in teachers) for d in ("高级", "一级", "二级")]
    table = [
        ["专任教师数", "其中:女", "学历", "", "", "职称", "", ""],
        ["", "", "本科", "专科", "中师", "高级", "一级", "二级"],
        [len(teachers), women, *degrees, *titles],
    ]
    made.blocks = [("title", title), ("p", "单位:人"), ("table", table), *signed(life, day)]
    return made


def ledger(life: Life, year: int) -> Paper:
    """控辍保学家访台账."""
    school = life.school
    title = f"{school.name}{span(year)}控辍保学工作台账"
    chance = random.Random(f"ledger{school.id}{year}")
    day = datetime.date(year, 9, 15)
    rows = []
    steps = ("上门家访,说明义务教育法规定", "电话联系在外务工的家长", "班主任结对帮扶", "村干部一同劝返", "送教材到家")
    causes = ("学习困难", "父母外出务工", "家庭困难", "随迁后未及时转学")
    for n, child in enumerate(life.there(year)[: 6 + school.seed % 4], 1):
        day += datetime.timedelta(days=chance.randint(5, 19))
        day += datetime.timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])
        rows.append([n, chinese(day), child.name, chance.choice(causes), chance.choice(steps), "正常在校"])
    made = paper(life, year, "ledger", f"控辍保学台账{year}学年", title, day, ".xlsx")
    made.made = when(datetime.date(year, 9, 15), 10, 5)
    head = ["序号", "日期", "学生姓名", "情况", "措施", "结果"]
    made.sheets["台账"] = [[title], head, *rows]
    made.merges["台账"] = ["A1:F1"]
    return made


def dropout_report(life: Life, year: int) -> Paper:
    """控辍保学工作总结: figures in sentences."""
    school, day = life.school, datetime.date(year + 1, 7, 2)
    title = f"{school.name}{span(year)}控辍保学工作总结"
    made = paper(life, year, "dropout_report", f"控辍保学总结{year}-{year + 1}", title, day, ".docx")
    there, entered = len(life.there(year)), life.entered(year)
    made.blocks = [
        ("title", title),
        (
            "p",
            f"本学年度,我校在校学生{there}人,其中秋季招收新生{entered}人,全年无一人辍学,辍学率为0。现将工作总结如下:",
        ),
        ("p", "一、落实责任。校长与班主任签订控辍保学责任书,班主任每月清点人数,发现异常当天上报。"),
        ("p", f"二、入户走访。全体教师利用课余时间走访学生家庭,重点走访{_villages(school)}的留守儿童家庭。"),
        ("p", "三、关爱帮扶。对家庭经济困难的学生按政策落实补助,对学习有困难的学生由任课教师结对辅导。"),
        ("p", "四、存在的问题。个别外出务工家庭学生转学手续办理不够及时,下一步将加强与流入地学校的联系。"),
        *signed(life, day),
    ]
    return made


def _villages(school: School) -> str:
    return ("本乡各村", "周边两个行政村", "东桥村一带", "西岗村一带")[school.seed % 4]


def intake_table(life: Life, year: int) -> Paper:
    """招生、毕业、辍学情况表."""
    school, day = life.school, datetime.date(year + 1, 7, 8)
    title = f"{school.name}{span(year)}招生毕业及学生变动情况表"
    made = paper(life, year, "intake_table", f"学生变动情况表({year})", title, day, ".xlsx")
    there, entered, left = len(life.there(year)), life.entered(year), life.left(year)
    made.sheets["Sheet1"] = [
        [title],
        ["项目", "数量", "备注"],
        ["学年初在校生数(人)", there, ""],
        ["招生数(人)", entered, ""],
        ["毕业生数(人)", left, ""],
        ["辍学学生数(人)", 0, ""],
        ["年辍学率(%)", 0, ""],
        ["制表日期", chinese(day), ""],
    ]
    return made


def funds(life: Life, year: int) -> Paper:
    """公用经费收支决算表, in yuan or ten thousand yuan."""
    school, day = life.school, datetime.date(year + 1, 1, 12)
    title = f"{school.name}{year}年公用经费收支决算表"
    made = paper(life, year, "funds", f"{year}年经费收支决算", title, day, ".xlsx")
    income, spending = life.funds(year)
    ten = school.seed % 2 == 0

    def show(yuan: int) -> float | int:
        return yuan / 10000 if ten else yuan

    total_in, total_out = sum(n for _, n in income), sum(n for _, n in spending)
    rows: list[list[object]] = [[title], [f"编制单位:{school.name}", "", f"单位:{'万元' if ten else '元'}"]]
    rows += [["项目", "金额", "备注"], ["一、收入", "", ""], *[[f"  {name}", show(n), ""] for name, n in income]]
    rows += [["收入合计", show(total_in), ""], ["二、支出", "", ""]]
    rows += [*[[f"  {name}", show(n), ""] for name, n in spending], ["支出合计", show(total_out), ""]]
    rows += [["三、年末结余", show(total_in - total_out), ""], [chinese(day), "", ""]]
    made.sheets["决算表"] = rows
    return made


def safety_meeting(life: Life, year: int) -> Paper:
    """安全工作会议记录."""
    school = life.school
    day = datetime.date(year, 10, 8 + school.seed)
    title = f"{school.name}安全工作会议记录"
    made = paper(life, year, "safety_meeting", f"安全工作会议记录{year}.10", title, day, ".docx")
    topic = (
        ("秋季防火", "检查消防栓、灭火器和疏散通道"),
        ("交通安全", "落实护学岗和路队制度"),
        ("食品安全", "检查食堂索证和留样"),
        ("防汛防坠", "检查教学楼栏杆和排水沟"),
        ("冬季取暖", "检查取暖设备和通风"),
    )[(school.seed + year) % 5]
    made.blocks = [
        ("title", title),
        ("table", [["时间", chinese(day), "地点", "学校会议室"], ["主持", "校长", "记录", "办公室"]]),
        ("p", f"议题:布置{topic[0]}工作。"),
        ("p", f"校长讲话:近期要重点做好{topic[0]},{topic[1]},各班主任当天排查,隐患当天上报。"),
        ("p", "教导主任发言:把安全教育纳入班会课,每周一次,有教案有记录。"),
        ("p", f"会议决定:{topic[1]},由总务处负责,{day.month}月底前完成并复查。"),
    ]
    return made


def work_plan(life: Life, year: int) -> Paper:
    """学校工作计划."""
    school, day = life.school, datetime.date(year, 8, 30)
    title = f"{school.name}{span(year)}工作计划"
    made = paper(life, year, "work_plan", f"{year}-{year + 1}工作计划", title, day, ".docx")
    aims = (
        "抓好教学常规,每月检查教案和作业一次",
        "建设图书角,开展读书活动",
        "组织青年教师汇报课",
        "改造运动场地,开足体育课",
        "做好留守儿童关爱",
        "规范学籍管理",
        "开展校园文化建设",
    )
    chosen = [aims[(school.seed + year + k) % 7] for k in range(3)]
    made.blocks = [
        ("title", title),
        ("p", f"{span(year)}学校工作的指导思想是:全面贯彻教育方针,落实立德树人,提高教育质量。"),
        *[("p", f"{n}、{aim}。") for n, aim in zip("一二三", chosen, strict=True)],
        ("p", f"附件:1.{span(year)}行事历"),
        *signed(life, day),
        ("p", f"附件1 {span(year)}行事历"),
        (
            "table",
            [
                ["月份", "工作"],
                ["九月", "开学典礼"],
                ["十月", "运动会"],
                ["十二月", "教学检查"],
                ["次年六月", "期末总结"],
            ],
        ),
    ]
    return made


def self_report(life: Life, year: int) -> Paper:
    """迎检自查报告: figures in sentences."""
    school, day = life.school, datetime.date(year + 1, 9, 6 + life.school.seed)
    title = f"{school.name}{span(year)}教育工作自查报告"
    made = paper(life, year, "self_report", f"{school.short}自查报告{year}", title, day, ".docx")
    there, rooms, teachers = len(life.there(year)), len(life.rooms(year)), len(life.teachers)
    better = ("校舍维修", "图书添置", "课桌椅更新", "围墙改造", "多媒体教室建设")[(school.seed * 2 + year) % 5]
    lack = ("音体美专任教师不足", "实验仪器使用率不高", "运动场地偏小", "图书更新较慢")[(school.seed + year * 3) % 4]
    made.blocks = [
        ("title", title),
        ("p", "根据上级关于迎接教育工作督导评估的要求,我校认真开展自查,现报告如下:"),
        ("p", f"一、基本情况。{span(year)},学校共有教学班{rooms}个,在校学生{there}人,专任教师{teachers}人。"),
        ("p", f"二、主要做法。学校坚持育人为本,开齐开足课程;完成了{better},办学条件得到改善。"),
        ("p", f"三、存在问题。{lack},需要逐步解决。"),
        ("p", "四、整改措施。明确责任人和完成时限,建立台账,逐项销号。"),
        *signed(life, day),
    ]
    return made


def equipment(life: Life, year: int) -> Paper:
    """教学仪器设备台账."""
    school, day = life.school, datetime.date(year, 12, 20)
    title = f"{school.name}{year}年教学仪器设备台账"
    chance = random.Random(f"eq{school.id}{year}")
    made = paper(life, year, "equipment", f"仪器设备台账{year}", title, day, ".xlsx")
    things = (
        ("计算机", 3200),
        ("投影仪", 4500),
        ("显微镜", 480),
        ("打印机", 1300),
        ("音箱", 650),
        ("黑板", 900),
        ("篮球架", 2800),
    )
    rows, total = [], 0
    for n, (name, price) in enumerate(things, 1):
        count = chance.randint(1, 12)
        total += count * price
        rows.append(
            [
                n,
                name,
                "台" if price > 1000 else "件",
                count,
                price,
                count * price,
                chinese(day - datetime.timedelta(days=chance.randint(20, 320))),
            ]
        )
    head = ["序号", "名称", "单位", "数量", "单价(元)", "金额(元)", "购置日期"]
    made.sheets["台账"] = [[title], head, *rows, ["合计", "", "", "", "", total, ""]]
    return made


def aid_list(life: Life, year: int) -> Paper:
    """家庭经济困难学生资助名单."""
    school, day = life.school, datetime.date(year, 11, 18)
    title = f"{school.name}{span(year)}家庭经济困难学生资助发放名单"
    made = paper(life, year, "aid_list", f"资助名单{year}", title, day, ".xlsx")
    money = 625 if school.is_junior else 500
    rows = []
    for grade, room, children in life.rooms(year):
        for child in children:
            if child in life.helped(year):
                rows.append(
                    [len(rows) + 1, f"{school.grade_name(grade)}({room})班", child.name, child.sex, child.number, money]
                )
    head = ["序号", "班级", "姓名", "性别", "学籍号", "资助金额(元)"]
    made.sheets["名单"] = [
        [title],
        head,
        *rows,
        ["合计", "", f"{len(rows)}人", "", "", money * len(rows)],
        [chinese(day)],
    ]
    return made


def drill_photo(life: Life, year: int) -> Paper:
    """A photo with its caption as its name."""
    school = life.school
    day = datetime.date(year, 11, 3 + school.seed)
    event = ("消防演练", "防震演练", "运动会", "读书活动", "家长会")[(school.seed + year) % 5]
    name = f"{chinese(day)}{school.short}{event}"
    made = paper(life, year, "photo", name, name, day, ".jpg")
    made.photo = {"scene": f"{school.id}{year}", "taken": day.strftime("%Y:%m:%d 10:20:33") if school.seed % 4 else ""}
    made.made = made.changed = when(day, 10, 20)
    return made


def lesson_check(life: Life, year: int) -> Paper:
    """教学检查记录."""
    school, day = life.school, datetime.date(year, 11, 24 + school_day(life, 5))
    title = f"{school.name}教学常规检查记录"
    made = paper(life, year, "lesson_check", f"教学检查记录{year}年11月", title, day, ".docx")
    chance = random.Random(f"check{school.id}{year}")
    good = chance.sample(("教案齐全", "作业批改及时", "板书工整", "课堂秩序好", "实验按计划开出", "听课记录完整"), 3)
    rows = [["序号", "教师", "教案(节)", "作业批改(次)", "听课(节)", "等次"]]
    for n, teacher in enumerate(life.teachers[:6], 1):
        rows.append(
            [str(n), teacher.name, *(str(chance.randint(12, 40)) for _ in range(3)), chance.choice(("优", "良"))]
        )
    made.blocks = [
        ("title", title),
        ("p", f"检查时间:{chinese(day)}        检查人:教导处"),
        ("table", rows),
        ("p", f"总的情况:{'、'.join(good)}。"),
        ("p", f"不足:{chance.choice(('个别教案反思偏少', '部分作业评语简单', '实验记录不全'))},下次检查时复查。"),
        *signed(life, day),
    ]
    return made


def school_day(life: Life, span_days: int) -> int:
    """A few days that differ by school."""
    return life.school.seed % span_days


def parents_meeting(life: Life, year: int) -> Paper:
    """家长会记录."""
    school, day = life.school, datetime.date(year + 1, 4, 10 + school_day(life, 9))
    title = f"{school.name}{year + 1}年春季家长会记录"
    made = paper(life, year, "parents_meeting", f"家长会记录{year + 1}春", title, day, ".docx")
    chance = random.Random(f"parents{school.id}{year}")
    topics = chance.sample(("防溺水", "作业时间", "营养改善计划", "上下学交通", "网络使用", "亲子阅读", "假期安排"), 3)
    made.blocks = [
        ("title", title),
        ("p", f"时间:{chinese(day)}        到会家长:{chance.randint(30, 70)}人"),
        *[
            ("p", f"{n}、班主任就{topic}向家长作了说明,家长提出{chance.randint(1, 5)}条建议。")
            for n, topic in zip("一二三", topics, strict=True)
        ],
        ("p", f"会后由政教处汇总建议,{chance.choice(('五一', '期中考试'))}前逐条答复。"),
        *signed(life, day),
    ]
    return made


def library(life: Life, year: int) -> Paper:
    """图书情况统计表: a rate with what it is made of."""
    school, day = life.school, datetime.date(year, 12, 28)
    title = f"{school.name}{span(year)}图书情况统计表"
    made = paper(life, year, "library", f"图书统计{year}", title, day, ".xlsx")
    there = len(life.there(year))
    books = there * (14 + school.seed) + school.seed * 7
    made.sheets["图书"] = [
        [title],
        ["图书总数(册)", "在校生数(人)", "生均图书(册)", "本年新增(册)"],
        [books, there, round(books / there, 1), 40 + school.seed * 3],
        [chinese(day), "", "", ""],
    ]
    return made


def training(life: Life, year: int) -> Paper:
    """校本培训签到表."""
    school, day = life.school, datetime.date(year, 12, 3 + school_day(life, 12))
    title = f"{school.name}校本培训签到表"
    made = paper(life, year, "training", f"校本培训签到{year}.12", title, day, ".xlsx")
    rows = [[n, t.name, t.subject, "已到"] for n, t in enumerate(life.teachers[:12], 1)]
    made.sheets["签到"] = [
        [title],
        ["培训时间", chinese(day), "地点", "会议室"],
        ["序号", "姓名", "学科", "签到"],
        *rows,
    ]
    return made


def term_summary(life: Life, year: int) -> Paper:
    """学期工作总结, with no figures."""
    school, day = life.school, datetime.date(year + 1, 1, 20)
    title = f"{school.name}{span(year)}第一学期工作总结"
    made = paper(life, year, "term_summary", f"{year}年秋学期工作总结", title, day, ".docx")
    chance = random.Random(f"term{school.id}{year}")
    deeds = chance.sample(
        (
            "开展了校园安全大检查",
            "组织了教师基本功比赛",
            "举办了冬季运动会",
            "完成了学籍核对",
            "修缮了教室门窗",
            "开展了经典诵读",
            "办好了学生食堂",
            "建立了家访制度",
            "整理了图书室",
        ),
        4,
    )
    made.blocks = [
        ("title", title),
        ("p", f"一学期来,在上级领导下,全体教师共同努力,{deeds[0]},{deeds[1]}。"),
        ("p", f"同时,{deeds[2]},{deeds[3]},取得了一定的成绩。"),
        ("p", "今后将继续努力,把各项工作做得更好。"),
        *signed(life, day),
    ]
    return made


def of_town(lives: Lives, year: int) -> Iterator[Paper]:
    """The centre school's own papers: the summary of all schools, and its numbered notices."""
    centre = Life(School("zx", f"{TOWN}中心学校", "中心学校", 6, "柳教字", 99, 10))
    day = datetime.date(year, 10, 15)
    title = f"{TOWN}{span(year)}各学校基本情况汇总表"
    made = paper(centre, year, "summary", f"各校基本情况汇总{year}", title, day, ".xlsx")
    rows = []
    for n, school in enumerate(SCHOOLS, 1):
        life = lives[school.id]
        children = life.there(year)
        boys = sum(p.sex == "男" for p in children)
        rows.append(
            [
                n,
                school.name,
                len(life.rooms(year)),
                len(children),
                boys,
                len(children) - boys,
                life.entered(year),
                len(life.teachers),
            ]
        )
    totals = [sum(row[k] for row in rows) for k in range(2, 8)]
    head = ["序号", "学校名称", "班级数", "在校生数", "男生", "女生", "招生数", "专任教师数"]
    made.sheets["汇总表"] = [[title], ["单位:个、人"], head, *rows, ["", "全乡合计", *totals], [chinese(day)]]
    yield made
    subjects = (
        ("做好控辍保学工作", 3, 9),
        ("开展校园安全检查", 4, 2),
        ("规范学籍管理", 6, 11),
        ("做好义务教育经费管理", 9, 5),
        ("开展教育工作自查", 11, 14),
    )
    for n, (subject, month, dom) in enumerate(subjects, 1):
        day = datetime.date(year, month, dom + year % 3)
        title = f"关于{subject}的通知"
        notice = paper(centre, year, f"notice{n}", f"{year}{title}", title, day, ".docx")
        notice.blocks = [
            ("title", f"{TOWN}中心学校文件"),
            ("number", f"柳教字〔{year}〕{n * 3}号"),
            ("title", title),
            ("p", "各学校:"),
            ("p", f"为进一步{subject},经研究,现将有关事项通知如下:"),
            ("p", "一、提高认识,加强领导。各学校要成立领导小组,校长为第一责任人。"),
            ("p", f"二、认真落实,务求实效。各学校要结合实际制定办法,于{month + 1}月10日前将情况报中心学校。"),
            ("right", f"{TOWN}中心学校"),
            ("right", chinese(day)),
        ]
        yield notice
