"""A language model server for tests: real HTTP, OpenAI's wire format, an obedient model.

It answers with the first sentences of source 1, word by word, cited as the prompt asks. A test can
hold it in mid-answer, as a model that takes 30 s would be, let it hang, or kill it.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

_SOURCE = re.compile(r'<source n="1"[^>]*>\n(.*?)\n</source>', re.DOTALL)
_SENTENCE = re.compile(r"[^.!?\n]{30,}[.!?]")


class ModelServer:
    """What the tests steer and see.

    Attributes:
        base: Address for ``openai:<model>@<base>``.
        asked: The prompts, in order.
        left: How many answers lost their reader before they ended.
    """

    def __init__(self) -> None:
        self.base = ""
        self.asked: list[str] = []
        self.left = 0
        self._open = asyncio.Event()
        self._open.set()
        self._hangs = False
        self._connections: set[asyncio.Transport] = set()
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._changed = asyncio.Condition()

    @property
    def backend(self) -> str:
        """The value of SAMOVAR_GENERATE_BACKEND."""
        return f"openai:obedient@{self.base}/v1"

    def hold(self) -> None:
        """Stop in the middle of each answer, after its first sentence."""
        self._open.clear()

    def release(self) -> None:
        """Let the answers go on."""
        self._open.set()

    def hang(self) -> None:
        """Take prompts and say nothing, from now on."""
        self._hangs = True

    async def die(self) -> None:
        """Go as a killed process does: all connections are reset and nothing listens any more."""
        assert self._site is not None
        await self._site.stop()
        self._site = None
        for transport in self._connections:
            transport.abort()

    async def revive(self) -> None:
        """Be there again, at the same address, and answer."""
        self._hangs = False
        self.release()
        if self._site is None:
            await self._listen(int(self.base.rpartition(":")[2]))

    async def start(self) -> None:
        """Listen at an address of the system's choice."""
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self.complete)
        # A reader that leaves must be seen as such, not waited for.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await self._listen(0)
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Let the answers end, and close."""
        assert self._runner is not None
        self.release()
        await self._runner.cleanup()

    async def _listen(self, port: int) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", port)
        await self._site.start()

    async def until_asked(self, times: int) -> None:
        """Wait until so many prompts came in all."""
        await self._until(lambda: len(self.asked) >= times)

    async def until_left(self, times: int) -> None:
        """Wait until so many readers left in mid-answer."""
        await self._until(lambda: self.left >= times)

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(90), self._changed:
            await self._changed.wait_for(condition)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Answer ``POST /v1/chat/completions`` with a stream of events."""
        body = await request.json()
        assert body["stream"] is True
        prompt = body["messages"][-1]["content"]
        await self._note(prompt)
        transport = request.transport
        assert transport is not None
        self._connections.add(transport)
        try:
            return await self._answer(request, prompt)
        finally:
            self._connections.discard(transport)

    async def _answer(self, request: web.Request, prompt: str) -> web.StreamResponse:
        if self._hangs:
            await asyncio.Event().wait()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        finished = False
        try:
            for number, sentence in enumerate(_sentences(prompt)):
                if number == 1:
                    await self._open.wait()
                for word in re.findall(r"\S+\s*", f"{sentence} "):
                    await response.write(_event(word))
            await response.write(b"data: [DONE]\n\n")
            finished = True
        except ConnectionResetError:
            return response
        finally:
            if not finished:
                self.left += 1
                async with self._changed:
                    self._changed.notify_all()
        return response

    async def _note(self, prompt: str) -> None:
        self.asked.append(prompt)
        async with self._changed:
            self._changed.notify_all()


def _sentences(prompt: str) -> list[str]:
    source = _SOURCE.search(prompt)
    assert source is not None, "the prompt has no source 1"
    found = _SENTENCE.findall(source[1])[:3]
    return [f"{sentence.strip()[:-1]} [1]{sentence.strip()[-1]}" for sentence in found]


def _event(text: str) -> bytes:
    data = json.dumps({"choices": [{"delta": {"content": text}}]})
    return f"data: {data}\n\n".encode()


@asynccontextmanager
async def model_server() -> AsyncIterator[ModelServer]:
    """Run the server in the test's own loop."""
    server = ModelServer()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
