"""Commands that keep the archive safe: verify, repair, withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, IN_PART, Answer, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_DAMAGED = 4
_WORDS = {
    "original_missing": "原件不见了", "original_changed": "原件被改动", "original_unknown": "库里有目录上没有的原件",
    "chain_broken": "记事链断了", "journal_differs": "流水与目录库不一致", "not_read": "还没有读完",
    "index_behind": "检索索引落后", "index_unusable": "检索索引不能用",
}  # fmt: skip


def _code(document: dict[str, Any]) -> int:
    if any(problem["class"] == "must" for problem in document["problems"]):
        return _DAMAGED
    return DONE if document["ok"] else IN_PART


def _lines(document: dict[str, Any]) -> Iterable[str]:
    yield f"原件 {document['originals']} 份,件 {document['records']} 件,链首 {document['head'][:16]}。"
    for problem in document["problems"]:
        kind = "【会丢东西】" if problem["class"] == "must" else "【可修复】"
        yield f"{kind}{_WORDS[problem['what']]}:{problem['where']}"
    if document["ok"]:
        yield "全部核对无误。"
    elif any(p["class"] == "must" for p in document["problems"]):
        yield "请先不要再动这个文件夹,用最近的备份恢复受损的原件。"
    else:
        yield "没有丢东西。运行 duban repair 即可修复。"


@archive_command("verify", "核对:重新计算每份原件,比对目录、流水、检索。")
def verify(archive: Archive, answer: Answer) -> int:
    """Verify everything."""
    document = archive.verify()
    answer(document, lambda: _lines(document))
    return _code(document)


@archive_command("repair", "修复可以重做的部分(流水、检索、读取);原件从不改动。")
def repair(archive: Archive, answer: Answer) -> int:
    """Repair every "should"."""
    document = archive.repair()
    answer(
        document, lambda: [*(f"已修复:{_WORDS[p['what']]} {p['where']}" for p in document["mended"]), *_lines(document)]
    )
    return _code(document)


@archive_command("withdraw", "撤出一件:不再查到、不再装订,但仍保存。")
@click.argument("id", metavar="ID", type=click.IntRange(1))
@click.option("--reason", required=True, metavar="R", help="原因")
def withdraw(archive: Archive, answer: Answer, id: int, reason: str) -> int:
    """Withdraw a record."""
    from duban_archive import answers

    archive.withdraw(id, reason)
    document = answers.record(archive.index, archive.catalogue.record(id))
    answer(document, lambda: [f"{id} 号件已撤出(原件仍在):{reason}。可用 duban undo 撤回。"])
    return DONE


COMMANDS = (verify, repair, withdraw)
