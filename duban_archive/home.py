"""The archive folder: where each thing lies in it, and the office's settings.

::

    吴集镇迎检/
      archive_schema.yaml  模板/  收件箱/  已归档/  档案柜/  输出/
      .duban/  store/ab/cdef…  catalogue.sqlite  journal.jsonl  index/  renditions/  settings.yaml  log/

An archive is a folder with ``.duban/`` in it.
"""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from duban_archive.core.binding import Binding, meant
from duban_archive.core.binding import problems as wrong_choices
from duban_archive.core.limits import Limits
from duban_archive.errors import UsageError

_ELSEWHERE = "请换一个文件夹,例如“输出”;没有作任何改动。"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one archive; properties name its places."""

    root: Path

    @property
    def hidden(self) -> Path:
        """``.duban/``, which makes a folder an archive."""
        return self.root / ".duban"

    @property
    def schema(self) -> Path:
        """What is asked: extends a checklist, with the office's own units and changes."""
        return self.root / "archive_schema.yaml"

    @property
    def templates(self) -> Path:
        """The office's own copies of the Word templates."""
        return self.root / "模板"

    @property
    def fonts(self) -> Path:
        """The office's own faces (方正小标宋 and the like), used for renditions before the shipped ones."""
        return self.templates / "字体"

    @property
    def inbox(self) -> Path:
        """Where files are dropped."""
        return self.root / "收件箱"

    def make_room(self, out: Path) -> None:
        """Refuse what is no place for an output, and make the folder it is to stand in.

        In the inbox it would be taken in as a paper; ``.duban`` and ``已归档`` are the archive's own.
        """
        place = out.absolute()
        within = {place, *place.parents, place.resolve(), *place.resolve().parents}
        if within & {self.inbox, self.inbox.resolve()}:
            raise UsageError("不能输出到“收件箱”里:会被当作资料收进来。", _ELSEWHERE)
        own = [self.hidden, self.kept]
        if found := next((one for one in own if within & {one, one.resolve()}), None):
            raise UsageError(f"不能输出到“{found.name}”里:那里放的是档案本身。", _ELSEWHERE)
        if place.resolve() == self.schema.resolve():
            raise UsageError(f"不能写到“{self.schema.name}”上:那是本档案的指标体系。", _ELSEWHERE)
        there = next(one for one in (place, *place.parents) if one.exists())
        if there != place and not there.is_dir():
            raise UsageError(f"“{there}”是一个文件,里面不能再放东西。", _ELSEWHERE)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise UsageError(f"“{out}”写不进去({fault.strerror})。", _ELSEWHERE) from None
        if not os.access(place if place.exists() else place.parent, os.W_OK):
            raise UsageError(f"“{out}”写不进去:没有写入权限。", _ELSEWHERE)

    @property
    def kept(self) -> Path:
        """Where dropped files go once kept."""
        return self.root / "已归档"

    @property
    def cabinet(self) -> Path:
        """A browsable view by indicator: an echo."""
        return self.root / "档案柜"

    @property
    def output(self) -> Path:
        """Reports, covers, binders: an echo."""
        return self.root / "输出"

    @property
    def store(self) -> Path:
        """The originals, by hash."""
        return self.hidden / "store"

    @property
    def catalogue(self) -> Path:
        """The SQLite catalogue."""
        return self.hidden / "catalogue.sqlite"

    @property
    def journal(self) -> Path:
        """The events, one JSON a line, from which the catalogue can be rebuilt."""
        return self.hidden / "journal.jsonl"

    @property
    def index(self) -> Path:
        """The search index: an echo."""
        return self.hidden / "index"

    @property
    def renditions(self) -> Path:
        """PDFs made of originals: an echo."""
        return self.hidden / "renditions"

    @property
    def settings_file(self) -> Path:
        """Limits and choices of this office."""
        return self.hidden / "settings.yaml"

    @property
    def scratch(self) -> Path:
        """For unpacking and converting; emptied when nobody works."""
        return self.hidden / "scratch"

    @property
    def folders(self) -> tuple[Path, ...]:
        """All that founding makes."""
        visible = (self.inbox, self.kept, self.cabinet, self.output)
        return (self.hidden, *visible, self.index, self.renditions, self.scratch, self.log)

    @property
    def log(self) -> Path:
        """What ran when."""
        return self.hidden / "log"


def find_home(given: Path | None) -> Home:
    """The archive meant: ``given``, else ``DUBAN_HOME``, else the nearest parent folder with ``.duban/``."""
    named = given or (Path(os.environ["DUBAN_HOME"]) if os.environ.get("DUBAN_HOME") else None)
    if named is not None:
        if not (named / ".duban").is_dir():
            raise UsageError(
                f"“{named}”不是督档的档案文件夹(里面没有 .duban)。",
                "请检查 --home 或 DUBAN_HOME;新建档案请用 duban init。",
            )
        return Home(named.resolve())
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".duban").is_dir():
            return Home(folder)
    raise UsageError(
        "这里不是督档的档案文件夹。", "请进入档案文件夹再运行,或加 --home 文件夹;新建档案请用 duban init。"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``.duban/settings.yaml``: an unknown key is an error (a mistyped one must not silently do nothing).

    ``auto_confirm``: sure proposals are confirmed at once; ``review``: ``off`` (confirming accepts) or ``on`` (what
    units send waits for 审核); ``ocr``: read pictures; ``renditions``: make PDFs while idle; ``cabinet``: keep
    ``档案柜/`` up to date (copies: room on the disk); ``settle_seconds``: a dropped file must keep still that long;
    ``workers``: reading processes.
    ``simplify``: traditional characters are found by simplified ones, and the other way round.
    """

    auto_confirm: bool = False
    review: str = "off"
    ocr: bool = True
    simplify: bool = False
    renditions: bool = True
    cabinet: bool = True
    settle_seconds: float = 1.0
    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    binding: Binding = field(default_factory=Binding)


def make_settings(document: object, where: str) -> Settings:
    """Settings of a parsed settings file; every wrong key at once."""
    if document is None:
        return Settings()
    if not isinstance(document, dict):
        raise UsageError(f"{where}:应当是“名称: 值”的清单。", "改正后再试;删去此文件即恢复默认设置。")
    problems: list[str] = []
    given = dict(document)
    limits = _known(Limits, given.pop("limits", None) or {}, "limits.", problems)
    binding = _binding(given.pop("binding", None) or {}, problems)
    settings = _known(Settings, given, "", problems)
    if settings.get("review", "off") not in ("on", "off"):
        problems.append("review 只能是 on 或 off")
    if problems:
        raise UsageError(
            f"{where} 有 {len(problems)} 处问题:\n  " + "\n  ".join(problems), "改正后再试;档案未作任何改动。"
        )
    return Settings(**settings, limits=Limits(**limits), binding=binding)


def _binding(given: object, problems: list[str]) -> Binding:
    """The office's binding rules; a choice may be written in Chinese."""
    known = _known(Binding, given, "binding.", problems)
    told: dict[str, Any] = {
        name: meant(name, value) or value if isinstance(value, str) else value for name, value in known.items()
    }
    binding = Binding(**told)
    problems += [f"binding.{problem}" for problem in wrong_choices(binding)]
    return binding


def _known(cls: type, given: object, prefix: str, problems: list[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        problems.append(f"{prefix or '文件'} 应当是“名称: 值”的清单")
        return {}
    kinds = {f.name: type(f.default) for f in dataclasses.fields(cls) if f.name not in ("limits", "binding")}
    good: dict[str, Any] = {}
    for key, value in given.items():
        if key not in kinds:
            problems.append(f"{prefix}{key}:没有这一项;可用的有 {'、'.join(kinds)}")
        elif kinds[key] is float and isinstance(value, int) and not isinstance(value, bool):
            good[key] = float(value)
        elif kinds[key] is str and isinstance(value, bool):
            good[key] = "on" if value else "off"  # YAML reads a bare on/off as true/false
        elif type(value) is not kinds[key]:
            problems.append(f"{prefix}{key}:值“{value}”的类型不对")
        else:
            good[key] = value
    return good
