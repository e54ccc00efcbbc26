"""The words that tell a paper's kind, and how near the kinds stand: data for ``kind.py``."""

from __future__ import annotations

# Kind → patterns of the tail of a title, blanks between. The longest tail decides; among equals, this order.
TAILS: dict[str, str] = {
    "survey": r"""
        问卷 问卷调查(?:表|结果|报告)? 调查问卷 满意度(?:调查|测评)(?:表|结果|统计|汇总表?)? 测评表 民意测评
        """,
    "speech": r"讲话稿? 发言稿? 发言 致辞 文稿 解说词 脚本 演讲稿 讲话提纲 主持词",
    "minutes": r"""
        会议记录 会议纪要 纪要 座谈会?记录 会议签到表? 签到(?:表|册) 会议 座谈会 动员会 培训会 校长会 例会记录?
        会议材料 大会 会记录
        """,
    "self_report": r"""
        自查(?:自纠|自评)?(?:情况)?(?:的)?(?:报告|汇报|总结) 自评(?:自查)?(?:情况)?(?:报告|表|材料|记录)?
        自查(?:表|记录|材料|情况)? 自检报告 对照检查材料 自查报告书
        """,
    "summary": r"总结(?:报告|材料)? 小结",
    "plan": r"方案 计划(?:书|表)? 规划 预案 工作要点 要点 整改措施 措施 实施意见稿",
    "case_file": r"案卷 卷宗",
    "certificate": r"""
        许可证 资格证书? 合格证 登记证 证书 证明 执照 批复 验收报告 鉴定报告 房产证 产权证 土地证 备案表 备案
        复印件证件 意见书
        """,
    "roster": r"花名册 名册 点名册 名单 人员名单 成员名单 学生名单 花名 人员表 通讯录 名录",
    "ledger": r"台[账帐](?:表|册)? [账帐]册 明细[账帐] 销号表 总[账帐] 分类[账帐] 财产[账帐]",
    "voucher": r"""
        凭证 [账帐]目 票据 发票 工资(?:发放)?(?:表|册) 签领(?:表|册) 签收(?:表|册) 领取(?:表|册)
        发放(?:表|册|花名册|名册) 决算表? 预算表? 收支(?:表|情况|明细)? 拨款单? 报销单 收据 记[账帐]凭证
        """,
    "list": r"""
        清单 安排表 一览表 分工表 分解表 责任分工 任务分解 作息时间表 课程?表 日程表? 日程安排 工作安排 行事历 目录
        任务书 分工 设置表
        """,
    "register": r"登记(?:表|册|簿|卡) 登记 表册 摸底(?:表|登记表|情况表?) 调查(?:登记)?表 普查表 底册",
    "statistics": r"""
        统计(?:表|报表|汇总表|数据|年报|情况表?|一览表)? 报表 汇总表? 年报表? 情况表 数据表? 基表 月报表? 测算表
        分析表 对比表 差异系数 计算表
        """,
    "disclosure": r"公示 公开 公开栏 公示栏 公示表",
    "notice": r"""
        通知书? 通报 公告 通告 函 复函 反馈(?:意见|书|单|函)? 简报 倡议书 告家长书 一封信 快报 通知单 督办单 告知书
        """,
    "report": r"""
        汇报(?:材料|提纲|稿)? 报告书? 简介 情况(?:说明|介绍|报告|汇报) 说明 述职 调研报告 研究性?报告 专题报告
        材料汇报 情况
        """,
    "policy": r"""
        制度(?:汇编)? 办法 规定 细则 意见 章程 条例 决定 职责 机制 守则 规程 责任状 责任书 协议书? 合同 承诺书 机构
        领导小组 工作小组 领导机构 准则 规范 公约 批示 请示 命令 任命 任职 聘任 纲要 标准 政策 合同书
        """,
    "media": r"""
        照片集? 视频 录像片? 展[板版] 标语 宣传单 宣传栏 黑板报 影像(?:资料)? 专题片 相册 画册 图片 海报 宣传册
        宣传(?:资料|材料) 横幅 条幅
        """,
    "record": r"""
        记录(?:表|本|簿|册|单)? 记载 手册 教案 活动 日志 日记 笔记 心得 反思 家访(?:记录)? 工作记录
        过程(?:性)?(?:材料|资料) 台历 作业 试卷 测试卷 佐证
        """,
    "physical": r"实物 平面图 分布图 布局图 规划图 示意图 牌匾 图纸 奖牌 锦旗",
    "form": r"""
        审批表 申请表 申请书 申报表 推荐表 考核表 评估表 量化表 评分表 检查表 报名表 审核表 通知存根 表 卡 单
        """,
    "file": r"档案(?:袋|资料|盒)? 资料(?:汇编)? 材料(?:汇编)? 汇编 文件汇编 材料集",
}

# How near two kinds stand when a requirement asks for one and the paper is the other (1 the same).
NEAR: dict[float, str] = {
    0.85: """
        disclosure/notice form/ledger form/register form/statistics form/survey ledger/list ledger/register
        ledger/roster ledger/voucher list/plan list/register list/roster media/record minutes/record notice/policy
        plan/policy register/roster register/statistics report/self_report report/speech report/summary
        statistics/survey statistics/voucher
        """,
    0.6: """
        case_file/file case_file/record certificate/file certificate/policy certificate/record certificate/register
        certificate/roster disclosure/record disclosure/statistics file/form file/ledger file/list file/media
        file/notice file/plan file/policy file/record file/register file/report file/roster file/self_report
        file/statistics file/summary file/voucher form/list form/record form/self_report ledger/physical
        ledger/record ledger/statistics list/physical list/policy list/record list/statistics media/physical
        media/speech minutes/notice notice/plan notice/record physical/record physical/register plan/record
        policy/record policy/report record/register record/report record/self_report record/summary record/survey
        record/voucher register/voucher report/statistics report/survey roster/statistics roster/voucher
        self_report/statistics self_report/summary
        """,
}
