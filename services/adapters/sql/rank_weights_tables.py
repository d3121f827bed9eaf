from sqlalchemy import Float, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.adapters.sql.base import Base


class RankWeightsRow(Base):
    """How much each ranker counts in one library; without a row, as everywhere."""

    __tablename__ = "rank_weights"

    library: Mapped[str] = mapped_column(
        ForeignKey("libraries.slug", ondelete="CASCADE"), primary_key=True
    )
    passage: Mapped[float] = mapped_column(Float)
    sentence: Mapped[float] = mapped_column(Float)
    lexical: Mapped[float] = mapped_column(Float)
    letters: Mapped[float] = mapped_column(Float)
