"""Commands that take files in: add, watch, register, classify."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, IN_PART, Answer, archive_command
from duban_archive.words import OUTCOME_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.model import Receipt


@archive_command("add", "收下文件 PATH…(文件夹当作收件箱,子文件夹名是提示);原文件留在原处。")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--no-wait", is_flag=True, help="收好就返回,读取以后再做")
def add(archive: Archive, answer: Answer, paths: tuple[Path, ...], no_wait: bool) -> int:
    """Take in files."""
    receipts = _shown(archive.add(paths), answer)
    if not no_wait:
        progress.show(archive.work(), quiet=answer.as_json)
    return _report(archive, answer, receipts)


@archive_command("watch", "看着“收件箱”,放进来的文件写完就收;--once 收完现有的就结束。")
@click.option("--once", is_flag=True, help="收完现有的就结束")
@click.option("--poll", is_flag=True, help="只定时查看,不等系统通知(网络共享、U 盘)")
def watch(archive: Archive, answer: Answer, once: bool, poll: bool) -> int:
    """Watch the inbox."""
    from duban_archive.core.model import Receipt
    from duban_archive.reading import Progress

    if once:
        receipts = _shown((one for one in archive.watch(once=True, poll=poll) if isinstance(one, Receipt)), answer)
        progress.show(archive.work(), quiet=answer.as_json)
        return _report(archive, answer, receipts)
    answer.tell(f"正在看着 {archive.home.inbox}。按 Ctrl-C 停下,随时可以再开。")
    show = progress.shower(quiet=answer.as_json)
    for one in archive.keep_watch(poll=poll):
        if isinstance(one, Receipt):
            _tell(answer, one)
        elif isinstance(one, Progress):
            show(one)
        else:
            answer.tell(one.text)
    return DONE


def _shown(receipts: Iterable[Receipt], answer: Answer) -> list[Receipt]:
    out = []
    for receipt in receipts:
        out.append(receipt)
        _tell(answer, receipt)
    return out


def _tell(answer: Answer, receipt: Receipt) -> None:
    word = OUTCOME_WORDS[receipt.outcome.value]
    answer.tell(f"{word}  {receipt.path}  {receipt.why}")


def _report(archive: Archive, answer: Answer, receipts: list[Receipt]) -> int:
    from duban_archive import answers

    every = with_members(archive, receipts)
    for arrived in archive.arrived:
        _tell(answer, arrived)
    refused = [r for r in every if r.outcome.value == "refused" and "临时文件" not in r.why]
    waiting = [r for r in every if r.outcome.value == "waiting"]

    def lines() -> list[str]:
        counts = answers.count(r.outcome.value for r in every)
        said = ",".join(f"{OUTCOME_WORDS[key]} {n}" for key, n in counts.items()) or "没有新文件"
        ids = {r.record for r in every if r.record is not None and r.outcome.value != "already_held"}
        records = archive.catalogue.records(ids)
        sure = sum(any(f.sure for f in r.filings) for r in records)
        broken = [r for r in records if r.state == "abnormal"]
        out = [f"合计 {len(every)} 个文件:{said}。"]
        if records:
            out.append(
                f"其中 {sure} 件有把握归类,{len(records) - sure - len(broken)} 件要人看,{len(broken)} 件读不出。"
            )
            out.append("下一步:duban triage 或 duban confirm 确认归类;duban gaps 看还缺什么。")
        return out

    answer({"receipts": [answers.receipt(r) for r in every]}, lines)
    return IN_PART if refused or waiting else DONE


def with_members(archive: Archive, receipts: list[Receipt]) -> list[Receipt]:
    """Receipts in the order given, those of an archive's members right after the archive they came in."""
    by_parent: dict[int | None, list[Receipt]] = {}
    for arrived in archive.arrived:
        parent = archive.catalogue.record(arrived.record).parent if arrived.record else None
        by_parent.setdefault(parent, []).append(arrived)
    out: list[Receipt] = []

    def place(receipt: Receipt) -> None:
        out.append(receipt)
        if receipt.outcome.value != "already_held":
            for member in by_parent.pop(receipt.record, []) if receipt.record is not None else ():
                place(member)

    for receipt in receipts:
        place(receipt)
    for rest in by_parent.values():
        out.extend(rest)
    return out


@archive_command("register", "登记一件没有文件的纸质件或实物(厚登记簿、展板、证书)。")
@click.option("--title", required=True, help="题名")
@click.option("--where", required=True, metavar="柜/层/盒", help="存放处,如“档案室 2 柜 3 层 5 盒”")
@click.option("--form", default="纸质", show_default=True, type=click.Choice(["纸质", "实物"]), help="纸质 或 实物")
@click.option("--quantity", default=1, show_default=True, type=click.IntRange(1), help="数量(本、件)")
@click.option("--pages", type=click.IntRange(1), help="页数(知道的话)")
@click.option("--keeper", default="", help="保管人(岗位)")
@click.option("--unit", default="", help="责任单位")
@click.option("--period", default="", help="期间,如 2014 或 2014-2015")
@click.option("--kind", default="", help="材料类别代码,如 ledger")
@click.option("--dated", default="", help="成文日期")
@click.option("--document-number", default="", help="文号")
@click.option("--author", default="", help="责任者")
@click.option("--to", default="", metavar="REQ", help="归到哪一项(编号)")
def register(archive: Archive, answer: Answer, title: str, where: str, to: str, **told: Any) -> int:
    """Register a paper or an object."""
    from duban_archive import answers
    from duban_archive.core.model import Place

    place = Place(where=where, **{key: told.pop(key) for key in ("form", "quantity", "pages", "keeper")})
    id = archive.deciding.register(title, place, to=to, **{key: value for key, value in told.items() if value})
    record = archive.catalogue.record(id)
    answer(
        answers.record(archive.index, record),
        lambda: [f"已登记为 {id} 号件:{title}(存放处:{where})。", *_filed(archive, record)],
    )
    return DONE


def _filed(archive: Archive, record: Any) -> list[str]:
    from duban_archive import answers

    index = archive.index
    return [
        f"已归到 {index.code_of(f.requirement)} {index.requirements[f.requirement].title}"
        f"({index.unit_name(f.unit)},{answers.period(f.period)})。"
        for f in record.filings
        if f.standing == "confirmed"
    ] or ["还没有归到哪一项:可用 duban confirm --to 指明。"]


@archive_command("classify", "试归类:看文件会归到哪里,什么都不收、不改。")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
def classify(archive: Archive, answer: Answer, paths: tuple[Path, ...]) -> int:
    """Dry run: describe and propose, keep nothing."""
    from duban_archive import answers, trial

    documents = trial.classify(archive, paths)

    def lines() -> Iterable[str]:
        for document in documents:
            yield f"{document['path']}  《{document['title']}》"
            for proposal in document["proposals"][:3]:
                mark = "有把握" if proposal["sure"] else "拿不准"
                slot = f"{proposal['title']}({proposal['unit_name']},{answers.period(proposal['period'])})"
                yield f"    {proposal['code']} {slot}{mark} {proposal['score']}:{';'.join(proposal['because'])}"
            if not document["proposals"]:
                yield "    不知道归哪里:" + (
                    document["notes"][0]["text"] if document["notes"] else "没有找到相符的材料要求"
                )

    answer({"documents": documents}, lines)
    return DONE


COMMANDS = (add, watch, register, classify)
