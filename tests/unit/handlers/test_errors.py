from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Chat, Message, Update, User
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.middlewares.language import LanguageMiddleware
from handlers import errors
from handlers.i18n import load_catalogue
from services.errors import BusyError, ServiceError
from tests.fakes.telegram import FakeTelegram

_ALICE = User(id=2, is_bot=False, first_name="Alice", language_code="ru")
_GROUP = Chat(id=-100, type="supergroup")
_PRIVATE = Chat(id=2, type="private")


def _message(chat: Chat) -> Message:
    return Message(
        message_id=3, date=datetime(2026, 1, 1, tzinfo=UTC), chat=chat, from_user=_ALICE, text="x"
    )


async def _tell(error: Exception, telegram: FakeTelegram, **event: Any) -> None:  # noqa: ANN401
    """Run an update through handlers that fail."""

    async def fail(_: object) -> None:
        raise error

    catalogue = load_catalogue("en")
    router = Router()
    router.message.register(fail)
    router.callback_query.register(fail)
    dispatcher = Dispatcher(catalogue=catalogue)
    dispatcher.update.outer_middleware(LanguageMiddleware(catalogue))
    dispatcher.include_routers(errors.build_router(), router)
    bot = Bot("42:TEST", session=telegram)
    await dispatcher.feed_update(bot, Update(update_id=1, **event))


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    with capture_logs() as events:
        yield events


async def test_a_bug_gives_an_id_and_no_details(logged: list[EventDict]) -> None:
    telegram = FakeTelegram()
    await _tell(ValueError("secret"), telegram, message=_message(_PRIVATE))
    call = telegram.calls[-1]
    assert isinstance(call, SendMessage)
    assert "моя вина" in call.text
    assert "<code>" in call.text
    assert "secret" not in call.text
    (event,) = logged
    assert event["error_id"] in call.text


async def test_a_refusal_says_what_to_do() -> None:
    telegram = FakeTelegram()
    await _tell(
        BusyError("x", dependency="workers", wait_s=1), telegram, message=_message(_PRIVATE)
    )
    call = telegram.calls[-1]
    assert isinstance(call, SendMessage)
    assert "/cancel" in call.text


@pytest.mark.parametrize("error", [ValueError("secret"), ServiceError("secret")])
async def test_a_failed_tap_gets_an_alert_without_markup(error: Exception) -> None:
    telegram = FakeTelegram()
    tap = CallbackQuery(
        id="1", from_user=_ALICE, chat_instance="1", message=_message(_PRIVATE), data="?"
    )
    await _tell(error, telegram, callback_query=tap)
    (call,) = telegram.calls
    assert isinstance(call, AnswerCallbackQuery)
    assert call.show_alert
    assert call.text is not None
    assert "<" not in call.text
    assert len(call.text) <= 200


async def test_a_group_that_did_not_ask_hears_nothing() -> None:
    telegram = FakeTelegram()
    await _tell(ValueError("secret"), telegram, message=_message(_GROUP))
    assert [type(call).__name__ for call in telegram.calls] == ["GetMe"]
