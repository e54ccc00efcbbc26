"""Walk 1: a dropped file, from the inbox to the hit in a search, through the real command line."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from journeys.office import LEDGER, PLAN, TODAY, Office


def test_a_dropped_file_is_kept_read_proposed_and_found(office: Office) -> None:
    path = office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    digest = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()

    receipts = office.ask("watch", "--once")["receipts"]

    assert [(Path(r["path"]).name, r["outcome"], r["record"]) for r in receipts] == [(path.name, "new", 1)]
    assert not path.exists()
    assert (office.home / "已归档" / "第三小学" / path.name).read_text(encoding="utf-8") == LEDGER
    record = office.ask("show", "1")
    assert record["parts"][0]["digest"] == digest
    assert (record["title"], record["unit"], record["period"]) == ("吴集镇第三小学2014年控流保学台账", "xx3", "2014")
    best = record["filings"][0]
    assert (best["requirement"], best["unit"], best["period"], best["standing"]) == ("b2-03", "xx3", "2014", "proposed")
    assert best["source"] == ["plan-00-e12"]
    assert best["because"]
    hit = office.process("search", "控辍保学", "--json").json["hits"][0]
    assert (hit["record"], hit["locator"]) == (1, {"paragraph": 3})
    assert "[[控辍保学]]" in hit["snippet"]
    assert office.ask("status")["counts"] == {"triage": 1}
    assert office.ask("verify")["ok"]


def test_a_confirmed_proposal_closes_the_gap_and_undo_opens_it_again(office: Office) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.ask("watch", "--once")
    assert office.gap("b2-03", "xx3", "2014")["state"] == "waiting"
    office.ask("confirm", "1", "--by", "资料员")
    gap = office.gap("b2-03", "xx3", "2014")
    assert (gap["state"], gap["held"]) == ("complete", [1])
    assert office.ask("status")["counts"] == {"filed": 1}
    assert office.ask("undo")["undone"]["by"] == "资料员"
    assert office.gap("b2-03", "xx3", "2014")["state"] == "waiting"


def test_the_same_bytes_again_are_said_to_be_held_and_leave_the_inbox(office: Office) -> None:
    office.drop("a.txt", PLAN)
    office.ask("watch", "--once")
    again = office.drop("第三小学/同样的.txt", PLAN)
    receipt = office.ask("watch", "--once")["receipts"][0]
    assert (receipt["outcome"], receipt["record"]) == ("already_held", 1)
    assert not again.exists()
    assert office.ask("status")["counts"] == {"triage": 1, "duplicate": 1}


def test_a_replaced_file_is_a_new_version_of_the_old_record(office: Office) -> None:
    office.drop("方案.txt", PLAN)
    office.ask("watch", "--once")
    office.drop("方案.txt", PLAN.replace("7月30日", "7月31日"))
    receipt = office.ask("watch", "--once")["receipts"][0]
    assert (receipt["outcome"], receipt["record"]) == ("new_version", 2)
    assert office.ask("show", "2")["version_of"] == 1
    office.ask("confirm", "1")
    office.ask("confirm", "2", "--to", "a1-01")
    assert office.gap("a1-01", "zf", "once")["held"] == [1, 2]
    office.ask("final", "2")
    assert office.gap("a1-01", "zf", "once")["held"] == [2]


def test_add_takes_paths_in_order_leaves_the_sources_and_answers_in_order(office: Office, tmp_path: Path) -> None:
    first, second = tmp_path / "z.txt", tmp_path / "a.txt"
    first.write_text(LEDGER, encoding="utf-8")
    second.write_text(PLAN, encoding="utf-8")
    receipts = office.ask("add", first, tmp_path / "没有这个.txt", second)["receipts"]
    assert [r["outcome"] for r in receipts] == ["new", "refused", "new"]
    assert [Path(r["path"]).name for r in receipts] == ["z.txt", "没有这个.txt", "a.txt"]
    assert "不见了" in receipts[1]["why"]
    assert first.exists()
    assert second.exists()
    assert office.duban("add", first, tmp_path / "没有这个.txt").code == 5


def test_members_of_a_zip_are_records_of_their_own_right_after_it(office: Office, tmp_path: Path) -> None:
    package = tmp_path / "第三小学.zip"
    with zipfile.ZipFile(package, "w") as made:
        made.writestr("材料/2014年控流保学台账.txt", LEDGER)
        made.writestr("方案.txt", PLAN)
        made.writestr("__MACOSX/._x", b"x")
    receipts = office.ask("add", package)["receipts"]
    assert [Path(r["path"]).name for r in receipts if r["outcome"] == "new"] == [
        "第三小学.zip",
        "2014年控流保学台账.txt",
        "方案.txt",
    ]
    assert office.ask("show", "2")["parent"] == 1
    status = office.ask("status")
    assert status["seen"] == status["accounted"]
    assert status["counts"]["filed"] == 1  # the zip itself: nothing of it is left to decide


def test_what_cannot_be_taken_is_accounted_for_with_the_reason(office: Office) -> None:
    office.drop("空.txt", b"")
    office.drop("~$方案.docx", b"lock")
    office.drop("坏.pdf", b"%PDF-1.4 broken")
    if hasattr(os, "symlink"):
        (office.inbox / "链接.txt").symlink_to(office.home / "archive_schema.yaml")
    said = office.duban("watch", "--once", "--json")
    assert said.code == 5
    outcomes = {Path(r["path"]).name: r["outcome"] for r in said.json["receipts"]}
    assert outcomes == {"空.txt": "waiting", "~$方案.docx": "refused", "坏.pdf": "new", "链接.txt": "refused"}
    files = {Path(f["path"]).name: f for f in office.ask("status", "--files")["files"]}
    assert {name: f["state"] for name, f in files.items()} == {
        "空.txt": "reading",
        "~$方案.docx": "noise",
        "坏.pdf": "abnormal",
        "链接.txt": "refused",
    }
    assert all(f["why"] for f in files.values())


@pytest.mark.parametrize("name", ["资" * 80 + ".txt", "有 空格 和'引号\".txt", "a\nb.txt", "-开头.txt", "CON.txt"])
def test_any_name_is_kept_and_found_again(office: Office, name: str) -> None:
    office.drop(name, PLAN)
    receipt = office.ask("watch", "--once")["receipts"][0]
    assert receipt["outcome"] == "new"
    assert office.ask("show", "1")["file_name"] == name
    assert office.ask("verify")["ok"]


def test_a_register_without_a_file_fills_a_slot(office: Office) -> None:
    said = office.ask(
        "register", "--title", "0—17周岁人口文化状况登记册", "--where", "2柜3层1盒", "--quantity", "3",
        "--pages", "312", "--to", "c3-01", "--unit", "g2", "--period", "once",
    )  # fmt: skip
    assert said["parts"] == []
    assert said["place"]["where"] == "2柜3层1盒"
    assert office.gap("c3-01", "g2", "once")["state"] == "complete"
    assert office.ask("search", "人口文化状况")["hits"][0]["place"] == "2柜3层1盒"
    office.ask("undo")  # one decision, one undo
    assert office.ask("list")["records"] == []
    assert office.ask("search", "人口文化状况")["total"] == 0
    assert office.gap("c3-01", "g2", "once")["state"] == "missing"


def test_photos_of_one_book_become_one_record_and_a_record_can_be_parted(office: Office) -> None:
    for number in (1, 2, 3):
        office.drop(f"会议记录{number}.txt", f"第{number}页 工作安排会议记录")
    office.ask("watch", "--once")
    made = office.ask("merge", "1", "2", "3")["records"][0]
    assert [part["file_name"] for part in made["parts"]] == ["会议记录1.txt", "会议记录2.txt", "会议记录3.txt"]
    assert office.ask("search", "第2页")["hits"][0]["record"] == made["id"]
    assert office.ask("show", "1")["state"] == "replaced"
    status = office.ask("status", "--files")
    assert {f["record"] for f in status["files"]} == {made["id"]}
    office.ask("undo")
    assert office.ask("show", "1")["state"] == "ready"
    assert office.ask("search", "第2页")["hits"][0]["record"] == 2


def test_a_persons_word_stays_and_proposals_follow_it(office: Office) -> None:
    office.drop("材料.txt", LEDGER.replace("第三小学", "某校").replace("2014", "某"))
    office.ask("watch", "--once")
    office.ask("describe", "1", "--unit", "三小", "--period", "2013", "--title", "第三小学控流保学台账")
    record = office.ask("show", "1")
    assert (record["unit"], record["period"], record["title"]) == ("xx3", "2013", "第三小学控流保学台账")
    best = record["filings"][0]
    assert (best["requirement"], best["unit"], best["period"]) == ("b2-03", "xx3", "2013")


def test_triage_takes_one_key_a_decision(office: Office) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.drop("吴政发15号.txt", PLAN)
    office.ask("watch", "--once")
    said = office.duban("triage", typed="1\nx\n")
    assert said.code == 0, said.err
    assert "因为" in said.out
    standings = [f["standing"] for f in office.ask("show", "1")["filings"] + office.ask("show", "2")["filings"]]
    assert "confirmed" in standings
    assert "rejected" in standings


def test_classify_keeps_nothing(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "第三小学2014年控流保学台账.txt"
    path.write_text(LEDGER, encoding="utf-8")
    document = office.ask("classify", path)["documents"][0]
    assert document["path"] == str(path)
    assert document["proposals"][0]["requirement"] == "b2-03"
    assert "id" not in document
    assert office.ask("status")["seen"] == 0
    assert office.ask("list")["records"] == []


def test_an_evaluation_day_is_given_not_taken_from_the_clock(office: Office) -> None:
    assert office.ask("gaps", "--as-of", TODAY)["as_of"] == TODAY
    early = office.ask("gaps", "--as-of", "2015-08-01")["slots"]
    late = office.ask("gaps", "--as-of", "2015-12-01")["slots"]
    assert sum(s["overdue"] for s in early) < sum(s["overdue"] for s in late)


def test_a_confirmed_paper_teaches_the_next_one_like_it(office: Office) -> None:
    text = "帮扶日志\n\n记录人:班主任\n本周到学生家中走访,学生已返校。\n"
    for number in range(3):
        office.drop(f"帮扶日志{number}.txt", f"第三小学{2013 + number}年暖心回家{text}第{number}份")
    office.ask("watch", "--once")
    before = office.ask("show", "3")["filings"]
    for id, period in ((1, "2013"), (2, "2014")):
        office.ask("confirm", str(id), "--to", "b2-03", "--unit", "三小", "--period", period)
    said = office.ask("learn")
    assert [(lesson["code"], lesson["confirmed"]) for lesson in said["lessons"]] == [("B2-3", 2)]
    best = office.ask("show", "3")["filings"][0]
    assert (best["requirement"], best["unit"], best["period"]) == ("b2-03", "xx3", "2015")
    earlier = next((f["score"] for f in before if f["requirement"] == "b2-03"), 0.0)
    assert best["score"] > earlier
