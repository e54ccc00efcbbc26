"""The life of a checklist in a filled archive: edited by hand, looked at, applied, taken back; next year's round."""

from __future__ import annotations

from pathlib import Path

from journeys.office import LEDGER, PLAN, Office, duban


def filled(office: Office) -> Office:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.drop("吴政发15号.txt", PLAN)
    office.ask("watch", "--once")
    office.ask("confirm", "1", "--to", "b2-03", "--unit", "三小", "--period", "2014")
    office.ask("confirm", "2", "--to", "a1-01")
    return office


def edit(office: Office, old: str, new: str) -> None:
    schema = office.home / "archive_schema.yaml"
    text = schema.read_text(encoding="utf-8")
    assert old in text
    schema.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_hand_edit_is_noticed_shown_and_takes_effect_only_when_applied(office: Office) -> None:
    filled(office)
    assert not office.ask("status")["checklist_edited"]
    edit(office, "name: 吴集镇第三小学", "name: 吴集镇希望小学")
    assert office.ask("status")["checklist_edited"]
    assert office.gap("b2-03", "xx3", "2014")["unit_name"] == "吴集镇第三小学"
    shown = office.ask("checklist", "upgrade")
    assert any("希望小学" in change["text"] for change in shown["changes"])
    assert not shown["applied"]
    office.ask("checklist", "upgrade", "--apply")
    gap = office.gap("b2-03", "xx3", "2014")
    assert (gap["unit_name"], gap["state"], gap["held"]) == ("吴集镇希望小学", "complete", [1])
    assert not office.ask("status")["checklist_edited"]


def test_a_unit_that_goes_leaves_its_papers_in_the_tray_and_undo_brings_it_back(office: Office) -> None:
    filled(office)
    schema = office.home / "archive_schema.yaml"
    before = schema.read_text(encoding="utf-8")
    lines = [line for line in before.splitlines() if "id: xx3," not in line]
    text = "\n".join(lines).replace("merged_into: xx3", "merged_into: xx2").replace(" xx3,", "")
    schema.write_text(text + "\n", encoding="utf-8")
    shown = office.ask("checklist", "upgrade")
    assert [lost["record"] for lost in shown["tray"]] == [1]
    office.ask("checklist", "upgrade", "--apply")
    assert [lost["record"] for lost in office.ask("status")["to_refile"]] == [1]
    assert office.ask("show", "1")["filings"][0]["standing"] == "confirmed"
    office.ask("undo")
    assert office.gap("b2-03", "xx3", "2014")["state"] == "complete"
    assert office.ask("status")["to_refile"] == []


def test_the_next_round_opens_its_year_and_keeps_what_is_filed(office: Office) -> None:
    filled(office)
    shown = office.ask("checklist", "upgrade", "--base-year", "2016")
    assert shown["opened"] > 0
    office.ask("checklist", "upgrade", "--base-year", "2016", "--apply")
    periods = {s["period"] for s in office.ask("gaps")["slots"] if s["requirement"] == "b2-03"}
    assert periods == {"2014", "2015", "2016"}
    assert office.gap("b2-03", "xx3", "2014")["state"] == "complete"
    assert office.gap("a1-01", "zf", "once")["state"] == "complete"


def test_what_does_not_apply_is_said_with_its_reason_and_can_be_taken_back(office: Office) -> None:
    office.ask("checklist", "set-na", "b2-03", "--unit", "三小", "--period", "2013", "--reason", "当年尚未建校")
    gap = office.gap("b2-03", "xx3", "2013")
    assert gap["state"] == "not_applicable"
    assert "尚未建校" in gap["why"]
    office.ask("undo")
    assert office.gap("b2-03", "xx3", "2013")["state"] == "missing"


def test_a_checklist_goes_out_to_excel_and_comes_back(office: Office, tmp_path: Path) -> None:
    table = tmp_path / "指标.xlsx"
    office.ask("checklist", "export", table)
    office.ask("checklist", "import", table, "--out", tmp_path / "back.yaml")
    assert duban("checklist", "check", tmp_path / "back.yaml", cwd=tmp_path).code == 0
    said = duban(
        "checklist", "diff", office.home / "archive_schema.yaml", tmp_path / "back.yaml", "--json", cwd=tmp_path
    )
    assert said.json["changes"] == []
