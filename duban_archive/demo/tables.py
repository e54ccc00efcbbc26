"""The tables of the sample archive: every figure is the town's, so tables agree with each other and with texts."""

from __future__ import annotations

from duban_archive.demo.office_files import Cell, Sheets
from duban_archive.demo.town import (
    CHILDREN_3_TO_5,
    NAME,
    NURSERY,
    OFFICES,
    PREMISES,
    SCHOOLS,
    dropout_rate,
    leavers,
    moves,
    pupils,
)

Rows = list[list[Cell]]


def task_split() -> Sheets:
    """迎检工作任务分解表 (任务分解、职责分工)."""
    rows: Rows = [["吴集镇迎检工作任务分解、职责分工表"], ["序号", "工作任务", "责任单位", "责任人", "完成时限"]]
    tasks = (
        ("成立机构、制定方案、安排部署", "吴集镇人民政府", "镇长", "2015年8月10日"),
        ("业务培训和专项指导", "业务指导组", "中心学校主任", "2015年8月31日"),
        ("校园周边环境整治、满意度调查宣传", "教育发展环境治理组", "武装部长", "2015年10月20日"),
        ("办学条件和发展水平摸底、控流保学", "教育发展水平组", "副镇长", "2015年8月31日"),
        ("各部门、各学校自查自纠", "各村、镇直各单位、各学校", "单位负责人", "2015年8月31日"),
        ("整改台账的建立和销号", "综合督查组", "党政办主任", "2015年10月31日"),
    )
    rows += [[number, *task] for number, task in enumerate(tasks, start=1)]
    return {"任务分解": rows}


def rectification_ledger() -> Sheets:
    """整改台账: what the self-inspections found, unit by unit."""
    head: list[Cell] = ["序号", "存在问题", "整改措施", "责任单位", "责任人", "完成时限", "整改情况"]
    rows: Rows = [["吴集镇迎检工作整改台账"], head]
    for office in OFFICES:
        for fault, measure in office.faults:
            done = "已整改，销号" if len(rows) % 4 else "正在整改"
            rows.append([len(rows) - 1, fault, measure, office.name, office.head, "2015年9月30日", done])
    measure = "校长为第一责任人，逐生落实控辍保学帮扶教师"
    rows.append([len(rows) - 1, "个别学生流失未返校", measure, NAME["zx"], "校长", "2015年9月30日", "已整改，销号"])
    return {"整改台账": rows}


def premises(unit: str) -> Sheets:
    """办学条件摸底表 of one school or kindergarten in the autumn of 2015."""
    have = PREMISES[unit]
    count = sum(pupils(unit, 2015) if unit in SCHOOLS else NURSERY[unit, 2015])
    head: list[Cell] = [
        "占地面积(㎡)",
        "校舍面积(㎡)",
        "在校生数",
        "生均校舍面积",
        "图书册数",
        "生均图书",
        "计算机台数",
    ]
    values: list[Cell] = [have.land, have.built, count, round(have.built / count, 2), have.books]
    values += [round(have.books / count, 1), have.computers]
    head += ["专任教师", "学历达标人数", "学历达标率(%)"]
    values += [have.teachers, have.qualified, round(100 * have.qualified / have.teachers, 1)]
    return {"办学条件": [[f"{NAME[unit]}2015年办学条件摸底表"], ["学校名称", *head], [NAME[unit], *values]]}


def development(year: int) -> Sheets:
    """学前教育和义务教育发展水平摸底统计表 of one autumn."""
    compulsory: Rows = [
        [f"吴集镇{year}年义务教育发展水平摸底统计表"],
        ["学校", "在校生数", "一年级（七年级）新生", "上学年辍学人数", "上学年辍学率(%)", "专任教师"],
    ]
    for school in SCHOOLS:
        lost = moves(school, year - 1)[2]
        new = pupils(school, year)
        compulsory.append(
            [NAME[school], sum(new), new[0], lost, dropout_rate(school, year - 1), PREMISES[school].teachers]
        )
    columns = list(zip(*(row[1:4] for row in compulsory[2:]), strict=True))
    compulsory.append(["合计", *(sum(int(value) for value in column) for column in columns), "", ""])
    early: Rows = [
        [f"吴集镇{year}年学前教育发展水平摸底统计表"],
        ["幼儿园", "小班", "中班", "大班", "在园幼儿数"],
    ]
    total = 0
    for nursery in ("yey1", "yey2"):
        classes = NURSERY[nursery, year]
        total += sum(classes)
        early.append([NAME[nursery], *classes, sum(classes)])
    early.append(["合计", "", "", "", total])
    rate = round(100 * total / CHILDREN_3_TO_5[year], 2)
    early.append([f"全镇3—5周岁幼儿{CHILDREN_3_TO_5[year]}人，学前三年毛入园率{rate}%"])
    return {"义务教育": compulsory, "学前教育": early}


def school_age_survey(school: str, year: int) -> Rows:
    """适龄儿童入学摸底表: the first grade of an autumn, child by child, without names."""
    rows: Rows = [
        [f"{NAME[school]}{year}年适龄儿童入学摸底表"],
        ["编号", "姓名", "性别", "出生年月", "家长姓名", "住址", "入学情况"],
    ]
    villages = ("河西村", "柳岗村", "东桥村")
    born = year - (12 if school == "zx" else 6)
    for number in range(1, pupils(school, year)[0] + 1):
        month = (number * 5) % 12 + 1
        birth = f"{born - (month > 8)}年{month}月"
        sex = "男" if number % 2 else "女"
        rows.append([number, f"儿童{year % 100}{number:03d}", sex, birth, "监护人", villages[number % 3], "已入学"])
    return rows


def enrolment_ledger(school: str, year: int) -> Sheets:
    """控流保学台账: who was lost in the school year that ended in the summer of ``year``, and what was done."""
    lost = 0 if school == "lgxx" else moves(school, year - 1)[2]
    rows: Rows = [
        [f"{NAME[school]}{year}年控流保学台账"],
        ["姓名", "性别", "年级", "班级", "流失时间", "流失原因", "劝返情况"],
    ]
    for number in range(1, lost + 1):
        back = "包班教师三次上门劝返，已列入控辍保学重点帮扶对象"
        rows.append([f"学生{number:03d}", "男", "八年级", f"{number}班", f"{year}年3月", "随父母外出务工", back])
    if not lost:
        rows.append(["本年度无流失学生", "", "", "", "", "", "包班包生责任制落实正常"])
    return {"控流保学台账": rows}


def three_years(school: str) -> Rows:
    """近三年学校招生数、毕业生数 (plan-13-e05)."""
    rows: Rows = [[f"{NAME[school]}近三年招生数、毕业生数统计表"], ["年份", "招生数", "毕业生数", "秋季在校生数"]]
    for year in (2013, 2014, 2015):
        rows.append([year, pupils(school, year)[0], leavers(school, year), sum(pupils(school, year))])
    return rows


def dropouts() -> Sheets:
    """近三年辍学学生数和年辍学率 (plan-13-e07), all schools."""
    rows: Rows = [["吴集镇近三年辍学学生数和年辍学率统计表"], ["学校", "学年", "学年初学生数", "辍学人数", "辍学率(%)"]]
    for school in SCHOOLS:
        for year in (2012, 2013, 2014):
            start, lost = sum(pupils(school, year)), moves(school, year)[2]
            rows.append([NAME[school], f"{year}—{year + 1}", start, lost, dropout_rate(school, year)])
    return {"辍学率": rows}


def papers_kept(unit: str) -> Sheets:
    """档案资料目录 of one school: which boxes stand in its archive room."""
    rows: Rows = [[f"{NAME[unit]}各类档案资料目录"], ["序号", "类别", "案卷题名", "年度", "页数", "存放位置"]]
    boxes = ("学校规章制度", "学籍管理", "教职工管理", "教育教学", "控流保学", "安全工作", "经费管理", "图书仪器")
    for number, box in enumerate(boxes, start=1):
        rows.append([number, box, f"{NAME[unit]}{box}档案资料", "2013—2015", 40 + 7 * number, f"资料室{number}柜"])
    return {"目录": rows}


def forms_kept() -> Sheets:
    """教育督导评估档案和表册资料目录 of the whole town."""
    head: list[Cell] = ["序号", "档案、表册名称", "期间", "份数", "存放位置"]
    rows: Rows = [["吴集镇教育督导评估所需档案和表册资料目录"], head]
    forms = (
        "0—17周岁人口文化状况登记表及统计表",
        "近三年学校招生数、毕业生数",
        "近三年学校分年级、分班在校生数",
        "近三年辍学学生数和年辍学率",
        "适龄残疾儿童少年随班就读名单",
    )
    rows += [[number, form, "2013—2015", 4, "中心学校资料室"] for number, form in enumerate(forms, start=1)]
    return {"目录": rows}


def attendance() -> Sheets:
    """迎检业务培训签到表."""
    rows: Rows = [["吴集镇迎检业务培训签到表（2015年8月14日）"], ["序号", "单位", "职务", "签到"]]
    people = [(office.name, "资料员") for office in OFFICES]
    rows += [[number, name, post, "已签到"] for number, (name, post) in enumerate(people, start=1)]
    return {"签到表": rows}


def menu() -> Sheets:
    """A paper that proves nothing: the canteen's menu."""
    rows: Rows = [["食堂一周菜谱"], ["星期", "早餐", "午餐"]]
    for day, early, noon in (
        ("一", "稀饭馒头", "萝卜烧肉"),
        ("二", "面条", "番茄炒蛋"),
        ("三", "包子", "冬瓜排骨"),
    ):
        rows.append([f"星期{day}", early, noon])
    return {"菜谱": rows}
