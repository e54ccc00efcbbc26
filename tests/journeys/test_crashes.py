"""Pulling the plug: whatever is killed, nothing is lost, nothing is doubled, and the next run finishes the work."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from duban_archive.archive import Archive
from duban_archive.home import Home
from journeys.office import LEDGER, Office

FILES = 40


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_again_and_again_intake_loses_and_doubles_nothing(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(FILES):
        office.drop(f"第{number % 3}组/台账{number}.txt", f"{LEDGER}\n编号标记{number:04d}号\n")
    for _ in range(4):
        run = subprocess.Popen(
            [sys.executable, "-m", "duban_archive", "watch", "--once"],
            cwd=office.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            run.wait(timeout=chance.uniform(0.8, 3.0))
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
    office.ask("watch", "--once")
    _all_there(office)


def test_ctrl_c_leaves_a_state_that_the_next_run_continues(office: Office) -> None:
    for number in range(FILES):
        office.drop(f"台账{number}.txt", f"{LEDGER}\n编号标记{number:04d}号\n")
    run = subprocess.Popen(
        [sys.executable, "-m", "duban_archive", "watch", "--once"],
        cwd=office.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    kept = office.home / "已归档"
    deadline = time.monotonic() + 60
    while not any(kept.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate()
    assert b"Traceback" not in said
    assert run.returncode in (0, 5)
    office.ask("watch", "--once")
    _all_there(office)


def _all_there(office: Office) -> None:
    assert [path for path in office.inbox.rglob("*") if path.is_file()] == []
    status = office.ask("status")
    assert status["seen"] == status["accounted"] == FILES
    assert status["counts"] == {"triage": FILES}
    assert office.ask("verify")["ok"]
    archive = Archive(Home(office.home)).open()
    try:
        names = [part.file_name for record in archive.records() for part in record.parts]
        assert sorted(names) == sorted(f"台账{number}.txt" for number in range(FILES))
        for number in range(FILES):
            assert archive.search(f"编号标记{number:04d}号", limit=None)["total"] == 1
    finally:
        archive.close()
    assert len([path for path in (office.home / "已归档").rglob("*") if path.is_file()]) == FILES


def test_a_torn_journal_line_is_mended_at_the_next_start(office: Office) -> None:
    office.drop("a.txt", LEDGER)
    office.ask("watch", "--once")
    with (office.home / ".duban" / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"seq": 99, "torn')
    office.drop("b.txt", LEDGER + "x")
    office.ask("watch", "--once")
    assert office.ask("verify")["ok"]


def test_a_deleted_index_is_made_again_and_search_is_exact_meanwhile(office: Office) -> None:
    office.drop("a.txt", LEDGER)
    office.ask("watch", "--once")
    for path in sorted((office.home / ".duban" / "index").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert office.ask("search", "控辍保学")["total"] == 1
    office.ask("repair")
    assert office.ask("verify")["ok"]


def test_a_changed_original_is_found_and_named(office: Office) -> None:
    office.drop("a.txt", LEDGER)
    office.ask("watch", "--once")
    stored = next(path for path in (office.home / ".duban" / "store").glob("??/*") if path.is_file())
    stored.chmod(0o600)
    stored.write_bytes(b"something else")
    said = office.duban("verify", "--json")
    assert said.code == 4
    problem = said.json["problems"][0]
    assert (problem["what"], problem["class"], problem["repairable"]) == ("original_changed", "must", False)


def test_a_disk_without_room_says_so_and_the_next_run_goes_on(office: Office, small_disk: Path) -> None:
    home = small_disk / "迎检"
    small = Office(home)
    assert office.duban("init", home, "--checklist", "plan-00").code == 0
    small.drop("小.txt", LEDGER)
    small.ask("watch", "--once")
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
    source = office.drop("大.txt", LEDGER * 5000)
    said = small.duban("add", source)
    assert said.code == 1
    assert "磁盘已满" in said.err
    assert source.exists()
    filler.unlink()
    assert small.ask("add", source)["receipts"][0]["outcome"] == "new"
    assert small.ask("verify")["ok"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB; needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode != 0:
        pytest.skip("mount is not permitted: run the tests as root to try a full disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_ctrl_c_at_any_moment_of_the_start_says_nothing_in_pythons_words(office: Office) -> None:
    loading = (
        "import os, signal, sys; import duban_archive.__main__ as program\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'duban_archive.cli.keeping': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupts()); sys.argv = ['duban', 'status']; program.main()"
    )
    done = subprocess.run([sys.executable, "-c", loading], cwd=office.home, capture_output=True)
    assert (done.returncode, done.stderr.decode()) == (5, "已停下。\n")
