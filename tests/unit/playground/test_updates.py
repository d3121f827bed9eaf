import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.refusals import Refusal
from playground.state.deliveries import Delivery
from playground.state.update_faults import UpdateFault, UpdateFaults, What
from playground.state.updates import MOST_PENDING, UpdateQueue, Webhook
from tests.fakes.town_time import FakeTime

CHAT = {"chat": {"id": 1}}


@pytest.fixture
def log() -> list[tuple[int, str]]:
    return []


@pytest.fixture
def time() -> FakeTime:
    return FakeTime(5.0)


@pytest.fixture
def faults() -> UpdateFaults:
    return UpdateFaults()


@pytest.fixture
def queue(log: list[tuple[int, str]], time: FakeTime, faults: UpdateFaults) -> UpdateQueue:
    def record(delivery: Delivery) -> None:
        log.append((delivery.update_id, delivery.state))

    return UpdateQueue(7, 100, time, record, faults.strike)


def taken(queue: UpdateQueue, limit: int = 100) -> list[int]:
    return [delivery.update_id for delivery in queue.take(limit)]


def texts(queue: UpdateQueue) -> list[str]:
    return [delivery.update["message"]["text"] for delivery in queue.take(100)]


def say(queue: UpdateQueue, *said: str) -> None:
    for text in said:
        queue.put("message", CHAT | {"text": text})


def test_updates_come_again_until_they_are_confirmed(
    queue: UpdateQueue, log: list[tuple[int, str]]
) -> None:
    say(queue, "a", "b", "c")
    assert taken(queue, 2) == [100, 101]
    assert taken(queue) == [100, 101, 102]
    queue.skip_to(102)
    assert taken(queue) == [102]
    assert (101, "confirmed") in log
    assert queue.pending[0].times == 2


def test_a_negative_offset_counts_from_the_end(queue: UpdateQueue) -> None:
    say(queue, "a", "b", "c", "d")
    queue.skip_to(-1)
    assert taken(queue) == [103]
    queue.skip_to(-5)
    assert taken(queue) == [103]


def test_three_kinds_come_only_when_asked_for(queue: UpdateQueue) -> None:
    queue.put("chat_member", {})
    queue.put("message_reaction", {})
    assert not queue.pending
    queue.allow(["chat_member"])
    queue.allow(None)
    queue.put("chat_member", {})
    queue.put("message", {})
    assert [delivery.type for delivery in queue.pending] == ["chat_member"]
    queue.allow([])
    queue.put("chat_member", {})
    queue.put("message", {})
    assert [delivery.type for delivery in queue.pending] == ["chat_member", "message"]


def test_unknown_kinds_are_passed_over(queue: UpdateQueue) -> None:
    queue.allow(["Chat_Member", "nonsense"])
    assert queue.allowed == frozenset({"chat_member"})
    queue.allow(["nonsense"])
    assert queue.wants("message")
    assert not queue.wants("chat_member")


def test_the_queue_is_bounded(queue: UpdateQueue, log: list[tuple[int, str]]) -> None:
    for _ in range(MOST_PENDING + 2):
        queue.put("message", {})
    assert len(queue.pending) == MOST_PENDING
    assert [entry for entry in log if entry[1] == "dropped"] == [(100, "dropped"), (101, "dropped")]


def test_the_older_of_two_pollers_is_refused(queue: UpdateQueue) -> None:
    first, second = queue.begin_poll(), queue.begin_poll()
    queue.check_poll(second)
    with pytest.raises(Refusal, match="terminated by other getUpdates request") as caught:
        queue.check_poll(first)
    assert caught.value.code == 409
    queue.push_to(Webhook("https://bot.example/"))
    with pytest.raises(Refusal, match="Conflict: terminated by setWebhook request"):
        queue.check_poll(second)


def test_a_tap_is_given_up_soon_and_a_message_after_a_day(
    queue: UpdateQueue, time: FakeTime, log: list[tuple[int, str]]
) -> None:
    queue.put("message", CHAT)
    queue.put("callback_query", {"from": {"id": 1}})
    time.now += 149
    assert taken(queue) == [100, 101]
    time.now += 1
    assert taken(queue) == [100]
    time.now += 86_400
    assert taken(queue) == []
    assert [entry for entry in log if entry[1] == "expired"] == [(101, "expired"), (100, "expired")]


def test_a_lost_update_takes_its_number_along(queue: UpdateQueue, faults: UpdateFaults) -> None:
    faults.add(UpdateFault(what="lost", contains="b"))
    say(queue, "a", "b", "c")
    assert taken(queue) == [100, 102]


def test_a_duplicate_comes_even_after_the_first_was_confirmed(
    queue: UpdateQueue, faults: UpdateFaults
) -> None:
    faults.add(UpdateFault(what="duplicate", times=1))
    say(queue, "a", "b")
    assert taken(queue, 1) == [100]
    queue.skip_to(101)
    assert taken(queue) == [100, 101]
    queue.skip_to(102)
    assert not queue.pending


def test_a_late_update_comes_when_its_time_has_come(
    queue: UpdateQueue, faults: UpdateFaults, time: FakeTime
) -> None:
    faults.add(UpdateFault(what="late", delay_s=60, times=1))
    say(queue, "late", "soon")
    assert texts(queue) == ["soon"]
    time.now += 60
    queue.sweep()
    assert texts(queue) == ["soon", "late"]
    assert taken(queue) == [100, 101], "a poller gets numbers that grow"


def test_a_swapped_update_comes_after_the_next(queue: UpdateQueue, faults: UpdateFaults) -> None:
    faults.add(UpdateFault(what="swapped", times=1))
    say(queue, "first", "second", "third")
    assert texts(queue) == ["second", "first", "third"]
    assert taken(queue) == [100, 101, 102]


def test_a_webhook_can_sort_what_was_swapped(queue: UpdateQueue, faults: UpdateFaults) -> None:
    queue.push_to(Webhook("http://127.0.0.1/"))
    faults.add(UpdateFault(what="swapped", times=1))
    say(queue, "first", "second")
    assert taken(queue) == [101, 100]
    queue.push_to(None)
    assert taken(queue) == [100, 101]


def test_a_swapped_update_without_a_next_is_not_lost(
    queue: UpdateQueue, faults: UpdateFaults, time: FakeTime
) -> None:
    faults.add(UpdateFault(what="swapped"))
    say(queue, "alone")
    time.now += 3
    queue.sweep()
    assert texts(queue) == ["alone"]


MISHAPS = st.lists(st.sampled_from([None, "duplicate", "late", "swapped"]), max_size=12)


@given(mishaps=MISHAPS, limit=st.integers(1, 5))
def test_whatever_is_not_lost_arrives(mishaps: list[What | None], limit: int) -> None:
    time, faults = FakeTime(5.0), UpdateFaults()
    queue = UpdateQueue(7, 1, time, lambda _: None, faults.strike)
    for number, mishap in enumerate(mishaps):
        if mishap is not None:
            faults.add(UpdateFault(what=mishap, contains=f"<{number}>", delay_s=1))
        say(queue, f"<{number}>")
    got: list[str] = []
    for _ in range(3 * len(mishaps) + 3):
        time.now += 1
        queue.sweep()
        batch = queue.take(limit)
        got += [delivery.update["message"]["text"] for delivery in batch]
        if batch:
            queue.skip_to(max(delivery.update_id for delivery in batch) + 1)
    assert set(got) == {f"<{number}>" for number in range(len(mishaps))}
    assert len(got) == len(mishaps) + mishaps.count("duplicate")
    assert not queue.pending
    assert not queue.held


def test_luck_depends_on_the_seed_alone() -> None:
    def struck(seed: int) -> list[bool]:
        faults = UpdateFaults()
        faults.chance.sow(seed)
        faults.add(UpdateFault(what="lost", chance=0.5))
        return [faults.strike(7, "message", {}) is not None for _ in range(64)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 10 < sum(struck(3)) < 54
