"""All tables, so that importing this module fills ``Base.metadata``."""

from services.adapters.sql import (
    job_timings_tables,
    knowledge_tables,
    people_tables,
    requests_tables,
)
from services.adapters.sql.base import Base

__all__ = ["Base", "job_timings_tables", "knowledge_tables", "people_tables", "requests_tables"]
