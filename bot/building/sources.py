"""Sources that come from chats: sent files and live sources, from finished parts."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from aiogram import Bot

from bot.building.knowledge import Knowledge
from bot.building.sent_sources import incoming_files, sent_sources
from bot.settings import Settings
from bot.workflow_data import SourcesData
from handlers.i18n import Catalogue
from handlers.sources_view import AnswerCaptions, TelegramFiles, TelegramFileView
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_chats import SqlChatFiles
from services.adapters.sql.knowledge_chats_listing import SqlDocumentList
from services.adapters.sql.knowledge_chats_live import SqlLiveChats
from services.answering.requests import Requests
from services.clock import Clock
from services.errors import UnavailableError
from services.knowledge.chat_files import PageSource
from services.knowledge.chat_libraries import ChatLibraries
from services.knowledge.chat_sources import ChatSources, FileLimits
from services.knowledge.consent import Consent
from services.knowledge.file_contents import FileContents
from services.knowledge.file_intake import FileIntake, TakeFile
from services.knowledge.live_chats import LiveChats
from services.knowledge.live_index import LiveIndex
from services.knowledge.source_lists import SourceLists
from services.people.people import People
from services.people.ports import PersonalData
from services.tasks import Leases, Nursery

log = structlog.get_logger(__name__)

_RETENTION_EVERY_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSourceParts:
    """What does not depend on the conversation, of which ``/forget`` needs some.

    Attributes:
        personal_data: Files and messages of a person.
    """

    bot: Bot
    files: SqlChatFiles
    live: SqlLiveChats
    index: LiveIndex
    chats: ChatLibraries
    knowledge: Knowledge
    sessions: Sessions
    leases: Leases
    clock: Clock
    incoming: Path

    @property
    def personal_data(self) -> Sequence[PersonalData]:
        """The places that ``/mydata`` and ``/forget`` look at."""
        return (
            sent_sources(
                self.sessions, self.knowledge, self.leases, self.clock, incoming=self.incoming
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The area, put together.

    Attributes:
        workflow_data: For the dispatcher.
    """

    workflow_data: SourcesData
    bot_id: int
    clock: Clock
    index: LiveIndex

    async def resume(self, replica: str | None = None) -> None:
        """Go on with files that this replica (None: at start) or a dead one left unfinished."""
        await self.workflow_data["chat_sources"].resume(bot_id=self.bot_id, replica=replica)

    async def forget_old_regularly(self) -> None:
        """Erase messages older than their chats want, now and every hour, until cancelled."""
        live = self.workflow_data["live_chats"]
        while True:
            try:
                for chat in await live.store.all():
                    await live.forget_old(chat)
            except UnavailableError as error:
                log.warning("live_retention_postponed", dependency=error.dependency)
            await self.clock.sleep(_RETENTION_EVERY_S)


def build_source_parts(
    settings: Settings, *, bot: Bot, sessions: Sessions, knowledge: Knowledge, leases: Leases,
    clock: Clock,
) -> ChatSourceParts:  # fmt: skip
    """Put together what other areas need of this one.

    Args:
        settings: Read here and handed on as plain values.
        bot: With the limiter in its session.
        sessions: Of the database with the present schema.
        knowledge: Where sources go.
        leases: Seen by all replicas.
        clock: The process's clock.
    """
    files, live = SqlChatFiles(sessions), SqlLiveChats(sessions)
    return ChatSourceParts(
        bot=bot, files=files, live=live, knowledge=knowledge, sessions=sessions, leases=leases,
        clock=clock, incoming=incoming_files(settings), index=LiveIndex(
            store=live, documents=knowledge.documents, ingest=knowledge.ingest, leases=leases,
            clock=clock, quiet_s=settings.live_quiet_s,
        ),
        chats=ChatLibraries(libraries=knowledge.libraries, index=files, clock=clock),
    )  # fmt: skip


def build_sources(
    settings: Settings,
    parts: ChatSourceParts,
    *,
    requests: Requests,
    people: People,
    catalogue: Catalogue,
    pages: PageSource,
    nursery: Nursery,
    replica: str,
) -> Sources:
    """Put the area together and start what follows the live chats.

    Args:
        settings: Read here and handed on as plain values.
        parts: From ``build_source_parts``.
        requests: Answers captions.
        people: Who asks.
        catalogue: Texts.
        pages: Reads what people add by address; closed after ``nursery``.
        nursery: Runs the work on files; closed before what it uses.
        replica: Stable id of this process.
    """
    live = LiveChats(
        store=parts.live, index=parts.index, chats=parts.chats, clock=parts.clock,
        kept_days=settings.live_kept_days,
    )  # fmt: skip
    sources = Sources(
        bot_id=parts.bot.id, clock=parts.clock, index=parts.index,
        workflow_data=SourcesData(
            chat_sources=_chat_sources(
                settings, parts, catalogue=catalogue, nursery=nursery, replica=replica,
                pages=pages, captions=AnswerCaptions(requests=requests, people=people),
            ),
            source_lists=SourceLists(
                files=parts.files, documents=SqlDocumentList(parts.sessions),
                stored=parts.knowledge.documents, live=parts.live, chats=parts.chats,
            ),
            live_chats=live,
            consent=Consent(store=parts.live, index=parts.index, clock=parts.clock),
        ),
    )  # fmt: skip
    nursery.start(parts.index.run(), name="live_index")
    nursery.start(sources.forget_old_regularly(), name="live_retention")
    return sources


def _chat_sources(
    settings: Settings, parts: ChatSourceParts, *, catalogue: Catalogue, nursery: Nursery,
    replica: str, pages: PageSource, captions: AnswerCaptions,
) -> ChatSources:  # fmt: skip
    take = TakeFile(
        store=parts.files, documents=parts.knowledge.documents, ingest=parts.knowledge.ingest,
        on_indexed=captions, clock=parts.clock,
        contents=FileContents(
            source=TelegramFiles(bot=parts.bot), pages=pages,
            folder=_empty_folder(parts.incoming / replica),
        ),
        view=TelegramFileView(bot=parts.bot, catalogue=catalogue, clock=parts.clock),
    )  # fmt: skip
    return ChatSources(
        store=parts.files, documents=parts.knowledge.documents, chats=parts.chats,
        clock=parts.clock, replica=replica, members_add=settings.group_files == "members",
        intake=FileIntake(
            store=parts.files, take=take, leases=parts.leases, nursery=nursery, clock=parts.clock
        ),
        limits=FileLimits(
            one_mb=settings.file_mb, files=settings.chat_files, all_mb=settings.chat_files_mb,
            waiting=settings.files_waiting,
        ),
    )  # fmt: skip


def _empty_folder(folder: Path) -> Path:
    """Remove what a replica that was killed has left of files it was reading."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder
