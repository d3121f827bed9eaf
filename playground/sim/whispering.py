"""People speak to a bot alone in a group: ephemeral commands, and replies to ephemeral messages."""

import re
from typing import Final

from aiogram.types import Message

from playground.encoding import moment
from playground.formatting.found import found_entities
from playground.formatting.utf16 import trimmed
from playground.life.views import scopes_of
from playground.life.whispers import seen_by, whisper
from playground.methods.replying import alone
from playground.refusals import SimError
from playground.sim.talking import writable
from playground.state.places import Place
from playground.state.users import BotAccount, public
from playground.town import Town

COMMAND: Final = re.compile(r"/(\w{1,64})(?:@(\w+))?(?=\s|$)", re.ASCII)


def ephemeral_bot(
    town: Town, person: int, chat: int, text: str, reply_to: int | None
) -> BotAccount | None:
    """Tell which bot alone gets a text: the one whose command or ephemeral message it is for."""
    if chat in town.users.bots:
        return None
    place = town.place_for_person(person, chat)
    if reply_to is not None and reply_to < 0:
        found = town.ephemerals.find(place, -reply_to)
        if found is None or found.person != person or found.is_command:
            raise SimError(404, f"there is no message {reply_to} in this chat")
        return town.users.bots[found.bot]
    command = COMMAND.match(text.lstrip())
    return _commanded(town, place, person, command) if command else None


def _commanded(town: Town, place: Place, person: int, command: re.Match[str]) -> BotAccount | None:
    name, username = command[1].lower(), (command[2] or "").lower()
    language = town.users.people[person].language_code or ""
    for bot in town.bots_at(place):
        if username and username != bot.username.lower():
            continue
        menu = town.profiles[bot.id].menu(scopes_of(town, place, person), language)
        if any(one.command == name and one.is_ephemeral for one in menu):
            return bot
    return None


def tell(
    town: Town, person: int, chat: int, bot: BotAccount, text: str, *, reply_to: int | None
) -> Message:
    """Send a text that only a bot sees.

    Raises:
        SimError: The person may not write there, or replies to what they do not see.
    """
    place = writable(town, person, chat)
    plain, marks = trimmed(text, ())
    replied = seen_by(town, place, person, reply_to) if reply_to is not None else None
    message = Message(
        message_id=0, ephemeral_message_id=town.ephemerals.next_id(),
        from_user=public(town.users.people[person]), receiver_user=public(bot.user),
        chat=town.chat_at(place), date=moment(town.now()), text=plain,
        entities=found_entities(plain, marks) or None,
        reply_to_message=alone(replied) if replied is not None else None,
    )  # fmt: skip
    return whisper(town, place, bot.id, person, message, is_command=True)
