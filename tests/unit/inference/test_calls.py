import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from bot.clock import SystemClock
from services.errors import (
    BusyError,
    DeadlineError,
    ModelError,
    ServiceError,
    UnavailableError,
)
from services.inference import calls as calls_module
from services.inference.bus import Admission, Presence
from services.inference.calls import PoolCalls
from services.inference.client import PoolGenerator
from services.inference.kinds import GenerateResult
from services.inference.models import GenerationChunk, GenerationRequest
from services.inference.protocol import (
    Chunk,
    Done,
    Failed,
    FailureCode,
    Job,
    JobFailure,
    Reply,
    Started,
)
from services.inference.waits import NaiveWaits, NoJournal, QueueObserver, WaitEstimate
from tests.fakes.pool import FREE, FakeBus, FakeReplies

REDIS_DOWN = UnavailableError("down", dependency="redis")


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls_module, "_LOOK_EVERY_S", 0.005)


class Setting:
    def __init__(self) -> None:
        self.replies = FakeReplies()
        self.bus = FakeBus()
        calls = PoolCalls(
            self.bus, self.replies, SystemClock(), replica_id="me", waits=NaiveWaits(),
            journal=NoJournal(),
        )  # fmt: skip
        self.generator = PoolGenerator(calls)

    def later(self, reply: Reply) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(0.05, lambda: self.replies.say(reply) if self.replies.inboxes else None)

    async def text(
        self, deadline_s: float = 10.0, observer: QueueObserver | None = None
    ) -> list[GenerationChunk]:
        request = GenerationRequest(
            job_id="j", messages=(), evidence=(), language="en", deadline_s=deadline_s
        )
        return [chunk async for chunk in self.generator.generate(request, observer)]


class Listener:
    """An observer that remembers what it heard, and lets a test act on it."""

    def __init__(self, on_word: Callable[[str], None]) -> None:
        self.heard: list[str] = []
        self._on_word = on_word

    async def waiting(self, estimate: WaitEstimate) -> None:
        self._hear(f"waits {estimate.p50_s:g}")

    async def begun(self) -> None:
        self._hear("begun")

    def _hear(self, word: str) -> None:
        if self.heard[-1:] != [word]:
            self.heard.append(word)
        self._on_word(word)


def done(text: str = "all", attempt: int = 1) -> Done:
    return Done(job_id="j", attempt=attempt, result=GenerateResult(text=text))


def failed(code: FailureCode, attempt: int = 1) -> Failed:
    failure = JobFailure(code=code, message="why", retryable=False)
    return Failed(job_id="j", attempt=attempt, failure=failure)


async def test_a_result_ends_it_and_aborts_nothing() -> None:
    setting = Setting()
    setting.bus.on_job = lambda _job: setting.replies.say(done())
    assert await setting.text() == [GenerationChunk(text="all", attempt=1, final=True)]
    assert setting.bus.aborted == []
    assert setting.bus.jobs[0].reply_to == "me"


async def test_what_a_request_says_of_its_job_reaches_the_queue() -> None:
    setting = Setting()
    setting.bus.on_job = lambda _job: setting.replies.say(done())
    request = GenerationRequest(
        job_id="j", messages=(), evidence=(), language="en", fair_share="-5", cost=2.0,
        patient=True, deadline_s=77.0,
    )  # fmt: skip
    async with aclosing(setting.generator.generate(request)) as chunks:
        async for _ in chunks:
            pass
    (job,) = setting.bus.jobs
    assert (job.fair_share, job.cost, job.patient, job.allowed_s) == ("-5", 2.0, True, 77.0)


async def test_a_result_of_the_past_starts_no_job() -> None:
    setting = Setting()
    setting.replies.past["j"] = done("before")
    assert [chunk.text for chunk in await setting.text()] == ["before"]
    assert setting.bus.jobs == []


@pytest.mark.parametrize(
    ("code", "error", "dependency"),
    [
        (FailureCode.MODEL, ModelError, None),
        (FailureCode.INTERNAL, ModelError, None),
        (FailureCode.DEADLINE, DeadlineError, "workers"),
        (FailureCode.BACKEND_UNAVAILABLE, UnavailableError, "llm"),
        (FailureCode.ATTEMPTS, UnavailableError, "workers"),
        (FailureCode.VERSION, UnavailableError, "workers"),
    ],
)
async def test_failures_become_errors(
    code: FailureCode, error: type[ServiceError], dependency: str | None
) -> None:
    setting = Setting()
    setting.bus.on_job = lambda _job: setting.replies.say(failed(code))
    with pytest.raises(error) as failure:
        await setting.text()
    assert type(failure.value) is error
    assert getattr(failure.value, "dependency", None) == dependency
    assert setting.bus.aborted == []


async def test_a_job_that_others_aborted_is_sent_again() -> None:
    setting = Setting()
    answers: Iterator[Reply] = iter([failed(FailureCode.CANCELLED), done()])
    setting.bus.on_job = lambda _job: setting.replies.say(next(answers))
    assert (await setting.text())[-1].final
    assert [job.patient for job in setting.bus.jobs] == [False, True]


async def test_a_pool_that_is_full_says_how_long_and_nothing_is_aborted() -> None:
    setting = Setting()
    setting.bus.admission = Admission.FULL
    setting.bus.line = replace(FREE, ahead=3, running=1)
    with pytest.raises(BusyError) as failure:
        await setting.text()
    assert failure.value.wait_s == 32.0
    assert setting.bus.aborted == []


async def test_a_job_that_a_worker_has_is_not_said_to_wait() -> None:
    """A job without a text says nothing before its end; the person read "in line" all the time."""
    setting = Setting()
    setting.bus.line = replace(FREE, ahead=1, running=1)

    def go_on(word: str) -> None:
        if word == "begun":
            setting.replies.say(done())
        setting.bus.line = None

    listener = Listener(go_on)
    await setting.text(observer=listener)
    assert listener.heard == ["waits 16", "begun"]


async def test_without_a_worker_nothing_is_queued() -> None:
    setting = Setting()
    setting.bus.will_be([Presence.ABSENT])
    with pytest.raises(UnavailableError, match="no worker serves generate"):
        await setting.text()
    assert setting.bus.jobs == []


async def test_a_worker_that_restarts_is_waited_for_but_one_that_is_gone_is_not() -> None:
    setting = Setting()
    setting.bus.will_be([Presence.ALIVE, Presence.EXPECTED, Presence.EXPECTED, Presence.ABSENT])
    with pytest.raises(UnavailableError, match="no worker serves"):
        await setting.text()
    assert setting.bus.aborted == ["j"]


async def test_a_silent_job_is_sent_again() -> None:
    setting = Setting()

    def answer_the_second(_job: Job) -> None:
        if len(setting.bus.jobs) == 2:
            setting.replies.say(done())

    setting.bus.on_job = answer_the_second
    assert (await setting.text())[-1].final
    assert [job.job_id for job in setting.bus.jobs] == ["j", "j"]


async def test_a_restart_of_redis_is_waited_out() -> None:
    setting = Setting()
    setting.bus.will_be([Presence.ALIVE, REDIS_DOWN, REDIS_DOWN, Presence.ALIVE])
    setting.bus.on_job = lambda _job: setting.later(done())
    assert (await setting.text())[-1].final


async def test_redis_that_stays_away_is_not_waited_for_until_the_deadline() -> None:
    setting = Setting()
    setting.bus.will_be([Presence.ALIVE, REDIS_DOWN])
    with pytest.raises(UnavailableError) as failure:
        await setting.text()
    assert failure.value.dependency == "redis"


async def test_the_deadline_ends_it_and_aborts_the_job() -> None:
    setting = Setting()
    with pytest.raises(DeadlineError):
        await setting.text(deadline_s=0.02)
    assert setting.bus.aborted == ["j"]


async def test_leaving_early_and_cancellation_abort_the_job() -> None:
    setting = Setting()
    setting.bus.on_job = lambda _job: setting.replies.say(Chunk(job_id="j", attempt=1, text="a"))
    request = GenerationRequest(job_id="j", messages=(), evidence=(), language="en")
    async with aclosing(setting.generator.generate(request)) as chunks:
        assert (await anext(chunks)).text == "a"
    assert setting.bus.aborted == ["j"]
    sent = asyncio.Event()
    setting.bus.on_job = lambda _job: sent.set()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(setting.text())
        await sent.wait()
        waiting.cancel()
    assert setting.bus.aborted == ["j", "j"]


async def test_text_of_a_lost_attempt_is_dropped() -> None:
    setting = Setting()

    def two_attempts(_job: Job) -> None:
        setting.replies.say(
            Chunk(job_id="j", attempt=1, text="old"),
            Started(job_id="j", attempt=2),
            Chunk(job_id="j", attempt=1, text="old and late"),
            failed(FailureCode.MODEL, attempt=1),
        )
        setting.later(done("new", 2))

    setting.bus.on_job = two_attempts
    chunks = await setting.text()
    assert [(chunk.text, chunk.attempt) for chunk in chunks] == [("new", 2)]
