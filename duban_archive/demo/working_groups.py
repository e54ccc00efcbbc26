"""What the town's working groups and its centre school write: training, guidance, commendation, reports."""

from __future__ import annotations

from duban_archive.demo.document import Document, Grid
from duban_archive.demo.town import NAME, NURSERY, PREMISES, SCHOOLS, leavers, pupils
from duban_archive.demo.wording import EVALUATION, body, paper


def training(dated: str) -> Document:
    """业务培训记录."""
    return paper(
        "吴集镇迎检业务培训记录",
        NAME["g2"],
        dated,
        body(
            "培训时间：2015年8月14日　培训地点：吴集中心校会议室",
            "参加人员：各村、镇直各单位、各学校具体负责业务操作的人员（签到表附后）",
            f"培训内容：一是学习{EVALUATION}指标和实施细则；二是档案资料的收集、分类、装订要求；三是各类表册的填报口径。",
            "培训效果：现场抽查提问12人，均能说清本单位应报材料名称、份数和时限。",
        ),
    )


def guidance(dated: str) -> Document:
    """专项指导记录."""
    rows = (
        ("日期", "单位", "存在问题", "指导意见"),
        ("9月8日", NAME["zx"], "实验室使用登记不全", "按周补齐，由教导处检查"),
        ("9月9日", NAME["xx2"], "留守儿童档案缺家访记录", "班主任两周内完成家访并登记"),
        ("9月10日", NAME["xx3"], "并入学生学籍未转接", "与中心学校学籍员逐人办理"),
    )
    return paper(
        "业务指导组专项指导记录",
        NAME["g2"],
        dated,
        (*body("针对自查中发现的问题，组织业务骨干到校专项指导，记录如下："), Grid(rows)),
    )


def commendation(dated: str) -> Document:
    """表彰决定: names are left out, numbers given."""
    return paper(
        "关于表彰2015年度优秀教师和优秀教育工作者的决定",
        NAME["zf"],
        dated,
        body(
            "在第31个教师节来临之际，为弘扬尊师重教风尚，经各校推荐、中心学校审核、镇人民政府研究，决定：",
            "一、授予12名教师“优秀教师”称号，授予3名同志“优秀教育工作者”称号，名单附后。",
            "二、对受表彰的教师每人奖励人民币500元，奖励资金由镇财政列支。",
            "希望受表彰的教师珍惜荣誉，再创佳绩。",
        ),
        number="吴政发〔2015〕19号",
        to="各学校、幼儿园",
    )


def school_management(dated: str) -> Document:
    """学校管理规范化、精细化建设督促指导情况."""
    return paper(
        "学校管理规范化、精细化建设督促指导情况记录",
        NAME["zxx"],
        dated,
        body(
            "8月20日至27日，中心学校分三组对各校、幼儿园管理规范化、精细化建设进行督促指导。",
            "一、检查内容",
            "校园环境、常规教学、功能室使用、安全管理、档案管理五个方面共二十六项。",
            "二、督促指导情况",
            "各校均已修订学校管理制度汇编，落实每日巡查、每周小结；现场指出问题十四项，当场整改九项，限期整改五项。",
        ),
    )


def indicators_rechecked(dated: str) -> Document:
    """所有指标清理复查记录."""
    rows = (
        ("指标类别", "指标项数", "准确规范", "需补充", "复查意见"),
        ("组织领导", "9", "9", "0", "材料完整"),
        ("办学水平与教育环境", "12", "10", "2", "补充分校台账"),
        ("自查整改与档案资料", "11", "9", "2", "补充资料室照片"),
    )
    return paper(
        "吴集镇迎检指标清理复查记录",
        NAME["g2"],
        dated,
        (
            *body("10月22日至24日，业务指导组对所有指标进行清理复查，按照准确、规范、完整、统一的要求逐项核对："),
            Grid(rows),
        ),
    )


def surroundings(dated: str) -> Document:
    """校园周边环境整治情况."""
    return paper(
        "吴集镇校园周边环境整治工作情况",
        NAME["g3"],
        dated,
        body(
            "9月份以来，教育发展环境治理组会同派出所、文化站、安监站开展校园周边环境集中整治。",
            "一、整治情况",
            "检查校园周边商店21家、网吧3家，取缔占道摊点8处，收缴不健康出版物46册，设置警示标志12块。",
            "二、长效机制",
            "建立校园周边环境治理联席会议制度，每周巡查一次，由派出所登记。",
        ),
    )


def surroundings_inspection(dated: str) -> Document:
    """派出所的检查记录: a single sheet with the station's seal, scanned."""
    rows = (
        ("检查地点", "发现问题", "处理情况"),
        ("初级中学门前", "流动摊点4处", "当场劝离"),
        ("中心小学东侧网吧", "未悬挂禁止未成年人标志", "责令当日悬挂"),
        ("第三小学门前", "减速带损坏", "已报修"),
    )
    return paper(
        "校园周边治安整治检查记录",
        NAME["pcs"],
        dated,
        (
            *body("9月17日上午，派出所民警会同文化站工作人员对校园周边环境进行检查，情况如下："),
            Grid(rows),
        ),
    )


def satisfaction(dated: str) -> Document:
    """公众教育满意度调查宣传情况."""
    return paper(
        "吴集镇公众教育满意度调查宣传工作情况",
        NAME["g3"],
        dated,
        body(
            "为提高公众对教育工作的知晓率和满意度，10月份开展了公众教育满意度调查宣传活动。",
            "一、宣传形式：悬挂横幅26条，出动宣传车6台次，发放致家长的一封信2,300份，文化站组织专场演出2场。",
            "二、模拟调查：随机调查群众200人，满意186人，基本满意11人，不满意3人，满意率93%。",
        ),
    )


def enrolment_guarantee(dated: str) -> Document:
    """适龄儿童入园、入学保障和劝学工作情况."""
    primary = sum(pupils(school, 2015)[0] for school in ("xx1", "xx2", "xx3")) + pupils("point", 2015)[0]
    middle = pupils("zx", 2015)[0]
    finished = sum(leavers(school, 2015) for school in ("xx1", "xx2", "xx3"))
    small = sum(NURSERY[nursery, 2015][0] for nursery in ("yey1", "yey2"))
    return paper(
        "吴集镇2015年秋季适龄儿童入园入学保障和劝学工作情况",
        NAME["g4"],
        dated,
        body(
            "一、入园入学情况",
            f"2015年秋季，全镇幼儿园小班入园{small}人；小学一年级新生{primary}人；小学毕业生{finished}人，"
            f"其中{middle}人升入镇初级中学，{finished - middle}人到镇外就读，无一人失学。",
            "二、劝学工作",
            "镇村干部与教师组成劝学小组五个，上门家访劝学23户，劝返学生2人，并做好家访劝学记录。",
        ),
    )


def guidance_report(dated: str) -> Document:
    """业务指导组汇报材料: slides."""
    teachers = sum(PREMISES[school].teachers for school in SCHOOLS)
    count = sum(sum(pupils(school, 2015)) for school in SCHOOLS)
    return paper(
        f"迎接{EVALUATION}业务指导工作汇报材料",
        NAME["g2"],
        dated,
        body(
            "一、基本情况",
            f"全镇初级中学1所、小学3所、教学点1个，在校学生{count}人，专任教师{teachers}人。",
            "二、主要工作",
            "组织业务培训，开展专项指导，完善档案和表册资料，表彰奖励教师。",
            "三、存在的不足",
            "部分单位资料收集不及时，个别表册口径不一致。",
            "四、下步打算",
            "十一月初完成全部资料装订，迎接市级检查评估。",
        ),
    )


def environment_report(dated: str) -> Document:
    """教育发展环境治理组汇报材料."""
    return paper(
        "教育发展环境治理组迎检工作汇报材料",
        NAME["g3"],
        dated,
        body(
            "现将教育发展环境治理组工作情况汇报如下：",
            "一、校园周边环境整治",
            "开展集中整治三次，校园周边秩序明显好转。",
            "二、公众教育满意度调查宣传",
            "通过多种形式宣传，模拟调查满意率93%。",
            "三、下步工作",
            "巩固整治成果，落实每周巡查。",
        ),
    )
