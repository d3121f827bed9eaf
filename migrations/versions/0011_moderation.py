"""Settings of moderated chats, what they know of authors, and cases."""

from alembic import op
import sqlalchemy as sa


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderation_policies",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_moderation_policies"),
    )
    op.create_index("ix_moderation_policies_is_on", "moderation_policies", ["is_on"])
    op.create_table(
        "moderation_members",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clean_messages", sa.Integer(), nullable=False),
        sa.Column("is_trusted", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name="pk_moderation_members"),
    )
    op.create_index("ix_moderation_members_user_id", "moderation_members", ["user_id"])
    op.create_table(
        "moderation_cases",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("was_dry_run", sa.Boolean(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", sa.BigInteger(), nullable=True),
        sa.Column("log_message_id", sa.BigInteger(), nullable=True),
        sa.Column("polite", sa.Text(), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_moderation_cases"),
        sa.UniqueConstraint(
            "chat_id", "message_id", "edition",
            name="uq_moderation_cases_chat_id_message_id_edition",
        ),
    )
    op.create_index(
        "ix_moderation_cases_chat_id_user_id_expires_at", "moderation_cases",
        ["chat_id", "user_id", "expires_at"],
    )
    op.create_index(
        "ix_moderation_cases_chat_id_created_at", "moderation_cases", ["chat_id", "created_at"]
    )
    op.create_index("ix_moderation_cases_created_at", "moderation_cases", ["created_at"])
    op.create_index("ix_moderation_cases_user_id", "moderation_cases", ["user_id"])


def downgrade() -> None:
    op.drop_table("moderation_cases")
    op.drop_table("moderation_members")
    op.drop_table("moderation_policies")
