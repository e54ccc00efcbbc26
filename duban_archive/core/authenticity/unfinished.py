"""没有写完的材料: blanks left open, traces of editing, a 落款 without its date, attachments that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from duban_archive.core.authenticity.paper import PICTURES, SHEETS, SLIDES, Line, Paper, Setting, found
from duban_archive.core.describe.title import is_organisation
from duban_archive.core.findings import Finding
from duban_archive.core.wording import bare, tidy

# --- blanks ----------------------------------------------------------------------------------------------------

_MEANT_BLANK = re.compile(
    r"空白|空表|样表|表样|样张|样式|格式|模板|模版|范本|范文|参考文本|示例|样例|填写说明|填报说明|填表说明|试卷|试题|答题卡|"
    r"问卷|调查表|测评表|评议表|申请表|审批表|协议书?|合同|承诺书|责任书|授权书|委托书|告知书|通知书|回执|邀请函|一封信"
)
_BLANK_KINDS = {"form", "survey"}
_BY_HAND = re.compile(
    r"签字|签名|签章|签收|盖章|公章|意见|审核|审批|批示|经办|复核|监督电话|验收人|检查人|负责人\s*[:：]"
)
_NAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳唐罗薛伍余米贝姚孟顾尹江钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘解应宗丁宣邓郁"
    "单杭洪包诸左石崔吉龚程邢裴陆荣翁荀甄曲家封段富焦巴牧谷车侯宁仇栾甘厉戎祖武符刘景詹束龙叶幸司黎薄印宿白怀蒲卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳姬申扶堵冉宰桂牛寿边燕冀尚农温别庄晏柴"
    "瞿阎慕连茹习艾容向古易廖终居衡步都耿满弘匡国文寇广禄东欧沃利师巩聂关荆"
)
_X = "XxＸｘ×╳╳✕"
_COUNTED = "(?:万元|[人元名户次册份])[，,。；;]"  # 共资助学生　　人，发放　　元。
_OPEN_BLANK = re.compile(
    r"(?<![_＿])[_＿]{3,}(?![_＿])"
    rf"|(?<![A-Za-z0-9{_X}])(?:[{_X}]{{2,4}}|某某|[〇○◯]{{2,4}})(?=(?:省|市|县|区|镇|乡|村|局|学校|小学|中学|幼儿园|中心校|单位|年|月|日|人|名|元|个|间|所|班|校长|年级|学期|[%％]))"
    rf"|(?<![A-Za-z0-9{_X}])[{_X}](?=(?:小学|中学|学校|镇|乡|县|年[{_X}]月|月[{_X}\d]+日|名(?:教师|学生)|人次|万元))"
    rf"|(?:20|二〇|二○)[{_X}]{{2}}\s*(?=年|学年)|20\d\d\s*年\s*[{_X}]{{1,2}}\s*月"
    r"|(?:此处|在此处?|请在此处?)(?:填写|填入|输入|插入|填报|粘贴|补充|添加|写明|说明|略写)|(?:单击|点击)此处(?:输入|添加|编辑)"
    r"|[（(【\[](?:填写|待填|待补|待定|待核实|请填写|请输入|插入)[^）)】\]]{0,12}[）)】\]]"
    r"|(?:20\d\d|二[〇○]\S{2})\s*年(?:[ 　]{2,}月(?:[ 　]*日)?|[ 　]+月[ 　]*日)"
    r"|(?:20\d\d)\s*年\s*\d{1,2}\s*月[ 　]{2,}日"
    rf"|(?<=[\u4e00-\u9fff])(?:[ 　]{{2,}}(?={_COUNTED})|[ 　](?={_COUNTED}[^。]{{,24}}[\u4e00-\u9fff][ 　]{_COUNTED}))"
    r"|\{\{[^{}\n]{1,60}\}\}"
)
_BLANK_SIGN = re.compile(rf"[ 　]{_COUNTED}|[_＿{_X}某〇○◯{{填插输粘]|此处|待[补定核]|年[ 　]|月[ 　]")
_LONE_DATE = re.compile(r"^[\s　]*年[\s　]+月(?:[\s　]*日)?[\s　]*$")
_MOST_SHOWN = 5
_DENSE = 12  # blanks, and more than one for every so many characters: a form that was never filled in
_DENSE_CHARACTERS = 40


def blanks_left(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """____, XX, 此处填写, 2015年 月 日 left open; not in forms that are meant to be blank, nor where people sign."""
    names = " ".join((paper.title, *paper.file_names))
    if _MEANT_BLANK.search(names) or all(PICTURES.search(p.media_type) for p in paper.record.parts):
        return
    hits: list[tuple[Line, str]] = []
    characters = 0
    lines = paper.lines()
    for n, line in enumerate(lines):
        characters += len(line.text)
        if line.ocr or _MEANT_BLANK.search(line.text[:12]):
            continue
        may_be_date = "年" in line.text and (n >= len(lines) - 6 or bool(n and _LONE_DATE.match(line.text)))
        if not may_be_date and not _BLANK_SIGN.search(line.text):
            continue
        near = line.text if "\t" in line.text else " ".join(other.text for other in lines[max(0, n - 1) : n + 1])
        for match in _OPEN_BLANK.finditer(line.text):
            if _is_open(line.text, match) and not _BY_HAND.search(near[-60 - len(line.text) :]):
                hits.append((line, match.group().strip() or line.text[match.start() - 2 : match.end() + 1]))
                break
        else:
            if (
                (n >= len(lines) - 6 or (n and _is_signature(lines[n - 1].text)))
                and _LONE_DATE.match(line.text)
                and not _BY_HAND.search(near)
            ):
                hits.append((line, "年 月 日"))
    if not hits:
        return
    if len(hits) >= _DENSE and characters < _DENSE_CHARACTERS * len(hits) and paper.kind in _BLANK_KINDS:
        return
    listed = "、".join(f"“{_around(line.text, words)}”" for line, words in hits[:3])
    message = (
        f"《{paper.title}》有 {len(hits)} 处像是没有填:{listed}"
        f"{'等' if len(hits) > 3 else ''}。请填好后换新版;本来就是空白表的,请写说明。"
    )
    spots = [paper.spot(line) for line, _ in hits[:_MOST_SHOWN]]
    about = (paper.id, len(hits), *(line.text for line, _ in hits[:_MOST_SHOWN]))
    yield found("blanks_left", "doubt", message, *spots, about=about, unit=paper.unit)


def _is_open(line: str, match: re.Match[str]) -> bool:
    words, start, end = match.group(), match.start(), match.end()
    before, after = line[:start], line[end:]
    if words[0] in "_＿":  # filled when words stand between two runs, or it is a rule drawn across the page
        drawn = not re.search(r"\w", (before + after).replace("_", "").replace("＿", ""))
        filled = re.match(r"\s*[^\s_＿，,。；;：:]{1,30}[_＿]{2,}", after) or re.search(
            r"[_＿]{2,}[^\s_＿，,。；;：:、）)]{1,30}\s*$", before
        )
        return not drawn and not filled
    if words[0] in _X + "某":
        return not (before[-1:] in _NAMES and after[:1] not in "省市县区镇乡村局学小中幼单年月日人名元个间所班%％")
    return True


def _around(line: str, words: str) -> str:
    at = line.find(words)
    shown = line[max(0, at - 8) : at + len(words) + 8].replace("\t", " ")
    return tidy(re.sub(rf"(?<=[\u4e00-\u9fff])[ 　]+(?={_COUNTED})", "__", shown))


# --- traces of editing -------------------------------------------------------------------------------------------

_DRAFT = re.compile(r"征求意见|讨论稿|草稿|草案|初稿|送审稿|修改稿")
_LISTS = re.compile(
    r"字典|代码|编码|参数|下拉|选项|数据源|枚举|校验|配置|模板|填表说明|填报说明|hidden|list|dict|^_", re.I
)


def tracked_changes(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """Insertions and deletions nobody has accepted yet."""
    yield from _traces(paper, "tracked_changes", "处修订没有接受或拒绝,谁改了什么别人都看得见")


def comments_left(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """Remarks in the margin."""
    yield from _traces(paper, "comments", "条批注还留在文件里", rule="comments_left")


def _traces(paper: Paper, fact: str, said: str, *, rule: str = "tracked_changes") -> Iterator[Finding]:
    if _DRAFT.search(" ".join((paper.title, *paper.file_names))):
        return
    count = sum(int(facts.get(fact) or 0) for facts in paper.facts)
    if count:
        message = f"《{paper.title}》有 {count} {said}。请清理后换新版,原来的一版仍然保存。"
        yield found(rule, "doubt", message, paper.spot(value=f"{count}"), about=(paper.id, count), unit=paper.unit)


def hidden_sheets(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """Sheets or slides that do not show; lists that a form draws its choices from are part of the form."""
    sheets = [str(n) for f in paper.facts for n in f.get("hidden_sheets") or () if not _LISTS.search(str(n))]
    slides = [str(n) for f in paper.facts for n in f.get("hidden_slides") or ()]
    if not sheets and not slides:
        return
    said = []
    if sheets:
        said.append(f"工作表{'、'.join(f'“{name}”' for name in sheets[:6])}{'等' if len(sheets) > 6 else ''}是隐藏的")
    if slides:
        said.append(f"第 {'、'.join(slides[:8])} 张幻灯片是隐藏的")
    message = f"《{paper.title}》里{';'.join(said)},打印时看不到,发出去别人却能打开。请看看是不是该删。"
    spots = [paper.spot(text=f"隐藏的工作表“{name}”") for name in sheets[:6]] or [paper.spot()]
    yield found("hidden_sheets", "doubt", message, *spots, about=(paper.id, *sheets, *slides), unit=paper.unit)


# --- 落款 -------------------------------------------------------------------------------------------------------

_BEHIND = re.compile(
    r"^(?:附\s*[件表]\s*[\d一二三四五六七八九十]*(?:\s|[:：]|$)|抄送|抄报|主送|主题词|打印|校对|共印|联系人|联系电话|[（(]联系|.{2,24}印发$)"
)
_SOME_DATE = re.compile(
    r"\d{4}\s*[年.\-/．]\s*\d{1,2}(?!\d)|[二一][〇○零oO0九]\S{1,3}\s*年\s*\S{1,3}\s*月|\d{1,2}\s*月\s*\d{1,2}\s*[日号]"
    r"|(?<!\d)\d{8}(?!\d)|年[\s　]*月|\d{4}\s*年$|日期|时间"
)
_SEAL_WORDS = re.compile(r"[（(]?(?:盖章|公章|签章|章)[)）]?")
_TAIL = 5


def undated(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """A paper that ends with the name of who signs it, and no day anywhere."""
    told = paper.record.description.dated
    if (told is not None and told.source in ("text", "person")) or not paper.readings or not paper.is_whole:
        return
    if any(SHEETS.search(p.media_type) or SLIDES.search(p.media_type) for p in paper.record.parts):
        return
    lines = [line for line in paper.lines() if line.part == len(paper.readings) - 1]
    if not lines or any(line.ocr for line in lines[-8:]) or sum(len(line.text) for line in lines) < 60:
        return
    main = lines
    for n, line in enumerate(lines[3:], 3):  # what follows the 落款
        if _BEHIND.match(tidy(line.text)) and (_is_signature(lines[n - 1].text) or _is_date(lines[n - 1].text)):
            main = lines[:n]
            break
    if any(_is_date(line.text) for line in (*main[-_TAIL:], *lines[:6], *lines[-3:])):
        return
    signed = next((line for line in reversed(main[-3:]) if _is_signature(line.text)), None)
    if signed is None or any(tidy(line.text) == tidy(signed.text) for line in lines[:2]):
        return
    message = (
        f"《{paper.title}》落款有“{tidy(signed.text)}”,没有日期。请补上真实的成文日期后换新版,"
        "或在著录里写明日期和依据;不要倒填日期。"
    )
    yield found("undated", "doubt", message, paper.spot(signed), about=(paper.id, signed.text), unit=paper.unit)


def _is_date(text: str) -> bool:
    line = tidy(text)
    return len(line) <= 40 and bool(_SOME_DATE.search(line))


def _is_signature(text: str) -> bool:
    line = _SEAL_WORDS.sub("", tidy(text)).strip(" 　:：（）()")
    return "\t" not in text and len(line) <= 30 and is_organisation(line)


# --- 附件 -------------------------------------------------------------------------------------------------------

_NO = r"[\d一二三四五六七八九十]{1,2}"
_ANNOUNCED = re.compile(
    rf"^附(?:\s*件\s*[:：]|\s*[:：](?=.*(?:名单|表|清单|名册|方案|台账)$))\s*(?:(?P<no>{_NO})\s*[.．、]\s*)?(?P<name>\S.{{1,60}})$"
)
_NEXT = re.compile(rf"^(?P<no>{_NO})\s*[.．、]\s*(?P<name>\S.{{1,60}})$")
_LISTED = re.compile(rf"[\s；;，,]*(?<!\d){_NO}\s*[.．、](?=\D)\s*")
_HEADING = re.compile(rf"^附\s*(?:件|表)\s*(?P<no>{_NO})?\s*[:：]?\s*$")
_HEADED = re.compile(rf"^附\s*(?:件|表)\s*(?P<no>{_NO})?\s*[:：\s]\s*\S")
_OWN_SEE = re.compile(r"(?:详见|见|附后的)附件(?!通知|要求)\s*\d*|(?:见|列于)附表\s*\d*")
_FIGURES = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}
_NONE = re.compile(r"^[无略]|另发|另附|另行|单独|网上|下载")


def attachment_missing(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """附件 that a paper names and that are neither in its file nor beside it."""
    if not paper.is_whole or not paper.readings:
        return
    lines = paper.lines()
    announced, after = _announced(lines)
    carried = sum(int(facts.get("attachments") or 0) for facts in paper.facts)
    if not announced:
        yield from _seen_nowhere(paper, lines, carried)
        return
    inside = [bare(line.text) for line in lines[after:]]
    headings = {_number(m["no"]) for line in lines[after:] if (m := _HEADING.match(tidy(line.text)))}
    headings |= {_number(m["no"]) for line in lines[after:] if (m := _HEADED.match(tidy(line.text)))}
    beside = [bare(name) for name in paper.beside]
    missing = []
    for number, name, line in announced:
        plain = _plain(name)
        if number in headings or (len(announced) == 1 and headings) or carried >= len(announced):
            continue
        if any(_same(plain, other) for other in (*inside, *beside)):
            continue
        if number and any(re.search(rf"附件{number}(?!\d)", other) for other in beside):
            continue
        if len(announced) == 1 and any(re.match(r"附件(?!\d)", other) for other in beside):
            continue
        missing.append((name, line))
    if not missing:
        return
    message = (
        f"《{paper.title}》写有 {len(announced)} 个附件,没有见到{'、'.join(f'“{name}”' for name, _ in missing[:4])}"
        f"{'等' if len(missing) > 4 else ''}(文件里没有,同批收来的材料里也没有)。请补齐;已另外归档的,请写说明。"
    )
    spots = [paper.spot(line) for _, line in missing[:_MOST_SHOWN]]
    about = (paper.id, *(name for name, _ in missing))
    yield found("attachment_missing", "doubt", message, *spots, about=about, unit=paper.unit)


def _seen_nowhere(paper: Paper, lines: Sequence[Line], carried: int) -> Iterator[Finding]:
    """见附件 in the text, and nothing that could be one."""
    said = next((line for line in lines[1:] if not line.ocr and "附" in line.text and _OWN_SEE.search(line.text)), None)
    if said is None or carried or len(paper.record.parts) > 1 or any(reading.tables for reading in paper.readings):
        return
    if any(re.match(r"附\s*[件表图]", tidy(line.text)) for line in lines):
        return
    if any(re.search(r"附件|附表", name) for name in paper.beside) or any(facts.get("images") for facts in paper.facts):
        return
    message = (
        f"《{paper.title}》写着“{_shown_see(said)}”,文件里和同批收来的材料里都没有附件。请补齐;已另外归档的,请写说明。"
    )
    yield found("attachment_missing", "doubt", message, paper.spot(said), about=(paper.id, said.text), unit=paper.unit)


def _shown_see(line: Line) -> str:
    text = tidy(line.text)
    match = _OWN_SEE.search(text)
    at = match.start() if match else 0
    return text[max(0, at - 12) : at + 8].strip("，。；、（(")


def _announced(lines: Sequence[Line]) -> tuple[list[tuple[int, str, Line]], int]:
    """The attachments a paper lists (number, name, line), and the line after the list."""
    for n, line in enumerate(lines):
        match = _ANNOUNCED.match(tidy(line.text)) if line.text.lstrip().startswith("附") else None
        if match is None or _NONE.search(match["name"]) or n < 2 or line.ocr:
            continue
        listed = [(_number(match["no"]), match["name"], line)]
        if match["no"] and len(one_line := _LISTED.split(match["name"])) > 1:  # 附件：1.名单 2.统计表
            listed = [(n, name, line) for n, name in enumerate(filter(None, one_line), _number(match["no"]))]
        after = n + 1
        if match["no"]:
            while after < len(lines) and (following := _NEXT.match(tidy(lines[after].text))):
                if _number(following["no"]) != listed[-1][0] + 1:
                    break
                listed.append((_number(following["no"]), following["name"], lines[after]))
                after += 1
        below = lines[after : after + 4]
        if lines[after:] and not any(_is_signature(one.text) or _is_date(one.text) for one in below):
            return [], 0  # not the list above the 落款 but the head of an attachment that follows
        return listed, after
    return [], 0


def _number(text: str | None) -> int:
    if not text:
        return 0
    if text.isdigit():
        return int(text)
    return _FIGURES.get(text[-1], 0) + (10 if len(text) > 1 and text[0] == "十" else 0)


def _plain(name: str) -> str:
    return bare(re.sub(r"[（(][^（()）]*[)）]\s*$|(?:复印件|各?[一二三四五六七八九十\d]+份)$", "", name))


def _same(name: str, other: str) -> bool:
    if len(name) < 3 or not other:
        return False
    return name in other or (len(other) >= 6 and other in name)
