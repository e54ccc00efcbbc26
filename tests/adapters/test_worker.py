"""The worker pool: whatever a call does, it ends as a value, and the pool goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from duban_archive.adapters.worker import Call, Done, Pool

HERE = __name__
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups are POSIX")


# --- what the calls do, in the child -------------------------------------------------------------------------


def double(number: int) -> int:
    return 2 * number


def process_id() -> int:
    return os.getpid()


def raise_error() -> None:
    raise ValueError("坏文件")


def raise_panic() -> None:
    class PanicError(BaseException):
        pass

    raise PanicError("a Rust panic")


def leave() -> None:
    sys.exit(3)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    while True:
        time.sleep(60)


def hang_in_native_code() -> None:
    import re

    re.match(r"(a+)+$", "a" * 64 + "b")  # the interpreter is not left until this ends, which is never


def eat_memory() -> int:
    held = []
    while True:
        held.append(bytearray(16 << 20))


def start_a_child(note: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(note).write_text(str(child.pid), encoding="ascii")
    hang()


def make_noise() -> str:
    print("noise on standard output", flush=True)
    os.write(1, b"native noise\n")
    os.write(2, b"native noise\n")
    return "quiet"


def answer_unpicklable() -> object:
    return lambda: None


def big(size: int) -> bytes:
    return b"x" * size


# --- facts ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(workers=2, memory_mb=512, recycle=50) as pool:
        yield pool


def one(pool: Pool, name: str, seconds: float = 60.0, **kwargs: object) -> Done:
    (done,) = pool.run([Call(key=name, target=f"{HERE}:{name}", kwargs=kwargs, seconds=seconds)])
    assert done.key == name
    return done


def still_works(pool: Pool) -> bool:
    return one(pool, "double", number=21).value == 42


def gone(pid: int) -> bool:
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_every_call_ends_once(pool: Pool) -> None:
    calls = (Call(key=n, target=f"{HERE}:double", kwargs={"number": n}) for n in range(300))
    done = {end.key: end.value for end in pool.run(calls)}
    assert done == {n: 2 * n for n in range(300)}


def test_calls_run_in_other_processes_and_both_are_used(pool: Pool) -> None:
    pids = {done.value for done in pool.run(Call(key=n, target=f"{HERE}:process_id") for n in range(200))}
    assert os.getpid() not in pids
    assert len(pids) >= 2


def test_a_raised_error_is_a_value(pool: Pool) -> None:
    fault = one(pool, "raise_error").fault
    assert fault is not None
    assert (fault.kind, fault.text) == ("error", "ValueError: 坏文件")
    assert still_works(pool)


@pytest.mark.parametrize("name", ["raise_panic", "leave", "kill_itself"])
def test_a_dead_worker_is_a_crash_and_is_replaced(pool: Pool, name: str) -> None:
    fault = one(pool, name).fault
    assert fault is not None
    assert fault.kind == "crash"
    assert still_works(pool)


@pytest.mark.parametrize("name", ["hang", "hang_in_native_code"])
def test_an_overrun_is_killed(pool: Pool, name: str) -> None:
    fault = one(pool, name, seconds=0.3).fault
    assert fault is not None
    assert fault.kind == "time"
    assert still_works(pool)


def test_eating_memory_is_stopped(pool: Pool) -> None:
    fault = one(pool, "eat_memory", seconds=60).fault
    assert fault is not None
    assert fault.kind == "memory"
    assert still_works(pool)


def test_a_missing_function_is_an_error(pool: Pool) -> None:
    fault = one(pool, "no_such_function").fault
    assert fault is not None
    assert fault.kind == "error"


def test_an_unpicklable_answer_or_argument_is_an_error(pool: Pool) -> None:
    fault = one(pool, "answer_unpicklable").fault
    assert fault is not None
    assert fault.kind == "error"
    fault = one(pool, "double", number=lambda: None).fault
    assert fault is not None
    assert fault.kind == "error"
    assert still_works(pool)


def test_big_values_pass(pool: Pool) -> None:
    assert len(one(pool, "big", size=20_000_000).value) == 20_000_000


def test_noise_of_a_worker_is_not_heard(pool: Pool, capfd: pytest.CaptureFixture[str]) -> None:
    assert one(pool, "make_noise").value == "quiet"
    assert capfd.readouterr() == ("", "")


def test_calls_are_taken_lazily(pool: Pool) -> None:
    taken = []

    def calls() -> Iterator[Call]:
        for n in range(10_000):
            taken.append(n)
            yield Call(key=n, target=f"{HERE}:double", kwargs={"number": n})

    run = pool.run(calls())
    next(run)
    assert len(taken) < 20


def test_a_consumer_may_stop_early(pool: Pool) -> None:
    for _ in range(3):
        run = pool.run(Call(key=n, target=f"{HERE}:double", kwargs={"number": n}) for n in range(1000))
        next(run)
        del run
    assert still_works(pool)


def test_runs_may_be_nested(pool: Pool) -> None:
    for done in pool.run(Call(key=n, target=f"{HERE}:double", kwargs={"number": n}) for n in range(20)):
        assert one(pool, "double", number=done.value).value == 4 * done.key


def test_a_fault_of_the_calls_themselves_comes_through(pool: Pool) -> None:
    def calls() -> Iterator[Call]:
        yield Call(key=1, target=f"{HERE}:double", kwargs={"number": 1})
        raise LookupError("the catalogue is gone")

    with pytest.raises(LookupError):
        list(pool.run(calls()))
    assert still_works(pool)


def test_a_worker_is_recycled() -> None:
    with Pool(workers=1, recycle=5) as pool:
        pids = [done.value for done in pool.run(Call(key=n, target=f"{HERE}:process_id") for n in range(12))]
    assert len(set(pids)) == 3
    assert gone(pids[0])


def test_closing_ends_busy_workers() -> None:
    pool = Pool(workers=1)
    run = pool.run([Call(key=1, target=f"{HERE}:process_id"), Call(key=2, target=f"{HERE}:hang")])
    pid = next(run).value
    pool.close()
    assert gone(pid)
    with pytest.raises(RuntimeError):
        list(pool.run([]))


@posix
def test_what_a_worker_started_dies_with_it(pool: Pool, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    fault = one(pool, "start_a_child", seconds=3.0, note=str(note)).fault
    assert fault is not None
    assert fault.kind == "time"
    assert gone(int(note.read_text(encoding="ascii")))


@posix
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_parent_leaves_no_orphans(how: signal.Signals) -> None:
    program = textwrap.dedent(
        f"""
        from duban_archive.adapters.worker import Call, Pool
        with Pool(workers=1) as pool:
            calls = [Call(key=1, target="{HERE}:process_id"), Call(key=2, target="{HERE}:hang")]
            for done in pool.run(calls):
                print(done.value, flush=True)
        """
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    assert parent.stdout is not None
    with parent:
        pid = int(parent.stdout.readline())
        parent.send_signal(how)
        parent.wait(timeout=30)
        assert gone(pid)
