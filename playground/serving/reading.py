"""What a bot's request carries, in each of the four ways that Telegram takes."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web
from aiohttp.web_request import FileField

from playground.encoding import Json, from_json
from playground.refusals import Refusal
from playground.state.files import Upload

MOST_PARAMETER_BYTES: Final = 1 << 20
TOO_LARGE: Final = 413
MULTIPART: Final = "multipart/form-data"
NO_UPLOADS: Final[Mapping[str, Upload]] = {}


async def read(request: web.Request) -> tuple[Json, Mapping[str, Upload]]:
    """Give the parameters of a call from query, form, multipart or JSON, and its files.

    Raises:
        Refusal: The request is too large or cannot be taken apart.
    """
    params: Json = dict(request.query) if request.query_string else {}
    if not request.can_read_body:
        return params, NO_UPLOADS
    try:
        if request.content_type == "application/json":
            return params | await _json(request), NO_UPLOADS
        return await _form(request, params)
    except web.HTTPRequestEntityTooLarge as error:
        raise too_large() from error
    except UnicodeDecodeError as error:
        raise Refusal(400, "strings must be encoded in UTF-8") from error
    except ValueError as error:
        raise Refusal(400, "can't parse form data headers") from error


def too_large() -> Refusal:
    """413, in the words of the server in front of Telegram's."""
    return Refusal.unworded(TOO_LARGE, "Request Entity Too Large")


async def _json(request: web.Request) -> Json:
    """Read a JSON object; like Telegram, take what is none for no parameters at all."""
    body = await request.read()
    _check(len(body))
    try:
        found = from_json(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


async def _form(request: web.Request, params: Json) -> tuple[Json, Mapping[str, Upload]]:
    uploads: dict[str, Upload] = {}
    size = 0
    for name, value in (await request.post()).items():
        if isinstance(value, FileField):
            with value.file as file:
                uploads[name] = Upload(value.filename, value.content_type, file.read())
            params.setdefault(name, f"attach://{name}")
        else:
            text = _text(value)
            size += len(text)
            params[name] = text
    _check(size, " in form data" if request.content_type == MULTIPART else "")
    return params, uploads


def _check(size: int, where: str = "") -> None:
    if size > MOST_PARAMETER_BYTES:
        raise Refusal.unworded(TOO_LARGE, f"Request Entity Too Large: too many parameters{where}")


def _text(value: Any) -> str:  # noqa: ANN401 - what aiohttp gives for a form field
    return value.decode(errors="replace") if isinstance(value, bytes | bytearray) else str(value)
