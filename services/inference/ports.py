"""What the rest of Samovar sees of the model pool."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.inference.models import EmbedRole, GenerationChunk, GenerationRequest, Priority


class TextEmbedder(Protocol):
    """Sentence embedding by the pool."""

    async def embed(
        self,
        texts: Sequence[str],
        *,
        role: EmbedRole,
        priority: Priority = Priority.HIGH,
        deadline_s: float = 30.0,
    ) -> NDArray[np.float32]:
        """Embed texts.

        Args:
            texts: Up to 256 texts; longer than the model reads are cut by the model.
            role: A question and a passage are embedded differently.
            priority: A person waiting is HIGH, ingest is LOW.
            deadline_s: Seconds until the caller gives up; the job then never reaches a model.

        Returns:
            Shape (len(texts), d), float32, each row of length 1 (L2), in the order of ``texts``.

        Raises:
            UnavailableError: No worker took the job in time (DeadlineError), or the queue is down.
            ModelError: The model refused the input.
        """
        ...


class TextGenerator(Protocol):
    """Text generation by the pool, streamed."""

    def generate(self, request: GenerationRequest) -> AsyncIterator[GenerationChunk]:
        """Stream the text; the last chunk has ``final`` set and the whole text.

        Closing the iterator early aborts the job. A repeated call with the same
        ``request.job_id`` attaches to the running or finished job instead of starting another.

        Raises:
            UnavailableError: As for embedding.
            ModelError: The backend failed on this prompt.
        """
        ...
