"""Bots that answer in chats which they are not in."""

from aiogram.types import Message

from playground.encoding import encode, moment
from playground.formatting.utf16 import cut
from playground.life.authors import author_fields
from playground.life.post import post
from playground.life.threads import beside
from playground.state.inline import Asked, Offer
from playground.state.places import Place
from playground.state.users import BotAccount, public
from playground.town import Town


def answer_guest(town: Town, asked: Asked, offer: Offer) -> str:
    """Post what a bot answers in a chat that it is not in; give the message's number."""
    called = town.messages.find(asked.place, asked.message_id or 0)
    alone = {"reply_to_message": None, "reply_markup": None}
    bot = town.users.bots[asked.bot].user
    message = Message(
        message_id=town.messages.next_id(asked.place),
        **author_fields(town, asked.place, bot),
        chat=town.chat_at(asked.place),
        date=moment(town.now()),
        reply_to_message=called.model_copy(update=alone) if called else None,
        guest_bot_caller_user=public(town.users.people[asked.person]),
        **(beside(called) if called else {}),
        **offer.fields(),
    )
    post(town, asked.place, message, author=bot.id)
    return town.inline.register(bot.id, asked.place, message.message_id)


def call_guests(town: Town, place: Place, message: Message, person: int) -> None:
    """Tell bots that are mentioned in a chat which they are not in, if they answer guests."""
    here = {bot.id for bot in town.bots_at(place)}
    for bot in _mentioned(town, message):
        if bot.id in here or not bot.user.supports_guest_queries:
            continue
        asked = town.inline.ask(bot.id, person, place, town.now(), message_id=message.message_id)
        called = message.model_copy(update={"guest_query_id": asked.id})
        town.queues[bot.id].put("guest_message", encode(called))


def _mentioned(town: Town, message: Message) -> list[BotAccount]:
    text = message.text or message.caption or ""
    found: dict[int, BotAccount] = {}
    for entity in message.entities or message.caption_entities or ():
        if entity.type != "mention":
            continue
        user = town.users.by_username(cut(text, entity.offset, entity.length).removeprefix("@"))
        if user is not None and user.id in town.users.bots:
            found[user.id] = town.users.bots[user.id]
    return list(found.values())
