"""Every real file there is, good and hostile, through the worker pool: none crashes it, none disappears."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from duban_archive.adapters import extract
from duban_archive.adapters.worker import Call, Pool
from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted
from tests.make import ROWS, make_docx, make_jpeg, make_pdf, make_pptx, make_xls, make_xlsx, make_zip

LIMITS = Limits(seconds=60, unpacked_mb=64)
GOOD = ("office_cn", "pdf_cn", "tables_cn", "text_gbk", "scans_cn")


def read_call(path: Path, scratch: Path) -> Call:
    media_type = extract.sniff(path, path.name)
    return Call(
        key=str(path),
        target="duban_archive.adapters.extract:read",
        kwargs={
            "path": path, "file_name": path.name, "media_type": media_type, "limits": LIMITS, "scratch": scratch,
        },
        seconds=LIMITS.seconds,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(workers=2) as pool:
        yield pool


def han(extracted: Extracted) -> int:
    return sum("\u4e00" <= character <= "\u9fff" for character in extracted.text)


@pytest.mark.slow
def test_every_file_of_the_corpus_is_accounted_for(corpus: Path, pool: Pool, tmp_path: Path) -> None:
    files = [path for folder in (*GOOD, "hostile") for path in sorted((corpus / folder).iterdir()) if path.is_file()]
    calls = (read_call(path, tmp_path / str(number)) for number, path in enumerate(files))
    ends = {done.key: done for done in pool.run(calls)}
    assert len(ends) == len(files)
    faults = {key: done.fault for key, done in ends.items() if done.fault is not None}
    assert not faults
    without_chinese = []
    for path in files:
        extracted = ends[str(path)].value
        assert extracted.media_type
        assert extracted.readable or extracted.notes
        assert {note.code for note in extracted.notes} <= set(extract.NOTE_CODES)
        extracted.text.encode("utf-8")
        if path.parent.name in GOOD:
            assert extracted.readable, path.name
            if not han(extracted) and not extracted.unread_pages:
                without_chinese.append(path.name)
    assert len(without_chinese) <= 12  # forms in English and templates without a word of their own


# --- mutated files: nothing escapes the worker ------------------------------------------------------------------


def mutate(data: bytes, random_: random.Random) -> bytes:
    """Bytes flipped, cut, doubled, zeroed: as disks, transfers and attackers do."""
    changed = bytearray(data)
    for _ in range(random_.randint(1, 12)):
        if not changed:
            break
        at = random_.randrange(len(changed))
        act = random_.randrange(6)
        if act <= 2:
            changed[at] = random_.choice((0, 0xFF, 0x7F, random_.randrange(256)))
        elif act == 3:
            del changed[at : at + random_.randint(1, 64)]
        elif act == 4:
            changed[at:at] = changed[at : at + random_.randint(1, 512)]
        else:
            changed[at : at + 4] = random_.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"))
    return bytes(changed[: random_.randrange(len(changed) + 1)] if random_.random() < 0.1 else changed)


def repack(path: Path, random_: random.Random) -> bytes:
    """A zip with one mutated part: damage that checksums would otherwise catch."""
    copy = path.with_suffix(".tmp")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        names = old.namelist()
        target = random_.choice([name for name in names if not name.endswith("/")])
        for name in names:
            new.writestr(name, mutate(old.read(name), random_) if name == target else old.read(name))
    return copy.read_bytes()


@pytest.mark.slow
def test_mutated_files_never_escape_their_worker(pool: Pool, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    seeds = [
        make_docx(tmp_path / "a.docx", tables=[ROWS], header="页眉"),
        make_xlsx(tmp_path / "a.xlsx"),
        make_xls(tmp_path / "a.xls"),
        make_pptx(tmp_path / "a.pptx"),
        make_pdf(tmp_path / "a.pdf", pictures=[make_jpeg()]),
        make_zip(tmp_path / "a.zip", {"通知.txt": b"x" * 500}, encoding="gbk"),
    ]
    (tmp_path / "a.jpg").write_bytes(make_jpeg())
    seeds.append(tmp_path / "a.jpg")
    try:
        folder = request.getfixturevalue("corpus")
    except pytest.skip.Exception:
        pass
    else:
        real = ("office_cn/公司架构.wps", "office_cn/根号算法杂谈_杨志灿.ppt", "hostile/999.ofd", "hostile/course.rar",
                "hostile/crlf.rtf", "tables_cn/hyzc.xls", "hostile/bla.7z", "hostile/video-001-16bit.tiff")  # fmt: skip
        seeds += [folder / name for name in real]
    random_ = random.Random(20141128)

    def calls() -> Iterator[Call]:
        for number in range(12 * len(seeds)):
            seed = seeds[number % len(seeds)]
            zipped = seed.suffix in (".docx", ".xlsx", ".pptx") and random_.random() < 0.6
            path = tmp_path / f"{number}{seed.suffix}"
            path.write_bytes(repack(seed, random_) if zipped else mutate(seed.read_bytes(), random_))
            yield read_call(path, tmp_path / f"scratch{number}")

    for done in pool.run(calls()):
        assert done.fault is None or done.fault.kind in ("time", "memory", "crash"), (done.key, done.fault)
        if done.fault is None:
            assert done.value.readable or done.value.notes
