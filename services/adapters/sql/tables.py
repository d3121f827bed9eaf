"""All tables, so that importing this module fills ``Base.metadata``."""

from services.adapters.sql import (
    insight_tables,
    job_timings_tables,
    knowledge_chats_tables,
    knowledge_tables,
    memory_tables,
    moderation_tables,
    people_tables,
    quiz_tables,
    rank_weights_tables,
    requests_tables,
)
from services.adapters.sql.base import Base

__all__ = [
    "Base",
    "insight_tables",
    "job_timings_tables",
    "knowledge_chats_tables",
    "knowledge_tables",
    "memory_tables",
    "moderation_tables",
    "people_tables",
    "quiz_tables",
    "rank_weights_tables",
    "requests_tables",
]
