"""What workers said for a forgotten person leaves the streams; what they said for others stays."""

import pytest
from redis.asyncio import Redis

from services.adapters.queue.keys import ReplyStreamKey
from services.adapters.queue.replies import RedisReplySink, reply_client
from services.adapters.queue.reply_erasure import RedisReplyErasure
from services.adapters.redis.client import connect
from services.inference.kinds import GenerateResult
from services.inference.protocol import Chunk, Done

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
