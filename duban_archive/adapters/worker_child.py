"""The worker's own side: a process that takes calls from its parent, does them, and answers; it never outlives it.

Nothing heavy is imported here: a call names the module that it needs.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import struct
import sys
import threading
from dataclasses import dataclass
from typing import IO, Any, Literal

FaultKind = Literal["time", "memory", "crash", "error"]


_LENGTH = struct.Struct("<Q")
_GRACE_SECONDS = 5.0  # the child's own alarm comes this much later than its parent's


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a call has no value; ``text`` is for the log, not for the office."""

    kind: FaultKind
    text: str


def send(pipe: IO[bytes], frame: bytes) -> None:
    """Write one frame: its length, then its bytes."""
    pipe.write(_LENGTH.pack(len(frame)))
    pipe.write(frame)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """Read one frame; ``EOFError`` when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    frame = pipe.read(length)
    if len(frame) < length:
        raise EOFError
    return frame


def serve(memory_mb: int) -> None:
    """The child's life: take a call, do it, answer; end when the parent is gone."""
    frames_in, frames_out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):  # what native libraries print must not reach the frames, nor the office's terminal
        os.dup2(null, number)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    _limit(memory_mb)
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(frames_in, inbox), daemon=True).start()
    send(frames_out, b"ready")
    spent = False
    while not spent:
        frame = inbox.get()
        fault, value, spent = _answer(frame)
        try:
            packed = pickle.dumps((fault, value, spent), pickle.HIGHEST_PROTOCOL)
        except BaseException as error:
            packed = pickle.dumps((fault_of(error), None, spent), pickle.HIGHEST_PROTOCOL)
        del frame, value
        send(frames_out, packed)
    os._exit(0)  # not sys.exit: a poisoned library's own clean-up may hang


def _listen(frames: IO[bytes], inbox: queue.SimpleQueue[bytes]) -> None:
    with contextlib.suppress(EOFError, OSError):
        while True:
            inbox.put(receive(frames))
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)  # with whatever a call has started
    os._exit(1)


def _answer(frame: bytes) -> tuple[Fault | None, Any, bool]:
    try:
        target, kwargs, seconds = pickle.loads(frame)
        if sys.platform != "win32":
            # should the parent have died, or a library hold the interpreter: the kernel ends this process
            signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_SECONDS)
        return None, _function(target)(**kwargs), False
    except BaseException as error:
        fault = fault_of(error)
        return fault, None, fault.kind != "error"
    finally:
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0)


def _function(target: str) -> Any:
    import importlib

    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def fault_of(error: BaseException) -> Fault:
    """What an exception is to the pool."""
    kind: FaultKind = (
        "error" if isinstance(error, Exception) else "crash"
    )  # a Rust panic and sys.exit are no Exceptions
    if isinstance(error, MemoryError):
        kind = "memory"
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:
        text = type(error).__name__
    return Fault(kind=kind, text=text[:500])


def _limit(memory_mb: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # RLIMIT_DATA counts private writable memory on Linux; RLIMIT_AS would count mapped fonts and libraries too
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (memory_mb << 20, resource.getrlimit(kind)[1]))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:  # noqa: PTH123 -- pathlib is not worth its import here
        score.write("500")  # a machine short of memory should take a worker, not its parent
