from datetime import UTC, datetime

from aiogram.methods import SendMessage
from aiogram.types import Chat, Message

from bot.building.telegram import open_bot
from bot.pacing import LocalPace
from bot.settings import Settings
from tests.fakes.clock import FakeClock


async def test_a_reply_is_sent_although_the_message_was_deleted() -> None:
    clock = FakeClock()
    settings = Settings.model_validate({"bot_token": "42:TEST-TEST-TEST"})
    message = Message(
        message_id=3, date=datetime(2026, 1, 1, tzinfo=UTC), chat=Chat(id=2, type="private")
    )
    async with open_bot(settings, LocalPace(clock), clock) as bot:
        reply = message.as_(bot).reply("text")
        assert isinstance(reply, SendMessage)
        assert reply.reply_parameters is not None
        sent = bot.session.prepare_value(reply.reply_parameters, bot=bot, files={})
    assert '"allow_sending_without_reply":true' in sent.replace(" ", "")
