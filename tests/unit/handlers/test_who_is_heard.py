from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.methods import SendMessage
from aiogram.types import Chat, Message, Update, User

from handlers import build_router
from handlers.filters import FromPerson
from handlers.i18n import load_catalogue
from handlers.membership import TelegramMembership
from handlers.strangers import StrangerNotices
from handlers.vocatives import Vocatives
from services.moderation.messages import GroupMessage
from services.people.models import Person
from tests.fakes.clock import FakeClock
from tests.fakes.telegram import FakeTelegram

_ALICE = User(id=2, is_bot=False, first_name="Alice")
_TELEGRAM = User(id=777000, is_bot=False, first_name="Telegram")
_CHANNEL = Chat(id=-1005, type="channel", title="News")
_PRIVATE = Chat(id=2, type="private")
_PLAIN: dict[str, Any] = {
    "message_id": 7, "date": datetime(2026, 1, 1, tzinfo=UTC), "chat": _PRIVATE,
    "from_user": _ALICE,
}  # fmt: skip


class _ClosedBot:
    async def admits(self, _person: Person, *, group_id: int | None) -> bool:
        return group_id == -1


class _NoLiveChats:
    async def is_on(self, _chat_id: int) -> bool:
        return False


async def _calm(_message: GroupMessage) -> None:
    """Judge as the moderator does where it is off."""


@pytest.mark.parametrize(
    ("more", "heard"),
    [
        ({"text": "щи?"}, True),
        ({"dice": {"emoji": "🎲", "value": 3}}, True),
        ({"pinned_message": Message(text="щи", **_PLAIN)}, False),
        ({"forum_topic_created": {"name": "Щи", "icon_color": 1}}, False),
        ({"text": "@samovar_bot", "from_user": _TELEGRAM, "sender_chat": _CHANNEL}, False),
    ],
)
async def test_only_what_people_say_is_heard(more: dict[str, Any], *, heard: bool) -> None:
    message = Message.model_validate({**_PLAIN, **more})
    assert await FromPerson()(message) is heard


@pytest.mark.parametrize("command", ["/help", "/settings@samovar_bot", "/start", "/access"])
async def test_a_stranger_in_a_group_is_refused_whatever_the_command(command: str) -> None:
    telegram = FakeTelegram()
    catalogue = load_catalogue("en")
    dispatcher = Dispatcher(
        person=Person(user_id=2), texts=catalogue.texts(), catalogue=catalogue,
        access=_ClosedBot(), stranger_notices=StrangerNotices(FakeClock()),
        live_chats=_NoLiveChats(), vocatives=Vocatives([]), moderator=_calm, enforcer=None,
        membership=TelegramMembership(Bot("42:TEST", session=telegram), FakeClock()),
    )  # fmt: skip
    dispatcher.include_router(build_router())
    group = Chat(id=-100, type="supergroup")
    message = Message.model_validate({**_PLAIN, "chat": group, "text": command})
    await dispatcher.feed_update(
        Bot("42:TEST", session=telegram), Update(update_id=1, message=message)
    )
    said = [call.text for call in telegram.calls if isinstance(call, SendMessage)]
    assert said == [catalogue.texts()("stranger-group")]
