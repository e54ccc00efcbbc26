"""Mails (eml) and saved web pages (mht): headers, text, attachments as members; headers in raw GBK are understood."""

from __future__ import annotations

import email
import email.header
import email.message
import email.policy
import email.utils
import re
from collections.abc import Iterator
from typing import Final

from duban_archive.core.model import Extracted, Json, Table

from . import media_types as kinds
from .passages import of_paragraphs, one_line
from .source import Source, UnreadableError
from .text_encoding import decode
from .unpacking import TooMuchError, Unpacker
from .web_page import lines_of

ENGINE: Final = "mail"

_HEADERS: Final = (("subject", "主题"), ("from", "发件人"), ("to", "收件人"), ("cc", "抄送"), ("date", "日期"))
_CHINESE: Final = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "chinese", "csgb2312", "hz-gb-2312"}
_MOST_PARTS = 2000


class _AsWritten(email.policy.Compat32):
    """Headers with their raw bytes kept (as surrogates): GBK without a word of it is what many old programs send."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value as it stands in the mail."""
        return value


def read(source: Source) -> Extracted:
    """The headers as lines, then the text; every attachment is a member."""
    message = email.message_from_bytes(source.path.read_bytes(), policy=_AsWritten())
    headers = {name: _header(message.get(name)) for name, _ in _HEADERS}
    saved_page = source.media_type == kinds.MHT
    lines = [] if saved_page else [f"{label}：{headers[name]}" for name, label in _HEADERS if headers[name]]
    tables: list[Table] = []
    unpacker = Unpacker(source)
    plain: list[str] = []
    rich: list[str] = []
    for number, part in enumerate(_leaves(message)):
        if number > _MOST_PARTS:
            break
        kind = part.get_content_type()
        name = _file_name(part)
        inline = part.get_content_disposition() != "attachment" and not name
        if kind == "text/plain" and inline:
            plain += _text(part).splitlines()
        elif kind == "text/html" and (inline or saved_page):
            found, in_it, _title = lines_of(_text(part), source.limits.cells)
            rich += found
            tables += in_it
        elif not saved_page and (name or part.get_content_disposition() == "attachment" or kind == "message/rfc822"):
            _attach(part, name, kind, unpacker)
    body = plain if any(line.strip() for line in plain) else rich
    lines += [line for raw in body if (line := one_line(raw) if "\t" not in raw else raw.strip())]
    if not lines and not unpacker.members:
        raise UnreadableError("broken")
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=of_paragraphs(lines),
        tables=tuple(tables) if body is rich else (),
        facts=_facts(message, headers, len(unpacker.members)),
        members=unpacker.members,
        notes=unpacker.notes(),
    )


def _facts(message: email.message.Message, headers: dict[str, str], attachments: int) -> dict[str, Json]:
    facts: dict[str, Json] = {"author": headers["from"], "own_title": headers["subject"]}
    if attachments:
        facts["attachments"] = attachments
    try:
        facts["created"] = email.utils.parsedate_to_datetime(headers["date"]).isoformat()
    except (ValueError, TypeError):
        facts["created"] = ""
    facts["application"] = _header(message.get("x-mailer"))
    return facts


def _leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    """Parts that hold something themselves; an attached mail is one part and stays closed."""
    stack = [message]
    while stack:
        part = stack.pop()
        if part.get_content_type() == "message/rfc822" and part is not message:
            yield part
        elif part.is_multipart():
            inside = part.get_payload()
            stack.extend(reversed([item for item in inside if isinstance(item, email.message.Message)]))
        else:
            yield part


def _attach(part: email.message.Message, name: str, kind: str, unpacker: Unpacker) -> None:
    if kind == "message/rfc822":
        inner = part.get_payload()
        inside = inner[0] if isinstance(inner, list) and inner else None
        data = inside.as_bytes() if isinstance(inside, email.message.Message) else b""
        subject = _header(inside.get("subject")) if isinstance(inside, email.message.Message) else ""
        name = name or f"{subject or '转发的邮件'}.eml"
    else:
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
    name = name.replace("/", "_").replace("\\", "_") or "附件"
    if unpacker.wants(name, len(data)):
        try:
            with unpacker.member(name) as writer:
                writer.write(data)
        except TooMuchError:  # pragma: no cover -- `wants` has counted it
            return


def _file_name(part: email.message.Message) -> str:
    found = part.get_param("filename", None, "content-disposition") or part.get_param("name")
    if isinstance(found, tuple):  # RFC 2231: (charset, language, value)
        raw = found[2].encode("latin-1", "surrogateescape") if not found[2].isascii() else found[2].encode("ascii")
        return email.utils.collapse_rfc2231_value(found) if found[2].isascii() else decode(raw)[0]
    return _header(found)


def _text(part: email.message.Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = str(part.get_content_charset() or "").lower()
    if charset in _CHINESE and charset != "hz-gb-2312":
        charset = "gb18030"
    try:
        return payload.decode(charset)
    except (LookupError, UnicodeDecodeError, ValueError):
        return decode(payload)[0]


def _header(value: object) -> str:
    """A header as text: encoded words of any Chinese name, or raw bytes that never should have been there."""
    if value is None:
        return ""
    text = ""
    joined = re.sub(r"\?=\s+=\?", "?==?", str(value))
    try:
        pieces = email.header.decode_header(joined)
    except (ValueError, email.errors.HeaderParseError):
        pieces = [(str(value), None)]
    for piece, charset in pieces:
        if isinstance(piece, str):
            text += _raw(piece)
        elif charset is None or charset.lower() in ("unknown-8bit", "us-ascii"):
            text += decode(piece)[0]
        else:
            name = "gb18030" if charset.lower() in _CHINESE else charset
            try:
                text += piece.decode(name, "replace")
            except LookupError:
                text += decode(piece)[0]
    return one_line(text)


def _raw(text: str) -> str:
    """Bytes that the mail parser kept as surrogates, made text."""
    if text.isascii():
        return text
    try:
        return decode(text.encode("utf-8", "surrogateescape"))[0]
    except UnicodeEncodeError:
        return text
