"""How long a binder takes: python bench/binder.py [--records 500] [--pages 10] [--workers 2]

Papers are made first (ten pages of Chinese text each, every file with its own embedded face, as converters leave them)
and not counted: the numbers are for "renditions ready". Then:

    join      what qpdf needs merely to join the same files (the program, else pikepdf)
    look      every page's content decoded and weighed, its corners drawn and looked at, in the workers
    bind      pages copied, links and bookmarks read
    forms     covers, lists, dividers, notes filled and converted, in the workers
    finish    placed, numbered, linked, bookmarked
    save      written
    proof     read again by pypdf and pdfium
    again     the whole build once more after one paper was exchanged for another of the same length
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pikepdf

from duban_archive.adapters import binder, sheets
from duban_archive.adapters.worker import Pool
from duban_archive.core.manifest import BoundVolume, Item, Manifest, Section, Source
from duban_archive.core.model import ContentsLine

TEXT = "为做好控辍保学工作，落实义务教育阶段学生报告、劝返、登记制度，各村、各学校应建立台账，逐人核查，定期上报。"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--records", type=int, default=500)
    arguments.add_argument("--pages", type=int, default=10)
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as scratch, Pool(workers=given.workers) as pool:
        folder = Path(scratch)
        files = make_papers(folder, given.records, given.pages)
        size = sum(path.stat().st_size for path in files.values())
        print(f"{given.records} papers, {given.records * given.pages} pages, {size / 1e6:.1f} MB")
        seconds: dict[str, float] = {}
        with timed(seconds, "join"):
            join(list(files.values()), folder / "joined.pdf")
        made = build(manifest_of(files), files, folder / "out", pool, folder / "cache", seconds)
        changed = exchange_one(files, folder)
        with timed(seconds, "again"):
            binder.build(
                manifest_of(changed),
                changed,
                folder / "out",
                pool=pool,
                name="册",
                extras=False,
                cache=folder / "cache",
            )
        report(seconds, made.stat().st_size, size)


def make_papers(folder: Path, records: int, pages: int) -> dict[str, Path]:
    """As many PDFs as records, no two alike."""
    template = folder / "paper.docx"
    template.write_bytes(sheets.find("备考表").read_bytes())
    facts = {name: "甲" for name in ("卷号", "卷题名", "件数", "页数", "表名", "校验说明")}
    docx = sheets.fill_many(
        template,
        [{**facts, "情况说明": [f"{n}.{k} {TEXT}" for k in range(4)]} for n in range(pages)],
        [f"s{n}" for n in range(pages)],
    )
    sheets.to_pdf(docx, folder / "paper.pdf")
    files = {}
    for number in range(records):
        path = folder / f"{number:05}.pdf"
        with pikepdf.open(folder / "paper.pdf") as pdf:
            pdf.docinfo["/Title"] = f"第{number}号"
            del pdf.Root.Dests
            with pdf.open_outline() as outline:
                outline.root.append(pikepdf.OutlineItem("正文", 0))
            made = io.BytesIO()
            pdf.save(made)
        path.write_bytes(made.getvalue())
        files[f"sha256:{hashlib.sha256(made.getvalue()).hexdigest()}"] = path
    return files


def manifest_of(files: dict[str, Path]) -> Manifest:
    """Volumes of a hundred records in sections of ten."""
    items = [Item(line=line_of(n), sources=(Source(pdf=digest),)) for n, digest in enumerate(files)]
    volumes = []
    for start in range(0, len(items), 100):
        mine = items[start : start + 100]
        sections = tuple(
            Section(code=f"A{start // 100}.{k // 10}", title="控辍保学", items=tuple(mine[k : k + 10]))
            for k in range(0, len(mine), 10)
        )
        volumes.append(BoundVolume(code=f"A{start // 100}", title="义务教育", period="2014年", sections=sections))
    return Manifest(title="督导评估", office="吴集镇人民政府", printed="2015-10-20", volumes=tuple(volumes))


def line_of(n: int) -> ContentsLine:
    """The contents line of the n-th paper."""
    return ContentsLine(
        item=n % 100 + 1,
        record=n + 1,
        requirement=f"r{n // 10}",
        title=f"关于控辍保学工作的第{n + 1}号材料",
        kind="ledger",
        unit_name="中心学校",
        period="2014年",
        dated="20140901",
        document_number="吴政发〔2015〕15号",
        author="",
        pages=1,
        first_page=1,
        last_page=1,
        origin="打印件",
        code=f"A{n // 100}-{n // 10}-{n % 10 + 1}",
    )


def exchange_one(files: dict[str, Path], folder: Path) -> dict[str, Path]:
    """The same papers, the middle one replaced by another of the same length."""
    digests = list(files)
    middle = digests[len(digests) // 2]
    path = folder / "other.pdf"
    with pikepdf.open(files[middle]) as pdf:
        pdf.docinfo["/Title"] = "换过的"
        pdf.save(path)
    digest = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    return {digest if key == middle else key: path if key == middle else value for key, value in files.items()}


def join(paths: list[Path], target: Path) -> None:
    """The least anyone could do."""
    qpdf = shutil.which("qpdf")
    if qpdf:
        subprocess.run([qpdf, "--empty", "--pages", *map(str, paths), "--", str(target)], check=True)
        return
    with pikepdf.new() as out:
        opened = [pikepdf.open(path) for path in paths]
        for pdf in opened:
            out.pages.extend(pdf.pages)
        out.save(target)


def build(
    manifest: Manifest, files: dict[str, Path], out: Path, pool: Pool, cache: Path, seconds: dict[str, float]
) -> Path:
    """`binder.build` step by step, with a watch in hand."""
    from duban_archive.adapters.binder import account, proof
    from duban_archive.adapters.binder.cache import Cache
    from duban_archive.adapters.binder.finish import finish
    from duban_archive.adapters.binder.pages import Pages
    from duban_archive.adapters.binder.work import Work

    out.mkdir()
    manifest, templates = binder.complete(manifest, (), ())
    work = Work(manifest, files, templates, (), pool, Cache(cache, manifest.software))
    path, beside = out / "册.pdf", out / "册.manifest.json"
    with tempfile.TemporaryDirectory() as scratch:
        work.scratch = Path(scratch)
        with timed(seconds, "look"):
            work.look_at_inputs()
        with timed(seconds, "bind"):
            work.bind()
        with timed(seconds, "forms"):
            work.lay_out()
        with timed(seconds, "finish"):
            data = account.dump(account.positions(work))
            finish(work, data, "册")
        with timed(seconds, "save"):
            work.assembly.save(path)
            beside.write_bytes(data)
        work.assembly.close()
    with timed(seconds, "proof"):
        verdict = proof.check(path, beside, pool=pool)
        work.cache.keep_proved(key for key in Pages(work).keys() if key)  # noqa: SIM118 -- no dictionary
    if not verdict.ok:
        sys.exit("\n".join(f"{check.name}: {check.detail}" for check in verdict.checks if not check.ok))
    return path


CPU: dict[str, float] = {}  # of this process and its workers: what a busy machine does not blur


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start, worked = time.perf_counter(), _worked()
    yield
    seconds[name], CPU[name] = time.perf_counter() - start, _worked() - worked


def _worked() -> float:
    """CPU seconds of this process, its living children and those that have ended."""
    import psutil

    spent = os.times()
    total = spent.user + spent.system + spent.children_user + spent.children_system
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            times = child.cpu_times()
            total += times.user + times.system
    return total


def report(seconds: dict[str, float], made: int, size: int) -> None:
    steps = ("look", "bind", "forms", "finish", "save")
    total = sum(seconds[step] for step in (*steps, "proof"))
    for name, value in seconds.items():
        print(f"{name:8}{value:8.2f} s {CPU[name]:8.2f} s CPU")
    assembly = sum(seconds[step] for step in ("bind", "finish", "save"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    worked = sum(CPU[step] for step in ("bind", "finish", "save"))
    spent = sum(CPU[step] for step in (*steps, "proof"))
    print(f"assembly {assembly:.2f} s = {assembly / seconds['join']:.1f} × join; CPU {worked / CPU['join']:.1f} ×")
    print(f"total {total:.2f} s, {spent:.2f} s CPU; again {seconds['again']:.2f} s = {seconds['again'] / total:.0%},")
    print(f"CPU {CPU['again'] / spent:.0%}")
    print(f"output {made / size:.3f} × input; peak memory {memory:.0f} MB, of a worker {worker:.0f} MB")


if __name__ == "__main__":
    main()
