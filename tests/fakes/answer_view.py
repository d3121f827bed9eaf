from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.answering.models import Answer
from services.answering.ports import AnswerProgress
from services.answering.request_models import FailureCode, Request
from services.errors import UnavailableError
from tests.fakes.progress import SilentProgress


class FakeAnswerView:
    """A chat in memory: what is in it, by message id, in the order of sending."""

    def __init__(self) -> None:
        self.messages: dict[int, str] = {}
        self.unreachable = False
        self.fail_after_next_send = False
        self._next_id = 100

    @asynccontextmanager
    async def following(self, request: Request) -> AsyncIterator[AnswerProgress]:
        yield SilentProgress()

    def compose(self, request: Request, answer: Answer) -> tuple[str, ...]:
        return tuple(answer.text.split("|"))

    def compose_failure(
        self, request: Request, code: FailureCode, *, error_id: str
    ) -> tuple[str, ...]:
        return (f"failed: {code.value}",)

    def compose_busy(self, request: Request, wait_s: float, *, may_wait: bool) -> tuple[str, ...]:
        return (f"{'busy' if may_wait else 'too busy'}: {wait_s:g}",)

    def compose_stopped(self, request: Request, partial: str) -> tuple[str, ...]:
        return (f"stopped: {partial}",)

    async def place(self, request: Request) -> int | None:
        return self._sent("...")

    async def send(self, request: Request, part: str, *, last: bool) -> int | None:
        return self._sent(part)

    def _sent(self, text: str) -> int | None:
        message_id = self._add(text)
        if self.fail_after_next_send:
            self.fail_after_next_send = False
            msg = "the answer to the call is lost"
            raise UnavailableError(msg, dependency="telegram")
        return message_id

    async def edit(self, request: Request, message_id: int, part: str, *, last: bool) -> bool:
        if message_id not in self.messages:
            return False
        self.messages[message_id] = part
        return True

    async def remove(self, request: Request, message_id: int) -> None:
        self.messages.pop(message_id, None)

    @property
    def shown(self) -> list[str]:
        return list(self.messages.values())

    def _add(self, text: str) -> int | None:
        if self.unreachable:
            return None
        self._next_id += 1
        self.messages[self._next_id] = text
        return self._next_id
