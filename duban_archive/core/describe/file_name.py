"""Reads a file name the way an archivist does: what it says once dates, copy marks and machine names are gone."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from duban_archive.core.wording import CJK, tidy

_SUFFIX = re.compile(r"\.(?:[A-Za-z][A-Za-z0-9]{1,5}|7z|mp[34])$")
_MACHINE = re.compile(
    r"^(?:mmexport|wx_camera_|img|image|dsc|dscn|dscf|pic|photo|scan|scanned|screenshot|vid|mvimg|pano|qq图片|qq截图|"
    r"微信图片|微信截图|截图|截屏|屏幕截图|屏幕快照|扫描件?|扫描全能王|图片|图像|照片|未命名|无标题|新建|文档|文件|document|"
    r"doc|untitled|book|sheet|工作簿|新建\s*(?:microsoft|wps|文本|excel|xls|doc).*|camscanner|cs|tencent|temp|tmp|附件|"
    r"副本|copy of|page|p|复件)[\s_\-()（）.年月日时分秒#]*[\d\s_\-()（）.]*(?:\.?\d+)*$",
    re.IGNORECASE,
)
_STAGE = (
    r"最终版?|最终|终稿|定稿|最后版?|最新版?|修改稿?|修改版|修订稿|修订版|改定|改\d?|新|草稿|初稿|送审稿|征求意见稿|"
    r"打印版?|打印稿|盖章版?|盖章扫描件?|扫描件?|扫描版|签字版|电子版|正式版?|发|v\d+(?:\.\d+)*|版本?\d+|"
    r"第[一二三四五六\d]+稿|[一二三四五]稿|ok|好|已审|已改|上报版?|上报稿|上交|报送|存档|备份"
)
_COPY = re.compile(
    r"[\s_\-—]*(?:[(（\[【]\s*\d{1,3}\s*[)）\]】]|[-—_ ]*副本(?:[(（]\d+[)）])?|[-—_ ]*复件|的副本|拷贝|copy|"
    rf"[(（\[【]?(?:{_STAGE})[)）\]】]?)\s*$",
    re.IGNORECASE,
)
_FRONT = re.compile(
    r"^\s*(?:(?:复件|副本|copy of)\s*(?:[(（]\d+[)）])?\s*|"
    r"[(（\[【]\s*(?:最终版?|定稿|终稿|新|修改|已改|盖章版?|扫描件?|上报|转|急)\s*[)）\]】]\s*|"
    r"(?:附件|附)\s*[\d一二三四五六七八九十]*\s*[:：\-—_.、 ]\s*|附件\s*[\d一二三四五六七八九十]+(?=\D)|"
    r"新建\s+|转发[:：]\s*|re[:：]\s*|fw[:：]\s*)",
    re.IGNORECASE,
)
_FRONT_NUMBER = re.compile(
    r"^\s*(?:[(（]?\d{1,3}[)）]?\s*[、.．\-_—\s]\s*|[(（]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．]\s*|"
    r"\d{1,2}(?=[\u4e00-\u9fff]))"
)
_STAMP = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[_\-\s]?\d{6})?(?!\d)|"
    r"(?<!\d)(?:19|20)\d{2}[.\-_](?:0?[1-9]|1[0-2])[.\-_](?:[0-2]?\d|3[01])(?!\d)|(?<!\d)1[3-9]\d{11}(?!\d)|"
    r"(?<!\d)(?:0?[1-9]|1[0-2])[.\-](?:[0-2]?\d|3[01])(?![\d.])$|(?<=[\u4e00-\u9fff_\-\s])(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])$"
)
_EDGE = " \t_-—–.·、,，+~#"


def stem(file_name: str) -> str:
    """The name without its suffix (or several: 名单.doc.doc)."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    for _ in range(2):
        cut = _SUFFIX.sub("", name)
        if not cut:
            break
        name = cut
    return name


def clean_name(file_name: str) -> str:
    """What the name says as a title: no suffix, stamps, copy marks or running numbers; ``""`` for a machine's name."""
    name = stem(file_name).strip()
    if is_machine_name(name):
        return ""
    while True:
        before = name
        name = _COPY.sub("", name) or name
        name = _FRONT.sub("", name) or name
        if name == before:
            break
    name = _STAMP.sub("", name)
    name = _FRONT_NUMBER.sub("", name).strip(_EDGE)
    name = re.sub(r"[(（\[【]\s*[)）\]】]", "", _COPY.sub("", name)).strip(_EDGE)
    name = tidy(re.sub(r"_+", " ", name))
    return name if CJK.search(name) and len(CJK.findall(name)) > 1 else ""


def is_machine_name(name: str) -> bool:
    """Named by a camera, a phone or a program, not by a person."""
    name = stem(name).strip()
    return bool(_MACHINE.match(name)) or not CJK.search(name)
