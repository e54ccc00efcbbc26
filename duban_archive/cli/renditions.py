"""The command that makes renditions now rather than while the watch is idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban_archive.cli import progress
from duban_archive.cli.frame import DONE, Answer, archive_command

if TYPE_CHECKING:
    from duban_archive.archive import Archive


@archive_command("renditions", "把还没有 PDF 版式的都转好(watch 空闲时会自己做);随时可停,下次接着做。")
def renditions(archive: Archive, answer: Answer) -> int:
    """Make all renditions that are missing."""
    wanted = archive.renditions.missing()
    progress.show(archive.renditions.make(), quiet=answer.as_json)
    made = [(part, archive.renditions.of(part)) for part in wanted]
    failed = [
        {"file_name": part.file_name, "why": one.notes[0].text if one and one.notes else "没有转成"}
        for part, one in made
        if one is None or one.path is None
    ]
    document = {"made": len(made) - len(failed), "failed": failed}

    def lines() -> list[str]:
        if not made:
            return ["PDF 版式都已备好。"]
        return [f"转好 {document['made']} 份 PDF 版式,{len(failed)} 份没有转成。", *(
            f"  {one['file_name']}:{one['why']}" for one in failed
        )]  # fmt: skip

    answer(document, lines)
    return DONE


COMMANDS = (renditions,)
