import pytest

from handlers.i18n import load_catalogue
from handlers.rendering.waits import said_wait


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, "1 с"), (6.2, "7 с"), (11, "15 с"), (54, "55 с"), (56, "1 мин"), (61, "2 мин"),
     (3590, "1 ч"), (3600, "1 ч"), (7300, "3 ч"), (-5, "1 с")],
)  # fmt: skip
def test_waits_are_said_roundly_and_never_too_short(seconds: float, said: str) -> None:
    assert said_wait(seconds, load_catalogue("ru").texts("ru")) == said


@pytest.mark.parametrize("seconds", [1e300, float("inf"), float("nan")])
def test_a_guess_beyond_all_numbers_does_not_break_the_answer(seconds: float) -> None:
    """The person got nothing at all, for whoever was to say it could not count so far."""
    assert said_wait(seconds, load_catalogue("ru").texts("ru")) == "24 ч"
