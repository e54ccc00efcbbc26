"""Commands that keep the archive safe: verify, repair, backup, restore, withdraw, purge, doctor."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, IN_PART, Answer, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]

_DAMAGED, _MISSING_TOOL = 4, 3
_PASSWORD = "DUBAN_BACKUP_PASSWORD"
_WORDS = {
    "original_missing": "原件不见了", "original_changed": "原件被改动", "original_unknown": "库里有目录上没有的原件",
    "chain_broken": "记事链断了", "head_unknown": "记事链上没有这个链首", "catalogue_damaged": "目录库文件损坏",
    "catalogue_differs": "目录库的内容与记事不一致", "journal_differs": "流水与目录库不一致",
    "kept_unknown": "已归档里有没收过的文件", "purged_left": "已清除的文件还有残留", "not_read": "还没有读完",
    "rendition_differs": "可打印的 PDF 变了", "index_behind": "检索索引落后", "index_unusable": "检索索引不能用",
}  # fmt: skip


def _code(document: Json) -> int:
    if any(problem["class"] == "must" for problem in document["problems"]):
        return _DAMAGED
    return DONE if document["ok"] else IN_PART


def _lines(document: Json) -> Iterable[str]:
    purged = f",已清除 {document['purged']} 份" if document["purged"] else ""
    yield f"原件 {document['originals']} 份,件 {document['records']} 件{purged},链首 {document['head'][:16]}。"
    for problem in document["problems"]:
        kind = "【会丢东西】" if problem["class"] == "must" else "【可修复】"
        yield f"{kind}{_WORDS[problem['what']]}:{problem['where']}"
    if document["ok"]:
        yield "全部核对无误。"
    elif any(p["class"] == "must" for p in document["problems"]):
        yield "请先不要再动这个文件夹。有备份请运行 duban repair --from 备份文件夹,只有哈希值对得上的才会取回。"
    else:
        yield "没有丢东西。运行 duban repair 即可修复。"
    yield document["backup_age"]


@archive_command("verify", "核对:重新计算每份原件,比对目录、流水、已归档、可打印 PDF 和检索。")
@click.option("--head", default="", metavar="HASH", help="以前印在汇编或备份上的链首,看它还在不在记事链上")
def verify(archive: Archive, answer: Answer, head: str) -> int:
    """Verify everything."""
    document = archive.verify(head=head, tell=progress.teller(quiet=answer.as_json))
    answer(document, lambda: _lines(document))
    return _code(document)


@archive_command("repair", "修复:目录、流水、检索、读取等可以重做的;原件只从哈希值对得上的副本取回。", damaged_too=True)
@click.option("--from", "source", type=click.Path(path_type=Path), metavar="BACKUP", help="从这个备份取回原件和记事")
@click.option("--salvage", is_flag=True, help="流水也坏了又没有备份时,按前面完好的部分重建")
def repair(archive: Archive, answer: Answer, source: Path | None, salvage: bool) -> int:
    """Repair every "should", and originals of which a copy is left."""
    tell = progress.teller(quiet=answer.as_json)
    document = archive.repair(source=source, password=_password(source), salvage=salvage, tell=tell)

    def lines() -> Iterator[str]:
        yield from (f"已修复:{_WORDS[p['what']]} {p['where']}" for p in document["mended"])
        if document["set_aside"]:
            yield f"换下来的另存在 .duban 里,没有删除:{'、'.join(document['set_aside'])}"
        yield from _lines(document)

    answer(document, lines)
    return _code(document)


@archive_command("backup", "备份到 U 盘、移动硬盘或别处的文件夹 DIR;再次备份只写新增的。")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--full", is_flag=True, help="把盘上已有的也重新读一遍核对,坏的重写")
@click.option("--encrypt", is_flag=True, help=f"加密码(会问密码,或取环境变量 {_PASSWORD})")
def backup(archive: Archive, answer: Answer, folder: Path, full: bool, encrypt: bool) -> int:
    """Back up."""
    tell = progress.teller(quiet=answer.as_json)
    document = archive.backup(folder, password=_new_password() if encrypt else "", full=full, tell=tell)

    def lines() -> Iterator[str]:
        size = f"{document['bytes'] / (1 << 20):.1f} MB"
        locked = "(已加密码,密码丢了就打不开)" if document["encrypted"] else ""
        yield f"已备份到 {document['path']}{locked}。"
        yield f"原件 {document['originals']} 份({size}),其中这次新写 {document['new']} 份,写完又读回核对过。"
        yield f"链首 {document['head'][:16]}。请把备份盘和这台电脑分开保管。"
        if document["absent"]:
            yield f"有 {len(document['absent'])} 份原件在档案里已经缺失或损坏,没有备份进去;请运行 duban verify。"

    answer(document, lines)
    return _DAMAGED if document["absent"] else DONE


@click.command("restore", help="从备份 BACKUP 恢复到空文件夹 DIR,并核对每一份原件。")
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path, exists=True))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--with-templates", is_flag=True, help="也放回备份里的设置和 Word 模板(只在信得过这块盘时用)")
@click.option("--by", metavar="WHO", default="", help="谁在操作(默认:本机账户名)")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def restore(source: Path, folder: Path, with_templates: bool, by: str, as_json: bool) -> None:
    """Restore a backup into an empty folder."""
    from duban_archive import backups

    answer = Answer(as_json)
    archive, document = backups.restore(
        source, folder, password=_password(source), with_templates=with_templates, by=by,
        tell=progress.teller(quiet=as_json),
    )  # fmt: skip
    archive.close()

    def lines() -> Iterator[str]:
        yield f"已恢复到 {document['home']},是 {document['made'][:16].replace('T', ' ')} 的备份。"
        if not with_templates:
            yield "设置和 Word 模板用的是督档自带的;要放回备份里的,请恢复时加 --with-templates。"
        if document["damaged"]:
            yield f"有 {len(document['damaged'])} 份原件在备份里缺失或损坏,没有恢复。"
        yield from _lines(document)

    answer(document, lines)
    if code := _code(document):
        raise click.exceptions.Exit(code)


@archive_command("withdraw", "撤出一件:不再查到、不再装订,但仍保存。")
@click.argument("id", metavar="ID", type=click.IntRange(1))
@click.option("--reason", required=True, metavar="R", help="原因")
def withdraw(archive: Archive, answer: Answer, id: int, reason: str) -> int:
    """Withdraw a record."""
    from duban_archive import answers

    archive.deciding.withdraw(id, reason)
    document = answers.record(archive.index, archive.catalogue.record(id))
    answer(document, lambda: [f"{id} 号件已撤出(原件仍在):{reason}。可用 duban undo 撤回。"])
    return DONE


@archive_command("purge", "清除一件涉密或误收的:原件、文字、检索、副本全部抹去,不能撤回。要两个人具名。")
@click.argument("id", metavar="ID", type=click.IntRange(1))
@click.option("--reason", required=True, metavar="R", help="原因(会一直留在记事里,不要写入涉密内容)")
@click.option("--second", required=True, metavar="B", help="第二个人(--by 是第一个人)")
def purge(archive: Archive, answer: Answer, id: int, reason: str, second: str) -> int:
    """Purge a record for good."""
    from duban_archive.errors import UsageError

    if not click.get_current_context().params["by"]:
        raise UsageError("清除要两个不同的人具名。", "请用 --by 甲 --second 乙 写明两个人的姓名;没有作任何改动。")
    document = archive.purge(id, reason=reason, second=second)
    answer(document, lambda: _purge_lines(document))
    return IN_PART if document["originals_kept"] or document["container"] else DONE


def _purge_lines(document: Json) -> Iterator[str]:
    wiped = len(document["wiped"])
    yield f"{document['record']} 号件已清除:抹去原件 {wiped} 份、其他副本 {document['copies_wiped']} 份,不能撤回。"
    if others := [id for id in document["records"] if id != document["record"]]:
        yield f"只由这份原件组成的 {_ids(others)} 一并清除。"
    for one in document["originals_kept"]:
        yield f"还有原件没有抹去:{_ids(one['records'])}也用着它。如也要清除,请对这些件逐一运行 duban purge。"
    if document["container"]:
        yield f"它是从 {document['container']} 号件(压缩包、邮件)里取出的,那份原件里仍有它:请一并清除。"
    if document["members"]:
        yield f"从它里面取出的 {_ids(document['members'])} 仍在;如也要清除,请逐一运行 duban purge。"
    if document["versions"]:
        yield f"它的其他版本 {_ids(document['versions'])} 仍在,请看是否也要清除。"
    if document["outputs"]:
        yield "“输出”里还有它,请自行删去并收回已发出的:"
        yield from (f"  {path}" for path in document["outputs"])
    if document["backups"]:
        yield "以下备份里还有它,请把这些备份文件夹整个删去(或重新格式化),再重新备份:"
        yield from (f"  {one['folder']}({one['at'][:10]} {one['name']})" for one in document["backups"])
    if document["aside"]:
        yield f".duban 里另存的旧文件可能还有它,请核实后删去:{'、'.join(document['aside'])}"
    yield "记事里留下的只有:件号、原件的哈希值、时间、经办人和原因。"


def _ids(ids: Iterable[int]) -> str:
    return "、".join(f"{id} 号件" for id in ids)


@archive_command("cabinet", "把“档案柜”照现在的归类重新摆好(平时读完文件会自动摆)。")
def cabinet(archive: Archive, answer: Answer) -> int:
    """Lay out the cabinet."""
    done = archive.cabinet.refresh()

    def lines() -> Iterator[str]:
        yield f"“档案柜”里现有 {done.files} 份:这次新放 {done.written} 份,撤下 {done.removed} 份。"
        if done.set_aside:
            yield "有人改动过的副本没有丢,另存为下面的名字;要作为新版本,请放进“收件箱”:"
            yield from (f"  {path}" for path in done.set_aside)
        if done.no_room:
            yield f"磁盘空间不够,还有 {done.no_room} 份没有放进去;请腾出空间后再运行一次。"

    answer(done.as_json(), lines)
    return IN_PART if done.no_room else DONE


@click.command("doctor", help="体检:这台电脑上什么能用、什么缺、怎样装。")
@click.option("--home", type=click.Path(path_type=Path), metavar="DIR", help="档案文件夹(默认:当前所在,没有也行)")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def doctor(home: Path | None, as_json: bool) -> None:
    """Tell what works on this machine."""
    from duban_archive import doctor as looking
    from duban_archive.archive import Archive
    from duban_archive.errors import UsageError
    from duban_archive.home import find_home

    archive = None
    try:
        archive = Archive(find_home(home)).open()
    except UsageError:
        if home is not None:
            raise
    try:
        document = looking.look(archive)
    finally:
        if archive is not None:
            archive.close()
    marks = {"ok": "✓", "advice": "!", "missing": "✗"}

    def lines() -> Iterator[str]:
        for check in document["checks"]:
            yield f"{marks[check['state']]} {check['name']}:{check['detail']}"
            if check["advice"]:
                yield f"    {check['advice']}"
        yield "都能用。" if document["ok"] else "有组件缺失,见上面打 ✗ 的。"

    Answer(as_json)(document, lines)
    if not document["ok"]:
        raise click.exceptions.Exit(_MISSING_TOOL)


def _new_password() -> str:
    if given := os.environ.get(_PASSWORD):
        return given
    return str(click.prompt("备份密码", hide_input=True, confirmation_prompt="再输一遍", err=True))


def _password(source: Path | None) -> str:
    """The password of a backup, asked for only when it has one."""
    from duban_archive import backups

    if source is None or not backups.is_locked(source):
        return ""
    return os.environ.get(_PASSWORD) or str(click.prompt("备份密码", hide_input=True, err=True))


COMMANDS = (verify, repair, backup, restore, withdraw, purge, cabinet, doctor)
