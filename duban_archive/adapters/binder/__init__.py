"""A binder from its manifest: covers, lists, dividers, the papers, numbered, linked and bookmarked, in one PDF.

::

    manifest ─▶ open every PDF ─▶ what stands for what cannot be bound ─▶ number the leaves ─▶ fill the forms ─┐
       ▲                                                                       ▲── until nothing changes ──────┘
       └─ same manifest, same bytes                    assemble ─▶ save ─▶ proof by other readers

Nothing is dropped silently: what cannot be bound has a page in its place that says why, and is listed in ``replaced``.
"""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from duban_archive.adapters import sheets
from duban_archive.adapters.binder import account
from duban_archive.adapters.binder.account import BinderVolume, Replaced
from duban_archive.adapters.binder.cache import Cache
from duban_archive.adapters.binder.facts import BOUND, CONTENTS
from duban_archive.adapters.binder.wording import SPINE_WIDTHS, safe_name
from duban_archive.adapters.binder.work import Work
from duban_archive.core.inserts import Change
from duban_archive.core.manifest import Manifest
from duban_archive.errors import DiskFull, DubanError

if TYPE_CHECKING:
    from duban_archive.adapters.binder.proof import Verdict
    from duban_archive.adapters.worker import Pool

__all__ = ["Binder", "BinderVolume", "Replaced", "build"]


class StrictBinder(DubanError):
    """``--strict``: something could not be bound, and the office asked to be stopped then."""

    code = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binder:
    """A finished binder.

    ``papers``: printed numbers by record, ``(volume code, item, number)`` for each place. ``changes``: against the
    printed edition that the manifest froze.
    """

    path: Path
    manifest: Path
    pages: int
    volumes: tuple[BinderVolume, ...]
    replaced: tuple[Replaced, ...]
    verdict: Verdict
    papers: Mapping[int, tuple[tuple[str, int, str], ...]]
    extras: tuple[Path, ...] = ()
    changes: tuple[Change, ...] = ()


def build(
    manifest: Manifest,
    files: Mapping[str, Path],
    out: Path,
    *,
    templates: Sequence[Path] = (),
    fonts: Sequence[Path] = (),
    strict: bool = False,
    pool: Pool | None = None,
    name: str = "",
    extras: bool = True,
    cache: Path | None = None,
) -> Binder:
    """Build, save and prove one binder in the folder ``out``.

    ``files``: the PDF of each digest that the manifest names. ``templates``: folders with the office's own templates,
    looked in before the shipped ones. ``fonts``: folders with the office's own faces. ``pool``: where untrusted files
    are looked at and forms are converted; without one that happens here. ``name``: of the PDF, without suffix.
    ``cache``: a folder for what the next build need not do again.
    """
    from duban_archive.adapters.binder import proof
    from duban_archive.adapters.binder.extras import write_extras
    from duban_archive.adapters.binder.finish import finish
    from duban_archive.adapters.binder.pages import Pages

    out.mkdir(parents=True, exist_ok=True)
    manifest, chosen = complete(manifest, templates, fonts)
    stem = safe_name(name or _title(manifest))
    path = out / f"{stem}.pdf"
    work = Work(manifest, files, chosen, tuple(fonts), pool, Cache(cache, manifest.software))
    with tempfile.TemporaryDirectory(prefix="duban-binder-") as scratch:
        work.scratch = Path(scratch)
        try:
            work.look_at_inputs()
            work.bind()
            replaced = account.replaced(work)
            if strict and replaced:
                listed = "；".join(f"第{one.record}号件：{one.why}" for one in replaced[:20])
                raise StrictBinder(
                    f"有 {len(replaced)} 件不能装入合订本，按严格方式未生成：{listed}。",
                    "请补交能打开的文件，或去掉 --strict，以缺项页代替。",
                )
            work.lay_out()
            data = account.dump(account.positions(work))
            finish(work, data, stem)
            beside = path.with_suffix(".manifest.json")
            _write(work, path, beside, data)
            more = write_extras(work, out, stem) if extras else ()
        finally:
            work.assembly.close()
    keys = Pages(work).keys()
    proved = work.cache.proved()
    verdict = proof.check(path, beside, pool=pool, known=frozenset(n for n, key in enumerate(keys) if key in proved))
    if verdict.ok:
        work.cache.keep_proved(key for key in keys if key)
    work.cache.tidy()
    return Binder(
        path=path,
        manifest=beside,
        pages=len(work.leaves),
        volumes=account.volumes(work),
        replaced=replaced,
        verdict=verdict,
        papers=account.papers(work),
        extras=more,
        changes=work.changes,
    )


def complete(manifest: Manifest, templates: Sequence[Path], fonts: Sequence[Path]) -> tuple[Manifest, dict[str, Path]]:
    """The manifest with the hashes of what its forms will be made with, and the templates chosen."""
    chosen = {form: sheets.find(form, templates) for form in _forms_of(manifest)}
    filled = replace(manifest, templates=_hashes(chosen), fonts=_font_names(fonts), software=_software())
    return filled, chosen


def _title(manifest: Manifest) -> str:
    if manifest.pack:
        return manifest.office + manifest.pack_title
    return " ".join(f"{volume.code} {volume.title}" for volume in manifest.volumes)


def _forms_of(manifest: Manifest) -> tuple[str, ...]:
    return (
        *BOUND,
        CONTENTS[manifest.columns],
        "换页清单",
        "印制单",
        "插入原件清单",
        *(f"脊背标签{width}毫米" for width in SPINE_WIDTHS),
    )


def _hashes(templates: Mapping[str, Path]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}") for name, path in sorted(templates.items())
    )


def _font_names(folders: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    """The faces that may be used: ours by version of the package, the office's own by hash."""
    own = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return (("随程序", _software()), *((p.name, f"sha256:{hashlib.sha256(p.read_bytes()).hexdigest()}") for p in own))


def _software() -> str:
    def of(package: str) -> str:
        try:
            return f"{package} {version(package)}"
        except PackageNotFoundError:
            return package

    return ", ".join(of(package) for package in ("duban-archive", "dxpdf", "pikepdf", "docxtpl"))


def _write(work: Work, path: Path, beside: Path, data: bytes) -> None:
    """Under another name first: an older binder of this name stays whole until the new one is."""
    part = path.with_suffix(".part")
    try:
        work.assembly.save(part)
        part.replace(path)
        beside.write_bytes(data)
    except OSError as fault:
        part.unlink(missing_ok=True)
        if fault.errno == errno.ENOSPC:
            raise DiskFull("磁盘已满，合订本没有写完；原有材料都在。", "请清出空间后再装订一次。") from fault
        raise
