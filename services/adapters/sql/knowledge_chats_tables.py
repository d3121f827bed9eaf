from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.adapters.sql.base import Base


class ChatFileRow(Base):
    """A file or page that somebody sent to the bot, from its acceptance until it is removed."""

    __tablename__ = "chat_files"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index(None, "chat_id", "state"),
        Index(None, "replica", "state"),
    )

    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    private: Mapped[bool]
    message_id: Mapped[int] = mapped_column(BigInteger)
    library: Mapped[str] = mapped_column(
        ForeignKey("libraries.slug", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    url: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    album: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    replica: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    placeholder: Mapped[int | None] = mapped_column(BigInteger)
    passages: Mapped[int]
    unchanged: Mapped[bool]


class ChatFileSourceRow(Base):
    """A document that came out of a file; an archive has many, two files can have the same."""

    __tablename__ = "chat_file_sources"

    key: Mapped[str] = mapped_column(
        ForeignKey("chat_files.key", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(Text, primary_key=True, index=True)


class LiveChatRow(Base):
    """A group or channel whose messages an admin has made a source, or once had."""

    __tablename__ = "live_chats"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    library: Mapped[str] = mapped_column(
        ForeignKey("libraries.slug", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(Text)
    username: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[bool]
    is_on: Mapped[bool]
    kept_days: Mapped[int]
    turned_on_by: Mapped[int] = mapped_column(BigInteger, index=True)
    since: Mapped[datetime]


class LiveOptOutRow(Base):
    """Somebody whose messages in a chat must not be kept; it outlives the chat's switch."""

    __tablename__ = "live_optouts"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True
    )
    since: Mapped[datetime]


class LiveMessageRow(Base):
    """A message of a live chat, of which the document of its thread is made."""

    __tablename__ = "live_messages"
    __table_args__ = (
        Index(None, "chat_id", "root_id"),
        Index(None, "chat_id", "album"),
        Index(None, "chat_id", "user_id"),
    )

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    library: Mapped[str] = mapped_column(
        ForeignKey("libraries.slug", ondelete="CASCADE"), index=True
    )
    root_id: Mapped[int] = mapped_column(BigInteger)
    album: Mapped[str | None] = mapped_column(String(64))
    # Nobody: a post of the channel itself, or of an admin in the group's name.
    user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    text: Mapped[str] = mapped_column(Text)
    # Lines that are wholly bold, as a JSON list.
    bold: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    edited_at: Mapped[datetime | None]
    # Whether its document has it; a document that is gone then was removed by an import.
    indexed: Mapped[bool]


class LiveThreadRow(Base):
    """A thread whose document is to be made anew."""

    __tablename__ = "live_threads"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    library: Mapped[str] = mapped_column(
        ForeignKey("libraries.slug", ondelete="CASCADE"), index=True
    )
    first_changed_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    # Every index must forget what was there.
    purge: Mapped[bool]
