"""What is remembered of the person who asks, as part of an answer; never a source of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.answering.commands import CommandKind, recognise
from services.answering.models import Decision, Question, SearchQuery
from services.answering.ports import Decided
from services.knowledge.ports import Lemmatizer
from services.memory.models import Memory, Place
from services.memory.recalling import Recalled


class MemoryRecall(Protocol):
    """What is remembered of a person at a place; nothing where that is switched off."""

    async def known(self, place: Place) -> Sequence[Memory]:
        """List all of it, newest first."""
        ...

    async def recall(
        self, place: Place, question: str, vector: NDArray[np.float32] | None = None
    ) -> Recalled:
        """Choose what matters for a question; never fails, in doubt it is nothing."""
        ...

    async def answer(self, place: Place, question: str) -> Sequence[Memory]:
        """Choose what answers a question of the person about themselves; never fails."""
        ...


async def decide_by_memory(
    memories: MemoryRecall | None, question: Question, decided: Decided
) -> Decided:
    """Answer from memory where the person asks about themselves and it is known: "где я живу?"."""
    if memories is None or question.impersonal:
        return decided
    if decided.decision not in {Decision.MEMORY, Decision.SOURCES} or decided.text:
        return decided
    command = recognise(question.text)
    if command is not None and command.kind is CommandKind.SHOW_MEMORY:
        found = await memories.known(_place(question))
    else:
        found = await memories.answer(_place(question), question.text)
    if not found:
        return decided
    return Decided(Decision.MEMORY, "\n".join(memory.text for memory in found))


async def with_memories(
    memories: MemoryRecall | None,
    question: Question,
    query: SearchQuery,
    vector: NDArray[np.float32] | None,
    lemmatizer: Lemmatizer,
) -> tuple[SearchQuery, Recalled]:
    """Recall what matters; foods that a diet or an allergy leaves out are excluded."""
    if memories is None or question.impersonal:
        return query, Recalled()
    recalled = await memories.recall(_place(question), query.text, vector)
    if not recalled.avoided:
        return query, recalled
    avoided = await asyncio.to_thread(lemmatizer.lemmas, " ".join(sorted(recalled.avoided)))
    excluded = tuple(dict.fromkeys((*query.excluded, *avoided)))
    return replace(query, excluded=excluded), recalled


def considered(recalled: Recalled, *, by_model: bool) -> tuple[str, ...]:
    """Give the sentences that took part: all that a model was told, or what left foods out."""
    used = recalled.memories if by_model else recalled.limiting
    return tuple(memory.text for memory in used)


def _place(question: Question) -> Place:
    dialogue = question.dialogue
    return Place(user_id=dialogue.user_id, chat_id=dialogue.chat_id)
