"""The first minute: greeting, examples, help, links that make somebody the owner or a member."""

from dataclasses import dataclass
from typing import Final

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, Update

from handlers.callbacks import StartTap
from handlers.command_menu import publish_admin_commands
from handlers.filters import FromPerson
from handlers.i18n import Catalogue, Texts, escape
from handlers.keyboards import button, column, rows
from handlers.parsing import new_request, tapped_message
from handlers.plain_words import Says
from handlers.settings import send_settings
from handlers.toasts import toast
from services.answering.commands import CommandKind
from services.answering.requests import Requests
from services.errors import InvalidInputError
from services.people.access import CLAIM, JOIN, Access
from services.people.models import Person, Role

_EXAMPLES: Final = ("1", "2", "3")
_LINKS: Final = ("about", "help", "settings")


@dataclass(frozen=True, slots=True)
class Onboarding:
    """What the greeting offers.

    Attributes:
        examples: The demo library is there, so that its questions can be offered.
        requests_days: Days that finished questions are kept, as ``/privacy`` says.
        dialogue_days: Days of silence that a conversation survives.
        memory_days: Days that an unused memory survives.
    """

    examples: bool
    requests_days: int
    dialogue_days: int
    memory_days: int


def build_router() -> Router:
    """Take ``/start`` with and without a link, ``/help``, ``/privacy``."""
    router = Router(name="onboarding")
    router.message.register(
        _claim, FromPerson(), CommandStart(deep_link=True, magic=F.args.startswith(f"{CLAIM}_"))
    )
    router.message.register(
        _join, FromPerson(), CommandStart(deep_link=True, magic=F.args.startswith(f"{JOIN}_"))
    )
    router.message.register(_privacy, FromPerson(), Command("privacy"))
    router.message.register(_privacy, FromPerson(), Says(CommandKind.PRIVACY))
    return router


def build_greeting_router() -> Router:
    """Greet and explain to those who may use the bot."""
    router = Router(name="greeting")
    router.message.register(_greet, FromPerson(), CommandStart())
    router.message.register(_help, FromPerson(), Command("help"))
    router.message.register(_help, FromPerson(), Says(CommandKind.HELP))
    router.callback_query.register(_tap, StartTap.filter(), flags={"asks": True})
    return router


async def _claim(
    message: Message,
    *,
    bot: Bot,
    command: CommandObject,
    catalogue: Catalogue,
    person: Person,
    texts: Texts,
    access: Access,
    onboarding: Onboarding,
) -> None:
    try:
        await access.claim((command.args or "").removeprefix(f"{CLAIM}_"), person)
    except InvalidInputError:
        await message.answer(texts("start-claim-spent"))
        return
    mode = await access.mode()
    await publish_admin_commands(bot, catalogue, person.user_id)
    await message.answer(texts("start-claimed", mode=mode.value))
    await _greet(message, texts=texts, onboarding=onboarding)


async def _join(
    message: Message,
    *,
    command: CommandObject,
    person: Person,
    texts: Texts,
    access: Access,
    onboarding: Onboarding,
) -> None:
    try:
        await access.join((command.args or "").removeprefix(f"{JOIN}_"), person)
    except InvalidInputError:
        await message.answer(texts("start-join-invalid"))
        return
    await message.answer(texts("start-joined"))
    await _greet(message, texts=texts, onboarding=onboarding)


async def _greet(message: Message, *, texts: Texts, onboarding: Onboarding) -> None:
    await message.answer(texts("start-greeting"), reply_markup=_start_keyboard(texts, onboarding))


def _start_keyboard(texts: Texts, onboarding: Onboarding) -> InlineKeyboardMarkup:
    if onboarding.examples:
        labels = {what: texts.plain(f"start-example-{what}") for what in _EXAMPLES}
    else:
        labels = {what: texts.plain(f"start-button-{what}") for what in _LINKS}
    return rows(*column(button(label, StartTap(what=what)) for what, label in labels.items()))


async def _help(message: Message, *, bot: Bot, person: Person, texts: Texts) -> None:
    await message.answer(await _help_text(bot, person, texts))


async def _help_text(bot: Bot, person: Person, texts: Texts) -> str:
    me = await bot.me()
    text: str = texts("help-text", mention=f"@{me.username}")
    if person.role in {Role.ADMIN, Role.OWNER}:
        text = f"{text}\n{texts('help-admin')}"
    return text


async def _privacy(message: Message, *, texts: Texts, onboarding: Onboarding) -> None:
    await message.answer(
        texts(
            "privacy-text",
            days=onboarding.requests_days,
            dialogue_days=onboarding.dialogue_days,
            memory_days=onboarding.memory_days,
        )
    )


async def _tap(
    callback: CallbackQuery,
    *,
    callback_data: StartTap,
    bot: Bot,
    person: Person,
    texts: Texts,
    requests: Requests,
    event_update: Update,
) -> None:
    message, what = tapped_message(callback), callback_data.what
    if message is None or what not in {*_EXAMPLES, *_LINKS}:
        await toast(callback, texts.plain("toast-stale"), alert=True)
        return
    await toast(callback)
    if what == "help":
        await message.answer(await _help_text(bot, person, texts))
    elif what == "settings":
        await send_settings(message, person, texts)
    else:
        key = f"start-example-{what}" if what in _EXAMPLES else f"start-button-{what}"
        await _ask_example(
            message, question=texts.plain(key), bot=bot, person=person, texts=texts,
            requests=requests, event_update=event_update,
        )  # fmt: skip


async def _ask_example(
    message: Message,
    *,
    question: str,
    bot: Bot,
    person: Person,
    texts: Texts,
    requests: Requests,
    event_update: Update,
) -> None:
    # The question is nowhere in the chat yet; the answer would come out of the blue.
    message = await message.answer(f"<blockquote>{escape(question)}</blockquote>")
    await requests.ask(
        new_request(
            message, question, person,
            bot_id=bot.id, update_id=event_update.update_id, language=texts.language,
        )
    )  # fmt: skip
