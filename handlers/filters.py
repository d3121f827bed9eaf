from typing import Final

from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from handlers.parsing import group_of, is_addressed
from handlers.vocatives import Vocatives
from services.people.access import Access
from services.people.models import Person

_SAID: Final = frozenset(
    {
        ContentType.TEXT, ContentType.RICH_MESSAGE, ContentType.ANIMATION, ContentType.AUDIO,
        ContentType.DOCUMENT, ContentType.LIVE_PHOTO, ContentType.PAID_MEDIA, ContentType.PHOTO,
        ContentType.STICKER, ContentType.STORY, ContentType.VIDEO, ContentType.VIDEO_NOTE,
        ContentType.VOICE, ContentType.CHECKLIST, ContentType.CONTACT, ContentType.DICE,
        ContentType.GAME, ContentType.POLL, ContentType.VENUE, ContentType.LOCATION,
    }
)  # fmt: skip
"""What people send; the other kinds are Telegram's own notes, such as that something is pinned."""


class FromPerson(Filter):
    """A message that a human wrote: no note of Telegram's, not a channel, not another bot."""

    async def __call__(self, message: Message) -> bool:
        """Tell it by the kind and the sender; a forwarded channel post has a sender of its own."""
        sender = message.from_user
        if sender is None or sender.is_bot or message.sender_chat is not None:
            return False
        return message.content_type in _SAID


class Addressed(Filter):
    """A message that speaks to the bot; in a group by mention, by reply or by its name."""

    async def __call__(self, message: Message, bot: Bot, vocatives: Vocatives) -> bool:
        """Tell it by the chat, the entities, the replied message and the first words."""
        if is_addressed(message, await bot.me()):
            return True
        text = message.text or message.caption or ""
        return not text.startswith("/") and vocatives.calls(text)


class Stranger(Filter):
    """The person may not use the bot here."""

    async def __call__(
        self, event: Message | CallbackQuery, person: Person, access: Access
    ) -> bool:
        """Ask the access rules."""
        message = event if isinstance(event, Message) else event.message
        return not await access.admits(person, group_id=group_of(message))
