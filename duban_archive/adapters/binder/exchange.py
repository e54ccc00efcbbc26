"""换页: the sheets that a printed box lacks or must exchange, and nothing else, ready for a two-sided printer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from duban_archive.adapters.binder.bound import Bound
from duban_archive.adapters.binder.pages import Pages
from duban_archive.adapters.binder.work import Work
from duban_archive.core.inserts import Fixed


def write_sheets(work: Work, binder: Path, target: Path) -> int:
    """Copy those pages of the saved ``binder``, each piece from a front on, in the order of the list; how many."""
    import pikepdf

    with pikepdf.open(binder) as source, pikepdf.new() as out:
        for first, count in _runs(work):
            if len(out.pages) % 2:
                last = out.pages[-1].mediabox
                out.add_blank_page(page_size=(float(last[2] - last[0]), float(last[3] - last[1])))
            for page in source.pages[first : first + count]:
                out.pages.append(page)
                if "/Annots" in out.pages[-1].obj:
                    del out.pages[-1].obj["/Annots"]  # links to pages that are not here
        out.remove_unreferenced_resources()
        out.save(target, deterministic_id=True)
        return len(out.pages)


def _runs(work: Work) -> Iterator[tuple[int, int]]:
    """(first page from 0, how many) of each piece: changed forms and late, grown or exchanged papers, in order."""
    pages = Pages(work)
    places = pages.places()
    printed = {one.key: one for one in work.manifest.frozen}
    changed = {(change.volume, change.title) for change in work.changes if change.printed == "—"}
    for v, volume in enumerate(work.manifest.volumes):
        for name, mark in (("卷封面", f"cover-{v}"), ("卷内目录", f"contents-{v}")):
            if (volume.code, name) in changed:
                yield places[mark], len(work.sheets[mark].pages)
        for s, section in enumerate(volume.sections):
            mark = f"divider-{v}-{s}"
            if (volume.code, f"隔页 {section.code}") in changed:
                yield places[mark], len(work.sheets[mark].pages)
            for i in range(len(section.items)):
                one = work.at[v, s, i]
                start = _unprinted(one, printed.get((volume.code, one.line.record, one.line.only_pages)))
                sides = len(pages.sides(one.at))
                if start < sides:
                    yield places[one.target] + start, sides - start
        if (volume.code, "卷内说明") in changed:
            yield places[f"note-{v}"], len(work.sheets[f"note-{v}"].pages)


def _unprinted(one: Bound, printed: Fixed | None) -> int:
    """The first side of an item that is not on paper as it is now."""
    if printed is None or printed.made != one.made:
        return 0
    return len(printed.numbers)
