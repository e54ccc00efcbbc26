"""The wording such papers really have: notices, plans, minutes, self-reports, summaries, for an invented town.

Follows 吴集镇迎接省“第三轮两项督导评估”工作方案 (plan-00 of the founding plans). Each function writes one paper.
"""

from __future__ import annotations

import datetime as dt

from duban_archive.demo.document import Document, Grid, Line
from duban_archive.demo.town import OFFICE, PREMISES, SCHOOLS, Office, dropout_rate, moves, pupils

EVALUATION = "省“第三轮两项督导评估”"
_INDICATORS = "《湖南省县级人民政府教育工作督导评估指标》"


def chinese_date(dated: str) -> str:
    """2015-08-05 → 2015年8月5日."""
    day = dt.date.fromisoformat(dated)
    return f"{day.year}年{day.month}月{day.day}日"


def paper(
    title: str, office: str, dated: str, body: tuple[Line | Grid, ...], *, number: str = "", to: str = ""
) -> Document:
    """An official paper: number and red head where it has a number, title, addressee, body, who and when."""
    blocks: list[Line | Grid] = []
    if number:
        blocks += [Line(f"{office}文件", "head"), Line(number, "number")]
    blocks.append(Line(title, "title"))
    if to:
        blocks.append(Line(f"{to}：", "plain"))
    blocks += [*body, Line(office, "right"), Line(chinese_date(dated), "right")]
    return Document(title=title, author=office, dated=dated, blocks=tuple(blocks))


def body(*texts: str) -> tuple[Line, ...]:
    """Paragraphs; one that begins with 一、 to 九、 is a heading."""
    return tuple(
        Line(text, "heading" if text[1:2] == "、" and text[0] in "一二三四五六七八九" else "body") for text in texts
    )


def town_plan(*, final: bool) -> Document:
    """镇迎检工作方案: the draft leaves the date and some duties open, the final one has the number."""
    draft = "" if final else "（征求意见稿）"
    return paper(
        f"吴集镇迎接{EVALUATION}工作方案{draft}",
        "吴集镇人民政府",
        "2015-07-30" if final else "2015-07-24",
        body(
            f"为做好迎接{EVALUATION}工作，根据《湖南省县级人民政府教育工作督导评估方案（2014—2020年）》"
            "（湘政教督〔2013〕4号）精神，结合我镇实际，制定本方案。",
            "一、组织领导",
            "成立吴集镇迎检工作领导小组，由镇党委书记任顾问，镇长任组长，副镇长、中心学校主任等任副组长，"
            "镇直各单位负责人为成员。领导小组下设办公室，办公地点设吴集中心校，负责迎检日常工作。",
            "领导小组下设综合督查组、业务指导组、教育发展环境治理组、教育发展水平组四个工作组。",
            "二、工作步骤",
            "（一）动员部署阶段（2015年8月上旬）。各村、镇直各单位、各学校成立相应工作机构，建立工作联络机制，并召开工作安排会议。",
            "（二）自查自纠阶段（2015年8月中旬、下旬）。各部门、各学校对照指标体系组织自查，写出工作总结，"
            "上报整改方案等有关资料。",
            "（三）全面整改阶段（2015年9月、10月）。召开整改动员会，建立整改台账，对所有指标进行清理复查，做到准确、规范、完整、统一。",
            "（四）接受市级检查评估阶段（2015年11月）。各种资料做到齐全、真实、可信。",
            *(
                (
                    "（五）巩固提高阶段（2015年12月—2016年3月）。根据市检查评估反馈情况制定整改方案。",
                    "（六）接受省级评估阶段（2016年4月—5月）。制定接待方案，充分做好迎评估工作。",
                )
                if final
                else ("（五）巩固提高和接受省级评估阶段的安排另行通知，请各单位提出修改意见。",)
            ),
            "三、工作要求",
            "各部门单位一把手是第一责任人，分管领导是直接责任人。要将迎检工作列入本单位工作目标和重要议事日程，抽出专人负责。",
        ),
        number="吴政发〔2015〕15号" if final else "",
        to="各村民委员会，镇直各单位，各学校、幼儿园",
    )


def unit_plan(office: Office, number: int, dated: str) -> Document:
    """各部门、单位的迎检工作方案."""
    return paper(
        f"{office.name}迎接{EVALUATION}工作方案",
        office.name,
        dated,
        body(
            f"根据吴集镇人民政府《关于印发吴集镇迎接{EVALUATION}工作方案的通知》（吴政发〔2015〕15号）要求，"
            "为确保迎检工作顺利进行，结合本单位实际，制定本工作方案。",
            "一、工作目标",
            f"按照评估指标逐条落实，做到资料齐全、数据真实、整改到位。重点完成以下任务：{'；'.join(office.deeds)}。",
            "二、工作步骤",
            "（一）动员部署（8月上旬）：成立机构，分解任务。（二）自查自纠（8月中下旬）：对照指标自查，建立问题清单。"
            "（三）全面整改（9—10月）：逐项整改销号。（四）迎接检查（11月）：完善资料，做好汇报。",
            "三、保障措施",
            f"{office.head}负总责，明确一名联络员和一名资料员，责任到人，按时间节点推进。",
        ),
        number=f"{office.sign}〔2015〕{number}号",
    )


def unit_group(office: Office, number: int, dated: str, *, liaison: bool = True) -> Document:
    """成立迎检工作机构的通知, mostly with the liaison system: one paper for two requirements, as offices do it."""
    rows = (
        ("职务", "担任人", "职责"),
        ("组长", office.head, "全面负责"),
        ("副组长", f"副{office.head}", "组织实施"),
        ("成员", "各处室（组）负责人", "分工落实"),
        ("联络员", "办公室主任", "上传下达、报送材料"),
    )
    return paper(
        f"关于成立{office.name}迎检工作领导小组{'及建立工作联络机制' if liaison else ''}的通知",
        office.name,
        dated,
        (
            *body(
                f"为加强对迎接{EVALUATION}工作的领导，经研究决定，成立{office.name}迎检工作领导小组。名单如下：",
            ),
            Grid(rows if liaison else rows[:-1]),
            *body(
                "领导小组下设办公室，负责日常工作。",
                *(
                    (
                        "建立工作联络机制，抽出专人负责迎检工作：联络员每周五向镇迎检工作领导小组办公室报告工作进展，"
                        "遇重要事项随时报告；实行工作例会、情况通报、资料报送三项制度。",
                    )
                    if liaison
                    else ()
                ),
            ),
        ),
        number=f"{office.sign}〔2015〕{number}号",
    )


def unit_meeting(office: Office, dated: str) -> Document:
    """工作安排会议记录."""
    return paper(
        f"{office.name}迎检工作安排会议记录",
        office.name,
        dated,
        body(
            f"时间：{chinese_date(dated)}上午8时30分　地点：本单位会议室",
            f"主持人：{office.head}　记录人：办公室主任　参加人员：全体班子成员、各处室（组）负责人",
            f"会议内容：传达吴政发〔2015〕15号文件精神，安排部署迎接{EVALUATION}工作。",
            f"一、{office.head}讲话：迎检工作时间紧、任务重，要统一思想，做到人人有责。",
            f"二、任务安排：{office.deeds[0]}；{office.deeds[1]}；{office.deeds[2]}。",
            "三、会议决定：各项任务明确到人，8月底前完成自查，资料由办公室统一收存。",
            "散会时间：10时20分",
        ),
    )


def unit_agenda(office: Office, dated: str) -> Document:
    """迎检工作列入工作目标和重要议事日程 (会议记录)."""
    return paper(
        f"{office.name}将迎检工作列入2015年度工作目标的会议纪要",
        office.name,
        dated,
        body(
            f"{chinese_date(dated)}，{office.head}主持召开办公会议，专题研究将迎检工作列入本单位工作目标和重要议事日程。纪要如下：",
            f"一、将迎接{EVALUATION}工作列入本单位2015年度工作目标，与业务工作同部署、同检查、同考核。",
            "二、列入重要议事日程，每月召开办公会议听取一次进展情况。",
            f"三、将“{office.deeds[0]}”作为年度重点工作。",
        ),
    )


def unit_self_report(office: Office, dated: str) -> Document:
    """对照指标的自查报告, with figures where the unit has any."""
    return paper(
        f"{office.name}对照评估指标的自查报告",
        office.name,
        dated,
        (
            *body(
                f"对照{_INDICATORS}，我单位于8月中旬逐条开展自查自评。现将自查情况报告如下：",
                "一、基本情况",
                _situation(office),
                "二、自查情况",
                f"对照指标，主要做法是：{'；'.join(office.deeds)}。经自查，涉及我单位的指标基本达到要求。",
            ),
            *_figures(office),
            *body(
                "三、存在的问题",
                "；".join(fault for fault, _ in office.faults) + "。",
                "四、下步打算",
                "针对自查发现的问题，逐条制定措施，限期整改。",
            ),
        ),
        to="吴集镇中心学校",
    )


def unit_summary(office: Office, dated: str) -> Document:
    """本部门、单位的工作总结."""
    return paper(
        f"{office.name}2015年教育督导迎检工作总结",
        office.name,
        dated,
        body(
            "今年以来，我单位在镇党委、政府领导下，扎实开展迎检各项工作。现总结如下：",
            "一、主要工作",
            *(f"（{'一二三'[n]}）{deed}。" for n, deed in enumerate(office.deeds)),
            "二、取得的成效",
            "单位职责更加明确，资料管理更加规范，服务教育的意识进一步增强。",
            "三、不足与努力方向",
            f"工作中还存在{office.faults[0][0]}等不足，今后将继续努力，以良好的面貌迎接检查。",
        ),
        to="吴集镇中心学校",
    )


def unit_rectification(office: Office, dated: str) -> Document:
    """整改方案."""
    rows = (
        ("序号", "存在问题", "整改措施", "完成时限"),
        *((str(n), fault, measure, "2015年9月30日") for n, (fault, measure) in enumerate(office.faults, start=1)),
    )
    return paper(
        f"{office.name}迎检自查问题整改方案",
        office.name,
        dated,
        (
            *body("针对自查自纠阶段发现的问题，为确保整改到位，制定如下整改方案：", "一、整改内容和措施"),
            Grid(rows),
            *body(
                "二、工作要求",
                f"{office.head}为整改第一责任人，实行销号管理，整改一项、销号一项，并将整改结果报镇迎检工作领导小组办公室。",
            ),
        ),
        to="吴集镇中心学校",
    )


def enrolment_notice(dated: str) -> Document:
    """控流保学督查通报: the paper that exists only as a scan."""
    rows = [("学校", "学年初学生数", "辍学人数", "辍学率")]
    for school in SCHOOLS:
        lost = moves(school, 2014)[2]
        rows.append((OFFICE[school].name, str(sum(pupils(school, 2014))), str(lost), f"{dropout_rate(school, 2014)}%"))
    return paper(
        "关于全镇控流保学工作督促检查情况的通报",
        "吴集镇中心学校",
        dated,
        (
            *body(
                "9月14日至15日，中心学校对各学校“控流保学”工作进行了督促检查。总的看，各校控辍保学责任落实较好，"
                "建立了教师包班、班主任包生制度。2014—2015学年辍学情况如下："
            ),
            Grid(tuple(rows)),
            *body("对尚未返校的学生，请各校会同所在村继续上门劝返，每周报告一次。"),
        ),
        number="吴校发〔2015〕21号",
        to="各学校",
    )


def enrolment_report(dated: str) -> Document:
    """控流保学工作情况: the Word file."""
    return paper(
        "吴集镇2015年秋季控流保学督促检查工作情况",
        "吴集镇中心学校",
        dated,
        body(
            "一、主要做法",
            "建立镇、村、校三级控辍保学责任体系，签订责任书；落实辍学学生报告制度和劝返登记制度。",
            "二、督促检查情况",
            f"9月中旬对四所学校逐校检查。初级中学2014—2015学年学生{sum(pupils('zx', 2014))}人，"
            f"辍学{moves('zx', 2014)[2]}人，辍学率{dropout_rate('zx', 2014)}%，小学无辍学。",
            "三、下步措施",
            "对学习困难、家庭困难学生建立帮扶台账，做到控辍保学工作不留死角。",
        ),
    )


def minutes_pages(dated: str) -> tuple[Document, ...]:
    """整改动员会的会议记录本: four pages of one minute book, photographed one by one."""
    day = chinese_date(dated)
    texts = (
        (
            "会议记录",
            f"时间：{day}　地点：镇政府三楼会议室",
            "会议名称：全镇迎检整改动员会",
            "主持人：副镇长　记录人：党政办主任",
            "参加人员：领导小组成员，各村主任，镇直各单位、各学校、幼儿园负责人，共41人",
        ),
        (
            "镇长动员讲话：",
            "一是认清形势。自查自纠阶段共查出问题三十六条，必须全部整改。",
            "二是突出重点。抓好校园周边环境整治、控流保学、表彰奖励教师、公众教育满意度调查宣传四项工作。",
        ),
        (
            "中心学校主任发言：",
            "建立整改台账，明确责任单位、责任人和完成时限，实行销号管理。",
            "资料由各单位资料员统一整理，十月二十日前完成清理复查。",
        ),
        (
            "派出所所长发言：上放学时段增派警力，校园周边网吧、流动摊点每周检查一次。",
            "会议要求：九月三十日前第一批问题整改到位。",
            "记录人：党政办主任　第4页，本次会议记录完。",
        ),
    )
    return tuple(
        Document(
            title=f"会议记录本第{number}页",
            author="吴集镇人民政府",
            dated=dated,
            blocks=(
                *(Line(text, "title" if text == "会议记录" else "body") for text in page),
                Line(f"- {number} -", "right"),
            ),
        )
        for number, page in enumerate(texts, start=1)
    )


def _situation(office: Office) -> str:
    if office.id in SCHOOLS:
        now, have = sum(pupils(office.id, 2014)), PREMISES[office.id]
        return (
            f"学校占地面积{have.land}平方米，校舍建筑面积{have.built}平方米；2014—2015学年有学生{now}人，"
            f"教职工{have.teachers}人，学历达标{have.qualified}人。"
        )
    return f"{office.name}按照镇迎检工作领导小组分工，承担支持和服务教育的相关职责，由{office.head}分管。"


def _figures(office: Office) -> tuple[Grid, ...]:
    if office.id not in SCHOOLS:
        return ()
    rows = [("学年", "学年初学生数", "转入", "转出", "辍学", "辍学率")]
    for year in (2012, 2013, 2014):
        came, went, lost = moves(office.id, year)
        total = sum(pupils(office.id, year))
        rate = f"{dropout_rate(office.id, year)}%"
        rows.append((f"{year}—{year + 1}", str(total), str(came), str(went), str(lost), rate))
    return (Grid(tuple(rows)),)
