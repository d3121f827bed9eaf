"""People react."""

from playground.encoding import Json
from playground.life.reacting import MOST, MOST_PREMIUM, is_available, react, target
from playground.life.rights import allowed
from playground.methods.reactions import ALLOWED
from playground.refusals import SimError
from playground.sim.bodies import Body
from playground.sim.talking import find
from playground.state.members import Member
from playground.state.places import Place
from playground.town import Town


class ReactionBody(Body):
    """Which emoji; none takes it back, people with Premium may give three."""

    emoji: str | list[str] | None = None


class AvailableBody(Body):
    """Which reactions a chat allows; null allows all."""

    emoji: list[str] | None


def set_reaction(
    town: Town, person: int, chat: int, message_id: int, emoji: str | list[str] | None
) -> Json:
    """Set or take back one's reaction.

    Raises:
        SimError: The emoji is none of Telegram's reactions or not allowed in the chat, there
            are too many, or the person may not react.
    """
    place = town.place_for_person(person, chat)
    message = find(town, place, message_id)
    chosen = (emoji,) if isinstance(emoji, str) else tuple(dict.fromkeys(emoji or ()))
    _check_person(town, place, person)
    most = MOST_PREMIUM if town.users.person(person).is_premium else MOST
    if len(chosen) > most:
        raise SimError(400, f"this person may set {most} at most")
    for one in chosen:
        if one not in ALLOWED:
            raise SimError(400, f"{one} is not among Telegram's reactions")
        if not is_available(town, place, one):
            raise SimError(403, f"{one} is not allowed in this chat")
    carrier = target(town, place, message)
    react(town, place, carrier, town.users.person(person), chosen)
    return {"reactions": town.reactions.as_json(place, carrier)}


def _check_person(town: Town, place: Place, person: int) -> None:
    if person not in town.people_at(place):
        raise SimError(403, "this person is not in the chat")
    if place.is_private:
        return
    group = town.group_at(place)
    member = group.members[person]
    is_free = member.is_admin or group.is_channel
    if not is_free and "can_react_to_messages" not in allowed(group, member):
        raise SimError(403, "this person may not react here")


def set_available(town: Town, person: int, chat: int, emoji: list[str] | None) -> None:
    """Say which reactions a group or a channel allows.

    Raises:
        SimError: The person lacks the right, or there is no such reaction.
    """
    group = town.chats.group_for_person(chat)
    member: Member | None = group.members.get(person)
    if member is None or not member.has_right("can_change_info"):
        raise SimError(403, "this person lacks the right can_change_info")
    for one in emoji or ():
        if one not in ALLOWED:
            raise SimError(400, f"{one} is not among Telegram's reactions")
    group.available_reactions = emoji
