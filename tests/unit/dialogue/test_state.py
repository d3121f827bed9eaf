from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.dialogue.models import Turn
from services.dialogue.state import trim, turn_tokens


def turn(number: int, answer: str) -> Turn:
    return Turn(
        question=f"{number}?", query="", answer=answer, passage_ids=(), decision="sources",
        abstained=False, asked_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


lengths = st.lists(st.integers(min_value=0, max_value=2000), max_size=12)


@given(lengths=lengths, budget=st.integers(min_value=30, max_value=800))
def test_the_newest_that_fit_stay_in_order(lengths: list[int], budget: int) -> None:
    turns = [turn(number, "x" * length) for number, length in enumerate(lengths)]
    kept = trim(turns, budget_tokens=budget)
    assert sum(map(turn_tokens, kept)) <= budget
    assert bool(kept) == bool(turns)
    assert [t.question for t in kept] == [t.question for t in turns[len(turns) - len(kept) :]]
    dropped = turns[: len(turns) - len(kept)]
    whole = sum(map(turn_tokens, turns[len(dropped) :]))
    assert not dropped or whole + turn_tokens(dropped[-1]) > budget


def test_a_turn_greater_than_the_budget_is_cut_and_kept() -> None:
    (kept,) = trim([turn(1, "long " * 1000)], budget_tokens=100)
    assert kept.question == "1?"
    assert 0 < len(kept.answer) <= 300
