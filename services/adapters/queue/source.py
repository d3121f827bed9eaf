import asyncio
import contextlib
import socket
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, cast

import anyio
import streaq
import structlog
from anyio import CancelScope, CapacityLimiter
from anyio.streams.memory import MemoryObjectSendStream
from coredis.exceptions import ConnectionError as CoredisConnectionError
from coredis.exceptions import RedisError as CoredisError
from coredis.response.types import StreamEntry
from coredis.retry import ConstantRetryPolicy
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from streaq.types import Entries, StreamMessage

from services.adapters.queue.engine import GROUP, EngineFunctions, QueueKeys, job_of, priorities
from services.adapters.queue.keys import HandedBackKey
from services.adapters.queue.line import Consumer, Line, read_begun
from services.adapters.queue.replies import reply_client
from services.errors import UnavailableError
from services.inference.bus import Delivery, JobHandler
from services.inference.kinds import JobKind

log = structlog.get_logger(__name__)

_RECONNECT_S: Final = 1.0
# The engine renews at 0.9 of the lease, too close for a busy machine.
_RENEWALS_PER_LEASE: Final = 3
# How often jobs of silent workers are looked for; they wait a lease and a quarter at most.
_LOOKS_PER_LEASE: Final = 4
# How soon a worker hears that a job is to be aborted.
_BEAT_S: Final = 0.5
_LEAVE_S: Final = 1.0
_HANDED_BACK_KEPT_S: Final = 3600
_CONNECT_TIMEOUT_S: Final = 5.0
_RETRY: Final = ConstantRetryPolicy((CoredisConnectionError,), retries=2, delay=0.05)
_GIVEN_UP: Final = {
    socket.TCP_USER_TIMEOUT: 10_000, socket.TCP_KEEPIDLE: 10, socket.TCP_KEEPINTVL: 5,
}  # fmt: skip
_Found = dict[str, tuple[StreamEntry, ...]]
_Records = list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]
_OUTAGES: Final = (CoredisConnectionError, RedisConnectionError, RedisTimeoutError, OSError)


class StreaqSource:
    """``JobSource`` over streaq, one consumer for each kind."""

    def __init__(self, redis_url: str, *, lease_s: float, grace_s: float = 0.0) -> None:
        """Describe the source.

        Args:
            redis_url: Where the queues are.
            lease_s: Seconds after which the jobs of a silent worker run elsewhere.
            grace_s: Seconds that running jobs may take to end after ``stop``.
        """
        self._redis_url = redis_url
        self._lease_s = lease_s
        self._grace_s = grace_s
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """See ``JobSource.stop``."""
        self._stopped.set()

    async def serve(self, slots: Mapping[JobKind, int], handler: JobHandler) -> None:
        """See ``JobSource.serve``."""
        async with asyncio.TaskGroup() as group:
            for kind, count in slots.items():
                group.create_task(self._serve_kind(kind, count, handler), name=f"serve-{kind}")

    async def _serve_kind(self, kind: JobKind, slots: int, handler: JobHandler) -> None:
        while not self._stopped.is_set():
            queue = _ConsumedQueue(
                kind, self._redis_url, lease_s=self._lease_s, slots=slots,
                handler=handler, stopped=self._stopped, grace_s=self._grace_s,
            )  # fmt: skip
            try:
                await queue.run()
            except* (CoredisError, RedisError, OSError) as errors:
                log.warning("queue_lost", kind=kind, error=type(errors.exceptions[0]).__name__)
                await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_RECONNECT_S):
                await self._stopped.wait()
        except TimeoutError:
            return


class _ConsumedQueue(streaq.Worker[None]):
    """The engine's worker loop, made to fit several queues into one process.

    Its own connections serve the loops that turn now and then; what every job needs goes over
    ``client``, which costs half.
    """

    def __init__(
        self, kind: JobKind, redis_url: str, *, lease_s: float, slots: int,
        handler: JobHandler, stopped: asyncio.Event, grace_s: float,
    ) -> None:  # fmt: skip
        self._keys = QueueKeys(kind)
        super().__init__(
            redis_url=redis_url,
            redis_kwargs=_connecting(redis_url),
            queue_name=self._keys.queue_name,
            priorities=priorities(),
            # The default is pickle. What they would serialize is not used here at all.
            serializer=_refuse,
            deserializer=_refuse,
            idle_timeout=lease_s,
            concurrency=slots,
        )
        # The engine would fetch as many again ahead of time: low jobs that a high one cannot
        # overtake, with leases that nobody renews.
        self.prefetch = slots
        self._client = reply_client(redis_url)
        self._functions = EngineFunctions(self._client)
        self._consumer = Consumer(line=Line(kind), name=self.id, slots=slots)
        self._handler = handler
        self._stopped = stopped
        self._grace_s = grace_s
        self._look_s = lease_s / _LOOKS_PER_LEASE
        self._looked_at = float("-inf")
        self._backlog = True

    async def run(self) -> None:
        """Take and run jobs until it is stopped.

        Raises:
            RedisError: The queue was lost in a way that only a new start mends.
        """
        try:
            await self.run_async()
        finally:
            await self._client.aclose()

    async def run_task(self, msg: StreamMessage) -> None:
        """Run one job; the engine's own way takes twice the commands for things unused here."""
        answer = await self._functions.call(
            self._consumer.begin(msg.priority, msg.message_id, msg.task_id)
        )
        begun = read_begun(answer)
        if begun.state not in {"run", "aborted"}:
            log.info("job_dropped", job_id=msg.task_id, reason=begun.state)
            return
        try:
            delivery = Delivery(
                raw=job_of(begun.record), attempt=begun.attempt, waited_s=begun.waited_ms / 1000,
                handed_back=await self._handed_back(msg.task_id) if begun.attempt > 1 else 0,
            )  # fmt: skip
        except ValueError:
            log.warning("job_dropped", job_id=msg.task_id, reason="unreadable")
            await self._finish(msg)
            return
        if begun.state == "run":
            await self._run(msg, delivery)
        else:
            await self._tell_aborted(delivery)

    async def _run(self, msg: StreamMessage, delivery: Delivery) -> None:
        self._running_tasks[msg.priority].add(msg.message_id)
        scope = CancelScope(shield=True)
        self._cancel_scopes[msg.task_id] = scope
        failed = False
        try:
            with scope:
                await self._handler.run(delivery)
        except UnavailableError:
            # It could not be published; left as it is, the job comes again after its lease.
            log.exception("job_not_finished", job_id=msg.task_id)
            failed = True
        finally:
            # The engine takes the scope of a job that it aborts out of here.
            aborted = self._cancel_scopes.pop(msg.task_id, None) is None
            self._running_tasks[msg.priority].discard(msg.message_id)
        if failed:
            return
        with CancelScope(shield=True):
            if scope.cancelled_caught:
                if not aborted:
                    await self._note_handed_back(msg.task_id)
                    job = (msg.message_id, msg.task_id)
                    await self._functions.call(self._consumer.give_back(msg.priority, [job]))
                    return
                await self._tell_aborted(delivery)
            await self._finish(msg)

    async def _tell_aborted(self, delivery: Delivery) -> None:
        try:
            await self._handler.aborted(delivery)
        except UnavailableError as error:
            # Who aborted it does not wait; whoever does asks again.
            log.warning("abort_not_told", reason=str(error))

    async def _finish(self, msg: StreamMessage) -> None:
        await self._functions.call(self._consumer.finish(msg.priority, msg.message_id, msg.task_id))

    @property
    def _takes(self) -> bool:
        return not self._stopped.is_set()

    async def _handed_back(self, job_id: str) -> int:
        return int(await self._client.get(str(HandedBackKey(job_id))) or 0)

    async def _note_handed_back(self, job_id: str) -> None:
        key = str(HandedBackKey(job_id))
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.incr(key)
            pipe.expire(key, _HANDED_BACK_KEPT_S)
            await pipe.execute()

    async def signal_handler(self, scope: CancelScope) -> None:
        """Wait for ``stop``; signals are the process's affair, and it runs several queues."""
        await self._stopped.wait()
        with anyio.move_on_after(_LEAVE_S), contextlib.suppress(*_OUTAGES):
            # Else jobs would be let in for us for some seconds.
            await self._functions.call(self._consumer.beat(takes=False))
        scope.cancel("stopped")
        deadline = anyio.current_time() + self._grace_s
        for running in self._cancel_scopes.values():
            running.deadline = min(running.deadline, deadline)

    async def renew_idle_timeouts(self, scope: CancelScope) -> None:
        """Renew the leases of running jobs, three times as often as they run out."""
        with scope:
            while True:
                try:
                    await self._renew()
                except _OUTAGES as error:
                    log.warning("lease_not_renewed", error=type(error).__name__)
                await anyio.sleep(self.idle_timeout / 1000 / _RENEWALS_PER_LEASE)

    async def _renew(self) -> None:
        if not any(self._running_tasks.values()):
            return
        async with self.redis.pipeline(transaction=False) as pipe:
            for priority, messages in self._running_tasks.items():
                if messages:
                    stream = self.stream_key + priority
                    pipe.xclaim(stream, GROUP, self.id, 0, tuple(messages), justid=True)

    async def producer(
        self,
        queue: MemoryObjectSendStream[StreamMessage],
        limiter: CapacityLimiter,
        scope: CancelScope,
    ) -> None:
        """Fetch jobs; an outage is waited out, so that running jobs need not end first."""
        with queue:
            while True:
                try:
                    # Those on the server may be of another release.
                    await self._functions.load()
                    await super().producer(queue.clone(), limiter, scope)
                except _OUTAGES as error:
                    log.warning("queue_lost", error=type(error).__name__)
                    await anyio.sleep(_RECONNECT_S)

    async def _read_streams_legacy(self, count: int, block: bool = False) -> Entries:  # noqa: FBT001, FBT002 - the engine's signature
        """Read at most ``count`` jobs, most urgent first.

        The engine's blocking read takes ``count`` of each priority, more than there are slots;
        and it looks for jobs of silent workers before each such read, or once a lease.
        """
        if block:
            kept = await self._keep(await self._wait(count), count)
        elif self._backlog or anyio.current_time() - self._looked_at >= self._look_s:
            self._looked_at = anyio.current_time()
            kept = await super()._read_streams_legacy(count) or {}
        else:
            return None
        self._backlog = sum(len(messages) for messages in kept.values()) >= count
        return kept

    async def _wait(self, count: int) -> _Found:
        streams = cast("dict[bytes | str | memoryview, int | bytes | str | memoryview]",
                       self._streams)  # fmt: skip
        block_ms = max(1, int(self._look_s * 1000))
        found = await self._client.xreadgroup(GROUP, self.id, streams, count=count, block=block_ms)
        return {
            stream.decode(): tuple(_entry(position, fields) for position, fields in records)
            for stream, records in cast("_Records", found or [])
        }

    async def _keep(self, found: _Found, count: int) -> _Found:
        """Keep the most urgent; put the others back for whoever waits for a job."""
        kept: _Found = {}
        for stream in self._streams:
            messages = found.get(stream, ())
            if messages[:count]:
                kept[stream] = messages[:count]
            if surplus := [(str(message.identifier), str(message.field_values["task_id"]))
                           for message in messages[count:]]:  # fmt: skip
                priority = stream.removeprefix(self.stream_key)
                await self._functions.call(self._consumer.give_back(priority, surplus))
            count -= len(messages[:count])
        return kept

    async def schedule_delayed_tasks(self) -> None:
        """Say that we live, which lets jobs in, and end aborted ones; outages are waited out.

        It takes the place of the engine's loop: delayed jobs join our own line when they are due.
        """
        while True:
            try:
                aborted = await self._functions.call(self._consumer.beat(takes=self._takes))
                self.abort_tasks({job_id.decode() for job_id in aborted})
            except _OUTAGES as error:
                log.warning("beat_failed", error=type(error).__name__)
            await anyio.sleep(_BEAT_S)


def _connecting(redis_url: str) -> dict[str, Any]:
    options: dict[str, Any] = {"connect_timeout": _CONNECT_TIMEOUT_S, "retry_policy": _RETRY}
    if not redis_url.startswith("unix:"):
        # The client's requests wait as long as TCP repeats them. After a cut it does so ever more
        # rarely, up to every two minutes: too late for leases, and no job would be taken.
        options |= {"socket_keepalive": True, "socket_keepalive_options": _GIVEN_UP}
    return options


def _entry(position: bytes, fields: dict[bytes, bytes]) -> StreamEntry:
    texts: OrderedDict[str | bytes, str | bytes] = OrderedDict(
        (name.decode(), value.decode()) for name, value in fields.items()
    )
    return StreamEntry(position.decode(), texts)


def _refuse(_value: object) -> str:
    raise TypeError("results travel over the reply stream, jobs as JSON")
