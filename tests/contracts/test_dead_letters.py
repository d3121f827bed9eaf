"""Jobs that workers died of: kept for the admin, tried again, and gone with the person's words."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.building.inference import Inference
from bot.clock import SystemClock
from services.adapters.queue.bus import StreaqBus
from services.adapters.queue.dead_letters import KEEP_S, RedisDeadLetters
from services.adapters.queue.keys import DeadJobKey, DeadJobsKey, DoneKey
from services.adapters.queue.replies import RedisReplies, reply_client
from services.adapters.queue.reply_erasure import RedisReplyErasure
from services.adapters.redis.client import connect
from services.answering.generation import generation_job_id
from services.errors import NotFoundError
from services.inference.calls import PoolCalls
from services.inference.kinds import EmbedPayload, GeneratePayload, JobKind
from services.inference.models import CallOptions, EmbedRole, Priority, PromptMessage
from services.inference.protocol import FailureCode, Job, JobFailure, encode
from services.inference.waits import NaiveWaits, NoJournal
from tests.support.pool import ROOT, Pool, client_of, until

pytestmark = pytest.mark.services

FAILURE = JobFailure(code=FailureCode.ATTEMPTS, message="given up", retryable=False)
LEASE_S = 1.0


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    async with reply_client(redis_url) as opened:
        yield opened


@pytest.fixture
def dead(client: Redis) -> RedisDeadLetters:
    return RedisDeadLetters(client, most=5)


def job(
    name: str, what: str = "speak", *, seconds: float = 60.0, runs_s: float = 0.0, attempts: int = 2
) -> Job:
    words = (PromptMessage(role="user", content=f"{name} {runs_s} {what}"),)
    return Job(
        job_id=name, kind=JobKind.GENERATE, priority=Priority.HIGH, reply_to="contract",
        payload=GeneratePayload(
            messages=words, evidence=(), language="en", max_sentences=1, max_tokens=9
        ),
        deadline_at=time.time() + seconds, max_attempts=attempts,
    )  # fmt: skip


def nameless(client: Redis) -> Job:
    """A job as the pool's callers make it when nobody asks for it twice."""
    calls = PoolCalls(
        StreaqBus(client), RedisReplies(client, "contract"), SystemClock(), replica_id="contract",
        waits=NaiveWaits(), journal=NoJournal(),
    )  # fmt: skip
    return calls.job(EmbedPayload(texts=("secret",), role=EmbedRole.QUERY), CallOptions())


async def test_a_letter_tells_everything_but_the_words(dead: RedisDeadLetters) -> None:
    buried = job("a", "secret")
    await dead.bury(buried, 2, FAILURE)
    (letter,) = await dead.letters()
    assert (letter.job_id, letter.kind, letter.attempts) == ("a", JobKind.GENERATE, 2)
    assert (letter.code, letter.priority) == (FailureCode.ATTEMPTS, Priority.HIGH)
    assert letter.size == len(encode(buried))
    assert abs(letter.at.timestamp() - time.time()) < 60
    assert "secret" not in str(letter)
    assert await dead.revive("a") == buried


async def test_the_newest_stay_and_all_go_after_a_week(
    dead: RedisDeadLetters, client: Redis
) -> None:
    for number in range(7):
        await dead.bury(job(str(number)), 1, FAILURE)
    assert [letter.job_id for letter in await dead.letters()] == ["6", "5", "4", "3", "2"]
    assert await dead.count() == 5
    assert await client.exists(str(DeadJobKey("1"))) == 0
    for key in (DeadJobKey("6"), DeadJobsKey()):
        assert 0 < await client.ttl(str(key)) <= KEEP_S
    # One whose hash has expired: the index is passed over, and tidied by the next letter.
    await client.delete(str(DeadJobKey("4")))
    await client.zadd(str(DeadJobsKey()), {"4": time.time() - KEEP_S - 1})
    assert [letter.job_id for letter in await dead.letters()] == ["6", "5", "3", "2"]
    assert await dead.count() == 4
    await dead.bury(job("7"), 1, FAILURE)
    assert await client.zscore(str(DeadJobsKey()), "4") is None


async def test_a_suspicion_goes_when_the_run_ends_and_a_burial_stays(
    dead: RedisDeadLetters,
) -> None:
    await dead.suspect(job("a"), 2)
    assert [letter.attempts for letter in await dead.letters()] == [2]
    await dead.clear("a")
    assert await dead.letters() == []
    await dead.suspect(job("a"), 2)
    await dead.bury(job("a"), 2, FAILURE)
    await dead.clear("a")
    assert [letter.reason for letter in await dead.letters()] == ["given up"]
    assert await dead.drop(["a", "never-was"]) == 1
    with pytest.raises(NotFoundError):
        await dead.revive("a")


async def test_a_forgotten_person_leaves_no_words_in_it(
    redis_url: str, client: Redis, dead: RedisDeadLetters
) -> None:
    theirs, other = generation_job_id("aa"), generation_job_id("bb")
    for one in (job(theirs, "secret"), job(other, "bread"), nameless(client)):
        await dead.bury(one, 2, FAILURE)
    async with connect(redis_url) as redis:
        await RedisReplyErasure(redis=redis).erase([theirs])
        kept = [str(await redis.hgetall(str(key))) async for key in redis.scan_iter("*dead-job:*")]
    assert [letter.job_id for letter in await dead.letters()] == [other]
    assert len(kept) == 1
    assert "bread" in kept[0]
    # Somebody who never asked for text leaves no nameless words behind either.
    await dead.bury(nameless(client), 2, FAILURE)
    async with connect(redis_url) as redis:
        await RedisReplyErasure(redis=redis).erase([])
    assert [letter.job_id for letter in await dead.letters()] == [other]


@pytest.fixture
async def pool(redis_url: str, data_dir: Path) -> AsyncIterator[Pool]:
    workers = Pool(redis_url, data_dir, lease_s=LEASE_S)
    yield workers
    workers.close()


async def dead_command(pool: Pool, *arguments: str) -> tuple[int, str]:
    """Run ``samovar dead`` as an admin does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "dead", *arguments,
        env=pool.settings.environment(PYTHONPATH=str(ROOT)),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    status = process.returncode
    assert status is not None
    return status, output.decode()


async def test_a_poison_job_is_listed_tried_again_and_dropped(pool: Pool, client: Redis) -> None:
    dead = RedisDeadLetters(client)
    async with client_of(pool, "contract") as inference:
        await pool.scale(3, inference)
        await inference.bus.enqueue(job("poison", "die"))
        await until(lambda: _is_buried(dead, "poison"), timeout_s=60)
        status, said = await dead_command(pool, "--json")
        (listed,) = json.loads(said)["jobs"]
        assert (status, listed["id"], listed["attempts"]) == (0, "poison", 2)
        assert (listed["kind"], listed["priority"]) == ("generate", "high")
        assert len(pool.notes("poison", "start")) == 2
        await pool.scale(3, inference)
        # It has fresh attempts, and kills two workers more.
        status, said = await dead_command(pool, "retry", "poison")
        assert (status, "given up after 2 attempts" in said) == (1, True)
        assert len(pool.notes("poison", "start")) == 4
    assert await dead.count() == 1
    assert await dead_command(pool, "drop", "poison") == (0, "dropped 1\n")
    assert await dead_command(pool) == (0, "nothing was given up in the last 7 days\n")


async def test_a_job_that_has_become_harmless_is_done_by_a_retry(pool: Pool, client: Redis) -> None:
    dead = RedisDeadLetters(client)
    for name in ("one", "two"):
        # As if it had failed moments ago, which must not make its repeats look done.
        await client.set(str(DoneKey(name)), b"1")
        await dead.bury(job(name), 2, FAILURE)
    async with client_of(pool, "contract") as inference:
        await pool.scale(1, inference)
        status, said = await dead_command(pool, "retry", "all", "--json")
        results = json.loads(said)["results"]
    assert status == 0
    assert {result["id"]: result["ok"] for result in results} == {"one": True, "two": True}
    assert await dead.count() == 0
    assert await client.exists(*[str(DoneKey(name)) for name in ("one", "two")]) == 2
    assert not [key async for key in client.scan_iter("samovar:reply:dead-*")]


async def test_a_job_that_kills_until_its_deadline_is_kept_too(pool: Pool, client: Redis) -> None:
    dead = RedisDeadLetters(client)
    async with client_of(pool, "contract") as inference:
        await pool.scale(2, inference)
        await inference.bus.enqueue(job("short", "die", seconds=LEASE_S * 2))
        await until(lambda: _is_buried(dead, "short"), timeout_s=60)
    (letter,) = await dead.letters()
    assert (letter.code, letter.attempts) == (FailureCode.ATTEMPTS, 2)


async def test_a_job_that_stopped_workers_gave_back_is_no_poison(pool: Pool, client: Redis) -> None:
    async with client_of(pool, "contract") as inference:
        await pool.scale(2, inference)
        await inference.bus.enqueue(job("handed", runs_s=7.0, attempts=1))
        first = await pool.noted("handed", "start")
        os.kill(first.pid, signal.SIGTERM)
        await pool.noted("handed", "end", timeout_s=60)
        await until(lambda: _is_idle(inference), timeout_s=20)
    assert len(pool.notes("handed", "start")) == 2
    assert await RedisDeadLetters(client).letters() == []


async def test_a_job_that_still_runs_is_not_tried_beside_its_run(pool: Pool, client: Redis) -> None:
    dead = RedisDeadLetters(client)
    async with client_of(pool, "contract") as inference:
        await pool.scale(1, inference)
        running = job("long", runs_s=6.0)
        await inference.bus.enqueue(running)
        await pool.noted("long", "start")
        # As a run is that follows one that was cut off.
        await dead.suspect(running, 2)
        status, said = await dead_command(pool, "retry", "long", "--within", "60")
        assert (status, "still waits or runs" in said) == (1, True)
        await pool.noted("long", "end", timeout_s=60)
        await until(lambda: _is_idle(inference), timeout_s=20)
        assert (await dead.revive("long")).job_id == "long"
    assert len(pool.notes("long", "start")) == 1


async def test_a_letter_of_another_release_hides_no_others_and_can_be_dropped(
    pool: Pool, client: Redis
) -> None:
    dead = RedisDeadLetters(client)
    for name in ("a", "strange", "b"):
        await dead.bury(job(name), 2, FAILURE)
    await client.hset(str(DeadJobKey("strange")), "about", b'{"kind": "sing"}')
    await client.hset(str(DeadJobKey("strange")), "job", b"{}")
    assert [letter.job_id for letter in await dead.letters()] == ["b", "a"]
    status, said = await dead_command(pool, "retry", "strange")
    assert (status, said.startswith("strange: failed:")) == (1, True)
    assert await dead_command(pool, "drop", "all") == (0, "dropped 3\n")


async def test_a_job_given_up_while_its_asker_is_forgotten_leaves_no_words(
    redis_url: str, dead: RedisDeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = generation_job_id("aa")
    erase_waiting = RedisReplyErasure._erase_waiting

    async def and_bury(self: RedisReplyErasure, job_ids: Sequence[str]) -> None:
        await erase_waiting(self, job_ids)
        await dead.bury(job(theirs, "secret"), 1, FAILURE)

    monkeypatch.setattr(RedisReplyErasure, "_erase_waiting", and_bury)
    async with connect(redis_url) as redis:
        await RedisReplyErasure(redis=redis).erase([theirs])
    assert await dead.count() == 0


async def _is_idle(inference: Inference) -> bool:
    return await inference.bus.depth(JobKind.GENERATE) == 0


async def test_retrying_what_is_not_there_is_said() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "dead", "retry",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await process.wait() == 2


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("drop", "nope"), 1, "no job 'nope' was given up; `samovar dead` lists those that were"),
        (("retry", "nope"), 1, "no job 'nope' was given up; `samovar dead` lists those that were"),
        (("retry", "all"), 0, "nothing was given up in the last 7 days"),
        (("list", "x"), 2, "samovar dead retry ID, or drop ID"),
        (("retry", "all", "--within", "nan"), 2, "--within takes a number of seconds"),
    ],
)
async def test_what_cannot_be_done_is_said_with_what_to_do(
    pool: Pool, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    ended, said = await dead_command(pool, *arguments)
    assert (ended, sentence in said) == (status, True), said


async def _is_buried(dead: RedisDeadLetters, name: str) -> bool:
    return name in [letter.job_id for letter in await dead.letters()]
