from collections.abc import Sequence
from dataclasses import dataclass

from services.people.ports import Exported, PersonalData


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
            after those others: requests before dialogues before the profile.
    """

    places: Sequence[PersonalData]

    async def __call__(self, user_id: int) -> dict[str, int]:
        """Erase and give the receipt: the number of rows by table.

        Raises:
            ServiceError: A place could not be reached. What was erased stays erased; asking
                again finishes the work.
        """
        receipt: dict[str, int] = {}
        for place in self.places:
            for table, count in (await place.erase(user_id)).items():
                receipt[table] = receipt.get(table, 0) + count
        return receipt
