"""Backups on a stick or another disk: ``layout.py`` says what lies where, ``draft.py`` writes, ``reader.py`` reads."""

from duban_archive.adapters.backup.draft import Draft, Member
from duban_archive.adapters.backup.layout import FORMAT, NAME, BackupFault, Manifest, Original, pieces
from duban_archive.adapters.backup.reader import Backup, backups, find, place

__all__ = [
    "FORMAT",
    "NAME",
    "Backup",
    "BackupFault",
    "Draft",
    "Manifest",
    "Member",
    "Original",
    "backups",
    "find",
    "pieces",
    "place",
]
