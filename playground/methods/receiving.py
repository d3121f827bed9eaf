"""Who alone sees an ephemeral message, and whether the bot may send it."""

from dataclasses import dataclass
from typing import Any, Final

from aiogram.types import EphemeralMessageParameters

from playground.methods.replying import ANSWERED_WITHIN_S, Reply
from playground.refusals import bad_request
from playground.registry import Caller, Method
from playground.state.places import Place

GROUPS: Final = frozenset({"group", "supergroup"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets an ephemeral message.

    Attributes:
        person: Who.
        replaces: The message in whose place it is shown.
    """

    person: int
    replaces: int | None = None


def receiver_of(caller: Caller, place: Place, call: Method, reply: Reply) -> Receiver | None:
    """Read for whom alone a message is; None for an ordinary message.

    Raises:
        Refusal: Nobody in a group gets it, or nothing that this person did allows it.
    """
    given = _given(call)
    if given is None:
        if reply.ephemeral is not None:
            raise bad_request("message to be replied not found")
        return None
    person = given.receiver_user_id
    _check_member(caller, place, person)
    query = given.callback_query_id
    if not (
        _is_admin(caller, place)
        or (query and _tapped(caller, place, person, query))
        or (reply.ephemeral is not None and reply.ephemeral.person == person)
    ):
        raise bad_request("CHAT_ADMIN_REQUIRED")
    found = caller.town.queries.find(query) if query else None
    replaces = found.message_id if found and given.replace_callback_query_message else None
    return Receiver(person, replaces)


def _given(call: Method) -> EphemeralMessageParameters | None:
    def named(name: str) -> Any:  # noqa: ANN401 - a parameter of the Bot API
        return getattr(call, name, None)

    parameters = named("ephemeral_message_parameters")
    if isinstance(parameters, EphemeralMessageParameters):
        return parameters
    if not named("receiver_user_id"):
        return None
    return EphemeralMessageParameters(
        receiver_user_id=named("receiver_user_id"), callback_query_id=named("callback_query_id")
    )


def _check_member(caller: Caller, place: Place, person: int) -> None:
    town = caller.town
    if place.is_private or town.group_at(place).type not in GROUPS:
        raise bad_request("PEER_ID_INVALID")
    if person in town.users.bots:
        raise bad_request("USER_IS_BOT")
    if person not in town.people_at(place):
        raise bad_request("USER_NOT_PARTICIPANT")


def _is_admin(caller: Caller, place: Place) -> bool:
    return caller.town.group_at(place).members[caller.bot.id].is_admin


def _tapped(caller: Caller, place: Place, person: int, query_id: str) -> bool:
    query = caller.town.queries.find(query_id)
    if query is None or (query.bot, query.person, query.place) != (caller.bot.id, person, place):
        return False
    return caller.town.now() - query.asked_at <= ANSWERED_WITHIN_S
