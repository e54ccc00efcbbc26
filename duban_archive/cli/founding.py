"""Commands that make archives: init, demo, checklists, checklist."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import Answer, archive_command


@click.command("init", help="新建一个档案文件夹 DIR,按指标体系 ID 建好各处。")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--checklist", required=True, metavar="ID", help="指标体系的编号或文件(duban checklists 列出现成的)")
@click.option("--base-year", type=click.IntRange(1990, 2100), metavar="N", help="基准年:“近三年”从这一年往前数")
@click.option("--by", metavar="WHO", default="", help="谁在操作(默认:本机账户名)")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def init(folder: Path, checklist: str, base_year: int | None, by: str, as_json: bool) -> None:
    """Make an archive folder."""
    from duban_archive.archive import Archive

    archive = Archive.init(folder, checklist, base_year=base_year, by=by)
    try:
        slots = archive.slots()
        document = {
            "home": str(archive.home.root),
            "checklist": archive.checklist.id,
            "title": archive.checklist.title,
            "base_year": archive.checklist.base_year,
            "requirements": len(archive.checklist.requirements),
            "slots": len(slots),
        }
        Answer(as_json)(document, lambda: [
            f"已建好档案文件夹:{archive.home.root}",
            f"指标体系:{archive.checklist.title}({archive.checklist.id},基准年 {archive.checklist.base_year})",
            f"共 {document['requirements']} 项材料要求,应收 {document['slots']} 份。",
            "下一步:按本单位情况修改 archive_schema.yaml 里的单位,把文件放进“收件箱”,再运行 duban watch --once。",
        ])  # fmt: skip
    finally:
        archive.close()


@click.command("demo", help="做一个完整的样例档案(默认放在 demo/),看督档能做什么。")
@click.argument("folder", metavar="[DIR]", default="demo", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def demo(folder: Path, as_json: bool) -> None:
    """Build the sample archive in one go."""
    from duban_archive import demonstration

    answer = Answer(as_json)
    document = demonstration.run(
        folder, tell=answer.tell, show=lambda steps: progress.show(steps, quiet=answer.as_json)
    )  # fmt: skip
    answer(document, lambda: ())


@click.command("checklists", help="列出现成的指标体系。")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def checklists(as_json: bool) -> None:
    """List the bundled checklists."""
    from duban_archive.adapters import checklist_file

    found = checklist_file.bundled()
    rows = [
        {
            "id": one.id,
            "title": one.title,
            "indicators": one.indicators,
            "requirements": one.requirements,
            "verified": one.verified,
        }
        for one in found
    ]
    words = {"verified": "已核对", "partly": "部分核对(示例)", "from_memory": "未核对(示例)"}

    def lines() -> Iterable[str]:
        for one in found:
            size = f"{one.indicators} 个指标,{one.requirements} 项材料"
            yield f"{one.id:<10} {one.title}({size};{words.get(one.verified, '')})"

    Answer(as_json)({"checklists": rows}, lines)


@click.group("checklist", help="查看、检查、导入导出、比较、升级指标体系。")
def checklist() -> None:
    """The checklist's own commands."""


@checklist.command("show", help="显示一套指标体系(编号或文件)的全部内容。")
@click.argument("which", metavar="ID-or-FILE")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def show(which: str, as_json: bool) -> None:
    """Show the whole resolved checklist."""
    import dataclasses

    from duban_archive.adapters import checklist_file
    from duban_archive.core.checklist import Index

    loaded = checklist_file.load(which)
    index = Index(loaded)

    def lines() -> list[str]:
        out = [f"{loaded.title}({loaded.id} {loaded.version},基准年 {loaded.base_year})"]
        for indicator in loaded.indicators:
            out.append(f"{indicator.code}  {indicator.title}")
            out += [
                f"    {index.code_of(r.id)}  {r.title}  [{'、'.join(r.units) or '—'};{'、'.join(r.periods)}]"
                for r in loaded.requirements
                if r.indicator == indicator.id
            ]
        return out

    Answer(as_json)(dataclasses.asdict(loaded), lines)


@checklist.command("check", help="检查一套指标体系:列出全部问题和行号。")
@click.argument("which", metavar="ID-or-FILE")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def check(which: str, as_json: bool) -> None:
    """Check a checklist; every problem at once."""
    from duban_archive.adapters import checklist_file

    loaded = checklist_file.load(which)
    document = {"ok": True, "id": loaded.id, "requirements": len(loaded.requirements), "problems": []}
    Answer(as_json)(document, lambda: [f"没有问题:{loaded.title},{len(loaded.requirements)} 项材料要求。"])


COMMANDS = (demo, checklists, checklist, init)

__all__ = ["COMMANDS", "archive_command"]
