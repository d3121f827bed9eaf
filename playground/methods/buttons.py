"""Keyboards that come with a message: checked, kept on it, shown to people."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from playground.formatting.utf16 import cut
from playground.methods.button_links import checked_link
from playground.refusals import bad_request
from playground.state.keyboards import Shown
from playground.state.places import Place
from playground.town import Town

AnyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
AnyButton = TypeVar("AnyButton", KeyboardButton, InlineKeyboardButton)
LONGEST_CALLBACK_DATA: Final = 64
LONGEST_COPIED: Final = 256
LONGEST_ROW: Final = 12
MOST_BUTTONS: Final = 100
ACTIONS: Final = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query",
    "switch_inline_query_chosen_chat", "switch_inline_query_current_chat", "login_url", "web_app",
    "copy_text", "disabled",
)  # fmt: skip
"""What an inline button does: the first that is given counts, as in the Bot API server."""
BEARABLE_EMPTY: Final = frozenset({"switch_inline_query", "switch_inline_query_current_chat"})
PRIVATE_ONLY: Final = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "request_user": "users can be requested in private chats only",
    "request_users": "users can be requested in private chats only",
    "request_chat": "chats can be requested in private chats only",
    "web_app": "Web App buttons can be used in private chats only",
}


def checked(
    markup: AnyMarkup | None, *, chat_type: str = "private", has_game: bool = False
) -> AnyMarkup | None:
    """Give a markup as Telegram keeps it: without nameless buttons, addresses written out.

    Args:
        markup: What the bot gave.
        chat_type: Where it goes, as the Bot API names it; some buttons are for some chats.
        has_game: Whether the message is a game, whose first button starts it.

    Raises:
        Refusal: A button has no action, or one that is unusable there; or there are too many.
    """
    if isinstance(markup, InlineKeyboardMarkup):
        return _checked_inline(markup, chat_type, has_game=has_game)
    if markup is not None and chat_type == "channel":
        raise bad_request("inline keyboard expected")
    if not isinstance(markup, ReplyKeyboardMarkup):
        return markup
    rows = _rows(markup.keyboard, lambda button: _checked_key(button, chat_type))
    return markup.model_copy(update={"keyboard": rows}) if rows else None


def _rows(
    rows: Sequence[Sequence[AnyButton]], check: Callable[[AnyButton], AnyButton]
) -> list[list[AnyButton]]:
    kept = [[check(button) for button in row if button.text][:LONGEST_ROW] for row in rows]
    if sum(map(len, kept)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return [row for row in kept if row]


def _checked_key(button: KeyboardButton, chat_type: str) -> KeyboardButton:
    if not button.text.strip():
        raise bad_request("keyboard button text must be non-empty")
    for name, words in PRIVATE_ONLY.items():
        if getattr(button, name) and chat_type != "private":
            raise bad_request(words)
    if button.web_app is not None:
        checked_link(button.web_app.url, "keyboard button Web App", https_only=True)
    return button


def _checked_inline(
    markup: InlineKeyboardMarkup, chat_type: str, *, has_game: bool
) -> InlineKeyboardMarkup | None:
    rows = _rows(markup.inline_keyboard, lambda button: _checked_button(button, chat_type))
    buttons = [button for row in rows for button in row]
    starters = [button for button in buttons if button.callback_game is not None]
    if starters and not has_game:
        raise bad_request("BUTTON_TYPE_INVALID")
    if buttons and has_game and not starters:
        raise bad_request("REPLY_MARKUP_GAME_EMPTY")
    if starters and buttons[0] is not starters[0]:
        raise bad_request("BUTTON_POS_INVALID")
    return markup.model_copy(update={"inline_keyboard": rows}) if rows else None


def _checked_button(button: InlineKeyboardButton, chat_type: str) -> InlineKeyboardButton:
    """Check one button; of several actions only the first is kept."""
    if not button.text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    action = next((name for name in ACTIONS if _is_given(button, name)), None)
    if action is None:
        raise bad_request(
            "can't parse InlineKeyboardButton: Text buttons are not allowed in the inline keyboard"
        )
    others = [name for name in ACTIONS if name != action and getattr(button, name) is not None]
    if others:
        button = button.model_copy(update=dict.fromkeys(others))
    check = CHECKS.get(action)
    return check(button, chat_type) if check is not None else button


def _is_given(button: InlineKeyboardButton, name: str) -> bool:
    value = getattr(button, name)
    if value is None or value is False:
        return False
    return name in BEARABLE_EMPTY or value != ""


def _url(button: InlineKeyboardButton, _chat_type: str) -> InlineKeyboardButton:
    link = checked_link(button.url or "", "inline keyboard button")
    return button.model_copy(update={"url": link})


def _data(button: InlineKeyboardButton, _chat_type: str) -> InlineKeyboardButton:
    if len((button.callback_data or "").encode()) > LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return button


def _pay(_button: InlineKeyboardButton, _chat_type: str) -> InlineKeyboardButton:
    raise bad_request("BUTTON_TYPE_INVALID")  # only invoices have it, and there are none here


def _switch(button: InlineKeyboardButton, chat_type: str) -> InlineKeyboardButton:
    if chat_type != "channel":
        return button
    is_here = button.switch_inline_query_current_chat is not None
    name = "switch_inline_query_current_chat" if is_here else "switch_inline_query"
    raise bad_request(
        f"can't use {name} button in a channel chat, because users will not be able to use the"
        " button without knowing bot's username"
    )


def _login(button: InlineKeyboardButton, _chat_type: str) -> InlineKeyboardButton:
    if button.login_url is not None:
        checked_link(button.login_url.url, "inline keyboard button login", https_only=True)
    return button


def _web_app(button: InlineKeyboardButton, chat_type: str) -> InlineKeyboardButton:
    if button.web_app is not None:
        checked_link(button.web_app.url, "inline keyboard button Web App", https_only=True)
    if chat_type != "private":
        raise bad_request("BUTTON_TYPE_INVALID")
    return button


def _copy(button: InlineKeyboardButton, _chat_type: str) -> InlineKeyboardButton:
    if button.copy_text is not None and not 1 <= len(button.copy_text.text) <= LONGEST_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return button


CHECKS: Final[dict[str, Callable[[InlineKeyboardButton, str], InlineKeyboardButton]]] = {
    "url": _url, "callback_data": _data, "pay": _pay, "switch_inline_query": _switch,
    "switch_inline_query_chosen_chat": _switch, "switch_inline_query_current_chat": _switch,
    "login_url": _login, "web_app": _web_app, "copy_text": _copy,
}  # fmt: skip


def inline(markup: AnyMarkup | None) -> InlineKeyboardMarkup | None:
    """Give what stays on the message itself."""
    if isinstance(markup, InlineKeyboardMarkup) and markup.inline_keyboard:
        return markup
    return None


def show_keyboard(town: Town, place: Place, message: Message, markup: AnyMarkup | None) -> None:
    """Change the reply keyboards that people see."""
    if markup is None or isinstance(markup, InlineKeyboardMarkup):
        return
    shown = Shown(
        keyboard=markup if isinstance(markup, ReplyKeyboardMarkup) else None,
        force_reply=markup if isinstance(markup, ForceReply) else None,
        message_id=message.message_id,
    )
    people = town.people_at(place)
    if markup.selective and not place.is_private:
        people = [person for person in people if person in _addressed(town, message)]
    for person in people:
        town.keyboards.show(place, person, shown)
    town.events.add("keyboard", to=people, chat=place.peer_id, **shown.as_json())


def _addressed(town: Town, message: Message) -> set[int]:
    """Whom a selective keyboard is for: who is replied to or mentioned."""
    text = message.text or message.caption or ""
    people: set[int] = set()
    for entity in message.entities or message.caption_entities or ():
        user = entity.user
        if entity.type == "mention":
            user = town.users.by_username(cut(text, entity.offset, entity.length).lstrip("@"))
        if user is not None:
            people.add(user.id)
    if message.reply_to_message is not None and message.reply_to_message.from_user is not None:
        people.add(message.reply_to_message.from_user.id)
    return people
