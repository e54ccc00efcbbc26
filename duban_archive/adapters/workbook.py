"""The Excel door for checklists: sheets an office edits, with drop-downs, notes and frozen panes, and read back.

Round trip: ``read(write(draft))`` says the same as ``draft``. Columns nobody knows are kept with their row (``extra``).
Tables that offices already have are another matter: ``adapters/checklist_tables.py``.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core import cells, language
from duban_archive.core.drafts import TABLES, Draft, Place, Problem, Row, keys_of, suggest
from duban_archive.core.language import FLAT_KEYS, SORTS, Field, Sort
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 20_000_000
MAX_UNPACKED = 200_000_000
MAX_CELLS = 2_000_000
MAX_TEXT = 32_000

HEAD = "指标体系"
SYNONYMS = "同义词"
TASKS = "阶段任务"
# Tables in the order of their sheets; those an office edits most come first.
_SHEETS = {
    SORTS[TABLES[table]].title: table
    for table in (
        *("indicators", "requirements", "check_items", "units", "groups", "periods", "phases", "rules", "figures"),
        *("parameters", "rounds", "events", "evidence_types", "judgements", "scoring", "vetoes", "not_applicable"),
    )
}
# Sheets that are there even when there is nothing in them yet.
_ALWAYS = ("indicators", "requirements", "units", "groups", "periods", "phases", "rules")
# A column whose header begins with this is for reading only.
_SHOWN = "※"
_OTHER = "其他:"
_ROWS_AHEAD = 500


# --- writing -----------------------------------------------------------------------------------------------------


def write(draft: Draft, path: Path) -> None:
    """The draft as a workbook at ``path`` (written whole or not at all)."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = HEAD
    _write_head(sheet, draft)
    for title, table in _SHEETS.items():
        if draft.rows(table) or table in _ALWAYS:
            _write_table(book.create_sheet(title), draft, table)
        if table == "phases":
            _write_tasks(book.create_sheet(TASKS), draft)
    if draft.head.values.get("synonyms"):
        _write_synonyms(book.create_sheet(SYNONYMS), draft)
    part = path.with_name(f".{path.name}.part")
    book.save(part)
    book.close()
    part.replace(path)


def _write_head(sheet: Worksheet, draft: Draft) -> None:
    _headers(sheet, (("项目", "这一列不要改"), ("内容", "没有的留空"), ("说明", "")), widths=(16, 70, 50))
    for field in _head_fields():
        value = draft.head.values.get(field.key, "")
        written = cells.write(value, field) if field.key in draft.head.values else None
        sheet.append([None, None, None])
        _put(sheet, sheet.max_row, 1, field.header)
        _put(sheet, sheet.max_row, 2, written)
        _put(sheet, sheet.max_row, 3, field.note or language.FORMS[field.form])
        if field.form == "choice":
            _drop_down(sheet, _labels(field), f"B{sheet.max_row}")
    sheet.freeze_panes = "B2"


def _head_fields() -> tuple[Field, ...]:
    return tuple(field for field in SORTS["document"].fields if not field.sort and field.key != "synonyms")


def _write_table(sheet: Worksheet, draft: Draft, table: str) -> None:
    sort = SORTS[TABLES[table]]
    columns = _columns(sort)
    extras = _extra_keys(draft.rows(table))
    titles = {row.values.get("id"): row.values.get("title") for row in draft.rows("indicators")}
    shown = ((f"{_SHOWN}指标名称", "只供对照,导入时不看"),) if table in ("requirements", "check_items") else ()
    taken = {name for field in columns for name in (field.header, field.key, *field.aliases)}
    others = [(key, _OTHER + key if key in taken or key.startswith((_SHOWN, _OTHER)) else key) for key in extras]
    told = [(field.header, _note(field)) for field in columns]
    told += [*shown, *((header, "办公室自己的列,原样保留") for _key, header in others)]
    _headers(sheet, told, widths=[*(_width(field) for field in columns), *(24 for _ in (*shown, *others))])
    for number, row in enumerate(draft.rows(table), start=2):
        for column, field in enumerate(columns, start=1):
            if field.key in row.values:
                _put(sheet, number, column, cells.write(row.values[field.key], field))
        if shown:
            _put(sheet, number, len(columns) + 1, titles.get(row.values.get("indicator")))
        extra = row.values.get("extra") or {}
        for column, (key, _header) in enumerate(others, start=len(columns) + len(shown) + 1):
            if key in extra:
                _put(sheet, number, column, cells.write(extra[key], _EXTRA))
    sheet.freeze_panes = "D2" if table in ("indicators", "requirements") else "C2"
    for column, field in enumerate(columns, start=1):
        _drop_down_for(sheet, field, column)


def _write_tasks(sheet: Worksheet, draft: Draft) -> None:
    fields = SORTS["task"].fields
    known = [field for field in fields if field.key != "extra"]
    told = [("阶段", "“阶段”表里的编号"), *((field.header, _note(field)) for field in known)]
    _headers(sheet, told, widths=(16, 70, 16, 16))
    for phase in draft.rows("phases"):
        for task in phase.values.get("tasks") or ():
            number = sheet.max_row + 1
            _put(sheet, number, 1, phase.values["id"])
            for column, field in enumerate(known, start=2):
                if field.key in task:
                    _put(sheet, number, column, cells.write(task[field.key], field))
    sheet.freeze_panes = "B2"


def _write_synonyms(sheet: Worksheet, draft: Draft) -> None:
    _headers(sheet, (("同义词", "每行一组,一格一个词;同一行的词互相等同"),), widths=(20, 20, 20, 20))
    for number, words in enumerate(draft.head.values["synonyms"], start=2):
        for column, word in enumerate(words, start=1):
            _put(sheet, number, column, word)
    sheet.freeze_panes = "A2"


def _columns(sort: Sort) -> tuple[Field, ...]:
    """The columns of a table: its keys in written order; what it stands under comes second."""
    fields = {field.key: field for field in sort.fields}
    back = FLAT_KEYS.get(sort.name, "")
    fields.setdefault(back, Field(key=back, form="id", header=_BACK_HEADER.get(back, "上级"), note=_BACK_NOTE))
    fields.setdefault("id", Field(key="id", form="id", header="名称", required=True))
    return tuple(fields[key] for key in keys_of(sort) if key in fields and key not in ("tasks", "extra"))


_BACK_HEADER = {"indicator": "所属指标", "parent": "上级指标"}
_BACK_NOTE = "“指标”表里的编号"
_EXTRA = Field(key="extra", form="scalar", header="其他列")


def _extra_keys(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in (row.values.get("extra") or {})))


def _note(field: Field) -> str:
    must = "必填。" if field.required else ""
    return f"{must}{field.note or language.FORMS[field.form]}({field.key})"


def _width(field: Field) -> int:
    if field.key in ("title", "text"):
        return 44
    return {"texts": 28, "flag": 8, "integer": 9, "number": 9, "choice": 14, "conditions": 28, "values": 28}.get(
        field.form, 15
    )


def _headers(sheet: Worksheet, told: Iterable[tuple[str, str]], widths: Iterable[int]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, (header, note) in enumerate(told, start=1):
        cell = sheet.cell(row=1, column=column, value=header)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if note:
            cell.comment = Comment(note, "督档", width=260, height=110)
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """A value as it is: a text that begins with = is a text, never a formula."""
    if value is None or value == "":
        return
    from openpyxl.styles import Alignment

    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise UsageError(
            f"“{sheet.title}”第{row}行有一格超过 {MAX_TEXT} 字,Excel 放不下", "请在 YAML 文件里修改这一条。"
        )
    cell = sheet.cell(row=row, column=column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _drop_down_for(sheet: Worksheet, field: Field, column: int) -> None:
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(column)
    cells_below = f"{letter}2:{letter}{max(sheet.max_row, 1) + _ROWS_AHEAD}"
    if field.form == "choice":
        _drop_down(sheet, _labels(field), cells_below)
    elif field.form == "flag":
        _drop_down(sheet, ("是", "否"), cells_below)
    elif field.key in _LOOK_UP and sheet.title != _LOOK_UP[field.key]:
        _drop_down(sheet, f"='{_LOOK_UP[field.key]}'!$A$2:$A$2000", cells_below)


_LOOK_UP = {"indicator": "指标", "phase": "阶段", "merged_into": "单位", "belongs_to": "单位", "parent": "指标"}


def _labels(field: Field) -> tuple[str, ...]:
    return tuple(language.LABELS.get(choice, choice) for choice in field.choices)


def _drop_down(sheet: Worksheet, words: Iterable[str] | str, where: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    formula = words if isinstance(words, str) else '"' + ",".join(words) + '"'
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
    rule.error, rule.errorTitle = "请从下拉列表里选。", "督档"
    rule.showErrorMessage = True
    rule.add(where)
    sheet.add_data_validation(rule)


# --- reading -----------------------------------------------------------------------------------------------------


def read(path: Path) -> Draft:
    """The draft of a workbook that ``write`` made and an office edited; what is wrong in it is in its ``problems``.

    Raises ``UsageError`` where it is no such workbook: then ``checklist_tables.read`` may know the table.
    """
    book = open_workbook(path)
    try:
        if HEAD not in book.sheetnames and not set(book.sheetnames) & set(_SHEETS):
            raise UsageError(
                f"“{path.name}”不是由 checklist export 导出的表格",
                "自己编的指标表也能导入:第一行写 一级指标、二级指标、佐证材料、责任单位 等列名。",
            )
        return _Reader(path.name).read(book)
    finally:
        book.close()


def is_ours(path: Path) -> bool:
    """Whether a workbook has the sheets that ``write`` makes."""
    book = open_workbook(path)
    try:
        return HEAD in book.sheetnames or len(set(book.sheetnames) & set(_SHEETS)) > 1
    finally:
        book.close()


def open_workbook(path: Path) -> Workbook:
    """A workbook with the values of its formulas; ``UsageError`` where it cannot be opened or is too large."""
    from openpyxl import load_workbook

    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(
                f"“{path.name}”超过 {MAX_BYTES // 1_000_000} MB", "指标表不会这么大,请检查是否选错了文件。"
            )
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(info.file_size for info in packed.infolist())
        if unpacked > MAX_UNPACKED:
            raise UsageError(f"“{path.name}”展开后超过 {MAX_UNPACKED // 1_000_000} MB", "文件没有打开,也没有任何改动。")
        return load_workbook(path, data_only=True, keep_links=False)
    except UsageError:
        raise
    except OSError as error:
        raise UsageError(f"读不到“{path.name}”({error.strerror})", "请检查路径。") from None
    except zipfile.BadZipFile:
        raise UsageError(f"“{path.name}”不是 xlsx 文件", "旧式 .xls 请先用 Excel 或 WPS 另存为 .xlsx。") from None
    except Exception as error:  # a reader of other people's files
        raise UsageError(f"打不开“{path.name}”:{error}", "请用 Excel 或 WPS 打开后另存一次再试。") from None


def grid(sheet: Worksheet) -> list[list[Any]]:
    """The cells of a sheet, merged ones filled from their first; ``UsageError`` where there are too many."""
    if sheet.max_row * sheet.max_column > MAX_CELLS:
        raise UsageError(
            f"工作表“{sheet.title}”有 {sheet.max_row} 行 {sheet.max_column} 列,太大", "请删去空白的行和列再试。"
        )
    rows = [[cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    for area in sheet.merged_cells.ranges:
        first = rows[area.min_row - 1][area.min_col - 1] if area.min_row <= len(rows) else None
        for row in rows[area.min_row - 1 : area.max_row]:
            for column in range(area.min_col - 1, min(area.max_col, len(row))):
                row[column] = first
    return rows


class _Reader:
    """One workbook on its way to a draft; problems are gathered, each with sheet and cell."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def read(self, book: Workbook) -> Draft:
        head = self.head(book)
        tables = {}
        tasks = self.tasks(book)
        for title, table in _SHEETS.items():
            if title in book.sheetnames:
                rows = tuple(self.rows(book[title], SORTS[TABLES[table]]))
                if table == "phases":
                    rows = tuple(self.with_tasks(row, tasks) for row in rows)
                tables[table] = rows
        for phase, rows_of_phase in tasks.items():
            text = f"没有编号为“{phase}”的阶段"
            self.problems += [Problem(text, place) for _task, place in rows_of_phase]
        return Draft(self.name, head, tables, tuple(self.problems))

    def head(self, book: Workbook) -> Row:
        values: dict[str, Any] = {}
        places: dict[str, Place] = {"": HEAD}
        if HEAD not in book.sheetnames:
            self.problems.append(Problem(f"少了“{HEAD}”工作表(编号、名称、基准年写在那里)"))
        else:
            by_header = {field.header: field for field in _head_fields()}
            for number, row in enumerate(grid(book[HEAD])[1:], start=2):
                name, content = cells.as_text(row[0] if row else None), row[1] if len(row) > 1 else None
                field = by_header.get(name)
                if field is None:
                    if name:
                        text = f"“{HEAD}”里没有“{name}”这一项{suggest(name, by_header)}"
                        self.problems.append(Problem(text, f"{HEAD}!A{number}"))
                elif not cells.is_empty(content):
                    self.value(content, field, f"{HEAD}!B{number}", values, places)
        if SYNONYMS in book.sheetnames:
            rows = [[cells.as_text(c) for c in row if not cells.is_empty(c)] for row in grid(book[SYNONYMS])[1:]]
            values["synonyms"] = [words for words in rows if words]
        return Row(values, places)

    def rows(self, sheet: Worksheet, sort: Sort) -> Iterator[Row]:
        table = grid(sheet)
        if not any(not cells.is_empty(cell) for row in table for cell in row):
            return
        columns = self.columns(sheet, table[0], sort)
        if not columns:
            self.problems.append(
                Problem(f"“{sheet.title}”第1行没有认出列名;应有 {'、'.join(_must(sort))} 等", f"{sheet.title}!A1")
            )
            return
        for number, row in enumerate(table[1:], start=2):
            values: dict[str, Any] = {}
            places: dict[str, Place] = {"": f"{sheet.title}!A{number}"}
            extra: dict[str, Any] = {}
            for column, known in columns.items():
                cell = row[column] if column < len(row) else None
                if cells.is_empty(cell):
                    continue
                place = f"{sheet.title}!{_letter(column)}{number}"
                if isinstance(known, str):
                    extra[known] = cells.read(cell, _EXTRA)
                else:
                    self.value(cell, known, place, values, places)
            if extra:
                values["extra"] = extra
            if values:
                yield Row(values, places)

    def columns(self, sheet: Worksheet, first: list[Any], sort: Sort) -> Mapping[int, Field | str]:
        """What stands in each column: a field of the language, or the header of a column of the office's own."""
        known = {field.header: field for field in _columns(sort)}
        for field in _columns(sort):
            for name in (field.key, *field.aliases):
                known.setdefault(name, field)
        found: dict[int, Field | str] = {}
        own: list[int] = []
        for column, cell in enumerate(first):
            header = cells.as_text(cell).replace("\n", "")
            if not header or header.startswith(_SHOWN):
                continue
            what: Field | str = known.get(header, header.removeprefix(_OTHER))
            if what in found.values():
                self.problems.append(
                    Problem(f"“{sheet.title}”的列“{header}”出现了两次", f"{sheet.title}!{_letter(column)}1")
                )
                continue
            found[column] = what
            own += [column] if isinstance(what, Field) else []
        return found if own else {}

    def value(self, cell: Any, field: Field, place: str, values: dict[str, Any], places: dict[str, Place]) -> None:
        places[field.key] = place
        try:
            values[field.key] = cells.read(cell, field)
        except ValueError as error:
            self.problems.append(Problem(f"{field.header}{error}", place))

    def tasks(self, book: Workbook) -> dict[str, list[tuple[dict[str, Any], str]]]:
        found: dict[str, list[tuple[dict[str, Any], str]]] = {}
        if TASKS not in book.sheetnames:
            return found
        sort = SORTS["task"]
        fields = (Field(key="phase", form="id", header="阶段"), *(f for f in sort.fields if f.key != "extra"))
        for row in self.rows(book[TASKS], Sort(name="task", title=TASKS, fields=fields)):
            values = dict(row.values)
            place = str(row.places[""])
            found.setdefault(str(values.pop("phase", "")), []).append((values, place))
        return found

    def with_tasks(self, row: Row, tasks: dict[str, list[tuple[dict[str, Any], str]]]) -> Row:
        own = tasks.pop(str(row.values.get("id", "")), None)
        return Row({**row.values, "tasks": [task for task, _place in own]}, row.places) if own else row


def _must(sort: Sort) -> list[str]:
    return [field.header for field in _columns(sort) if field.required]


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column + 1)
