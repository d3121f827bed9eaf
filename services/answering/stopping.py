import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from services.answering.request_models import RequestId, StopReason


class Interruption(StrEnum):
    """Why a running answer ended that nobody asked to stop."""

    DEADLINE = "deadline"
    LEASE_LOST = "lease_lost"


class InterruptedAnswerError(Exception):
    """Raised by ``RunningAnswers.running`` in place of the cancellation that it caused.

    Attributes:
        why: Who or what ended the answer.
    """

    def __init__(self, why: StopReason | Interruption) -> None:
        super().__init__(why.value)
        self.why = why


class RunningAnswers:
    """The answers that this process is making now, each of which can be stopped at once."""

    def __init__(self) -> None:
        self._scopes: dict[RequestId, asyncio.Timeout] = {}
        self._reasons: dict[RequestId, StopReason | Interruption] = {}

    @asynccontextmanager
    async def running(self, request_id: RequestId, *, deadline_s: float) -> AsyncIterator[None]:
        """Cancel what is inside when ``stop`` is called or the deadline has passed.

        Raises:
            InterruptedAnswerError: One of the two happened.
        """
        scope = asyncio.timeout(deadline_s)
        try:
            async with scope:
                self._scopes[request_id] = scope
                try:
                    yield
                finally:
                    del self._scopes[request_id]
        except TimeoutError:
            if not scope.expired():
                raise
            why = self._reasons.get(request_id, Interruption.DEADLINE)
            raise InterruptedAnswerError(why) from None
        finally:
            self._reasons.pop(request_id, None)

    def stop(self, request_id: RequestId, why: StopReason | Interruption) -> bool:
        """End a running answer; False when it does not run here. The first reason counts."""
        scope = self._scopes.get(request_id)
        if scope is None:
            return False
        self._reasons.setdefault(request_id, why)
        if not scope.expired():
            scope.reschedule(asyncio.get_running_loop().time())
        return True
