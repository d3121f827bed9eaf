from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.dialogue.models import DialogueKey
from services.knowledge.models import DayRange, LibraryId, StoredPassage


class Decision(StrEnum):
    """Where an answer comes from."""

    SOURCES = "sources"
    """The libraries of the scope."""
    WEB = "web"
    """Pages that a web search found; asked for, or since the libraries have nothing."""
    SMALL_TALK = "small_talk"
    DIALOGUE = "dialogue"
    """What was said in this conversation."""
    MEMORY = "memory"
    """What the person asked to remember."""


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


class AnswerNote(StrEnum):
    """Something to be told beside an answer; the value is a Fluent message."""

    WEB_NOT_CONNECTED = "answer-web-not-connected"
    """The web was asked for, and the owner has connected no search engine."""
    WEB_SILENT = "answer-web-silent"
    """The web was asked for, and the search engine does not answer."""
    WEB_EMPTY = "answer-web-empty"
    """The web was asked for, and nothing readable was found there."""


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
        impersonal: What is remembered of the person is left out.
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
    impersonal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question that stands alone.

    Attributes:
        text: After query rewriting; the question itself when nothing had to change.
        excluded: Lemmas that the person does not want ("без капусты").
        carried: Lemmas taken over from earlier turns.
        background: Earlier questions, which lean on the search; empty for the first of a dialogue.
        background_lemmas: Its content lemmas.
        continues: The question goes on from the one before, whose passages stay candidates.
        posted: The days that the question speaks of ("что писали в марте"); None: any.
        whole_days: Nothing is asked but what was posted on these days.
        undated: Nothing was posted on these days, so all days were searched.
        corrected: The question as it was read, where it was typed in the wrong layout, in Latin
            letters or with slips; empty when it was clear.
    """

    text: str
    excluded: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    background: str = ""
    background_lemmas: tuple[str, ...] = ()
    continues: bool = False
    posted: DayRange | None = None
    whole_days: bool = False
    undated: bool = False
    corrected: str = ""


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
        choices: The question can be meant in several ways: questions to choose from; the text is
            then empty and nothing is cited.
        follow_ups: Near subjects that a tap asks about next.
        writer: Who wrote the text.
        note: Why it does not come from where it was wanted from.
        nearest: Cosine of the question and the nearest sentence; None without vectors.
        web_offered: The libraries have no answer, and the web may be asked.
        considered: What is remembered of the person and took part, a sentence each; no sources.
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
    choices: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    writer: Writer = Writer.CHOSEN
    note: AnswerNote | None = None
    nearest: float | None = None
    web_offered: bool = False
    considered: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
