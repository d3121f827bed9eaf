"""TOXICITY by sequence classifiers of transformers, such as s-nlp/russian_toxicity_classifier."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from services.inference.kinds import ToxicityPayload, ToxicityResult
from services.workers.backends import Opening, RunningJob
from services.workers.hub.batched import BatchedModel
from services.workers.hub.files import describe
from services.workers.hub.labels import ToxicLabels, toxic_labels
from services.workers.hub.loading import Wanted, recipe
from services.workers.shelf import Recipe, Shelf

if TYPE_CHECKING:
    from torch import Tensor

CLASSIFIER: Final = Wanted(
    what="a sequence classifier, such as BertForSequenceClassification",
    fits=lambda files: any(
        name.endswith("ForSequenceClassification") for name in files.architectures
    ),
    auto_class="AutoModelForSequenceClassification",
)


class Classifier(BatchedModel):
    """A model that gives a number for each of its labels."""

    def _rows(self, inputs: Mapping[str, "Tensor"], mask: "Tensor") -> "Tensor":
        logits: Tensor = self._model(**inputs, attention_mask=mask).logits
        return logits


class TransformersToxicity:
    """Backend of TOXICITY; its model is on the shelf."""

    def __init__(self, wanted: Recipe[Classifier], labels: ToxicLabels, shelf: Shelf) -> None:
        self._recipe = wanted
        self._labels = labels
        self._shelf = shelf

    async def run(self, payload: ToxicityPayload, job: RunningJob) -> ToxicityResult:
        """See ``Backend.run``."""
        async with self._shelf.use(self._recipe) as model:
            rows = await model.run(payload.texts, priority=job.priority)
        if not rows:
            return ToxicityResult(scores=())
        probabilities = self._labels.probabilities(np.stack(rows))
        return ToxicityResult(
            scores=tuple(self._labels.scores(probabilities).tolist()),
            labels=tuple(
                dict(zip(self._labels.names, row, strict=True)) for row in probabilities.tolist()
            ),
        )

    async def close(self) -> None:
        """Nothing is held but by the shelf."""


async def open_classifier(name: str, opening: Opening) -> TransformersToxicity:
    """Open ``transformers:<name>`` for TOXICITY; ``toxic_labels`` says which labels count.

    Raises:
        InvalidInputError: It is no sequence classifier, or its labels do not say what is toxic.
        UnavailableError: It is missing, or the memory is too small for it.
    """
    files = await asyncio.to_thread(describe, name)
    wanted = recipe(files, CLASSIFIER, opening, ready=Classifier, put_away=Classifier.put_away)
    labels = toxic_labels(files)
    async with opening.shelf.use(wanted):
        return TransformersToxicity(wanted, labels, opening.shelf)
