"""Everything that may stop a command, as a tree; each leaf knows its exit code and says what to do next.

::

    DubanError 1
    ├── UsageError 2          wrong use: an id that is not there, an option that does not fit
    │   └── ChecklistError 2  every problem of a checklist, with line numbers
    ├── MissingTool 3         a tool is missing, and how to install it
    ├── DamagedArchive 4      a broken "must": which file, and what is safe
    ├── DiskFull 1            nothing was lost; free some space and run again
    └── ReadOnly 1            the archive folder cannot be written: it can be looked into, nothing else

Exit 5, "done in part", is not an error: a run that refused some input reports it in its receipts.
A fault of one file among many is a value (``Receipt``, ``Note``), never an exception across the loop's edge.
"""

from __future__ import annotations


class DubanError(Exception):
    """Something stopped the command; ``message`` says what happened, ``advice`` what to do next (both Chinese)."""

    exit_code = 1
    code = "failed"

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class UsageError(DubanError):
    """The command was used wrongly: nothing was changed."""

    exit_code = 2
    code = "usage"


class ChecklistError(UsageError):
    """A checklist has problems; ``problems`` lists every one of them, each with its place."""

    code = "checklist"

    def __init__(self, where: str, problems: tuple[str, ...]) -> None:
        count = len(problems)
        super().__init__(
            f"{where} 有 {count} 处问题:\n" + "\n".join(f"  {p}" for p in problems),
            "档案未作任何改动。请按行号逐处改正后再试。",
        )
        self.problems = problems


class MissingTool(DubanError):
    """A program that this step needs is not on this machine."""

    exit_code = 3
    code = "missing_tool"


class DamagedArchive(DubanError):
    """A "must" of the archive is broken."""

    exit_code = 4
    code = "damaged"


class DiskFull(DubanError):
    """There is no room left; what was kept before is safe."""

    code = "disk_full"


class ReadOnly(DubanError):
    """The archive folder cannot be written: a locked stick, a disc, a folder without the right to."""

    code = "read_only"

    def __init__(self) -> None:
        super().__init__(
            "这个档案文件夹现在只能看,不能写(磁盘写保护、光盘,或没有写的权限)。",
            "查找、缺项、清单、核对都能用。要收文件或作决定,请先去掉写保护,或用 duban restore 从备份恢复到能写的地方。",
        )
