"""Cloze questions: a sentence of the sources with one thing in it masked. Pure, without models."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.knowledge.models import PassageId, StoredPassage
from services.knowledge.ports import Lemmatizer

MASK: Final = "…"
FEWEST_WORDS: Final = 4
"""Content words that must be left, or the question could be about anything."""
LONGEST_SENTENCE: Final = 400

_NUMBER: Final = re.compile(r"(?<![\w.,:])\d+(?:[.,:\u00a0 ]\d+)*(?:\s?%)?(?![\w:])")
# Words in capitals one after another, with the particles that stand inside names.
_NAME: Final = re.compile(
    r"[A-ZА-ЯЁ][\w’'-]+(?:\s+(?:(?:де|да|ван|фон|of|the|de|von|van)\s+)?[A-ZА-ЯЁ][\w’'-]*)*"
)
_QUOTED: Final = re.compile(r"[«“\"]([^«»“”\"]{3,60})[»”\"]")
_DEFINED: Final = re.compile(r"^([^—–:,.]{3,40}?)\s+[—–]\s+(?=\w)")


class AnswerKind(StrEnum):
    """What is masked; wrong options of a quiz are of the same kind."""

    NUMBER = "number"
    NAME = "name"
    TERM = "term"
    """A name in quotes, or what a definition defines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze:
    """A sentence with a gap, and what stands in the gap.

    Attributes:
        text: The sentence with ``MASK`` for the answer.
        answer: As it stands in the sentence.
        sentence: Place of the sentence among those of its passage.
    """

    text: str
    answer: str
    kind: AnswerKind
    passage_id: PassageId
    sentence: int


def clozes(passage: StoredPassage, lemmatizer: Lemmatizer) -> Iterator[Cloze]:
    """Make every cloze question that a passage allows, in reading order.

    A sentence that has too few content words beside the gap, or that names the answer a second
    time, makes none.
    """
    for position, (start, end) in enumerate(passage.sentences):
        sentence = passage.text[start:end]
        if len(sentence) > LONGEST_SENTENCE:
            continue
        for kind, at, until in gaps(sentence):
            answer = sentence[at:until]
            text = f"{sentence[:at]}{MASK}{sentence[until:]}"
            if answer in text or len(lemmatizer.content_lemmas(text)) < FEWEST_WORDS:
                continue
            yield Cloze(
                text=text, answer=answer, kind=kind, passage_id=passage.passage_id,
                sentence=position,
            )  # fmt: skip


def gaps(sentence: str) -> Iterator[tuple[AnswerKind, int, int]]:
    """Find what can be masked: numbers, names and terms, each as a span; spans do not overlap.

    The first word of a sentence has a capital anyway, so it is a name only with another after it.

    Example:
        >>> line = "Нейро в 2024 году выпустила компания «Яндекс»."
        >>> [(kind.value, line[a:b]) for kind, a, b in gaps(line)]
        [('number', '2024'), ('term', 'Яндекс')]
    """
    taken: list[tuple[int, int]] = []
    found: list[tuple[AnswerKind, int, int]] = []
    for kind, start, end in _all(sentence):
        if all(end <= a or start >= b for a, b in taken):
            taken.append((start, end))
            found.append((kind, start, end))
    yield from sorted(found, key=lambda gap: gap[1])


def _all(sentence: str) -> Iterator[tuple[AnswerKind, int, int]]:
    defined = _DEFINED.match(sentence)
    if defined is not None:
        yield AnswerKind.TERM, *defined.span(1)
    for match in _QUOTED.finditer(sentence):
        yield AnswerKind.TERM, *match.span(1)
    for match in _NUMBER.finditer(sentence):
        yield AnswerKind.NUMBER, *match.span()
    for match in _NAME.finditer(sentence):
        if match.start() > 0 or " " in match.group():
            yield AnswerKind.NAME, *match.span()
