"""What a job asks for and what comes of it, one pair of records for each kind.

The name of a kind is the tag of its payload. Pictures and sound do not travel inside these
records: a ``Blob`` says where they are kept meanwhile.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from services.inference.models import EmbedRole, EvidencePassage, PromptMessage


class JobKind(StrEnum):
    """What a job asks for; a worker says which kinds it serves."""

    EMBED = "embed"
    GENERATE = "generate"
    REWRITE = "rewrite"
    SCORE = "score"
    ENTAIL = "entail"
    TOXICITY = "toxicity"
    DETOX = "detox"
    DRAW = "draw"
    DESCRIBE = "describe"
    TRANSCRIBE = "transcribe"
    SPEAK = "speak"
    TRANSLATE = "translate"


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that are kept beside the queue for some minutes.

    Attributes:
        key: Where.
        media_type: Such as ``image/png`` or ``audio/ogg``.
        size: In bytes.
    """

    key: str
    media_type: str
    size: int


class EmbedPayload(msgspec.Struct, frozen=True, kw_only=True, tag="embed"):
    """Texts to embed."""

    texts: tuple[str, ...]
    role: EmbedRole


class EmbedResult(msgspec.Struct, frozen=True, kw_only=True, tag="embed"):
    """Vectors, row after row, as little-endian float32 (base64 in JSON)."""

    dims: int
    vectors: bytes


class GeneratePayload(msgspec.Struct, frozen=True, kw_only=True, tag="generate"):
    """A prompt, and the same evidence in parts; see ``GenerationRequest``."""

    messages: tuple[PromptMessage, ...]
    evidence: tuple[EvidencePassage, ...]
    language: str
    max_sentences: int
    max_tokens: int


class GenerateResult(msgspec.Struct, frozen=True, kw_only=True, tag="generate"):
    """The complete text."""

    text: str


class RewritePayload(msgspec.Struct, frozen=True, kw_only=True, tag="rewrite"):
    """A prompt whose answer is one line: the question so that it stands alone."""

    messages: tuple[PromptMessage, ...]
    max_tokens: int = 100


class RewriteResult(msgspec.Struct, frozen=True, kw_only=True, tag="rewrite"):
    """The line."""

    text: str


class ScorePayload(msgspec.Struct, frozen=True, kw_only=True, tag="score"):
    """A question and the passages to score against it."""

    query: str
    texts: tuple[str, ...]


class ScoreResult(msgspec.Struct, frozen=True, kw_only=True, tag="score"):
    """Relevance of each passage, higher is better; comparable within one model only."""

    scores: tuple[float, ...]


class TextPair(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken for true, and what may follow from it."""

    premise: str
    hypothesis: str


class Entailment(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a hypothesis follows from its premise: probabilities that add up to 1.

    Attributes:
        entail: It follows.
        neutral: It may be so or not; models that tell no contradiction count theirs here.
        contradict: It cannot be so.
    """

    entail: float
    neutral: float
    contradict: float


class EntailPayload(msgspec.Struct, frozen=True, kw_only=True, tag="entail"):
    """Pairs to judge."""

    pairs: tuple[TextPair, ...]


class EntailResult(msgspec.Struct, frozen=True, kw_only=True, tag="entail"):
    """A judgement of each pair, in the order of the request."""

    judged: tuple[Entailment, ...]


class ToxicityPayload(msgspec.Struct, frozen=True, kw_only=True, tag="toxicity"):
    """Texts to judge."""

    texts: tuple[str, ...]


class ToxicityResult(msgspec.Struct, frozen=True, kw_only=True, tag="toxicity"):
    """What the model thinks of each text.

    Attributes:
        scores: Probability of being toxic, 0 to 1.
        labels: Probability of each of the model's own labels, by text.
    """

    scores: tuple[float, ...]
    labels: tuple[Mapping[str, float], ...] = ()


class RudeText(msgspec.Struct, frozen=True, kw_only=True):
    """A text to put politely.

    Attributes:
        text: As it was written.
        spans: Rude words as ``(start, end)`` in characters, where they are known; models that
            fill gaps need them, models that write anew do not.
    """

    text: str
    spans: tuple[tuple[int, int], ...] = ()


class DetoxPayload(msgspec.Struct, frozen=True, kw_only=True, tag="detox"):
    """Texts to put politely."""

    texts: tuple[RudeText, ...]
    language: str


class DetoxResult(msgspec.Struct, frozen=True, kw_only=True, tag="detox"):
    """A polite form of each text, in the order of the request."""

    texts: tuple[str, ...]


class DrawPayload(msgspec.Struct, frozen=True, kw_only=True, tag="draw"):
    """A picture to draw.

    Attributes:
        prompt: What is to be seen.
        negative: What is not.
        width: In pixels.
        height: In pixels.
        seed: The same seed, prompt and model give the same picture.
        steps: Denoising steps; None: the model's own number.
        guidance: How closely to follow the prompt; None: the model's own.
        count: How many pictures.
    """

    prompt: str
    negative: str = ""
    width: int = 512
    height: int = 512
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    count: int = 1


class DrawResult(msgspec.Struct, frozen=True, kw_only=True, tag="draw"):
    """The pictures."""

    pictures: tuple[Blob, ...]
    seed: int


class DescribePayload(msgspec.Struct, frozen=True, kw_only=True, tag="describe"):
    """A picture and what is asked about it; an empty question asks for a description."""

    image: Blob
    question: str
    language: str
    max_tokens: int = 300


class DescribeResult(msgspec.Struct, frozen=True, kw_only=True, tag="describe"):
    """What is to be seen."""

    text: str


class TranscribePayload(msgspec.Struct, frozen=True, kw_only=True, tag="transcribe"):
    """Speech; without a language the model is left to guess it."""

    audio: Blob
    language: str | None = None


class SpokenSegment(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of speech."""

    start_s: float
    end_s: float
    text: str


class TranscribeResult(msgspec.Struct, frozen=True, kw_only=True, tag="transcribe"):
    """The words that were said."""

    text: str
    language: str
    segments: tuple[SpokenSegment, ...] = ()


class SpeakPayload(msgspec.Struct, frozen=True, kw_only=True, tag="speak"):
    """A text to say aloud; 1.0 is the voice's own speed."""

    text: str
    language: str
    speed: float = 1.0


class SpeakResult(msgspec.Struct, frozen=True, kw_only=True, tag="speak"):
    """The voice."""

    audio: Blob
    seconds: float


class TranslatePayload(msgspec.Struct, frozen=True, kw_only=True, tag="translate"):
    """Texts to translate; languages are ISO 639-1 codes."""

    texts: tuple[str, ...]
    source: str
    target: str


class TranslateResult(msgspec.Struct, frozen=True, kw_only=True, tag="translate"):
    """The translations, in the order of the request."""

    texts: tuple[str, ...]


Payload = (
    EmbedPayload
    | GeneratePayload
    | RewritePayload
    | ScorePayload
    | EntailPayload
    | ToxicityPayload
    | DetoxPayload
    | DrawPayload
    | DescribePayload
    | TranscribePayload
    | SpeakPayload
    | TranslatePayload
)
Result = (
    EmbedResult
    | GenerateResult
    | RewriteResult
    | ScoreResult
    | EntailResult
    | ToxicityResult
    | DetoxResult
    | DrawResult
    | DescribeResult
    | TranscribeResult
    | SpeakResult
    | TranslateResult
)


def kind_of(payload: Payload) -> JobKind:
    """Tell which workers may do this."""
    return JobKind(str(type(payload).__struct_config__.tag))
