"""Edits of texts, captions and buttons."""

from typing import Any, Final

from aiogram import methods
from aiogram.types import InlineKeyboardMarkup, Message

from playground.formatting.texts import caption_text, message_text
from playground.life.authors import author_of
from playground.life.inline_messages import message_via
from playground.life.mentions import with_people
from playground.life.post import repost_by_bot
from playground.methods.addressing import reachable
from playground.methods.buttons import checked, inline
from playground.methods.previews import preview_of
from playground.methods.richness import rich_of
from playground.methods.speaking import CAPTIONED, not_modified
from playground.refusals import bad_request
from playground.registry import Area, Caller, Method
from playground.state.places import Place

area = Area()
UNEDITABLE: Final = "message can't be edited"


def target(caller: Caller, call: Method) -> tuple[Place, Message]:
    """Find the message that a call changes, by chat and number or as an inline message.

    Raises:
        Refusal: It is not there, or the bot may not change it.
    """
    chat_id, message_id = getattr(call, "chat_id", None), getattr(call, "message_id", None)
    inline_id = getattr(call, "inline_message_id", None)
    if not chat_id and not message_id and inline_id:
        return message_via(caller.town, caller.bot.id, inline_id)
    return own_message(caller, chat_id, message_id)


def answer(call: Method, message: Message) -> Message | bool:
    """Give what an edit answers: the message, or True for an inline message."""
    return True if getattr(call, "inline_message_id", None) else message


def own_message(
    caller: Caller, chat_id: int | str | None, message_id: int | None, doing: str = "edit"
) -> tuple[Place, Message]:
    """Find a message of the bot to change it.

    Raises:
        Refusal: It is not there, is somebody else's, was forwarded or has a reply keyboard.
    """
    if not chat_id and not message_id:
        raise bad_request("message identifier is not specified")
    place = reachable(caller, chat_id)
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = caller.town.messages.find(place, message_id)
    if message is None:
        raise bad_request(f"message to {doing} not found")
    if not _may_edit(caller, place, message):
        raise bad_request(UNEDITABLE)
    return place, message


def _may_edit(caller: Caller, place: Place, message: Message) -> bool:
    town = caller.town
    if message.forward_origin is not None or town.messages.is_fixed(place, message.message_id):
        return False
    if author_of(town, place, message) == caller.bot.id:
        return True
    if message.chat.type != "channel":
        return False
    return town.group_at(place).members[caller.bot.id].has_right("can_edit_messages")


def change(
    caller: Caller, place: Place, message: Message, markup: InlineKeyboardMarkup | None,
    **content: Any,  # noqa: ANN401 - the fields of Message
) -> Message:  # fmt: skip
    """Store a changed message.

    Raises:
        Refusal: Nothing changes, the buttons are unusable, or the bot writes too often.
    """
    changed = changed_message(caller, message, markup, **content)
    caller.town.limits.edit(caller.bot.id, place)
    return repost_by_bot(caller.town, place, changed, caller.bot.id)


def changed_message(
    caller: Caller, message: Message, markup: InlineKeyboardMarkup | None,
    **content: Any,  # noqa: ANN401 - the fields of Message
) -> Message:  # fmt: skip
    """Give a message with other content and buttons.

    Raises:
        Refusal: Nothing changes, or the buttons are unusable.
    """
    buttons = inline(
        checked(markup, chat_type=message.chat.type, has_game=message.game is not None)
    )
    fields: dict[str, Any] = {"reply_markup": buttons, **content}
    if all(getattr(message, name) == value for name, value in fields.items()):
        raise not_modified()
    if content:
        fields["edit_date"] = int(caller.town.now())
    return message.model_copy(update=fields)


def new_text(caller: Caller, message: Message, call: Any) -> dict[str, Any]:  # noqa: ANN401 - an edit of a text
    """Give the fields of a message with another text, or with rich content.

    Raises:
        Refusal: The message has no text, or the new one is unusable.
    """
    if call.rich_message is not None:
        rich = rich_of(caller, call.rich_message)
        _check_text(message)
        plain = dict.fromkeys(("text", "entities", "link_preview_options"))
        return {"rich_message": rich, **plain}
    text, entities = message_text(call.text, call.parse_mode, call.entities)
    _check_text(message)
    return {
        "text": text, "entities": with_people(caller.town, entities) or None,
        "link_preview_options": preview_of(call, entities), "rich_message": None,
    }  # fmt: skip


def _check_text(message: Message) -> None:
    if message.text is None and message.rich_message is None:
        raise bad_request("there is no text in the message to edit")


def new_caption(caller: Caller, message: Message, call: Any) -> dict[str, Any]:  # noqa: ANN401 - an edit of a caption
    """Give the fields of a message with another caption.

    Raises:
        Refusal: The message can have none, or the new one is unusable.
    """
    caption, entities = caption_text(
        call.caption, call.parse_mode, call.caption_entities, too_long="MEDIA_CAPTION_TOO_LONG"
    )
    if not any(getattr(message, name) for name in CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    marks = with_people(caller.town, entities) or None
    fields: dict[str, Any] = {"caption": caption or None, "caption_entities": marks}
    if isinstance(call.show_caption_above_media, bool):
        fields["show_caption_above_media"] = call.show_caption_above_media or None
    return fields


@area.answers_to(methods.EditMessageText)
def edit_message_text(caller: Caller, call: methods.EditMessageText) -> Message | bool:
    """Change a text or rich content."""
    place, message = target(caller, call)
    content = new_text(caller, message, call)
    return answer(call, change(caller, place, message, call.reply_markup, **content))


@area.answers_to(methods.EditMessageCaption)
def edit_message_caption(caller: Caller, call: methods.EditMessageCaption) -> Message | bool:
    """Change a caption."""
    place, message = target(caller, call)
    content = new_caption(caller, message, call)
    return answer(call, change(caller, place, message, call.reply_markup, **content))


@area.answers_to(methods.EditMessageReplyMarkup)
def edit_message_reply_markup(
    caller: Caller, call: methods.EditMessageReplyMarkup
) -> Message | bool:
    """Change the buttons of a message."""
    place, message = target(caller, call)
    return answer(call, change(caller, place, message, call.reply_markup))
