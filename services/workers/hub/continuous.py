"""Many texts at once: transformers' continuous batching, where it works with a model."""

import asyncio
import itertools
import logging
import math
import time
from dataclasses import dataclass
from typing import Any, Final

from services.inference.models import Priority
from services.workers.hub.loading import LoadedModel, import_quietly
from services.workers.hub.prompting import Prompt
from services.workers.hub.room import Room
from services.workers.hub.tokens import CacheSize, Heard, WriterFailedError

_PAGE: Final = 64
# What is read in one step; a cancelled text is freed after the step that is on.
_STEP_ON_CPU: Final = 64
_STEP_ON_GPU: Final = 2048
_TRIAL_S: Final = 120.0
_STOP_S: Final = 10.0
LOOK_EVERY_S: Final = 5.0
_TRIAL_TEXT: Final = "One, two, three, four,"
_TRIAL_TOKENS: Final = 6


class ContinuousWriter:
    """``TokenWriter`` whose texts share every step of the model, each coming and going freely."""

    def __init__(self, loaded: LoadedModel, config: Any, size: CacheSize) -> None:  # noqa: ANN401
        """Start, and write a few tokens to see whether it works; blocks.

        Args:
            loaded: The model.
            config: How it writes, transformers' ``GenerationConfig``.
            size: Of its cache.

        Raises:
            WriterFailedError: It does not work with this model; the message says why.
        """
        self._numbers = itertools.count()
        # A page is filled by one text alone, and the step that is on may begin another one.
        self._room = Room(max(size.tokens, size.context + 2 * _PAGE))
        self._ends = config.eos_token_id
        trial = _trial(loaded, config)
        try:
            self._manager = _manager(loaded, config, size)
            self._manager.start()
        except Exception as error:  # Whatever it is, there is another way to write.
            raise WriterFailedError(str(error) or type(error).__name__) from error
        try:
            self._try(trial)
        except WriterFailedError:
            self.close()
            raise

    async def write(self, prompt: Prompt, *, priority: Priority, heard: Heard) -> None:
        """See ``TokenWriter.write``."""
        pages = math.ceil((len(prompt.tokens) + prompt.max_tokens) / _PAGE) + 1
        async with self._room.take(pages * _PAGE, priority):
            await self._write(prompt, heard)

    def close(self) -> None:
        """See ``TokenWriter.close``."""
        self._manager.stop(block=True, timeout=_STOP_S, hard_stop=True)

    async def _write(self, prompt: Prompt, heard: Heard) -> None:
        request = f"text-{next(self._numbers)}"
        outputs: asyncio.Queue[Any] = asyncio.Queue()
        self._manager.register_result_handler(request, outputs.put_nowait)
        try:
            self._add(request, prompt)
            count, enough, over = 0, False, False
            while not (enough or over):
                output = await self._next(outputs)
                if output.error is not None:
                    raise WriterFailedError(output.error)
                new = output.generated_tokens[count:]
                count += len(new)
                enough, over = heard(new), output.is_finished()
        finally:
            self._forget(request)

    async def _next(self, outputs: asyncio.Queue[Any]) -> Any:  # noqa: ANN401 - transformers'
        while True:
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    return await outputs.get()
            except TimeoutError:
                # A thread that dies tells those whose texts it knows; this one came too late.
                if not self._manager.is_running():
                    raise WriterFailedError("its thread has ended") from None

    def _add(self, request: str, prompt: Prompt) -> None:
        added = self._manager.add_request(
            prompt.tokens,
            request_id=request,
            max_new_tokens=prompt.max_tokens,
            streaming=True,
            eos_token_id=self._ends,
        )
        if added is None:
            raise WriterFailedError("its thread has ended")

    def _forget(self, request: str) -> None:
        self._manager.cancel_request(request)
        # Only a text that ends by itself takes its handler along.
        router = self._manager.output_router
        with router._lock:  # noqa: SLF001 - there is no other way to remove one
            router.result_handlers.pop(request, None)

    def _try(self, trial: "_Trial") -> None:
        self._add("trial", trial.prompt)
        until = time.monotonic() + _TRIAL_S
        while self._manager.is_running() and time.monotonic() < until:
            output = self._manager.get_result("trial", timeout=1.0)
            if output is not None and output.error is not None:
                raise WriterFailedError(output.error)
            if output is not None and output.is_finished():
                trial.compare(output.generated_tokens)
                return
        raise WriterFailedError("it ended, or wrote nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """A prompt and how the model goes on by itself."""

    prompt: Prompt
    expected: list[int]
    exact: bool

    def compare(self, written: list[int]) -> None:
        # In half precision, two tokens that are equally likely may change places later on.
        count = len(self.expected) if self.exact else 1
        if written[:count] != self.expected[:count]:
            raise WriterFailedError("it writes other tokens than the model does alone")


def _trial(loaded: LoadedModel, config: Any) -> _Trial:  # noqa: ANN401 - transformers'
    if not getattr(loaded.model, "_supports_attention_backend", False):
        # Some of these would read the texts of others, and say nothing of it.
        raise WriterFailedError("its family computes attention in its own way")
    torch = import_quietly("torch")
    tokens = list(loaded.reader(_TRIAL_TEXT)["input_ids"])
    ids = torch.tensor([tokens], device=loaded.device)
    written = loaded.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        generation_config=config,
        max_new_tokens=_TRIAL_TOKENS,
    )
    return _Trial(
        prompt=Prompt(tokens=tokens, max_tokens=_TRIAL_TOKENS),
        expected=written[0, len(tokens) :].tolist(),
        exact=loaded.dtype == "float32",
    )


def _manager(loaded: LoadedModel, config: Any, size: CacheSize) -> Any:  # noqa: ANN401
    transformers = import_quietly("transformers")
    # It reports by a handler of its own, prompts included; what matters reaches our log.
    logging.getLogger("ContinuousBatchingLogger").setLevel(logging.CRITICAL)
    settings = transformers.ContinuousBatchingConfig(
        page_size=_PAGE,
        num_blocks=math.ceil(size.tokens / _PAGE) + 2,
        max_batch_tokens=_STEP_ON_CPU if loaded.device == "cpu" else _STEP_ON_GPU,
        # Would fetch compiled code from the hub.
        auto_switch_to_flash=False,
    )
    return loaded.model.init_continuous_batching(
        generation_config=config, continuous_batching_config=settings
    )
