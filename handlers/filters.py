from aiogram import Bot
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from handlers.parsing import group_of, is_addressed
from services.people.access import Access
from services.people.models import Person


class FromPerson(Filter):
    """A message that a human wrote: not a channel, not another bot."""

    async def __call__(self, message: Message) -> bool:
        """Tell it by the sender."""
        return message.from_user is not None and not message.from_user.is_bot


class Addressed(Filter):
    """A message that speaks to the bot; in a group by mention or reply."""

    async def __call__(self, message: Message, bot: Bot) -> bool:
        """Tell it by the chat, the entities and the replied message."""
        return is_addressed(message, await bot.me())


class Stranger(Filter):
    """The person may not use the bot here."""

    async def __call__(
        self, event: Message | CallbackQuery, person: Person, access: Access
    ) -> bool:
        """Ask the access rules."""
        message = event if isinstance(event, Message) else event.message
        return not await access.admits(person, group_id=group_of(message))
