"""Where passages are searched: in the data directory, or in Qdrant."""

from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.settings import Settings
from services.adapters.search.applier import IndexApplier
from services.adapters.search.index import DirectoryIndex
from services.adapters.search.opened import OpenLibraries
from services.adapters.search.sole import claim_of
from services.errors import UnavailableError
from services.knowledge.ingest_ports import ChangeFeed

if TYPE_CHECKING:  # an extra, which only QDRANT_URL calls for
    from services.adapters.qdrant.applier import QdrantApplier
    from services.adapters.qdrant.index import QdrantIndex
    from services.adapters.qdrant.server import QdrantServer

_POLL_S: Final = 1.0
_WAIT_FOR_APPLIER_S: Final = 1.0


AnyIndex: TypeAlias = "DirectoryIndex | QdrantIndex"
AnyApplier: TypeAlias = "IndexApplier | QdrantApplier"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchIndex:
    """An index, and what brings it up to SQL."""

    index: AnyIndex
    applier: AnyApplier


@asynccontextmanager
async def open_search_index(
    settings: Settings, feed: ChangeFeed, executor: Executor
) -> AsyncIterator[SearchIndex]:
    """Open the index that the settings name.

    Raises:
        UnavailableError: It is Qdrant, and its client is not installed.
    """
    if settings.qdrant_url:
        async with _open_qdrant(settings, settings.qdrant_url, feed) as found:
            yield found
        return
    root = settings.data / "indexes"
    applier = IndexApplier(root, feed, executor, poll_s=_POLL_S)
    opened = OpenLibraries(root, limit=settings.open_libraries)
    index = DirectoryIndex(opened, applier, feed, executor, wait_s=_WAIT_FOR_APPLIER_S)
    try:
        yield SearchIndex(index=index, applier=applier)
    finally:
        opened.close()


async def qdrant_version(settings: Settings, url: str) -> str:
    """Ask Qdrant for its version.

    Raises:
        UnavailableError: It does not answer, or its client is not installed.
    """
    async with _connected(settings, url) as server:
        return await server.version()


@asynccontextmanager
async def _open_qdrant(
    settings: Settings, url: str, feed: ChangeFeed
) -> AsyncIterator[SearchIndex]:
    async with _connected(settings, url) as server:
        from services.adapters.qdrant.applier import QdrantApplier  # noqa: PLC0415
        from services.adapters.qdrant.index import QdrantIndex  # noqa: PLC0415

        claim = claim_of(settings.data / "indexes" / ".qdrant.lock")
        applier = QdrantApplier(server, feed, claim, poll_s=_POLL_S)
        index = QdrantIndex(server, applier, feed, wait_s=_WAIT_FOR_APPLIER_S)
        yield SearchIndex(index=index, applier=applier)


@asynccontextmanager
async def _connected(settings: Settings, url: str) -> AsyncIterator["QdrantServer"]:
    try:
        from services.adapters.qdrant.server import connect_qdrant  # noqa: PLC0415
    except ModuleNotFoundError as error:
        msg = "QDRANT_URL is set, but its client is not installed: pip install 'samovar[qdrant]'"
        raise UnavailableError(msg, dependency="qdrant") from error
    key = settings.qdrant_api_key
    async with connect_qdrant(
        url, api_key=None if key is None else key.get_secret_value()
    ) as server:
        yield server
