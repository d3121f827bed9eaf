from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Complaint(StrEnum):
    """Why an answer was no good, as the person taps it."""

    WRONG = "wrong"
    OFF_TOPIC = "off-topic"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFacts:
    """What is kept of an answer beside its words.

    Attributes:
        asked_back: The question could be meant in several ways, and the person was asked.
        follows: It goes on from the question before.
        cited: Titles of the cited sources, or their names, each once; empty for those of a chat.
        nearest: Score of the best passage, comparable over questions; None without any.
    """

    request_id: str
    answered_at: datetime
    decision: str
    language: str
    abstained: bool
    asked_back: bool
    follows: bool
    cited: tuple[str, ...]
    nearest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """An answer with its question and what the person thought of it.

    Attributes:
        verdict: 1, -1, or 0 when nothing was said.
        complaint: Why it was no good.
    """

    facts: AnswerFacts
    user_id: int
    question: str
    verdict: int = 0
    complaint: Complaint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What several questions are about.

    Attributes:
        name: The word that they share, as one of them has it.
        example: One of the questions.
    """

    name: str
    questions: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulSource:
    """A source whose answers people were not content with."""

    title: str
    bad: int
    cited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """How a stretch of time went.

    Attributes:
        questions: Those for the libraries or the web; small talk is left out.
        abstained: Of these: no source answered.
        asked_back: Of these: the person was asked what is meant.
        cited: Of those answered: with at least one source.
        complaints: Answers that were no good, by reason.
        unanswered: Topics without an answer, the most asked first.
        doubtful: Sources with the most complaints.
    """

    people: int
    questions: int
    abstained: int
    asked_back: int
    cited: int
    good: int
    bad: int
    complaints: Mapping[Complaint, int] = field(default_factory=dict)
    unanswered: tuple[Topic, ...] = ()
    doubtful: tuple[DoubtfulSource, ...] = ()

    @property
    def answered(self) -> int:
        """Questions that got an answer."""
        return self.questions - self.abstained - self.asked_back


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedFeature:
    """A property of questions that is not what it was; means before and now, in its own unit."""

    name: str
    before: float
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How well a classifier tells this week's questions from those before.

    Attributes:
        auc: Area under its ROC curve on questions it was not fitted on; 0.5: not at all.
        p_value: Share of shuffled weeks that are told apart as well.
        moved: Features that give it away, the strongest first.
    """

    auc: float
    p_value: float
    before: int
    now: int
    moved: tuple[MovedFeature, ...]
