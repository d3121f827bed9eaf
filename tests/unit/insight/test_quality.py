from datetime import UTC, datetime

from services.insight.models import AnsweredQuestion, AnswerFacts, Complaint
from services.insight.quality import quality_report
from services.knowledge.lemmas import MorphologicalLemmatizer

LEMMATIZER = MorphologicalLemmatizer()
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def answered(
    question: str = "Как варить щи?",
    *,
    cited: tuple[str, ...] = ("Щи",),
    decision: str = "sources",
    verdict: int = 0,
    complaint: Complaint | None = None,
    asked_back: bool = False,
    user_id: int = 1,
) -> AnsweredQuestion:
    facts = AnswerFacts(
        request_id=question, answered_at=NOON, decision=decision, language="ru",
        abstained=not cited and not asked_back and decision != "small_talk",
        asked_back=asked_back, follows=False, cited=cited, nearest=0.9,
    )  # fmt: skip
    return AnsweredQuestion(
        facts=facts, user_id=user_id, question=question, verdict=verdict, complaint=complaint
    )


def test_questions_are_counted_by_what_came_of_them() -> None:
    report = quality_report(
        [
            answered(), answered(user_id=2), answered("Сколько стоит?", cited=(), asked_back=True),
            answered("Где купить чагу?", cited=()),
            answered("Привет", cited=(), decision="small_talk", user_id=3),
        ],
        LEMMATIZER,
    )  # fmt: skip
    assert (report.people, report.questions, report.answered) == (3, 4, 2)
    assert (report.abstained, report.asked_back, report.cited) == (1, 1, 2)


def test_an_empty_week_is_a_report_too() -> None:
    report = quality_report([], LEMMATIZER)
    assert (report.people, report.questions, report.unanswered, report.doubtful) == (0, 0, (), ())


def test_what_was_not_answered_is_grouped_by_the_word_that_is_shared() -> None:
    questions = ["Где купить чагу?", "Чага полезна?", "Как заваривать чагу", "Кто такой Ломоносов?"]
    report = quality_report([answered(q, cited=()) for q in questions], LEMMATIZER)
    first, second = report.unanswered
    assert (first.name, first.questions) == ("чага", 3)
    assert second.questions == 1
    assert first.example == "Где купить чагу?"


def test_a_source_without_a_name_counts_as_cited_and_is_not_named() -> None:
    report = quality_report([answered(verdict=-1, cited=("",))] * 2, LEMMATIZER)
    assert (report.cited, report.doubtful) == (2, ())


def test_a_source_is_doubtful_when_several_complained() -> None:
    bad = [answered(verdict=-1, cited=("Борщ", "Щи"), complaint=Complaint.WRONG)] * 2
    once = [answered(verdict=-1, cited=("Чай",), complaint=Complaint.OUTDATED)]
    report = quality_report([*bad, *once, answered(verdict=1, cited=("Щи",))], LEMMATIZER)
    assert [(s.title, s.bad, s.cited) for s in report.doubtful] == [("Борщ", 2, 2), ("Щи", 2, 3)]
    assert report.complaints == {Complaint.WRONG: 2, Complaint.OUTDATED: 1}
    assert (report.good, report.bad) == (1, 3)
