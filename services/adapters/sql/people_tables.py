from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from services.adapters.sql.base import Base


class PersonRow(Base):
    """Someone who used the bot: choices and role, no name, no text."""

    __tablename__ = "people"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(16), index=True)
    language: Mapped[str | None] = mapped_column(String(16))
    answer_length: Mapped[str] = mapped_column(String(16))
    voice: Mapped[bool]
    first_seen: Mapped[datetime]


class AccessRow(Base):
    """Who may use a bot; one row for each bot."""

    __tablename__ = "access"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    mode: Mapped[str] = mapped_column(String(16))


class AdmittedGroupRow(Base):
    """A group whose members may all use the bot there."""

    __tablename__ = "admitted_groups"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    admitted_at: Mapped[datetime]


class InviteRow(Base):
    """A secret link, kept as a hash only; ``kind`` is ``claim`` or ``join``."""

    __tablename__ = "invites"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime]
