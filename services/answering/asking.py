"""Does the evidence speak of what a question asks for, not only of its topic?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from services.answering.evidence import SentenceView
from services.answering.preferring import wants_one_fact
from services.answering.wordlists import listed


@dataclass(frozen=True, slots=True)
class _Asked:
    """A property that a topic can be asked for.

    Attributes:
        words: Lemmas in the question that ask for it.
        proofs: Lemmas of which a source that tells it holds at least one.
    """

    words: frozenset[str]
    proofs: frozenset[str]


# English words as the stemmer leaves them. A passage on борщ is near any question on борщ; who
# thought of it, when, and what it costs stand in it only when one of these words does.
_INVENTED: Final = listed(
    "придумать придумывать выдумать изобрести изобретать изобретение изобретатель автор создать "
    "создавать создание создатель разработать разработка разработчик впервые "
    "invent inventor author creat creator develop"
)
_FOUNDED: Final = listed(
    "основать основывать основание основатель основанный учредить создать создавать создание "
    "создатель found founder establish creat creator"
)
_APPEARED: Final = listed(
    "появиться появляться появление возникнуть возникать возникновение зародиться родиться "
    "родина происхождение происходить впервые век столетие appear emerg origin began centuri"
)
_WRITTEN: Final = listed(
    "написать писать автор авторство сочинить сочинение писатель опубликовать wrote write written "
    "author publish"
)
_COST: Final = listed(
    "стоить стоимость цена ценник рубль руб доллар евро бесплатный бесплатно дорого дешево дорогой "
    "дешевый платить плата cost price dollar euro free cheap expens pay"
)
_CALORIES: Final = listed("калория калорийность калорийный ккал килокалория calori kcal")
_FIRST: Final = listed("первый впервые first")
_A_YEAR: Final = re.compile(r"\b(?:1\d|20)\d\d\b")
_PROPERTIES: Final = (
    _Asked(listed("придумать придумывать выдумать изобрести изобретатель invent inventor"),
           _INVENTED),
    _Asked(listed("основать основатель учредить founder establish"), _FOUNDED),
    _Asked(listed("создать создатель creat creator"), _INVENTED | _FOUNDED),
    _Asked(_FIRST, _FIRST),
    _Asked(listed("появиться возникнуть родина происхождение emerg origin"), _APPEARED),
    _Asked(listed("написать сочинить автор wrote author"), _WRITTEN | _INVENTED),
    _Asked(listed("стоить стоимость цена cost price"), _COST),
    _Asked(listed("калория калорийность calori"), _CALORIES),
)  # fmt: skip


def told(question: str, lemmas: Sequence[str], sentences: Sequence[SentenceView]) -> bool:
    """Tell whether a source says anything of what a question for one fact asks.

    Questions of other kinds, and for other properties, are told by any evidence.

    Args:
        question: Standing alone.
        lemmas: Its content lemmas.
        sentences: Of the evidence.
    """
    if not wants_one_fact(question):
        return True
    asked = [wanted for wanted in _PROPERTIES if wanted.words & set(lemmas)]
    if not asked:
        return True
    topic = set(lemmas).difference(*(wanted.words for wanted in asked))
    return all(any(_tells(wanted, topic, *pair) for pair in _pairs(sentences)) for wanted in asked)


def echoes(lemmas: Sequence[str], sentence: SentenceView) -> bool:
    """Tell whether a sentence only says the words of the question again."""
    return set(sentence.lemmas) <= set(lemmas)


def _pairs(sentences: Sequence[SentenceView]) -> list[tuple[SentenceView | None, SentenceView]]:
    """Give each sentence with the one before it in its passage."""
    first = [(None, sentence) for sentence in sentences[:1]]
    return [*first, *((a if a.n == b.n else None, b) for a, b in pairwise(sentences))]


def _tells(
    wanted: _Asked, topic: set[str], before: SentenceView | None, sentence: SentenceView
) -> bool:
    """The topic may be named in the sentence before: "Он основан в 1990 году"."""
    said = set(sentence.lemmas)
    proven = wanted.proofs & said or (
        wanted.proofs is _APPEARED and _A_YEAR.search(sentence.text) is not None
    )
    around = said | set(before.lemmas if before else ())
    return bool(proven) and (not topic or bool(topic & around))
