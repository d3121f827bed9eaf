"""Quizzes of a chat, their polls, and who answered what."""

from alembic import op
import sqlalchemy as sa


revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quizzes",
        sa.Column("quiz_id", sa.String(length=32), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("running_in", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("quiz_id", name="pk_quizzes"),
        sa.UniqueConstraint("running_in", name="uq_quizzes_running_in"),
    )
    op.create_index("ix_quizzes_chat_id_started_at", "quizzes", ["chat_id", "started_at"])
    op.create_table(
        "quiz_polls",
        sa.Column("quiz_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("right_option", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes.quiz_id"],
            name="fk_quiz_polls_quiz_id_quizzes", ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("quiz_id", "number", name="pk_quiz_polls"),
        sa.UniqueConstraint("poll_id", name="uq_quiz_polls_poll_id"),
    )
    op.create_table(
        "quiz_answers",
        sa.Column("poll_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("poll_id", "user_id", name="pk_quiz_answers"),
    )
    op.create_index("ix_quiz_answers_user_id", "quiz_answers", ["user_id"])
    op.create_index("ix_quiz_answers_answered_at", "quiz_answers", ["answered_at"])


def downgrade() -> None:
    op.drop_index("ix_quiz_answers_answered_at", "quiz_answers")
    op.drop_index("ix_quiz_answers_user_id", "quiz_answers")
    op.drop_table("quiz_answers")
    op.drop_table("quiz_polls")
    op.drop_index("ix_quizzes_chat_id_started_at", "quizzes")
    op.drop_table("quizzes")
