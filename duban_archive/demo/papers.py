"""Fills an inbox with the sample town's papers as its offices would send them, and writes down what was planted.

::

    town, wording, tables ──▶ papers (this page: which file, where, what it proves) ──▶ office_files, word97, pictures…
                                    └──▶ Expected ──▶ 应有结果.json

Left out on purpose are the papers of every slot listed under ``gaps``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from duban_archive.demo import office_files, pictures, plain_files, tables, word97, wording, working_groups
from duban_archive.demo.document import Document, Line
from duban_archive.demo.encrypted import lock
from duban_archive.demo.expected import (
    FILE_NAME,
    Cell,
    Decisions,
    Expected,
    ExpectedFile,
    Found,
    Gap,
    Registered,
    Returned,
    cell,
    wanted,
)
from duban_archive.demo.town import NAME, OFFICE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planted:
    """A file below the inbox: its bytes, its state at the end, the slots it fills; members of a zip or mail too.

    A ``Document`` as data is set as a PDF, all of them in one go; ``broken``: the copying stopped after a third of it.
    """

    path: str
    data: bytes | Document
    broken: bool = False
    state: str = "filed"
    slots: tuple[Cell, ...] = ()
    members: tuple[tuple[str, tuple[Cell, ...]], ...] = ()


_MINUTES = tuple(f"吴集镇人民政府/整改动员会会议记录本/IMG_{number:04d}.jpg" for number in range(1, 5))
_DRAFT = "吴集镇人民政府/吴集镇迎检工作方案（征求意见稿）.docx"
_FINAL = "吴集镇人民政府/吴集镇迎检工作方案（定稿）.docx"
_SCAN = "吴集镇中心学校/扫描件20150916.pdf"
_REPORT = "吴集镇中心学校/2015年秋季控流保学督促检查工作情况.docx"
_SELF_REPORT = "吴集镇初级中学/吴集镇初级中学自查报告.docx"
_SAME_AGAIN = "迎检办转存/吴集镇初级中学自查报告(1).docx"
_SENT_BACK = "吴集镇第二小学/整改方案.wps"
_LONG_NAME = "教育发展环境治理组/" + (
    "教育发展环境治理组关于二〇一五年十月在全镇各村集中开展公众教育满意度调查宣传活动"
    "营造全社会关心支持教育事业发展的良好氛围迎接省第三轮两项督导评估工作开展情况的汇报.txt"
)


def make_papers(inbox: Path) -> Expected:
    """Write the files into ``inbox`` and what is to come of them beside it, as 应有结果.json."""
    planted = _with_duplicate(tuple(_papers()))
    printed = [(each, each.data) for each in planted if isinstance(each.data, Document)]
    pdfs = dict(zip((each for each, _ in printed), office_files.write_pdfs([d for _, d in printed]), strict=True))
    for each in planted:
        target = inbox / each.path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = each.data if isinstance(each.data, bytes) else pdfs[each]
        target.write_bytes(data[: len(data) // 3] if each.broken else data)
    expected = _expect(planted)
    expected.write(inbox.parent / FILE_NAME)
    return expected


def _expect(planted: tuple[_Planted, ...]) -> Expected:
    files = [
        ExpectedFile(path=each.path, state=each.state, slots=slots, member=member)
        for each in planted
        for member, slots in (("", each.slots), *each.members)
    ]
    decisions = _decisions()
    held = {slot for file in files for slot in file.slots} | {s for r in decisions.register for s in r.slots}
    back = {each.slot for each in decisions.send_back}
    gaps = tuple(
        Gap(slot=slot, state="returned" if slot in back else "missing") for slot in wanted() if slot not in held - back
    )
    search: dict[str, tuple[Found, ...]] = {
        "控辍保学": (
            Found(path=_SCAN, page=1, ocr=True),
            Found(path=_REPORT, paragraph=3),
            Found(path="吴集镇初级中学/控流保学台账/2015年控流保学台账.xlsx", sheet="控流保学台账", row=3),
        )
    }
    return Expected(
        files=tuple(files),
        decisions=decisions,
        gaps=gaps,
        duplicates=((_SAME_AGAIN, _SELF_REPORT),),
        search=search,
    )


def _decisions() -> Decisions:
    room = "教学楼一楼资料室"
    return Decisions(
        merge=(_MINUTES,),
        final=((_FINAL, (_DRAFT,)),),
        register=(
            Registered(
                title="吴集镇0—17周岁人口文化状况登记册",
                where="中心学校资料室2柜3层1盒",
                quantity=3,
                pages=312,
                keeper="中心学校资料员",
                unit="g2",
                kind="register",
                slots=(cell("c3-01", "g2"),),
            ),
            *(
                Registered(
                    title=f"{NAME[unit]}资料室",
                    where=room,
                    form="实物",
                    unit=unit,
                    kind="physical",
                    slots=(cell("c3-03", unit),),
                )
                for unit in ("zx", "xx1")
            ),
        ),
        send_back=(
            Returned(
                path=_SENT_BACK,
                slot=cell("c2-01", "xx2"),
                reason="没有写明每个问题的整改责任人，请补充后重报",
                due="2015-10-30",
            ),
        ),
    )


def _papers() -> Iterator[_Planted]:
    yield from _town_papers()
    yield from _group_papers()
    for unit, kinds in _SENT.items():
        yield from _unit_papers(unit, kinds)
    yield from _zipped_school()
    yield from _tables_of_schools()
    yield from _mailed()
    yield from _trouble()


def _with_duplicate(planted: tuple[_Planted, ...]) -> tuple[_Planted, ...]:
    """The centre school received one report of a school once more, byte for byte."""
    original = next(each for each in planted if each.path == _SELF_REPORT)
    return (*planted, _Planted(path=_SAME_AGAIN, data=original.data, state="duplicate"))


# --- town and working groups ---------------------------------------------------------------------------------------


def _town_papers() -> Iterator[_Planted]:
    docx, xlsx = office_files.write_docx, office_files.write_xlsx
    once = cell("a1-01", "zf")
    yield _Planted(path=_DRAFT, data=docx(wording.town_plan(final=False)))
    yield _Planted(path=_FINAL, data=docx(wording.town_plan(final=True)), slots=(once,))
    split, ledger = xlsx(tables.task_split(), author=NAME["zf"]), xlsx(tables.rectification_ledger(), author=NAME["zf"])
    yield _Planted(path=f"{NAME['zf']}/迎检工作任务分解表.xlsx", data=split, slots=(cell("a1-02", "zf"),))
    yield _Planted(path=f"{NAME['zf']}/整改台账.xlsx", data=ledger, slots=(cell("c2-03", "zf"),))
    turns = (1.1, -0.8, 0.5, -1.4)
    for path, page, turn in zip(_MINUTES, wording.minutes_pages("2015-09-02"), turns, strict=True):
        yield _Planted(path=path, data=pictures.write_photo(page, turn=turn), slots=(cell("c2-02", "zf"),))
    seal = NAME["zxx"]
    yield _Planted(
        path=_SCAN,
        data=pictures.write_scan([wording.enrolment_notice("2015-09-16")], seal=seal),
        slots=(cell("b2-04", "zxx"),),
    )
    yield _Planted(path=_REPORT, data=docx(wording.enrolment_report("2015-09-18")), slots=(cell("b2-04", "zxx"),))
    yield _Planted(
        path="吴集镇中心学校/学校管理规范化精细化督促指导记录.docx",
        data=docx(working_groups.school_management("2015-08-28")),
        slots=(cell("b5-01", "zxx"),),
    )


def _group_papers() -> Iterator[_Planted]:
    docx, xls = office_files.write_docx, office_files.write_xls
    g2, g3, g4 = (NAME[group] for group in ("g2", "g3", "g4"))
    guide = cell("a2-03", "g2")
    yield _Planted(path=f"{g2}/业务培训记录.docx", data=docx(working_groups.training("2015-08-14")), slots=(guide,))
    yield _Planted(
        path=f"{g2}/业务培训签到表.xlsx", data=office_files.write_xlsx(tables.attendance(), author=g2), slots=(guide,)
    )
    yield _Planted(
        path=f"{g2}/专项指导记录.doc",
        data=word97.write_word97(working_groups.guidance("2015-09-10")),
        slots=(cell("a2-04", "g2"),),
    )
    yield _Planted(
        path=f"{g2}/关于表彰优秀教师的决定.pdf",
        data=working_groups.commendation("2015-09-08"),
        slots=(cell("b4-01", "g2"),),
    )
    yield _Planted(
        path=f"{g2}/指标清理复查记录.docx",
        data=docx(working_groups.indicators_rechecked("2015-10-24")),
        slots=(cell("c2-04", "g2"),),
    )
    forms = (cell("c3-01", "g2"),)
    yield _Planted(path=f"{g2}/档案和表册资料目录.xls", data=xls(tables.forms_kept()), slots=forms)
    yield _Planted(path=f"{g2}/近三年辍学学生数和年辍学率.xls", data=xls(tables.dropouts()), slots=forms)
    yield _Planted(
        path=f"{g2}/汇报材料.pptx",
        data=office_files.write_pptx(working_groups.guidance_report("2015-10-25")),
        slots=(cell("d1-01", "g2"),),
    )
    yield _Planted(
        path=f"{g3}/汇报材料.doc",
        data=word97.write_word97(working_groups.environment_report("2015-10-25")),
        slots=(cell("d1-01", "g3"),),
    )
    around = (cell("b3-01", "g3"),)
    yield _Planted(
        path=f"{g3}/校园周边环境整治工作情况.docx", data=docx(working_groups.surroundings("2015-09-29")), slots=around
    )
    inspected = working_groups.surroundings_inspection("2015-09-17")
    yield _Planted(
        path=f"{g3}/校园周边治安整治检查记录(扫描).pdf",
        data=pictures.write_scan([inspected], seal=NAME["pcs"], skew=-0.6),
        slots=around,
    )
    yield _Planted(
        path=_LONG_NAME,
        data=plain_files.write_txt(working_groups.satisfaction("2015-10-20")),
        slots=(cell("b3-02", "g3"),),
    )
    yield _Planted(
        path=f"{g4}/入园入学保障和劝学工作情况.docx",
        data=docx(working_groups.enrolment_guarantee("2015-09-06")),
        slots=(cell("b2-01", "g4"),),
    )
    for year in (2014, 2015):
        yield _Planted(
            path=f"{g4}/{year}年教育发展水平摸底统计表.xls",
            data=xls(tables.development(year)),
            slots=(cell("b1-02", "g4", str(year)),),
        )


# --- what each village, station and school sent, and in which format -----------------------------------------------

_SENT: dict[str, dict[str, str]] = {
    "zx": {
        **{"plan": "docx", "group": "docx", "meeting": "doc", "agenda": "docx"},
        **{"self": "docx", "summary": "docx", "rectify": "doc"},
    },
    "xx1": {
        **{"plan": "doc", "group": "doc", "meeting": "docx", "agenda": "doc"},
        **{"self": "pdf", "summary": "doc", "rectify": "docx"},
    },
    "xx2": {"plan": "wps", "group": "wps", "meeting": "wps", "self": "wps", "summary": "wps", "rectify": "wps"},
    "pcs": {"plan": "pdf", "group": "ofd", "meeting": "docx", "agenda": "docx", "self": "docx", "summary": "ofd"},
    "czs": {"plan": "docx", "summary": "docx"},
    "wtz": {"plan": "docx", "group": "pdf", "meeting": "txt", "self": "docx", "summary": "docx", "rectify": "docx"},
    "ajz": {"self": "doc", "rectify": "doc"},
    "cun1": {"plan": "txt", "group": "txt", "meeting": "txt", "agenda": "docx"},
    "cun2": {"plan": "docx", "group": "docx", "meeting": "docx"},
    "cun3": {"roster": "docx"},
}
# kind of paper → file name, requirements it proves
_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "plan": ("迎检工作方案", ("a1-03",)),
    "group": ("关于成立迎检工作领导小组及建立联络机制的通知", ("a1-04", "a1-05")),
    "roster": ("迎检工作领导小组名单", ("a1-04",)),
    "meeting": ("迎检工作安排会议记录", ("a2-01",)),
    "agenda": ("迎检工作列入年度工作目标的会议纪要", ("a2-02",)),
    "self": ("自查报告", ("c1-01",)),
    "summary": ("工作总结", ("c1-02",)),
    "rectify": ("整改方案", ("c2-01",)),
}


def _write(document: Document, suffix: str) -> bytes | Document:
    if suffix == "pdf":
        return document
    writers = {
        "docx": office_files.write_docx,
        "doc": word97.write_word97,
        "wps": word97.write_word97,
        "txt": plain_files.write_txt,
        "ofd": plain_files.write_ofd,
    }
    return writers[suffix](document)


def _document(unit: str, kind: str) -> Document:
    office = OFFICE[unit]
    return {
        "plan": lambda: wording.unit_plan(office, 6, "2015-08-05"),
        "group": lambda: wording.unit_group(office, 5, "2015-08-04"),
        "roster": lambda: wording.unit_group(office, 5, "2015-08-07", liaison=False),
        "meeting": lambda: wording.unit_meeting(office, "2015-08-06"),
        "agenda": lambda: wording.unit_agenda(office, "2015-08-10"),
        "self": lambda: wording.unit_self_report(office, "2015-08-26"),
        "summary": lambda: wording.unit_summary(office, "2015-08-28"),
        "rectify": lambda: wording.unit_rectification(office, "2015-08-30"),
    }[kind]()


def _unit_papers(unit: str, kinds: dict[str, str]) -> Iterator[_Planted]:
    for kind, suffix in kinds.items():
        name, requirements = _KINDS[kind]
        # Some offices put their name into the file's, some leave it to the folder.
        stem = f"{OFFICE[unit].name}{name}" if suffix in ("docx", "pdf") else name
        yield _Planted(
            path=f"{OFFICE[unit].name}/{stem}.{suffix}",
            data=_write(_document(unit, kind), suffix),
            slots=tuple(cell(requirement, unit) for requirement in requirements),
        )


def _zipped_school() -> Iterator[_Planted]:
    """第三小学 sends one zip, its names in GBK."""
    members: dict[str, bytes] = {}
    slots: list[tuple[str, tuple[Cell, ...]]] = []
    for kind, suffix in {"plan": "doc", "group": "docx", "self": "docx"}.items():
        name, requirements = _KINDS[kind]
        member = f"第三小学迎检资料/{name}.{suffix}"
        document = _document("xx3", kind)
        members[member] = word97.write_word97(document) if suffix == "doc" else office_files.write_docx(document)
        slots.append((member, tuple(cell(requirement, "xx3") for requirement in requirements)))
    yield _Planted(
        path="吴集镇第三小学/第三小学迎检资料.zip", data=plain_files.write_zip(members), members=tuple(slots)
    )


def _tables_of_schools() -> Iterator[_Planted]:
    xlsx, xls = office_files.write_xlsx, office_files.write_xls
    for unit in ("zx", "xx1", "xx2", "xx3", "yey1"):
        name = NAME[unit]
        yield _Planted(
            path=f"教育发展水平组/办学条件摸底/{name}办学条件摸底表.xlsx",
            data=xlsx(tables.premises(unit), author=NAME["g4"]),
            slots=(cell("b1-01", unit),),
        )
    years = {"zx": (2013, 2014, 2015), "xx1": (2013, 2014, 2015), "xx2": (2014, 2015), "xx3": (2015,), "lgxx": (2013,)}
    for unit, kept in years.items():
        for year in kept:
            sheets, suffix = tables.enrolment_ledger(unit, year), "xlsx" if year == 2015 else "xls"
            yield _Planted(
                path=f"{NAME[unit]}/控流保学台账/{year}年控流保学台账.{suffix}",
                data=xlsx(sheets, author=NAME[unit]) if suffix == "xlsx" else xls(sheets),
                slots=(cell("b2-03", unit, str(year)),),
            )
    surveyed = {"xx1": (2013, 2014, 2015), "xx2": (2014, 2015), "xx3": (2015,)}
    for unit, kept in surveyed.items():
        for year in kept:
            rows = tables.school_age_survey(unit, year)
            csv = unit == "xx2"
            yield _Planted(
                path=f"{NAME[unit]}/{NAME[unit]}{year}年适龄儿童入学摸底表.{'csv' if csv else 'xlsx'}",
                data=plain_files.write_csv(rows) if csv else xlsx({"摸底表": rows}, author=NAME[unit]),
                slots=(cell("b2-02", unit, str(year)),),
            )
    for unit in ("zx", "xx1"):
        yield _Planted(
            path=f"{NAME[unit]}/各类档案资料目录.xls",
            data=xls(tables.papers_kept(unit)),
            slots=(cell("c3-02", unit),),
        )
    for unit in ("zx", "xx1", "xx2", "xx3"):
        yield _Planted(
            path=f"业务指导组/近三年表册/{NAME[unit]}近三年招生数、毕业生数统计表.xlsx",
            data=xlsx({"招生毕业": tables.three_years(unit)}, author=NAME[unit]),
            slots=(cell("c3-01", "g2"),),
        )


def _mailed() -> Iterator[_Planted]:
    """财政所 sends what the leading group asked for by mail, with one attachment."""
    sent = wording.paper(
        "吴集镇财政所关于报送迎检相关资料的函",
        NAME["czs"],
        "2015-09-22",
        wording.body("按照迎检工作领导小组要求，现报送我所2013—2015年教育经费拨付情况说明，请查收。"),
        to="吴集镇中心学校",
    )
    note = wording.paper(
        "吴集镇财政所2013—2015年教育经费拨付情况说明",
        NAME["czs"],
        "2015-09-22",
        wording.body("2013年拨付义务教育公用经费96.4万元，2014年101.2万元，2015年1至8月70.8万元，均按时足额到位。"),
    )
    attachment = "2013—2015年教育经费拨付情况说明.docx"
    yield _Planted(
        path="吴集镇财政所/报送迎检相关资料.eml",
        data=plain_files.write_eml(
            sent, sender=NAME["czs"], to=NAME["zxx"], attachments={attachment: office_files.write_docx(note)}
        ),
        slots=(cell("c3-05", "czs"),),
        members=((attachment, (cell("c3-05", "czs"),)),),
    )


# --- what goes wrong in every inbox --------------------------------------------------------------------------------


def _trouble() -> Iterator[_Planted]:
    half_copied = _document("ajz", "plan")
    yield _Planted(path="吴集镇安监站/迎检工作方案.pdf", data=half_copied, broken=True, state="abnormal")
    yield _Planted(path="吴集镇财政所/自查报告.docx", data=office_files.write_empty_docx(), state="triage")
    secret = office_files.write_xlsx({"台账": [["姓名", "金额"], ["教师甲", 1200]]}, author=NAME["czs"])
    yield _Planted(path="吴集镇财政所/教师津补贴发放表.xlsx", data=lock(secret, "czs2015"), state="abnormal")
    yield _Planted(path="吴集镇柳岗村/新建文本文档.txt", data=b"", state="reading")
    yield _Planted(path="吴集镇人民政府/~$2014年工作要点.docx", data=b"\x06WUJI".ljust(165, b" "), state="noise")
    yield _Planted(path="吴集镇中心小学/Thumbs.db", data=b"\xd0\xcf\x11\xe0" * 64, state="noise")
    yield _Planted(path="食堂一周菜谱.xlsx", data=office_files.write_xlsx(tables.menu(), author="食堂"), state="triage")
    forward = ("转发：周末天气晴好，适合出游，记得带伞。", "小区团购水果，今晚八点截止，要的接龙。")
    lines = Document(title="聊天记录", author="", dated="2015-09-20", blocks=tuple(Line(t, "plain") for t in forward))
    yield _Planted(path="微信文件/聊天记录.txt", data=plain_files.write_txt(lines), state="triage")
    yield _Planted(
        path="微信文件/空调使用说明书.txt",
        data="空调器使用说明书\r\n一、安装前请阅读本说明。\r\n二、制冷模式下请关好门窗。\r\n".encode("gbk"),
        state="triage",
    )
