"""All tables, so that importing this module fills ``Base.metadata``."""

from services.adapters.sql.base import Base

__all__ = ["Base"]
