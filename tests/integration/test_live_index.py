"""From messages of a live chat to documents, over a real database and a clock of the test's own."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.adapters.sql.engine import create_sessions
from services.adapters.sql.knowledge_chats import SqlChatFiles
from services.adapters.sql.knowledge_chats_listing import SqlDocumentList
from services.adapters.sql.knowledge_chats_live import SqlLiveChats
from services.adapters.sql.knowledge_ingest import SqlDocumentStore
from services.adapters.sql.knowledge_libraries import SqlLibraries
from services.knowledge.chat_libraries import ChatLibraries
from services.knowledge.consent import Consent
from services.knowledge.ingest import IngestSources
from services.knowledge.lemmas import MorphologicalLemmatizer
from services.knowledge.live_chats import LiveChats
from services.knowledge.live_index import LiveIndex
from services.knowledge.live_models import LiveMessage
from services.knowledge.models import LibraryId
from services.knowledge.source_lists import SourceLists
from tests.fakes.clock import FakeClock
from tests.fakes.leases import FakeLeases

pytestmark = pytest.mark.services

_CHAT, _ANNA, _BORIS = -1001234567890, 7_000_000_001, 7_000_000_002
_LIBRARY = LibraryId(f"chat-{_CHAT}")


@dataclass
class _World:
    live: LiveChats
    consent: Consent
    lists: SourceLists
    documents: SqlDocumentStore
    clock: FakeClock

    async def hears(self, message_id: int, text: str, **more: object) -> None:
        message = LiveMessage(
            chat_id=_CHAT, message_id=message_id, reply_to=None, album=None, user_id=_ANNA,
            text=text, bold=(), sent_at=self.clock.now(), edited_at=None,
        )  # fmt: skip
        changed = replace(message, **more)  # type: ignore[arg-type]  # tests change any field
        assert await self.live.hear(changed, title="Дача", username=None)

    async def titles(self) -> list[str]:
        listed = await self.lists.documents.listed(_LIBRARY, offset=0, limit=99)
        return sorted(document.title for document in listed)

    async def bring(self) -> None:
        await self.live.index.bring(_LIBRARY)


@pytest.fixture
async def world(sql_engine: AsyncEngine) -> _World:
    sessions, clock = create_sessions(sql_engine), FakeClock()
    documents, store, files = (
        SqlDocumentStore(sessions), SqlLiveChats(sessions), SqlChatFiles(sessions),
    )  # fmt: skip
    chats = ChatLibraries(libraries=SqlLibraries(sessions), index=files, clock=clock)
    index = LiveIndex(
        store=store, documents=documents, leases=FakeLeases(), clock=clock, quiet_s=10,
        ingest=IngestSources(store=documents, lemmatizer=MorphologicalLemmatizer()),
    )  # fmt: skip
    live = LiveChats(store=store, index=index, chats=chats, clock=clock, kept_days=30)
    await live.turn_on(_CHAT, title="Дача", username=None, channel=False, by=_ANNA)
    return _World(
        live=live, consent=Consent(store=store, index=index, clock=clock), clock=clock,
        documents=documents, lists=SourceLists(
            files=files, documents=SqlDocumentList(sessions), stored=documents, live=store,
            chats=chats,
        ),
    )  # fmt: skip


async def test_threads_become_documents_and_go_after_their_days(world: _World) -> None:
    await world.hears(1, "Ключ от бани под лейкой")
    await world.hears(2, "А веник в сенях", reply_to=1)
    await world.bring()
    assert await world.titles() == ["Дача: Ключ от бани под лейкой"]
    await world.clock.sleep(timedelta(days=20).total_seconds())
    await world.hears(3, "Колодец чистят в июне")
    await world.bring()
    await world.clock.sleep(timedelta(days=11).total_seconds())
    chat = await world.live.find(_CHAT)
    assert chat is not None
    assert await world.live.forget_old(chat) == 2
    assert await world.titles() == ["Дача: Колодец чистят в июне"]
    await world.live.keep_for(_CHAT, 7)
    assert await world.titles() == []


async def test_who_keeps_out_is_gone_and_the_others_stay(world: _World) -> None:
    await world.hears(1, "Ключ от бани под лейкой", user_id=_BORIS)
    await world.hears(2, "А веник в сенях", reply_to=1)
    await world.bring()
    assert await world.consent.opt_out(_CHAT, _BORIS) == 1
    assert await world.titles() == ["Дача: А веник в сенях"]
    assert not await world.live.hear(
        LiveMessage(
            chat_id=_CHAT, message_id=3, reply_to=None, album=None, user_id=_BORIS, text="Ещё",
            bold=(), sent_at=world.clock.now(), edited_at=None,
        ),
        title="Дача", username=None,
    )  # fmt: skip


async def test_what_an_import_or_a_button_removed_is_not_brought_back(world: _World) -> None:
    await world.hears(1, "Ключ от бани под лейкой")
    await world.hears(5, "Колодец чистят в июне")
    await world.bring()
    known = await world.documents.known(_LIBRARY, ["telegram:1234567890#1"])
    await world.documents.delete(_LIBRARY, [one.document_id for one in known.values()])
    await world.hears(7, "Переложил в сарай", reply_to=1)
    await world.bring()
    assert await world.titles() == ["Дача: Колодец чистят в июне", "Дача: Переложил в сарай"]
    (well,) = [one for one in await world.lists.documents.listed(_LIBRARY, offset=0, limit=9)
               if "Колодец" in one.title]  # fmt: skip
    await world.lists.remove_document(_LIBRARY, well.document_id)
    await world.hears(9, "Или в июле", reply_to=5)
    await world.bring()
    assert await world.titles() == ["Дача: Или в июле", "Дача: Переложил в сарай"]
