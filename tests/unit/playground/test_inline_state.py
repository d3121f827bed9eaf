"""Which answers to inline queries are shown again, and which queries can be answered."""

import pytest

from playground.refusals import Refusal
from playground.state.inline import Answer, Inline
from playground.state.places import Place

PLACE = Place(5, 7)


def answer(until: float) -> Answer:
    return Answer([], "", None, until)


def test_a_personal_answer_is_for_its_person_and_comes_first() -> None:
    inline = Inline()
    inline.remember((7, 0, "q", "", "private"), answer(20))
    inline.remember((7, 5, "q", "", "private"), answer(30))
    assert inline.known((7, 5, "q", "", "private"), 10) == answer(30)
    assert inline.known((7, 6, "q", "", "private"), 10) == answer(20)
    assert inline.known((7, 6, "q", "", "private"), 20) is None
    assert inline.known((7, 6, "q", "", "channel"), 10) is None


@pytest.mark.parametrize(("bot", "at"), [(7, 111.0), (8, 100.0)], ids=["too late", "another bot's"])
def test_a_query_is_answered_once_in_time_by_its_bot(bot: int, at: float) -> None:
    inline = Inline()
    number = inline.ask(7, 5, PLACE, 100.0).id
    with pytest.raises(Refusal, match="query is too old"):
        inline.take(number, bot, at, lives_s=10.0)
    assert inline.take(number, 7, 110.0, lives_s=10.0).person == 5
    with pytest.raises(Refusal, match="query is too old"):
        inline.take(number, 7, 110.0, lives_s=10.0)


def test_only_so_many_queries_are_kept() -> None:
    inline = Inline()
    numbers = [inline.ask(7, 5, PLACE, 0.0).id for _ in range(10_001)]
    assert numbers[0] not in inline.asked
    assert numbers[0] not in inline.waiting
    assert len(inline.waiting) == 10_000
