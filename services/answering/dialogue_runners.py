import asyncio
from typing import Final

import structlog

from services.answering.request_models import Request, RequestState
from services.answering.request_ports import RequestStore
from services.answering.serving import ServeRequest
from services.clock import Clock
from services.dialogue.models import DialogueKey
from services.errors import ConflictError, UnavailableError
from services.tasks import Lease, Leases, Nursery

log = structlog.get_logger(__name__)

_LEASE_TTL_S: Final = 15.0
_LEASE_WAIT_S: Final = 60.0
_FIRST_RETRY_S: Final = 0.5
_LAST_RETRY_S: Final = 30.0


class DialogueRunners:
    """Serves the requests of each dialogue one after another, detached from the handlers.

    What is to be done stands in SQL; a runner only drains it under the lease of its dialogue,
    so that two replicas never serve one dialogue at once and a crash loses nothing.

    Args:
        concurrent: Most dialogues served at once by this process; the others wait in SQL.
    """

    def __init__(
        self,
        *,
        store: RequestStore,
        serve: ServeRequest,
        leases: Leases,
        nursery: Nursery,
        clock: Clock,
        concurrent: int = 64,
    ) -> None:
        self._store = store
        self._serve = serve
        self._leases = leases
        self._nursery = nursery
        self._clock = clock
        self._slots = asyncio.Semaphore(concurrent)
        self._wanted: set[DialogueKey] = set()
        self._active: set[DialogueKey] = set()

    def ensure(self, dialogue: DialogueKey) -> None:
        """See to it that what is open in the dialogue gets served; returns at once."""
        self._wanted.add(dialogue)
        if dialogue not in self._active:
            self._active.add(dialogue)
            self._nursery.start(self._run(dialogue), name="dialogue")

    async def _run(self, dialogue: DialogueKey) -> None:
        retry_s = _FIRST_RETRY_S
        try:
            while dialogue in self._wanted:
                self._wanted.discard(dialogue)
                try:
                    await self._drain(dialogue)
                    retry_s = _FIRST_RETRY_S
                except (UnavailableError, ConflictError) as error:
                    log.warning("dialogue_waits", reason=error.code, retry_s=retry_s)
                    self._wanted.add(dialogue)
                    await self._clock.sleep(retry_s)
                    retry_s = min(retry_s * 2, _LAST_RETRY_S)
        finally:
            self._active.discard(dialogue)
            self._wanted.discard(dialogue)

    async def _drain(self, dialogue: DialogueKey) -> None:
        name = (
            f"dialogue:{dialogue.bot_id}:{dialogue.chat_id}:{dialogue.thread_id}:{dialogue.user_id}"
        )
        async with (
            self._slots,
            self._leases.hold(name, ttl_s=_LEASE_TTL_S, wait_s=_LEASE_WAIT_S) as lease,
        ):
            while (request := await self._store.next_open(dialogue)) is not None:
                await self._serve_one(request, lease)

    async def _serve_one(self, request: Request, lease: Lease) -> None:
        try:
            await self._serve(request, lease)
        except (UnavailableError, ConflictError):
            raise
        except Exception:
            # An edge: one reply that cannot be shown must not block the dialogue for ever.
            log.exception("request_broke", request_id=request.request_id)
            await self._store.close(request.request_id, RequestState.FAILED)
