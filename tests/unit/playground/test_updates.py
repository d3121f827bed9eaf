import itertools

import pytest

from playground.refusals import Refusal
from playground.state.updates import MOST_PENDING, Delivery, UpdateQueue


@pytest.fixture
def log() -> list[tuple[int, str]]:
    return []


@pytest.fixture
def queue(log: list[tuple[int, str]]) -> UpdateQueue:
    def record(delivery: Delivery) -> None:
        log.append((delivery.update_id, delivery.state))

    return UpdateQueue(7, 100, lambda: 5.0, record, itertools.count(1).__next__)


def taken(queue: UpdateQueue, limit: int = 100) -> list[int]:
    return [delivery.update_id for delivery in queue.take(limit)]


def test_updates_come_again_until_they_are_confirmed(
    queue: UpdateQueue, log: list[tuple[int, str]]
) -> None:
    for _ in range(3):
        queue.put("message", {})
    assert taken(queue, 2) == [100, 101]
    assert taken(queue) == [100, 101, 102]
    queue.skip_to(102)
    assert taken(queue) == [102]
    assert (101, "confirmed") in log
    assert queue.pending[0].times == 2


def test_a_negative_offset_counts_from_the_end(queue: UpdateQueue) -> None:
    for _ in range(4):
        queue.put("message", {})
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
