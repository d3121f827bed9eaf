"""What every engine behind ``JobBus`` and ``JobSource`` must do, over real worker processes."""

import asyncio
import itertools
import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest
from redis.asyncio import Redis

from bot.building.inference import Inference
from services.adapters.redis.server import local_server
from services.errors import DeadlineError, ModelError, UnavailableError
from services.inference.bus import Admission
from services.inference.kinds import GeneratePayload, JobKind
from services.inference.models import (
    EmbedRole,
    GenerationChunk,
    GenerationRequest,
    Priority,
)
from services.inference.protocol import Done, Failed, FailureCode, Job, Reply
from services.inference.waits import WaitEstimate
from tests.support.pool import Pool, ask, client_of, until

pytestmark = pytest.mark.services

LEASE_S = 1.5
REPLICA = "contract"


@pytest.fixture(scope="module")
def pool(redis_server_url: str) -> Iterator[Pool]:
    """Workers on a database of their own; they live through the tests of this module."""
    home = Path(tempfile.mkdtemp(prefix="samovar-"))
    workers = Pool(f"{redis_server_url}?db=9", home, lease_s=LEASE_S)
    yield workers
    workers.close()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
async def inference(pool: Pool) -> AsyncIterator[Inference]:
    async with client_of(pool, REPLICA) as opened:
        yield opened


async def answer(inference: Inference, request: GenerationRequest) -> GenerationChunk:
    last: GenerationChunk | None = None
    async with aclosing(inference.generator.generate(request)) as chunks:
        async for chunk in chunks:
            last = chunk
    assert last is not None
    assert last.final
    return last


def job(name: str, *, seconds: float = 0.0, what: str = "speak", **fields: object) -> Job:
    request = ask(name, seconds=seconds, what=what)
    values: dict[str, object] = {
        "job_id": name,
        "kind": JobKind.GENERATE,
        "payload": GeneratePayload(
            messages=request.messages, evidence=(), language="en", max_sentences=1, max_tokens=9
        ),
        "reply_to": REPLICA,
        "priority": Priority.HIGH,
        "deadline_at": time.time() + 60,
    }
    return Job(**(values | fields))  # type: ignore[arg-type]  # a builder with overrides


async def put(inference: Inference, wanted: Job, *, delay_s: float = 0.0) -> bool:
    admitted = await inference.bus.enqueue(wanted, delay_s=delay_s)
    return admitted.admission is Admission.ACCEPTED


async def last_reply(inference: Inference, job_id: str) -> Done | Failed:
    async with inference.replies.listen(job_id) as inbox:
        while True:
            reply: Reply | None = await inbox.next(20)
            assert reply is not None, "no reply in time"
            if isinstance(reply, Done | Failed):
                return reply


async def test_text_streams_and_ends_whole(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    chunks = [chunk async for chunk in inference.generator.generate(ask("stream", seconds=0.6))]
    texts = [chunk.text for chunk in chunks]
    assert len(texts) >= 3
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))
    assert [chunk.final for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert texts[-1].endswith("end")


async def test_vectors_come_back_in_order(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    texts = ["x" * length for length in range(1, 40)]
    for priority in Priority:
        vectors = await inference.embedder.embed(texts, role=EmbedRole.PASSAGE, priority=priority)
        assert vectors[:, 0].tolist() == [float(len(text)) for text in texts]


async def test_killed_worker_on_an_idle_queue_is_replaced_once(
    pool: Pool, inference: Inference
) -> None:
    await pool.scale(2, inference)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(answer(inference, ask("orphan", seconds=1.0)))
        first = await pool.noted("orphan", "start")
        pool.kill(first.pid)
    assert waiting.result().attempt == 2
    starts = pool.notes("orphan", "start")
    assert len(starts) == 2
    assert starts[1].pid != first.pid
    assert len(pool.notes("orphan", "end")) == 1


async def test_live_job_of_four_leases_runs_once(pool: Pool, inference: Inference) -> None:
    await pool.scale(2, inference)
    result = await answer(inference, ask("long", seconds=4.2 * LEASE_S))
    assert result.attempt == 1
    assert len(pool.notes("long", "start")) == 1


async def test_urgent_job_overtakes_what_waits(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    lows = [f"low{number}" for number in range(4)]
    async with asyncio.TaskGroup() as group:
        group.create_task(answer(inference, ask("blocker", seconds=0.8)))
        await pool.noted("blocker", "start")
        for name in lows:
            group.create_task(answer(inference, ask(name, priority=Priority.LOW)))
        group.create_task(answer(inference, ask("middle", priority=Priority.NORMAL)))
        await until(lambda: _depth_is(inference, len(lows) + 2), timeout_s=10)
        group.create_task(answer(inference, ask("high")))
    began = {name: pool.notes(name, "start")[0].at for name in (*lows, "middle", "high")}
    assert sorted(began, key=lambda name: began[name])[:2] == ["high", "middle"]


async def _depth_is(inference: Inference, count: int) -> bool:
    return await inference.bus.depth(JobKind.GENERATE) == count


async def test_leaving_early_ends_a_running_job(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    async with aclosing(inference.generator.generate(ask("left", seconds=50))) as chunks:
        async for chunk in chunks:
            assert not chunk.final
            break
    await pool.noted("left", "cancelled", timeout_s=5)
    # The slot is free again, and the aborted id can be asked for anew.
    assert (await answer(inference, ask("after"))).final
    assert isinstance(await last_reply(inference, "after"), Done)
    assert await put(inference, job("left"))
    assert isinstance(await last_reply(inference, "left"), Done)


async def test_aborting_what_is_unknown_harms_no_later_job(
    pool: Pool, inference: Inference
) -> None:
    await pool.scale(1, inference)
    await inference.bus.abort(JobKind.GENERATE, "later")
    assert (await answer(inference, ask("later"))).text == "end"


async def test_waiting_job_that_is_aborted_never_runs(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    async with asyncio.TaskGroup() as group:
        group.create_task(answer(inference, ask("front", seconds=0.8)))
        await pool.noted("front", "start")
        assert await put(inference, job("behind"))
        await inference.bus.abort(JobKind.GENERATE, "behind")
    assert (await answer(inference, ask("next"))).final
    assert pool.notes("behind", "start") == []


async def test_delayed_job_waits(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    queued_at = time.time()
    assert await put(inference, job("delayed"), delay_s=1.0)
    assert isinstance(await last_reply(inference, "delayed"), Done)
    assert pool.notes("delayed", "start")[0].at - queued_at >= 1.0


async def test_one_id_runs_once(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    assert await put(inference, job("twice", seconds=0.3))
    assert not await put(inference, job("twice"))
    first, second = await asyncio.gather(
        answer(inference, ask("twice")), answer(inference, ask("twice"))
    )
    assert first.text == second.text != "end"
    # Finished long ago, and even for a process that was not there: nothing runs again.
    async with client_of(pool, REPLICA) as restarted:
        assert (await answer(restarted, ask("twice"))).text == first.text
    assert len(pool.notes("twice", "start")) == 1


async def test_result_of_a_dead_replica_is_adopted(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    assert await put(inference, job("orphaned-reply", reply_to="dead"))
    await pool.noted("orphaned-reply", "end")
    await inference.replies.adopt("dead")
    assert isinstance(await last_reply(inference, "orphaned-reply"), Done)
    # What comes later is heard as well.
    assert await put(inference, job("orphaned-later", seconds=0.2, reply_to="dead"))
    assert isinstance(await last_reply(inference, "orphaned-later"), Done)


async def test_expired_job_never_reaches_the_model(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    async with asyncio.TaskGroup() as group:
        group.create_task(answer(inference, ask("busy", seconds=1.2)))
        await pool.noted("busy", "start")
        with pytest.raises(DeadlineError):
            await answer(inference, ask("late", deadline_s=0.4))
    assert (await answer(inference, ask("marker"))).final
    assert pool.notes("late", "start") == []


async def test_running_job_ends_at_its_deadline(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    with pytest.raises(DeadlineError):
        await answer(inference, ask("slow", seconds=50, deadline_s=0.6))
    await pool.noted("slow", "cancelled", timeout_s=5)


async def test_attempts_are_bounded(pool: Pool, inference: Inference) -> None:
    await pool.scale(3, inference)
    assert await put(inference, job("poison", what="die", max_attempts=2))
    reply = await last_reply(inference, "poison")
    assert isinstance(reply, Failed)
    assert reply.failure.code is FailureCode.ATTEMPTS
    assert len(pool.notes("poison", "start")) == 2


async def test_failures_say_what_they_are(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    with pytest.raises(ModelError, match="asked to"):
        await answer(inference, ask("failing", what="fail"))
    with pytest.raises(ModelError, match="RuntimeError"):
        await answer(inference, ask("breaking", what="break"))
    assert await put(inference, job("foreign", v=99))
    reply = await last_reply(inference, "foreign")
    assert isinstance(reply, Failed)
    assert reply.failure.code is FailureCode.VERSION


async def test_stopped_worker_hands_its_job_on(pool: Pool, inference: Inference) -> None:
    await pool.scale(2, inference)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(answer(inference, ask("handed", seconds=6.0)))
        first = await pool.noted("handed", "start")
        os.kill(first.pid, signal.SIGTERM)
    assert waiting.result().attempt == 2
    assert len(pool.notes("handed", "cancelled")) == 1


async def test_jobs_in_line_outlive_all_workers(pool: Pool, inference: Inference) -> None:
    await pool.scale(2, inference)
    names = [f"outlives{number}" for number in range(6)]
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(answer(inference, ask(name, seconds=0.4))) for name in names]
        await pool.noted(names[0], "start")
        for worker in list(pool.workers):
            pool.kill(worker.pid)
            worker.wait()
        await inference.presence.expect([JobKind.GENERATE])
        await pool.scale(1, inference)
    assert all(task.result().final for task in waiting)
    assert [len(pool.notes(name, "end")) for name in names] == [1] * len(names)


async def test_worker_that_joins_takes_what_waits(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    async with asyncio.TaskGroup() as group:
        lasting = group.create_task(answer(inference, ask("alone", seconds=30)))
        first = await pool.noted("alone", "start")
        group.create_task(answer(inference, ask("joined")))
        await until(lambda: _depth_is(inference, 2), timeout_s=10)
        await pool.scale(2, inference)
        assert (await pool.noted("joined", "start", timeout_s=20)).pid != first.pid
        assert not pool.notes("alone", "end")
        lasting.cancel()


async def test_person_who_leaves_the_line_leaves_nothing(pool: Pool, inference: Inference) -> None:
    await pool.scale(1, inference)
    async with asyncio.TaskGroup() as group:
        group.create_task(answer(inference, ask("ahead", seconds=1.5)))
        await pool.noted("ahead", "start")
        leaving = group.create_task(answer(inference, ask("leaves")))
        await until(lambda: _depth_is(inference, 2), timeout_s=10)
        leaving.cancel()
        await until(lambda: _depth_is(inference, 1), timeout_s=1)
    assert pool.notes("leaves", "start") == []


async def test_wait_is_told_while_it_lasts_and_noted_after(
    pool: Pool, inference: Inference
) -> None:
    await pool.scale(1, inference)
    told = _Told()
    async with asyncio.TaskGroup() as group:
        group.create_task(answer(inference, ask("in-front", seconds=3.0)))
        await pool.noted("in-front", "start")
        async with aclosing(inference.generator.generate(ask("told"), told)) as chunks:
            async for _ in chunks:
                pass
    assert told.estimates
    assert told.has_begun
    done = await last_reply(inference, "told")
    assert isinstance(done, Done)
    assert done.waited_s >= 1.0


class _Told:
    """Remembers what a person would have been told."""

    def __init__(self) -> None:
        self.estimates: list[WaitEstimate] = []
        self.has_begun = False

    async def waiting(self, estimate: WaitEstimate) -> None:
        assert not self.has_begun
        self.estimates.append(estimate)

    async def begun(self) -> None:
        self.has_begun = True


async def test_without_workers_callers_hear_it_soon(redis_server_url: str, data_dir: Path) -> None:
    pool = Pool(f"{redis_server_url}?db=10", data_dir, lease_s=LEASE_S)
    async with client_of(pool, REPLICA) as inference:
        with pytest.raises(UnavailableError, match="samovar worker") as failure:
            await answer(inference, ask("nobody", deadline_s=300))
        assert failure.value.dependency == "workers"
        # Somebody is starting: now it is worth waiting.
        await inference.presence.expect([JobKind.GENERATE])
        with pytest.raises(DeadlineError):
            await answer(inference, ask("somebody", deadline_s=0.3))
        # Nobody waits for it any more, and nothing of it is left.
        assert await inference.bus.depth(JobKind.GENERATE) == 0


async def test_restart_of_redis_loses_nothing(data_dir: Path) -> None:
    directory = data_dir / "redis"
    async with local_server(directory) as url:
        pool = Pool(url, data_dir, lease_s=LEASE_S)
        try:
            async with client_of(pool, REPLICA) as inference:
                await pool.scale(1, inference)
                await _restart_under_load(pool, inference, directory, url)
        finally:
            pool.close()


async def _restart_under_load(pool: Pool, inference: Inference, directory: Path, url: str) -> None:
    names = [f"kept{number}" for number in range(6)]
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(answer(inference, ask(name, seconds=0.6))) for name in names]
        await pool.noted(names[0], "start")
        async with Redis.from_url(url) as client:
            pid = int((await client.info("server"))["process_id"])
        os.kill(pid, signal.SIGTERM)
        await until(lambda: not _runs(pid), timeout_s=20)
        async with local_server(directory) as again:
            assert again == url
            await asyncio.wait(waiting, timeout=60)
    assert all(task.result().final for task in waiting)
    assert [len(pool.notes(name, "end")) for name in names] == [1] * len(names)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
