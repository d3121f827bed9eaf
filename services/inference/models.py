from dataclasses import dataclass
from enum import StrEnum


class EmbedRole(StrEnum):
    """How the model is to read a text."""

    QUERY = "query"
    PASSAGE = "passage"


class Priority(StrEnum):
    """Who goes first; the order of the members is the order of service."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions:
    """How a call of the pool is to be treated.

    Attributes:
        priority: A person waiting is HIGH, ingest is LOW.
        deadline_s: Seconds until the caller gives up; a job in line then never reaches a model.
        fair_share: Key of the chat that the work counts against.
        cost: Expected work in units of the kind's usual job.
        patient: Wait in line even when the pool takes no more.
    """

    priority: Priority = Priority.HIGH
    deadline_s: float = 30.0
    fair_share: str = ""
    cost: float = 1.0
    patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptMessage:
    """One message of a chat prompt; ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSentence:
    """A sentence of a passage with its relevance to the question.

    Attributes:
        text: The sentence as it stands in the source.
        score: Relevance, comparable within one request only; higher is better.
        new_line: A line begins here in the source: a paragraph, a heading or a list item.
    """

    text: str
    score: float
    new_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePassage:
    """A numbered passage that an answer may cite.

    Attributes:
        n: Its citation number, 1 to 5.
        title: Of the document; may be empty.
        sentences: All sentences of the passage, in reading order.
    """

    n: int
    title: str
    sentences: tuple[EvidenceSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """What a generation backend needs, be it a large model or the extractive one.

    Attributes:
        job_id: Stable over repeats of the same work, so that it runs once.
        messages: The prompt for backends that read prompts.
        evidence: The same evidence in parts for backends that compose from sentences.
        language: ISO 639-1 code of the answer.
        max_sentences: Upper bound for composing backends.
        max_tokens: Upper bound for language models.
        priority: Who goes first.
        deadline_s: Seconds from now until nobody waits for the result.
        fair_share: Key of the chat that the work counts against.
        cost: Expected work in units of a usual answer.
        patient: Wait in line even when the pool takes no more; the person agreed to, or stood
            there before a restart.
    """

    job_id: str
    messages: tuple[PromptMessage, ...]
    evidence: tuple[EvidencePassage, ...]
    language: str
    max_sentences: int = 4
    max_tokens: int = 700
    priority: Priority = Priority.HIGH
    deadline_s: float = 120.0
    fair_share: str = ""
    cost: float = 1.0
    patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationChunk:
    """The text so far.

    Attributes:
        text: The whole text up to here, not only the new part: a repeat of a killed attempt
            starts again, and the reader simply shows what it is given.
        attempt: 1 for the first run of the job.
        final: The text is complete.
        backend: What wrote it, ``kind:name``; known at the end.
        instead_of: Backends that were to write it and could not.
    """

    text: str
    attempt: int
    final: bool
    backend: str = ""
    instead_of: tuple[str, ...] = ()
