"""What workers said for a forgotten person leaves the streams; what they said for others stays."""

import time

import pytest
from redis.asyncio import Redis

from services.adapters.queue.blobs import RedisBlobs
from services.adapters.queue.bus import StreaqBus
from services.adapters.queue.keys import ReplyStreamKey
from services.adapters.queue.replies import RedisReplySink, reply_client
from services.adapters.queue.reply_erasure import RedisReplyErasure
from services.adapters.redis.client import connect
from services.errors import NotFoundError
from services.inference.kinds import GenerateResult, JobKind, TranslatePayload
from services.inference.models import Priority
from services.inference.protocol import Chunk, Done, Job
from tests.support.hand_worker import HandWorker

pytestmark = pytest.mark.services


async def _texts(redis: Redis, replica: str) -> str:
    return str(await redis.xrange(str(ReplyStreamKey(replica))))


async def test_only_the_named_jobs_are_erased_from_all_replicas(redis_url: str) -> None:
    async with reply_client(redis_url) as writer, connect(redis_url) as redis:
        sink = RedisReplySink(writer)
        for replica in ("one", "two"):
            # More than a page of the erasure, and a mark of the reader's own.
            for number in range(600):
                await sink.publish(replica, Chunk(job_id=f"kept{number}", attempt=1, text="bread"))
            await writer.xadd(str(ReplyStreamKey(replica)), {b"wake": b""})
            await sink.publish(replica, Chunk(job_id="gone", attempt=1, text="secret"))
            result = GenerateResult(text="secret")
            await sink.publish(replica, Done(job_id="gone", attempt=1, result=result))
        await RedisReplyErasure(redis=redis).erase(["gone", "never-was"])
        for replica in ("one", "two"):
            left = await _texts(redis, replica)
            assert "secret" not in left
            assert left.count("bread") == 600


async def test_jobs_that_wait_or_run_are_ended_and_nothing_of_them_is_kept(redis_url: str) -> None:
    async with reply_client(redis_url) as client, connect(redis_url) as redis:
        bus, worker = StreaqBus(client), HandWorker(client, JobKind.TRANSLATE, slots=1)
        await worker.come()
        for name in ("runs", "waits", "others"):
            await bus.enqueue(_job(name))
        await worker.take()
        mine = await RedisBlobs(client).put("runs", b"her picture", "image/png")
        kept = await RedisBlobs(client).put("others", b"his picture", "image/png")
        await RedisReplyErasure(redis=redis).erase(["runs", "waits"])
        assert await worker.come() == ["runs"]
        assert [await worker.words_of(name) for name in ("runs", "waits")] == [None, None]
        assert await worker.words_of("others") is not None
        assert await bus.depth(JobKind.TRANSLATE) == 2
        assert await RedisBlobs(client).get(kept) == b"his picture"
        with pytest.raises(NotFoundError):
            await RedisBlobs(client).get(mine)


def _job(name: str) -> Job:
    return Job(
        job_id=name, kind=JobKind.TRANSLATE, reply_to="test", priority=Priority.HIGH,
        payload=TranslatePayload(texts=(f"secret of {name}",), source="ru", target="en"),
        deadline_at=time.time() + 60,
    )  # fmt: skip
