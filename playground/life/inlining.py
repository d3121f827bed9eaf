"""What people see of inline mode, and to whom an answer may be shown again."""

from playground.encoding import Json, encode
from playground.state.inline import Answer, Asked, CacheKey
from playground.state.places import Place
from playground.town import Town


def chat_type(town: Town, place: Place, bot: int) -> str:
    """Tell a bot in what kind of chat a person asks it."""
    if place.is_private:
        return "sender" if place.bot_id == bot else "private"
    return town.group_at(place).type


def cache_key(town: Town, asked: Asked, *, is_personal: bool) -> CacheKey:
    """Tell for which questions an answer holds."""
    person = asked.person if is_personal else 0
    kind = chat_type(town, asked.place, asked.bot)
    return (asked.bot, person, asked.query.strip(), asked.offset, kind)


def show_answer(town: Town, asked: Asked, answer: Answer) -> None:
    """Show the results to whoever asked."""
    town.inline.keep_answer(asked.id, answer)
    button: Json | None = encode(answer.button) if answer.button is not None else None
    town.events.add(
        "inline_results", to=[asked.person], chat=asked.place.peer_id, query_id=asked.id,
        bot=asked.bot, results=[offer.shown for offer in answer.offers], button=button,
        next_offset=answer.next_offset,
    )  # fmt: skip
