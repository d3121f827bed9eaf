import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.errors import BusyError, ModelError, ServiceError, UnavailableError
from services.inference.kinds import GeneratePayload, GenerateResult
from services.workers.backends import RunningJob
from services.workers.breaker import BreakerPolicy, BreakerState
from services.workers.chain import Chain, Link, LinkState, Outcome
from tests.fakes.clock import FakeClock
from tests.fakes.running import FakeJob

PAYLOAD = GeneratePayload(
    messages=(), evidence=(), language="ru", max_sentences=4, max_tokens=100
)  # fmt: skip
DOWN = UnavailableError("down", dependency="llm")
Work = Callable[[RunningJob], Awaitable[str]]


class Model:
    """Does what the test says, and counts."""

    def __init__(self, work: Work | ServiceError | str = "text") -> None:
        self.work = work
        self.runs = 0
        self.job: RunningJob | None = None
        self.closed = False

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        self.runs += 1
        self.job = job
        if isinstance(self.work, ServiceError):
            raise self.work
        text = self.work if isinstance(self.work, str) else await self.work(job)
        return GenerateResult(text=text)

    async def close(self) -> None:
        self.closed = True


async def hang(job: RunningJob) -> str:
    job.show_text("Hal")
    await asyncio.Event().wait()
    raise AssertionError


class Bench:
    """A chain of three."""

    def __init__(self, *, telling_s: float = 3.0) -> None:
        self.clock = FakeClock()
        self.openai, self.local, self.packaged = Model(), Model(), Model()
        links = [
            Link(name="openai:big", backend=self.openai),
            Link(name="transformers:small", backend=self.local),
            Link(name="packaged:extractive", backend=self.packaged),
        ]
        policy = BreakerPolicy(failures=3, first_wait_s=5.0, jitter=0.0)
        self.chain = Chain(links, self.clock, policy=policy, telling_s=telling_s)

    async def does(self, job: FakeJob | None = None) -> Outcome:
        return await self.chain.run(PAYLOAD, job or FakeJob())

    @property
    def states(self) -> list[BreakerState]:
        return [link.state for link in self.chain.states()]


async def test_the_first_that_can_does_it_and_it_is_said_who_could_not() -> None:
    bench = Bench()
    outcome = await bench.does()
    assert (outcome.backend, outcome.instead_of) == ("openai:big", ())
    bench.openai.work = DOWN
    bench.local.work = DOWN
    outcome = await bench.does()
    assert outcome.backend == "packaged:extractive"
    assert outcome.instead_of == ("openai:big", "transformers:small")


async def test_a_dead_backend_is_left_alone_and_still_said_to_be_skipped() -> None:
    bench = Bench()
    bench.openai.work = DOWN
    for _ in range(5):
        outcome = await bench.does()
        assert (outcome.backend, outcome.instead_of) == ("transformers:small", ("openai:big",))
    assert bench.openai.runs == 3
    assert bench.chain.states()[0] == LinkState(
        name="openai:big", state=BreakerState.OPEN, failures=3, retry_in_s=5.0
    )


async def test_a_backend_with_too_much_to_do_is_not_taken_for_a_dead_one() -> None:
    """Three texts too many, and for seconds all jobs went to the stand-in."""
    bench = Bench()
    bench.openai.work = BusyError("too many items wait", dependency="workers", wait_s=1.0)
    for _ in range(5):
        assert (await bench.does()).backend == "transformers:small"
    assert bench.openai.runs == 5
    assert bench.states[0] is BreakerState.CLOSED


async def test_it_comes_back_with_the_first_good_probe() -> None:
    bench = Bench()
    bench.openai.work = DOWN
    for _ in range(3):
        await bench.does()
    bench.openai.work = "back"
    await bench.clock.sleep(5.0)
    assert (await bench.does()).backend == "openai:big"
    assert bench.states[0] is BreakerState.CLOSED


async def test_others_do_not_wait_for_a_probe_that_hangs() -> None:
    bench = Bench()
    bench.openai.work = DOWN
    for _ in range(3):
        await bench.does()
    bench.openai.work = hang
    await bench.clock.sleep(5.0)
    probe = asyncio.create_task(bench.does())
    await asyncio.sleep(0)
    outcomes = await asyncio.gather(*(bench.does() for _ in range(4)))
    assert {outcome.backend for outcome in outcomes} == {"transformers:small"}
    assert bench.openai.runs == 4
    probe.cancel()
    await asyncio.wait([probe])
    assert bench.states[0] is BreakerState.HALF_OPEN, "a cancelled probe tells nothing"


async def test_an_error_of_the_input_is_no_failure_of_the_backend_and_is_not_repeated() -> None:
    bench = Bench()
    bench.openai.work = ModelError("too long")
    for _ in range(10):
        with pytest.raises(ModelError):
            await bench.does()
    assert bench.states[0] is BreakerState.CLOSED
    assert bench.local.runs == 0


async def test_cancelled_jobs_are_no_failures() -> None:
    bench = Bench()
    bench.openai.work = hang
    for _ in range(10):
        task = asyncio.create_task(bench.does())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
    assert bench.chain.states()[0].failures == 0
    assert bench.local.runs == 0


async def test_text_of_a_backend_that_died_in_mid_answer_is_void() -> None:
    bench = Bench()

    async def dies(job: RunningJob) -> str:
        job.show_text("The big model says")
        raise DOWN

    async def speaks(job: RunningJob) -> str:
        assert bench.openai.job is not None
        bench.openai.job.show_text("The big model says, late")
        job.show_text("The small")
        return "The small one says"

    bench.openai.work, bench.local.work = dies, speaks
    job = FakeJob()
    outcome = await bench.does(job)
    assert job.texts == ["The big model says", "", "The small"]
    assert outcome.result == GenerateResult(text="The small one says")


async def test_nothing_is_taken_back_where_nothing_was_shown() -> None:
    bench = Bench()
    bench.openai.work = DOWN
    job = FakeJob()
    await bench.does(job)
    assert (job.texts, job.progress) == ([], [])


async def test_a_backend_that_hangs_leaves_time_for_the_next() -> None:
    bench = Bench()
    bench.openai.work = hang
    job = FakeJob(left_s=0.09)
    outcome = await bench.does(job)
    assert outcome.backend == "transformers:small"
    assert job.texts == ["Hal", ""]


async def test_hanging_counts_as_failing_when_there_was_time_to_tell() -> None:
    for telling_s, state in ((0.01, BreakerState.OPEN), (3.0, BreakerState.CLOSED)):
        bench = Bench(telling_s=telling_s)
        bench.openai.work = hang
        for _ in range(3):
            await bench.does(FakeJob(left_s=0.03))
        assert bench.states[0] is state


async def test_the_only_backend_hanging_until_the_deadline_counts_as_failing() -> None:
    model = Model(hang)
    link = Link(name="openai:big", backend=model)
    chain = Chain([link], FakeClock(), policy=BreakerPolicy(failures=1))
    job = FakeJob(left_s=10.0)
    task = asyncio.create_task(chain.run(PAYLOAD, job))
    await asyncio.sleep(0)
    job.left_s = 0.0
    task.cancel()
    await asyncio.wait([task])
    assert chain.states()[0].state is BreakerState.OPEN


async def test_a_store_that_is_down_is_no_failure_of_the_backend() -> None:
    bench = Bench()
    bench.openai.work = UnavailableError("down", dependency="redis")
    for _ in range(5):
        with pytest.raises(UnavailableError):
            await bench.does()
    assert bench.chain.states()[0].failures == 0
    assert bench.local.runs == 0, "the next backend needs the store as well"


async def test_when_all_are_left_alone_it_is_said_when_they_are_tried_again() -> None:
    bench = Bench()
    for model in (bench.openai, bench.local, bench.packaged):
        model.work = DOWN
    for _ in range(3):
        with pytest.raises(UnavailableError, match=r"^down$"):
            await bench.does()
    await bench.clock.sleep(2.0)
    with pytest.raises(UnavailableError, match=r"openai:big.* tried again in 3 s"):
        await bench.does()
    assert bench.packaged.runs == 3


async def test_all_are_closed() -> None:
    bench = Bench()
    await bench.chain.close()
    assert all(model.closed for model in (bench.openai, bench.local, bench.packaged))
