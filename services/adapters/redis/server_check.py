"""What a Redis must be like for Samovar's promises to hold."""

import re
from typing import Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from services.errors import UnavailableError

OLDEST_VERSION: Final = (7, 0)


class RedisReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was found out about a server.

    Attributes:
        product: ``Redis`` or ``Valkey``.
        version: As the product numbers itself.
        warnings: One sentence for each setting under which accepted work can be lost.
    """

    product: str
    version: str
    warnings: tuple[str, ...]


async def check_server(url: str, *, timeout_s: float = 5.0) -> RedisReport:
    """Look at the version and the persistence of a server.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
        timeout_s: Seconds until a silent server counts as down.

    Raises:
        UnavailableError: It does not answer, refuses us, or is older than Redis 7 (Valkey is fine
            in every version); the message says what to do and holds no password.
    """
    try:
        async with Redis.from_url(
            url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s, decode_responses=True
        ) as client:
            info: dict[str, str] = await client.info("server")
            product, version = _product(info)
            _refuse_old(product, version)
            warnings = await _persistence_warnings(client)
    except AuthenticationError as error:
        raise UnavailableError(
            "Redis at REDIS_URL refuses the user or password; correct it in REDIS_URL.",
            dependency="redis",
        ) from error
    except (RedisError, OSError, ValueError) as error:
        raise UnavailableError(
            f"Redis at REDIS_URL does not answer ({type(error).__name__}); start it, or leave"
            " REDIS_URL empty and Samovar starts its own.",
            dependency="redis",
        ) from error
    return RedisReport(product=product, version=version, warnings=warnings)


def parse_version(text: str) -> tuple[int, ...]:
    """Read the numbers of the first dotted version in ``text``; empty when there is none.

    Example:
        >>> parse_version("Redis server v=7.0.15 sha=00000000:0")
        (7, 0, 15)
    """
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def _product(info: dict[str, str]) -> tuple[str, str]:
    if "valkey_version" in info:
        return "Valkey", str(info["valkey_version"])
    return "Redis", str(info.get("redis_version", ""))


def _refuse_old(product: str, version: str) -> None:
    if parse_version(version) < OLDEST_VERSION:
        raise UnavailableError(
            f"{product} {version} at REDIS_URL is too old: Samovar needs Redis 7 or Valkey;"
            " upgrade it, or leave REDIS_URL empty and Samovar starts its own.",
            dependency="redis",
        )


async def _persistence_warnings(client: Redis) -> tuple[str, ...]:
    try:
        config = await client.config_get("appendonly", "maxmemory-policy")
    except ResponseError:
        return (
            "Redis does not let Samovar read its configuration; make sure that it has"
            " `appendonly yes` and `maxmemory-policy noeviction`, or accepted messages can get"
            " lost.",
        )
    warnings = []
    if config.get("appendonly", "no") != "yes":
        warnings.append(
            "Redis has `appendonly no`: messages that were accepted are lost when it restarts;"
            " set `appendonly yes`."
        )
    policy = config.get("maxmemory-policy", "noeviction")
    if policy != "noeviction":
        warnings.append(
            f"Redis has `maxmemory-policy {policy}`: it may drop accepted messages when memory is"
            " short; set `maxmemory-policy noeviction`."
        )
    return tuple(warnings)
