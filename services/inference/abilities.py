"""Every ability but embedding and generating, by the pool; see ``ports``."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import TypeVar

from services.errors import ModelError
from services.inference.calls import PoolCalls
from services.inference.kinds import (
    Blob,
    DescribePayload,
    DescribeResult,
    DetoxPayload,
    DetoxResult,
    DrawPayload,
    DrawResult,
    Entailment,
    EntailPayload,
    EntailResult,
    Payload,
    Result,
    RewritePayload,
    RewriteResult,
    RudeText,
    ScorePayload,
    ScoreResult,
    SpeakPayload,
    SpeakResult,
    TextPair,
    ToxicityPayload,
    ToxicityResult,
    TranscribePayload,
    TranscribeResult,
    TranslatePayload,
    TranslateResult,
)
from services.inference.models import CallOptions, PromptMessage
from services.inference.ports import DrawingProgress
from services.inference.protocol import Done, Progress
from services.inference.waits import QueueObserver

ResultT = TypeVar("ResultT", bound=Result)


async def result_of(
    calls: PoolCalls,
    payload: Payload,
    expected: type[ResultT],
    options: CallOptions,
    observer: QueueObserver | None = None,
) -> ResultT:
    """Run a job that is not to be attached to, and give its result."""
    job = calls.job(payload, options)
    async with aclosing(calls.replies(job, observer)) as replies:
        async for reply in replies:
            if isinstance(reply, Done) and isinstance(reply.result, expected):
                return reply.result
    raise ModelError(f"{job.kind}: the worker sent another kind of result")


class PoolRewriter:
    """``TextRewriter`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def rewrite(self, messages: Sequence[PromptMessage], options: CallOptions) -> str:
        """See ``TextRewriter.rewrite``."""
        payload = RewritePayload(messages=tuple(messages))
        return (await result_of(self._calls, payload, RewriteResult, options)).text


class PoolScorer:
    """``PairScorer`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def score(
        self, query: str, texts: Sequence[str], options: CallOptions
    ) -> tuple[float, ...]:
        """See ``PairScorer.score``."""
        payload = ScorePayload(query=query, texts=tuple(texts))
        return (await result_of(self._calls, payload, ScoreResult, options)).scores


class PoolEntailer:
    """``Entailer`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def entail(
        self, pairs: Sequence[TextPair], options: CallOptions
    ) -> tuple[Entailment, ...]:
        """See ``Entailer.entail``."""
        payload = EntailPayload(pairs=tuple(pairs))
        return (await result_of(self._calls, payload, EntailResult, options)).judged


class PoolJudge:
    """``ToxicityJudge`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def judge(self, texts: Sequence[str], options: CallOptions) -> ToxicityResult:
        """See ``ToxicityJudge.judge``."""
        payload = ToxicityPayload(texts=tuple(texts))
        return await result_of(self._calls, payload, ToxicityResult, options)


class PoolDetoxifier:
    """``Detoxifier`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def detoxify(
        self,
        texts: Sequence[RudeText],
        language: str,
        options: CallOptions,
        observer: QueueObserver | None = None,
    ) -> tuple[str, ...]:
        """See ``Detoxifier.detoxify``."""
        payload = DetoxPayload(texts=tuple(texts), language=language)
        return (await result_of(self._calls, payload, DetoxResult, options, observer)).texts


class PoolIllustrator:
    """``Illustrator`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def draw(
        self,
        picture: DrawPayload,
        options: CallOptions,
        *,
        job_id: str = "",
        progress: DrawingProgress | None = None,
        observer: QueueObserver | None = None,
    ) -> DrawResult:
        """See ``Illustrator.draw``."""
        job = self._calls.job(picture, options, job_id=job_id)
        async with aclosing(self._calls.replies(job, observer)) as replies:
            async for reply in replies:
                if isinstance(reply, Progress) and progress is not None:
                    await progress.drawn(reply.done, reply.preview)
                elif isinstance(reply, Done) and isinstance(reply.result, DrawResult):
                    return reply.result
        raise ModelError("draw: the worker sent another kind of result")


class PoolSeer:
    """``PictureDescriber`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def describe(
        self,
        image: Blob,
        question: str,
        language: str,
        options: CallOptions,
        observer: QueueObserver | None = None,
    ) -> str:
        """See ``PictureDescriber.describe``."""
        payload = DescribePayload(image=image, question=question, language=language)
        return (await result_of(self._calls, payload, DescribeResult, options, observer)).text


class PoolTranscriber:
    """``Transcriber`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def transcribe(
        self,
        audio: Blob,
        language: str | None,
        options: CallOptions,
        observer: QueueObserver | None = None,
    ) -> TranscribeResult:
        """See ``Transcriber.transcribe``."""
        payload = TranscribePayload(audio=audio, language=language)
        return await result_of(self._calls, payload, TranscribeResult, options, observer)


class PoolSpeaker:
    """``Speaker`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def speak(
        self,
        text: str,
        language: str,
        options: CallOptions,
        *,
        speed: float = 1.0,
        observer: QueueObserver | None = None,
    ) -> SpeakResult:
        """See ``Speaker.speak``."""
        payload = SpeakPayload(text=text, language=language, speed=speed)
        return await result_of(self._calls, payload, SpeakResult, options, observer)


class PoolTranslator:
    """``Translator`` by the workers."""

    def __init__(self, calls: PoolCalls) -> None:
        self._calls = calls

    async def translate(
        self,
        texts: Sequence[str],
        options: CallOptions,
        *,
        source: str,
        target: str,
        observer: QueueObserver | None = None,
    ) -> tuple[str, ...]:
        """See ``Translator.translate``."""
        payload = TranslatePayload(texts=tuple(texts), source=source, target=target)
        return (await result_of(self._calls, payload, TranslateResult, options, observer)).texts
