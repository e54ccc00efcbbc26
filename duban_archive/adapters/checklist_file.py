"""Checklists by id or by path: read, laid over what they extend, refused with every problem, or resolved.

::

    load ── read ──┬── read_alone ── checklist_yaml.parse ──▶ Draft
                   └── merge (core/resolve.py) with the ready-made one it extends
          refuse ──▶ ChecklistError with all problems          build ──▶ Checklist
"""

from __future__ import annotations

import dataclasses
import importlib.resources
from dataclasses import dataclass
from pathlib import Path

from duban_archive.adapters.checklist_yaml import MAX_BYTES, parse
from duban_archive.core.checklist import Checklist
from duban_archive.core.drafts import Draft, suggest
from duban_archive.core.resolve import build, merge
from duban_archive.core.soundness import problems_of, repeated_ids
from duban_archive.errors import ChecklistError, UsageError

_PACKAGE = "duban_archive.checklists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One line of ``duban checklists``."""

    id: str
    title: str
    version: str
    indicators: int
    requirements: int
    verified: str
    example: bool


def load(id_or_path: str | Path, *, base_year: int | None = None) -> Checklist:
    """A checklist by the id of a ready-made one or by a file's path, resolved.

    Raises ``ChecklistError`` with every problem, ``UsageError`` where there is no such checklist.
    """
    draft = read(id_or_path)
    refuse(draft)
    return build(draft, base_year=base_year)


def refuse(draft: Draft) -> None:
    """Raise ``ChecklistError`` with every problem of a draft, in the order of the file; nothing where it is sound."""
    problems = sorted({*draft.problems, *problems_of(draft)}, key=lambda problem: problem.order)
    if problems:
        raise ChecklistError(draft.name, tuple(map(str, problems)))


def resolve(schema_path: str | Path, *, base_year: int | None = None) -> Checklist:
    """An office's ``archive_schema.yaml``, resolved over what it extends."""
    return load(Path(schema_path), base_year=base_year)


def bundled() -> tuple[Summary, ...]:
    """The ready-made checklists, founding plans first."""
    found = []
    for name in _bundled_ids():
        checklist = load(name)
        found.append(
            Summary(
                id=checklist.id,
                title=checklist.title,
                version=checklist.version,
                indicators=len(checklist.indicators),
                requirements=len(checklist.requirements),
                verified=checklist.verified,
                example=checklist.example,
            )
        )
    return tuple(found)


def _bundled_ids() -> list[str]:
    names = [entry.name for entry in importlib.resources.files(_PACKAGE).iterdir() if entry.name.endswith(".yaml")]
    return sorted((name.removesuffix(".yaml") for name in names), key=lambda n: (not n.startswith("plan-"), n))


def read(id_or_path: str | Path) -> Draft:
    """The draft of a checklist laid over the one it extends; what is wrong with it is in ``problems``.

    It may extend a ready-made one by its id, or a file beside it by its bare name (县级指标.yaml), and nothing else.
    """
    is_file = isinstance(id_or_path, Path) or id_or_path.endswith((".yaml", ".yml"))
    return lay(read_alone(id_or_path), folder=Path(id_or_path).parent if is_file else None)


def lay(own: Draft, *, folder: Path | None = None, above: tuple[str, ...] = ()) -> Draft:
    """A draft, wherever it came from, laid over the one it extends. ``folder``: where a file it extends may stand."""
    own = dataclasses.replace(own, problems=(*own.problems, *repeated_ids(own)))
    wanted = str(own.head.values.get("extends") or "")
    if not wanted:
        return own
    name, _, version = wanted.partition("@")
    beside = name.endswith((".yaml", ".yml"))
    if beside and (Path(name).name != name or "\\" in name or folder is None):
        return _wrong(own, f"extends: 只能沿用同一文件夹里的文件,不能写路径“{name}”")
    if name in (*above, own.name):
        return _wrong(own, f"extends: “{name}”绕回到自己")
    if not beside and name not in _bundled_ids():
        return _wrong(own, f"extends: 没有编号为“{name}”的现成指标体系{suggest(name, _bundled_ids())}")
    try:
        found = read_alone(folder / name if beside and folder else name)
        base = _from(name, lay(found, folder=folder if beside else None, above=(*above, own.name)))
    except ChecklistError as error:
        return _wrong(own, *(f"extends: {name} {problem}" for problem in error.problems))
    except UsageError as error:
        return _wrong(own, f"extends: {error.message}")
    held = str(base.head.values.get("version") or "")
    if version and version != held:
        text = f"extends: 要的是 {name} 的 {version} 版,手头是 {held} 版;用 checklist upgrade 查看差别后再改版本号"
        own = _wrong(own, text)
    return merge(base, own)


def standalone(id_or_path: str | Path) -> Draft:
    """The draft with what it extends written into it, so that it needs no other: what is exported for an office."""
    draft = read(id_or_path)
    values = {key: value for key, value in draft.head.values.items() if key not in ("extends", "drop")}
    return dataclasses.replace(draft, head=dataclasses.replace(draft.head, values=values))


def _wrong(draft: Draft, *texts: str) -> Draft:
    """The draft with problems about what it extends."""
    found = (draft.head.problem("extends", text) for text in texts)
    return dataclasses.replace(draft, problems=(*draft.problems, *found))


def read_alone(id_or_path: str | Path) -> Draft:
    """The draft of one file, without what it extends."""
    path = Path(id_or_path)
    if isinstance(id_or_path, str) and path.suffix not in (".yaml", ".yml"):
        if id_or_path not in _bundled_ids():
            known = _bundled_ids()
            raise UsageError(
                f"没有编号为“{id_or_path}”的现成指标体系{suggest(id_or_path, known)}",
                "用 duban checklists 查看全部编号;自己的文件请写路径,以 .yaml 结尾。",
            )
        data = importlib.resources.files(_PACKAGE).joinpath(f"{id_or_path}.yaml").read_bytes()
        return parse(data, name=id_or_path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ChecklistError(path.name, (f"文件有 {size // 1_000_000} MB,超过上限 {MAX_BYTES // 1_000_000} MB",))
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"读不到指标体系文件 {path}({error.strerror})", "请检查路径。") from None
    return parse(data, name=path.name)


def _from(name: str, draft: Draft) -> Draft:
    """The same draft whose rows name the file they came from, so that a problem in a base is told as such."""
    tables = {key: tuple(dataclasses.replace(row, file=name) for row in rows) for key, rows in draft.tables.items()}
    problems = tuple(dataclasses.replace(problem, file=problem.file or name) for problem in draft.problems)
    return dataclasses.replace(draft, tables=tables, problems=problems)
