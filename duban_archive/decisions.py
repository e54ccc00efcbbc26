"""What a person decides about records and filings; each decision is one event that can be taken back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from duban_archive.core.model import Description, Filing, Part, Place, Record, Review, Standing, Told
from duban_archive.core.period_rules import kind_of
from duban_archive.core.plainjson import to_json
from duban_archive.errors import UsageError
from duban_archive.intake import new_record
from duban_archive.words import KIND_WORDS

if TYPE_CHECKING:
    from duban_archive.adapters.catalogue import Change
    from duban_archive.archive import Archive


Choice = tuple[Record, Sequence[Filing]]
LATER = "补充整理"
FORMATIONS = ("原件", "复印件", LATER)  # 形成方式


def confirm(
    archive: Archive, record: Record, filings: Sequence[Filing], *, by: str, accept: bool = False
) -> tuple[Filing, ...]:
    """Put a record under slots for good (已归类)."""
    return confirm_all(archive, [(record, filings)], by=by, accept=accept)


def confirm_all(archive: Archive, choices: Sequence[Choice], *, by: str, accept: bool = False) -> tuple[Filing, ...]:
    """The same of many records as one decision, so that one undo takes it back.

    Where the office reviews what units send (``review: on``), confirming says where a paper belongs and it then waits
    for 审核; ``accept`` says both at once. Without review, confirming accepts.
    """
    review = None if archive.settings.review == "off" else Review.ACCEPTED if accept else Review.WAITING
    changed = [(record, [replace(f, standing=Standing.CONFIRMED, review=review) for f in fs]) for record, fs in choices]
    return _decide(archive, changed, by=by)


def accept_all(archive: Archive, choices: Sequence[Choice], *, by: str) -> tuple[Filing, ...]:
    """审核通过: what waited for review counts from now on."""
    changed = [(record, [replace(f, review=Review.ACCEPTED) for f in filings]) for record, filings in choices]
    return _decide(archive, changed, by=by)


def reject(archive: Archive, record: Record, filings: Sequence[Filing], *, by: str) -> tuple[Filing, ...]:
    """Say that a record does not belong under slots (不归此项)."""
    return reject_all(archive, [(record, filings)], by=by)


def reject_all(archive: Archive, choices: Sequence[Choice], *, by: str) -> tuple[Filing, ...]:
    """The same of many records as one decision."""
    changed = [(record, [replace(f, standing=Standing.REJECTED, review=None) for f in fs]) for record, fs in choices]
    return _decide(archive, changed, by=by)


def send_back(
    archive: Archive, record: Record, filings: Sequence[Filing], *, reason: str, due: str, by: str
) -> tuple[Filing, ...]:
    """退回补正, with the reason, the deadline and the round."""
    return send_back_all(archive, [(record, filings)], reason=reason, due=due, by=by)


def send_back_all(archive: Archive, choices: Sequence[Choice], *, reason: str, due: str, by: str) -> tuple[Filing, ...]:
    """The same of many records as one decision."""
    if not reason.strip():
        raise UsageError("没有写退回的原因。", "请写明缺什么、怎样补,例如 --reason 没有盖章。")
    if due and not (len(due) == 10 and _is_day(due)):
        raise UsageError(f"没有“{due}”这个日期。", "期限请写成 2015-10-20 的样子。")
    changed = [
        (record, [replace(f, review=Review.RETURNED, reason=reason, due=due, round=f.round + 1) for f in filings])
        for record, filings in choices
    ]
    return _decide(archive, changed, by=by)


def _decide(archive: Archive, choices: Sequence[Choice], *, by: str) -> tuple[Filing, ...]:
    _must_stand([record for record, _ in choices])
    done: list[Filing] = []
    for record, filings in choices:
        best = next((f for f in record.filings if f.standing is Standing.PROPOSED), None)
        advice = (best.requirement, best.sure) if best else ("", False)
        for filing in filings:
            if filing.proposed and not best:
                advice = (filing.proposed, filing.proposed_sure)  # a later word on the same filing
            done.append(replace(filing, by=by, at=archive.now(), proposed=advice[0], proposed_sure=advice[1]))
    if not done:
        return ()
    ids = [record.id for record, _ in choices]
    about = {"record": ids[0]} if len(ids) == 1 else {"records": ids}
    with archive.catalogue.change("filed", by, **about) as change:
        for filing in done:
            _put_filing(change, filing)
    archive.forget_learned()
    return tuple(done)


def _put_filing(change: Change, filing: Filing) -> None:
    key = {"record": filing.record, "requirement": filing.requirement, "unit": filing.unit, "period": filing.period}
    change.put("filings", key, {**key, "filing": to_json(filing)})


def chosen(
    archive: Archive, record: Record, *, to: str, unit: str = "", period: str = "", pages: tuple[int, ...] = ()
) -> list[Filing]:
    """The filings meant: the record's own under ``to``, else new ones; ``to`` empty: the sure proposals, else the best.

    Raises ``UsageError`` naming the slots there are when the one meant does not exist.
    """
    if pages and record.pages is not None and max(pages) > record.pages:
        raise UsageError(
            f"{record.id} 号件只有 {record.pages} 页,没有第 {max(pages)} 页。", "请改正页码;没有作任何改动。"
        )
    open_ones = [f for f in record.filings if f.standing is Standing.PROPOSED]
    if not to:
        best = [f for f in open_ones if f.sure] or open_ones[:1]
        if not best:
            raise UsageError(f"{record.id} 号件没有待确认的归类建议。", "请用 --to 指明归到哪一项,例如 --to A1-1。")
        _must_be_slots(archive, record, best)
        return [replace(f, pages=pages or f.pages) for f in best]
    requirement = archive.requirement(to)
    slots = [s for s in archive.slots if s.requirement == requirement]
    known = [f for f in record.filings if f.requirement == requirement]
    unit_id = archive.unit(unit) if unit else ""
    for guess in (known[0].unit if known else "", _told(record.description.unit), _only({s.unit for s in slots})):
        unit_id = unit_id or (guess if any(s.unit == guess for s in slots) else "")
    for guess in (known[0].period if known else "", _told(record.description.period), _only({s.period for s in slots})):
        period = period or (guess if any(s.period == guess for s in slots) else "")
    if not any(s.unit == unit_id and s.period == period for s in slots):
        raise UsageError(
            f"“{to}”没有这样的应收项(单位 {unit or unit_id or '未指明'},期间 {period or '未指明'})。",
            _choices(archive, slots),
        )
    held = next(
        (f for f in record.filings if (f.requirement, f.unit, f.period) == (requirement, unit_id, period)), None
    )
    new = held or Filing(record=record.id, requirement=requirement, unit=unit_id, period=period, because=("人工指定",))
    return [replace(new, pages=pages or new.pages, score=1.0, sure=True)]


def _must_be_slots(archive: Archive, record: Record, filings: Sequence[Filing]) -> None:
    """A proposal whose unit or period is still open cannot be confirmed: it would count nowhere."""
    for filing in filings:
        slots = [s for s in archive.slots if s.requirement == filing.requirement]
        if not any(s.unit == filing.unit and s.period == filing.period for s in slots):
            code = archive.index.code_of(filing.requirement)
            missing = "单位" if not any(s.unit == filing.unit for s in slots) else "期间"
            raise UsageError(
                f"{record.id} 号件像是 {code},但{missing}还没有定,不能直接确认。",
                f"例如:duban confirm {record.id} --to {code} --unit … --period …。{_choices(archive, slots)}",
            )


def _choices(archive: Archive, slots: Iterable[Any]) -> str:
    units = "、".join(dict.fromkeys(archive.index.unit_name(s.unit) for s in slots))
    periods = "、".join(dict.fromkeys(s.period for s in slots))
    return f"请用 --unit 和 --period 指明。可用的单位:{units};期间:{periods}。"


def _told(told: Told | None) -> str:
    return told.value if told else ""


def _only(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def describe(archive: Archive, record: Record, told: dict[str, str], *, by: str) -> None:
    """A person's own words on a record; they stay whatever the program finds out later."""
    known = {f.name for f in fields(Description)}
    if unknown := set(told) - known:
        raise UsageError(f"没有“{'、'.join(sorted(unknown))}”这些著录项。", f"可用:{'、'.join(sorted(known))}。")
    _must_be_sound(told)
    _must_bear_true_date(record, told)
    with archive.catalogue.change("described", by, record=record.id) as change:
        row = change.row("records", id=record.id)
        assert row is not None
        words = {name: to_json(Told(value=value, source="person", confidence=1.0)) for name, value in told.items()}
        change.put("records", {"id": record.id}, {**row, "told": {**row["told"], **words}})


def _must_be_sound(told: dict[str, str]) -> None:
    """A person's word stays for good, so what cannot be one of the field's values is refused at once."""
    if "title" in told and not told["title"].strip():
        raise UsageError("题名不能是空的。", "没有题名的,请自拟一个并写在方括号里,例如 [学生名册]。")
    if told.get("dated") and not _is_day(told["dated"]):
        raise UsageError(f"没有“{told['dated']}”这个日期。", "请写成 2015-07-30、2015-07 或 2015。")
    if told.get("period") and not kind_of(told["period"]):
        forms = "可写:2014、2014-2015(学年)、2014-2015-1(学期)、FY2014、2015-09、2015-09-01、once、standing。"
        raise UsageError(f"看不懂期间“{told['period']}”。", forms)
    if told.get("kind") and told["kind"] not in KIND_WORDS:
        kinds = "、".join(f"{code} {word}" for code, word in KIND_WORDS.items())
        raise UsageError(f"没有“{told['kind']}”这种材料类别。", f"可用:{kinds}。")
    if told.get("formation") and told["formation"] not in FORMATIONS:
        raise UsageError(f"没有“{told['formation']}”这种形成方式。", f"可用:{'、'.join(FORMATIONS)}。")


def _must_bear_true_date(record: Record, told: dict[str, str]) -> None:
    """A paper put together afterwards is dated by the day that was done: there is no way to say it was done before."""
    if told.get("formation") != LATER:
        return
    dated = told.get("dated") or (record.description.dated.value if record.description.dated else "")
    made = str(record.facts.get("created") or "")[:10]
    if not dated or (_is_day(made) and dated < made[: len(dated)]):
        why = f"文件是 {made} 建立的,标明的日期是 {dated}。" if dated else "还没有日期。"
        raise UsageError(
            f"补充整理的材料要写真实的整理日期;{why}", "请同时写 --dated 真实日期,例如 --dated 2015-10-30。"
        )


def _is_day(text: str) -> bool:
    """An ISO date that may stop at the month or the year."""
    whole = text + {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        return len(whole) == 10 and datetime.date.fromisoformat(whole) is not None
    except ValueError:
        return False


def register(archive: Archive, title: str, place: Place, told: dict[str, str], *, to: str = "", by: str) -> int:
    """A paper or object that stands on a shelf and has no file: a record with a place (件≠文件).

    ``to``: filed under this requirement in the same decision, so that one undo takes back both.
    """
    _must_be_sound({"title": title, **told})
    if not place.where.strip():
        raise UsageError("没有写存放处。", "请写明柜、层、盒,例如 --where 2柜3层1盒;没有登记。")
    words = {name: to_json(Told(value=value, source="person", confidence=1.0)) for name, value in told.items() if value}
    words["title"] = to_json(Told(value=title, source="person", confidence=1.0))
    bare = Record(id=0, place=place)
    filings = chosen(archive, bare, to=to, unit=told.get("unit", ""), period=told.get("period", "")) if to else []
    with archive.catalogue.change("registered", by) as change:
        id = change.next_id("records")
        row = new_record(id, (), archive.now())
        change.put("records", {"id": id}, {**row, "place": to_json(place), "told": words})
        for filing in filings:
            confirmed = replace(filing, record=id, standing=Standing.CONFIRMED, by=by, at=archive.now())
            _put_filing(change, confirmed)
        change.about["record"] = id
    return id


def merge(archive: Archive, records: Sequence[Record], *, by: str) -> int:
    """One record of several (twelve photos of a minute book); originals stay, the old records point to the new one."""
    if len(records) < 2 or len({r.id for r in records}) != len(records):
        raise UsageError("合并至少要两件,且不能重复。", "例如:duban merge 3 4 5(按页序写)。")
    _must_have_files(records)
    return _remake(archive, "merged", records, [tuple(p for r in records for p in r.parts)], by=by)[0]


def split(archive: Archive, record: Record, groups: Sequence[tuple[Part, ...]], *, by: str) -> list[int]:
    """Several records of one (a 300-page scan of a box); the original stays untouched."""
    _must_have_files([record])
    if len(groups) < 2:
        raise UsageError("拆分后只有一件,等于没有拆。", "请写明各件的页,例如 --pages 1-3,4-9。")
    return _remake(archive, "split", [record], groups, by=by)


def _must_stand(records: Sequence[Record]) -> None:
    for record in records:
        if record.state in ("replaced", "withdrawn"):
            why = f"已并入 {record.replaced_by} 号件" if record.state == "replaced" else "已撤出"
            raise UsageError(f"{record.id} 号件{why},不能再作决定。", "请用 duban list 查看现有的件。")


def _must_have_files(records: Sequence[Record]) -> None:
    _must_stand(records)
    for record in records:
        if not record.parts:
            raise UsageError(f"{record.id} 号件是纸质或实物件,没有文件可合并或拆分。", "请改选有文件的件。")


def _remake(
    archive: Archive, kind: str, records: Sequence[Record], groups: Sequence[tuple[Part, ...]], *, by: str
) -> list[int]:
    made = []
    with archive.catalogue.change(kind, by, records=[r.id for r in records]) as change:
        told = (change.row("records", id=records[0].id) or {})["told"]
        for parts in groups:
            id = change.next_id("records")
            new = new_record(id, parts, archive.now(), parent=records[0].parent, version_of=records[0].version_of)
            change.put("records", {"id": id}, {**new, "told": told if kind == "merged" else {}})
            made.append(id)
        for record in records:
            row = change.row("records", id=record.id)
            assert row is not None
            change.put("records", {"id": record.id}, {**row, "state": "replaced", "replaced_by": made[0]})
        if kind == "merged":  # what was decided of the pieces holds for the whole
            slots: dict[tuple[str, str, str], Filing] = {}
            for filing in (f for r in records for f in r.filings if f.standing is not Standing.PROPOSED):
                slots.setdefault((filing.requirement, filing.unit, filing.period), filing)
            for filing in slots.values():
                _put_filing(change, replace(filing, record=made[0], pages=()))
        change.about["made"] = made
    return made


def mark_final(archive: Archive, record: Record, others: Sequence[Record], *, by: str) -> None:
    """定稿: this version counts; ``others`` (and its known older versions) become 旧稿."""
    if record.id in {other.id for other in others}:
        raise UsageError("一件不能取代它自己。", "请在 --over 后写被它取代的旧稿的件号。")
    _must_stand([record, *others])
    with archive.catalogue.change("final_marked", by, record=record.id) as change:
        row = change.row("records", id=record.id)
        assert row is not None
        first = row["version_of"] or (others[0].id if others else None)
        change.put("records", {"id": record.id}, {**row, "final": True, "version_of": first})
        for other in others:
            old = change.row("records", id=other.id)
            assert old is not None
            link = old["version_of"] or (first if first != other.id else None)
            change.put("records", {"id": other.id}, {**old, "final": False, "version_of": link})


def withdraw(archive: Archive, record: Record, reason: str, *, by: str) -> None:
    """Out of sight, but kept."""
    with archive.catalogue.change("withdrawn", by, record=record.id, reason=reason) as change:
        row = change.row("records", id=record.id)
        assert row is not None
        change.put("records", {"id": record.id}, {**row, "state": "withdrawn"})


def page_groups(record: Record, text: str) -> list[tuple[Part, ...]]:
    """``1-3,4-9`` as parts of the record's originals; pages left out become one more group, so that none is lost."""
    flat = [(part, page) for part in record.parts for page in _pages_of(part)]
    if not flat:
        raise UsageError(f"{record.id} 号件不知道有多少页,不能按页拆分。", "表格请用 --sheets 按工作表拆分。")
    groups: list[list[int]] = [page_range(piece, len(flat)) for piece in text.split(",")]
    used = [page for group in groups for page in group]
    if len(used) != len(set(used)):
        raise UsageError("拆分的页有重复。", "每页只能归到一件。")
    rest = [page for page in range(1, len(flat) + 1) if page not in set(used)]
    return [_parts_of([flat[page - 1] for page in group]) for group in (*groups, *([rest] if rest else []))]


def sheet_groups(archive: Archive, record: Record, text: str) -> list[tuple[Part, ...]]:
    """``A,B`` as parts, a sheet each; sheets that are not named become one more group, so that none is lost."""
    if len(record.parts) != 1:
        raise UsageError(f"{record.id} 号件由几个文件组成,不能按工作表拆分。", "请按页拆分(--pages)。")
    part = record.parts[0]
    reading = archive.echoes.extraction(part.digest)
    places = [p.locator.sheet for p in reading.passages] + [t.locator.sheet for t in reading.tables] if reading else []
    sheets = [name for name in dict.fromkeys(places) if name]
    wanted = [name.strip() for name in text.replace("，", ",").split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in sheets]:
        raise UsageError(f"没有工作表“{'、'.join(unknown)}”。", f"这份文件的工作表:{'、'.join(sheets) or '(没有)'}。")
    rest = tuple(name for name in sheets if name not in wanted)
    groups = [(name,) for name in dict.fromkeys(wanted)] + ([rest] if rest else [])
    return [(replace(part, only_sheets=group),) for group in groups]


def _pages_of(part: Part) -> Sequence[int]:
    return part.only_pages or range(1, (part.pages or 0) + 1)


def _parts_of(pages: Sequence[tuple[Part, int]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for part, page in pages:
        if parts and parts[-1].digest == part.digest:
            parts[-1] = replace(parts[-1], only_pages=(*parts[-1].only_pages, page))
        else:
            parts.append(replace(part, only_pages=(page,)))
    return tuple(parts)


def page_range(text: str, last: int) -> list[int]:
    """``3`` or ``4-9`` as page numbers from 1 to ``last``."""
    first, dash, end = text.strip().partition("-")
    if not first.isdigit() or (dash and not end.isdigit()):
        raise UsageError(f"看不懂页码“{text}”。", "写法如 3 或 4-9,多段用逗号隔开。")
    start, stop = int(first), int(end or first)
    if start > stop:
        raise UsageError(f"页码“{text}”前后颠倒了。", f"是不是 {stop}-{start}?没有作任何改动。")
    if not 1 <= start <= stop <= last:
        raise UsageError(f"页码“{text}”超出范围(共 {last} 页)。", "请改正后再试;没有作任何改动。")
    return list(range(start, stop + 1))
