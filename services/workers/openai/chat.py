"""Text from any server that speaks OpenAI's chat completions: vLLM, llama.cpp, Ollama, ..."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

import httpx
import msgspec

from services.errors import ModelError, ServiceError, UnavailableError
from services.inference.kinds import GeneratePayload, GenerateResult
from services.inference.models import Priority, PromptMessage
from services.workers.backends import Opening, RunningJob, stream_text
from services.workers.openai.client import OpenAIClient, lines, nonsense
from services.workers.openai.thoughts import spoken

PATH: Final = "chat/completions"
LONGEST_TEXT: Final = 64_000
_TEMPERATURE: Final = 0.2
_END: Final = b"[DONE]"
_SERVER_FAULT: Final = 500
# vLLM's, where lower goes first; 0 is what a request without it has.
_PRIORITIES: Final = {Priority.HIGH: 0, Priority.NORMAL: 1, Priority.LOW: 2}


class ImageUrl(msgspec.Struct, frozen=True):
    """A picture, as a data: URL."""

    url: str


class TextPart(msgspec.Struct, frozen=True, tag_field="type", tag="text"):
    """Words of a message that has pictures."""

    text: str


class ImagePart(msgspec.Struct, frozen=True, tag_field="type", tag="image_url"):
    """A picture of a message."""

    image_url: ImageUrl


class Message(msgspec.Struct, frozen=True):
    """One message of a prompt."""

    role: str
    content: str | tuple[TextPart | ImagePart, ...]


class ChatRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a request; ``priority`` is vLLM's."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float
    stream: bool = False
    priority: int = 0

    def forms(self, priority: Priority) -> "tuple[ChatRequest, ...]":
        """Give the forms of the request: with its priority where that says something."""
        number = _PRIORITIES[priority]
        if number == 0:
            return (self,)
        return (msgspec.structs.replace(self, priority=number), self)


class _Delta(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Error(msgspec.Struct, frozen=True):
    code: int | str | None = None


class _Event(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...] = ()
    error: _Error | str | None = None


_decoder: Final = msgspec.json.Decoder(_Event)


async def open_chat(name: str, opening: Opening) -> "OpenAIGenerator":
    """Open ``<model>@<base url>``.

    Raises:
        InvalidInputError: The name has another form.
    """
    return OpenAIGenerator(OpenAIClient(name, opening))


class OpenAIGenerator:
    """A chat model behind HTTP, streamed; closing a stream closes its connection."""

    def __init__(self, client: OpenAIClient) -> None:
        self._client = client

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        """See ``Backend.run``."""
        text = await stream_text(self.generate(payload, priority=job.priority), job)
        if not text.strip():
            # An empty answer would be taken for one that the sources do not hold.
            raise ModelError("the model server wrote nothing")
        return GenerateResult(text=text)

    async def generate(
        self, payload: GeneratePayload, *, priority: Priority = Priority.HIGH
    ) -> AsyncGenerator[str, None]:
        """Stream pieces; closing it closes the connection, which ends the server's work.

        Raises:
            UnavailableError: The server is down, silent, or refuses us.
            ModelError: It failed on this prompt.
        """
        request = ChatRequest(
            model=self._client.model,
            messages=messages_of(payload.messages),
            max_tokens=payload.max_tokens,
            temperature=_TEMPERATURE,
            stream=True,
        )
        async with (
            self._client.stream(PATH, *request.forms(priority)) as response,
            aclosing(spoken(_pieces(response))) as pieces,
        ):
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """See ``Backend.close``."""
        await self._client.close()


def messages_of(messages: Sequence[PromptMessage]) -> tuple[Message, ...]:
    """Write a prompt as it travels."""
    return tuple(Message(message.role, message.content) for message in messages)


async def _pieces(response: httpx.Response) -> AsyncGenerator[str, None]:
    """Read the events of one answer.

    Raises:
        UnavailableError: The stream ended before the answer did, or is none.
        ModelError: The server reports that it failed on the prompt, or the text never stops.
    """
    length = 0
    async with aclosing(lines(response)) as read:
        async for line in read:
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


def _data(line: bytes) -> bytes | None:
    name, _, value = line.partition(b":")
    return value.strip() if name == b"data" else None


def _choice(data: bytes) -> _Choice:
    try:
        event = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise nonsense("something that is no completion") from error
    if event.error is not None:
        raise _reported(event.error)
    return event.choices[0] if event.choices else _Choice()


def _reported(error: _Error | str) -> ServiceError:
    code = error.code if isinstance(error, _Error) else None
    if isinstance(code, int) and code >= _SERVER_FAULT:
        return UnavailableError(
            f"the model server reports error {code} in its stream", dependency="llm"
        )
    return ModelError("the model server reports an error in its stream")
