"""Mini Apps."""

from aiogram import methods
from aiogram.types import Message, SentWebAppMessage

from playground.encoding import moment
from playground.life.authors import author_fields
from playground.life.post import post
from playground.methods.results import Maker, check_facts
from playground.registry import Area, Caller
from playground.state.inline import WEB_APP_LIVES_S, Asked, Offer
from playground.state.users import public

area = Area()


@area.answers_to(methods.AnswerWebAppQuery)
def answer_web_app_query(caller: Caller, call: methods.AnswerWebAppQuery) -> SentWebAppMessage:
    """Send what a Mini App has come to, in the name of the person who opened it."""
    check_facts([call.result])
    offer = Maker(caller).offer(call.result)
    asked = caller.town.inline.take(
        call.web_app_query_id, caller.bot.id, caller.town.now(), lives_s=WEB_APP_LIVES_S
    )
    return SentWebAppMessage(inline_message_id=_post(caller, asked, offer))


def _post(caller: Caller, asked: Asked, offer: Offer) -> str | None:
    town, place = caller.town, asked.place
    message = Message(
        message_id=town.messages.next_id(place),
        **author_fields(town, place, town.users.people[asked.person]),
        chat=town.chat_at(place),
        date=moment(town.now()),
        via_bot=public(caller.bot.user),
        **offer.fields(),
    )
    post(town, place, message, author=asked.person)
    if message.reply_markup is None:
        return None
    return town.inline.register(caller.bot.id, place, message.message_id)
