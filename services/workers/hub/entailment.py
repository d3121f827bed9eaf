"""ENTAIL by sequence classifiers of transformers that were trained on natural language inference.

Such as MoritzLaurer/mDeBERTa-v3-base-xnli-multilingual-nli-2mil7.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from services.inference.kinds import EntailPayload, EntailResult
from services.workers.backends import Opening, RunningJob
from services.workers.hub.batched import BatchedModel
from services.workers.hub.entail_labels import (
    EntailmentLabels,
    entailment_labels,
    name_and_labels,
)
from services.workers.hub.files import ModelFiles, describe
from services.workers.hub.labels import label_names
from services.workers.hub.loading import Wanted, recipe, refuse_unfit
from services.workers.shelf import Recipe, Shelf

if TYPE_CHECKING:
    from torch import Tensor

_LABELS: Final = (2, 3)


def _judges(files: ModelFiles) -> bool:
    classifies = any(name.endswith("ForSequenceClassification") for name in files.architectures)
    return classifies and len(label_names(files)) in _LABELS


ENTAILER: Final = Wanted(
    what="a sequence classifier that tells entailment, neutral and contradiction, such as"
    " DebertaV2ForSequenceClassification",
    fits=_judges,
    auto_class="AutoModelForSequenceClassification",
)


class PairClassifier(BatchedModel):
    """A model that reads premise and hypothesis together."""

    def _rows(self, inputs: Mapping[str, "Tensor"], mask: "Tensor") -> "Tensor":
        logits: Tensor = self._model(**inputs, attention_mask=mask).logits
        return logits


class TransformersEntailer:
    """Backend of ENTAIL; its model is on the shelf."""

    def __init__(
        self, wanted: Recipe[PairClassifier], labels: EntailmentLabels, shelf: Shelf
    ) -> None:
        self._recipe = wanted
        self._labels = labels
        self._shelf = shelf

    async def run(self, payload: EntailPayload, job: RunningJob) -> EntailResult:
        """See ``Backend.run``; of a pair that is too long the longer text is cut."""
        premises = [pair.premise for pair in payload.pairs]
        hypotheses = [pair.hypothesis for pair in payload.pairs]
        async with self._shelf.use(self._recipe) as model:
            rows = await model.run(premises, hypotheses, priority=job.priority)
        if not rows:
            return EntailResult(judged=())
        return EntailResult(judged=self._labels.judgements(np.stack(rows)))

    async def close(self) -> None:
        """Nothing is held but by the shelf."""


async def open_entailer(name: str, opening: Opening) -> TransformersEntailer:
    """Open ``transformers:<name>`` for ENTAIL; ``entailment_labels`` says what is read of it.

    Raises:
        InvalidInputError: It is no sequence classifier, or its labels do not say what follows.
        UnavailableError: It is missing, or the memory is too small for it.
    """
    model, stated = name_and_labels(name)
    files = await asyncio.to_thread(describe, model)
    refuse_unfit(files, ENTAILER)
    labels = entailment_labels(files, stated)
    wanted = recipe(files, ENTAILER, opening, ready=PairClassifier,
                    put_away=PairClassifier.put_away)  # fmt: skip
    async with opening.shelf.use(wanted):
        return TransformersEntailer(wanted, labels, opening.shelf)
