"""Killable worker processes: untrusted files are read, OCRed and converted here, never in the main process.

::

    run(calls) ──▶ waiting ──▶ lane (a thread) ──frames──▶ child process: module.function(**kwargs)
        ▲                        │    watch (a thread) kills what overruns its time or memory
        └──────── Done ◀─────────┘    a child that died, or has served its share, is replaced

A call can fail in four ways, and each is a value (`Fault`), never an exception: it overran its ``time``, ate the
``memory``, the process ``crash``ed (a signal, a Rust panic, ``sys.exit``), or the function raised an ``error``.

Why not multiprocessing: a spawned child imports the parent's main module again, cannot be killed with its own
children, and a broken pool stays broken. Here a child imports this file and what the call names, nothing else.
A child leads its own process group, so that killing it takes its children (LibreOffice) with it; it does not see
Ctrl-C; and it ends itself when the pipe from its parent breaks, so a killed parent leaves no orphans.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.worker_child import Fault, FaultKind, fault_of, receive, send

if TYPE_CHECKING:
    import subprocess
    from types import TracebackType

__all__ = ["Call", "Done", "Fault", "FaultKind", "Pool"]

_BOOT_SECONDS = 120.0  # an interpreter that has not answered by then never will, even on a busy old machine
_WATCH_EVERY = 0.1
_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from duban_archive.adapters.worker_child import serve; serve(int(sys.argv[2]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Work for a worker: ``target`` is ``"module:function"``, called with ``kwargs``, given ``seconds`` of wall time.

    ``key`` comes back in the `Done`; arguments and values must be picklable.
    """

    key: Any
    target: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The end of a call: its value, or its fault."""

    key: Any
    value: Any = None
    fault: Fault | None = None


class Pool:
    """A few worker processes, used by any number of `run`\\ s at once; a context manager.

    ``memory_mb``: private memory that a worker may hold; ``recycle``: calls after which a worker is replaced by a
    fresh one, since native libraries leak.
    """

    def __init__(self, workers: int = 2, memory_mb: int = 2048, recycle: int = 200) -> None:
        self._memory_mb = memory_mb
        self._recycle = recycle
        self._waiting: queue.SimpleQueue[_Errand | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._window = 3 * max(1, workers)
        self._lanes = [_Lane(self._waiting, memory_mb, recycle, self._closed) for _ in range(max(1, workers))]
        self._watch = threading.Thread(target=self._watch_children, name="worker-watch", daemon=True)
        self._started = False
        self._starting = threading.Lock()

    def run(self, calls: Iterable[Call]) -> Iterator[Done]:
        """Do the calls and yield each end as it comes, in no order.

        ``calls`` is taken from lazily, only a few ahead of what is being done; it should not block. Stopping early is
        allowed: what was begun ends unseen, what was not begun is dropped.
        """
        self._start()
        ends: queue.SimpleQueue[Done] = queue.SimpleQueue()
        stopped = threading.Event()
        pending = 0
        coming = iter(calls)
        more = True
        try:
            while more or pending:
                while more and pending < self._window:
                    try:
                        call = next(coming)
                    except StopIteration:
                        more = False
                    else:
                        self._waiting.put(_Errand(call, ends, stopped))
                        pending += 1
                    if not ends.empty():
                        break
                if not pending:
                    continue
                done = self._next_end(ends)
                pending -= 1
                yield done
        finally:
            stopped.set()

    def close(self) -> None:
        """End the workers at once, whatever they do."""
        self._closed.set()
        for lane in self._lanes:
            lane.kill_child("crash", "the pool was closed")
            self._waiting.put(None)
        if self._started:
            for lane in self._lanes:
                lane.join(timeout=10)
            self._watch.join(timeout=10)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _start(self) -> None:
        with self._starting:
            if self._closed.is_set():
                raise RuntimeError("this pool is closed")
            if not self._started:
                self._started = True
                self._watch.start()
                for lane in self._lanes:
                    lane.start()

    def _next_end(self, ends: queue.SimpleQueue[Done]) -> Done:
        while True:
            # a time-out only so that Ctrl-C is noticed on Windows, and a pool closed by another thread everywhere
            with contextlib.suppress(queue.Empty):
                return ends.get(timeout=1.0)
            if self._closed.is_set() and ends.empty():
                raise RuntimeError("this pool was closed while it was in use")

    def _watch_children(self) -> None:
        while not self._closed.wait(_WATCH_EVERY):
            for lane in self._lanes:
                lane.check(self._memory_mb)


@dataclass(frozen=True, slots=True)
class _Errand:
    call: Call
    ends: queue.SimpleQueue[Done]
    stopped: threading.Event


class _Lane(threading.Thread):
    """Takes calls one by one and has its child do them; replaces the child when it is gone or used up."""

    def __init__(
        self, waiting: queue.SimpleQueue[_Errand | None], memory_mb: int, recycle: int, closed: threading.Event
    ) -> None:
        super().__init__(name="worker-lane", daemon=True)
        self._waiting = waiting
        self._memory_mb = memory_mb
        self._recycle = recycle
        self._closed = closed
        self._child: _Child | None = None
        self._lock = threading.Lock()

    def run(self) -> None:
        """Serve until a ``None`` comes."""
        while (errand := self._waiting.get()) is not None:
            if not errand.stopped.is_set():
                errand.ends.put(self._do(errand.call))
        self._drop_child()

    def check(self, memory_mb: int) -> None:
        """Kill the child if it overran its time or its memory."""
        with self._lock:
            if self._child is not None:
                self._child.check(memory_mb)

    def kill_child(self, kind: FaultKind, why: str) -> None:
        """Kill the child now."""
        with self._lock:
            if self._child is not None:
                self._child.kill(kind, why)

    def _do(self, call: Call) -> Done:
        try:
            frame = pickle.dumps((call.target, dict(call.kwargs), call.seconds), pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            return Done(key=call.key, fault=fault_of(error))
        child = None
        try:
            child = self._ready_child()
            fault, value, spent = child.do(frame, call.seconds)
        except Exception as error:  # the pipe broke: the child is gone
            fault, value, spent = self._why_gone(child, error), None, True
        if spent or (child is not None and child.served >= self._recycle):
            self._drop_child()
        return Done(key=call.key, value=value, fault=fault)

    def _ready_child(self) -> _Child:
        if self._child is not None and not self._child.usable:
            self._drop_child()
        if self._child is None:
            child = _Child(self._memory_mb)
            with self._lock:
                self._child = child
                if self._closed.is_set():  # closed while the child was being started
                    child.kill("crash", "the pool was closed")
            child.wait_until_ready()
        return self._child

    def _drop_child(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.end()

    def _why_gone(self, child: _Child | None, error: Exception) -> Fault:
        child = child or self._child
        if child is None:
            return Fault(kind="crash", text=f"no worker could be started: {type(error).__name__}: {error}")
        child.end()
        return child.verdict or Fault(kind="crash", text=f"the worker ended with code {child.process.returncode}")


class _Child:
    """One worker process, seen from its parent: a pipe to it, a pipe from it, and the time by which it must answer."""

    def __init__(self, memory_mb: int) -> None:
        self.process = _spawn(memory_mb)
        self.served = 0
        self.verdict: Fault | None = None
        self._began = time.monotonic()
        self._seconds: float | None = _BOOT_SECONDS
        self._tree_seen = self._began
        self._lock = threading.Lock()

    @property
    def usable(self) -> bool:
        return self.verdict is None and self.process.poll() is None

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        receive(self.process.stdout)
        self._rest()

    def do(self, frame: bytes, seconds: float) -> tuple[Fault | None, Any, bool]:
        """The fault, or None; the value; and whether the child must not be used again."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._lock:
            self._began, self._seconds = time.monotonic(), seconds
            self._tree_seen = self._began
        send(self.process.stdin, frame)
        answer = pickle.loads(receive(self.process.stdout))
        self._rest()
        self.served += 1
        fault, value, spent = answer
        return fault, value, spent or self.verdict is not None

    def check(self, memory_mb: int) -> None:
        with self._lock:
            if self._seconds is None:
                return
            now = time.monotonic()
            if now - self._began > self._seconds:
                self._kill("time", f"no answer within {self._seconds:g} s")
            elif now - self._began > 0.3:
                whole_tree = now - self._tree_seen > 1.0  # listing all processes is dear
                if whole_tree:
                    self._tree_seen = now
                held = _resident_mb(self.process.pid, whole_tree)
                if held > memory_mb * 1.1:  # a little above the limit that the child set itself
                    self._kill("memory", f"{held} MB held, {memory_mb} allowed")

    def kill(self, kind: FaultKind, why: str) -> None:
        with self._lock:
            self._kill(kind, why)

    def end(self) -> None:
        """Let it go: a broken pipe ends an idle child; whatever is left is killed."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        _kill_group(self.process)
        self.process.wait()

    def _rest(self) -> None:
        with self._lock:
            self._seconds = None

    def _kill(self, kind: FaultKind, why: str) -> None:
        if self.verdict is None:
            self.verdict = Fault(kind=kind, text=why)
        _kill_group(self.process)


def _spawn(memory_mb: int) -> subprocess.Popen[bytes]:
    import json
    import subprocess

    options: dict[str, Any] = {}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    else:
        options["start_new_session"] = True
    command = [sys.executable, "-W", "ignore", "-X", "utf8", "-c", _BOOT, json.dumps(sys.path), str(memory_mb)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options
    )


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and what it started. Its group outlives it, so this also sweeps up after one that died."""
    if sys.platform == "win32":
        import psutil

        with contextlib.suppress(psutil.Error):
            for grandchild in psutil.Process(process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    grandchild.kill()
        with contextlib.suppress(OSError):
            process.kill()
    elif process.returncode is None:  # not reaped yet, so the number is still its own
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


def _resident_mb(pid: int, whole_tree: bool) -> int:
    import psutil

    held = 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        held = process.memory_info().rss
        if whole_tree:
            for grandchild in process.children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    held += grandchild.memory_info().rss
    return int(held >> 20)
