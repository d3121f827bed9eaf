"""Vectors for passages that have none yet, as low-priority jobs of the pool."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.clock import Clock
from services.inference.models import EmbedRole, Priority
from services.inference.ports import TextEmbedder
from services.knowledge.ingest_ports import PassageToEmbed, PassageVectors, VectorStore
from services.knowledge.models import LibraryId

# A passage with its sentences takes about a second of a CPU, and a job should not be long:
# a person's question waits for the one that runs.
_PASSAGES_A_COMMIT: Final = 4
_TEXTS_A_JOB: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingProgress:
    """How far the embedding of a library is.

    Attributes:
        done: Passages embedded since it began.
        left: Passages still without vectors.
        seconds_left: At the pace so far, by characters; None until something is done.
    """

    done: int
    left: int
    seconds_left: float | None


OnProgress = Callable[[EmbeddingProgress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedLibrary:
    """Embeds what a library has without vectors; safe to interrupt and to repeat.

    Attributes:
        deadline_s: Longest wait for one job, which may stand behind many others.
    """

    vectors: VectorStore
    embedder: TextEmbedder
    clock: Clock
    deadline_s: float = 600.0

    async def __call__(self, library_id: LibraryId, on_progress: OnProgress | None = None) -> int:
        """Embed until nothing is left.

        Returns:
            The number of passages embedded.

        Raises:
            UnavailableError: The pool or the database is down; a repeat goes on from here.
            ModelError: The encoder refused a text.
        """
        pace = _Pace(self.clock)
        while batch := await self.vectors.unembedded(library_id, limit=_PASSAGES_A_COMMIT):
            await self.vectors.save(library_id, await self._embedded(batch))
            backlog = await self.vectors.backlog(library_id)
            progress = pace.after(batch, backlog.passages, backlog.characters)
            if on_progress is not None:
                on_progress(progress)
        return pace.done

    async def _embedded(self, batch: Sequence[PassageToEmbed]) -> list[PassageVectors]:
        texts = [text for passage in batch for text in (passage.text, *passage.sentences)]
        rows = await self._vectors_of(texts)
        result: list[PassageVectors] = []
        at = 0
        for passage in batch:
            end = at + 1 + len(passage.sentences)
            result.append(
                PassageVectors(
                    passage_id=passage.passage_id, vector=rows[at],
                    sentence_vectors=rows[at + 1 : end],
                )
            )  # fmt: skip
            at = end
        return result

    async def _vectors_of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        jobs = [texts[at : at + _TEXTS_A_JOB] for at in range(0, len(texts), _TEXTS_A_JOB)]
        rows = [
            await self.embedder.embed(
                job, role=EmbedRole.PASSAGE, priority=Priority.LOW, deadline_s=self.deadline_s
            )
            for job in jobs
        ]
        return np.concatenate(rows)


class _Pace:
    """Measures characters a second to tell an honest time left."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.monotonic()
        self._characters = 0
        self.done = 0

    def after(
        self, batch: Sequence[PassageToEmbed], left: int, characters_left: int
    ) -> EmbeddingProgress:
        self.done += len(batch)
        self._characters += sum(sum(map(len, passage.sentences)) for passage in batch)
        spent = self._clock.monotonic() - self._start
        seconds = spent / self._characters * characters_left if self._characters else None
        return EmbeddingProgress(done=self.done, left=left, seconds_left=seconds)
