"""What may be done with memories; whoever calls has told the person what comes of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray

from services.clock import Clock
from services.errors import ModelError, UnavailableError
from services.inference.models import EmbedRole, Priority
from services.inference.ports import TextEmbedder
from services.memory.models import LONGEST_TEXT, Fact, Memory, Origin, Place
from services.memory.noticing import notice
from services.memory.ports import Lemmatizer, MemoryStore
from services.memory.recalling import Recalled, answering, relevant
from services.memory.secrecy import is_secret
from services.tasks import Nursery

log = structlog.get_logger(__name__)

MOST: Final = 100
"""Memories of one person at one place."""
EVERYBODY: Final = 0
"""Stands for a group as a whole among the switches."""
_PURGE_EVERY_S: Final = 6 * 3600.0
_EMBED_DEADLINE_S: Final = 20.0
_USED_AGAIN_AFTER: Final = timedelta(days=1)


class Outcome(StrEnum):
    """What came of a wish to remember."""

    KEPT = "kept"
    REPLACED = "replaced"
    """It contradicts or says better what was known, which is gone."""
    KNOWN = "known"
    SECRET = "secret"  # noqa: S105 - a word
    TOO_LONG = "too-long"
    FULL = "full"
    GONE = "gone"
    OFF = "off"
    """Nothing is remembered at this place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What came of a wish to remember.

    Attributes:
        memory: What is kept now; None when nothing is.
        before: What it took the place of.
    """

    outcome: Outcome
    memory: Memory | None = None
    before: tuple[Memory, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Memories:
    """The memory of one bot.

    Attributes:
        nursery: Runs what gives memories their vectors; nothing waits for it.
        kept_days: A memory that took part in no answer for so long is erased.
        most: Memories of one person at one place.
    """

    store: MemoryStore
    lemmatizer: Lemmatizer
    embedder: TextEmbedder
    clock: Clock
    nursery: Nursery
    kept_days: int = 365
    most: int = MOST

    async def is_on(self, place: Place) -> bool:
        """Tell whether anything is remembered or recalled here.

        In private it is unless the person switched it off; in a group only after an admin switched
        it on, and not for who has opted out.
        """
        own = await self.store.switched(place.user_id, place.chat_id)
        if place.private:
            return own is not False
        return own is not False and bool(await self.store.switched(EVERYBODY, place.chat_id))

    async def is_on_in_group(self, chat_id: int) -> bool:
        """Tell whether an admin of the group has switched its memory on."""
        return bool(await self.store.switched(EVERYBODY, chat_id))

    async def switch(self, place: Place, *, on: bool) -> None:
        """Keep a person's choice for a place; what is remembered stays until it is erased."""
        await self.store.switch(place.user_id, place.chat_id, on=on)

    async def switch_group(self, chat_id: int, *, on: bool) -> None:
        """Keep a group's choice; whoever calls has checked the right to."""
        await self.store.switch(EVERYBODY, chat_id, on=on)

    async def move(self, chat_id: int, new_chat_id: int) -> None:
        """Follow a group that became a supergroup; safe to repeat."""
        await self.store.move(chat_id, new_chat_id)

    async def known(self, place: Place) -> list[Memory]:
        """List what is remembered, newest first."""
        return await self.store.at(place)

    async def known_everywhere(self, user_id: int) -> list[Memory]:
        """List what is remembered of a person in private and in groups, newest first."""
        return await self.store.of_user(user_id)

    async def found(self, user_id: int, memory_id: int) -> Memory | None:
        """Read a memory of the person; None when it is gone, or somebody else's."""
        memory = await self.store.find(memory_id)
        return memory if memory is not None and memory.place.user_id == user_id else None

    async def remember(
        self, place: Place, text: str, *, origin: Origin = Origin.ASKED
    ) -> Remembered:
        """Remember a text, unless it is a secret, too long, too much, or known."""
        said = " ".join(text.split())
        refused = await self._refusal(place, said)
        if refused is not None:
            return Remembered(outcome=refused)
        facts = notice(said)
        slot = facts[0].slot if len(facts) == 1 else None
        sentence = said[:1].upper() + said[1:]
        known = await self.known(place)
        same = [memory for memory in known if self._says_the_same(memory, sentence)]
        if same:
            await self.store.used([same[0].memory_id], self.clock.now())
            return Remembered(outcome=Outcome.KNOWN, memory=same[0])
        before = [memory for memory in known if self._is_replaced(memory, sentence, slot)]
        if len(known) - len(before) >= self.most:
            return Remembered(outcome=Outcome.FULL)
        now = self.clock.now()
        new = Memory(
            place=place, text=sentence, slot=slot, origin=origin, written_at=now, used_at=now
        )
        kept = await self.store.add(new, instead_of=[memory.memory_id for memory in before])
        self._embed_soon([kept])
        outcome = Outcome.REPLACED if before else Outcome.KEPT
        return Remembered(outcome=outcome, memory=kept, before=tuple(before))

    async def remember_fact(self, place: Place, fact: Fact) -> Remembered:
        """Remember what the person said about themselves in passing."""
        return await self.remember(place, fact.text, origin=Origin.NOTICED)

    async def take_back(self, user_id: int, memory_id: int) -> bool:
        """Erase one memory of the person; False when it was gone."""
        memory = await self.found(user_id, memory_id)
        return memory is not None and bool(await self.store.remove(memory.place, memory_id))

    async def edit(self, user_id: int, memory_id: int, text: str) -> Remembered:
        """Put other words in the place of a memory."""
        said = " ".join(text.split())
        found = await self.found(user_id, memory_id)
        if found is None:
            return Remembered(outcome=Outcome.GONE)
        refused = await self._refusal(found.place, said)
        if refused is not None:
            return Remembered(outcome=refused)
        facts = notice(said)
        slot = facts[0].slot if len(facts) == 1 else None
        changed = await self.store.change(
            memory_id, said[:1].upper() + said[1:], slot, self.clock.now()
        )
        if changed is None:
            return Remembered(outcome=Outcome.GONE)
        self._embed_soon([changed])
        return Remembered(outcome=Outcome.REPLACED, memory=changed, before=(found,))

    async def forget_all(self, user_id: int) -> int:
        """Erase all memories of a person at all places; tell how many."""
        places = {memory.place for memory in await self.known_everywhere(user_id)}
        return sum([await self.store.remove(place) for place in places])

    async def forget_about(self, place: Place, text: str) -> list[Memory]:
        """Erase what was said in these or nearly these words; give what it was."""
        wanted = self._key(text)
        gone = [
            memory
            for memory in await self.known(place)
            if wanted and wanted <= self._key(memory.text)
        ]
        for memory in gone:
            await self.store.remove(place, memory.memory_id)
        return gone

    async def recall(
        self, place: Place, question: str, vector: NDArray[np.float32] | None = None
    ) -> Recalled:
        """Choose what matters for a question; never fails, in doubt it is nothing."""
        known = await self._readable(place)
        if not known:
            return Recalled()
        self._embed_soon([memory for memory in known if memory.vector is None])
        recalled = await asyncio.to_thread(relevant, question, known, self.lemmatizer, vector)
        await self._note_use(recalled.memories)
        return recalled

    async def answer(self, place: Place, question: str) -> list[Memory]:
        """Choose what answers a question of the person about themselves; never fails."""
        known = await self._readable(place)
        if not known:
            return []
        found = await asyncio.to_thread(answering, question, known, self.lemmatizer)
        await self._note_use(found)
        return found

    async def purge_regularly(self) -> None:
        """Erase what nobody needed for long, now and every few hours, until cancelled."""
        while True:
            try:
                await self.store.purge(self.clock.now() - timedelta(days=self.kept_days))
            except UnavailableError as error:
                log.warning("memory_purge_postponed", dependency=error.dependency)
            await self.clock.sleep(_PURGE_EVERY_S)

    async def _refusal(self, place: Place, text: str) -> Outcome | None:
        if len(text) > LONGEST_TEXT:
            return Outcome.TOO_LONG
        if is_secret(text):
            return Outcome.SECRET
        return None if await self.is_on(place) else Outcome.OFF

    async def _readable(self, place: Place) -> list[Memory]:
        try:
            return await self.known(place) if await self.is_on(place) else []
        except UnavailableError as error:
            log.warning("memory_not_read", dependency=error.dependency)
            return []

    async def _note_use(self, memories: Sequence[Memory]) -> None:
        now = self.clock.now()
        stale = [m.memory_id for m in memories if now - m.used_at > _USED_AGAIN_AFTER]
        if not stale:
            return
        try:
            await self.store.used(stale, now)
        except UnavailableError as error:
            log.warning("memory_use_not_noted", dependency=error.dependency)

    def _embed_soon(self, memories: Sequence[Memory]) -> None:
        if memories:
            self.nursery.start(self._embed(memories), name="embed_memories")

    async def _embed(self, memories: Sequence[Memory]) -> None:
        try:
            vectors = await self.embedder.embed(
                [memory.text for memory in memories], role=EmbedRole.PASSAGE,
                priority=Priority.NORMAL, deadline_s=_EMBED_DEADLINE_S,
            )  # fmt: skip
            for memory, vector in zip(memories, vectors, strict=True):
                await self.store.embedded(memory.memory_id, memory.text, vector)
        except (UnavailableError, ModelError) as error:
            # The next recall tries again; until then words alone tell.
            log.info("memory_without_vector", code=error.code)

    def _key(self, text: str) -> frozenset[str]:
        return frozenset(self.lemmatizer.content_lemmas(text)) or frozenset(text.lower().split())

    def _says_the_same(self, memory: Memory, text: str) -> bool:
        return self._key(memory.text) == self._key(text) and _negations(memory.text) == _negations(
            text
        )

    def _is_replaced(self, memory: Memory, text: str, slot: str | None) -> bool:
        """A fact of the same slot, or the same words with another number or a "not"."""
        if slot is not None and memory.slot == slot:
            return True
        return _without_numbers(self._key(memory.text)) == _without_numbers(self._key(text))


def _without_numbers(lemmas: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in lemmas if not any(c.isdigit() for c in word)) or lemmas


def _negations(text: str) -> int:
    folded = f" {text.lower().replace('’', chr(39))} "
    return sum(folded.count(word) for word in (" не ", " нет ", " not ", "n't ", " no ", " never "))
