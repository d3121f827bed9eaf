"""``/settings``: one message, edited in place, for the person who opened it."""

from collections.abc import Iterator

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, User

from handlers.callbacks import SettingsTap
from handlers.editing import close_panel, redraw
from handlers.filters import FromPerson
from handlers.i18n import Catalogue, Texts
from handlers.keyboards import button, choice, column, rows
from handlers.plain_words import Says
from handlers.toasts import toast
from services.answering.commands import CommandKind, PlainCommand
from services.errors import InvalidInputError
from services.people.models import Person, PreferredLength
from services.people.people import People

_MAIN, _CLOSE, _AUTO = "main", "close", "auto"
_PAGES = ("language", "length", "voice")


def build_router() -> Router:
    """Take ``/settings``, its buttons, and "answer shorter"."""
    router = Router(name="settings")
    router.message.register(_open, FromPerson(), Command("settings"))
    router.message.register(_open, FromPerson(), Says(CommandKind.SETTINGS))
    router.message.register(_say_length, FromPerson(), Says(CommandKind.ANSWER_LENGTH))
    router.callback_query.register(_tap, SettingsTap.filter())
    return router


async def send_settings(message: Message, person: Person, texts: Texts) -> None:
    """Send a fresh settings message to the chat of ``message``."""
    await message.answer(_summary(person, texts), reply_markup=_main_keyboard(person, texts))


async def _open(message: Message, *, person: Person, texts: Texts) -> None:
    await send_settings(message, person, texts)


async def _say_length(
    message: Message, *, plain_command: PlainCommand, person: Person, texts: Texts, people: People
) -> None:
    length = PreferredLength(plain_command.argument)
    await people.choose_length(person, length)
    await message.reply(texts("settings-length-chosen", length=length.value))


async def _tap(
    callback: CallbackQuery,
    *,
    callback_data: SettingsTap,
    person: Person,
    texts: Texts,
    people: People,
    catalogue: Catalogue,
    event_from_user: User,
) -> None:
    if callback_data.owner != person.user_id:
        await toast(callback, texts.plain("settings-not-yours"), alert=True)
        return
    if callback_data.page == _CLOSE:
        await close_panel(callback, texts("settings-closed"))
        return
    if callback_data.value:
        person = await _chosen(person, callback_data.page, callback_data.value, people, catalogue)
        texts = catalogue.texts(person.language, event_from_user.language_code)
    await redraw(callback, *_page(callback_data.page, person, texts, catalogue))


async def _chosen(
    person: Person, page: str, value: str, people: People, catalogue: Catalogue
) -> Person:
    if page == "language" and value in {_AUTO, *catalogue.languages}:
        return await people.choose_language(person, None if value == _AUTO else value)
    if page == "length" and value in set(PreferredLength):
        return await people.choose_length(person, PreferredLength(value))
    if page == "voice" and value in {"on", "off"}:
        return await people.choose_voice(person, on=value == "on")
    msg = "no such setting"
    raise InvalidInputError(msg)


def _page(
    page: str, person: Person, texts: Texts, catalogue: Catalogue
) -> tuple[str, InlineKeyboardMarkup]:
    if page not in _PAGES:
        return _summary(person, texts), _main_keyboard(person, texts)
    choices = [
        choice(label, SettingsTap(owner=person.user_id, page=page, value=value), chosen=chosen)
        for value, label, chosen in _choices(page, person, texts, catalogue)
    ]
    back = SettingsTap(owner=person.user_id, page=_MAIN)
    return texts(f"settings-{page}-title"), rows(
        *column(choices), [button(texts.plain("settings-button-back"), back)]
    )


def _choices(
    page: str, person: Person, texts: Texts, catalogue: Catalogue
) -> Iterator[tuple[str, str, bool]]:
    """Give value, label and whether it is the present one."""
    if page == "language":
        yield _AUTO, texts.plain("settings-language-auto"), person.language is None
        for code in catalogue.languages:
            yield code, catalogue.texts(code).plain("language-name"), person.language == code
    elif page == "length":
        for length in PreferredLength:
            yield length.value, texts.plain(f"settings-length-{length}"), person.length is length
    else:
        for value, on in (("on", True), ("off", False)):
            yield value, texts.plain(f"settings-voice-{value}"), person.voice is on


def _summary(person: Person, texts: Texts) -> str:
    return texts(
        "settings-title",
        language=person.language or _AUTO,
        length=person.length.value,
        voice="on" if person.voice else "off",
    )


def _main_keyboard(person: Person, texts: Texts) -> InlineKeyboardMarkup:
    def to(page: str) -> SettingsTap:
        return SettingsTap(owner=person.user_id, page=page)

    pages: list[InlineKeyboardButton] = [
        button(texts.plain(f"settings-button-{page}"), to(page)) for page in _PAGES
    ]
    return rows(*column(pages), [button(texts.plain("settings-button-close"), to(_CLOSE))])
