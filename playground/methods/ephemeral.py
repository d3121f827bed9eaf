"""Ephemeral messages, changed and taken away by the bot that sent them."""

from typing import Any

from aiogram import methods

from playground.life.whispers import change_whisper, drop_whisper
from playground.methods.addressing import reachable
from playground.methods.albums import exchanged
from playground.methods.editing import changed_message, new_caption, new_text
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.ephemerals import Ephemeral

area = Area()
AnyEdit = (
    methods.EditEphemeralMessageText
    | methods.EditEphemeralMessageCaption
    | methods.EditEphemeralMessageMedia
    | methods.EditEphemeralMessageReplyMarkup
)


def _own(caller: Caller, call: AnyEdit | methods.DeleteEphemeralMessage) -> Ephemeral:
    place = reachable(caller, call.chat_id)
    found = caller.town.ephemerals.find(place, call.ephemeral_message_id)
    is_own = found is not None and (found.bot, found.person) == (
        caller.bot.id,
        call.receiver_user_id,
    )
    if found is None or not is_own or found.is_command:
        raise bad_request("MESSAGE_ID_INVALID")
    return found


def _change(caller: Caller, call: AnyEdit, one: Ephemeral, **content: Any) -> bool:  # noqa: ANN401 - fields of Message
    changed = changed_message(caller, one.message, call.reply_markup, **content)
    caller.town.limits.message(caller.bot.id, one.place)
    change_whisper(caller.town, one, changed)
    return True


@area.answers_to(methods.EditEphemeralMessageText)
def edit_text(caller: Caller, call: methods.EditEphemeralMessageText) -> bool:
    """Change the text or the rich content of an ephemeral message."""
    one = _own(caller, call)
    return _change(caller, call, one, **new_text(caller, one.message, call))


@area.answers_to(methods.EditEphemeralMessageCaption)
def edit_caption(caller: Caller, call: methods.EditEphemeralMessageCaption) -> bool:
    """Change the caption of an ephemeral message."""
    one = _own(caller, call)
    return _change(caller, call, one, **new_caption(caller, one.message, call))


@area.answers_to(methods.EditEphemeralMessageMedia)
def edit_media(caller: Caller, call: methods.EditEphemeralMessageMedia) -> bool:
    """Exchange the file of an ephemeral message."""
    one = _own(caller, call)
    return _change(caller, call, one, **exchanged(caller, one.message, call.media))


@area.answers_to(methods.EditEphemeralMessageReplyMarkup)
def edit_reply_markup(caller: Caller, call: methods.EditEphemeralMessageReplyMarkup) -> bool:
    """Change the buttons of an ephemeral message."""
    return _change(caller, call, _own(caller, call))


@area.answers_to(methods.DeleteEphemeralMessage)
def delete_ephemeral_message(caller: Caller, call: methods.DeleteEphemeralMessage) -> bool:
    """Take an ephemeral message away."""
    drop_whisper(caller.town, _own(caller, call))
    return True
