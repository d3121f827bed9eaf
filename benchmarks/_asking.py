"""Questions through the whole answering pipeline, each in a dialogue of its own."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from benchmarks._library import BenchLibrary
from bot.building.answering import build_answering
from bot.clock import SystemClock
from services.answering.extractive import compose
from services.answering.models import Answer, Decision, Question, Stage
from services.answering.pipeline import AnswerQuestion
from services.dialogue.memory_store import InMemoryDialogueStore
from services.dialogue.models import DialogueKey, DialogueState, Turn
from services.inference.models import GenerationChunk, GenerationRequest
from services.inference.ports import TextGenerator
from services.inference.waits import QueueObserver, WaitEstimate
from services.knowledge.models import LibraryId, PassageId, StoredPassage
from services.knowledge.ports import PassageStore


class Composer:
    """The packaged generator without the way through the queue."""

    async def generate(
        self, request: GenerationRequest, observer: QueueObserver | None = None
    ) -> AsyncGenerator[GenerationChunk, None]:
        """Compose at once."""
        del observer
        yield GenerationChunk(text="".join(compose(request)), attempt=1, final=True)


@dataclass
class Shown:
    """Keeps what a person would have seen while the answer was written."""

    texts: list[str] = field(default_factory=list)

    async def stage(self, stage: Stage) -> None:
        """Drop it."""

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        """Drop it."""

    async def text(self, partial: str) -> None:
        """Keep a text on its way."""
        self.texts.append(partial)


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the texts that were shown before it."""

    answer: Answer
    shown: tuple[str, ...]


@dataclass(frozen=True)
class _Hiding:
    """A ``PassageStore`` that has lost some documents."""

    inner: PassageStore
    hidden: set[str]

    async def passages(
        self, passage_ids: Sequence[PassageId], *, with_vectors: bool = False
    ) -> list[StoredPassage]:
        """Read passages, but none of a hidden document."""
        found = await self.inner.passages(passage_ids, with_vectors=with_vectors)
        return [p for p in found if p.sources[0].source not in self.hidden]


class Asker:
    """Asks one question after another, each for another person."""

    def __init__(self, bench: BenchLibrary, generator: TextGenerator | None = None) -> None:
        """Ask what ``generator`` answers; by default the packaged composer."""
        self._hidden: set[str] = set()
        self._asked = 0
        self._dialogue = InMemoryDialogueStore()
        self._bench = bench
        self.answering: AnswerQuestion = build_answering(
            dialogue=self._dialogue,
            embedder=bench.embedder,
            generator=generator or Composer(),
            index=bench.knowledge.index,
            passages=_Hiding(bench.knowledge.passages, self._hidden),
            lemmatizer=bench.knowledge.lemmatizer,
            clock=SystemClock(),
            generate_deadline_s=60.0,
            by_model=generator is not None,
        )

    async def ask(
        self,
        question: str,
        *,
        library: LibraryId | None = None,
        earlier: Sequence[tuple[str, str]] = (),
        without: Sequence[str] = (),
        language: str = "ru",
    ) -> Asked:
        """Ask.

        Args:
            question: As typed.
            library: Its only scope; by default the bench's.
            earlier: Questions and answers of the same dialogue, oldest first.
            without: Sources of documents that are not there.
            language: Of the person's interface.
        """
        self._hidden.clear()
        self._hidden.update(without)
        self._asked += 1
        number = self._asked
        asked = Question(
            request_id=f"bench-{id(self)}-{number}",
            dialogue=DialogueKey(bot_id=0, chat_id=number, thread_id=0, user_id=number),
            text=question,
            scope=(library or self._bench.library,),
            language=language,
            asked_at=datetime.now(UTC),
        )
        await self._remember(asked, earlier)
        shown = Shown()
        answer = await self.answering(asked, shown)
        return Asked(answer, tuple(shown.texts))

    async def _remember(self, asked: Question, earlier: Sequence[tuple[str, str]]) -> None:
        state = DialogueState()
        for question, answer in earlier:
            query = await self.answering.rewriter.standalone(replace(asked, text=question), state)
            turn = Turn(
                question=question, query=query.text, answer=answer, passage_ids=(),
                decision=Decision.SOURCES.value, abstained=False, asked_at=asked.asked_at,
            )  # fmt: skip
            await self._dialogue.append(asked.dialogue, turn)
            state = DialogueState(turns=(*state.turns, turn))
