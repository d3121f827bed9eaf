"""Where a bot's message goes, and what messages of all kinds share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiogram.types import Message, ReplyParameters

from playground.refusals import bad_request, forbidden
from playground.registry import Caller, Method
from playground.state.places import Place
from playground.threads import thread_fields
from playground.town import Town
from playground.views import may_send

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
    """

    place: Place
    fields: Mapping[str, Any] = field(default_factory=dict)


def addressed(caller: Caller, call: Method, permission: str = "can_send_messages") -> Envelope:
    """Check where a call sends, and read the parameters that all sending methods share.

    Args:
        caller: The bot.
        call: Any method that sends; parameters that it does not have count as not given.
        permission: What the bot must be allowed to do in a group.

    Raises:
        Refusal: As ``writable``; or there is no such message to reply to, or no such topic.
    """

    def given(name: str) -> Any:  # noqa: ANN401 - a parameter of the Bot API
        return getattr(call, name, None)

    place = writable(caller, given("chat_id"), permission)
    reply = replied(caller.town, place, given("reply_parameters"), given("reply_to_message_id"))
    fields = {
        "reply_to_message": reply,
        **thread_fields(caller.town, place, caller.bot.id, given("message_thread_id"), reply),
        "has_protected_content": given("protect_content"),
        "effect_id": given("message_effect_id") if place.is_private else None,
    }
    return Envelope(place, {name: value for name, value in fields.items() if value})


def reachable(caller: Caller, chat_id: int | str | None) -> Place:
    """Find a chat in which the bot is.

    Raises:
        Refusal: There is none, the person never met the bot or blocks it, or it was removed.
    """
    town, bot = caller.town, caller.bot
    place = town.place_for_bot(bot.id, chat_id)
    if place.is_private:
        state = town.chats.private(place)
        if state.blocked:
            raise forbidden("bot was blocked by the user")
        if not state.started:
            raise forbidden("bot can't initiate conversation with a user")
        return place
    member = town.group_at(place).member(bot.user, now=town.now())
    if member.status == "kicked":
        raise forbidden("bot was kicked from the supergroup chat")
    if not member.is_present:
        raise forbidden("bot is not a member of the supergroup chat")
    return place


def writable(
    caller: Caller, chat_id: int | str | None, permission: str = "can_send_messages"
) -> Place:
    """Find a chat in which the bot may write.

    Raises:
        Refusal: As ``reachable``, or the bot is muted there.
    """
    place = reachable(caller, chat_id)
    if not place.is_private:
        group = caller.town.group_at(place)
        if not may_send(caller.town, group, caller.bot.id, permission):
            words = PERMISSION_WORDS.get(permission, "messages")
            raise bad_request(f"not enough rights to send {words} to the chat")
    return place


def replied(
    town: Town, place: Place, parameters: ReplyParameters | None, old_style_id: int | None = None
) -> Message | None:
    """Give the message that a new one replies to, without the one it replied to itself.

    Raises:
        Refusal: It is not there, and the bot did not allow that.
    """
    message_id = parameters.message_id if parameters is not None else old_style_id
    if message_id is None:
        return None
    found = town.messages.find(place, message_id)
    if found is not None:
        return found.model_copy(update={"reply_to_message": None, "reply_markup": None})
    if parameters is not None and parameters.allow_sending_without_reply is True:
        return None
    raise bad_request("message to be replied not found")
