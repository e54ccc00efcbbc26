"""The first ``archive_schema.yaml`` of an office: what it extends, and the blanks it has to fill in, as comments."""

from __future__ import annotations

import json

from duban_archive.core.checklist import Checklist


def starter(checklist: Checklist) -> str:
    """YAML that extends a checklist and already resolves; groups and parameters to be filled in stand as comments."""
    lines = [
        f"# 本单位的迎检指标体系:沿用“{checklist.title}”,这里只写本单位自己的单位、参数和增减。",
        "# 写法见 docs/checklist-language.md;改完用 duban checklist check archive_schema.yaml 检查,",
        "# 再用 duban checklist upgrade 看差别并生效。",
        "schema: duban/1",
        f"id: {checklist.id}-office",
        f"extends: {checklist.id}@{checklist.version}" if checklist.version else f"extends: {checklist.id}",
        'version: "1"',
        f"title: {json.dumps(checklist.title, ensure_ascii=False)}",
        f"base_year: {checklist.base_year}  # “近三年”等以它为最后一年",
        "# office: 印在封面上的单位全称",
        "",
    ]
    lines += _units(checklist) + _parameters(checklist) + _examples()
    return "\n".join(lines) + "\n"


def _units(checklist: Checklist) -> list[str]:
    given = [unit for unit in checklist.units if not unit.placeholder]
    blank = [group for group in checklist.groups if group.open and group.members == (group.id,)]
    lines = ["# 一、单位。编号(id)定了就不再改;撤并的写 closed 和 merged_into,教学点写 belongs_to。"]
    if given:
        lines.append("# 沿用来的示例单位可以改名(写同样的 id),不要的写进 drop,如 drop: {units: [某某]}。")
    lines += [f"#   {unit.id}  {unit.name}" for unit in given[:40]]
    lines += [
        "# units:",
        "#   - {id: xx1, name: 某某镇中心小学, aliases: [中心小学], kind: 小学, stage: 小学}",
        "#   - {id: xx2, name: 某某镇第二小学, kind: 小学, stage: 小学, closed: 2013-08-31, merged_into: xx1}",
        "",
    ]
    if blank:
        lines += ["# 二、单位组。下面这些由本单位填成员;没有填的,先以组名代替一个单位。", "# groups:"]
        lines += [f"#   - {{id: {group.id}, members: [xx1]}}  # {group.title}" for group in blank]
        lines.append("")
    return lines


def _parameters(checklist: Checklist) -> list[str]:
    blank = {name: row for name, row in checklist.parameters.items() if row.get("value") is None}
    if not blank:
        return []
    lines = ["# 三、参数。知道以后填 value。", "# parameters:"]
    lines += [f"#   {name}: {{value: }}  # {row.get('title') or ''}".rstrip() for name, row in blank.items()]
    return [*lines, ""]


def _examples() -> list[str]:
    return [
        "# 四、增减。改已有的材料写它的编号和要改的几项;新的写全;不适用的写理由。",
        "# requirements:",
        "#   - {id: 已有的编号, level: may}",
        "#   - {id: own-1, indicator: 指标的编号, title: 新材料, kind: ledger, per: [单位组], period: calendar}",
        "# not_applicable:",
        "#   - {requirement: 材料的编号, unit: xx1, period: 2014, reason: 当年停办}",
    ]
