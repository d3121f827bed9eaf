from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, User

from services.people.people import People


class IdentityMiddleware(BaseMiddleware):
    """Finds out who the Telegram user is to this bot; an update without a user just passes."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - aiogram's own signature
        """Put ``person`` into the data."""
        user: User | None = data.get("event_from_user")
        if user is not None:
            data["person"] = await self._people.find(user.id)
        return await handler(event, data)
