"""Several conversations of a person: begin a new one, go back to an earlier one."""

from collections.abc import Sequence
from typing import Final

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.callbacks import ConversationAction, ConversationTap
from handlers.editing import close_panel, redraw
from handlers.filters import FromPerson
from handlers.i18n import Texts
from handlers.keyboards import button, rows
from handlers.parsing import dialogue_of, tapped_message
from handlers.toasts import toast
from services.answering.requests import Requests
from services.dialogue.models import Conversation
from services.dialogue.ports import Conversations
from services.people.models import Person

_TITLE: Final = 40


def build_router() -> Router:
    """Take ``/new``, ``/chats`` and the buttons of the list."""
    router = Router(name="conversations")
    router.message.register(_new, FromPerson(), Command("new"))
    router.message.register(_list, FromPerson(), Command("chats"))
    router.callback_query.register(_tap, ConversationTap.filter())
    return router


async def _new(
    message: Message,
    *,
    bot: Bot,
    person: Person,
    texts: Texts,
    requests: Requests,
    conversations: Conversations,
) -> None:
    dialogue = dialogue_of(message, person.user_id, bot_id=bot.id)
    await requests.cancel(dialogue)
    kept = await conversations.set_aside(dialogue)
    await message.reply(texts("conversation-new" if kept else "conversation-new-already"))


async def _list(
    message: Message, *, bot: Bot, person: Person, texts: Texts, conversations: Conversations
) -> None:
    dialogue = dialogue_of(message, person.user_id, bot_id=bot.id)
    known = await conversations.listed(dialogue)
    await message.reply(_said(known, texts), reply_markup=_keyboard(known, person.user_id, texts))


async def _tap(
    callback: CallbackQuery,
    *,
    callback_data: ConversationTap,
    bot: Bot,
    person: Person,
    texts: Texts,
    requests: Requests,
    conversations: Conversations,
) -> None:
    message = tapped_message(callback)
    if callback_data.owner != person.user_id or message is None:
        await toast(callback, texts.plain("settings-not-yours"), alert=True)
        return
    dialogue = dialogue_of(message, person.user_id, bot_id=bot.id)
    if callback_data.action is ConversationAction.RESUME:
        # What still runs belongs to the conversation that is left.
        await requests.cancel(dialogue)
        resumed = await conversations.resume(dialogue, callback_data.conversation_id)
        if resumed is not None:
            await close_panel(callback, texts("conversation-resumed", title=_title(resumed)))
            return
    else:
        await conversations.remove(dialogue, callback_data.conversation_id)
    known = await conversations.listed(dialogue)
    await redraw(callback, _said(known, texts), _keyboard(known, person.user_id, texts))


def _said(known: Sequence[Conversation], texts: Texts) -> str:
    return texts("conversation-list" if known else "conversation-none")


def _keyboard(
    known: Sequence[Conversation], owner: int, texts: Texts
) -> InlineKeyboardMarkup | None:
    if not known:
        return None
    return rows(
        *(
            [
                button(
                    texts.plain("conversation-button", title=_title(one), questions=one.questions),
                    _tap_on(one, owner, ConversationAction.RESUME),
                ),
                button("🗑", _tap_on(one, owner, ConversationAction.REMOVE)),
            ]
            for one in known
        )
    )


def _tap_on(one: Conversation, owner: int, action: ConversationAction) -> ConversationTap:
    return ConversationTap(owner=owner, action=action, conversation_id=one.conversation_id)


def _title(one: Conversation) -> str:
    line = " ".join(one.title.split())
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"
