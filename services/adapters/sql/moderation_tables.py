from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.adapters.sql.base import Base


class ModerationPolicyRow(Base):
    """The settings of one chat."""

    __tablename__ = "moderation_policies"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_on: Mapped[bool] = mapped_column(index=True)
    policy: Mapped[str] = mapped_column(Text)


class ModerationMemberRow(Base):
    """What a chat knows of an author."""

    __tablename__ = "moderation_members"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True
    )
    joined_at: Mapped[datetime | None]
    clean_messages: Mapped[int]
    is_trusted: Mapped[bool | None]


class ModerationCaseRow(Base):
    """One verdict about one edition of a message."""

    __tablename__ = "moderation_cases"
    __table_args__ = (
        UniqueConstraint("chat_id", "message_id", "edition"),
        Index(None, "chat_id", "user_id", "expires_at"),
        Index(None, "chat_id", "created_at"),
    )

    case_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    edition: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    name: Mapped[str] = mapped_column(String(128))
    action: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    was_dry_run: Mapped[bool]
    is_whole: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    muted_until: Mapped[datetime | None]
    notice_id: Mapped[int | None] = mapped_column(BigInteger)
    log_message_id: Mapped[int | None] = mapped_column(BigInteger)
    polite: Mapped[str | None] = mapped_column(Text)
    appeal: Mapped[str | None] = mapped_column(Text)
    closed_by: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[datetime | None]
