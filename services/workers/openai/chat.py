"""Text from any server that speaks OpenAI's chat completions: vLLM, llama.cpp, Ollama, ..."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import httpx
import msgspec

from services.errors import InvalidInputError, ModelError, ServiceError, UnavailableError
from services.inference.kinds import GeneratePayload, GenerateResult
from services.workers.backends import Opening, RunningJob, stream_text

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


async def open_chat(name: str, opening: Opening) -> "OpenAIGenerator":
    """Open ``<model>@<base url>``.

    Raises:
        InvalidInputError: The name has another form.
    """
    model, at, base_url = name.rpartition("@")
    if not (at and model and base_url.startswith(("http://", "https://"))):
        raise InvalidInputError(
            "write the model as openai:<model>@<base url>, for example"
            " openai:qwen3@http://127.0.0.1:8000/v1"
        )
    return OpenAIGenerator(model, base_url, api_key=opening.api_key, timeout_s=opening.silence_s)


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

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        """See ``Backend.run``."""
        return GenerateResult(text=await stream_text(self.generate(payload), job))

    async def generate(self, payload: GeneratePayload) -> AsyncGenerator[str, None]:
        """Stream pieces; closing it closes the connection, which ends the server's work.

        Raises:
            UnavailableError: The server is down or refuses us.
            ModelError: It failed on this prompt.
        """
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
        """See ``Backend.close``."""
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
            "the model server refuses the key; check SAMOVAR_OPENAI_KEY", dependency="llm"
        )
    if status == httpx.codes.NOT_FOUND:
        return UnavailableError(
            "the model server does not know the model or the address", dependency="llm"
        )
    return UnavailableError(f"the model server answers with status {status}", dependency="llm")
