"""Locks a workbook with a password as Excel 2007 does (MS-OFFCRYPTO: AES-128, SHA-1 50,000 times)."""

from __future__ import annotations

import hashlib
import struct

from duban_archive.demo.compound import write_compound

_PROVIDER = "Microsoft Enhanced RSA and AES Cryptographic Provider"


def lock(package: bytes, password: str) -> bytes:
    """The OLE2 container that asks for ``password`` and then gives the package (an .xlsx, .docx or .pptx)."""
    from Cryptodome.Cipher import AES

    # A sample must come out the same on every machine: salt and verifier are derived, not drawn.
    salt = hashlib.md5(package, usedforsecurity=False).digest()
    verifier = hashlib.md5(salt, usedforsecurity=False).digest()
    cipher = AES.new(_key(password, salt), AES.MODE_ECB)
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + _wide(_PROVIDER)
    verifier_hash = hashlib.sha1(verifier, usedforsecurity=False).digest().ljust(32, b"\0")
    information = (
        struct.pack("<HHII", 3, 2, 0x24, len(header))
        + header
        + struct.pack("<I16s", 16, salt)
        + cipher.encrypt(verifier)
        + struct.pack("<I", 20)
        + cipher.encrypt(verifier_hash)
    )
    padded = package.ljust(-(-len(package) // 16) * 16, b"\0")
    return write_compound(
        {
            **_data_spaces(),
            "EncryptionInfo": information,
            "EncryptedPackage": struct.pack("<Q", len(package)) + cipher.encrypt(padded),
        }
    )


def _key(password: str, salt: bytes) -> bytes:
    digest = hashlib.sha1(salt + password.encode("utf-16-le"), usedforsecurity=False).digest()
    for turn in range(50_000):
        digest = hashlib.sha1(struct.pack("<I", turn) + digest, usedforsecurity=False).digest()
    digest = hashlib.sha1(digest + struct.pack("<I", 0), usedforsecurity=False).digest()
    inner = bytes(a ^ 0x36 for a in digest.ljust(64, b"\0"))
    return hashlib.sha1(inner, usedforsecurity=False).digest()[:16]


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def _counted(text: str) -> bytes:
    """A length-prefixed UTF-16 string, padded to four bytes (UNICODE-LP-P4)."""
    data = text.encode("utf-16-le")
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 4)


def _data_spaces() -> dict[str, bytes]:
    """The table that tells Office which transform guards which stream."""
    versions = struct.pack("<HHHHHH", 1, 0, 1, 0, 1, 0)
    entry = struct.pack("<II", 1, 0) + _counted("EncryptedPackage") + _counted("StrongEncryptionDataSpace")
    transform = _counted("{FF9A3F03-56EF-4613-BDD5-5A41C1D07246}")
    primary = (
        struct.pack("<II", 8 + len(transform), 1)
        + transform
        + _counted("Microsoft.Container.EncryptionTransform")
        + versions
        + struct.pack("<IIII", 0, 0, 0, 4)
    )
    return {
        "\x06DataSpaces/Version": _counted("Microsoft.Container.DataSpaces") + versions,
        "\x06DataSpaces/DataSpaceMap": struct.pack("<III", 8, 1, 4 + len(entry)) + entry,
        "\x06DataSpaces/DataSpaceInfo/StrongEncryptionDataSpace": struct.pack("<II", 8, 1)
        + _counted("StrongEncryptionTransform"),
        "\x06DataSpaces/TransformInfo/StrongEncryptionTransform/\x06Primary": primary,
    }
