from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import structlog

from services.clock import Clock
from services.errors import ServiceError
from services.people.forgotten import ForgetRecord
from services.people.ports import Exported, PersonalData
from services.people.sanctions import Sanction, Sanctions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportPersonalData:
    """Collects all that is kept about a person, for ``/mydata`` and ``samovar export``."""

    places: Sequence[PersonalData]

    async def __call__(self, user_id: int) -> dict[str, Exported]:
        """Give every place's part under its name, empty places too: they say so."""
        return {place.name: await place.export(user_id) for place in self.places}


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgetPerson:
    """Erases a person everywhere, for ``/forget`` and ``samovar forget``.

    Attributes:
        places: In the order of erasing. Places that could be filled again from others come
            after those others: files before requests before dialogues before the profile.
        record: Keeps a restored backup from remembering; None where nothing can be restored.
        sanctions: What stays, as keyed hashes.
    """

    places: Sequence[PersonalData]
    record: ForgetRecord | None = None
    sanctions: Sanctions | None = None
    clock: Clock | None = None

    async def __call__(self, user_id: int) -> dict[str, int]:
        """Erase and give the receipt: the number of rows by table.

        A place that fails keeps none of the others from being erased.

        Raises:
            ServiceError: A place could not be reached. What was erased stays erased; asking
                again finishes the work, and so does the next start.
        """
        entry = None if self.record is None else await self.record.begin(user_id)
        receipt: dict[str, int] = {}
        failed: ServiceError | None = None
        for place in self.places:
            try:
                erased = await place.erase(user_id)
            except ServiceError as error:
                log.warning("not_all_forgotten", place=place.name, code=error.code)
                failed = failed or error
                continue
            for table, count in erased.items():
                receipt[table] = receipt.get(table, 0) + count
        if failed is not None:
            raise failed
        if self.record is not None and entry is not None:
            await self.record.done(entry)
        return receipt

    async def kept(self, user_id: int) -> Sequence[Sanction]:
        """List the sanctions that stay although the person is forgotten."""
        if self.sanctions is None or self.clock is None:
            return ()
        return await self.sanctions.active(user_id, self.clock.now())


@dataclass(frozen=True, kw_only=True, slots=True)
class SanctionData:
    """Sanctions as personal data: shown to the person, kept until they expire."""

    sanctions: Sanctions
    clock: Clock
    name: ClassVar[str] = "sanctions"

    async def export(self, user_id: int) -> Exported:
        """List what still holds."""
        active = await self.sanctions.active(user_id, self.clock.now())
        if not active:
            return {}
        return {"active": [_exported(sanction) for sanction in active]}

    async def erase(self, user_id: int) -> dict[str, int]:  # noqa: ARG002 - a port
        """Drop what has expired, whoever's it was; the rest holds under a keyed hash."""
        return {"sanctions": await self.sanctions.purge(self.clock.now())}


def _exported(sanction: Sanction) -> dict[str, object]:
    return {
        "chat_id": sanction.chat_id,
        "reason": sanction.reason,
        "given_at": sanction.given_at.isoformat(),
        "expires_at": sanction.expires_at.isoformat() if sanction.expires_at else None,
    }
