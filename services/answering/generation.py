"""Evidence to the text of an answer: by the pool, or composed here when the pool is down."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from services.answering.citations import VerifiedText
from services.answering.echoing import Echoes
from services.answering.extractive import compose
from services.answering.foreign import without_foreign
from services.answering.models import AnswerLength, Question, RankedPassage, SearchQuery, Writer
from services.answering.ports import AnswerProgress
from services.answering.preferring import wants_one_fact
from services.answering.prompting import BUDGET_TOKENS, REFUSAL, Told, prompt
from services.errors import BusyError, ModelError, UnavailableError
from services.inference.models import EvidencePassage, GenerationChunk, GenerationRequest
from services.inference.ports import TextGenerator
from services.inference.waits import WaitEstimate

log = structlog.get_logger(__name__)

Verify = Callable[[str], Awaitable[VerifiedText]]
_FINISHED = re.compile(r".*(?:[.!?…](?=\s)|\n)", re.DOTALL)

SENTENCES: Final = {AnswerLength.SHORT: 2, AnswerLength.NORMAL: 4, AnswerLength.LONG: 7}
FACT_SENTENCES: Final = {AnswerLength.SHORT: 1, AnswerLength.NORMAL: 2, AnswerLength.LONG: 4}
TOKENS: Final = {AnswerLength.SHORT: 250, AnswerLength.NORMAL: 700, AnswerLength.LONG: 1400}
MOST_STEPS: Final = {AnswerLength.SHORT: 0, AnswerLength.NORMAL: 12, AnswerLength.LONG: 18}
"""Steps of a longer list are left to the source: a list cut in the middle is worth nothing."""
BESIDE_STEPS: Final = 2
"""Sentences that may introduce a list of steps."""
_COMPOSES: Final = "packaged:"
"""Backends so named put sentences together; they are no language models."""


def generation_job_id(request_id: str) -> str:
    """Name the generation job of a request; the same request always has the same job."""
    return f"{request_id}:generate"


def generation_request(
    question: Question,
    query: SearchQuery,
    evidence: Sequence[RankedPassage],
    scored: tuple[EvidencePassage, ...],
    *,
    language: str,
    steps: int,
    deadline_s: float,
    told: Told | None = None,
    budget_tokens: int = BUDGET_TOKENS,
) -> GenerationRequest:
    """Describe the generation job; its id depends on the request alone, so it runs once.

    Args:
        question: For the length that the person wants, and who asks.
        query: What was searched.
        evidence: Passages by number.
        scored: Their sentences with scores.
        language: ISO 639-1 code of the answer.
        steps: Length of the list of steps that was found, or 0.
        deadline_s: Seconds until nobody waits for the text.
        told: What a language model is told beside the sources.
        budget_tokens: Most tokens of its prompt.
    """
    sentences = _most_sentences(question.length, query.text, steps)
    return GenerationRequest(
        job_id=generation_job_id(question.request_id),
        messages=prompt(
            query.text,
            evidence,
            scored,
            language=language,
            max_sentences=sentences,
            told=told,
            budget_tokens=budget_tokens,
        ),
        evidence=scored,
        language=language,
        max_sentences=sentences,
        max_tokens=TOKENS[question.length],
        deadline_s=deadline_s,
        fair_share=str(question.dialogue.chat_id),
        cost=TOKENS[question.length] / TOKENS[AnswerLength.NORMAL],
        patient=question.patience_s > 0 or question.is_resumed,
    )


def _most_sentences(length: AnswerLength, query: str, steps: int) -> int:
    if steps:
        return steps + BESIDE_STEPS
    return (FACT_SENTENCES if wants_one_fact(query) else SENTENCES)[length]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The text of an answer and who wrote it."""

    verified: VerifiedText
    writer: Writer = Writer.CHOSEN


@dataclass(frozen=True, kw_only=True)
class GroundedGenerator:
    """Streams an answer from the pool; what is shown on the way is already verified.

    Attributes:
        by_model: The most wanted backend is a language model, so an answer without one is said
            to be a stand-in.
    """

    generator: TextGenerator
    by_model: bool = False

    async def write(
        self, request: GenerationRequest, check: Verify, progress: AnswerProgress
    ) -> Written:
        """Give the answer with markers that hold; without text when nothing held.

        When the pool is down or its model fails, the answer is composed of the evidence's
        sentences in this process: a dead part degrades the answer, it does not break it. A pool
        that is only full is worth waiting for where a language model is to write; whether to
        wait is for the person to say.

        Args:
            request: The job; a repeat with the same id attaches to it.
            check: Verifies a text against the evidence, off the event loop.
            progress: Shown the place in line, then every finished sentence that holds.

        Raises:
            BusyError: The pool is full, and a language model was to write.
        """
        sources = [passage.title for passage in request.evidence]
        sources += [s.text for passage in request.evidence for s in passage.sentences]
        told = [message.content for message in request.messages if message.role == "system"]
        echoes = Echoes(told, sources)

        def own(text: str) -> str:
            return echoes.without(without_foreign(text, sources))

        async def checked(text: str) -> VerifiedText:
            return await check(await asyncio.to_thread(own, text))

        shown = _Shown(checked, progress)
        try:
            written = await self._streamed(request, shown)
            text, writer = written.text, _writer(written)
        except (UnavailableError, ModelError) as error:
            if self.by_model and isinstance(error, BusyError):
                raise
            log.warning("generation_degraded", job_id=request.job_id, code=error.code)
            text = "".join(compose(request))
            writer = Writer.SOURCES_ALONE if self.by_model else Writer.CHOSEN
        return Written(verified=await shown.whole("" if REFUSAL in text else text), writer=writer)

    async def _streamed(self, request: GenerationRequest, shown: "_Shown") -> GenerationChunk:
        newest = GenerationChunk(text="", attempt=0, final=False)
        chunks = self.generator.generate(request, _InLine(shown.progress))
        try:
            async for chunk in chunks:
                newest = chunk
                await shown.so_far(chunk.text)
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()
        return newest


@dataclass(frozen=True, slots=True)
class _InLine:
    """Hands the place in line on to whoever watches the answer."""

    progress: AnswerProgress

    async def waiting(self, estimate: WaitEstimate) -> None:
        """See ``QueueObserver.waiting``."""
        await self.progress.waiting(estimate)

    async def begun(self) -> None:
        """See ``QueueObserver.begun``."""
        await self.progress.waiting(None)


def _writer(written: GenerationChunk) -> Writer:
    if not written.instead_of:
        return Writer.CHOSEN
    composed = written.backend.startswith(_COMPOSES)
    return Writer.SOURCES_ALONE if composed else Writer.SPARE_MODEL


@dataclass(kw_only=False)
class _Shown:
    """What the person has seen: finished sentences only, verified when they are new."""

    check: Verify
    progress: AnswerProgress
    finished: str = ""
    visible: str = field(default="", init=False)

    async def so_far(self, text: str) -> None:
        """Show a growing text."""
        finished = _FINISHED.match(text)
        if finished is not None and finished.group() != self.finished:
            self.finished = finished.group()
            await self._show(await self.check(self.finished))

    async def whole(self, text: str) -> VerifiedText:
        """Show the complete text."""
        verified = await self.check(text)
        await self._show(verified)
        return verified

    async def _show(self, verified: VerifiedText) -> None:
        if verified.text and verified.text != self.visible:
            self.visible = verified.text
            await self.progress.text(verified.text)
