"""What both ends of the streaq engine have to agree on."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import streaq
from coredis.exceptions import ConnectionError as RedisConnectionError
from coredis.exceptions import RedisError, ResponseError
from coredis.retry import ConstantRetryPolicy
from streaq.task import Task
from streaq.types import Streaq

from services.errors import UnavailableError
from services.inference.models import Priority
from services.inference.protocol import JobKind

# The name under which workers register the one function that runs jobs.
FUNCTION: Final = "job"
_CONNECT_TIMEOUT_S: Final = 5.0
_COMMAND_TIMEOUT_S: Final = 5.0
_RETRY: Final = ConstantRetryPolicy((RedisConnectionError,), retries=2, delay=0.05)


def queue_name(kind: JobKind) -> str:
    """Name the queue of a kind."""
    return f"samovar-{kind}"


def priorities() -> list[str]:
    """List the priorities as streaq wants them, lowest first; it keeps and turns the list."""
    return [priority.value for priority in reversed(Priority)]


class _Task(msgspec.Struct, frozen=True):
    """The engine's own record of a task, as far as our tasks use it."""

    f: str
    t: int
    a: tuple[msgspec.Raw, ...]
    k: dict[str, Any] = {}


def _foreign(value: object) -> str:
    # Only exceptions get here, and their texts can quote a person's words.
    return type(value).__name__


_encoder: Final = msgspec.json.Encoder(enc_hook=_foreign)
_decoder: Final = msgspec.json.Decoder(_Task)


def serialize(record: object) -> str:
    """Write a task as JSON; the job inside goes in as the JSON that it is already."""
    return _encoder.encode(record).decode()


def deserialize(raw: str | bytes) -> dict[str, Any]:
    """Read a task, its job left as bytes.

    Raises:
        ValueError: It is no task of ours.
    """
    task = _decoder.decode(raw)
    return {"f": task.f, "t": task.t, "a": [bytes(job) for job in task.a], "k": task.k}


@asynccontextmanager
async def outages() -> AsyncIterator[None]:
    """Turn what goes wrong with Redis, or takes too long, into ``UnavailableError``."""
    try:
        async with asyncio.timeout(_COMMAND_TIMEOUT_S):
            yield
    except (RedisError, OSError, TimeoutError) as error:
        raise UnavailableError(
            f"the job queue does not answer ({type(error).__name__})", dependency="redis"
        ) from error


class JobQueue(streaq.Worker[None]):
    """The queue of one kind; an asynchronous context manager."""

    def __init__(
        self, kind: JobKind, redis_url: str, *, lease_s: float = 60.0, slots: int = 1
    ) -> None:
        """Describe the queue.

        Args:
            kind: What its jobs ask for.
            redis_url: Where it is.
            lease_s: Seconds after which a silent worker's job runs elsewhere.
            slots: Jobs that may run here at once.
        """
        super().__init__(
            redis_url=redis_url,
            redis_kwargs={"connect_timeout": _CONNECT_TIMEOUT_S, "retry_policy": _RETRY},
            queue_name=queue_name(kind),
            priorities=priorities(),
            serializer=serialize,
            deserializer=deserialize,
            idle_timeout=lease_s,
            concurrency=slots,
        )
        # The engine would fetch as many again ahead of time: low jobs that a high one cannot
        # overtake, with leases that nobody renews.
        self.prefetch = slots

    async def put(self, task_id: str, job: bytes, *, priority: Priority, delay_s: float,
                  keep_s: float) -> bool:  # fmt: skip
        """Add a task that is forgotten after ``keep_s``; False when its id is known."""
        task = self.enqueue_unsafe(FUNCTION, msgspec.Raw(job))
        task.id = task_id
        task.priority = priority.value
        task.delay = timedelta(seconds=delay_s) if delay_s > 0 else None
        # In whole milliseconds, where 0 would mean for ever.
        task.parent.expire = timedelta(seconds=max(0.001, keep_s))
        try:
            return await self._publish(task)
        except ResponseError:
            # A server that was replaced has lost the engine's functions.
            await self._load_functions()
            return await self._publish(task)

    async def abort(self, task_id: str) -> None:
        """Mark a task for its worker, if it is known."""
        async with self.redis.pipeline(transaction=True) as pipe:
            known = pipe.exists([self.task_key + task_id])
            pipe.sadd(self._abort_key, [task_id])
        if not await known:
            # Left there it would end a later task of this id.
            await self.redis.srem(self._abort_key, [task_id])

    async def _publish(self, task: Task[..., Any]) -> bool:
        now_ms = round(time.time() * 1000)
        record = await task.serialize(now_ms)
        # The engine's types hide what its function answers: 0 when the id is known.
        answer = cast("Awaitable[object]", self.publish_task(self.redis, task, record, now_ms))
        return await answer != 0

    async def _load_functions(self) -> None:
        code = (Path(streaq.__file__).parent / "lua" / "streaq.lua").read_text()
        self._lib = await Streaq(self.redis, code=code, replace=True)
