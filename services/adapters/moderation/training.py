"""Trains the heads of the text moderator on examples, with thresholds from held-out folds."""

import random
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.adapters.moderation.corpora import Example, Origin
from services.adapters.moderation.fitting import Labels, Numbers, fitted, table
from services.adapters.moderation.obfuscating import masked_copy, with_disguised_word
from services.adapters.moderation.thresholds import calibrated
from services.moderation.text.counting import as_read, known_rude, offer_counts, rude_counts
from services.moderation.text.detecting import Heads
from services.moderation.text.folding import fold
from services.moderation.text.hashing import Grams
from services.moderation.text.lexicon import Kind, Lexicon, Vocabulary, checksums
from services.moderation.text.linear import Calibration, LinearModel
from services.moderation.text.reading import Reader, Word

FOLDS: Final = 5
_MUCH_ODDER: Final = 4.0
_SHORTEST_RUDE, _LONGEST_RUDE = 3, 18
_OFTEN: Final = 4
_DISGUISED: Final = 0.15
_COPY_WEIGHT: Final = 0.5
_WORDS: Final = re.compile("[a-z]{2,}|[а-я]+")
_UNCALIBRATED: Final = Calibration(threshold=0.0, slope=1.0, unsure_from=0.5)
TOXIC_RU: Final = {Origin.RUSSE: 1.0, Origin.VK: 3.0, Origin.HAM: 2.0}
TOXIC_EN: Final = {Origin.PARADETOX: 1.0}
SPAM: Final = {
    Origin.SPAM: 1.0, Origin.HAM: 1.0, Origin.VK: 0.2, Origin.PARADETOX: 0.05, Origin.RUSSE: 0.02,
}  # fmt: skip


def train(examples: Sequence[Example], forms: Collection[str]) -> Heads:
    """Fit all heads, and find their thresholds in folds that they were not fitted on."""
    odds = held_out_odds(examples, forms)
    return with_thresholds(fit_heads(examples, forms), examples, odds)


@dataclass(frozen=True, slots=True)
class HeldOutOdds:
    """Log-odds of each example by heads that have not seen its group."""

    fold: NDArray[np.int64]
    russian: Numbers
    english: Numbers
    spam: Numbers


def held_out_odds(examples: Sequence[Example], forms: Collection[str]) -> HeldOutOdds:
    """Cross-validate."""
    fold = folds_of(examples)
    odds = HeldOutOdds(fold, *(np.zeros(len(examples)) for _ in range(3)))
    for held in range(FOLDS):
        heads = fit_heads(
            [each for each, at in zip(examples, fold, strict=True) if at != held], forms
        )
        note_odds(heads, examples, np.flatnonzero(fold == held), odds)
    return odds


def note_odds(
    heads: Heads, examples: Sequence[Example], places: NDArray[np.int64], odds: HeldOutOdds
) -> None:
    """Write the log-odds of some examples down."""
    lexicon = Lexicon(heads.vocabulary)
    reader = Reader(lexicon)
    for at in places.tolist():
        words = reader(examples[at].text)
        grams, rude = Grams(as_read(words)), rude_counts(words, lexicon)
        known = known_rude(words, lexicon)
        odds.russian[at] = heads.russian.known_odds(grams, rude, known)
        odds.english[at] = heads.english.known_odds(grams, rude, known)
        odds.spam[at] = heads.spam.odds(grams, offer_counts(examples[at].text, words))


def folds_of(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Put each group into a fold, always the same."""
    groups = {
        group: number for number, group in enumerate(dict.fromkeys(each.group for each in examples))
    }
    order = np.random.default_rng(0).permutation(len(groups))
    return np.array([order[groups[each.group]] % FOLDS for each in examples], dtype=np.int64)


def with_thresholds(heads: Heads, examples: Sequence[Example], odds: HeldOutOdds) -> Heads:
    """Set the thresholds of heads from held-out log-odds."""
    return replace(
        heads,
        russian=replace(heads.russian, calibration=calibrated(examples, odds.russian, {
            Origin.RUSSE: 0.029, Origin.HAM: 0.025})),
        english=replace(heads.english, calibration=calibrated(examples, odds.english, {
            Origin.PARADETOX: 0.025})),
        spam=replace(heads.spam, calibration=calibrated(examples, odds.spam, {
            Origin.HAM: 0.005, Origin.VK: 0.005})),
    )  # fmt: skip


def fit_heads(examples: Sequence[Example], forms: Collection[str]) -> Heads:
    """Fit all heads; their thresholds are still to be set."""
    vocabulary = learnt_vocabulary(examples, forms)
    lexicon = Lexicon(vocabulary)
    reader = _Remembering(lexicon)
    toxic = _with_copies(examples, reader, lexicon)
    return Heads(
        vocabulary=vocabulary,
        russian=_head(toxic, TOXIC_RU, reader, lexicon, plain_share=0.4),
        english=_head(toxic, TOXIC_EN, reader, lexicon, plain_share=0.3),
        spam=_head([(each, 1.0) for each in examples], SPAM, reader, None, plain_share=1.0),
    )


class _Remembering:
    """Reads each text once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._reader = Reader(lexicon)
        self._known: dict[str, list[Word]] = {}

    def remembered(self, text: str) -> list[Word]:
        if text not in self._known:
            self._known[text] = self._reader(text)
        return self._known[text]


def _with_copies(
    examples: Sequence[Example], reader: _Remembering, lexicon: Lexicon
) -> list[tuple[Example, float]]:
    # The same copies at every training.
    dice = random.Random(0)  # noqa: S311
    weighed = [(each, 1.0) for each in examples]
    for each in examples:
        if each.is_bad and each.origin is not Origin.SPAM:
            copy = masked_copy(each.text, reader.remembered(each.text), lexicon, dice)
            if copy is not None:
                weighed.append((replace(each, text=copy), _COPY_WEIGHT))
        elif not each.is_bad and dice.random() < _DISGUISED:
            weighed.append((replace(each, text=with_disguised_word(each.text, dice)), _COPY_WEIGHT))
    return weighed


def _head(
    weighed: Sequence[tuple[Example, float]], origins: dict[Origin, float], reader: _Remembering,
    lexicon: Lexicon | None, *, plain_share: float,
) -> LinearModel:  # fmt: skip
    chosen = [
        (each, weight * origins[each.origin]) for each, weight in weighed if each.origin in origins
    ]
    words = [reader.remembered(each.text) for each, _ in chosen]
    counts = [
        offer_counts(each.text, of) if lexicon is None else rude_counts(of, lexicon)
        for (each, _), of in zip(chosen, words, strict=True)
    ]
    labels: Labels = np.array(
        [each.is_bad and (lexicon is not None or each.origin is Origin.SPAM) for each, _ in chosen]
    )
    grams, counted, bias = fitted(
        table([as_read(of) for of in words]), np.array(counts), labels,
        np.array([weight for _, weight in chosen]), plain_share=plain_share,
    )  # fmt: skip
    return LinearModel(weights=grams, counted=counted, bias=bias, calibration=_UNCALIBRATED)


def learnt_vocabulary(examples: Sequence[Example], forms: Collection[str]) -> Vocabulary:
    """Find the words that make texts rude, and those of polite texts."""
    plain = Lexicon()
    bad, good = Counter[str](), Counter[str]()
    for each in examples:
        read = set(_WORDS.findall(fold(each.text).text))
        (bad if each.is_bad and each.origin is not Origin.SPAM else good).update(read)
    rude = []
    for word, count in bad.items():
        entry = plain.entry(word)
        odd = count >= _MUCH_ODDER * (good[word] + 0.5)
        listed = word in forms and odd
        if _SHORTEST_RUDE <= len(word) <= _LONGEST_RUDE and (
            entry is not None or listed or (odd and count >= _OFTEN)
        ):
            rude.append(
                (-(count if entry is None or entry.kind is Kind.INSULT else 10 * count), word)
            )
    kept = {word for _, word in rude}
    ordinary = (
        word for word in good
        if word not in kept and plain.entry(word) is None
    )  # fmt: skip
    return Vocabulary(tuple(word for _, word in sorted(rude)), checksums(ordinary))
