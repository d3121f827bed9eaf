"""Ephemeral messages: between one bot and one person of a group, kept apart from all others."""

from aiogram.types import Message

from playground.encoding import Json, encode
from playground.state.ephemerals import LIVES_S, Ephemeral
from playground.state.places import Place
from playground.town import Town


def shown_json(one: Ephemeral) -> Json:
    """Give an ephemeral message as its person sees it.

    Its number is below zero, and ``replaces`` names the message in whose place it is shown.
    """
    shown: Json = encode(one.message) | {"message_id": one.shown_id}
    return shown | ({"replaces": one.replaces} if one.replaces else {})


def whisper(
    town: Town, place: Place, bot: int, person: int, message: Message, *,
    is_command: bool = False, replaces: int | None = None,
) -> Message:  # fmt: skip
    """Keep a new ephemeral message; its person sees it, and its bot hears a person's command."""
    one = Ephemeral(
        place, bot, person, message, town.now() + LIVES_S, is_command=is_command,
        replaces=replaces,
    )  # fmt: skip
    town.ephemerals.keep(one)
    town.events.add("message", to=[person], chat=place.peer_id, message=shown_json(one))
    if is_command:
        town.queues[bot].put("message", encode(message))
    return message


def change_whisper(town: Town, one: Ephemeral, message: Message) -> None:
    """Keep a new version of an ephemeral message."""
    one.message = message
    shown = shown_json(one)
    town.events.add("edited", to=[one.person], chat=one.place.peer_id, message=shown)


def drop_whisper(town: Town, one: Ephemeral) -> None:
    """Take an ephemeral message away."""
    town.ephemerals.remove(one)
    ids = [one.shown_id]
    town.events.add("deleted", to=[one.person], chat=one.place.peer_id, message_ids=ids)


def expire_whispers(town: Town) -> None:
    """Take away those whose time has passed."""
    for one in town.ephemerals.expired(town.now()):
        drop_whisper(town, one)


def seen_by(town: Town, place: Place, person: int, message_id: int) -> Message | None:
    """Find a message that a person sees, by its number for people."""
    if message_id >= 0:
        return town.messages.find(place, message_id)
    found = town.ephemerals.find(place, -message_id)
    return found.message if found is not None and found.person == person else None
