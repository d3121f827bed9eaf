"""Documents ready to be stored: split, lemmatised, fingerprinted. Pure and slow: use a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from services.knowledge.duplicates import fingerprints
from services.knowledge.models import SourceDocument
from services.knowledge.ports import Lemmatizer
from services.knowledge.sentences import Span
from services.knowledge.splitting import PassageDraft, split_document

# Raise it when splitting or lemmas change, so that a second import makes the passages again.
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPassage:
    """A passage with all that SQL keeps of it except vectors.

    Attributes:
        text_hash: Of context and text: passages with the same hash have the same vectors.
    """

    heading: str
    context: str
    anchor: str
    text: str
    sentences: tuple[Span, ...]
    lemmas: str
    text_hash: str
    fingerprints: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDocument:
    """A document with its passages.

    Attributes:
        content_hash: Of the text and its structure, not of title, address and dates.
    """

    document: SourceDocument
    content_hash: str
    passages: tuple[PreparedPassage, ...]


def content_hash(document: SourceDocument) -> str:
    """Hash what a reader of the document sees, and the version of this code."""
    blocks = [(b.kind.value, b.level, b.text, b.anchor) for b in document.blocks]
    return sha256(msgspec.json.encode((VERSION, blocks))).hexdigest()


def text_hash(context: str, text: str) -> str:
    """Hash what the encoder reads of a passage, and how its sentences are cut."""
    return sha256(msgspec.json.encode((VERSION, context, text))).hexdigest()


def passage_text(context: str, text: str) -> str:
    """Put together what index and encoder read of a passage."""
    return f"{context}\n{text}" if context else text


def prepare(documents: Sequence[SourceDocument], lemmatizer: Lemmatizer) -> list[PreparedDocument]:
    """Split documents and find the index terms of their passages."""
    return [
        PreparedDocument(
            document=document,
            content_hash=content_hash(document),
            passages=tuple(_passage(draft, lemmatizer) for draft in split_document(document)),
        )
        for document in documents
    ]


def _passage(draft: PassageDraft, lemmatizer: Lemmatizer) -> PreparedPassage:
    return PreparedPassage(
        heading=draft.heading,
        context=draft.context,
        anchor=draft.anchor,
        text=draft.text,
        sentences=draft.sentences,
        lemmas=" ".join(lemmatizer.content_lemmas(passage_text(draft.context, draft.text))),
        text_hash=text_hash(draft.context, draft.text),
        fingerprints=tuple(fingerprints(draft.text)),
    )
