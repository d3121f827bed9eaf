"""Does a passage say what a sentence claims? Checks that can be wrong only on the strict side."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.answering import numbers
from services.answering.evidence import SentenceView
from services.knowledge.ports import Lemmatizer

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_NEGATION = re.compile(
    r"^(?:не|ни|нет|без|нельзя|никогда|никто|ничего|ничто|никакой|невозможно|"
    r"not|no|never|without|none|nothing|cannot|nor|neither|\w+n['’]t|نه|هیچ|بدون|نیست)$"
)
_NATIVE = re.compile(r"[а-яё\u0600-\u06ff]", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-z]\w+")

CONTAINED: Final = 0.6
"""Share of a sentence's content lemmas that its passage must hold."""
NEAR: Final = 0.4
"""Share that two neighbouring sentences of it must hold, so that words are not swept together."""
WINDOW_COST: Final = 0.05
"""What a second sentence must add to the share to be worth quoting."""
FEWEST_SHARED: Final = 2
"""Content words that claim and passage share: one word alone claims nothing."""
NEGATION_REACH: Final = 3
"""Words after a negation that it may govern."""


@dataclass(frozen=True, slots=True)
class Support:
    """Where a passage says it: positions of the supporting sentences in the passage."""

    n: int
    positions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SupportCheck:
    """Checks sentences against one passage of the evidence.

    Attributes:
        sentences: All sentences of the passage, in reading order.
        heading: Title of the passage: names may come from there.
    """

    n: int
    sentences: Sequence[SentenceView]
    heading: str
    lemmatizer: Lemmatizer

    def support(self, claim: str) -> Support | None:
        """Find the sentences that carry the claim, or None.

        A verbatim quote is carried by definition. Otherwise numbers and names must all occur in
        the passage, most content words too and mostly close together, and what is negated must be
        negated on both sides.
        """
        return self._quoted(claim) or self._said(claim)

    def _quoted(self, claim: str) -> Support | None:
        wanted = fold(claim)
        for position, sentence in enumerate(self.sentences):
            if wanted and wanted in fold(sentence.text):
                return Support(self.n, (position,))
        return None

    def _said(self, claim: str) -> Support | None:
        lemmas = set(self.lemmatizer.content_lemmas(claim))
        whole = {lemma for sentence in self.sentences for lemma in sentence.lemmas}
        whole |= set(self.lemmatizer.content_lemmas(self.heading))
        if len(lemmas & whole) < FEWEST_SHARED or _share(lemmas, whole) < CONTAINED:
            return None
        near = self._nearest(lemmas)
        text = " ".join(sentence.text for sentence in self.sentences)
        if not near or not numbers.agree(claim, text) or not self._names_occur(claim, whole):
            return None
        closest = max(near, key=lambda position: _share(lemmas, set(self._lemmas(position))))
        agrees = self._polarity_agrees(claim, self.sentences[closest].text)
        return Support(self.n, near) if agrees else None

    def _nearest(self, lemmas: set[str]) -> tuple[int, ...]:
        """The sentence, or the two neighbours, that share most with the claim."""
        best: tuple[float, tuple[int, ...]] = (0.0, ())
        for position in range(len(self.sentences)):
            for window in ((position,), (position, position + 1)):
                held = {lemma for p in window for lemma in self._lemmas(p)}
                share = _share(lemmas, held) - WINDOW_COST * len(window)
                best = max(best, (share, window))
        kept = tuple(position for position in best[1] if position < len(self.sentences))
        return kept if best[0] >= NEAR else ()

    def _lemmas(self, position: int) -> tuple[str, ...]:
        return self.sentences[position].lemmas if position < len(self.sentences) else ()

    def _names_occur(self, claim: str, whole: set[str]) -> bool:
        source = fold(" ".join(sentence.text for sentence in self.sentences) + " " + self.heading)
        return all(
            name.lower() in source or _share(set(self.lemmatizer.lemmas(name)), whole) == 1.0
            for name in names(claim)
        )

    def _polarity_agrees(self, claim: str, around: str) -> bool:
        claimed, said = self._negated(claim), self._negated(around)
        shared = set(self.lemmatizer.lemmas(claim)) & set(self.lemmatizer.lemmas(around))
        return (claimed & shared) == (said & shared) and (not claimed or bool(said))

    def _negated(self, text: str) -> set[str]:
        """Lemmas of the first content word after each negation."""
        words = _WORD.findall(text.lower())
        found: set[str] = set()
        for position, word in enumerate(words):
            if _NEGATION.match(word):
                after = " ".join(words[position + 1 : position + 1 + NEGATION_REACH])
                found.update(self.lemmatizer.content_lemmas(after)[:1])
        return found


def names(claim: str) -> list[str]:
    """Words that name something: capitals inside the sentence, and Latin words in other scripts.

    Example:
        >>> names("Рецепт Нейро ищет YandexGPT и sr256.")
        ['Нейро', 'YandexGPT', 'sr256']
    """
    foreign = _NATIVE.search(claim) is not None
    words = _WORD.findall(claim)
    return [
        word
        for position, word in enumerate(words)
        if (foreign and _LATIN.match(word)) or (position and word[0].isupper())
    ]


def fold(text: str) -> str:
    """Lower case, ё as е, words alone: for comparing quotes."""
    return " ".join(_WORD.findall(text.lower().replace("ё", "е")))


def _share(part: set[str], whole: set[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0
