"""What is kept of a paper to hold it against all others, once its own text has been looked at and let go."""

from __future__ import annotations

from dataclasses import dataclass

from duban_archive.core.authenticity.paper import FIXED, PICTURES, Paper, Setting

LONGEST = 20_000
_PAGE = 30  # characters that make a picture a paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A photo among a paper's parts (or inside its file): how it looks, when it was taken, what it is said to show."""

    fingerprint: str
    digest: str
    taken: str = ""
    caption: str = ""
    ratio: float = 0.0
    characters: int = 0
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One paper, short. ``text`` is bounded; ``shows_seal``: seen, not seen, or (``None``) it could not be told."""

    record: int
    title: str
    file_name: str = ""
    unit: str = ""
    author: str = ""
    kind: str = ""
    number: str = ""
    dated: str = ""
    period: str = ""
    parent: int | None = None
    version_of: int | None = None
    later: bool = False
    ours: bool = True
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    cells: tuple[tuple[str, str, str], ...] = ()  # requirement, unit, period of each filing
    shows_seal: bool | None = None


def trace(paper: Paper, setting: Setting) -> Trace:
    """What is kept of a paper."""
    told = paper.record.description
    text = "\n".join(line.text for line in paper.lines())[:LONGEST]
    sure = told.document_number is not None and (
        told.document_number.source in ("text", "person") or told.document_number.confidence >= 0.9
    )
    is_dated = told.dated is not None and told.dated.source in ("text", "person")
    return Trace(
        record=paper.id,
        title=paper.title,
        file_name=paper.file_names[0] if paper.file_names else "",
        unit=paper.unit,
        author=told.author.value if told.author else "",
        kind=paper.kind,
        number=told.document_number.value if sure and told.document_number else "",
        dated=told.dated.value if is_dated and told.dated else "",
        period=told.period.value if told.period else "",
        parent=paper.record.parent,
        version_of=paper.record.version_of,
        later=paper.later,
        ours=setting.is_ours(paper),
        text=text,
        pictures=_pictures(paper),
        cells=tuple((f.requirement, f.unit, f.period) for f in paper.placed),
        shows_seal=shows_seal(paper),
    )


def shows_seal(paper: Paper) -> bool | None:
    """Whether a seal or an electronic signature was seen; ``None`` where none could be: Word files, views of a room."""
    looked = False
    for part, reading in zip(paper.record.parts, paper.readings, strict=False):
        facts = reading.facts
        if facts.get("seals") or facts.get("signatures") or facts.get("signed"):
            return True
        if "seals" not in facts or facts.get("colourless"):
            continue  # nobody looked; on a scan without colour a red seal is grey
        words = sum(len("".join(passage.text.split())) for passage in reading.passages)
        looked = looked or (words >= _PAGE and bool(FIXED.search(part.media_type)))
    return False if looked else None


def _pictures(paper: Paper) -> tuple[Picture, ...]:
    found = []
    for n, (part, reading) in enumerate(zip(paper.record.parts, paper.readings, strict=False)):
        if not PICTURES.search(part.media_type) or not reading.facts.get("fingerprint"):
            continue
        width, height = int(reading.facts.get("width") or 0), int(reading.facts.get("height") or 0)
        names = paper.names if len(paper.record.parts) == 1 and paper.names else ((part.file_name, part.folder),)
        characters = sum(len("".join(p.text.split())) for p in reading.passages)
        for file_name, folder in names:
            found.append(
                Picture(
                    fingerprint=str(reading.facts["fingerprint"]),
                    digest=part.digest,
                    taken=str(reading.facts.get("taken") or ""),
                    caption="/".join(filter(None, (folder, file_name))),
                    ratio=round(max(width, height) / min(width, height), 2) if width and height else 0.0,
                    characters=characters,
                    where=f"第 {n + 1} 张" if len(paper.record.parts) > 1 else "",
                )
            )
    return tuple(found)
