"""How a bot's messages come into being."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiogram.types import Message, ReplyKeyboardMarkup

from playground.encoding import moment
from playground.life.authors import author_fields
from playground.life.post import post
from playground.life.whispers import whisper
from playground.methods.addressing import Envelope
from playground.methods.buttons import AnyMarkup, checked, inline, show_keyboard
from playground.methods.receiving import Receiver
from playground.refusals import Refusal, bad_request
from playground.registry import Caller
from playground.state.users import public

MEDIA: Final = (
    "photo", "voice", "audio", "document", "video", "video_note", "animation", "sticker",
    "live_photo", "paid_media",
)  # fmt: skip
CAPTION: Final = ("caption", "caption_entities", "show_caption_above_media", "has_media_spoiler")
CAPTIONED: Final = (
    "photo", "video", "animation", "audio", "document", "voice", "live_photo", "paid_media",
)  # fmt: skip


def say(
    caller: Caller,
    envelope: Envelope,
    markup: AnyMarkup | None,
    **content: Any,  # noqa: ANN401 - the fields of Message
) -> Message:
    """Post a message of the bot.

    Args:
        caller: The bot.
        envelope: Where, and what is common to all messages.
        markup: Buttons; reply keyboards go to the people who see them.
        content: Fields of ``Message``.

    Raises:
        Refusal: The buttons are unusable, or the bot writes too often.
    """
    markup = checked(
        markup, chat_type=caller.town.chat_at(envelope.place).type,
        has_game=bool(content.get("game")),
    )  # fmt: skip
    caller.town.limits.message(caller.bot.id, envelope.place)
    return _utter(caller, envelope, markup, content)


def say_several(
    caller: Caller, envelope: Envelope, contents: Sequence[Mapping[str, Any]]
) -> list[Message]:
    """Post several messages: all, or none when the bot writes too often.

    Raises:
        Refusal: It does.
    """
    if contents:
        caller.town.limits.message(caller.bot.id, envelope.place, len(contents))
    return [_utter(caller, envelope, None, content) for content in contents]


def _utter(
    caller: Caller, envelope: Envelope, markup: AnyMarkup | None, content: Mapping[str, Any]
) -> Message:
    if envelope.receiver is not None:
        return _whisper(caller, envelope, envelope.receiver, markup, content)
    town, place = caller.town, envelope.place
    fields = {**envelope.fields, **content}
    message = Message(
        message_id=town.messages.next_id(place),
        **author_fields(town, place, caller.bot.user),
        chat=town.chat_at(place),
        date=moment(town.now()),
        reply_markup=inline(markup),
        **{name: value for name, value in fields.items() if value},
    )
    if isinstance(markup, ReplyKeyboardMarkup):
        town.messages.fix(place, message.message_id)
    post(town, place, message, author=caller.bot.id)
    show_keyboard(town, place, message, markup)
    return message


def _whisper(
    caller: Caller, envelope: Envelope, receiver: Receiver, markup: AnyMarkup | None,
    content: Mapping[str, Any],
) -> Message:  # fmt: skip
    town, place = caller.town, envelope.place
    fields = {**envelope.fields, **content}
    message = Message(
        message_id=0,
        ephemeral_message_id=town.ephemerals.next_id(),
        from_user=public(caller.bot.user),
        receiver_user=public(town.users.people[receiver.person]),
        chat=town.chat_at(place),
        date=moment(town.now()),
        reply_markup=inline(markup),
        **{name: value for name, value in fields.items() if value},
    )
    return whisper(town, place, caller.bot.id, receiver.person, message, replaces=receiver.replaces)


def not_modified() -> Refusal:
    """The refusal of an edit that changes nothing."""
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly the"
        " same as a current content and reply markup of the message"
    )
