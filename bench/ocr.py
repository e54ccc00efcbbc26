"""How well and how fast scans are read: python bench/ocr.py [--pages 12] [--workers 2] [--pool]

Pages are drawn at 200 dots an inch from law text (the corpus named by DUBAN_CORPUS, else this project's own pages):
Song and Hei at 10.5 to 16 points, up to 1.5° askew, uneven light, blur, noise, specks, JPEG at quality 70, and on every
third page a red seal that lies over the text. Printed:

    CER       wrong, missing and superfluous characters per hundred, white space and width of characters ignored
    CPU       seconds of processor a page, the fair measure on a shared machine
    ratio     pages a minute of processor, ours to the bare engine (RapidOCR as it comes, same threads)
    pool      pages a minute of wall time through worker processes: W workers of one thread, and one worker of W threads
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import math
import os
import platform
import random
import re
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from duban_archive.adapters.worker import Call, Pool
from duban_archive.core.limits import Limits
from duban_archive.fonts import SANS, SERIF, font_path

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT, DPI = 1654, 2339, 200
RED = (215, 30, 40)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pages", type=int, default=12)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--pool", action="store_true", help="also measure worker processes (wall time)")
    given = arguments.parse_args()
    machine = f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        made = draw_pages(Path(folder), given.pages)
        texts = [text for _, text in made]
        sealed = [number % 3 == 0 for number in range(len(made))]
        print(f"{len(made)} pages, {sum(map(len, texts)):,} characters, {sum(sealed)} with a seal")
        bare, ours = measure("bare", made, bare_reader()), measure("ours", made, our_reader())
        for name, (seconds, read) in {"bare engine": bare, "ours": ours}.items():
            errors = [distance(plain(got), plain(text)) for got, text in zip(read, texts, strict=True)]
            sides = [sum(e for e, s in zip(errors, sealed, strict=True) if s is side) for side in (False, True)]
            sizes = [
                sum(len(plain(t)) for t, s in zip(texts, sealed, strict=True) if s is side) for side in (False, True)
            ]
            rates = [100 * e / max(1, n) for e, n in zip(sides, sizes, strict=True)]
            whole = 100 * sum(errors) / sum(sizes)
            print(
                f"{name:12} CPU {seconds:5.2f} s/page  CER {whole:.3f} %  (plain {rates[0]:.3f}, sealed {rates[1]:.3f})"
            )
        print(f"ratio        {bare[0] / ours[0]:.2f} of the bare engine's pages a minute of processor")
        if given.pool:
            for workers, threads in ((given.workers, 1), (1, given.workers)):
                print(
                    f"pool         {workers} x {threads} threads: {through_pool(made, workers, threads):.1f} pages/min"
                )


def measure(name: str, made: Sequence[tuple[Path, str]], read: object) -> tuple[float, list[str]]:
    """``(processor seconds a page, texts)``, after one page to warm up."""
    assert callable(read)
    read(made[0][0])
    start = time.process_time()
    texts = [read(path) for path, _ in made]
    return (time.process_time() - start) / len(made), texts


def bare_reader() -> object:
    import logging

    import rapidocr

    logging.getLogger("RapidOCR").disabled = True
    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = rapidocr.RapidOCR(params={"Global.log_level": "critical", **threads})
    return lambda path: "".join(engine(cv2.imread(str(path))).txts or ())


def our_reader() -> object:
    from duban_archive.adapters import ocr

    return lambda path: ocr.read_pages(path, media_type="image/jpeg", limits=Limits(), threads=1)[0].text


def through_pool(made: Sequence[tuple[Path, str]], workers: int, threads: int) -> float:
    """Pages a minute of wall time, the workers' engines made beforehand."""
    target = "duban_archive.adapters.ocr:read_pages"

    def calls(paths: Sequence[Path]) -> Iterator[Call]:
        for number, path in enumerate(paths):
            kwargs = {"path": path, "media_type": "image/jpeg", "threads": threads}
            yield Call(key=number, target=target, kwargs=kwargs, seconds=600)

    with Pool(workers=workers) as pool:
        list(pool.run(calls([made[0][0]] * workers)))
        start = time.perf_counter()
        faults = [done.fault for done in pool.run(calls([path for path, _ in made])) if done.fault]
        seconds = time.perf_counter() - start
    if faults:
        sys.exit(f"{len(faults)} pages failed: {faults[0]}")
    return 60 * len(made) / seconds


# --- pages -------------------------------------------------------------------------------------------------------


def draw_pages(folder: Path, count: int) -> list[tuple[Path, str]]:
    chance = random.Random(3)
    made = []
    for number, text in zip(range(count), law_texts(), strict=False):
        family, points = (SERIF, SANS)[number % 2], (10.5, 12, 14, 16)[number % 4]
        sheet, used = typeset(text, family, points, bold=number % 5 == 4)
        path = folder / f"{number:03}.jpg"
        path.write_bytes(scanned(with_seal(sheet, chance) if number % 3 == 0 else sheet, chance))
        made.append((path, used))
    return made


def law_texts() -> Iterator[str]:
    laws = Path(os.environ.get("DUBAN_CORPUS", ROOT.parent / "shared" / "corpus")) / "laws.jsonl.xz"
    chance = random.Random(7)
    if laws.is_file():
        with lzma.open(laws, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines if chance.random() < 0.02)
    else:
        own = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))
        hanzi = [line for line in own.split("\n") if len(re.findall("[\u4e00-\u9fff]", line)) > 20]
        while True:
            chance.shuffle(hanzi)
            yield "\n".join(hanzi)


def typeset(text: str, family: str, points: float, *, bold: bool) -> tuple[Image.Image, str]:
    size = round(points * DPI / 72)
    font = ImageFont.truetype(font_path(family, bold), size)
    sheet = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen, left, right, y, used = ImageDraw.Draw(sheet), 220, WIDTH - 200, 240, []
    for paragraph in filter(None, map(str.strip, text.split("\n"))):
        rest, indent = paragraph, 2 * size
        while rest:
            line, x = "", left + indent
            while rest and x + font.getlength(rest[0]) <= right:
                x += font.getlength(rest[0])
                line, rest = line + rest[0], rest[1:]
            pen.text((left + indent, y), line, font=font, fill=(25, 25, 28))
            used.append(line)
            y, indent = y + round(size * 1.75), 0
            if y > HEIGHT - 260:
                return sheet, "\n".join(used)
    return sheet, "\n".join(used)


def with_seal(sheet: Image.Image, chance: random.Random) -> Image.Image:
    """A round seal of 4.2 cm over the text, its ink mixed with the print."""
    over = Image.new("RGB", sheet.size, "white")
    pen, radius = ImageDraw.Draw(over), 165
    x, y = WIDTH - 560 + chance.randint(-50, 50), HEIGHT - 700 + chance.randint(-200, 200)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=RED, width=12)
    pen.polygon([_star(x, y, corner) for corner in range(10)], fill=RED)
    font = ImageFont.truetype(font_path(SERIF, True), 46)
    for number, character in enumerate("吴集镇人民政府教育督导室"):
        angle = math.radians(200 + number * 20)
        glyph = Image.new("L", (60, 60), 0)
        ImageDraw.Draw(glyph).text((8, 0), character, font=font, fill=255)
        turned = glyph.rotate(-(math.degrees(angle) + 90), resample=Image.Resampling.BICUBIC)
        place = round(x + (radius - 40) * math.cos(angle)) - 30, round(y + (radius - 40) * math.sin(angle)) - 30
        over.paste(RED, place, turned)
    return ImageChops.multiply(sheet, over)


def _star(x: int, y: int, corner: int) -> tuple[float, float]:
    reach, angle = (55 if corner % 2 == 0 else 22), corner * math.pi / 5
    return x + reach * math.sin(angle), y - reach * math.cos(angle)


def scanned(sheet: Image.Image, chance: random.Random) -> bytes:
    """The sheet as a scanner on an office's desk gives it back."""
    noise = np.random.default_rng(chance.randint(0, 1 << 30))
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), chance.uniform(-1.5, 1.5), 1)
    dots = cv2.warpAffine(np.asarray(sheet), turn, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderValue=(255,) * 3)
    light = 0.90 + 0.08 * np.linspace(0, 1, HEIGHT)[:, None, None]
    blurred = cv2.GaussianBlur(dots.astype(np.float32) * light, (0, 0), 0.7) + noise.normal(0, 9, dots.shape)
    dots = np.clip(blurred, 0, 255).astype(np.uint8)
    dots[noise.random(dots.shape[:2]) < 0.0008] = 0
    coded = io.BytesIO()
    Image.fromarray(dots).save(coded, "JPEG", quality=70)
    return coded.getvalue()


# --- errors ------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def distance(got: str, wanted: str) -> int:
    """Levenshtein's, row by row."""
    codes = np.array([ord(character) for character in wanted], np.int64)
    steps = np.arange(len(wanted) + 1)
    row = steps.copy()
    for number, character in enumerate(got, 1):
        best = np.minimum(row[:-1] + (codes != ord(character)), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate([[number], best]) - steps) + steps
    return int(row[-1])


if __name__ == "__main__":
    main()
