"""Messages that people sent via a bot, by the number that only this bot knows."""

import re
from typing import Final

from aiogram.types import Message

from playground.refusals import bad_request
from playground.state.places import Place
from playground.town import Town

NUMBER: Final = re.compile(r"[A-Za-z0-9_-]{27}")


def message_via(town: Town, bot: int, inline_message_id: str) -> tuple[Place, Message]:
    """Find a message that was sent via a bot.

    Raises:
        Refusal: There is none.
    """
    if not NUMBER.fullmatch(inline_message_id):
        raise bad_request("invalid inline message identifier specified")
    sent = town.inline.sent.get(inline_message_id)
    if sent is None or sent.bot != bot:
        raise bad_request("MESSAGE_ID_INVALID")
    message = town.messages.find(sent.place, sent.message_id)
    if message is None:
        raise bad_request("MESSAGE_ID_INVALID")
    return sent.place, message
