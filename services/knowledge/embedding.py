"""Vectors for passages that have none yet, as low-priority jobs of the pool."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from services.clock import Clock
from services.errors import ModelError, NotFoundError, UnavailableError
from services.inference.models import EmbedRole, Priority
from services.inference.ports import TextEmbedder
from services.knowledge.ingest_ports import Backlog, PassageToEmbed, PassageVectors, VectorStore
from services.knowledge.models import LibraryId
from services.tasks import beside

# A passage with its sentences takes about a second of a CPU, and a job should not be long:
# a person's question waits for the one that runs.
_PASSAGES_A_COMMIT: Final = 4
_TEXTS_A_JOB: Final = 8
_BATCHES_A_TURN: Final = 8
LOOK_AGAIN_S: Final = 1.0
"""Between two looks whether the passages of a waiting job are still there."""

log = structlog.get_logger(__name__)


class _RemovedError(Exception):
    """A passage was removed while its job waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingProgress:
    """How far the embedding of a library is.

    Attributes:
        done: Passages embedded since somebody began to wait.
        left: Passages still without vectors.
        seconds_left: At the pace so far, by characters; None until something is done.
    """

    done: int
    left: int
    seconds_left: float | None


Claim = Callable[[], AbstractAsyncContextManager[bool]]
OnProgress = Callable[[EmbeddingProgress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedPassages:
    """Embeds what has no vectors yet; safe to interrupt and to repeat.

    Attributes:
        claim: Makes one process of several that could do it the one that does.
        deadline_s: Longest wait for one job, which may stand behind many others.
        poll_s: Seconds between two looks for work, and at the claim.
    """

    vectors: VectorStore
    embedder: TextEmbedder
    clock: Clock
    claim: Claim
    deadline_s: float = 600.0
    poll_s: float = 2.0

    async def run(self) -> None:
        """Embed whatever comes into any library, until cancelled."""
        while True:
            async with self.claim() as held:
                while held:
                    await self._round()
                    await self.clock.sleep(self.poll_s)
            await self.clock.sleep(self.poll_s)

    async def finish(self, library_id: LibraryId, on_progress: OnProgress) -> None:
        """Wait until a library is embedded: by this process, or by another that is at it.

        Raises:
            UnavailableError: The pool or the database is down; a repeat goes on from here.
        """
        pace = _Pace(self.clock, await self.vectors.backlog(library_id))
        while (backlog := await self.vectors.backlog(library_id)).passages:
            on_progress(pace.at(backlog))
            async with self.claim() as held:
                done = await self._batch(library_id) if held else 0
            if not done:
                await self.clock.sleep(self.poll_s)
        on_progress(pace.at(Backlog(passages=0, characters=0)))

    async def _round(self) -> None:
        """Give each library that waits a few batches, so that a large one holds up nobody."""
        try:
            for library_id in await self.vectors.libraries_to_embed():
                for _ in range(_BATCHES_A_TURN):
                    if not await self._batch(library_id):
                        break
        except (UnavailableError, NotFoundError) as error:
            log.info("embedding_waits", error=error.code)

    async def _batch(self, library_id: LibraryId) -> int:
        batch = await self.vectors.unembedded(library_id, limit=_PASSAGES_A_COMMIT)
        if not batch:
            return 0
        try:
            await self.vectors.save(library_id, await self._embedded(library_id, batch))
        except ModelError:
            await self._one_by_one(library_id, batch)
        except _RemovedError:
            log.info("embedding_taken_back", passages=len(batch))
        return len(batch)

    async def _one_by_one(self, library_id: LibraryId, batch: Sequence[PassageToEmbed]) -> None:
        """Find the text that the encoder refuses and leave it to the lexical leg."""
        for passage in batch:
            try:
                await self.vectors.save(library_id, await self._embedded(library_id, [passage]))
            except ModelError:
                log.warning("passage_not_embedded", passage=passage.passage_id)
                await self.vectors.give_up(library_id, passage.passage_id)
            except _RemovedError:
                return

    async def _embedded(
        self, library_id: LibraryId, batch: Sequence[PassageToEmbed]
    ) -> list[PassageVectors]:
        texts = [text for passage in batch for text in (passage.text, *passage.sentences)]
        rows = await self._vectors_unless_removed(library_id, batch, texts)
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

    async def _vectors_unless_removed(
        self, library_id: LibraryId, batch: Sequence[PassageToEmbed], texts: Sequence[str]
    ) -> NDArray[np.float32]:
        """Embed; a job whose passages are removed is taken back, so that no queue keeps them."""
        rows: NDArray[np.float32] | None = None
        try:
            async with beside(self._until_removed(library_id, batch)):
                rows = await self._vectors_of(texts)
        except* _RemovedError:
            log.debug("passages_removed", library=library_id)
        if rows is None:
            raise _RemovedError
        return rows

    async def _until_removed(self, library_id: LibraryId, batch: Sequence[PassageToEmbed]) -> None:
        wanted = {passage.passage_id for passage in batch}
        while True:
            await self.clock.sleep(LOOK_AGAIN_S)
            try:
                there = await self.vectors.unembedded(library_id, limit=_PASSAGES_A_COMMIT)
            except UnavailableError:
                continue
            if not wanted <= {passage.passage_id for passage in there}:
                raise _RemovedError

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

    def __init__(self, clock: Clock, backlog: Backlog) -> None:
        self._clock = clock
        self._since = clock.monotonic()
        self._total = backlog

    def at(self, backlog: Backlog) -> EmbeddingProgress:
        done = self._total.characters - backlog.characters
        spent = self._clock.monotonic() - self._since
        return EmbeddingProgress(
            done=max(0, self._total.passages - backlog.passages),
            left=backlog.passages,
            seconds_left=spent / done * backlog.characters if done > 0 else None,
        )
