from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, User

from handlers.i18n import Catalogue
from services.people.models import Person


class LanguageMiddleware(BaseMiddleware):
    """Chooses the texts: the person's own choice, else Telegram's language, else the default."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - aiogram's own signature
        """Put ``texts`` into the data."""
        person: Person | None = data.get("person")
        user: User | None = data.get("event_from_user")
        data["texts"] = self._catalogue.texts(
            person.language if person else None, user.language_code if user else None
        )
        return await handler(event, data)
