import pytest

from services.answering.abstaining import Signals, answerable, coverage, margin, rarity


def signals(
    cosine: float | None,
    lead: float | None,
    coverage: float,
    passage_lead: float | None = None,
    *,
    same_language: bool = True,
) -> Signals:
    return Signals(
        cosine=cosine, lead=lead, coverage=coverage, same_language=same_language,
        passage_lead=passage_lead,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("what", "given", "answered"),
    [
        ("a typical answer of a channel post", signals(0.888, 0.070, 1.0), True),
        ("a typical answer of XQuAD", signals(0.881, 0.087, 0.66), True),
        ("XQuAD, its paragraph there", signals(0.881, 0.082, 0.69, 0.078), True),
        ("XQuAD, its paragraph hidden", signals(0.837, 0.044, 0.30, 0.044), False),
        ("a typical question about nothing", signals(0.80, 0.022, 0.11), False),
        ("near the topic, not in it", signals(0.839, 0.033, 0.35), False),
        ("words shared by chance", signals(0.79, 0.016, 0.48), False),
        ("another language, found", signals(0.885, 0.09, 0.0, same_language=False), True),
        ("another language, not found", signals(0.80, 0.025, 0.0, same_language=False), False),
        ("three passages, one answers", signals(0.90, None, 0.8), True),
        ("three passages, none answers", signals(0.81, None, 0.2), False),
        ("nothing embedded yet, words there", signals(None, None, 0.8), True),
        ("nothing embedded yet, words elsewhere", signals(None, None, 0.2), False),
    ],
)
def test_typical_signals_are_judged_as_calibrated(
    what: str, given: Signals, *, answered: bool
) -> None:
    assert answerable(given) is answered, what


def test_each_signal_speaks_for_an_answer() -> None:
    weak, strong = signals(0.80, 0.02, 0.3), signals(0.90, 0.08, 0.9)
    assert margin(weak) < margin(strong)
    for better in (signals(0.90, 0.02, 0.3), signals(0.80, 0.08, 0.3), signals(0.80, 0.02, 0.9)):
        assert margin(weak) < margin(better) < margin(strong)


def test_a_passage_that_stands_out_speaks_for_an_answer() -> None:
    assert margin(signals(0.85, 0.05, 0.5, 0.03)) < margin(signals(0.85, 0.05, 0.5, 0.09))


def test_a_word_that_no_passage_has_weighs_most() -> None:
    passages = [{"щи", "капуста"}, {"щи", "щавель"}, {"щи"}]
    weights = rarity(["щи", "щавель", "трюфель"], passages)
    assert weights["щи"] < weights["щавель"] < weights["трюфель"]
    assert coverage(["щи", "трюфель"], passages[0], weights) < 0.5
    assert coverage(["щи"], passages[0], weights) == 1.0
    assert coverage([], passages[0], weights) == 0.0
