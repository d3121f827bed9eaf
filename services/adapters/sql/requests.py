from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, case, delete, select, update

from services.adapters.sql.engine import Sessions
from services.adapters.sql.requests_tables import FeedbackRow, RequestRow
from services.adapters.sql.transactions import reading, writing
from services.adapters.sql.upsert import upsert
from services.answering.models import AnswerLength
from services.answering.request_models import (
    OPEN_STATES,
    Request,
    RequestId,
    RequestState,
    StopReason,
)
from services.dialogue.models import DialogueKey
from services.people.ports import Exported

_OPEN = RequestRow.state.in_([state.value for state in OPEN_STATES])


@dataclass(frozen=True, slots=True)
class SqlRequestStore:
    """``RequestStore`` over the tables ``requests`` and ``feedback``."""

    sessions: Sessions

    async def add(self, request: Request) -> Request:
        """Keep a new request; the same ``(bot_id, update_id)`` gives the one that is there."""
        async with writing(self.sessions) as session:
            await upsert(session, RequestRow, _values(request), key=("bot_id", "update_id"))
        kept = await self.by_update(request.dialogue.bot_id, request.update_id)
        return kept or request

    async def find(self, request_id: RequestId) -> Request | None:
        """Read a request."""
        return await self._one(RequestRow.request_id == request_id)

    async def by_update(self, bot_id: int, update_id: int) -> Request | None:
        """Read the request that an update asked for."""
        return await self._one(RequestRow.bot_id == bot_id, RequestRow.update_id == update_id)

    async def next_open(self, dialogue: DialogueKey) -> Request | None:
        """Read the oldest request of a dialogue that is not finished."""
        return next(iter(await self.open_of(dialogue)), None)

    async def open_of(self, dialogue: DialogueKey) -> list[Request]:
        """List the unfinished requests of a dialogue, oldest first."""
        return await self._all(_OPEN, *_of(dialogue))

    async def open_of_user(self, user_id: int) -> list[Request]:
        """List the unfinished requests of a person in all chats."""
        return await self._all(_OPEN, RequestRow.user_id == user_id)

    async def ids_of_user(self, user_id: int) -> list[RequestId]:
        """List the ids of all kept requests of a person."""
        async with reading(self.sessions) as session:
            found = await session.scalars(
                select(RequestRow.request_id).where(RequestRow.user_id == user_id)
            )
            return [RequestId(request_id) for request_id in found]

    async def adopt(self, bot_id: int, replica: str, new_replica: str) -> list[DialogueKey]:
        """Move a replica's unfinished requests; list their dialogues, each once."""
        statement = (
            update(RequestRow)
            .where(_OPEN, RequestRow.bot_id == bot_id, RequestRow.replica == replica)
            .values(replica=new_replica)
            .returning(RequestRow.chat_id, RequestRow.thread_id, RequestRow.user_id)
        )
        async with writing(self.sessions) as session:
            keys = {tuple(row) for row in await session.execute(statement)}
        return [
            DialogueKey(bot_id=bot_id, chat_id=chat_id, thread_id=thread_id, user_id=user_id)
            for chat_id, thread_id, user_id in sorted(keys)
        ]

    async def begin(
        self, request_id: RequestId, replica: str, deadline: datetime
    ) -> Request | None:
        """Start an attempt: state ``running``, ``attempt`` one more."""
        return await self._change(
            request_id, state=RequestState.RUNNING.value, attempt=RequestRow.attempt + 1,
            replica=replica, deadline=deadline,
        )  # fmt: skip

    async def about_to_send(self, request_id: RequestId) -> Request | None:
        """Note that a new message is about to be sent; counts a repeat if one may have been."""
        repeat = case((RequestRow.in_flight, 1), else_=0)
        return await self._change(
            request_id, in_flight=True, possible_repeats=RequestRow.possible_repeats + repeat
        )

    async def placed(self, request_id: RequestId, message_id: int) -> Request | None:
        """Store the placeholder's id; nothing is in flight any more."""
        return await self._change(request_id, message_id=message_id, in_flight=False)

    async def settle(
        self,
        request_id: RequestId,
        reply: Sequence[str],
        outcome: RequestState,
        *,
        query: str | None,
    ) -> Request | None:
        """Store the finished reply: state ``sending``."""
        return await self._change(
            request_id, state=RequestState.SENDING.value, outcome=outcome.value, query=query,
            reply=msgspec.json.encode(list(reply)).decode(),
        )  # fmt: skip

    async def delivered(self, request_id: RequestId, parts: int, message_id: int) -> Request | None:
        """Store how many parts are confirmed and the id of the last one."""
        return await self._change(
            request_id, delivered=parts, message_id=message_id, in_flight=False
        )

    async def close(self, request_id: RequestId, state: RequestState) -> Request | None:
        """Finish: a final state; the stored reply is dropped."""
        return await self._change(request_id, state=state.value, reply=None, deadline=None)

    async def ask_to_stop(self, request_id: RequestId, reason: StopReason) -> bool:
        """Note why an unfinished request is to stop; False when it is finished or gone."""
        return await self._change(request_id, _OPEN, stop_reason=reason.value) is not None

    async def stop_reason(self, request_id: RequestId) -> StopReason | None:
        """Tell why it is to stop; ``forget`` when the request is gone."""
        request = await self.find(request_id)
        return StopReason.FORGET if request is None else request.stop_reason

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
        values = {
            "request_id": request_id, "user_id": user_id, "verdict": verdict, "given_at": at,
            "reason": reason,
        }  # fmt: skip
        async with writing(self.sessions) as session:
            await upsert(
                session, FeedbackRow, values, key=("request_id",),
                update=("verdict", "given_at", "reason"),
            )  # fmt: skip

    async def export(self, user_id: int) -> Exported:
        """Give a person's requests and ratings, ready for JSON."""
        query = (
            select(RequestRow, FeedbackRow.verdict)
            .join(FeedbackRow, isouter=True)
            .where(RequestRow.user_id == user_id)
            .order_by(RequestRow.asked_at)
        )
        async with reading(self.sessions) as session:
            rows = (await session.execute(query)).tuples().all()
        return {"requests": [_exported(row, verdict) for row, verdict in rows]} if rows else {}

    async def erase(self, user_id: int) -> dict[str, int]:
        """Erase a person's requests and ratings; count rows by table."""
        ratings = delete(FeedbackRow).where(FeedbackRow.user_id == user_id)
        requests = delete(RequestRow).where(RequestRow.user_id == user_id)
        async with writing(self.sessions) as session:
            rated = (await session.scalars(ratings.returning(FeedbackRow.request_id))).all()
            asked = (await session.scalars(requests.returning(RequestRow.request_id))).all()
        return {"feedback": len(rated), "requests": len(asked)}

    async def purge(self, before: datetime) -> int:
        """Erase finished requests accepted before a moment; tell how many."""
        statement = delete(RequestRow).where(~_OPEN, RequestRow.asked_at < before)
        async with writing(self.sessions) as session:
            gone = (await session.scalars(statement.returning(RequestRow.request_id))).all()
        return len(gone)

    async def _one(self, *where: ColumnElement[bool]) -> Request | None:
        async with reading(self.sessions) as session:
            row = (await session.scalars(select(RequestRow).where(*where))).one_or_none()
        return None if row is None else _request(row)

    async def _all(self, *where: ColumnElement[bool]) -> list[Request]:
        query = select(RequestRow).where(*where).order_by(RequestRow.update_id)
        async with reading(self.sessions) as session:
            return [_request(row) for row in await session.scalars(query)]

    async def _change(
        self, request_id: RequestId, *where: ColumnElement[bool], **values: object
    ) -> Request | None:
        statement = (
            update(RequestRow)
            .where(RequestRow.request_id == request_id, *where)
            .values(**values)
            .returning(RequestRow)
        )
        async with writing(self.sessions) as session:
            row = (await session.scalars(statement)).one_or_none()
            return None if row is None else _request(row)


def _of(dialogue: DialogueKey) -> tuple[ColumnElement[bool], ...]:
    return (
        RequestRow.bot_id == dialogue.bot_id,
        RequestRow.chat_id == dialogue.chat_id,
        RequestRow.thread_id == dialogue.thread_id,
        RequestRow.user_id == dialogue.user_id,
    )


def _values(request: Request) -> dict[str, object]:
    return {
        "request_id": request.request_id,
        "bot_id": request.dialogue.bot_id,
        "update_id": request.update_id,
        "chat_id": request.dialogue.chat_id,
        "thread_id": request.dialogue.thread_id,
        "user_id": request.dialogue.user_id,
        "private": request.private,
        "question_message_id": request.question_message_id,
        "question": request.question,
        "language": request.language,
        "answer_length": request.length.value,
        "asked_at": request.asked_at,
        "state": request.state.value,
        "replica": request.replica,
        "patient": request.patient,
        "impersonal": request.impersonal,
        "attempt": request.attempt,
        "delivered": 0,
        "in_flight": False,
        "possible_repeats": 0,
    }


def _request(row: RequestRow) -> Request:
    return Request(
        request_id=RequestId(row.request_id),
        update_id=row.update_id,
        dialogue=DialogueKey(
            bot_id=row.bot_id, chat_id=row.chat_id, thread_id=row.thread_id, user_id=row.user_id
        ),
        private=row.private,
        question_message_id=row.question_message_id,
        question=row.question,
        language=row.language,
        length=AnswerLength(row.answer_length),
        asked_at=row.asked_at,
        state=RequestState(row.state),
        replica=row.replica,
        patient=row.patient,
        impersonal=row.impersonal,
        attempt=row.attempt,
        deadline=row.deadline,
        stop_reason=None if row.stop_reason is None else StopReason(row.stop_reason),
        query=row.query,
        message_id=row.message_id,
        reply=() if row.reply is None else msgspec.json.decode(row.reply, type=tuple[str, ...]),
        outcome=None if row.outcome is None else RequestState(row.outcome),
        delivered=row.delivered,
        in_flight=row.in_flight,
        possible_repeats=row.possible_repeats,
    )


def _exported(row: RequestRow, verdict: int | None) -> dict[str, object]:
    return {
        "asked_at": row.asked_at.isoformat(),
        "chat_id": row.chat_id,
        "question": row.question,
        "query": row.query,
        "state": row.state,
        "feedback": verdict,
    }
