"""An OpenAI-compatible server that says a little and then thinks for ever."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def slow_model(says: str) -> AsyncIterator[str]:
    """Serve on a free port; gives the base URL for ``openai:slow@<base url>``.

    Args:
        says: The beginning of every answer, to which nothing is ever added.
    """
    released = asyncio.Event()

    async def complete(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        choice = {"index": 0, "delta": {"content": says}, "finish_reason": None}
        chunk = {"id": "1", "object": "chat.completion.chunk", "choices": [choice]}
        await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
        await released.wait()
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0]
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        released.set()
        await runner.cleanup()
