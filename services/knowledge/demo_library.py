"""The library that ships with Samovar, so that a demo has something to answer from."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.clock import Clock
from services.knowledge.ingest import DeletionQuestion, IngestReport, IngestSources
from services.knowledge.ingest_ports import LibraryStore, PassageVectors, VectorStore
from services.knowledge.models import DEMO_LIBRARY, AudienceKind, SourceDocument
from services.knowledge.readers.markdown import read_markdown
from services.knowledge.readers.models import ExportSpan, ReadSource

ARTICLES: Final = Path(__file__).parent / "demo"
PAGES: Final = "/library/"
"""Where the bot's HTTP endpoint shows the articles; their addresses begin with it."""
_EXPORT: Final = "demo"
_VECTORS: Final = "vectors.npy"
_NAMES: Final = "vectors.json"
_PORTION: Final = 1_000


class VectorNames(msgspec.Struct, frozen=True):
    """Whose rows these are: for each passage its hash and how many sentences follow it.

    Attributes:
        backend: The encoder, as the settings name it.
        passages: In the order of the rows.
    """

    backend: str
    passages: list[tuple[str, int]]


def read_articles(folder: Path = ARTICLES) -> ReadSource:
    """Read the articles as one export, so that one that is gone disappears from the library."""
    documents: list[SourceDocument] = []
    for number, path in enumerate(sorted(folder.glob("*.md")), start=1):
        documents += [
            replace(d, export=_EXPORT, order_key=number, url=f"{PAGES}{path.name}")
            for d in _read(path).documents
        ]
    # The span is open above: an older edition may have had more articles.
    span = ExportSpan(export=_EXPORT, first=0, last=2**31)
    return ReadSource(documents=tuple(documents), spans=(span,))


def _read(path: Path) -> ReadSource:
    return read_markdown(f"{_EXPORT}/{path.name}", path.stem, path.read_bytes())


@dataclass(frozen=True, slots=True, kw_only=True)
class MountDemoLibrary:
    """Brings the demo library into SQL, with the vectors that ship with it.

    Attributes:
        embed_backend: Shipped vectors are used only with the encoder that made them.
    """

    libraries: LibraryStore
    ingest: IngestSources
    vectors: VectorStore
    clock: Clock
    embed_backend: str

    async def __call__(self) -> IngestReport:
        """Mount it; safe to repeat, a second time nothing is written.

        Raises:
            UnavailableError: The database is down.
        """
        await self.libraries.ensure(
            DEMO_LIBRARY, title="Samovar", audience=AudienceKind.EVERYONE, now=self.clock.now()
        )
        report = await self.ingest(DEMO_LIBRARY, _sources(), confirm=_agree)
        shipped = await asyncio.to_thread(load_vectors, ARTICLES, self.embed_backend)
        await self._use(shipped)
        return report

    async def _use(self, shipped: Mapping[str, NDArray[np.float16]]) -> None:
        waiting = await self.vectors.unembedded(DEMO_LIBRARY, limit=_PORTION)
        found = [
            PassageVectors(
                passage_id=passage.passage_id,
                vector=rows[0].astype(np.float32),
                sentence_vectors=rows[1:].astype(np.float32),
            )
            for passage in waiting
            if (rows := shipped.get(passage.text_hash)) is not None
            and len(rows) == 1 + len(passage.sentences)
        ]
        if found:
            await self.vectors.save(DEMO_LIBRARY, found)


def load_vectors(folder: Path, backend: str) -> dict[str, NDArray[np.float16]]:
    """Load the shipped vectors by text hash; none when they were made by another encoder."""
    if not (folder / _NAMES).exists():
        return {}
    names = msgspec.json.decode((folder / _NAMES).read_bytes(), type=VectorNames)
    if names.backend != backend:
        return {}
    rows = np.load(folder / _VECTORS, allow_pickle=False)
    result: dict[str, NDArray[np.float16]] = {}
    at = 0
    for text_hash, sentences in names.passages:
        result[text_hash] = rows[at : at + 1 + sentences]
        at += 1 + sentences
    return result


def store_vectors(
    folder: Path, backend: str, vectors: Sequence[tuple[str, NDArray[np.float32]]]
) -> int:
    """Write vectors to ship: for each text hash the passage's row and its sentences' rows.

    Returns:
        The size in bytes.
    """
    names = VectorNames(backend, [(text_hash, len(rows) - 1) for text_hash, rows in vectors])
    (folder / _NAMES).write_bytes(msgspec.json.encode(names) + b"\n")
    rows = np.concatenate([rows for _, rows in vectors]).astype(np.float16)
    np.save(folder / _VECTORS, rows, allow_pickle=False)
    return (folder / _VECTORS).stat().st_size


async def _sources() -> AsyncIterator[ReadSource]:
    yield await asyncio.to_thread(read_articles)


async def _agree(_question: DeletionQuestion) -> bool:
    """The folder is the whole library; what is not in it is gone."""
    return True
