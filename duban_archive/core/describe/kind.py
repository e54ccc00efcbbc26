"""Tells a paper's kind (台账, 花名册, 方案…) from the words its title ends in, and from its layout."""

from __future__ import annotations

import re
from dataclasses import dataclass

# In this order: the first that matches the end of the title decides; the codes are those of the founding plans.
_TAILS: tuple[tuple[str, str], ...] = (
    ("survey", r"问卷|问卷调查(?:表|结果|报告)?|调查问卷|满意度(?:调查|测评)(?:表|结果|统计|汇总表?)?|测评表|民意测评"),
    ("speech", r"讲话稿?|发言稿?|发言|致辞|文稿|解说词|脚本|演讲稿|讲话提纲|主持词"),
    (
        "minutes",
        r"会议记录|会议纪要|纪要|座谈会?记录|会议签到表?|签到(?:表|册)|会议|座谈会|动员会|培训会|校长会|例会记录?|会议材料|大会",
    ),
    (
        "self_report",
        r"自查(?:自纠|自评)?(?:情况)?(?:的)?(?:报告|汇报|总结)|自评(?:自查)?(?:情况)?(?:报告|表|材料|记录)?|自查(?:表|记录|材料|情况)?|自检报告|对照检查材料|自查报告书",
    ),
    ("summary", r"总结(?:报告|材料)?|小结"),
    ("plan", r"方案|计划(?:书|表)?|规划|预案|工作要点|要点|整改措施|措施|实施意见稿"),
    ("case_file", r"案卷|卷宗"),
    (
        "certificate",
        r"许可证|资格证书?|合格证|登记证|证书|证明|执照|批复|验收报告|鉴定报告|房产证|产权证|土地证|备案表|备案|复印件证件|意见书",
    ),
    ("roster", r"花名册|名册|点名册|名单|人员名单|成员名单|学生名单|花名|人员表|通讯录|名录"),
    ("ledger", r"台[账帐](?:表|册)?|[账帐]册|明细[账帐]|销号表|总[账帐]|分类[账帐]|财产[账帐]"),
    (
        "voucher",
        r"凭证|[账帐]目|票据|发票|工资(?:发放)?(?:表|册)|签领(?:表|册)|签收(?:表|册)|领取(?:表|册)|发放(?:表|册|花名册|名册)|决算表?|预算表?|收支(?:表|情况|明细)?|拨款单?|报销单|收据|记[账帐]凭证",
    ),
    (
        "list",
        r"清单|安排表|一览表|分工表|分解表|责任分工|任务分解|作息时间表|课程?表|日程表?|日程安排|工作安排|行事历|目录|任务书|分工",
    ),
    ("register", r"登记(?:表|册|簿|卡)|登记|表册|摸底(?:表|登记表|情况表?)|调查(?:登记)?表|普查表|底册"),
    (
        "statistics",
        r"统计(?:表|报表|汇总表|数据|年报|情况表?|一览表)?|报表|汇总表?|年报表?|情况表|数据表?|基表|月报表?|测算表|分析表|对比表|差异系数",
    ),
    ("disclosure", r"公示|公开|公开栏|公示栏|公示表"),
    ("notice", r"通知书?|通报|公告|通告|函|复函|反馈(?:意见|书|单|函)?|简报|倡议书|告家长书|一封信|快报|通知单|督办单"),
    (
        "report",
        r"汇报(?:材料|提纲|稿)?|报告书?|简介|情况(?:说明|介绍|报告|汇报)|说明|述职|调研报告|研究性?报告|专题报告|材料汇报",
    ),
    (
        "policy",
        r"制度(?:汇编)?|办法|规定|细则|意见|章程|条例|决定|职责|机制|守则|规程|责任状|责任书|协议书?|合同|承诺书|机构|领导小组|工作小组|领导机构|准则|规范|公约|批示|请示|命令|任命|任职|聘任|纲要|标准|政策|公约",
    ),
    (
        "media",
        r"照片集?|视频|录像片?|展[板版]|标语|宣传单|宣传栏|黑板报|影像(?:资料)?|专题片|相册|画册|图片|海报|宣传册|宣传(?:资料|材料)|横幅|条幅",
    ),
    (
        "record",
        r"记录(?:表|本|簿|册|单)?|记载|手册|教案|活动|日志|日记|笔记|心得|反思|家访(?:记录)?|工作记录|过程(?:性)?(?:材料|资料)|台历|作业|试卷|测试卷|佐证",
    ),
    ("physical", r"实物|平面图|分布图|布局图|规划图|示意图|牌匾|图纸|奖牌|锦旗"),
    ("form", r"审批表|申请表|申请书|申报表|推荐表|考核表|评估表|量化表|评分表|检查表|报名表|审核表|通知存根|表|卡|单"),
    ("file", r"档案(?:袋|资料|盒)?|资料(?:汇编)?|材料(?:汇编)?|汇编|文件汇编|材料集"),
)
_AT_END = [(kind, re.compile(rf"(?:{words})(?:表|（[^）]*）|\([^)]*\)|〔[^〕]*〕|[\d.]+)?$")) for kind, words in _TAILS]
_ANYWHERE = [(kind, re.compile(words)) for kind, words in _TAILS if kind not in {"form", "file", "record", "policy"}]
_ISSUING = re.compile(
    r"(?:印发|制定|下发|颁发|发布|颁布)[《〈<“\"]?(.+?)[》〉>”\"]?(?:\(?（?(?:试行|暂行|草案)?）?\)?)的?(?:通知|公告|决定)$"
)
_FORWARDING = re.compile(r"转发|批转")

# How near two kinds stand when a requirement asks for one and the paper is the other (1 the same, 0 a contradiction).
_NEAR: dict[frozenset[str], float] = {
    frozenset(pair.split("/")): near
    for near, pairs in (
        (
            0.85,
            "ledger/register ledger/roster register/roster register/statistics statistics/form register/form roster/list self_report/report report/summary minutes/record notice/policy plan/policy disclosure/notice list/plan list/register media/record certificate/file ledger/list ledger/form survey/statistics survey/form speech/report voucher/ledger voucher/statistics",
        ),
        (
            0.6,
            "roster/statistics ledger/statistics record/register record/ledger record/form record/list self_report/summary self_report/statistics report/statistics record/report record/summary policy/record notice/record minutes/notice file/record file/register file/roster file/ledger file/policy file/statistics file/report plan/notice certificate/policy voucher/register voucher/record voucher/roster case_file/file case_file/record media/file media/physical physical/ledger physical/record physical/list survey/report survey/record disclosure/record disclosure/statistics form/list plan/record file/form file/list file/case_file file/certificate file/voucher file/self_report file/summary file/plan file/notice speech/media report/record list/policy list/statistics certificate/roster certificate/record certificate/register policy/report physical/register physical/media self_report/form self_report/record",
        ),
    )
    for pair in pairs.split()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFound:
    """A kind, the words it was told by, and how sure."""

    kind: str
    words: str
    confidence: float


def kinds_of_title(title: str) -> tuple[KindFound, ...]:
    """Kinds a title may tell, the likeliest first: what is *issued* counts before the notice that issues it."""
    text = re.sub(r"\s+", "", title).strip("[]〔〕")
    text = re.sub(r"[（(][^（）()]*[)）]$", "", text).strip("“”\"'")
    found: list[KindFound] = []
    if match := _ISSUING.search(text):
        for one in _by_tail(match[1].rstrip('》〉>”"')):
            found.append(one)
        return (*found, KindFound(kind="notice", words=text[-2:], confidence=0.6))
    found.extend(_by_tail(text))
    if not found:
        for kind, pattern in _ANYWHERE:
            if match := pattern.search(text):
                found.append(KindFound(kind=kind, words=match.group(), confidence=0.55))
                break
    if found and _FORWARDING.search(text) and found[0].kind == "notice":
        found.append(KindFound(kind="policy", words="转发", confidence=0.5))
    return tuple(found)


def _by_tail(text: str) -> list[KindFound]:
    longest: tuple[int, str, str] = (0, "", "")
    for kind, pattern in _AT_END:
        match = pattern.search(text)
        # The longest tail decides (发放花名册 is a voucher, not a roster); among equals, the order of the table.
        if match and len(match.group()) > longest[0]:
            longest = (len(match.group()), kind, match.group())
    return [KindFound(kind=longest[1], words=longest[2], confidence=0.9)] if longest[0] else []


def kind_of_layout(headers: tuple[str, ...], rows: int, *, picture: bool, moving: bool, words: int) -> KindFound | None:
    """A guess from the layout alone: a table with names is a roster, with figures a statistics table, a picture media."""
    joined = "".join(headers)
    if "姓名" in joined and rows > 3:
        return KindFound(kind="roster", words="表头有 姓名", confidence=0.5)
    if len(headers) >= 4 and re.search(r"人数|总数|合计|面积|比例|率", joined):
        return KindFound(kind="statistics", words="表头有 人数/合计", confidence=0.45)
    if len(headers) >= 4 and rows > 3:
        return KindFound(kind="register", words="是一张表", confidence=0.35)
    if moving or (picture and words < 30):
        return KindFound(kind="media", words="是照片或录像", confidence=0.5)
    return None


def nearness(asked: str, have: str) -> float:
    """How well a paper of kind ``have`` may serve where ``asked`` is wanted, 0..1."""
    if not asked or not have or asked == have or "other" in (asked, have):
        return 1.0 if asked == have else 0.7
    return _NEAR.get(frozenset((asked, have)), 0.25)
