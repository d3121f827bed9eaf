"""Answers while somebody types: at once, from what everybody may read, remembered nowhere."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from services.answering.extractive import compose
from services.answering.models import Answer, Question, Stage
from services.answering.ports import AnswerProgress
from services.clock import Clock
from services.dialogue.models import DialogueKey, DialogueState, Turn
from services.errors import ServiceError
from services.inference.models import GenerationChunk, GenerationRequest
from services.inference.waits import QueueObserver, WaitEstimate
from services.knowledge.models import LibraryId
from services.tasks import Nursery

log = structlog.get_logger(__name__)

SETTLED_S: Final = 0.4
"""A query that is longer by then was not meant yet."""
DEADLINE_S: Final = 8.0
"""Telegram takes results for about ten seconds."""
AT_ONCE: Final = 16
"""More people than that who type at the same moment see nothing until one of them is served."""

Show = Callable[[Answer], Awaitable[None]]
InlineAnswerer = Callable[[Question, AnswerProgress], Awaitable[Answer]]


class PublicScope(Protocol):
    """Which libraries anybody may read."""

    async def for_everyone(self, user_id: int) -> tuple[LibraryId, ...]:
        """List those libraries that a person may show to anybody."""
        ...


class ComposingGenerator:
    """``TextGenerator`` that quotes the best sentences here and now; no model is asked."""

    async def generate(
        self, request: GenerationRequest, observer: QueueObserver | None = None
    ) -> AsyncIterator[GenerationChunk]:
        """Give the answer in one piece."""
        del observer
        yield GenerationChunk(text="".join(compose(request)), attempt=1, final=True)


class NoDialogue:
    """``DialogueStore`` of a question that stands alone and leaves no trace."""

    async def load(self, key: DialogueKey) -> DialogueState:
        """Give nothing."""
        del key
        return DialogueState()

    async def append(self, key: DialogueKey, turn: Turn) -> None:
        """Keep nothing."""

    async def reset(self, key: DialogueKey) -> bool:
        """Forget nothing."""
        del key
        return False

    async def forget_user(self, user_id: int) -> int:
        """Forget nothing."""
        del user_id
        return 0


@dataclass(kw_only=True)
class InlineAnswers:
    """Answers the newest query of each person, detached from the update that brought it.

    Attributes:
        answer: The pipeline, with ``ComposingGenerator`` and ``NoDialogue``.
    """

    answer: InlineAnswerer
    scopes: PublicScope
    nursery: Nursery
    clock: Clock
    _newest: dict[int, str] = field(default_factory=dict, init=False)
    _places: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False
    )

    def ask(self, query_id: str, text: str, *, user_id: int, language: str, show: Show) -> None:
        """Begin to answer; an older query of the person that is not answered yet is dropped.

        Args:
            query_id: Names the query.
            text: What was typed.
            user_id: Who types.
            language: Of the person's interface.
            show: Called once with the answer, unless a newer query came or it took too long.
        """
        self._newest[user_id] = query_id
        self.nursery.start(
            self._serve(query_id, text, user_id, language, show), name="inline_answer"
        )

    async def _serve(
        self, query_id: str, text: str, user_id: int, language: str, show: Show
    ) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self.clock.sleep(SETTLED_S)
                if self._is_newest(query_id, user_id):
                    async with self._places:
                        # The wait for a place can be longer than a person types.
                        if self._is_newest(query_id, user_id):
                            await self._answer(query_id, text, user_id, language, show)
        except TimeoutError:
            log.info("inline_too_late")
        except ServiceError as error:
            log.warning("inline_failed", code=error.code)
        finally:
            if self._is_newest(query_id, user_id):
                del self._newest[user_id]

    async def _answer(
        self, query_id: str, text: str, user_id: int, language: str, show: Show
    ) -> None:
        question = Question(
            request_id=f"inline-{query_id}",
            dialogue=DialogueKey(bot_id=0, chat_id=0, thread_id=0, user_id=user_id),
            text=text,
            scope=await self.scopes.for_everyone(user_id),
            language=language,
            asked_at=self.clock.now(),
            impersonal=True,
        )
        answer = await self.answer(question, _Unwatched())
        if self._is_newest(query_id, user_id):
            await show(answer)

    def _is_newest(self, query_id: str, user_id: int) -> bool:
        return self._newest.get(user_id) == query_id


class _Unwatched:
    """``AnswerProgress`` that nobody sees."""

    async def stage(self, stage: Stage) -> None:
        """See ``AnswerProgress``."""

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        """See ``AnswerProgress``."""

    async def text(self, partial: str) -> None:
        """See ``AnswerProgress``."""
