"""Papers that are not what they say: dates, leftovers, blanks, traces.

Each fault spoils a paper whose figures are right.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from planted.fault import Fault, Papers
from planted.sheet import Block, Paper
from planted.town import SCHOOLS, YEARS

Spoil = Callable[[Papers, Paper, random.Random], str]


def plant(papers: Papers, chance: random.Random) -> Iterator[Fault]:
    """Spoil papers that nobody has spoilt yet."""
    plans: tuple[tuple[str, tuple[str, ...], Spoil, int], ...] = (
        ("made_later", ("work_plan", "safety_meeting", "parents_meeting"), _made_later, 6),
        ("last_years", ("safety_meeting",), _last_years, 5),
        ("old_year_inside", ("work_plan", "dropout_report"), _old_year_inside, 4),
        ("other_school", ("lesson_check", "parents_meeting", "safety_meeting"), _other_school, 6),
        ("blanks", ("work_plan", "parents_meeting", "safety_meeting"), _blanks, 6),
        ("tracked", ("work_plan", "lesson_check", "self_report"), _tracked, 4),
        ("comment", ("parents_meeting", "dropout_report"), _comment, 4),
        ("hidden_sheet", ("equipment", "aid_list", "staff"), _hidden, 4),
        ("no_date", ("work_plan", "dropout_report", "lesson_check"), _no_date, 5),
        ("no_annex", ("parents_meeting", "lesson_check", "self_report"), _no_annex, 5),
        ("photo_date", ("photo",), _photo_date, 4),
        ("same_photo", ("photo",), _same_photo, 4),
        ("all_at_once", ("ledger",), _all_at_once, 6),
    )
    cells = [(school.id, year) for school in SCHOOLS for year in YEARS]
    for name, kinds, spoil, count in plans:
        done = 0
        for cell in chance.sample(cells, len(cells)):
            if done == count:
                break
            paper = papers[(*cell, kinds[done % len(kinds)])]
            if paper.spoilt or (name == "last_years" and cell[1] == YEARS[0]):
                continue
            if name in ("photo_date", "same_photo") and not paper.photo["taken"] and name == "photo_date":
                continue
            told = spoil(papers, paper, chance)
            if not told:
                continue
            paper.spoilt = name
            done += 1
            yield Fault("doubts", name, (paper.path, *_partner(papers, paper, name)), told)
        assert done == count, (name, done)
    yield from _numbers(papers)


def _partner(papers: Papers, paper: Paper, name: str) -> tuple[str, ...]:
    """The paper that goes with it: a finding may name either."""
    if name == "same_photo":
        return tuple(p.path for p in papers.values() if p is not paper and p.photo.get("scene") == paper.photo["scene"])
    if name == "last_years":
        return (papers[paper.school, paper.year - 1, paper.kind].path,)
    return ()


def _made_later(_: Papers, paper: Paper, chance: random.Random) -> str:
    paper.made = f"{paper.year + 2}-0{chance.randint(3, 8)}-1{chance.randint(0, 9)}T20:41:08"
    paper.changed = paper.made
    return f"文件到 {paper.made[:10]} 才建立"


def _last_years(papers: Papers, paper: Paper, _: random.Random) -> str:
    before = papers[paper.school, paper.year - 1, paper.kind]
    if before.spoilt:
        return ""
    paper.blocks = [
        (style, [[str(c).replace(str(before.year), str(paper.year)) for c in row] for row in what])
        if style == "table"
        else (style, what.replace(str(before.year), str(paper.year)))
        for style, what in before.blocks
    ]
    return "内容与上一年的一份只差年份"


def _old_year_inside(_: Papers, paper: Paper, __: random.Random) -> str:
    year = paper.year
    at = next(n for n, (style, what) in enumerate(paper.blocks) if style == "p")
    style, text = paper.blocks[at]
    now, before = f"{year}—{year + 1}学年度", f"{year - 1}—{year}学年度"
    text = text.replace(now, before) if now in text else text.replace("本学年度", before)
    paper.blocks[at] = (style, text)
    return "题名是今年,正文还写着上一学年"


def _other_school(_: Papers, paper: Paper, chance: random.Random) -> str:
    other = chance.choice([s for s in SCHOOLS if s.id not in (paper.school, "s01")])
    ways = (
        f"会议要求{other.name}全体教师严格执行,不得流于形式。",
        f"{other.name}将继续坚持这一做法,把工作做细做实。",
        f"以上情况由{other.short}教导处负责整理归档。",
    )
    body = [n for n, (style, _) in enumerate(paper.blocks) if style == "p"]
    paper.blocks.insert(body[-1] + 1, ("p", chance.choice(ways)))
    return f"正文里留着{other.name}"


def _blanks(_: Papers, paper: Paper, chance: random.Random) -> str:
    ways = ("具体工作由________负责,于____月____日前完成。", "本项工作于20XX年X月X日完成。", "(此处填写本校的具体措施)")
    body = [n for n, (style, _) in enumerate(paper.blocks) if style == "p"]
    text = chance.choice(ways)
    paper.blocks.insert(body[-1], ("p", text))
    return f"没有填完:{text}"


def _tracked(_: Papers, paper: Paper, __: random.Random) -> str:
    paper.tracked = ("检查六次", "检查八次")
    return "留着修订痕迹"


def _comment(_: Papers, paper: Paper, __: random.Random) -> str:
    paper.comment = "这里再写充实一点"
    return "留着批注"


def _hidden(_: Papers, paper: Paper, __: random.Random) -> str:
    paper.sheets["草稿"] = [["调整前"], ["项目", "数"], ["原来的", 12]]
    paper.hidden = ("草稿",)
    return "留着隐藏的工作表"


def _no_date(_: Papers, paper: Paper, __: random.Random) -> str:
    at = next(n for n, block in reversed(list(enumerate(paper.blocks))) if block[0] == "right")
    del paper.blocks[at]
    paper.blocks = [b if b[0] != "p" or "检查时间" not in b[1] else ("p", "检查人:教导处") for b in paper.blocks]
    return "落款没有日期"


def _no_annex(_: Papers, paper: Paper, chance: random.Random) -> str:
    at = next(n for n, block in enumerate(paper.blocks) if block[0] == "right")
    named: list[Block] = [
        ("p", chance.choice(("附件:1.安全隐患排查表", "附件:整改责任清单", "附件:1.意见汇总表 2.签到表")))
    ]
    paper.blocks[at:at] = named
    return f"写着“{named[0][1]}”,没有附件"


def _photo_date(_: Papers, paper: Paper, chance: random.Random) -> str:
    year = paper.year + chance.choice((-1, 1))
    paper.photo["taken"] = f"{year}:0{chance.randint(3, 6)}:{chance.randint(10, 28)} 15:02:11"
    return f"照片拍于 {paper.photo['taken'][:10]},名称写的是 {paper.year} 年"


def _same_photo(papers: Papers, paper: Paper, chance: random.Random) -> str:
    other = papers[paper.school, YEARS[(YEARS.index(paper.year) + 1) % 3], "photo"]
    if other.spoilt:
        return ""
    paper.photo.update(scene=other.photo["scene"], quality=71, taken="")
    other.spoilt = "same_photo_partner"
    return "同一张照片用作两次活动"


def _all_at_once(_: Papers, paper: Paper, chance: random.Random) -> str:
    rows = next(iter(paper.sheets.values()))
    day = f"{paper.year + 1}年{chance.randint(3, 6)}月{chance.randint(10, 28)}日"
    for row in rows[2:]:
        row[1] = day
    year, month, dom = day[:4], day.split("年")[1].split("月")[0], day.split("月")[1].rstrip("日")
    paper.made = f"{year}-{int(month):02}-{int(dom):02}T14:02:00"
    paper.changed = f"{year}-{int(month):02}-{int(dom):02}T14:37:00"
    return f"台账各行都写着 {day}"


def _numbers(papers: Papers) -> Iterator[Fault]:
    """文号 used twice, and out of the order of their dates."""
    for year in YEARS:
        first, second, third, last = (papers["zx", year, f"notice{n}"] for n in (1, 2, 3, 5))
        second.replace(f"〔{year}〕6号", f"〔{year}〕3号")
        second.spoilt = first.spoilt = "number_twice"
        yield Fault("doubts", "number_twice", (second.path, first.path), "两份通知用了同一个文号")
        last.replace(f"〔{year}〕15号", f"〔{year}〕8号")
        last.spoilt = "number_order"
        third.spoilt = "number_order_partner"
        fourth = papers["zx", year, "notice4"]
        fourth.spoilt = "number_order_partner"
        yield Fault("doubts", "number_order", (last.path, third.path, fourth.path), "后发的通知文号反而在前")
