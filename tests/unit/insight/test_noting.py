from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.answering.models import (
    Answer,
    Citation,
    Decision,
    Question,
    RankedPassage,
    SearchQuery,
)
from services.answering.ports import AnswerProgress
from services.dialogue.models import DialogueKey
from services.insight.models import AnswerFacts
from services.insight.noting import NotedAnswers
from services.knowledge.models import LibraryId, PassageId, PassageSource, StoredPassage
from tests.fakes.answering import RecordingProgress
from tests.fakes.clock import FakeClock


@dataclass
class _Journal:
    noted: list[AnswerFacts] = field(default_factory=list)

    async def note(self, facts: AnswerFacts) -> None:
        self.noted.append(facts)


def _ranked(n: int, library: str, title: str) -> RankedPassage:
    source = PassageSource(source=f"s{n}", url=None, title=title)
    return RankedPassage(
        score=1.0,
        passage=StoredPassage(
            passage_id=PassageId(n), library_id=LibraryId(library), text="Щи.", title=title,
            lemmas="щи", sentences=((0, 3),), sources=(source,),
        ),
    )  # fmt: skip


async def _answer(question: Question, progress: AnswerProgress) -> Answer:
    del progress
    evidence = (_ranked(1, "owner", "Кухня"), _ranked(2, "chat-7", "Мой диагноз.pdf"))
    citations = tuple(
        Citation(n=n, source=f"s{n}", url=None, title=one.passage.title, quote="Щи.")
        for n, one in enumerate(evidence, start=1)
    )
    return Answer(
        question=question.text, query=SearchQuery(text=question.text), decision=Decision.SOURCES,
        language="ru", text="Щи [1][2].", citations=citations, abstained=False, evidence=evidence,
    )  # fmt: skip


async def test_names_of_peoples_own_files_are_not_kept_for_the_owners_report() -> None:
    journal = _Journal()
    noted = NotedAnswers(answer=_answer, journal=journal, clock=FakeClock())  # type: ignore[arg-type]  # nothing else is asked
    question = Question(
        request_id="r", text="щи?", scope=(), language="ru",
        dialogue=DialogueKey(bot_id=1, chat_id=7, thread_id=0, user_id=7),
        asked_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    await noted(question, RecordingProgress())
    assert [facts.cited for facts in journal.noted] == [("Кухня", "")]
