"""What people sent, as personal data; beside a bot or in it, so nothing of Telegram is imported."""

from pathlib import Path

from bot.building.knowledge import Knowledge
from bot.settings import Settings
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_chats import SqlChatFiles
from services.adapters.sql.knowledge_chats_live import SqlLiveChats
from services.clock import Clock
from services.knowledge.consent import SentSources
from services.knowledge.live_index import LiveIndex
from services.tasks import Leases


def incoming_files(settings: Settings) -> Path:
    """Name the folder of files that are being read, with a folder of each replica."""
    return settings.data / "incoming"


def sent_sources(
    sessions: Sessions, knowledge: Knowledge, leases: Leases, clock: Clock, *, incoming: Path
) -> SentSources:
    """Make the place that forgets files and messages of a person, beside a bot or in it."""
    live = SqlLiveChats(sessions)
    return SentSources(
        files=SqlChatFiles(sessions), live=live, documents=knowledge.documents,
        forget=knowledge.forget, clock=clock, incoming=incoming,
        # Nothing is indexed by the clock here, only what a removal leaves to do.
        index=LiveIndex(
            store=live, documents=knowledge.documents, ingest=knowledge.ingest, leases=leases,
            clock=clock, quiet_s=1.0,
        ),
    )  # fmt: skip
