"""The answering pipeline for commands: no Telegram, no bot, one person after another."""

import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from bot.building.answering import answering_kinds, open_answering
from bot.building.library import OpenLibrary, open_library
from bot.clock import SystemClock
from bot.settings import Settings
from services.answering.models import Answer, Question, Stage
from services.answering.pipeline import AnswerQuestion
from services.dialogue.memory_store import InMemoryDialogueStore
from services.dialogue.models import DialogueKey
from services.inference.waits import WaitEstimate
from services.knowledge.models import LibraryId


@dataclass(frozen=True)
class _Quiet:
    """Nobody watches a command at work."""

    async def stage(self, stage: Stage) -> None:
        """Drop it."""

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        """Drop it."""

    async def text(self, partial: str) -> None:
        """Drop it."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one library, for one person after another.

    Attributes:
        opened: The library and the pool.
    """

    opened: OpenLibrary
    answering: AnswerQuestion
    store: InMemoryDialogueStore
    library: LibraryId
    language: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def answer(self, question: str, history: Sequence[str] = ()) -> Answer:
        """Answer the history in turn, then the question, in a dialogue of their own.

        Raises:
            ServiceError: As the pipeline.
        """
        key = DialogueKey(bot_id=0, chat_id=0, thread_id=0, user_id=next(self.numbers))
        for text in history:
            await self.answering(self._question(text, key), _Quiet())
        answer = await self.answering(self._question(question, key), _Quiet())
        await self.store.reset(key)
        return answer

    def _question(self, text: str, key: DialogueKey) -> Question:
        return Question(
            request_id=uuid4().hex[:16],
            dialogue=key,
            text=text,
            scope=(self.library,),
            language=self.language,
            asked_at=SystemClock().now(),
        )


@asynccontextmanager
async def open_asker(settings: Settings, library: LibraryId) -> AsyncIterator[Asker]:
    """Open what an answer needs; what was not running is started here and stopped at the end.

    Raises:
        NotFoundError: The library is empty.
        UnavailableError: A part cannot be started.
    """
    store = InMemoryDialogueStore()
    async with (
        open_library(
            settings, library, command="ask", kinds=answering_kinds(settings)
        ) as opened,
        open_answering(
            settings, sessions=opened.sessions, knowledge=opened.knowledge,
            inference=opened.inference, dialogue=store, clock=SystemClock(),
        ) as answering,
    ):  # fmt: skip
        yield Asker(opened, answering, store, library, settings.language)
