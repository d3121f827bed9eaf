from dataclasses import dataclass
from typing import ClassVar, Final

from services.answering.generation import generation_job_id
from services.answering.request_models import StopReason
from services.answering.request_ports import ReplyErasure, RequestStore
from services.clock import Clock
from services.people.ports import Exported

_POLL_S: Final = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestsElsewhere:
    """Requests as personal data, for a command beside the bot that serves them.

    Attributes:
        wait_s: Longest wait for the bot to end what runs; it looks every two seconds. Where no
            bot runs nothing ends by itself, and what is erased cannot begin again.
    """

    store: RequestStore
    replies: ReplyErasure
    clock: Clock
    wait_s: float = 8.0
    name: ClassVar[str] = "questions"

    async def export(self, user_id: int) -> Exported:
        """Give what the person asked and rated."""
        return await self.store.export(user_id)

    async def erase(self, user_id: int) -> dict[str, int]:
        """Ask the bot to end what runs, then erase."""
        until = self.clock.monotonic() + self.wait_s
        while unfinished := await self.store.open_of_user(user_id):
            for request in unfinished:
                await self.store.ask_to_stop(request.request_id, StopReason.FORGET)
            if self.clock.monotonic() > until:
                break
            await self.clock.sleep(_POLL_S)
        asked = await self.store.ids_of_user(user_id)
        await self.replies.erase([generation_job_id(request_id) for request_id in asked])
        return await self.store.erase(user_id)
