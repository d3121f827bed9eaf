import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EVENT_CHAT_KEY
from aiogram.types import Chat, TelegramObject, Update
from prometheus_client import Histogram

log = structlog.get_logger(__name__)

DURATION: Final = Histogram(
    "samovar_update_seconds",
    "Seconds that handlers took; they wait for no model",
    ["kind"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 60),
)


class TraceMiddleware(BaseMiddleware):
    """Binds the ids of an update to all log lines on its way, detached work included."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - aiogram's own signature
        """Run the handler with the ids bound and its duration measured."""
        if not isinstance(event, Update):
            return await handler(event, data)
        chat: Chat | None = data.get(EVENT_CHAT_KEY)
        ids = {"update_id": event.update_id, "chat_id": chat.id if chat else None}
        kind = event.event_type
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(**ids):
            try:
                return await handler(event, data)
            finally:
                seconds = time.perf_counter() - started
                DURATION.labels(kind).observe(seconds)
                log.info("update_done", kind=kind, ms=round(seconds * 1000))
