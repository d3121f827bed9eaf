"""How a causal model writes tokens: many texts at once, or one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from services.inference.models import Priority
from services.workers.hub.prompting import Prompt

Heard = Callable[[Sequence[int]], bool]
"""Takes new tokens, on the event loop; tells whether that is enough."""

_LONGEST: Final = 8192
_CACHE_ON_CPU: Final = 8192
_CACHE_ON_GPU: Final = 32768
# A context that nobody can outgrow, for models that do not name theirs.
_UNNAMED: Final = 2048


class TokenWriter(Protocol):
    """Continues prompts."""

    async def write(self, prompt: Prompt, *, priority: Priority, heard: Heard) -> None:
        """Continue a prompt until the model ends it or enough was heard.

        A cancelled call frees the computation between two steps of the model.

        Raises:
            WriterFailedError: It cannot write any more, this text or another.
        """
        ...

    def close(self) -> None:
        """End its threads and free its memory; blocks."""
        ...


class WriterFailedError(Exception):
    """A way of writing does not work with this model or on this device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSize:
    """Memory for the keys and values of the texts that are being written.

    Attributes:
        context: Most tokens of one text, prompt and answer.
        tokens: Of all texts together.
        bytes: That they take.
    """

    context: int
    tokens: int
    bytes: int


def cache_size(config: Any, *, device: str, width: int) -> CacheSize:  # noqa: ANN401 - transformers'
    """Plan the cache of a model: a long text, and several of usual length.

    Args:
        config: Of the model.
        device: ``cpu`` or ``cuda:0``.
        width: Bytes of a number.
    """
    text = config.get_text_config()
    # Models without attention keep next to nothing.
    heads = getattr(text, "num_attention_heads", None) or 0
    head = getattr(text, "head_dim", None) or text.hidden_size // max(heads, 1)
    key_heads = getattr(text, "num_key_value_heads", None) or heads
    context = min(getattr(text, "max_position_embeddings", None) or _UNNAMED, _LONGEST)
    tokens = min(_CACHE_ON_CPU if device == "cpu" else _CACHE_ON_GPU, 8 * context)
    of_one = 2 * text.num_hidden_layers * key_heads * head * width
    return CacheSize(context=context, tokens=tokens, bytes=tokens * of_one)
