"""整套材料: the proved binder, a print copy of each box, the originals by indicator, index, hashes, omissions."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core.cabinet import lay_out
from duban_archive.core.model import Standing
from duban_archive.core.progress import short_title
from duban_archive.errors import MissingTool, UsageError

if TYPE_CHECKING:
    from duban_archive.adapters.binder.print_copies import Copy
    from duban_archive.archive import Archive, Tell

Json = dict[str, Any]
MARK = "整套材料.json"  # a folder with it is an earlier pack, which may be written over
_MM_PER_SHEET = 0.11  # 70-80 g paper and a tenth for air [M]


class Packs:
    """The packs of one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def make(self, out: Path, *, pdfa: bool = False, originals: bool = True, tell: Tell | None = None) -> Json:
        """Write everything into ``out`` (new, empty, or an earlier pack); its manifest."""
        from duban_archive.adapters import pdfa as ghostscript

        if pdfa and not ghostscript.program():
            raise MissingTool("要做 PDF/A,但没有找到 Ghostscript。", ghostscript.HOW)
        if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).exists())):
            raise UsageError(f"“{out}”里已有别的文件。", "请换一个空文件夹;那里的文件没有动。")
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".pack-", dir=out.parent))
        try:
            manifest = self._write(fresh, pdfa=pdfa, originals=originals, tell=tell)
            if out.exists():
                shutil.rmtree(out)
            fresh.chmod(0o755)
            fresh.replace(out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return {"path": str(out), **manifest}

    def _write(self, folder: Path, *, pdfa: bool, originals: bool, tell: Tell | None) -> Json:
        (binder,) = self.archive.printing.bind(out=folder / "合订本", tell=tell)["binders"]
        whole = Path(binder["path"])
        copies = self._print_copies(folder / "分盒印刷", whole, binder)
        left = [{"record": one["record"], "why": one["why"]} for one in binder["replaced"]]
        left += self._originals(folder / "原件") if originals else []
        archival = ""
        if pdfa:
            archival = self._archival(whole, folder / "合订本")
        self._index(folder / "目录.xlsx", copies)
        manifest = {
            "title": short_title(self.archive.checklist.title),
            "office": self.archive.checklist.office or self.archive.checklist.issuer,
            "made": self.archive.today,
            "checklist": f"{self.archive.checklist.id} {self.archive.checklist.version}",
            "head": self.archive.catalogue.head(),
            "edition": binder["edition"],
            "pages": binder["pages"],
            "verdict": binder["verdict"]["ok"],
            "boxes": [_as_json(copy) for copy in copies],
            "left_out": left,
            "pdfa": archival,
        }
        self._notice(folder / "说明.txt", manifest)
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        manifest["files"] = [
            {"path": p.relative_to(folder).as_posix(), "size": p.stat().st_size, "sha256": _sha256(p)} for p in files
        ]
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        lines = (f"{one['sha256']} *{one['path']}\n" for one in manifest["files"])
        (folder / "校验.sha256").write_text("".join(lines), encoding="utf-8")
        (folder / MARK).write_text(json.dumps({"made": manifest["made"], "head": manifest["head"]}), encoding="utf-8")
        return manifest

    def _print_copies(self, folder: Path, whole: Path, binder: Json) -> tuple[Copy, ...]:
        from duban_archive.adapters.binder.print_copies import Box
        from duban_archive.adapters.worker import Call

        folder.mkdir()
        boxes = [
            Box(name=_safe(f"{v['code']} {v['title']}"), first=v["first_page"] - 1, end=v["last_page"])
            for v in binder["volumes"]
        ]
        call = Call(
            key="print", target="duban_archive.adapters.binder.print_copies:cut",
            kwargs={"binder": whole, "boxes": boxes, "folder": folder}, seconds=60 + binder["pages"] * 0.5,
        )  # fmt: skip
        (done,) = self.archive.pool().run([call])
        if done.fault is not None:
            raise UsageError("分盒的印刷文件没有做成。", "合订本已在“输出”里;请减少每盒页数(--box-pages)后再试。")
        copies: tuple[Copy, ...] = done.value
        return copies

    def _originals(self, folder: Path) -> list[Json]:
        """Copies by indicator, under names every disk takes; records without a file are told."""
        records = self.archive.records()
        for copy in lay_out(self.archive.index, records):
            target = folder / copy.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with self.archive.store.open(copy.digest) as original, target.open("wb") as file:
                shutil.copyfileobj(original, file)
        return [
            {"record": r.id, "why": f"纸质或实物,存放在{r.place.where}"}
            for r in records
            if r.place and not r.parts and any(f.standing is Standing.CONFIRMED for f in r.filings)
        ]

    def _archival(self, whole: Path, folder: Path) -> str:
        from duban_archive.adapters import pdfa

        target = folder / f"{whole.stem}(PDFA,未验证).pdf"
        why = pdfa.make(whole, target, seconds=self.archive.settings.limits.seconds * 20)
        return why or f"{target.name}:由 Ghostscript 转成 PDF/A-2,没有经过验证"

    def _index(self, path: Path, copies: tuple[Copy, ...]) -> None:
        from duban_archive.adapters import table_sheet
        from duban_archive.adapters.table_sheet import Sheet
        from duban_archive.finding import place_of

        rows = []
        index = self.archive.index
        for record in self.archive.records():
            for filing in record.filings:
                if filing.standing is not Standing.CONFIRMED or filing.requirement not in index.requirements:
                    continue
                place = place_of(self.archive, record)
                binder = place["binder"]
                rows.append((
                    index.code_of(filing.requirement), index.requirements[filing.requirement].title, record.title,
                    index.unit_name(filing.unit), answers.period(filing.period), record.id,
                    binder["volume"] if binder else "", str(binder["page"]) if binder else "", place["place"] or "",
                ))  # fmt: skip
        order = {index.code_of(id): n for id, n in index.order_of_requirements.items()}
        rows.sort(key=lambda row: (order.get(str(row[0]), 0), str(row[3]), str(row[4]), row[5]))
        papers = Sheet(
            name="材料目录", title=f"{short_title(self.archive.checklist.title)}材料目录",
            columns=(
                ("编号", 9), ("材料要求", 30), ("题名", 44), ("单位", 20), ("期间", 14), ("件号", 7), ("卷(盒)", 9),
                ("页码", 9), ("存放处", 18),
            ),
            rows=rows, left=(1, 2, 3, 8),
        )  # fmt: skip
        boxes = Sheet(
            name="印刷清单", title="分盒印刷清单",
            columns=(
                ("盒", 30), ("面数", 8), ("张数(双面)", 11), ("厚度(毫米)", 11), ("彩色页", 34), ("A3等大幅页", 26),
                ("文件大小(MB)", 13), ("压缩的图", 10),
            ),
            left=(0, 4, 5),
            rows=[
                (c.name, c.sides, math.ceil(c.sides / 2), round(math.ceil(c.sides / 2) * _MM_PER_SHEET, 1),
                 "、".join(c.colour), "、".join(c.large), round(c.size / 1e6, 2), c.shrunk)
                for c in copies
            ],
        )  # fmt: skip
        table_sheet.write(path, [papers, boxes])

    def _notice(self, path: Path, manifest: Json) -> None:
        lines = [
            f"{manifest['title']} 整套材料(第 {manifest['edition']} 版,{manifest['made']})",
            f"编制单位:{manifest['office']}",
            "",
            "合订本:全部材料装成的一本 PDF,有书签、目录和页码,已自查。"
            if manifest["verdict"]
            else "合订本:自查没有通过。",
            f"分盒印刷:每盒一个 PDF,共 {len(manifest['boxes'])} 盒,给印刷店用;图片不细于每英寸 300 点;",
            "  面数、张数、彩色页、大幅页见 目录.xlsx 的“印刷清单”。",
            "原件:收下的文件原样,按指标分文件夹。",
            "目录.xlsx:材料目录和印刷清单。  manifest.json、校验.sha256:每个文件的校验值。",
        ]
        if manifest["pdfa"]:
            lines.append(manifest["pdfa"])
        if manifest["left_out"]:
            lines += ["", "没有收入、或以说明页代替的:"]
            lines += [f"  {one['record']} 号件:{one['why']}" for one in manifest["left_out"]]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _as_json(copy: Copy) -> Json:
    return {
        "name": copy.name, "sides": copy.sides, "sheets": math.ceil(copy.sides / 2), "colour": list(copy.colour),
        "large": list(copy.large), "size": copy.size, "shrunk": copy.shrunk,
    }  # fmt: skip


def _safe(name: str) -> str:
    from duban_archive.readiness import file_name

    return file_name(name)[:60]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
