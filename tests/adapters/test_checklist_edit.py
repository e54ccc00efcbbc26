from __future__ import annotations

from pathlib import Path

import pytest

from duban_archive.adapters import checklist_file
from duban_archive.adapters.checklist_edit import set_not_applicable
from duban_archive.errors import UsageError

BASE = """\
# 本镇的指标体系
schema: duban/1
id: office
extends: plan-00  # 沿用
base_year: 2015
units: [{id: s1, name: 第一小学}]
groups: [{id: 每校, members: [s1]}]
"""


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "not_applicable:\n",
        "not_applicable: []  # 暂无\n",
        "not_applicable:\n  # 说明\n  - {requirement: a1-01, reason: 已有}\n",
        "not_applicable:\n- requirement: a1-01\n  reason: 已有\n\nnotes: [末尾]\n",
        "not_applicable: [{requirement: a1-01, reason: 已有}]\n",
        "notes: [没有换行结尾]",
    ],
)
def test_a_row_is_added_and_everything_else_stays_as_the_office_wrote_it(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "archive_schema.yaml"
    path.write_text(BASE + ending, "utf-8")
    before = checklist_file.load(path)
    set_not_applicable(path, "B2-3", unit="s1", period="2014", reason="当年停办", by="资料员", on="2015-08-10")
    after = checklist_file.load(path)
    assert ("b2-03", "s1", "2014", "当年停办") in after.not_applicable
    assert set(before.not_applicable) < set(after.not_applicable)
    assert after.requirements == before.requirements
    assert path.read_text("utf-8").startswith(BASE)


def test_what_is_unknown_or_empty_or_marked_already_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "archive_schema.yaml"
    path.write_text(BASE, "utf-8")
    with pytest.raises(UsageError, match="没有编号或代码为“b2-33”的佐证材料"):
        set_not_applicable(path, "b2-33", reason="无")
    with pytest.raises(UsageError, match="单位"):
        set_not_applicable(path, "b2-03", unit="第九小学", reason="无")
    with pytest.raises(UsageError, match="不是期间"):
        set_not_applicable(path, "b2-03", period="去年", reason="无")
    with pytest.raises(UsageError, match="理由"):
        set_not_applicable(path, "b2-03", reason=" ")
    assert path.read_text("utf-8") == BASE
    set_not_applicable(path, "b2-03", unit="第一小学", reason="无此情况")
    with pytest.raises(UsageError, match="已经标为不适用"):
        set_not_applicable(path, "b2-03", unit="s1", reason="再来一次")
