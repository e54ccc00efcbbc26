"""Commands on findings: check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from duban_archive.cli.frame import DONE, Answer, archive_command
from duban_archive.words import SEVERITY_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.findings import Finding


@archive_command("check", "查问题:数据前后一致不一致、材料有没有疑点;每条列出全部出处,请更正或写说明。")
@click.option("--rule", "rules", multiple=True, metavar="R", help="只查这条规则(可写几次;--rules 列出全部)")
@click.option("--unit", default="", metavar="U", help="只看一个单位")
@click.option("--rules", "list_rules", is_flag=True, help="列出全部规则:依据、要什么才能查、关了没有")
@click.option("--explain", default="", metavar="KEY", help="给一条问题写说明(配合 --reason),以后和它一起显示、打印")
@click.option("--reason", default="", metavar="R", help="说明的内容,或关闭规则的原因")
@click.option("--off", default="", metavar="RULE", help="关闭一条规则")
@click.option("--on", default="", metavar="RULE", help="重新打开一条规则")
def check(
    archive: Archive,
    answer: Answer,
    rules: tuple[str, ...],
    unit: str,
    list_rules: bool,
    explain: str,
    reason: str,
    off: str,
    on: str,
) -> int:
    """Run the rules, or settle one finding or one rule."""
    from duban_archive import answers

    if sum(map(bool, (explain, off, on, list_rules))) > 1:
        raise click.UsageError("--explain、--off、--on、--rules 一次只能用一个")
    if reason and not (explain or off):
        raise click.UsageError("--reason 要和 --explain 或 --off 一起用")
    if list_rules:
        _list_rules(archive, answer)
    elif explain:
        found = archive.checks.explain(explain, reason)
        answer(answers.finding(archive.index, found), lambda: [f"已记下说明:{explain}。可用 duban undo 撤回。"])
    elif off or on:
        archive.checks.switch(off or on, on=bool(on), reason=reason)
        answer({"rule": off or on, "on": bool(on)}, lambda: [f"规则 {off or on} 已{'打开' if on else '关闭'}。"])
    else:
        named_off = {name: gone for name, gone in archive.checks.switched_off().items() if name in rules}
        found_all = archive.checks.run(rules or None, unit=archive.unit(unit) if unit else "")
        document = {
            "findings": [answers.finding(archive.index, one) for one in found_all.findings],
            "not_run": [{"rule": n.rule, "why": n.why, "source": list(n.source)} for n in found_all.not_run],
            **({"switched_off": sorted(named_off)} if named_off else {}),
        }

        def lines() -> Iterable[str]:
            titles = {card.name: card.title for card in archive.checks.cards()}
            standing = [f for f in found_all.findings if f.explained is None]
            for one in found_all.findings:
                yield from _lines(one, titles)
            counts = answers.count(SEVERITY_WORDS[f.severity] for f in standing)
            told = len(found_all.findings) - len(standing)
            said = "、".join(f"{word} {n}" for word, n in counts.items()) or "没有查出问题"
            yield f"\n{said}{f',已有说明 {told}' if told else ''}。"
            for name, gone in named_off.items():
                why = f"({gone.reason})" if gone.reason else ""
                yield f"{titles.get(name, name)}已由 {gone.by} 关闭{why},这次点名才查;打开用 duban check --on {name}。"
            for skipped in found_all.not_run:
                yield f"没有查:{titles.get(skipped.rule, skipped.rule)},{skipped.why}"
            if standing:
                yield "下一步:逐条更正材料,或用 duban check --explain 编号 --reason 原因 写明为什么不一致。"

        answer(document, lines)
    return DONE


def _list_rules(archive: Archive, answer: Answer) -> None:
    off = archive.checks.switched_off()
    cards = archive.checks.cards()
    rows = [
        {"rule": c.name, "title": c.title, "severity": c.severity, "basis": c.basis, "needs": c.needs,
         "family": c.family, "on": c.name not in off}
        for c in cards
    ]  # fmt: skip

    def lines() -> Iterable[str]:
        for c in cards:
            yield f"{c.name:<16} {c.title}({SEVERITY_WORDS[c.severity]}){'【已关闭】' if c.name in off else ''}"
            yield f"    依据:{c.basis}"
            yield f"    要有:{c.needs}"

    answer({"rules": rows}, lines)


def _lines(one: Finding, titles: dict[str, str]) -> Iterable[str]:
    yield f"\n[{SEVERITY_WORDS[one.severity]}] {titles.get(one.rule, one.rule)}:{one.message}"
    for spot in one.places:
        value = f"{spot.value}  " if spot.value else ""
        yield f"    {value}#{spot.record} 《{spot.paper}》{spot.where}" + (f":{spot.text}" if spot.text else "")
    yield f"    编号 {one.key}" + (f"  依据 {'、'.join(one.source)}" if one.source else "")
    if one.explained is not None:
        yield f"    说明({one.explained.by},{one.explained.at[:10]}):{one.explained.reason}"


COMMANDS = (check,)
