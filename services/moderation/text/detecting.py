"""Judges the words of a text: rude ones, tone, offers; says where, and what weighed how much."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.moderation.models import Check, Finding, Label, Severity, WeighedWord
from services.moderation.ports import TextJudgement
from services.moderation.text.counting import (
    as_read,
    known_polite,
    known_rude,
    offer_counts,
    rude_counts,
)
from services.moderation.text.hashing import Grams
from services.moderation.text.lexicon import Entry, Kind, Lexicon, Vocabulary
from services.moderation.text.linear import LinearModel
from services.moderation.text.reading import Reader, Word

LONGEST: Final = 4096
"""Characters that are judged; Telegram's messages have no more."""
_HALF: Final = 0.5
_MOST_WORDS: Final = 8
_LEAST_WEIGHT: Final = 0.1
_LEAST_SHARE: Final = 0.25
_CERTAIN: Final = 0.8
_NEXT_TO: Final = 0.999
_CYRILLIC: Final = re.compile("[а-я]")
_LATIN: Final = re.compile("[a-z]{2,}")
_SEVERITIES: Final = {
    Entry(Kind.OBSCENE, Severity.GRAVE): Severity.RUDE,
    Entry(Kind.OBSCENE, Severity.RUDE): Severity.MILD,
    Entry(Kind.INSULT, Severity.RUDE): Severity.RUDE,
    Entry(Kind.INSULT, Severity.GRAVE): Severity.GRAVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What was trained.

    Attributes:
        vocabulary: Words that readings and the lexicon rest on.
        russian: Toxicity of Russian texts.
        english: Toxicity of English texts.
        spam: Offers in both.
    """

    vocabulary: Vocabulary
    russian: LinearModel
    english: LinearModel
    spam: LinearModel


@dataclass(slots=True)
class Detector:
    """``TextJudge`` by lexicon and linear models; about a third of a millisecond a message."""

    heads: Heads
    lexicon: Lexicon = field(init=False)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.lexicon = Lexicon(self.heads.vocabulary)
        self.reader = Reader(self.lexicon)

    def judge(self, text: str) -> TextJudgement:
        """See ``TextJudge.judge``; what lies behind 4,096 characters is not looked at."""
        words = self.reader(text[:LONGEST])
        if not words:
            return TextJudgement(toxicity=0.0, spam=0.0)
        read = as_read(words)
        rude = rude_counts(words, self.lexicon)
        grams, known = Grams(read), known_rude(words, self.lexicon)
        polite = known_polite(words, self.lexicon)
        toxic = [
            (_score(model, grams, rude, known, polite), model)
            for model in self._tones(words, known)
        ]
        score, model = max(toxic, key=lambda pair: pair[0], default=(0.0, None))
        obscene = self._obscene(words)
        if obscene:
            score = (score + 1) / 2
        spam = self._spam(text, grams, words)
        findings = [obscene] if obscene else []
        if model is not None and score >= model.calibration.unsure_from:
            findings.append(self._toxic(text, grams, words, score, model))
        if spam >= self.heads.spam.calibration.unsure_from:
            findings.append(self._offer(text, grams, words, spam))
        return TextJudgement(toxicity=score, spam=spam, findings=tuple(findings))

    def _tones(self, words: Sequence[Word], known: NDArray[np.bool_]) -> list[LinearModel]:
        """Choose the models of a text; some names in Latin letters make it no English one."""
        latin = np.array([bool(_LATIN.match(word.text)) for word in words])
        has_cyrillic = any(_CYRILLIC.search(word.text) for word in words)
        tones = [self.heads.russian] if has_cyrillic else []
        is_english = not has_cyrillic or bool((latin & known).any())
        return [*tones, self.heads.english] if latin.any() and is_english else tones

    def _spam(self, text: str, grams: Grams, words: Sequence[Word]) -> float:
        model = self.heads.spam
        return model.calibration.score(model.odds(grams, offer_counts(text, words)))

    def _obscene(self, words: Sequence[Word]) -> Finding | None:
        found = [word for word in words if self.lexicon.entry(word.text) == _OBSCENE]
        if not found:
            return None
        return Finding(
            check=Check.OBSCENITY, label=Label.TOXIC, score=1.0, severity=Severity.RUDE,
            spans=tuple((word.start, word.end) for word in found),
            words=tuple(WeighedWord(word.text, 1.0) for word in found[:_MOST_WORDS]),
            reason="obscene_words",
        )  # fmt: skip

    def _toxic(
        self, text: str, grams: Grams, words: Sequence[Word], score: float, model: LinearModel
    ) -> Finding:
        weighed = self._weighed(model, grams, words)
        entries = [entry for word, _ in weighed if (entry := self.lexicon.entry(word.text))]
        plain = Severity.RUDE if score >= _CERTAIN else Severity.MILD
        return Finding(
            check=Check.TOXICITY, label=Label.TOXIC, score=score, is_sure=score >= _HALF,
            severity=max((_SEVERITIES[entry] for entry in entries), default=plain),
            spans=tuple(sorted((word.start, word.end) for word, _ in weighed)),
            words=_shown(text, weighed), reason="rude_words" if entries else "rude_tone",
        )  # fmt: skip

    def _offer(self, text: str, grams: Grams, words: Sequence[Word], score: float) -> Finding:
        weights = self.heads.spam.word_weights(grams)
        weighed = _heaviest(list(zip(words, weights.tolist(), strict=True)))
        return Finding(
            check=Check.SPAM, label=Label.SPAM, score=score, is_sure=score >= _HALF,
            severity=Severity.RUDE,
            spans=tuple(sorted((word.start, word.end) for word, _ in weighed)),
            words=_shown(text, weighed), reason="offer",
        )  # fmt: skip

    def _weighed(
        self, model: LinearModel, grams: Grams, words: Sequence[Word]
    ) -> list[tuple[Word, float]]:
        """Give the words that count, heaviest first; a rude one counts as its sort does besides."""
        weights = model.word_weights(grams).tolist()
        return _heaviest([
            (word, weight + _counted(model, self.lexicon.entry(word.text)))
            for word, weight in zip(words, weights, strict=True)
        ])  # fmt: skip


def _score(
    model: LinearModel,
    grams: Grams,
    rude: Sequence[float],
    known: NDArray[np.bool_],
    polite: NDArray[np.bool_],
) -> float:
    """Score a tone; the closer look costs more, and is for what it can change."""
    calibration = model.calibration
    score = calibration.score(model.odds(grams, rude))
    if score < calibration.unsure_from:
        return score
    # What falls below stays next to what is looked at: its words do look rude.
    least = calibration.unsure_from * _NEXT_TO
    return max(least, calibration.score(model.known_odds(grams, rude, known, polite)))


_OBSCENE: Final = Entry(Kind.OBSCENE, Severity.GRAVE)


def _counted(model: LinearModel, entry: Entry | None) -> float:
    """Give what the model adds for one such word; see ``rude_counts`` for the order."""
    if entry is None:
        return 0.0
    sort = 2 if entry.kind is Kind.INSULT else int(entry.severity is not Severity.GRAVE)
    return model.counted[sort] / 3 + model.counted[sort + 4]


def _heaviest(weighed: list[tuple[Word, float]]) -> list[tuple[Word, float]]:
    ordered = sorted(weighed, key=lambda pair: pair[1], reverse=True)[:_MOST_WORDS]
    least = max(_LEAST_WEIGHT, _LEAST_SHARE * ordered[0][1])
    return [
        (word, weight) for word, weight in ordered if weight >= least and word.text[0].isalnum()
    ]


def _shown(text: str, weighed: Sequence[tuple[Word, float]]) -> tuple[WeighedWord, ...]:
    return tuple(
        WeighedWord(text[word.start : word.end], round(weight, 3)) for word, weight in weighed
    )
