"""Whether Redis keeps the promise that nothing accepted is lost; if not, the owner hears it."""

from dataclasses import dataclass
from typing import Final

import structlog
from redis.asyncio import Redis

from handlers.owner_notices import OwnerNotices
from services.adapters.redis.client import redis_errors
from services.adapters.redis.keys import OwnerWarnedKey
from services.adapters.redis.server_check import RedisReport, check_server
from services.clock import Clock
from services.errors import UnavailableError

log = structlog.get_logger(__name__)

_NOT_AGAIN_S: Final = 24 * 3600
_TELLING_S: Final = 60
_LOOK_AGAIN_S: Final = 5.0
_LOOK_AGAIN_AT_MOST_S: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseWatch:
    """Looks at Redis once, at the start of the bot.

    Attributes:
        redis_url: The server that is looked at.
        redis: Remembers, for all replicas, who was told.
    """

    redis_url: str
    redis: Redis
    bot_id: int
    notices: OwnerNotices
    clock: Clock

    async def run(self) -> None:
        """Warn the owner once a day at most, as soon as there is one; then return."""
        pause_s = _LOOK_AGAIN_S
        while True:
            try:
                report = await check_server(self.redis_url)
                if not report.risks or await self._is_told(report):
                    return
            except UnavailableError as error:
                log.warning("promise_not_checked", reason=str(error))
            await self.clock.sleep(pause_s)
            # An owner who has blocked the bot is not called every few seconds for ever.
            pause_s = min(pause_s * 1.5, _LOOK_AGAIN_AT_MOST_S)

    async def _is_told(self, report: RedisReport) -> bool:
        key = str(OwnerWarnedKey(self.bot_id, "+".join(report.risks)))
        with redis_errors():
            # Short at first: if we die before it is said, the next start says it.
            if not await self.redis.set(key, "1", nx=True, ex=_TELLING_S):
                return True
        told = False
        try:
            told = await self.notices.tell_of_redis(report.risks, policy=report.policy)
        finally:
            with redis_errors():
                if told:
                    await self.redis.expire(key, _NOT_AGAIN_S)
                else:
                    await self.redis.delete(key)
        return told
