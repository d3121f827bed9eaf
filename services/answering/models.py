from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.dialogue.models import DialogueKey
from services.knowledge.models import LibraryId, StoredPassage


class Decision(StrEnum):
    """Where an answer comes from."""

    SOURCES = "sources"
    SMALL_TALK = "small_talk"
    DIALOGUE = "dialogue"


class AnswerLength(StrEnum):
    """How much the person wants to read."""

    SHORT = "short"
    NORMAL = "normal"
    LONG = "long"


class Writer(StrEnum):
    """Who wrote an answer, so that a stand-in can be said to be one."""

    CHOSEN = "chosen"
    """The backend that the owner wants most; or no backend had to write anything."""
    SPARE_MODEL = "spare-model"
    """Another model, since a more wanted one could not."""
    SOURCES_ALONE = "sources-alone"
    """Nobody: put together from sentences of the sources, since the model could not write it."""


class Stage(StrEnum):
    """What the pipeline is doing, for the status line and the timings."""

    REWRITE = "rewrite"
    SEARCH = "search"
    RERANK = "rerank"
    GENERATE = "generate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a person asked it.

    Attributes:
        request_id: Stable over repeats; generation jobs are named after it.
        scope: The libraries that this person may read in this chat.
        language: ISO 639-1 code of the person's interface; the answer follows the question's
            own script where it is clear.
        patience_s: Seconds that the person agreed to wait for the pool beyond the usual; 0 when
            nobody asked.
        is_resumed: A restart cut its answer off, which the pool may have let in already.
    """

    request_id: str
    dialogue: DialogueKey
    text: str
    scope: tuple[LibraryId, ...]
    language: str
    asked_at: datetime
    length: AnswerLength = AnswerLength.NORMAL
    patience_s: float = 0.0
    is_resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question that stands alone.

    Attributes:
        text: After query rewriting; the question itself when nothing had to change.
        excluded: Lemmas that the person does not want ("без капусты").
        carried: Lemmas taken over from earlier turns.
        continues: The question goes on from the one before, whose passages stay candidates.
    """

    text: str
    excluded: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    continues: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPassage:
    """A passage with the score of the ranker that ordered the list."""

    passage: StoredPassage
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A numbered source of an answer.

    Attributes:
        n: 1 to 5, as the marker [n] in the text.
        quote: The supporting sentences as they stand in the source, one stretch of it.
    """

    n: int
    source: str
    url: str | None
    title: str
    quote: str
    members_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the pipeline gives back; ``abstained`` when nothing in the scope supports an answer.

    Attributes:
        text: Plain text with markers [n]; empty for an abstention.
        offered: For an abstention: the nearest passages, to offer what was found.
        writer: Who wrote the text.
        timings_ms: Milliseconds by stage, and ``total``.
    """

    question: str
    query: SearchQuery
    decision: Decision
    language: str
    text: str
    citations: tuple[Citation, ...]
    abstained: bool
    candidates: tuple[RankedPassage, ...] = ()
    evidence: tuple[RankedPassage, ...] = ()
    offered: tuple[RankedPassage, ...] = ()
    writer: Writer = Writer.CHOSEN
    timings_ms: Mapping[str, float] = field(default_factory=dict)
