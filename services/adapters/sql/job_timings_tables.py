from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.adapters.sql.base import Base


class JobTimingRow(Base):
    """How long a job waited and ran, and what was known when it was accepted; of nobody."""

    __tablename__ = "job_timings"
    __table_args__ = (Index(None, "kind", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    priority: Mapped[str] = mapped_column(String(16))
    ahead: Mapped[int]
    ahead_cost: Mapped[float]
    running: Mapped[int]
    slots: Mapped[int]
    service_p50_s: Mapped[float]
    service_p90_s: Mapped[float]
    running_for_s: Mapped[float]
    work: Mapped[int] = mapped_column(BigInteger)
    most_tokens: Mapped[int]
    hour: Mapped[float]
    waited_s: Mapped[float]
    ran_s: Mapped[float]
    noted_at: Mapped[datetime] = mapped_column(index=True)
