"""One text after the other: the way of writing that every causal model knows."""

import asyncio
from typing import Any

from services.inference.models import Priority
from services.workers.hub.halting import Halt, HaltedError, in_thread
from services.workers.hub.loading import LoadedModel, import_quietly
from services.workers.hub.prompting import Prompt
from services.workers.hub.steps import SteppedModel
from services.workers.hub.tokens import Heard
from services.workers.turns import Turns


class OneByOneWriter:
    """``TokenWriter`` by ``generate()``; the most urgent text is the next."""

    def __init__(self, loaded: LoadedModel, config: Any) -> None:  # noqa: ANN401 - transformers'
        """Write a few tokens; blocks.

        Args:
            loaded: The model.
            config: How it writes, transformers' ``GenerationConfig``.
        """
        self._device = loaded.device
        self._model = SteppedModel(loaded)
        self._config = config
        self._turns = Turns()
        tokens = list(loaded.reader("ready")["input_ids"])
        self._generate(Prompt(tokens=tokens, max_tokens=3), Halt(), streamer=None)

    async def write(self, prompt: Prompt, *, priority: Priority, heard: Heard) -> None:
        """See ``TokenWriter.write``."""
        loop = asyncio.get_running_loop()

        def work(halt: Halt) -> None:
            streamer = _Streamer(loop, heard, halt)
            try:
                self._generate(prompt, halt, streamer=streamer)
            except HaltedError:
                if not streamer.enough:
                    raise

        async with self._turns.take(priority):
            await in_thread(work)

    def close(self) -> None:
        """See ``TokenWriter.close``."""
        self._model.close()

    def _generate(self, prompt: Prompt, halt: Halt, *, streamer: "_Streamer | None") -> None:
        torch = import_quietly("torch")
        ids = torch.tensor([prompt.tokens], device=self._device)
        self._model.generate(
            halt,
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            generation_config=self._config,
            max_new_tokens=prompt.max_tokens,
            streamer=streamer,
        )


class _Streamer:
    """What ``generate()`` gives its tokens to, in its own thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, heard: Heard, halt: Halt) -> None:
        self.enough = False
        self._loop = loop
        self._heard = heard
        self._halt = halt
        self._prompt_came = False

    def put(self, tokens: Any) -> None:  # noqa: ANN401 - a tensor
        if not self._prompt_came:
            self._prompt_came = True
            return
        self._loop.call_soon_threadsafe(self._hear, tokens.flatten().tolist())

    def end(self) -> None:
        """Nothing is held back."""

    def _hear(self, tokens: list[int]) -> None:
        if not self.enough and self._heard(tokens):
            self.enough = True
            self._halt.wish()
