import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.refusals import Refusal, SimError
from playground.state.places import Place
from playground.trouble.limits import LONGEST_S, Limits
from tests.fakes.town_time import FakeTime

BOT = 7


@pytest.fixture
def time() -> FakeTime:
    return FakeTime(1_000.0)


@pytest.fixture
def limits(time: FakeTime) -> Limits:
    return Limits(time, "faq")


def harsh(time: FakeTime, seed: int = 1) -> Limits:
    limits = Limits(time)
    limits.choose("harsh", seed)
    return limits


def refused_for(limits: Limits, place: Place, *, edit: bool = False) -> int | None:
    try:
        limits.edit(BOT, place) if edit else limits.message(BOT, place)
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


def test_an_album_counts_its_parts_and_an_edit_is_a_message(limits: Limits, time: FakeTime) -> None:
    group = Place(-1)
    limits.message(BOT, group, 10)
    limits.message(BOT, group, 10)
    assert refused_for(limits, group) == 60
    chat = Place(1, BOT)
    assert [refused_for(limits, chat, edit=True) for _ in range(4)] == [None, None, None, 3]


def test_a_large_album_is_waited_for_in_full(limits: Limits, time: FakeTime) -> None:
    chat = Place(1, BOT)
    limits.message(BOT, chat, 10)
    time.now += 1
    limits_left = refused_for(limits, chat)
    assert limits_left == 2


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
    with pytest.raises(SimError, match="cruel"):
        limits.choose("cruel")


def test_on_a_bad_day_calling_on_makes_it_worse(time: FakeTime) -> None:
    limits, chat, other = harsh(time), Place(1, BOT), Place(2, BOT)
    waits = [refused_for(limits, chat) for _ in range(12)]
    refused = [wait for wait in waits if wait]
    assert refused[:4] == sorted(refused[:4])
    assert refused[0] < refused[3] <= LONGEST_S
    assert refused_for(limits, other), "who does not stop is refused everywhere"
    time.now += LONGEST_S
    assert refused_for(limits, other) is None
    assert refused_for(limits, chat) is None


def test_on_a_bad_day_edits_are_punished_harder(time: FakeTime) -> None:
    def let_through(*, edit: bool) -> int:
        limits, group = harsh(time), Place(-1)
        return next(n for n in range(99) if refused_for(limits, group, edit=edit))

    assert let_through(edit=True) <= let_through(edit=False) / 2


def test_on_a_bad_day_groups_share_a_measure(time: FakeTime) -> None:
    limits = harsh(time)
    sent = 0
    for number in range(600):
        time.now += 0.1
        sent += refused_for(limits, Place(-1 - number)) is None
    assert 20 <= sent <= 60


CALLS = st.lists(
    st.tuples(st.integers(1, 3), st.booleans(), st.floats(0, 30)), min_size=1, max_size=60
)


@given(calls=CALLS, seed=st.integers(0, 5))
def test_the_same_calls_are_refused_alike(calls: list[tuple[int, bool, float]], seed: int) -> None:
    def waits() -> list[int | None]:
        time = FakeTime(1_000.0)
        limits = harsh(time, seed)
        found = []
        for chat, edit, pause_s in calls:
            time.now += pause_s
            found.append(refused_for(limits, Place(chat, BOT), edit=edit))
        return found

    first = waits()
    assert first == waits()
    assert all(wait is None or 1 <= wait <= LONGEST_S for wait in first)


@given(profile=st.sampled_from(["faq", "harsh"]), chats=st.lists(st.integers(1, 4), max_size=40))
def test_who_waits_as_told_is_let_through(profile: str, chats: list[int]) -> None:
    time = FakeTime(1_000.0)
    limits = Limits(time)
    limits.choose(profile, 3)
    for chat in chats:
        for _ in range(4):
            wait = refused_for(limits, Place(chat, BOT))
            if wait is None:
                break
            time.now += wait
        else:
            raise AssertionError("still refused after waiting four times")
