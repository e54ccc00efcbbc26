"""The sample archive, made and worked through in one go: what an office does in its first weeks, in a few minutes.

The papers and what must come of them are made in ``demo/``; here the archive does its work on them, and a person of the
sample office decides what the program is not sure of. Nothing here looks at the answers except as that person's mind.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers, founding, words
from duban_archive.archive import Archive
from duban_archive.core.model import Place, Receipt, Standing
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.demo.expected import Cell, Expected
    from duban_archive.reading import Progress

Tell = Callable[[str], None]
Show = Callable[[Iterator["Progress"]], None]


def run(folder: Path, *, tell: Tell, show: Show) -> dict[str, Any]:
    """Build the sample archive in ``folder`` and say what was done; the answer as JSON."""
    from duban_archive.demo import make_papers
    from duban_archive.demo.expected import AS_OF, FILE_NAME, PERSON

    _make_room(folder, FILE_NAME)
    with contextlib.closing(Archive.init(folder, str(founding.sample_schema()), by=PERSON)) as archive:
        archive.today = AS_OF
        expected = make_papers(archive.home.inbox)
        tell(f"一、建好档案文件夹 {archive.home.root},放入 {len(_dropped(expected))} 个样例文件(假设今天是 {AS_OF})。")
        receipts = [one for one in archive.watch(once=True) if isinstance(one, Receipt)]
        counts = answers.count(receipt.outcome.value for receipt in receipts)
        came = ",".join(f"{words.OUTCOME_WORDS[key]} {n}" for key, n in counts.items())
        tell(f"二、收件:{came}。正在读取和识别…")
        show(archive.work())
        sure = _confirm_sure(archive)
        by_hand = _decide(archive, expected)
        tell(f"三、归类:程序有把握的 {sure} 条,资料员点头确认;另有 {by_hand} 条由资料员指明。")
        gaps = answers.gaps(archive.index, archive.gaps(), archive.today)
        done, total = gaps["summary"].get("complete", 0), len(gaps["slots"])
        tell(f"四、查缺:应收 {total} 份,已齐 {done} 份,还缺 {total - done} 份(duban gaps 看明细)。")
        found = archive.search("控辍保学", limit=None)
        tell(f"五、查找“控辍保学”:{found['total']} 处,扫描页、Word、表格行都能找到。")
        bound = archive.printing.bind()
        for binder in bound["binders"]:
            sound = "自查通过" if binder["verdict"]["ok"] else "自查有问题,见上"
            tell(f"六、装订:{binder['path']},{len(binder['volumes'])} 卷 {binder['pages']} 页,{sound}。")
        proof = archive.verify()
        tell(f"七、核对:原件 {proof['originals']} 份{'全部无误' if proof['ok'] else '有问题,运行 duban verify 查看'}。")
        status = archive.status()
        tell(_where_to_look(archive))
        return {
            "home": str(archive.home.root),
            "as_of": AS_OF,
            "receipts": counts,
            "confirmed_sure": sure,
            "confirmed_by_hand": by_hand,
            "status": status,
            "gaps": gaps["summary"],
            "search": found["total"],
            "binders": bound["binders"],
            "verify": proof,
        }


def _make_room(folder: Path, marker: str) -> None:
    """An earlier demo is replaced; any other folder with something in it is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not ((folder / ".duban").is_dir() and (folder / marker).is_file()):
            raise UsageError(f"“{folder}”里已有别的东西,样例不会覆盖它。", "请换一个文件夹名,例如 duban demo 样例。")
        shutil.rmtree(folder, onerror=_writable_first)


def _writable_first(function: Callable[[str], Any], path: str, _fault: object) -> None:
    Path(path).chmod(0o700)  # stored originals are read-only, which stops Windows from removing them
    function(path)


def _dropped(expected: Expected) -> list[str]:
    return [one.path for one in expected.files if not one.member]


def _confirm_sure(archive: Archive) -> int:
    count = 0
    for record in archive.records():
        if any(f.sure and f.standing is Standing.PROPOSED for f in record.filings):
            count += len(archive.deciding.confirm(record.id))
    return count


def _decide(archive: Archive, expected: Expected) -> int:
    """What the sample office's person decides: join, register, mark final, file what was not sure, send one back."""
    records = _records_by_path(archive)
    for pages in expected.decisions.merge:
        made = archive.deciding.merge([records[path, ""] for path in pages])
        records |= {(path, ""): made for path in pages}
    for final, others in expected.decisions.final:
        archive.deciding.mark_final(records[final, ""], [records[other, ""] for other in others])
    count = 0
    for paper in expected.decisions.register:
        place = Place(
            where=paper.where, form=paper.form, quantity=paper.quantity, pages=paper.pages, keeper=paper.keeper
        )  # fmt: skip
        id = archive.deciding.register(paper.title, place, unit=paper.unit, kind=paper.kind)
        count += _file(archive, id, paper.slots)
    for one in expected.files:
        if (one.path, one.member) in records and one.slots:
            count += _file(archive, records[one.path, one.member], one.slots)
    for back in expected.decisions.send_back:
        archive.deciding.send_back(records[back.path, ""], reason=back.reason, due=back.due, of=back.slot.requirement)
    return count


def _file(archive: Archive, id: int, slots: tuple[Cell, ...]) -> int:
    done = {
        (f.requirement, f.unit, f.period)
        for f in archive.catalogue.record(id).filings
        if f.standing is Standing.CONFIRMED
    }
    left = [slot for slot in slots if (slot.requirement, slot.unit, slot.period) not in done]
    for slot in left:
        archive.deciding.confirm(id, to=slot.requirement, unit=slot.unit, period=slot.period)
    return len(left)


def _records_by_path(archive: Archive) -> dict[tuple[str, str], int]:
    """(path below the inbox, member) → record."""
    inbox = archive.home.inbox
    found: dict[tuple[str, str], int] = {}
    for row in archive.catalogue.files():
        if row["record"] is None or row["state"] == "duplicate":
            continue
        path = Path(row["path"])
        if path.is_relative_to(inbox):
            found[path.relative_to(inbox).as_posix(), ""] = row["record"]
        else:
            found |= {(carrier, member): row["record"] for carrier, member in _inside(row["path"])}
    return found


def _inside(path: str) -> Iterator[tuple[str, str]]:
    """Every way to cut a member's path into its carrier and its name inside."""
    parts = path.split("/")
    for cut in range(1, len(parts)):
        yield "/".join(parts[:cut]), "/".join(parts[cut:])


def _where_to_look(archive: Archive) -> str:
    root = archive.home.root
    return (
        f"\n请看:\n  {archive.home.output}  合订本、封面、脊背\n  {archive.home.kept}  收过的文件\n"
        f"  {root / '应有结果.json'}  样例里埋了什么、应当查出什么\n"
        f"再试:\n  duban gaps --home {root}\n  duban search 控辍保学 --home {root}\n  duban triage --home {root}"
    )
