"""What the playground is compared with: an aiohttp handler that only parses the same requests."""

import asyncio
import json
import signal
import sys
from typing import Final

import uvloop
from aiohttp import web

MOST_BYTES: Final = 52 * 2**20
CONSTANT: Final = json.dumps({
    "ok": True,
    "result": {
        "message_id": 1, "date": 1_767_225_600, "text": "x",
        "chat": {"id": 1, "type": "private", "first_name": "Alice"},
        "from": {"id": 2, "is_bot": True, "first_name": "Helper", "username": "helper_bot"},
    },
})  # fmt: skip


async def answer(request: web.Request) -> web.Response:
    """Parse the query, and JSON or a form with its files; answer the same to all."""
    dict(request.query)
    if request.content_type == "application/json":
        await request.json()
    else:
        for part in (await request.post()).values():
            if isinstance(part, web.FileField):
                part.file.read()
    return web.Response(text=CONSTANT, content_type="application/json")


async def serve() -> None:
    """Serve on a free port until SIGTERM; the first line on stdout is ``{"base": ...}``."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    sys.stdout.write(json.dumps({"base": f"http://{host}:{port}", "token": "1:x"}) + "\n")
    sys.stdout.flush()
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve())
