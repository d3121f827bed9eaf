"""Conversations of MTRAG-UN: answerable, unanswerable, partly answerable and underspecified."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from services.knowledge.models import Block, BlockKind, SourceDocument

FILE: Final = "mtrag_un_dev.jsonl"


class Kind(StrEnum):
    """What the sources hold for a question, as people judged."""

    ANSWERABLE = "ANSWERABLE"
    PARTIAL = "PARTIAL"
    UNANSWERABLE = "UNANSWERABLE"
    UNDERSPECIFIED = "UNDERSPECIFIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The last question of a conversation with what was said before.

    Attributes:
        earlier: Pairs of question and answer, oldest first.
        gold: Sources of the passages that answer it; empty when there are none.
        held_out: No weight or threshold was fitted on it.
    """

    id: str
    kind: Kind
    earlier: tuple[tuple[str, str], ...]
    question: str
    gold: tuple[str, ...]
    held_out: bool


def find_mtrag(data: Path | None) -> Path | None:
    """Find the conversations in a data directory or in its ``dialogue`` folder."""
    if data is None:
        return None
    places = (data / FILE, data / "dialogue" / FILE)
    return next((place for place in places if place.is_file()), None)


def read_mtrag(file: Path) -> tuple[list[SourceDocument], list[Conversation]]:
    """Read the passages of all conversations as one library, and the conversations."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    passages = {context["document_id"]: context for row in rows for context in row["contexts"]}
    documents = [
        _document(name, context["text"], context.get("title") or "")
        for name, context in passages.items()
    ]
    return documents, [_conversation(row) for row in rows]


def _document(name: str, text: str, title: str) -> SourceDocument:
    block = Block(kind=BlockKind.PARAGRAPH, text=text.strip())
    return SourceDocument(source=f"mtrag#{name}", title=title, url=None, blocks=(block,))


def _conversation(row: dict[str, object]) -> Conversation:
    said = [(turn["speaker"], turn["text"]) for turn in _listed(row["input"])]
    identity = str(row["conversation_id"])
    return Conversation(
        id=str(row["task_id"]),
        kind=Kind(str(_listed_words(row["answerability"])[0])),
        earlier=tuple(_pairs(said[:-1])),
        question=said[-1][1],
        gold=tuple(f"mtrag#{context['document_id']}" for context in _listed(row["contexts"])),
        held_out=sha256(identity.encode()).digest()[0] % 2 == 1,
    )


def _listed(value: object) -> list[dict[str, str]]:
    return value if isinstance(value, list) else []


def _listed_words(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def _pairs(said: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    question = ""
    for speaker, text in said:
        if speaker == "user":
            question = text
        elif question:
            yield question, text
            question = ""
