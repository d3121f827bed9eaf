"""The baseline of the queue benchmark: a job queue by hand on two Redis streams."""

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

import uvloop
from redis.asyncio import Redis

JOBS: Final = "bare:jobs"
REPLIES: Final = "bare:replies"
GROUP: Final = "workers"
BLOCK_MS: Final = 2000
BATCH: Final = 64

Records = list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]


class BareQueue:
    """A client that adds jobs and reads the replies in one loop."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._waiting: dict[bytes, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count()

    async def call(self, payload: bytes, *, timeout_s: float) -> bytes:
        """Let the worker answer a payload."""
        number = str(next(self._numbers)).encode()
        reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply
        try:
            await self._client.xadd(JOBS, {b"n": number, b"p": payload})
            async with asyncio.timeout(timeout_s):
                return await reply
        finally:
            del self._waiting[number]

    async def read(self) -> None:
        """Hand replies to those who wait, until cancelled."""
        position = b"$"
        while True:
            answer = await self._client.xread({REPLIES: position}, count=500, block=BLOCK_MS)
            for _, records in cast("Records", answer or []):
                position = records[-1][0]
                for _, fields in records:
                    waiting = self._waiting.get(fields[b"n"])
                    if waiting is not None and not waiting.done():
                        waiting.set_result(fields[b"p"])


def connect(url: str) -> Redis:
    """Make a client that may wait for a blocking read."""
    return Redis.from_url(url, protocol=2, socket_timeout=30.0)


@asynccontextmanager
async def open_bare_queue(url: str) -> AsyncIterator[BareQueue]:
    """Open the client's side and make the group that the worker reads by."""
    async with connect(url) as client, asyncio.TaskGroup() as group:
        await client.xgroup_create(JOBS, GROUP, id="0", mkstream=True)
        await client.xadd(REPLIES, {b"n": b"", b"p": b""})
        queue = BareQueue(client)
        reading = group.create_task(queue.read())
        yield queue
        reading.cancel()


async def work(url: str) -> None:
    """Answer each job with its own payload; one batch is answered in one round trip."""
    async with connect(url) as client:
        while True:
            answer = await client.xreadgroup(GROUP, "1", {JOBS: ">"}, count=BATCH, block=BLOCK_MS)
            for _, records in cast("Records", answer or []):
                async with client.pipeline(transaction=False) as pipe:
                    for position, fields in records:
                        pipe.xadd(REPLIES, fields, maxlen=20_000)  # type: ignore[arg-type]  # bytes are fine
                        pipe.xack(JOBS, GROUP, position)
                        pipe.xdel(JOBS, position)
                    await pipe.execute()


if __name__ == "__main__":
    uvloop.run(work(sys.argv[1]))
