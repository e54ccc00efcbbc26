"""What a rebuild need not do again: looked-through inputs, converted forms, numbers that were read once. An echo.

Every entry is named by a hash of all it depends on, so nothing is ever stale; the folder may be emptied at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duban_archive.adapters.binder.inputs import Looked

LOOK = 3  # raise when `inputs.look` finds more than it did
INK = 1  # raise when `ink.look_for_ink` sees otherwise
KEPT = 400  # forms


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of results; without one, everything is done anew. ``software`` names the versions results depend on."""

    folder: Path | None
    software: str = ""

    def looked(self, digest: str) -> Looked | None:
        """What `inputs.look` found in this PDF."""
        data = self._read(self._name("look", digest, LOOK))
        if data is None:
            return None
        loose = {int(page): (ahead, left) for page, (ahead, left) in data["loose"].items()}
        broken = tuple(data["broken"])
        return Looked(
            pages=data["pages"],
            reason=data["reason"],
            broken=broken,
            loose=loose,
            signed=data["signed"],
            repaired=data["repaired"],
        )

    def keep_looked(self, digest: str, found: Looked) -> None:
        """For the next build."""
        loose = {str(page): list(balance) for page, balance in found.loose.items()}
        data = {
            "pages": found.pages,
            "reason": found.reason,
            "broken": list(found.broken),
            "loose": loose,
            "signed": found.signed,
            "repaired": found.repaired,
        }
        self._write(self._name("look", digest, LOOK), data)

    def taken(self, digest: str, heads: Sequence[int]) -> dict[int, int] | None:
        """What `ink.look_for_ink` found in this PDF."""
        data = self._read(self._name("ink", f"{digest} {list(heads)}", INK))
        return None if data is None else {int(page): spots for page, spots in data.items()}

    def keep_taken(self, digest: str, heads: Sequence[int], found: Mapping[int, int]) -> None:
        """For the next build."""
        self._write(self._name("ink", f"{digest} {list(heads)}", INK), {str(page): n for page, n in found.items()})

    def form(self, job: dict[str, Any], template: str, fonts: Sequence[Any]) -> Path | None:
        """Where the converted form of this job is or will be: ``template`` and ``fonts`` as hashes."""
        if self.folder is None:
            return None
        key = json.dumps([template, job["sheets"], job["marks"], list(fonts)], ensure_ascii=False, sort_keys=True)
        return self.folder / f"form-{self._hash(key)}.pdf"

    def keep_form(self, made: Path, kept: Path | None) -> None:
        """For the next build."""
        if kept is None:
            return
        with contextlib.suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(".part")
            shutil.copyfile(made, part)
            part.replace(kept)

    def proved(self) -> frozenset[str]:
        """Keys of pages whose number was read on them before."""
        data = self._read(self._name("proved", "", 1))
        return frozenset(data or ())

    def keep_proved(self, keys: Iterable[str]) -> None:
        """Those of the binder that was just proved; older ones go."""
        self._write(self._name("proved", "", 1), sorted(keys))

    def tidy(self) -> None:
        """Let old forms go."""
        if self.folder is None or not self.folder.is_dir():
            return
        with contextlib.suppress(OSError):
            forms = sorted(self.folder.glob("form-*.pdf"), key=lambda path: path.stat().st_mtime)
            for path in forms[:-KEPT]:
                path.unlink()

    def _hash(self, key: str) -> str:
        return hashlib.sha256(f"{self.software}\n{key}".encode()).hexdigest()[:40]

    def _name(self, kind: str, key: str, version: int) -> str:
        return f"{kind}-{self._hash(f'{key} {version}')}.json"

    def _read(self, name: str) -> Any:
        if self.folder is None:
            return None
        try:
            return json.loads((self.folder / name).read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def _write(self, name: str, data: Any) -> None:
        if self.folder is None:
            return
        with contextlib.suppress(OSError):  # an echo that cannot be kept is done again, that is all
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f"{name}.part"
            part.write_text(json.dumps(data), "utf-8")
            part.replace(self.folder / name)
