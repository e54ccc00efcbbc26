"""A small OFD, written by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

_OFD = "http://www.ofdspec.org/2016"


def make_ofd(path: Path, objects: str, *, more: dict[str, bytes] | None = None, resources: str = "") -> Path:
    """A file of one page of 100 by 150 mm with these objects on it."""
    parts = {
        "OFD.xml": f'<OFD xmlns="{_OFD}"><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>',
        "Doc_0/Document.xml": f'<Document xmlns="{_OFD}"><CommonData><PageArea><PhysicalBox>0 0 100 150</PhysicalBox>'
        "</PageArea><PublicRes>Res.xml</PublicRes></CommonData><Pages><Page ID='1' BaseLoc='P/C.xml'/></Pages>"
        "</Document>",
        "Doc_0/Res.xml": f"<Res xmlns='{_OFD}' BaseLoc='Res'><Fonts><Font ID='2' FontName='黑体'/></Fonts>"
        f"{resources}</Res>",
        "Doc_0/P/C.xml": f"<Page xmlns='{_OFD}'><Content><Layer ID='3'>{objects}</Layer></Content></Page>",
    }
    with zipfile.ZipFile(path, "w") as package:
        for name, xml in parts.items():
            package.writestr(name, xml)
        for name, data in (more or {}).items():
            package.writestr(name, data)
    return path
