"""In whose name a message appears, and who wrote it."""

from typing import Any, Final

from aiogram.types import Message, User

from playground.state.chats import Group
from playground.state.places import Place
from playground.state.users import public
from playground.town import Town

ANONYMOUS: Final = User(
    id=1_087_968_824, is_bot=True, first_name="Group", username="GroupAnonymousBot"
)
"""Who stands for anonymous administrators."""
CHANNEL: Final = User(id=136_817_688, is_bot=True, first_name="Channel", username="Channel_Bot")
"""Who stands for people who write in the name of a channel."""
TELEGRAM: Final = User(id=777_000, is_bot=False, first_name="Telegram")
"""Who brings posts of a channel into its discussion group."""


def author_fields(town: Town, place: Place, user: User) -> dict[str, Any]:
    """Give the fields of ``Message`` that tell who sent it, for a person and a bot alike."""
    if place.is_private:
        return {"from_user": public(user)}
    group = town.group_at(place)
    member = group.member(user, now=town.now())
    if group.is_channel:
        return {"sender_chat": group.as_chat()} | _signature(group, user)
    if member.is_admin and member.is_anonymous:
        signed = {"author_signature": member.title} if member.title else {}
        return {"from_user": ANONYMOUS, "sender_chat": group.as_chat()} | signed
    if member.sends_as is not None and member.sends_as in town.chats.groups:
        return {"from_user": CHANNEL, "sender_chat": town.chats.groups[member.sends_as].as_chat()}
    return {"from_user": public(user)} | ({"sender_tag": member.tag} if member.tag else {})


def _signature(group: Group, user: User) -> dict[str, str]:
    if not group.signs_posts:
        return {}
    name = f"{user.first_name} {user.last_name or ''}".strip()
    return {"author_signature": name}


def acting(town: Town, place: Place, user: User) -> dict[str, Any]:
    """Give the fields that tell who did what a service message tells."""
    fields = author_fields(town, place, user)
    return {name: value for name, value in fields.items() if name in {"from_user", "sender_chat"}}


def remember_author(town: Town, place: Place, message: Message, user_id: int) -> None:
    """Keep who wrote a message that does not say so."""
    if not place.is_private and (message.from_user is None or message.from_user.id != user_id):
        town.group_at(place).authors[message.message_id] = user_id


def author_of(town: Town, place: Place, message: Message) -> int | None:
    """Tell who really wrote a message: the person behind an anonymous one or a post, too."""
    if not place.is_private:
        hidden = town.group_at(place).authors.get(message.message_id)
        if hidden is not None:
            return hidden
    return message.from_user.id if message.from_user is not None else None
