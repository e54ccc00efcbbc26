"""The checklist language as data: every sort of element, its keys, what each may hold, and its column in Excel.

One table serves the strict YAML reader, the JSON Schema for editors, the Excel door and the page that documents the
language, so the four cannot disagree. Nothing here reads a file.
"""

from __future__ import annotations

from dataclasses import dataclass

from duban_archive.core import period_rules

KINDS = (
    *("ledger", "register", "roster", "statistics", "self_report", "report", "summary", "plan", "list", "policy"),
    *("notice", "minutes", "record", "file", "form", "voucher", "media", "disclosure", "certificate", "survey"),
    *("physical", "case_file", "speech", "other"),
)
PERIOD_KINDS = period_rules.KINDS
LEVELS = ("must", "should", "may")
SEVERITIES = ("error", "doubt", "hint")
OPERATORS = (">", ">=", "=", "<=", "<", "between", "count", "years", "direction", "status")
MEASURES = ("value", "ratio", "trend", "dispersion", "mean", "sum")
VERIFIED = ("verified", "partly", "from_memory")
JUDGES = ("threshold", "score", "veto", "checklist")
_KIND_LABELS = (
    *("台账", "登记表/表册", "花名册", "统计表", "自查/自评报告", "汇报材料", "总结", "方案/计划", "清单/安排表"),
    *("文件/制度", "通知/通报", "会议记录", "过程记录", "档案资料", "表单", "账目/凭证", "照片/视频", "公开/公示"),
    *("证照", "问卷/测评", "实物", "案卷", "文稿", "其他"),
)
# The words a cell of Excel shows for a code; both are read back.
LABELS = {
    **dict(zip(KINDS, _KIND_LABELS, strict=True)),
    **{"must": "必备", "should": "应有", "may": "可有", "error": "问题", "doubt": "疑点", "hint": "提示"},
    **{"calendar": "自然年", "school": "学年", "semester": "学期", "fiscal": "财政年", "month": "月", "date": "时点"},
    **{"once": "一次性", "standing": "常设", "verified": "已核实", "partly": "部分核实", "from_memory": "凭记忆"},
    **{"threshold": "达标", "score": "计分", "veto": "否决", "checklist": "对照清单"},
    **{"between": "介于", "count": "个数", "years": "年数", "direction": "趋势方向", "status": "状态"},
    **{"value": "原值", "ratio": "比", "trend": "走势", "dispersion": "差异系数", "mean": "平均", "sum": "合计"},
}

PASS_LOGIC = ("all", "any", "k_of_n", "grades")
CHECKS = (
    "same_value",
    "sum_of_parts",
    "same_names",
    "same_order",
    "no_blank",
    "in_range",
    "trend",
    "complete",
    "dated",
)
AGGREGATES = ("sum", "mean", "min", "max", "rank")

# What a value may be; the Chinese says what the reader was expected to write.
FORMS = {
    "text": "一段文字",
    "id": "一个编号(不含空格)",
    "texts": "文字,或文字的列表",
    "flag": "true 或 false",
    "integer": "一个整数",
    "number": "一个数",
    "date": "日期,如 2015-08-10(可只写到年或月)",
    "scalar": "文字或数",
    "value": "数、文字,或两个数的列表",
    "choice": "下列之一",
    "choices": "下列之中的若干个",
    "conditions": "“属性: 值”或“属性: [值, 值]”",
    "values": "“名称: 数或文字”",
    "sets": "若干组同义词,如 [[台帐, 台账]]",
    "elements": "若干个条目的列表",
    "named": "“名称: {…}”",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of an element: the form of its value, and the header and the note of its Excel column.

    ``sort`` names the sort of the elements inside for the forms ``elements`` and ``named``. ``aliases`` are other
    headers that offices use for the same column.
    """

    key: str
    form: str
    header: str
    note: str = ""
    choices: tuple[str, ...] = ()
    sort: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A sort of element (指标, 佐证材料…): its keys in the order they are written."""

    name: str
    title: str
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        """The field of that key."""
        return next((f for f in self.fields if f.key == key), None)


def _f(key: str, form: str, header: str, note: str = "", **more: object) -> Field:
    return Field(key=key, form=form, header=header, note=note, **more)  # type: ignore[arg-type]  # a table's shorthand


_EXTRA = _f("extra", "values", "其他列", "表格里不认识的列原样保留在这里")
_SOURCE = (
    _f("source", "texts", "来源", "本条承载的方案条目编号,如 plan-00-d01;超过三个要写“来源说明”"),
    _f("source_reason", "text", "来源说明", "一条承载三个以上来源编号时,说明为什么合在一起"),
    _EXTRA,
)
_LINEAGE = (
    _f("renamed_from", "texts", "原编号", "新版里由哪个编号改来"),
    _f("merged_from", "texts", "合并自", "新版里由哪几个编号合并而来"),
    _f("split_from", "text", "拆分自", "新版里由哪个编号拆出"),
    _f("retired", "flag", "已停用", "停用而不删除:不再产生应收项,已归入的材料转入待重新归类"),
)

_CHECK_ITEM = Sort(
    name="check_item",
    title="检查内容",
    fields=(
        _f("id", "id", "编号", "固定不变", required=True),
        _f("text", "text", "检查内容", "评估人员看的要点,照原文", required=True),
        _f("law", "text", "依据"),
        _f("objects", "texts", "检查对象"),
        _f("lead", "texts", "牵头单位"),
        _f("support", "texts", "配合单位"),
        _f("applies_if", "text", "适用条件", "如 kind=中西医结合医院"),
        *_SOURCE,
    ),
)

_REQUIREMENT = Sort(
    name="requirement",
    title="佐证材料",
    fields=(
        _f("id", "id", "编号", "固定不变,如 a1-01", required=True),
        _f("code", "text", "目录编号", "印在目录上;不写则为“指标代码-序号”,如 A1-1"),
        _f(
            "title",
            "text",
            "材料名称",
            "照方案原文",
            required=True,
            aliases=("佐证材料", "材料", "佐证资料", "资料名称"),
        ),
        _f("kind", "choice", "材料类别", "台账 ledger、登记表 register、方案 plan……", choices=KINDS),
        _f("evidence_type", "id", "材料类型", "“材料类型”表里的编号:名称、表头等从那里取"),
        _f("text", "text", "要求", "怎样才算齐:内容、份数、形式", aliases=("备注", "说明")),
        _f("per", "texts", "报送单位", "单位组或单位的编号;每个单位各报一份", aliases=("责任单位", "报送单位")),
        _f("sub_units", "flag", "含下属", "教学点等下属单位也要单独报送"),
        _f(
            "period",
            "texts",
            "期间",
            "“期间”表里的名称,或 2014、2014-2015、2015-09、once(一次)、standing(常设)",
            aliases=("年度",),
        ),
        _f("round", "id", "轮次", "属于哪一轮(市检、省检……),期间按该轮的基准年推算"),
        _f("level", "choice", "级别", "must 必备、should 应有、may 可有", choices=LEVELS),
        _f("count", "integer", "最少件数", "每个应收项至少几件"),
        _f("physical", "flag", "实物", "纸质登记簿、实物等,可以没有电子文件"),
        _f("formats", "texts", "格式", "同时要交的格式,如 pdf、docx;“pdf|ofd”表示任一"),
        _f("signed", "flag", "签字"),
        _f("stamped", "flag", "盖章"),
        _f("signed_by", "texts", "签字人", "由谁签字(职务)"),
        _f("copies", "integer", "份数", "纸质几份"),
        _f("due", "text", "报送期限", "2015-08-10;09-12;每月20日;每月底;半年 06-20 11-20;督查结束后15日;每学期末前7日"),
        _f("due_text", "text", "期限原文", "照方案原文"),
        _f("phase", "id", "阶段", "“阶段”表里的编号"),
        _f("by", "texts", "形成单位", "由谁形成(照原文)"),
        _f("to", "text", "报送给", "交给谁(照原文)"),
        _f("route", "texts", "分送", "不同单位交不同部门时逐条写明,如 医技→医务科"),
        _f("any_of", "texts", "任一即可", "与哪些编号的材料有其一即可"),
        _f("applies_if", "text", "适用条件", "如 stage=初中;kind in 小学,初中 且 寄宿=是"),
        _f("expires", "text", "有效期", "证照:写 有效期至(以证面为准),或 3年"),
        _f("share", "text", "抽查比例", "如 >=30%:只抽部分单位时"),
        _f("outline", "texts", "内容提纲", "报告应写的几部分"),
        _f("limit", "text", "篇幅", "如 汇报不超过10分钟"),
        _f("parts", "texts", "组成", "案卷等由哪些件组成"),
        _f("personal_data", "flag", "含个人信息"),
        _f("secrecy", "text", "密级"),
        _f("derived", "flag", "推出", "原文没有写成一份材料的名称,由所写的工作推出"),
        _f("names", "texts", "别名", "这种材料实际怎么叫"),
        _f("terms", "texts", "主题词"),
        _f("not_terms", "texts", "排除词", "出现即说明不是这种材料"),
        _f("headers", "texts", "表头", "表格里的列名"),
        *_SOURCE,
        *_LINEAGE,
    ),
)

_INDICATOR = Sort(
    name="indicator",
    title="指标",
    fields=(
        _f("id", "id", "编号", "固定不变,如 a1", required=True),
        _f("code", "text", "代码", "印出来的代码,如 A1", aliases=("指标代码", "目录编号")),
        _f("title", "text", "指标", "指标名称", required=True, aliases=("指标名称",)),
        _f("text", "text", "说明", "指标描述、评估标准", aliases=("指标描述", "评估标准", "评估要点")),
        _f("lead", "texts", "牵头单位", aliases=("责任单位", "牵头部门")),
        _f("support", "texts", "配合单位", aliases=("配合部门",)),
        _f("key", "flag", "关键指标"),
        _f("judge", "choice", "评判", "threshold 达标、score 计分、veto 否决、checklist 清单", choices=JUDGES),
        _f("weight", "number", "权重", "准备度按此加权", aliases=("分值",)),
        _f("applies_if", "text", "适用条件"),
        *_SOURCE,
        *_LINEAGE,
        _f("requires", "elements", "佐证材料", sort="requirement"),
        _f("check_items", "elements", "检查内容", sort="check_item"),
        _f("children", "elements", "下级指标", sort="indicator"),
    ),
)

_SORTS = (
    _REQUIREMENT,
    _CHECK_ITEM,
    _INDICATOR,
    Sort(
        name="evidence_type",
        title="材料类型",
        fields=(
            _f("id", "id", "编号", "固定不变", required=True),
            _f("title", "text", "名称", required=True),
            _f("kind", "choice", "材料类别", choices=KINDS, required=True),
            _f("names", "texts", "别名"),
            _f("terms", "texts", "主题词"),
            _f("not_terms", "texts", "排除词"),
            _f("headers", "texts", "表头"),
            _f("fields", "texts", "数据项"),
            _f("formats", "texts", "格式"),
            _f("signed", "flag", "签字"),
            _f("stamped", "flag", "盖章"),
            _f("personal_data", "flag", "含个人信息"),
            _EXTRA,
        ),
    ),
    Sort(
        name="unit",
        title="单位",
        fields=(
            _f("id", "id", "编号", "固定不变,如 xx3", required=True),
            _f("name", "text", "单位名称", "与教育事业统计一致的全称", required=True, aliases=("单位", "学校名称")),
            _f("aliases", "texts", "简称"),
            _f("kind", "text", "类别", "小学、初中、幼儿园、村、部门……"),
            _f("stage", "text", "学段"),
            _f("opened", "date", "设立日期"),
            _f("closed", "date", "撤并日期"),
            _f("merged_into", "id", "并入单位", "并入哪个单位(编号)"),
            _f("belongs_to", "id", "隶属单位", "教学点等属于哪个单位(编号);自己不单独报送"),
            _f("former_names", "texts", "曾用名", "更名前的名称,可写 名称(至2013-08)"),
            _f("attributes", "values", "其他属性", "如 {寄宿: 是, 在校生: 320}"),
            _EXTRA,
        ),
    ),
    Sort(
        name="group",
        title="单位组",
        fields=(
            _f("id", "id", "编号", "如 每校", required=True),
            _f("title", "text", "名称"),
            _f("members", "texts", "成员", "单位或其他单位组的编号,按规定的先后"),
            _f("where", "conditions", "条件", "如 {kind: [小学, 初中]}:符合的单位都算"),
            _f("open", "flag", "待填", "成员由使用的办公室填;未填时以组名代替一个单位"),
            _EXTRA,
        ),
    ),
    Sort(
        name="parameter",
        title="参数",
        fields=(
            _f("title", "text", "说明"),
            _f("value", "scalar", "值", "由办公室填;文字里写 {参数名} 的地方会换成它"),
            _f("unit", "text", "计量单位"),
            _f("placeholder", "text", "占位", "未填时显示什么,如 20xx"),
            _f("source", "texts", "来源"),
            _EXTRA,
        ),
    ),
    Sort(
        name="period",
        title="期间",
        fields=(
            _f("title", "text", "说明"),
            _f(
                "kind",
                "choice",
                "种类",
                "calendar 自然年、school 学年、semester 学期……",
                choices=PERIOD_KINDS,
                required=True,
            ),
            _f("last", "integer", "最近几个", "以基准年为最后一个,向前数几个"),
            _f("offset", "integer", "推移", "-1 表示以基准年的上一年为最后一个"),
            _f("months", "texts", "月份", "kind 为 month 时只取这些月,如 [1, 3, 5]"),
            _f("from", "text", "起", "明确的第一个期间"),
            _f("to", "text", "止", "明确的最后一个期间"),
            _f("date", "text", "时点", "kind 为 date 时:09-01 或 2015-09-01"),
            _f("values", "texts", "逐个列出"),
            _EXTRA,
        ),
    ),
    Sort(
        name="round",
        title="轮次",
        fields=(
            _f("id", "id", "编号", "如 市检", required=True),
            _f("title", "text", "名称"),
            _f("base_year", "integer", "基准年", "这一轮的期间以哪年为最后一年"),
            _f("date", "date", "日期"),
            *_SOURCE,
        ),
    ),
    Sort(
        name="event",
        title="事件",
        fields=(
            _f("id", "id", "编号", "如 督查结束", required=True),
            _f("title", "text", "名称"),
            _f("date", "date", "发生日期", "知道以后再填;“事件后N日”的期限由它推算"),
            *_SOURCE,
        ),
    ),
    Sort(
        name="task",
        title="任务",
        fields=(
            _f("text", "text", "任务", required=True),
            _f("due", "text", "期限"),
            _f("requirement", "id", "佐证材料", "这项任务留下哪种材料"),
            _EXTRA,
        ),
    ),
    Sort(
        name="phase",
        title="阶段",
        fields=(
            _f("id", "id", "编号", required=True),
            _f("title", "text", "阶段", required=True),
            _f("start", "text", "开始", "2015-08-01、08-01(不限年),或不写"),
            _f("end", "text", "结束"),
            _f("window_text", "text", "时间原文"),
            _f("round", "id", "轮次"),
            _f("recurrence", "text", "周期", "如 单月、季度、不定期"),
            _f("note", "text", "备注"),
            *_SOURCE,
            _f("tasks", "elements", "任务", sort="task"),
        ),
    ),
    Sort(
        name="figure",
        title="指标值",
        fields=(
            _f("id", "id", "编号", required=True),
            _f("title", "text", "名称", required=True),
            _f(
                "op",
                "choice",
                "关系",
                "> >= = <= <、between 介于、count 个数、years 年数、direction 趋势、status 状态",
                choices=OPERATORS,
            ),
            _f("value", "value", "值", "数;介于写 [下限, 上限];未给数时照原文;{参数名} 由办公室填"),
            _f("unit", "text", "计量单位", "有数的阈值必须写;纯比值写 比值,系数写 系数"),
            _f("measure", "choice", "算法", "value 原值、ratio 比、trend 趋势、dispersion 差异系数", choices=MEASURES),
            _f("by_stage", "values", "分学段", "如 {小学: 0.5, 初中: 0.45}"),
            _f("stage", "text", "学段"),
            _f("indicator", "id", "指标", "属于哪个指标(编号)"),
            _f("formula", "text", "公式"),
            _f("per", "text", "按单位", "对每个哪类单位分别计算"),
            _f("period", "text", "期间"),
            _f("names", "texts", "别名", "材料里这个数怎么叫"),
            _f("effect", "text", "后果"),
            _f("note", "text", "备注"),
            *_SOURCE,
        ),
    ),
    Sort(
        name="rule",
        title="规则",
        fields=(
            _f("id", "id", "编号", required=True),
            _f("text", "text", "规则", "照原文", required=True),
            _f("on", "text", "对象", "照原文:管的是什么"),
            _f("check", "choice", "检查", "程序怎样核对", choices=CHECKS),
            _f("of", "texts", "比较项", "如 [学校基本情况.在校生数, 学籍汇总.在校生数]"),
            _f("per", "text", "按单位"),
            _f("period", "text", "期间"),
            _f("severity", "choice", "程度", "error 问题、doubt 疑点、hint 提示", choices=SEVERITIES),
            _f("not_checkable", "text", "不可由程序核对的原因"),
            *_SOURCE,
        ),
    ),
    Sort(
        name="judgement",
        title="认定",
        fields=(
            _f("id", "id", "编号", required=True),
            _f("text", "text", "认定标准", required=True),
            _f("how", "choice", "逻辑", "all 全部、any 任一、k_of_n N项中K项、grades 等次个数", choices=PASS_LOGIC),
            _f("of", "texts", "指标值", "哪些指标值(编号)"),
            _f("k", "integer", "至少几项"),
            _f("rest", "number", "其余不低于", "其余各项达到标准的百分之几"),
            _f("grades", "values", "等次", "如 {优秀: '>=5', 不合格: '=0'}"),
            *_SOURCE,
        ),
    ),
    Sort(
        name="scoring",
        title="计分",
        fields=(
            _f("id", "id", "编号", required=True),
            _f("text", "text", "计分办法", required=True),
            _f("how", "text", "方式", "points 分值、tiers 分档、deduct 扣分、rank 排名、bonus 加分、others 他评"),
            _f("total", "number", "总分"),
            _f("items", "values", "分项", "如 {课堂纪律情况: 3}"),
            _f("aggregate", "choice", "汇总", choices=AGGREGATES),
            _f("count", "integer", "次数", "几次的平均"),
            _f("indicator", "id", "指标"),
            *_SOURCE,
        ),
    ),
    Sort(
        name="veto",
        title="否决",
        fields=(
            _f("id", "id", "编号", required=True),
            _f("text", "text", "否决情形", required=True),
            _f("effect", "text", "后果"),
            *_SOURCE,
        ),
    ),
    Sort(
        name="exception",
        title="不适用",
        fields=(
            _f("requirement", "id", "佐证材料", "哪种材料(编号)", required=True),
            _f("unit", "id", "单位", "不写为全部单位"),
            _f("period", "text", "期间", "不写为全部期间"),
            _f("reason", "text", "理由", required=True),
            _f("by", "text", "决定人"),
            _f("on", "date", "决定日期"),
            _EXTRA,
        ),
    ),
    Sort(
        name="document",
        title="指标体系",
        fields=(
            _f("schema", "text", "语言版本", "固定为 duban/1", required=True),
            _f("id", "id", "编号", required=True),
            _f("version", "text", "版本"),
            _f("extends", "text", "沿用", "沿用哪个指标体系,如 plan-00 或 plan-00@2015.1"),
            _f("title", "text", "名称"),
            _f("office", "text", "使用单位", "印在封面上的单位全称"),
            _f("issuer", "text", "印发单位"),
            _f("document_number", "text", "文号"),
            _f("issued", "text", "印发日期"),
            _f("scope", "text", "适用范围"),
            _f("basis", "texts", "依据"),
            _f("verified", "choice", "核实程度", choices=VERIFIED),
            _f("verified_note", "text", "核实说明"),
            _f("example", "flag", "示例"),
            _f("base_year", "integer", "基准年", "“近三年”等以它为最后一年"),
            _f("drop", "conditions", "去掉", "不要沿用来的哪些条目,如 {units: [wuji1], groups: [每园]}"),
            _f("parameters", "named", "参数", sort="parameter"),
            _f("periods", "named", "期间", sort="period"),
            _f("rounds", "elements", "轮次", sort="round"),
            _f("events", "elements", "事件", sort="event"),
            _f("evidence_types", "elements", "材料类型", sort="evidence_type"),
            _f("units", "elements", "单位", sort="unit"),
            _f("groups", "elements", "单位组", sort="group"),
            _f("indicators", "elements", "指标", sort="indicator"),
            _f("requirements", "elements", "佐证材料", "改已有的材料时可以直接写在这里", sort="requirement"),
            _f("check_items", "elements", "检查内容", sort="check_item"),
            _f("phases", "elements", "阶段", sort="phase"),
            _f("figures", "elements", "指标值", sort="figure"),
            _f("rules", "elements", "规则", sort="rule"),
            _f("judgements", "elements", "认定", sort="judgement"),
            _f("scoring", "elements", "计分", sort="scoring"),
            _f("vetoes", "elements", "否决", sort="veto"),
            _f("not_applicable", "elements", "不适用", sort="exception"),
            _f("synonyms", "sets", "同义词", "每组里的词互相等同"),
            _f("order", "texts", "排列次序", "卷内材料按类别的先后,如 [policy, plan, record]"),
            _f("keep_together", "texts", "不拆散", "不得拆到两卷的材料或指标(编号)"),
            _f("confidentiality", "texts", "保密要求"),
            _f("accountability", "texts", "责任要求"),
            _f("methods", "texts", "检查方法"),
            _f("notes", "texts", "备注", "原文缺字、前后不一等"),
        ),
    ),
)

SORTS = {sort.name: sort for sort in _SORTS}

# Where an indicator's nested elements lie when the document is laid out flat, and the key that points back.
NESTED = {
    "requires": ("requirements", "indicator"),
    "check_items": ("check_items", "indicator"),
    "children": ("indicators", "parent"),
}
# Keys that only the flat layout has: they point back to what an element was written under.
FLAT_KEYS = {"requirement": "indicator", "check_item": "indicator", "indicator": "parent"}


def is_date(text: str) -> bool:
    """An ISO date that may stop at the year or the month."""
    return period_rules.kind_of(text) in ("calendar", "month", "date")
