"""What the rest of Samovar sees of the model pool.

Every call raises ``UnavailableError`` when no worker serves its kind, the queue is down or the
backend is (``DeadlineError``: not done in time, ``BusyError``: the pool takes no more for now),
and ``ModelError`` when the backend failed on this very input. An observer hears how long the job
will wait, while it does. A cancelled call aborts its job.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.inference.kinds import (
    Blob,
    DrawPayload,
    DrawResult,
    Entailment,
    RudeText,
    SpeakResult,
    TextPair,
    ToxicityResult,
    TranscribeResult,
)
from services.inference.models import (
    CallOptions,
    EmbedRole,
    GenerationChunk,
    GenerationRequest,
    Priority,
    PromptMessage,
)
from services.inference.waits import QueueObserver


class TextEmbedder(Protocol):
    """Sentence embedding by the pool."""

    async def embed(
        self,
        texts: Sequence[str],
        *,
        role: EmbedRole,
        priority: Priority = Priority.HIGH,
        deadline_s: float = 30.0,
    ) -> NDArray[np.float32]:
        """Embed texts.

        Args:
            texts: Up to 256 texts; longer than the model reads are cut by the model.
            role: A question and a passage are embedded differently.
            priority: A person waiting is HIGH, ingest is LOW.
            deadline_s: Seconds until the caller gives up; the job then never reaches a model.

        Returns:
            Shape (len(texts), d), float32, each row of length 1 (L2), in the order of ``texts``.

        Raises:
            UnavailableError: No worker took the job in time (DeadlineError), or the queue is down.
            ModelError: The model refused the input.
        """
        ...


class TextGenerator(Protocol):
    """Text generation by the pool, streamed."""

    def generate(
        self, request: GenerationRequest, observer: QueueObserver | None = None
    ) -> AsyncIterator[GenerationChunk]:
        """Stream the text; the last chunk has ``final`` set and the whole text.

        Closing the iterator early aborts the job. A repeated call with the same
        ``request.job_id`` attaches to the running or finished job instead of starting another.

        Raises:
            UnavailableError: As for embedding.
            ModelError: The backend failed on this prompt.
        """
        ...


class TextRewriter(Protocol):
    """One line made from a prompt, such as a question that stands alone."""

    async def rewrite(self, messages: Sequence[PromptMessage], options: CallOptions) -> str:
        """Give the line; the caller judges whether it is any good."""
        ...


class PairScorer(Protocol):
    """Relevance of passages to a question, by a cross-encoder."""

    async def score(
        self, query: str, texts: Sequence[str], options: CallOptions
    ) -> tuple[float, ...]:
        """Score each text; higher is better, comparable within one model only."""
        ...


class Entailer(Protocol):
    """What follows from a text, by a model of natural language inference."""

    async def entail(
        self, pairs: Sequence[TextPair], options: CallOptions
    ) -> tuple[Entailment, ...]:
        """Judge each pair, in order."""
        ...


class ToxicityJudge(Protocol):
    """How rude texts are."""

    async def judge(self, texts: Sequence[str], options: CallOptions) -> ToxicityResult:
        """Judge each text, in order."""
        ...


class Detoxifier(Protocol):
    """Rude texts put politely."""

    async def detoxify(
        self,
        texts: Sequence[RudeText],
        language: str,
        options: CallOptions,
        observer: QueueObserver | None = None,
    ) -> tuple[str, ...]:
        """Give a polite form of each; the caller judges whether it is one."""
        ...


class DrawingProgress(Protocol):
    """Whoever shows how a picture comes about."""

    async def drawn(self, done: float, preview: Blob | None) -> None:
        """Hear how far it is, 0 to 1, at times with a first look."""
        ...


class Illustrator(Protocol):
    """Pictures from words."""

    async def draw(
        self,
        picture: DrawPayload,
        options: CallOptions,
        *,
        job_id: str = "",
        progress: DrawingProgress | None = None,
        observer: QueueObserver | None = None,
    ) -> DrawResult:
        """Draw; with a ``job_id`` a repeated call attaches to the running or finished job."""
        ...


class PictureDescriber(Protocol):
    """What is to be seen on a picture."""

    async def describe(
        self,
        image: Blob,
        question: str,
        language: str,
        options: CallOptions,
        observer: QueueObserver | None = None,
    ) -> str:
        """Answer a question about a picture; an empty one asks for a description."""
        ...


class Transcriber(Protocol):
    """Speech to text."""

    async def transcribe(
        self,
        audio: Blob,
        language: str | None,
        options: CallOptions,
        observer: QueueObserver | None = None,
    ) -> TranscribeResult:
        """Write down what is said; without a language the model guesses it."""
        ...


class Speaker(Protocol):
    """Text to speech."""

    async def speak(
        self,
        text: str,
        language: str,
        options: CallOptions,
        *,
        speed: float = 1.0,
        observer: QueueObserver | None = None,
    ) -> SpeakResult:
        """Say a text aloud; the audio is OGG/Opus."""
        ...


class Translator(Protocol):
    """Texts in another language."""

    async def translate(
        self,
        texts: Sequence[str],
        options: CallOptions,
        *,
        source: str,
        target: str,
        observer: QueueObserver | None = None,
    ) -> tuple[str, ...]:
        """Translate each text; languages are ISO 639-1 codes."""
        ...
