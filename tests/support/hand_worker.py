"""A worker's side of the line, moved by hand: takes and ends jobs when a test says so."""

from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from services.adapters.queue.engine import GROUP, EngineFunctions, job_of
from services.adapters.queue.line import Consumer, Line, read_begun
from services.inference.kinds import JobKind
from services.inference.models import Priority
from services.inference.protocol import decode_job


@dataclass(frozen=True)
class Taken:
    """A job that a worker holds."""

    job_id: str
    priority: str
    message_id: str


class HandWorker:
    """Calls the same functions as ``StreaqSource``."""

    def __init__(self, client: Redis, kind: JobKind, *, slots: int, name: str = "hand") -> None:
        self._client = client
        self._functions = EngineFunctions(client)
        self._line = Line(kind)
        self._consumer = Consumer(line=self._line, name=name, slots=slots)

    async def come(self) -> list[str]:
        """Say that it lives; gives what is to be aborted."""
        for priority in Priority:
            stream = self._line.queue.stream(priority)
            if not await self._client.exists(stream):
                await self._client.xgroup_create(stream, GROUP, id="0", mkstream=True)
        aborted = await self._functions.call(self._consumer.beat(takes=True))
        return [job_id.decode() for job_id in aborted]

    async def leave(self) -> None:
        """Say that it takes nothing more."""
        await self._functions.call(self._consumer.beat(takes=False))

    async def fetch(self) -> Taken | None:
        """Fetch the most urgent job that was let in, as the engine does."""
        for priority in Priority:
            found = await self._client.xreadgroup(
                GROUP, self._consumer.name, {self._line.queue.stream(priority): ">"}, count=1
            )
            records = cast("list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]", found)
            for _, messages in records:
                message_id, fields = messages[0]
                return Taken(fields[b"task_id"].decode(), priority, message_id.decode())
        return None

    async def put_back(self, taken: Taken) -> None:
        """Put back a job that it fetched and has no slot for."""
        job = (taken.message_id, taken.job_id)
        await self._functions.call(self._consumer.give_back(taken.priority, [job]))

    async def begin(self, taken: Taken) -> str:
        """Begin a job; gives what may be done with it: run, aborted, gone or lost."""
        answer = await self._functions.call(
            self._consumer.begin(taken.priority, taken.message_id, taken.job_id)
        )
        return read_begun(answer).state

    async def take(self) -> Taken | None:
        """Fetch and begin the next job that may run."""
        while (taken := await self.fetch()) is not None:
            if await self.begin(taken) == "run":
                return taken
        return None

    async def take_all(self) -> list[Taken]:
        """Take until nothing more was let in."""
        taken = []
        while (job := await self.take()) is not None:
            taken.append(job)
        return taken

    async def finish(self, taken: Taken) -> None:
        """End a job."""
        await self._functions.call(
            self._consumer.finish(taken.priority, taken.message_id, taken.job_id)
        )

    async def words_of(self, job_id: str) -> str | None:
        """Read what the server keeps of a job's payload."""
        record = await self._client.get(self._line.queue.task(job_id))
        return None if record is None else str(decode_job(job_of(cast("bytes", record))).payload)
