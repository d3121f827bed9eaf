"""The workers of the kills benchmark and a client that counts what it is shown."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import anyio
import msgspec

from benchmarks._kills_worker import BACKEND
from bot.building.inference import Inference
from bot.clock import SystemClock
from bot.settings import Settings
from services.adapters.queue.keys import ReplyStreamKey
from services.adapters.queue.replies import reply_client
from services.errors import ServiceError, UnavailableError
from services.inference.bus import Admission, Admitted, JobBus, Place, Presence
from services.inference.calls import PoolCalls
from services.inference.kinds import GeneratePayload, GenerateResult, JobKind
from services.inference.models import CallOptions, PromptMessage
from services.inference.protocol import Chunk, Done, Failed, Job, decode_reply
from services.inference.waits import NaiveWaits, NoJournal

REPLICA: Final = "bench"
START_S: Final = 60.0
# So many kills would use up the usual three attempts of an unlucky job, which is then given up on
# purpose; here that would hide a lost one.
MAX_ATTEMPTS: Final = 50
_DEADLINE_S: Final = 120.0
_POLL_S: Final = 0.01

_Records = list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]


def settings_of(home: Path, redis_url: str, *, lease_s: float, slots: int) -> Settings:
    """Write the settings of bot and workers."""
    return Settings.model_validate(
        {"data": home, "redis_url": redis_url, "generate_backend": f"{BACKEND}:it",
         "slots": f"generate={slots}", "worker_lease_s": lease_s, "log_level": "ERROR"}
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the workers' journal."""

    event: str
    name: str
    pid: int
    at: float


class Workers:
    """Worker processes; a killed one is followed by another at once."""

    def __init__(self, nest: asyncio.subprocess.Process, journal: Path) -> None:
        self._nest = nest
        self._journal = journal
        self.pids: set[int] = set()

    async def add(self) -> None:
        """Make one."""
        if self._nest.stdin is None or self._nest.stdout is None:
            raise UnavailableError("the workers have no way in", dependency="workers")
        self._nest.stdin.write(b"\n")
        self.pids.add(int(await asyncio.wait_for(self._nest.stdout.readline(), START_S)))

    async def replace(self, pid: int) -> float:
        """SIGKILL one and make another; tell when the signal was sent, since the epoch."""
        killed_at = time.time()
        os.kill(pid, signal.SIGKILL)
        self.pids.discard(pid)
        await self.add()
        return killed_at

    async def ready(self, inference: Inference) -> list[int]:
        """List those that take jobs; wait for the first."""
        ends_at = time.monotonic() + START_S
        while not (found := await self._registered(inference)):
            if time.monotonic() > ends_at:
                raise UnavailableError("no worker starts", dependency="workers")
            await asyncio.sleep(_POLL_S)
        return found

    async def all_ready(self, inference: Inference) -> None:
        """Wait until all take jobs."""
        while len(await self.ready(inference)) < len(self.pids):  # noqa: ASYNC110 - in Redis
            await asyncio.sleep(_POLL_S)

    async def _registered(self, inference: Inference) -> list[int]:
        return [info.pid for info in await inference.presence.workers() if info.pid in self.pids]

    def notes(self, event: str) -> dict[str, list[Note]]:
        """Read the journal, by job."""
        found: dict[str, list[Note]] = {}
        for line in self._journal.read_text().splitlines():
            kind, name, pid, at = line.split()
            if kind == event:
                found.setdefault(name, []).append(Note(kind, name, int(pid), float(at)))
        return found

    async def started(self, name: str, *, times: int) -> Note:
        """Wait for the given start of a job."""
        async with asyncio.timeout(START_S):
            while len(starts := self.notes("start").get(name, [])) < times:  # noqa: ASYNC110 - a file
                await asyncio.sleep(_POLL_S)
        return starts[times - 1]


@asynccontextmanager
async def open_workers(settings: Settings, journal: Path) -> AsyncIterator[Workers]:
    """Open the place that workers come from; they end with it."""
    await anyio.Path(journal).touch()
    nest = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks._kills_worker", str(journal),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=settings.environment(),
    )  # fmt: skip
    workers = Workers(nest, journal)
    try:
        yield workers
    finally:
        for pid in workers.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        nest.kill()
        await nest.wait()


class _WatchedBus:
    """The queue, which counts how often it took each job."""

    def __init__(self, bus: JobBus) -> None:
        self._bus = bus
        self.taken: Counter[str] = Counter()

    async def enqueue(self, job: Job, *, delay_s: float = 0.0) -> Admitted:
        admitted = await self._bus.enqueue(job, delay_s=delay_s)
        self.taken[job.job_id] += admitted.admission is Admission.ACCEPTED
        return admitted

    async def place(self, kind: JobKind, job_id: str) -> Place | None:
        return await self._bus.place(kind, job_id)

    async def abort(self, kind: JobKind, job_id: str) -> None:
        await self._bus.abort(kind, job_id)

    async def depth(self, kind: JobKind) -> int:
        return await self._bus.depth(kind)

    async def presence(self, kind: JobKind) -> Presence:
        return await self._bus.presence(kind)


@dataclass
class Client:
    """Asks for jobs as the bot does, and counts.

    Attributes:
        asked: All jobs.
        shown: Whole results that the caller was shown, by job.
        refused: Why there was none.
        published: Last records that workers published, by job.
        attempts: Results by the attempt that they came from.
        stale: Pieces of text that came from an attempt before the one that was shown already.
    """

    inference: Inference
    asked: set[str] = field(default_factory=set)
    shown: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    published: Counter[str] = field(default_factory=Counter)
    attempts: Counter[int] = field(default_factory=Counter)
    stale: int = 0

    def __post_init__(self) -> None:
        self.bus = _WatchedBus(self.inference.bus)
        self._calls = PoolCalls(
            self.bus, self.inference.replies, SystemClock(), replica_id=REPLICA,
            waits=NaiveWaits(), journal=NoJournal(),
        )  # fmt: skip

    async def ask(self, name: str, seconds: float) -> None:
        """Have a job done and count what is shown of it."""
        words = (PromptMessage(role="user", content=f"{name} {seconds:.3f}"),)
        payload = GeneratePayload(
            messages=words, evidence=(), language="en", max_sentences=1, max_tokens=9
        )
        options = CallOptions(deadline_s=_DEADLINE_S, patient=True)
        job = msgspec.structs.replace(
            self._calls.job(payload, options, job_id=name), max_attempts=MAX_ATTEMPTS
        )
        self.asked.add(name)
        newest = 0
        try:
            async with aclosing(self._calls.replies(job)) as replies:
                async for reply in replies:
                    if isinstance(reply, Chunk | Done):
                        self.stale += reply.attempt < newest
                        newest = max(newest, reply.attempt)
                    if isinstance(reply, Done):
                        self.attempts[reply.attempt] += 1
                        self.shown[name] += _is_whole(reply, name)
        except ServiceError as error:
            self.refused[name] = str(error)

    async def read_published(self, redis_url: str) -> None:
        """Count every result in the reply stream, shown or not, until cancelled."""
        stream, position = str(ReplyStreamKey(REPLICA)), b"0-0"
        async with reply_client(redis_url) as client:
            while True:
                answer = await client.xread({stream: position}, count=500, block=1000)
                for _, records in cast("_Records", answer or []):
                    position = records[-1][0]
                    for _, fields in records:
                        self._count(fields.get(b"r"))

    def _count(self, raw: bytes | None) -> None:
        reply = None if raw is None else decode_reply(raw)
        if isinstance(reply, Done | Failed):
            self.published[reply.job_id] += 1


def _is_whole(reply: Done, name: str) -> bool:
    words = reply.result.text.split() if isinstance(reply.result, GenerateResult) else []
    return bool(words) and words[-1] == "end" and set(words[:-1]) <= {name}
