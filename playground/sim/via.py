"""Messages that people send through a bot."""

from aiogram.types import Message

from playground.sim.talking import send
from playground.state.inline import Offer
from playground.state.places import Place
from playground.state.users import public
from playground.town import Town


def send_offer(
    town: Town, place: Place, person: int, bot: int, offer: Offer, *,
    reply_to: int | None = None, thread_id: int | None = None,
) -> tuple[Message, str | None]:  # fmt: skip
    """Send a bot's result in a person's name.

    Returns:
        The message, and its number for the bot if it has buttons.

    Raises:
        SimError: There is no such message to reply to, or no such topic.
    """
    via = public(town.users.bots[bot].user)
    message = send(town, place, person, reply_to, thread_id, via_bot=via, **offer.fields())
    game = offer.shown.get("game_short_name")
    if game:
        town.games.sent[place, message.message_id] = game
    if message.reply_markup is None:
        return message, None
    return message, town.inline.register(bot, place, message.message_id)
