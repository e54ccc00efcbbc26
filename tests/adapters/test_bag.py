"""The door to 移交包: what is written can be read, what a stranger wrote cannot lead outside."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.adapters import bag
from duban_archive.core.handover import BadLine, Handed, read_line
from duban_archive.errors import DubanError


def original(data: bytes) -> tuple[str, str, BinaryIO]:
    return f"sha256:{hashlib.sha256(data).hexdigest()}", ".txt", io.BytesIO(data)


def write(folder: Path, *datas: bytes) -> None:
    given = []
    for data in datas:
        digest, suffix, _ = original(data)
        given.append((digest, suffix, lambda data=data: io.BytesIO(data)))
    bag.write(folder, originals=given, files={"records.jsonl": b"{}\n"}, info={"Source-Organization": "甲\n乙"})


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    write(tmp_path / "包", b"one", b"two", b"one")
    read = bag.read(tmp_path / "包", tmp_path / "scratch")
    assert set(read.originals()) == {original(b"one")[0], original(b"two")[0]}
    assert all(read.fault(path) == "" for path in read.payload)
    assert read.info["Source-Organization"] == "甲 乙"
    assert list(read.lines()) == [b"{}\n"]


def test_an_original_that_is_not_what_it_is_called_is_never_handed_over(tmp_path: Path) -> None:
    with pytest.raises(DubanError):
        bag.write(
            tmp_path / "包",
            originals=[(original(b"one")[0], ".txt", lambda: io.BytesIO(b"other"))],
            files={},
            info={},
        )
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=60))
def test_a_safe_name_stays_inside_on_every_system(name: str) -> None:
    if not bag.is_safe(name):
        return
    for path in (PurePosixPath(name), PureWindowsPath(name)):
        assert not path.is_absolute()
        assert not path.drive
        assert ".." not in path.parts


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a/../x", "a//x", "./x", "C:/x", "a\\x", "a/x.", " x", "a/\x00", "", "x "]
)
def test_these_names_are_never_safe(name: str) -> None:
    assert not bag.is_safe(name)


KEYS = (
    *("record", "title", "parts", "place", "told", "received", "parent", "version_of", "final", "filings"),
    *("digest", "file_name", "folder", "where", "quantity", "pages", "unit", "requirement"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=12,
)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_line_is_a_record_or_is_refused_and_nothing_else(line: bytes) -> None:
    try:
        found = read_line(line)
    except BadLine:
        return
    assert isinstance(found, Handed)
    for part in found.parts:
        assert "/" not in part.file_name
        assert ".." not in part.folder.split("/")
