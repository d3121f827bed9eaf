import argparse
import asyncio
import json
import signal
import socket
import webbrowser
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import httpx
from pydantic import SecretStr

from bot.building.redis import open_redis
from bot.logs import configure_logs
from bot.settings import Settings, has_display
from bot.supervisor import Child
from services.adapters.queue.presence import RedisPresence
from services.adapters.queue.replies import reply_client
from services.errors import InvalidInputError, ServiceError, UnavailableError
from services.tasks import end

_PORT: Final = 8080
_HIGHEST_PORT: Final = 65_535
_READY_S: Final = 240.0
_OWNER: Final = "alice"
_NAME: Final = "Samovar"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the port of the page and whether to open a browser."""
    parser.add_argument("--port", type=int, default=_PORT, help=f"of the page (default {_PORT})")
    parser.add_argument(
        "--state", type=Path, metavar="DIR",
        help="keep the playground's people, chats and messages in this directory over restarts",
    )  # fmt: skip
    parser.add_argument("--headless", action="store_true", help="open no browser")


def run(args: argparse.Namespace) -> int:
    """Run everything until Ctrl-C or SIGTERM."""
    if not 0 < args.port <= _HIGHEST_PORT:
        raise InvalidInputError(f"--port is 1 to {_HIGHEST_PORT}, not {args.port}")
    settings = demo_settings(Settings())
    configure_logs("WARNING")
    browser = not args.headless and has_display()
    asyncio.run(_serve(settings, args.port, args.state, browser=browser))
    return 0


def demo_settings(settings: Settings) -> Settings:
    """Keep the demo's data apart from a real bot's, unless a directory was chosen."""
    if "data" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"data": settings.data.with_name("samovar-demo")})


async def _serve(settings: Settings, port: int, state: Path | None, *, browser: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    _refuse_taken(port)
    logs = _log_directory(settings.data)
    async with AsyncExitStack() as stack:
        redis_url = await stack.enter_async_context(open_redis(settings))
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=5))
        presence = RedisPresence(await stack.enter_async_context(reply_client(redis_url)))
        demo = Demo(settings, port, logs, client, presence, state=state)
        try:
            async with asyncio.TaskGroup() as group:
                starting = group.create_task(demo.start(group))
                watching = group.create_task(_open(starting, demo.address, browser=browser))
                await stopping.wait()
                _tell("stopping")
                await end(watching)
                await end(starting)
                await demo.stop()
        except* ServiceError as errors:
            await demo.stop()
            raise errors.exceptions[0] from None


class Demo:
    """The processes of the demo: the local Telegram, the bot, the workers."""

    def __init__(
        self,
        settings: Settings,
        port: int,
        logs: Path,
        client: httpx.AsyncClient,
        presence: RedisPresence,
        *,
        state: Path | None = None,
    ) -> None:
        self._settings = settings
        self._port = port
        self._state = state
        self._logs = logs
        self._client = client
        self._presence = presence
        self._children: list[Child] = []
        self.address = f"http://127.0.0.1:{port}/"

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Start all, and come back when a person can be answered.

        Raises:
            UnavailableError: One does not start.
        """
        workers = self._child("workers", "workers", settings=self._settings)
        group.create_task(workers.run())
        kept = ["--state", str(self._state)] if self._state is not None else []
        playground = self._child(
            "playground", "playground", "--port", str(self._port), "--bot", _NAME, "--json", *kept,
            settings=self._settings,
        )  # fmt: skip
        group.create_task(playground.run())
        await playground.until_ready(self._answers(f"{self.address}healthz"), deadline_s=_READY_S)
        settings = self._bot_settings(playground.log)
        bot = self._child("bot", "run", settings=settings)
        group.create_task(bot.run())
        ready = self._answers(f"http://{settings.http_host}:{settings.http_port}/readyz")
        await bot.until_ready(ready, deadline_s=_READY_S)
        await workers.until_ready(self._worker_lives, deadline_s=_READY_S)

    async def stop(self) -> None:
        """End all, the last started first."""
        for child in reversed(self._children):
            await child.stop()

    def _child(self, name: str, *arguments: str, settings: Settings) -> Child:
        child = Child(
            name,
            arguments,
            variables=settings.environment(),
            log=self._logs / f"{name}.log",
            tell=_tell,
        )
        self._children.append(child)
        return child

    def _bot_settings(self, playground_log: Path) -> Settings:
        seed = json.loads(playground_log.read_text().splitlines()[0])
        http_port = _free_port()
        return self._settings.model_copy(
            update={
                "bot_token": SecretStr(seed["token"]),
                "telegram_api": seed["base"],
                "owner": seed["users"][_OWNER],
                "demo": True,
                "http_host": "127.0.0.1",
                "http_port": http_port,
                "public_url": f"http://127.0.0.1:{http_port}",
                "webhook_url": None,
            }
        )

    def _answers(self, url: str) -> Callable[[], Awaitable[bool]]:
        async def answers() -> bool:
            try:
                return (await self._client.get(url)).is_success
            except httpx.TransportError:
                return False

        return answers

    async def _worker_lives(self) -> bool:
        return bool(await self._presence.workers())


async def _open(starting: asyncio.Task[None], address: str, *, browser: bool) -> None:
    """Say that all is there, once it is."""
    await asyncio.wait([starting])
    if starting.cancelled() or starting.exception() is not None:
        return
    _tell(address)
    _tell("ready")
    if browser:
        await asyncio.to_thread(webbrowser.open, address)


def _tell(line: str) -> None:
    print(line, flush=True)


def _refuse_taken(port: int) -> None:
    """Say at once that the port is taken; the playground could say so only after its start."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            msg = f"port {port} is taken or not allowed; choose another: samovar demo --port 8090"
            raise UnavailableError(msg, dependency="http") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _log_directory(data: Path) -> Path:
    logs = data / "logs"
    try:
        logs.mkdir(parents=True, exist_ok=True)
        (logs / "demo.log").touch()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        msg = f"cannot write to {data}: {reason}; set SAMOVAR_DATA to a writable directory"
        raise UnavailableError(msg, dependency="disk") from error
    return logs
