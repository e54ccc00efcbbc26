"""The remarks that reading leaves on a record: a closed list of codes, and the sentence an office reads for each.

Each sentence says what happened, that the original is safe, and what to do next.
"""

from __future__ import annotations

from typing import Final

from duban_archive.adapters.worker import Fault
from duban_archive.core.model import Extracted, Note

_SAFE = "原件已安全保存"

_SENTENCES: Final = {
    # nothing could be read
    "encrypted": f"{{what}}设有打开密码，无法读取内容。{_SAFE}。请向报送单位索取密码，另存为不带密码的文件后重新投放。",
    "broken": f"{{what}}已损坏或不完整，无法读取内容。{_SAFE}。请用原来的软件打开后另存一份，或向报送单位重新索取。",
    "empty": f"{{what}}是空文件，没有任何内容。{_SAFE}。请确认拷贝是否完整，并重新投放正确的文件。",
    "too_large": f"{{what}}超过读取上限（{{detail}}），没有读取内容。{_SAFE}。可在设置中调高上限后重新读取。",
    "unknown_type": f"无法识别{{what}}的格式，没有读取内容。{_SAFE}。请用原来的软件另存为 PDF 或 Word 后一并投放。",
    "tool_missing": f"本机缺少读取{{what}}的组件（{{detail}}），没有读取内容。{_SAFE}。请另存为常用格式后一并投放。",
    "time": f"读取{{what}}超过了时间上限，已停止。{_SAFE}。可稍后重新读取；若仍不成，请另存为 PDF 后一并投放。",
    "memory": f"读取{{what}}占用内存过多，已停止。{_SAFE}。请拆分或另存为 PDF 后一并投放。",
    "crash": f"读取{{what}}时读取程序意外退出，文件可能已损坏。{_SAFE}，其他文件不受影响。请另存一份后重新投放。",
    "bomb": f"{{what}}解开后异常庞大（{{detail}}），疑似恶意或损坏的文件，已停止解开。{_SAFE}。请核实来源。",
    # something was read, and something is amiss
    "no_text": f"{{what}}里没有可读的文字。{_SAFE}。如有文字内容，请另附可读的版本。",
    "pictures_only": f"{{what}}里只有图片，几乎没有文字（多为粘贴的扫描页），文字由程序从画面识别，可能有误。{_SAFE}。"
    "请核对；有电子文字版的请一并投放。",
    "needs_ocr": "{what}有 {detail} 页没有可用的文字（多为扫描或照片），将用文字识别补读。" + _SAFE + "。",
    "garbled_text": "{what}有 {detail} 页的文字层是乱码，不能采用，将用文字识别补读。" + _SAFE + "。",
    "partly_read": f"{{what}}有一部分无法读取（{{detail}}），其余内容已读取。{_SAFE}。请核对，必要时重新索取。",
    "truncated": f"{{what}}内容太多，只读取了前面的部分（{{detail}}）。{_SAFE}且完整。可在设置中调高上限后重新读取。",
    "macros": f"{{what}}带有宏程序。宏没有运行，也不会运行。{_SAFE}。打开原件时请勿启用宏。",
    "members_skipped": f"{{what}}中有些内容没有取出：{{detail}}。{_SAFE}。如需要，请手工解开后投放。",
}

NOTE_CODES: Final[tuple[str, ...]] = tuple(_SENTENCES)
"""Every code that reading may give. docs/reading.md has what each means."""


def note(code: str, what: str = "该文件", detail: str = "") -> Note:
    """The note of a code; ``what`` names the kind of file (这个 PDF), ``detail`` the figures."""
    return Note(code=code, text=_SENTENCES[code].format(what=what or "该文件", detail=detail))


def note_of(fault: Fault) -> Note:
    """What a worker's fault means for the record whose file it was reading."""
    return note("broken" if fault.kind == "error" else fault.kind)


def unread(media_type: str, engine: str, code: str, what: str = "该文件", detail: str = "") -> Extracted:
    """An original out of which nothing could be got: an 异常件, and why."""
    facts = {"encrypted": True} if code == "encrypted" else {}
    return Extracted(
        media_type=media_type, engine=engine, facts=facts, notes=(note(code, what, detail),), readable=False
    )
