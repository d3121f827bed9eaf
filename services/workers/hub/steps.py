from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.workers.hub.halting import Halt
from services.workers.hub.loading import LoadedModel, import_quietly, memory_errors


class HaltingParts:
    """Lets the one thread that runs a model leave it in mid-run when that is wished.

    The wish is looked for before each part, not only between two tokens or pictures: a long prompt
    or half a minute of sound is read in one run.
    """

    def __init__(self, *models: Any) -> None:  # noqa: ANN401 - torch's
        self._halt = Halt()
        parts = [part for model in models for part in model.modules() if not any(part.children())]
        self._hooks = [part.register_forward_pre_hook(self._check) for part in parts]

    @contextmanager
    def heed(self, halt: Halt) -> Iterator[None]:
        """Raise ``HaltedError`` in the middle of the models when the end is wished."""
        self._halt = halt
        try:
            yield
        finally:
            self._halt = Halt()

    def close(self) -> None:
        """Leave the models as they were."""
        for hook in self._hooks:
            hook.remove()

    def _check(self, _module: Any, _inputs: Any) -> None:  # noqa: ANN401 - torch's
        self._halt.check()


class SteppedModel:
    """A model that writes in one thread at a time, and leaves off in mid-run when wished."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self._parts = HaltingParts(loaded.model)

    def generate(self, halt: Halt, **inputs: Any) -> Any:  # noqa: ANN401 - transformers'
        """Call the model's ``generate()``; blocks.

        Raises:
            HaltedError: The end was wished.
            UnavailableError: The device's memory is too small.
        """
        with memory_errors(self._loaded.files.name), self._parts.heed(halt):
            return self._loaded.model.generate(**inputs)

    def close(self) -> None:
        """Leave the model as it was."""
        self._parts.close()


def greedy(model: Any, tokenizer: Any) -> Any:  # noqa: ANN401 - transformers'
    """Say how a model writes: the likeliest token each time, until one that ends a text."""
    own = model.generation_config.eos_token_id
    ends = {own} if isinstance(own, int) else set(own or ())
    if tokenizer.eos_token_id is not None:
        ends.add(tokenizer.eos_token_id)
    pad = tokenizer.pad_token_id
    return import_quietly("transformers").GenerationConfig(
        do_sample=False,
        num_beams=1,
        eos_token_id=sorted(ends) or None,
        pad_token_id=pad if pad is not None else min(ends, default=0),
        bos_token_id=model.generation_config.bos_token_id,
        decoder_start_token_id=model.generation_config.decoder_start_token_id,
    )
