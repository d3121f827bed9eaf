"""People type a bot's name and a query, and send one of its results."""

from typing import Final

from aiogram.types import ChosenInlineResult, InlineQuery, Message, User

from playground.encoding import encode
from playground.life.attaching import PERMISSION
from playground.life.inlining import cache_key, chat_type, show_answer
from playground.refusals import SimError
from playground.sim.talking import writable
from playground.sim.via import send_offer
from playground.state.inline import Offer
from playground.state.users import BotAccount, public
from playground.town import Town

LONGEST_QUERY: Final = 256


def bot_called(town: Town, name: int | str) -> BotAccount:
    """Find a bot by its id or its @name.

    Raises:
        SimError: There is none.
    """
    user: User | None
    if isinstance(name, int) or name.isdecimal():
        user = town.users.find(int(name))
    else:
        user = town.users.by_username(name.removeprefix("@"))
    if user is None or user.id not in town.users.bots:
        raise SimError(404, f"there is no bot {name}")
    return town.users.bots[user.id]


def ask(
    town: Town, person: int, chat: int, name: int | str, *, query: str = "", offset: str = ""
) -> str:
    """Ask a bot in any chat; a cached answer is shown without asking it.

    Returns:
        The number of the query.

    Raises:
        SimError: The bot has no inline mode, or the person is not in the chat.
    """
    user, place, bot = (
        town.users.person(person),
        town.place_for_person(person, chat),
        bot_called(town, name),
    )
    if person not in town.people_at(place):
        raise SimError(403, "this person is not in the chat")
    if not bot.user.supports_inline_queries:
        raise SimError(400, f"@{bot.username} has no inline mode")
    if len(query) > LONGEST_QUERY:
        raise SimError(400, f"an inline query has at most {LONGEST_QUERY} characters")
    asked = town.inline.ask(bot.id, person, place, town.now(), query=query, offset=offset)
    known = town.inline.known(cache_key(town, asked, is_personal=True), town.now())
    if known is not None:
        town.inline.waiting.discard(asked.id)
        show_answer(town, asked, known)
        return asked.id
    update = InlineQuery(
        id=asked.id, from_user=public(user), query=query, offset=offset,
        chat_type=chat_type(town, place, bot.id),
    )  # fmt: skip
    town.queues[bot.id].put("inline_query", encode(update))
    return asked.id


def choose(
    town: Town, person: int, chat: int, query_id: str, result_id: str, *,
    reply_to: int | None = None, thread_id: int | None = None,
) -> Message:  # fmt: skip
    """Send a result; its bot hears which one.

    Raises:
        SimError: There is no such query or result, or the person may not send it here.
    """
    place = writable(town, person, chat, "can_send_other_messages")
    asked, answer = town.inline.asked.get(query_id), town.inline.answers.get(query_id)
    if asked is None or answer is None or (asked.person, asked.place) != (person, place):
        raise SimError(404, f"there are no results of a query {query_id} here")
    offer = answer.offer(result_id)
    if offer is None:
        raise SimError(404, f"there is no result {result_id}")
    _check_kind(town, person, chat, offer)
    message, number = send_offer(
        town, place, person, asked.bot, offer, reply_to=reply_to, thread_id=thread_id
    )
    chosen = ChosenInlineResult(
        result_id=result_id, from_user=public(town.users.people[person]), query=asked.query,
        inline_message_id=number,
    )  # fmt: skip
    town.queues[asked.bot].put("chosen_inline_result", encode(chosen))
    return message


def _check_kind(town: Town, person: int, chat: int, offer: Offer) -> None:
    """Check that the person may send what a result becomes."""
    for kind in PERMISSION.keys() & offer.fields().keys():
        writable(town, person, chat, PERMISSION[kind])


def send_prepared(town: Town, person: int, chat: int, number: str) -> Message:
    """Send a message that a bot prepared for this person.

    Raises:
        SimError: There is none, it is not meant for such a chat, or the person may not send here.
    """
    place = writable(town, person, chat, "can_send_other_messages")
    prepared = town.inline.prepared.get(number)
    if prepared is None or prepared.person != person or prepared.until < town.now():
        raise SimError(404, "there is no such prepared message for this person")
    kind = "bot" if place.is_private else "channel" if town.group_at(place).is_channel else "group"
    if prepared.kinds and kind not in prepared.kinds:
        raise SimError(403, f"this message may be sent to {', '.join(sorted(prepared.kinds))}")
    _check_kind(town, person, chat, prepared.offer)
    message, _ = send_offer(town, place, person, prepared.bot, prepared.offer)
    return message
