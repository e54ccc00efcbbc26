"""Bytes into text: UTF-8, GBK/GB18030, UTF-16 and UTF-32, with or without a byte order mark."""

from __future__ import annotations

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65536
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# punctuation, kana and hanzi of everyday use: what UTF-16 Chinese decodes to, and random bytes do not
_LIKELY = re.compile("[\t\r\n -~　-〿一-鿿！-～“”‘’—…·]")


def decode(data: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding; bytes that fit none become U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    encoding = encoding_of(data)
    return data.decode(encoding, "replace"), encoding


def encoding_of(data: bytes) -> str:
    """The likeliest encoding of bytes without a byte order mark."""
    if wide := _wide(data):
        return wide
    for encoding in ("utf-8", "gb18030"):
        if _decodes(data, encoding):
            return encoding
    sample = data[:_SAMPLE]
    utf8, gbk = (sample.decode(name, "replace").count("\ufffd") for name in ("utf-8", "gb18030"))
    if min(utf8, gbk) * 20 > len(sample):
        return "cp1252"
    return "utf-8" if utf8 <= gbk else "gb18030"


def looks_like_text(head: bytes) -> bool:
    """Whether the first bytes of a file read as text in any of the encodings."""
    if any(head.startswith(mark) for mark, _ in _MARKS) or _wide(head):
        return True
    if len(_CONTROL.findall(head)) * 200 > len(head):
        return False
    if _decodes(head, "utf-8") or _decodes(head, "gb18030"):
        return True
    text = head.decode(encoding_of(head), "replace")
    return text.count("\ufffd") * 50 < len(text)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data, False)  # a character may be cut at the end
    except UnicodeDecodeError:
        return False
    return True


def _wide(data: bytes) -> str:
    """``utf-16-le`` or ``utf-16-be`` when bytes without a mark are that, else nothing."""
    sample = data[:4096]
    if len(sample) < 4 or b"\x00\x00\x00" in sample:
        return ""
    if b"\x00" not in sample and (_decodes(sample, "utf-8") or _decodes(sample, "gb18030")):
        return ""
    best = ("", 0.0)
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) & ~1].decode(encoding, "replace")
        share = len(_LIKELY.findall(text)) / len(text)
        best = max(best, (encoding, share), key=lambda pair: pair[1])
    return best[0] if best[1] > 0.9 else ""
