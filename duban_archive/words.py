"""The closed words of files, slots and filings, as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping

STATE_WORDS: Mapping[str, str] = {
    "filed": "已归类",
    "triage": "待归类(等人确认)",
    "duplicate": "重复件",
    "reading": "正在读取或等待写完",
    "abnormal": "异常件(已保存,读不出)",
    "noise": "临时文件(不收)",
    "refused": "拒收(原处未动)",
    "withdrawn": "已撤出",
    "missing": "缺",
    "waiting": "待确认",
    "returned": "退回补正",
    "too_few": "数量不足",
    "defective": "不合要求",
    "expired": "过期",
    "complete": "已齐",
    "not_applicable": "不适用",
    "proposed": "待确认",
    "confirmed": "已归类",
    "rejected": "不归此项",
}

OUTCOME_WORDS: Mapping[str, str] = {
    "new": "新收",
    "already_held": "已有",
    "new_version": "新版本",
    "waiting": "等待写完",
    "refused": "不收",
}

KIND_WORDS: Mapping[str, str] = {
    "ledger": "台账",
    "register": "登记表",
    "roster": "花名册",
    "statistics": "统计表",
    "self_report": "自查报告",
    "report": "汇报材料",
    "summary": "总结",
    "plan": "方案",
    "list": "清单",
    "policy": "文件制度",
    "notice": "通知通报",
    "minutes": "会议记录",
    "record": "过程记录",
    "file": "档案资料",
    "form": "表单",
    "voucher": "账目凭证",
    "media": "照片视频",
    "disclosure": "公开公示",
    "certificate": "证照",
    "survey": "问卷",
    "physical": "实物",
    "case_file": "案卷",
    "speech": "文稿",
    "other": "其他",
}

SEVERITY_WORDS: Mapping[str, str] = {"error": "问题", "doubt": "疑点", "hint": "提示"}
