import pytest

from services.knowledge.visible import visible


@pytest.mark.parametrize("text", ["می‌خواهم", "👨‍👩‍👧 ❤️", "Щи — ё", "a\tb\nc", "naïve", "한국"])
def test_what_people_see_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "unseen",
    ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066", "\U000e0041", "\U000e01ef",
     "\u200e", "\u3164", "\u200c", "\u200d"],
)  # fmt: skip
def test_what_nobody_sees_goes(unseen: str) -> None:
    assert visible(f"ще{unseen}дрый") == "щедрый"
