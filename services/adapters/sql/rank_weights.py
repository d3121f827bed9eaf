from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_tables import LibraryRow
from services.adapters.sql.rank_weights_tables import RankWeightsRow
from services.adapters.sql.transactions import reading, writing
from services.answering.weighing import RankWeights
from services.errors import NotFoundError
from services.knowledge.models import LibraryId


@dataclass(frozen=True, slots=True)
class SqlRankWeights:
    """``RankWeightsStore`` over the table ``rank_weights``."""

    sessions: Sessions

    async def weights(self, library_id: LibraryId) -> RankWeights | None:
        """Read the weights of a library; None: the plain sum."""
        async with reading(self.sessions) as session:
            row = await session.get(RankWeightsRow, library_id)
        if row is None:
            return None
        return RankWeights(
            passage=row.passage, sentence=row.sentence, lexical=row.lexical, letters=row.letters
        )

    async def keep(self, library_id: LibraryId, weights: RankWeights | None) -> None:
        """Replace the weights of a library; None: back to the plain sum.

        Raises:
            NotFoundError: There is no such library, or it is being forgotten.
        """
        async with writing(self.sessions) as session:
            await session.execute(
                delete(RankWeightsRow).where(RankWeightsRow.library == library_id)
            )
            there = await session.scalar(
                select(LibraryRow.slug).where(
                    LibraryRow.slug == library_id, LibraryRow.forgotten_at.is_(None)
                )
            )
            if there is None:
                raise NotFoundError(f"there is no library {library_id!r}")
            if weights is not None:
                session.add(RankWeightsRow(library=library_id, **asdict(weights)))
