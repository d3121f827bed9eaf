"""The steps of the pipeline that can be done in more than one way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.answering.models import Decision, Question, RankedPassage, SearchQuery, Stage
from services.answering.retrieval import Candidate
from services.dialogue.models import DialogueState
from services.inference.kinds import Entailment, TextPair
from services.inference.waits import WaitEstimate


class AnswerProgress(Protocol):
    """Whoever watches an answer being made; calls are cheap and never raise."""

    async def stage(self, stage: Stage) -> None:
        """Tell that a stage begins."""
        ...

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        """Tell about once a second how long it waits for the pool; None: it waits no more."""
        ...

    async def text(self, partial: str) -> None:
        """Tell the text so far, with its markers; may start again after a killed worker."""
        ...


@dataclass(frozen=True, slots=True)
class Decided:
    """Where the answer is to come from.

    Attributes:
        text: What is said when nothing is searched: the id of a Fluent message for small talk,
            the person's own words, one a line, for the dialogue and the memory.
    """

    decision: Decision
    text: str = ""


class Decider(Protocol):
    """The first step: where does the answer come from?"""

    async def decide(self, question: Question, state: DialogueState) -> Decided:
        """Decide; never fails, in doubt it is a question for the sources."""
        ...


class StandaloneRewriter(Protocol):
    """Query rewriting over the dialogue."""

    async def standalone(self, question: Question, state: DialogueState) -> SearchQuery:
        """Make the question stand alone; never fails, in doubt it is the question itself."""
        ...


class Reranker(Protocol):
    """A close look at the candidates."""

    async def rerank(
        self,
        query: SearchQuery,
        candidates: Sequence[Candidate],
        vector: NDArray[np.float32] | None,
    ) -> list[RankedPassage]:
        """Order all candidates, best first; never fails, in doubt the search's order stays."""
        ...


class EntailmentJudge(Protocol):
    """A reader who tells what follows from a passage."""

    async def judge(self, pairs: Sequence[TextPair]) -> tuple[Entailment, ...] | None:
        """Judge each pair, in order; never fails, None when there is no judgement in time."""
        ...
