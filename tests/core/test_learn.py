from collections import Counter

from small_town import CLASSIFIER, LEDGER, TOWN, first, propose, read

from duban_archive.core.classify import Classifier
from duban_archive.core.learn import Example, words_of

ODD = "第三小学流动娃明细底\n娃儿\t去向\t电话"


def example(title: str, *, requirement: str = "ledger", confirmed: bool = True, proposed: str = "") -> Example:
    return Example(
        requirement=requirement,
        confirmed=confirmed,
        title=title,
        headers=("娃儿", "去向", "电话"),
        proposed=proposed,
    )


def test_a_local_name_is_learned_from_one_confirmation() -> None:
    assert "ledger" not in {filing.requirement for filing in propose(ODD)}
    taught = CLASSIFIER.taught([example("第二小学流动娃明细底")])
    filings = propose(ODD, by=taught)
    assert filings[0].requirement == "ledger"
    assert "与本档案里确认过的同类材料相近" in filings[0].because


def test_what_was_learned_alone_is_never_sure() -> None:
    taught = CLASSIFIER.taught([example("第二小学流动娃明细底")] * 5)
    assert not any(filing.sure for filing in propose(ODD, by=taught))


def test_a_rejection_speaks_against() -> None:
    confirmed = CLASSIFIER.taught([example("第二小学流动娃明细底")])
    both = CLASSIFIER.taught([example("第二小学流动娃明细底"), example("第三小学流动娃明细底", confirmed=False)])
    before, after = propose(ODD, by=confirmed), propose(ODD, by=both)
    assert (after[0].score if after else 0) < before[0].score


def test_learning_never_goes_before_an_explicit_mark() -> None:
    taught = CLASSIFIER.taught([example("第二小学流动娃明细底", requirement="plan")] * 9)
    assert propose(ODD, name="B2-3.xls", folder="2014", by=taught)[0].requirement == "ledger"


def test_learning_the_same_decisions_gives_the_same_classifier() -> None:
    lessons = [example("第二小学流动娃明细底"), example("流动娃", confirmed=False)]
    assert propose(ODD, by=CLASSIFIER.taught(lessons)) == propose(ODD, by=Classifier(TOWN).taught(lessons))


def test_without_examples_nothing_changes() -> None:
    assert propose(LEDGER, by=CLASSIFIER.taught([])) == propose(LEDGER)
    assert first(propose(LEDGER))[0] == "ledger"


def test_the_summary_tells_what_was_learned_and_how_often_the_program_was_right() -> None:
    taught = CLASSIFIER.taught(
        [
            example("第二小学流动娃明细底", proposed="plan"),
            example("第三小学流动娃明细底", proposed="ledger"),
            example("流动娃", requirement="plan", confirmed=False),
        ]
    )
    assert taught.learned is not None
    summary = taught.learned.summary()
    assert (summary.asked, summary.right) == (2, 1)
    lessons = {lesson.requirement: (lesson.confirmed, lesson.rejected) for lesson in summary.lessons}
    assert lessons == {"ledger": (2, 0), "plan": (0, 1)}
    assert any("流动" in mark or "动娃" in mark for mark in summary.lessons[0].telling)


def test_headers_for_an_example_are_those_the_classifier_sees() -> None:
    assert CLASSIFIER.headers_of(read(ODD)) == ("娃儿", "去向", "电话")


def test_a_later_paper_of_the_same_name_says_which_one_it_is_like() -> None:
    lesson = Example(
        requirement="ledger", confirmed=True, title="第二小学2013年流动娃明细底", record=132, period="2013",
        headers=("娃儿", "去向", "电话"),
    )  # fmt: skip
    taught = CLASSIFIER.taught([lesson])
    because = propose("第三小学2014年流动娃明细底\n娃儿\t去向\t电话", by=taught)[0].because
    assert "与 #132 同名不同年,那一件归在此项" in because


def test_the_words_learned_are_words_a_person_reads() -> None:
    titles = Counter(["阳光关爱花名册一", "阳光关爱花名册二", "留守儿童关爱花名册"])
    assert words_of(titles) == ("关爱花名册",)
    assert words_of(Counter(["流动娃明细底"])) == ("流动娃明细底",)
    assert words_of(Counter()) == ()
