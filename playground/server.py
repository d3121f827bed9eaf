"""The playground as one HTTP server."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web

from playground.life.sweeping import sweep
from playground.saving.keeping import Keeper, kept, reserved
from playground.seed import Seed, seed_of, seed_town
from playground.serving.bots import BotApi, in_bot_api_words
from playground.serving.pushing import Answer, Pusher
from playground.sim.answering_routes import AnsweringRoutes
from playground.sim.chat_routes import GroupRoutes
from playground.sim.inline_routes import InlineRoutes
from playground.sim.portrait_routes import PortraitRoutes
from playground.sim.routes import PeopleRoutes, sentences
from playground.sim.topics_routes import TopicsRoutes
from playground.sim.town_routes import TownRoutes
from playground.sim.watching import WatchingRoutes
from playground.sim.writing_routes import WritingRoutes
from playground.town import Town

log = logging.getLogger(__name__)
MOST_REQUEST_BYTES: Final = 52 * 1024 * 1024
SWEEP_S: Final = 0.5
PAGE_POLICY: Final = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob: data:;"
    " worker-src 'self' blob:; object-src 'none'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
TOWN: Final = web.AppKey("town", Town)
CALLS: Final[web.AppKey[Answer]] = web.AppKey("calls")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a foreign page in the browser sends here, directly or by a name of its own."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and origin != str(request.url.origin())
    if is_foreign or request.url.host not in LOCAL_HOSTS:
        raise web.HTTPForbidden(text="the playground serves its own page and local programs only")
    return await handler(request)


def page_directory() -> Path:
    """Tell where the page's files are, in a checkout and in an installed package."""
    return Path(str(resources.files("playground"))) / "page"


def create_app(town: Town) -> web.Application:
    """Make the server of a town; it is in the app under ``TOWN``."""
    app = web.Application(
        client_max_size=MOST_REQUEST_BYTES, middlewares=[only_local, in_bot_api_words, sentences]
    )
    app[TOWN] = town
    api = BotApi(town)
    app[CALLS] = api.calling.by_answer
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", api.call)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", api.file)
    app.router.add_route("*", "/bot{rest:.*}", api.nothing)
    app.router.add_route("*", "/file/{rest:.*}", api.nothing)
    app.router.add_routes(PeopleRoutes(town).routes())
    app.router.add_routes(WritingRoutes(town).routes())
    app.router.add_routes(GroupRoutes(town).routes())
    app.router.add_routes(PortraitRoutes(town).routes())
    app.router.add_routes(TopicsRoutes(town).routes())
    app.router.add_routes(InlineRoutes(town).routes())
    app.router.add_routes(WatchingRoutes(town).routes())
    app.router.add_routes(TownRoutes(town).routes())
    app.router.add_routes(AnsweringRoutes(town).routes())
    app.router.add_get("/healthz", _health)
    app.router.add_get("/", _page)
    app.router.add_static("/", page_directory())
    app.on_response_prepare.append(_ask_again)
    app.cleanup_ctx.append(_background)
    return app


async def _ask_again(_request: web.Request, response: web.StreamResponse) -> None:
    """Let browsers ask whether a file changed: after an update no old script meets a new one."""
    response.headers.setdefault("Cache-Control", "no-cache")


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"ready": True})


async def _page(_request: web.Request) -> web.StreamResponse:
    index = page_directory() / "index.html"
    if not index.is_file():
        raise web.HTTPNotFound(text="the page is not installed")
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": PAGE_POLICY}
    return web.FileResponse(index, headers=headers)


async def _background(app: web.Application) -> AsyncIterator[None]:
    """Own what runs beside the requests: webhook pushes and the end of drafts."""
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        keeper = group.create_task(_keep(app, session, group))
        yield
        keeper.cancel()


async def _keep(
    app: web.Application, session: aiohttp.ClientSession, group: asyncio.TaskGroup
) -> None:
    """Sweep, and give every bot its pusher; cancelled at the end, with the pushers."""
    town = app[TOWN]
    pushers: dict[int, asyncio.Task[None]] = {}
    try:
        while True:
            _sweep(town)
            pushers = {bot: pusher for bot, pusher in pushers.items() if not pusher.done()}
            for bot in town.queues.keys() - pushers.keys():
                pushers[bot] = group.create_task(Pusher(town, bot, session, app[CALLS]).run())
            await asyncio.sleep(SWEEP_S)
    finally:
        for pusher in pushers.values():
            pusher.cancel()


def _sweep(town: Town) -> None:
    """Sweep; a failure is told in the log and counted, and does not end the server."""
    try:
        sweep(town)
    except Exception as error:
        log.exception("sweeping failed")
        town.calls.crash("sweep", error)


@dataclass(frozen=True, slots=True)
class Running:
    """A playground that serves."""

    base: str
    town: Town
    seed: Seed

    @property
    def token(self) -> str:
        """The seeded bot's token."""
        return self.seed.token


@contextlib.asynccontextmanager
async def running_playground(
    *,
    port: int = 0,
    limits: str = "off",
    bot_name: str = "Helper",
    bot_username: str = "helper_bot",
    now: Callable[[], float] = time.time,
    state: Path | None = None,
    limits_seed: int = 0,
) -> AsyncIterator[Running]:
    """Serve a seeded playground in the running loop until the block ends.

    Args:
        port: Where on 127.0.0.1; 0 takes a free one.
        limits: ``off``, ``faq`` or ``harsh``.
        bot_name: The seeded bot's name.
        bot_username: Its name after the @.
        now: The time in Unix seconds, for tests that move it.
        state: A directory in which the town lives on; what is there goes before the seed.
        limits_seed: What the luck of ``harsh`` and of faults of updates depends on.

    Raises:
        OSError: The port is taken.
        SimError: The directory cannot be used, or what is there is no saved town.
    """
    async with contextlib.AsyncExitStack() as stack:
        town = Town(now=now)
        keeper = Keeper(town, state) if state is not None else None
        if state is not None:
            stack.enter_context(reserved(state))
        is_loaded = keeper is not None and keeper.load()
        if not is_loaded:
            seed_town(town, bot_name=bot_name, bot_username=bot_username)
        if limits != "off" or not is_loaded:
            town.limits.choose(limits, limits_seed)
            town.update_faults.chance.sow(limits_seed)
        if keeper is not None:
            await stack.enter_async_context(kept(keeper))
        base = await stack.enter_async_context(_served(town, port))
        yield Running(base, town, seed_of(town))


@contextlib.asynccontextmanager
async def _served(town: Town, port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(
        create_app(town), handler_cancellation=True, access_log=None, shutdown_timeout=0.5
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        host, bound = runner.addresses[0][:2]
        yield f"http://{host}:{bound}"
    finally:
        await runner.cleanup()
