"""What the pages of ``/access`` say and offer."""

from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks import AccessTap
from handlers.i18n import Markup, Texts
from handlers.keyboards import button, choice, column, rows
from services.people.models import AccessMode, AccessState, Person, Role

Page = tuple[Markup, InlineKeyboardMarkup]
_PAGE_LENGTH: Final = 10
_NAME_LENGTH: Final = 40


def main_page(state: AccessState, by: Person, texts: Texts) -> Page:
    """The mode with its choices, and the ways to the lists."""
    modes = [
        choice(
            texts.plain(f"access-mode-{mode.value}"),
            _to(by, "mode", mode),
            chosen=mode is state.mode,
        )
        for mode in AccessMode
    ]
    lists = [
        button(texts.plain("access-button-people"), _to(by, "people")),
        button(texts.plain("access-button-groups"), _to(by, "groups")),
    ]
    invite = [button(texts.plain("access-button-invite"), _to(by, "invite"))]
    if state.mode is AccessMode.LIST:
        invite = []
    return _title(state, texts), rows(*column(modes), invite, lists, [_close(by, texts)])


def group_page(state: AccessState, chat_id: int, by: Person, texts: Texts) -> Page:
    """What can be done inside a group: let it in, or take that back."""
    admitted = chat_id in state.group_ids
    key, action = ("remove-group", "remove_here") if admitted else ("admit-group", "admit_here")
    act = button(texts.plain(f"access-button-{key}"), _to(by, action))
    return _title(state, texts), rows([act], [_close(by, texts)])


def invite_page(link: str, by: Person, texts: Texts) -> Page:
    """The one time that an invite link is shown: only its hash is kept."""
    return texts("access-invite", link=link), rows([_back(by, texts)])


async def people_page(
    bot: Bot, state: AccessState, by: Person, texts: Texts, *, start: int
) -> Page:
    """A page of the people on the list, by their present names."""
    shown = state.admitted[start : start + _PAGE_LENGTH]
    people = [
        button(await _name(bot, one.user_id), _to(by, "person", str(one.user_id))) for one in shown
    ]
    more = []
    if start + _PAGE_LENGTH < len(state.admitted):
        further = _to(by, "people", str(start + _PAGE_LENGTH))
        more = [button(texts.plain("access-button-more"), further)]
    title = texts("access-people-title" if people else "access-people-none")
    return title, rows(*column(people), more, [_back(by, texts)])


async def person_page(bot: Bot, shown: Person, by: Person, texts: Texts) -> Page:
    """One person of the list, with what may be done to them."""
    user_id = str(shown.user_id)
    acts: list[InlineKeyboardButton] = []
    if by.role is Role.OWNER and shown.role is Role.MEMBER:
        acts.append(button(texts.plain("access-button-make-admin"), _to(by, "admin", user_id)))
    if by.role is Role.OWNER and shown.role is Role.ADMIN:
        acts.append(button(texts.plain("access-button-drop-admin"), _to(by, "member", user_id)))
    if shown.role is Role.MEMBER or (by.role is Role.OWNER and shown.role is Role.ADMIN):
        acts.append(button(texts.plain("access-button-remove"), _to(by, "remove", user_id)))
    title = texts(
        "access-person-title", name=await _name(bot, shown.user_id), role=shown.role.value
    )
    return title, rows(*column(acts), [_back(by, texts, "people")])


async def groups_page(bot: Bot, state: AccessState, by: Person, texts: Texts) -> Page:
    """The groups on the list; pressing one takes it off."""
    groups = [
        button(f"✕ {await _name(bot, chat_id)}", _to(by, "drop_group", str(chat_id)))
        for chat_id in state.group_ids[:_PAGE_LENGTH]
    ]
    return texts("access-groups-title"), rows(*column(groups), [_back(by, texts)])


def _title(state: AccessState, texts: Texts) -> Markup:
    return texts(
        "access-title",
        mode=state.mode.value,
        people=len(state.admitted),
        groups=len(state.group_ids),
    )


async def _name(bot: Bot, chat_id: int) -> str:
    """Ask Telegram for the present name, which is kept nowhere; the id where it tells none."""
    try:
        chat = await bot.get_chat(chat_id)
    except TelegramAPIError:
        return str(chat_id)
    return (chat.title or chat.full_name or str(chat_id))[:_NAME_LENGTH]


def _to(by: Person, action: str, value: str = "") -> AccessTap:
    return AccessTap(owner=by.user_id, action=action, value=value)


def _back(by: Person, texts: Texts, action: str = "main") -> InlineKeyboardButton:
    return button(texts.plain("access-button-back"), _to(by, action))


def _close(by: Person, texts: Texts) -> InlineKeyboardButton:
    return button(texts.plain("access-button-close"), _to(by, "close"))
