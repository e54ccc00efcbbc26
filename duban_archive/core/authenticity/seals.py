"""要求盖章、签字,没有见到: asked only of what a seal can be seen on, and of a slot as a whole.

A slot that holds the Word file and the stamped scan of it is sealed; a photo of a room bears no seal and needs none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from duban_archive.core.authenticity.paper import FIXED, Line, Paper, Setting, found
from duban_archive.core.authenticity.trace import Trace
from duban_archive.core.findings import Finding, Spot
from duban_archive.core.wording import tidy

_FIELD = re.compile(r"(?:签字|签名|签章|签署)\s*(?:[（(][^（()）]{0,8}[)）])?\s*[:：]\s*(?P<after>.*)$")
_EMPTY = re.compile(r"^[\s_＿　.．·…—\-]*(?:(?:\d{0,4}\s*年|日期|时间|盖章|[（(]).*)?$")
_NAME = re.compile(r"^[\u4e00-\u9fff]{2,4}$")


def no_seal(traces: Sequence[Trace], setting: Setting) -> Iterator[Finding]:
    """Scans under a requirement that asks for a seal, in a slot where none is seen on anything."""
    asked = {r.id for r in setting.index.checklist.requirements if r.stamped}
    slots: dict[tuple[str, str, str], list[Trace]] = defaultdict(list)
    for trace in traces:
        for cell in trace.cells:
            if cell[0] in asked:
                slots[cell].append(trace)
    for (requirement, unit, _), papers in slots.items():
        if any(paper.shows_seal for paper in papers):
            continue
        for paper in papers:
            if paper.shows_seal is not False:
                continue
            wanted = setting.index.requirements[requirement]
            code = setting.index.code_of(requirement)
            message = (
                f"“{code} {wanted.title}”要求盖章,《{paper.title}》的画面上没有见到红章。"
                "黑白扫描或印章太淡程序也会看不到,请对着原件看一眼;确实没盖的,请退回补盖。"
            )
            spot = Spot(record=paper.record, paper=paper.title, file_name=paper.file_name)
            yield found("no_seal", "doubt", message, spot, about=(paper.record, requirement), unit=unit)


def no_signature(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """签字 fields of a scan under a requirement that asks for signatures, with nothing in any of them."""
    filing = next((f for f in paper.placed if _signed(setting, f.requirement)), None)
    if filing is None or not paper.is_whole or any(facts.get("signatures") for facts in paper.facts):
        return
    if not all(FIXED.search(part.media_type) for part in paper.record.parts):
        return
    lines = paper.lines()
    fields = [(line, n) for n, line in enumerate(lines) if _FIELD.search(tidy(line.text))]
    if not fields or not all(_is_empty(lines, n) for _, n in fields):
        return
    requirement = setting.index.requirements[filing.requirement]
    who = f"({'、'.join(requirement.signed_by)})" if requirement.signed_by else ""
    code = setting.index.code_of(requirement.id)
    message = (
        f"“{code} {requirement.title}”要求签字{who},《{paper.title}》的签字栏没有读到字。"
        "手写太草程序也会读不出,请对着原件看一眼;确实没签的,请退回补签。"
    )
    spots = [paper.spot(line) for line, _ in fields[:5]]
    yield found("no_signature", "doubt", message, *spots, about=(paper.id, requirement.id), unit=filing.unit)


def _signed(setting: Setting, requirement: str) -> bool:
    found_one = setting.index.requirements.get(requirement)
    return found_one is not None and found_one.signed


def _is_empty(lines: Sequence[Line], n: int) -> bool:
    match = _FIELD.search(tidy(lines[n].text))
    after = match["after"] if match else ""
    if inner := _FIELD.search(after):  # two fields on one line: 校长签字:　　督学签字:
        after = inner["after"] or after[: inner.start()]
    if not _EMPTY.match(after):
        return False
    below = tidy(lines[n + 1].text) if n + 1 < len(lines) else ""
    return not _NAME.match(below)
