from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import ChatMemberAdministrator, ChatMemberOwner

from handlers.refusals import telegram_unavailable
from services.clock import Clock
from services.people.models import Person, Role

_KEEPERS: Final = frozenset({Role.ADMIN, Role.OWNER})
_FRESH_S: Final = 300.0
_MOST_CHATS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatStaff:
    """Who looks after a chat, and what the bot may do there.

    Attributes:
        user_ids: Its owner and administrators.
        can_delete: The bot may delete messages.
        can_restrict: The bot may mute and ban.
    """

    user_ids: frozenset[int]
    can_delete: bool
    can_restrict: bool


class TelegramAdministrators:
    """Administrators of chats, asked of Telegram and remembered for minutes.

    Changes that Telegram tells about (``forget``) count at once.
    """

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._known: OrderedDict[int, tuple[float, ChatStaff]] = OrderedDict()

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        """See ``services.moderation.ports.Administrators``."""
        return user_id in (await self.staff(chat_id)).user_ids

    async def keeps(self, chat_id: int, person: Person | None) -> bool:
        """Tell whether somebody may decide for a chat: its administrators and the bot's.

        Raises:
            UnavailableError: Telegram does not answer.
        """
        if person is None:
            return False
        return person.role in _KEEPERS or await self.is_administrator(chat_id, person.user_id)

    async def staff(self, chat_id: int) -> ChatStaff:
        """Tell who looks after a chat; nobody, where the bot cannot see it.

        Raises:
            UnavailableError: Telegram does not answer.
        """
        known = self._known.get(chat_id)
        if known is not None and self._clock.monotonic() - known[0] < _FRESH_S:
            return known[1]
        staff = await self._ask(chat_id)
        self._known[chat_id] = (self._clock.monotonic(), staff)
        self._known.move_to_end(chat_id)
        if len(self._known) > _MOST_CHATS:
            self._known.popitem(last=False)
        return staff

    def forget(self, chat_id: int) -> None:
        """Ask anew next time: somebody's rights have changed."""
        self._known.pop(chat_id, None)

    async def _ask(self, chat_id: int) -> ChatStaff:
        try:
            with telegram_unavailable():
                members = await self._bot.get_chat_administrators(chat_id)
        except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound):
            return ChatStaff(user_ids=frozenset(), can_delete=False, can_restrict=False)
        me = next((one for one in members if one.user.id == self._bot.id), None)
        mine = me if isinstance(me, ChatMemberAdministrator) else None
        return ChatStaff(
            user_ids=frozenset(
                one.user.id
                for one in members
                if isinstance(one, ChatMemberAdministrator | ChatMemberOwner)
            ),
            can_delete=mine is not None and bool(mine.can_delete_messages),
            can_restrict=mine is not None and bool(mine.can_restrict_members),
        )
