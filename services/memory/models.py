from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

LONGEST_TEXT = 300
"""Characters of a memory: a sentence or two, no documents."""


class Origin(StrEnum):
    """How a memory came to be."""

    ASKED = "asked"
    """The person said: remember this."""
    NOTICED = "noticed"
    """The person said it about themselves; they were told and could undo it."""


class Topic(StrEnum):
    """What a fact is about; the first word of its slot."""

    NAME = "name"
    AGE = "age"
    BIRTHDAY = "birthday"
    HOME = "home"
    CHILDREN = "children"
    SPOUSE = "spouse"
    PET = "pet"
    JOB = "job"
    STUDY = "study"
    DIET = "diet"
    ALLERGY = "allergy"
    FAVOURITE = "favourite"


ASKED_FIRST = frozenset({Topic.DIET, Topic.ALLERGY})
"""Health and belief show in what people eat: these are remembered only after a yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is remembered about whom; what is known in one place is not in another.

    Attributes:
        chat_id: The person's own id for private chats, else the group's.
    """

    user_id: int
    chat_id: int

    @property
    def private(self) -> bool:
        """Between the person and the bot alone."""
        return self.user_id == self.chat_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that a person said about themselves.

    Attributes:
        text: The words, as a sentence that stands alone.
        slot: What it tells: a later fact of the same slot takes its place. ``home``,
            ``pet:собака``.
    """

    text: str
    topic: Topic
    slot: str

    @property
    def ask_first(self) -> bool:
        """It is remembered only after a yes."""
        return self.topic in ASKED_FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A sentence that the bot remembers of a person.

    Attributes:
        memory_id: 0 until it is kept.
        slot: See ``Fact``; None for what fits no slot.
        vector: Of the text, of length 1; None until the pool has embedded it.
        used_at: When it last took part in an answer, or was written.
    """

    memory_id: int = 0
    place: Place
    text: str
    slot: str | None
    origin: Origin
    written_at: datetime
    used_at: datetime
    vector: NDArray[np.float32] | None = None

    @property
    def topic(self) -> Topic | None:
        """What it is about, where that is known."""
        if self.slot is None:
            return None
        return Topic(self.slot.partition(":")[0])
