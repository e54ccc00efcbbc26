"""duban-archive (督档): evidence for a supervision evaluation, kept, filed, found, checked and printed.

Start reading at :mod:`duban_archive.archive`: one method an intention.
"""
