"""What the wording of a question asks of its answer beyond its topic."""

import re
from collections.abc import Collection, Sequence
from enum import Enum
from typing import Final

from services.answering.models import RankedPassage
from services.answering.wordlists import listed
from services.knowledge.ports import Lemmatizer

_HOW_TO = re.compile(
    r"\b(?:как (?:мне |нам |лучше |правильно |быстро |самому |можно )*\w+(?:ть|ти|чь|ться|тись)\b|"
    r"рецепт\w*|инструкци\w+|пошагов\w+|по шагам|что делать|"
    r"how (?:to|do|can|should|would) (?:i |we |you |one )?|recipe|instructions|step by step|steps|"
    r"چگونه|چطور(?! است)|طرز تهیه|دستور)",
    re.IGNORECASE,
)
_AVOIDING: Final = listed(
    "без вместо кроме заменять заменить замена исключить исключать without instead replac replace "
    "no free except omit بدون"
)
AVOIDING_REACH: Final = 2
"""Words between "без" and what is avoided, as in "без белокочанной капусты"."""
USED_PENALTY: Final = 1.5
AVOIDED_BONUS: Final = 1.5
"""In standard deviations of the reranker's sum of three z-scores."""


class Stance(Enum):
    """What a text does with an ingredient that the person does not want."""

    SILENT = 0
    USES = 1
    AVOIDS = 2


def wants_steps(question: str) -> bool:
    """Tell whether the person asks how to do something.

    Example:
        >>> wants_steps("Как приготовить щи?"), wants_steps("Как называется столица?")
        (True, False)
    """
    return _HOW_TO.search(question) is not None


def stance(text: str, excluded: Collection[str], lemmatizer: Lemmatizer) -> Stance:
    """Tell whether a text uses something excluded, or says how to do without it."""
    if not excluded:
        return Stance.SILENT
    lemmas = lemmatizer.lemmas(text)
    places = [i for i, lemma in enumerate(lemmas) if lemma in excluded]
    if not places:
        return Stance.SILENT
    avoided = [i for i in places if _avoided(lemmas, i)]
    return Stance.AVOIDS if avoided else Stance.USES


def _avoided(lemmas: Sequence[str], place: int) -> bool:
    return any(lemma in _AVOIDING for lemma in lemmas[max(0, place - 1 - AVOIDING_REACH) : place])


def adjustment(text: str, excluded: Collection[str], lemmatizer: Lemmatizer) -> float:
    """Give what to add to a score: up for "без X", down for using X."""
    return {Stance.SILENT: 0.0, Stance.USES: -USED_PENALTY, Stance.AVOIDS: AVOIDED_BONUS}[
        stance(text, excluded, lemmatizer)
    ]


def excluding(
    excluded: Collection[str], ranked: Sequence[RankedPassage], lemmatizer: Lemmatizer
) -> list[RankedPassage]:
    """Put passages that do without something excluded first, those that use it last."""
    if not excluded:
        return list(ranked)
    moved = [
        RankedPassage(
            passage=r.passage,
            score=r.score
            + adjustment(f"{r.passage.title}\n{r.passage.text}", excluded, lemmatizer),
        )
        for r in ranked
    ]
    return sorted(moved, key=lambda r: -r.score)
