"""EMBED by encoders of transformers, such as e5, bge-m3 and USER."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from services.inference.kinds import EmbedPayload, EmbedResult
from services.inference.models import EmbedRole
from services.inference.protocol import pack_vectors
from services.workers.backends import Opening, RunningJob
from services.workers.hub.batched import BatchedModel
from services.workers.hub.files import ModelFiles, describe
from services.workers.hub.loading import LoadedModel, Wanted, import_quietly, recipe
from services.workers.hub.sentences import (
    Pooling,
    has_sentence_files,
    sentence_rules,
)
from services.workers.shelf import Recipe, Shelf

if TYPE_CHECKING:
    from torch import Tensor

_ENDINGS: Final = ("Model", "ForMaskedLM", "ForPreTraining")


def _embeds(files: ModelFiles) -> bool:
    if files.is_encoder_decoder or files.sees:
        return False
    return has_sentence_files(files) or any(name.endswith(_ENDINGS) for name in files.architectures)


ENCODER: Final = Wanted(
    what="a text encoder, such as BertModel",
    fits=_embeds,
    auto_class="AutoModel",
    may_lack=("pooler.",),
)


class Encoder(BatchedModel):
    """An encoder that makes a vector of length 1 of each text."""

    def __init__(self, loaded: LoadedModel) -> None:
        """Take a model and run it once."""
        rules = sentence_rules(loaded.files)
        # A decoder that embeds, such as Qwen3-Embedding, would keep what nobody continues.
        loaded.model.config.use_cache = False
        self._pooling = rules.pooling
        self.prompts = {
            EmbedRole.QUERY: rules.query_prompt, EmbedRole.PASSAGE: rules.passage_prompt,
        }  # fmt: skip
        if rules.longest is None:
            super().__init__(loaded)
        else:
            super().__init__(loaded, longest=rules.longest)

    def _rows(self, inputs: Mapping[str, "Tensor"], mask: "Tensor") -> "Tensor":
        states = self._model(**inputs, attention_mask=mask).last_hidden_state.float()
        functional = import_quietly("torch").nn.functional
        rows: Tensor = functional.normalize(_pooled(states, mask, self._pooling), dim=1)
        return rows


class TransformersEmbedder:
    """Backend of EMBED; its model is on the shelf."""

    def __init__(self, wanted: Recipe[Encoder], shelf: Shelf) -> None:
        self._recipe = wanted
        self._shelf = shelf

    async def run(self, payload: EmbedPayload, job: RunningJob) -> EmbedResult:
        """See ``Backend.run``."""
        async with self._shelf.use(self._recipe) as encoder:
            prompt = encoder.prompts[payload.role]
            texts = [prompt + text for text in payload.texts]
            rows = await encoder.run(texts, priority=job.priority)
        return pack_vectors(rows)

    async def close(self) -> None:
        """Nothing is held but by the shelf."""


async def open_encoder(name: str, opening: Opening) -> TransformersEmbedder:
    """Open ``transformers:<name>`` for EMBED.

    Pooling, prompts and length are those of sentence-transformers' files beside the model; without
    them the mean is taken, and models of the e5 family get their ``query: `` and ``passage: ``.

    Raises:
        InvalidInputError: It is no encoder, or needs more than these.
        UnavailableError: It is missing, or the memory is too small for it.
    """
    files = await asyncio.to_thread(describe, name)
    sentence_rules(files)
    wanted = recipe(files, ENCODER, opening, ready=Encoder, put_away=Encoder.put_away)
    async with opening.shelf.use(wanted):
        return TransformersEmbedder(wanted, opening.shelf)


def _pooled(states: "Tensor", mask: "Tensor", pooling: Pooling) -> "Tensor":
    """Make one vector of those of the tokens; ``states`` is (count, longest, d)."""
    match pooling:
        case Pooling.FIRST:
            return states[:, 0]
        case Pooling.LAST:
            rows = import_quietly("torch").arange(len(states), device=states.device)
            return states[rows, mask.sum(dim=1) - 1]
        case Pooling.MAX:
            return states.masked_fill(mask.unsqueeze(-1) == 0, float("-inf")).amax(dim=1)
        case Pooling.MEAN:
            counts = mask.sum(dim=1, keepdim=True).clamp(min=1)
            return (states * mask.unsqueeze(-1)).sum(dim=1) / counts
