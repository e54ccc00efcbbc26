"""自评 from the command line: nothing is scored, official forms are filled in place, doubts stay inside."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest

from journeys.office import PLAN, Office

ROWS = (
    ("编号", "指标", "分值", "自评得分", "自评情况", "佐证材料", "页码"),
    ("A1", "机构与方案", "10", "", "", "", ""),
    ("A2", "会议与部署", "10", "", "已经写好", "", ""),
    ("C99", "别处的指标", "5", "", "", "", ""),
)


@pytest.fixture
def filed(office: Office) -> Office:
    office.drop("镇政府/吴政发〔2015〕15号迎检工作方案.txt", PLAN)
    office.duban("watch", "--once")
    office.ask("confirm", "1", "--to", "A1-1")
    return office


def text_of(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_the_papers_hold_claim_evidence_and_open_problems_and_no_score_of_the_programs(
    filed: Office, tmp_path: Path
) -> None:
    filed.ask("report", "claim", "A1", "--text", "成立了领导小组", "--verdict", "达标")
    filed.ask("ledger", "add", "会议记录不全", "--of", "A2", "--measure", "补记")
    done = filed.ask("report", "--out", tmp_path / "自评")
    row = next(r for r in done["indicators"] if r["code"] == "A1")
    assert (row["claim"], row["verdict"], row["score"]) == ("成立了领导小组", "达标", "")
    assert [one["record"] for one in row["evidence"]] == [1]
    assert all(r["score"] == "" for r in done["indicators"])
    table, report = (text_of(Path(path)) for path in done["paths"])
    assert "成立了领导小组" in table
    assert "会议记录不全" in report
    assert "补记" in report


def test_a_word_form_is_filled_in_place(filed: Office, tmp_path: Path) -> None:
    filed.ask("report", "claim", "A1", "--text", "成立了领导小组", "--score", "9.5")
    document = docx.Document()
    document.add_heading("官方自评表", 1)
    table = document.add_table(rows=len(ROWS), cols=len(ROWS[0]), style="Table Grid")
    for r, words in enumerate(ROWS):
        for c, word in enumerate(words):
            table.cell(r, c).text = word
    table.cell(0, 0).paragraphs[0].runs[0].bold = True
    form = tmp_path / "官方表.docx"
    document.save(str(form))
    before = form.read_bytes()
    done = filed.ask("report", "fill", form, "--out", tmp_path / "填" / "官方表.docx")
    assert form.read_bytes() == before
    assert done["strange"] == ["C99"]
    got = docx.Document(str(tmp_path / "填" / "官方表.docx")).tables[0]
    cells = [[cell.text for cell in row.cells] for row in got.rows]
    assert cells[0] == list(ROWS[0])
    assert got.cell(0, 0).paragraphs[0].runs[0].bold
    assert cells[1][3:5] == ["9.5", "成立了领导小组"]
    assert "工作方案" in cells[1][5]
    assert cells[2][4] == "已经写好"
    assert cells[3] == list(ROWS[3])


def test_an_excel_form_keeps_its_merges_widths_and_formulas(filed: Office, tmp_path: Path) -> None:
    filed.ask("report", "claim", "A1", "--text", "=成立了领导小组")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["自评表"])
    sheet.merge_cells("A1:G1")
    for words in ROWS:
        sheet.append([word or None for word in words])
    sheet["C6"] = "=SUM(C3:C5)"
    sheet.column_dimensions["E"].width = 40
    book.save(tmp_path / "官方表.xlsx")
    filed.ask("report", "fill", tmp_path / "官方表.xlsx")
    got = openpyxl.load_workbook(filed.home / "输出" / "自评" / "官方表.xlsx").active
    assert [str(area) for area in got.merged_cells.ranges] == ["A1:G1"]
    assert got.column_dimensions["E"].width == 40
    assert got["C6"].value == "=SUM(C3:C5)"
    assert (got["E3"].value, got["E3"].data_type) == ("=成立了领导小组", "s")
    assert got["E4"].value == "已经写好"


def test_blank_papers_carry_the_offices_phases_and_problems(office: Office, tmp_path: Path) -> None:
    office.ask("ledger", "add", "会议记录不全")
    done = office.ask("report", "forms", "--out", tmp_path / "文书")
    assert [Path(path).stem for path in done["paths"]] == ["迎检方案", "会议记录", "签到表", "整改方案", "汇报材料提纲"]
    assert "自查自纠阶段" in text_of(tmp_path / "文书" / "迎检方案.docx")
    assert "会议记录不全" in text_of(tmp_path / "文书" / "整改方案.docx")
    assert "{{" not in "".join(text_of(Path(path)) for path in done["paths"])


def test_what_cannot_be_filled_is_a_sentence(office: Office, tmp_path: Path) -> None:
    empty = docx.Document()
    empty.save(str(tmp_path / "空.docx"))
    (tmp_path / "坏.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "旧.doc").write_bytes(b"x")
    for words in (
        ("fill", tmp_path / "空.docx"), ("fill", tmp_path / "坏.docx"), ("fill", tmp_path / "旧.doc"),
        ("fill", tmp_path / "空.docx", "--out", tmp_path / "空.docx"), ("claim", "Z9", "--text", "甲"), ("claim", "A1"),
    ):  # fmt: skip
        said = office.duban("report", *words)
        assert said.code == 2, words
        assert "Traceback" not in said.err
