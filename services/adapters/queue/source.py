import asyncio
import time
from collections.abc import Mapping
from typing import Final

import anyio
import structlog
from anyio import CancelScope, CapacityLimiter
from anyio.streams.memory import MemoryObjectSendStream
from coredis.exceptions import ConnectionError as RedisConnectionError
from coredis.exceptions import RedisError
from streaq.constants import REDIS_GROUP
from streaq.types import StreamMessage

from services.adapters.queue.engine import FUNCTION, JobQueue
from services.inference.bus import Delivery, JobHandler
from services.inference.protocol import JobKind

log = structlog.get_logger(__name__)

_RECONNECT_S: Final = 1.0
# The engine renews at 0.9 of the lease, too close for a busy machine.
_RENEWALS_PER_LEASE: Final = 3
_OUTAGES: Final = (RedisConnectionError, OSError)


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
                await queue.run_async()
            except* (RedisError, OSError) as errors:
                log.warning("queue_lost", kind=kind, error=type(errors.exceptions[0]).__name__)
                await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_RECONNECT_S):
                await self._stopped.wait()
        except TimeoutError:
            return


class _ConsumedQueue(JobQueue):
    """A queue with the engine's worker loop, made to fit several of them into one process."""

    def __init__(
        self, kind: JobKind, redis_url: str, *, lease_s: float, slots: int,
        handler: JobHandler, stopped: asyncio.Event, grace_s: float,
    ) -> None:  # fmt: skip
        super().__init__(kind, redis_url, lease_s=lease_s, slots=slots)
        self._handler = handler
        self._stopped = stopped
        self._grace_s = grace_s
        # Our own records bound the attempts; results travel over the reply stream.
        job = self.task(name=FUNCTION, max_tries=None, silent=True, ttl=0)
        self._job = job(self._run)

    async def _run(self, raw: bytes) -> None:
        context = self._job.context
        delivery = Delivery(raw=raw, attempt=context.tries)
        try:
            await self._handler.run(delivery)
        except asyncio.CancelledError:
            if context.task_id not in self._cancel_scopes:
                with CancelScope(shield=True):
                    await self._handler.aborted(delivery)
            raise

    async def signal_handler(self, scope: CancelScope) -> None:
        """Wait for ``stop``; signals are the process's affair, and it runs several queues."""
        await self._stopped.wait()
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
        async with self.redis.pipeline(transaction=False) as pipe:
            # Failures that the engine itself notes, such as expired jobs.
            pipe.zremrangebyscore(self._results_set, 0, round(time.time() * 1000))
            for priority, messages in self._running_tasks.items():
                if messages:
                    stream = self.stream_key + priority
                    pipe.xclaim(stream, REDIS_GROUP, self.id, 0, tuple(messages), justid=True)

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
                    await super().producer(queue.clone(), limiter, scope)
                except _OUTAGES as error:
                    log.warning("queue_lost", error=type(error).__name__)
                    await anyio.sleep(_RECONNECT_S)

    async def schedule_delayed_tasks(self) -> None:
        """Release delayed jobs and see to aborted ones; an outage is waited out."""
        while True:
            try:
                await super().schedule_delayed_tasks()
            except _OUTAGES:
                await anyio.sleep(_RECONNECT_S)
