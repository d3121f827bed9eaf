"""What all backends behind OpenAI's HTTP interface share: the address, the key, the errors."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

import httpx
import msgspec

from services.errors import InvalidInputError, ModelError, ServiceError, UnavailableError
from services.workers.backends import Opening

AnswerT = TypeVar("AnswerT")

LARGEST_ANSWER: Final = 64 * 2**20
"""Bytes of an answer that is read whole; 256 long vectors or a few pictures take less."""
_LONGEST_LINE: Final = 2**20
_NAME: Final = re.compile(r"(?P<model>.+)@(?P<base>https?://\S+)")
_CONNECT_S: Final = 5.0
# Servers such as uvicorn drop an idle connection after 5 s; ours are dropped sooner, so that none
# is found dead by a request.
_IDLE_S: Final = 2.0
_OUR_FAULT: Final = frozenset({400, 413, 422})
_REFUSED: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A multipart request with one file."""

    fields: Mapping[str, str]
    file_name: str
    data: bytes
    media_type: str


Body = msgspec.Struct | Form


class OpenAIClient:
    """One model behind one server.

    Attributes:
        model: Its name there.
    """

    def __init__(self, name: str, opening: Opening) -> None:
        """Prepare to ask; no connection is made yet.

        Args:
            name: ``<model>@<base url>``; both may hold an @.
            opening: For the key and the longest silence.

        Raises:
            InvalidInputError: The name has another form.
        """
        found = _NAME.fullmatch(name)
        key = opening.api_key
        try:
            base = httpx.URL(found["base"].rstrip("/") + "/") if found else httpx.URL()
        except httpx.InvalidURL:
            base = httpx.URL()
        if found is None or not base.host:
            raise InvalidInputError(
                "write the model as openai:<model>@<base url>, for example"
                " openai:qwen3@http://127.0.0.1:8000/v1"
            )
        self.model = found["model"]
        self._client = httpx.AsyncClient(
            base_url=base,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(opening.silence_s, connect=_CONNECT_S),
            limits=httpx.Limits(keepalive_expiry=_IDLE_S),
            follow_redirects=False,
        )
        self._form = 0
        self._is_form_sure = False

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def stream(self, path: str, *bodies: Body) -> AsyncIterator[httpx.Response]:
        """Post, and read the answer as it comes; leaving early closes the connection.

        Fields beyond OpenAI's own are ignored by some servers and refused by others, so the
        same request may be given in several forms; which one the server takes is remembered.

        Args:
            path: Below the base URL.
            bodies: The request in one form or several, the richest first.

        Raises:
            UnavailableError: The server is down, silent, or refuses us.
            ModelError: It refuses the input.
        """
        try:
            response = await self._taken(path, bodies)
            try:
                yield response
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise UnavailableError(
                f"the model server does not answer ({type(error).__name__})", dependency="llm"
            ) from error

    async def read(self, path: str, *bodies: Body) -> bytes:
        """Post and read the whole answer; otherwise as ``stream``."""
        answer = bytearray()
        async with self.stream(path, *bodies) as response:
            async for piece in response.aiter_bytes():
                answer += piece
                if len(answer) > LARGEST_ANSWER:
                    raise nonsense("more than any answer needs")
        return bytes(answer)

    async def ask(self, path: str, *bodies: Body, answer: type[AnswerT]) -> AnswerT:
        """Post and read the whole answer as JSON; otherwise as ``stream``.

        Raises:
            UnavailableError: Also when the answer has not the form of ``answer``.
        """
        raw = await self.read(path, *bodies)
        try:
            return msgspec.json.decode(raw, type=answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise nonsense(f"something that is no answer to {path}") from error

    async def _taken(self, path: str, bodies: tuple[Body, ...]) -> httpx.Response:
        number = min(self._form, len(bodies) - 1)
        while True:
            response = await self._client.send(self._request(path, bodies[number]), stream=True)
            if response.is_success:
                if len(bodies) > 1:
                    self._form, self._is_form_sure = number, True
                return response
            await response.aclose()
            error = _status_error(response.status_code)
            is_last = self._is_form_sure or number == len(bodies) - 1
            if is_last or not isinstance(error, ModelError):
                raise error
            number += 1

    def _request(self, path: str, body: Body) -> httpx.Request:
        if isinstance(body, Form):
            file = (body.file_name, body.data, body.media_type)
            return self._client.build_request(
                "POST", path, data=dict(body.fields), files={"file": file}
            )
        return self._client.build_request(
            "POST",
            path,
            content=msgspec.json.encode(body),
            headers={"Content-Type": "application/json"},
        )


async def lines(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Read an answer line by line, as far as lines have an end.

    Raises:
        UnavailableError: A line has none.
    """
    rest = b""
    async for piece in response.aiter_bytes():
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > _LONGEST_LINE:
            raise nonsense("a line without end")
    if rest:
        yield rest


def nonsense(what: str) -> UnavailableError:
    """Say that a server sends what no server of its kind would; another may do better."""
    return UnavailableError(f"the model server sends {what}", dependency="llm")


def _status_error(status: int) -> ServiceError:
    if status in _OUR_FAULT:
        return ModelError(f"the model server refuses the prompt with status {status}")
    if status in _REFUSED:
        return UnavailableError(
            "the model server refuses the key; check SAMOVAR_OPENAI_KEY", dependency="llm"
        )
    if status == httpx.codes.NOT_FOUND:
        return UnavailableError(
            "the model server does not know the model or the address", dependency="llm"
        )
    return UnavailableError(f"the model server answers with status {status}", dependency="llm")
