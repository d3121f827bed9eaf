"""A language model server for tests: real HTTP, OpenAI's wire format, an obedient model.

It answers with the first sentences of source 1, word by word, cited as the prompt asks. A test can
hold it in mid-answer, as a model that takes 30 s would be.
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
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.complete)
    # A reader that leaves must be seen as such, not waited for.
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.release()
        await runner.cleanup()
