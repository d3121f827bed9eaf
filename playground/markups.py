"""What ``reply_markup`` may be: read here, because no model tells the four kinds apart strictly."""

from collections.abc import Callable
from typing import Any, Final

from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from pydantic import ValidationError

from playground.refusals import bad_request

Json = dict[str, Any]
AnyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
FLAGS: Final[dict[str, type[AnyMarkup]]] = {
    "remove_keyboard": ReplyKeyboardRemove, "force_reply": ForceReply,
}  # fmt: skip


def markup_of(value: object, *, only_inline: bool = False) -> AnyMarkup | None:
    """Read a keyboard; an object that is none of the four kinds counts as no keyboard.

    Args:
        value: JSON.
        only_inline: Whether other kinds are refused, as where a message is edited.

    Raises:
        Refusal: It is no keyboard.
    """
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    markup = _read(value)
    if only_inline and markup is not None and not isinstance(markup, InlineKeyboardMarkup):
        raise bad_request("inline keyboard expected")
    return markup


def _read(value: Json) -> AnyMarkup | None:
    if "inline_keyboard" in value:
        rows = _rows("inline_keyboard", "InlineKeyboardMarkup", value, _inline_button)
        return _valid(InlineKeyboardMarkup, value | {"inline_keyboard": rows})
    if "keyboard" in value:
        rows = _rows("keyboard", "ReplyKeyboardMarkup", value, _key)
        return _valid(ReplyKeyboardMarkup, value | {"keyboard": rows})
    found = next((kind for name, kind in FLAGS.items() if value.get(name)), None)
    return _valid(found, value) if found is not None else None


def _valid(kind: type[AnyMarkup], value: Json) -> AnyMarkup:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise bad_request(
            f'can\'t parse parameter "reply_markup.{where}": {first["msg"]}'
        ) from error


def _rows(
    name: str, kind: str, value: Json, button: Callable[[object], Json]
) -> list[list[Json]]:  # fmt: skip
    rows = value[name]
    if not isinstance(rows, list):
        raise bad_request(f'field "{name}" of the {kind} must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" of the {kind} must be an Array of Arrays')
    return [[button(one) for one in row] for row in rows]


def _key(button: object) -> Json:
    """A text alone is a key, too."""
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse keyboard button: KeyboardButton must be a String or an Object"
        )
    return _with_text(button, "keyboard button")


def _inline_button(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad_request(
            "can't parse InlineKeyboardButton: InlineKeyboardButton must be an Object"
        )
    return _with_text(button, "InlineKeyboardButton")


def is_number(value: object) -> bool:
    """Whether JSON holds a number, which Telegram takes where it wants a text."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _with_text(button: Json, kind: str) -> Json:
    if button.get("text") is None:
        raise bad_request(f"can't parse {kind}: Can't find field \"text\"")
    return {name: str(one) if is_number(one) else one for name, one in button.items()}
