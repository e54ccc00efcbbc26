"""Commands by which a person decides: describe, confirm, reject, return, merge, split, final, undo, triage."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duban_archive.cli.frame import DONE, Answer, OutFile, archive_command
from duban_archive.cli.triaging import triage

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.model import Filing
    from duban_archive.decisions import Choice

_IDS = click.argument("ids", metavar="ID…", nargs=-1, required=True, type=click.IntRange(1))
_SOME_IDS = click.argument("ids", metavar="[ID…]", nargs=-1, type=click.IntRange(1))
_QUERY = click.option("--query", default="", metavar="Q", help="按查询成批,如 '指标:B2-3 状态:待确认';先列出来")
_YES = click.option("--yes", is_flag=True, help="按查询成批时,看过清单后真的执行")
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


def _picked(
    archive: Archive, answer: Answer, ids: tuple[int, ...], query: str, yes: bool, *, state: str, verb: str
) -> list[Choice] | None:
    """What is meant, by ids or by query; ``None`` when the query's list was only shown, and nothing decided."""
    if bool(ids) == bool(query.strip()):
        raise click.UsageError("请写件号,或用 --query 写查询,二者取一")
    if ids:
        return [(record, ()) for record in archive.catalogue.records(ids)]
    picked = archive.deciding.selected(query, state=state)
    if picked and yes:
        return picked
    _show_picked(archive, answer, picked, query, verb)
    return None


def _show_picked(archive: Archive, answer: Answer, picked: list[Choice], query: str, verb: str) -> None:
    """The list and the count first; nothing is done."""
    from duban_archive import answers

    records = [answers.record(archive.index, record) for record, _ in picked]

    def lines() -> Iterable[str]:
        if not picked:
            yield f"“{query}”没有可以{verb}的件。没有作任何改动。"
            return
        for record, filings in picked:
            slots = _filing_lines(archive, filings, "→") or [f"{record.id} 号件"]
            for line in slots:
                yield f"{line}  《{record.title}》"
        yield f"共 {len(picked)} 件将{verb}。还没有作任何改动;看过没有问题,加 --yes 执行。"

    answer({"query": query, "would_decide": len(picked), "records": records}, lines)


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
@click.option("--formation", help="形成方式:原件、复印件、补充整理(事后整理的,日期要写真实的整理日期)")
@click.option("--secrecy", help="密级:无(督档才会读),或 秘密、机密、绝密(读过的内容随即抹去)")
def describe(archive: Archive, answer: Answer, id: int, **told: str | None) -> int:
    """Correct a description."""
    words = {key: value for key, value in told.items() if value is not None}
    if not words:
        raise click.UsageError("没有写要改什么,例如 --title 题名")
    record = archive.deciding.describe_as(id, words)
    return _answer(archive, answer, [id], [f"{id} 号件已改:《{record.title}》。"])


@archive_command("confirm", "确认归类。不写 --to 就按建议;写了就归到那一项。可以按件号,也可以按查询成批。")
@_SOME_IDS
@_QUERY
@_YES
@click.option("--to", default="", metavar="REQ", help="归到哪一项:编号(B2-3)或材料要求的 id")
@click.option("--unit", default="", metavar="U", help="单位")
@click.option("--period", default="", metavar="P", help="期间")
@click.option("--pages", default="", help="只有这些页属于这一项,如 12-15")
@click.option("--accept", is_flag=True, help="同时审核通过(开了审核时)")
def confirm(
    archive: Archive,
    answer: Answer,
    ids: tuple[int, ...],
    query: str,
    yes: bool,
    to: str,
    unit: str,
    period: str,
    pages: str,
    accept: bool,
) -> int:
    """Confirm filings."""
    state = "any" if to else "open"
    picked = _picked(archive, answer, ids, query, yes, state=state, verb="归类")
    if picked is None:
        return DONE
    room = archive.deciding
    if to or not query:
        asked = [record.id for record, _ in picked] if query else ids
        done = room.confirm_each(asked, to=to, unit=unit, period=period, pages=_pages(pages), accept=accept)
    else:
        done = room.confirm_choices(picked, accept=accept)
    word = "已归到(待审)" if archive.settings.review == "on" and not accept else "已归到"
    return _answer(archive, answer, [f.record for f in done], _filing_lines(archive, done, word))


@archive_command("accept", "审核通过:归好待审的材料,从此算数(开了审核 review: on 时用)。")
@_SOME_IDS
@_QUERY
@_YES
@click.option("--from", "of", default="", metavar="REQ", help="只审这一项")
def accept(archive: Archive, answer: Answer, ids: tuple[int, ...], query: str, yes: bool, of: str) -> int:
    """Accept what waits for review."""
    picked = _picked(archive, answer, ids, query, yes, state="waiting", verb="审核通过")
    if picked is None:
        return DONE
    done = archive.deciding.accept_choices(picked) if query else archive.deciding.accept(ids, of=of)
    return _answer(archive, answer, [f.record for f in done], _filing_lines(archive, done, "已审:"))


@archive_command("reject", "说明一件(或查询到的各件)不归某一项(不归此项)。")
@_SOME_IDS
@_QUERY
@_YES
@click.option("--from", "of", required=True, metavar="REQ", help="不归哪一项")
@click.option("--unit", default="", metavar="U", help="单位")
@click.option("--period", default="", metavar="P", help="期间")
def reject(
    archive: Archive, answer: Answer, ids: tuple[int, ...], query: str, yes: bool, of: str, unit: str, period: str
) -> int:
    """Reject filings."""
    picked = _picked(archive, answer, ids, query, yes, state="any", verb="定为不归此项")
    if picked is None:
        return DONE
    asked = [record.id for record, _ in picked] if query else ids
    done = archive.deciding.reject_each(asked, of=of, unit=unit, period=period)
    return _answer(archive, answer, asked, _filing_lines(archive, done, "不归"))


@archive_command("return", "退回补正:写明原因和期限;可打印退回补正通知单,也可把文字粘贴到消息里。")
@_SOME_IDS
@_QUERY
@_YES
@click.option("--reason", required=True, metavar="R", help="原因和补正要求")
@click.option("--due", default="", metavar="D", help="期限,如 2015-10-20")
@click.option("--from", "of", default="", metavar="REQ", help="哪一项(只归了一项时可不写)")
@click.option("--docx", type=OutFile(), metavar="F", help="退回补正通知单(Word,每个单位一页)")
def send_back(
    archive: Archive,
    answer: Answer,
    ids: tuple[int, ...],
    query: str,
    yes: bool,
    reason: str,
    due: str,
    of: str,
    docx: Path | None,
) -> int:
    """Return material to its unit."""
    from duban_archive import answers

    picked = _picked(archive, answer, ids, query, yes, state="live", verb="退回补正")
    if picked is None:
        return DONE
    asked = [record.id for record, _ in picked] if query else ids
    done = archive.deciding.send_back_each(asked, reason=reason, due=due, of=of)
    message = archive.returning.message(done)
    lines = [*_filing_lines(archive, done, "已退回:"), "", *message]
    if docx is not None:
        lines += ["", f"退回补正通知单:{archive.returning.notice(done, docx)}"]
    records = [answers.record(archive.index, record) for record in archive.catalogue.records(asked)]
    document = {"records": records, "message": message, "docx": str(docx) if docx else None}
    answer(document, lambda: lines)
    return DONE


@archive_command("merge", "几件并成一件(几张照片是一本记录),按所写顺序;只写一个件号就按建议合并。原件不动。")
@_IDS
def merge(archive: Archive, answer: Answer, ids: tuple[int, ...]) -> int:
    """Merge records."""
    if len(ids) == 1:
        together = next((one.ids for one in archive.bundling.to_join() if ids[0] in one.ids), ids)
        ids = tuple(together)
    made = archive.deciding.merge(ids)
    return _answer(archive, answer, [made], [f"{'、'.join(map(str, ids))} 号件已并为 {made} 号件。"])


@archive_command("split", "一件拆成几件(一个扫描里有许多份);不写页就按建议拆。没写到的页另成一件,不会丢。")
@_ID
@click.option("--pages", default="", metavar="1-3,4-9", help="每段成一件")
@click.option("--sheets", default="", metavar="A,B", help="每个工作表成一件")
def split(archive: Archive, answer: Answer, id: int, pages: str, sheets: str) -> int:
    """Split a record."""
    if pages and sheets:
        raise click.UsageError("请写 --pages 或 --sheets 其中一个")
    if not pages and not sheets:
        proposal = next((one for one in archive.bundling.to_split() if one.id == id), None)
        if proposal is None:
            raise click.UsageError("这一件没有拆分的建议,请写 --pages 或 --sheets 其中一个")
        pages, sheets = proposal.pages, proposal.sheets
    made = archive.deciding.split(id, pages=pages, sheets=sheets)
    return _answer(archive, answer, made, [f"{id} 号件已拆为 {'、'.join(map(str, made))} 号件。"])


@archive_command("final", "定稿:这一版算数,其余成旧稿(不装订)。")
@_SOME_IDS
@_QUERY
@_YES
@click.option("--over", multiple=True, type=click.IntRange(1), metavar="ID", help="被它取代的件(程序不知道时写明)")
def final(archive: Archive, answer: Answer, ids: tuple[int, ...], query: str, yes: bool, over: tuple[int, ...]) -> int:
    """Mark final versions."""
    picked = _picked(archive, answer, ids, query, yes, state="any", verb="标为定稿")
    if picked is None:
        return DONE
    asked = [record.id for record, _ in picked] if query else list(ids)
    if over and len(asked) != 1:
        raise click.UsageError("--over 只能用于一件定稿")
    for id in asked:
        archive.deciding.mark_final(id, over)
    old = f";{'、'.join(map(str, over))} 号件成为旧稿" if over else ""
    return _answer(archive, answer, asked, [f"{'、'.join(map(str, asked))} 号件已定稿{old}。旧稿不装订,也不计数。"])


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


@archive_command("habits", "本地的说法:“2014学年”“2014年年报”指哪一期;一个档案定一次。")
@click.option("--school-year", type=click.Choice(["start", "end"]), help="start 2014—2015学年;end 2013—2014学年")
@click.option("--annual-report", type=click.Choice(["calendar", "school"]), help="calendar 自然年;school 学年")
def habits(archive: Archive, answer: Answer, school_year: str | None, annual_report: str | None) -> int:
    """Show or set what the office's words mean."""
    from duban_archive.habits import QUESTIONS

    given = {"school_year": school_year, "annual_report": annual_report}
    judged = {name: archive.habits.answer(name, means) for name, means in given.items() if means is not None}
    known = archive.habits.known()

    def lines() -> Iterable[str]:
        for name, question in QUESTIONS.items():
            told = question.choices.get(known.get(name, ""), "还没有定;用到时两种都列出来")
            again = f"({judged[name]} 件重新看过)" if name in judged else ""
            yield f"{question.text} {told}{again}"

    answer({"habits": {name: known.get(name) for name in QUESTIONS}, "judged_anew": judged}, lines)
    return DONE


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
        yield f"有建议可比的决定 {summary.asked} 次,程序第一个建议说对 {_of(summary.right, summary.asked)};"
        yield f"其中有把握的 {summary.sure} 次,对 {_of(summary.sure_right, summary.sure)}。"
        for lesson in lessons:
            title = index.requirements[lesson["requirement"]].title
            telling = "、".join(word.replace("表头:", "表头 ") for word in lesson.get("telling", ()))
            no = f",不归 {lesson['rejected']} 件" if lesson.get("rejected") else ""
            yield f"{lesson['code']} {title}:归过 {lesson.get('confirmed', 0)} 件{no};认得:{telling or '—'}"

    answer({**counts, "lessons": lessons}, lines)
    return DONE


def _of(part: int, whole: int) -> str:
    return f"{part} 次({part / whole:.0%})" if whole else "0 次"


COMMANDS = (triage, confirm, accept, reject, send_back, describe, merge, split, final, undo, habits, learn)
