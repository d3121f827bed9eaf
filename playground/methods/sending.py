"""Texts, chat actions and drafts."""

from typing import Final

from aiogram import methods
from aiogram.enums import ChatAction
from aiogram.types import Message

from playground.encoding import encode
from playground.formatting.texts import LONGEST_TEXT, message_text, parsed
from playground.life.mentions import with_people
from playground.life.threads import action_thread
from playground.methods.addressing import addressed, reachable
from playground.methods.drafting import draft_place, show
from playground.methods.previews import preview_of
from playground.methods.speaking import say
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.users import public

area = Area()
ACTIONS: Final = frozenset(action.value for action in ChatAction)
ACTION_SHOWN_S: Final = 5.0


@area.answers_to(methods.SendMessage)
def send_message(caller: Caller, call: methods.SendMessage) -> Message:
    """Send a text."""
    envelope = addressed(caller, call)
    text, entities = message_text(call.text, call.parse_mode, call.entities)
    marks = with_people(caller.town, entities)
    preview = preview_of(call, entities)
    return say(
        caller, envelope, call.reply_markup, text=text, entities=marks,
        link_preview_options=preview,
    )  # fmt: skip


@area.answers_to(methods.SendChatAction)
def send_chat_action(caller: Caller, call: methods.SendChatAction) -> bool:
    """Show "typing..." and the like."""
    if call.action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    town, place = caller.town, reachable(caller, call.chat_id)
    thread_id = action_thread(town, place, call.message_thread_id)
    town.events.add(
        "typing", to=town.people_at(place), chat=place.peer_id,
        user=encode(public(caller.bot.user)), action=call.action, thread_id=thread_id,
        until=town.now() + ACTION_SHOWN_S,
    )  # fmt: skip
    return True


@area.answers_to(methods.SendMessageDraft)
def send_message_draft(caller: Caller, call: methods.SendMessageDraft) -> bool:
    """Show a message that is still being written."""
    place = draft_place(caller, call)
    text, entities = parsed(call.text or "", call.parse_mode, call.entities)
    if len(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return show(caller, call, place, text, entities)
