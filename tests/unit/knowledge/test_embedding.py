import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.knowledge.embedding import EmbeddingProgress, EmbedPassages
from services.knowledge.ingest_ports import Backlog, PassageToEmbed, PassageVectors
from services.knowledge.models import LibraryId, PassageId
from tests.fakes.clock import FakeClock

LIBRARY = LibraryId("chat-7")


class _YieldingClock(FakeClock):
    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        await asyncio.sleep(0)


@dataclass
class _Vectors:
    left: list[PassageToEmbed]
    saved: list[PassageVectors] = field(default_factory=list)

    async def backlog(self, library_id: LibraryId) -> Backlog:
        del library_id
        return Backlog(passages=len(self.left), characters=len(self.left))

    async def unembedded(self, library_id: LibraryId, *, limit: int) -> list[PassageToEmbed]:
        del library_id
        return self.left[:limit]

    async def save(self, library_id: LibraryId, vectors: list[PassageVectors]) -> None:
        del library_id
        self.saved += vectors


@dataclass
class _StuckPool:
    """Nobody works; whoever stops waiting takes the job back."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    taken_back: bool = False

    async def embed(self, texts: list[str], **_: object) -> NDArray[np.float32]:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.taken_back = True
            raise
        return np.zeros((len(texts), 4), np.float32)


async def test_a_job_is_taken_back_when_its_passages_are_removed() -> None:
    passage = PassageToEmbed(passage_id=PassageId(1), text="дневник", sentences=(), text_hash="x")
    vectors, pool = _Vectors(left=[passage]), _StuckPool()
    embedding = EmbedPassages(
        vectors=vectors, embedder=pool, clock=_YieldingClock(),  # type: ignore[arg-type]  # nothing else is asked
        claim=lambda: nullcontext(True),
    )  # fmt: skip

    async def forget() -> None:
        await pool.asked.wait()
        vectors.left.clear()

    told: list[EmbeddingProgress] = []
    await asyncio.wait_for(
        asyncio.gather(embedding.finish(LIBRARY, told.append), forget()), timeout=5
    )
    assert pool.taken_back
    assert vectors.saved == []
