"""Questions about two things at once: the evidence and the answer are to speak of both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from services.answering.evidence import SentenceView, bm25
from services.answering.models import RankedPassage
from services.answering.numbers import numbers
from services.answering.preferring import defines, is_subject
from services.knowledge.ports import Lemmatizer

_END: Final = r"\W*$"
_COMPARING: Final = tuple(
    re.compile(pattern + _END, re.IGNORECASE)
    for pattern in (
        r"\bчем (?:же )?отлича\w+ (?P<one>.+?) от (?P<other>.+?)",
        r"\bчем (?:же )?(?P<one>.+?) (?:отлича\w+ от|лучше|хуже) (?P<other>.+?)",
        r"\b(?:разниц\w+|отличи\w+|различи\w+) между (?P<one>.+?) и (?P<other>.+?)",
        r"\b(?:разниц\w+|отличи\w+|различи\w+) (?P<one>.+?) от (?P<other>.+?)",
        r"\b(?:сравни|сравните|сравнить|сравнение) (?P<one>.+?) (?:и|с|со) (?P<other>.+?)",
        r"\bчто (?:лучше|хуже|полезнее|быстрее|проще)\W+(?P<one>.+?) или (?P<other>.+?)",
        r"^(?P<one>.+?) или (?P<other>.+?)\W+что (?:лучше|хуже|полезнее|быстрее|проще)",
        r"\bdifferences? between (?P<one>.+?) and (?P<other>.+?)",
        r"\bhow (?:does|do|is|are) (?P<one>.+?) (?:differ|different) from (?P<other>.+?)",
        r"\bcompare (?P<one>.+?) (?:and|with|to) (?P<other>.+?)",
        r"^(?P<one>.+?) (?:vs\.?|versus) (?P<other>.+?)",
        r"\b(?:which|what) is better\W+(?P<one>.+?) or (?P<other>.+?)",
    )
)
PASSAGES_A_SIDE: Final = 2
BOTH_BONUS: Final = 2.0
DEFINING_BONUS: Final = 3.0
OPENING_BONUS: Final = 3.0
TOGETHER_BONUS: Final = 0.5
AMOUNT_PENALTY: Final = 2.0
"""Amounts of a recipe seldom tell two things apart."""

Sides = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """What the evidence says of two things.

    Attributes:
        one: Positions of the sentences on the first, the best first; empty when there is none.
        other: On the second.
        introduced: Both are the subject of a sentence or the title of a passage.
    """

    one: tuple[int, ...]
    other: tuple[int, ...]
    introduced: bool


def sides(question: str, lemmatizer: Lemmatizer) -> Sides | None:
    """Give the content lemmas of the two things that a question compares; None for others.

    Words that both share tell nothing apart and are left out.
    """
    for pattern in _COMPARING:
        if (match := pattern.search(question)) is not None:
            one = frozenset(lemmatizer.content_lemmas(match["one"]))
            other = frozenset(lemmatizer.content_lemmas(match["other"]))
            return (one - other, other - one) if one - other and other - one else None
    return None


def on_both(
    compared: Sides, ranked: Sequence[RankedPassage], lemmatizer: Lemmatizer, limit: int
) -> list[RankedPassage]:
    """Choose the evidence: the passages that say most of each thing in turn, then the best."""
    held = [candidate.passage.lemmas.split() for candidate in ranked]
    lists = []
    for side in compared:
        scores = bm25(sorted(side), held)
        worth = {
            i: score + OPENING_BONUS * _defined(ranked[i], side, lemmatizer)
            for i, score in enumerate(scores)
            if score > 0
        }
        lists.append(sorted(worth, key=lambda i: -worth[i])[:PASSAGES_A_SIDE])
    taken = [i for pair in zip_longest(*lists) for i in pair if i is not None]
    return [ranked[i] for i in dict.fromkeys([*taken, *range(len(ranked))])][:limit]


def sentences_on_both(
    compared: Sides,
    evidence: Sequence[RankedPassage],
    sentences: Sequence[SentenceView],
    scores: Sequence[float],
    lemmatizer: Lemmatizer,
    *,
    a_side: int,
) -> Both:
    """Choose the sentences that tell the two things apart.

    Args:
        compared: From ``sides``.
        evidence: Passages by number, the first is 1.
        sentences: All sentences of the evidence.
        scores: Of the sentences.
        lemmatizer: For the titles.
        a_side: Most sentences on each thing.
    """
    titles = [set(lemmatizer.content_lemmas(ranked.passage.title)) for ranked in evidence]
    found = []
    for side, opposite in (compared, compared[::-1]):
        worth = {
            i: scores[i] + _bonus(sentence, side, opposite)
            for i, sentence in enumerate(sentences)
            if side & set(sentence.lemmas) and not sentence.text.endswith((":", "?"))
        }
        best = _together(worth, sentences, a_side)
        # What a thing is says enough of it, unless a further sentence weighs both.
        enough = best and defines(sentences[best[0]].text, sentences[best[0]].lemmas, side)
        found.append(
            best[:1] + tuple(i for i in best[1:] if opposite & set(sentences[i].lemmas))
            if enough
            else best
        )
    introduced = all(
        any(_introduces(sentences[i], titles[sentences[i].n - 1], side) for i in chosen)
        for side, chosen in zip(compared, found, strict=True)
    )
    return Both(one=found[0], other=found[1], introduced=introduced)


def _together(
    worth: dict[int, float], sentences: Sequence[SentenceView], limit: int
) -> tuple[int, ...]:
    """Take the best, and what stands in its passage before what stands elsewhere."""
    if not worth:
        return ()
    best = max(worth, key=lambda i: worth[i])
    near = {i: w + TOGETHER_BONUS * (sentences[i].n == sentences[best].n) for i, w in worth.items()}
    return tuple(sorted(near, key=lambda i: -near[i])[:limit])


def _defined(ranked: RankedPassage, side: frozenset[str], lemmatizer: Lemmatizer) -> bool:
    """The passage opens with what the thing is."""
    passage = ranked.passage
    opening = passage.text[slice(*passage.sentences[0])] if passage.sentences else ""
    return defines(opening, lemmatizer.content_lemmas(opening), side)


def _bonus(sentence: SentenceView, side: frozenset[str], opposite: frozenset[str]) -> float:
    both = BOTH_BONUS * bool(opposite & set(sentence.lemmas))
    if defines(sentence.text, sentence.lemmas, side):
        return both + DEFINING_BONUS
    return both - AMOUNT_PENALTY * bool(numbers(sentence.text))


def _introduces(sentence: SentenceView, title: set[str], side: frozenset[str]) -> bool:
    return bool(side & title) or is_subject(sentence.lemmas, side)
