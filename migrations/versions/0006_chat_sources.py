"""Files sent to the bot, live chats with their messages, and who keeps out of them."""

from alembic import op
import sqlalchemy as sa


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def library() -> sa.Column:
    return sa.Column("library", sa.String(length=64), nullable=False)


def of_library(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["library"], ["libraries.slug"],
        name=f"fk_{table}_library_libraries", ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "chat_files",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        library(),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("replica", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placeholder", sa.BigInteger(), nullable=True),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Boolean(), nullable=False),
        of_library("chat_files"),
        sa.PrimaryKeyConstraint("key", name="pk_chat_files"),
        sa.UniqueConstraint("bot_id", "update_id", name="uq_chat_files_bot_id_update_id"),
    )
    op.create_index("ix_chat_files_chat_id_state", "chat_files", ["chat_id", "state"])
    op.create_index("ix_chat_files_replica_state", "chat_files", ["replica", "state"])
    op.create_index("ix_chat_files_user_id", "chat_files", ["user_id"])
    op.create_index("ix_chat_files_library", "chat_files", ["library"])

    op.create_table(
        "chat_file_sources",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"], ["chat_files.key"],
            name="fk_chat_file_sources_key_chat_files", ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "source", name="pk_chat_file_sources"),
    )
    op.create_index("ix_chat_file_sources_source", "chat_file_sources", ["source"])

    op.create_table(
        "live_chats",
        sa.Column("chat_id", sa.BigInteger(), nullable=False, autoincrement=False),
        library(),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.Boolean(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.Column("turned_on_by", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        of_library("live_chats"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_live_chats"),
    )
    op.create_index("ix_live_chats_library", "live_chats", ["library"])
    op.create_index("ix_live_chats_turned_on_by", "live_chats", ["turned_on_by"])

    op.create_table(
        "live_optouts",
        sa.Column("chat_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name="pk_live_optouts"),
    )
    op.create_index("ix_live_optouts_user_id", "live_optouts", ["user_id"])

    op.create_table(
        "live_messages",
        sa.Column("chat_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False, autoincrement=False),
        library(),
        sa.Column("root_id", sa.BigInteger(), nullable=False),
        sa.Column("album", sa.String(length=64), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("bold", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        of_library("live_messages"),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name="pk_live_messages"),
    )
    op.create_index("ix_live_messages_chat_id_root_id", "live_messages", ["chat_id", "root_id"])
    op.create_index("ix_live_messages_chat_id_album", "live_messages", ["chat_id", "album"])
    op.create_index("ix_live_messages_chat_id_user_id", "live_messages", ["chat_id", "user_id"])
    op.create_index("ix_live_messages_library", "live_messages", ["library"])
    op.create_index("ix_live_messages_user_id", "live_messages", ["user_id"])
    op.create_index("ix_live_messages_sent_at", "live_messages", ["sent_at"])

    op.create_table(
        "live_threads",
        sa.Column("chat_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("root_id", sa.BigInteger(), nullable=False, autoincrement=False),
        library(),
        sa.Column("first_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purge", sa.Boolean(), nullable=False),
        of_library("live_threads"),
        sa.PrimaryKeyConstraint("chat_id", "root_id", name="pk_live_threads"),
    )
    op.create_index("ix_live_threads_library", "live_threads", ["library"])


def downgrade() -> None:
    for table in (
        "live_threads", "live_messages", "live_optouts", "live_chats",
        "chat_file_sources", "chat_files",
    ):
        op.drop_table(table)
