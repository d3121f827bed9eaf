"""What requests of the users' side may carry."""

from typing import Any, TypeVar

from aiogram.types import MessageEntity
from aiohttp import web
from aiohttp.web_request import FileField
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.encoding import Json
from playground.refusals import SimError
from playground.state.files import Upload
from playground.state.users import Abilities


class Body(BaseModel):
    """A JSON object with known keys only."""

    model_config = ConfigDict(extra="forbid")


class TextBody(Body):
    """A text to send."""

    text: str
    reply_to: int | None = None
    thread_id: int | None = None
    entities: list[MessageEntity] = Field(default_factory=list)


class FileBody(Body):
    """What goes with a file."""

    kind: str
    caption: str = ""
    reply_to: int | None = None
    thread_id: int | None = None
    duration: int | None = None


class EditBody(Body):
    """The new text or caption."""

    text: str | None = None
    caption: str | None = None


class TapBody(Body):
    """Which button."""

    text: str | None = None
    row: int | None = None
    column: int | None = None


class StartBody(Body):
    """The deep link's parameter."""

    payload: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,64}$")


class PersonBody(Body):
    """Somebody new."""

    first_name: str = Field(min_length=1, max_length=64)
    last_name: str | None = None
    username: str | None = Field(default=None, pattern=r"^[A-Za-z]\w{2,31}$")
    language_code: str | None = None
    is_premium: bool | None = None
    bio: str | None = Field(default=None, max_length=140)


class BotBody(Body):
    """A new bot."""

    first_name: str = Field(min_length=1, max_length=64)
    username: str = Field(pattern=r"^[A-Za-z]\w{2,31}$")
    can_read_all_group_messages: bool = False
    has_topics_enabled: bool = False
    allows_users_to_create_topics: bool = True
    inline_placeholder: str | None = Field(default=None, max_length=64)
    supports_guest_queries: bool = False

    def abilities(self) -> Abilities:
        """What is switched on."""
        return Abilities(
            self.can_read_all_group_messages, self.has_topics_enabled,
            self.allows_users_to_create_topics, self.inline_placeholder,
            self.supports_guest_queries,
        )  # fmt: skip


class LimitsBody(Body):
    """The profile, and what its luck depends on."""

    profile: str
    seed: int = 0


B = TypeVar("B", bound=BaseModel)


def read(model: type[B], values: object) -> B:
    """Check what came.

    Raises:
        SimError: It does not fit; the sentence says where.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "body"
        raise SimError(400, f"{where}: {first['msg']}") from error


async def read_json(request: web.Request, model: type[B]) -> B:
    """Read the JSON of a request; an empty body is an empty object.

    Raises:
        SimError: It is no JSON or does not fit.
    """
    values: Json = {}
    if request.can_read_body:
        try:
            values = await request.json()
        except ValueError as error:
            raise SimError(400, "the body is not JSON") from error
    return read(model, values)


async def read_file(request: web.Request) -> tuple[FileBody, Upload]:
    """Read a multipart request with one file.

    Raises:
        SimError: The file is missing, or what goes with it does not fit.
    """
    values: dict[str, Any] = dict(await request.post())
    file = values.pop("file", None)
    if not isinstance(file, FileField):
        raise SimError(400, 'the part "file" is missing')
    upload = Upload(file.filename, file.content_type, file.file.read())
    return read(FileBody, values), upload
