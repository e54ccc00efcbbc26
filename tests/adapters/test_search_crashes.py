"""Killed at any step of writing, the index answers exactly and goes on where it was."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from duban_archive.adapters.search import Search, index
from duban_archive.core.query import parse

TEXTS = 12


@dataclass(frozen=True)
class Row:
    id: int
    record: int
    plain: str
    head: bool = False


class Rows:
    def texts_after(self, change: int, limit: int) -> Sequence[Row]:
        return [Row(id, id, f"第{id}号台账") for id in range(change + 1, TEXTS + 1)][:limit]

    def plains(self, ids: Sequence[int]) -> Mapping[int, tuple[int, str]]:
        return {id: (id, f"第{id}号台账") for id in ids if id <= TEXTS}

    def last_change(self) -> int:
        return TEXTS


class Killed(BaseException):
    """Not an Exception: nothing in the program may catch it, as nothing catches kill -9."""


@contextlib.contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], list[Any]]]:
    """Stop for good at the ``step``th touch of the disk: nothing is flushed, nothing cleaned up but the lock."""
    steps: list[str] = []
    opened: list[Any] = []

    def counted(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def do(self: Any, *args: Any, **kwargs: Any) -> Any:
            steps.append(name)
            if len(steps) > step:
                raise Killed
            made = act(self, *args, **kwargs)
            if name == "create_file":
                opened.append(made.file)
            return made

        return do

    def die(self: Any) -> None:
        if self.writelock is not None and self.writelock.fd is not None:
            self.writelock.release()

    with monkeypatch.context() as patch:
        for name in ("create_file", "rename_file", "delete_file"):
            patch.setattr(index.Storage, name, counted(name, getattr(index.Storage, name)))
        patch.setattr(index._SyncedFile, "close", counted("close", index._SyncedFile.close))
        patch.setattr(index.Writer, "cancel", die)
        yield steps, opened


def work(folder: Path) -> None:
    search = Search(folder)
    for _ in range(3):
        search.catch_up(Rows(), limit=4)
    search.compact(Rows())


def test_a_kill_at_any_step_loses_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in itertools.count():
        folder = tmp_path / str(step)
        with killed_at(step, monkeypatch) as (steps, opened):
            try:
                work(folder)
            except Killed:
                finished = False
            else:
                finished = True
        for search in (Search(folder), Search(folder)):
            answer = search.find(Rows(), parse("台账"), limit=None)
            assert [hit.text_id for hit in answer.hits] == list(range(1, TEXTS + 1)), steps
            assert search.find(Rows(), parse("第7号台")).total == 1
            search.catch_up(Rows())
        health = Search(folder).health(Rows(), thorough=True)
        assert health.usable
        assert (health.texts, health.lag) == (TEXTS, 0)
        assert Search(folder).compact(Rows())
        left = [path.suffix for path in folder.iterdir() if not path.name.endswith("WRITELOCK")]
        assert sorted(left) == [".grams", ".toc"], "what a killed run left behind is gone after the next commit"
        for file in opened:
            file.close()  # only now may a killed writer's buffers reach the disk
        if finished:
            assert step > 20
            break
