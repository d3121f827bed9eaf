import asyncio
import time
from collections.abc import AsyncGenerator, Callable

import pytest

from bot.clock import SystemClock
from services.errors import ModelError, UnavailableError
from services.inference.bus import DeadLetters, Delivery
from services.inference.kinds import GeneratePayload, GenerateResult, JobKind
from services.inference.models import GenerationRequest, Priority, PromptMessage
from services.inference.protocol import (
    Chunk,
    Done,
    Failed,
    FailureCode,
    Job,
    JobFailure,
    Reply,
    Started,
    encode,
    generate_payload,
)
from services.workers.backends import RunningJob, stream_text
from services.workers.chain import Chain, Link
from services.workers.packaged.extractive import ExtractiveGenerator
from services.workers.receiver import Receiver
from services.workers.turns import Turns
from tests.fakes.running import FakeBlobs


class FakeSink:
    def __init__(self) -> None:
        self.published: list[tuple[str, Reply]] = []
        self.done: set[str] = set()
        self.outages = 0

    async def publish(self, reply_to: str, reply: Reply) -> None:
        if self.outages > 0:
            self.outages -= 1
            raise UnavailableError("down", dependency="redis")
        self.published.append((reply_to, reply))

    async def is_done(self, job_id: str) -> bool:
        return job_id in self.done

    @property
    def last(self) -> Reply:
        return self.published[-1][1]


class Scripted:
    """A generator that does what its script says."""

    def __init__(self, script: Callable[[], AsyncGenerator[str, None]]) -> None:
        self.script = script
        self.runs = 0

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        self.runs += 1
        return GenerateResult(text=await stream_text(self.script(), job))

    async def close(self) -> None:
        pass


REQUEST = GenerationRequest(
    job_id="j", messages=(PromptMessage(role="user", content="?"),), evidence=(), language="en"
)


def delivery(
    *, attempt: int = 1, left_s: float = 60.0, allowed_s: float = 0.0, waited_s: float = 0.0
) -> Delivery:
    job = Job(
        job_id="j",
        kind=JobKind.GENERATE,
        payload=generate_payload(REQUEST),
        reply_to="r",
        priority=Priority.HIGH,
        deadline_at=time.time() + left_s,
        allowed_s=allowed_s,
        max_attempts=3,
    )
    return Delivery(raw=encode(job), attempt=attempt, waited_s=waited_s)


class FakeDead(DeadLetters):
    """Remembers what is kept, in order of its coming."""

    def __init__(self) -> None:
        self.suspected: dict[str, int] = {}
        self.buried: list[tuple[int, FailureCode]] = []
        self.down = False

    async def bury(self, job: Job, attempts: int, failure: JobFailure) -> None:
        self._look()
        self.suspected.pop(job.job_id, None)
        self.buried.append((attempts, failure.code))

    async def suspect(self, job: Job, attempts: int) -> None:
        self._look()
        self.suspected[job.job_id] = attempts

    async def clear(self, job_id: str) -> None:
        self._look()
        self.suspected.pop(job_id, None)

    def _look(self) -> None:
        if self.down:
            raise UnavailableError("down", dependency="redis")


def receiver(
    sink: FakeSink, backend: Scripted | ExtractiveGenerator, dead: FakeDead | None = None
) -> Receiver:
    clock = SystemClock()
    chain = Chain([Link(name="test:it", backend=backend)], clock)
    return Receiver(sink, FakeBlobs(), {JobKind.GENERATE: chain}, clock, dead=dead or FakeDead())


async def words() -> AsyncGenerator[str, None]:
    for word in ("a", "b", "c"):
        await asyncio.sleep(0.001)
        yield word


async def test_the_result_is_whole_and_chunks_are_few() -> None:
    sink = FakeSink()
    await receiver(sink, Scripted(words)).run(delivery(attempt=2))
    assert sink.published[0] == ("r", Started(job_id="j", attempt=2))
    assert isinstance(sink.last, Done)
    assert sink.last.result == GenerateResult(text="abc")
    assert (sink.last.attempt, sink.last.backend, sink.last.instead_of) == (2, "test:it", ())
    assert sum(isinstance(reply, Chunk) for _, reply in sink.published) <= 1


async def test_a_repeat_of_a_finished_job_does_nothing() -> None:
    sink, backend = FakeSink(), Scripted(words)
    sink.done.add("j")
    await receiver(sink, backend).run(delivery(attempt=2))
    assert (sink.published, backend.runs) == ([], 0)


async def test_a_new_request_for_a_finished_job_runs() -> None:
    # Its result is not to be had any more, or the caller would not have asked.
    sink, backend = FakeSink(), Scripted(words)
    sink.done.add("j")
    await receiver(sink, backend).run(delivery(attempt=1))
    assert backend.runs == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (delivery(attempt=4), FailureCode.ATTEMPTS),
        (delivery(left_s=-1), FailureCode.DEADLINE),
        (Delivery(raw=b'{"v":9,"job_id":"j","reply_to":"r"}', attempt=1), FailureCode.VERSION),
        (Delivery(raw=b'{"v":1,"job_id":"j","reply_to":"r"}', attempt=1), FailureCode.MALFORMED),
    ],
)
async def test_what_must_not_run_is_answered_unrun(given: Delivery, code: FailureCode) -> None:
    sink, backend = FakeSink(), Scripted(words)
    await receiver(sink, backend).run(given)
    assert backend.runs == 0
    assert isinstance(sink.last, Failed)
    assert sink.last.failure.code is code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ModelError("m"), FailureCode.MODEL),
        (UnavailableError("u", dependency="llm"), FailureCode.BACKEND_UNAVAILABLE),
        (TimeoutError("t"), FailureCode.INTERNAL),
        (ZeroDivisionError("secret words"), FailureCode.INTERNAL),
    ],
)
async def test_what_a_backend_raises_is_answered(error: Exception, code: FailureCode) -> None:
    async def breaking() -> AsyncGenerator[str, None]:
        yield "a"
        raise error

    sink = FakeSink()
    await receiver(sink, Scripted(breaking)).run(delivery())
    assert isinstance(sink.last, Failed)
    assert sink.last.failure.code is code
    assert "secret words" not in sink.last.failure.message


@pytest.mark.parametrize(
    ("error", "buried"),
    [
        (ModelError("m"), []),
        (UnavailableError("u", dependency="llm"), []),
        (ZeroDivisionError("secret words"), [(2, FailureCode.INTERNAL)]),
    ],
)
async def test_only_what_broke_something_unforeseen_is_kept_for_the_admin(
    error: Exception, buried: list[tuple[int, FailureCode]]
) -> None:
    dead = FakeDead()

    async def breaking() -> AsyncGenerator[str, None]:
        # While it runs it counts among those that workers die of.
        assert dead.suspected == {"j": 2}
        yield "a"
        raise error

    await receiver(FakeSink(), Scripted(breaking), dead).run(delivery(attempt=2))
    assert dead.buried == buried
    assert dead.suspected == {}


async def test_a_job_that_used_up_its_attempts_is_kept_with_their_number() -> None:
    dead = FakeDead()
    await receiver(FakeSink(), Scripted(words), dead).run(delivery(attempt=5))
    assert dead.buried == [(3, FailureCode.ATTEMPTS)]


async def test_a_first_run_is_under_no_suspicion_and_an_ended_one_no_longer() -> None:
    dead = FakeDead()
    dead.suspected["j"] = 2
    await receiver(FakeSink(), Scripted(words), dead).run(delivery(attempt=3))
    assert dead.suspected == {}
    dead.down = True
    sink = FakeSink()
    for attempt in (1, 2):
        await receiver(sink, Scripted(words), dead).run(delivery(attempt=attempt))
        assert isinstance(sink.last, Done)


async def test_the_deadline_ends_a_running_backend() -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[str, None]:
        try:
            await asyncio.sleep(1000)
            yield "never"
        finally:
            closed.set()

    sink = FakeSink()
    await receiver(sink, Scripted(endless)).run(delivery(left_s=0.02))
    assert closed.is_set()
    assert isinstance(sink.last, Failed)
    assert sink.last.failure.code is FailureCode.DEADLINE


async def test_the_result_outlives_an_outage_of_the_stream() -> None:
    sink = FakeSink()
    sink.outages = 3
    await receiver(sink, Scripted(words)).run(delivery())
    assert isinstance(sink.last, Done)


async def in_turn(turns: Turns, priority: Priority, order: list[str], name: str) -> None:
    async with turns.take(priority):
        order.append(name)
        await asyncio.sleep(0)


async def test_turns_serve_the_urgent_first_and_survive_those_who_leave() -> None:
    turns = Turns()
    order: list[str] = []
    names = [
        (Priority.LOW, "first"),
        (Priority.LOW, "low"),
        (Priority.NORMAL, "normal"),
        (Priority.HIGH, "high"),
        (Priority.HIGH, "high2"),
    ]
    async with asyncio.TaskGroup() as group:
        tasks = {
            name: group.create_task(in_turn(turns, priority, order, name))
            for priority, name in names
        }
        await asyncio.sleep(0)
        tasks["high"].cancel()
    assert order == ["first", "high2", "normal", "low"]
    async with turns.take(Priority.LOW):
        assert True


async def test_a_worker_whose_clock_is_ahead_does_its_jobs_all_the_same() -> None:
    """On a host an hour ahead each job had "expired before it began"."""
    sink = FakeSink()
    await receiver(sink, Scripted(words)).run(delivery(left_s=-3600, allowed_s=60, waited_s=5))
    assert isinstance(sink.last, Done)


async def test_what_waited_too_long_by_the_queues_clock_has_expired_too() -> None:
    sink = FakeSink()
    await receiver(sink, Scripted(words)).run(delivery(left_s=-1, allowed_s=60, waited_s=61))
    assert isinstance(sink.last, Failed)
    assert sink.last.failure.code is FailureCode.DEADLINE
