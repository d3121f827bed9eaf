"""A connection to Qdrant, with a deadline on every call."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import httpx
import msgspec
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import ApiException

from services.adapters.qdrant.points import (
    DAY,
    DENSE,
    DIMENSIONS,
    LEMMAS,
    LIBRARY,
    Applied,
    of_library,
    state_id,
)
from services.errors import UnavailableError
from services.knowledge.models import LibraryId, PassageId

COLLECTION: Final = "samovar"
DEADLINE_S: Final = 10.0
IN_MEMORY: Final = ":memory:"
_PORTION: Final = 10_000
_AT_ONCE: Final = 100
"""Questions in one call with its deadline: a garbled word is looked up in hundreds of ways."""


class QdrantServer:
    """The collection; every method raises UnavailableError when Qdrant does not do its part."""

    def __init__(
        self, client: AsyncQdrantClient, collection: str, *, deadline_s: float, indexes: bool
    ) -> None:
        """Speak about one collection; the client's local mode has no indexes of payloads."""
        self._client = client
        self._indexes = indexes
        self._prepared = False
        self._collection = collection
        self._deadline_s = deadline_s

    async def prepare(self) -> None:
        """Make the collection and its indexes unless they are there."""
        if self._prepared:
            return
        async with self._asked():
            if not await self._client.collection_exists(self._collection):
                await self._make_collection()
            if self._indexes:
                await self._make_indexes()
        self._prepared = True

    async def query(self, requests: Sequence[models.QueryRequest]) -> list[dict[PassageId, float]]:
        """Ask several things at once; give scores by passage for each."""
        if not requests:
            return []
        found: list[models.QueryResponse] = []
        for at in range(0, len(requests), _AT_ONCE):
            async with self._asked():
                found += await self._client.query_batch_points(
                    self._collection, requests[at : at + _AT_ONCE]
                )
        return [{PassageId(int(point.id)): point.score for point in each.points} for each in found]

    async def applied(self, library_id: LibraryId) -> Applied | None:
        """Read what of a library is in; None: nothing."""
        async with self._asked():
            found = await self._client.retrieve(self._collection, [state_id(library_id)])
        return _applied(found[0]) if found else None

    async def all_applied(self) -> list[Applied]:
        """Read that of all libraries."""
        known = models.Filter(
            must_not=[models.IsEmptyCondition(is_empty=models.PayloadField(key="state_of"))]
        )
        return [_applied(each) async for some in self._all(known) for each in some]

    async def write_applied(self, state: Applied) -> None:
        """Say what of a library is in."""
        point = models.PointStruct(
            id=state_id(LibraryId(state.state_of)), vector={}, payload=msgspec.to_builtins(state)
        )
        await self.put([point])

    async def put(self, points: Sequence[models.PointStruct]) -> None:
        """Add or replace points; they can be found from now on."""
        if points:
            async with self._asked():
                await self._client.upsert(self._collection, points, wait=True)

    async def remove(self, library_id: LibraryId, ids: Sequence[int]) -> None:
        """Remove passages of a library, those that are there."""
        if ids:
            async with self._asked():
                await self._client.delete(
                    self._collection, of_library(library_id, ids=ids), wait=True
                )

    async def remove_library(self, library_id: LibraryId) -> None:
        """Remove all of a library, at last what says that it was there."""
        async with self._asked():
            await self._client.delete(self._collection, of_library(library_id), wait=True)
            await self._client.delete(self._collection, [state_id(library_id)], wait=True)

    async def count(self, library_id: LibraryId) -> int:
        """Count the passages of a library."""
        async with self._asked():
            found = await self._client.count(self._collection, of_library(library_id))
        return found.count

    async def ids(self, library_id: LibraryId) -> AsyncIterator[list[int]]:
        """List the passages of a library, in portions."""
        async for some in self._all(of_library(library_id), with_payload=False):
            yield [int(each.id) for each in some]

    async def drop(self) -> None:
        """Remove the whole collection."""
        async with self._asked():
            await self._client.delete_collection(self._collection)

    async def version(self) -> str:
        """Tell the server's version."""
        async with self._asked():
            return (await self._client.info()).version

    async def _all(
        self, wanted: models.Filter, *, with_payload: bool = True
    ) -> AsyncIterator[list[models.Record]]:
        offset = None
        while True:
            async with self._asked():
                found, offset = await self._client.scroll(
                    self._collection, wanted, limit=_PORTION, offset=offset,
                    with_payload=with_payload,
                )  # fmt: skip
            yield found
            if offset is None:
                return

    async def _make_collection(self) -> None:
        await self._client.create_collection(
            self._collection,
            vectors_config={
                DENSE: models.VectorParams(size=DIMENSIONS, distance=models.Distance.COSINE)
            },
            sparse_vectors_config={LEMMAS: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            # A graph for each library instead of one through all of them.
            hnsw_config=models.HnswConfigDiff(m=0, payload_m=16),
        )

    async def _make_indexes(self) -> None:
        await self._client.create_payload_index(
            self._collection, LIBRARY,
            models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
        )  # fmt: skip
        await self._client.create_payload_index(
            self._collection, DAY,
            models.IntegerIndexParams(
                type=models.IntegerIndexType.INTEGER, lookup=False, range=True
            ),
        )  # fmt: skip
        await self._client.create_payload_index(
            self._collection, "state_of", models.PayloadSchemaType.KEYWORD
        )

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[None]:
        with _failures_as_unavailable():
            async with asyncio.timeout(self._deadline_s):
                yield


def _applied(record: models.Record) -> Applied:
    """Read what is in; of another version's note, that nothing of it can be relied upon."""
    payload = record.payload or {}
    try:
        return msgspec.convert(payload, Applied)
    except msgspec.ValidationError:
        name = str(payload.get("state_of", ""))
        return Applied(state_of=name, incarnation="", applied=-1, built=-1)


@contextmanager
def _failures_as_unavailable() -> Iterator[None]:
    try:
        yield
    except (ApiException, httpx.HTTPError, OSError, TimeoutError) as error:
        # Qdrant's own message may quote what was sent.
        message = f"Qdrant does not answer: {type(error).__name__}; check QDRANT_URL"
        raise UnavailableError(message, dependency="qdrant") from error


@asynccontextmanager
async def connect_qdrant(
    url: str,
    *,
    api_key: str | None = None,
    collection: str = COLLECTION,
    deadline_s: float = DEADLINE_S,
) -> AsyncIterator[QdrantServer]:
    """Connect when something is first asked.

    Args:
        url: Of the server, or ``:memory:`` for the client's own local mode, which scans.
        api_key: For a server that asks for one.
        collection: Its name; made by ``prepare``.
        deadline_s: Of every call.
    """
    timeout = max(1, int(deadline_s))
    if url == IN_MEMORY:
        client = AsyncQdrantClient(url)
    else:
        # Otherwise the client asks for the version at once, blocking.
        client = AsyncQdrantClient(
            url=url, api_key=api_key, timeout=timeout, check_compatibility=False
        )
    try:
        yield QdrantServer(client, collection, deadline_s=deadline_s, indexes=url != IN_MEMORY)
    finally:
        await client.close()
