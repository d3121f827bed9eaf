"""A judge for held-out folds: it has seen the sentences that the parts were learnt from, only."""

from collections.abc import Collection, Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from services.adapters.detox.pairs import Pair
from services.moderation.detox.tokens import tokens
from services.moderation.models import Check, Finding, Label, Severity
from services.moderation.ports import TextJudgement


class FoldJudge:
    """``TextJudge`` by character n-grams and the list of obscene forms; remembers its verdicts."""

    def __init__(self, pairs: Sequence[Pair], obscene: Collection[str]) -> None:
        texts = [text for pair in pairs for text in (pair.source, *pair.rewrites)]
        rude = [at == 0 for pair in pairs for at in range(1 + len(pair.rewrites))]
        self._obscene = obscene
        self._grams = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True
        )
        self._model = LogisticRegression(C=10, solver="liblinear")
        self._model.fit(self._grams.fit_transform(texts), rude)
        self._known: dict[str, TextJudgement] = {}

    def judge(self, text: str) -> TextJudgement:
        """See ``TextJudge.judge``."""
        if text not in self._known:
            self._known[text] = self._judged(text)
        return self._known[text]

    def _judged(self, text: str) -> TextJudgement:
        toxicity = float(self._model.predict_proba(self._grams.transform([text]))[0, 1])
        spans = tuple(
            (each.start, each.end) for each in tokens(text) if each.folded in self._obscene
        )
        finding = Finding(
            check=Check.OBSCENITY, label=Label.TOXIC, score=1.0, severity=Severity.RUDE,
            spans=spans, reason="obscene_words",
        )  # fmt: skip
        return TextJudgement(toxicity=toxicity, spam=0.0, findings=(finding,) if spans else ())
