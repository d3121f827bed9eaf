"""What is known of each answer, why an answer was no good, and which reports were sent."""

from alembic import op
import sqlalchemy as sa


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_facts",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("abstained", sa.Boolean(), nullable=False),
        sa.Column("asked_back", sa.Boolean(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("cited", sa.Text(), nullable=False),
        sa.Column("nearest", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.request_id"],
            name="fk_answer_facts_request_id_requests", ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name="pk_answer_facts"),
    )
    op.create_index("ix_answer_facts_answered_at", "answer_facts", ["answered_at"])
    op.create_table(
        "insight_reports",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "period", name="pk_insight_reports"),
    )
    with op.batch_alter_table("feedback") as feedback:
        feedback.add_column(sa.Column("reason", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("feedback") as feedback:
        feedback.drop_column("reason")
    op.drop_table("insight_reports")
    op.drop_index("ix_answer_facts_answered_at", "answer_facts")
    op.drop_table("answer_facts")
