import random
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_tables import PassageRow
from services.adapters.sql.transactions import reading
from services.knowledge.models import LibraryId, PassageId

_PLACES: Final = 12


@dataclass(frozen=True, slots=True)
class SqlPassageSample:
    """``PassageSample`` over the table ``passages``: runs of neighbours from random places."""

    sessions: Sessions

    async def sample(self, library_id: LibraryId, *, limit: int, seed: int) -> list[PassageId]:
        """See ``PassageSample.sample``."""
        indexed = (PassageRow.library == library_id, PassageRow.duplicate_of.is_(None))
        ends = select(func.min(PassageRow.id), func.max(PassageRow.id)).where(*indexed)
        dice = random.Random(seed)  # noqa: S311 - not a secret
        found: set[int] = set()
        async with reading(self.sessions) as session:
            first, last = (await session.execute(ends)).one()
            if first is None:
                return []
            # The first place makes sure that a small library is read whole.
            places = [first, *(dice.randint(first, last) for _ in range(_PLACES - 1))]
            run = limit if last - first < limit else max(1, limit // _PLACES)
            for place in places:
                near = select(PassageRow.id).where(*indexed, PassageRow.id >= place)
                found.update(await session.scalars(near.order_by(PassageRow.id).limit(run)))
        return [PassageId(id_) for id_ in sorted(found)][:limit]
