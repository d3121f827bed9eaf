"""How well sentences are cited: ALCE's recall and precision, judged by the verifier.

Source:
    Gao, Yen, Yu and Chen, EMNLP 2023, arXiv 2305.14627. A sentence counts for recall when its
    cited passages say it; a citation counts for precision when its own passage says the sentence.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import razdel

from services.answering.citations import verify
from services.answering.evidence import views
from services.answering.models import Answer
from services.knowledge.ports import Lemmatizer

_MARKER: Final = re.compile(r"\s*\[(\d{1,3})\]")
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Cited:
    """Counts over sentences and their markers.

    Attributes:
        sentences: That were said.
        carried: Of them, those that a cited passage says.
        markers: That were shown.
        right: Of them, those whose passage says the sentence.
        to_gold: Markers that lead to a passage which people chose as the answer's.
        dangling: Markers that lead nowhere.
    """

    sentences: int = 0
    carried: int = 0
    markers: int = 0
    right: int = 0
    to_gold: int = 0
    dangling: int = 0

    def __add__(self, other: "Cited") -> "Cited":
        """Count together."""
        return Cited(
            self.sentences + other.sentences, self.carried + other.carried,
            self.markers + other.markers, self.right + other.right,
            self.to_gold + other.to_gold, self.dangling + other.dangling,
        )  # fmt: skip


def cited(answer: Answer, gold: Iterable[str], lemmatizer: Lemmatizer) -> Cited:
    """Judge the text that a person gets.

    Args:
        answer: As the pipeline gave it.
        gold: Sources that answer the question.
        lemmatizer: For the verifier.
    """
    sources = {citation.n: citation.source for citation in answer.citations}
    wanted = set(gold)
    total = Cited()
    for sentence in _sentences(answer.text):
        claim = _MARKER.sub("", sentence).strip()
        if not re.search(r"\w", claim):
            continue
        markers = [int(n) for n in _MARKER.findall(sentence)]
        right = [n for n in markers if n in sources and _says(claim, n, answer, lemmatizer)]
        total += Cited(
            1, bool(right), len(markers), len(right),
            sum(sources.get(n) in wanted for n in markers),
            sum(n not in sources for n in markers),
        )  # fmt: skip
    return total


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for part in razdel.sentenize(_BULLET.sub("", line)):
            yield part.text


def _says(claim: str, n: int, answer: Answer, lemmatizer: Lemmatizer) -> bool:
    """Tell whether passage ``n`` alone says the claim."""
    alone = [answer.evidence[n - 1]]
    return bool(verify(f"{claim} [1]", alone, views(alone, None, lemmatizer), lemmatizer).text)
