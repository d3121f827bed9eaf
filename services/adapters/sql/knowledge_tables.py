from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Integer

from services.adapters.sql.base import Base

# SQLite numbers rows by itself only in an INTEGER column.
_Id = BigInteger().with_variant(Integer, "sqlite")


class LibraryRow(Base):
    """A tenant of the knowledge base."""

    __tablename__ = "libraries"

    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(16))
    chat_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    created_at: Mapped[datetime]
    # Grows by one with every commit that touches the library.
    change_number: Mapped[int] = mapped_column(BigInteger, default=0)
    # An index that was last built before this change may still hold what was forgotten.
    purge_number: Mapped[int] = mapped_column(BigInteger, default=0)
    # A tombstone: nothing of it may be found from now on.
    forgotten_at: Mapped[datetime | None]


class LibraryPersonRow(Base):
    """Someone who may be answered from a library whose audience is named people."""

    __tablename__ = "library_people"

    library: Mapped[str] = mapped_column(
        ForeignKey("libraries.slug", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True
    )


class DocumentRow(Base):
    """A document as it was last read; its text is in its passages."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("library", "source"),
        Index(None, "library", "export", "order_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    library: Mapped[str] = mapped_column(ForeignKey("libraries.slug", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    members_only: Mapped[bool]
    content_hash: Mapped[str] = mapped_column(String(64))
    posted_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    # The export that a post came in, and its place there: only posts between the first and the
    # last place of a second import can turn out to be deleted.
    export: Mapped[str | None] = mapped_column(String(128))
    order_key: Mapped[int | None] = mapped_column(BigInteger)
    # The document that says the same and is searched instead.
    duplicate_of: Mapped[int | None] = mapped_column(
        ForeignKey("documents.id", ondelete="SET NULL"), index=True
    )


class PassageRow(Base):
    """The indexed piece of a document; its text never changes, a new text is a new row."""

    __tablename__ = "passages"
    __table_args__ = (
        Index(None, "library", "change_number"),
        Index(None, "embedded", "library"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_Id, primary_key=True)
    library: Mapped[str] = mapped_column(ForeignKey("libraries.slug", ondelete="CASCADE"))
    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    ordinal: Mapped[int]
    heading: Mapped[str] = mapped_column(Text)
    anchor: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    lemmas: Mapped[str] = mapped_column(Text)
    # Spans of sentences as JSON: [[start, end], ...].
    sentences: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    # The passage that says the same and is in the index instead.
    duplicate_of: Mapped[int | None] = mapped_column(
        ForeignKey("passages.id", ondelete="SET NULL"), index=True
    )
    change_number: Mapped[int] = mapped_column(BigInteger)
    embedded: Mapped[bool]
    # 384 float16 numbers, little-endian.
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)


class SentenceVectorsRow(Base):
    """Vectors of a passage's sentences, apart because only the candidates' are ever read."""

    __tablename__ = "sentence_vectors"

    passage_id: Mapped[int] = mapped_column(
        ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    vectors: Mapped[bytes] = mapped_column(LargeBinary)


class PassageSourceRow(Base):
    """Another document in which a passage can be read."""

    __tablename__ = "passage_sources"

    passage_id: Mapped[int] = mapped_column(
        ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"),
        primary_key=True, autoincrement=False, index=True,
    )  # fmt: skip
    anchor: Mapped[str] = mapped_column(Text)


class PassageFingerprintRow(Base):
    """Hashes of some runs of words, by which passages with a common stretch find each other."""

    __tablename__ = "passage_fingerprints"

    library: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    passage_id: Mapped[int] = mapped_column(
        ForeignKey("passages.id", ondelete="CASCADE"),
        primary_key=True, autoincrement=False, index=True,
    )  # fmt: skip
