"""Live sources: the switch, the messages, ``/optout``, ``/optin``, ``/purge``."""

from typing import Final

import structlog
from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    InlineKeyboardMarkup,
    Message,
)

from handlers.callbacks import LiveTap
from handlers.editing import close_panel, redraw
from handlers.filters import FromPerson
from handlers.i18n import Markup, Texts
from handlers.keyboards import button, choice, rows
from handlers.live_parsing import LIVE_KINDS, live_message
from handlers.parsing import GROUPS
from handlers.sources_rights import is_admin, is_chat_admin, speaks_for_chat
from handlers.toasts import toast
from services.insight.quizzing import Quizzes
from services.knowledge.consent import Consent
from services.knowledge.live_chats import LiveChats
from services.knowledge.live_models import LiveChat
from services.memory.remembering import Memories
from services.people.access import Access
from services.people.models import AccessMode, Person

log = structlog.get_logger(__name__)

_DAYS: Final = (7, 30, 90, 365)
_MOST_DAYS: Final = 3650


def build_hearing_router() -> Router:
    """Keep what is said where it may be kept; every message goes on to the other handlers."""
    router = Router(name="live_hearing")
    here = F.chat.type.in_(LIVE_KINDS)
    # Telegram says it in both chats, and what follows in the new one must find the move done.
    router.message.register(_moved, F.migrate_to_chat_id | F.migrate_from_chat_id)
    for observer in (
        router.message, router.edited_message, router.channel_post, router.edited_channel_post,
    ):  # fmt: skip
        observer.register(_hear, here)
    return router


def build_consent_router() -> Router:
    """Take what nobody may be kept from: keeping out, and taking back one's own message."""
    router = Router(name="live_consent")
    router.message.register(_opt_out, FromPerson(), Command("optout"))
    router.message.register(_opt_in, FromPerson(), Command("optin"))
    router.message.register(_purge, Command("purge"), F.chat.type.in_(GROUPS))
    router.channel_post.register(_purge_post, Command("purge"))
    return router


def build_switch_router() -> Router:
    """Take the switch."""
    router = Router(name="live_switch")
    router.message.register(_live, Command("live"), F.chat.type.in_(GROUPS))
    router.message.register(_live_in_private, Command("live"))
    router.channel_post.register(_live_post, Command("live"))
    router.my_chat_member.register(_placed)
    router.callback_query.register(_tap, LiveTap.filter())
    return router


async def _hear(message: Message, *, bot: Bot, live_chats: LiveChats) -> None:
    if await live_chats.is_on(message.chat.id):
        heard = live_message(message, await bot.me())
        if heard is not None:
            await live_chats.hear(
                heard, title=message.chat.title or "", username=message.chat.username
            )
        elif message.edit_date is not None:
            # What it was edited into is nothing to keep, and what it was is no more.
            await live_chats.purge(message.chat.id, message.message_id)
    raise SkipHandler


async def _moved(
    message: Message,
    *,
    live_chats: LiveChats,
    access: Access,
    memories: Memories,
    quizzes: Quizzes,
) -> None:
    """Follow a group that became a supergroup, with its admission and what is remembered there."""
    new_chat_id = message.migrate_to_chat_id or message.chat.id
    old_chat_id = message.migrate_from_chat_id or message.chat.id
    await live_chats.move(old_chat_id, new_chat_id)
    await memories.move(old_chat_id, new_chat_id)
    await quizzes.move(old_chat_id, new_chat_id)
    if old_chat_id in await access.store.group_ids():
        await access.store.admit_group(new_chat_id, access.clock.now())
        await access.store.remove_group(old_chat_id)
    raise SkipHandler


async def _opt_out(message: Message, *, person: Person, texts: Texts, consent: Consent) -> None:
    if message.chat.type not in GROUPS:
        await message.reply(texts("live-consent-where"))
        return
    count = await consent.opt_out(message.chat.id, person.user_id)
    await message.reply(texts("live-opted-out", count=count))


async def _opt_in(message: Message, *, person: Person, texts: Texts, consent: Consent) -> None:
    if message.chat.type not in GROUPS:
        await message.reply(texts("live-consent-where"))
        return
    changed = await consent.opt_in(message.chat.id, person.user_id)
    await message.reply(texts("live-opted-in" if changed else "live-opted-in-already"))


async def _purge(
    message: Message, *, bot: Bot, texts: Texts, live_chats: LiveChats, person: Person | None = None
) -> None:
    target = message.reply_to_message
    if target is None:
        await message.reply(texts("live-purge-how"))
    elif not await _may_purge(bot, message, target, person):
        await message.reply(texts("live-purge-refused"))
    else:
        removed = await live_chats.purge(message.chat.id, target.message_id)
        await message.reply(texts("live-purged" if removed else "live-purge-nothing"))


async def _may_purge(bot: Bot, message: Message, target: Message, person: Person | None) -> bool:
    if speaks_for_chat(message):
        return True
    if person is None or message.sender_chat is not None:
        return False
    own = target.from_user is not None and target.from_user.id == person.user_id
    return own or await is_admin(bot, message.chat.id, person)


async def _purge_post(message: Message, *, texts: Texts, live_chats: LiveChats) -> None:
    """Remove a post; only administrators post in a channel."""
    target = message.reply_to_message
    if target is None:
        await message.reply(texts("live-purge-how"))
        return
    removed = await live_chats.purge(message.chat.id, target.message_id)
    await message.reply(texts("live-purged" if removed else "live-purge-nothing"))


async def _live(
    message: Message,
    *,
    bot: Bot,
    command: CommandObject,
    texts: Texts,
    live_chats: LiveChats,
    access: Access,
    person: Person | None = None,
) -> None:
    if person is None or not await access.admits(person, group_id=message.chat.id):
        return
    if not await _may_switch(bot, message, person):
        await message.reply(texts("live-admins-only"))
        return
    by = 0 if speaks_for_chat(message) else person.user_id
    html, keyboard = await _commanded(
        bot, message.chat, command.args or "", by=by, texts=texts, live_chats=live_chats
    )
    await message.answer(html, reply_markup=keyboard)


async def _may_switch(bot: Bot, message: Message, person: Person) -> bool:
    if speaks_for_chat(message):
        return True
    return message.sender_chat is None and await is_admin(bot, message.chat.id, person)


async def _live_in_private(message: Message, *, texts: Texts) -> None:
    await message.answer(texts("live-where"))


async def _live_post(
    message: Message,
    *,
    bot: Bot,
    command: CommandObject,
    texts: Texts,
    live_chats: LiveChats,
    access: Access,
) -> None:
    """Switch by a post, which only administrators of a channel can write."""
    is_open = await access.mode() is AccessMode.OPEN
    if not is_open and message.chat.id not in await access.store.group_ids():
        return
    html, _ = await _commanded(
        bot, message.chat, command.args or "", by=0, texts=texts, live_chats=live_chats
    )
    await message.answer(html)


async def _commanded(
    bot: Bot, chat: Chat, wish: str, *, by: int, texts: Texts, live_chats: LiveChats
) -> tuple[Markup, InlineKeyboardMarkup | None]:
    """Do what stands after ``/live``; without a wish, show how things are."""
    words = wish.lower().split()
    if words[:1] == ["on"]:
        return await _turned_on(bot, chat, by=by, texts=texts, live_chats=live_chats)
    if words[:1] == ["off"]:
        return await _turned_off(chat.id, owner=by, texts=texts, live_chats=live_chats)
    if words[:1] == ["days"] and len(words) > 1 and words[1].isdecimal():
        days = min(max(1, int(words[1][:5])), _MOST_DAYS)
        if await live_chats.find(chat.id) is not None:
            kept = await live_chats.keep_for(chat.id, days)
            return texts("live-days", days=kept.kept_days), None
    return _state_page(await live_chats.find(chat.id), chat.id, owner=by, texts=texts)


async def _turned_on(
    bot: Bot, chat: Chat, *, by: int, texts: Texts, live_chats: LiveChats
) -> tuple[Markup, InlineKeyboardMarkup | None]:
    if chat.type != ChatType.CHANNEL and not await _hears_everything(bot, chat.id):
        return texts("live-deaf"), None
    channel = chat.type == ChatType.CHANNEL
    switched = await live_chats.turn_on(
        chat.id, title=chat.title or "", username=chat.username, channel=channel, by=by
    )
    return texts(_announcement(switched), days=switched.kept_days), None


def _announcement(chat: LiveChat) -> str:
    return "live-on-channel" if chat.channel else "live-on"


async def _hears_everything(bot: Bot, chat_id: int) -> bool:
    """Tell whether Telegram gives the bot all messages: without privacy mode, or as an admin."""
    me = await bot.get_me()
    return bool(me.can_read_all_group_messages) or await is_chat_admin(bot, chat_id, me.id)


async def _turned_off(
    chat_id: int, *, owner: int, texts: Texts, live_chats: LiveChats
) -> tuple[Markup, InlineKeyboardMarkup | None]:
    was_on = await live_chats.turn_off(chat_id)
    erase = LiveTap(owner=owner, action="erase", chat_id=chat_id)
    keyboard = rows([button(texts.plain("live-button-erase"), erase)])
    return texts("live-off" if was_on else "live-off-already"), keyboard


def _state_page(
    chat: LiveChat | None, chat_id: int, *, owner: int, texts: Texts
) -> tuple[Markup, InlineKeyboardMarkup]:
    def tap(action: str, days: int = 0) -> LiveTap:
        return LiveTap(owner=owner, action=action, chat_id=chat_id, days=days)

    if chat is None or not chat.is_on:
        return texts("live-state-off"), rows([button(texts.plain("live-button-on"), tap("on"))])
    days = [
        choice(texts.plain("live-button-days", days=n), tap("days", n), chosen=n == chat.kept_days)
        for n in _DAYS
    ]
    off = button(texts.plain("live-button-off"), tap("off"))
    return texts("live-state-on", days=chat.kept_days), rows(days[:2], days[2:], [off])


async def _placed(
    event: ChatMemberUpdated, *, bot: Bot, person: Person, texts: Texts, live_chats: LiveChats,
    access: Access,
) -> None:  # fmt: skip
    """Offer the switch to whoever made the bot an administrator of a channel; leave with it."""
    status = event.new_chat_member.status
    if status in {ChatMemberStatus.LEFT, ChatMemberStatus.KICKED}:
        await live_chats.turn_off(event.chat.id)
        return
    is_placed = event.chat.type == ChatType.CHANNEL and status == ChatMemberStatus.ADMINISTRATOR
    if is_placed and await access.admits(person, group_id=event.chat.id):
        await _offer(event, bot, person, texts)


async def _offer(event: ChatMemberUpdated, bot: Bot, person: Person, texts: Texts) -> None:
    tap = LiveTap(owner=person.user_id, action="on", chat_id=event.chat.id)
    keyboard = rows([button(texts.plain("live-button-on"), tap)])
    html = texts("live-offer", title=event.chat.title or "")
    try:
        await bot.send_message(person.user_id, html, reply_markup=keyboard)
    except TelegramAPIError as error:
        # Who never wrote to the bot can post /live on in the channel.
        log.info("live_not_offered", reason=type(error).__name__)


async def _tap(
    callback: CallbackQuery,
    *,
    callback_data: LiveTap,
    bot: Bot,
    person: Person,
    texts: Texts,
    live_chats: LiveChats,
) -> None:
    chat_id = callback_data.chat_id
    # A panel that an anonymous administrator opened belongs to all of them.
    mine = callback_data.owner in {0, person.user_id}
    if not mine or not await is_admin(bot, chat_id, person):
        await toast(callback, texts.plain("live-admins-only-toast"), alert=True)
    elif callback_data.action == "on":
        await _tapped_on(callback, chat_id, bot=bot, person=person, texts=texts,
                         live_chats=live_chats)  # fmt: skip
    elif callback_data.action == "off":
        await redraw(callback, *await _turned_off(
            chat_id, owner=callback_data.owner, texts=texts, live_chats=live_chats
        ))  # fmt: skip
    elif callback_data.action == "erase":
        await close_panel(callback, texts("live-erased", count=await live_chats.erase(chat_id)))
    elif callback_data.days in _DAYS:
        chat = await live_chats.keep_for(chat_id, callback_data.days)
        await redraw(callback, *_state_page(chat, chat_id, owner=callback_data.owner, texts=texts))


async def _tapped_on(
    callback: CallbackQuery, chat_id: int, *, bot: Bot, person: Person, texts: Texts,
    live_chats: LiveChats,
) -> None:  # fmt: skip
    """Turn a source on and say so in the chat itself, wherever the button was."""
    chat = await bot.get_chat(chat_id)
    html, _ = await _turned_on(bot, chat, by=person.user_id, texts=texts, live_chats=live_chats)
    await close_panel(callback, html)
    if callback.message is not None and callback.message.chat.id != chat_id:
        try:
            await bot.send_message(chat_id, html)
        except TelegramAPIError as error:
            await live_chats.turn_off(chat_id)
            log.info("live_not_announced", reason=type(error).__name__)
            await bot.send_message(person.user_id, texts("live-not-announced"))
