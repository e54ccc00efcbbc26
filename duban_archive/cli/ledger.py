"""Commands of 整改: ledger show, add, import, gather, set, result, close, reopen, remind, export."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, Answer, ByDefault, OutFile, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.ledger import Problem

Json = dict[str, Any]


@click.group(
    "ledger", cls=ByDefault, default="show", help="问题整改台账:登记、催办、整改结果、销号、反弹;不写子命令就是查看。"
)
def ledger() -> None:
    """The ledger's commands."""


_NUMBER = click.argument("number", metavar="N", type=click.IntRange(1))


def _about(function: Callable[..., int]) -> Callable[..., int]:
    """What may be said of a problem."""
    for option in reversed((
        click.option("--unit", default=None, metavar="U", help="责任单位"),
        click.option("--person", default=None, metavar="WHO", help="责任人"),
        click.option("--measure", default=None, metavar="TEXT", help="整改措施"),
        click.option("--due", default=None, metavar="D", help="完成时限,如 2015-10-30"),
        click.option("--of", "basis", multiple=True, metavar="REQ", help="依据哪一项指标或材料(可写几次)"),
        click.option("--source", default=None, metavar="S", help="来源:自查、县检、市检、省检、国检、回头看……"),
        click.option("--class", "kind", default=None, metavar="C", help="类别:一般性、重点、难点、严重违规"),
        click.option("--document-number", default=None, metavar="N", help="反馈意见的文号"),
        click.option("--round", default=None, metavar="R", help="轮次,如 第一轮"),
    )):  # fmt: skip
        function = option(function)
    return function


def _words(archive: Archive, said: dict[str, Any]) -> dict[str, Any]:
    """The options as a problem's fields; ``UsageError`` for what there is not."""
    from duban_archive.core.ledger import KINDS, SOURCES
    from duban_archive.errors import UsageError

    told = {key: value for key, value in said.items() if value not in (None, ())}
    if "unit" in told:
        told["unit"] = archive.unit(told["unit"])
    if "basis" in told:
        told["basis"] = tuple(_basis(archive, text) for text in told["basis"])
    for key, known, name in (("source", SOURCES, "来源"), ("kind", KINDS, "类别")):
        if key in told:
            word = told[key]
            found = [code for code, chinese in known.items() if word == code or chinese.startswith(word)]
            if not word or not found:
                raise UsageError(f"没有“{word}”这种{name}。", f"可用:{'、'.join(known.values())}。")
            told[key] = found[0]
    return told


def _basis(archive: Archive, text: str) -> str:
    if text in archive.index.indicators:
        return text
    by_code = next((i.id for i in archive.checklist.indicators if i.code == text), "")
    return by_code or archive.requirement(text)


def _one(archive: Archive, answer: Answer, number: int, said: str) -> int:
    document = archive.ledger.document(number, archive.ledger.problem(number))
    answer(document, lambda: [said, *_lines(document)])
    return DONE


@archive_command("show", "查看台账。")
@click.argument("numbers", metavar="[N]…", nargs=-1, type=click.IntRange(1))
@click.option("--unit", default="", metavar="U", help="只看一个单位")
@click.option("--open", "still_open", is_flag=True, help="只看没有销号的")
def show(archive: Archive, answer: Answer, numbers: tuple[int, ...], unit: str, still_open: bool) -> int:
    """The rows."""
    documents = archive.ledger.documents(unit=archive.unit(unit) if unit else "", still_open=still_open)
    if numbers:
        documents = [archive.ledger.document(n, archive.ledger.problem(n)) for n in numbers]
    summary = archive.ledger.summary(documents)

    def lines() -> Iterable[str]:
        from duban_archive.core.ledger import STATE_WORDS

        for one in documents:
            yield from _lines(one)
        said = "、".join(f"{STATE_WORDS[state]} {n}" for state, n in summary["states"].items())
        yield (
            f"共 {summary['total']} 个问题{':' + said if said else ''}"
            + (f";逾期 {summary['overdue']}" if summary["overdue"] else "")
            + "。"
        )
        if summary["to_report"]:
            which = "、".join(map(str, summary["to_report"]))
            yield f"问责提示:第 {which} 号已催办两次仍没有整改结果,请报告教育督导部门。"
        if not documents:
            yield "登记:duban ledger add 问题 --unit 单位;收入核对结果和缺项:duban ledger gather;"
            yield "收入反馈意见:duban ledger import 文件 --source 市检。"

    answer({"problems": documents, "summary": summary}, lines)
    return DONE


def _lines(one: Json) -> Iterable[str]:
    left = one["days_left"]
    when = "" if left is None else f",已逾期 {-left} 天" if left < 0 else f",还剩 {left} 天"
    yield f"{one['number']:>3} [{one['state_word']}] {one['text']}"
    about = [one["source_word"], one["document_number"], one["unit_name"] or "责任单位未定", one["person"]]
    about.append(f"{one['due']}前{when}" if one["due"] else "时限未定")
    yield f"      {' · '.join(filter(None, about))}" + (f" · 依据 {'、'.join(one['codes'])}" if one["codes"] else "")
    if one["measure"]:
        yield f"      措施:{one['measure']}"
    if one["result"]:
        yield f"      结果:{one['result']}"
    for proof in one["proofs"]:
        yield f"      佐证:#{proof['record']} 《{proof['title']}》"
    if one["to_report"]:
        yield f"      问责提示:已催办 {one['reminders']} 次,没有整改结果"
    if one["rebounds"]:
        last = [step for step in one["steps"] if step["what"] == "reopened"][-1]
        yield f"      反弹 {one['rebounds']} 次:{last['words']}({last['at'][:10]})"
    if one["inside"]:
        yield "      只供本办公室内部掌握,导出时不带"


@archive_command("add", "登记一个问题。")
@click.argument("text", metavar="TEXT", nargs=-1, required=True)
@_about
@click.option("--before", "before", multiple=True, type=click.IntRange(1), metavar="ID", help="整改前的照片是哪一件")
def add(archive: Archive, answer: Answer, text: tuple[str, ...], before: tuple[int, ...], **said: Any) -> int:
    """Enter a problem."""
    from duban_archive.core.ledger import Problem

    number = archive.ledger.add(Problem(text=" ".join(text), before=before, **_words(archive, said)))
    return _one(archive, answer, number, f"已登记为第 {number} 号。")


@archive_command("import", "收入外来的反馈意见(市检、省检……):每个编了号的问题成一行;没收的也列出来。")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@_about
@click.option("--dry-run", is_flag=True, help="只看会收入哪些,不登记")
def take(archive: Archive, answer: Answer, path: Path, dry_run: bool, **said: Any) -> int:
    """Enter the problems of a notice."""
    from duban_archive.core.ledger import Problem

    about: Problem = Problem(text="—", **{"source": "other", **_words(archive, said)})
    if dry_run:
        read = archive.ledger.read_feedback(path)
        answer(read, lambda: [f"{len(read['problems'])} 个问题:", *(f"  {one['text']}" for one in read["problems"]),
                              *(f"  不收:{one['text']}" for one in read["others"])])  # fmt: skip
        return DONE
    done = archive.ledger.take_feedback(path, about)

    def lines() -> Iterable[str]:
        yield (
            f"收入 {len(done['entered'])} 个问题"
            + (f",原已登记 {done['already']} 个" if done["already"] else "")
            + "。"
        )
        for one in done["entered"]:
            yield from _lines(one)
        for one in done["left_out"]:
            yield f"  没有收入(不像问题):{one['text']}"
        if done["left_out"]:
            yield "其中若有问题,请用 duban ledger add 登记。"

    answer(done, lines)
    return DONE


@archive_command("gather", "把核对出的问题和逾期、退回、不足的缺项收进台账;已经登记的不重复。")
@click.option("--no-gaps", is_flag=True, help="不收缺项")
@click.option("--no-findings", is_flag=True, help="不收核对结果")
def gather(archive: Archive, answer: Answer, no_gaps: bool, no_findings: bool) -> int:
    """Enter findings and gaps."""
    done = archive.ledger.gather(gaps=not no_gaps, findings=not no_findings)

    def lines() -> Iterable[str]:
        yield f"收入 {len(done['entered'])} 个问题。"
        for one in done["entered"]:
            yield from _lines(one)
        if done["gone"]:
            which = "、".join(map(str, done["gone"]))
            yield f"第 {which} 号的问题现在已查不到,请登记整改结果(duban ledger result)后由另一人销号。"

    answer(done, lines)
    return DONE


@archive_command("set", "补写或改正一行:措施、责任单位、责任人、时限……")
@_NUMBER
@click.option("--text", default=None, metavar="TEXT", help="问题")
@_about
def change(archive: Archive, answer: Answer, number: int, **said: Any) -> int:
    """Correct a row."""
    archive.ledger.change(number, **_words(archive, said))
    return _one(archive, answer, number, f"第 {number} 号已改。")


@archive_command("result", "登记整改结果和佐证;之后由另一个人销号。")
@_NUMBER
@click.argument("text", metavar="TEXT", nargs=-1, required=True)
@click.option("--record", "proofs", multiple=True, type=click.IntRange(1), metavar="ID", help="佐证是哪一件")
@click.option("--after", multiple=True, type=click.IntRange(1), metavar="ID", help="整改后的照片是哪一件")
def result(
    archive: Archive,
    answer: Answer,
    number: int,
    text: tuple[str, ...],
    proofs: tuple[int, ...],
    after: tuple[int, ...],
) -> int:
    """What came of it."""
    archive.ledger.put_right(number, " ".join(text), proofs=proofs, after=after)
    return _one(archive, answer, number, f"第 {number} 号已登记整改结果,请另一人用 duban ledger close {number} 销号。")


@archive_command("close", "销号:要由登记整改结果以外的另一个人来做(--by)。")
@_NUMBER
@click.option("--note", default="", metavar="TEXT", help="验收意见")
def close(archive: Archive, answer: Answer, number: int, note: str) -> int:
    """Strike a problem off."""
    archive.ledger.close(number, note)
    return _one(archive, answer, number, f"第 {number} 号已销号。")


@archive_command("reopen", "反弹:回头看发现问题又出现,重新打开。")
@_NUMBER
@click.option("--reason", required=True, metavar="R", help="怎样反弹")
def reopen(archive: Archive, answer: Answer, number: int, reason: str) -> int:
    """Open a problem again."""
    archive.ledger.reopen(number, reason)
    return _one(archive, answer, number, f"第 {number} 号已重新打开。")


@archive_command("remind", "催办一次;催办两次仍没有结果的,给出问责提示。")
@click.argument("numbers", metavar="[N]…", nargs=-1, type=click.IntRange(1))
@click.option("--overdue", is_flag=True, help="催办所有逾期的")
@click.option("--note", default="", metavar="TEXT", help="怎样催的,如 电话")
def remind(archive: Archive, answer: Answer, numbers: tuple[int, ...], overdue: bool, note: str) -> int:
    """Remind who has to put it right."""
    if bool(numbers) == overdue:
        raise click.UsageError("请写要催办的号,或写 --overdue 催办所有逾期的")
    late = [one["number"] for one in archive.ledger.documents(still_open=True) if one["overdue"]] if overdue else []
    chosen = (*numbers, *late)
    done: list[Problem] = [archive.ledger.remind(number, note) for number in chosen]
    documents = [archive.ledger.document(n, p) for n, p in zip(chosen, done, strict=True)]
    answer(
        {"problems": documents}, lambda: [f"已催办 {len(done)} 个。", *(x for one in documents for x in _lines(one))]
    )
    return DONE


@archive_command("export", "台账导出为 Excel(各单位各一张)或 Word;只供内部掌握的疑点不导出。")
@click.argument("path", type=OutFile(), metavar="FILE")
@click.option("--unit", default="", metavar="U", help="只要一个单位")
@click.option("--with-doubts", is_flag=True, help="连同只供内部掌握的疑点(不要带出办公室)")
def export(archive: Archive, answer: Answer, path: Path, unit: str, with_doubts: bool) -> int:
    """Write the ledger down."""
    done = archive.ledger.export(path, unit=archive.unit(unit) if unit else "", inside=with_doubts)
    kept = f";{done['kept_back']} 条疑点只供内部掌握,没有写进去" if done["kept_back"] else ""
    answer(done, lambda: [f"已写成 {path}({done['rows']} 个问题){kept}。"])
    return DONE


for command in (show, add, take, gather, change, result, close, reopen, remind, export):
    ledger.add_command(command)

COMMANDS = (ledger,)
