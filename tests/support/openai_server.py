"""A server with OpenAI's routes for tests of the backends: it answers what the test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from services.inference.kinds import (
    Blob,
    Payload,
    kind_of,
)
from services.inference.models import Priority
from services.workers.backends import AnyBackend
from services.workers.registry import default_registry
from tests.fakes.running import FakeJob
from tests.support.opening import opening

Answer = Callable[["Asked"], Awaitable[web.StreamResponse] | web.StreamResponse]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    path: str
    body: dict[str, Any]
    request: web.Request
    file: bytes = b""
    file_name: str = ""


@dataclass
class OpenAIServer:
    """What the tests steer and see.

    Attributes:
        answer: Gives the answer to a request.
        asked: What came, in order.
        at_once: The most requests that it had at one time.
        hung_up: Set when a client left before its answer.
        base: Address with ``/v1``.
    """

    answer: Answer
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    base: str = ""
    _now: int = 0

    def says(self, body: object) -> None:
        """Answer everything with this JSON."""
        self.answer = lambda _asked: web.json_response(body)

    def refuses(self, status: int) -> None:
        """Answer everything with an error that quotes the request, as some servers do."""
        self.answer = lambda asked: web.json_response(
            {"error": {"message": str(asked.body)}}, status=status
        )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = await _read(request)
        self.asked.append(asked)
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        try:
            answer = self.answer(asked)
            return answer if isinstance(answer, web.StreamResponse) else await answer
        except (ConnectionError, asyncio.CancelledError):
            self.hung_up.set()
            raise
        finally:
            self._now -= 1


async def _read(request: web.Request) -> Asked:
    path = request.path.removeprefix("/v1/")
    if request.content_type == "application/json":
        return Asked(path, await request.json(), request)
    form = await request.post()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    file = form["file"]
    assert isinstance(file, web.FileField)
    with file.file as content:
        return Asked(path, fields, request, content.read(), file.filename)


@asynccontextmanager
async def openai_server(answer: Answer | None = None) -> AsyncIterator[OpenAIServer]:
    """Run the server in the test's own loop."""
    server = OpenAIServer(answer or (lambda _asked: web.json_response({})))
    app = web.Application(client_max_size=2**26)
    app.router.add_post("/v1/{path:.*}", server.handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.base = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
PICTURE = Blob(key="picture", media_type="image/png", size=len(PNG))
SOUND = Blob(key="sound", media_type="audio/ogg", size=4)


@dataclass
class Bench:
    """A server and the backends that ask it."""

    server: OpenAIServer
    opened: list[AnyBackend]

    async def does(
        self,
        payload: Payload,
        *,
        model: str = "m",
        key: str | None = None,
        silence_s: float = 30.0,
        job: FakeJob | None = None,
    ) -> Any:  # noqa: ANN401 - the result is that of the payload's kind
        backend = await default_registry().open(
            kind_of(payload),
            f"openai:{model}@{self.server.base}",
            opening(api_key=key, silence_s=silence_s),
        )
        self.opened.append(backend)
        return await backend.run(payload, job or job_with_files())


def job_with_files(*, priority: Priority = Priority.HIGH) -> FakeJob:
    """Make a job whose picture and sound are in the store."""
    job = FakeJob(priority=priority)
    job.blobs.kept.update({"picture": PNG, "sound": b"OggS"})
    return job


@asynccontextmanager
async def openai_bench() -> AsyncIterator[Bench]:
    """Run a server and close the backends that were opened on it."""
    async with openai_server() as server:
        bench = Bench(server, [])
        yield bench
        for backend in bench.opened:
            await backend.close()


def completion(text: str | None, finish: str = "stop") -> dict[str, object]:
    """Write what a chat model answers."""
    return {"choices": [{"message": {"content": text}, "finish_reason": finish}]}
