"""Commands on readiness: gaps, daily."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, Answer, OutDir, OutFile, archive_command, day
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_SETTLED = ("complete", "not_applicable")
_WAYS = ("indicator", "unit", "phase")


@archive_command("gaps", "缺什么:逐项对照指标体系,说明缺、待确认、退回、不足、过期,为什么,怎么补。")
@click.option("--unit", default="", metavar="U", help="只看一个单位")
@click.option(
    "--rollup",
    type=click.Choice(_WAYS),
    metavar="WAY",
    help="汇总:indicator 按指标、unit 按单位、phase 按阶段;否决和必备项在前",
)
@click.option("--since", default="", metavar="DATE", help="从这一天(含)起有了哪些变化")
@click.option(
    "--xlsx",
    type=OutFile(),
    metavar="F",
    help="另存为 Excel(准备度表、缺项、按单位、变化、问题与疑点、进度)",
)
@click.option("--docx", type=OutFile(), metavar="F", help="另存为 Word 缺项报告")
@click.option(
    "--out",
    type=OutDir(),
    metavar="DIR",
    help="把责任分工表、倒排工期表、各单位材料清单和催办单、走势图、热力图都做到这个文件夹",
)
@click.option("--all", "every", is_flag=True, help="已齐的也列出来(--json 总是全部)")
def gaps(
    archive: Archive,
    answer: Answer,
    unit: str,
    rollup: str | None,
    since: str,
    every: bool,
    xlsx: Path | None,
    docx: Path | None,
    out: Path | None,
) -> int:
    """Gaps, slot by slot."""
    from duban_archive import answers

    since = day(since)
    id = archive.unit(unit) if unit else ""
    states = tuple(state for state in archive.gaps() if id in ("", state.slot.unit))
    document = answers.gaps(archive.index, states, archive.today)
    document["rollup"] = {way: archive.readiness.roll_up(states, way) for way in ((rollup,) if rollup else _WAYS)}
    if since:
        document |= archive.readiness.since(since, states)
    made: list[Path] = []
    if xlsx:
        archive.readiness.workbook(document, xlsx)
        made.append(xlsx)
    if docx:
        archive.readiness.document(document, docx)
        made.append(docx)
    if out:
        made += archive.readiness.papers(out, unit=id)
    document["files"] = [str(path) for path in made]

    def lines() -> Iterable[str]:
        if since:
            yield from _changes(document)
        elif rollup:
            yield from _rolls(document["rollup"][rollup], archive.today)
        else:
            yield from _gaps(document, archive.today, every)
        if out:
            yield f"已在 {out} 做好 {len(made) - bool(xlsx) - bool(docx)} 个文件。"
        yield from (f"已另存为 {path}。" for path in (xlsx, docx) if path)

    answer(document, lines)
    return DONE


def _gaps(document: dict[str, Any], today: str, every: bool) -> Iterable[str]:
    from duban_archive import answers

    total = sum(n for state, n in document["summary"].items() if state != "not_applicable")
    done = document["summary"].get("complete", 0)
    yield f"截至 {today}:应收 {total} 份,已齐 {done} 份。"
    yield ",".join(f"{STATE_WORDS[state]} {n}" for state, n in document["summary"].items())
    code = ""
    for slot in document["slots"]:
        if slot["state"] in _SETTLED and not every:
            continue
        if slot["code"] != code:
            code = slot["code"]
            yield f"\n{code} {slot['title']}"
        late = "【逾期】" if slot["overdue"] else ""
        due = f"(期限 {slot['due']})" if slot["due"] else ""
        cell = f"{slot['unit_name']} {answers.period(slot['period'])}"
        step = f" → {slot['closes']}" if slot["closes"] else ""
        yield f"  {STATE_WORDS[slot['state']]}{late} {cell}{due}:{slot['why']}{step}"


def _rolls(rolls: list[dict[str, Any]], today: str) -> Iterable[str]:
    from duban_archive.core.schedule import left_in_words

    yield f"截至 {today}。准备度按权重算,只说收齐了多少;能不能证明要由人判断(duban report claim)。"
    for one in rolls:
        name = "  " * one["depth"] + f"{one['code']} {one['title']}".strip()
        said = [f"{one['complete']}/{one['wanted']}", f"准备度 {100 * one['readiness']:.0f}%"]
        said += [f"缺必备 {one['must_open']}"] if one["must_open"] else []
        said += [f"逾期 {one['overdue']}"] if one["overdue"] else []
        said += [left_in_words(one["left"])] if one["left"] is not None and one["open"] else []
        said += [f"【{one['veto']}】"] if one["veto"] and one["open"] else []
        said += [f"自评:{one['verdict']}"] if one["verdict"] else []
        yield f"{name}  {','.join(said)}"


def _changes(document: dict[str, Any]) -> Iterable[str]:
    from duban_archive import answers

    changes = document["changes"]
    if document["founded_later"]:
        yield f"{document['since']} 时还没有建档,下面是建档以来的全部变化。"
    yield (
        f"自 {document['since']} 起变化 {len(changes)} 项:新齐 {document['completed']} 份,"
        f"由齐变缺 {document['reopened']} 份。"
    )
    for one in changes:
        cell = f"{one['code']} {one['title']} {one['unit_name']} {answers.period(one['period'])}"
        yield f"  {STATE_WORDS[one['before']]} → {STATE_WORDS[one['state']]}  {cell}:{one['why']}"


@archive_command("daily", "报送进度表:各单位应报、已报、已审、退回、缺、逾期、完成率、较昨日、排名,一张 A4 横版。")
@click.option("--out", type=OutDir(), metavar="DIR", help="放到哪里(默认:输出/报送进度)")
@click.option("--no-files", is_flag=True, help="只看,不做文件")
def daily(archive: Archive, answer: Answer, out: Path | None, no_files: bool) -> int:
    """The daily table."""
    document = archive.daily.answer()
    folder = out or archive.home.output / "报送进度"
    document["files"] = [] if no_files else [str(path) for path in archive.daily.write(document, folder)]

    def lines() -> Iterable[str]:
        yield document["text"]
        yield ""
        for line in document["units"]:
            change = "" if line["change"] is None else f",较昨日 {line['change']:+d}"
            yield (
                f"{line['rank']:>3}  {line['unit_name']}:应报 {line['wanted']},已报 {line['sent']},"
                f"已审 {line['accepted']},退回 {line['returned']},缺 {line['missing']},逾期 {line['overdue']},"
                f"完成率 {line['rate_text']}{change}"
            )
        yield from (f"已做好 {path}" for path in document["files"])

    answer(document, lines)
    return DONE


COMMANDS = (gaps, daily)
