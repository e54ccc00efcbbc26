"""调阅登记: what evaluators ask for during the visit, from the asking to the paper back on its shelf.

What could not be shown is a 现场待补 task, due in hours. Each step is one event, which ``duban undo`` takes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.plainjson import from_json, to_json
from duban_archive.core.progress import short_title
from duban_archive.core.slips import (
    MOST_HOURS,
    OutOfOrder,
    Slip,
    Steps,
    hours_left,
    is_overdue,
    mark,
    read_time,
    time_left,
    told,
)
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.model import Record
    from duban_archive.core.slips import Done

Json = dict[str, Any]
STATE_WORDS: Mapping[str, str] = {"asked": "已登记", "fetched": "已取出", "shown": "已出示", "returned": "已归还"}
_REGISTER = "slips"
_COLUMNS = (
    "编号", "调阅时间", "调阅人", "调阅内容", "登记人", "件号与题名", "所在位置", "取件人", "取出", "出示", "归还",
    "现场待补", "责任人", "期限", "补交情况", "备注",
)  # fmt: skip
_WIDTHS = (6, 11, 9, 24, 8, 30, 20, 8, 11, 11, 11, 18, 9, 11, 12, 10)
_CENTRED = frozenset(("编号", "调阅时间", "取出", "出示", "归还", "期限", "补交情况"))
_SUGGESTED = 3
_LONGEST = 500


class Slips:
    """The register of requests; every slip has a running number that is never given again."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    # --- entering -------------------------------------------------------------------------------------------------

    def add(self, asked: str, *, asker: str = "", at: str = "", steps: Steps | None = None) -> Json:
        """Enter a request, with the steps already taken; the slip, and what search finds for its words."""
        archive = self._archive
        words = " ".join(asked.split())
        if not words:
            raise UsageError("没有写要调阅什么。", "例如:duban slip add 第三小学2014年控辍保学台账 --asker 第二组")
        if len(words) > _LONGEST:
            raise UsageError(f"要调阅的内容有 {len(words)} 个字,太长了。", f"请写在 {_LONGEST} 字以内。")
        time = self._time(at)
        slip = Slip(asked=words, asker=asker.strip(), at=time, by=archive.by)
        slip = self._marked(slip, steps or Steps(), time)
        with archive.catalogue.change("entered", archive.by, register=_REGISTER, what=words) as change:
            number = change.next_number(_REGISTER)
            change.enter(_REGISTER, str(number), to_json(slip))
        document = self.document(number, slip)
        if not slip.records:
            found = archive.search(words, limit=_SUGGESTED)
            apart = [hit for group in found.get("groups", ()) for hit in group["hits"]]
            document["suggested"] = (found["hits"] or apart or archive.like_text(words, limit=_SUGGESTED))[:_SUGGESTED]
            document["slots"] = found.get("slots", [])
        return document

    def mark(self, number: int, steps: Steps, *, at: str = "") -> Json:
        """Mark a step on a slip: fetched, shown, returned, could not be shown, brought later."""
        archive = self._archive
        if steps == Steps():
            raise UsageError(
                "没有写要标明什么。", "例如:--fetched 取件人、--shown、--returned、--lacking 缺什么、--supplied。"
            )
        slip = self._marked(self.slip(number), steps, self._time(at))
        with archive.catalogue.change("entered", archive.by, register=_REGISTER, what=slip.asked) as change:
            change.enter(_REGISTER, str(number), to_json(slip))
        return self.document(number, slip)

    def _marked(self, slip: Slip, steps: Steps, at: str) -> Slip:
        if steps == Steps():
            return slip
        if not 0 < steps.hours <= MOST_HOURS:
            raise UsageError(
                f"“{steps.hours:g} 小时”不在可用的范围里。", f"现场待补按小时计,请写 0.5 到 {MOST_HOURS:g} 之间的数。"
            )
        for id in steps.records:
            record = self._archive.catalogue.record(id)
            if record.state in ("withdrawn", "replaced"):
                raise UsageError(f"{id} 号件已撤出或已并入别的件,不能出示。", "请用 duban show 查看它现在在哪一件里。")
        try:
            return mark(slip, steps, by=self._archive.by, at=at)
        except OutOfOrder as fault:
            raise UsageError(f"{fault}。", "登记没有改动;请核对后再标。") from fault

    def _time(self, typed: str) -> str:
        if not typed:
            return self.now
        time = read_time(typed, self._archive.today)
        if time is None:
            raise UsageError(f"时间“{typed[:40]}”看不懂。", "请写成 2015-11-02 09:30,或只写 09:30(当天)。")
        return time

    # --- reading --------------------------------------------------------------------------------------------------

    @property
    def now(self) -> str:
        """This minute, of the day that the archive works on."""
        return f"{self._archive.today}T{self._archive.now()[11:16]}"

    def slip(self, number: int) -> Slip:
        """One slip; ``UsageError`` when there is none of this number."""
        found = self._archive.catalogue.entries(_REGISTER).get(str(number))
        if found is None:
            raise UsageError(f"没有第 {number} 号调阅登记。", "请用 duban slip show 查看已登记的。")
        return from_json(Slip, found)

    def slips(self) -> dict[int, Slip]:
        """All slips by number, in order."""
        return {int(name): from_json(Slip, e) for name, e in self._archive.catalogue.entries(_REGISTER).items()}

    def documents(self, numbers: Sequence[int] = (), *, still_open: bool = False, lacking: bool = False) -> list[Json]:
        """Slips as ``slip show`` prints them: all, or some; only those with something still to do, or to bring."""
        chosen = {n: self.slip(n) for n in numbers} if numbers else self.slips()
        chosen = {
            n: slip
            for n, slip in chosen.items()
            if (slip.is_open or not still_open) and (slip.is_lacking or not lacking)
        }
        held = {id for slip in chosen.values() for id in (*slip.records, *(slip.task.records if slip.task else ()))}
        records = {record.id: record for record in self._archive.catalogue.records(held)} if held else {}
        return [self.document(n, slip, records=records) for n, slip in chosen.items()]

    def tasks(self) -> list[Json]:
        """现场待补 that are not brought yet, the most urgent first."""
        open_ones = [one for one in self.documents(lacking=True) if one["task"]]
        return sorted(open_ones, key=lambda one: str(one["task"]["due"]))

    def document(self, number: int, slip: Slip, *, records: Mapping[int, Record] | None = None) -> Json:
        """A slip with its records' places and how much time its task has."""
        if records is None:
            wanted = {*slip.records, *(slip.task.records if slip.task else ())}
            records = {record.id: record for record in self._archive.catalogue.records(wanted)} if wanted else {}
        task, now = slip.task, self.now
        return {
            "number": number,
            "asked": slip.asked,
            "asker": slip.asker,
            "at": slip.at,
            "by": slip.by,
            "records": [self._place(records[id]) for id in slip.records if id in records],
            "fetched": _step(slip.fetched),
            "shown": _step(slip.shown),
            "returned": _step(slip.returned),
            "state": slip.state.value,
            "open": slip.is_open,
            "task": None
            if task is None
            else {
                "what": task.what,
                "owner": task.owner,
                "since": task.since,
                "due": task.due,
                "hours_left": None if task.supplied else round(hours_left(task, now), 1),
                "overdue": is_overdue(task, now),
                "time_left": time_left(task, now),
                "supplied": _step(task.supplied),
                "records": list(task.records),
            },
            "remark": slip.remark,
        }

    def _place(self, record: Record) -> Json:
        from duban_archive import finding

        place = finding.place_of(self._archive, record)
        return {"record": record.id, "title": record.title, "pages": record.pages, **place}

    # --- on paper -------------------------------------------------------------------------------------------------

    def export(self, path: Path) -> int:
        """The register as an Excel workbook, open tasks on a sheet of their own; how many slips."""
        from duban_archive.adapters import table_sheet
        from duban_archive.adapters.table_sheet import Sheet

        documents = self.documents()
        columns = tuple(zip(_COLUMNS, _WIDTHS, strict=True))
        left = [n for n, name in enumerate(_COLUMNS) if name not in _CENTRED]
        rows = [_row(one) for one in documents]
        lacking = [one for one in documents if one["task"]]
        late = frozenset(n for n, one in enumerate(documents) if one["task"] and one["task"]["overdue"])
        title = f"{self._archive.checklist.title} 调阅登记"
        sheets = [Sheet(name="调阅登记", title=title, columns=columns, rows=rows, left=left, marked=late)]
        sheets.append(
            Sheet(
                name="现场待补",
                title=f"现场待补(截至 {told(self.now)})",
                columns=(
                    ("编号", 6), ("待补材料", 40), ("调阅内容", 40), ("调阅人", 12), ("责任人", 12), ("期限", 16),
                    ("情况", 20),
                ),
                left=(1, 2, 3, 4),
                rows=[
                    (one["number"], one["task"]["what"], one["asked"], one["asker"], one["task"]["owner"],
                     told(one["task"]["due"]), one["task"]["time_left"])
                    for one in lacking
                ],
                marked=frozenset(n for n, one in enumerate(lacking) if one["task"]["overdue"]),
            )
        )  # fmt: skip
        table_sheet.write(path, sheets)
        return len(documents)

    def reply(self, numbers: Sequence[int], path: Path) -> int:
        """现场答复单 for each slip, one after the other in a Word document, from the office's template; how many."""
        from duban_archive.adapters import sheets

        documents = self.documents(numbers)
        if not documents:
            raise UsageError("还没有调阅登记,没有可答复的。", "请先用 duban slip add 登记。")
        template = sheets.find("现场答复单", (self._archive.home.templates,))
        facts = [self._facts(one) for one in documents]
        marks = [f"slip{one['number']}" for one in documents] if len(documents) > 1 else []
        path.write_bytes(sheets.fill_many(template, facts, marks))
        return len(documents)

    def _facts(self, one: Json) -> Json:
        checklist, task = self._archive.checklist, one["task"]
        return {
            "评估名称": short_title(checklist.title),
            "编制单位": checklist.office or checklist.issuer,
            "编号": str(one["number"]),
            "调阅人": one["asker"],
            "调阅时间": told(one["at"]),
            "调阅内容": one["asked"],
            "登记人": one["by"],
            "取件": _said(one["fetched"]),
            "出示": _said(one["shown"]),
            "归还": _said(one["returned"]),
            "待补材料": task["what"] if task else "无",
            "待补期限": told(task["due"]) if task else "",
            "待补责任人": task["owner"] if task else "",
            "待补情况": task["time_left"] if task else "",
            "备注": one["remark"],
            "打印时间": told(self.now),
            "材料": [
                {"序号": str(n), "收件号": str(row["record"]), "题名": row["title"], "页数": str(row["pages"] or ""),
                 "位置": where(row)}
                for n, row in enumerate(one["records"], start=1)
            ],
        }  # fmt: skip


def where(row: Json) -> str:
    """Where a record lies: in which binder on which page, and on which shelf."""
    words = []
    if row["binder"]:
        words.append(f"合订本 {row['binder']['volume']} 第 {row['binder']['item']} 件 第 {row['binder']['page']} 页")
    if row["place"]:
        words.append(row["place"])
    return ";".join(words)


def _step(done: Done | None) -> Json | None:
    return None if done is None else {"by": done.by, "at": done.at}


def _said(step: Json | None) -> str:
    return f"{step['by']} {told(step['at'])}" if step else ""


def _row(one: Json) -> tuple[str | int, ...]:
    task = one["task"]

    def at(step: Json | None) -> str:
        return told(step["at"]) if step else ""

    return (
        one["number"], told(one["at"]), one["asker"], one["asked"], one["by"],
        "\n".join(f"{row['record']}号 {row['title']}" for row in one["records"]),
        "\n".join(where(row) for row in one["records"]),
        one["fetched"]["by"] if one["fetched"] else "", at(one["fetched"]), at(one["shown"]), at(one["returned"]),
        task["what"] if task else "", task["owner"] if task else "", told(task["due"]) if task else "",
        task["time_left"] if task else "", one["remark"],
    )  # fmt: skip
