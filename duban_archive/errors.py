"""Everything that may stop a command, as a tree; each leaf knows its exit code and says what to do next.

::

    DubanError 1
    ├── UsageError 2          wrong use: an id that is not there, an option that does not fit
    │   └── ChecklistError 2  every problem of a checklist, with line numbers
    ├── MissingTool 3         a tool is missing, and how to install it
    ├── DamagedArchive 4      a broken "must": which file, and what is safe
    └── DiskFull 1            nothing was lost; free some space and run again

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
