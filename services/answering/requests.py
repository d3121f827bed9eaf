import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from services.answering.dialogue_runners import DialogueRunners
from services.answering.generation import generation_job_id
from services.answering.models import AnswerLength
from services.answering.request_models import (
    NewRequest,
    Request,
    RequestId,
    RequestState,
    StopReason,
)
from services.answering.request_ports import ReplyErasure, RequestStore
from services.answering.stopping import RunningAnswers
from services.clock import Clock
from services.dialogue.models import DialogueKey
from services.errors import (
    BusyError,
    DeadlineError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from services.people.ports import Exported

log = structlog.get_logger(__name__)

_PURGE_EVERY_S: Final = 6 * 3600.0
_WITHDRAW_POLL_S: Final = 0.05
_WITHDRAW_WAIT_S: Final = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Requests:
    """What a person may do with questions; every call returns at once, nothing waits for a model.

    Attributes:
        replica: Stable id of this bot process.
        newest_replaces: A question ends the earlier ones of its dialogue; else they queue.
        most_waiting: Unfinished questions that one dialogue may have.
        kept_days: Finished requests are erased after this many days.
    """

    store: RequestStore
    runners: DialogueRunners
    running: RunningAnswers
    clock: Clock
    replica: str
    newest_replaces: bool = False
    most_waiting: int = 5
    kept_days: int = 30

    async def ask(self, new: NewRequest) -> Request:
        """Accept a question; the same update is accepted once, however often it comes.

        Raises:
            BusyError: The dialogue has too many unfinished questions.
            UnavailableError: SQL cannot be reached; nothing was accepted.
        """
        known = await self.store.by_update(new.dialogue.bot_id, new.update_id)
        if known is None:
            await self._make_room(new.dialogue)
            known = await self.store.add(self._accepted(new))
        self.runners.ensure(new.dialogue)
        return known

    async def again(self, request_id: RequestId, *, user_id: int, update_id: int) -> Request:
        """Answer the same question anew.

        Raises:
            NotFoundError: The request is not kept any more; so for every method below.
            NotAllowedError: Someone else asked it; so for every method below.
        """
        return await self._repeat(request_id, user_id, update_id, length=None)

    async def shorter(self, request_id: RequestId, *, user_id: int, update_id: int) -> Request:
        """Answer the same question in brief."""
        return await self._repeat(request_id, user_id, update_id, length=AnswerLength.SHORT)

    async def impersonally(self, request_id: RequestId, *, user_id: int, update_id: int) -> Request:
        """Answer the same question without what is remembered of the person."""
        return await self._repeat(request_id, user_id, update_id, length=None, impersonal=True)

    async def meant(
        self, request_id: RequestId, *, user_id: int, update_id: int, question: str
    ) -> Request:
        """Ask the question that the person chose of those that an unclear one could mean."""
        return await self._repeat(request_id, user_id, update_id, length=None, question=question)

    async def on_the_web(
        self, request_id: RequestId, *, user_id: int, update_id: int, wish: str
    ) -> Request:
        """Ask the web the same question.

        Args:
            request_id: The question that the libraries had no answer to.
            user_id: Who taps.
            update_id: Of the tap.
            wish: How a person would ask for it in words; it stands before the question.
        """
        return await self._repeat(request_id, user_id, update_id, length=None, wish=f"{wish} ")

    async def wait(self, request_id: RequestId, *, user_id: int, update_id: int) -> Request:
        """Put a question that found the pool full in line, however long the line is.

        Who stands there already, having pressed twice, keeps that place.
        """
        places = await self._places_of(await self._own(request_id, user_id))
        if places:
            return places[0]
        return await self._repeat(request_id, user_id, update_id, length=None, patient=True)

    async def decline(self, request_id: RequestId, *, user_id: int) -> None:
        """Take note that the person does not wait; a place in line, taken just before, is freed."""
        request = await self._own(request_id, user_id)
        await self._stop_all(await self._places_of(request), StopReason.REPLACED)

    async def stop(self, request_id: RequestId, *, user_id: int) -> bool:
        """End a request at once; False when it is finished already."""
        request = await self._own(request_id, user_id)
        return await self._stop(request, StopReason.PERSON)

    async def stop_draft(self, *, bot_id: int, chat_id: int, draft_id: int) -> bool:
        """End the request that a draft shows; False when there is none, or it is finished."""
        request = await self.store.by_update(bot_id, draft_id)
        if request is None or request.dialogue.chat_id != chat_id:
            return False
        return await self._stop(request, StopReason.PERSON)

    async def cancel(self, dialogue: DialogueKey) -> int:
        """End everything unfinished in a dialogue; tell how many."""
        return await self._stop_all(await self.store.open_of(dialogue), StopReason.PERSON)

    async def rate(
        self, request_id: RequestId, *, user_id: int, good: bool, reason: str | None = None
    ) -> None:
        """Keep what the person thinks of the answer, and why it is no good."""
        await self._own(request_id, user_id)
        verdict = 1 if good else -1
        await self.store.rate(request_id, user_id, verdict, self.clock.now(), reason=reason)

    async def resume(self, *, bot_id: int, replica: str | None = None) -> int:
        """Go on with what a replica left unfinished; tell in how many dialogues.

        Args:
            bot_id: The bot whose requests they are.
            replica: This one, after a restart (None), or one that has died.
        """
        dialogues = await self.store.adopt(bot_id, replica or self.replica, self.replica)
        for dialogue in dialogues:
            self.runners.ensure(dialogue)
        return len(dialogues)

    async def purge_regularly(self) -> None:
        """Erase what is older than promised, now and every few hours, until cancelled."""
        while True:
            try:
                await self.store.purge(self.clock.now() - timedelta(days=self.kept_days))
            except UnavailableError as error:
                log.warning("purge_postponed", dependency=error.dependency)
            await self.clock.sleep(_PURGE_EVERY_S)

    async def withdraw(self, user_id: int) -> None:
        """End everything of a person without a word, and wait until nothing runs any more.

        Raises:
            DeadlineError: Something did not end in time; call again.
        """
        waited_until = self.clock.monotonic() + _WITHDRAW_WAIT_S
        while unfinished := await self.store.open_of_user(user_id):
            if self.clock.monotonic() > waited_until:
                msg = "requests of the person still run"
                raise DeadlineError(msg, dependency="workers")
            await self._stop_all(unfinished, StopReason.FORGET)
            for request in unfinished:
                self.runners.ensure(request.dialogue)
            await self.clock.sleep(_WITHDRAW_POLL_S)

    async def _make_room(self, dialogue: DialogueKey) -> None:
        unfinished = await self.store.open_of(dialogue)
        if self.newest_replaces:
            await self._stop_all(unfinished, StopReason.REPLACED)
        elif sum(request.stop_reason is None for request in unfinished) >= self.most_waiting:
            msg = "too many unfinished questions in the dialogue"
            raise BusyError(msg, dependency="workers", wait_s=0.0)

    async def _places_of(self, refused: Request) -> list[Request]:
        """List where the question waits patiently since the pool refused it."""
        return [
            request
            for request in await self.store.open_of(refused.dialogue)
            if request.patient
            and request.stop_reason is None
            and request.question_message_id == refused.question_message_id
            and request.question == (refused.query or refused.question)
        ]

    async def _stop_all(self, requests: Sequence[Request], reason: StopReason) -> int:
        return sum([await self._stop(request, reason) for request in requests])

    async def _stop(self, request: Request, reason: StopReason) -> bool:
        asked = await self.store.ask_to_stop(request.request_id, reason)
        if asked:
            self.running.stop(request.request_id, reason)
        return asked

    async def _own(self, request_id: RequestId, user_id: int) -> Request:
        request = await self.store.find(request_id)
        if request is None:
            msg = "the request is not kept any more"
            raise NotFoundError(msg)
        if request.dialogue.user_id != user_id:
            msg = "the request is someone else's"
            raise NotAllowedError(msg)
        return request

    async def _repeat(
        self, request_id: RequestId, user_id: int, update_id: int, *,
        length: AnswerLength | None, patient: bool = False, impersonal: bool = False,
        wish: str = "", question: str | None = None,
    ) -> Request:  # fmt: skip
        request = await self._own(request_id, user_id)
        return await self.ask(
            NewRequest(
                update_id=update_id,
                dialogue=request.dialogue,
                private=request.private,
                question_message_id=request.question_message_id,
                question=wish + (question or request.query or request.question),
                language=request.language,
                length=length or request.length,
                patient=patient,
                impersonal=impersonal or request.impersonal,
            )
        )

    def _accepted(self, new: NewRequest) -> Request:
        return Request(
            request_id=RequestId(secrets.token_hex(8)),
            update_id=new.update_id,
            dialogue=new.dialogue,
            private=new.private,
            question_message_id=new.question_message_id,
            question=new.question,
            language=new.language,
            length=new.length,
            patient=new.patient,
            impersonal=new.impersonal,
            asked_at=self.clock.now(),
            state=RequestState.ACCEPTED,
            replica=self.replica,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestsData:
    """Requests and ratings as personal data, and what the pool has said for them."""

    requests: Requests
    replies: ReplyErasure

    @property
    def name(self) -> str:
        """The key in the export."""
        return "questions"

    async def export(self, user_id: int) -> Exported:
        """Give what the person asked and rated."""
        return await self.requests.store.export(user_id)

    async def erase(self, user_id: int) -> dict[str, int]:
        """End what runs, then erase; nothing that ran can write afterwards."""
        await self.requests.withdraw(user_id)
        asked = await self.requests.store.ids_of_user(user_id)
        await self.replies.erase([generation_job_id(request_id) for request_id in asked])
        return await self.requests.store.erase(user_id)
