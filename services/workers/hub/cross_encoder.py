"""SCORE by cross-encoders of transformers, such as bge-reranker-v2-m3."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from services.inference.kinds import ScorePayload, ScoreResult
from services.workers.backends import Opening, RunningJob
from services.workers.hub.batched import BatchedModel
from services.workers.hub.files import ModelFiles, describe
from services.workers.hub.labels import label_names
from services.workers.hub.loading import Wanted, recipe
from services.workers.shelf import Recipe, Shelf

if TYPE_CHECKING:
    from torch import Tensor


def _scores(files: ModelFiles) -> bool:
    classifies = any(name.endswith("ForSequenceClassification") for name in files.architectures)
    return classifies and len(label_names(files)) == 1


CROSS_ENCODER: Final = Wanted(
    what="a sequence classifier with one label, such as BertForSequenceClassification",
    fits=_scores,
    auto_class="AutoModelForSequenceClassification",
)


class CrossEncoder(BatchedModel):
    """A model that reads a question and a passage together."""

    def _rows(self, inputs: Mapping[str, "Tensor"], mask: "Tensor") -> "Tensor":
        logits: Tensor = self._model(**inputs, attention_mask=mask).logits
        # Scores of 0 to 1 whatever the model was trained with; the order stays.
        return logits.float().sigmoid()


class TransformersScorer:
    """Backend of SCORE; its model is on the shelf."""

    def __init__(self, wanted: Recipe[CrossEncoder], shelf: Shelf) -> None:
        self._recipe = wanted
        self._shelf = shelf

    async def run(self, payload: ScorePayload, job: RunningJob) -> ScoreResult:
        """See ``Backend.run``; the scores are the sigmoid of what the model gives, 0 to 1."""
        queries = [payload.query] * len(payload.texts)
        async with self._shelf.use(self._recipe) as model:
            rows = await model.run(queries, payload.texts, priority=job.priority)
        return ScoreResult(scores=tuple(float(row[0]) for row in rows))

    async def close(self) -> None:
        """Nothing is held but by the shelf."""


async def open_cross_encoder(name: str, opening: Opening) -> TransformersScorer:
    """Open ``transformers:<name>`` for SCORE.

    Raises:
        InvalidInputError: It is no sequence classifier with one label.
        UnavailableError: It is missing, or the memory is too small for it.
    """
    files = await asyncio.to_thread(describe, name)
    wanted = recipe(files, CROSS_ENCODER, opening, ready=CrossEncoder,
                    put_away=CrossEncoder.put_away)  # fmt: skip
    async with opening.shelf.use(wanted):
        return TransformersScorer(wanted, opening.shelf)
