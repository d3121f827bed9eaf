import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.inference.kinds import EmbedPayload, EmbedResult
from services.inference.models import EmbedRole
from services.inference.protocol import pack_vectors
from services.workers.backends import Opening, RunningJob
from services.workers.openai.client import OpenAIClient, nonsense
from services.workers.openai.ordering import in_order

_AS_THE_MODEL_READS: Final = -1


class _Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Without ``truncate_prompt_tokens``, which is vLLM's, vLLM refuses long texts."""

    model: str
    input: tuple[str, ...]
    encoding_format: str
    truncate_prompt_tokens: int | None = None


class _Embedding(msgspec.Struct, frozen=True):
    index: int
    embedding: list[float]


class _Answer(msgspec.Struct, frozen=True):
    data: tuple[_Embedding, ...]


async def open_embedder(name: str, opening: Opening) -> "OpenAIEmbedder":
    """Open ``<model>@<base url>``; see ``OpenAIClient``."""
    return OpenAIEmbedder(OpenAIClient(name, opening))


class OpenAIEmbedder:
    """Vectors by ``/embeddings``."""

    def __init__(self, client: OpenAIClient) -> None:
        self._client = client

    async def run(
        self,
        payload: EmbedPayload,
        job: RunningJob,  # noqa: ARG002 - nothing of it is needed
    ) -> EmbedResult:
        """See ``Backend.run``."""
        if not payload.texts:
            return pack_vectors(())
        prefix = _prefix(self._client.model, payload.role)
        plain = _Request(
            model=self._client.model,
            input=tuple(prefix + text for text in payload.texts),
            encoding_format="float",
        )
        cut = msgspec.structs.replace(plain, truncate_prompt_tokens=_AS_THE_MODEL_READS)
        answer = await self._client.ask("embeddings", cut, plain, answer=_Answer)
        rows = in_order(((item.index, item.embedding) for item in answer.data), len(payload.texts))
        return pack_vectors(await asyncio.to_thread(_normalised, rows))

    async def close(self) -> None:
        """See ``Backend.close``."""
        await self._client.close()


def _prefix(model: str, role: EmbedRole) -> str:
    """Say what a text is to those who were trained to be told: the E5 family."""
    name = model.lower()
    return f"{role.value}: " if "e5-" in name and "instruct" not in name else ""


def _normalised(rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    if len({len(row) for row in rows}) > 1 or not all(rows):
        raise nonsense("vectors of different lengths")
    vectors = np.array(rows, dtype=np.float64)
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not (lengths > 0).all():
        raise nonsense("vectors without direction")
    normalised: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
    return normalised
