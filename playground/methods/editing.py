"""Edits and deletions."""

from collections.abc import Sequence
from typing import Any, Final

from aiogram import methods
from aiogram.types import InlineKeyboardMarkup, Message

from playground.encoding import moment
from playground.formatting.texts import caption_text, message_text
from playground.mentions import with_people
from playground.methods.addressing import reachable
from playground.methods.buttons import checked, inline
from playground.methods.speaking import MEDIA, not_modified
from playground.post import repost, unpost
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.places import Place

area = Area()
MOST_AT_ONCE: Final = 100
DELETABLE_S: Final = 48 * 3600


def own_message(
    caller: Caller, chat_id: int | str | None, message_id: int | None, doing: str = "edit"
) -> tuple[Place, Message]:
    """Find a message of the bot to change it.

    Raises:
        Refusal: It is not there, or is somebody else's.
    """
    place = reachable(caller, chat_id)
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = caller.town.messages.find(place, message_id)
    if message is None:
        raise bad_request(f"message to {doing} not found")
    if message.from_user is None or message.from_user.id != caller.bot.id:
        raise bad_request("message can't be edited")
    return place, message


def change(
    caller: Caller, place: Place, message: Message, markup: InlineKeyboardMarkup | None,
    **content: Any,  # noqa: ANN401 - the fields of Message
) -> Message:  # fmt: skip
    """Store a changed message.

    Raises:
        Refusal: Nothing changes, the buttons are unusable, or the bot writes too often.
    """
    fields: dict[str, Any] = {"reply_markup": inline(checked(markup)), **content}
    if all(getattr(message, name) == value for name, value in fields.items()):
        raise not_modified()
    caller.town.limits.message(caller.bot.id, place)
    if content:
        fields["edit_date"] = int(caller.town.now())
    return repost(caller.town, place, message.model_copy(update=fields))


@area.answers_to(methods.EditMessageText)
def edit_message_text(caller: Caller, call: methods.EditMessageText) -> Message:
    """Change the text and the buttons of a message."""
    place, message = own_message(caller, call.chat_id, call.message_id)
    text, entities = message_text(call.text, call.parse_mode, call.entities)
    if any(getattr(message, kind) for kind in MEDIA):
        raise bad_request("there is no text in the message to edit")
    marks = with_people(caller.town, entities) or None
    return change(caller, place, message, call.reply_markup, text=text, entities=marks)


@area.answers_to(methods.EditMessageCaption)
def edit_message_caption(caller: Caller, call: methods.EditMessageCaption) -> Message:
    """Change the caption and the buttons of a message."""
    place, message = own_message(caller, call.chat_id, call.message_id)
    caption, entities = caption_text(call.caption, call.parse_mode, call.caption_entities)
    if message.text is not None:
        raise bad_request("there is no caption in the message to edit")
    marks = with_people(caller.town, entities) or None
    return change(
        caller, place, message, call.reply_markup, caption=caption or None, caption_entities=marks
    )


@area.answers_to(methods.EditMessageReplyMarkup)
def edit_message_reply_markup(caller: Caller, call: methods.EditMessageReplyMarkup) -> Message:
    """Change the buttons of a message."""
    place, message = own_message(caller, call.chat_id, call.message_id)
    return change(caller, place, message, call.reply_markup)


@area.answers_to(methods.DeleteMessage)
def delete_message(caller: Caller, call: methods.DeleteMessage) -> bool:
    """Delete one message."""
    place = reachable(caller, call.chat_id)
    message = caller.town.messages.find(place, call.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(caller, place, message):
        raise bad_request("message can't be deleted")
    unpost(caller.town, place, [call.message_id])
    return True


@area.answers_to(methods.DeleteMessages)
def delete_messages(caller: Caller, call: methods.DeleteMessages) -> bool:
    """Delete several; those that are not there are skipped."""
    if not 1 <= len(call.message_ids) <= MOST_AT_ONCE:
        raise bad_request("wrong number of message identifiers specified")
    place = reachable(caller, call.chat_id)
    found = _present(caller, place, call.message_ids)
    if not all(_may_delete(caller, place, message) for message in found):
        raise bad_request("message can't be deleted")
    unpost(caller.town, place, [message.message_id for message in found])
    return True


def _present(caller: Caller, place: Place, message_ids: Sequence[int]) -> list[Message]:
    found = (caller.town.messages.find(place, message_id) for message_id in message_ids)
    return [message for message in found if message is not None]


def _may_delete(caller: Caller, place: Place, message: Message) -> bool:
    is_young = message.date > moment(caller.town.now() - DELETABLE_S)
    is_own = message.from_user is not None and message.from_user.id == caller.bot.id
    if place.is_private:
        return is_young
    member = caller.town.group_at(place).members[caller.bot.id]
    return member.has_right("can_delete_messages") or (is_own and is_young)
