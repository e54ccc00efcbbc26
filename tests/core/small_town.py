"""A town of two schools and four requirements, small enough to see why a paper goes where it goes."""

from datetime import date

from duban_archive.core.checklist import Checklist, Indicator, Requirement, Unit, UnitGroup
from duban_archive.core.classify import Classifier, Mark
from duban_archive.core.model import Extracted, Filing, Locator, Passage

TODAY = date(2016, 3, 1)
YEARS = ("2013", "2014", "2015")
TOWN = Checklist(
    id="x",
    title="",
    version="1",
    base_year=2015,
    units=(
        Unit(id="town", name="吴集镇人民政府", aliases=("吴集镇",), kind="乡镇"),
        Unit(id="two", name="吴集镇第二小学", kind="小学"),
        Unit(id="three", name="吴集镇第三小学", kind="小学"),
    ),
    groups=(UnitGroup(id="schools", title="各校", members=("two", "three")),),
    indicators=(Indicator(id="i", code="B2", title="控流保学"),),
    requirements=(
        Requirement(
            id="ledger",
            code="B2-3",
            indicator="i",
            title="控流保学台账",
            kind="ledger",
            units=("schools",),
            periods=YEARS,
            names=("控辍保学台账", "流失学生登记表"),
            terms=("辍学", "流失", "劝返"),
            headers=("姓名", "年级", "流失时间", "流失原因", "劝返情况"),
        ),
        Requirement(
            id="inspection",
            code="B2-4",
            indicator="i",
            title="控流保学督促检查情况",
            kind="record",
            units=("town",),
            names=("控流保学督查通报",),
            terms=("督促检查", "督查"),
            not_terms=("台账",),
        ),
        Requirement(
            id="plan",
            code="A1-3",
            indicator="i",
            title="各单位迎检工作方案",
            kind="plan",
            units=("schools",),
            names=("迎检工作方案", "迎检实施方案"),
            terms=("迎检", "方案"),
        ),
        Requirement(
            id="rectify",
            code="C2-1",
            indicator="i",
            title="整改方案",
            kind="plan",
            units=("schools",),
            names=("整改方案", "整改措施"),
            terms=("整改",),
        ),
    ),
)
CLASSIFIER = Classifier(TOWN)
LEDGER = "第三小学2014年控流保学台账\n姓名\t年级\t流失时间\t流失原因\t劝返情况\n甲\t五\t10月\t外出\t已返"


def read(text: str) -> Extracted:
    passages = (Passage(locator=Locator(page=1), text=text),) if text else ()
    return Extracted(media_type="application/msword", engine="test", passages=passages)


def propose(
    text: str, *, name: str = "a.doc", folder: str = "", marks: tuple[Mark, ...] = (), by: Classifier = CLASSIFIER
) -> tuple[Filing, ...]:
    return by.describe_and_propose(
        file_names=(name,), folder=folder, extracted=read(text), today=TODAY, marks=marks, record=7
    )[1]


def first(filings: tuple[Filing, ...]) -> tuple[str, str, str, bool]:
    return (filings[0].requirement, filings[0].unit, filings[0].period, filings[0].sure)
