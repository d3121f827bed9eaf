from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import CancelHandler
from aiogram.exceptions import (
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.types import TelegramObject
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy.exc import InterfaceError, OperationalError

from services.errors import UnavailableError

# Without these nothing can be accepted, recorded or said. Other dependencies only degrade.
VITAL: Final = frozenset({"redis", "sql"})
_DEPENDENCIES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (RedisConnectionError, "redis"),
    (RedisTimeoutError, "redis"),
    (OperationalError, "sql"),
    (InterfaceError, "sql"),
    (TelegramNetworkError, "telegram"),
    (TelegramServerError, "telegram"),
)


class PostponedError(CancelHandler):
    """A vital dependency is down: the inbox keeps the update and runs it again later.

    It is one of aiogram's own ways out of a handler, so it passes the error handlers unseen.

    Attributes:
        reason: The dependency.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChatClosedError(CancelHandler):
    """The person has blocked the bot, or it was removed: nobody is there to answer or to tell."""


class OutagesMiddleware(BaseMiddleware):
    """Turns an outage of a vital dependency into a repeat, and a closed chat into a quiet end."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - aiogram's own signature
        """Run the handler; see the class."""
        try:
            return await handler(event, data)
        except TelegramForbiddenError as error:
            raise ChatClosedError from error
        except UnavailableError as error:
            if error.dependency not in VITAL:
                raise
            raise PostponedError(error.dependency) from error
        except Exception as error:
            if (dependency := vital_dependency(error)) is None:
                raise
            raise PostponedError(dependency) from error


def vital_dependency(error: Exception) -> str | None:
    """Name the vital dependency whose outage an error tells of."""
    for kind, dependency in _DEPENDENCIES:
        if isinstance(error, kind):
            return dependency
    return None
