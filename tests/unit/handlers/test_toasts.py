from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery, EditMessageText, TelegramMethod
from aiogram.types import CallbackQuery, Chat, Message, Update, User

from handlers import onboarding, own_data
from handlers.callbacks import ForgetTap, StartTap
from handlers.i18n import load_catalogue
from services.answering.request_models import NewRequest
from services.people.models import Person
from tests.fakes.telegram import FakeTelegram

_ALICE = User(id=2, is_bot=False, first_name="Alice", language_code="en")
_MESSAGE = Message(
    message_id=3, date=datetime(2026, 1, 1, tzinfo=UTC), chat=Chat(id=2, type="private")
)


class _Requests:
    def __init__(self) -> None:
        self.asked: list[NewRequest] = []

    async def ask(self, new: NewRequest) -> None:
        self.asked.append(new)


@pytest.fixture
def telegram() -> FakeTelegram:
    """Telegram to which every tap is too old."""

    def refuse(method: TelegramMethod[Any]) -> None:
        if isinstance(method, AnswerCallbackQuery):
            message = (
                "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
            raise TelegramBadRequest(method, message)

    telegram = FakeTelegram()
    telegram.refuse = refuse
    return telegram


async def _tap(telegram: FakeTelegram, data: str, **workflow_data: Any) -> None:  # noqa: ANN401
    dispatcher = Dispatcher(
        person=Person(user_id=2), texts=load_catalogue("en").texts(), **workflow_data
    )
    dispatcher.include_routers(own_data.build_router(), onboarding.build_greeting_router())
    tap = CallbackQuery(id="1", from_user=_ALICE, chat_instance="1", message=_MESSAGE, data=data)
    bot = Bot("42:TEST", session=telegram)
    await dispatcher.feed_update(bot, Update(update_id=7, callback_query=tap))


async def test_an_example_tapped_while_the_bot_was_away_is_answered(telegram: FakeTelegram) -> None:
    requests = _Requests()
    await _tap(telegram, StartTap(what="1").pack(), requests=requests)
    assert [new.update_id for new in requests.asked] == [7]


async def test_a_receipt_is_shown_however_long_forgetting_took(telegram: FakeTelegram) -> None:
    class Forgetting:
        async def __call__(self, _user_id: int) -> dict[str, int]:
            return {"requests": 5}

        async def kept(self, _user_id: int) -> list[str]:
            return []

    await _tap(telegram, ForgetTap(owner=2, sure=True).pack(), forget_person=Forgetting())
    edit = telegram.calls[-1]
    assert isinstance(edit, EditMessageText)
    assert "5" in (edit.text or "")
