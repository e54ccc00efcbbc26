"""What is done with what was found: more of its kind, a list in Excel, the pages on paper, the page on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.model import Record
from duban_archive.errors import DubanError, UsageError
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive, Tell

Json = dict[str, Any]
_LIKE_TEXTS = 6  # texts of a record that tell what it is like: the first pages
_MOST_PAGES = 500
_TITLE = 24  # letters of a title on a strip and in a file's name


class Results:
    """What is done with what was found."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def like(self, id: int, *, limit: int = 10) -> Json:
        """Other records whose text is most like this one's, best first, as ``search`` answers."""
        from duban_archive import finding
        from duban_archive.core.plain import normalise
        from duban_archive.core.query import Query

        record = self._archive.catalogue.record(id)
        texts = self._archive.echoes.texts_of(id)[:_LIKE_TEXTS]
        words = "\n".join([record.title, *(text.text for text in texts)])
        plain = normalise(words, simplify=self._archive.settings.simplify)
        for _ in self._archive.index_catch_up():
            pass
        found = self._archive.search_index.like(self._archive.echoes, plain, limit=limit + 1)
        hits = finding.tell_hits(self._archive, Query(), [hit for hit in found if hit.record != id][:limit])
        return {
            "query": "",
            "like": {"record": id, "title": record.title},
            "total": len(hits),
            "records": len(hits),
            "hits": hits,
            "facets": finding.facets(self._archive, {hit["record"] for hit in hits}),
        }

    # --- in Excel -------------------------------------------------------------------------------------------------

    def workbook(self, document: Json, path: Path) -> int:
        """The hits of an answer (and of its further groups) as an Excel workbook; how many rows."""
        from duban_archive.adapters import table_sheet
        from duban_archive.adapters.table_sheet import Sheet

        columns = (
            ("序号", 6), ("件号", 7), ("题名", 40), ("位置", 24), ("原文", 60), ("合订本", 20), ("存放处", 18),
            ("指标", 14), ("单位", 18), ("期间", 14), ("状态", 10), ("图片识别", 8),
        )  # fmt: skip
        left = range(2, 11)
        rows = [self._row(number, hit) for number, hit in enumerate(document["hits"], start=1)]
        asked = document["query"] or f"与 {document['like']['record']} 号件相近的"
        sheets = [Sheet(name="查找结果", title=f"查找:{_short(asked, 60)}", columns=columns, rows=rows, left=left)]
        for group in document.get("groups", ()):
            listed = [self._row(number, hit) for number, hit in enumerate(group["hits"], start=1)]
            names = {"synonym": "同义的说法", "look_alike": "形近的字", "across": "不在同一页"}
            name = f"{names[group['kind']]}{len(sheets)}"
            sheets.append(Sheet(name=name, title=group["label"], columns=columns, rows=listed, left=left))
        table_sheet.write(path, sheets)
        return len(rows)

    def _row(self, number: int, hit: Json) -> tuple[str | int, ...]:
        from duban_archive.answers import period

        binder = hit["binder"]
        filings = hit["filings"]
        return (
            number,
            hit["record"],
            hit["title"],
            place(hit),
            hit["snippet"].replace("[[", "【").replace("]]", "】"),
            f"{binder['volume']} 第 {binder['item']} 件 第 {binder['page']} 页" if binder else "",
            hit["place"] or "",
            "\n".join(dict.fromkeys(f["code"] for f in filings)),
            "\n".join(dict.fromkeys(f["unit_name"] or "" for f in filings)) or hit["unit_name"] or "",
            "\n".join(dict.fromkeys(period(f["period"]) for f in filings)),
            "\n".join(dict.fromkeys(STATE_WORDS[f["standing"]] for f in filings)),
            "是" if hit["ocr"] else "",
        )

    # --- on paper and on the screen -----------------------------------------------------------------------------

    def print_pages(self, line: str, path: Path, *, limit: int | None, tell: Tell | None = None) -> Json:
        """The pages of the hits as one PDF, each with a strip that names its paper; what could not be put in."""
        from duban_archive.renditions import Rendition, render

        archive = self._archive
        found = archive.search(line, limit=limit)
        records = {r.id: r for r in archive.catalogue.records({hit["record"] for hit in found["hits"]})}
        lacking = {
            part.digest: part
            for hit in found["hits"]
            if hit["part"] is not None
            for part in (records[hit["record"]].parts[hit["part"]],)
            if archive.renditions.of(part) is None
        }
        if lacking:  # a paragraph's page is known once there is a rendition
            done = 0
            for one in render(archive, lacking.values()):
                if isinstance(one, Rendition):
                    done += 1
                    if tell is not None:
                        tell(done, len(lacking))
            found = archive.search(line, limit=limit)
        return self._press(
            found, {r.id: r for r in archive.catalogue.records({h["record"] for h in found["hits"]})}, path
        )

    def _press(self, found: Json, records: dict[int, Record], path: Path) -> Json:
        from duban_archive.adapters.binder.excerpt import Wanted
        from duban_archive.adapters.worker import Call

        wanted: dict[tuple[str, int], tuple[Json, Wanted]] = {}
        left_out: list[Json] = []
        with ExitStack() as stack:
            for hit in found["hits"]:
                pdf, why = self._pdf(records[hit["record"]], hit, stack)
                if pdf is None:
                    left_out.append({"record": hit["record"], "title": hit["title"], "why": why})
                    continue
                for page in dict.fromkeys(_pages(hit)):
                    title = _short(hit["title"], _TITLE)
                    strip = f"{hit['record']}号件 {title} 第{page}页"
                    if hit["binder"]:
                        strip += f" 合订本{hit['binder']['volume']} 第{hit['binder']['page']}页"
                    one = Wanted(pdf=pdf, page=page, strip=strip, name=f"{hit['record']}号件 {title} 第{page}页")
                    wanted.setdefault((str(pdf), page), (hit, one))
            pages = list(wanted.values())[:_MOST_PAGES]
            if not pages:
                listed = "；".join(f"{one['record']}号件:{one['why']}" for one in left_out[:5])
                raise UsageError(f"没有可以打印的页。{listed}", "换一个词再查,或直接取纸质件。")
            kwargs = {
                "wanted": [one for _, one in pages], "out": path, "title": f"查找:{_short(found['query'], 60)}",
                "printed": self._archive.today,
            }  # fmt: skip
            call = Call(key="print", target="duban_archive.adapters.binder.excerpt:press", kwargs=kwargs, seconds=300)
            (done,) = self._archive.pool().run([call])
        if done.fault is not None:
            raise DubanError("没有印成:有一份文件读不出来。", "请缩小查找范围再试,或用 --open 打开原件打印。")
        for (hit, one), why in zip(pages, done.value, strict=True):
            if why:
                left_out.append({"record": hit["record"], "title": hit["title"], "why": f"第 {one.page} 页:{why}"})
        over = len(wanted) - len(pages)
        if over:
            left_out.append({"record": None, "title": "", "why": f"页数太多,后面 {over} 页没有印"})
        count = sum(not why for why in done.value)
        if not count:
            raise DubanError("没有印成:这些页都取不出来。", "请用 --open 打开原件查看。")
        return {"path": str(path), "pages": count, "left_out": left_out}

    def _pdf(self, record: Record, hit: Json, stack: ExitStack) -> tuple[Path | None, str]:
        if hit["part"] is None:
            return None, f"没有电子文件,纸质件存放在:{hit['place']}" if hit["place"] else "没有电子文件"
        part = record.parts[hit["part"]]
        made = self._archive.renditions.of(part)
        if made is not None and made.path is None and made.pdf == part.digest:
            return stack.enter_context(self._archive.store.local(part.digest)), ""
        if made is None or made.path is None:
            return None, made.notes[0].text if made and made.notes else "没有能转换这种文件的工具"
        return made.path, ""

    def page_for_reading(self, line: str) -> Path:
        """The page of the first hit as a PDF of its own, to be opened by whatever program the desk has."""
        target = self._archive.home.output / "调阅" / "查到的页.pdf"
        target.parent.mkdir(parents=True, exist_ok=True)
        self.print_pages(line, target, limit=1)
        return target


def place(hit: Json) -> str:
    """Where in its paper a hit stands, in words; ``第 3 页末尾至第 4 页`` when it goes across."""
    here = _at(hit["locator"])
    return f"{here}末尾至{_at(hit['through'])}" if "through" in hit else here


def _at(locator: Json) -> str:
    words = []
    if "sheet" in locator:
        words.append(f"工作表“{locator['sheet']}”第 {locator.get('row', 1)} 行")
    if "paragraph" in locator:
        words.append(f"第 {locator['paragraph']} 段")
    if "page" in locator:
        words.append(f"打印出来第 {locator['page']} 页" if words else f"第 {locator['page']} 页")
    return ",".join(words)


def _pages(hit: Json) -> Sequence[int]:
    pages = [hit["locator"].get("page", 1)]
    if "through" in hit:
        pages.append(hit["through"].get("page", pages[0]))
    return pages


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
