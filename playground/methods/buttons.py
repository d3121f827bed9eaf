"""Keyboards that come with a message: checked, kept on it, shown to people."""

from typing import Final

from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from playground.refusals import bad_request
from playground.state.keyboards import Shown
from playground.state.places import Place
from playground.town import Town

AnyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
LONGEST_CALLBACK_DATA: Final = 64
MOST_BUTTONS: Final = 100


def checked(markup: AnyMarkup | None) -> AnyMarkup | None:
    """Check the buttons of a markup.

    Raises:
        Refusal: One has no text, no action, or too much data; or there are too many.
    """
    if isinstance(markup, ReplyKeyboardMarkup):
        _check_count(sum(map(len, markup.keyboard)))
        if any(not button.text.strip() for row in markup.keyboard for button in row):
            raise bad_request("keyboard button text must be non-empty")
    if isinstance(markup, InlineKeyboardMarkup):
        _check_count(sum(map(len, markup.inline_keyboard)))
        for row in markup.inline_keyboard:
            for button in row:
                _check_button(button)
    return markup


def _check_count(buttons: int) -> None:
    if buttons > MOST_BUTTONS:
        raise bad_request("reply markup is too long")


def _check_button(button: InlineKeyboardButton) -> None:
    if not button.text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if button.callback_data is not None and not button.callback_data.encode():
        raise bad_request("BUTTON_DATA_INVALID")
    if len((button.callback_data or "").encode()) > LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    given = button.model_dump(exclude_none=True, exclude={"text", "style", "icon_custom_emoji_id"})
    if not given:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if button.url is not None and not _is_url(button.url):
        raise bad_request(
            f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL specified"
        )


def _is_url(url: str) -> bool:
    scheme, separator, rest = url.partition("://")
    return bool(scheme and rest) if separator else "." in url


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
        people = [person for person in people if person in _addressed(message)]
    for person in people:
        town.keyboards.show(place, person, shown)
    town.events.add("keyboard", to=people, chat=place.peer_id, **shown.as_json())


def _addressed(message: Message) -> set[int]:
    """Whom a selective keyboard is for: who is replied to or mentioned."""
    entities = message.entities or message.caption_entities or ()
    people = {entity.user.id for entity in entities if entity.user is not None}
    if message.reply_to_message is not None and message.reply_to_message.from_user is not None:
        people.add(message.reply_to_message.from_user.id)
    return people
