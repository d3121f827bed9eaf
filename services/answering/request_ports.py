from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from services.answering.models import Answer, Question
from services.answering.ports import AnswerProgress
from services.answering.request_models import (
    FailureCode,
    Request,
    RequestId,
    RequestState,
    StopReason,
)
from services.dialogue.models import DialogueKey
from services.knowledge.models import LibraryId
from services.people.ports import Exported


class RequestStore(Protocol):
    """Durable requests. Each method is one transaction; a request that is gone gives None."""

    async def add(self, request: Request) -> Request:
        """Keep a new request; the same ``(bot_id, update_id)`` gives the one that is there."""
        ...

    async def find(self, request_id: RequestId) -> Request | None:
        """Read a request."""
        ...

    async def by_update(self, bot_id: int, update_id: int) -> Request | None:
        """Read the request that an update asked for."""
        ...

    async def next_open(self, dialogue: DialogueKey) -> Request | None:
        """Read the oldest request of a dialogue that is not finished."""
        ...

    async def open_of(self, dialogue: DialogueKey) -> list[Request]:
        """List the unfinished requests of a dialogue, oldest first."""
        ...

    async def open_of_user(self, user_id: int) -> list[Request]:
        """List the unfinished requests of a person in all chats."""
        ...

    async def ids_of_user(self, user_id: int) -> list[RequestId]:
        """List the ids of all kept requests of a person."""
        ...

    async def adopt(self, bot_id: int, replica: str, new_replica: str) -> list[DialogueKey]:
        """Move a replica's unfinished requests; list their dialogues, each once."""
        ...

    async def begin(
        self, request_id: RequestId, replica: str, deadline: datetime
    ) -> Request | None:
        """Start an attempt: state ``running``, ``attempt`` one more."""
        ...

    async def about_to_send(self, request_id: RequestId) -> Request | None:
        """Note that a new message is about to be sent; counts a repeat if one may have been."""
        ...

    async def placed(self, request_id: RequestId, message_id: int) -> Request | None:
        """Store the placeholder's id; nothing is in flight any more."""
        ...

    async def settle(
        self,
        request_id: RequestId,
        reply: Sequence[str],
        outcome: RequestState,
        *,
        query: str | None,
    ) -> Request | None:
        """Store the finished reply: state ``sending``."""
        ...

    async def delivered(self, request_id: RequestId, parts: int, message_id: int) -> Request | None:
        """Store how many parts are confirmed and the id of the last one."""
        ...

    async def close(self, request_id: RequestId, state: RequestState) -> Request | None:
        """Finish: a final state; the stored reply is dropped."""
        ...

    async def ask_to_stop(self, request_id: RequestId, reason: StopReason) -> bool:
        """Note why an unfinished request is to stop; False when it is finished or gone."""
        ...

    async def stop_reason(self, request_id: RequestId) -> StopReason | None:
        """Tell why it is to stop; ``forget`` when the request is gone."""
        ...

    async def rate(
        self,
        request_id: RequestId,
        user_id: int,
        verdict: int,
        at: datetime,
        *,
        reason: str | None = None,
    ) -> None:
        """Keep 1 or -1 and why; a later rating replaces the earlier."""
        ...

    async def export(self, user_id: int) -> Exported:
        """Give a person's requests and ratings, ready for JSON."""
        ...

    async def erase(self, user_id: int) -> dict[str, int]:
        """Erase a person's requests and ratings; count rows by table."""
        ...

    async def purge(self, before: datetime) -> int:
        """Erase finished requests accepted before a moment; tell how many."""
        ...


class AnswerView(Protocol):
    """How a request looks to the person; implemented over Telegram.

    Texts that it composes are opaque to the services: they are stored and handed back.
    """

    def following(self, request: Request) -> AbstractAsyncContextManager[AnswerProgress]:
        """Show progress (a draft, or edits of the placeholder) while the context is open.

        Progress never fails the answer: what Telegram refuses is dropped.
        """
        ...

    def compose(self, request: Request, answer: Answer) -> tuple[str, ...]:
        """Render the answer as one or more message texts."""
        ...

    def compose_failure(
        self, request: Request, code: FailureCode, *, error_id: str
    ) -> tuple[str, ...]:
        """Say that there is no answer, why, and what to do."""
        ...

    def compose_busy(self, request: Request, wait_s: float, *, may_wait: bool) -> tuple[str, ...]:
        """Say that the pool is full and how long it would take; offer to wait, if one may."""
        ...

    def compose_stopped(self, request: Request, partial: str) -> tuple[str, ...]:
        """Render what there was when the person stopped it, with a mark; may be nothing yet."""
        ...

    async def place(self, request: Request) -> int | None:
        """Send the placeholder, in which nothing is to be read yet; give its message id.

        None, here and from ``send``: the chat takes no messages from the bot any more.

        Raises:
            UnavailableError: Telegram cannot be reached; trying later can help.
        """
        ...

    async def send(self, request: Request, part: str, *, last: bool) -> int | None:
        """Send a part as a new message, with buttons under the last; give its id."""
        ...

    async def edit(self, request: Request, message_id: int, part: str, *, last: bool) -> bool:
        """Put a part into a message; True also when it is there already, False when it is gone."""
        ...

    async def remove(self, request: Request, message_id: int) -> None:
        """Delete a placeholder that will not be answered; one that is gone is fine."""
        ...


class ReplyErasure(Protocol):
    """What the pool has said; a restart reads it again for some minutes."""

    async def erase(self, job_ids: Collection[str]) -> None:
        """Erase everything that was said for these jobs.

        Raises:
            UnavailableError: It cannot be reached; calling again finishes the work.
        """
        ...


class Answerer(Protocol):
    """The pipeline: ``services.answering.pipeline.AnswerQuestion``."""

    async def __call__(self, question: Question, progress: AnswerProgress) -> Answer:
        """Answer a question and append the turn to its dialogue."""
        ...


class ScopeOf(Protocol):
    """Which libraries a person may be answered from in a chat."""

    async def for_person(self, user_id: int, chat_id: int | None) -> tuple[LibraryId, ...]:
        """List them; ``chat_id`` is None in a private chat."""
        ...
