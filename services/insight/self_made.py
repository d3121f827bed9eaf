"""Questions for an evaluation that nobody has to write: made of the library itself."""

import asyncio
from dataclasses import dataclass
from typing import Final

from services.errors import InvalidInputError
from services.insight.evaluating import EvalQuestion
from services.insight.questions import questions_from
from services.insight.quiz_ports import PassageSample
from services.knowledge.models import LibraryId
from services.knowledge.ports import Lemmatizer, PassageStore

QUESTIONS: Final = 50
_PASSAGES_A_QUESTION: Final = 20
_MADE_A_QUESTION: Final = 6
"""So many are made for one that is asked: those with a gap instead of a question word go last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeEvalQuestions:
    """Makes questions whose source and answer are known, for they were made of it."""

    sample: PassageSample
    passages: PassageStore
    lemmatizer: Lemmatizer

    async def __call__(self, library: LibraryId, *, limit: int, seed: int) -> list[EvalQuestion]:
        """Make questions with question words; the same library and seed give the same ones.

        Raises:
            InvalidInputError: Nothing in the library makes a question.
        """
        ids = await self.sample.sample(library, limit=limit * _PASSAGES_A_QUESTION, seed=seed)
        passages = await self.passages.passages(ids)
        made = await asyncio.to_thread(
            questions_from, passages, self.lemmatizer, seed=seed,
            limit=limit * _MADE_A_QUESTION, wrong=0,
        )  # fmt: skip
        sources = {one.passage_id: one.sources for one in passages}
        found = [
            EvalQuestion(
                question_id=str(number), question=one.text, answer=one.answer,
                sources=tuple(source.source for source in sources[one.passage_id]),
            )
            for number, one in enumerate((one for one in made if one.asks), start=1)
        ]  # fmt: skip
        if not found:
            msg = f"no question could be made of the library {library!r}; give a file of questions"
            raise InvalidInputError(msg)
        return found[:limit]
