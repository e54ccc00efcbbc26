"""Commands on handing over: handover export|import|leave, loan add|list|return."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, IN_PART, Answer, OutDir, OutFile, archive_command, day
from duban_archive.words import OUTCOME_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive


@click.group("handover", help="移交:做移交包、接收移交包、人员工作移交清单。")
def handover() -> None:
    """Between offices, and between persons."""


@archive_command("export", "做移交包:原件、著录、归类、校验值、移交清单;疑点、说明、台账等内部内容不在其中。")
@click.argument("folder", metavar="DIR", type=OutDir())
@click.option("--unit", default="", metavar="U", help="只移交归在一个单位名下的")
@click.option("--to", default="", metavar="WHO", help="交给谁")
def export(archive: Archive, answer: Answer, folder: Path, unit: str, to: str) -> int:
    """Hand over."""
    document = archive.handover.export(folder, unit=archive.unit(unit) if unit else "", to=to)

    def lines() -> Iterable[str]:
        yield f"移交包做好了:{document['path']}"
        yield f"共 {document['records']} 件、原件 {document['originals']} 份;移交清单在包里的 data 文件夹。"
        if document["left_out"]:
            yield f"没有放进去的 {document['left_out']} 件:涉密的,或不属于所选单位的。"
        yield f"记事链首:{document['head']}"
        yield "对方用 duban handover import 接收;没有督档的,可用 sha256sum -c manifest-sha256.txt 核对。"

    answer(document, lines)
    return DONE


@archive_command("import", "接收移交包(文件夹或 zip):逐份核对校验值,已有的不重复收,不一致的列出来,模板和设置不收。")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--no-wait", is_flag=True, help="收好就返回,读取以后再做")
def take_over(archive: Archive, answer: Answer, path: Path, no_wait: bool) -> int:
    """Take over."""
    document = archive.handover.take_over(path)
    if not no_wait:
        progress.show(archive.work(), quiet=answer.as_json)
    refused = [one for one in document["receipts"] if one["outcome"] == "refused"]

    def lines() -> Iterable[str]:
        from duban_archive import answers

        counts = answers.count(one["outcome"] for one in document["receipts"])
        said = ",".join(f"{OUTCOME_WORDS[key]} {n}" for key, n in counts.items()) or "包里没有材料"
        yield f"来自{document['from'] or '未写明的单位'}:{said}。"
        yield from (f"  不收  {one['path']}  {one['why']}" for one in refused)
        if document["conflicts"]:
            yield f"有 {len(document['conflicts'])} 处不一致,本处原来的没有改,请人看:"
            yield from (f"  #{one['record']} 《{one['title']}》:{one['what']}" for one in document["conflicts"])

    answer(document, lines)
    return IN_PART if refused else DONE


@archive_command("leave", "工作移交清单:一个人经手而没有办完的材料、退回、借调、待补、整改,和他保管的原件。")
@click.option("--who", required=True, metavar="NAME", help="谁要移交")
@click.option("--docx", type=OutFile(), metavar="F", help="存为 Word,供双方和监交人签字")
def leave(archive: Archive, answer: Answer, who: str, docx: Path | None) -> int:
    """A person leaves."""
    document = archive.handover.leave(who)
    if docx:
        archive.handover.leave_document(document, docx)

    def lines() -> Iterable[str]:
        yield f"{document['who']}:要移交 {len(document['items'])} 项。"
        for one in document["items"]:
            due = f"(期限 {one['due']})" if one["due"] else ""
            yield f"  {one['kind']}  {one['what']} {one['unit']}{due} {one['note']}".rstrip()
        if not document["items"]:
            yield "没有找到由这个人负责的事项;请核对姓名是否与指标体系、登记里写的一致。"
        if docx:
            yield f"已存为 {docx}。"

    answer(document, lines)
    return DONE


@click.group("loan", help="借调原件登记:向谁借、何时借、何时还、归还清单。")
def loan() -> None:
    """Borrowed originals."""


@archive_command("add", "登记一笔借调。")
@click.argument("title", metavar="[WHAT…]", nargs=-1)
@click.option("--from", "lender", required=True, metavar="U", help="向谁借的(单位或个人)")
@click.option("--due", default="", metavar="DATE", help="应还日期")
@click.option("--on", "borrowed", default="", metavar="DATE", help="借入日期(默认:今天)")
@click.option("--quantity", type=click.IntRange(1, 100_000), default=1, show_default=True, metavar="N", help="几件")
@click.option("--borrower", default="", metavar="WHO", help="经手人(默认:操作的人)")
@click.option("--record", type=click.IntRange(1), metavar="ID", help="是哪一件的原件")
@click.option("--remark", default="", metavar="TEXT", help="备注")
def loan_add(
    archive: Archive,
    answer: Answer,
    title: tuple[str, ...],
    lender: str,
    due: str,
    borrowed: str,
    quantity: int,
    borrower: str,
    record: int | None,
    remark: str,
) -> None:
    """Enter a loan."""
    document = archive.loans.add(
        " ".join(title), lender=lender, due=day(due), borrowed=day(borrowed), quantity=quantity, borrower=borrower,
        record=record, remark=remark,
    )  # fmt: skip
    answer(document, lambda: [f"已登记第 {document['id']} 号:{_line(document)}"])


@archive_command("list", "列出借调的原件;--docx 做归还清单。")
@click.option("--from", "lender", default="", metavar="U", help="只看向谁借的")
@click.option("--open", "open_only", is_flag=True, help="只看没有还的")
@click.option("--docx", type=OutFile(), metavar="F", help="存为 Word 归还清单")
def loan_list(archive: Archive, answer: Answer, lender: str, open_only: bool, docx: Path | None) -> None:
    """List loans."""
    rows = archive.loans.all(unit=lender, open_only=open_only)
    if docx:
        archive.loans.document(rows, docx)

    def lines() -> Iterable[str]:
        still = sum(row["open"] for row in rows)
        yield f"共 {len(rows)} 笔,未还 {still} 笔,逾期 {sum(row['overdue'] for row in rows)} 笔。"
        yield from (f"  第 {row['id']} 号  {_line(row)}" for row in rows)
        if docx:
            yield f"归还清单已存为 {docx}。"

    answer({"loans": rows}, lines)


@archive_command("return", "归还:写编号(可以几个),--to 写交还给谁。")
@click.argument("numbers", metavar="N…", nargs=-1, required=True, type=click.IntRange(1))
@click.option("--to", default="", metavar="WHO", help="交还给谁")
@click.option("--on", default="", metavar="DATE", help="归还日期(默认:今天)")
def loan_return(archive: Archive, answer: Answer, numbers: tuple[int, ...], to: str, on: str) -> None:
    """Give back."""
    rows = archive.loans.give_back(numbers, to=to, on=day(on))
    answer({"loans": rows}, lambda: [f"第 {row['id']} 号已归还:{_line(row)}" for row in rows])


def _line(row: dict[str, Any]) -> str:
    said = f"{row['title']} {row['quantity']} 件,{row['lender']},{row['borrowed']} 借"
    if row["returned"]:
        return f"{said},{row['returned']} 还" + (f"给{row['returned_to']}" if row["returned_to"] else "")
    due = f",应还 {row['due']}" + ("【逾期】" if row["overdue"] else "") if row["due"] else ",没有写应还日期"
    return f"{said}{due},经手人 {row['borrower']}"


for command in (export, take_over, leave):
    handover.add_command(command)
for command in (loan_add, loan_list, loan_return):
    loan.add_command(command)

COMMANDS = (handover, loan)
