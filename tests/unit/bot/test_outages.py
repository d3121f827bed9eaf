from typing import Any

import pytest
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import SendMessage
from aiogram.types import TelegramObject, Update
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.exc import OperationalError

from bot.middlewares.outages import ChatClosedError, OutagesMiddleware, PostponedError
from services.errors import NotFoundError, UnavailableError

SEND = SendMessage(chat_id=1, text="x")


async def outcome(error: Exception) -> BaseException:
    async def handler(event: TelegramObject, data: dict[str, Any]) -> None:
        raise error

    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is the question
        await OutagesMiddleware()(handler, Update(update_id=1), {})
    return raised.value


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RedisConnectionError(), "redis"),
        (OperationalError("SELECT", {}, Exception()), "sql"),
        (TelegramNetworkError(method=SEND, message="cut"), "telegram"),
        (UnavailableError("down", dependency="sql"), "sql"),
    ],
)
async def test_an_outage_postpones_the_update(error: Exception, reason: str) -> None:
    raised = await outcome(error)
    assert isinstance(raised, PostponedError)
    assert raised.reason == reason


async def test_a_closed_chat_ends_quietly() -> None:
    blocked = TelegramForbiddenError(method=SEND, message="blocked")
    assert isinstance(await outcome(blocked), ChatClosedError)


@pytest.mark.parametrize(
    "error", [NotFoundError("gone"), UnavailableError("none", dependency="workers"), ValueError()]
)
async def test_everything_else_goes_to_the_error_handler(error: Exception) -> None:
    assert await outcome(error) is error
