"""Commands that find: status, list, show, search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, Answer, archive_command
from duban_archive.words import KIND_WORDS, STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive


@archive_command("status", "对账:放进来过的每一个文件,现在在哪里。")
@click.option("--files", is_flag=True, help="逐个列出")
def status(archive: Archive, answer: Answer, files: bool) -> int:
    """Account for every file ever seen."""
    document = archive.status(files=files)

    def lines() -> Iterable[str]:
        yield f"见过 {document['seen']} 个文件,有着落 {document['accounted']} 个。"
        for state, n in document["counts"].items():
            yield f"  {STATE_WORDS[state]}  {n}"
        for row in document.get("files", ()):
            record = f"#{row['record']}" if row["record"] else "—"
            yield f"{STATE_WORDS[row['state']]:<10} {record:<6} {row['path']}  {row['why']}"
        for lost in document["to_refile"]:
            yield f"待重新归类:{lost['record']} 号件({lost['why']})"
        yield document["backup_age"]
        if document["checklist_edited"]:
            yield "注意:archive_schema.yaml 改过,还没有生效。用 duban checklist upgrade 看差别,加 --apply 生效。"
        if document["counts"].get("triage"):
            yield "下一步:duban triage 逐件确认,或 duban confirm 件号。"

    answer(document, lines)
    return DONE


@archive_command("list", "列出所有的件。")
def list_records(archive: Archive, answer: Answer) -> int:
    """List records."""
    from duban_archive import answers

    records = archive.records()

    def lines() -> Iterable[str]:
        for record in records:
            filed = [f for f in record.filings if f.standing == "confirmed"]
            where = "、".join(archive.index.code_of(f.requirement) for f in filed) or "待归类"
            yield f"#{record.id:<5} {where:<10} 《{record.title}》 {record.pages or '?'} 页"

    answer({"records": [answers.record(archive.index, r) for r in records]}, lines)
    return DONE


@archive_command("show", "看一件的全部:著录、组成、归类、理由、注意事项。")
@click.argument("id", metavar="ID", type=click.IntRange(1))
def show(archive: Archive, answer: Answer, id: int) -> int:
    """Show one record."""
    from duban_archive import answers

    record = archive.catalogue.record(id)
    document = answers.record(archive.index, record)
    document["notes"] += [{"code": note.code, "text": note.text} for note in archive.bundling.remarks(record)]
    document["renditions"] = [answers.rendition(archive.renditions.of(part)) for part in record.parts]
    document["alike"] = archive.alike.shown(id)
    document["notes"] += [{"code": f"alike_{like['kind']}", "text": like["why"]} for like in document["alike"]]
    answer(document, lambda: _card(document))
    return DONE


def _card(record: dict[str, Any]) -> Iterable[str]:
    from duban_archive import answers

    yield f"#{record['id']} 《{record['title']}》"
    names = {
        "document_number": "文号", "author": "责任者", "dated": "成文日期", "unit_name": "单位", "period": "期间",
        "kind": "类别", "pages": "页数", "secrecy": "密级",
    }  # fmt: skip
    record = {**record, "kind": KIND_WORDS.get(record["kind"], record["kind"])}
    for key, word in names.items():
        if record[key]:
            told = record["described"].get({"unit_name": "unit"}.get(key, key), {})
            by = "(人工改定)" if told.get("source") == "person" else ""
            yield f"  {word}:{record[key]}{by}"
    for part in record["parts"]:
        some = f"(第 {'、'.join(map(str, part['only_pages']))} 页)" if part.get("only_pages") else ""
        yield f"  原件:{part['file_name']}{some}  {part['size']} 字节  {part['digest']}"
    for made in filter(None, record.get("renditions", ())):
        yield from _rendition(made)
    if record["final"]:
        yield "  定稿"
    if record["version_of"]:
        yield f"  是 {record['version_of']} 号件的另一版本"
    if record["place"]:
        yield f"  存放处:{record['place']['where']}"
    for filing in record["filings"]:
        unit = filing["unit_name"] or "单位未定"
        slot = f"{filing['code']} {filing['title']}({unit},{answers.period(filing['period'])})"
        back = filing["review"] == "returned"
        yield f"  {'退回补正' if back else STATE_WORDS[filing['standing']]}:{slot}"
        if back:
            due = f",限 {filing['due']} 前重报" if filing.get("due") else ""
            yield f"      第 {filing.get('round', 1)} 次退回:{filing.get('reason', '')}{due}"
        for reason in filing["because"]:
            yield f"      {'' if reason.startswith('但') else '因为 '}{reason}"
    for note in record["notes"]:
        yield f"  注意:{note['text']}"
    for like in record.get("alike", ()):
        yield f"  相像:#{like['record']} 《{like['title']}》 {like['nearness']:.0%}  {like['advice']}"
        for ours, theirs in like["differences"][:_DIFFERENCES]:
            yield f"      本件:{_short(ours)}  ┃  #{like['record']}:{_short(theirs)}"
        if len(like["differences"]) > _DIFFERENCES:
            yield f"      ……(共 {len(like['differences'])} 处以上不同;--json 列全部)"


_DIFFERENCES = 5  # lines of two alike papers that are shown side by side


def _short(line: str) -> str:
    plain = " ".join(line.split())
    return (plain if len(plain) <= 40 else plain[:39] + "…") or "(无)"


def _rendition(made: dict[str, Any]) -> Iterable[str]:
    if made["converter"] and made["pages"]:
        yield f"  PDF 版式:{made['pages']} 页,{made['converter']};{made['differs']}"
    for note in made["notes"]:
        yield f"  注意:{note['text']}"


@archive_command("search", "查找:每一处都找得到,并说明在哪一页、哪一行、哪一盒。")
@click.argument("query", metavar="QUERY", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="最多列几处")
@click.option("--all", "every", is_flag=True, help="全部列出")
@click.option("--open", "open_it", is_flag=True, help="打开第一处的原件")
def search(archive: Archive, answer: Answer, query: tuple[str, ...], limit: int, every: bool, open_it: bool) -> int:
    """Find."""
    from duban_archive import answers

    document = archive.search(" ".join(query), limit=None if every else limit)

    def lines() -> Iterable[str]:
        yield f"“{document['query']}”:共 {document['total']} 处" + (
            f",先列 {len(document['hits'])} 处(--all 列全部)。" if document["total"] > len(document["hits"]) else "。"
        )
        for hit in document["hits"]:
            yield f"#{hit['record']} 《{hit['title']}》 {where(hit)}{'(图片识别)' if hit['ocr'] else ''}"
            yield f"    {hit['snippet']}"
        for slot in document.get("slots", ()):
            cell = f"{slot['code']} {slot['title']} {slot['unit_name']} {answers.period(slot['period'])}"
            yield f"应收项 {cell}:{STATE_WORDS[slot['state']]},{slot['why']}"
        for group in document.get("groups", ()):
            yield f"—— {group['label']}:{group['total']} 处"
            for hit in group["hits"]:
                yield f"#{hit['record']} 《{hit['title']}》 {where(hit)}{'(图片识别)' if hit['ocr'] else ''}"
                yield f"    {hit['snippet']}"
        yield from document.get("advice", ())

    answer(document, lines)
    if open_it and document["hits"] and not document["hits"][0]["place"]:
        click.launch(str(archive.copy_for_reading(document["hits"][0]["record"])))
    return DONE


def where(hit: dict[str, Any]) -> str:
    """A hit's place in words."""
    words = [_at(hit["locator"])] if hit["locator"] else []
    if "through" in hit:
        words = [f"{words[0] if words else ''}末尾至{_at(hit['through'])}"]
    if hit["binder"]:
        binder = hit["binder"]
        words.append(f"合订本 {binder['volume']} 第 {binder['item']} 件 第 {binder['page']} 页")
    if hit["place"]:
        words.append(f"存放:{hit['place']}")
    return ",".join(words)


def _at(locator: dict[str, Any]) -> str:
    words = []
    if "sheet" in locator:
        words.append(f"工作表“{locator['sheet']}”第 {locator.get('row', 1)} 行")
    if "paragraph" in locator:
        words.append(f"第 {locator['paragraph']} 段")
    if "page" in locator:
        words.append(f"打印出来第 {locator['page']} 页" if words else f"第 {locator['page']} 页")
    return ",".join(words)


COMMANDS = (status, list_records, show, search)
