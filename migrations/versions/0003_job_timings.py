"""How long jobs waited and ran, for guessing the waits of later ones."""

from alembic import op
import sqlalchemy as sa


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "job_timings",
        sa.Column("id", row_id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("ahead_cost", sa.Float(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("service_p50_s", sa.Float(), nullable=False),
        sa.Column("service_p90_s", sa.Float(), nullable=False),
        sa.Column("running_for_s", sa.Float(), nullable=False),
        sa.Column("work", sa.BigInteger(), nullable=False),
        sa.Column("most_tokens", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Float(), nullable=False),
        sa.Column("waited_s", sa.Float(), nullable=False),
        sa.Column("ran_s", sa.Float(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job_timings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_timings_kind_id", "job_timings", ["kind", "id"])
    op.create_index("ix_job_timings_noted_at", "job_timings", ["noted_at"])


def downgrade() -> None:
    op.drop_table("job_timings")
