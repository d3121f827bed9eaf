from collections import OrderedDict
from typing import Final

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatMemberStatus
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import ChatMemberRestricted, ChatMemberUnion, ChatMemberUpdated, Message

from handlers.parsing import GROUPS
from handlers.refusals import telegram_unavailable
from services.clock import Clock

_FRESH_S: Final = 60.0
_OUTSIDE_S: Final = 300.0
"""Most people are in few of the chats that the bot is in: that is asked for less often, and anew
as soon as the person is seen in the chat."""
_REMEMBERED: Final = 50_000
_INSIDE: Final = frozenset(
    {ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER}
)


class TelegramMembership:
    """Who is a member of which chat, asked of Telegram and remembered for a minute.

    Changes that Telegram tells about count at once; that somebody left counts after the minute
    where a bot without admin rights is not told, that somebody came at their first word there.
    """

    def __init__(
        self, bot: Bot, clock: Clock, *, fresh_s: float = _FRESH_S, outside_s: float = _OUTSIDE_S
    ) -> None:
        self._bot = bot
        self._clock = clock
        self._lasts = {True: fresh_s, False: outside_s}
        self._known: OrderedDict[tuple[int, int], tuple[float, bool]] = OrderedDict()

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        """Tell whether the person is in the chat now; False when the bot cannot see it.

        Raises:
            UnavailableError: Telegram does not answer.
        """
        known = self._known.get((chat_id, user_id))
        if known is not None and self._clock.monotonic() - known[0] < self._lasts[known[1]]:
            return known[1]
        inside = await self._ask(chat_id, user_id)
        self.learn(chat_id, user_id, inside=inside)
        return inside

    def learn(self, chat_id: int, user_id: int, *, inside: bool) -> None:
        """Remember what Telegram told."""
        self._known[chat_id, user_id] = (self._clock.monotonic(), inside)
        self._known.move_to_end((chat_id, user_id))
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def seen(self, chat_id: int, user_id: int) -> None:
        """Take note of a word in a chat: who was outside may be inside now, so ask again."""
        known = self._known.get((chat_id, user_id))
        if known is not None and not known[1]:
            del self._known[chat_id, user_id]

    async def _ask(self, chat_id: int, user_id: int) -> bool:
        try:
            with telegram_unavailable():
                member = await self._bot.get_chat_member(chat_id, user_id)
        except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound):
            return False
        return is_inside(member)


def is_inside(member: ChatMemberUnion) -> bool:
    """Tell whether a status means being in the chat; somebody restricted may have left."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _INSIDE


def build_router() -> Router:
    """Follow people who come and go."""
    router = Router(name="membership")
    router.chat_member.register(_learn)
    router.message.register(_see, F.chat.type.in_(GROUPS))
    return router


async def _see(message: Message, *, membership: TelegramMembership) -> None:
    chat_id = message.chat.id
    for user in (message.from_user, *(message.new_chat_members or ())):
        if user is not None:
            membership.seen(chat_id, user.id)
    if message.left_chat_member is not None:
        membership.learn(chat_id, message.left_chat_member.id, inside=False)
    raise SkipHandler


async def _learn(event: ChatMemberUpdated, *, membership: TelegramMembership) -> None:
    member = event.new_chat_member
    membership.learn(event.chat.id, member.user.id, inside=is_inside(member))
