"""Libraries, documents, passages with their vectors and the traces of repeated texts."""

from alembic import op
import sqlalchemy as sa


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "libraries",
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change_number", sa.BigInteger(), nullable=False),
        sa.Column("purge_number", sa.BigInteger(), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("slug", name="pk_libraries"),
    )
    op.create_index("ix_libraries_chat_id", "libraries", ["chat_id"])

    op.create_table(
        "documents",
        sa.Column("id", row_id, nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("export", sa.String(length=128), nullable=True),
        sa.Column("order_key", sa.BigInteger(), nullable=True),
        sa.Column("duplicate_of", row_id, nullable=True),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["documents.id"],
            name="fk_documents_duplicate_of_documents",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["library"],
            ["libraries.slug"],
            name="fk_documents_library_libraries",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("library", "source", name="uq_documents_library_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_documents_duplicate_of", "documents", ["duplicate_of"])
    op.create_index(
        "ix_documents_library_export_order_key", "documents", ["library", "export", "order_key"]
    )

    op.create_table(
        "library_people",
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["library"],
            ["libraries.slug"],
            name="fk_library_people_library_libraries",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("library", "user_id", name="pk_library_people"),
    )
    op.create_index("ix_library_people_user_id", "library_people", ["user_id"])

    op.create_table(
        "passages",
        sa.Column("id", row_id, nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("document_id", row_id, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lemmas", sa.Text(), nullable=False),
        sa.Column("sentences", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("duplicate_of", row_id, nullable=True),
        sa.Column("change_number", sa.BigInteger(), nullable=False),
        sa.Column("embedded", sa.Boolean(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name="fk_passages_document_id_documents",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["passages.id"],
            name="fk_passages_duplicate_of_passages",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["library"],
            ["libraries.slug"],
            name="fk_passages_library_libraries",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_passages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passages_document_id", "passages", ["document_id"])
    op.create_index("ix_passages_duplicate_of", "passages", ["duplicate_of"])
    op.create_index("ix_passages_library_change_number", "passages", ["library", "change_number"])
    op.create_index("ix_passages_embedded_library", "passages", ["embedded", "library"])

    op.create_table(
        "passage_fingerprints",
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("passage_id", row_id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passages.id"],
            name="fk_passage_fingerprints_passage_id_passages",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "library", "fingerprint", "passage_id", name="pk_passage_fingerprints"
        ),
    )
    op.create_index("ix_passage_fingerprints_passage_id", "passage_fingerprints", ["passage_id"])

    op.create_table(
        "passage_sources",
        sa.Column("passage_id", row_id, autoincrement=False, nullable=False),
        sa.Column("document_id", row_id, autoincrement=False, nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name="fk_passage_sources_document_id_documents",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passages.id"],
            name="fk_passage_sources_passage_id_passages",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("passage_id", "document_id", name="pk_passage_sources"),
    )
    op.create_index("ix_passage_sources_document_id", "passage_sources", ["document_id"])

    op.create_table(
        "sentence_vectors",
        sa.Column("passage_id", row_id, autoincrement=False, nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passages.id"],
            name="fk_sentence_vectors_passage_id_passages",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("passage_id", name="pk_sentence_vectors"),
    )


def downgrade() -> None:
    for table in (
        "sentence_vectors", "passage_sources", "passage_fingerprints", "passages",
        "library_people", "documents", "libraries",
    ):  # fmt: skip
        op.drop_table(table)
