"""留有别校名称: another school's name where a paper speaks of its own, as it stays behind when a paper was copied.

A school may name others as often as it likes: where it lists them, takes pupils over from them, works or competes
with them. So a name counts only where the paper signs, is headed or speaks of itself by it, or in a sentence that
nothing explains; and a paper that names three others is about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from duban_archive.core import slots
from duban_archive.core.authenticity.paper import SHEETS, Line, Paper, Setting, found
from duban_archive.core.describe.title import is_organisation
from duban_archive.core.findings import Finding
from duban_archive.core.units import Mention, plain_name
from duban_archive.core.wording import bare, tidy

_MANY = 3
# Words of a sentence that say why another school stands in it.
_EXPLAINED = re.compile(
    r"转[入出学来到至]|[调借]入|[调借]出|[调借]往|调到|调至|借调|交流|轮岗|支教|走教|送教|来自|毕业|升入|升学|考入|就读|入读|分流|安置|生源|"
    r"原[名为系属址]|原是|前身|更名|改名|并入|合并|撤并|撤销|撤点|接收|接纳|划归|托管|联合|共同|联谊|联办|结对|帮扶|手拉手|对口|姊妹|"
    r"参观|考察|观摩|学习|借鉴|取经|邀请|来校|举办的|承办|主办|举行|比赛|友谊|联赛|决赛|对阵|片区|联片|联校|教研|协作|赴|前往|去了|"
    r"兄弟学?校|等校|等学校|各校|下列|以下|其他学校|附近|邻近|毗邻|相邻|对面|距|相距|路段|门口|校区|分校|教学点|下辖|所属|所辖|管辖|"
    r"服务区|服务范围|招生范围|学区|划片|片内|对调|互查|互评|抽考|监考|考点|阅卷|评比|获奖|名次|表彰|通报|检查组|督[学导查]|任教|任职|"
    r"工作单位|聘[任用]|兼[任职]|担任|学历|简历|经历|曾在|电话|抄送|印发|报[:：]|送[:：]"
)
_BESIDE = re.compile(r"[和与及同跟、/]$")
_SELF = re.compile(
    r"^(?:全体|全校|校长|党支部|领导|教师|学生|师生|教职工|现有|共有|占地|位于|坐落|始建|创办|是一所|高度重视|成立|根据|按照|认真|积极|结合|对照|于|在|的?校园|的?办学|20\d\d|二[〇○])"
)
_FIELD = re.compile(
    r"(?:学校|校名|单位|园名|填报单位|报送单位|填表单位|制表单位|上报单位|填报学校|学校名称|单位名称|申报单位|责任单位)\s*(?:[（(]\S{0,6}[)）])?\s*[:：]\s*(\S{2,30})"
)
_OWN_WORDS = re.compile(r"[我本]校|[我本]园|学校|校内|全校|班级|校园")
# A school's name that is in no checklist, where a sentence describes it as its own.
_STRANGER = re.compile(
    r"(?:^|[，。；、:：\s“])(?P<name>[\u4e00-\u9fff]{2,12}?(?:中心小学|完全小学|小学|初级中学|中学|九年制学校|九年一贯制学校|中心幼儿园|幼儿园))"
    r"(?=(?:坐落|位于|始建|创办|创建|占地|是一所|现有|共有|全体(?:教|师)|高度重视|党支部|领导班子|成立(?:了|以)))"
)
_SCHOOL_WORD = re.compile(r"小学|中学|制学校|幼儿园")
_GENERAL = re.compile(
    r"^(?:我|本|各|全|该|某|每|所有|农村|乡镇|城区|城镇|县城|义务|公办|民办|示范|寄宿|薄弱|中心|村|镇|乡|县|市|省|初级|高级|完全|九年|附属|标准化|合格)+"
    r"(?:中心小学|完全小学|小学|初级中学|中学|幼儿园)$|全[镇乡县市]|[一二三四五六七八九十\d]+所|中小学|各"
)


def other_school(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """A school's paper in which another school's name stands as if it were its own."""
    own = _own(paper, setting)
    if not own:
        return
    head: list[tuple[Line, Mention]] = []
    said: list[tuple[Line, Mention]] = []
    everywhere: set[str] = set()
    lines = paper.lines()
    title = bare(paper.title)
    for n, line in enumerate(lines):
        if not any(word in line.text for word in ("小", "中", "校", "园", "学")):
            continue
        mentions = [m for m in setting.names.find(line.text) if not m.place and m.unit in setting.schools]
        others = [m for m in mentions if not _is_own(m.unit, own, paper, setting)]
        everywhere.update(m.unit for m in others)
        if not others:
            continue
        if len(others) == len(mentions) and _speaks_for_itself(line, n, len(lines), others[0], title, setting):
            head.append((line, others[0]))
        elif "\t" not in line.text and not (line.locator.sheet or line.ocr):
            said += [(line, m) for m in others if _unexplained(line.text, m, own, setting)]
    if len(everywhere) >= _MANY:
        head = (
            [pair for pair in head if pair[0].text in (lines[0].text, lines[-1].text)] if len(everywhere) == 3 else []
        )
        said = []
    hits = head + [pair for pair in said if pair not in head]
    if hits:
        yield _finding(paper, own, hits, setting)
        return
    stranger = next(filter(None, (_stranger(line, own, setting) for line in lines if "\t" not in line.text)), None)
    if stranger is not None and not any(SHEETS.search(p.media_type) for p in paper.record.parts):
        line, name = stranger
        ours = setting.index.unit_name(own[0])
        message = (
            f"《{paper.title}》是{ours}的材料,里面却写着“{name}”怎样怎样,这个校名不在指标体系的单位名单里。"
            "请核对是不是从别处抄来没有改;是本校的曾用名、别名的,请加到单位的别名里。"
        )
        yield found("other_school", "doubt", message, paper.spot(line), about=(paper.id, name), unit=own[0])


def _finding(paper: Paper, own: tuple[str, ...], hits: list[tuple[Line, Mention]], setting: Setting) -> Finding:
    names = list(dict.fromkeys(setting.index.unit_name(m.unit) for _, m in hits))
    ours = "、".join(setting.index.unit_name(unit) for unit in own[:2])
    message = (
        f"《{paper.title}》是{ours}的材料,却有 {len(hits)} 处写着“{'”“'.join(names)}”,看不出为什么提到它。"
        "请核对是不是从别校抄来没有改干净;确实要提到的,请写说明。"
    )
    spots = [paper.spot(line, value=m.words) for line, m in hits[:5]]
    about = (paper.id, *(sorted(names)), len(hits))
    return found("other_school", "doubt", message, *spots, about=about, unit=own[0])


def _own(paper: Paper, setting: Setting) -> tuple[str, ...]:
    """The schools whose paper it is; none where an office over them, or nobody known, made it."""
    confirmed = tuple(dict.fromkeys(f.unit for f in paper.confirmed))
    if confirmed:
        return confirmed if all(unit in setting.schools for unit in confirmed) and len(confirmed) < _MANY else ()
    folders = [setting.names.whole(part) for _, folder in paper.names for part in folder.split("/") if part]
    from_folder = tuple(dict.fromkeys(unit for unit in folders if unit in setting.schools))
    told = paper.record.description.unit
    told_unit = told.value if told is not None and told.confidence >= 0.6 else ""
    if len(from_folder) == 1 and (not told_unit or told_unit in setting.schools):
        return from_folder
    return (told_unit,) if told_unit in setting.schools else ()


def _is_own(unit: str, own: tuple[str, ...], paper: Paper, setting: Setting) -> bool:
    """Also a 教学点 of the school, and a school that was merged into it."""
    checklist = setting.index.checklist
    if unit in own or slots.owner(checklist, unit, "once") in own:
        return True
    found_unit = setting.index.units.get(unit)
    ours = {setting.index.units[u].belongs_to for u in own if u in setting.index.units}
    return found_unit is not None and (found_unit.merged_into in own or unit in ours)


def _speaks_for_itself(line: Line, n: int, total: int, mention: Mention, title: str, setting: Setting) -> bool:
    """The line heads, signs or labels the paper by that name alone."""
    text = tidy(line.text)
    plain = bare(text)
    if field := _FIELD.search(text):
        return n < 14 and bool(setting.names.resolve(field[1].strip("（()）")) == mention.unit)
    if "\t" in line.text:
        return False
    lone = plain_name(text).replace(mention.words, "")
    if n < 3 and (plain == title or (len(plain) > 6 and plain in title)):
        return not _EXPLAINED.search(text)
    signs = n >= total - 8 and is_organisation(text.strip("（()）")) and len(lone) <= 8
    return signs or (n < 2 and text.endswith(("文件", "文 件")))


def _unexplained(text: str, mention: Mention, own: tuple[str, ...], setting: Setting) -> bool:
    """A sentence that names the school and gives no reason for it."""
    plain = plain_name(text)
    sentence = _sentence(text, mention, plain)
    if _EXPLAINED.search(sentence):
        return False
    before, after = plain[: mention.start], plain[mention.end :]
    if any(m.unit != mention.unit for m in setting.names.find(sentence) if not m.place):
        return False  # two units in one sentence: it tells what is between them
    if _BESIDE.search(before[-1:]) or re.match(r"[和与及同等、]", after[:1]):
        return False
    return not mention.derived or bool(_SELF.match(after) or _OWN_WORDS.search(sentence))


def _sentence(text: str, mention: Mention, plain: str) -> str:
    """The sentence of the text in which the mention stands (the text itself keeps its punctuation)."""
    pieces = [piece for piece in re.split(r"(?<=[。；;！？!?])", text) if piece.strip()]
    at = 0
    for piece in pieces:
        width = len(plain_name(piece))
        if at <= mention.start < at + width:
            return piece
        at += width
    return text


def _stranger(line: Line, own: tuple[str, ...], setting: Setting) -> tuple[Line, str] | None:
    if line.ocr or not _SCHOOL_WORD.search(line.text):
        return None
    text = tidy(line.text)
    for match in _STRANGER.finditer(text):
        name = match["name"]
        if _GENERAL.search(name) or setting.names.find(name) or _EXPLAINED.search(text):
            continue
        ours = "".join(bare(form) for unit in own for form in _forms(unit, setting))
        core = re.sub(
            r"(?:中心小学|完全小学|小学|初级中学|中学|九年制学校|九年一贯制学校|中心幼儿园|幼儿园)$", "", name
        )
        if core[-2:] in ours or not core:
            continue
        return line, name
    return None


def _forms(unit: str, setting: Setting) -> tuple[str, ...]:
    known = setting.index.units.get(unit)
    return (known.name, *known.aliases, *known.former_names) if known else ()
