"""Finding texts exactly: an index that follows the catalogue, and the texts themselves to check it against.

``Search(folder).find(source, query)`` is the whole door; ``search.py`` says how, ``segment.py`` what lies on the disk.
"""

from duban_archive.adapters.search.search import Found, Health, Hit, Search, Texts

__all__ = ["Found", "Health", "Hit", "Search", "Texts"]
