"""Text from any server that speaks OpenAI's chat completions: vLLM, llama.cpp, Ollama, ..."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

import httpx
import msgspec

from services.errors import InvalidInputError, ModelError, ServiceError, UnavailableError
from services.inference.protocol import GeneratePayload

LONGEST_TEXT: Final = 64_000
_TEMPERATURE: Final = 0.2
_OUR_FAULT: Final = frozenset({400, 413, 422})
_REFUSED: Final = frozenset({401, 403})
_END: Final = "[DONE]"


class _Delta(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Event(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...] = ()
    error: msgspec.Raw | None = None


_decoder: Final = msgspec.json.Decoder(_Event)


def openai_factory(
    *, api_key: str | None, timeout_s: float
) -> "Callable[[str], Awaitable[OpenAIGenerator]]":
    """Make what opens ``<model>@<base url>``.

    Args:
        api_key: Sent as bearer token; None for servers without keys.
        timeout_s: Longest silence of the server, the first token included.
    """

    async def open_generator(name: str) -> OpenAIGenerator:
        model, at, base_url = name.rpartition("@")
        if not (at and model and base_url.startswith(("http://", "https://"))):
            raise InvalidInputError(
                "write the model as openai:<model>@<base url>, for example"
                " openai:qwen3@http://127.0.0.1:8000/v1"
            )
        return OpenAIGenerator(model, base_url, api_key=api_key, timeout_s=timeout_s)

    return open_generator


class OpenAIGenerator:
    """A chat model behind HTTP, streamed; closing a stream closes its connection."""

    def __init__(self, model: str, base_url: str, *, api_key: str | None, timeout_s: float) -> None:
        self._model = model
        self._client = httpx.AsyncClient(
            base_url=base_url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=httpx.Timeout(timeout_s, connect=5.0),
            follow_redirects=False,
        )

    async def generate(self, payload: GeneratePayload) -> AsyncGenerator[str, None]:
        """See ``GenerateBackend.generate``."""
        body = {
            "model": self._model,
            "messages": [{"role": m.role, "content": m.content} for m in payload.messages],
            "max_tokens": payload.max_tokens,
            "temperature": _TEMPERATURE,
            "stream": True,
        }
        try:
            async with self._client.stream("POST", "chat/completions", json=body) as response:
                await _refuse_bad_status(response)
                async with aclosing(_pieces(response)) as pieces:
                    async for piece in pieces:
                        yield piece
        except httpx.HTTPError as error:
            raise UnavailableError(
                f"the model server does not answer ({type(error).__name__})", dependency="llm"
            ) from error

    async def close(self) -> None:
        """See ``GenerateBackend.close``."""
        await self._client.aclose()


async def _pieces(response: httpx.Response) -> AsyncGenerator[str, None]:
    """Read the events of one answer.

    Raises:
        UnavailableError: The stream ended before the answer did.
        ModelError: The server reports an error, or never stops.
    """
    length = 0
    async for line in response.aiter_lines():
        data = _data(line)
        if data is None:
            continue
        if data == _END:
            return
        choice = _choice(data)
        if choice.delta.content:
            length += len(choice.delta.content)
            if length > LONGEST_TEXT:
                raise ModelError("the model server sends a text without end")
            yield choice.delta.content
        if choice.finish_reason is not None:
            return
    raise UnavailableError("the model server broke off in mid-answer", dependency="llm")


def _data(line: str) -> str | None:
    field, _, value = line.partition(":")
    return value.strip() if field == "data" else None


def _choice(data: str) -> _Choice:
    try:
        event = _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise ModelError("the model server sends something that is no completion") from error
    if event.error is not None and bytes(event.error) != b"null":
        raise ModelError("the model server reports an error in its stream")
    return event.choices[0] if event.choices else _Choice()


async def _refuse_bad_status(response: httpx.Response) -> None:
    if response.is_success:
        return
    await response.aread()
    raise _status_error(response.status_code)


def _status_error(status: int) -> ServiceError:
    if status in _OUR_FAULT:
        return ModelError(f"the model server refuses the prompt with status {status}")
    if status in _REFUSED:
        return UnavailableError(
            "the model server refuses the key; check SAMOVAR_GENERATE_API_KEY", dependency="llm"
        )
    if status == httpx.codes.NOT_FOUND:
        return UnavailableError(
            "the model server does not know the model or the address", dependency="llm"
        )
    return UnavailableError(f"the model server answers with status {status}", dependency="llm")
