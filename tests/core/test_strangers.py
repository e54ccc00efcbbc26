"""Units that a paper names and the checklist does not list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import duban_archive
from duban_archive.adapters import checklist_file
from duban_archive.core.classify import Classifier
from duban_archive.core.model import Extracted, Locator, Passage
from duban_archive.core.strangers import Strangers

READY_MADE = Path(duban_archive.__file__).parent / "checklists"
TODAY = date(2016, 5, 1)


@pytest.fixture(scope="module")
def town() -> Classifier:
    """plan-16 as it comes: the town is listed, placeholders stand for its schools and departments."""
    return Classifier(checklist_file.load(READY_MADE / "plan-16.yaml"))


def paper(text: str) -> Extracted:
    return Extracted(media_type="text/plain", engine="", passages=(Passage(locator=Locator(paragraph=1), text=text),))


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("青杠小学2010年适龄儿童入学率统计表", "青杠小学"),
        ("双河镇岔河小学女童入学情况", "双河镇岔河小学"),
        ("红旗九年一贯制学校2015年台账", "红旗九年一贯制学校"),
        ("文化站“两基”迎国检自查报告", "文化站"),
    ],
)
def test_a_title_that_begins_with_a_name_names_its_unit(title: str, words: str) -> None:
    found = Strangers(checklist_file.load(READY_MADE / "plan-16.yaml")).leading(title)
    assert found is not None
    assert found.words == words
    assert found.unit in {"每校", "每部门"}


@pytest.mark.parametrize(
    "title",
    [
        "双河镇中小学布局调整规划",
        "小学、初中入学率",
        "农村初中分层教学的研究",
        "小学生行为规范",
        "各学校方案",
        "家长学校活动记录",
        "义务教育学校招生",
    ],
)
def test_words_about_schools_name_no_school(title: str) -> None:
    assert Strangers(checklist_file.load(READY_MADE / "plan-16.yaml")).leading(title) is None


def test_a_paper_of_a_school_not_entered_goes_to_its_placeholder_with_its_own_name(town: Classifier) -> None:
    description, filings = town.describe_and_propose(
        file_names=("入学率.txt",), folder="", today=TODAY,
        extracted=paper("青杠小学2010年适龄儿童入学率统计表\n年龄\t适龄人数\t入学人数\t入学率\n"),
    )  # fmt: skip
    assert (description.unit.value if description.unit else "") == "每校"
    assert (description.unit_name.value if description.unit_name else "") == "青杠小学"
    assert (filings[0].unit, filings[0].sure) == ("每校", True)
    assert any("青杠小学" in reason and "还没有填" in reason for reason in filings[0].because)


def test_a_school_that_is_not_in_the_list_is_never_taken_for_another_unit(tmp_path: Path) -> None:
    archive = tmp_path / "a.yaml"
    archive.write_text(
        "schema: duban/1\nid: x\nversion: '1'\ntitle: 双河镇迎国检\nextends: plan-16\nunits:\n"
        "  - {id: zhen, name: 双河镇人民政府, aliases: [双河镇]}\n"
        "  - {id: baiyun, name: 双河镇白云小学校, aliases: [白云小学], kind: 小学}\n",
        encoding="utf-8",
    )
    classifier = Classifier(checklist_file.load(archive))
    _, filings = classifier.describe_and_propose(
        file_names=("留守儿童.txt",), folder="", today=TODAY,
        extracted=paper("双河镇岔河小学留守儿童登记表\n姓名\t监护人\t父母去向\n"),
    )  # fmt: skip
    assert not filings[0].sure
    assert any("岔河小学" in reason and "不在本清单的单位里" in reason for reason in filings[0].because)
