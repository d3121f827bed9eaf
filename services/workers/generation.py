import asyncio
from collections.abc import AsyncGenerator

from services.answering.extractive import compose
from services.errors import InvalidInputError
from services.inference.models import GenerationRequest
from services.inference.protocol import GeneratePayload


async def open_packaged_generator(name: str) -> "ExtractiveGenerator":
    """Open a generator that needs no weights.

    Raises:
        InvalidInputError: Another name than ``extractive``.
    """
    if name != "extractive":
        raise InvalidInputError(f"unknown packaged generator {name!r}; known is extractive")
    return ExtractiveGenerator()


class ExtractiveGenerator:
    """Composes the answer of the evidence's best sentences."""

    async def generate(self, payload: GeneratePayload) -> AsyncGenerator[str, None]:
        """See ``GenerateBackend.generate``; a piece is a sentence with its marker."""
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
