"""Personal data in Redis that belongs to no area: what stuck on its way, forms, and the log."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Final

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from services.adapters.redis.client import redis_errors
from services.adapters.redis.inbox import RedisInbox
from services.adapters.redis.keys import PREFIX
from services.errors import DeadlineError, UnavailableError
from services.people.ports import Exported

log = structlog.get_logger(__name__)

FORMS_PREFIX: Final = "samovar:form"
"""With which the keys of half-filled forms begin."""
_REWRITE_DEADLINE_S: Final = 30.0
_REWRITE_POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    """A person's updates that could not be handled."""

    inbox: RedisInbox
    name: ClassVar[str] = "dead_letters"

    async def export(self, user_id: int) -> Exported:
        """Give the updates as Telegram wrote them."""
        return {
            entry.entry_id: msgspec.json.decode(entry.update.payload)
            for entry in await self.inbox.dead_letters(user_id)
        }

    async def erase(self, user_id: int) -> dict[str, int]:
        """Erase them."""
        return {"dead_letters": await self.inbox.erase_dead_letters(user_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """A person's half-filled forms (aiogram's states).

    Attributes:
        prefix: With which the storage begins its keys.
    """

    redis: Redis
    prefix: str
    name: ClassVar[str] = "forms"

    async def export(self, user_id: int) -> Exported:
        """Give what was filled in so far."""
        with redis_errors():
            return {key: await self.redis.get(key) for key in await self._keys(user_id)}

    async def erase(self, user_id: int) -> dict[str, int]:
        """Erase them in all chats."""
        with redis_errors():
            keys = await self._keys(user_id)
            return {"forms": await self.redis.delete(*keys) if keys else 0}

    async def _keys(self, user_id: int) -> list[str]:
        pattern = f"{self.prefix}:*:{user_id}:*"
        return [str(key) async for key in self.redis.scan_iter(match=pattern, count=1000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCounts:
    """When a person wrote in groups within the last hour, as moderation counts it."""

    redis: Redis
    name: ClassVar[str] = "moderation_traffic"

    async def export(self, user_id: int) -> Exported:
        """Give the messages by key."""
        with redis_errors():
            return {
                key: [str(each) for each in await self.redis.zrange(key, 0, -1)]
                for key in await self._keys(user_id)
            }

    async def erase(self, user_id: int) -> dict[str, int]:
        """Forget them."""
        with redis_errors():
            keys = await self._keys(user_id)
            return {self.name: await self.redis.delete(*keys) if keys else 0}

    async def _keys(self, user_id: int) -> list[str]:
        patterns = (f"{PREFIX}:{kind}:*:{user_id}:*" for kind in ("flood", "said"))
        return [
            str(key)
            for pattern in patterns
            async for key in self.redis.scan_iter(match=pattern, count=1000)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendOnlyFile:
    """Redis's own log on disk, which remembers what was deleted until it is written anew.

    It comes last among the places of a person's data.
    """

    redis: Redis
    name: ClassVar[str] = "redis_log"

    async def export(self, user_id: int) -> Exported:  # noqa: ARG002 - a port
        """Give nothing: it repeats what the other places hold."""
        return {}

    async def erase(self, user_id: int) -> dict[str, int]:  # noqa: ARG002 - a port
        """Write the log anew from what is left, and wait for it.

        Raises:
            DeadlineError: It was not done in time; a repeat can succeed.
        """
        try:
            async with asyncio.timeout(_REWRITE_DEADLINE_S):
                await self._rewritten()  # one that runs already began before the deletion
                with redis_errors():
                    await self.redis.bgrewriteaof()
                await self._rewritten()
        except TimeoutError as error:
            msg = "Redis did not rewrite its log in time"
            raise DeadlineError(msg, dependency="redis") from error
        except UnavailableError as error:
            if not isinstance(error.__cause__, ResponseError):
                raise
            # Hosted servers forbid the command; theirs is to rewrite on their own schedule.
            log.warning("redis_log_not_rewritten", reason=str(error))
        return {}

    async def _rewritten(self) -> None:
        busy = True
        while busy:
            with redis_errors():
                state = await self.redis.info("persistence")
            busy = bool(state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"])
            if busy:
                await asyncio.sleep(_REWRITE_POLL_S)
