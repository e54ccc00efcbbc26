"""密级: a mark stands alone; a paper that only speaks of secrets is none."""

from __future__ import annotations

import pytest

from duban_archive.core.model import Extracted, Locator, Passage
from duban_archive.core.secrecy import mark_in_name, mark_in_text


def read(*pages: str, paged: bool = False) -> Extracted:
    passages = tuple(
        Passage(locator=Locator(page=n) if paged else Locator(paragraph=n), text=text)
        for n, text in enumerate(pages, 1)
    )
    return Extracted(media_type="text/plain", engine="text", passages=passages)


@pytest.mark.parametrize(
    ("name", "folder", "mark"),
    [
        ("【机密】通知.docx", "", "机密"),
        ("通知\uff08秘密\uff09.pdf", "", "秘密"),
        ("机密★1年通知.pdf", "", "机密"),
        ("秘密.doc", "", "秘密"),
        ("绝密-方案.doc", "", "绝密"),
        ("名单_秘密.xls", "", "秘密"),
        ("a.doc", "涉密文件", "涉密"),
        ("a.doc", "第三小学/机密", "机密"),
    ],
)
def test_a_mark_in_a_name_or_folder_is_seen(name: str, folder: str, mark: str) -> None:
    assert mark_in_name(name, folder) == mark


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("保守国家秘密学习记录.docx", ""),
        ("机密文件管理制度.doc", ""),
        ("秘密花园读后感.txt", ""),
        ("商业秘密.doc", ""),
        ("总结.doc", "保密工作"),
        ("", ""),
    ],
)
def test_a_name_that_only_speaks_of_secrets_is_none(name: str, folder: str) -> None:
    assert mark_in_name(name, folder) == ""


@pytest.mark.parametrize(
    "line",
    [
        "机密★1年", "秘密", "密级\uff1a秘密", "份号\uff1a000012 机密★10年", "机密 ★ 1年 特急", "绝 密", "★10年",
        "000001\t机密★", "密级\t机密",
    ],
)  # fmt: skip
def test_a_line_that_is_a_mark_is_seen(line: str) -> None:
    assert mark_in_text(read(f"吴集镇人民政府文件\n{line}\n正文"))


@pytest.mark.parametrize(
    "line",
    [
        "★ 重点工作", "本文讲解机密★1年的写法", "要在左上角标注秘密★、机密★或绝密★,并写明保密期限和份号,不得遗漏",
        "学习《保密法》", "机密文件", "1\t2015-01\t吴集镇\t关于某事的通知\t秘密\t3",
    ],
)  # fmt: skip
def test_a_line_that_speaks_of_marks_is_none(line: str) -> None:
    assert mark_in_text(read(f"吴集镇人民政府文件\n{line}\n正文")) == ""


def test_a_mark_far_down_in_running_text_is_none_and_at_the_head_of_a_later_page_it_is_one() -> None:
    assert mark_in_text(read("第一行\n" * 30, "秘密★")) == ""
    assert mark_in_text(read("封面", "机密★1年\n附件正文", paged=True)) == "机密"
