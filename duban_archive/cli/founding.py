"""Commands that make archives: init, demo, checklists, checklist."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, IN_PART, Answer, OutFile, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive


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
        slots = archive.slots
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


@archive_command("export", "把指标体系导出成 Excel,改好再导入。不写 --checklist 就导出本档案的。")
@click.argument("target", metavar="X.xlsx", type=OutFile())
@click.option("--checklist", "which", default="", metavar="ID", help="导出哪一套(编号或文件)")
def export(archive: Archive, answer: Answer, target: Path, which: str) -> None:
    """Export to a workbook."""
    from duban_archive.adapters import checklist_file, workbook

    workbook.write(checklist_file.standalone(which or archive.home.schema), target)
    answer({"path": str(target)}, lambda: [f"已导出:{target}。改好后用 duban checklist import {target.name} 导入。"])


@click.command("import", help="把 Excel 或 Word 里的指标表读成指标体系文件;拿不准的列出来问,不猜。")
@click.argument("source", metavar="X.xlsx|.docx", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="写到哪里(默认:同名 .yaml)"
)
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def import_table(source: Path, out: Path | None, as_json: bool) -> int:
    """Read an office's table as a checklist."""
    from duban_archive.adapters import checklist_import, checklist_yaml

    found = checklist_import.read(source)
    target = out or source.with_suffix(".yaml")
    if target.exists() and out is None:
        raise click.UsageError(f"{target.name} 已经有了,请用 --out 另写一个文件名")
    target.write_text(checklist_yaml.write(found.draft), encoding="utf-8")
    questions = [str(question) for question in found.questions]
    Answer(as_json)({"path": str(target), "questions": questions}, lambda: [
        f"已读成 {target}。",
        *(f"请定:{question}" for question in questions),
        f"下一步:duban checklist check {target} 检查,再用 duban init 或 checklist upgrade 使用。",
    ])  # fmt: skip
    return IN_PART if questions else DONE


@checklist.command("diff", help="比较两套指标体系:新增、修改、移动、拆分、合并、停用。")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON")
def diff(old: str, new: str, as_json: bool) -> None:
    """Compare two checklists."""
    from duban_archive.adapters import checklist_file
    from duban_archive.core.plainjson import to_json
    from duban_archive.core.upgrade import differences

    changes = differences(checklist_file.load(old), checklist_file.load(new))
    document = {"changes": [{**to_json(change), "text": change.say()} for change in changes]}
    Answer(as_json)(document, lambda: [change.say() for change in changes] or ["两套没有差别。"])


@archive_command("upgrade", "改了指标体系后:先看会怎样(默认),加 --apply 生效;归好的材料跟着走,一件不删。")
@click.argument("new", metavar="[NEW]", default="")
@click.option("--base-year", type=click.IntRange(1990, 2100), metavar="N", help="换基准年(下一轮迎检)")
@click.option("--apply", "do_it", is_flag=True, help="生效(可用 undo 撤回)")
def upgrade(archive: Archive, answer: Answer, new: str, base_year: int | None, do_it: bool) -> None:
    """Upgrade to a changed or another checklist."""
    from duban_archive import upgrading
    from duban_archive.core.upgrade import next_round

    target = upgrading.load(archive, new)
    if base_year and do_it and not new:
        upgrading.set_base_year(archive, base_year)
        target = upgrading.load(archive, "")
    elif base_year:
        target = next_round(target, base_year)
    done = upgrading.apply(archive, target, new, by=archive.by) if do_it else upgrading.dry_run(archive, target)

    def lines() -> Iterable[str]:
        yield from (change.say() for change in done.changes)
        yield f"应收项:新开 {len(done.opened)},关闭 {len(done.closed)}。"
        yield f"归好的材料:原地不动 {done.staying},跟着移动 {len(done.moved)},往年留存 {len(done.past)}。"
        for lost in done.tray:
            yield f"待重新归类:{lost.filing.record} 号件({lost.why})"
        yield "已生效;可用 duban undo 撤回。" if do_it else "这只是预览,什么都没有改;加 --apply 生效。"

    answer({**upgrading.as_json(done), "applied": do_it}, lines)


@archive_command("set-na", "标明某项不适用(写明原因),立即生效。")
@click.argument("requirement", metavar="REQ")
@click.option("--unit", default="", metavar="U", help="只对一个单位")
@click.option("--period", default="", metavar="P", help="只对一个期间")
@click.option("--reason", required=True, metavar="R", help="原因")
def set_na(archive: Archive, answer: Answer, requirement: str, unit: str, period: str, reason: str) -> None:
    """Mark a requirement as not applicable."""
    from duban_archive import upgrading

    upgrading.set_not_applicable(archive, requirement, reason=reason, unit=unit, period=period, by=archive.by)
    answer({"requirement": archive.requirement(requirement)}, lambda: [f"已标明 {requirement} 不适用:{reason}。"])


for command in (export, import_table, upgrade, set_na):
    checklist.add_command(command)

COMMANDS = (demo, checklists, checklist, init)
