"""Answers to taps on inline buttons."""

import re
from typing import Final

from aiogram import methods

from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.callbacks import Query, Remembered

area = Area()
LONGEST_TOAST: Final = 200
LONGEST_MEMORY_S: Final = 30 * 86_400
OWN_LINK: Final = re.compile(
    r"(?:https?://)?(?:t|telegram)\.me/(?P<name>\w+)/?\?(?:start|game)=[\w-]*", re.IGNORECASE
)


@area.answers_to(methods.AnswerCallbackQuery)
def answer_callback_query(caller: Caller, call: methods.AnswerCallbackQuery) -> bool:
    """End the spinner of a tap, with a toast or an alert if there is a text."""
    if len(call.text or "") > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    town, now = caller.town, caller.town.now()
    asked = town.queries.find(call.callback_query_id)
    if call.url and asked is not None and not _may_open(caller, asked, call.url):
        raise bad_request("URL_INVALID")
    query = town.queries.answer(call.callback_query_id, caller.bot.id, now=now)
    town.events.add(
        "answer", to=[query.person], chat=query.place.peer_id, query_id=query.id,
        message_id=query.message_id, text=call.text or "", alert=bool(call.show_alert),
        url=call.url,
    )  # fmt: skip
    memory_s = min(max(call.cache_time or 0, 0), LONGEST_MEMORY_S)
    if memory_s:
        answer = Remembered(now + memory_s, call.text or "", bool(call.show_alert), call.url)
        town.queries.remember(query, answer)
    return True


def _may_open(caller: Caller, query: Query, url: str) -> bool:
    """Whether a tap may open this: a game's button any address, else a link into the bot."""
    if caller.town.games.sent.get((query.place, query.message_id)) == query.what != "":
        return True
    found = OWN_LINK.fullmatch(url)
    return found is not None and found["name"].lower() == caller.bot.username.lower()
