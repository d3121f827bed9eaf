from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Integer

from services.adapters.sql.base import Base

# SQLite numbers rows by itself only in an INTEGER column.
_Id = BigInteger().with_variant(Integer, "sqlite")


class MemoryRow(Base):
    """A sentence that a person wants remembered, at one place."""

    __tablename__ = "memories"
    __table_args__ = (Index(None, "user_id", "chat_id"), {"sqlite_autoincrement": True})

    memory_id: Mapped[int] = mapped_column(_Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    # The person's own id for private chats, else the group's.
    chat_id: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    slot: Mapped[str | None] = mapped_column(String(32))
    origin: Mapped[str] = mapped_column(String(16))
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    written_at: Mapped[datetime]
    used_at: Mapped[datetime] = mapped_column(index=True)


class MemorySwitchRow(Base):
    """A choice about remembering: a person's at a place, or (user 0) a group's as a whole."""

    __tablename__ = "memory_switches"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    on: Mapped[bool]


class SanctionRow(Base):
    """A sanction that still holds, without a word about whom it concerns but a keyed hash."""

    __tablename__ = "sanctions"

    person_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(32))
    given_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


class ForgottenHereRow(Base):
    """An entry of the forget-list that this database has followed; a restored backup has fewer."""

    __tablename__ = "forgotten_here"

    entry_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    applied_at: Mapped[datetime]
