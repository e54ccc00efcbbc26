"""The rules of 真实可信, as offices see them and as docs/checks.md lists them; none of them is ever a verdict.

``PLANS`` are sentences of the founding plans; a norm is named where a public one says what a paper must bear.
"""

from __future__ import annotations

from duban_archive.core.findings import RuleCard

_TRUE = "“资料齐全、真实、可信”(plan-13)"
_NOT_FALSE = "“不造虚假档案”(plan-15)"
_HONEST = "“各项数据和情况要真实可靠,严禁弄虚作假”(plan-16)"
_STEADY = "“真实性和连续性”(plan-13)"
_EXACT = "“准确、规范、完整、统一”(plan-00)"
_FORMAT = "《党政机关公文格式》GB/T 9704-2012"
_RULES = "《党政机关公文处理工作条例》(中办发〔2012〕14号)"

# Ids of seed_plans.yaml that each rule comes from; the checklist's own rules that ask for the same are added.
PLANS: dict[str, tuple[str, ...]] = {
    "made_after_date": ("plan-15-q04", "plan-13-q03"),
    "made_after_deadline": ("plan-13-q04",),
    "year_changed": ("plan-15-q04", "plan-13-q04"),
    "other_school": ("plan-15-q04", "plan-13-q03"),
    "blanks_left": ("plan-00-q02",),
    "tracked_changes": ("plan-00-q02",),
    "comments_left": ("plan-00-q02",),
    "hidden_sheets": ("plan-00-q02",),
    "undated": ("plan-00-q02", "plan-13-q03"),
    "attachment_missing": ("plan-00-q02", "plan-13-q03"),
    "number_order": ("plan-13-q04",),
    "number_twice": ("plan-13-q04", "plan-00-q02"),
    "no_seal": ("plan-13-q03",),
    "no_signature": ("plan-13-q03",),
    "photo_date": ("plan-15-q04",),
    "photo_size": ("plan-15-q04",),
    "photo_reused": ("plan-15-q04",),
    "text_layer_differs": ("plan-16-q02",),
    "ledger_at_once": ("plan-15-q04", "plan-13-q04"),
}

# The ``check`` word of a checklist's own rule → the rules here that answer it.
ASKED = {
    "dated": ("made_after_date", "made_after_deadline", "undated", "number_order"),
    "no_blank": ("blanks_left",),
}


def _card(name: str, title: str, severity: str, basis: str, needs: str) -> RuleCard:
    return RuleCard(name=name, title=title, severity=severity, basis=basis, needs=needs, family="authenticity")


CARDS = (
    _card(
        "made_after_date",
        "文件晚于落款日期",
        "doubt",
        f"{_NOT_FALSE};{_TRUE}",
        "能编辑的文件带有建立、修改时间,材料上有日期",
    ),
    _card("made_after_deadline", "文件晚于报送期限", "doubt", _STEADY, "能编辑的文件带有建立、修改时间,应收项有期限"),
    _card("year_changed", "像是旧材料改了年份", "doubt", f"{_NOT_FALSE};{_STEADY}", "材料有文字,题名或正文写有年份"),
    _card(
        "other_school", "留有别校名称", "doubt", f"{_NOT_FALSE};{_TRUE}", "指标体系里有学校名单,材料知道是哪个学校的"
    ),
    _card("blanks_left", "空白处没有填", "doubt", _EXACT, "材料有文字"),
    _card("tracked_changes", "留有修订痕迹", "doubt", _EXACT, "Word 文件"),
    _card("comments_left", "留有批注", "doubt", _EXACT, "Word 文件"),
    _card("hidden_sheets", "留有隐藏的工作表", "doubt", _EXACT, "Excel 文件、幻灯片"),
    _card("undated", "落款没有日期", "doubt", f"{_FORMAT}(发文机关署名、成文日期);{_EXACT}", "有落款单位的文字材料"),
    _card(
        "attachment_missing", "附件没有见到", "doubt", f"{_FORMAT}(附件说明、附件);{_TRUE}", "材料写有附件,且全部读出"
    ),
    _card("number_order", "文号与日期次序不合", "doubt", f"{_FORMAT}(发文字号);{_STEADY}", "材料有文号和日期"),
    _card("number_twice", "文号重复", "doubt", f"{_FORMAT}(发文字号);{_RULES}", "材料有文号"),
    _card("no_seal", "要求盖章,没有见到", "doubt", f"指标体系写明“盖章”;{_TRUE}", "应收项要求盖章,材料是扫描件或照片"),
    _card(
        "no_signature", "要求签字,没有见到", "doubt", f"指标体系写明“签字”;{_TRUE}", "应收项要求签字,材料有签字栏文字"
    ),
    _card("photo_date", "照片时间与说明不符", "doubt", _NOT_FALSE, "照片带有拍摄时间,名称或说明写有日期"),
    _card("photo_size", "照片尺寸与说明不符", "hint", _NOT_FALSE, "照片的名称或说明写有尺寸、原图、现场拍摄"),
    _card("photo_reused", "同一照片用于两次活动", "doubt", _NOT_FALSE, "两张以上照片,名称、说明或文件夹写明活动"),
    _card("text_layer_differs", "文字层与画面不一致", "doubt", _HONEST, "扫描 PDF 自带文字层,且已和画面核对"),
    _card("ledger_at_once", "台账像是一次写成", "doubt", f"{_NOT_FALSE};{_STEADY}", "有日期栏的台账、记录"),
)

SEVERITY = {card.name: card.severity for card in CARDS}
