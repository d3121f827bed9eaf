"""A search engine and the sites that it finds: real HTTP, SearXNG's JSON as its documents say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class SmallWeb:
    """What the tests steer and see.

    Attributes:
        base: Address of the search engine, and of its pages.
        asked: The queries, in order.
        pages: HTML by path; a path beginning with ``/closed`` is forbidden to programs.
        visited: Paths of the pages that were asked for, in order.
        status: What the search engine answers with.
        body: Said instead of results.
    """

    def __init__(self) -> None:
        self.base = ""
        self.asked: list[tuple[str, str]] = []
        self.pages: dict[str, str] = {}
        self.visited: list[str] = []
        self.snippets: dict[str, str] = {}
        self.status = 200
        self.body: str | None = None

    async def search(self, request: web.Request) -> web.Response:
        self.asked.append((request.query["q"], request.query["language"]))
        if self.status != 200 or request.query.get("format") != "json":
            return web.Response(status=self.status if self.status != 200 else 403)
        if self.body is not None:
            return web.Response(text=self.body, content_type="application/json")
        results = [
            {
                "url": self.base + path, "title": path.strip("/"), "engine": "small",
                "content": self.snippets.get(path, ""), "publishedDate": "2024-03-05T10:00:00",
            }
            for path in self.pages
        ]  # fmt: skip
        return web.json_response({"query": request.query["q"], "results": results + results[:1]})

    async def page(self, request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /closed\n")
        self.visited.append(request.path)
        if request.path not in self.pages:
            return web.Response(status=404)
        return web.Response(text=self.pages[request.path], content_type="text/html")


@asynccontextmanager
async def small_web() -> AsyncIterator[SmallWeb]:
    """Serve on a free port of this machine."""
    small = SmallWeb()
    app = web.Application()
    app.router.add_get("/search", small.search)
    app.router.add_get("/{path:.*}", small.page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    small.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield small
    finally:
        await runner.cleanup()
