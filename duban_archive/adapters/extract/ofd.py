"""OFD (GB/T 33190), the national layout format: text by pages through ofdkit, and who sealed it."""

from __future__ import annotations

import contextlib
import re
from typing import Final

from duban_archive.core.model import Extracted, Json, Locator, Note, Passage

from .notes import note
from .package import Element, Package, open_package
from .source import Source, UnreadableError
from .text_quality import usable_characters

ENGINE: Final = "ofdkit"
_FEW = 20
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?(Z)?")


def read(source: Source) -> Extracted:
    """A passage for each page with text; pages that only show pictures wait for OCR."""
    import ofdkit

    passages: list[Passage] = []
    unread: list[int] = []
    broken: list[int] = []
    sizes: dict[tuple[int, int], int] = {}
    with open_package(source) as package:
        facts = _facts(package)
        if not any(name.lower().endswith("ofd.xml") for name in package.names):
            raise UnreadableError("broken")
        try:
            document = ofdkit.open(str(source.path))
        except ofdkit.OFDError as error:
            raise UnreadableError("broken") from error
        with document:
            pages = document.pages[: source.limits.pages]
            for number, page in enumerate(pages, 1):
                try:
                    text = page.text()
                    size = (round(page.width), round(page.height))
                except ofdkit.OFDError:
                    broken.append(number)
                    continue
                sizes[size] = sizes.get(size, 0) + 1
                usable = usable_characters(text)
                if usable < _FEW and _has_pictures(package, page.location):
                    unread.append(number)
                if usable:
                    passages.append(Passage(locator=Locator(page=number), text=text))
            with contextlib.suppress(ofdkit.OFDError, UnreadableError):  # a damaged page may have no size
                facts["seals"] = _seals(package, [(page.width, page.height) for page in pages])
            said = document.info
            facts |= {
                "author": said.author or "",
                "own_title": said.title or "",
                "application": f"{said.creator or ''} {said.creator_version or ''}".strip(),
                "created": said.creation_date or "",
                "modified": said.mod_date or "",
            }
            count = len(document.pages)
        if not passages and not unread and any(name.lower().endswith("encryptions.xml") for name in package.names):
            raise UnreadableError("encrypted")
    facts["page_sizes"] = [{"width_mm": w, "height_mm": h, "pages": n} for (w, h), n in sizes.items()][:20]
    notes: list[Note] = []
    if unread:
        notes.append(note("needs_ocr", detail=str(len(unread))))
    if broken:
        notes.append(note("partly_read", detail=f"{len(broken)} 页"))
    if count > len(pages):
        notes.append(note("truncated", detail=f"前 {len(pages)} 页，共 {count} 页"))
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=tuple(passages),
        pages=count,
        unread_pages=tuple(unread),
        facts=facts,
        notes=tuple(notes),
        readable=len(broken) < count or not count,
    )


def _facts(package: Package) -> dict[str, Json]:
    signatures = [name for name in package.names if name.lower().endswith("/signature.xml")]
    facts: dict[str, Json] = {}
    if signatures:
        facts["signed"] = True
        facts["signatures"] = [_signature(package, name) for name in sorted(signatures)[:20]]
    attachments = [name for name in package.names if name.lower().endswith("/attachments.xml")]
    if attachments:
        root = package.xml(attachments[0])
        facts["attachments"] = 0 if root is None else sum(1 for _ in root.iter("{*}Attachment"))
    return facts


def _signature(package: Package, name: str) -> Json:
    """Who signed with what and when, and on which page a seal stands."""
    root = package.xml(name)
    if root is None:
        return {}
    provider = next(root.iter("{*}Provider"), None)
    stamps = [stamp.get("Boundary", "") for stamp in root.iter("{*}StampAnnot")]
    return {
        "by": _text(root, "Company") or ("" if provider is None else provider.get("ProviderName", "")),
        "at": _moment(_text(root, "SignatureDateTime")),
        "seals": len(stamps),
    }


def _seals(package: Package, sizes: list[tuple[float, float]]) -> list[Json]:
    """Where electronic seals stand, as shares of their page, as `seals` tells of red ones on pictures."""
    listed = [name for name in package.names if name.lower().endswith("/document.xml")]
    root = package.xml(listed[0]) if listed else None
    numbers = {} if root is None else {page.get("ID"): n for n, page in enumerate(root.iter("{*}Page"), 1)}
    found: list[Json] = []
    for name in sorted(name for name in package.names if name.lower().endswith("/signature.xml")):
        signature = package.xml(name)
        for stamp in () if signature is None else signature.iter("{*}StampAnnot"):
            number = numbers.get(stamp.get("PageRef"), 0)
            with contextlib.suppress(ValueError, ZeroDivisionError, IndexError):
                x, y, width, height = (float(value) for value in stamp.get("Boundary", "").split())
                across, down = sizes[number - 1] if number else (0.0, 0.0)
                shares = (x / across, y / down, (x + width) / across, (y + height) / down)
                names = ("left", "top", "right", "bottom")
                placed = {name: round(share, 2) for name, share in zip(names, shares, strict=True)}
                found.append({"page": number} | placed)
    return found[:20]


def _moment(written: str) -> str:
    """ISO of what signers write: 20200817111329Z, 2020-10-23 19:45:37."""
    match = _MOMENT.match(written)
    return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}:{match[5]}:{match[6]}{match[7] or ''}" if match else written


def _text(root: Element, name: str) -> str:
    found = next(root.iter(f"{{*}}{name}"), None)
    return (found.text or "").strip() if found is not None else ""


def _has_pictures(package: Package, location: str | None) -> bool:
    root = package.xml(location) if location else None
    return root is not None and next(root.iter("{*}ImageObject", "{*}PathObject"), None) is not None
