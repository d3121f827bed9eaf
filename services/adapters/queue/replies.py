"""The way back: one Redis stream per bot replica, written by workers, read by one loop."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.adapters.queue.keys import DoneKey, ReplyStreamKey
from services.adapters.queue.together import Command, Together
from services.adapters.redis.client import open_client
from services.errors import UnavailableError
from services.inference.bus import Inbox
from services.inference.protocol import (
    Done,
    Failed,
    FailureCode,
    Reply,
    WireError,
    decode_reply,
    encode,
)

log = structlog.get_logger(__name__)

_FIELD: Final = b"r"
_STREAM_LENGTH: Final = 20_000
# Results hold people's words: nothing of them stays longer than a restart may need.
_KEEP_S: Final = 600
_DEAD_STREAM_S: Final = 3600
_BLOCK_S: Final = 5.0
_CATCH_UP_S: Final = 10.0
_READ_COUNT: Final = 500
_RETAINED_BYTES: Final = 16 * 2**20
_RECONNECT_S: Final = 0.5
_TRIM_EVERY_S: Final = 60.0
_ADOPTED_SILENCE_S: Final = 900.0


def reply_client(redis_url: str) -> Redis:
    """Make a client whose reads may wait as long as the reader blocks."""
    # Protocol 2: XREAD answers with lists; its dictionaries of protocol 3 nest otherwise.
    return open_client(redis_url, protocol=2, socket_timeout=_BLOCK_S + 10.0)


class RedisReplySink:
    """``ReplySink`` over Redis streams."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._together = Together(client)

    async def publish(self, reply_to: str, reply: Reply) -> None:
        """See ``ReplySink.publish``."""
        stream = str(ReplyStreamKey(reply_to))
        commands: list[Command] = [
            ("XADD", stream, "MAXLEN", "~", _STREAM_LENGTH, "*", _FIELD, encode(reply))
        ]
        if isinstance(reply, Done | Failed):
            commands.append(("EXPIRE", stream, _DEAD_STREAM_S))
        if _settles(reply):
            commands.append(("SET", str(DoneKey(reply.job_id)), b"1", "EX", _KEEP_S))
        try:
            await self._together.execute(*commands)
        except (RedisError, OSError) as error:
            raise UnavailableError("the reply stream is down", dependency="redis") from error

    async def is_done(self, job_id: str) -> bool:
        """See ``ReplySink.is_done``."""
        try:
            return bool(await self._client.exists(str(DoneKey(job_id))))
        except (RedisError, OSError) as error:
            raise UnavailableError("the reply stream is down", dependency="redis") from error


def _settles(reply: Reply) -> bool:
    """Tell whether a repeat would be in vain; a job that was only aborted may come again."""
    if isinstance(reply, Failed):
        return reply.failure.code is not FailureCode.CANCELLED
    return isinstance(reply, Done)


class LatestReply:
    """``Inbox`` of one job: only the newest reply counts, so it holds one."""

    def __init__(self) -> None:
        self._attempt = 0
        self._ended = False
        self._newest: Reply | None = None
        self._arrived = asyncio.Event()

    @property
    def has_news(self) -> bool:
        """See ``Inbox.has_news``."""
        return self._arrived.is_set()

    def offer(self, reply: Reply) -> None:
        """Take a reply, unless a later attempt or the job's end overtook it."""
        if self._ended:
            return
        # A result is a result, but text and failures of a lost attempt are void.
        if reply.attempt < self._attempt and not isinstance(reply, Done):
            return
        self._attempt = max(self._attempt, reply.attempt)
        self._ended = isinstance(reply, Done | Failed)
        self._newest = reply
        self._arrived.set()

    async def next(self, timeout_s: float) -> Reply | None:
        """See ``Inbox.next``."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._arrived.wait()
        except TimeoutError:
            return None
        self._arrived.clear()
        return self._newest


class _Retained:
    """Results that came lately, so that a repeated question for a job finds its answer."""

    def __init__(self) -> None:
        self._results: OrderedDict[str, tuple[Done, int, float]] = OrderedDict()
        self._bytes = 0

    def add(self, result: Done, size: int) -> None:
        self._drop(result.job_id)
        self._results[result.job_id] = (result, size, time.monotonic())
        self._bytes += size
        while self._bytes > _RETAINED_BYTES:
            self._drop(next(iter(self._results)))

    def get(self, job_id: str) -> Done | None:
        entry = self._results.get(job_id)
        return entry[0] if entry else None

    def drop_old(self) -> None:
        limit = time.monotonic() - _KEEP_S
        for job_id in [job for job, (_, _, since) in self._results.items() if since < limit]:
            self._drop(job_id)

    def _drop(self, job_id: str) -> None:
        entry = self._results.pop(job_id, None)
        if entry is not None:
            self._bytes -= entry[1]


class RedisReplies:
    """``Replies`` over Redis streams: this replica's own, and those that it adopted.

    Run ``run`` beside it; it reads from the start of the stream, so what arrived while the
    replica was down is found.
    """

    def __init__(self, client: Redis, replica_id: str) -> None:
        """Prepare the reader.

        Args:
            client: From ``reply_client``.
            replica_id: Stable over restarts.
        """
        self._client = client
        self._own = str(ReplyStreamKey(replica_id)).encode()
        self._positions: dict[bytes, bytes] = {self._own: b"0-0"}
        self._heard_at: dict[bytes, float] = {}
        self._inboxes: dict[str, set[LatestReply]] = {}
        self._retained = _Retained()
        self._caught_up = asyncio.Event()
        self._trimmed_at = time.monotonic()
        self._closed = asyncio.Event()

    async def close(self) -> None:
        """End ``run`` and the client's connections."""
        self._closed.set()
        await self._client.aclose()

    @asynccontextmanager
    async def listen(self, job_id: str) -> AsyncIterator[Inbox]:
        """See ``Replies.listen``; waits until the past of the stream was read."""
        await self._wait_until_caught_up()
        inbox = LatestReply()
        if (result := self._retained.get(job_id)) is not None:
            inbox.offer(result)
        self._inboxes.setdefault(job_id, set()).add(inbox)
        try:
            yield inbox
        finally:
            others = self._inboxes[job_id]
            others.discard(inbox)
            if not others:
                del self._inboxes[job_id]

    async def _wait_until_caught_up(self) -> None:
        try:
            async with asyncio.timeout(_CATCH_UP_S):
                await self._caught_up.wait()
        except TimeoutError as error:
            raise UnavailableError("the reply stream is down", dependency="redis") from error

    async def adopt(self, replica_id: str) -> None:
        """See ``Replies.adopt``."""
        stream = str(ReplyStreamKey(replica_id)).encode()
        if stream in self._positions:
            return
        self._positions[stream] = b"0-0"
        self._heard_at[stream] = time.monotonic()
        try:
            await self._read_past()
            # The loop may wait on the streams it knew; a record that means nothing wakes it.
            await self._client.xadd(self._own, {b"wake": b""}, maxlen=_STREAM_LENGTH)
        except (RedisError, OSError) as error:
            del self._positions[stream]
            raise UnavailableError("the reply stream is down", dependency="redis") from error

    async def run(self) -> None:
        """Read until closed or cancelled; outages are waited out."""
        while not self._closed.is_set():
            try:
                await self._read_past()
                self._caught_up.set()
                while True:
                    await self._read(block_ms=int(_BLOCK_S * 1000))
                    await self._tidy()
            except (RedisError, OSError) as error:
                if self._closed.is_set():
                    return
                log.warning("replies_lost", error=type(error).__name__)
                await asyncio.sleep(_RECONNECT_S)

    async def _read_past(self) -> None:
        while await self._read(block_ms=None):
            pass

    async def _read(self, *, block_ms: int | None) -> bool:
        positions = cast("dict[bytes | str | memoryview, bytes | str | memoryview | int]",
                         dict(self._positions))  # fmt: skip
        answer = await self._client.xread(positions, count=_READ_COUNT, block=block_ms)
        found = cast("list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]", answer or [])
        for stream, records in found:
            self._heard_at[stream] = time.monotonic()
            for position, fields in records:
                self._positions[stream] = position
                if (raw := fields.get(_FIELD)) is not None:
                    self._take(raw)
        return bool(found)

    def _take(self, raw: bytes) -> None:
        try:
            reply = decode_reply(raw)
        except WireError as error:
            log.warning("reply_unreadable", reason=str(error))
            return
        if isinstance(reply, Done):
            self._retained.add(reply, len(raw))
        for inbox in self._inboxes.get(reply.job_id, ()):
            inbox.offer(reply)

    async def _tidy(self) -> None:
        now = time.monotonic()
        if now - self._trimmed_at < _TRIM_EVERY_S:
            return
        self._trimmed_at = now
        self._retained.drop_old()
        for stream in list(self._positions):
            silent = now - self._heard_at.get(stream, now)
            if stream != self._own and silent > _ADOPTED_SILENCE_S:
                del self._positions[stream]
            oldest = int((time.time() - _KEEP_S) * 1000)
            await self._client.xtrim(stream, minid=oldest)
