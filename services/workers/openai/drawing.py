import base64
import binascii
from typing import Final

import msgspec

from services.inference.kinds import DrawPayload, DrawResult
from services.workers.backends import Opening, RunningJob
from services.workers.openai.client import OpenAIClient, nonsense

_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)


class _Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From ``negative_prompt`` on, the fields are those of vLLM-Omni and its like."""

    model: str
    prompt: str
    n: int
    size: str
    response_format: str | None = None
    negative_prompt: str | None = None
    num_inference_steps: int | None = None
    guidance_scale: float | None = None
    seed: int | None = None


class _Picture(msgspec.Struct, frozen=True):
    b64_json: str


class _Answer(msgspec.Struct, frozen=True):
    data: tuple[_Picture, ...]


async def open_illustrator(name: str, opening: Opening) -> "OpenAIIllustrator":
    """Open ``<model>@<base url>``; see ``OpenAIClient``."""
    return OpenAIIllustrator(OpenAIClient(name, opening))


class OpenAIIllustrator:
    """Pictures by ``/images/generations``.

    Servers of diffusion models are told everything; the others take neither seed nor steps, and
    some none but the prompt and the size.
    """

    def __init__(self, client: OpenAIClient) -> None:
        self._client = client

    async def run(self, payload: DrawPayload, job: RunningJob) -> DrawResult:
        """See ``Backend.run``."""
        bare = _Request(
            model=self._client.model,
            prompt=payload.prompt,
            n=payload.count,
            size=f"{payload.width}x{payload.height}",
        )
        inline = msgspec.structs.replace(bare, response_format="b64_json")
        full = msgspec.structs.replace(
            inline,
            negative_prompt=payload.negative or None,
            num_inference_steps=payload.steps,
            guidance_scale=payload.guidance,
            seed=payload.seed,
        )
        answer = await self._client.ask("images/generations", full, inline, bare, answer=_Answer)
        if len(answer.data) != payload.count:
            raise nonsense("another number of pictures than it was asked for")
        pictures = [_decoded(picture.b64_json) for picture in answer.data]
        kept = [await job.keep(data, media_type) for data, media_type in pictures]
        return DrawResult(pictures=tuple(kept), seed=payload.seed)

    async def close(self) -> None:
        """See ``Backend.close``."""
        await self._client.close()


def _decoded(text: str) -> tuple[bytes, str]:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise nonsense("a picture that is no base64") from error
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return data, media_type
    raise nonsense("a picture in an unknown format")
