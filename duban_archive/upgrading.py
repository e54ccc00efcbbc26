"""The life of a checklist: a dry run of what a change would do, and doing it as one event that can be taken back.

Nothing is deleted: filings move along with their requirements, and what lost its place waits in the tray 待重新归类.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.checklist import Checklist
from duban_archive.core.model import Filing, Standing
from duban_archive.core.plainjson import to_json
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive
    from duban_archive.core.upgrade import Lost, Upgrade

_BASE_YEAR = re.compile(r"(?m)^base_year:\s*[\"']?\d{4}[\"']?")


def is_edited(archive: Archive) -> bool:
    """Whether ``archive_schema.yaml`` was changed by hand since it last took effect."""
    if not archive.home.schema.is_file():
        return True
    digest = hashlib.sha256(archive.home.schema.read_bytes()).hexdigest()
    return bool(digest != archive.catalogue.pin("checklist")["schema_sha256"])


def load(archive: Archive, new: str) -> Checklist:
    """The checklist to upgrade to: the archive's own schema file as it stands now, another file, or a bundled id."""
    from duban_archive.adapters import checklist_file

    return checklist_file.load(new or archive.home.schema)


def dry_run(archive: Archive, new: Checklist) -> Upgrade:
    """What would change, and where each decided filing would go."""
    from duban_archive.core.upgrade import plan

    return plan(archive.checklist, new, _decided(archive))


def apply(archive: Archive, new: Checklist, source: str, *, by: str) -> Upgrade:
    """Do it: pin ``new``, move filings along, propose anew. ``source``: a file that becomes the archive's schema."""
    from duban_archive import founding

    upgrade = dry_run(archive, new)
    if source:
        _take_schema(archive, source)
    with archive.catalogue.change("upgraded", by, changes=[change.say() for change in upgrade.changes]) as change:
        change.put("pins", {"name": "checklist"}, {"name": "checklist", "value": founding.pin_of(archive.home, new)})
        for moved in upgrade.moved:
            change.put("filings", _key(moved.before), None)
        for moved in upgrade.moved:
            change.put("filings", _key(moved.after), {**_key(moved.after), "filing": to_json(moved.after)})
    archive.forget_checklist()
    archive.propose_anew()
    return upgrade


def set_base_year(archive: Archive, year: int) -> None:
    """Write another base year into the schema file; it takes effect with ``apply``."""
    text = archive.home.schema.read_text(encoding="utf-8")
    line = f"base_year: {year}"
    changed = _BASE_YEAR.sub(line, text, count=1) if _BASE_YEAR.search(text) else f"{text.rstrip()}\n{line}\n"
    archive.home.schema.write_text(changed, encoding="utf-8")


def set_not_applicable(archive: Archive, requirement: str, *, reason: str, unit: str, period: str, by: str) -> None:
    """不适用, with its reason and who said so; in force at once."""
    from duban_archive import founding
    from duban_archive.adapters import checklist_edit

    if is_edited(archive):
        raise UsageError(
            "archive_schema.yaml 改过还没有生效,不能同时再改。", "请先用 duban checklist upgrade 看差别并生效。"
        )
    id = archive.requirement(requirement)
    unit_id = archive.unit(unit) if unit else ""
    checklist_edit.set_not_applicable(
        archive.home.schema, id, reason=reason, unit=unit_id, period=period, by=by, on=archive.today
    )
    new = load(archive, "")
    with archive.catalogue.change("set_na", by, requirement=id, unit=unit_id, period=period, reason=reason) as change:
        change.put("pins", {"name": "checklist"}, {"name": "checklist", "value": founding.pin_of(archive.home, new)})
    archive.forget_checklist()


def tray(archive: Archive) -> tuple[Lost, ...]:
    """待重新归类: decided filings whose requirement or unit the checklist no longer knows."""
    decided = _decided(archive)
    if all(f.requirement in archive.index.requirements and f.unit in archive.index.units for f in decided):
        return ()  # nearly always: the comparison itself need not be loaded

    from duban_archive.core.upgrade import homeless

    return homeless(archive.checklist, decided)


def as_json(upgrade: Upgrade) -> dict[str, Any]:
    """The dry run for ``--json``."""
    return {
        "changes": [{**to_json(change), "text": change.say()} for change in upgrade.changes],
        "opened": len(upgrade.opened),
        "closed": len(upgrade.closed),
        "staying": upgrade.staying,
        "moved": [{"record": m.after.record, "why": m.why} for m in upgrade.moved],
        "tray": [lost_json(lost) for lost in upgrade.tray],
        "past": len(upgrade.past),
    }


def lost_json(lost: Lost) -> dict[str, Any]:
    """One filing without a place."""
    return {
        "record": lost.filing.record,
        "requirement": lost.filing.requirement,
        "why": lost.why,
        "candidates": list(lost.candidates),
    }


def _decided(archive: Archive) -> list[Filing]:
    return [f for record in archive.records() for f in record.filings if f.standing is not Standing.PROPOSED]


def _key(filing: Filing) -> dict[str, Any]:
    return {"record": filing.record, "requirement": filing.requirement, "unit": filing.unit, "period": filing.period}


def _take_schema(archive: Archive, source: str) -> None:
    """The new schema file in place of the old one, which is set aside with its date."""
    from duban_archive.core.starter import starter

    old = archive.home.schema
    if old.is_file():
        old.replace(old.with_name(f"archive_schema.{archive.today}.yaml"))
    if Path(source).is_file():
        old.write_bytes(Path(source).read_bytes())
    else:
        old.write_text(starter(load(archive, source)), encoding="utf-8")
