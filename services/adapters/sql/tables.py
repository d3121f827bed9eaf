"""All tables, so that importing this module fills ``Base.metadata``."""

from services.adapters.sql import knowledge_tables, people_tables, requests_tables
from services.adapters.sql.base import Base

__all__ = ["Base", "knowledge_tables", "people_tables", "requests_tables"]
