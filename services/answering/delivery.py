from dataclasses import dataclass

import structlog

from services.answering.request_models import Request, RequestState
from services.answering.request_ports import AnswerView, RequestStore

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverReply:
    """Brings a settled reply to the person, part by part, so that a crash repeats nothing.

    What is known to be delivered is stored after each part. The first part goes into a placeholder
    whose id is stored before anything is to be read in it, so it may be repeated at will; a new
    message is announced in SQL before it is sent, so that a crash between sending and storing is
    counted.
    """

    store: RequestStore
    view: AnswerView

    async def place(self, request: Request) -> Request | None:
        """Send the placeholder of a group; None when the request is over or cannot be shown.

        A private chat shows drafts meanwhile; its placeholder comes when the reply is there.
        """
        if request.private or request.message_id is not None:
            return request
        return await self._put_placeholder(request)

    async def _put_placeholder(self, request: Request) -> Request | None:
        noted = await self._note_sending(request)
        if noted is None:
            return None
        message_id = await self.view.place(noted)
        if message_id is None:
            await self._give_up(request)
            return None
        return await self.store.placed(request.request_id, message_id)

    async def __call__(self, request: Request) -> None:
        """Deliver what is not delivered yet, then close the request.

        Raises:
            UnavailableError: Telegram or SQL cannot be reached; call again later.
        """
        current: Request | None = request
        for index in range(request.delivered, len(request.reply)):
            if current is None:
                return
            current = await self._show(current, index)
        if current is None:
            return
        if not current.reply and current.message_id is not None:
            await self.view.remove(current, current.message_id)
        await self.store.close(current.request_id, current.outcome or RequestState.DONE)

    async def _show(self, request: Request, index: int) -> Request | None:
        part, last = request.reply[index], index == len(request.reply) - 1
        if index == 0 and request.message_id is None:
            placed = await self._put_placeholder(request)
            if placed is None:
                return None
            request = placed
        placeholder = request.message_id if index == 0 else None
        if placeholder is not None and await self.view.edit(request, placeholder, part, last=last):
            return await self.store.delivered(request.request_id, index + 1, placeholder)
        noted = await self._note_sending(request)
        if noted is None:
            return None
        message_id = await self.view.send(noted, part, last=last)
        if message_id is None:
            await self._give_up(request)
            return None
        return await self.store.delivered(request.request_id, index + 1, message_id)

    async def _note_sending(self, request: Request) -> Request | None:
        noted = await self.store.about_to_send(request.request_id)
        if noted is not None and noted.possible_repeats > request.possible_repeats:
            log.warning("possible_repeat", request_id=request.request_id)
        return noted

    async def _give_up(self, request: Request) -> None:
        log.info("chat_unreachable", request_id=request.request_id)
        await self.store.close(request.request_id, RequestState.FAILED)
