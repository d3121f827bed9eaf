"""People tap inline buttons: under messages, and inside rich ones."""

from collections.abc import Sequence
from typing import Any, Final

from aiogram.types import InlineKeyboardButton, Message

from playground.encoding import Json, encode
from playground.formatting.rich.inline import plain
from playground.life.authors import author_of
from playground.life.post import ask
from playground.life.whispers import seen_by
from playground.refusals import SimError
from playground.state.places import Place
from playground.town import Town

NO_CALL: Final = (
    "url", "web_app", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "login_url",
)  # fmt: skip


def tap(
    town: Town, person: int, chat: int, message_id: int, *, text: str | None = None,
    row: int | None = None, column: int | None = None,
) -> Json:  # fmt: skip
    """Tap an inline button, by its label or its place.

    Raises:
        SimError: There is no such button, or the person is not in the chat.
    """
    place = town.place_for_person(person, chat)
    if person not in town.people_at(place):
        raise SimError(403, "this person is not in the chat")
    message = seen_by(town, place, person, message_id)
    if message is None:
        raise SimError(404, f"there is no message {message_id} in this chat")
    button = _button(_rows(message), text, row, column)
    if button.callback_data is None and button.callback_game is None:
        given = [name for name in NO_CALL if getattr(button, name) is not None]
        return {name: encode(getattr(button, name)) for name in given}
    bot = _behind(town, place, message)
    what = button.callback_data or town.games.sent.get((place, message_id), "")
    query = town.queries.ask(bot, person, place, message_id, now=town.now(), what=what)
    known = town.queries.recall(person, place, message_id, what, now=town.now())
    if known is not None:
        town.events.add(
            "answer", to=[person], chat=place.peer_id, query_id=query.id, message_id=message_id,
            text=known.text, alert=known.alert, url=known.url,
        )  # fmt: skip
    else:
        is_game = button.callback_data is None
        ask(town, query, town.users.person(person), message, what, is_game=is_game)
    return {"query_id": query.id}


def _behind(town: Town, place: Place, message: Message) -> int:
    bot = message.via_bot.id if message.via_bot else author_of(town, place, message)
    if bot not in town.users.bots:
        raise SimError(400, "nobody answers this button")
    return int(bot or 0)


def _rows(message: Message) -> list[list[InlineKeyboardButton]]:
    """Give the buttons under a message, then those of its rich text from top to bottom."""
    rows = (
        [list(row) for row in message.reply_markup.inline_keyboard] if message.reply_markup else []
    )
    if message.rich_message is None:
        return rows
    return rows + [[_inline(one)] for one in _buttons(encode(message.rich_message))]


def _buttons(value: Any) -> list[Json]:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return [one for part in value for one in _buttons(part)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "button":
        return [value["button"]]
    own = list(value["buttons"]) if value.get("type") == "buttons" else []
    inner = [part for name, part in value.items() if name != "buttons"]
    return own + _buttons(inner)


def _inline(button: Json) -> InlineKeyboardButton:
    known = {name: value for name, value in button.items() if name != "disabled"}
    return InlineKeyboardButton.model_validate(known | {"text": plain(button["text"])})


def _button(
    rows: Sequence[Sequence[InlineKeyboardButton]], text: str | None, row: int | None,
    column: int | None,
) -> InlineKeyboardButton:  # fmt: skip
    for at_row, buttons in enumerate(rows):
        for at_column, button in enumerate(buttons):
            if button.text == text or (text is None and (at_row, at_column) == (row, column)):
                return button
    labels = ", ".join(f'"{button.text}"' for buttons in rows for button in buttons)
    raise SimError(404, f"there is no such button; the message has {labels or 'none'}")
