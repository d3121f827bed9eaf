"""What detection is measured beside: packages, where they are installed, and a plain model."""

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from typing import Any, Final

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

PACKAGES: Final = {
    "badwords-py": "badwords",
    "better-profanity": "better_profanity",
    "alt-profanity-check": "profanity_check",
}

Flags = Callable[[str], bool]


def installed() -> dict[str, Flags]:
    """Load the packages that are there."""
    makers = {"badwords-py": _badwords, "better-profanity": _better, "alt-profanity-check": _alt}
    return {
        name: makers[name]()
        for name, module in PACKAGES.items()
        if importlib.util.find_spec(module)
    }


def _badwords() -> Flags:
    filter_ = importlib.import_module("badwords").ProfanityFilter()
    filter_.init(["ru", "en"])
    return lambda text: bool(filter_.is_profane(text))


def _better() -> Flags:
    profanity = importlib.import_module("better_profanity").profanity
    profanity.load_censor_words()
    return lambda text: bool(profanity.contains_profanity(text))


def _alt() -> Flags:
    predict = importlib.import_module("profanity_check").predict
    return lambda text: bool(predict([text])[0])


def plain_model(texts: Sequence[str], labels: Sequence[bool]) -> Pipeline:
    """Fit TF-IDF of the same n-grams and a logistic regression, as scikit-learn has them."""
    grams: Any = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    model = LogisticRegression(C=10.0, solver="liblinear", dual=True, max_iter=300)
    return make_pipeline(grams, model).fit(list(texts), list(labels))
