"""The bot's own HTTP endpoint: health, readiness, metrics, and the webhook when there is one."""

import asyncio
import errno
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.errors import UnavailableError
from services.tasks import side_by_side

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[bool]]
_CHECK_TIMEOUT_S: Final = 3.0


def create_app(checks: Mapping[str, Check]) -> web.Application:
    """Make the endpoint.

    Args:
        checks: What must hold for this replica to be useful, by name; each says whether it does.
    """
    app = web.Application()

    async def healthz(_request: web.Request) -> web.Response:
        return _json({"ok": True})

    async def readyz(_request: web.Request) -> web.Response:
        states = await _states(checks)
        ready = all(states.values())
        return _json({"ready": ready, "checks": states}, status=200 if ready else 503)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    return app


@asynccontextmanager
async def serve_http(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve inside the context.

    Yields:
        The port, of use when ``port`` is 0.

    Raises:
        UnavailableError: The port is taken or may not be used.
    """
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        try:
            await site.start()
        except OSError as error:
            raise UnavailableError(_why(host, port, error), dependency="http") from error
        taken = int(runner.addresses[0][1])
        log.info("http_listening", host=host, port=taken)
        yield taken
    finally:
        await runner.cleanup()


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken; set SAMOVAR_HTTP_PORT to a free one"
    return f"cannot listen on {host}:{port}: {error.strerror or type(error).__name__}"


async def _states(checks: Mapping[str, Check]) -> dict[str, bool]:
    results = await side_by_side(*(_holds(check) for check in checks.values()))
    return dict(zip(checks, results, strict=True))


async def _holds(check: Check) -> bool:
    try:
        async with asyncio.timeout(_CHECK_TIMEOUT_S):
            return await check()
    except Exception:  # a check that breaks is a check that fails
        log.exception("check_failed")
        return False


def _json(document: object, *, status: int = 200) -> web.Response:
    body = msgspec.json.encode(document)
    return web.Response(body=body, status=status, content_type="application/json")
