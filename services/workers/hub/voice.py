"""SPEAK by transformers' models that make sound of text, such as VITS and MMS."""

import asyncio
import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInputError, ModelError
from services.inference.kinds import SpeakPayload, SpeakResult
from services.workers.audio import encode_opus
from services.workers.backends import Opening, RunningJob
from services.workers.hub.files import describe
from services.workers.hub.halting import Halt, in_thread
from services.workers.hub.loading import LoadedModel, Wanted, memory_errors, recipe
from services.workers.hub.steps import HaltingParts
from services.workers.shelf import Recipe, Shelf
from services.workers.turns import Turns

WAVEFORM: Final = Wanted(
    what="a voice that makes sound of text, such as VitsModel",
    fits=lambda files: files.model_type == "vits",
    auto_class="AutoModelForTextToWaveform",
)

_SLOWEST: Final = 0.5
_FASTEST: Final = 2.0
_PAUSE_S: Final = 0.25
_LONGEST_BREATH: Final = 300
# After a sentence; looked for backwards, as a row of ten thousand dots must cost no minute.
_BREATH: Final = re.compile(r"(?<=[.!?…])\s+|\n")
LONGEST_TEXT: Final = 20_000
"""Characters that are said at most: some twenty minutes."""


class Voice:
    """A loaded model with its tokenizer, for one thread at a time."""

    def __init__(self, loaded: LoadedModel) -> None:
        """Take a model and run it once.

        Raises:
            InvalidInputError: It reads its language in Latin letters only.
        """
        self._model = loaded.model
        self._tokenizer = loaded.reader
        self._device = loaded.device
        self._name = loaded.files.name
        if getattr(loaded.reader, "is_uroman", False):
            raise InvalidInputError(
                f"the voice {self._name} reads text in Latin letters made by uroman, which is not"
                " supported; choose a voice that reads its own script"
            )
        self.rate = int(self._model.config.sampling_rate)
        self._parts = HaltingParts(loaded.model)
        self.turns = Turns()
        letter = next(iter(loaded.reader.get_vocab()))
        self.say(letter, 1.0, Halt())

    def say(self, text: str, speed: float, halt: Halt) -> NDArray[np.float32]:
        """Make sound of a sentence or two: shape (n,), -1 to 1; blocks.

        Raises:
            UnavailableError: The device's memory is too small for it.
            HaltedError: The end was wished.
        """
        import torch  # noqa: PLC0415 - loaded with the model; a worker without it starts as well

        halt.check()
        ids: Any = self._tokenizer(text, return_tensors="pt").input_ids
        if ids.shape[-1] == 0:
            return np.zeros(0, dtype=np.float32)
        with torch.inference_mode(), memory_errors(self._name), self._parts.heed(halt):
            self._model.speaking_rate = speed
            # The same text sounds the same each time.
            with torch.random.fork_rng(devices=[] if self._device == "cpu" else [self._device]):
                torch.manual_seed(0)
                wave = self._model(input_ids=ids.to(self._device)).waveform[0]
        sound: NDArray[np.float32] = wave.float().cpu().numpy()
        return sound


async def open_voice(name: str, opening: Opening) -> "Narrator":
    """Open ``transformers:<folder or hub id>`` for speaking.

    Raises:
        InvalidInputError: It is no voice.
        UnavailableError: It is missing, or memory is too small.
    """
    files = await asyncio.to_thread(describe, name)
    model = recipe(files, WAVEFORM, opening, ready=Voice)
    async with opening.shelf.use(model):
        return Narrator(model, opening.shelf)


class Narrator:
    """Says texts of any length, a sentence or two at a time."""

    def __init__(self, model: Recipe[Voice], shelf: Shelf) -> None:
        self._model = model
        self._shelf = shelf

    async def run(self, payload: SpeakPayload, job: RunningJob) -> SpeakResult:
        """See ``Backend.run``."""
        speed = min(max(payload.speed, _SLOWEST), _FASTEST)
        if len(payload.text) > LONGEST_TEXT:
            raise ModelError(
                f"the text has {len(payload.text)} characters and may be said up to {LONGEST_TEXT}"
            )
        said = breaths(payload.text)
        parts: list[NDArray[np.float32]] = []
        async with self._shelf.use(self._model) as model:
            rate = model.rate
            for number, text in enumerate(said, start=1):
                async with model.turns.take(job.priority):
                    parts.append(
                        await in_thread(lambda halt, text=text: model.say(text, speed, halt))  # type: ignore[misc]  # bound at once
                    )
                job.show_progress(number / len(said))
        spoken = [part for part in parts if part.size]
        if not spoken:
            raise ModelError("there is nothing in the text that the voice can say")
        pause = np.zeros(int(_PAUSE_S * rate), dtype=np.float32)
        sound = np.concatenate([piece for part in spoken for piece in (part, pause)][:-1])
        data = await asyncio.to_thread(encode_opus, sound, rate=rate)
        audio = await job.keep(data, "audio/ogg")
        return SpeakResult(audio=audio, seconds=len(sound) / rate)

    async def close(self) -> None:
        """See ``Backend.close``; the shelf puts the model away."""


def breaths(text: str) -> list[str]:
    """Cut a text into what is said in one breath: whole sentences, at most 300 characters.

    A longer sentence is cut at a space. Nothing but white space is lost.
    """
    said: list[str] = []
    for sentence in map(str.strip, _BREATH.split(text)):
        for piece in _pieces(sentence):
            if said and len(said[-1]) + len(piece) < _LONGEST_BREATH:
                said[-1] += f" {piece}"
            else:
                said.append(piece)
    return said


def _pieces(sentence: str) -> list[str]:
    pieces: list[str] = []
    rest = sentence
    while len(rest) > _LONGEST_BREATH:
        cut = rest.rfind(" ", 1, _LONGEST_BREATH)
        cut = cut if cut > 0 else _LONGEST_BREATH
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest else pieces
