"""Which facts each template is given: the blanks an office may use in it, and no others.

A blank of each row of a list is written with the list's name: ``目录.页码``. A test holds every shipped template
against this table, and ``templates check`` every edited one.
"""

from __future__ import annotations

from duban_archive.adapters.binder.wording import SPINE_WIDTHS


def _names(top: str, rows: str = "", of: str = "") -> frozenset[str]:
    names = top.split()
    return frozenset([*names, *((of, *(f"{of}.{name}" for name in rows.split())) if of else ())])


_VOLUME = "卷号 卷题名 责任单位"
_STAND = f"{_VOLUME} 编号 题名 年度 收件号 说明 返回目录"
_ROW = "目录编号 材料名称 类别 年度 责任单位 形成日期 文号 页码 来源 备注 序号 档号 责任者 题名 密级 页数 页号"
_COVER = f"密级 编制单位 评估名称 {_VOLUME} 起止时间 件数 页数 第几卷 共几卷 印制日期 版本说明 材料名"
_GAP = "指标 材料 年度 单位 级别 状态 责任人 期限 说明"
_PROGRESS = "单位 应报 已报 已审 退回 缺 逾期 完成率 较昨日 排名"
_DAILY = "表名 编制单位 截止日期 版本说明 " + " ".join(f"合计{name}" for name in _PROGRESS.split()[1:])

_HEADING = "评估名称 编制单位 日期 版本说明"
FACTS: dict[str, frozenset[str]] = {
    "总封面": _names("密级 编制单位 评估名称 汇编名称 指标体系 材料期间 卷数 件数 页数 印制日期 版本说明"),
    "总目录": _names(
        "评估名称 卷数 件数 页数 页码说明 版本说明", "卷次 卷号 卷题名 责任单位 件数 页数 页码", of="各卷"
    ),
    "卷封面": _names(_COVER),
    "卷内目录": _names(f"{_VOLUME} 编制单位 件数 页数 版本说明 表名", _ROW, of="目录"),
    "归档文件目录": _names(f"{_VOLUME} 编制单位 件数 页数 版本说明 表名", _ROW, of="目录"),
    "卷内文件目录": _names(f"{_VOLUME} 编制单位 件数 页数 版本说明 表名", _ROW, of="目录"),
    "隔页": _names(f"{_VOLUME} 编号 题名 要求 返回目录", _ROW, of="目录"),
    "占位页": _names(f"{_STAND} 数量 存放处"),
    "缺项页": _names(f"{_STAND} 原因"),
    "互见页": _names(f"{_STAND} 原件见"),
    "备考表": _names(f"{_VOLUME} 件数 页数 表名 情况说明 校验说明"),
    "标签": _names("", " ".join(f"收件号{n} 题名{n} 位置{n} 二维码{n}" for n in (1, 2, 3)), of="各行"),
    "印制单": _names(
        "编制单位 评估名称 印制日期 版本说明 卷数 面数 张数",
        "卷号 卷题名 面数 张数 隔页 大幅页 插入原件 脊背",
        of="各卷",
    ),
    "插入原件清单": _names(
        "编制单位 评估名称 印制日期 版本说明 件数 页数",
        "序号 卷号 目录编号 材料名称 责任单位 数量 存放处 页码 插入位置",
        of="原件",
    ),
    "照片页": _names("题名 图1 图2 图3 图4 说明1 说明2 说明3 说明4"),
    "印刷登记": _names("编制单位 评估名称 截止日期 版本说明", "序号 日期 版次 份数 盒数 去向 经手人 说明", of="印刷"),
    "换页清单": _names("编制单位 评估名称 印制日期 版本说明", "序号 卷号 做法 页码 材料名称 说明", of="变动"),
    "缺项报告": _names("报告名称 编制单位 截止日期 概况 版本说明", _GAP, of="缺项"),
    "现场答复单": _names(
        "评估名称 编制单位 编号 调阅人 调阅时间 调阅内容 登记人 取件 出示 归还 "
        "待补材料 待补期限 待补责任人 待补情况 备注 打印时间",
        "序号 收件号 题名 页数 位置",
        of="材料",
    ),
    "报送进度表": _names(_DAILY, _PROGRESS, of="各单位"),
    "报送进度表小字": _names(_DAILY, _PROGRESS, of="各单位"),
    "催办单": _names(
        "单位 评估名称 编制单位 截止日期 日期 应报 已审 未齐 逾期说明 版本说明",
        "序号 编号 材料 期间 状态 期限 说明 级别",
        of="缺项",
    ),
    "退回补正通知单": _names(
        "单位 评估名称 编制单位 份数 日期 经办人 版本说明", "序号 收件号 编号 材料 期间 原因 次数 期限", of="退回"
    ),
    "材料清单": _names(
        "单位 评估名称 编制单位 截止日期 概况 版本说明", "序号 编号 材料 期间 份数 要求 期限 现状 说明", of="材料"
    ),
    "责任分工表": _names(
        "评估名称 编制单位 截止日期 版本说明", "编号 材料 指标 牵头 配合 责任人 报送单位 期限 应收 已齐", of="分工"
    ),
    "倒排工期表": _names(
        "评估名称 编制单位 截止日期 概况 版本说明", "期限 还剩 阶段 事项 责任单位 应收 未齐", of="工期"
    ),
    "填报说明": _names(
        "单位 评估名称 编制单位 编号 概况 日期 版本说明", "文件夹 编号 材料 期间 份数 要求 期限", of="材料"
    ),
    "移交清单": _names(
        "移交单位 日期 概况 链首 版本说明", "序号 收件号 题名 文号 责任者 成文日期 归类 页数 原件", of="移交"
    ),
    "归还清单": _names(
        "编制单位 日期 概况 版本说明", "编号 名称 数量 出借单位 借入日期 应还日期 经手人 归还日期 状态", of="借调"
    ),
    "工作移交清单": _names("移交人 编制单位 日期 概况 版本说明", "序号 类别 事项 单位 期限 说明", of="事项"),
    "整改台账": _names(
        "表名 编制单位 截止日期 概况 版本说明",
        "序号 问题 来源 依据 措施 责任单位 责任人 时限 结果 佐证 销号",
        of="台账",
    ),
    "抽查核查单": _names("表名 编制单位 编号 日期 抽签号 版本说明", "序号 类别 内容 应在 结果 用时 备注", of="抽查"),
    "数据变动说明表": _names("表名 编制单位 日期 前次 后次 概况 版本说明", "序号 名称 单位 期间 前 后 原因", of="变动"),
    "自评表": _names(_HEADING, "编号 指标 标准 得分 结论 简述 数据 佐证", of="自评"),
    "自查自评报告": _names(f"{_HEADING} 依据 基本情况", "标题 自评 数据 佐证", of="指标")
    | _names("", "序号 问题 措施 责任 时限 状态", of="问题"),
    "迎检方案": _names(_HEADING, "阶段 时间 任务", of="阶段表") | _names("", "指标 牵头 配合", of="分工表"),
    "会议记录": _names(_HEADING),
    "签到表": _names(_HEADING, "序号", of="行"),
    "整改方案": _names(_HEADING, "序号 问题 措施 责任 时限", of="问题表"),
    "汇报材料提纲": _names(_HEADING, "标题", of="指标表"),
    **{f"脊背标签{width}毫米": _names("卷号 竖排题名 竖排年度 起止件号 责任单位 盒号") for width in SPINE_WIDTHS},
}
# What a list is called, by view and columns: a standard's name only where its papers are filed by it.
LISTS = {
    ("visit", "visit"): "卷内目录",
    ("visit", "item"): "佐证材料目录",
    ("visit", "volume"): "佐证材料目录",
    ("filing", "visit"): "卷内目录",
    ("filing", "item"): "归档文件目录",
    ("filing", "volume"): "卷内文件目录",
}
CONTENTS = {"visit": "卷内目录", "item": "归档文件目录", "volume": "卷内文件目录"}  # by `Manifest.columns`
BOUND = ("总封面", "总目录", "卷封面", "隔页", "占位页", "缺项页", "互见页", "备考表")
