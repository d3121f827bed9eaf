"""Cross-validated judgements: every text is judged by weights and thresholds that never saw it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks._moderation_packages import plain_model
from services.adapters.moderation.corpora import Example, Origin
from services.adapters.moderation.training import (
    FOLDS,
    HeldOutOdds,
    fit_heads,
    folds_of,
    note_odds,
    with_thresholds,
)
from services.moderation.models import Label
from services.moderation.ports import TextJudgement
from services.moderation.text.detecting import Detector, Heads

Flags = NDArray[np.bool_]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said about some texts.

    Attributes:
        flagged: Told as bad, for sure.
        scores: In [0, 1].
        bad: What they are.
    """

    flagged: Flags
    scores: Scores
    bad: Flags

    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = int((self.flagged & self.bad).sum())
        return 2 * both / max(1, int(self.flagged.sum() + self.bad.sum()))

    def false_alarms(self) -> float:
        """Share of good texts that are flagged."""
        return float(self.flagged[~self.bad].mean())

    def recall(self) -> float:
        """Share of bad texts that are flagged."""
        return float(self.flagged[self.bad].mean())

    def auc(self) -> float:
        """Area under the ROC curve."""
        return float(roc_auc_score(self.bad, self.scores))


@dataclass(slots=True)
class Folds:
    """All examples, and a detector for each fold that has not seen it."""

    examples: Sequence[Example]
    forms: Collection[str]
    fold: NDArray[np.int64] = field(init=False)
    detectors: list[Detector] = field(init=False)

    def __post_init__(self) -> None:
        self.fold = folds_of(self.examples)
        odds = HeldOutOdds(self.fold, *(np.zeros(len(self.examples)) for _ in range(3)))
        heads = []
        for held in range(FOLDS):
            heads.append(fit_heads(self.without(held), self.forms))
            note_odds(heads[-1], self.examples, np.flatnonzero(self.fold == held), odds)
        self.detectors = [Detector(self._set(heads[held], held, odds)) for held in range(FOLDS)]

    def without(self, held: int) -> list[Example]:
        """Give the examples of the other folds."""
        return [each for each, at in zip(self.examples, self.fold, strict=True) if at != held]

    def places(self, *origins: Origin) -> list[int]:
        """Find the examples of some origins."""
        return [at for at, each in enumerate(self.examples) if each.origin in origins]

    def _set(self, heads: Heads, held: int, odds: HeldOutOdds) -> Heads:
        """Set thresholds by the log-odds of the other folds."""
        others = np.flatnonzero(self.fold != held)
        return with_thresholds(
            heads,
            [self.examples[at] for at in others.tolist()],
            replace(odds, fold=self.fold[others], russian=odds.russian[others],
                    english=odds.english[others], spam=odds.spam[others]),
        )  # fmt: skip

    def judge(self, at: int, text: str | None = None) -> TextJudgement:
        """Judge an example, or another text in its place."""
        return self.detectors[int(self.fold[at])].judge(
            self.examples[at].text if text is None else text
        )

    def outcome(self, label: Label, *origins: Origin) -> Outcome:
        """Judge all examples of some origins."""
        places = self.places(*origins)
        judged = [self.judge(at) for at in places]
        return Outcome(
            np.array([is_flagged(each, label) for each in judged]),
            np.array([each.spam if label is Label.SPAM else each.toxicity for each in judged]),
            np.array([self.examples[at].is_bad for at in places]),
        )

    def plain_outcome(self, *origins: Origin, threshold: float = 0.5) -> Outcome:
        """Judge the same by scikit-learn's models, fitted on the same folds of these origins."""
        places = np.array(self.places(*origins))
        texts = [self.examples[at].text for at in places]
        bad = np.array([self.examples[at].is_bad for at in places])
        scores = np.zeros(len(places))
        for held in range(FOLDS):
            seen, unseen = (
                np.flatnonzero(self.fold[places] != held),
                np.flatnonzero(self.fold[places] == held),
            )
            model = plain_model([texts[at] for at in seen], bad[seen].tolist())
            scores[unseen] = model.predict_proba([texts[at] for at in unseen])[:, 1]
        return Outcome(scores >= threshold, scores, bad)


def is_flagged(judgement: TextJudgement, label: Label) -> bool:
    """Tell whether a text is told as bad, for sure."""
    return any(each.label is label and each.is_sure for each in judgement.findings)
