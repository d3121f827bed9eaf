import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from services.adapters.queue.presence import WorkerInfo
from services.errors import ModelError, UnavailableError
from services.inference.kinds import GeneratePayload, GenerateResult, JobKind
from services.workers.backends import RunningJob
from services.workers.batch_lines import BatchLimits
from services.workers.batching import BatchStats, MicroBatcher
from services.workers.breaker import BreakerPolicy
from services.workers.chain import Link
from services.workers.shelf import Recipe, Shelf
from services.workers.stats import MeteredChain, Rate, WorkerMeter
from tests.fakes.clock import FakeClock
from tests.fakes.running import FakeJob

ASKED = GeneratePayload(messages=(), evidence=(), language="en", max_sentences=1, max_tokens=9)


class Writer:
    """Writes three words in two seconds of the clock, or what it is told to raise."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.error: BaseException | None = None

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        if self.error is not None:
            raise self.error
        for text in ("a", "a b", "a b c"):
            job.show_text(text)
        await self.clock.sleep(2.0)
        return GenerateResult(text="a b c")

    async def close(self) -> None:
        pass


class Doubler:
    """A model that puts work together."""

    def __init__(self) -> None:
        self.batcher: MicroBatcher[int, int] = MicroBatcher(
            lambda numbers: [2 * number for number in numbers],
            tokens_of=lambda number: number, limits=BatchLimits(items=8, tokens=64), name="doubler",
        )  # fmt: skip

    @property
    def stats(self) -> BatchStats:
        return self.batcher.stats

    async def run(self, payload: Sequence[int], job: RunningJob) -> list[int]:
        return await self.batcher.run(payload, priority=job.priority)

    async def close(self) -> None:
        await self.batcher.close()


def metered(backend: Writer, clock: FakeClock) -> MeteredChain:
    links = [Link(name="test:it", backend=backend)]
    return MeteredChain(links, clock, slots=4, policy=BreakerPolicy(failures=1))


async def test_jobs_are_counted_by_how_they_ended() -> None:
    clock = FakeClock()
    backend = Writer(clock)
    chain = metered(backend, clock)
    await chain.run(ASKED, FakeJob())
    await chain.run(ASKED, FakeJob())
    for error in (
        ModelError("no"),
        asyncio.CancelledError(),
        UnavailableError("x", dependency="y"),
    ):
        backend.error = error
        with pytest.raises(type(error)):
            await chain.run(ASKED, FakeJob())
    stats = chain.read()
    assert (stats.done, stats.failed, stats.cut, stats.running) == (2, 2, 1, 0)
    assert (stats.ran_s, stats.p50_s, stats.slots) == (4.0, 2.0, 4)
    assert (stats.tokens, stats.tokens_per_s, stats.jobs_per_s) == (6, 1.5, 0.5)
    (link,) = stats.backends
    assert (link.name, link.breaker, link.failures) == ("test:it", "open", 1)


async def test_a_job_that_runs_is_seen() -> None:
    clock = FakeClock()
    chain = metered(Writer(clock), clock)
    seen: list[int] = []

    class Watching(FakeJob):
        def show_text(self, text: str) -> None:
            seen.append(chain.read().running)

    await chain.run(ASKED, Watching())
    assert seen == [1, 1, 1]


async def test_a_rate_forgets_what_was_long_ago() -> None:
    clock = FakeClock()
    rate, now = Rate(clock.monotonic), 0.0
    for count in range(1, 31):
        await clock.sleep(1.0)
        now = rate.now(10 * count)
    assert now == 10.0
    for _ in range(11):
        await clock.sleep(1.0)
        now = rate.now(300)
    assert now == 0.0


async def test_models_tell_their_batches_and_a_worker_its_memory() -> None:
    clock = FakeClock()
    shelf = Shelf(memory=1000, idle_s=60, monotonic=clock.monotonic)
    recipe = Recipe(key="k", name="me/doubler", memory=100, load=Doubler)
    meter = WorkerMeter(
        {JobKind.GENERATE: metered(Writer(clock), clock)}, shelf, clock, device="cpu"
    )
    async with shelf.use(recipe) as model:
        assert await model.run([1, 2, 3], FakeJob()) == [2, 4, 6]
        await clock.sleep(3.0)
        stats = meter.read()
        await model.close()
    (seen,) = stats.models
    assert (seen.name, seen.memory, seen.users) == ("me/doubler", 100, 1)
    assert (seen.items, seen.last_items) == (3, 3)
    assert stats.up_s == 3.0
    assert 0 < stats.memory_used < stats.memory_total
    assert list(stats.kinds) == [JobKind.GENERATE]


async def test_a_backend_that_batches_by_itself_is_a_model_too() -> None:
    clock = FakeClock()
    backend = Doubler()
    chain = MeteredChain([Link(name="packaged:it", backend=backend)], clock, slots=1)
    meter = WorkerMeter({JobKind.EMBED: chain}, Shelf(memory=1, idle_s=1), clock, device="cpu")
    await backend.run([5], FakeJob())
    await chain.close()
    (seen,) = meter.read().models
    assert (seen.name, seen.batches, seen.items) == ("packaged:it", 1, 1)


def test_the_record_of_an_older_worker_is_read() -> None:
    old = b'{"worker_id":"w","device":"cpu","serves":["embed"],"backends":["x"],"host":"h","pid":7}'
    worker = msgspec.json.decode(old, type=WorkerInfo)
    assert (worker.stats.kinds, worker.device_name) == ({}, "")
