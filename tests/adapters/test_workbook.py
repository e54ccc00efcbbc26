from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from duban_archive.adapters import checklist_file, checklist_yaml, workbook
from duban_archive.core import cells
from duban_archive.core.drafts import TABLES, draft_of, keys_of
from duban_archive.core.language import SORTS, Field
from duban_archive.errors import UsageError

IDS = [summary.id for summary in checklist_file.bundled()]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [*IDS, str(ROOT / "archive_schema.yaml")], ids=[*IDS, "office"])
def test_every_ready_made_checklist_comes_back_from_excel_and_yaml_without_loss(tmp_path: Path, name: str) -> None:
    draft = checklist_file.read_alone(Path(name) if name.endswith(".yaml") else name)
    workbook.write(draft, tmp_path / "x.xlsx")
    back = workbook.read(tmp_path / "x.xlsx")
    assert back.problems == ()
    assert back.plain() == draft.plain()
    assert checklist_yaml.parse(checklist_yaml.write(back).encode(), name=name).plain() == draft.plain()


# --- any draft at all --------------------------------------------------------------------------------------------

_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Co", "Cn"))
_TEXT = st.one_of(
    st.text(_CHARACTERS, min_size=1, max_size=12),
    st.sampled_from(
        ["=1+1", "2015", "1.10", "null", "是", "#N/A", "甲、乙", "甲\n乙", '"引"', "[1]", "{x}", "on", "(取消)", "-"]
    ),
).map(str.strip)
TEXTS = _TEXT.filter(lambda text: bool(text) and not checklist_yaml._UNSEEN.search(text) and "\ufeff" not in text)
NAMES = st.from_regex(r"[a-z一-龥][a-z0-9一-龥-]{0,6}", fullmatch=True)
SCALARS = st.one_of(TEXTS.filter(lambda text: text != cells.NOTHING), st.integers(-(10**6), 10**6))


def values_of(field: Field) -> st.SearchStrategy[Any]:
    words = TEXTS.filter(lambda text: text != cells.NOTHING)
    lists = st.lists(NAMES if field.key in cells._LISTS_OF_IDS else words, min_size=1, max_size=3)
    forms: dict[str, st.SearchStrategy[Any]] = {
        "text": words,
        "id": NAMES,
        "texts": lists,
        "flag": st.booleans(),
        "integer": st.integers(0, 100),
        "number": st.integers(0, 100) | st.sampled_from([0.5, 1.25]),
        "date": st.sampled_from(["2015", "2015-08", "2015-08-10"]),
        "scalar": SCALARS,
        "value": SCALARS | st.lists(st.integers(0, 9), min_size=2, max_size=2),
        "choice": st.sampled_from(field.choices or ("x",)),
        "conditions": st.dictionaries(NAMES, st.lists(words, min_size=1, max_size=2), min_size=1, max_size=2),
        "values": st.dictionaries(NAMES, SCALARS, min_size=1, max_size=3),
        "sets": st.lists(st.lists(words, min_size=2, max_size=3), min_size=1, max_size=2),
    }
    return forms[field.form]


@st.composite
def rows(draw: st.DrawFn, table: str, parents: list[str]) -> dict[str, Any]:
    sort = SORTS[TABLES[table]]
    fields = {field.key: field for field in sort.fields}
    chosen = draw(st.lists(st.sampled_from([k for k in keys_of(sort) if k in fields and k != "tasks"]), max_size=6))
    row = {key: draw(values_of(fields[key])) for key in chosen}
    row |= {field.key: draw(values_of(field)) for field in sort.fields if field.required}
    if table == "not_applicable":
        return row
    row["id"] = draw(NAMES)
    if table in ("requirements", "check_items") and parents:
        row["indicator"] = draw(st.sampled_from(parents))
    return row


@st.composite
def drafts(draw: st.DrawFn) -> dict[str, Any]:
    head = {f.key: f for f in SORTS["document"].fields if not f.sort}
    plain: dict[str, Any] = {
        k: draw(values_of(head[k])) for k in draw(st.lists(st.sampled_from(sorted(head)), max_size=6))
    }
    parents: list[str] = []
    for table in TABLES:
        found = draw(st.lists(rows(table, parents), max_size=2, unique_by=lambda row: row.get("id", str(row))))
        if table == "indicators":
            found = [{k: v for k, v in row.items() if k != "parent"} for row in found]
            parents = [row["id"] for row in found]
        if table in ("requirements", "check_items"):
            found.sort(key=lambda row: parents.index(row["indicator"]) if "indicator" in row else len(parents))
        if found:
            plain[table] = found
    return plain


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(plain=drafts())
def test_any_draft_comes_back_from_excel_and_from_yaml(tmp_path: Path, plain: dict[str, Any]) -> None:
    draft = draft_of(plain)
    workbook.write(draft, tmp_path / "any.xlsx")
    back = workbook.read(tmp_path / "any.xlsx")
    assert back.problems == ()
    assert back.plain() == plain
    again = checklist_yaml.parse(checklist_yaml.write(draft).encode(), name="any")
    assert again.problems == ()
    assert again.plain() == plain


# --- what an office does to a workbook ---------------------------------------------------------------------------


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "plan-00.xlsx"
    workbook.write(checklist_file.read_alone("plan-00"), path)
    return path


def test_the_sheets_an_office_edits_are_there_with_lists_notes_and_frozen_panes(exported: Path) -> None:
    book = load_workbook(exported)
    assert {"指标体系", "指标", "佐证材料", "单位", "单位组", "期间", "阶段", "规则"} <= set(book.sheetnames)
    sheet = book["佐证材料"]
    assert sheet.freeze_panes == "D2"
    assert sheet["A1"].comment is not None
    assert "必填" in sheet["A1"].comment.text
    assert any("必备,应有,可有" in (rule.formula1 or "") for rule in sheet.data_validations.dataValidation)


def edited(path: Path, sheet: str, change: Any) -> Path:
    book = load_workbook(path)
    change(book[sheet])
    book.save(path)
    return path


def test_columns_nobody_knows_are_kept(exported: Path, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        last = sheet.max_column + 1
        sheet.cell(row=1, column=last, value="经办人电话登记处")
        sheet.cell(row=2, column=last, value="一楼档案室")

    draft = workbook.read(edited(exported, "佐证材料", change))
    assert draft.rows("requirements")[0].values["extra"] == {"经办人电话登记处": "一楼档案室"}
    workbook.write(draft, tmp_path / "again.xlsx")
    assert workbook.read(tmp_path / "again.xlsx").plain() == draft.plain()
    again = checklist_yaml.parse(checklist_yaml.write(draft).encode(), name="x")
    assert again.plain() == draft.plain()


def test_headers_may_be_called_by_other_names_and_stand_in_any_order(exported: Path) -> None:
    def change(sheet: Any) -> None:
        headers = {cell.value: cell for cell in sheet[1]}
        headers["材料名称"].value = "佐证资料"
        sheet.move_range("A1:A40", cols=60)

    draft = workbook.read(edited(exported, "佐证材料", change))
    assert draft.plain()["requirements"] == checklist_file.read_alone("plan-00").plain()["requirements"]


def test_merged_cells_count_for_every_row_they_cover(exported: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.merge_cells("B2:B6")

    draft = workbook.read(edited(exported, "佐证材料", change))
    assert [row.values["indicator"] for row in draft.rows("requirements")[:5]] == ["a1"] * 5


def test_a_wrong_cell_is_told_with_sheet_and_cell_and_all_at_once(exported: Path) -> None:
    def change(sheet: Any) -> None:
        headers = {cell.value: cell.column for cell in sheet[1]}
        sheet.cell(row=2, column=headers["级别"], value="必须备")
        sheet.cell(row=3, column=headers["最少件数"], value="两份")

    draft = workbook.read(edited(exported, "佐证材料", change))
    told = [str(problem) for problem in draft.problems]
    assert len(told) == 2
    assert told[0].startswith("佐证材料!")
    assert "级别应为 必备、应有、可有 之一,写的是“必须备”,是不是“必备”?" in told[0]
    assert "最少件数应为一个整数,写的是“两份”" in told[1]


def test_missing_headers_are_told(exported: Path) -> None:
    draft = workbook.read(edited(exported, "佐证材料", lambda sheet: sheet.delete_rows(1)))
    assert any("没有认出列名" in str(problem) for problem in draft.problems)


def test_a_date_or_a_number_typed_by_hand_is_read_as_it_looks(exported: Path) -> None:
    from datetime import datetime

    def change(sheet: Any) -> None:
        headers = {cell.value: cell.column for cell in sheet[1]}
        sheet.append([None])
        row = sheet.max_row + 1
        for header, value in {"编号": "xin", "单位名称": 2, "设立日期": datetime(2015, 9, 1)}.items():
            sheet.cell(row=row, column=headers[header], value=value)

    unit = workbook.read(edited(exported, "单位", change)).rows("units")[0].values
    assert unit == {"id": "xin", "name": "2", "opened": "2015-09-01"}


def test_a_text_that_begins_with_an_equals_sign_is_no_formula(tmp_path: Path) -> None:
    draft = draft_of({"id": "x", "title": "=HYPERLINK(1)", "units": [{"id": "a", "name": "=1+1"}]})
    workbook.write(draft, tmp_path / "x.xlsx")
    assert load_workbook(tmp_path / "x.xlsx")["单位"]["B2"].data_type == "s"
    assert workbook.read(tmp_path / "x.xlsx").plain() == draft.plain()


def test_what_is_no_workbook_of_ours_says_so(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["a", "b"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(UsageError, match="不是由 checklist export 导出"):
        workbook.read(tmp_path / "other.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(b"no zip at all")
    with pytest.raises(UsageError, match="不是 xlsx 文件"):
        workbook.read(tmp_path / "broken.xlsx")
    with pytest.raises(UsageError, match="读不到"):
        workbook.read(tmp_path / "absent.xlsx")
