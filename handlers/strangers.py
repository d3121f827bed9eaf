"""People who are not let in: one polite sentence, and not at every message."""

from collections import OrderedDict
from typing import Final

from aiogram import Router
from aiogram.filters import Command, or_f
from aiogram.types import CallbackQuery, Message

from handlers.filters import Addressed, FromPerson, Stranger
from handlers.i18n import Texts
from handlers.parsing import group_of
from handlers.toasts import toast
from services.clock import Clock
from services.people.models import Person

_QUIET_S: Final = 3600.0
_REMEMBERED: Final = 10_000
_FOR_THE_ADMITTED: Final = ("start", "help", "settings", "access", "sources", "add", "live")
"""Commands below this router; in a group they come without a mention."""


class StrangerNotices:
    """Remembers for an hour where the sentence was said; in memory, strangers are not stored."""

    def __init__(self, clock: Clock, *, quiet_s: float = _QUIET_S) -> None:
        self._clock = clock
        self._quiet_s = quiet_s
        self._told: OrderedDict[int, float] = OrderedDict()

    def due(self, chat_id: int) -> bool:
        """Tell whether the chat is to hear it now; saying it is then assumed."""
        now = self._clock.monotonic()
        told = self._told.get(chat_id)
        if told is not None and now - told < self._quiet_s:
            return False
        self._told[chat_id] = now
        self._told.move_to_end(chat_id)
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return True


def build_router() -> Router:
    """Stop strangers here; what comes after this router is for those who are let in."""
    router = Router(name="strangers")
    meant = or_f(Addressed(), Command(*_FOR_THE_ADMITTED))
    router.message.register(_refuse, FromPerson(), meant, Stranger())
    router.callback_query.register(_refuse_tap, Stranger())
    return router


async def _refuse(
    message: Message, *, person: Person, texts: Texts, stranger_notices: StrangerNotices
) -> None:
    if not stranger_notices.due(message.chat.id):
        return
    if group_of(message) is not None:
        await message.reply(texts("stranger-group"))
    else:
        await message.reply(texts("stranger", id=str(person.user_id)))


async def _refuse_tap(callback: CallbackQuery, *, texts: Texts) -> None:
    await toast(callback, texts.plain("toast-stranger"), alert=True)
