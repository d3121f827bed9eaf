"""Models of transformers that read a text once: encoders and sequence classifiers."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from services.errors import ModelError, UnavailableError
from services.inference.models import Priority
from services.workers.batch_lines import BatchLimits
from services.workers.batching import BatchStats, MicroBatcher
from services.workers.hub.loading import LoadedModel, import_quietly, memory_errors
from services.workers.hub.plain_text import PlainText

if TYPE_CHECKING:
    from torch import Tensor

Row = NDArray[np.float32]

# A batch of a large model takes about as long on either: some tenths of a second.
_CPU_LIMITS: Final = BatchLimits(items=32, tokens=512)
_GPU_LIMITS: Final = BatchLimits(items=128, tokens=16_384)
# Of no text are the tokens so long on average; what is behind would be cut off in any case, and to
# cut pairs takes tokenizers time with the square of their length.
_LETTERS_A_TOKEN: Final = 20
# Tokenizers that know no limit give a number of thirty digits.
_LONGEST_TEXT: Final = 8192
_INPUT: Final = "input_ids"
_INPUTS: Final = frozenset({_INPUT, "token_type_ids"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the model reads it.

    Attributes:
        inputs: By name, of equal length; ``input_ids`` is among them.
    """

    inputs: Mapping[str, list[int]]

    def __len__(self) -> int:
        return len(self.inputs[_INPUT])


class BatchedModel(ABC):
    """A loaded model with its tokenizer; texts of many jobs go through it together."""

    def __init__(self, loaded: LoadedModel, *, longest: int = _LONGEST_TEXT) -> None:
        """Take a model and run it once.

        Args:
            loaded: The model.
            longest: Tokens of a text that it reads, if it can read so many; the rest is cut off.
        """
        self._model = loaded.model
        self._reader = loaded.reader
        self._plain_text = PlainText(loaded.reader)
        self._device = loaded.device
        self._name = loaded.files.name
        self._longest = min(longest, longest_of(loaded))
        # One that is told twice at once how to cut texts fails.
        self._reading = threading.Lock()
        self._compute(self.read(["ready"]))
        self._batcher: MicroBatcher[Tokens, Row] = MicroBatcher(
            self._compute, tokens_of=len, name=self._name,
            limits=_CPU_LIMITS if self._device == "cpu" else _GPU_LIMITS,
        )  # fmt: skip

    @property
    def stats(self) -> BatchStats:
        """Tell what was done up to now."""
        return self._batcher.stats

    async def run(
        self, texts: Sequence[str], seconds: Sequence[str] | None = None, *, priority: Priority
    ) -> list[Row]:
        """Compute a row of numbers for each text.

        Args:
            texts: What to read; what is too long is cut off.
            seconds: A second text for each, for models that read pairs.
            priority: Who goes first.

        Raises:
            BusyError: Too much waits already.
            UnavailableError: The device's memory is too small.
            ModelError: It failed on one of these texts.
        """
        tokens = await asyncio.to_thread(self.read, texts, seconds)
        return await self._batcher.run(tokens, priority=priority)

    def put_away(self) -> None:
        """End its thread; blocks."""
        self._batcher.shut()

    def read(self, texts: Sequence[str], seconds: Sequence[str] | None = None) -> list[Tokens]:
        """Cut texts, or pairs of texts, into tokens; blocks."""
        if not texts:
            # Tokenizers fail on no text at all.
            return []
        with self._reading:
            encoded = self._reader(
                self._begun(texts), None if seconds is None else self._begun(seconds),
                truncation=True,
                max_length=self._longest, return_attention_mask=False,
            )  # fmt: skip
        names = _INPUTS & encoded.keys()
        return [Tokens({name: encoded[name][at] for name in names}) for at in range(len(texts))]

    def _begun(self, texts: Sequence[str]) -> list[str]:
        most = self._longest * _LETTERS_A_TOKEN
        return [self._plain_text(text[:most]) for text in texts]

    @abstractmethod
    def _rows(self, inputs: Mapping[str, "Tensor"], mask: "Tensor") -> "Tensor":
        """Compute a row for each text, shape (count, d).

        Args:
            inputs: Each of shape (count, longest), padded on the right.
            mask: Which of them are no padding.
        """

    def _compute(self, batch: Sequence[Tokens]) -> list[Row]:
        with one_by_one_if_too_large(self._name, len(batch)):
            rows = self._forward(batch)
        if not np.isfinite(rows).all():
            raise ModelError(
                f"the model {self._name} gave no number; SAMOVAR_MODEL_DTYPE=float32 may help"
            )
        return list(rows)

    def _forward(self, batch: Sequence[Tokens]) -> Row:
        torch = import_quietly("torch")
        names = batch[0].inputs.keys()
        with torch.inference_mode():
            inputs = {name: self._padded([each.inputs[name] for each in batch],
                                         self._filling(name)) for name in names}  # fmt: skip
            mask = self._padded([[1] * len(each) for each in batch], 0)
            rows: Row = self._rows(inputs, mask).float().cpu().numpy()
        return rows

    def _padded(self, rows: Sequence[list[int]], filling: int) -> "Tensor":
        longest = max(1, *map(len, rows))
        filled = [row + [filling] * (longest - len(row)) for row in rows]
        padded: Tensor = import_quietly("torch").tensor(filled, device=self._device)
        return padded

    def _filling(self, name: str) -> int:
        return (self._reader.pad_token_id or 0) if name == _INPUT else 0


@contextmanager
def one_by_one_if_too_large(name: str, count: int) -> Iterator[None]:
    """Let the items of a batch that memory cannot hold run alone, where each may fit.

    Raises:
        MemoryError: It was a batch; ``MicroBatcher`` then tries each of its items.
        UnavailableError: It was one item.
    """
    try:
        with memory_errors(name):
            yield
    except UnavailableError as error:
        if count > 1:
            raise MemoryError from error
        raise


def longest_of(loaded: LoadedModel) -> int:
    """Tell how many tokens of a text a model reads, by its tokenizer and its positions."""
    positions = _table_of_positions(loaded.model) or getattr(
        loaded.model.config, "max_position_embeddings", None
    )
    return min(int(loaded.reader.model_max_length), positions or _LONGEST_TEXT)


def _table_of_positions(model: Any) -> int | None:  # noqa: ANN401 - of transformers
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and hasattr(module, "num_embeddings"):
            # RoBERTa counts positions from the one after its padding.
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            return int(module.num_embeddings) - unused
    return None
