"""``/moderation``: the settings of a group's moderation, by buttons, for who looks after it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from handlers.administrators import TelegramAdministrators
from handlers.callbacks import ModerationTap
from handlers.editing import close_panel, redraw
from handlers.i18n import Texts
from handlers.moderation_logs import chosen_log
from handlers.moderation_pages import panel
from handlers.parsing import GROUPS, tapped_message
from handlers.sources_rights import speaks_for_chat
from handlers.toasts import toast
from services.moderation.models import Check
from services.moderation.policy import ChatPolicy
from services.moderation.ports import PolicyStore
from services.people.models import Person


def build_router() -> Router:
    """Take the command and the buttons of its panel."""
    router = Router(name="moderation_panel")
    router.message.register(_open, Command("moderation"), F.chat.type.in_(GROUPS))
    router.message.register(_elsewhere, Command("moderation"), F.chat.type == ChatType.PRIVATE)
    router.callback_query.register(_tap, ModerationTap.filter())
    return router


async def _elsewhere(message: Message, *, texts: Texts) -> None:
    await message.reply(texts("moderation-where"))


async def _open(
    message: Message,
    *,
    bot: Bot,
    command: CommandObject,
    texts: Texts,
    policies: PolicyStore,
    administrators: TelegramAdministrators,
    person: Person | None = None,
) -> None:
    chat_id = message.chat.id
    if not (speaks_for_chat(message) or await administrators.keeps(chat_id, person)):
        await message.reply(texts("moderation-toast-not-admin"))
        return
    policy = await policies.get(chat_id)
    if command.args:
        log_chat_id, said = await chosen_log(bot, command.args, texts, person)
        if log_chat_id is not None:
            await policies.save(replace(policy, log_chat_id=log_chat_id))
        await message.reply(said)
        return
    administrators.forget(chat_id)
    text, keyboard = panel("main", policy, await administrators.staff(chat_id), texts)
    await message.answer(text, reply_markup=keyboard)


async def _tap(
    callback: CallbackQuery,
    *,
    callback_data: ModerationTap,
    texts: Texts,
    policies: PolicyStore,
    administrators: TelegramAdministrators,
    person: Person | None = None,
) -> None:
    message = tapped_message(callback)
    if message is None:
        await toast(callback)
        return
    chat_id = message.chat.id
    if not await administrators.keeps(chat_id, person):
        await toast(callback, texts.plain("moderation-toast-not-admin"), alert=True)
        return
    if callback_data.page == "close":
        await close_panel(callback, texts("moderation-closed"))
        return
    policy = await policies.get(chat_id)
    if callback_data.value:
        policy = _changed(policy, callback_data.page, callback_data.value, texts.language)
        await policies.save(policy)
    staff = await administrators.staff(chat_id)
    await redraw(callback, *panel(callback_data.page, policy, staff, texts))


def _changed(policy: ChatPolicy, page: str, value: str, language: str) -> ChatPolicy:
    """Give the policy with one choice made; a button of another version changes nothing."""
    change = _CHANGES.get(page)
    return policy if change is None else change(policy, value, language)


def _mode(policy: ChatPolicy, value: str, language: str) -> ChatPolicy:
    return replace(
        policy, is_on=value != "off", is_dry_run=value == "dry",
        language=policy.language or language,
    )  # fmt: skip


def _check(policy: ChatPolicy, value: str, _: str) -> ChatPolicy:
    check = next((check for check in Check if check.value == value), None)
    return policy if check is None else replace(policy, checks=policy.checks ^ {check})


def _ladder(policy: ChatPolicy, value: str, _: str) -> ChatPolicy:
    kind, number = value[:1], value[1:]
    if not number.isdigit():
        return policy
    count = int(number)
    steps = policy.ladder
    match kind:
        case "r":
            steps = replace(steps, rephrases=count)
        case "w":
            steps = replace(steps, warnings=count)
        case "m":
            steps = replace(steps, mute_for=timedelta(hours=count))
        case "e":
            steps = replace(steps, expire_after=timedelta(days=count))
    return replace(policy, ladder=steps)


def _rewrites(policy: ChatPolicy, value: str, _: str) -> ChatPolicy:
    return replace(policy, offers_rewrites=value == "on")


_CHANGES: Final[dict[str, Callable[[ChatPolicy, str, str], ChatPolicy]]] = {
    "main": _mode, "checks": _check, "ladder": _ladder, "rewrites": _rewrites,
}  # fmt: skip
