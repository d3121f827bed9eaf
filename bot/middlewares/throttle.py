from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import TelegramObject
from prometheus_client import Counter

from bot.pacing import Bucket, Pace
from handlers.throttling import tell_throttled
from services.people.models import Person

log = structlog.get_logger(__name__)

THROTTLED: Final = Counter("samovar_updates_throttled", "Requests refused for coming too fast")
ASKS: Final = "asks"
"""Flag of handlers that ask the bot to work; all others are never limited."""


class ThrottleMiddleware(BaseMiddleware):
    """Limits how often one person may ask the bot to work; says so once and is silent then.

    Args:
        pace: Shared by all replicas.
        count: Requests of one person ...
        window_s: ... in any stretch of so many seconds.
    """

    def __init__(self, pace: Pace, *, count: int, window_s: int = 60) -> None:
        self._pace = pace
        self._count = count
        self._window_ms = window_s * 1000

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - aiogram's own signature
        """Run the handler, or let the update end here."""
        person: Person | None = data.get("person")
        if person is None or not get_flag(data, ASKS) or await self._fits(person):
            return await handler(event, data)
        THROTTLED.inc()
        log.info("throttled", user_id=person.user_id)
        if await self._is_news(person):
            await tell_throttled(event, data["texts"])
        return None

    async def _fits(self, person: Person) -> bool:
        bucket = Bucket(
            scope=f"asks:{person.user_id}", count=self._count, window_ms=self._window_ms
        )
        return await self._pace.reserve([bucket], max_wait_s=0) is not None

    async def _is_news(self, person: Person) -> bool:
        bucket = Bucket(scope=f"told:{person.user_id}", count=1, window_ms=self._window_ms)
        return await self._pace.reserve([bucket], max_wait_s=0) is not None
