"""How much each ranker counts in a library."""

from alembic import op
import sqlalchemy as sa


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rank_weights",
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("passage", sa.Float(), nullable=False),
        sa.Column("sentence", sa.Float(), nullable=False),
        sa.Column("lexical", sa.Float(), nullable=False),
        sa.Column("letters", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["library"], ["libraries.slug"],
            name="fk_rank_weights_library_libraries", ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("library", name="pk_rank_weights"),
    )


def downgrade() -> None:
    op.drop_table("rank_weights")
