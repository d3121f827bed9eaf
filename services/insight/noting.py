"""Facts of each answer, kept on the way to the person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from services.answering.models import Answer, Question
from services.answering.ports import AnswerProgress
from services.clock import Clock
from services.errors import UnavailableError
from services.insight.models import AnswerFacts
from services.insight.ports import AnswerJournal
from services.knowledge.chat_libraries import is_of_chat

log = structlog.get_logger(__name__)

Answering = Callable[[Question, AnswerProgress], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedAnswers:
    """The pipeline, with a note of each answer; an answer waits for the attempt, and no longer."""

    answer: Answering
    journal: AnswerJournal
    clock: Clock

    async def __call__(self, question: Question, progress: AnswerProgress) -> Answer:
        """Answer, and note what came of it; raises what the pipeline raises."""
        answer = await self.answer(question, progress)
        facts = AnswerFacts(
            request_id=question.request_id,
            answered_at=self.clock.now(),
            decision=answer.decision.value,
            language=answer.language,
            abstained=answer.abstained,
            asked_back=bool(answer.choices),
            follows=answer.query.continues,
            cited=_cited(answer),
            nearest=answer.nearest,
        )
        try:
            await self.journal.note(facts)
        except UnavailableError as error:
            log.warning("answer_not_noted", dependency=error.dependency)
        return answer


def _cited(answer: Answer) -> tuple[str, ...]:
    """Name the cited sources; those of chats without their names, which the owner may not read."""
    of_chats = {
        source.source
        for ranked in answer.evidence
        if is_of_chat(ranked.passage.library_id)
        for source in ranked.passage.sources
    }
    return tuple(
        dict.fromkeys(
            "" if one.source in of_chats else one.title or one.source for one in answer.citations
        )
    )
