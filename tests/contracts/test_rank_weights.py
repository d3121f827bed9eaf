"""Fitted weights: one suite over SQLite and PostgreSQL."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.adapters.sql.knowledge_libraries import SqlLibraries
from services.adapters.sql.rank_weights import SqlRankWeights
from services.answering.weighing import RankWeights
from services.errors import NotFoundError
from services.knowledge.models import AudienceKind, LibraryId

pytestmark = pytest.mark.services

OWNER = LibraryId("owner")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
FITTED = RankWeights(sentence=2.0, lexical=0.5, letters=0.0)


async def test_weights_are_kept_replaced_and_go_with_their_library(sql_engine: AsyncEngine) -> None:
    sessions = create_sessions(sql_engine)
    libraries, store = SqlLibraries(sessions), SqlRankWeights(sessions)
    with pytest.raises(NotFoundError):
        await store.keep(OWNER, FITTED)
    await libraries.ensure(OWNER, title="", audience=AudienceKind.PEOPLE, now=NOW)
    assert await store.weights(OWNER) is None
    await store.keep(OWNER, RankWeights())
    await store.keep(OWNER, FITTED)
    assert await store.weights(OWNER) == FITTED
    await store.keep(OWNER, None)
    assert await store.weights(OWNER) is None
    await store.keep(OWNER, FITTED)
    await libraries.bury(OWNER, NOW)
    await libraries.erase(OWNER)
    await libraries.ensure(OWNER, title="", audience=AudienceKind.PEOPLE, now=NOW)
    assert await store.weights(OWNER) is None
