from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from services.answering.models import AnswerLength
from services.dialogue.models import DialogueKey

RequestId = NewType("RequestId", str)
"""16 hexadecimal digits, random: short enough for a button, too long to guess."""


class RequestState(StrEnum):
    """How far a request has come; the last three are final."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    SENDING = "sending"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN_STATES = (RequestState.ACCEPTED, RequestState.RUNNING, RequestState.SENDING)


class StopReason(StrEnum):
    """Why a request is to end before its answer is complete."""

    PERSON = "person"
    """Stop, /cancel or /reset: what there is so far is shown."""
    REPLACED = "replaced"
    """A newer question took its place, or the person left the line: nothing is shown."""
    FORGET = "forget"
    """The person is being forgotten: nothing is shown or kept."""


class FailureCode(StrEnum):
    """Why there is no answer; the key of a sentence in the catalogues."""

    DEADLINE = "deadline"
    UNAVAILABLE = "unavailable"
    MODEL = "model"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A question as a handler hands it over.

    Attributes:
        update_id: Of the Telegram update that asked for it: the same update asks only once.
        question_message_id: What the answer replies to in a group.
        patient: The person was told how busy the pool is, and waits in line.
        impersonal: What is remembered of the person is left out of this answer.
    """

    update_id: int
    dialogue: DialogueKey
    private: bool
    question_message_id: int
    question: str
    language: str
    length: AnswerLength
    patient: bool = False
    impersonal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question that the bot has accepted, as SQL holds it.

    Attributes:
        asked_at: When it was accepted.
        patient: The person was told how busy the pool is, and waits in line.
        impersonal: What is remembered of the person is left out of this answer.
        replica: Stable id of the bot process that serves it.
        attempt: 0 until it runs for the first time.
        deadline: When this attempt is given up.
        query: The question as it stands alone, once that is known; asking again asks this.
        message_id: The placeholder once it is there; in the end the last part of the answer.
        reply: The finished parts of the reply, from state ``sending`` on until delivered.
        outcome: The final state that delivering leads to.
        delivered: Parts of ``reply`` that Telegram has confirmed.
        in_flight: A new message may have been sent whose id is not stored.
        possible_repeats: How often a crash fell into that window.
    """

    request_id: RequestId
    update_id: int
    dialogue: DialogueKey
    private: bool
    question_message_id: int
    question: str
    language: str
    length: AnswerLength
    asked_at: datetime
    state: RequestState
    replica: str
    patient: bool = False
    impersonal: bool = False
    attempt: int = 0
    deadline: datetime | None = None
    stop_reason: StopReason | None = None
    query: str | None = None
    message_id: int | None = None
    reply: tuple[str, ...] = ()
    outcome: RequestState | None = None
    delivered: int = 0
    in_flight: bool = False
    possible_repeats: int = 0

    @property
    def draft_id(self) -> int:
        """The draft that shows this request in a private chat, stable over restarts, not 0."""
        return self.update_id or 1
