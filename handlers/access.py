"""``/access``: who may use the bot, by buttons."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.access_pages import (
    Page,
    group_page,
    groups_page,
    invite_page,
    main_page,
    people_page,
    person_page,
)
from handlers.callbacks import AccessTap
from handlers.editing import close_panel, redraw
from handlers.filters import FromPerson
from handlers.i18n import Texts
from handlers.toasts import toast
from services.errors import InvalidInputError, NotAllowedError
from services.people.access import Access
from services.people.models import AccessMode, Person, Right
from services.people.rights import require

_LARGEST_ID: Final = 2**52
"""Telegram: an id has at most 52 significant bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tap:
    """Who pressed (or wrote) what, where."""

    bot: Bot
    chat_id: int
    by: Person
    value: str
    access: Access
    texts: Texts

    @property
    def number(self) -> int:
        """The value as the id that it should be."""
        try:
            number = int(self.value)
        except ValueError as error:
            msg = "not an id"
            raise InvalidInputError(msg) from error
        if abs(number) > _LARGEST_ID:
            msg = "too large for an id"
            raise InvalidInputError(msg)
        return number


def build_router() -> Router:
    """Take ``/access`` and its buttons."""
    router = Router(name="access")
    router.message.register(_open, FromPerson(), Command("access"))
    router.callback_query.register(_tap, AccessTap.filter())
    return router


async def _open(
    message: Message,
    *,
    command: CommandObject,
    bot: Bot,
    person: Person,
    texts: Texts,
    access: Access,
) -> None:
    try:
        require(person, Right.ADMIT)
    except NotAllowedError:
        await message.reply(texts("access-refused"))
        return
    tap = _Tap(
        bot=bot, chat_id=message.chat.id, by=person, value=command.args or "",
        access=access, texts=texts,
    )  # fmt: skip
    html, keyboard = await _opened(tap, in_private=message.chat.type == ChatType.PRIVATE)
    await message.answer(html, reply_markup=keyboard)


async def _opened(tap: _Tap, *, in_private: bool) -> Page:
    if not in_private:
        return group_page(await tap.access.state(tap.by), tap.chat_id, tap.by, tap.texts)
    if tap.value:
        await tap.access.admit(tap.number, by=tap.by)
        return await _person(tap)
    return await _main(tap)


async def _tap(
    callback: CallbackQuery,
    *,
    callback_data: AccessTap,
    bot: Bot,
    person: Person,
    texts: Texts,
    access: Access,
) -> None:
    if callback_data.owner != person.user_id or callback.message is None:
        await toast(callback, texts.plain("access-not-yours"), alert=True)
        return
    if callback_data.action == "close":
        await close_panel(callback, texts("access-closed"))
        return
    act = _ACTIONS.get(callback_data.action)
    if act is None:
        await toast(callback, texts.plain("toast-stale"), alert=True)
        return
    tap = _Tap(
        bot=bot, chat_id=callback.message.chat.id, by=person, value=callback_data.value,
        access=access, texts=texts,
    )  # fmt: skip
    html, keyboard = await act(tap)
    await redraw(callback, html, keyboard)


async def _main(tap: _Tap) -> Page:
    return main_page(await tap.access.state(tap.by), tap.by, tap.texts)


async def _mode(tap: _Tap) -> Page:
    if tap.value not in set(AccessMode):
        msg = "no such access mode"
        raise InvalidInputError(msg)
    await tap.access.set_mode(AccessMode(tap.value), by=tap.by)
    return await _main(tap)


async def _invite(tap: _Tap) -> Page:
    parameter = await tap.access.new_invite(by=tap.by)
    me = await tap.bot.me()
    return invite_page(f"https://t.me/{me.username}?start={parameter}", tap.by, tap.texts)


async def _people(tap: _Tap) -> Page:
    state = await tap.access.state(tap.by)
    start = max(0, tap.number) if tap.value else 0
    return await people_page(tap.bot, state, tap.by, tap.texts, start=start)


async def _person(tap: _Tap) -> Page:
    state = await tap.access.state(tap.by)
    shown = next((one for one in state.admitted if one.user_id == tap.number), None)
    if shown is None:
        return await people_page(tap.bot, state, tap.by, tap.texts, start=0)
    return await person_page(tap.bot, shown, tap.by, tap.texts)


async def _name_admin(tap: _Tap) -> Page:
    await tap.access.name_admin(tap.number, admin=True, by=tap.by)
    return await _person(tap)


async def _drop_admin(tap: _Tap) -> Page:
    await tap.access.name_admin(tap.number, admin=False, by=tap.by)
    return await _person(tap)


async def _remove(tap: _Tap) -> Page:
    await tap.access.remove(tap.number, by=tap.by)
    return await _person(tap)


async def _groups(tap: _Tap) -> Page:
    return await groups_page(tap.bot, await tap.access.state(tap.by), tap.by, tap.texts)


async def _drop_group(tap: _Tap) -> Page:
    await tap.access.remove_group(tap.number, by=tap.by)
    return await _groups(tap)


async def _admit_here(tap: _Tap) -> Page:
    await tap.access.admit_group(tap.chat_id, by=tap.by)
    return group_page(await tap.access.state(tap.by), tap.chat_id, tap.by, tap.texts)


async def _remove_here(tap: _Tap) -> Page:
    await tap.access.remove_group(tap.chat_id, by=tap.by)
    return group_page(await tap.access.state(tap.by), tap.chat_id, tap.by, tap.texts)


_ACTIONS: Final[dict[str, Callable[[_Tap], Awaitable[tuple[str, InlineKeyboardMarkup]]]]] = {
    "main": _main,
    "mode": _mode,
    "invite": _invite,
    "people": _people,
    "person": _person,
    "admin": _name_admin,
    "member": _drop_admin,
    "remove": _remove,
    "groups": _groups,
    "drop_group": _drop_group,
    "admit_here": _admit_here,
    "remove_here": _remove_here,
}
