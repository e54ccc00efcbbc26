"""Commands by which a person decides: describe, confirm, reject, return, merge, split, final, undo, triage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, WRONG_USE, Answer, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.model import Filing

_IDS = click.argument("ids", metavar="ID…", nargs=-1, required=True, type=click.IntRange(1))
_ID = click.argument("id", metavar="ID", type=click.IntRange(1))


def _pages(text: str) -> tuple[int, ...]:
    from duban_archive.decisions import page_range

    return tuple(page for piece in text.split(",") if piece.strip() for page in page_range(piece, 100_000))


def _filing_lines(archive: Archive, filings: Iterable[Filing], word: str) -> list[str]:
    from duban_archive import answers

    index = archive.index
    return [
        f"{f.record} 号件{word} {index.code_of(f.requirement)} {index.requirements[f.requirement].title}"
        f"({index.unit_name(f.unit) or '单位未定'},{answers.period(f.period)})"
        for f in filings
    ]


def _answer(archive: Archive, answer: Answer, ids: Iterable[int], lines: list[str]) -> int:
    from duban_archive import answers

    records = [answers.record(archive.index, record) for record in archive.catalogue.records(ids)]
    answer({"records": records}, lambda: lines)
    return DONE


@archive_command("describe", "改正一件的著录项;人写的话以后一直有效。")
@_ID
@click.option("--title", help="题名")
@click.option("--unit", help="责任单位")
@click.option("--period", help="期间,如 2014、2014-2015、2014-2015-1")
@click.option("--author", help="责任者")
@click.option("--document-number", help="文号")
@click.option("--dated", help="成文日期,如 2015-07-30")
@click.option("--kind", help="材料类别代码,如 ledger")
def describe(archive: Archive, answer: Answer, id: int, **told: str | None) -> int:
    """Correct a description."""
    words = {key: value for key, value in told.items() if value is not None}
    if not words:
        raise click.UsageError("没有写要改什么,例如 --title 题名")
    record = archive.deciding.describe_as(id, words)
    return _answer(archive, answer, [id], [f"{id} 号件已改:《{record.title}》。"])


@archive_command("confirm", "确认归类。不写 --to 就按建议;写了就归到那一项。")
@_IDS
@click.option("--to", default="", metavar="REQ", help="归到哪一项:编号(B2-3)或材料要求的 id")
@click.option("--unit", default="", metavar="U", help="单位")
@click.option("--period", default="", metavar="P", help="期间")
@click.option("--pages", default="", help="只有这些页属于这一项,如 12-15")
def confirm(archive: Archive, answer: Answer, ids: tuple[int, ...], to: str, unit: str, period: str, pages: str) -> int:
    """Confirm filings."""
    done = [f for id in ids for f in archive.deciding.confirm(id, to=to, unit=unit, period=period, pages=_pages(pages))]
    return _answer(archive, answer, ids, _filing_lines(archive, done, "已归到"))


@archive_command("reject", "说明一件不归某一项(不归此项)。")
@_ID
@click.option("--from", "of", required=True, metavar="REQ", help="不归哪一项")
@click.option("--unit", default="", metavar="U", help="单位")
@click.option("--period", default="", metavar="P", help="期间")
def reject(archive: Archive, answer: Answer, id: int, of: str, unit: str, period: str) -> int:
    """Reject a filing."""
    return _answer(
        archive,
        answer,
        [id],
        _filing_lines(archive, archive.deciding.reject(id, of=of, unit=unit, period=period), "不归"),
    )


@archive_command("return", "退回补正:写明原因和期限。")
@_ID
@click.option("--reason", required=True, metavar="R", help="原因")
@click.option("--due", default="", metavar="D", help="期限,如 2015-10-20")
@click.option("--from", "of", default="", metavar="REQ", help="哪一项(只归了一项时可不写)")
def send_back(archive: Archive, answer: Answer, id: int, reason: str, due: str, of: str) -> int:
    """Return material to its unit."""
    done = archive.deciding.send_back(id, reason=reason, due=due, of=of)
    lines = [*_filing_lines(archive, done, "已退回:"), f"原因:{reason}", f"期限:{due or '未定'}"]
    return _answer(archive, answer, [id], lines)


@archive_command("merge", "几件并成一件(几张照片是一本记录),按所写顺序;原件不动。")
@_IDS
def merge(archive: Archive, answer: Answer, ids: tuple[int, ...]) -> int:
    """Merge records."""
    made = archive.deciding.merge(ids)
    return _answer(archive, answer, [made], [f"{'、'.join(map(str, ids))} 号件已并为 {made} 号件。"])


@archive_command("split", "一件拆成几件(一个扫描里有许多份);没写到的页另成一件,不会丢。")
@_ID
@click.option("--pages", default="", metavar="1-3,4-9", help="每段成一件")
@click.option("--sheets", default="", metavar="A,B", help="每个工作表成一件")
def split(archive: Archive, answer: Answer, id: int, pages: str, sheets: str) -> int:
    """Split a record."""
    if bool(pages) == bool(sheets):
        raise click.UsageError("请写 --pages 或 --sheets 其中一个")
    made = archive.deciding.split(id, pages=pages, sheets=sheets)
    return _answer(archive, answer, made, [f"{id} 号件已拆为 {'、'.join(map(str, made))} 号件。"])


@archive_command("final", "定稿:这一版算数,其余成旧稿(不装订)。")
@_ID
@click.option("--over", multiple=True, type=click.IntRange(1), metavar="ID", help="被它取代的件(程序不知道时写明)")
def final(archive: Archive, answer: Answer, id: int, over: tuple[int, ...]) -> int:
    """Mark the final version."""
    archive.deciding.mark_final(id, over)
    old = f";{'、'.join(map(str, over))} 号件成为旧稿" if over else ""
    return _answer(archive, answer, [id], [f"{id} 号件已定稿{old}。旧稿不装订,也不计数。"])


@archive_command("undo", "撤回上一个决定。")
def undo(archive: Archive, answer: Answer) -> int:
    """Take back the last decision."""
    event = archive.deciding.undo()
    words = {
        "filed": "归类", "described": "著录", "merged": "合并", "split": "拆分", "final_marked": "定稿",
        "registered": "登记", "withdrawn": "撤出", "set_na": "不适用", "upgraded": "换用新的指标体系",
    }  # fmt: skip
    if event is None:
        answer({"undone": None}, lambda: ["没有可撤回的决定。"])
        return DONE
    document = {"undone": {"seq": event["seq"], "kind": event["kind"], "by": event["by"], "at": event["at"]}}
    about = event["about"]
    ids = about.get("records") or ([about["record"]] if about.get("record") else [])
    which = f"({'、'.join(map(str, ids))} 号件)" if ids else ""
    when = event["at"][:16].replace("T", " ")
    what = words.get(event["kind"]) or about.get("what") or "登记"
    answer(document, lambda: [f"已撤回 {event['by']} 于 {when} 作的“{what}”{which}。"])
    return DONE


@archive_command("triage", "逐件处理待归类:一键一个决定。")
def triage(archive: Archive, answer: Answer) -> int:
    """Go through the tray with one key per decision."""
    from duban_archive import answers
    from duban_archive.core.model import Standing

    tray = [
        (record, [f for f in record.filings if f.standing is Standing.PROPOSED])
        for record in archive.records()
        if record.state in ("ready", "abnormal") and not any(f.standing is Standing.CONFIRMED for f in record.filings)
    ]
    if answer.as_json:
        answer({"records": [answers.record(archive.index, record) for record, _ in tray]}, lambda: ())
        return DONE
    answer.tell(f"待归类 {len(tray)} 件。")
    for record, filings in tray:
        answer.tell(f"\n#{record.id} 《{record.title}》 {record.parts[0].file_name if record.parts else ''}")
        for note in record.notes:
            answer.tell(f"   注意:{note.text}")
        for number, f in enumerate(filings[:9], start=1):
            answer.tell(
                f"  {number} {_filing_lines(archive, [f], '→')[0]} {'有把握' if f.sure else '拿不准'} ({f.score:.2f})"
            )
            answer.tell(f"      因为:{';'.join(f.because)}")
        if not _key(archive, answer, record, filings):
            return DONE
    return DONE


def _key(archive: Archive, answer: Answer, record: Any, filings: list[Filing]) -> bool:
    from duban_archive import decisions

    while True:
        key = click.prompt(
            "  数字=归到该项  x=都不归  回车=以后再说  u=撤回上一个  q=结束", default="", show_default=False
        )
        if key == "q":
            return False
        if key == "u":
            archive.deciding.undo()
            continue
        if key == "x" and filings:
            decisions.reject(archive, record, filings, by=archive.by)
            return True
        if key.isdigit() and 1 <= int(key) <= len(filings):
            decisions.confirm(archive, record, [filings[int(key) - 1]], by=archive.by)
            return True
        if key == "":
            return True
        answer.tell("  没有这个选择。")


@archive_command("learn", "看学会了什么、说对了多少;并用学到的重新看一遍待归类的件。")
def learn(archive: Archive, answer: Answer) -> int:
    """What the decisions have taught."""
    from duban_archive.core.plainjson import to_json

    summary = archive.learn()
    index = archive.index
    lessons = [
        {**to_json(lesson), "code": index.code_of(lesson.requirement)}
        for lesson in summary.lessons
        if lesson.requirement in index.requirements
    ]
    counts = {"asked": summary.asked, "right": summary.right, "sure": summary.sure, "sure_right": summary.sure_right}

    def lines() -> Iterable[str]:
        if not lessons:
            yield "还没有人作过决定,没有可学的。确认或改正几件后再看。"
            return
        yield f"有建议可比的决定 {summary.asked} 次,程序第一个建议说对 {summary.right} 次;"
        yield f"其中有把握的 {summary.sure} 次,对 {summary.sure_right} 次。"
        for lesson in lessons:
            title = index.requirements[lesson["requirement"]].title
            telling = "、".join(lesson.get("telling", ())[:5])
            no = f",不归 {lesson['rejected']} 件" if lesson.get("rejected") else ""
            yield f"{lesson['code']} {title}:归过 {lesson.get('confirmed', 0)} 件{no};认得的字眼:{telling or '—'}"

    answer({**counts, "lessons": lessons}, lines)
    return DONE


COMMANDS = (triage, confirm, reject, send_back, describe, merge, split, final, undo, learn)

__all__ = ["COMMANDS", "WRONG_USE"]
