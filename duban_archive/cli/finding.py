"""Commands that find: status, list, show, search."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from duban_archive.cli.frame import DONE, IN_PART, Answer, OutFile, archive_command
from duban_archive.words import KIND_WORDS, STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_FACETS, _SLOTS = 6, 3  # values of a facet, filings of a hit: as many as fit into a line


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
        if not note["code"].startswith("alike_"):  # said below, with the differences
            yield f"  注意:{note['text']}"
    for like in record.get("alike", ()):
        yield f"  相像:#{like['record']} 《{like['title']}》:{like['why']}({like['nearness']:.0%})。{like['advice']}"
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
@click.argument("query", metavar="QUERY", nargs=-1)
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="最多列几处")
@click.option("--all", "every", is_flag=True, help="全部列出")
@click.option("--like", type=click.IntRange(1), metavar="ID", help="找与这一件相近的(不写 QUERY)")
@click.option("--xlsx", type=OutFile(), metavar="F", help="把列出的结果另存为 Excel")
@click.option(
    "--print", "pdf", type=OutFile(), metavar="F.pdf",
    help="把列出的各处所在的页合成一份 PDF,页眉写明是哪一件",
)  # fmt: skip
@click.option("--open", "open_it", is_flag=True, help="打开第一处的原件")
@click.option("--open-page", is_flag=True, help="只打开第一处所在的那一页")
def search(
    archive: Archive, answer: Answer, query: tuple[str, ...], limit: int, every: bool, like: int | None,
    xlsx: Path | None, pdf: Path | None, open_it: bool, open_page: bool,
) -> int:  # fmt: skip
    """Find."""
    line, most = typed(query), None if every else limit
    if (like is None) == (not query):
        raise click.UsageError("请写要查什么,或用 --like 件号 找相近的(只用其中一样)")
    if like is not None and (pdf or open_page):
        raise click.UsageError("--like 找的是整件,不能与 --print、--open-page 同用")
    document = archive.search(line, limit=most) if like is None else archive.results.like(like, limit=most or 100)
    printed = archive.results.print_pages(line, pdf, limit=most) if pdf else None
    if xlsx:
        archive.results.workbook(document, xlsx)
    if printed:
        document["printed"] = printed

    def lines() -> Iterable[str]:
        yield from told(document)
        if xlsx:
            yield f"已另存为 {xlsx}。"
        if printed:
            yield f"已印成 {printed['path']}:{printed['pages']} 页。"
            yield from (f"  没有印入:{one['record'] or ''} {one['title']} {one['why']}" for one in printed["left_out"])

    answer(document, lines)
    first = document["hits"][0] if document["hits"] else None
    if open_it and first and first["part"] is not None:
        click.launch(str(archive.copy_for_reading(first["record"], first["part"])))
    if open_page and first:
        click.launch(str(archive.results.page_for_reading(line)))
    return IN_PART if printed and printed["left_out"] else DONE


def typed(words: tuple[str, ...]) -> str:
    """The query line; ``-草稿`` is a word to leave out and no option, a mistyped ``--option`` is said to be one."""
    for word in words:
        if word.startswith("--") and word[2:3].isascii() and word[2:3].isalpha():
            raise click.NoSuchOption(word.partition("=")[0])
    return " ".join(words)


def told(document: dict[str, Any]) -> Iterable[str]:
    """An answer in lines for a person."""
    from duban_archive import answers

    asked = f"“{short(document['query'])}”" if "like" not in document else f"与《{document['like']['title']}》相近的"
    yield f"{asked}:共 {document['total']} 处" + (
        f",先列 {len(document['hits'])} 处(--all 列全部)。" if document["total"] > len(document["hits"]) else "。"
    )
    for slot in document.get("slots", ()):
        cell = f"{slot['code']} {slot['title']} {slot['unit_name']} {answers.period(slot['period'])}"
        yield f"应收项 {cell}:{STATE_WORDS[slot['state']]},{slot['why']}"
        for paper in slot["papers"]:
            mark = "(待确认)" if paper["waiting"] else ""
            yield f"    #{paper['record']} 《{short(paper['title'])}》{mark} {where({**paper, 'locator': {}})}".rstrip()
    yield from (line for hit in document["hits"] for line in _hit(hit))
    for group in document.get("groups", ()):
        yield f"—— {group['label']}:{group['total']} 处"
        yield from (line for hit in group["hits"] for line in _hit(hit))
    if document["total"] > 1:
        for facet in document["facets"]:
            values = "  ".join(f"{value['label']} {value['count']}" for value in facet["values"][:_FACETS])
            if len(facet["values"]) > 1:
                yield f"{facet['label']}:{values}"
    yield from document.get("advice", ())


def _hit(hit: dict[str, Any]) -> Iterable[str]:
    yield f"#{hit['record']} 《{short(hit['title'])}》 {where(hit)}{'(图片识别)' if hit['ocr'] else ''}"
    if hit["snippet"] != hit["title"]:
        yield f"    {hit['snippet']}"
    if about := _about(hit):
        yield f"    {about}"


def _about(hit: dict[str, Any]) -> str:
    """Under which indicators it is filed or proposed, of which unit and period."""
    from duban_archive import answers

    slots = [
        " ".join(filter(None, (f["code"], f["unit_name"], answers.period(f["period"]) if f["period"] else "")))
        + ("(待确认)" if f["standing"] == "proposed" else "")
        for f in hit["filings"][:_SLOTS]
    ]
    more = f" 等 {len(hit['filings'])} 项" if len(hit["filings"]) > _SLOTS else ""
    return f"归类:{';'.join(slots)}{more}" if slots else ""


def where(hit: dict[str, Any]) -> str:
    """A hit's place in words."""
    from duban_archive.results import place

    words = [place(hit)] if hit["locator"] else []
    if hit["binder"]:
        binder = hit["binder"]
        words.append(f"合订本 {binder['volume']} 第 {binder['item']} 件 第 {binder['page']} 页")
    if hit["place"]:
        words.append(f"存放:{hit['place']}")
    return ",".join(words)


def short(text: str, most: int = 60) -> str:
    """A pasted page is not told back whole, nor anything that moves the cursor."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain if len(plain) <= most else f"{plain[:most]}…"


@click.group("searches", help="常用的查找:存下来,下次按名称再查。")
def searches() -> None:
    """Saved searches."""


@archive_command("save", "把一次查找存下来,起个名称。")
@click.argument("name", metavar="NAME")
@click.argument("query", metavar="QUERY", nargs=-1, required=True)
def save_search(archive: Archive, answer: Answer, name: str, query: tuple[str, ...]) -> int:
    """Save a search."""
    document = archive.searches.save(name, typed(query))
    answer(document, lambda: [f"已存下“{document['name']}”:{short(document['line'])}。"])
    return DONE


@archive_command("list", "列出存下的查找,各有多少处。")
def list_searches(archive: Archive, answer: Answer) -> int:
    """List saved searches."""
    rows = [{**one, "total": archive.search(one["line"], limit=1)["total"]} for one in archive.searches.list()]
    answer(
        {"searches": rows},
        lambda: [f"{one['name']}:{short(one['line'])}({one['total']} 处)" for one in rows] or ["还没有存下的查找。"],
    )
    return DONE


@archive_command("run", "按名称再查一次。")
@click.argument("name", metavar="NAME")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="最多列几处")
@click.option("--all", "every", is_flag=True, help="全部列出")
@click.option("--xlsx", type=OutFile(), metavar="F", help="把列出的结果另存为 Excel")
def run_search(archive: Archive, answer: Answer, name: str, limit: int, every: bool, xlsx: Path | None) -> int:
    """Run a saved search."""
    document = archive.search(archive.searches.line(name), limit=None if every else limit)
    if xlsx:
        archive.results.workbook(document, xlsx)
    answer(document, lambda: [*told(document), *([f"已另存为 {xlsx}。"] if xlsx else [])])
    return DONE


@archive_command("remove", "删去一个存下的查找(可用 undo 撤回)。")
@click.argument("name", metavar="NAME")
def remove_search(archive: Archive, answer: Answer, name: str) -> int:
    """Remove a saved search."""
    archive.searches.remove(name)
    answer({"removed": name}, lambda: [f"已删去“{name}”。"])
    return DONE


for command in (search, save_search):  # -草稿 is a word to leave out
    command.context_settings = {"ignore_unknown_options": True}

for command in (save_search, list_searches, run_search, remove_search):
    searches.add_command(command)

COMMANDS = (status, list_records, show, search, searches)
