"""Commands of the self-assessment: report write, claim, show, fill, forms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duban_archive.cli.frame import DONE, Answer, ByDefault, OutDir, OutFile, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_OUT = click.option("--out", type=OutDir(), metavar="DIR", help="写到哪个文件夹(默认:输出/自评)")


@click.group(
    "report", cls=ByDefault, default="write", help="自评:自评表、自查自评报告,填写上级发的表,起草用的空白文书。"
)
def report() -> None:
    """The self-assessment's commands."""


@archive_command("write", "写自评表和自查自评报告(不写子命令就是它);得分、结论、签字只有人填了才有。")
@_OUT
def write(archive: Archive, answer: Answer, out: Path | None) -> int:
    """Write the papers."""
    paths = archive.assessment.write(out or archive.home.output / "自评")
    rows = archive.assessment.rows()
    silent = [row["code"] for row in rows if not row["claim"] and (row["evidence"] or row["figures"])]

    def lines() -> Iterable[str]:
        for path in paths:
            yield f"已写成 {path}"
        if silent:
            more = f"等 {len(silent)} 个" if len(silent) > 8 else ""
            yield f"还没有写自评情况的指标:{'、'.join(silent[:8])}{more}(duban report claim 编号 --text …)。"

    answer({"paths": [str(path) for path in paths], "indicators": rows}, lines)
    return DONE


@archive_command("claim", "写一个指标的自评情况;得分和结论由人定,程序从不计算。")
@click.argument("indicator", metavar="CODE")
@click.option("--text", "words", default="", metavar="TEXT", help="自评情况(简述)")
@click.option("--score", default="", metavar="S", help="自评得分")
@click.option("--verdict", default="", metavar="V", help="自评结论,如 达标")
def claim(archive: Archive, answer: Answer, indicator: str, words: str, score: str, verdict: str) -> int:
    """A person's account of an indicator."""
    made = archive.assessment.claim(indicator, words=words, score=score, verdict=verdict)
    document = {
        "indicator": archive.assessment.indicator(indicator).id, "claim": made.words, "score": made.score,
        "verdict": made.verdict, "by": made.by, "at": made.at,
    }  # fmt: skip
    answer(document, lambda: [f"已记下 {indicator} 的自评。可用 duban undo 撤回。"])
    return DONE


@archive_command("show", "逐个指标列出自评情况、数据、佐证、问题。")
@click.argument("indicators", metavar="[CODE]…", nargs=-1)
def show(archive: Archive, answer: Answer, indicators: tuple[str, ...]) -> int:
    """What is known of each indicator."""
    from duban_archive.words import STATE_WORDS

    wanted = {archive.assessment.indicator(text).id for text in indicators}
    rows = [row for row in archive.assessment.rows() if not wanted or row["indicator"] in wanted]

    def lines() -> Iterable[str]:
        for row in rows:
            states = "、".join(f"{STATE_WORDS[state]} {n}" for state, n in row["states"].items())
            yield f"{'  ' * (row['level'] - 1)}{row['code']} {row['title']}" + (f"({states})" if states else "")
            pad = "  " * row["level"]
            said = [f"自评:{row['claim']}" if row["claim"] else "", f"得分:{row['score']}" if row["score"] else "",
                    f"结论:{row['verdict']}" if row["verdict"] else ""]  # fmt: skip
            yield from (f"{pad}{one}" for one in said if one)
            yield from (f"{pad}{one['figure']} {one['value']}:{one['source']}" for one in row["figures"][:5])
            if row["evidence"]:
                yield f"{pad}佐证 {len(row['evidence'])} 件"
            yield from (f"{pad}问题:{text}" for text in row["problems"])

    answer({"indicators": rows}, lines)
    return DONE


@archive_command("fill", "填上级发的表(docx、xlsx):只填空格,版式不动;没填的逐处说明。")
@click.argument("form", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FORM")
@click.option("--out", type=OutFile(), metavar="F", help="填好的表(默认:输出/自评/原名)")
def fill(archive: Archive, answer: Answer, form: Path, out: Path | None) -> int:
    """Fill an official form in place."""
    done = archive.assessment.fill(form, out or archive.home.output / "自评" / form.name)

    def lines() -> Iterable[str]:
        yield f"已填 {done['filled']} 处:{done['path']}"
        for one in done["left"][:20]:
            yield f"  没有填:{one['where']} {one['indicator']} {one['wants']}(还没有内容)"
        if len(done["left"]) > 20:
            yield f"  ……共 {len(done['left'])} 处没有填(--json 列全部)"
        for words in done["strange"]:
            yield f"  没有认出是哪个指标:{words}"

    answer(done, lines)
    return DONE


@archive_command("forms", "空白文书:迎检方案、会议记录、签到表、整改方案、汇报材料提纲。")
@_OUT
def forms(archive: Archive, answer: Answer, out: Path | None) -> int:
    """Blank papers to start with."""
    paths = archive.assessment.forms(out or archive.home.output / "文书")
    answer({"paths": [str(path) for path in paths]}, lambda: [f"已写成 {path}" for path in paths])
    return DONE


for command in (write, claim, show, fill, forms):
    report.add_command(command)

COMMANDS = (report,)
