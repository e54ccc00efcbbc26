"""Watching all day: what is dropped is taken in and read, and nothing that passes ends the watch.

A full disk, a share that is cut off, a stick that is pulled out, a catalogue that another program holds: each is told
once, waited out, and what was interrupted is taken up again. What does not pass (a damaged catalogue) ends it.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from duban_archive.adapters.inbox import UNPLUGGED
from duban_archive.adapters.store import why_unreadable
from duban_archive.adapters.watcher import Notice, why_poll
from duban_archive.core.model import Receipt
from duban_archive.errors import DamagedArchive, DubanError, MissingTool, UsageError
from duban_archive.reading import Progress

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_PASSING = UNPLUGGED | {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.ENOENT, errno.EACCES, errno.EPERM}
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 60.0
_CALM = 3  # rounds without trouble until it is over: in the first one nothing may have been tried yet


def keep_watch(
    archive: Archive, *, poll: bool = False, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Receipt | Progress | Notice]:
    """Take in and read, for ever: receipts, progress of reading, and notices about the whole."""
    if not poll and (why := why_poll(archive.home.inbox)):
        yield Notice(why)
        poll = True
    told, wait, calm = "", _FIRST_WAIT, 0
    while True:
        try:
            for one in archive.watch(poll=poll):
                if one is not None:
                    calm += _CALM if isinstance(one, Receipt) and one.record is not None else 0
                    yield one
                    continue
                yield from archive.work()
                yield from archive.arrived
                archive.arrived.clear()
                calm += 1
                if told and calm >= _CALM:
                    yield Notice("现在又可以了,接着收")
                    told, wait = "", _FIRST_WAIT
        except (DubanError, OSError) as fault:
            if not _passes(archive, fault):
                raise
            why, calm = _sentence(fault), 0
            if why != told:
                yield Notice(why, away=True)
                told = why
            archive.let_go()
            sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


def _passes(archive: Archive, fault: DubanError | OSError) -> bool:
    """Whether the trouble may end by itself, or by somebody freeing room or plugging the disk in again."""
    if isinstance(fault, OSError):
        return fault.errno in _PASSING
    if isinstance(fault, DamagedArchive):
        return not archive.home.hidden.is_dir()  # the whole archive is away: its stick was pulled out
    return not isinstance(fault, UsageError | MissingTool)


def _sentence(fault: DubanError | OSError) -> str:
    if isinstance(fault, DubanError):
        return f"{fault.message}好了以后会自动接着收。"
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return "磁盘已满。已收下的都在;腾出空间后会自动接着收。"
    return f"{why_unreadable(fault)}。已收下的都在;好了以后会自动接着收。"
