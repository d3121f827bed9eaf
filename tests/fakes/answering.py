"""The pipeline's surroundings; each refuses what a test did not prepare."""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.answering.evidence import bm25
from services.answering.extractive import compose
from services.errors import ServiceError, UnavailableError
from services.inference.models import EmbedRole, GenerationChunk, GenerationRequest, Priority
from services.inference.waits import QueueObserver, WaitEstimate
from services.knowledge.models import DayRange, LibraryId, PassageHit, PassageId, StoredPassage


@dataclass
class FakeLibrary:
    """``PassageIndex``, ``Vocabulary`` and ``PassageStore`` over passages in memory."""

    passages_: Sequence[StoredPassage]
    opened: list[LibraryId] = field(default_factory=list)

    async def search(
        self,
        library_id: LibraryId,
        *,
        lemmas: Sequence[str],
        vector: NDArray[np.float32] | None,
        limit_per_leg: int = 50,
        posted: DayRange | None = None,
    ) -> list[PassageHit]:
        self.opened.append(library_id)
        own = [p for p in self.passages_ if p.library_id == library_id and _posted_on(p, posted)]
        lexical = bm25(lemmas, [p.lemmas.split() for p in own])
        hits = [
            PassageHit(
                passage_id=p.passage_id, library_id=library_id, lexical=score,
                dense=None if vector is None or p.vector is None else float(p.vector @ vector),
            )
            for p, score in zip(own, lexical, strict=True)
        ]  # fmt: skip
        found = [hit for hit in hits if hit.lexical or hit.dense is not None]
        return sorted(found, key=lambda hit: -hit.lexical)[: 2 * limit_per_leg]

    async def known_terms(self, library_id: LibraryId, terms: Collection[str]) -> frozenset[str]:
        own = (p.lemmas.split() for p in self.passages_ if p.library_id == library_id)
        return frozenset(lemma for lemmas in own for lemma in lemmas) & frozenset(terms)

    async def passages(
        self, passage_ids: Sequence[PassageId], *, with_vectors: bool = False
    ) -> list[StoredPassage]:
        assert with_vectors
        known = {p.passage_id: p for p in self.passages_}
        return [known[i] for i in passage_ids if i in known]


def _posted_on(passage: StoredPassage, days: DayRange | None) -> bool:
    if days is None:
        return True
    moment = passage.posted_at
    return moment is not None and days.first <= moment.date() <= days.last


@dataclass
class FakeEmbedder:
    """Vectors by text; a text that was not prepared is an error. None at all: the pool is down."""

    vectors: dict[str, NDArray[np.float32]] | None = None
    asked: list[str] = field(default_factory=list)

    async def embed(
        self,
        texts: Sequence[str],
        *,
        role: EmbedRole,
        priority: Priority = Priority.HIGH,
        deadline_s: float = 30.0,
    ) -> NDArray[np.float32]:
        assert role is EmbedRole.QUERY
        assert priority is Priority.HIGH
        self.asked += texts
        if self.vectors is None:
            raise UnavailableError("no worker", dependency="workers")
        return np.stack([self.vectors[text] for text in texts])


@dataclass
class FakeGenerator:
    """Writes what it is told, or composes, or fails."""

    text: str = ""
    error: ServiceError | None = None
    backend: str = "packaged:extractive"
    instead_of: tuple[str, ...] = ()
    waits: tuple[WaitEstimate, ...] = ()
    requests: list[GenerationRequest] = field(default_factory=list)
    closed: int = 0

    async def generate(
        self, request: GenerationRequest, observer: QueueObserver | None = None
    ) -> AsyncGenerator[GenerationChunk, None]:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        if observer is not None and self.waits:
            for estimate in self.waits:
                await observer.waiting(estimate)
            await observer.begun()
        text = self.text or "".join(compose(request))
        try:
            for end in range(0, len(text), 7):
                yield GenerationChunk(text=text[:end], attempt=1, final=False)
            yield GenerationChunk(
                text=text, attempt=1, final=True, backend=self.backend, instead_of=self.instead_of
            )
        finally:
            self.closed += 1


@dataclass
class RecordingProgress:
    """Remembers what a person would have seen."""

    stages: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    waits: list[WaitEstimate | None] = field(default_factory=list)

    async def stage(self, stage: str) -> None:
        self.stages.append(stage)

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        self.waits.append(estimate)

    async def text(self, partial: str) -> None:
        self.texts.append(partial)
