import asyncio
from collections.abc import AsyncGenerator

from services.answering.extractive import compose
from services.errors import InvalidInputError
from services.inference.kinds import GeneratePayload, GenerateResult
from services.inference.models import GenerationRequest
from services.workers.backends import Opening, RunningJob, stream_text


async def open_extractive(name: str, _opening: Opening) -> "ExtractiveGenerator":
    """Open a generator that needs no weights.

    Raises:
        InvalidInputError: Another name than ``extractive``.
    """
    if name != "extractive":
        raise InvalidInputError(f"unknown packaged generator {name!r}; known is extractive")
    return ExtractiveGenerator()


class ExtractiveGenerator:
    """Composes the answer of the evidence's best sentences."""

    async def run(self, payload: GeneratePayload, job: RunningJob) -> GenerateResult:
        """See ``Backend.run``."""
        return GenerateResult(text=await stream_text(self.generate(payload), job))

    async def generate(self, payload: GeneratePayload) -> AsyncGenerator[str, None]:
        """Compose; a piece is a sentence with its marker."""
        request = GenerationRequest(
            job_id="",
            messages=payload.messages,
            evidence=payload.evidence,
            language=payload.language,
            max_sentences=payload.max_sentences,
            max_tokens=payload.max_tokens,
        )
        for piece in await asyncio.to_thread(compose, request):
            yield piece

    async def close(self) -> None:
        """Nothing is held."""
