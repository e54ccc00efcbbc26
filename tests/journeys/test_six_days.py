"""Six days of an office, one after the other: 动员, 自查, 整改, 市检, 省检, 回头看.

Each day's papers are there and hold what they must.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from journeys.office import LEDGER, PLAN, Office

MOBILISED, CHECKED, CITY, MENDED, PROVINCE, AFTER = (
    "2015-08-03", "2015-10-26", "2015-11-02", "2015-11-12", "2015-11-18", "2015-12-10",
)  # fmt: skip
SCHOOL = "吴集镇第三小学"


def words(path: Path) -> str:
    """Everything a Word paper says."""
    document = docx.Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def notice(folder: Path) -> Path:
    document = docx.Document()
    for line in (
        "关于市检情况的反馈意见", "一、主要成绩", "领导重视,措施有力。", "二、存在的问题",
        "1.吴集镇第三小学台账没有劝返记录。", "2.吴集镇中心小学消防器材过期。",
    ):  # fmt: skip
        document.add_paragraph(line)
    path = folder / "市检反馈.docx"
    document.save(str(path))
    return path


@pytest.mark.slow
def test_six_days(office: Office, tmp_path: Path) -> None:
    office.drop("镇政府/吴政发〔2015〕15号迎检工作方案.txt", PLAN)
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.duban("watch", "--once")
    office.ask("confirm", "--query", "状态:待确认", "--yes", "--by", "资料员")
    (plan,) = {hit["record"] for hit in office.ask("search", "吴政发")["hits"]}
    office.ask("confirm", str(plan), "--to", "A1-1")
    mobilise(office, tmp_path / "动员")
    inspect(office, tmp_path / "自查")
    city(office, tmp_path / "市检")
    mend(office, tmp_path / "整改")
    province(office, tmp_path / "省检")
    look_back(office, tmp_path / "回头看")
    assert office.ask("verify")["ok"]


def mobilise(office: Office, out: Path) -> None:
    """Who does what by when, the papers of the meeting, and a package for a school without duban."""
    office.duban("gaps", "--out", out, "--as-of", MOBILISED)
    office.ask("report", "forms", "--out", out, "--as-of", MOBILISED)
    assert "镇政府" in words(out / "责任分工表.docx")
    assert "2015-08-10" in words(out / "倒排工期表.docx")
    assert "动员" in words(out / "迎检方案.docx")
    assert "2015年8月3日" in words(out / "迎检方案.docx")
    assert "主 持 人" in words(out / "会议记录.docx").replace("　", " ")
    assert "签" in words(out / "签到表.docx")
    assert len(docx.Document(str(out / "整改方案.docx")).tables[0].rows) > 3, "nothing to mend yet: rows to write in"
    (made,) = office.ask("request", "--unit", SCHOOL, "--due", "2015-10-20", "--out", out / "报送包")["packages"]
    package = next((out / "报送包").glob("*.zip"))
    with zipfile.ZipFile(package) as zipped:
        assert any("填报说明" in name for name in zipped.namelist()), made


def inspect(office: Office, out: Path) -> None:
    """What is missing, the table of the day, what does not agree, who is reminded, and the 自评."""
    office.duban("gaps", "--out", out, "--docx", out / "缺项报告.docx", "--xlsx", out / "缺项.xlsx", "--as-of", CHECKED)
    office.duban("daily", "--out", out, "--as-of", CHECKED)
    urging = words(next(out.rglob(f"{SCHOOL}催办单.docx")))
    assert "控流保学台账" in urging
    assert "2015年10月26日" in urging.replace(" ", "")
    assert "缺项报告" in words(out / "缺项报告.docx")
    assert "准备度" in "".join(openpyxl.load_workbook(out / "缺项.xlsx").sheetnames)
    for kind in ("docx", "xlsx", "png", "txt"):
        assert (out / f"报送进度表{CHECKED}.{kind}").stat().st_size
    assert office.ask("check", "--as-of", CHECKED)["not_run"]
    figures = out / "口径表.xlsx"
    office.ask(
        "figures", "set", "在校生数", "--unit", SCHOOL, "--period", "2015", "--value", "263", "--source", "花名册"
    )
    office.ask("figures", "export", "--xlsx", figures)
    assert figures.stat().st_size
    office.ask("report", "claim", "A1", "--text", "成立了领导小组", "--verdict", "达标")
    office.ask("report", "--out", out, "--as-of", CHECKED)
    assert "成立了领导小组" in words(out / "自评表.docx")
    assert "成立了领导小组" in words(out / "自查自评报告.docx")


def city(office: Office, out: Path) -> None:
    """A rehearsal, what was asked for and shown, a selection for a group, and the day kept."""
    office.ask("bind", "--all", "--as-of", CITY)
    office.ask("sample", "draw", "--slots", "4", "--seed", "7", "--docx", out / "核查单.docx", "--as-of", CITY)
    assert "抽签号" in words(out / "核查单.docx")
    office.ask("sample", "mark", "1", "1", "未见", "--seconds", "95")
    (ledger,) = {hit["record"] for hit in office.ask("search", "控流保学台账")["hits"]}
    office.ask("slip", "add", "2014年控流保学台账", "--asker", "第二组", "--record", str(ledger), "--shown")
    office.ask("slip", "add", "劝返记录", "--asker", "第二组", "--lacking", "2013年劝返记录", "--owner", SCHOOL)
    office.ask("slip", "reply", "--out", out / "现场答复单.docx")
    reply = words(out / "现场答复单.docx")
    assert "2013年劝返记录" in reply
    assert "“第三轮两项督导评估”" in reply
    assert "工作方案" not in reply, "the work is named, not the plan it was issued as"
    office.ask("bind", "--for", "第二组", "--indicator", "B2", "--out", out)
    assert list(out.glob("*第二组*.pdf"))
    office.ask("disc", out / "盘")
    assert (out / "盘" / "index.html").exists()
    kept = office.ask("milestone", "市检", "--as-of", CITY)
    assert kept["shown"] == [ledger]
    assert ["汇编" in name for name in kept["binders"]] == [True], "the whole binder, not the selection"


def mend(office: Office, out: Path) -> None:
    """Feedback and gaps become rows with a unit and a day; a second person strikes a row off."""
    given = office.ask(
        "ledger", "import", notice(out.parent), "--source", "市检", "--due", "2015-11-20", "--as-of", "2015-11-04"
    )
    assert [one["text"][:9] for one in given["entered"]] == ["吴集镇第三小学台账", "吴集镇中心小学消防"]
    number = str(given["entered"][0]["number"])
    gathered = office.ask("ledger", "gather", "--as-of", "2015-11-04")["entered"]
    assert gathered
    assert not [one for one in gathered if "duban" in one["text"]], "no command of the program on an office's paper"
    office.ask("ledger", "set", number, "--measure", "补齐劝返记录", "--person", "王老师")
    office.ask("ledger", "remind", number, "--note", "电话")
    office.ask("report", "forms", "--out", out, "--as-of", MENDED)
    assert "补齐劝返记录" in words(out / "整改方案.docx")
    paper = office.ask("register", "--title", "劝返记录", "--where", "2柜", "--unit", SCHOOL, "--to", "B2-3",
                       "--period", "2013")  # fmt: skip
    id = str(paper["id"] if "id" in paper else paper["records"][0]["id"])
    office.ask("ledger", "result", number, "已补齐", "--record", id, "--by", "王老师", "--as-of", MENDED)
    assert office.duban("ledger", "close", number, "--by", "王老师").code == 2
    office.ask("ledger", "close", number, "--by", "李校长", "--as-of", MENDED)
    for name in ("台账.docx", "台账.xlsx"):
        office.ask("ledger", "export", out / name, "--as-of", MENDED)
    assert "补齐劝返记录" in words(out / "台账.docx")


def province(office: Office, out: Path) -> None:
    """What changed since the city's check, and what goes to print."""
    office.ask("milestone", "省检", "--as-of", PROVINCE)
    office.ask("milestone", "compare", "市检", "省检", "--docx", out / "数据变动说明表.docx")
    changed = words(out / "数据变动说明表.docx")
    assert "材料:B2-3" in changed
    assert "市检(2015-11-02)" in changed
    office.ask("report", "--out", out, "--as-of", PROVINCE)
    assert "达标" in words(out / "自评表.docx")
    office.ask("bind", "--all", "--freeze", "--as-of", PROVINCE)
    office.ask("printings", "add", "--copies", "5", "--to", "镇政府5份", "--on", PROVINCE)
    office.ask("printings", "show", "--out", out / "印刷登记.docx")
    assert "镇政府5份" in words(out / "印刷登记.docx")
    office.ask("pack", out / "整套")
    assert list((out / "整套").rglob("*.pdf"))
    assert list((out / "整套").rglob("目录.xlsx"))


def look_back(office: Office, out: Path) -> None:
    """What came back is opened again, and what changed since is told."""
    (closed,) = [one["number"] for one in office.ask("ledger")["problems"] if one["state"] == "closed"]
    office.ask("ledger", "reopen", str(closed), "--reason", "抽查仍缺", "--as-of", AFTER)
    row = next(one for one in office.ask("ledger")["problems"] if one["number"] == closed)
    assert (row["state"], row["rebounds"]) == ("open", 1)
    office.duban("gaps", "--since", CITY, "--xlsx", out / "变化.xlsx", "--as-of", AFTER)
    assert "变化" in openpyxl.load_workbook(out / "变化.xlsx").sheetnames
    office.ask("ledger", "export", out / "台账.docx", "--as-of", AFTER)
    assert "抽查仍缺" in words(out / "台账.docx")
