"""A reverse proxy for tests: each request goes to the next backend that answers."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web


class RoundRobin:
    """What the tests set and see.

    Attributes:
        url: Address of the proxy.
        backends: Addresses of those behind it; may be changed at any time.
        served: Requests that each of them answered.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.url = ""
        self.backends: list[str] = []
        self.served: Counter[str] = Counter()
        self._session = session
        self._next = 0

    async def pass_on(self, request: web.Request) -> web.Response:
        """Hand a request on; 502 when nobody behind it lives."""
        body = await request.read()
        for _ in self.backends:
            backend = self.backends[self._next % len(self.backends)]
            self._next += 1
            try:
                async with self._session.request(
                    request.method, f"{backend}{request.path_qs}", data=body,
                    headers=request.headers,
                ) as answer:  # fmt: skip
                    self.served[backend] += 1
                    return web.Response(status=answer.status, body=await answer.read())
            except aiohttp.ClientError:
                # A dead one. Telegram's updates carry ids, so that one which it took and did not
                # answer for does no harm at another.
                continue
        return web.Response(status=502)


@asynccontextmanager
async def round_robin() -> AsyncIterator[RoundRobin]:
    """Run a proxy without backends in the test's own loop."""
    async with aiohttp.ClientSession() as session:
        proxy = RoundRobin(session)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", proxy.pass_on)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield proxy
        finally:
            await runner.cleanup()
