"""What people asked to remember, what outlives forgetting, and which forgetting was done here."""

from alembic import op
import sqlalchemy as sa


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "memories",
        sa.Column("memory_id", _ID, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("memory_id", name=op.f("pk_memories")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_memories_user_id_chat_id"), "memories", ["user_id", "chat_id"])
    op.create_index(op.f("ix_memories_used_at"), "memories", ["used_at"])
    op.create_table(
        "memory_switches",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "chat_id", name=op.f("pk_memory_switches")),
    )
    op.create_table(
        "sanctions",
        sa.Column("person_hash", sa.String(length=64), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_hash", "chat_id", name=op.f("pk_sanctions")),
    )
    op.create_index(op.f("ix_sanctions_expires_at"), "sanctions", ["expires_at"])
    op.create_table(
        "forgotten_here",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_forgotten_here")),
    )
    with op.batch_alter_table("requests") as requests:
        requests.add_column(
            sa.Column("impersonal", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("requests") as requests:
        requests.drop_column("impersonal")
    op.drop_table("forgotten_here")
    op.drop_index(op.f("ix_sanctions_expires_at"), table_name="sanctions")
    op.drop_table("sanctions")
    op.drop_table("memory_switches")
    op.drop_index(op.f("ix_memories_used_at"), table_name="memories")
    op.drop_index(op.f("ix_memories_user_id_chat_id"), table_name="memories")
    op.drop_table("memories")
