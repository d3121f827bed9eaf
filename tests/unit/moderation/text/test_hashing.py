import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.moderation.text.hashing import BITS, Grams, placed_slots, slots
from services.moderation.text.linear import MOST_UNKNOWN, Calibration, LinearModel

_WORDS = st.lists(st.text("абвгдxyz1", min_size=1, max_size=9), min_size=1, max_size=12)


def _model() -> LinearModel:
    weights = np.random.default_rng(0).normal(size=1 << BITS).astype(np.float32)
    return LinearModel(
        weights=weights, counted=(1.0,), bias=0.5,
        calibration=Calibration(threshold=0.0, slope=1.0, unsure_from=0.3),
    )  # fmt: skip


@given(_WORDS)
def test_a_word_has_the_same_slots_wherever_it_stands(words: list[str]) -> None:
    alone, _ = placed_slots(words[-1])
    together = set(placed_slots(" ".join(words))[0].tolist())
    assert set(alone.tolist()) <= together
    assert all(0 <= slot < 1 << BITS for slot in together)


@given(_WORDS)
def test_each_slot_belongs_to_a_word(words: list[str]) -> None:
    found, places = placed_slots(" ".join(words))
    assert len(found) == len(places)
    assert set(places.tolist()) == set(range(len(words)))
    assert len(slots(" ".join(words))) == len(set(found.tolist()))


@given(_WORDS)
def test_words_and_bias_make_the_log_odds(words: list[str]) -> None:
    model, text = _model(), Grams(" ".join(words))
    whole = model.word_weights(text).sum() + model.bias
    assert abs(whole - model.odds(text, (0.0,))) < 1e-3


@given(_WORDS)
def test_unknown_words_add_little(words: list[str]) -> None:
    model, text = _model(), Grams(" ".join(words))
    weights = model.word_weights(text)
    unknown = np.zeros(len(words), dtype=np.bool_)
    assert model.known_odds(text, (0.0,), unknown) <= (
        np.minimum(weights, MOST_UNKNOWN).sum() + model.bias + 1e-3
    )
    assert model.known_odds(text, (0.0,), ~unknown) == model.odds(text, (0.0,))
