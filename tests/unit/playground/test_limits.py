import pytest

from playground.limits import Limits
from playground.refusals import Refusal, SimError
from playground.state.places import Place

BOT = 7


class FakeTime:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def limits(time: FakeTime) -> Limits:
    return Limits(time, "faq")


def refused_for(limits: Limits, place: Place) -> int | None:
    try:
        limits.message(BOT, place)
    except Refusal as refusal:
        return refusal.retry_after
    return None


def test_a_private_chat_takes_a_burst_and_then_one_a_second(limits: Limits, time: FakeTime) -> None:
    chat = Place(1, BOT)
    assert [refused_for(limits, chat) for _ in range(4)] == [None, None, None, 3]
    time.now += 3
    assert refused_for(limits, chat) is None
    sent = 0
    for _ in range(600):
        time.now += 0.1
        sent += refused_for(limits, chat) is None
    assert 58 <= sent <= 62


def test_a_group_takes_twenty_a_minute(limits: Limits, time: FakeTime) -> None:
    group = Place(-1)
    for _ in range(20):
        assert refused_for(limits, group) is None
        time.now += 1
    assert refused_for(limits, group) == 40
    time.now += 40
    assert refused_for(limits, group) is None


def test_a_bot_sends_thirty_a_second_over_all_chats(limits: Limits, time: FakeTime) -> None:
    assert [refused_for(limits, Place(number, BOT)) for number in range(31)] == [None] * 30 + [1]
    assert refused_for(limits, Place(30, BOT)) == 1, "what was refused did not count"
    limits.message(BOT + 1, Place(1, BOT + 1))
    time.now += 1
    assert refused_for(limits, Place(30, BOT)) is None


def test_drafts_have_their_own_measure(limits: Limits, time: FakeTime) -> None:
    chat = Place(1, BOT)
    for _ in range(20):
        limits.draft(BOT, chat)
    with pytest.raises(Refusal, match="Too Many Requests: retry after 5"):
        limits.draft(BOT, chat)
    assert refused_for(limits, chat) is None


def test_off_lets_everything_through_and_nonsense_is_said(limits: Limits) -> None:
    limits.choose("off")
    assert all(refused_for(limits, Place(1, BOT)) is None for _ in range(100))
    with pytest.raises(SimError, match="harsh"):
        limits.choose("harsh")
