"""Progress of long steps: a bar on a terminal, a line now and then in a log; never on standard output."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duban_archive.reading import Progress

_EVERY = 5.0  # seconds between lines of a log


def show(steps: Iterable[Progress], *, quiet: bool = False) -> None:
    """Run ``steps`` to their end, showing how far they are."""
    tell = shower(quiet=quiet)
    for step in steps:
        tell(step)
    tell(None)


def shower(*, quiet: bool = False) -> Callable[[Progress | None], None]:
    """``tell(step)`` shows how far a step is; ``tell(None)`` clears the line after the last one."""
    terminal = sys.stderr.isatty() and not quiet
    last, shown, width = [time.monotonic()], [False], 24

    def tell(step: Progress | None) -> None:
        if quiet or (step is None and not shown[0]):
            return
        if step is None:
            sys.stderr.write("\r\033[K")
            shown[0] = False
        elif terminal:
            full = width * step.done // max(1, step.total)
            sys.stderr.write(f"\r{step.what} [{'█' * full}{'·' * (width - full)}] {step.done}/{step.total} ")
            shown[0] = True
        elif time.monotonic() - last[0] > _EVERY or step.done >= step.total > 1:
            sys.stderr.write(f"{step.what} {step.done}/{step.total}\n")
            last[0] = time.monotonic()
        sys.stderr.flush()

    return tell


def counter(what: str, *, quiet: bool = False) -> Callable[[int, int], None]:
    """``tell(done, total)`` for a step that reports by calling."""
    started = time.monotonic()
    last = [started]

    def tell(done: int, total: int) -> None:
        now = time.monotonic()
        if quiet or (not sys.stderr.isatty() and now - last[0] < _EVERY):
            return
        last[0] = now
        end = "\r" if sys.stderr.isatty() and done < total else "\n"
        sys.stderr.write(f"\r{what} {done}/{total}{end}" if sys.stderr.isatty() else f"{what} {done}/{total}\n")
        sys.stderr.flush()

    return tell


def teller(*, quiet: bool = False) -> Callable[[Progress], None]:
    """``tell(progress)`` for work that reports several steps by calling."""
    counters: dict[str, Callable[[int, int], None]] = {}

    def tell(step: Progress) -> None:
        if step.what not in counters:
            counters[step.what] = counter(step.what, quiet=quiet)
        counters[step.what](step.done, step.total)

    return tell
