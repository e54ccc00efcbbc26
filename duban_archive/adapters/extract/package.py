"""Zip packages of XML (OOXML, ODF): parts read within limits, XML parsed without entities or network, file facts."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree, html

from duban_archive.core.model import Json

from .source import Source, UnreadableError

_PART_MB = 192  # of one XML part: its tree takes about six times as much memory
_PARTS = 50_000

CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
APP = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

Element = Any  # lxml's own; its stubs make every child a union


class Package:
    """An open package: `xml` parses a part, `names` lists them."""

    def __init__(self, archive: zipfile.ZipFile, part_mb: int) -> None:
        self._archive = archive
        self._limit = part_mb << 20
        self.names = frozenset(archive.namelist())

    def bytes(self, name: str) -> bytes:
        """A part's bytes; stops at the limit, whatever the directory says of its size."""
        with self._archive.open(name) as part:
            data = part.read(self._limit + 1)
        if len(data) > self._limit:
            raise UnreadableError("bomb", f"其中一个部分超过 {self._limit >> 20} MB")
        return data

    def size(self, name: str) -> int:
        """How long a part says it is."""
        return self._archive.getinfo(name).file_size

    def xml(self, name: str) -> Element:
        """A part's root element, or None when it is not there or not XML at all."""
        if name not in self.names:
            return None
        return parse(self.bytes(name))

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to inside the package: relation id to (kind, part name)."""
        folder, _, name = part.rpartition("/")
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for relation in () if root is None else root.iter(RELATION):
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External":
                target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                kind = relation.get("Type", "").rpartition("/")[2]
                found[relation.get("Id", "")] = (kind, target.lstrip("/"))
        return found

    def main_part(self, usual: str) -> str:
        """The part that the package says is the document."""
        if usual in self.names:
            return usual
        for kind, target in self.relations("").values():
            if kind == "officeDocument" and target in self.names:
                return target
        raise UnreadableError("broken")


@contextmanager
def open_package(source: Source) -> Iterator[Package]:
    """Open a zip of XML parts."""
    try:
        archive = zipfile.ZipFile(source.path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError("encrypted" if _is_ole(source) else "broken") from error
    with archive:
        if len(archive.infolist()) > _PARTS:
            raise UnreadableError("bomb", f"含 {len(archive.infolist())} 个部分")
        yield Package(archive, min(_PART_MB, source.limits.unpacked_mb))


def _is_ole(source: Source) -> bool:
    """An OOXML file behind a password is an OLE2 file with an encrypted package in it."""
    with source.path.open("rb") as file:
        return file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def parse(data: bytes) -> Element:
    """The root of an XML text; a broken one is read as far as it goes, None when that is nowhere."""
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": len(data) > 8 << 20}
    try:
        return etree.fromstring(data, etree.XMLParser(**safe))  # type: ignore[arg-type]
    except etree.XMLSyntaxError:
        try:
            return etree.fromstring(data, etree.XMLParser(recover=True, **safe))  # type: ignore[arg-type]
        except etree.XMLSyntaxError:
            return None


def parse_page(text: str) -> Element:
    """The root of a web page, as a browser would see it."""
    return html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=len(text) > 4_000_000))


def file_facts(package: Package) -> dict[str, Json]:
    """What an OOXML file says of itself: author, dates, application, its own count of pages."""
    facts: dict[str, Json] = {}
    core = package.xml("docProps/core.xml")
    if core is not None:
        for key, tag in (
            ("author", f"{DC}creator"),
            ("last_author", f"{CORE}lastModifiedBy"),
            ("created", f"{DCTERMS}created"),
            ("modified", f"{DCTERMS}modified"),
            ("printed", f"{CORE}lastPrinted"),
            ("own_title", f"{DC}title"),
            ("revision", f"{CORE}revision"),
        ):
            facts[key] = (core.findtext(tag) or "").strip()
    app = package.xml("docProps/app.xml")
    if app is not None:
        for key, tag in (("application", "Application"), ("company", "Company"), ("template", "Template")):
            facts[key] = (app.findtext(f"{APP}{tag}") or "").strip()
        version = (app.findtext(f"{APP}AppVersion") or "").strip()
        if facts["application"] and version:
            facts["application"] += f" {version}"
        for key, tag in (("pages_hint", "Pages"), ("slides_hint", "Slides"), ("edit_minutes", "TotalTime")):
            number = (app.findtext(f"{APP}{tag}") or "").strip()
            if number.isascii() and number.isdigit():
                facts[key] = int(number)
    facts["macros"] = any(name.lower().endswith("vbaproject.bin") for name in package.names)
    facts["signed"] = any(name.startswith("_xmlsignatures/") and name.endswith(".xml") for name in package.names)
    return {key: value for key, value in facts.items() if value}
