"""Telling people that the bot cannot take their messages right now."""

from typing import Final

import msgspec
import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from handlers.i18n import Catalogue

log = structlog.get_logger(__name__)

_MOST_TOLD: Final = 1_000


class _Chat(msgspec.Struct):
    id: int
    type: str


class _Sender(msgspec.Struct):
    language_code: str | None = None


class _Message(msgspec.Struct):
    chat: _Chat
    sender: _Sender | None = msgspec.field(default=None, name="from")


class _Update(msgspec.Struct):
    message: _Message | None = None


class OutageNotices:
    """Says once per outage and private chat that nothing is lost and the answer comes later.

    It reads updates that no handler has seen: without Redis they cannot be accepted.
    """

    def __init__(self, bot: Bot, catalogue: Catalogue) -> None:
        self._bot = bot
        self._catalogue = catalogue
        self._told: set[int] = set()

    async def tell(self, payload: str) -> None:
        """Tell whoever wrote this update, if it is a private message."""
        update = msgspec.json.decode(payload, type=_Update)
        if update.message is None or update.message.chat.type != "private":
            return
        chat_id, sender = update.message.chat.id, update.message.sender
        if chat_id in self._told or len(self._told) >= _MOST_TOLD:
            return
        self._told.add(chat_id)
        texts = self._catalogue.texts(sender.language_code if sender else None)
        try:
            await self._bot.send_message(chat_id, texts("outage-notice"))
        except TelegramAPIError as error:
            log.warning("outage_not_told", reason=type(error).__name__)

    def over(self) -> None:
        """Forget who was told."""
        self._told.clear()
