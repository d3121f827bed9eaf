"""Where a bot's message goes, and what messages of all kinds share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiogram.types import ReplyParameters

from playground.life.rights import may_send
from playground.life.threads import thread_fields
from playground.methods.receiving import Receiver, receiver_of
from playground.methods.replying import reply_of
from playground.refusals import bad_request, forbidden
from playground.registry import Caller, Method
from playground.state.places import Place
from playground.town import Town

PERMISSION_WORDS: Final = {
    "can_send_messages": "text messages", "can_send_photos": "photos",
    "can_send_voice_notes": "voice notes", "can_send_audios": "audios",
    "can_send_documents": "documents", "can_send_videos": "videos",
    "can_send_video_notes": "video notes", "can_send_other_messages": "animations",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Envelope:
    """A checked destination.

    Attributes:
        place: Where.
        fields: Fields of ``Message`` that do not depend on its content: reply, topic, protection.
        receiver: Who alone sees it, if it is ephemeral.
    """

    place: Place
    fields: Mapping[str, Any] = field(default_factory=dict)
    receiver: Receiver | None = None


def addressed(caller: Caller, call: Method, permission: str = "can_send_messages") -> Envelope:
    """Check where a call sends, and read the parameters that all sending methods share.

    Args:
        caller: The bot.
        call: Any method that sends; parameters that it does not have count as not given.
        permission: What the bot must be allowed to do in a group.

    Raises:
        Refusal: As ``writable``; or there is no such message to reply to, or no such topic; or
            nobody may get it as an ephemeral message.
    """

    def given(name: str) -> Any:  # noqa: ANN401 - a parameter of the Bot API
        return getattr(call, name, None)

    place = writable(caller, given("chat_id"), permission)
    parameters = given("reply_parameters")
    elsewhere = _elsewhere(caller, place, parameters)
    reply = reply_of(caller, place, elsewhere, parameters, given("reply_to_message_id"))
    thread_id = given("message_thread_id")
    fields = {
        **reply.fields(),
        **thread_fields(caller.town, place, caller.bot.id, thread_id, reply.message),
        "has_protected_content": given("protect_content") or _is_protected(caller, place),
        "effect_id": given("message_effect_id") if place.is_private else None,
    }
    given_fields = {name: value for name, value in fields.items() if value}
    return Envelope(place, given_fields, receiver_of(caller, place, call, reply))


def _is_protected(caller: Caller, place: Place) -> bool:
    return not place.is_private and caller.town.group_at(place).protected


def _elsewhere(caller: Caller, place: Place, parameters: ReplyParameters | None) -> Place | None:
    """Give the other chat that a reply is to."""
    if parameters is None or not parameters.chat_id:
        return None
    other = reachable(caller, parameters.chat_id)
    return None if other == place else other


def reachable(caller: Caller, chat_id: int | str | None) -> Place:
    """Find a chat in which the bot is.

    Raises:
        Refusal: There is none, the person never met the bot or blocks it, or it was removed.
    """
    town, bot = caller.town, caller.bot
    place = town.place_for_bot(bot.id, chat_id)
    if place.is_private:
        return _met(town, place)
    group = town.group_at(place)
    member = group.member(bot.user, now=town.now())
    if member.status == "kicked":
        raise forbidden(f"bot was kicked from the {group.type} chat")
    if not member.is_present:
        raise forbidden(f"bot is not a member of the {group.type} chat")
    return place


def _met(town: Town, place: Place) -> Place:
    state = town.chats.private(place)
    if state.blocked:
        raise forbidden("bot was blocked by the user")
    is_open = state.open_until is not None and state.open_until > town.now()
    if not state.started and not is_open:
        raise forbidden("bot can't initiate conversation with a user")
    return place


def writable(
    caller: Caller, chat_id: int | str | None, permission: str = "can_send_messages"
) -> Place:
    """Find a chat in which the bot may write.

    Raises:
        Refusal: As ``reachable``, or the bot is muted there.
    """
    place = reachable(caller, chat_id)
    if place.is_private:
        return place
    group = caller.town.group_at(place)
    if not may_send(caller.town, group, caller.bot.id, permission):
        if group.is_channel:
            raise bad_request("need administrator rights in the channel chat")
        words = PERMISSION_WORDS.get(permission, "messages")
        raise bad_request(f"not enough rights to send {words} to the chat")
    return place
