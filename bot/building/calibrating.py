"""The calibration of a library, for the command and for the button."""

from dataclasses import dataclass

from bot.building.knowledge import Knowledge
from services.adapters.sql.engine import Sessions
from services.adapters.sql.knowledge_feed import SqlChangeFeed
from services.adapters.sql.rank_weights import SqlRankWeights
from services.answering.calibrating import QUESTIONS, CalibrateLibrary, Calibration
from services.answering.retrieval import HybridRetriever
from services.errors import NotFoundError
from services.inference.ports import TextEmbedder
from services.knowledge.models import LibraryId, PassageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrating:
    """``LibraryCalibration`` over all passages of a library."""

    sessions: Sessions
    knowledge: Knowledge
    embedder: TextEmbedder

    async def __call__(self, library: LibraryId, *, questions: int = QUESTIONS) -> Calibration:
        """Calibrate; see the port.

        Args:
            library: One library.
            questions: Most questions to make.

        Raises:
            NotFoundError: It has no passages.
            UnavailableError: No worker embeds, or the index is down.
        """
        ids = await SqlChangeFeed(self.sessions).indexed_ids(library)
        if not len(ids):
            raise NotFoundError(f"the library {library!r} is empty")
        calibrate = CalibrateLibrary(
            retriever=HybridRetriever(index=self.knowledge.index, store=self.knowledge.passages),
            passages=self.knowledge.passages,
            embedder=self.embedder,
            lemmatizer=self.knowledge.lemmatizer,
            store=SqlRankWeights(self.sessions),
        )
        return await calibrate(library, [PassageId(int(id_)) for id_ in ids], questions=questions)
