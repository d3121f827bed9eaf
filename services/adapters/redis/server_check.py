"""What a Redis must be like for Samovar's promises to hold."""

import re
from enum import StrEnum
from typing import Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from services.errors import UnavailableError

OLDEST_VERSION: Final = (7, 0)


class RedisRisk(StrEnum):
    """How accepted work can get lost."""

    NO_LOG = "no-log"
    EVICTS = "evicts"
    UNKNOWN = "unknown"


class RedisReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was found out about a server.

    Attributes:
        product: ``Redis`` or ``Valkey``.
        version: As the product numbers itself.
        risks: Of its settings; none: nothing that was accepted is lost.
        policy: Its ``maxmemory-policy``.
    """

    product: str
    version: str
    risks: tuple[RedisRisk, ...]
    policy: str

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say each risk in a sentence, and what to do."""
        return tuple(_sentence(risk, self.policy) for risk in self.risks)


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
            risks, policy = await _risks(client)
    except AuthenticationError as error:
        raise UnavailableError(
            "Redis at REDIS_URL refuses the user or password; correct it in REDIS_URL.",
            dependency="redis",
        ) from error
    except ValueError as error:
        raise UnavailableError(
            "REDIS_URL is no address of a Redis; write it like redis://host:6379 or"
            " unix:///path/to/redis.sock.",
            dependency="redis",
        ) from error
    except (RedisError, OSError) as error:
        raise UnavailableError(
            f"Redis at REDIS_URL does not answer ({type(error).__name__}); start it, or leave"
            " REDIS_URL empty and Samovar starts its own.",
            dependency="redis",
        ) from error
    return RedisReport(product=product, version=version, risks=risks, policy=policy)


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


async def _risks(client: Redis) -> tuple[tuple[RedisRisk, ...], str]:
    try:
        config = await client.config_get("appendonly", "maxmemory-policy")
    except ResponseError:
        return (RedisRisk.UNKNOWN,), ""
    policy = str(config.get("maxmemory-policy", "noeviction"))
    risks = []
    if config.get("appendonly", "no") != "yes":
        risks.append(RedisRisk.NO_LOG)
    if policy != "noeviction":
        risks.append(RedisRisk.EVICTS)
    return tuple(risks), policy


def _sentence(risk: RedisRisk, policy: str) -> str:
    match risk:
        case RedisRisk.NO_LOG:
            return (
                "Redis has `appendonly no`: messages that were accepted are lost when it"
                " restarts; set `appendonly yes`."
            )
        case RedisRisk.EVICTS:
            return (
                f"Redis has `maxmemory-policy {policy}`: it may drop accepted messages when"
                " memory is short; set `maxmemory-policy noeviction`."
            )
        case RedisRisk.UNKNOWN:
            return (
                "Redis does not let Samovar read its configuration; make sure that it has"
                " `appendonly yes` and `maxmemory-policy noeviction`, or accepted messages can"
                " get lost."
            )
