"""What both ends of the queue have to agree on: streaq's layout of keys and its functions.

The bot's side calls the functions by redis-py: it starts faster than with streaq's own client, and
that client's connections belong to the task that opened them. The contract suite of ``JobBus``
holds both sides together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from services.adapters.queue.together import Command, Together
from services.errors import UnavailableError
from services.inference.kinds import JobKind
from services.inference.models import Priority

# streaq's ``REDIS_GROUP``.
GROUP: Final = "workers"
_OUR_FUNCTIONS: Final = ("line.lua", "admission.lua", "work.lua", "look.lua")
# Every task of ours names this function; our workers do not look at it.
_FUNCTION: Final = "job"


@dataclass(frozen=True, slots=True)
class QueueKeys:
    """The keys of the queue of a kind, ``streaq:samovar-<kind>:...``."""

    kind: JobKind

    @property
    def queue_name(self) -> str:
        """The engine's name of the queue."""
        return f"samovar-{self.kind}"

    @property
    def prefix(self) -> str:
        """What all its keys begin with."""
        return f"streaq:{self.queue_name}"

    def stream(self, priority: str) -> str:
        """Stream of the tasks that may run."""
        return f"{self.prefix}:queues:{priority}"

    def task(self, task_id: str) -> str:
        """Record of a task."""
        return f"{self.prefix}:task:data:{task_id}"

    def attempts(self, task_id: str) -> str:
        """How often a task was begun."""
        return f"{self.prefix}:task:retry:{task_id}"

    @property
    def aborted(self) -> str:
        """Set of the tasks that are to end."""
        return f"{self.prefix}:aborted"


class _Task(msgspec.Struct, frozen=True):
    """The engine's record of a task, as far as our tasks use it."""

    f: str
    t: int
    a: tuple[msgspec.Raw, ...]
    k: dict[str, str] = {}


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(_Task)


def record_of(job: bytes, *, now_ms: int) -> str:
    """Wrap a job into the engine's record."""
    return _encoder.encode(_Task(f=_FUNCTION, t=now_ms, a=(msgspec.Raw(job),))).decode()


def job_of(record: bytes) -> bytes:
    """Take the job out of the engine's record.

    Raises:
        ValueError: It is no record of ours.
    """
    return bytes(_decoder.decode(record).a[0])


@cache
def _libraries() -> tuple[str, str]:
    """Read the functions, once: a new release may replace or move their files while we run.

    Raises:
        UnavailableError: The engine is not installed.
    """
    engine = find_spec("streaq")
    if engine is None or engine.origin is None:
        raise UnavailableError("streaq is not installed", dependency="workers")
    own = [Path(__file__).with_name(name).read_text() for name in _OUR_FUNCTIONS]
    return (Path(engine.origin).parent / "lua" / "streaq.lua").read_text(), "\n".join(own)


class EngineFunctions:
    """Calls the functions that the engine and we keep on the server."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._together = Together(client)
        self._libraries = _libraries()

    async def load(self) -> None:
        """Give the server our release of them."""
        for library in self._libraries:
            await self._client.function_load(library, replace=True)

    async def call(self, command: Command) -> Any:  # noqa: ANN401 - what Lua answers
        """Run an ``FCALL``; a server that was replaced gets the functions first."""
        try:
            return (await self._together.execute(command))[0]
        except ResponseError as error:
            if "unction not found" not in str(error):
                raise
            await self.load()
            return (await self._together.execute(command))[0]


@contextmanager
def outages() -> Iterator[None]:
    """Turn what goes wrong with Redis into ``UnavailableError``."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise UnavailableError(
            f"the job queue does not answer ({type(error).__name__})", dependency="redis"
        ) from error


def priorities() -> list[str]:
    """List the priorities as streaq wants them, lowest first; it keeps and turns the list."""
    return [priority.value for priority in reversed(Priority)]
