"""Reading an update just far enough to put it into the inbox."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from services.adapters.redis.inbox import IncomingUpdate
from services.errors import InvalidInputError

_ACTORS: Final = ("from", "user", "sender_chat")


class _Answer(msgspec.Struct):
    ok: bool
    result: list[msgspec.Raw] = []
    description: str = ""
    error_code: int = 0
    parameters: dict[str, Any] = {}


class GetUpdatesError(Exception):
    """The Bot API refused getUpdates.

    Attributes:
        code: The HTTP-like code of the refusal.
        retry_after_s: How long Telegram wants silence; 0 when it does not say.
    """

    def __init__(self, description: str, *, code: int, retry_after_s: float) -> None:
        super().__init__(description)
        self.code = code
        self.retry_after_s = retry_after_s


def read_answer(body: bytes) -> list[IncomingUpdate]:
    """Read the answer to getUpdates.

    Raises:
        GetUpdatesError: It is a refusal, or no answer of a Bot API at all.
    """
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except msgspec.DecodeError as error:
        msg = "the answer is not one of a Bot API server"
        raise GetUpdatesError(msg, code=0, retry_after_s=0) from error
    if not answer.ok:
        wait = float(answer.parameters.get("retry_after", 0))
        raise GetUpdatesError(answer.description, code=answer.error_code, retry_after_s=wait)
    try:
        return [read_update(bytes(raw)) for raw in answer.result]
    except InvalidInputError as error:
        raise GetUpdatesError("an update has no id", code=0, retry_after_s=0) from error


def read_update(raw: bytes) -> IncomingUpdate:
    """Find out whose update it is; its content is not judged here.

    Raises:
        InvalidInputError: It is not an update.
    """
    try:
        update = msgspec.json.decode(raw)
        update_id = int(update["update_id"])
        payload = raw.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInputError("not an update") from error
    event = next((value for value in update.values() if isinstance(value, dict)), {})
    user_id = _id(event, _ACTORS)
    chat_id = _id(event, ("chat",)) or _id(_inner(event, "message"), ("chat",))
    lane = str(chat_id or user_id or f"update-{update_id}")
    return IncomingUpdate(update_id=update_id, lane=lane, user_id=user_id, payload=payload)


def _inner(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _id(event: Mapping[str, Any], names: Iterable[str]) -> int:
    for name in names:
        if isinstance(number := _inner(event, name).get("id"), int):
            return number
    return 0
