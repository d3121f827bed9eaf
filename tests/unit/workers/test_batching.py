import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import BusyError, ModelError, UnavailableError
from services.inference.models import Priority
from services.workers.batch_lines import BatchLimits, BatchLines
from services.workers.batching import MicroBatcher

WAIT_S = 30.0
LIMITS = BatchLimits(items=4, tokens=64)
PRIORITIES = st.sampled_from(list(Priority))
LENGTHS = st.integers(min_value=1, max_value=90)


@dataclass(slots=True)
class Item:
    tokens: int
    priority: Priority
    number: int
    alone: bool = False


@st.composite
def arrivals(draw: st.DrawFn) -> list[list[tuple[int, Priority]]]:
    """What comes before each batch is taken."""
    return draw(st.lists(st.lists(st.tuples(LENGTHS, PRIORITIES), max_size=8), max_size=12))


@st.composite
def some_limits(draw: st.DrawFn) -> BatchLimits:
    return BatchLimits(
        items=draw(st.integers(min_value=1, max_value=6)),
        tokens=draw(st.integers(min_value=1, max_value=200)),
    )


def rank(item: Item) -> int:
    return list(Priority).index(item.priority)


@given(rounds=arrivals(), limits=some_limits())
def test_batches_keep_to_their_limits_and_take_each_item_once(
    rounds: list[list[tuple[int, Priority]]], limits: BatchLimits
) -> None:
    lines: BatchLines[Item] = BatchLines(limits)
    waiting: dict[int, Item] = {}
    number = 0
    while rounds or waiting:
        for tokens, priority in rounds.pop(0) if rounds else []:
            waiting[number] = Item(tokens, priority, number)
            lines.add(waiting[number])
            number += 1
        batch = lines.take()
        assert bool(batch) == bool(waiting)
        if not batch:
            continue
        urgent = min(map(rank, waiting.values()))
        assert {rank(item) for item in batch} == {urgent}
        # The oldest of the most urgent: so nobody starves.
        oldest = min(number for number, item in waiting.items() if rank(item) == urgent)
        assert oldest in {item.number for item in batch}
        lengths = [item.tokens for item in batch]
        assert lengths == sorted(lengths)
        if len(batch) > 1:
            assert len(batch) <= limits.items
            assert len(batch) * max(lengths) <= limits.tokens
            assert sum(lengths) * 2 >= len(batch) * max(lengths)
        for item in batch:
            assert waiting.pop(item.number) is item
    assert len(lines) == 0


def test_neighbours_in_length_go_with_the_oldest() -> None:
    lines: BatchLines[Item] = BatchLines(BatchLimits(items=3, tokens=1000))
    for number, tokens in enumerate([50, 5, 90, 48, 6, 52, 49]):
        lines.add(Item(tokens, Priority.LOW, number))
    taken = [[item.tokens for item in lines.take()] for _ in range(4)]
    assert taken == [[48, 49, 50], [5, 6], [52, 90], []]


@dataclass
class GatedModel:
    """Doubles numbers, one batch for each permit; refuses some."""

    gated: bool = True
    bad: frozenset[int] = frozenset()
    down: bool = False
    batches: list[list[int]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    began: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    permits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def compute(self, values: Sequence[int]) -> list[int]:
        self.batches.append(list(values))
        self.threads.add(threading.current_thread().name)
        self.began.release()
        if self.gated:
            assert self.permits.acquire(timeout=WAIT_S)
        if self.down:
            raise UnavailableError("gone", dependency="workers")
        if self.bad & set(values):
            raise ZeroDivisionError
        return [2 * value for value in values]

    async def wait_until_it_runs(self) -> None:
        assert await asyncio.to_thread(self.began.acquire, timeout=WAIT_S)

    def open_gate(self) -> None:
        self.gated = False
        self.permits.release()


@asynccontextmanager
async def batcher_of(
    model: GatedModel, limits: BatchLimits = LIMITS
) -> AsyncIterator[MicroBatcher[int, int]]:
    # The length of a number is the number itself.
    batcher = MicroBatcher(
        model.compute, tokens_of=lambda value: value, limits=limits, name="doubler"
    )
    try:
        yield batcher
    finally:
        model.open_gate()
        await batcher.close()


Started = Callable[[Coroutine[Any, Any, list[int]]], "asyncio.Task[list[int]]"]


@asynccontextmanager
async def started(model: GatedModel, batcher: MicroBatcher[int, int]) -> AsyncIterator[Started]:
    """Occupy the model with one item, so that what comes next has to wait."""
    tasks = []

    def start(work: Coroutine[Any, Any, list[int]]) -> "asyncio.Task[list[int]]":
        tasks.append(asyncio.create_task(work))
        return tasks[-1]

    first = start(batcher.run([3], priority=Priority.LOW))
    await model.wait_until_it_runs()
    yield start
    model.open_gate()
    assert await first == [6]
    await asyncio.gather(*tasks, return_exceptions=True)


async def standing(batcher: MicroBatcher[int, int], count: int) -> None:
    async with asyncio.timeout(WAIT_S):
        while batcher.stats.waiting != count:  # noqa: ASYNC110 - the thread has no event to set
            await asyncio.sleep(0)


@settings(max_examples=50, deadline=None)
@given(calls=st.lists(st.tuples(st.lists(LENGTHS, max_size=7), PRIORITIES), min_size=1, max_size=8))
def test_every_item_is_answered_once_and_in_order(
    calls: list[tuple[list[int], Priority]],
) -> None:
    async def scenario() -> None:
        model = GatedModel(gated=False)
        async with batcher_of(model) as batcher:
            results = await asyncio.gather(
                *(batcher.run(values, priority=priority) for values, priority in calls)
            )
            assert results == [[2 * value for value in values] for values, _ in calls]
            asked = sorted(value for values, _ in calls for value in values)
            assert sorted(value for batch in model.batches for value in batch) == asked
            assert batcher.stats.items == len(asked)
        assert len(model.threads) <= 1

    asyncio.run(scenario())


async def test_an_item_that_meets_an_idle_model_starts_at_once_and_alone() -> None:
    model = GatedModel()
    async with batcher_of(model) as batcher, started(model, batcher) as start:
        calls = [start(batcher.run([3], priority=Priority.LOW)) for _ in range(4)]
        await standing(batcher, 4)
        assert model.batches == [[3]]
        model.open_gate()
        assert await asyncio.gather(*calls) == [[6]] * 4
        assert model.batches == [[3], [3, 3, 3, 3]]
        assert all(name.startswith("doubler") for name in model.threads)


async def test_an_urgent_item_waits_for_the_running_batch_only() -> None:
    model = GatedModel()
    async with batcher_of(model) as batcher, started(model, batcher) as start:
        start(batcher.run([5] * 8, priority=Priority.LOW))
        start(batcher.run([7], priority=Priority.NORMAL))
        start(batcher.run([9], priority=Priority.HIGH))
        await standing(batcher, 10)
    assert model.batches == [[3], [9], [7], [5] * 4, [5] * 4]


async def test_a_cancelled_call_takes_back_what_waits() -> None:
    model = GatedModel()
    async with batcher_of(model) as batcher, started(model, batcher) as start:
        unwanted = start(batcher.run([5, 6], priority=Priority.HIGH))
        kept = start(batcher.run([7], priority=Priority.LOW))
        await standing(batcher, 3)
        unwanted.cancel()
        await standing(batcher, 1)
        model.open_gate()
        assert await kept == [14]
    assert model.batches == [[3], [7]]
    assert unwanted.cancelled()


async def test_a_call_cancelled_while_it_runs_does_not_harm_its_batch() -> None:
    model = GatedModel()
    async with batcher_of(model) as batcher, started(model, batcher) as start:
        unwanted = start(batcher.run([5], priority=Priority.HIGH))
        kept = start(batcher.run([6], priority=Priority.HIGH))
        await standing(batcher, 2)
        model.permits.release()
        await model.wait_until_it_runs()
        assert model.batches[-1] == [5, 6]
        unwanted.cancel()
        with pytest.raises(asyncio.CancelledError):
            await unwanted
        model.open_gate()
        assert await kept == [12]


async def test_a_bad_item_fails_alone() -> None:
    model = GatedModel(bad=frozenset({6}))
    async with batcher_of(model) as batcher, started(model, batcher) as start:
        good = start(batcher.run([5, 7], priority=Priority.HIGH))
        guilty = start(batcher.run([6], priority=Priority.HIGH))
        await standing(batcher, 3)
        model.open_gate()
        assert await good == [10, 14]
        with pytest.raises(ModelError, match="ZeroDivisionError"):
            await guilty
    assert model.batches == [[3], [5, 6, 7], [5], [6], [7]]


async def test_urgent_items_go_before_those_that_are_tried_again() -> None:
    model = GatedModel(bad=frozenset({6}))
    async with batcher_of(model) as batcher, started(model, batcher) as start:
        start(batcher.run([5, 6], priority=Priority.LOW))
        await standing(batcher, 2)
        model.permits.release()
        await model.wait_until_it_runs()
        start(batcher.run([9], priority=Priority.HIGH))
        await standing(batcher, 1)
    assert model.batches == [[3], [5, 6], [9], [5], [6]]


async def test_a_model_that_is_gone_fails_its_batch_at_once() -> None:
    model = GatedModel(gated=False, down=True)
    async with batcher_of(model) as batcher:
        with pytest.raises(UnavailableError, match="gone"):
            await batcher.run([1, 2, 3], priority=Priority.HIGH)
    assert model.batches == [[1, 2, 3]]


async def test_a_model_that_answers_too_little_is_an_error_and_no_mix_up() -> None:
    batcher: MicroBatcher[str, str] = MicroBatcher(
        lambda values: list(values[1:]), tokens_of=lambda _: 1, limits=LIMITS, name="short"
    )
    with pytest.raises(ModelError, match="0 results for 1"):
        await batcher.run(["a", "b"], priority=Priority.HIGH)
    await batcher.close()


async def test_a_model_that_answers_nonsense_does_not_stop_the_thread() -> None:
    answers: list[Any] = [None, ["fine"]]
    batcher: MicroBatcher[str, str] = MicroBatcher(
        lambda _: answers.pop(0), tokens_of=lambda _: 1, limits=LIMITS, name="odd"
    )
    async with asyncio.timeout(WAIT_S):
        with pytest.raises(ModelError, match="TypeError"):
            await batcher.run(["a"], priority=Priority.HIGH)
        assert await batcher.run(["b"], priority=Priority.HIGH) == ["fine"]
    await batcher.close()


async def test_what_is_too_much_is_refused() -> None:
    model = GatedModel()
    limits = BatchLimits(items=2, tokens=64, waiting=3)
    async with batcher_of(model, limits) as batcher, started(model, batcher) as start:
        # However long it is, one call always fits into an empty line.
        start(batcher.run([1] * 5, priority=Priority.HIGH))
        await standing(batcher, 5)
        with pytest.raises(BusyError, match="5 items wait"):
            await batcher.run([1], priority=Priority.HIGH)


async def test_a_closed_model_fails_what_waits() -> None:
    model = GatedModel()
    async with batcher_of(model) as batcher, started(model, batcher) as start:
        waiting = start(batcher.run([5], priority=Priority.HIGH))
        await standing(batcher, 1)
        closing = asyncio.create_task(batcher.close())
        with pytest.raises(UnavailableError, match="closed"):
            await waiting
        model.open_gate()
        await closing
        with pytest.raises(UnavailableError, match="closed"):
            await batcher.run([5], priority=Priority.HIGH)
    assert model.batches == [[3]]


async def test_the_figures_tell_what_was_done() -> None:
    model = GatedModel()
    async with batcher_of(model) as batcher, started(model, batcher) as start:
        call = start(batcher.run([5, 6, 7], priority=Priority.HIGH))
        await standing(batcher, 3)
        model.open_gate()
        await call
        stats = batcher.stats
    assert (stats.batches, stats.items, stats.last_items, stats.waiting) == (2, 4, 3, 0)
    assert (stats.tokens, stats.padded) == (3 + 5 + 6 + 7, 3 + 3 * 7)
    assert stats.busy_s > 0
