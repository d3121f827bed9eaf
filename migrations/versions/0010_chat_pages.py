"""Web pages and albums among the sources of chats."""

from alembic import op
import sqlalchemy as sa


revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_files", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("chat_files", sa.Column("album", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("chat_files") as table:
        table.drop_column("album")
        table.drop_column("address")
