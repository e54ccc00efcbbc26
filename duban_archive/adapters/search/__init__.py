"""Finding texts exactly: an index that follows the catalogue, and the texts themselves to check it against.

``Search(folder).find(source, query)`` is the whole door; ``search.py`` says how, ``segment.py`` what lies on the disk.
"""

from duban_archive.adapters.search.ranking import Found, Hit
from duban_archive.adapters.search.search import ChainedTexts, CountedTexts, Health, Search, Texts

__all__ = ["ChainedTexts", "CountedTexts", "Found", "Health", "Hit", "Search", "Texts"]
