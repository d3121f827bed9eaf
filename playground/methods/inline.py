"""Answers to inline queries and to mentions by guests; messages prepared to be sent."""

import re
from typing import Final

from aiogram import methods
from aiogram.types import (
    InlineQueryResultsButton,
    PreparedInlineMessage,
    SentGuestMessage,
)

from playground.encoding import moment
from playground.life.guests import answer_guest
from playground.life.inlining import cache_key, show_answer
from playground.methods.results import Maker, check_facts
from playground.refusals import bad_request
from playground.registry import Area, Caller
from playground.state.inline import ANSWERED_WITHIN_S, PREPARED_LIVES_S, Answer, Prepared

area = Area()
MOST_RESULTS: Final = 50
LONGEST_OFFSET_BYTES: Final = 64
LONGEST_START: Final = 64
USUAL_CACHE_S: Final = 300
LONGEST_CACHE_S: Final = 86_400
GUESTS_WAIT_S: Final = 900.0


@area.answers_to(methods.AnswerInlineQuery)
def answer_inline_query(caller: Caller, call: methods.AnswerInlineQuery) -> bool:
    """Show the results of a query to whoever asked."""
    if len(call.results) > MOST_RESULTS:
        raise bad_request("too many inline query results specified")
    town, button = caller.town, _button(call)
    maker = Maker(caller)
    offers = [maker.offer(result) for result in call.results]
    asked = town.inline.asked.get(call.inline_query_id)
    if asked is not None and asked.message_id is None:
        check_facts(call.results)
        if len((call.next_offset or "").encode()) > LONGEST_OFFSET_BYTES:
            raise bad_request("NEXT_OFFSET_INVALID")
    now = town.now()
    asked = town.inline.take(call.inline_query_id, caller.bot.id, now, lives_s=ANSWERED_WITHIN_S)
    cache_s = USUAL_CACHE_S if call.cache_time is None else call.cache_time
    cache_s = min(max(cache_s, 0), LONGEST_CACHE_S)
    answer = Answer(offers, call.next_offset or "", button, now + cache_s)
    town.inline.remember(cache_key(town, asked, is_personal=bool(call.is_personal)), answer)
    show_answer(town, asked, answer)
    return True


def _button(call: methods.AnswerInlineQuery) -> InlineQueryResultsButton | None:
    button = call.button
    if button is None and call.switch_pm_text:
        button = InlineQueryResultsButton(
            text=call.switch_pm_text, start_parameter=call.switch_pm_parameter
        )
    if button is None or button.web_app is not None:
        return button
    parameter = button.start_parameter or ""
    if not parameter:
        raise bad_request("can't use empty start_parameter")
    if len(parameter) > LONGEST_START:
        raise bad_request("too long start_parameter specified")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", parameter):
        raise bad_request("unallowed characters in start_parameter are used")
    return button


@area.answers_to(methods.SavePreparedInlineMessage)
def save_prepared_inline_message(
    caller: Caller, call: methods.SavePreparedInlineMessage
) -> PreparedInlineMessage:
    """Keep a message that a person may send via the bot."""
    town = caller.town
    if call.user_id not in town.users.people:
        raise bad_request("USER_ID_INVALID")
    check_facts([call.result])
    kinds = {
        "private": call.allow_user_chats, "bot": call.allow_bot_chats,
        "group": call.allow_group_chats, "channel": call.allow_channel_chats,
    }  # fmt: skip
    allowed = frozenset(kind for kind, is_allowed in kinds.items() if is_allowed)
    until = town.now() + PREPARED_LIVES_S
    offer = Maker(caller).offer(call.result)
    number = town.inline.prepare(Prepared(caller.bot.id, call.user_id, offer, allowed, until))
    return PreparedInlineMessage(id=number, expiration_date=moment(until))


@area.answers_to(methods.AnswerGuestQuery)
def answer_guest_query(caller: Caller, call: methods.AnswerGuestQuery) -> SentGuestMessage:
    """Answer a mention in a chat that the bot is not in."""
    check_facts([call.result])
    offer = Maker(caller).offer(call.result)
    asked = caller.town.inline.take(
        call.guest_query_id, caller.bot.id, caller.town.now(), lives_s=GUESTS_WAIT_S
    )
    return SentGuestMessage(inline_message_id=answer_guest(caller.town, asked, offer))
