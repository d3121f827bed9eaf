"""Answers to taps on inline buttons."""

from typing import Final

from aiogram import methods

from playground.refusals import bad_request
from playground.registry import Area, Caller

area = Area()
LONGEST_TOAST: Final = 200


@area.answers_to(methods.AnswerCallbackQuery)
def answer_callback_query(caller: Caller, call: methods.AnswerCallbackQuery) -> bool:
    """End the spinner of a tap, with a toast or an alert if there is a text."""
    if len(call.text or "") > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    town = caller.town
    query = town.queries.answer(call.callback_query_id, caller.bot.id, now=town.now())
    town.events.add(
        "answer", to=[query.person], chat=query.place.peer_id, query_id=query.id,
        message_id=query.message_id, text=call.text or "", alert=bool(call.show_alert),
        url=call.url,
    )  # fmt: skip
    return True
