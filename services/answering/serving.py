import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from services.answering.delivery import DeliverReply
from services.answering.models import Answer, Question, Stage
from services.answering.ports import AnswerProgress
from services.answering.request_models import (
    FailureCode,
    Request,
    RequestState,
    StopReason,
)
from services.answering.request_ports import Answerer, AnswerView, RequestStore, ScopeOf
from services.answering.stopping import (
    InterruptedAnswerError,
    Interruption,
    RunningAnswers,
)
from services.clock import Clock
from services.errors import BusyError, ConflictError, DeadlineError, ModelError, UnavailableError
from services.inference.waits import WaitEstimate
from services.tasks import Lease, beside

log = structlog.get_logger(__name__)

_STOP_POLL_S: Final = 2.0
"""How often a running answer looks whether another replica was asked to stop it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    parts: tuple[str, ...]
    outcome: RequestState
    query: str | None = None


class _LatestText:
    """Passes progress on and keeps the last text, which Stop shows."""

    def __init__(self, progress: AnswerProgress) -> None:
        self._progress = progress
        self.seen = ""

    async def stage(self, stage: Stage) -> None:
        await self._progress.stage(stage)

    async def waiting(self, estimate: WaitEstimate | None) -> None:
        await self._progress.waiting(estimate)

    async def text(self, partial: str) -> None:
        self.seen = partial
        await self._progress.text(partial)


@dataclass(frozen=True, kw_only=True, slots=True)
class ServeRequest:
    """Takes one accepted request to its end, from wherever an earlier attempt left it.

    Attributes:
        deadline_s: Seconds for one attempt, counted from its start.
        patience_s: Seconds more for a person who agreed to wait; nobody is offered a longer wait.
    """

    store: RequestStore
    view: AnswerView
    deliver: DeliverReply
    answer: Answerer
    scopes: ScopeOf
    running: RunningAnswers
    clock: Clock
    replica: str
    deadline_s: float
    patience_s: float = 0.0

    async def __call__(self, request: Request, lease: Lease) -> None:
        """Answer and deliver; a person is told about every failure.

        Raises:
            UnavailableError: SQL or Telegram cannot be reached; the request stays open.
            ConflictError: The lease was lost; whoever holds it goes on with the request.
        """
        settled: Request | None = request
        if request.state is not RequestState.SENDING:
            settled = await self._settle(request, lease)
        if settled is not None:
            await self.deliver(settled)

    async def _settle(self, request: Request, lease: Lease) -> Request | None:
        deadline = self.clock.now() + timedelta(seconds=self._allowed_s(request))
        begun = await self.store.begin(request.request_id, self.replica, deadline)
        if begun is None:
            return None
        if begun.stop_reason is not None:
            never_shown = request.attempt == 0 and request.message_id is None
            reply = self._stopped(begun, begun.stop_reason, partial="", silent=never_shown)
        else:
            placed = await self.deliver.place(begun)
            if placed is None:
                return None
            reply = await self._reply(placed, lease)
        return await self.store.settle(
            request.request_id, reply.parts, reply.outcome, query=reply.query
        )

    async def _reply(self, request: Request, lease: Lease) -> _Reply:
        try:
            return await self._answered_or_stopped(request, lease)
        except ConflictError:
            raise
        except UnavailableError as error:
            return self._unavailable(request, error)
        except ModelError:
            log.warning("answer_model_failed", request_id=request.request_id, exc_info=True)
            return self._failed(request, FailureCode.MODEL)
        except Exception:
            # An edge: whatever broke, the person gets a sentence and the dialogue goes on.
            error_id = secrets.token_hex(4)
            log.exception("answer_broke", request_id=request.request_id, error_id=error_id)
            return self._failed(request, FailureCode.INTERNAL, error_id=error_id)

    def _unavailable(self, request: Request, error: UnavailableError) -> _Reply:
        log.warning(
            "answer_unavailable", request_id=request.request_id, dependency=error.dependency,
            code=error.code,
        )  # fmt: skip
        # Telegram can be too busy, too; that is no line to stand in.
        if isinstance(error, BusyError) and error.dependency == "workers":
            parts = self.view.compose_busy(
                request, error.wait_s, may_wait=error.wait_s < self.patience_s
            )
            return _Reply(parts=parts, outcome=RequestState.FAILED)
        late = isinstance(error, DeadlineError)
        return self._failed(request, FailureCode.DEADLINE if late else FailureCode.UNAVAILABLE)

    async def _answered_or_stopped(self, request: Request, lease: Lease) -> _Reply:
        latest: _LatestText | None = None
        try:
            async with (
                self.running.running(request.request_id, deadline_s=self._allowed_s(request)),
                beside(self._watch(request, lease)),
                self.view.following(request) as progress,
            ):
                latest = _LatestText(progress)
                answer = await self._answer(request, latest)
        except InterruptedAnswerError as error:
            return self._interrupted(request, error.why, partial=latest.seen if latest else "")
        return _Reply(
            parts=self.view.compose(request, answer),
            outcome=RequestState.DONE,
            query=answer.query.text,
        )

    def _allowed_s(self, request: Request) -> float:
        return self.deadline_s + (self.patience_s if request.patient else 0.0)

    async def _answer(self, request: Request, progress: AnswerProgress) -> Answer:
        chat_id = None if request.private else request.dialogue.chat_id
        question = Question(
            request_id=request.request_id,
            dialogue=request.dialogue,
            text=request.question,
            scope=await self.scopes.for_person(request.dialogue.user_id, chat_id),
            language=request.language,
            asked_at=request.asked_at,
            length=request.length,
            patience_s=self.patience_s if request.patient else 0.0,
            is_resumed=request.attempt > 1,
            impersonal=request.impersonal,
        )
        return await self.answer(question, progress)

    async def _watch(self, request: Request, lease: Lease) -> None:
        """Stop the answer when another replica was asked to, or when the lease is lost."""
        while not lease.lost.is_set():
            try:
                reason = await self.store.stop_reason(request.request_id)
            except UnavailableError:
                reason = None
            if reason is not None:
                self.running.stop(request.request_id, reason)
            try:
                await asyncio.wait_for(lease.lost.wait(), _STOP_POLL_S)
            except TimeoutError:
                continue
        self.running.stop(request.request_id, Interruption.LEASE_LOST)

    def _interrupted(
        self, request: Request, why: StopReason | Interruption, *, partial: str
    ) -> _Reply:
        if why is Interruption.LEASE_LOST:
            msg = "the lease of the dialogue was lost"
            raise ConflictError(msg)
        if why is Interruption.DEADLINE:
            return self._failed(request, FailureCode.DEADLINE)
        return self._stopped(request, StopReason(why), partial=partial)

    def _stopped(
        self, request: Request, why: StopReason, *, partial: str, silent: bool = False
    ) -> _Reply:
        shown = why is StopReason.PERSON and not silent
        parts = self.view.compose_stopped(request, partial) if shown else ()
        return _Reply(parts=parts, outcome=RequestState.CANCELLED)

    def _failed(self, request: Request, code: FailureCode, *, error_id: str = "") -> _Reply:
        parts = self.view.compose_failure(request, code, error_id=error_id)
        return _Reply(parts=parts, outcome=RequestState.FAILED)
