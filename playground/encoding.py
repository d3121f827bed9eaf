"""Between aiogram's models and the JSON of the Bot API, both ways."""

import json
import types as python_types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin

from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, InputFile
from aiogram.types.base import TelegramObject
from pydantic import BaseModel, ValidationError

from playground.markups import is_number, markup_of
from playground.refusals import Refusal, bad_request

Json: typing.TypeAlias = dict[str, Any]

MISSING = {
    "chat_id": "chat_id is empty",
    "file_id": "file_id not specified",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
    "text": "message text is empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "voice": "there is no voice in the request",
    "audio": "there is no audio in the request",
    "user_id": "invalid user_id specified",
    "message_id": "message identifier is not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "action": "wrong parameter action in request",
}

SAID = {"reply_markup": "reply keyboard markup"}
"""Parameters that Telegram calls by another name."""

# Everything that happens is encoded several times; most of it is one of these.
PLAIN: typing.Final = frozenset({str, int, bool, float})
# Instants are 32-bit numbers in Telegram; what is out of their range is taken for the end of it.
LATEST: typing.Final = 2**31 - 1
UNSENT: typing.Final = (Default, InputFile)


def encode(value: object) -> Any:  # noqa: ANN401 - JSON is any of its types
    """Give the Bot API's JSON of a model: no nulls, instants as Unix seconds, ``from`` by name."""
    kind: object = type(value)
    return value if kind in PLAIN else _encoder(kind)(value)


@cache
def _encoder(kind: type) -> Callable[[Any], Any]:
    """Give what encodes values of a type; it is asked for very often."""
    found: Callable[[Any], Any] = _encode_other
    if issubclass(kind, BaseModel):
        found = _encode_model
    elif issubclass(kind, list | tuple):
        found = _encode_items
    elif issubclass(kind, dict):
        found = _encode_dict
    return found


def _encode_items(items: list[Any]) -> list[Any]:
    return [encode(item) for item in items]


def _encode_dict(values: dict[Any, Any]) -> Json:
    return {key: encode(item) for key, item in values.items()}


def _encode_other(value: object) -> object:
    if isinstance(value, datetime):
        return round(value.timestamp())
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    return value.value if isinstance(value, Enum) else value


@cache
def _is_unsent(kind: type) -> bool:
    return issubclass(kind, UNSENT)


def _encode_model(model: BaseModel) -> Json:
    names = _wire_names(type(model))
    found = model.__dict__
    if model.__pydantic_extra__:
        found = {**found, **model.__pydantic_extra__}
    return {
        names.get(name, name): encode(value)
        for name, value in found.items()
        if value is not None and not _is_unsent(value.__class__)
    }


@cache
def _wire_names(model: type[BaseModel]) -> Mapping[str, str]:
    return {name: field.alias for name, field in model.model_fields.items() if field.alias}


def _parts(annotation: object) -> list[object]:
    """The members of a union, through Annotated."""
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return _parts(get_args(annotation)[0])
    if origin in (typing.Union, python_types.UnionType):
        return [part for arg in get_args(annotation) for part in _parts(arg)]
    return [annotation]


def _is_structure(part: object) -> bool:
    if get_origin(part) is list:
        return True
    return isinstance(part, type) and issubclass(part, TelegramObject)


@cache
def _structured(model: type[TelegramMethod[Any]]) -> frozenset[str]:
    """Parameters that a form carries as JSON; a text that looks like JSON stays a text."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if any(_is_structure(part) for part in _parts(field.annotation))
    )


@cache
def _attached(model: type[TelegramMethod[Any]]) -> frozenset[str]:
    """Parameters that are always an uploaded file."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if set(_parts(field.annotation)) <= {InputFile, python_types.NoneType}
    )


@cache
def _texts(model: type[TelegramMethod[Any]]) -> frozenset[str]:
    """Parameters that are texts, so that a number in JSON is one, too."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if str in (parts := _parts(field.annotation)) and int not in parts
    )


@cache
def _is_inline_only(model: type[TelegramMethod[Any]]) -> bool:
    parts = set(_parts(model.model_fields["reply_markup"].annotation))
    return parts <= {InlineKeyboardMarkup, python_types.NoneType}


@cache
def _defaulted(model: type[TelegramMethod[Any]]) -> tuple[str, ...]:
    return tuple(
        name for name, field in model.model_fields.items() if isinstance(field.default, Default)
    )


def from_json(text: str | bytes) -> Any:  # noqa: ANN401 - JSON is any of its types
    """Read JSON whose texts can be written again.

    Raises:
        ValueError: It is no JSON.
        Refusal: A text in it holds half a character.
    """
    found = json.loads(text)
    escape = b"\\u" if isinstance(text, bytes) else "\\u"
    if escape in text:  # type: ignore[operator]  # both are texts or both are bytes
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise bad_request("strings must be encoded in UTF-8") from error
    return found


def _parse(name: str, text: str) -> object:
    try:
        return from_json(text)
    except (ValueError, RecursionError) as error:
        words = SAID.get(name, name)
        raise bad_request(f"can't parse {words} JSON object") from error


def _with_files(value: object) -> object:
    """Put files where a nested object names an upload in a field that takes only files."""
    if isinstance(value, list):
        return [_with_files(item) for item in value]
    if not isinstance(value, dict):
        return value
    filled = {key: _with_files(item) for key, item in value.items()}
    if isinstance(filled.get("thumbnail"), str):
        filled["thumbnail"] = BufferedInputFile(b"", filename=str(filled["thumbnail"]))
    return filled


def _is_given(model: type[TelegramMethod[Any]], name: str, value: object) -> bool:
    """Nothing at all counts as not given; only a text may be empty, and no keyboard null."""
    if value == "" and name not in _texts(model):
        return False
    return value is not None or name == "reply_markup"


def _value(model: type[TelegramMethod[Any]], name: str, value: object) -> object:
    if name in _attached(model):
        return BufferedInputFile(b"", filename=str(value))
    if name not in _structured(model):
        return str(value) if name in _texts(model) and is_number(value) else value
    found = _parse(name, value) if isinstance(value, str) else value
    if name == "reply_markup":
        return markup_of(found, only_inline=_is_inline_only(model))
    return _with_files(found)


def decode(model: type[TelegramMethod[Any]], params: Mapping[str, object]) -> TelegramMethod[Any]:
    """Make a method object of the parameters of a request.

    A parameter that can only be a file becomes an empty file whose name says where it is:
    ``attach://`` and the name of the part.

    Raises:
        Refusal: A parameter is missing or unusable, said as Telegram says it.
    """
    values: dict[str, object] = dict.fromkeys(_defaulted(model))
    for name, value in params.items():
        if name in model.model_fields and _is_given(model, name, value):
            values[name] = _value(model, name, value)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _refusal(error) from error


def _refusal(error: ValidationError) -> Refusal:
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return bad_request(MISSING.get(name, f'parameter "{name}" is required'))
    where = ".".join(str(step) for step in first["loc"])
    return bad_request(f'can\'t parse parameter "{where}": {first["msg"]}')


def instant(value: datetime | timedelta | int | None, *, now: float) -> float | None:
    """Tell when ``until_date`` and the like are, in Unix seconds; None and 0 mean for ever."""
    if isinstance(value, timedelta):
        value = int(min(now + value.total_seconds(), LATEST))
    seconds = value.timestamp() if isinstance(value, datetime) else float(value or 0)
    return min(max(0.0, seconds), LATEST) or None


def moment(now: float) -> datetime:
    """Give a Unix instant as the models want it: whole seconds, aware."""
    return datetime.fromtimestamp(int(min(max(0.0, now), LATEST)), tz=UTC)
