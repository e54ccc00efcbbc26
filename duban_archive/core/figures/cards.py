"""The rules of 数据一致 (表表相符、表册相符、统一口径), as offices see them and as docs/checks.md lists them.

The bases are sentences of the plans this program serves; a checklist that says it in its own words brings its own
``source`` ids, and they stand with each finding.
"""

from __future__ import annotations

from duban_archive.core.findings import RuleCard

_TABLES = "“数据做到上下一致、表表相符”(plan-13)"
_ONE_VALUE = "“统一口径、实事求是、规范翔实、精简高效”(plan-16)"
_TRUE = "“各项数据和情况要真实可靠,严禁弄虚作假”(plan-16)"
_EVEN = "县域义务教育优质均衡发展督导评估办法(教督〔2017〕6号):七项指标的校际差异系数,小学≤0.50,初中≤0.45"


_SOURCES = {
    _TABLES: ("plan-13-q02",),
    _ONE_VALUE: ("plan-16-q01",),
    _TRUE: ("plan-16-q02",),
    _EVEN: ("yzjh-2017/pass_rules/2",),
}


def _card(name: str, title: str, severity: str, basis: str, needs: str) -> RuleCard:
    source = _SOURCES.get(basis, ())
    return RuleCard(
        name=name, title=title, severity=severity, basis=basis, needs=needs, family="figures", source=source
    )


CARDS = (
    _card("agreed_value", "与口径表一致", "error", _ONE_VALUE, "基础数据口径表里有认定值(duban figures set)"),
    _card("same_value", "表表相符", "error", _TABLES, "同一单位、同一时期的同一个数至少出现在两处"),
    _card("sum_of_parts", "分项之和等于合计", "error", _TABLES, "表里有合计行或合计列,或各校与全乡都有数"),
    _card("formula", "比率与公式", "error", _TRUE, "同一处或同一单位同一时期的分子、分母和比率都读得出"),
    _card("threshold", "达标线", "error", "指标体系“指标值”里的阈值", "指标体系里写明数值的指标值,且材料里读得出"),
    _card("trend", "逐年变化", "doubt", "指标体系“指标值”里的走势要求", "同一单位至少两年的值"),
    _card("dispersion", "校际差异系数", "error", _EVEN, "同一学段至少两所学校的值和学生数"),
    _card("roster_count", "表册相符", "error", _TABLES, "花名册和写明同一单位、时期的统计数"),
    _card("roster_people", "名册互查", "doubt", _TRUE, "两种以上写有姓名(或证件号)的名册"),
    _card("same_names", "校名一致", "doubt", _TABLES, "指标体系里有学校名单,表里有校名列"),
    _card("same_order", "校名顺序一致", "hint", _TABLES, "指标体系里有学校名单,表里有三所以上学校"),
    _card("complete", "资料齐全", "error", "“资料齐全、真实、可信”(plan-13)", "指标体系要求核对材料是否齐全"),
    _card("by_person", "由人判断", "hint", "指标体系里写明不能由程序核对的规则", "人到现场看"),
)
